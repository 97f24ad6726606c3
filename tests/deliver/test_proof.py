"""A signed file proves itself, and says what was done to it: every single change to it is found and named."""

import base64
import hashlib
import json
import subprocess
import tracemalloc
from collections.abc import Iterable, Iterator

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from digest.deliver.proof import CONTEXT, public_pem, public_text, read_public, signed, verify
from digest.deliver.proof_public import fingerprint, key_set, read_key_set
from digest.errors import InputError

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key()


def recipients(count: int) -> Iterator[dict[str, object]]:
    for number in range(count):
        yield {"mailing": 1, "subscriber": number, "address": f"reader{number}@example.net", "state": "sent", "reply": '2.0.0 "Ok" é'}


def file(count: int = 6) -> list[bytes]:
    return list(signed({"edition": 7}, recipients(count), KEY))


def why(lines: Iterable[bytes], key: Ed25519PrivateKey = KEY) -> str:
    with pytest.raises(InputError) as caught:
        verify(lines, key.public_key())
    return str(caught.value)


def test_a_file_as_it_was_written_proves_itself_and_says_what_it_holds() -> None:
    proven = verify(file(), PUBLIC)
    assert (proven.recipients, proven.header["edition"]) == (6, 7)
    assert verify(file(0), PUBLIC).recipients == 0


def test_the_file_is_lines_of_json_and_the_same_each_time() -> None:
    lines = file()
    assert file() == lines
    read = [json.loads(line) for line in lines]
    assert [one["line"] for one in read] == list(range(8))
    assert [one["kind"] for one in read] == ["header", *["delivery"] * 6, "signature"]


def test_the_signature_is_one_that_any_other_program_can_check() -> None:
    lines = file()
    last = json.loads(lines[-1])
    hashed = hashlib.sha256(b"".join(lines[:-1])).digest()
    assert last["sha256"] == hashed.hex()
    PUBLIC.verify(base64.b64decode(last["signature"]), CONTEXT + hashed)


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (lambda lines: [line.replace(b"reader3", b"reader9") for line in lines], "line 4 was changed"),
        (lambda lines: [lines[0].replace(b'"edition":7', b'"edition":8'), *lines[1:]], "line 0 was changed"),
        (lambda lines: lines[:3] + lines[4:], "line 3 is missing"),
        (lambda lines: lines[:2] + lines[5:], "lines 2 to 4 are missing"),
        (lambda lines: lines[1:], "begin with a header"),
        (lambda lines: [*lines[:4], lines[3], *lines[4:]], "line 3 stands there twice, the second time in place 4"),
        (lambda lines: [*lines[:2], lines[3], lines[2], *lines[4:]], "line 2 stands behind line 3: the lines were put into another order"),
        (lambda lines: [lines[0], *reversed(lines[1:-1]), lines[-1]], "another order"),
        (lambda lines: lines[:-1], "ends without its signature: it was cut off behind line 6"),
        (lambda lines: lines[:4], "cut off behind line 3"),
        (lambda lines: [*lines[:4], lines[4][:30]], "cut off in the middle of line 4"),
        (lambda lines: [*lines, lines[3]], "added behind the signature"),
        (lambda lines: [line.replace(b"\n", b"\r\n") for line in lines], "ends in CR LF"),
        (lambda lines: [b"\n", *lines], "line 0 was changed"),
        (lambda _: [], "does not begin with a header"),
        (lambda _: [b"%PDF-1.7\n"], "line 0 was changed"),
    ],
)
def test_each_fault_has_its_own_sentence(fault, said: str) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001  a lambda of the table
    assert said in why(fault(file()))


def test_another_key_is_named_and_a_file_that_was_made_to_fit_is_not_believed() -> None:
    other = Ed25519PrivateKey.generate()
    assert why(file(), other) == (
        f"the file was signed with another key, {fingerprint(PUBLIC)}, not with {fingerprint(other.public_key())}"
    )
    forged = list(signed({"edition": 7}, recipients(5), other))
    last = json.loads(forged[-1]) | {"key": public_text(PUBLIC)}
    body = json.dumps({name: value for name, value in last.items() if name != "check"}, separators=(",", ":")).encode()
    fitting = body[:-1] + b',"check":"' + hashlib.sha256(body).hexdigest()[:16].encode() + b'"}\n'
    assert "had not the key" in why([*forged[:-1], fitting])


@given(place=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_no_single_bit_can_be_changed(place: int, bit: int) -> None:
    raw = bytearray(b"".join(file(3)))
    raw[place % len(raw)] ^= 1 << bit
    with pytest.raises(InputError):
        verify(bytes(raw).splitlines(keepends=True) if b"\r" not in raw else [bytes(raw)], PUBLIC)


def test_a_hundred_thousand_lines_take_no_more_memory_than_a_thousand() -> None:
    def peak(count: int) -> int:
        tracemalloc.start()
        assert verify(signed({"edition": 7}, recipients(count), KEY), PUBLIC).recipients == count
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    peak(10)
    assert peak(20_000) < 2 * peak(500)


def test_a_public_key_is_read_as_it_is_handed_on_and_nothing_else_is() -> None:
    assert public_text(read_public(public_pem(PUBLIC))) == public_text(PUBLIC)
    assert public_text(read_public(f" {public_text(PUBLIC)}\n")) == public_text(PUBLIC)
    for text in ("", "AAAA", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", "é"):
        with pytest.raises(InputError, match="public key"):
            read_public(text)


def test_the_key_set_is_what_the_standards_say_and_is_read_again() -> None:
    # RFC 8037, appendix A.2: a key of the standard's own.
    theirs = {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
    key = read_key_set(json.dumps(theirs))
    (one,) = json.loads(key_set(key))["keys"]
    assert {name: one[name] for name in theirs} == theirs
    assert (one["use"], one["alg"], one["kid"]) == ("sig", "EdDSA", fingerprint(key))
    assert public_text(read_public(key_set(PUBLIC).decode())) == public_text(PUBLIC)
    for text in ("{", "{}", '{"keys": []}', '{"keys": [7]}', '{"keys": [{"kty": "OKP", "crv": "Ed25519", "x": "AA"}]}', '{"kty": "RSA"}'):
        with pytest.raises(InputError, match=r"(?i)key set"):
            read_public(text)


def test_the_fingerprint_is_the_one_that_openssl_gives() -> None:
    given = public_pem(PUBLIC).encode()
    der = subprocess.run(["openssl", "pkey", "-pubin", "-outform", "DER"], input=given, capture_output=True, check=True).stdout
    assert hashlib.sha256(der).hexdigest() == fingerprint(PUBLIC)
