"""What keeps programs out of sites: known by the headers and the first words of an answer that refuses. Pure."""

import re
from collections.abc import Mapping
from typing import Final

# What such an answer says it is. A 404 behind one of them is still a 404.
WALL_STATUSES: Final = frozenset(
    {401, 402, 403, 405, 406, 407, 418, 429, 430, 451, 463, 468, 498, 503, 520, 521, 522, 523, 524, 525, 526, 529, 530, 999}
)
# By name: which header says so (name, part of its value), and which words of the page.
_SIGNS: Final = (
    (
        "Cloudflare",
        (("cf-mitigated", ""), ("cf-chl-bypass", "")),
        rb"cf-chl|challenge-platform|cf-error-details|Attention Required! \| Cloudflare|Just a moment\.\.\.",
    ),
    ("DataDome", (("x-datadome", ""), ("x-dd-b", ""), ("set-cookie", "datadome=")), rb"captcha-delivery\.com|datadome"),
    (
        "PerimeterX",
        (("x-px-block-score", ""), ("set-cookie", "_pxhd="), ("set-cookie", "_px3=")),
        rb"px-captcha|perimeterx|_pxAppId|human-challenge",
    ),
    (
        "Akamai",
        (("server", "akamaighost"), ("server", "akamainetstorage"), ("set-cookie", "ak_bmsc="), ("set-cookie", "_abck=")),
        rb"Reference&#32;&#35;|Reference #\d+\.|errors\.edgesuite\.net|akamai",
    ),
    ("Imperva", (("x-iinfo", ""), ("set-cookie", "incap_ses"), ("set-cookie", "visid_incap")), rb"Incapsula incident|_Incapsula_Resource"),
    ("Kasada", (("x-kpsdk-ct", ""), ("x-kpsdk-r", "")), rb"KPSDK|/149e9513-"),
    ("Amazon's firewall", (("x-amzn-waf-action", ""),), rb"awswaf\.com|aws-waf-token"),
    ("Sucuri", (("x-sucuri-block", ""), ("server", "sucuri")), rb"Sucuri WebSite Firewall"),
    ("Anubis", (), rb"/\.within\.website/|anubis_challenge"),
)
# Its own network's answers carry these whether it refuses or the site does.
_CARRIERS: Final = (
    ("Cloudflare", "server", "cloudflare"),
    ("Fastly", "x-served-by", "cache-"),
    ("Amazon CloudFront", "server", "cloudfront"),
)


def wall_of(status: int, headers: Mapping[str, str], begins: bytes = b"") -> str | None:
    """Return the name of what refuses us, or None where the site itself does; `headers` have names in small letters."""
    if status not in WALL_STATUSES:
        return None
    for name, signs, words in _SIGNS:
        if any(header in headers and part in headers[header].casefold() for header, part in signs) or re.search(words, begins):
            return name
    if status in {403, 429, 503}:
        return next((name for name, header, part in _CARRIERS if part in headers.get(header, "").casefold()), None)
    return None
