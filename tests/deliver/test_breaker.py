"""The rules of pace and breakers, without a database: buckets, Wilson's bound, mail systems, whose turn it is, what refusals mean."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.deliver.breaker import hold, hold_unreachable, lower_bound, relay_trips, trips
from digest.deliver.bucket import BURST_SECONDS, burst, due, slots
from digest.deliver.domains import system_of, system_of_address
from digest.deliver.outbox import OutboxTransport
from digest.deliver.routes import Route, in_turn
from digest.deliver.verdict import weigh
from digest.model.mailing import Answer, DeliveryState

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
RETRY = timedelta(minutes=5)


@pytest.mark.parametrize(
    ("failures", "tries", "breaker"),
    [(49, 49, "closed"), (5, 50, "closed"), (6, 50, "open"), (9, 100, "closed"), (10, 100, "open"), (28, 400, "closed"), (29, 400, "open")],
)
def test_a_breaker_trips_where_over_five_percent_are_likely_behind_what_failed(failures: int, tries: int, breaker: str) -> None:
    assert trips(failures, tries) is (breaker == "open")


def test_the_lower_bound_is_wilsons() -> None:
    # 10 of 100: (0.1 + 0.0192 - 1.96 · sqrt(0.0009 + 0.000096)) / 1.0384, as the textbooks have it.
    assert lower_bound(10, 100) == pytest.approx(0.0552, abs=1e-4)
    assert lower_bound(0, 0) == 0.0
    assert lower_bound(70, 60) == lower_bound(60, 60)


def test_one_domain_alone_never_trips_the_relay_and_several_do() -> None:
    assert not relay_trips([(300, 300), (0, 200)])
    assert relay_trips([(300, 300), (30, 100), (2, 100)])
    assert not relay_trips([])


def test_holds_double_up_to_an_hour_and_a_relay_that_is_away_is_asked_every_half_minute() -> None:
    assert [hold(times, RETRY) / timedelta(minutes=1) for times in (1, 2, 3, 4, 5, 99)] == [5, 10, 20, 40, 60, 60]
    assert [hold_unreachable(times, RETRY).total_seconds() for times in (1, 2, 3, 99)] == [15, 30, 30, 30]


@given(
    rate=st.floats(min_value=0.01, max_value=500),
    asks=st.lists(st.tuples(st.floats(min_value=0, max_value=100), st.integers(min_value=1, max_value=5_000)), max_size=30),
)
def test_a_domains_bucket_never_gives_more_than_its_rate_and_a_minutes_burst(rate: float, asks: list[tuple[float, int]]) -> None:
    now, free, given_out = NOW, None, 0
    for later, wanted in asks:
        now += timedelta(seconds=later)
        taken = burst(free, rate, wanted, now=now)
        assert 0 <= taken.count <= wanted
        free, given_out = taken.free, given_out + taken.count
        seconds = (now - NOW).total_seconds()
        assert given_out <= rate * (seconds + BURST_SECONDS) + 1 + rate * 1e-3
        assert due(free, rate, 0, now=now) > now


@given(
    rate=st.floats(min_value=0.1, max_value=500),
    asks=st.lists(st.tuples(st.floats(min_value=0, max_value=5), st.integers(min_value=1, max_value=1_000)), max_size=30),
)
def test_a_relays_moments_never_overlap_and_never_lie_far_ahead(rate: float, asks: list[tuple[float, int]]) -> None:
    now, free = NOW, None
    last = NOW - timedelta(days=1)
    for later, wanted in asks:
        now += timedelta(seconds=later)
        taken = slots(free, rate, wanted, now=now)
        free = taken.free
        if taken.count:
            assert taken.begins >= max(now, last)
            assert taken.begins - now <= timedelta(seconds=30)
            last = taken.begins + timedelta(seconds=(taken.count - 1) / rate)


@pytest.mark.parametrize(
    ("domain", "system"),
    [
        ("googlemail.com", "gmail.com"),
        ("GMail.com", "gmail.com"),
        ("hotmail.co.uk", "outlook.com"),
        ("live.nl", "outlook.com"),
        ("live.example.com", "live.example.com"),
        ("yahoo.com.br", "yahoo.com"),
        ("yahoo.co.jp", "yahoo.co.jp"),
        ("web.de", "gmx.net"),
        ("review.example.org", "review.example.org"),
    ],
)
def test_domains_of_one_mail_system_are_one(domain: str, system: str) -> None:
    assert system_of(domain) == system
    assert system_of_address(f"reader@{domain}") == system


@pytest.mark.parametrize(("weights", "shares"), [((3, 1), (75, 25)), ((1, 1), (50, 50)), ((5, 3, 2), (50, 30, 20)), ((1, 0), (100, 0))])
def test_chunks_fall_to_relays_by_their_weights_however_few_they_are(weights: tuple[int, ...], shares: tuple[int, ...]) -> None:
    routes = [Route(name=f"r{at}", transport=OutboxTransport(Path("never")), weight=weight) for at, weight in enumerate(weights)]
    first = Counter(in_turn(routes, 7, chunk)[0].name for chunk in range(100))
    for at, share in enumerate(shares):
        assert abs(first[f"r{at}"] - share) <= 2
    assert all(len(in_turn(routes, 7, chunk)) == len(routes) for chunk in range(10))


def refused(code: int, reply: str, tries: int = 1) -> tuple[DeliveryState, bool, bool]:
    state = DeliveryState.DEFERRED if code < 500 else DeliveryState.FAILED
    verdict = weigh(Answer(state=state, code=code, reply=reply), tries)
    return verdict.answer.state, verdict.counts, verdict.gone


LATER, FINAL = DeliveryState.DEFERRED, DeliveryState.FAILED


@pytest.mark.parametrize(
    ("code", "reply", "means"),
    [
        (550, "5.1.1 user unknown", (FINAL, False, True)),
        (552, "5.2.2 mailbox full", (LATER, False, False)),
        (550, "5.7.1 blocked using zen.spamhaus.org", (LATER, True, False)),
        (550, "5.7.26 unauthenticated mail is prohibited", (LATER, True, False)),
        (550, "no", (FINAL, False, False)),
        (554, "no", (FINAL, True, False)),
        (421, "4.7.28 our system has detected an unusual rate of mail", (LATER, True, False)),
        (451, "try again", (LATER, True, False)),
        (452, "4.2.2 mailbox full", (LATER, False, False)),
        (553, "the relay takes no address beyond ASCII: it offers no SMTPUTF8 (RFC 6531)", (FINAL, False, False)),
        (552, "the relay takes at most 100 bytes, the message has 200 (RFC 1870)", (FINAL, False, False)),
    ],
)
def test_a_refusal_is_read_by_its_words(code: int, reply: str, means: tuple[DeliveryState, bool, bool]) -> None:
    assert refused(code, reply) == means


def test_what_is_refused_for_our_sake_is_final_at_the_fourth_try_and_what_was_accepted_is_left_as_it_is() -> None:
    assert [refused(550, "5.7.1 blocked using zen.spamhaus.org", tries)[0] for tries in (1, 3, 4, 5)] == [LATER, LATER, FINAL, FINAL]
    sent = Answer(state=DeliveryState.SENT, code=250, reply="ok, user unknown to spamhaus")
    assert weigh(sent, 1).answer is sent
