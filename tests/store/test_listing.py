"""Opening a mailing puts each reader into one chunk of a bearable size, however their ids lie, on both databases."""

from collections import Counter
from dataclasses import replace

import pytest
from sqlalchemy import insert, select

from digest.model.departure import FirstRound
from digest.model.mailing import Rendered
from digest.model.subscriber import SubscriptionState
from digest.store import Database, audiences, newsletters
from digest.store.listing import Opening
from digest.store.openings import AT_ONCE, Start, open_edition
from digest.store.tables import chunks, deliveries, editions, mailings, subscribers, subscriptions, suppressions
from tests.flows.newsroom import NEWSLETTER, NOW

SIZE = 7
MAIL = Rendered(sha256="0" * 64, subject="", preheader="", mjml="", html="", text="", marker="", pieces=())
EDITION = {"id": 1, "newsletter_id": "weekly", "number": 1, "slot": NOW, "due": NOW, "state": "approved", "revision": 1, "changed": NOW}
OPENING = Opening(edition_id=1, newsletter_id="weekly", kind="edition", rendered=MAIL, chunk_size=SIZE)
DENSE, HALF, SPARSE = range(40, 240), range(40, 440, 2), range(3, 60_000, 997)


def fill(database: Database, ids: range, *, left: int, barred: int) -> set[int]:
    """Write subscribers with these ids, every `left`-th unsubscribed and every `barred`-th suppressed; return who is to get the mail."""
    gone, shut = set(ids[::left]), set(ids[1::barred])
    with database.writing() as session:
        for name in ("weekly", "daily"):
            newsletters.keep(session, replace(NEWSLETTER, id=name), now=NOW)
        session.execute(insert(editions).values(**EDITION))
        people = [{"id": one, "address": f"{one}@a.example", "folded": f"{one}@a.example", "address_hash": f"h{one}"} for one in ids]
        session.execute(insert(subscribers).values(created=NOW), people)
        states = {one: SubscriptionState.UNSUBSCRIBED if one in gone else SubscriptionState.CONFIRMED for one in ids}
        rows = [{"subscriber_id": one, "newsletter_id": name, "state": states[one]} for one in ids for name in ("weekly", "daily")]
        session.execute(insert(subscriptions).values(changed=NOW), rows)
        hashes = [{"address_hash": f"h{one}", "reason": "hard"} for one in (*shut, 10**6)]
        session.execute(insert(suppressions).values(since=NOW), hashes)
    return set(ids) - gone - shut


def chunked(database: Database, mailing_id: int) -> dict[int, list[int]]:
    """Return the readers of each chunk; each stands in one row, and no chunk is without any."""
    with database.reading() as session:
        listed = session.execute(
            select(deliveries.c.chunk, deliveries.c.subscriber_id)
            .where(deliveries.c.mailing_id == mailing_id)
            .order_by(deliveries.c.subscriber_id)
        ).all()
        numbers = session.execute(select(chunks.c.number).where(chunks.c.mailing_id == mailing_id)).scalars().all()
    found: dict[int, list[int]] = {}
    for chunk, reader in listed:
        found.setdefault(chunk, []).append(reader)
    assert sorted(numbers) == sorted(found)
    return found


@pytest.mark.parametrize("ids", [DENSE, HALF, SPARSE])
@pytest.mark.parametrize(("left", "barred"), [(1000, 1000), (9, 11), (2, 3)])
def test_each_reader_stands_in_one_chunk_of_a_bearable_size_in_the_order_of_their_ids(
    database: Database, ids: range, left: int, barred: int
) -> None:
    readers = fill(database, ids, left=left, barred=barred)
    with database.writing() as session:
        opened = open_edition(session, OPENING, AT_ONCE, now=NOW)
    assert opened is not None

    found = chunked(database, opened.id)

    assert [reader for number in sorted(found) for reader in found[number]] == sorted(readers)
    assert max(map(len, found.values())) <= SIZE
    # Between three quarters and one where the ids are dense, full where they are counted; the barred and an odd end come off.
    full = -(-len(readers) // SIZE)
    assert full <= len(found) <= full * 2 + 1


def test_ids_that_are_dense_are_chunked_by_ranges_and_others_by_their_count(database: Database) -> None:
    readers = fill(database, DENSE, left=10, barred=1000)
    with database.writing() as session:
        assert audiences.dense_from(session, "weekly") == DENSE[0]
        opened = open_edition(session, OPENING, AT_ONCE, now=NOW)
        session.execute(subscriptions.delete().where(subscriptions.c.subscriber_id % 3 == 0, subscriptions.c.newsletter_id == "weekly"))
        assert audiences.dense_from(session, "weekly") is None
        again = open_edition(session, replace(OPENING, kind="again"), AT_ONCE, now=NOW)
    assert opened is not None
    assert again is not None

    assert {(reader - DENSE[0]) // SIZE: chunk for chunk, some in chunked(database, opened.id).items() for reader in some} == {
        (reader - DENSE[0]) // SIZE: (reader - DENSE[0]) // SIZE for reader in readers
    }
    sizes = Counter(map(len, chunked(database, again.id).values()))
    assert sizes.total() - sizes[SIZE] <= 1


def test_a_newsletter_without_anybody_opens_without_chunks(database: Database) -> None:
    fill(database, DENSE, left=1, barred=1000)
    with database.writing() as session:
        assert audiences.dense_from(session, "weekly") is None
        opened = open_edition(session, OPENING, AT_ONCE, now=NOW)
    assert opened is not None
    assert chunked(database, opened.id) == {}


def test_a_first_round_and_the_rest_have_everybody_once_where_ids_are_dense(database: Database) -> None:
    readers = fill(database, DENSE, left=1000, barred=13)
    with database.writing() as session:
        first = open_edition(session, OPENING, Start(first=FirstRound(readers=20)), now=NOW)
    with database.reading() as session:
        both = session.execute(select(mailings.c.id).order_by(mailings.c.id)).scalars().all()
    assert first is not None
    lists = [[reader for some in chunked(database, one).values() for reader in some] for one in both]
    assert [len(some) for some in lists] == [20, len(readers) - 20]
    assert sorted(lists[0] + lists[1]) == sorted(readers)
    assert max(len(some) for one in both for some in chunked(database, one).values()) <= SIZE
