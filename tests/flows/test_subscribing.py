"""The roster in, readers out for good, and preferences, on both databases."""

from collections.abc import Iterable
from datetime import timedelta

import pytest

from digest.audience.address import hash_address
from digest.audience.token import Bearing, Purpose, make_token
from digest.errors import NotFound
from digest.flows import barring, preferring, sending, subscribing, viewing
from digest.flows.barring import Barring
from digest.flows.preferring import Wish
from digest.flows.subscribing import Imported
from digest.model.subscriber import SubscriptionState, SuppressionReason
from digest.store import consents, mailings, subscribers
from digest.store.consents import Asked, Proof
from tests.flows.newsroom import NEWSLETTER, NOW, SECRET, Newsroom

PROOF = Proof(form="preferences", wording="2026-11", ip="192.0.2.7", user_agent="A browser")


def of(address: str) -> Barring:
    return Barring(address=address, who="Ada", at=NOW)


def run(newsroom: Newsroom, lines: Iterable[str]) -> Imported:
    *_, last = subscribing.import_roster(newsroom.database, SECRET, "weekly", lines, now=NOW)
    return last


def tried(newsroom: Newsroom, lines: Iterable[str]) -> Imported:
    *_, last = subscribing.try_roster(newsroom.database, SECRET, "weekly", lines)
    return last


def state(newsroom: Newsroom, address: str) -> str | None:
    with newsroom.database.reading() as session:
        reader = subscribers.by_address(session, address)
        found = None if reader is None else subscribers.subscription(session, reader.id, "weekly")
    return None if found is None else found.state.value


def test_an_import_of_many_batches_counts_each_reader_once_and_a_dry_run_foretells_it(bare_newsroom: Newsroom) -> None:
    lines = ["email,name\n", *(f"r{number % 3_000}@example.net,R\n" for number in range(4_500)), "bad\n"]
    foretold = tried(bare_newsroom, lines)
    assert (foretold.lines, foretold.added, foretold.unchanged) == (4_501, 3_000, 1_500)
    with bare_newsroom.database.reading() as session:
        assert subscribers.count(session, "weekly") == 0
    done = run(bare_newsroom, lines)
    assert (done.lines, done.added, done.unchanged) == (foretold.lines, foretold.added, foretold.unchanged)
    assert [line.number for line in done.refused] == [4_502]
    again = run(bare_newsroom, lines)
    assert (again.added, again.unchanged) == (0, 4_500)
    assert tried(bare_newsroom, lines).added == 0


def test_an_import_confirms_whoever_waits_for_it_and_nobody_who_left(bare_newsroom: Newsroom) -> None:
    run(bare_newsroom, ["email\n", "left@example.net\n", "waits@example.net\n"])
    with bare_newsroom.database.writing() as session:
        for address, to in (("left", SubscriptionState.UNSUBSCRIBED), ("waits", SubscriptionState.UNCONFIRMED)):
            reader = subscribers.by_address(session, f"{address}@example.net")
            assert reader is not None
            known = subscribers.subscription(session, reader.id, "weekly")
            assert known is not None
            subscribers.set_state(session, known, to, now=NOW)
    lines = ["email\n", "left@example.net\n", "waits@example.net\n"]
    assert tried(bare_newsroom, lines).added == 1
    assert run(bare_newsroom, lines).added == 1
    assert state(bare_newsroom, "left@example.net") == "unsubscribed"
    assert state(bare_newsroom, "waits@example.net") == "confirmed"


@pytest.mark.parametrize("reason", list(SuppressionReason))
def test_of_a_barred_address_an_import_keeps_nothing(bare_newsroom: Newsroom, reason: SuppressionReason) -> None:
    with bare_newsroom.database.writing() as session:
        subscribers.suppress(session, hash_address(SECRET, "barred@example.net"), reason, now=NOW)
    lines = ["email\n", "Barred@Example.net\n", "free@example.net\n"]
    assert tried(bare_newsroom, lines).added == 1
    assert run(bare_newsroom, lines).added == 1
    with bare_newsroom.database.reading() as session:
        assert subscribers.by_address(session, "barred@example.net") is None


