"""Bytes to text: what the mark says, what the document declares, what the bytes allow."""

import codecs
import re
from email.message import Message

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


# Codecs of Python's that are no character sets; two of them take quadratic time.
_NO_CHARSETS = frozenset(
    {"punycode", "idna", "unicode_escape", "unicode-escape", "raw_unicode_escape", "raw-unicode-escape", "utf-7", "undefined"}
)
_LANGUAGE = re.compile(rb"(?:<(?:dc:)?language>\s*|xml:lang=[\"'])([A-Za-z]{2})")
_LANGUAGES = (
    (frozenset({"de", "fr", "es", "pt", "it", "nl", "da", "sv", "no", "nb", "nn", "fi", "is", "ca", "gl", "eu"}), ["cp1252"]),
    (frozenset({"cs", "sk", "pl", "hu", "sl", "hr", "ro", "sq"}), ["cp1250", "iso-8859-2"]),
    (frozenset({"tr", "az"}), ["cp1254"]),
    (frozenset({"he", "iw", "yi"}), ["cp1255"]),
    (frozenset({"lt", "lv", "et"}), ["cp1257"]),
    (frozenset({"el"}), ["cp1253"]),
    (frozenset({"vi"}), ["cp1258"]),
    (frozenset({"th"}), ["cp874"]),
    (frozenset({"ko"}), ["cp949"]),
    (frozenset({"ja"}), ["euc-jp", "cp932"]),
)
_BETWEEN = re.compile(rb"[\x80-\x9f]")
_ACCENTS_ALONE = re.compile("[\u00a1-\u00ff]{4,}")
_ACCENTS_AMONG = re.compile("[a-zA-Z][\u00e0-\u00ff]|[\u00e0-\u00ff][a-zA-Z]")
_LATIN = frozenset({"iso-8859-1", "latin-1", "latin1", "us-ascii", "ascii", "windows-1252", "cp1252"})
_HIGH = bytes(range(128, 256))


def _windows_bytes(error: UnicodeError) -> tuple[str, int]:
    """What is no UTF-8 as Windows would have meant it."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error("windows-bytes", _windows_bytes)


def decode(body: bytes, declared: str | None = None) -> str:
    """The text of `body`; never fails. `declared` is what a Content-Type said.

    A byte order mark wins, then valid UTF-8 (whatever is declared: that is how wrong declarations look), then the declared
    encoding unless it gives what no language writes, then the encodings of the stated language, then a guess, then
    Windows-1252 with replacement marks.
    """
    wide = _wide(body)
    if wide is not None:
        return wide
    names = [declared] if declared else []
    names += [match.decode("ascii", "ignore") for match in _DECLARED.findall(body[:2048])[:3]]
    shifted = _strict(body, [name for name in names if _shifts(name)] + ["iso-2022-jp"] * (b"\x1b$" in body[:65536]))
    if shifted is not None:
        return shifted
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.end >= len(body) - 3:  # cut off inside a character
            return body.decode("utf-8", "ignore")
    names = [name for name in names if name.lower().replace("_", "-") not in {"utf-8", "utf8"} and _is_known(name)]
    if _LATIN.issuperset(name.lower() for name in names):
        names = [*_of_language(body), *names]  # Czech cannot be written in Latin-1
    text = _strict(body, names)
    return text if text is not None and not _is_gibberish(text) else _guessed(body)


def as_declared(body: bytes, content_type: str | None) -> bytes:
    """Return an answer's body as `decode` reads it by itself: in UTF-8 with its mark where the Content-Type names another charset.

    Latin-1 is what servers are set to say of everything; the document knows better, and without a word of its own is read as that.
    """
    header = Message()
    header["Content-Type"] = content_type or ""
    charset = header.get_content_charset()
    if charset is None or charset in _LATIN | {"utf-8", "utf8"} or not _is_known(charset):
        return body
    return codecs.BOM_UTF8 + decode(body, charset).encode(errors="replace")


def _wide(body: bytes) -> str | None:
    """The text of what has a mark, or begins with a `<` of two or four bytes."""
    for mark, name in _MARKS:
        if body.startswith(mark):
            return body.decode(name, "windows-bytes" if name == "utf-8" else "replace").removeprefix("\ufeff")
    if body[:4] == b"<\x00\x00\x00" or body[:4] == b"\x00\x00\x00<":
        return body.decode("utf-32-le" if body[:1] == b"<" else "utf-32-be", "replace")
    if body[:2] == b"<\x00" or body[:2] == b"\x00<":
        return body.decode("utf-16-le" if body[:1] == b"<" else "utf-16-be", "replace")
    return None


def _guessed(body: bytes) -> str:
    """What is neither UTF-8 nor what it says."""
    broken = body.decode("utf-8", "replace").count("\ufffd")
    # Mostly UTF-8 with a few bytes of Windows between, if any of its characters took more than one.
    if broken * 200 < len(body) and len(body) - len(body.translate(None, _HIGH)) > broken:
        return body.decode("utf-8", "windows-bytes")
    # Few high bytes are a Western text's accents, which guessing takes for Czech; many are another script.
    head = body[:65536]
    if (len(head) - len(head.translate(None, _HIGH))) * 8 < len(head):
        return body.decode("cp1252", "replace")
    best = charset_normalizer.from_bytes(head).best()
    return body.decode(best.encoding if best else "cp1252", "replace")


def _of_language(body: bytes) -> list[str]:
    """The encodings of the language that a feed states."""
    found = _LANGUAGE.search(body[:4096])
    language = found[1].decode("ascii").lower() if found else ""
    # Where Windows and ISO differ, Windows uses the bytes that ISO keeps for control characters.
    windows = bool(_BETWEEN.search(body))
    for languages, names in _LANGUAGES:
        if language in languages:
            return names if windows or len(names) == 1 else names[::-1]
    return []


def _is_gibberish(text: str) -> bool:
    """Whether a text reads as another script taken for Latin: words of accented letters alone."""
    head = text[:65536]
    alone = len(_ACCENTS_ALONE.findall(head))
    return alone > 3 and alone > len(_ACCENTS_AMONG.findall(head))


def _is_known(name: str) -> bool:
    try:
        return codecs.lookup(_SUPERSETS.get(name.lower(), name)).name not in _NO_CHARSETS
    except (LookupError, ValueError):
        return False


def _shifts(name: str) -> bool:
    """Whether bytes in this encoding may pass for UTF-8 by chance because they are pure ASCII (ISO-2022, HZ)."""
    return name.lower().startswith(("iso-2022", "hz"))


def _strict(body: bytes, names: list[str]) -> str | None:
    for name in names:
        known = _SUPERSETS.get(name.lower(), name)
        try:
            codec = codecs.lookup(known).name
            if codec.startswith(("utf-16", "utf-32")) or codec in _NO_CHARSETS:
                continue  # declared inside the document, so it cannot be true: the declaration was readable
            return body.decode(known)
        except UnicodeDecodeError:
            if known == "cp1252":  # five bytes have no character there
                return body.decode("cp1252", "replace")
        except (LookupError, ValueError):
            continue
    return None
