"""Presets and routes: what the settings and a provider make of a relay, what is signed there, and letters that find another way."""

from collections.abc import Generator, Iterable
from pathlib import Path

import dkim
import pytest

from digest.deliver.dkim import Signers, keep_key, make_key
from digest.deliver.message import Splicer
from digest.deliver.presets import PRESETS
from digest.deliver.routes import Route, Standby
from digest.deliver.smtp import SmtpTransport
from digest.deliver.transport import Envelope, Leaves, Offer, Settled, unnoted
from digest.errors import RelayRefused, RelayUnreachable
from digest.model.mailing import Answer, DeliveryState, Piece, Rendered
from digest.model.relay import Limits
from digest.relays import headers_of, open_routes, relay_of, we_sign
from digest.runtime import Runtime
from digest.settings import RelaySettings, Settings, load_settings

REGIONS = {"ses": "eu-west-1", "mailgun": "eu", "sparkpost": "us"}
MAIL = Rendered(
    sha256="0" * 64,
    subject="Signed",
    preheader="",
    mjml="",
    html="",
    text="",
    marker="",
    pieces=(
        Piece(literal="From: The Review <desk@review.example.org>\r\nTo: "),
        Piece(slot="to", encoding="header"),
        Piece(literal="\r\nSubject: Signed\r\nDate: Mon, 23 Nov 2026 09:00:00 +0000\r\nMessage-ID: "),
        Piece(slot="message_id", encoding="header"),
        Piece(literal="\r\nList-Unsubscribe: <https://news.example.org/u/1>\r\n\r\nHello.\r\n"),
    ),
)
VALUES = {"to": "r@example.net", "message_id": "<1@review.example.org>"}


@pytest.mark.parametrize("name", sorted(PRESETS))
def test_every_preset_makes_a_relay_that_can_be_used(name: str) -> None:
    one = RelaySettings(name="one", preset=name, region=REGIONS.get(name), user="desk@review.example.org", password="a secret")
    relay = relay_of(one)
    assert "." in relay.host
    assert relay.security == ("implicit" if relay.port == 465 else "starttls")
    assert relay.password == "a secret"
    assert relay.user == "desk@review.example.org"
    assert all(line.endswith(b"\r\n") and len(line) < 998 for line in headers_of(one).splitlines(keepends=True))
    assert PRESETS[name].duties
    assert not we_sign(one)
    assert we_sign(one.model_copy(update={"signs": "us"}))
    (route,) = open_routes(Settings(relays=(one,)), ())
    assert route.return_path == (None if PRESETS[name].verp else "desk@review.example.org")


def test_the_settings_stand_over_a_preset() -> None:
    one = RelaySettings(
        name="ms",
        preset="microsoft365",
        user="desk@review.example.org",
        rate=0.2,
        connections=2,
        headers={"X-A": "b"},
        return_path="back@review.example.org",
    )
    (route,) = open_routes(Settings(relays=(one,)), ())
    assert isinstance(route.transport, SmtpTransport)
    assert (route.limits, route.transport.relay.connections, route.transport.relay.messages) == (Limits(rate=0.2, daily=10_000), 2, 30)
    assert (route.headers, route.return_path) == (b"X-A: b\r\n", "back@review.example.org")


def test_relays_come_from_the_file_and_a_password_from_its_own(tmp_path: Path) -> None:
    (tmp_path / "ses").write_text("a password\n")
    config = tmp_path / "digest.toml"
    config.write_text(
        'chunk_size = 50\n[[relays]]\nname = "ours"\nurl = "smtp://a:b@mx.example.org"\nweight = 3\n'
        f'[[relays]]\nname = "ses"\npreset = "ses"\nregion = "eu-west-1"\nuser = "AKIA"\npassword_file = "{tmp_path / "ses"}"\n'
        'rate = 14\nwarm_up = [200, 1000]\n[relays.domains."hotmail.com"]\ndaily = 500\n'
    )
    settings = load_settings(config, environ={})
    ours, ses = open_routes(settings, ())
    assert (ours.name, ours.weight, ses.weight) == ("ours", 3, 1)
    assert (ses.limits, dict(ses.domains)) == (Limits(rate=14, warm_up=(200, 1000)), {"outlook.com": Limits(daily=500)})
    assert isinstance(ses.transport, SmtpTransport)
    assert ses.transport.relay.password == "a password"
    assert "a password" not in repr(settings)


