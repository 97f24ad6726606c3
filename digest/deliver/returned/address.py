"""Addresses in what mail systems write: in report fields, in running text, in headers."""

import re
from collections.abc import Iterable

# Bounded on both sides and begun only where a word begins: one pass over any text.
# The full-width signs are what Chinese and Japanese systems set around an address.
_WIDE = "：；，、。（）「」『』【】《》〈〉＜＞［］“”！？｜　"
ADDRESS = (
    rf"(?:\"[^\"\n@]{{1,64}}\"|[^\s<>\[\]()\"',:;|\\@{_WIDE}]{{1,128}})"
    rf"@(?:[^\s<>()\[\]\"',:;|\\@{_WIDE}]{{1,253}}|\[[\d.a-fA-F:]{{3,45}}\])"
)
_FOUND = re.compile(rf"(?<![^\s<>\[\]()\"',:;|\\`*{{}}=!{_WIDE}])" + ADDRESS)
# Chinese, Japanese and Korean sentences run on into an address and out of it, without a space.
_RUN_IN = re.compile(r"^[\u2e80-\u9fff\uac00-\ud7af\uff00-\uffef]+(?=[\w.+-]+@)(?=[A-Za-z0-9])")
_RUN_OUT = re.compile(r"(?<=[A-Za-z0-9])[\u2e80-\u9fff\uac00-\ud7af\uff00-\uffef].*$", re.DOTALL)
_PREFIX = re.compile(r"^(?:smtp|rfc-?822|internet|ex|mailto|dda|to|from|e-?mail|address|3d)[=:]+|^[`*{}=!.&-]+(?=\w)", re.IGNORECASE)
_XTEXT = re.compile(r"\\x\{([0-9A-Fa-f]{1,6})\}")
_AT = re.compile(r"\(a\)")
_QUOTED_NAME = re.compile(r"\"[^\"\n]{0,300}\"(?=\s{0,3}<)")
_DAEMONS = re.compile(
    r"^(?:mailer-?daemon|mail-?daemon|post-?master|mdaemon|daemon|root|no-?reply|do-?not-?reply|abuse|help-?desk|hostmaster|admin(?:istrator)?|"
    r"support|support[.-].*|anti-?spam|spam|security|mail-?admin|webmaster|system)@",
    re.IGNORECASE,
)


def addresses_in(text: str) -> tuple[str, ...]:
    """Return the addresses in running text, in order, each once (by case-folded form)."""
    return each_once(clean_address(_apart(one[0])) for one in _FOUND.finditer(text))


def each_once(addresses: Iterable[str | None]) -> tuple[str, ...]:
    """Return the addresses in order, each once by its case-folded form, as it was first written; None is left out."""
    found: dict[str, str] = {}
    for address in addresses:
        if address is not None:
            found.setdefault(address.casefold(), address)
    return tuple(found.values())


def _apart(text: str) -> str:
    """The address without the words that it grew together with."""
    if text.isascii():
        return text
    local, _, domain = text.rpartition("@")
    return f"{_RUN_IN.sub('', f'{local}@').rstrip('@')}@{_RUN_OUT.sub('', domain)}"


def clean_address(text: str) -> str | None:
    """Return the address without what stands around it in text, None where it is none."""
    address = _PREFIX.sub("", text.strip().strip("<>'\"`.,;:() \t")) if not text.startswith('"') else text.strip()
    local, at, domain = address.rpartition("@")
    domain = domain.rstrip(".>-!?*`")
    if not at or not local or not domain or ("." not in domain and not domain.startswith("[") and domain != "localhost"):
        return None
    if any(character in domain for character in "/={}&?%+~!$^`"):
        return None
    return f"{local}@{domain}"


def from_field(value: str) -> str | None:
    """Return the address of a report's field ("rfc822; <a@example.org>", RFC 3464 and 6533), None for other kinds of names.

    X.400 and Notes names that carry an Internet address inside give that one.
    """
    value = _XTEXT.sub(lambda found: _character(found[1]), value[:1000])
    kind, semicolon, rest = value.partition(";")
    given = rest if semicolon and "@" not in kind else value
    if kind.strip().lower() in {"x400", "x.400"}:
        return None
    found = _exact(_AT.sub("@", given))
    return found[0] if found else clean_address(given)


def in_header(value: str) -> tuple[str, ...]:
    """Return the addresses of a To-like header, in order; a display name that looks like one is none.

    Not `email.utils.getaddresses`: it recurses once for each broken address, and a hostile header ends the process with it.
    """
    return _exact(_QUOTED_NAME.sub(" ", value[:20_000]))


def _exact(text: str) -> tuple[str, ...]:
    return each_once(clean_address(one[0]) for one in _FOUND.finditer(text))


def is_daemon(address: str) -> bool:
    """Tell whether the address is that of a mail system or its keepers."""
    return _DAEMONS.match(address) is not None


def same(one: str, other: str) -> bool:
    """Tell whether two spellings are the same address, as a roster counts."""
    return one.casefold() == other.casefold()


def _character(digits: str) -> str:
    number = int(digits, 16)
    return chr(number) if number <= 0x10FFFF and not 0xD800 <= number <= 0xDFFF else ""
