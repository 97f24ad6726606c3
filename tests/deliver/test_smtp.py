"""The SMTP transport against a server that plays a script: each answer leads to the right state of the right recipient."""

import pytest

from digest.deliver.relay import read_relay
from digest.deliver.smtp import SmtpTransport
from digest.deliver.transport import Envelope
from digest.errors import RelayRefused, RelayUnreachable, SettingsError
from digest.model.mailing import DeliveryState
from tests.deliver.scripted import DROP, Script, relay

ENVELOPE = Envelope(return_path="bounce+1@review.example.org", recipient="reader@example.net")
MESSAGE = b"Subject: x\r\n\r\n.\r\nA line.\r\n..two dots\r\n"


def test_an_accepted_message_is_sent_whole_with_its_dots() -> None:
    with relay() as (script, transport):
        answer = transport.send(ENVELOPE, MESSAGE)
    assert (answer.state, answer.code, answer.reply) == (DeliveryState.SENT, 250, "kept")
    assert script.messages == [MESSAGE]
    assert "MAIL FROM:<bounce+1@review.example.org>" in " ".join(script.heard).replace("mail", "MAIL")


def test_many_messages_share_one_conversation() -> None:
    with relay() as (script, transport):
        for _ in range(5):
            assert transport.send(ENVELOPE, MESSAGE).state is DeliveryState.SENT
    assert sum(line.upper().startswith("EHLO") for line in script.heard) == 1


@pytest.mark.parametrize(
    ("says", "state", "code"),
    [
        ({"RCPT": "550 5.1.1 no such mailbox"}, DeliveryState.FAILED, 550),
        ({"RCPT": "452 4.2.2 mailbox full"}, DeliveryState.DEFERRED, 452),
        ({"RCPT": "251 will forward"}, DeliveryState.SENT, 250),
        ({"MAIL": "451 4.3.0 later"}, DeliveryState.DEFERRED, 451),
        ({"DATA": "451 4.3.0 later"}, DeliveryState.DEFERRED, 451),
        ({"DATA": "554 5.7.1 no"}, DeliveryState.FAILED, 554),
        ({"BODY": "452 4.3.1 disk full"}, DeliveryState.DEFERRED, 452),
        ({"BODY": "554-5.7.1 spam\n554 5.7.1 go away"}, DeliveryState.FAILED, 554),
        ({"BODY": "421 4.3.2 shutting down"}, DeliveryState.DEFERRED, 421),
    ],
)
def test_each_refusal_belongs_to_its_recipient_and_the_next_is_sent(says: dict[str, str], state: DeliveryState, code: int) -> None:
    once: dict[str, str | list[str]] = {verb: [answer] for verb, answer in says.items()}
    with relay(**once) as (script, transport):
        first = transport.send(ENVELOPE, MESSAGE)
        second = transport.send(ENVELOPE, MESSAGE)
    assert (first.state, first.code) == (state, code)
    assert second.state is DeliveryState.SENT
    assert script.messages[-1] == MESSAGE


def test_a_connection_dropped_after_the_message_leaves_it_in_doubt_and_the_next_goes_out() -> None:
    with relay(BODY=[DROP]) as (script, transport):
        first = transport.send(ENVELOPE, MESSAGE)
        second = transport.send(ENVELOPE, MESSAGE)
    assert (first.state, first.code) == (DeliveryState.IN_DOUBT, None)
    assert second.state is DeliveryState.SENT
    assert len(script.messages) == 2


@pytest.mark.parametrize("verb", ["MAIL", "RCPT", "DATA"])
def test_a_connection_dropped_before_the_message_offers_it_again_over_another(verb: str) -> None:
    with relay(**{verb: [DROP]}) as (script, transport):
        assert transport.send(ENVELOPE, MESSAGE).state is DeliveryState.SENT
    assert len(script.messages) == 1


@pytest.mark.parametrize("verb", ["MAIL", "RCPT", "DATA"])
def test_a_relay_that_always_goes_away_before_the_message_is_unreachable(verb: str) -> None:
    with (
        relay(**{verb: DROP}) as (script, transport),
        pytest.raises(RelayUnreachable, match="went away 3 times before a message was answered"),
    ):
        transport.send(ENVELOPE, MESSAGE)
    assert script.messages == []


def test_a_relay_that_refuses_our_sender_refuses_us_and_no_recipient() -> None:
    with relay(MAIL="550 5.7.1 not your domain") as (_, transport), pytest.raises(RelayRefused, match="refuses our sender: 550"):
        transport.send(ENVELOPE, MESSAGE)


@pytest.mark.parametrize("says", [{"GREETING": "554 no service"}, {"GREETING": "421 busy"}, {"GREETING": DROP}, {"EHLO": DROP}])
def test_a_relay_that_does_not_greet_is_unreachable(says: dict[str, str]) -> None:
    with relay(**says) as (_, transport), pytest.raises(RelayUnreachable, match="does not answer"):
        transport.send(ENVELOPE, MESSAGE)


def test_a_relay_that_is_not_there_is_unreachable(free_port: int) -> None:
    transport = SmtpTransport(read_relay(f"smtp+plain://127.0.0.1:{free_port}"), timeout=2)
    with pytest.raises(RelayUnreachable, match="start it or correct DIGEST_TRANSPORT"):
        transport.send(ENVELOPE, MESSAGE)


def test_without_starttls_nothing_is_sent_in_the_clear() -> None:
    script = Script({})
    transport = SmtpTransport(read_relay(f"smtp://127.0.0.1:{script.port}"), timeout=5)
    with pytest.raises(RelayRefused, match="offers no STARTTLS"):
        transport.send(ENVELOPE, MESSAGE)
    transport.close()
    script.close()
    assert script.messages == []


def test_a_refused_login_refuses_us() -> None:
    script = Script({"EHLO": "250-scripted\n250 AUTH PLAIN", "AUTH": "535 5.7.8 wrong"})
    transport = SmtpTransport(read_relay(f"smtp+plain://us:wrong@127.0.0.1:{script.port}"), timeout=5)
    with pytest.raises(RelayRefused, match="refuses our login: 535") as caught:
        transport.send(ENVELOPE, MESSAGE)
    transport.close()
    script.close()
    assert "wrong@" not in str(caught.value)


@pytest.mark.parametrize("words", ["454 4.7.0 cannot look you up now", "421 4.3.2 closing"])
def test_a_login_that_cannot_be_looked_up_now_is_not_refused(words: str) -> None:
    script = Script({"EHLO": "250-scripted\n250 AUTH PLAIN", "AUTH": words})
    transport = SmtpTransport(read_relay(f"smtp+plain://us:right@127.0.0.1:{script.port}"), timeout=5)
    with pytest.raises(RelayUnreachable, match="cannot sign us in now: 4"):
        transport.send(ENVELOPE, MESSAGE)
    transport.close()
    script.close()


@pytest.mark.parametrize("url", ["smtp://", "ftp://host", "smtp://host:port", "host:25"])
def test_a_malformed_relay_is_refused_with_the_form(url: str) -> None:
    with pytest.raises(SettingsError, match="write smtp://user:password@host:port"):
        read_relay(url)


def test_a_relays_address_is_read_with_its_user_password_and_security() -> None:
    relay_read = read_relay("smtps://us%40example.org:p%2Fw@mail.example.org")
    assert (relay_read.host, relay_read.port, relay_read.security) == ("mail.example.org", 465, "implicit")
    assert (relay_read.user, relay_read.password) == ("us@example.org", "p/w")
    assert str(relay_read) == "mail.example.org:465"
