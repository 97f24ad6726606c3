"""Addresses made absolute, without the parameters that only track."""

import re
from functools import lru_cache
from urllib.parse import parse_qsl, quote, urljoin, urlsplit, urlunsplit

_TRACKING = re.compile(
    r"^(?:utm_\w+|mtm_\w+|pk_\w+|piwik_\w+|matomo_\w+|hsa_\w+|fb_(?:action|source|ref)\w*|fbclid|gclid|gclsrc|dclid"
    r"|gbraid|wbraid|msclkid|yclid|ysclid"
    r"|twclid|ttclid|li_fat_id|igshid|igsh|mc_cid|mc_eid|mkt_tok|_hsenc|_hsmi|__hstc|__hssc|vero_id|vero_conv"
    r"|oly_enc_id|oly_anon_id|wickedid|rb_clickid"
    r"|s_cid|cmpid|cmp|icid|ncid|ocid|sr_share|smid|smtyp|partner|ref_src|ref_url|guccounter|guce_referrer\w*"
    r"|_openstat|wt_mc\w*|wtmc|at_medium"
    r"|at_campaign\w*|at_link_\w+|at_ptr_\w+|at_format|at_bbc_team|xtor|spm|cid_source|trk|trkcampaign|ito"
    r"|__twitter_impression|amp_js_v|amp_gsa|usqp|ns_mchannel|ns_source|ns_campaign"
    r"|ns_linkname|ns_fee|campaign_id|campaign_medium|emci|emdi|ceid|sourceid|elqtrack\w*|_ga|_gl|_kx|mibextid"
    r"|srsltid|sh_kit|share_id|linkid_source)$",
    re.IGNORECASE,
)
_LOCAL = re.compile(r"^(?:javascript|data|vbscript|file|about|blob):", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x20\x7f]+")


@lru_cache(maxsize=4096)
def without_tracking(url: str) -> str:
    """`url` without tracking parameters; the other parameters keep their order and their bytes."""
    head, question, rest = url.partition("?")
    if not question:
        return url
    query, hash_mark, fragment = rest.partition("#")
    kept = [part for part in query.split("&") if part and not _TRACKING.match(part.partition("=")[0].removeprefix("amp;"))]
    return head + ("?" + "&".join(kept) if kept else "") + hash_mark + fragment


@lru_cache(maxsize=4096)
def absolute(url: str | None, base: str | None) -> str | None:
    """`url` seen from `base`, as an http(s) address without tracking parameters; None where it is no such address."""
    if not url:
        return None
    cleaned = _CONTROL.sub("", url.strip().replace(" ", "%20"))
    if not cleaned or _LOCAL.match(cleaned):
        return None
    try:
        joined = urljoin(base or "", cleaned)
        parts = urlsplit(joined)
        if parts.scheme.lower() not in {"http", "https"} or not parts.hostname:
            return None
        _ = parts.port
    except ValueError:
        return None
    return without_tracking(joined)


def host_of(url: str | None) -> str:
    """The host of an address in lower case without `www.`, `m.` or `amp.`; empty where there is none."""
    if not url:
        return ""
    try:
        host = (urlsplit(url).hostname or "").lower().rstrip(".")
    except ValueError:
        return ""
    return re.sub(r"^(?:www\d?|m|mobile|amp)\.(?=[^.]+\.[^.])", "", host)


def same_site(one: str, other: str) -> bool:
    """Whether two hosts belong to one site: the same, or one below the other."""
    return bool(one) and bool(other) and (one == other or one.endswith("." + other) or other.endswith("." + one))


def canonical(url: str) -> str:
    """A form of `url` under which the same story is found again: host and scheme folded, no fragment, sorted query, no `/amp`."""
    address = absolute(url, None) or url
    parts = urlsplit(address)
    path = re.sub(r"(?:/amp/?|\.amp)$", "", parts.path) or "/"
    path = quote(path, safe="/%:@!$&'()*+,;=~-._") if path == "/" else quote(path.rstrip("/"), safe="/%:@!$&'()*+,;=~-._")
    pairs = sorted(
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if (name, value) not in {("amp", "1"), ("outputType", "amp")}
    )
    query = "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in pairs)
    port = f":{parts.port}" if parts.port not in {None, 80, 443} else ""
    return urlunsplit(("https", host_of(address) + port, path, query, ""))
