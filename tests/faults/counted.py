"""What every drill must come to, counted from the relay's log: nobody lost, few twice, whole within a minute, nothing left over."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import func, select

from digest.settings import Settings
from digest.store.return_tables import metadata
from tests.faults.theatre import CONNECTIONS, PROCESSES, Theatre
from tests.processes import wait_until
from workers.app import make_app
from workers.queues import NAMES, depth

# How many seconds after its last fault a sending must be done.
WHOLE = 60
_LEDGER = {"mailings", "chunks", "deliveries"}


def whole(stage: Theatre, mailing_id: int, *, twice: int, doubtful: int = 0) -> None:
    """Wait until the mailing is done; nobody may be lost, and at most `twice` mails too many, none of them a third time.

    Who was on the way at two faults has a mail, and may be in doubt in the ledger: that may be so many.
    """
    stage.wait_until_whole(mailing_id, seconds=WHOLE)
    counted = stage.copies(mailing_id)
    readers = stage.counts(mailing_id).total
    assert len(counted) == readers, f"lost {readers - len(counted)}"
    assert counted.total() - readers <= twice, f"{counted.total() - readers} too many"
    assert max(counted.values()) <= (2 if twice else 1)
    counts = stage.counts(mailing_id)
    assert counts.in_doubt <= min(twice, doubtful)
    assert counts.sent == readers - counts.in_doubt
    nothing_is_left(stage)


def whole_after_the_broker(stage: Theatre, mailing_id: int, starts: int) -> None:
    """The same, where nothing was in flight with the broker: only a worker that left because of it may have let go of some."""
    stage.wait_until_whole(mailing_id, seconds=WHOLE)
    left = stage.worker_starts - starts
    lanes = PROCESSES * CONNECTIONS
    whole(stage, mailing_id, twice=left * lanes, doubtful=max(0, left - 1) * lanes)


def under_way(stage: Theatre, accepted: int) -> int:
    """Open a mailing and let the relay accept so many of it; returns its id."""
    mailing_id = stage.open_mailing()
    stage.wait_for(mailing_id, accepted)
    return mailing_id


def stands_still(stage: Theatre, mailing_id: int) -> int:
    """Wait for what was on its way, and see that nothing follows; returns how many were accepted."""
    seen = -1
    while seen != (seen := stage.accepted(mailing_id)):
        time.sleep(1.5)
    assert seen < stage.counts(mailing_id).total, "the pause came too late to prove anything"
    time.sleep(1)
    assert stage.accepted(mailing_id) == seen, "it went on after a pause"
    return seen


@contextmanager
def no_table_grows(stage: Theatre, *, by: int = 40) -> Iterator[None]:
    """See that the block leaves no more rows than it found, but for the ledger's own, and `by` in all: signs of life, failures."""
    before = _rows(stage)
    yield
    grown = {name: count - before[name] for name, count in _rows(stage).items() if name not in _LEDGER and count > before[name]}
    assert sum(grown.values()) <= by, grown


def nothing_is_left(stage: Theatre) -> None:
    """See that no journal holds what the ledger knows, and no queue what is done."""
    journals = stage.folder / "state" / "journal"
    app = make_app(Settings(state=stage.folder, broker_url=stage.env["DIGEST_BROKER_URL"]))

    def empty() -> bool:
        return not sum(path.stat().st_size for path in journals.glob("*.journal"))

    wait_until(empty, seconds=30, why="the journals are empty", log=stage.log)
    # A tick and a sweep may stand there at any moment.
    wait_until(lambda: sum(depth(app, name) for name in NAMES) <= 4, seconds=30, why="the queues are empty", log=stage.log)


def _rows(stage: Theatre) -> dict[str, int]:
    with stage.database.reading() as session:
        return {table.name: session.execute(select(func.count()).select_from(table)).scalar_one() for table in metadata.sorted_tables}
