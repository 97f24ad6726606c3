"""Links to the outlet's own pages with its campaign's parameters: the same for every reader, and on no other site's links."""

from urllib.parse import urlsplit, urlunsplit

from digest.model.edition import Edition
from digest.model.newsletter import Newsletter
from digest.model.relinked import relinked


def tracked(edition: Edition, newsletter: Newsletter) -> Edition:
    """Return the edition with `newsletter.tracking` on each link to the outlet's own site; as it is where there is none to add."""
    if not newsletter.tracking:
        return edition
    query = newsletter.tracking.replace("{number}", str(edition.number)).replace("{newsletter}", newsletter.id)
    query = query.replace("{date}", f"{edition.slot:%Y-%m-%d}")
    domain = newsletter.from_address.rpartition("@")[2].casefold()

    def address(url: str) -> str:
        return _with(url, query) if _own(url, domain) else url

    return relinked(edition, address)


def _own(url: str, domain: str) -> bool:
    """Whether an address is on the sender's domain, above it, or below it: `www.` and `mail.` are parts of one site."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").casefold()
    except ValueError:
        return False
    bare = host.removeprefix("www.")
    near = domain.endswith(f".{bare}") and bare.count(".") >= 1
    return parts.scheme in {"http", "https"} and bool(domain) and (bare == domain or bare.endswith(f".{domain}") or near)


def _with(url: str, query: str) -> str:
    """Add what an address does not say already: parameters of its own stand."""
    parts = urlsplit(url)
    there = {pair.partition("=")[0] for pair in parts.query.split("&")}
    fresh = "&".join(pair for pair in query.split("&") if pair.partition("=")[0] not in there)
    return urlunsplit(parts._replace(query="&".join(filter(None, (parts.query, fresh)))))
