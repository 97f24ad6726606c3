"""SES through SNS: whose a message is, what it tells, and what follows from it; nothing that does not prove itself acts."""

import json
from datetime import timedelta
from typing import Any

import pytest

from digest.audience.returns import Follows
from digest.errors import FetchError, InputError, RefusedError
from digest.flows import returning
from digest.flows.returning import Applied
from digest.inbound.provider import Event, Post
from digest.inbound.ses import Ses
from digest.inbound.sns import WINDOW, Certificates
from digest.model.returned import BounceClass, ReturnKind
from digest.model.subscriber import SuppressionReason
from digest.store import Database
from tests.flows.newsroom import NOW, SECRET
from tests.flows.posted import Posted
from tests.inbound.amazon import CERTIFICATE, HOST, TOPIC, Amazon, bounced, complained, mail

ADA, BOB = "ada@one.example", "bob@two.example"
PATH = "bounce+1-1-abcdefghijklmnop@review.example.org"


@pytest.fixture(scope="module")
def key() -> Amazon:
    return Amazon(now=NOW)


@pytest.fixture
def amazon(key: Amazon) -> Amazon:
    return Amazon(now=NOW, key=key.key)


@pytest.fixture
def posted(database: Database) -> Posted:
    made = Posted(database=database)
    made.begin([ADA, BOB], now=NOW - timedelta(weeks=8))
    return made


def ses(amazon: Amazon) -> Ses:
    return Ses(frozenset({TOPIC}), Certificates(amazon.fetch), amazon.fetch)


def read(amazon: Amazon, message: dict[str, Any], *, by: Ses | None = None, late: timedelta = timedelta()) -> tuple[Event, ...]:
    return (by or ses(amazon)).read(Post(headers={"content-type": "text/plain"}, body=json.dumps(message).encode(), at=NOW + late))


def apply(posted: Posted, amazon: Amazon, told: dict[str, Any], *, number: str = "m-1") -> Applied:
    (event,) = read(amazon, amazon.message(told, number=number))
    reported = returning.Reported(said=event.said, quoting=event.quoting, raw=event.raw, id=event.id)
    return returning.take_reported(posted.database, SECRET, reported, now=NOW)


@pytest.mark.parametrize("version", ["1", "2"])
@pytest.mark.parametrize("more", [{}, {"Subject": "Amazon SES Email Event Notification"}])
def test_both_versions_of_the_signature_verify_with_a_subject_and_without(amazon: Amazon, version: str, more: dict[str, str]) -> None:
    (event,) = read(amazon, amazon.message(bounced(PATH), version=version, **more))
    assert event.said.kind is ReturnKind.BOUNCE
    assert amazon.asked == [CERTIFICATE]


@pytest.mark.parametrize(
    "change",
    [
        {"Message": json.dumps(bounced("bounce+9@review.example.org"))},
        {"MessageId": "m-2"},
        {"Subject": "added"},
        {"SignatureVersion": "2"},
        {"SignatureVersion": "3"},
        {"Signature": "AAAA"},
        {"Signature": "not base 64!"},
        {"Signature": None},
        {"TopicArn": "arn:aws:sns:eu-west-1:999999999999:returns"},
        {"Type": "SubscriptionConfirmation"},
        {"Type": None},
        {"Timestamp": "2026-11-23T09:00:01.000Z"},
        {"Timestamp": "yesterday"},
    ],
)
def test_a_message_that_was_changed_is_refused(amazon: Amazon, change: dict[str, Any]) -> None:
    with pytest.raises(RefusedError):
        read(amazon, amazon.message(bounced(PATH)) | change)


@pytest.mark.parametrize(
    "url",
    [
        CERTIFICATE.replace("https", "http"),
        CERTIFICATE.replace("amazonaws.com", "amazonaws.com.evil.example"),
        CERTIFICATE.replace("sns.", "sns.evil."),
        CERTIFICATE.replace("sns.eu-west-1", "s3.eu-west-1"),
        CERTIFICATE.replace("//sns", "//me@sns"),
        CERTIFICATE.replace(".com/", ".com:444/"),
        CERTIFICATE.replace("eu-west-1.amazonaws.com", "eu-west-1.amazonaws.com\\@evil.example"),
        f"{HOST}/bucket/mine.pem",
        f"{CERTIFICATE}?x=1",
        "https://evil.example/#.sns.eu-west-1.amazonaws.com/SimpleNotificationService-1.pem",
        "",
    ],
)
def test_a_certificate_from_anywhere_but_sns_is_not_even_asked_for(amazon: Amazon, url: str) -> None:
    with pytest.raises(RefusedError, match="not on a host of SNS"):
        read(amazon, amazon.message(bounced(PATH), SigningCertURL=url))
    assert amazon.asked == []


