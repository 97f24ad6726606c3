"""SendGrid, Mailgun and Postmark: each proves itself in its own way, and what they tell becomes what a returned mail would be."""

import hmac
import json
from base64 import b64encode
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from digest.audience.returns import Follows
from digest.errors import InputError, RefusedError, SettingsError
from digest.flows import returning
from digest.inbound import mailgun, sendgrid
from digest.inbound.mailgun import Mailgun
from digest.inbound.postmark import Postmark
from digest.inbound.provider import Event, Post, Provider
from digest.inbound.providers import open_providers
from digest.inbound.sendgrid import SendGrid, read_key
from digest.model.subscriber import SuppressionReason
from digest.runtime import Runtime
from digest.settings import Settings
from digest.store import Database
from tests.flows.newsroom import NOW, SECRET
from tests.flows.posted import Posted

ADA, BOB = "ada@one.example", "bob@two.example"
KEY = ec.generate_private_key(ec.SECP256R1())
SIGNING = "key-0123456789abcdef"
LOGIN = "postmark:a password of ours, with: colons"
STAMP = str(int(NOW.timestamp()))


@pytest.fixture
def posted(database: Database) -> Posted:
    made = Posted(database=database)
    made.begin([ADA, BOB], now=NOW - timedelta(weeks=8))
    return made


def shown(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> str:
    der = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return b64encode(der).decode()


def by_sendgrid(*events: dict[str, Any], stamp: str = STAMP, key: ec.EllipticCurvePrivateKey = KEY, end: bytes = b"\r\n") -> Post:
    body = json.dumps(list(events)).encode() + end
    signature = b64encode(key.sign(stamp.encode() + body, ec.ECDSA(hashes.SHA256()))).decode()
    headers = {"x-twilio-email-event-webhook-signature": signature, "x-twilio-email-event-webhook-timestamp": stamp}
    return Post(headers=headers, body=body, at=NOW)


def by_mailgun(told: dict[str, Any], *, stamp: str = STAMP, token: str = "t0ken", key: str = SIGNING) -> Post:
    signature = hmac.digest(key.encode(), f"{stamp}{token}".encode(), "sha256").hex()
    whole = {"signature": {"timestamp": stamp, "token": token, "signature": signature}, "event-data": told}
    return Post(headers={}, body=json.dumps(whole).encode(), at=NOW)


def by_postmark(told: dict[str, Any], *, login: str = LOGIN) -> Post:
    return Post(headers={"authorization": f"Basic {b64encode(login.encode()).decode()}"}, body=json.dumps(told).encode(), at=NOW)


def said(events: tuple[Event, ...]) -> list[tuple[str, str | None]]:
    return [(one.said.kind.value, one.said.recipients[0].bounce_class.value) for one in events]


def apply(posted: Posted, provider: Provider, post: Post) -> list[Follows]:
    done = []
    for event in provider.read(post):
        reported = returning.Reported(said=event.said, quoting=event.quoting, raw=event.raw, id=f"{provider.name} {event.id}")
        done.append(returning.take_reported(posted.database, SECRET, reported, now=NOW).follows)
    return done


GRID = SendGrid(KEY.public_key())


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ({"event": "bounce", "type": "bounce", "reason": "550 5.1.1 user unknown", "status": "5.1.1"}, ("bounce", "hard")),
        ({"event": "bounce", "type": "bounce", "reason": "550 5.2.2 mailbox full", "status": "5.2.2"}, ("bounce", "full")),
        ({"event": "bounce", "type": "bounce", "reason": "no words that anybody knows"}, ("bounce", "hard")),
        ({"event": "bounce", "type": "blocked", "reason": "550 5.7.1 blocked using Spamhaus", "status": "5.7.1"}, ("bounce", "ours")),
        ({"event": "bounce", "type": "blocked", "reason": "unable to get mx info"}, ("bounce", "ours")),
        ({"event": "dropped", "reason": "Bounced Address"}, ("bounce", "hard")),
        ({"event": "dropped", "reason": "Spam Content"}, ("bounce", "ours")),
        ({"event": "deferred", "response": "451 try later"}, ("delayed", "soft")),
        ({"event": "spamreport"}, ("complaint", "hard")),
        ({"event": "dropped", "reason": "Unsubscribed Address"}, None),
        ({"event": "delivered"}, None),
        ({"event": "open"}, None),
        ({"event": ["bounce"]}, None),
    ],
)
def test_what_sendgrid_tells(event: dict[str, Any], expected: tuple[str, str] | None) -> None:
    given = event | {"email": ADA, "sg_event_id": "e-1", "smtp-id": "<1-1-x@review.example.org>"}
    assert said(GRID.read(by_sendgrid(given))) == ([] if expected is None else [expected])


