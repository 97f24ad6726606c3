"""What a relay's refusal means beyond its code: the reader's mailbox, the moment, or us; read as returned mails are read."""

from dataclasses import dataclass, replace
from typing import Final

from digest.deliver.returned.reason import judge
from digest.model.mailing import Answer, DeliveryState
from digest.model.returned import BounceClass

# A refusal that is not about the mailbox (full, blocked, over a rate) is asked again so often in all, from an hour on.
_MOST_REFUSALS: Final = 4
_REFUSED: Final = 500
# "No such mailbox", in most systems' words; without any, nobody can tell (RFC 5321, 4.2.3).
_PERHAPS_MAILBOX: Final = frozenset((550, 551, 553))
# Said by us, of a message that this relay could not take at all: asking again would change nothing.
_OURS_TO_SAY: Final = ("(RFC 1870)", "(RFC 6531)")
_NOT_THE_RELAYS: Final = (BounceClass.FULL, BounceClass.HARD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What follows from an answer: as the ledger takes it, whether it speaks against relay or domain, whether the mailbox is gone."""

    answer: Answer
    counts: bool = False
    gone: bool = False


def weigh(answer: Answer, tries: int) -> Verdict:
    """Return what an answer means, given to the `tries`-th try; what was accepted or is in doubt is taken as it is.

    A 5xx that is about a full mailbox, the moment or us is deferred, and final at the fourth try; one that says that the
    mailbox is gone is final, and so is one without words that tell.
    """
    if answer.state not in (DeliveryState.DEFERRED, DeliveryState.FAILED) or answer.code is None:
        return Verdict(answer=answer)
    if answer.reply.endswith(_OURS_TO_SAY):
        return Verdict(answer=answer)
    why = judge(f"{answer.code} {answer.reply}").bounce_class
    if answer.code < _REFUSED:
        return Verdict(answer=answer, counts=why not in _NOT_THE_RELAYS)
    if why is BounceClass.HARD:
        return Verdict(answer=answer, gone=True)
    if why is None:
        return Verdict(answer=answer, counts=answer.code not in _PERHAPS_MAILBOX)
    later = answer if tries >= _MOST_REFUSALS else replace(answer, state=DeliveryState.DEFERRED)
    return Verdict(answer=later, counts=why is BounceClass.OURS)
