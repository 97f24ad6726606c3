"""The whole reading of one returned mail: what kind it is, about whom, and why."""

from collections.abc import Callable
from dataclasses import replace

from digest.deliver.returned.address import in_header, is_daemon, same
from digest.deliver.returned.announced import read_announced
from digest.deliver.returned.answering import auto_signs, is_answer, says_automatic
from digest.deliver.returned.complaint import read_complaint
from digest.deliver.returned.delayed import is_delayed
from digest.deliver.returned.keyed import find_token
from digest.deliver.returned.letter import Letter, open_letter
from digest.deliver.returned.mime import take_apart
from digest.deliver.returned.notice import Named, local_names, named_recipients
from digest.deliver.returned.original import message_ids, plausible, said_message_id
from digest.deliver.returned.reason import Verdict, judge, judge_notice, read_status
from digest.deliver.returned.report import Reported
from digest.deliver.returned.signs import bounce_signs, from_system
from digest.deliver.returned.words import enclosed, header_words
from digest.model.returned import BounceClass, Returned, ReturnedRecipient, ReturnKind

_DONE = {"delivered", "relayed", "expanded"}
_MILDEST = (BounceClass.SOFT, BounceClass.FULL, BounceClass.OURS, BounceClass.HARD)


def read_return(raw: bytes, verifies: Callable[[str], object]) -> Returned:
    """Return what a returned mail says; never raises, in time linear in its size, the same for CR, LF and CRLF.

    `verifies(token)` is true for a token of ours (mailing-subscriber-mac). What is no return at all is `none`.
    """
    letter = open_letter(take_apart(raw))
    returned = _read(letter, 0)
    return replace(
        returned,
        message_id=returned.message_id or _message_id(letter),
        delivery=find_token(letter, verifies),
    )


def _read(letter: Letter, depth: int) -> Returned:
    told = read_complaint(letter) or read_announced(letter)
    if told is not None:
        return told
    if letter.reports:
        return _by_report(letter)
    forwarded = _forwarded(letter, depth)
    if forwarded is not None:
        return forwarded
    signs, automatic = bounce_signs(letter), auto_signs(letter)
    if letter.report_type == "disposition-notification" or letter.has("message/disposition-notification"):
        # A reading receipt, unless it tells of a refusal: Dovecot sends "automatically rejected" in this form.
        refusal = signs >= 2 and judge(letter.notice).sure and "reject" in (letter.subject + letter.notice).lower()
        signs, automatic = (3, 0) if refusal else (0, 2)
    if not from_system(letter) and (says_automatic(letter) or is_answer(letter) or letter.part.get("list-unsubscribe")):
        # A person, a person's mailbox and another newsletter may write "could not be delivered" as they like.
        return Returned(kind=ReturnKind.AUTO_REPLY if automatic else ReturnKind.NONE)
    if signs >= 3 or (signs == 2 and automatic < 2 and judge(letter.notice).sure):
        kind = ReturnKind.DELAYED if is_delayed(letter) else ReturnKind.BOUNCE
        return Returned(kind=kind, recipients=_by_words(letter, kind))
    return Returned(kind=ReturnKind.AUTO_REPLY if automatic else ReturnKind.NONE)


def _by_report(letter: Letter) -> Returned:
    failed = tuple(one for one in letter.reports if one.action not in _DONE)
    if not failed:
        return Returned(kind=ReturnKind.NONE)
    if failed[0].system.startswith("x-boxbe"):
        # A service that asks the sender to be let in writes it as a failure.
        return Returned(kind=ReturnKind.AUTO_REPLY)
    final = tuple(one for one in failed if not one.action.startswith("delay"))
    kind = ReturnKind.BOUNCE if final else ReturnKind.DELAYED
    named = named_recipients(letter.notice, letter.original, letter.apart)
    found = [_reported(letter, one, named, kind) for one in (final or failed)]
    return Returned(kind=kind, recipients=_merged(found))


def _reported(letter: Letter, reported: Reported, named: tuple[Named, ...], kind: ReturnKind) -> ReturnedRecipient:
    address = _written_to(letter, reported.addresses, named)
    paragraph = next((one.words for one in named if any(same(one.address, other) for other in reported.addresses)), "")
    if not paragraph and len(letter.reports) == 1:
        paragraph = letter.notice
    status = read_status(reported.status)
    by_code = judge(reported.diagnostic or reported.status, status)
    verdict = by_code
    if not by_code.sure:
        told = [judge_notice(words, by_code.status) for words in dict.fromkeys((paragraph, letter.notice)) if words]
        if by_code.bounce_class is not None and by_code.status is not None and not by_code.status.endswith(".0.0"):
            # The report is plain; only what the other system itself replied says more, not what a gateway adds below.
            told = [one for one in told if one.code is not None]
        verdict = next((one for one in told if one.sure), by_code)
        if verdict.bounce_class is None:
            verdict = next((one for one in told if one.bounce_class is not None), verdict)
    return _recipient(address, verdict, reported.diagnostic or paragraph, kind, status=by_code.status)


