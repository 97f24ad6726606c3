"""First rounds, their rule, and the window for undoing: counts are the relay's, on both databases."""

from datetime import timedelta
from pathlib import Path

import pytest

from digest.audience.token import Bearing, Purpose, make_token
from digest.errors import RefusedError
from digest.flows import departing, editing, sending, subscribing
from digest.model.departure import FirstRound, StopRule
from digest.model.edition import EditionState
from digest.model.mailing import MailingState
from digest.store import acts, audiences, ledger, subscribers
from tests.flows.departures import ACCEPTED, LATER, REFUSED, House
from tests.flows.newsroom import SECRET, Newsroom

READERS = 40
TENTH = FirstRound(share=0.1)


@pytest.fixture
def house(newsroom: Newsroom, tmp_path: Path) -> House:
    newsroom.readers(READERS)
    return House(newsroom=newsroom, folder=tmp_path, now=newsroom.now)


def first_of(house: House) -> set[str]:
    return {address for address, _, mailing in house.relay.took if house.mailing(mailing).kind == "first"}


def listed(house: House, kind: str) -> set[int]:
    with house.newsroom.database.reading() as session:
        return {one.subscriber_id for one in ledger.fates(session, house.mailings()[kind].id)}


def test_a_first_round_goes_to_its_share_and_the_rest_waits_for_a_person(house: House) -> None:
    first = house.send(TENTH)
    assert (first.kind, first.state, house.counts("first").total, house.counts("edition").total) == ("first", MailingState.OPEN, 4, 36)
    assert house.work() == 4
    assert house.beat() == ()
    rest = house.mailings()["edition"]
    assert (rest.state, rest.reason) == (MailingState.HELD, "held after the first round; let it go on, or stop here")
    house.later(hours=30)
    assert house.beat() == ()
    assert house.work() == 0
    sending.resume(house.newsroom.database, house.id, who="Nadia", now=house.now)
    assert house.work() == 36
    assert len(house.got()) == READERS
    assert house.twice() == []
    assert {one.state for one in house.mailings().values()} == {MailingState.DONE}


def test_the_rest_goes_by_itself_so_many_minutes_after_the_round_has_ended_and_two_beats_let_it_go_once(house: House) -> None:
    house.send(FirstRound(readers=5, then=timedelta(minutes=10)))
    house.beat()
    house.later(minutes=30)
    assert house.beat() == ()
    assert house.work() == 5
    house.beat()
    assert house.leaves("edition") == house.now + timedelta(minutes=10)
    house.later(minutes=9, seconds=59)
    assert house.beat() == ()
    house.later(seconds=1)
    assert [len(house.beat()), len(house.beat())] == [1, 0]
    assert house.mailings()["edition"].opened == house.now
    house.work()
    assert (len(house.got()), house.twice()) == (READERS, [])
    with house.newsroom.database.reading() as session:
        said = [one.what for one in acts.of_edition(session, house.id)]
    assert said[:2] == [
        "let the rest leave after the first round",
        "saw the first round end: 5 of 5 accepted, 0 refused or back, 0 complaints",
    ]


def test_who_is_in_a_round_is_the_same_for_one_edition_and_differs_with_its_bytes(house: House) -> None:
    house.send(FirstRound(readers=10), undo=60)
    drawn = listed(house, "first")
    departing.undo(house.newsroom.database, house.id, who="Nadia", now=house.now)
    house.send(FirstRound(readers=10), undo=60)
    assert listed(house, "first") == drawn
    assert len(drawn) == 10
    key = bytes.fromhex(house.record.approved_sha256 or "")
    with house.newsroom.database.reading() as session:
        drawn_by = [set(audiences.sample(session, audiences.everybody("weekly"), 10, key=one)) for one in (key, b"another edition's")]
    assert drawn_by[0] == drawn != drawn_by[1]


def test_too_many_refusals_stop_the_round_at_once_and_hold_the_rest_with_the_reason(house: House) -> None:
    house.relay.answer = lambda address: REFUSED if int(address[6:].partition("@")[0]) % 2 else ACCEPTED
    house.send(FirstRound(readers=20, then=timedelta(minutes=1)))
    house.work(most=2)
    house.beat()
    there = house.mailings()
    assert there["first"].state is MailingState.PAUSED
    assert "were refused or came back, and the rule allows 5 %" in (there["first"].reason or "")
    assert (there["edition"].state, house.leaves("edition")) == (MailingState.HELD, None)
    house.later(hours=2)
    assert (house.beat(), house.work()) == ((), 0)
    departing.let_go(house.newsroom.database, house.id, who="Nadia", now=house.now)
    house.beat()
    house.work()
    assert {one.state for one in house.mailings().values()} == {MailingState.DONE}
    assert sum(house.counts(kind).total for kind in ("first", "edition")) == READERS


def test_a_round_that_mail_systems_put_off_does_not_let_the_rest_go(house: House) -> None:
    house.relay.answer = lambda _: LATER
    house.send(FirstRound(readers=8, then=timedelta(minutes=1)))
    house.work()
    house.beat()
    assert "put off" in (house.mailings()["edition"].reason or "")


