"""A relay that takes messages and says nothing, or goes away at every MAIL: it is left alone, and readers and domains bear no blame."""

from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, select

from digest.flows import sending
from digest.model.mailing import DeliveryState, MailingState
from digest.model.relay import Cause, Limits, Standing
from digest.store import acts, breakers, mailings
from digest.store.pace_tables import pace
from tests.deliver.faulty import Faulty, faulty
from tests.flows.newsroom import Newsroom
from tests.flows.relays import Desk, route, sent_by, two

SENT, IN_DOUBT, PENDING = DeliveryState.SENT, DeliveryState.IN_DOUBT, DeliveryState.PENDING
BUSY = "421 4.7.0 too busy for you"


def readers(count: int) -> list[str]:
    return [f"r{number}@gmail.com" for number in range(count)]


def says_nothing(server: Faulty) -> None:
    """Take each message whole, and drop the connection in place of an answer."""
    took = server.took

    def and_hangs_up(recipient: str, *, kept: bool) -> None:
        took(recipient, kept=kept)
        raise OSError("without a word")

    server.took = and_hangs_up  # type: ignore[method-assign]


def relay(desk: Desk, name: str) -> Standing:
    with desk.newsroom.database.reading() as session:
        found = {one.relay: one for one in breakers.standings(session, now=desk.clock()) if one.domain == ""}
    return found.get(name, Standing(relay=name, domain=""))


def blamed(desk: Desk) -> list[tuple[str, int]]:
    """The domains that failures were counted for, or whose breaker is open."""
    with desk.newsroom.database.reading() as session:
        rows = session.execute(select(pace.c.domain, pace.c.failures, pace.c.cause).where(pace.c.domain != "")).all()
    return [(row.domain, row.failures) for row in rows if row.failures or row.cause]


def test_a_relay_that_leaves_five_in_doubt_is_left_and_the_other_takes_the_rest(newsroom: Newsroom, tmp_path: Path) -> None:
    with two() as (one, other), sent_by(newsroom, tmp_path, readers(200), route("a", one.port), route("b", other.port)) as desk:
        says_nothing(one)
        desk.sweep()
        # Five, and what was on its way.
        assert 5 <= one.seen.total() <= 9
        assert desk.state() is MailingState.SENDING
        assert desk.states() == {SENT: 200 - one.seen.total(), IN_DOUBT: one.seen.total()}
        assert (relay(desk, "a").cause, relay(desk, "b").cause) == (Cause.DOUBT, None)
        assert "5 messages in a row got no answer from the relay a" in (relay(desk, "a").why or "")
        assert blamed(desk) == []
        # Each in doubt is tried once more, by the one that answers.
        desk.until_done(step=timedelta(minutes=1), most=10)
        assert desk.states() == {SENT: 200}
        assert max((one.seen + other.seen).values()) == 2
        assert sum((one.seen + other.seen).values()) - 200 == one.seen.total()


def test_where_no_relay_is_left_that_answers_the_mailing_is_paused_with_their_words(newsroom: Newsroom, tmp_path: Path) -> None:
    with two() as (one, other), sent_by(newsroom, tmp_path, readers(100), route("a", one.port), route("b", other.port)) as desk:
        says_nothing(one)
        says_nothing(other)
        desk.sweep()
        assert desk.state() is MailingState.PAUSED
        with newsroom.database.reading() as session:
            reason = mailings.get(session, desk.mailing_id).reason or ""
        assert "from the relay a" in reason
        assert "from the relay b" in reason
        doubts = desk.states()[IN_DOUBT]
        assert 10 <= doubts <= 18
        del one.took, other.took
        sending.resume(newsroom.database, 1, who="Nadia", now=desk.clock())
        desk.until_done(step=timedelta(minutes=1), most=30)
        assert desk.states() == {SENT: 100}
        assert sum((one.seen + other.seen).values()) - 100 == doubts


