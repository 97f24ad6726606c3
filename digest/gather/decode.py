"""Bytes to text: what the mark says, what the document declares, what the bytes allow."""

import codecs
import re

import charset_normalizer

_DECLARED = re.compile(rb"""(?:encoding|charset)\s*=\s*["']?\s*([A-Za-z0-9_.:\-]+)""", re.IGNORECASE)
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What browsers read under these names (WHATWG): the superset that Windows writes.
_SUPERSETS = {
    "iso-8859-1": "cp1252",
    "latin-1": "cp1252",
    "latin1": "cp1252",
    "us-ascii": "cp1252",
    "ascii": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "iso-8859-9": "cp1254",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "sjis": "cp932",
    "tis-620": "cp874",
    "mac": "mac_roman",
    "x-mac-roman": "mac_roman",
    "csmacintosh": "mac_roman",
    "x-mac-cyrillic": "mac_cyrillic",
    "ms-cyrl": "cp1251",
    "win-1251": "cp1251",
    "windows1251": "cp1251",
    "windows1252": "cp1252",
    "x-cp1251": "cp1251",
    "x-cp1252": "cp1252",
    "tcvn": "cp1258",
    "unicode": "utf-8",
    "unicode-1-1-utf-8": "utf-8",
    "x-unicode20utf8": "utf-8",
}


def decode(body: bytes, declared: str | None = None) -> str:  # noqa: C901, PLR0911  a ladder of guesses, each ends it
    """The text of `body`; never fails. `declared` is what a Content-Type said.

    A byte order mark wins, then valid UTF-8 (whatever is declared: that is how wrong declarations look), then the declared
    encoding, then a guess, then Windows-1252 with replacement marks.
    """
    for mark, name in _MARKS:
        if body.startswith(mark):
            return body.decode(name, "replace").removeprefix("\ufeff")
    if body[:4] == b"<\x00\x00\x00" or body[:4] == b"\x00\x00\x00<":
        return body.decode("utf-32-le" if body[:1] == b"<" else "utf-32-be", "replace")
    if body[:2] == b"<\x00" or body[:2] == b"\x00<":
        return body.decode("utf-16-le" if body[:1] == b"<" else "utf-16-be", "replace")
    names = [declared] if declared else []
    names += [match.decode("ascii", "ignore") for match in _DECLARED.findall(body[:2048])[:3]]
    if any(_family(name) for name in names):
        text = _strict(body, names)
        if text is not None:
            return text
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.end >= len(body) - 3:  # cut off inside a character
            return body.decode("utf-8", "ignore")
    text = _strict(body, [name for name in names if name.lower().replace("_", "-") not in {"utf-8", "utf8"}])
    if text is not None:
        return text
    lossy = body.decode("utf-8", "replace")
    broken = lossy.count("\ufffd")
    # Mostly UTF-8 with a few broken bytes, if any of its characters took more than one.
    if broken * 200 < len(body) and sum(byte > 127 for byte in body) > broken:
        return lossy
    # Few high bytes are a Western text's accents, which guessing takes for Czech; many are another script.
    if sum(byte > 127 for byte in body[:65536]) * 8 < len(body[:65536]):
        return body.decode("cp1252", "replace")
    best = charset_normalizer.from_bytes(body[:65536]).best()
    return body.decode(best.encoding if best else "cp1252", "replace")


def _family(name: str) -> bool:
    """Whether bytes in this encoding may pass for UTF-8 by chance because they are pure ASCII (ISO-2022, HZ, UTF-7)."""
    return name.lower().startswith(("iso-2022", "hz-"))


def _strict(body: bytes, names: list[str]) -> str | None:
    for name in names:
        known = _SUPERSETS.get(name.lower(), name)
        try:
            if codecs.lookup(known).name.startswith(("utf-16", "utf-32")):
                continue  # declared inside the document, so it cannot be true: the declaration was readable
            return body.decode(known)
        except UnicodeDecodeError:
            if known == "cp1252":  # five bytes have no character there
                return body.decode("cp1252", "replace")
        except LookupError:
            continue
    return None