def test_hosts_in_china_and_in_the_government_s_cloud_are_sns_too(amazon: Amazon) -> None:
    for host in ("sns.cn-north-1.amazonaws.com.cn", "sns.us-gov-west-1.amazonaws.com", "sns.ap-southeast-2.amazonaws.com"):
        with pytest.raises(FetchError):
            read(amazon, amazon.message(bounced(PATH), SigningCertURL=f"https://{host}/SimpleNotificationService-1a.pem"))


def test_another_s_key_and_a_certificate_of_another_time_are_refused(amazon: Amazon) -> None:
    other = Amazon(now=NOW)
    with pytest.raises(RefusedError, match="does not verify"):
        read(amazon, other.message(bounced(PATH)))
    old = Amazon(now=NOW - timedelta(days=90), key=amazon.key)
    with pytest.raises(RefusedError, match="not valid now"):
        read(amazon, amazon.message(bounced(PATH)), by=Ses(frozenset({TOPIC}), Certificates(old.fetch), old.fetch))


def test_a_message_is_good_for_an_hour_and_a_quarter(amazon: Amazon) -> None:
    message = amazon.message(bounced(PATH))
    assert read(amazon, message, late=WINDOW)
    for late in (WINDOW + timedelta(seconds=1), -WINDOW - timedelta(seconds=1)):
        with pytest.raises(RefusedError, match="another time"):
            read(amazon, message, late=late)


def test_the_certificate_is_fetched_once_and_a_stranger_cannot_make_us_fetch_many(amazon: Amazon) -> None:
    by = ses(amazon)
    for _ in range(5):
        read(amazon, amazon.message(bounced(PATH)), by=by)
    assert amazon.asked == [CERTIFICATE]
    for number in range(50):
        with pytest.raises((RefusedError, FetchError)):
            read(
                amazon,
                amazon.message(bounced(PATH), SigningCertURL=f"{HOST}/SimpleNotificationService-{number}.pem") | {"MessageId": "x"},
                by=by,
            )
    assert len(amazon.asked) <= 6


def test_a_subscription_of_an_allowed_topic_confirms_itself_at_sns_alone(amazon: Amazon) -> None:
    url = f"{HOST}/?Action=ConfirmSubscription&TopicArn={TOPIC}&Token=abc"
    asking = {"Type": "SubscriptionConfirmation", "Token": "abc"}
    assert read(amazon, amazon.message("You have chosen to subscribe", SubscribeURL=url, **asking)) == ()
    assert amazon.asked == [CERTIFICATE, url]
    for wrong in (
        url.replace(HOST, "https://evil.example"),
        url.replace("ConfirmSubscription", "DeleteTopic"),
        url.replace(TOPIC, "arn:aws:sns:eu-west-1:999999999999:other"),
        url.replace("https", "http"),
    ):
        with pytest.raises(RefusedError, match="elsewhere"):
            read(amazon, amazon.message("You have chosen to subscribe", SubscribeURL=wrong, **asking))
    with pytest.raises(RefusedError, match="not allowed"):
        read(amazon, amazon.message("x", SubscribeURL=url, TopicArn="arn:aws:sns:eu-west-1:999999999999:other", **asking))
    assert amazon.asked.count(url) == 1


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (bounced(PATH), BounceClass.HARD),
        (bounced(PATH, name="eventType"), BounceClass.HARD),
        (bounced(PATH, kind=("Permanent", "NoEmail"), diagnostic=None, status=None), BounceClass.HARD),
        (bounced(PATH, kind=("Permanent", "Suppressed"), diagnostic="Amazon SES has suppressed sending to this address"), BounceClass.HARD),
        (bounced(PATH, diagnostic="smtp; 550 5.7.26 unauthenticated: SPF did not pass", status="5.7.26"), BounceClass.OURS),
        (bounced(PATH, diagnostic="smtp; 554 5.7.1 blocked using Spamhaus", status="5.7.1"), BounceClass.OURS),
        (bounced(PATH, kind=("Transient", "MailboxFull"), diagnostic=None, status=None), BounceClass.FULL),
        (bounced(PATH, kind=("Transient", "General"), diagnostic="smtp; 452 4.2.2 over quota", status="4.2.2"), BounceClass.FULL),
        (bounced(PATH, kind=("Transient", "General"), diagnostic=None, status=None), BounceClass.SOFT),
        (bounced(PATH, kind=("Transient", "ContentRejected"), diagnostic=None, status=None), BounceClass.OURS),
        (bounced(PATH, kind=("Undetermined", "Undetermined"), diagnostic=None, status=None), BounceClass.SOFT),
        ({"eventType": "Reject", "reject": {"reason": "Bad content"}, "mail": mail(PATH)}, BounceClass.OURS),
    ],
)
def test_a_bounce_is_of_the_class_that_the_other_system_s_words_give_else_of_ses_s(
    amazon: Amazon, told: dict[str, Any], expected: BounceClass
) -> None:
    (event,) = read(amazon, amazon.message(told))
    assert [one.bounce_class for one in event.said.recipients] == [expected]