def test_a_relay_in_doubt_waits_for_another_that_has_no_room_today(newsroom: Newsroom, tmp_path: Path) -> None:
    with two() as (one, other):
        small = route("b", other.port, limits=Limits(daily=20))
        with sent_by(newsroom, tmp_path, readers(100), route("a", one.port, weight=0), small) as desk:
            says_nothing(one)
            for _ in range(3):
                desk.sweep()
            # It has had its mails of today, and is well: nobody need look.
            assert other.accepted.total() <= 20
            assert desk.state() is MailingState.SENDING
            assert relay(desk, "a").cause is Cause.DOUBT


def test_a_relay_that_leaves_its_probes_in_doubt_is_left_for_twice_as_long(newsroom: Newsroom, tmp_path: Path) -> None:
    with two() as (one, other), sent_by(newsroom, tmp_path, readers(400), route("a", one.port), route("b", other.port)) as desk:
        says_nothing(one)
        desk.sweep(most=10)
        first = relay(desk, "a").until
        assert first is not None
        assert first - desk.clock() == timedelta(minutes=5)
        desk.clock.now = first + timedelta(seconds=1)
        desk.sweep()
        again = relay(desk, "a").until
        assert again is not None
        assert again - desk.clock() == timedelta(minutes=10)
        assert one.seen.total() <= 2 * 9


@pytest.mark.parametrize("alone", [True, False])
def test_a_relay_that_goes_away_at_every_mail_is_unreachable_and_no_reader_or_domain_is_blamed(
    newsroom: Newsroom, tmp_path: Path, *, alone: bool
) -> None:
    with two() as (one, other):
        one.said = lambda recipient: None if recipient else BUSY
        routes = [route("a", one.port)] if alone else [route("a", one.port), route("b", other.port)]
        with sent_by(newsroom, tmp_path, readers(200), *routes) as desk:
            desk.sweep()
            assert blamed(desk) == []
            if alone:
                assert desk.states() == {PENDING: 200}
                assert desk.state() is MailingState.SENDING
                one.said = lambda _: None
                desk.until_done()
            assert Counter(fate.tries for fate in desk.fates()) == {1: 200}
            assert desk.states() == {SENT: 200}
            if not alone:
                assert (relay(desk, "a").cause, other.accepted.total()) == (Cause.UNREACHABLE, 200)


def test_a_relay_that_greets_nobody_is_unreachable_too(newsroom: Newsroom, tmp_path: Path) -> None:
    with faulty(pipelining=True) as other, sent_by(newsroom, tmp_path, readers(40), route("a", 9), route("b", other.port)) as desk:
        desk.sweep()
        assert (relay(desk, "a").cause, desk.states()) == (Cause.UNREACHABLE, {SENT: 40})
        assert blamed(desk) == []


def test_a_pause_by_the_machine_stands_in_the_log_of_acts(newsroom: Newsroom, tmp_path: Path) -> None:
    with faulty(pipelining=True) as one, sent_by(newsroom, tmp_path, readers(40), route("a", one.port)) as desk:
        says_nothing(one)
        desk.sweep()
        assert desk.state() is MailingState.PAUSED
        with newsroom.database.reading() as session:
            latest = acts.of_edition(session, 1)[0]
        assert (latest.who, latest.what) == ("the machine", "paused the sending")
        assert "got no answer from the relay a" in (latest.why or "")
        for act, said in (
            (sending.resume, "resumed, and had the relays tried again"),
            (sending.pause, "paused"),
            (sending.resume, "resumed"),
            (sending.stop, "stopped the sending"),
        ):
            if said == "resumed":
                with newsroom.database.writing() as session:
                    session.execute(delete(pace))
            act(newsroom.database, 1, who="Nadia", now=desk.clock(), why="to see")
            with newsroom.database.reading() as session:
                latest = acts.of_edition(session, 1)[0]
            assert (latest.who, latest.what, latest.why, latest.at) == ("Nadia", said, "to see", desk.clock())
