"""Several relays: shares by weight, one that dies, refuses or fails too often, pace and caps; counts are the relays' own."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, select

from digest.audience.address import hash_address
from digest.flows import sending
from digest.model.mailing import DeliveryState, MailingState
from digest.model.relay import Cause, Limits, Standing
from digest.model.subscriber import SuppressionReason
from digest.store import breakers, progress, subscribers
from digest.store.tables import chunks
from tests.deliver.faulty import Faulty, faulty
from tests.flows.newsroom import SECRET, Newsroom
from tests.flows.relays import Desk, route, sent_by, two

SENT, DEFERRED, FAILED, PENDING = DeliveryState.SENT, DeliveryState.DEFERRED, DeliveryState.FAILED, DeliveryState.PENDING
# What Gmail says to who sends too fast.
TOO_FAST = "421-4.7.28 Our system has detected an unusual rate of unsolicited mail\r\n421 4.7.28 from your IP address"


def readers(count: int, domain: str = "example.net") -> list[str]:
    return [f"r{number}@{domain}" for number in range(count)]


def spread(count: int, *, over: int = 40) -> list[str]:
    """Readers at as many domains of their own."""
    return [f"r{number}@d{number % over}.example" for number in range(count)]


def standings(desk: Desk) -> dict[tuple[str, str], Standing]:
    with desk.newsroom.database.reading() as session:
        return {(one.relay, one.domain): one for one in breakers.standings(session, now=desk.clock())}


def test_chunks_go_to_relays_by_weight_and_the_ledger_knows_which(newsroom: Newsroom, tmp_path: Path) -> None:
    with two() as (one, other), sent_by(newsroom, tmp_path, readers(200), route("a", one.port, weight=3), route("b", other.port)) as desk:
        assert desk.sweep() == 200
        assert one.accepted.total() in (140, 150, 160), "three chunks of four, as near as twenty chunks come to it"
        assert Counter(fate.relay for fate in desk.fates()) == {"a": one.accepted.total(), "b": other.accepted.total()}
        assert desk.state() is MailingState.DONE


def test_one_of_two_relays_dies_in_the_middle_and_everybody_gets_it_once(newsroom: Newsroom, tmp_path: Path) -> None:
    with two() as (one, other), sent_by(newsroom, tmp_path, readers(400), route("a", one.port), route("b", other.port)) as desk:

        def dies(server: Faulty) -> None:
            took = server.took

            def and_dies(recipient: str, *, kept: bool) -> None:
                took(recipient, kept=kept)
                if server.accepted.total() == 100:
                    server.die()

            server.took = and_dies  # type: ignore[method-assign]

        dies(one)
        desk.until_done(step=timedelta(minutes=1))
        assert one.accepted.total() >= 100
        assert set(one.accepted) | set(other.accepted) == set(readers(400))
        # Whose answer was cut off by its death has it in both: at most one a connection.
        assert sum((one.accepted + other.accepted).values()) - 400 <= 2
        assert max((one.accepted + other.accepted).values()) <= 2
        sent = desk.states()
        assert sent.get(SENT, 0) + sent.get(DeliveryState.IN_DOUBT, 0) == 400
        dead = standings(desk)["a", ""]
        assert dead.cause is Cause.UNREACHABLE
        assert "does not answer" in (dead.why or "") or "went away" in (dead.why or "")


def test_a_relay_that_is_not_there_is_left_for_half_a_minute_and_nobody_waits_for_it(newsroom: Newsroom, tmp_path: Path) -> None:
    with faulty(pipelining=True) as other, sent_by(newsroom, tmp_path, readers(100), route("a", 9), route("b", other.port)) as desk:
        assert desk.sweep() == 100
        assert other.accepted.total() == 100
        assert desk.state() is MailingState.DONE
        assert standings(desk)["a", ""].cause is Cause.UNREACHABLE
        desk.clock.now += timedelta(minutes=1)
        assert not standings(desk)["a", ""].shut(desk.clock()), "half a minute is over: it may be asked"


def test_a_relay_that_is_there_again_gets_its_share_again(newsroom: Newsroom, tmp_path: Path, free_port: int) -> None:
    with faulty(pipelining=True) as other:
        both = route("a", free_port), route("b", other.port)
        with sent_by(newsroom, tmp_path, readers(200), *both) as desk:
            assert desk.sweep(most=10) == 100
            assert other.accepted.total() == 100
            assert standings(desk)["a", ""].cause is Cause.UNREACHABLE
            desk.clock.now += timedelta(minutes=1)
            with faulty(pipelining=True, port=free_port) as one:
                desk.until_done()
                assert standings(desk)["a", ""].cause is None
                assert one.accepted.total() >= 40
                assert set((one.accepted + other.accepted).values()) == {1}
                assert len(one.accepted + other.accepted) == 200
                desk.worker.close()


def test_a_relay_that_refuses_our_sender_is_left_and_only_the_last_one_pauses_the_mailing(newsroom: Newsroom, tmp_path: Path) -> None:
    with two() as (one, other), sent_by(newsroom, tmp_path, readers(40), route("a", one.port), route("b", other.port)) as desk:
        one.said = lambda recipient: None if recipient else "550 5.7.1 not your domain"
        assert desk.sweep() == 40
        assert other.accepted.total() == 40
        assert standings(desk)["a", ""].cause is Cause.REFUSED
        assert "not your domain" in (standings(desk)["a", ""].why or "")
        assert desk.state() is MailingState.DONE


def test_a_mailing_that_no_relay_takes_is_paused_with_their_words_and_a_resume_tries_them_at_once(
    newsroom: Newsroom, tmp_path: Path
) -> None:
    with two() as (one, other), sent_by(newsroom, tmp_path, readers(40), route("a", one.port), route("b", other.port)) as desk:
        one.said = lambda recipient: None if recipient else "550 5.7.1 not your domain"
        other.said = lambda recipient: None if recipient else "550 5.7.1 pay your bill"
        assert desk.sweep() == 0
        assert desk.state() is MailingState.PAUSED
        assert desk.states() == {PENDING: 40}
        one.said = other.said = lambda _: None
        edition_id = 1
        sending.resume(newsroom.database, edition_id, who="Nadia", now=desk.clock())
        assert desk.sweep() == 40
        assert {key: one.cause for key, one in standings(desk).items() if one.cause} == {}


@pytest.mark.parametrize("words", ["450-4.7.28 unusual rate\r\n450 4.7.28 of mail", TOO_FAST])
def test_a_domain_that_defers_us_stops_only_its_own_readers(newsroom: Newsroom, tmp_path: Path, words: str) -> None:
    everybody = [one for pair in zip(readers(200, "gmail.com"), spread(200), strict=True) for one in pair]
    with faulty(pipelining=True) as server, sent_by(newsroom, tmp_path, everybody, route("a", server.port)) as desk:
        server.said = lambda recipient: words if recipient.endswith("@gmail.com") else None
        desk.sweep()
        gmail = sum(fate.tries for fate in desk.fates() if fate.address.endswith("@gmail.com"))
        # After 50 tries the breaker opens; what a chunk had in hand then is all that is more.
        assert 50 <= gmail <= 60
        assert sum(server.accepted.values()) == 200
        assert all(not recipient.endswith("@gmail.com") for recipient in server.accepted)
        known = standings(desk)
        assert known["a", "gmail.com"].cause is Cause.FAILURES
        assert known["a", ""].cause is None
        held = [fate for fate in desk.fates() if fate.tries == 0]
        assert len(held) == 200 - gmail
        assert {fate.state for fate in held} == {DEFERRED}
        assert all((fate.reply or "").startswith("waits: gmail.com") for fate in held)
        # Five minutes on a few try; they fare no better, and it stays shut for ten.
        desk.clock.now += timedelta(minutes=5, seconds=1)
        assert desk.sweep() == 3
        assert (known_until := standings(desk)["a", "gmail.com"].until) is not None
        assert known_until - desk.clock() == timedelta(minutes=10)
        # It takes mail again: everybody gets it, nobody twice, and nobody's waiting was a try.
        server.said = lambda _: None
        desk.until_done(step=timedelta(minutes=1))
        assert desk.states() == {SENT: 400}
        assert set(server.accepted.values()) == {1}
        assert standings(desk).get(("a", "gmail.com"), known["a", ""]).cause is None
        tries = Counter(fate.tries for fate in desk.fates())
        assert tries[1] >= 400 - gmail - 3
        assert tries[1] + tries[2] + tries[3] == 400


def test_a_whole_relay_that_fails_is_left_to_the_other_and_alone_it_waits(newsroom: Newsroom, tmp_path: Path) -> None:
    with two() as (one, other), sent_by(newsroom, tmp_path, spread(400), route("a", one.port), route("b", other.port)) as desk:
        one.said = lambda recipient: "451 4.3.2 overloaded" if recipient else None
        desk.sweep()
        assert 50 <= one.asked.total() <= 80
        assert standings(desk)["a", ""].cause is Cause.FAILURES
        assert other.accepted.total() == 400 - one.asked.total()
        assert desk.states() == {SENT: other.accepted.total(), DEFERRED: one.asked.total()}


def test_chunks_stay_where_they_are_while_the_only_relay_is_left_alone(newsroom: Newsroom, tmp_path: Path) -> None:
    with faulty(pipelining=True) as server, sent_by(newsroom, tmp_path, spread(200), route("a", server.port)) as desk:
        server.said = lambda recipient: "554 5.7.1 blocked using a block list" if recipient else None
        desk.sweep()
        tried = server.asked.total()
        assert 50 <= tried <= 70
        with newsroom.database.reading() as session:
            waiting = session.execute(select(chunks.c.state)).scalars().all()
        assert waiting.count("pending") == 20 - tried // 10
        assert desk.states() == {DEFERRED: tried, PENDING: 200 - tried}
        assert desk.state() is MailingState.SENDING
        assert desk.sweep() == 0
        server.said = lambda _: None
        with newsroom.database.writing() as session:
            assert breakers.try_now(session, now=desk.clock(), relay="a") == 1
        desk.until_done(step=timedelta(minutes=10))
        assert desk.states() == {SENT: 200}
        assert set(server.accepted.values()) == {1}


def test_a_daily_cap_goes_on_at_the_other_relay_and_the_next_day(newsroom: Newsroom, tmp_path: Path) -> None:
    with two() as (one, other):
        capped = route("a", one.port, limits=Limits(daily=35)), route("b", other.port, limits=Limits(daily=45), weight=0)
        with sent_by(newsroom, tmp_path, spread(100), *capped) as desk:
            desk.sweep()
            desk.sweep()
            assert (one.accepted.total(), other.accepted.total()) == (35, 45)
            assert desk.states() == {SENT: 80, PENDING: 20}
            desk.clock.now += timedelta(hours=14)
            assert desk.sweep() == 0, "it is 23:00, the same day"
            desk.clock.now += timedelta(hours=1)
            assert desk.sweep() == 20
            assert one.accepted.total() == 55
            assert standings(desk)["a", ""].used == 20
            assert desk.state() is MailingState.DONE


def test_a_domain_that_is_warmed_up_waits_for_its_days_and_others_do_not(newsroom: Newsroom, tmp_path: Path) -> None:
    everybody = [one for pair in zip(readers(50, "googlemail.com"), spread(50), strict=True) for one in pair]
    with faulty(pipelining=True) as server:
        warming = route("a", server.port, domains={"gmail.com": Limits(warm_up=(10, 25))})
        with sent_by(newsroom, tmp_path, everybody, warming) as desk:
            desk.sweep()
            assert Counter(one.rpartition("@")[2] == "googlemail.com" for one in server.accepted) == {True: 10, False: 50}
            assert desk.states() == {SENT: 60, DEFERRED: 40}
            with newsroom.database.reading() as session:
                (shown,) = progress.in_progress(session, {}, now=desk.clock())
            assert (shown.counts.deferred, shown.for_room) == (40, 40)
            desk.clock.now += timedelta(hours=1)
            assert desk.sweep() == 0
            desk.clock.now += timedelta(hours=14)
            assert desk.sweep() == 25
            # From the third day with mail on it has no cap.
            desk.clock.now += timedelta(hours=24)
            assert desk.sweep() == 15
            assert desk.states() == {SENT: 100}
            assert {fate.tries for fate in desk.fates()} == {1}


def test_a_rate_is_kept_by_waiting_and_a_domains_rate_over_the_minute(newsroom: Newsroom, tmp_path: Path) -> None:
    everybody = [*readers(100, "gmail.com"), *spread(50)]
    with faulty(pipelining=True) as server:
        paced = route("a", server.port, limits=Limits(rate=5), domains={"gmail.com": Limits(rate=0.5)})
        with sent_by(newsroom, tmp_path, everybody, paced) as desk:
            began = desk.clock()
            desk.sweep()
            gmail = sum(one.endswith("@gmail.com") for one in server.accepted)
            # A minute's worth, and what came free while it was sent; the rest waits on its own.
            assert 30 <= gmail <= 30 + 0.5 * (desk.clock() - began).total_seconds()
            assert server.accepted.total() - gmail == 50
            assert (desk.clock() - began).total_seconds() >= (server.accepted.total() - 1) / 5 - 0.01
            assert max(desk.clock.waited) <= 2.0
            desk.until_done(step=timedelta(seconds=15))
            seconds = (desk.clock() - began).total_seconds()
            assert 70 / 0.5 - 15 <= seconds <= 70 / 0.5 + 45
            assert set(server.accepted.values()) == {1}


def test_a_clock_that_is_set_back_in_the_middle_of_a_paced_chunk_holds_nobody_up(newsroom: Newsroom, tmp_path: Path) -> None:
    with faulty(pipelining=True) as server:
        paced = route("a", server.port, limits=Limits(rate=5))
        with sent_by(newsroom, tmp_path, readers(40), paced) as desk:
            turned = desk.clock.wait

            def wait(seconds: float) -> None:
                turned(seconds)
                if len(desk.clock.waited) in (4, 20):
                    desk.clock.now -= timedelta(hours=1)

            desk.worker = replace(desk.worker, wait=wait)
            desk.until_done()
            assert desk.states() == {SENT: 40}
            assert max(desk.clock.waited) <= 2.0
            assert sum(desk.clock.waited) >= (40 - 5) / 5, "and it still keeps to its rate"


@pytest.mark.parametrize("size", [10, 80])
@pytest.mark.parametrize(
    ("limits", "most"),
    [(Limits(), 4), (Limits(rate=100_000, daily=1_000), 9)],
    ids=["unlimited", "limited"],
)
def test_pace_costs_a_few_statements_a_chunk_however_many_readers_it_has(
    newsroom: Newsroom, tmp_path: Path, size: int, limits: Limits, most: int
) -> None:
    asked: list[str] = []

    def listens(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "pace" in statement:
            asked.append(statement)

    everybody = [*readers(size // 2, "gmail.com"), *spread(size // 2)]
    with faulty(pipelining=True) as server:
        only = route("a", server.port, limits=limits, domains={"gmail.com": Limits(daily=500)} if limits.any else {})
        with sent_by(newsroom, tmp_path, everybody, only, chunk=size) as desk:
            event.listen(newsroom.database.engine, "before_cursor_execute", listens)
            assert desk.sweep(size=size) == size
            event.remove(newsroom.database.engine, "before_cursor_execute", listens)
    assert 0 < len(asked) <= most, asked


def test_a_reader_whose_mailbox_is_gone_is_barred_and_a_full_one_is_tried_again(newsroom: Newsroom, tmp_path: Path) -> None:
    says = {"r1@example.net": "550 5.1.1 no such user here", "r2@example.net": "552 5.2.2 mailbox is full", "r3@example.net": "550 no"}
    with faulty(pipelining=True) as server, sent_by(newsroom, tmp_path, readers(6), route("a", server.port)) as desk:
        server.said = says.get
        desk.sweep()
        fates = {fate.address: fate for fate in desk.fates()}
        assert {address: fates[address].state for address in says} == {
            "r1@example.net": FAILED,
            "r2@example.net": DEFERRED,
            "r3@example.net": FAILED,
        }
        assert (fates["r1@example.net"].returned, fates["r3@example.net"].returned) == ("hard", None)
        again = fates["r2@example.net"].next_try
        assert again is not None
        assert again - desk.clock() == timedelta(hours=1)
        with newsroom.database.reading() as session:
            barred = {one: subscribers.suppression(session, hash_address(SECRET, one)) for one in says}
        gone = barred["r1@example.net"]
        assert gone is not None
        assert gone.reason is SuppressionReason.HARD_BOUNCE
        assert (barred["r2@example.net"], barred["r3@example.net"]) == (None, None)
        desk.until_done(step=timedelta(hours=1))
        assert server.asked["r2@example.net"] == 4
        assert desk.states() == {SENT: 3, FAILED: 3}


@pytest.mark.parametrize("retries", [(5, 15, 30, 60, 60)])
def test_tries_after_4xx_come_after_5_15_and_30_minutes_then_hourly_with_one_message_id(
    newsroom: Newsroom, tmp_path: Path, retries: tuple[int, ...]
) -> None:
    with faulty(pipelining=True) as server, sent_by(newsroom, tmp_path, readers(1), route("a", server.port)) as desk:
        server.said = lambda recipient: "451 4.2.0 later" if recipient else None
        desk.sweep()
        for minutes in retries:
            (fate,) = desk.fates()
            assert fate.next_try == desk.clock() + timedelta(minutes=minutes)
            desk.clock.now += timedelta(minutes=minutes)
            assert desk.sweep() == 1
        desk.clock.now += timedelta(hours=48)
        desk.sweep()
        (fate,) = desk.fates()
        assert (fate.state, fate.next_try) == (DEFERRED, None)
        assert desk.state() is MailingState.DONE
