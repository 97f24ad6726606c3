"""Hundreds of recipients over several conversations: whatever the relay does to each, each ends in its own state, and once."""

import random
import socket
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import closing

import pytest

from digest.deliver.conversation import Conversation, Features
from digest.deliver.relay import read_relay
from digest.deliver.smtp import SmtpTransport
from digest.deliver.transport import Envelope, Offer, Settled
from digest.errors import RelayRefused, RelayUnreachable
from digest.model.mailing import DeliveryState
from tests.deliver.faulty import FATES, Faulty, faulty

MESSAGE = b"Subject: x\r\n\r\n" + b"A line of the body.\r\n" * 400


def transport_to(server: Faulty, *, connections: int = 4, messages: int = 500, timeout: float = 5) -> SmtpTransport:
    url = f"smtp+plain://127.0.0.1:{server.port}?connections={connections}&messages={messages}"
    return SmtpTransport(read_relay(url), timeout=timeout)


def offer(key: int, fate: str) -> Offer:
    # The fate stands in the return path as well: MAIL is where some relays refuse.
    address = f"n{key}.{fate}@example.net"
    return Offer(key, Envelope(return_path=address, recipient=address), MESSAGE)


def every_fate(count: int) -> list[Offer]:
    chance = random.Random(count)
    return [offer(key, chance.choice(["ok"] * 5 + sorted(FATES))) for key in range(count)]


@pytest.mark.parametrize("connections", [1, 4])
@pytest.mark.parametrize("pipelining", [True, False])
def test_every_recipient_ends_in_the_state_that_the_relay_gave_it(*, pipelining: bool, connections: int) -> None:
    offers = every_fate(400)
    with faulty(pipelining=pipelining) as server:
        transport = transport_to(server, connections=connections)
        settled = list(transport.carry(offers))
        transport.close()
    assert sorted(one.offer.key for one in settled) == list(range(400))
    wrong = [(one.offer.envelope.recipient, one.answer) for one in settled if one.answer.state is not fate_of(one)]
    assert wrong == []
    assert {fate for fate in FATES if any(f".{fate}@" in one.envelope.recipient for one in offers)} == set(FATES)
    assert max(server.seen.values()) == 1
    assert set(server.accepted) == {one.offer.envelope.recipient for one in settled if one.answer.state is DeliveryState.SENT}


def fate_of(one: Settled) -> DeliveryState:
    return FATES[one.offer.envelope.recipient.partition(".")[2].partition("@")[0]]


@pytest.mark.parametrize("pipelining", [True, False])
def test_a_connection_carries_only_so_many_messages(*, pipelining: bool) -> None:
    with faulty(pipelining=pipelining) as server:
        transport = transport_to(server, connections=1, messages=10)
        assert len(list(transport.carry(offer(key, "ok") for key in range(35)))) == 35
        transport.close()
        assert server.connections == 4


def test_conversations_stay_open_between_two_runs() -> None:
    with faulty(pipelining=True) as server:
        transport = transport_to(server, connections=2)
        for _ in range(3):
            assert len(list(transport.carry(offer(key, "slow") for key in range(8)))) == 8
        transport.close()
        assert server.connections == 2


def test_the_next_body_waits_until_the_answer_before_it_was_taken() -> None:
    """What a caller who journals can have in the dark is one message a lane."""
    pulled: list[int] = []

    def offers() -> Iterator[Offer]:
        for key in range(40):
            pulled.append(key)
            yield offer(key, "ok")

    with faulty(pipelining=True) as server:
        transport = transport_to(server, connections=1)
        for taken, _ in enumerate(transport.carry(offers())):
            # This answer is in hand; the one body more that the relay may have seen is not: it has not left yet.
            assert server.seen.total() <= taken + 1
            assert len(pulled) <= taken + 2
        transport.close()


def test_offers_that_end_early_leave_nothing_half_sent() -> None:
    with faulty(pipelining=True) as server:
        transport = transport_to(server)
        first = list(transport.carry(offer(key, "ok") for key in range(7)))
        second = list(transport.carry(offer(key, "ok") for key in range(7, 14)))
        transport.close()
    assert len(first) == len(second) == 7
    assert server.accepted.total() == 14


