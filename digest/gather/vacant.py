"""Addresses that answer and do not show what was asked for: a front page, a sign-in, a page that says there is nothing. Pure."""

import re
from html import unescape
from typing import Final
from urllib.parse import urlsplit

# Where people sign in; the whole of a step of the path, so that "/signing-of-the-treaty" is none.
_SIGN_IN: Final = re.compile(
    r"/(?:log-?in|sign-?in|sign_in|logon|authwall|checkpoint|sso|anmelden|connexion|inloggen|logowanie|accedi|iniciar-sesion)(?:\.\w+)?(?:/|$)",
    re.IGNORECASE,
)
_SIGN_IN_HOST: Final = re.compile(r"^(?:login|signin|auth|sso|accounts|id|idp)\.", re.IGNORECASE)
_NOWHERE: Final = re.compile(r"/(?:404|not-?found|page-?not-?found|error-?404|404-?error)(?:\.\w+)?/?$", re.IGNORECASE)
# Networks that show a sign-in, or nothing, to whoever is no member or no browser.
_NETWORKS: Final = ("linkedin.com", "x.com", "twitter.com", "facebook.com", "instagram.com", "threads.net", "threads.com", "tiktok.com")
_TITLE: Final = re.compile(rb"<title[^<>]*>([^<]{1,300})", re.IGNORECASE)
_GONE_TITLE: Final = re.compile(
    r"^\W*(?:error\s*|http\s*|fehler\s*|erreur\s*)?404(?:\s*$|\s*[-–—|:.·]|\s+(?:error|not found|page|fehler|erreur))"
    r"|\bpage (?:was |is )?not found\b|\b(?:page|article|story) (?:can['’]?t|cannot|could not|couldn['’]t) be found\b"
    r"|\bseite (?:wurde )?nicht gefunden\b|\bpage (?:introuvable|non trouvée)\b|\bpágina no encontrada\b|\bpágina não encontrada\b"
    r"|\bpagina non trovata\b|\bpagina niet gevonden\b|\bnie znaleziono strony\b|\bсторінку не знайдено\b|\bстраница не найдена\b",
    re.IGNORECASE,
)


def astray(asked: str, ended: str) -> str | None:
    """Return where a piece's address led instead, as a verb's end, or None: how many sites say that the piece is gone."""
    before, after = urlsplit(asked), urlsplit(ended)
    if asked == ended:
        return None
    deep = before.path.strip("/").count("/") >= 1 or len(before.path.strip("/")) > 12 or bool(before.query)
    if deep and not after.path.strip("/") and not after.query:
        return "the front page of its site"
    if _NOWHERE.search(after.path) and not _NOWHERE.search(before.path):
        return "a page that says there is nothing"
    asks = _SIGN_IN.search(after.path) or (_SIGN_IN_HOST.match(after.netloc) and after.netloc != before.netloc)
    if asks and not _SIGN_IN.search(before.path):
        return "a sign-in"
    return None


def gone_by_title(body: bytes) -> str | None:
    """Return the title of a page that says by it that nothing is there, though its server says that all is well."""
    found = _TITLE.search(body)
    title = " ".join(unescape(found[1].decode("utf-8", "replace")).split()) if found else ""
    return title if _GONE_TITLE.search(title) else None


def network_of(url: str) -> str | None:
    """Return the social network that an address is of, or None."""
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    return next((network for network in _NETWORKS if host == network or host.endswith(f".{network}")), None)