def test_delays_change_nothing_and_deliveries_opens_and_words_of_others_are_nothing(amazon: Amazon) -> None:
    delay = {"eventType": "DeliveryDelay", "mail": mail(PATH), "deliveryDelay": {"delayedRecipients": [{"emailAddress": ADA}]}}
    (event,) = read(amazon, amazon.message(delay))
    assert event.said.kind is ReturnKind.DELAYED
    for told in (
        *({"eventType": kind, "mail": mail(PATH)} for kind in ("Delivery", "Send", "Open", "Click", "Rendering Failure", "Subscription")),
        complained(PATH, "not-spam"),
        {"bounce": [], "eventType": "Bounce"},
        "Successfully validated SNS topic for Amazon SES event publishing.",
        [1],
        {"eventType": ["Bounce"], "mail": 3},
    ):
        assert read(amazon, amazon.message(told)) == ()


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"[" * 100_000])
def test_what_is_no_json_is_not_understood(amazon: Amazon, body: bytes) -> None:
    with pytest.raises(InputError):
        ses(amazon).read(Post(headers={}, body=body, at=NOW))


@pytest.mark.parametrize("body", [b"null", b"[]", b'{"Type": {}}', b"7"])
def test_json_of_another_shape_is_refused(amazon: Amazon, body: bytes) -> None:
    with pytest.raises(RefusedError):
        ses(amazon).read(Post(headers={}, body=body, at=NOW))


def test_a_bounce_bars_whom_the_token_in_the_return_path_names(posted: Posted, amazon: Amazon) -> None:
    path = posted.path(posted.send(NOW), BOB)
    applied = apply(posted, amazon, bounced(path))
    assert applied.follows is Follows.SUPPRESS
    # The notice gave another's address: the token counts.
    assert (posted.barred(ADA), posted.barred(BOB)) == (None, SuppressionReason.HARD_BOUNCE)
    assert apply(posted, amazon, bounced(path)).again
    assert apply(posted, amazon, bounced(path), number="m-2").follows is Follows.NOTHING


def test_our_message_id_among_the_headers_counts_too_and_a_complaint_bars_everywhere(posted: Posted, amazon: Amazon) -> None:
    named = posted.path(posted.send(NOW), ADA).removeprefix("bounce+")
    assert apply(posted, amazon, bounced("0102@eu-west-1.amazonses.com", message_id=f"<{named}>")).follows is Follows.SUPPRESS
    assert apply(posted, amazon, complained(posted.path(1, BOB)), number="m-2").follows is Follows.COMPLAINED
    assert [posted.barred(one) for one in (ADA, BOB)] == [SuppressionReason.HARD_BOUNCE, SuppressionReason.COMPLAINT]


def test_a_report_about_somebody_whom_no_token_of_ours_names_changes_nothing(posted: Posted, amazon: Amazon) -> None:
    mailing = posted.send(NOW)
    before = posted.state()
    forged = posted.path(mailing, ADA, b"another secret, which is not ours")
    assert apply(posted, amazon, bounced(forged)).follows is Follows.NOTHING
    assert apply(posted, amazon, complained("desk@review.example.org"), number="m-2").follows is Follows.NOTHING
    assert posted.state() == before
