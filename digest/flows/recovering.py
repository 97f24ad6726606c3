"""Recovering: what senders that ended left in their journals is told to the ledger, and their chunks are free for others."""

from datetime import datetime
from pathlib import Path

from digest.deliver.journal import left_behind
from digest.log import get_log
from digest.store import Database, ledger, settling

log = get_log("recovering")


def recover(database: Database, folder: Path, *, now: datetime) -> int:
    """Tell the ledger what dead processes had in their journals, and free their chunks; return how many answers there were."""
    told = 0
    for journal in left_behind(folder):
        try:
            kept = journal.read()
            with database.writing() as session:
                settling.settle(session, kept.answers)
                settling.darken(session, kept.dark, journal.owner, now=now)
                freed = ledger.free(session, journal.owner)
            journal.forget()
        finally:
            # Where the database was away, its entries stay for the next sweep.
            journal.close()
        told += len(kept.answers)
        log.info("journal replayed", owner=journal.owner, answers=len(kept.answers), dark=len(kept.dark), chunks=freed)
    return told