def test_a_post_that_is_not_sendgrid_s_or_was_changed_is_refused() -> None:
    good = by_sendgrid({"event": "spamreport", "email": ADA, "sg_event_id": "e"})
    late = str(int((NOW - sendgrid.WINDOW).timestamp()) - 1)
    for post in (
        Post(headers=good.headers, body=good.body + b" ", at=NOW),
        Post(headers={**good.headers, "x-twilio-email-event-webhook-timestamp": str(int(STAMP) + 1)}, body=good.body, at=NOW),
        Post(headers={}, body=good.body, at=NOW),
        Post(headers={**good.headers, "x-twilio-email-event-webhook-signature": "no base 64!"}, body=good.body, at=NOW),
        by_sendgrid({"event": "spamreport"}, stamp=late),
        by_sendgrid({"event": "spamreport"}, stamp="-1"),
        by_sendgrid({"event": "spamreport"}, key=ec.generate_private_key(ec.SECP256R1())),
    ):
        with pytest.raises(RefusedError):
            GRID.read(post)


def test_a_batch_of_sendgrid_s_acts_on_each_reader_by_our_message_id_once(posted: Posted) -> None:
    mailing = posted.send(NOW)
    named = [f"<{posted.path(mailing, one).removeprefix('bounce+')}>" for one in (ADA, BOB)]
    post = by_sendgrid(
        {"event": "bounce", "type": "bounce", "reason": "550 5.1.1 no", "email": ADA, "sg_event_id": "e-1", "smtp-id": named[0]},
        {"event": "spamreport", "email": BOB, "sg_event_id": "e-2", "smtp-id": named[1]},
        {"event": "spamreport", "email": BOB, "sg_event_id": "e-3", "smtp-id": "<forged@review.example.org>"},
    )
    assert apply(posted, GRID, post) == [Follows.SUPPRESS, Follows.COMPLAINED, Follows.NOTHING]
    before = posted.state()
    assert apply(posted, GRID, post) == [Follows.NOTHING] * 3
    assert posted.state() == before
    assert [posted.barred(one) for one in (ADA, BOB)] == [SuppressionReason.HARD_BOUNCE, SuppressionReason.COMPLAINT]


GUN = Mailgun(SIGNING)


def failed(severity: str = "permanent", reason: str = "bounce", **status: object) -> dict[str, Any]:
    return {"event": "failed", "severity": severity, "reason": reason, "recipient": ADA, "delivery-status": status}


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (failed(code=550, message="5.1.1 user unknown", **{"bounce-type": "hard"}), ("bounce", "hard")),
        (failed(code=550, message="5.7.1 blocked using Spamhaus", **{"bounce-type": "soft"}), ("bounce", "ours")),
        (failed(code=552, message="5.2.2 mailbox full", **{"bounce-type": "hard"}), ("bounce", "full")),
        (
            failed(reason="suppress-bounce", code=605, message="", description="Not delivering to previously bounced address"),
            ("bounce", "hard"),
        ),
        (failed(reason="generic", code=602, message="Too old"), ("bounce", "soft")),
        (failed("temporary", "generic", code=451, message="try later"), ("delayed", "soft")),
        ({"event": "complained", "recipient": ADA}, ("complaint", "hard")),
        ({"event": "delivered", "recipient": ADA}, None),
        ({"event": "unsubscribed", "recipient": ADA}, None),
        ({}, None),
    ],
)
def test_what_mailgun_tells(told: dict[str, Any], expected: tuple[str, str] | None) -> None:
    assert said(GUN.read(by_mailgun(told))) == ([] if expected is None else [expected])


def test_a_post_that_is_not_mailgun_s_is_refused() -> None:
    late = str(int((NOW - mailgun.WINDOW).timestamp()) - 1)
    for post in (
        by_mailgun(failed(), key="another key of 16"),
        by_mailgun(failed(), stamp=late),
        by_mailgun(failed(), stamp="soon"),
        by_mailgun(failed(), token=""),
        Post(headers={}, body=b'{"event-data": {"event": "complained"}}', at=NOW),
        Post(headers={}, body=b"[]", at=NOW),
    ):
        with pytest.raises(RefusedError):
            GUN.read(post)


