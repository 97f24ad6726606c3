"""The mail that a return is about: its copy or its headers, wherever the return keeps them."""

import re
from dataclasses import dataclass

from digest.deliver.returned.address import addresses_in, in_header, is_daemon
from digest.deliver.returned.expressions import any_of
from digest.deliver.returned.mime import Part, read_headers
from digest.deliver.returned.words import MAX_TEXT, decoded, enclosed

_ENCLOSED = {"message/rfc822", "message/global", "message/partial"}
_HEADERS_ONLY = {"text/rfc822-headers", "message/rfc822-headers", "message/global-headers", "text/rfc822", "text/rfc822-header"}

# Where a notice ends and the copy of the mail begins, as many systems announce it.
_ANNOUNCED = any_of(
    (
        r"^[ >|*]{0,4}(?:-{2,}|={2,}|\*{2,}|_{3,}|#{2,})? ?(?:(?:this is .{0,40}(?:copy|headers?\b"
        r"|part of)|(?:here is|included is|below (?:this|the next) line is|attached is|enclosed is"
        r"|a copy of|the following is) .{0,40}(?:copy|message|header|part of)|(?:the )?(?:header"
        r"|body|text|copy|first \d+ lines?)s? .{0,40}(?:of )?(?:the |your )?(?:original|returned"
        r"|undelivered|failed|unsent)?.{0,12}(?:message|mail|following)|(?:returned|unsent"
        r"|undelivered|rejected|original) (?:message|mail|e-?mail|headers?)(?: headers?| text"
        r"| body| details)?(?: follows| below| is| as| \(|:| -|-)|start of returned|message headers? follow"
        r"|(?:the )?original (?:message|mail)(?= ?(?:$|:|-|\(|follows|text|headers?|is|as|below"
        r"|attached|included))|original headers|ursprungshuvuden|message text follows|received: "
        r"(?:from|by) |message header for|returned mail\b|unsent message|old message:)).{0,120}$"
    ),
    (
        r"^-{3,} ?(?:original|returned|forwarded) .{0,40}-{2,}$|^content-type: (?:message/rfc822"
        r"|text/rfc822-headers)"
    ),
    flags=re.IGNORECASE | re.MULTILINE,
)
_HEADER_LINE = any_of(
    (
        r"^[>| ]{0,8}(?:Received|Return-Path|Message-ID|From|To|Date|Subject|MIME-Version|DKIM-Signature"
        r"|X-[\w-]{1,50}|Content-Type|Sender|Delivered-To|List-[\w-]{1,30}|Reply-To|Cc):"
    ),
    flags=re.IGNORECASE,
)
_HEADER_START = re.compile(
    r"^[>| ]{0,8}(?:Received: (?:from|by|\()|Return-Path: ?<|Message-ID: {0,4}<|X-[\w-]{1,40}: |DKIM-Signature: |Delivered-To: )",
    re.IGNORECASE | re.MULTILINE,
)
_FIRST_LINES = re.compile(r"^[>| ]{0,8}(?:From|To|Subject|Date): ", re.IGNORECASE | re.MULTILINE)
_FOR = re.compile(r"\bfor <?([^\s<>;]{1,200}@[^\s<>;]{1,200})>?", re.IGNORECASE)
_MESSAGE_ID = re.compile(r"<[^\s<>@]{1,250}@[^\s<>@]{1,250}>")
_SAID_ID = re.compile(r"(?:original[- ])?message[- ]?id[:=\s]{1,4}\s{0,3}(<[^\s<>@]{1,250}@[^\s<>@]{1,250}>)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """What is known of the mail we sent: its headers, empty where the return keeps none."""

    headers: tuple[tuple[str, str], ...] = ()

    def all(self, name: str) -> tuple[str, ...]:
        """Return every header of that name."""
        return tuple(value for key, value in self.headers if key == name)

    @property
    def message_id(self) -> str | None:
        """Its Message-ID, brackets included."""
        given = " ".join(self.all("message-id"))
        found = _MESSAGE_ID.search(given)
        if found is not None:
            return found[0]
        # Some copies leave out the brackets.
        return f"<{given}>" if re.fullmatch(r"[^\s<>@]{1,250}@[^\s<>@]{1,250}", given) else None

    @property
    def recipients(self) -> tuple[str, ...]:
        """Whom it was to, as its own headers say."""
        named = [
            address for name in ("to", "cc", "x-original-to", "apparently-to") for value in self.all(name) for address in in_header(value)
        ]
        return tuple(dict.fromkeys(named))

    @property
    def handed_to(self) -> tuple[str, ...]:
        """Whom the systems on its way handed it to ("for <…>"), the first of them first."""
        found = [one[1] for value in reversed(self.all("received")) for one in _FOR.finditer(value[:2000])]
        return tuple(dict.fromkeys(address for one in found for address in addresses_in(one)))

    @property
    def senders(self) -> tuple[str, ...]:
        """Who it was from: never whom it could not reach."""
        names = ("from", "sender", "return-path", "reply-to", "errors-to")
        return tuple(dict.fromkeys(address for name in names for value in self.all(name) for address in in_header(value)))


def find_original(part: Part, notice: str) -> Original:
    """Return what the return keeps of our mail: an enclosed message, a part of headers, or headers in the text of the notice."""
    found = Original()
    for one in part.walk():
        if one.kind in _ENCLOSED:
            found = _better(found, Original(headers=enclosed(one).headers))
        elif one.kind in _HEADERS_ONLY:
            found = _better(found, Original(headers=read_headers(decoded(one).lstrip("\n"))[0]))
    return _better(found, _in_text(notice))


def split_notice(text: str) -> tuple[str, str]:
    """Return the system's own words, and the copy of our mail that stands among or behind them."""
    text, repeated = _without_repeated_headers(text[:MAX_TEXT])
    ends = [len(text)]
    ends += [one.start() for one in _ANNOUNCED.finditer(text) if one.start() > 40][:1]
    ends += [one.start() for one in _HEADER_START.finditer(text) if _begins_headers(text, one.start())][:1]
    end = min(ends)
    return text[:end], repeated + text[end:]


def _without_repeated_headers(text: str) -> tuple[str, str]:
    """Sun's and PMDF's systems repeat a few headers of our mail, indented, before they say whom it could not reach."""
    found = _HEADER_START.search(text)
    if found is None or text[found.start()] not in " \t" or not _begins_headers(text, found.start()):
        return text, ""
    start, end = found.start(), text.find("\n\n", found.start())
    rest = text[end:].lstrip("\n") if end > 0 else ""
    if not rest.strip() or rest.startswith(" ") or end > start + 2000:
        return text, ""
    return f"{text[:start]}\n{rest}", f"{text[start:end]}\n\n"


def said_message_id(text: str) -> str | None:
    """Return a Message-ID that the notice names as that of our mail."""
    found = _SAID_ID.search(text)
    return found[1] if found else None


def message_ids(value: str) -> tuple[str, ...]:
    """Return the Message-IDs of a References-like header."""
    return tuple(_MESSAGE_ID.findall(value[:5000]))


def _begins_headers(text: str, place: int) -> bool:
    lines = text[place : place + 3000].split("\n")[:12]
    return sum(_HEADER_LINE.match(line) is not None for line in lines) >= 3


def _better(one: Original, other: Original) -> Original:
    if not other.headers or (one.message_id and one.recipients):
        return one
    if not one.headers:
        return other
    kept = {name for name, _ in one.headers}
    return Original(headers=(*one.headers, *((name, value) for name, value in other.headers if name not in kept)))


def _in_text(text: str) -> Original:
    text = text[:MAX_TEXT]
    start = next((one.start() for one in _HEADER_START.finditer(text) if _begins_headers(text, one.start())), None)
    if start is None:
        # Some copies begin with From and To; they stand right under the line that announces them.
        start = next((one.start() for one in _FIRST_LINES.finditer(text[:2000]) if _begins_headers(text, one.start())), None)
    if start is None:
        return Original()
    lines = text[start : start + 30_000].split("\n")
    plain = (line.lstrip(">| ") if _HEADER_LINE.match(line) else line.lstrip(">|") for line in lines)
    return Original(headers=read_headers("\n".join(plain))[0])


def plausible(addresses: tuple[str, ...], others: tuple[str, ...]) -> tuple[str, ...]:
    """Return the addresses that are no mail system's and not among `others`."""
    unwanted = {one.casefold() for one in others}
    return tuple(one for one in addresses if one.casefold() not in unwanted and not is_daemon(one))