def test_readers_who_leave_after_the_round_hold_the_rest_until_its_clock_has_run_out(house: House) -> None:
    house.send(FirstRound(readers=10, then=timedelta(minutes=10), rule=StopRule(unsubscribed=0.1)))
    house.work()
    house.beat()
    assert house.leaves("edition") is not None
    house.later(minutes=1)
    mailing = house.mailings()["first"]
    for address in sorted(first_of(house))[:6]:
        with house.newsroom.database.reading() as session:
            reader = subscribers.by_address(session, address)
            assert reader is not None
        token = make_token(SECRET, Purpose.UNSUBSCRIBE, Bearing(mailing_id=mailing.id, subscriber_id=reader.id))
        known = subscribing.standing(house.newsroom.database, SECRET, Purpose.UNSUBSCRIBE, token)
        subscribing.unsubscribe(house.newsroom.database, known, now=house.now)
    house.later(minutes=9)
    assert house.beat() == ()
    assert "6 of 10 unsubscribed, and the rule allows 10 %" in (house.mailings()["edition"].reason or "")


def test_stopping_after_the_round_ends_it_and_nobody_else_gets_the_edition(house: House) -> None:
    house.send(TENTH)
    house.work()
    house.beat()
    sending.stop(house.newsroom.database, house.id, who="Nadia", now=house.now)
    house.later(hours=1)
    assert (house.beat(), house.work(), len(house.got())) == ((), 0, 4)
    assert house.mailings()["edition"].state is MailingState.CANCELLED


def test_pausing_stops_the_round_and_the_clock_and_resuming_lets_both_go_on(house: House) -> None:
    house.send(FirstRound(readers=20, then=timedelta(minutes=5)))
    house.work(most=1)
    sending.pause(house.newsroom.database, house.id, who="Nadia", now=house.now)
    house.beat()
    assert (house.work(), house.mailings()["first"].state) == (0, MailingState.PAUSED)
    sending.resume(house.newsroom.database, house.id, who="Nadia", now=house.now)
    house.work()
    house.beat()
    assert house.leaves("edition") is not None
    sending.pause(house.newsroom.database, house.id, who="Nadia", now=house.now)
    house.later(minutes=6)
    assert (house.beat(), house.leaves("edition")) == ((), None)
    sending.resume(house.newsroom.database, house.id, who="Nadia", now=house.now)
    house.work()
    assert (len(house.got()), house.twice()) == (READERS, [])


def test_a_round_of_more_readers_than_there_are_is_all_of_them_at_once(house: House) -> None:
    house.send(FirstRound(readers=1000))
    assert list(house.mailings()) == ["edition"]
    assert house.work() == READERS


def test_a_scheduled_edition_begins_as_was_chosen(house: House) -> None:
    departing.choose(house.newsroom.database, house.id, TENTH, who="Nadia", now=house.now)
    due = editing.schedule(house.newsroom.database, house.newsroom.at(house.record), None).due
    sending.release_due(house.newsroom.database, now=due, chunk_size=7)
    assert {kind: one.state for kind, one in house.mailings().items()} == {"first": MailingState.OPEN, "edition": MailingState.HELD}


def test_within_the_window_nothing_leaves_and_undo_makes_the_edition_approved_again(house: House) -> None:
    opened = house.send(undo=60)
    assert (opened.state, house.leaves("edition")) == (MailingState.HELD, house.now + timedelta(seconds=60))
    house.later(seconds=59)
    assert (house.beat(), house.work()) == ((), 0)
    undone = departing.undo(house.newsroom.database, house.id, who="Nadia", now=house.now)
    assert (undone.state, undone.approved_sha256) == (EditionState.APPROVED, house.record.approved_sha256)
    house.later(hours=1)
    assert (house.beat(), house.work(), house.mailings()) == ((), 0, {})
    with house.newsroom.database.reading() as session:
        assert acts.of_edition(session, house.id)[0].what == "undid the sending (edition): nothing had left"
    house.send()
    assert house.work() == READERS


def test_after_the_window_the_mailing_leaves_by_itself_and_undo_is_refused(house: House) -> None:
    house.send(undo=60)
    house.later(seconds=60)
    assert len(house.beat()) == 1
    with pytest.raises(RefusedError, match="has left already"):
        departing.undo(house.newsroom.database, house.id, who="Nadia", now=house.now)
    assert house.work() == READERS


def test_a_round_is_undone_with_its_rest_and_not_once_it_has_left(house: House) -> None:
    house.send(TENTH, undo=60)
    departing.undo(house.newsroom.database, house.id, who="Nadia", now=house.now)
    assert house.mailings() == {}
    house.send(TENTH, undo=60)
    departing.let_go(house.newsroom.database, house.id, who="Nadia", now=house.now)
    assert {kind: one.state for kind, one in house.mailings().items()} == {"first": MailingState.OPEN, "edition": MailingState.HELD}
    with pytest.raises(RefusedError, match="has left already"):
        departing.undo(house.newsroom.database, house.id, who="Nadia", now=house.now)
    assert house.stands().state is EditionState.RELEASED


def test_how_an_edition_begins_cannot_be_chosen_after_it_has_gone_out(house: House) -> None:
    house.send()
    with pytest.raises(RefusedError, match="cannot be chosen any more"):
        departing.choose(house.newsroom.database, house.id, TENTH, who="Nadia", now=house.now)


def test_nobody_is_in_both_lists_and_nobody_in_none(house: House) -> None:
    house.send(TENTH)
    lists = [listed(house, kind) for kind in ("first", "edition")]
    assert lists[0] & lists[1] == set()
    assert len(lists[0] | lists[1]) == READERS
