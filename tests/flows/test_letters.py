"""Letters of confirmation and test mails count in a relay's rate and day, and go ahead of mailings; counts are the relays' own."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from digest.deliver.routes import Route, Standby
from digest.deliver.transport import Envelope
from digest.errors import RelayUnreachable
from digest.flows.relaying import LetterPlaces
from digest.model.mailing import DeliveryState
from digest.model.relay import Limits
from digest.store import Database
from tests.deliver.faulty import faulty
from tests.flows.newsroom import NOW, Newsroom
from tests.flows.relays import Clock, route, sent_by, two

LETTER = b"Subject: please confirm\r\n\r\nPress the button.\r\n"


@contextmanager
def letters(database: Database, clock: Clock, *routes: Route) -> Iterator[Standby]:
    places = LetterPlaces(database=lambda: database, clock=clock)
    with closing(Standby(routes, places, clock=lambda: clock().timestamp(), wait=clock.wait)) as mailer:
        yield mailer


def sends(mailer: Standby, *, domain: str = "example.net") -> Callable[[int], DeliveryState]:
    def send(number: int) -> DeliveryState:
        envelope = Envelope(return_path="bounce+c1@review.example.org", recipient=f"new{number}@{domain}")
        return mailer.send(envelope, LETTER).state

    return send


def test_a_thousand_confirmations_do_not_break_a_day_of_fifty(database: Database) -> None:
    clock = Clock(NOW)
    with (
        faulty(pipelining=True) as server,
        letters(database, clock, route("a", server.port, limits=Limits(warm_up=(50, 200)))) as mailer,
    ):
        send = sends(mailer)
        assert {send(number) for number in range(50)} == {DeliveryState.SENT}
        for number in range(50, 70):
            with pytest.raises(RelayUnreachable, match="had the 50 messages of today; there is room again from 2026-11-24T00:00"):
                send(number)
        assert server.accepted.total() == 50
        clock.now += timedelta(days=1)
        assert {send(number) for number in range(50, 70)} == {DeliveryState.SENT}


def test_a_letter_goes_by_another_relay_where_one_has_no_room(database: Database) -> None:
    with two() as (one, other):
        small = route("a", one.port, weight=5, limits=Limits(daily=3))
        with letters(database, Clock(NOW), small, route("b", other.port)) as mailer:
            send = sends(mailer)
            assert {send(number) for number in range(10)} == {DeliveryState.SENT}
        assert (one.accepted.total(), other.accepted.total()) == (3, 7)


def test_a_domains_day_counts_letters_to_it_alone(database: Database) -> None:
    with (
        faulty(pipelining=True) as server,
        letters(database, Clock(NOW), route("a", server.port, domains={"gmail.com": Limits(warm_up=(2,))})) as mailer,
    ):
        to_gmail, elsewhere = sends(mailer, domain="googlemail.com"), sends(mailer)
        assert [to_gmail(1), to_gmail(2), elsewhere(3)] == [DeliveryState.SENT] * 3
        with pytest.raises(RelayUnreachable, match="had the 2 messages of today"):
            to_gmail(4)
        assert elsewhere(5) is DeliveryState.SENT


def test_letters_keep_to_the_rate_among_themselves(database: Database) -> None:
    clock = Clock(NOW)
    with faulty(pipelining=True) as server, letters(database, clock, route("a", server.port, limits=Limits(rate=5))) as mailer:
        send = sends(mailer)
        for number in range(21):
            send(number)
        assert (clock() - NOW).total_seconds() == pytest.approx(4.0, abs=0.01)


def test_a_place_is_given_back_where_nothing_was_offered(database: Database, free_port: int) -> None:
    clock = Clock(NOW)
    with letters(database, clock, route("a", free_port, limits=Limits(daily=2))) as mailer:
        send = sends(mailer)
        for number in range(5):
            with pytest.raises(RelayUnreachable, match="does not answer"):
                send(number)
        with faulty(pipelining=True, port=free_port) as server:
            assert [send(6), send(7)] == [DeliveryState.SENT] * 2
            assert server.accepted.total() == 2
            mailer.close()


def test_a_mailing_leaves_a_few_of_a_day_to_letters_and_both_keep_to_it(newsroom: Newsroom, tmp_path: Path) -> None:
    everybody = [f"r{number}@example.net" for number in range(100)]
    with faulty(pipelining=True) as server:
        warming = route("a", server.port, limits=Limits(warm_up=(50, 200)))
        with sent_by(newsroom, tmp_path, everybody, warming) as desk:
            # By the route of the mailing, which the desk closes.
            places = LetterPlaces(database=lambda: newsroom.database, clock=desk.clock)
            send = sends(Standby([warming], places, clock=lambda: desk.clock().timestamp(), wait=desk.clock.wait))
            send(0)
            for _ in range(3):
                desk.sweep()
            assert server.accepted.total() == 45
            assert {send(number) for number in range(1, 6)} == {DeliveryState.SENT}
            with pytest.raises(RelayUnreachable):
                send(6)
            assert server.accepted.total() == 50
            desk.clock.now += timedelta(days=1)
            desk.until_done()
            assert server.accepted.total() == 100 + 6


def test_a_letter_waits_for_no_mailing_and_the_mailing_makes_room_for_it(newsroom: Newsroom, tmp_path: Path) -> None:
    everybody = [f"r{number}@example.net" for number in range(40)]
    with faulty(pipelining=True) as server:
        paced = route("a", server.port, limits=Limits(rate=4))
        with sent_by(newsroom, tmp_path, everybody, paced) as desk:
            began = desk.clock()
            desk.sweep(most=1)
            clock = Clock(desk.clock())
            send = sends(Standby([paced], LetterPlaces(database=lambda: newsroom.database, clock=clock), wait=clock.wait))
            for number in range(4):
                send(number)
            assert sum(clock.waited) == pytest.approx(0.75), "a letter waits for letters alone"
            desk.until_done()
            assert (desk.clock() - began).total_seconds() >= (40 + 4 - 1) / 4 - 0.01
