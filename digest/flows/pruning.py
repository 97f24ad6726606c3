"""Pruning: what has expired is forgotten."""

from datetime import datetime, timedelta

from digest.log import get_log
from digest.store import (
    Database,
    accounts,
    attempts,
    consents,
    failures,
    heartbeats,
    hosts,
    link_checks,
    pace,
    pictures,
    returns,
    revisions,
)

log = get_log("pruning")

# What was learnt of an address that no edition asked about since says nothing any more.
_LINKS_KEPT = timedelta(days=60)
# As long as a confirmation's link is good (digest/audience/consent.py), and far longer than any window of attempts.
_UNCONFIRMED_FOR = timedelta(days=7)
_ATTEMPTS_FOR = timedelta(days=1)

_FAILURES_KEPT = timedelta(days=30)
_SILENT_WORKERS_KEPT = timedelta(hours=24)
# A form that was opened on one of them still merges for a day.
_FOLDED_KEPT = timedelta(days=1)
# What a robots.txt said serves for 30 days while it cannot be read anew (RFC 9309, 2.3.1.4).
_HOSTS_KEPT = timedelta(days=31)
# What was counted of a recipient domain is looked at for an hour; a breaker is tried with the next edition.
_PACE_KEPT = timedelta(days=15)
# A returned mail holds an address and often the whole edition; that it came, and what followed, stays.
_RETURNED_MAILS_KEPT = timedelta(days=90)
# An editor who comes back to an earlier picture finds it; what a mail names stays as long as its edition.
_PICTURES_KEPT = timedelta(days=30)


def prune(database: Database, *, now: datetime) -> int:
    """Forget expired sessions, old failures and workers long gone; return how many."""
    with database.writing() as session:
        sessions = accounts.prune_sessions(session, now=now)
        failed = failures.prune(session, before=now - _FAILURES_KEPT)
        silent = heartbeats.prune(session, before=now - _SILENT_WORKERS_KEPT)
    with database.writing() as session:
        consents.prune(session, now=now, before=now - _UNCONFIRMED_FOR)
        attempts.prune(session, before=now - _ATTEMPTS_FOR)
        revisions.prune(session, before=now - _FOLDED_KEPT)
        pace.forget(session, before=now - _PACE_KEPT)
        hosts.forget_old(session, before=now - _HOSTS_KEPT)
        link_checks.prune(session, before=now - _LINKS_KEPT)
        returns.forget_mails(session, before=now - _RETURNED_MAILS_KEPT)
        pictures.prune(session, before=now - _PICTURES_KEPT)
    log.info("pruned", sessions=sessions, failures=failed, workers=silent)
    return sessions + failed + silent