def test_a_token_of_mailgun_s_counts_once_whatever_is_told_with_it(posted: Posted) -> None:
    mailing = posted.send(NOW)
    ours = {"envelope": {"sender": posted.path(mailing, ADA)}}
    assert apply(posted, GUN, by_mailgun(failed("temporary", code=451) | ours)) == [Follows.NOTHING]
    before = posted.state()
    # Somebody who saw that post writes another body under its signature.
    assert apply(posted, GUN, by_mailgun({"event": "complained", "recipient": ADA} | ours)) == [Follows.NOTHING]
    assert posted.state() == before
    assert apply(posted, GUN, by_mailgun({"event": "complained", "recipient": ADA} | ours, token="another")) == [Follows.COMPLAINED]


MARK = Postmark(LOGIN)


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"RecordType": "Bounce", "Type": "HardBounce", "Details": "smtp;550 5.1.1 user unknown"}, ("bounce", "hard")),
        ({"RecordType": "Bounce", "Type": "HardBounce", "Details": "smtp;550 5.7.26 SPF did not pass"}, ("bounce", "ours")),
        ({"RecordType": "Bounce", "Type": "SoftBounce", "Details": "smtp;552 5.2.2 mailbox full"}, ("bounce", "full")),
        ({"RecordType": "Bounce", "Type": "SpamNotification", "Details": ""}, ("bounce", "ours")),
        ({"RecordType": "Bounce", "Type": "Transient", "Details": "later"}, ("delayed", "soft")),
        ({"RecordType": "SpamComplaint", "Type": "SpamComplaint"}, ("complaint", "hard")),
        ({"RecordType": "Bounce", "Type": "AutoResponder"}, None),
        ({"RecordType": "Bounce", "Type": "ChallengeVerification"}, None),
        ({"RecordType": "Delivery"}, None),
        ({"RecordType": "SubscriptionChange"}, None),
    ],
)
def test_what_postmark_tells(told: dict[str, Any], expected: tuple[str, str] | None) -> None:
    assert said(MARK.read(by_postmark(told | {"ID": 42, "Email": ADA}))) == ([] if expected is None else [expected])


def test_postmark_without_our_password_is_refused() -> None:
    for post in (by_postmark({"ID": 1}, login="postmark:guess"), Post(headers={}, body=b"{}", at=NOW)):
        with pytest.raises(RefusedError):
            MARK.read(post)
    with pytest.raises(InputError):
        MARK.read(by_postmark({}))


def test_postmark_s_bounce_acts_by_the_token_in_its_content(posted: Posted) -> None:
    path = posted.path(posted.send(NOW), ADA)
    told = {"RecordType": "Bounce", "Type": "HardBounce", "Details": "550 5.1.1 user unknown", "ID": 1, "Email": ADA}
    assert apply(posted, MARK, by_postmark(told)) == [Follows.NOTHING]
    assert apply(posted, MARK, by_postmark(told | {"ID": 2, "Content": f"Return-Path: <{path}>\r\n"})) == [Follows.SUPPRESS]
    assert posted.barred(ADA) is SuppressionReason.HARD_BOUNCE


def test_an_address_opens_for_what_is_set_alone_and_says_no_secret_of_it() -> None:
    assert dict(open_providers(Runtime(Settings()))) == {}
    settings = Settings(sendgrid_key=shown(KEY), mailgun_key=SIGNING, postmark_login=LOGIN, ses_topics="arn:aws:sns:eu-west-1:1:t")
    found = open_providers(Runtime(settings))
    assert sorted(found) == ["mailgun", "postmark", "sendgrid", "ses"]
    assert [provider.name for provider in found.values()] == list(found)
    assert SIGNING not in repr(found)
    assert "password of ours" not in repr(found)


@pytest.mark.parametrize("given", ["", "no key", "AAAA", shown(rsa.generate_private_key(public_exponent=65537, key_size=2048))])
def test_a_key_of_sendgrid_s_that_is_none_is_said(given: str) -> None:
    with pytest.raises(SettingsError, match="sendgrid_key"):
        read_key(given)
