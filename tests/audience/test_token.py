"""Tokens: keyed as RFC 2104 says, written as RFC 4648 says, and of no use for another purpose or another key."""

import base64
import hashlib
import hmac

import pytest

from digest.audience.links import message_id, message_names, return_path
from digest.audience.token import Bearing, Purpose, make_consent_token, make_token, read_token
from tests.flows.newsroom import NOW

BEARING = Bearing(mailing_id=41, subscriber_id=1_000_007)


@pytest.mark.parametrize("secret", [b"", b"short", b"k" * 64, b"k" * 65, bytes(range(200))])
@pytest.mark.parametrize("purpose", list(Purpose))
def test_a_token_is_the_hmac_of_the_standard_library_in_base_32(secret: bytes, purpose: Purpose) -> None:
    mac = hmac.new(secret, f"{purpose}\x0041-1000007".encode(), hashlib.sha256).digest()

    assert make_token(secret, purpose, BEARING) == f"41-1000007-{base64.b32encode(mac[:10]).decode().lower()}"


def test_a_confirmation_carries_sixteen_bytes_of_it_without_padding() -> None:
    mac = hmac.new(b"key", f"confirm\x007-{NOW.isoformat(timespec='microseconds')}".encode(), hashlib.sha256).digest()

    assert make_consent_token(b"key", Purpose.CONFIRM, 7, NOW) == f"7-{base64.b32encode(mac[:16]).decode().lower().rstrip('=')}"


def test_a_token_of_another_purpose_key_or_reader_opens_nothing() -> None:
    token = make_token(b"key", Purpose.UNSUBSCRIBE, BEARING)

    assert read_token(b"key", Purpose.UNSUBSCRIBE, token.upper()) == BEARING
    assert read_token(b"key", Purpose.BROWSER, token) is None
    assert read_token(b"another", Purpose.UNSUBSCRIBE, token) is None
    assert read_token(b"key", Purpose.UNSUBSCRIBE, token.replace("1000007", "1000008")) is None


def test_message_id_and_return_path_bear_one_token() -> None:
    names = message_names(b"key", "review.example.org", BEARING)

    assert names == (message_id(b"key", "review.example.org", BEARING), return_path(b"key", "review.example.org", BEARING))
