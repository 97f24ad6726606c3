"""Whom a notice in plain words speaks of, and what it says of each."""

import re
from dataclasses import dataclass

from digest.deliver.returned.address import ADDRESS, addresses_in, clean_address, is_daemon
from digest.deliver.returned.expressions import any_of
from digest.deliver.returned.original import Original

_MAX_RECIPIENTS = 100
# The paragraph about one recipient, in lines and in characters: what judges it reads 4,000.
_MAX_LINES = 40
_MAX_WORDS = 5_000
_A = r"(?:<?(?:mailto:|smtp:)?" + ADDRESS + r">?)"
# The line is about the recipient: it stands alone, or what happened follows it.
_ALONE = re.compile(r"^[\s>*•·\-–#|\[\]'\"“”]{0,20}" + _A + r"(?:<mailto:[^>\n]{1,200}>)?[\s'\"“”\].,]{0,5}:?\s*(?:\(.{0,200}\))?\s*$")
_FOLLOWED = any_of(
    r"^[\s>*•·\-–#|\[]{0,20}(?:\"[^\"\n]{0,80}\" ?|\[?(?:smtp|rfc-?822):)?['\"]?"
    + _A
    + (
        r"['\"“”\]]{0,2}\s?(?:\([^()\n]{1,200}\))?(?:[:;,]|\.\.\.| - | -- |\s\(|\s(?:on|am"
        r"|le|el|il|op|den|em|em:|dnia) \S|\s+[45]\d\d[ -]|\s+(?:failed|delayed|was|is|does"
        r"|has|not|no such|unknown|could)\b)"
    ),
    flags=re.IGNORECASE,
)
_TOLD = any_of(
    (
        r"(?:recipients?|addressee|addressed(?: to)?|deliver(?:ed|y|ing)?(?: \w+){0,3} (?:to"
        r"|for)|undeliverable(?: address)?:?(?: to| address)?|send(?:ing)?(?: \w+){0,3} to"
        r"|(?:unknown |failed |invalid |no such |bad |local )?(?:user|address|mailbox|account"
        r"|adresse|adresses|destinataire|recipient)s?(?: name)?(?: is)?:?|rcpt[ _]to ?:?|sent to"
        r"|message(?: \w+){0,2} (?:to|for)|mail(?: \w+){0,2} (?:to|for)|attempts?:|reach|account"
        r"|delivre a|zustell\w+(?: \w+){0,4}|an|para|à|to|for|宛先|收件人)[\s:;,'\"“”(\[<-]{1,8}"
        r"(?:smtp:|mailto:)?"
    )
    + ADDRESS,
    flags=re.IGNORECASE,
)
_ASIDE = any_of(
    (
        r"contact|please (?:send|forward|write|reply|e-?mail)|further assistance|report|if you "
        r"(?:feel|have|need|believe)"
    ),
    (
        r"questions|postmaster|help ?desk|alternate|sent by|from:|von:|de:|reply-to|sender"
        r"|received from|return-path|mail from"
    ),
    r"mailto:abuse|support",
    flags=re.IGNORECASE,
)
_ECHO = re.compile(r"^\s*(?:to|cc|an|à|a|para|aan|til|till|do|komu|subject|betreff|objet|from|reply-to)\s?:", re.IGNORECASE)
_TRANSCRIPT = re.compile(r"^\s*(?:>>>|<<<|\d{3}[ -]|\.\.\. while|ehlo|helo|mail from|data|quit|rset)", re.IGNORECASE)
_GENERATED = re.compile(
    r"(?:(?:generated|expanded|forwarded|alias|addressed) (?:from|to)|original address):?\s{0,3}<?(" + ADDRESS + r")>?",
    re.IGNORECASE,
)
_OFFERED = re.compile(r"\s*(?:>>>\s*)?rcpt to", re.IGNORECASE)
# Exchange gives a foreign address as "c=US;a= ;p=…;dda:SMTP=ada@example.org; on Fri, …".
_X400 = re.compile(r"smtp=[^\s;]{3,300};|; on ", re.IGNORECASE)
_LOCAL = re.compile(r"^\s{1,12}([\w.+-]{2,40})(?:\s{2,}|\s*$|\s+(?:no|unknown|not)\b)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A recipient that a notice names, and the paragraph about it. `written_to` is the address that led there, where it says so."""

    address: str
    words: str
    written_to: str | None = None


def named_recipients(notice: str, original: Original, apart: tuple[str, ...]) -> tuple[Named, ...]:
    """Return the recipients that the notice speaks of; `apart` are addresses of others: the mail's own From and To."""
    lines = notice.split("\n")[:3000]
    known = {one.casefold() for one in (*original.recipients, *original.handed_to)}
    senders = {one.casefold() for one in (*apart, *original.senders)}
    ranked: dict[int, list[tuple[int, str]]] = {1: [], 2: [], 3: []}
    returned_to: list[tuple[int, str]] = []
    for number, line in enumerate(lines):
        for rank, address in _on_line(line[:1000]):
            stranger = address.casefold() not in senders if rank > 1 else address.casefold() not in senders - known
            if stranger and not (is_daemon(address) and address.casefold() not in known):
                ranked[rank].append((number, address))
            elif rank == 1 and not is_daemon(address):
                returned_to.append((number, address))
    places = ranked[1] or [one for one in ranked[2] if one[1].casefold() in known] or ranked[2]
    if not places:
        places = [one for one in ranked[3] if one[1].casefold() in known]
    if not places and len({address.casefold() for _, address in ranked[3]}) == 1:
        places = ranked[3][:1]
    if not places:
        places = [(number, led) for number, line in enumerate(lines) if (led := _led_from(line)) is not None][:1]
    # Somebody wrote to themselves: no other address is named.
    return _with_words(lines, places or returned_to[:1])


def local_names(notice: str) -> tuple[str, ...]:
    """Return names without a domain that stand alone on a line, as America Online and Yale wrote recipients."""
    found = [one[1] for line in notice.split("\n")[:200] if "@" not in line and (one := _LOCAL.match(line)) is not None]
    return tuple(found[:1])


def _on_line(line: str) -> list[tuple[int, str]]:
    """The addresses of a line with how much the line says that they are recipients: 1 most, 3 least."""
    found = addresses_in(line) if "@" in line else ()
    leads = _ALONE.match(line) or (_FOLLOWED.match(line) and not _ASIDE.match(line.strip()))
    if not found or (_GENERATED.search(line) and not leads):
        return []
    if _ECHO.match(line):
        # "To: …" among the headers of our mail that Exchange repeats.
        return [(3, address) for address in found]
    if leads and not _TRANSCRIPT.match(line):
        return [(1, found[-1] if _X400.search(line) else found[0])]
    if _OFFERED.match(line) or _X400.search(line):
        return [(2 if _OFFERED.match(line) else 1, found[-1])]
    told = None if _TRANSCRIPT.match(line) else _TOLD.search(line)
    if told is not None and not _ASIDE.search(line[: told.start()]):
        return [(2, address) for address in addresses_in(told[0])[-1:]]
    return [] if _ASIDE.search(line) else [(3, address) for address in found]


def _led_from(line: str) -> str | None:
    found = _GENERATED.search(line[:1000])
    return clean_address(found[1]) if found is not None else None


def _with_words(lines: list[str], places: list[tuple[int, str]]) -> tuple[Named, ...]:
    found: dict[str, Named] = {}
    keys = [address.casefold() for _, address in places]
    for index, (number, address) in enumerate(places):
        key, end = keys[index], _paragraph_end(places, keys, index)
        known = found.get(key)
        if known is None and len(found) == _MAX_RECIPIENTS:
            continue
        if known is not None and len(known.words) > _MAX_WORDS:
            # More than anybody reads of it is there; a notice that names one address a thousand times would grow with its square.
            continue
        words = "\n".join(lines[number:end])
        led = _led_from(" ".join(words[:_MAX_WORDS].split())[:1000])
        found[key] = (
            Named(address=address, words=words, written_to=led)
            if known is None
            else Named(address=known.address, words=f"{known.words}\n{words}", written_to=known.written_to or led)
        )
    return tuple(found.values())


def _paragraph_end(places: list[tuple[int, str]], keys: list[str], index: int) -> int:
    """The line at which somebody else is spoken of, 40 lines on at most: that many are looked at, however many names follow."""
    number = places[index][0]
    for later in range(index + 1, len(places)):
        other = places[later][0]
        if other >= number + _MAX_LINES:
            break
        if other > number and keys[later] != keys[index]:
            return other
    return number + _MAX_LINES