def test_a_signature_for_a_relay_that_replaces_date_and_message_id_survives_that() -> None:
    key = make_key("review.example.org", "s1")
    plain = Splicer(MAIL, Signers((key,)).of("review.example.org")).splice(VALUES)
    for_ses = Splicer(MAIL, Signers((key,), PRESETS["ses"].unsigned).of("review.example.org")).splice(VALUES)

    def verified(message: bytes) -> bool:
        return bool(dkim.verify(message, dnsfunc=lambda *_, **__: key.record.encode()))

    def through_ses(message: bytes) -> bytes:
        return message.replace(b"<1@review.example.org>", b"<0102@eu-west-1.amazonses.com>").replace(b"23 Nov", b"24 Nov")

    assert verified(plain)
    assert verified(for_ses)
    assert not verified(through_ses(plain))
    assert verified(through_ses(for_ses))
    assert not verified(for_ses.replace(b"Subject: Signed", b"Subject: Forged"))


def test_letters_are_signed_as_every_relay_allows_that_may_take_one(tmp_path: Path) -> None:
    keep_key(tmp_path, make_key("review.example.org", "s1"))
    ses = RelaySettings(name="ses", preset="ses", region="eu-west-1", signs="us")
    ours = RelaySettings(name="ours", url="smtp://mx.example.org")
    runtime = Runtime(Settings(state=tmp_path, dkim_keys=tmp_path, relays=(ours, ses)))
    assert runtime.signers.unsigned == PRESETS["ses"].unsigned
    assert [route.signers.unsigned for route in runtime.routes] == [frozenset(), PRESETS["ses"].unsigned]
    runtime.close()
    signing = Runtime(Settings(state=tmp_path, dkim_keys=tmp_path, relays=(ses.model_copy(update={"signs": None}),)))
    assert signing.signers.of("review.example.org").keys == ()


class Fixed:
    """A transport with one thing to say; no relay is behind it."""

    def __init__(self, says: Answer | Exception) -> None:
        self.says = says
        self.by: list[str] = []

    def send(self, envelope: Envelope, message: bytes) -> Answer:
        del message
        self.by.append(envelope.return_path)
        if isinstance(self.says, Exception):
            raise self.says
        return self.says

    def carry(self, offers: Iterable[Offer], leaves: Leaves = unnoted) -> Generator[Settled, None, None]:
        for offer in offers:
            leaves(offer)
            yield Settled(offer, self.send(offer.envelope, offer.message))

    def close(self) -> None:
        self.by.clear()


def test_a_letter_goes_by_the_heaviest_relay_and_by_the_next_where_that_cannot() -> None:
    sent = Answer(state=DeliveryState.SENT, code=250, reply="ok")
    away, other = Fixed(RelayUnreachable("it does not answer")), Fixed(sent)
    heavy = Route(name="heavy", transport=away, weight=5)
    light = Route(name="light", transport=other, return_path="back@example.org")
    envelope = Envelope(return_path="bounce+c1@example.org", recipient="r@example.net")
    assert Standby([light, heavy]).send(envelope, b"letter") == sent
    assert (away.by, other.by) == (["bounce+c1@example.org"], ["back@example.org"])
    other.says = RelayRefused("it refuses our login")
    with pytest.raises(RelayRefused, match="refuses our login"):
        Standby([light, heavy]).send(envelope, b"letter")


def test_a_relay_that_hangs_holds_up_one_letter_and_not_the_next_ones() -> None:
    away, other = Fixed(RelayUnreachable("it does not answer")), Fixed(Answer(state=DeliveryState.SENT, code=250, reply="ok"))
    now = [0.0]
    standby = Standby([Route(name="heavy", transport=away, weight=5), Route(name="light", transport=other)], clock=lambda: now[0])
    envelope = Envelope(return_path="bounce+c1@example.org", recipient="r@example.net")
    for _ in range(3):
        standby.send(envelope, b"letter")
    assert (len(away.by), len(other.by)) == (1, 3)
    now[0] = 31.0
    away.says = other.says
    standby.send(envelope, b"letter")
    assert (len(away.by), len(other.by)) == (2, 3)