def test_a_caller_who_leaves_early_never_lets_an_empty_message_through() -> None:
    with faulty(pipelining=True) as server:
        transport = transport_to(server, connections=2)
        with closing(transport.carry(offer(key, "ok") for key in range(50))) as run:
            next(run)
        assert len(list(transport.carry(offer(key, "ok") for key in range(100, 110)))) == 10
        transport.close()
    assert max(server.seen.values()) == 1


@pytest.mark.parametrize("pipelining", [True, False])
def test_a_relay_that_refuses_our_sender_is_told_of_after_the_other_answers(*, pipelining: bool) -> None:
    offers = [offer(0, "ok"), offer(1, "ok"), offer(2, "mail550"), *(offer(key, "ok") for key in range(3, 50))]
    with faulty(pipelining=pipelining) as server:
        transport = transport_to(server, connections=1)
        settled: list[Settled] = []
        with pytest.raises(RelayRefused, match="refuses our sender: 550 no"):
            settled.extend(one for one in transport.carry(offers))
        transport.close()
    assert server.accepted.total() == 2


def test_a_message_too_large_for_the_relay_is_not_offered() -> None:
    with faulty(pipelining=True, extensions=("SIZE 5000",)) as server:
        transport = transport_to(server)
        big, small = (
            offer(0, "ok"),
            Offer(1, Envelope(return_path="b@example.org", recipient="n1.ok@example.net"), b"Subject: x\r\n\r\nhi\r\n"),
        )
        answers = {one.offer.key: one.answer for one in transport.carry([big, small])}
        transport.close()
    assert (answers[0].state, answers[0].code) == (DeliveryState.FAILED, 552)
    assert "at most 5000 bytes" in answers[0].reply
    assert answers[1].state is DeliveryState.SENT
    assert server.accepted.total() == 1


@pytest.mark.parametrize(
    ("recipient", "features", "said"),
    [
        ("jose@example.net", Features(utf8=True, eight_bit=True), b"MAIL FROM:<b@example.org>\r\n"),
        ("josé@example.net", Features(utf8=True, eight_bit=True), b"MAIL FROM:<b@example.org> SMTPUTF8 BODY=8BITMIME\r\n"),
        ("josé@example.net", Features(utf8=True), b"MAIL FROM:<b@example.org> SMTPUTF8\r\n"),
    ],
)
def test_eight_bits_are_announced_where_a_mail_has_them_and_the_relay_takes_them(recipient: str, features: Features, said: bytes) -> None:
    conversation = Conversation(features=features)
    conversation.begin(Offer(0, Envelope(return_path="b@example.org", recipient=recipient), MESSAGE))
    assert b"".join(conversation.outgoing) == said


def test_an_address_beyond_ascii_is_offered_only_where_the_relay_takes_it() -> None:
    wide = Offer(0, Envelope(return_path="b@example.org", recipient="josé.ok@example.net"), MESSAGE)
    with faulty(pipelining=True) as server:
        transport = transport_to(server)
        (refused,) = transport.carry([wide])
        transport.close()
    with faulty(pipelining=True, extensions=("SMTPUTF8",)) as server:
        transport = transport_to(server)
        (taken,) = transport.carry([wide])
        transport.close()
    assert (refused.answer.state, refused.answer.code) == (DeliveryState.FAILED, 553)
    assert taken.answer.state is DeliveryState.SENT
    assert server.accepted == {"josé.ok@example.net": 1}


def test_a_relay_that_falls_silent_leaves_one_message_a_lane_in_doubt() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=_silent, args=(listener,), daemon=True)
        thread.start()
        url = f"smtp+plain://127.0.0.1:{listener.getsockname()[1]}?connections=2"
        transport = SmtpTransport(read_relay(url), timeout=0.4)
        doubted: list[Settled] = []
        # As the flow does: whoever sees so many in doubt offers no more.
        offers = (offer(key, "ok") for key in range(50) if len(doubted) < 3)
        doubted.extend(transport.carry(offers))
        transport.close()
        listener.shutdown(socket.SHUT_RDWR)
    thread.join(timeout=5)
    assert {one.answer.state for one in doubted} == {DeliveryState.IN_DOUBT}
    assert 3 <= len(doubted) <= 6
    assert "did not answer within" in doubted[0].answer.reply