def test_an_erased_reader_is_left_out_of_a_running_mailing_and_keeps_its_count(newsroom: Newsroom) -> None:
    newsroom.readers(5)
    record = newsroom.scheduled()
    (mailing_id,) = sending.release_due(newsroom.database, now=record.due, chunk_size=10)
    assert barring.erase(newsroom.database, SECRET, of("Reader3@example.net"))
    assert not barring.erase(newsroom.database, SECRET, of("reader3@example.net"))
    with newsroom.database.reading() as session:
        assert mailings.counts(session, mailing_id).total == 5
        assert subscribers.by_address(session, "reader3@example.net") is None
        barred = subscribers.suppression(session, hash_address(SECRET, "reader3@example.net"))
    assert barred is not None
    assert barred.reason is SuppressionReason.ERASED
    browser = token(mailing_id, 4, Purpose.BROWSER)
    for look in (
        lambda: preferring.preferences(newsroom.database, SECRET, token(mailing_id, 4)),
        lambda: subscribing.standing(newsroom.database, SECRET, Purpose.UNSUBSCRIBE, token(mailing_id, 4, Purpose.UNSUBSCRIBE)),
        lambda: viewing.in_browser(newsroom.database, SECRET, "https://news.example.org", browser),
    ):
        with pytest.raises(NotFound, match="no subscription behind this link"):
            look()


def test_an_erasure_keeps_the_reason_that_was_there_before(bare_newsroom: Newsroom) -> None:
    run(bare_newsroom, ["a@example.net\n"])
    with bare_newsroom.database.writing() as session:
        subscribers.suppress(session, hash_address(SECRET, "a@example.net"), SuppressionReason.HARD_BOUNCE, now=NOW)
    barring.erase(bare_newsroom.database, SECRET, of("a@example.net"))
    with bare_newsroom.database.reading() as session:
        barred = subscribers.suppression(session, hash_address(SECRET, "a@example.net"))
    assert barred is not None
    assert barred.reason is SuppressionReason.HARD_BOUNCE


def test_preferences_are_saved_for_the_links_reader_alone(newsroom: Newsroom) -> None:
    newsroom.readers(2)
    record = newsroom.scheduled()
    (mailing_id,) = sending.release_due(newsroom.database, now=record.due, chunk_size=10)
    wish = Wish(newsletters=frozenset(), name=" New\nName ", proof=PROOF)
    before, after = preferring.save(newsroom.database, SECRET, token(mailing_id, 1), wish, now=NOW + timedelta(days=1))
    assert (before.got, after.got) == (("weekly",), ())
    assert after.reader.name == "New Name"
    assert state(newsroom, "reader1@example.net") == "confirmed"
    back = Wish(newsletters=frozenset({NEWSLETTER.id, "none"}), proof=PROOF)
    _, again = preferring.save(newsroom.database, SECRET, token(mailing_id, 1), back, now=NOW + timedelta(days=2))
    assert again.got == ("weekly",)
    assert again.reader.name == "New Name"
    with newsroom.database.reading() as session:
        (given,) = consents.of_subscriber(session, 1)
    assert (given.form, given.ip, given.confirmed) == ("preferences", "192.0.2.7", NOW + timedelta(days=2))
    for wrong in (token(mailing_id, 1)[:-1], token(mailing_id, 1, Purpose.UNSUBSCRIBE), "", "1-1"):
        with pytest.raises(NotFound):
            preferring.save(newsroom.database, SECRET, wrong, wish, now=NOW)
    assert state(newsroom, "reader0@example.net") == "confirmed"


def test_an_unconfirmed_subscription_is_no_way_onto_the_list(newsroom: Newsroom) -> None:
    newsroom.readers(1)
    with newsroom.database.writing() as session:
        new = subscribers.NewReader(address="new@example.net", folded="new@example.net", address_hash="x")
        (subscriber_id,) = subscribers.keep(session, [new], now=NOW).values()
        assert consents.ask(session, Asked(subscriber_id=subscriber_id, newsletter_id="weekly", now=NOW, cooled=NOW))
    record = newsroom.scheduled()
    (mailing_id,) = sending.release_due(newsroom.database, now=record.due, chunk_size=10)
    with newsroom.database.reading() as session:
        assert mailings.counts(session, mailing_id).total == 1
        assert [state.state.value for _, state, _ in subscribers.roster(session, "weekly", size=1)] == ["confirmed", "unconfirmed"]


def token(mailing_id: int, subscriber_id: int, purpose: Purpose = Purpose.PREFERENCES) -> str:
    return make_token(SECRET, purpose, Bearing(mailing_id=mailing_id, subscriber_id=subscriber_id))
