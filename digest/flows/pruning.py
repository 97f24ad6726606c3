"""Pruning: what has expired is forgotten."""

from datetime import datetime

from digest.log import get_log
from digest.store import Database, accounts

log = get_log("pruning")


def prune(database: Database, *, now: datetime) -> int:
    """Forget expired sessions and return how many."""
    with database.writing() as session:
        gone = accounts.prune_sessions(session, now=now)
    log.info("pruned", sessions=gone)
    return gone