def _silent(listener: socket.socket) -> None:
    """Answer everything but the messages."""
    open_ones = []
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            break
        open_ones.append(connection)
        connection.sendall(b"220 ready\r\n")
        connection.recv(1000)
        connection.sendall(b"250-silent\r\n250 PIPELINING\r\n")
        connection.recv(1000)
        connection.sendall(b"250 ok\r\n250 ok\r\n354 go on\r\n")
    for connection in open_ones:
        connection.close()


def test_who_stands_behind_two_that_end_the_conversation_is_not_blamed_for_it() -> None:
    offers = [offer(key, "rcpt421" if key % 2 else "ok") for key in range(60)]
    with faulty(pipelining=True) as server:
        transport = transport_to(server, connections=1)
        settled = list(transport.carry(offers))
        transport.close()
    wrong = [(one.offer.envelope.recipient, one.answer) for one in settled if one.answer.state is not fate_of(one)]
    assert wrong == []
    assert max(server.seen.values()) == 1


@pytest.mark.parametrize("pipelining", [True, False])
def test_a_relay_that_goes_away_at_every_mail_settles_nobody(*, pipelining: bool) -> None:
    settled: list[Settled] = []
    with faulty(pipelining=pipelining) as server:
        server.said = lambda recipient: None if recipient else "421 4.7.0 too busy for you"
        transport = transport_to(server, connections=1)
        with pytest.raises(RelayUnreachable, match=r"went away 3 times before a message was answered: 421 4\.7\.0 too busy"):
            settled.extend(transport.carry(offer(key, "ok") for key in range(40)))
        transport.close()
    assert settled == []
    assert server.seen.total() == 0


@pytest.mark.parametrize("pipelining", [True, False])
def test_a_relay_that_goes_away_after_ten_messages_defers_nobody(*, pipelining: bool) -> None:
    """As some do that keep to a limit of their own: 421 to the next MAIL of a connection."""
    times: Counter[int] = Counter()

    def said(recipient: str) -> str | None:
        if recipient or server.seen.total() % 10 != 9:
            return None
        times[server.seen.total()] += 1
        return "421 4.7.0 enough of you" if times[server.seen.total()] <= 2 else None

    with faulty(pipelining=pipelining) as server:
        server.said = said
        transport = transport_to(server, connections=2)
        settled = list(transport.carry(offer(key, "ok") for key in range(100)))
        transport.close()
    assert {one.answer.state for one in settled} == {DeliveryState.SENT}
    assert sorted(one.offer.key for one in settled) == list(range(100))


@pytest.mark.parametrize("pipelining", [True, False])
def test_who_makes_the_relay_hang_up_at_every_try_holds_up_nobody(*, pipelining: bool) -> None:
    offers = [offer(key, "droprcpt" if key in (7, 30) else "ok") for key in range(60)]
    with faulty(pipelining=pipelining) as server:
        transport = transport_to(server, connections=1)
        settled = {one.offer.key: one.answer for one in transport.carry(offers)}
        transport.close()
    assert {key for key, answer in settled.items() if answer.state is not DeliveryState.SENT} == {7, 30}
    assert (settled[7].state, settled[7].code) == (DeliveryState.DEFERRED, 451)
    assert server.accepted.total() == 58


def test_many_recipients_that_are_met_with_421_do_not_speak_against_the_relay() -> None:
    with faulty(pipelining=True) as server:
        transport = transport_to(server, connections=4)
        settled = {one.offer.key: one.answer for one in transport.carry(offer(key, "rcpt421" if key < 20 else "ok") for key in range(40))}
        transport.close()
    assert {key for key, answer in settled.items() if answer.code == 421} == set(range(20))
    assert server.accepted.total() == 20
