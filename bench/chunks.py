"""A delivering process for bench/ledger.py: it takes every second chunk of a mailing and settles each reader as sent, at no relay.

`python -m bench.chunks URL MAILING CHUNKS FIRST STEP`; prints what it settled, in which time, and its memory.
"""

import json
import sys
import tempfile
import time
from collections.abc import Generator, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.letter import PUBLIC_URL
from digest.deliver.journal import Journal
from digest.deliver.routes import Route
from digest.deliver.transport import Envelope, Leaves, Offer, Settled, unnoted
from digest.flows import delivering
from digest.model.mailing import Answer, DeliveryState
from digest.store import open_database
from digest.store.ledger import Claim
from tests.memory import peak


class Swallowing:
    """A Transport that takes everything at once."""

    def send(self, envelope: Envelope, message: bytes) -> Answer:
        """Take one; see Mailer."""
        del envelope, message
        return Answer(state=DeliveryState.SENT, code=250, reply="2.0.0 Ok: queued as 4cXyZ")

    def carry(self, offers: Iterable[Offer], leaves: Leaves = unnoted) -> Generator[Settled, None, None]:
        """Take all; see Transport."""
        for offer in offers:
            leaves(offer)
            yield Settled(offer, self.send(offer.envelope, offer.message))

    def close(self) -> None:
        """Nothing is open; see Mailer."""


def main() -> None:
    """Deliver, and print one JSON object: deliveries, seconds and CPU after the first chunk, and the MB that it held at most."""
    url = sys.argv[1]
    mailing_id, chunks, first, step = map(int, sys.argv[2:])
    database, settled, began, worked = open_database(url), 0, 0.0, 0.0
    with tempfile.TemporaryDirectory() as folder:
        journal = Journal.open(Path(folder))
        sender = delivering.Sender(
            routes=(Route(name="swallowing", transport=Swallowing()),),
            journal=journal,
            secret=b"a secret of the bench",
            public_url=PUBLIC_URL,
            clock=lambda: datetime.now(UTC),
            wait=time.sleep,
        )
        for number in range(first, chunks, step):
            claim = Claim(mailing_id=mailing_id, number=number, owner=journal.owner, lease=timedelta(seconds=90))
            sent = delivering.send_chunk(database, sender, claim)
            if number == first:
                began, worked = time.perf_counter(), time.process_time()
            else:
                settled += sent or 0
        seconds, worked = time.perf_counter() - began, time.process_time() - worked
        journal.close()
    database.close()
    print(json.dumps({"settled": settled, "seconds": seconds, "worked": worked, "memory": peak()}))


if __name__ == "__main__":
    main()
