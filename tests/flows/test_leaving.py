"""A mail to the address of List-Unsubscribe ends one subscription of one reader, and nothing else does, on both databases."""

import base64
import hmac
from datetime import timedelta

import pytest

from digest.audience.links import reader_links, unsubscribe_mail
from digest.audience.returns import Follows
from digest.audience.token import Bearing, Purpose, make_token
from digest.flows import subscribing
from digest.model.subscriber import SubscriptionState
from digest.store import Database, subscribers
from tests.deliver.returned_mails import refused
from tests.flows.newsroom import NOW, SECRET
from tests.flows.posted import Posted

ADA, BOB = "ada@one.example", "bob@two.example"


@pytest.fixture
def posted(database: Database) -> Posted:
    made = Posted(database=database)
    made.begin([ADA, BOB], now=NOW - timedelta(weeks=8))
    return made


def address(posted: Posted, mailing: int, reader: str, *, secret: bytes = SECRET, purpose: Purpose = Purpose.UNSUBSCRIBE) -> str:
    token = make_token(secret, purpose, Bearing(mailing_id=mailing, subscriber_id=posted.ids[reader]))
    return f"unsubscribe+{token}@review.example.org"


def mail(to: str, *, sender: str = ADA, subject: str = "unsubscribe", header: str = "To", body: str = "") -> bytes:
    return f"From: <{sender}>\n{header}: <{to}>\nSubject: {subject}\nMessage-ID: <1@one.example>\n\n{body}\n".encode()


def state(posted: Posted, reader: str) -> SubscriptionState:
    with posted.database.reading() as session:
        known = subscribers.subscription(session, posted.ids[reader], "weekly")
    assert known is not None
    return known.state


def test_a_mail_to_the_address_in_the_header_ends_that_subscription_whoever_sends_it_and_whatever_it_says(posted: Posted) -> None:
    mailing = posted.send(NOW)
    applied = posted.apply(mail(address(posted, mailing, ADA), sender="robot@provider.example", subject=""))
    assert (applied.follows, applied.again) == (Follows.LEFT, False)
    assert (state(posted, ADA), state(posted, BOB)) == (SubscriptionState.UNSUBSCRIBED, SubscriptionState.CONFIRMED)
    assert (posted.barred(ADA), posted.barred(BOB)) == (None, None)


def test_the_address_in_a_mail_of_before_the_tokens_changed_goes_on_to_end_its_subscription(posted: Posted) -> None:
    plain = f"{posted.send(NOW)}-{posted.ids[ADA]}"
    mac = hmac.digest(SECRET, f"unsubscribe\0{plain}".encode(), "sha256")
    token = f"{plain}-{base64.b32encode(mac[:10]).decode().lower()}"
    assert subscribing.standing(posted.database, SECRET, Purpose.UNSUBSCRIBE, token).reader.address == ADA
    assert posted.apply(mail(f"unsubscribe+{token}@review.example.org")).follows is Follows.LEFT
    assert state(posted, ADA) is SubscriptionState.UNSUBSCRIBED


@pytest.mark.parametrize("header", ["Delivered-To", "X-Original-To", "To"])
@pytest.mark.parametrize("ends", [b"\n", b"\r\n", b"\r"])
def test_the_address_counts_wherever_a_mail_system_wrote_it_down(posted: Posted, header: str, ends: bytes) -> None:
    to = address(posted, posted.send(NOW), ADA).upper()
    assert posted.apply(mail(to, header=header).replace(b"\n", ends)).follows is Follows.LEFT


def test_the_same_wish_again_changes_nothing_more_and_does_not_end_what_was_begun_anew(posted: Posted) -> None:
    to = address(posted, posted.send(NOW), ADA)
    posted.apply(mail(to))
    assert posted.apply(mail(to, body="another mail")).follows is Follows.NOTHING
    known = subscribing.standing(posted.database, SECRET, Purpose.UNSUBSCRIBE, to.partition("+")[2].partition("@")[0])
    subscribing.come_back(posted.database, known, now=NOW)
    assert posted.apply(mail(to)).again
    assert state(posted, ADA) is SubscriptionState.CONFIRMED


def test_a_forged_token_one_of_another_purpose_and_a_bare_wish_change_nothing_and_wait_for_a_person(posted: Posted) -> None:
    mailing = posted.send(NOW)
    for raw in (
        mail(address(posted, mailing, ADA, secret=b"another secret, which is not ours")),
        mail(address(posted, mailing, ADA, purpose=Purpose.MESSAGE)),
        mail("unsubscribe@review.example.org"),
        mail("desk@review.example.org", subject="Unsubscribe me please"),
        mail("desk@review.example.org", subject="=?utf-8?q?Abmelden?="),
    ):
        assert posted.apply(raw).follows is Follows.ASKS
    assert {state(posted, one) for one in (ADA, BOB)} == {SubscriptionState.CONFIRMED}


def test_a_return_that_quotes_our_header_and_whoever_is_merely_told_end_nothing(posted: Posted) -> None:
    mailing = posted.send(NOW)
    to = address(posted, mailing, ADA)
    quoting = refused("452 4.2.2 over quota", "4.2.2").replace("Subject: The week", f"List-Unsubscribe: <mailto:{to}>\nSubject: The week")
    letter = mail("desk@review.example.org", subject="Re: the week", body=f"List-Unsubscribe: <mailto:{to}>")
    told = mail("desk@review.example.org", subject="Re: the week").replace(b"Subject:", f"Cc: {to}\nSubject:".encode())
    for raw in (quoting.encode(), letter, told):
        assert posted.apply(raw).follows is Follows.NOTHING
    assert state(posted, ADA) is SubscriptionState.CONFIRMED


def test_of_a_reader_who_is_forgotten_nothing_is_found_and_nothing_fails(posted: Posted) -> None:
    mailing = posted.send(NOW)
    posted.ids["gone@three.example"] = 99
    assert posted.apply(mail(address(posted, mailing, "gone@three.example"))).follows is Follows.NOTHING
    assert posted.apply(mail(address(posted, mailing + 7, ADA))).follows is Follows.NOTHING


def test_the_mailto_takes_no_more_than_a_header_line_may() -> None:
    links = reader_links(SECRET, "https://news.example.org", Bearing(mailing_id=10**17, subscriber_id=10**17))
    assert len(f"List-Unsubscribe: <{links['unsubscribe_url']}>{unsubscribe_mail(links, 'review.example.org')}") < 300
