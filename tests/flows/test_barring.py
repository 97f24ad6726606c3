"""A bar is set and lifted by hand, with a line in the log that holds no address, and nobody is back on a list by it."""

import pytest

from digest.audience.address import hash_address
from digest.errors import InputError, NotFound, RefusedError
from digest.flows import barring, consenting, subscribing
from digest.flows.barring import Barring
from digest.flows.consenting import Asking
from digest.model.account import Act
from digest.model.subscriber import SubscriptionState, SuppressionReason
from digest.store import acts, consents, subscribers
from digest.store.acts import About, Wanted
from digest.store.consents import Proof
from tests.flows.newsroom import NOW, SECRET, Newsroom

READER = "reader0@example.net"


def of(address: str) -> Barring:
    return Barring(address=address, who="Ada", at=NOW)


def log_of(newsroom: Newsroom) -> list[Act]:
    with newsroom.database.reading() as session:
        return [one.act for one in acts.listed(session, Wanted(about=About.READERS), most=20)]


def state(newsroom: Newsroom, address: str = READER) -> SubscriptionState | None:
    with newsroom.database.reading() as session:
        reader = subscribers.by_address(session, address)
        found = None if reader is None else subscribers.subscription(session, reader.id, "weekly")
    return None if found is None else found.state


def reached(newsroom: Newsroom) -> int:
    with newsroom.database.reading() as session:
        return subscribers.count(session, "weekly")


def test_a_lifted_bar_puts_nobody_back_on_a_list(bare_newsroom: Newsroom) -> None:
    bare_newsroom.readers(2)
    assert barring.bar(bare_newsroom.database, SECRET, of("Reader0@Example.net"), "asked by telephone")
    assert not barring.bar(bare_newsroom.database, SECRET, of(READER))
    assert (state(bare_newsroom), reached(bare_newsroom)) == (SubscriptionState.CONFIRMED, 1)
    assert barring.lift(bare_newsroom.database, SECRET, of(READER), "it was another reader") == 1
    assert (state(bare_newsroom), reached(bare_newsroom)) == (SubscriptionState.UNCONFIRMED, 1)
    # They come back by their own word, as anybody does.
    asking = Asking(newsletter_id="weekly", address=READER, proof=Proof(form="page", wording="2026-11"))
    consenting.ask(bare_newsroom.database, SECRET, asking, now=NOW)
    with bare_newsroom.database.reading() as session:
        assert len(consents.of_subscriber(session, 1)) == 1


def test_whoever_left_before_the_bar_has_left_after_it(bare_newsroom: Newsroom) -> None:
    bare_newsroom.readers(1)
    with bare_newsroom.database.writing() as session:
        known = subscribers.subscription(session, 1, "weekly")
        assert known is not None
        subscribers.set_state(session, known, SubscriptionState.UNSUBSCRIBED, now=NOW)
    barring.bar(bare_newsroom.database, SECRET, of(READER))
    assert barring.lift(bare_newsroom.database, SECRET, of(READER), "a mistake") == 0
    assert state(bare_newsroom) is SubscriptionState.UNSUBSCRIBED


def test_the_log_tells_who_what_and_why_and_holds_no_address(bare_newsroom: Newsroom) -> None:
    bare_newsroom.readers(1)
    barring.bar(bare_newsroom.database, SECRET, of(READER), "asked by telephone")
    barring.lift(bare_newsroom.database, SECRET, of(READER), "it was another reader")
    barring.erase(bare_newsroom.database, SECRET, of(READER))
    total = subscribing.Imported(lines=3, added=2)
    subscribing.note_import(bare_newsroom.database, "weekly", total, who="Ada", now=NOW)
    said = log_of(bare_newsroom)
    known = hash_address(SECRET, READER)[:12]
    assert [(one.who, one.what, one.why) for one in said] == [
        ("Ada", "imported readers of the newsletter weekly: 2 added, of 3 lines", None),
        ("Ada", f"erased the reader {known}", None),
        ("Ada", f"lifted the bar (by hand) from the reader {known}", "it was another reader"),
        ("Ada", f"barred the reader {known} from every mailing", "asked by telephone"),
    ]


@pytest.mark.parametrize("reason", [SuppressionReason.COMPLAINT, SuppressionReason.ERASED])
def test_what_the_reader_said_themselves_is_not_lifted_for_them(bare_newsroom: Newsroom, reason: SuppressionReason) -> None:
    with bare_newsroom.database.writing() as session:
        subscribers.suppress(session, hash_address(SECRET, READER), reason, now=NOW)
    with pytest.raises(RefusedError, match="only the reader can end that, by subscribing anew"):
        barring.lift(bare_newsroom.database, SECRET, of(READER), "they miss it")
    with bare_newsroom.database.reading() as session:
        assert subscribers.suppression(session, hash_address(SECRET, READER)) is not None
    assert log_of(bare_newsroom) == []


def test_a_mailbox_that_is_there_again_may_be_written_to(bare_newsroom: Newsroom) -> None:
    with bare_newsroom.database.writing() as session:
        subscribers.suppress(session, hash_address(SECRET, READER), SuppressionReason.HARD_BOUNCE, now=NOW)
    assert barring.lift(bare_newsroom.database, SECRET, of(READER), "the host is back") == 0
    with pytest.raises(NotFound, match=f"{READER} is not barred"):
        barring.lift(bare_newsroom.database, SECRET, of(READER), "once more")
    with pytest.raises(InputError, match="no email address"):
        barring.lift(bare_newsroom.database, SECRET, of("nobody"), "once more")
