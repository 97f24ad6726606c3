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
# Forms of one page: what says in the query that it is for AMP, phones or paper.
_FORMS = frozenset(
    {("amp", "1"), ("amp", "true"), ("amp", ""), ("outputtype", "amp"), ("output", "amp"), ("_amp", "true"), ("m", "1"), ("mobile", "1")}
    | {("view", "mobile"), ("print", "1"), ("print", "true"), ("view", "print")}
)
_SESSION = re.compile(r"(?:jsessionid|phpsessid|aspsessionid\w*)$", re.IGNORECASE)
_SESSION_PATH = re.compile(r";jsessionid=[^/;]*", re.IGNORECASE)
_AMP_END = re.compile(r"\.amp(\.html?)?$", re.IGNORECASE)
_INDEX = re.compile(r"/(?:index|default)\.(?:html?|php|aspx?|jsp|shtml)$", re.IGNORECASE)
_CDN = re.compile(r"/(?:[a-z]/)?(?:s/)?(?P<rest>[^/].*)")
_SEARCH = re.compile(r"/amp/(?:s/)?(?P<rest>[^/].*)")
_SEARCHES = re.compile(r"(?:google|bing)(?:\.[a-z]{2,3}){1,2}$")
_PERCENT = re.compile(r"%([0-9a-fA-F]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


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


@lru_cache(maxsize=4096)
def canonical(url: str) -> str:
    """A form of `url` under which the same story is found again, whatever leads to it; what is no web address stays as it is.

    Scheme, host and percent signs folded, no fragment (but for `#!`), no session, a sorted query; of AMP, mobile and index
    forms the plain one, out of an AMP cache too. It names the page; it need not open.
    """
    address = absolute(url, None)
    if address is None:
        return url
    for _ in range(3):  # a cache in a cache is seen in the wild, a fourth is a loop
        inner = _behind_cache(address)
        if inner is None:
            break
        address = absolute(inner, None) or address
    parts = urlsplit(address)
    port = f":{parts.port}" if parts.port not in {None, 80, 443} else ""
    pairs = sorted(
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if (name.lower(), value.lower()) not in _FORMS and not _SESSION.match(name)
    )
    query = "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in pairs)
    # Where a script reads the fragment, it names the page (Google's old AJAX crawling scheme).
    fragment = _escaped(parts.fragment) if parts.fragment.startswith("!") else ""
    return urlunsplit(("https", _ascii(host_of(address)) + port, _plain_path(parts.path), query, fragment))


def _behind_cache(address: str) -> str | None:
    """The address that an AMP cache shows: cdn.ampproject.org/c/s/HOST/PATH, google.com/amp/s/HOST/PATH."""
    parts = urlsplit(address)
    host = host_of(address)
    pattern = _CDN if host.endswith("cdn.ampproject.org") else _SEARCH if _SEARCHES.match(host) else None
    match = pattern.match(parts.path) if pattern else None
    if match is None or "." not in match["rest"].partition("/")[0]:
        return None
    return f"https://{match['rest']}{'?' + parts.query if parts.query else ''}"


def _plain_path(path: str) -> str:
    """A path without the marks of AMP, sessions and index pages; the root is one slash."""
    plain = _escaped(path)
    while True:
        before = plain
        plain = re.sub(r"//+", "/", _SESSION_PATH.sub("", plain))
        plain = _AMP_END.sub(r"\1", plain)
        plain = _INDEX.sub("/", plain)
        if plain.count("/") > 1:
            plain = re.sub(r"/amp(?=/|$)", "", plain, count=1)
        plain = plain.rstrip("/") or "/"
        if plain == before:
            return plain


def _escaped(text: str) -> str:
    """Percent signs in one form: what needs none is bare, the others are in capitals (RFC 3986, 6.2.2)."""
    bare = _PERCENT.sub(lambda match: char if (char := chr(int(match[1], 16))) in _UNRESERVED else match[0].upper(), text)
    return quote(bare, safe="/%:@!$&'()*+,;=~-._")


def _ascii(host: str) -> str:
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return host
