"""What answers say about when to ask again, in all the forms that they say it, and what becomes of it."""

from datetime import UTC, datetime, timedelta

import pytest

from digest.gather.freshness import Pace, after_failure, after_good, fresh_for, retry_after, ttl_of

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
PACE = Pace(interval=timedelta(minutes=15))


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 120 ", 120),
        ("0", 0),
        ("99999999999999999999", 86_400),
        ("Mon, 23 Nov 2026 09:10:00 GMT", 600),
        ("Mon, 23 Nov 2026 10:10:00 +0100", 600),
        ("Monday, 23-Nov-26 09:10:00 GMT", 600),
        ("Mon Nov 23 09:10:00 2026", 600),
        ("Sun, 22 Nov 2026 09:10:00 GMT", 0),
        ("Mon, 23 Nov 2099 09:10:00 GMT", 86_400),
        ("-5", None),
        ("soon", None),
        ("", None),
        ("١٢", None),
        ("Mon, 99 Nov 2026 09:10:00 GMT", None),
    ],
)
def test_retry_after_is_read_as_seconds_and_as_a_date(value: str, seconds: int | None) -> None:
    assert retry_after({"retry-after": value}, now=NOW) == seconds


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"cache-control": "max-age=600"}, 600),
        ({"cache-control": 'public, Max-Age="600"'}, 600),
        ({"cache-control": "max-age=600", "age": "500"}, 100),
        ({"cache-control": "max-age=600", "age": "700"}, None),
        ({"cache-control": "max-age=600", "expires": "Mon, 23 Nov 2026 19:00:00 GMT"}, 600),
        ({"cache-control": "s-maxage=600"}, None),
        ({"cache-control": "no-store, max-age=600"}, None),
        ({"cache-control": "private", "expires": "Mon, 23 Nov 2026 10:00:00 GMT"}, 3600),
        ({"expires": "Mon, 23 Nov 2026 10:00:00 GMT", "date": "Mon, 23 Nov 2026 09:30:00 GMT"}, 1800),
        ({"expires": "-1"}, None),
        ({"expires": "Mon, 23 Nov 1998 10:00:00 GMT"}, None),
    ],
)
def test_freshness_is_read_as_rfc_9111_says(headers: dict[str, str], seconds: int | None) -> None:
    assert fresh_for(headers, now=NOW) == seconds


@pytest.mark.parametrize(
    ("feed", "seconds"),
    [
        (b"<rss><channel><ttl>60</ttl><item/></channel></rss>", 3600),
        (b"<rss><channel><TTL> 5 </TTL></channel></rss>", 300),
        (b"<rss><channel><ttl>0</ttl></channel></rss>", None),
        (b"<rss><channel><ttl>soon</ttl></channel></rss>", None),
        (b"<rss><channel><item><description>&lt;ttl&gt;</description><ttl>60</ttl></item></channel></rss>", None),
        (b"<rss><channel><sy:updatePeriod>hourly</sy:updatePeriod></channel></rss>", None),
        (b"", None),
    ],
)
def test_a_feed_s_own_ttl_is_in_minutes(feed: bytes, seconds: int | None) -> None:
    assert ttl_of(feed) == seconds


def test_a_pause_that_a_server_asks_for_is_longer_than_what_an_edition_needs() -> None:
    near = Pace(interval=PACE.interval, needed=NOW + timedelta(hours=1))
    assert after_good(near, now=NOW, asked=5 * 3600)[0] == near.needed
    assert after_failure(near, now=NOW, failures=9, asked=None)[0] == near.needed
    assert after_failure(near, now=NOW, failures=0, asked=5 * 3600)[0] == NOW + timedelta(hours=5)
    # A short Retry-After does not make us hurry.
    assert after_failure(PACE, now=NOW, failures=3, asked=1)[0] == NOW + timedelta(hours=2)