def _written_to(letter: Letter, addresses: tuple[str, ...], named: tuple[Named, ...]) -> str | None:
    """The address that we wrote to: of several the one our mail was to, otherwise the one the report begins with."""
    known = letter.original.recipients
    for address in addresses:
        if any(same(address, other) for other in known):
            return address
    if addresses:
        led = next((one.written_to for one in named if one.written_to and any(same(one.address, other) for other in addresses)), None)
        return addresses[0] if len(addresses) > 1 or led is None else led
    if named:
        return _routed(named[0].written_to or named[0].address, known)
    failed = _failed_recipients(letter)
    return failed[0] if len(failed) == 1 else _last_resort(letter)


def _failed_recipients(letter: Letter) -> list[str]:
    values = [header_words(value).replace(",", " ") for value in letter.part.all("x-failed-recipients")]
    return [_routed(address, letter.original.recipients) for value in values for address in value.split() if "@" in address]


def _routed(address: str, known: tuple[str, ...]) -> str:
    """The address that a relay turned into "ada%reader.example@relay.example" (RFC 1123, 5.2.16), where our mail was to it."""
    local, percent, domain = address.rpartition("@")[0].rpartition("%")
    return next((one for one in known if percent and same(one, f"{local}@{domain}")), address)


def _by_words(letter: Letter, kind: ReturnKind) -> tuple[ReturnedRecipient, ...]:
    headers = _failed_recipients(letter)
    named = named_recipients(letter.notice, letter.original, letter.apart)
    wanted = [Named(address=address, words="") for address in headers if not any(same(address, one.address) for one in named)]
    if headers:
        named = tuple(one for one in named if any(same(one.address, other) for other in headers))
    everyone = (*named, *wanted)
    whole = judge_notice(letter.notice)
    if not everyone:
        return (_recipient(_last_resort(letter), whole, letter.notice, kind),)
    found = []
    for one in everyone:
        verdict = judge_notice(one.words)
        if not verdict.sure and (whole.sure or verdict.bounce_class is None):
            verdict = replace(whole, status=verdict.status or whole.status, code=verdict.code or whole.code)
        address = (
            one.written_to if one.written_to and not any(same(one.address, other) for other in letter.original.recipients) else one.address
        )
        found.append(_recipient(address, verdict, one.words or letter.notice, kind))
    return _merged(found)


def _last_resort(letter: Letter) -> str | None:
    """Whom a notice without an address can only be about: whom our mail was to, or the address in a foreign return path."""
    original = letter.original
    others = (*letter.apart, *original.senders)
    for addresses in (original.recipients, original.handed_to[-1:]):
        left = tuple(one for one in plausible(addresses, others) if not _is_list(one, letter.apart))
        if len(left) == 1:
            return left[0]
    for value in letter.part.get("to").split(","):
        local, _, domain = value.strip(" <>").partition("@")
        left_of, equals, right_of = local.rpartition("=")
        if equals and domain and "." in right_of:
            return f"{left_of.rpartition('+')[2]}@{right_of}"
    titled = plausible(in_header(letter.subject), others)
    if len(titled) == 1 and not is_daemon(titled[0]):
        return titled[0]
    names = local_names(letter.notice)
    domains = [address.rpartition("@")[2] for address in letter.apart if is_daemon(address)]
    return f"{names[0]}@{domains[0].lower()}" if names and domains else None


def _is_list(address: str, apart: tuple[str, ...]) -> bool:
    """A discussion list's address: the mail came back to `list-bounces` or `list-admin`."""
    local = address.rpartition("@")[0].casefold()
    return any(other.casefold().startswith((f"{local}-bounce", f"{local}-admin", f"{local}-owner", f"owner-{local}")) for other in apart)


def _recipient(address: str | None, verdict: Verdict, words: str, kind: ReturnKind, status: str | None = None) -> ReturnedRecipient:
    bounce_class = verdict.bounce_class or BounceClass.SOFT
    if kind is ReturnKind.DELAYED and bounce_class is BounceClass.HARD:
        bounce_class = BounceClass.SOFT
    return ReturnedRecipient(
        address=address,
        bounce_class=bounce_class,
        status=status or verdict.status,
        code=verdict.code,
        diagnostic=" ".join(words.split())[:500] or None,
    )


def _merged(found: list[ReturnedRecipient]) -> tuple[ReturnedRecipient, ...]:
    """One for each address: where a report names one twice, the milder reason stands."""
    kept: dict[str, ReturnedRecipient] = {}
    for one in found:
        key = (one.address or "").casefold()
        if key not in kept or _MILDEST.index(one.bounce_class) < _MILDEST.index(kept[key].bounce_class):
            kept[key] = one
    return tuple(kept.values())


def _message_id(letter: Letter) -> str | None:
    if letter.original.message_id is not None:
        return letter.original.message_id
    referred = message_ids(letter.part.get("in-reply-to")) or message_ids(letter.part.get("references"))[-1:]
    return said_message_id(letter.notice) or next(iter(referred), None)


def _forwarded(letter: Letter, depth: int) -> Returned | None:
    """A notice inside a mail that itself is none: somebody, or a filter, passed it on."""
    if depth >= 2:
        return None
    for one in letter.part.walk():
        if one.kind == "message/rfc822":
            inner = open_letter(enclosed(one))
            if inner.reports or (inner.part.get("x-failed-recipients") and bounce_signs(letter) < 3):
                read = _read(inner, depth + 1)
                return replace(read, message_id=read.message_id or _message_id(inner))
    return None
