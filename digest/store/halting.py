"""A mailing that the machine pauses, because a person must look: with the reason, and with a line in the log of acts."""

from datetime import datetime

from sqlalchemy.orm import Session

from digest.model.account import MACHINE, Act
from digest.model.mailing import MailingState
from digest.store import acts, editions, mailings


def halt(session: Session, mailing_id: int, reason: str, *, now: datetime) -> bool:
    """Pause a mailing that goes on, and say why; False where it does not."""
    if not mailings.change(session, mailing_id, MailingState.PAUSED, of=mailings.RUNNING, reason=reason):
        return False
    record = editions.get(session, mailings.get(session, mailing_id).edition_id)
    act = Act(at=now, who=MACHINE, what="paused the sending", why=reason, edition_id=record.id, revision=record.revision)
    acts.note(session, act)
    return True
