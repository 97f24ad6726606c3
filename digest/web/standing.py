"""Where an edition stands, in a word and a dot; pure, from its record and its mailings."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from digest.model.edition import UNSENT, EditionRecord, EditionState
from digest.model.mailing import Mailing, MailingState

Tone = Literal["now", "done", "look", "bad", "still"]
Step = Literal["done", "now", "to_come"]

_WAY: Final = (*UNSENT, EditionState.RELEASED)
_WORDS: Final = {
    EditionState.DRAFT: "Draft",
    EditionState.IN_REVIEW: "In review",
    EditionState.APPROVED: "Approved",
    EditionState.SCHEDULED: "Scheduled",
    EditionState.RELEASED: "Sent",
    EditionState.CANCELLED: "Cancelled",
    EditionState.SKIPPED: "Skipped",
}
_SENDING: Final[dict[MailingState, tuple[str, Tone]]] = {
    MailingState.HELD: ("Held", "look"),
    MailingState.OPEN: ("Sending", "now"),
    MailingState.SENDING: ("Sending", "now"),
    MailingState.PAUSED: ("Paused", "look"),
    MailingState.DONE: ("Sent", "done"),
    MailingState.CANCELLED: ("Stopped", "bad"),
    MailingState.FAILED: ("Failed", "bad"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A word and the tone of its dot; `way` is the whole line of dots, empty for what left the way."""

    word: str
    tone: Tone
    way: tuple[tuple[str, Step], ...] = ()


def standing_of(record: EditionRecord, mailings: Sequence[Mailing] = ()) -> Standing:
    """Return where an edition stands; of its mailings the one that has most left to do speaks."""
    if record.state in (EditionState.CANCELLED, EditionState.SKIPPED):
        return Standing(word=_WORDS[record.state], tone="still")
    if mailings and record.state in UNSENT:
        return Standing(word="Being corrected", tone="look")
    sending = _SENDING[_speaks(mailings)] if mailings else None
    here = _WAY.index(record.state)
    over = sending is not None and sending[0] == "Sent"
    way: list[tuple[str, Step]] = []
    for place, state in enumerate(_WAY):
        step: Step = "done" if place < here or over else "now" if place == here else "to_come"
        word = sending[0] if sending is not None and state is EditionState.RELEASED else _WORDS[state]
        way.append((word, step))
    if record.held is not None and record.state in UNSENT:
        return Standing(word="Held", tone="look", way=tuple(way))
    if sending is not None:
        return Standing(word=sending[0], tone=sending[1], way=tuple(way))
    return Standing(word=_WORDS[record.state], tone="now", way=tuple(way))


def _speaks(mailings: Sequence[Mailing]) -> MailingState:
    """Return the state that speaks for all: what is being sent, then what waits for somebody, then what is over."""
    order = (MailingState.SENDING, MailingState.OPEN, MailingState.PAUSED, MailingState.HELD)
    there = [one.state for one in mailings]
    lively = next((state for state in order if state in there), None)
    # Of what is over, what a correction took over says nothing: somebody else has its readers.
    return lively or (MailingState.DONE if there[-1] is not MailingState.CANCELLED else there[-1])


def next_of(records: Sequence[EditionRecord]) -> EditionRecord | None:
    """Return the edition that the desk works on: the first to go out of those that have not."""
    open_ones = [record for record in records if record.state in UNSENT]
    return min(open_ones, key=lambda record: (record.due, record.id), default=None)


def may_be_late(record: EditionRecord, now: datetime) -> bool:
    """Whether its time has passed while it still waits here."""
    return record.state in UNSENT and record.due <= now
