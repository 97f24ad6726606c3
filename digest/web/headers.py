"""The headers of every answer: what a page may load, who may frame it, where an address may leak to."""

from typing import Final

_DESK: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; frame-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# A mail brings its own styles and the outlet's pictures; `sandbox` puts it on an origin of its own, without scripts.
_MAIL: Final = "default-src 'none'; style-src 'unsafe-inline'; img-src http: https: data:; form-action 'none'; base-uri 'none'"

DESK_HEADERS: Final = {
    "content-security-policy": _DESK,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cache-control": "no-store",
}

# A mail inside the desk's preview frame: only the desk may frame it, and nothing in it leads away.
FRAMED_MAIL: Final = {"content-security-policy": f"{_MAIL}; frame-ancestors 'self'; sandbox", "referrer-policy": "no-referrer"}

# A mail as a page of its own: its links work, in the same tab or a new one.
OPEN_MAIL: Final = {
    "content-security-policy": f"{_MAIL}; frame-ancestors 'none'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation",
    "referrer-policy": "no-referrer",
    "x-robots-tag": "noindex",
}

# Pages whose address is a key: it is sent to nobody and no search engine keeps it.
TOKEN_PAGE: Final = {"referrer-policy": "no-referrer", "x-robots-tag": "noindex"}

# What anybody may read may be kept for a while.
PUBLIC_PAGE: Final = {"cache-control": "public, max-age=60"}
