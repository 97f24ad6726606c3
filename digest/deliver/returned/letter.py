"""A returned mail as it is looked at: its headers read, the system's words apart from the copy of our mail, its reports."""

from dataclasses import dataclass

from digest.deliver.returned.address import in_header
from digest.deliver.returned.mime import Part
from digest.deliver.returned.original import Original, find_original, split_notice
from digest.deliver.returned.report import Reported, read_report
from digest.deliver.returned.words import MAX_TEXT, decoded, header_words, text_of

_REPORTS = ("message/delivery-status", "message/global-delivery-status", "message/xdelivery-status")
_ENCLOSED = ("message/rfc822", "message/global", "text/rfc822-headers", "message/rfc822-headers", "message/global-headers")


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What the rules look at. `notice` is the system's own words; `apart` are addresses of the mail's own From and To."""

    part: Part
    subject: str
    sender: str
    notice: str
    original: Original
    reports: tuple[Reported, ...]
    apart: tuple[str, ...]

    @property
    def report_type(self) -> str:
        """What kind of report (RFC 6522) the mail says it is, lower case."""
        return self.part.params.get("report-type", "").lower()

    def has(self, kind: str) -> bool:
        """Tell whether one of its parts is of that type."""
        return any(one.kind == kind for one in self.part.walk())


def open_letter(part: Part) -> Letter:
    """Return the mail as the rules look at it."""
    whole = _own_words(part)
    notice, copy = split_notice(whole)
    reports = tuple(reported for one in part.walk() if one.kind.startswith(_REPORTS) for reported in read_report(decoded(one)))
    if not reports:
        # Some systems send the report as plain text, or under a type of their own.
        texts = [text_of(one) for one in part.walk() if not one.parts and one.kind not in (*_ENCLOSED, "message/disposition-notification")]
        reports = tuple(reported for text in texts if "final-recipient:" in text.lower() for reported in read_report(text))
    apart = tuple(address for name in ("from", "to", "reply-to", "delivered-to", "return-path") for address in in_header(part.get(name)))
    return Letter(
        part=part,
        subject=header_words(part.get("subject")),
        sender=header_words(part.get("from")),
        notice=notice,
        original=find_original(part, copy),
        reports=reports,
        apart=apart,
    )


def _own_words(part: Part) -> str:
    """The text before the first enclosed message: plain where there is plain text, otherwise HTML without its tags."""
    plain: list[str] = []
    marked: list[str] = []
    for one in part.walk():
        if one.kind in _ENCLOSED:
            if plain or marked:
                break
        elif one.kind == "text/html":
            marked.append(text_of(one))
        elif one.kind.startswith("text/") or (one is part and not one.parts):
            plain.append(text_of(one))
    said = "\n".join(text.strip("\n") for text in plain)
    return (said if said.strip() else "\n".join(marked))[:MAX_TEXT]
