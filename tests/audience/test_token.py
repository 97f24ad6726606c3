"""Tokens: keyed as RFC 7693 and RFC 2104 say, of no use for another purpose or another key, and read in their first form too."""

import base64
import hashlib
import hmac
import textwrap

import pytest

from digest.audience.links import message_id, message_names, return_path
from digest.audience.token import Bearing, Purpose, make_consent_token, make_token, make_tokens, read_token
from tests.flows.newsroom import NOW

BEARING = Bearing(mailing_id=41, subscriber_id=1_000_007)


SECRETS = pytest.mark.parametrize("secret", [b"", b"short", b"k" * 64, b"k" * 65, bytes(range(200))])
IN_MAILS = (Purpose.MESSAGE, Purpose.UNSUBSCRIBE, Purpose.PREFERENCES, Purpose.BROWSER)


@SECRETS
def test_the_tokens_of_a_reader_are_the_parts_of_one_keyed_hash_of_the_standard_library(secret: bytes) -> None:
    key = hmac.digest(secret, b"tokens of readers", "sha512")
    parts = textwrap.wrap(hashlib.blake2b(b"41-1000007", key=key).hexdigest(), 20)

    assert make_tokens(secret, BEARING, IN_MAILS) == [f"41-1000007-{part}" for part in parts[:4]]
    assert [make_token(secret, purpose, BEARING) for purpose in IN_MAILS] == [f"41-1000007-{part}" for part in parts[:4]]


@SECRETS
@pytest.mark.parametrize("purpose", IN_MAILS)
def test_a_token_of_the_first_form_still_opens_what_it_was_made_for_and_nothing_else(secret: bytes, purpose: Purpose) -> None:
    mac = hmac.new(secret, f"{purpose}\x0041-1000007".encode(), hashlib.sha256).digest()
    token = f"41-1000007-{base64.b32encode(mac[:10]).decode().lower()}"

    assert read_token(secret, purpose, token) == read_token(secret, purpose, token.upper()) == BEARING
    assert not any(read_token(secret, other, token) for other in IN_MAILS if other is not purpose)
    assert read_token(secret + b"!", purpose, token) is None
    assert read_token(secret, purpose, token.replace("41-", "42-")) is None


def test_tokens_of_the_first_form_in_mails_that_are_out_are_read_to_the_letter() -> None:
    links = {Purpose.UNSUBSCRIBE: "41-1000007-vzf3abauobthyy37", Purpose.MESSAGE: "41-1000007-nc3h62cjjraxzeov"}

    assert [read_token(b"key", purpose, token) for purpose, token in links.items()] == [BEARING, BEARING]


def test_a_confirmation_carries_sixteen_bytes_of_it_without_padding() -> None:
    mac = hmac.new(b"key", f"confirm\x007-{NOW.isoformat(timespec='microseconds')}".encode(), hashlib.sha256).digest()

    assert make_consent_token(b"key", Purpose.CONFIRM, 7, NOW) == f"7-{base64.b32encode(mac[:16]).decode().lower().rstrip('=')}"


@pytest.mark.parametrize("purpose", IN_MAILS)
def test_a_token_of_another_purpose_key_or_reader_opens_nothing(purpose: Purpose) -> None:
    token = make_token(b"key", purpose, BEARING)

    assert read_token(b"key", purpose, token) == read_token(b"key", purpose, token.upper()) == BEARING
    assert not any(read_token(b"key", other, token) for other in IN_MAILS if other is not purpose)
    assert read_token(b"another", purpose, token) is None
    assert read_token(b"key", purpose, token.replace("1000007", "1000008")) is None


@pytest.mark.parametrize("cut", [0, 1, 15, 16, 17, 19, 21])
def test_a_part_of_a_token_or_more_than_one_opens_nothing(cut: int) -> None:
    plain, _, mac = make_token(b"key", Purpose.UNSUBSCRIBE, BEARING).rpartition("-")

    assert read_token(b"key", Purpose.UNSUBSCRIBE, f"{plain}-{(mac + mac)[:cut]}") is None


@pytest.mark.parametrize("token", ["", "-", "1-1", "1-1-", "\u0661-1-", "1-\ud800-aa", "9" * 41 + "-1-", "-1-1-1"])
def test_what_is_no_token_opens_nothing_and_fails_nowhere(token: str) -> None:
    assert read_token(b"key", Purpose.MESSAGE, token) is None
    assert read_token(b"key", Purpose.MESSAGE, f"{token}{'a' * 20}\udc80") is None


def test_message_id_and_return_path_bear_one_token() -> None:
    names = message_names(b"key", "review.example.org", BEARING)

    assert names == (message_id(b"key", "review.example.org", BEARING), return_path(b"key", "review.example.org", BEARING))
