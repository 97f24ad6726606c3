"""A proof of who got what: lines of JSON that each bear a check, and at the end an Ed25519 signature (RFC 8032) over all of them.

Every line is one JSON object with its number and, last, `check`: the first 16 hex digits of the SHA-256 of the object
without it. The checks say where a file was changed; the signature says that it was not. It is taken over
CONTEXT and the SHA-256 of all bytes before the last line.
"""

import base64
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from digest.deliver.proof_public import fingerprint, read_key_set
from digest.errors import InputError

FORMAT: Final = "digest-deliveries 1"
CONTEXT: Final = b"digest-deliveries 1\n"
_CHECK: Final = b',"check":"'
_HEX: Final = 16
_TAIL: Final = len(_CHECK) + _HEX + len(b'"}')
# Of a line, in bytes; replies are cut to 500 characters when they are settled.
LONGEST: Final = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Proven:
    """What a file was found to hold, unchanged: its header, how many recipients follow it, and the fingerprint of the key that signed."""

    header: Mapping[str, Any]
    recipients: int
    key: str


def signed(header: Mapping[str, object], recipients: Iterable[Mapping[str, object]], key: Ed25519PrivateKey) -> Iterator[bytes]:
    """Yield the lines of a file, each with its newline: the header, every recipient, the signature. Nothing is held back."""
    hashed = hashlib.sha256()
    number = 0
    line = _line({"kind": "header", "format": FORMAT, "line": 0, **header})
    hashed.update(line)
    yield line
    for number, one in enumerate(recipients, start=1):
        line = _line({"kind": "delivery", "line": number, **one})
        hashed.update(line)
        yield line
    ending = {
        "kind": "signature",
        "line": number + 1,
        "recipients": number,
        "sha256": hashed.hexdigest(),
        "algorithm": "Ed25519",
        "key": public_text(key.public_key()),
        "signature": base64.b64encode(key.sign(CONTEXT + hashed.digest())).decode(),
    }
    yield _line(ending)


def verify(lines: Iterable[bytes], key: Ed25519PublicKey) -> Proven:
    """Read a file line by line and return what it proves.

    Raises InputError with a sentence that says what is wrong where: a line changed, dropped, doubled, moved or added, the
    file cut off, another key, or all of it made to fit without the key.
    """
    hashed, order = hashlib.sha256(), _Order()
    header: dict[str, Any] | None = None
    ending: dict[str, Any] | None = None
    for at, line in enumerate(lines):
        if ending is not None:
            raise InputError(f"something was added behind the signature, from line {at} on: only what stands before it was signed")
        found = _read(line, at)
        order.take(found["line"], at)
        if found["kind"] == "header":
            header = found
        if found["kind"] == "signature":
            ending = found
        else:
            hashed.update(line)
    if header is None:
        raise InputError("the file does not begin with a header: its first line is missing, or it is no export of deliveries")
    if ending is None:
        raise InputError(f"the file ends without its signature: it was cut off behind line {order.last}")
    order.end()
    _decide(ending, hashed.digest(), key)
    return Proven(header=header, recipients=int(ending["recipients"]), key=fingerprint(key))


def public_text(key: Ed25519PublicKey) -> str:
    """Return a public key as the base64 of its 32 bytes."""
    return base64.b64encode(key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)).decode()


def public_pem(key: Ed25519PublicKey) -> str:
    """Return a public key as PEM (RFC 8410), as it is handed on."""
    return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()


def read_public(text: str) -> Ed25519PublicKey:
    """Return the public key in a PEM, in a JSON Web Key Set, or in the base64 of its 32 bytes; raises InputError."""
    if text.lstrip().startswith("{"):
        return read_key_set(text)
    try:
        if "-----BEGIN" in text:
            read = serialization.load_pem_public_key(text.encode())
            if isinstance(read, Ed25519PublicKey):
                return read
        else:
            return Ed25519PublicKey.from_public_bytes(base64.b64decode(text.strip(), validate=True))
    except ValueError as error:
        raise InputError("that is no Ed25519 public key; give the one that `digest deliveries --public-key` prints") from error
    raise InputError("that key is not of the kind Ed25519; give the one that `digest deliveries --public-key` prints")


class _Order:
    """Whether every number comes once and in its turn; a gap may be filled later, which is another fault than a missing line."""

    def __init__(self) -> None:
        self.last = -1
        self.gap: range | None = None

    def take(self, number: int, at: int) -> None:
        expected = self.last + 1
        if number == expected:
            self.last = number
        elif number > expected:
            if self.gap is None:
                self.gap = range(expected, number)
            self.last = number
        elif self.gap is not None and number in self.gap:
            raise InputError(f"line {number} stands behind line {self.last}: the lines were put into another order")
        else:
            raise InputError(f"line {number} stands there twice, the second time in place {at}")

    def end(self) -> None:
        if self.gap is not None:
            which = f"line {self.gap[0]} is" if len(self.gap) == 1 else f"lines {self.gap[0]} to {self.gap[-1]} are"
            raise InputError(f"{which} missing")


def _line(value: Mapping[str, object]) -> bytes:
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_plain).encode()
    return body[:-1] + _CHECK + _check(body) + b'"}\n'


def _read(line: bytes, at: int) -> dict[str, Any]:
    """Return the object of a line that bears out its check; raises InputError."""
    if line.endswith(b"\r\n"):
        raise InputError(f"line {at} ends in CR LF: the file was converted on its way; get it anew, as binary")
    if not line.endswith(b"\n"):
        raise InputError(f"the file was cut off in the middle of line {at}")
    raw = line[:-1]
    mark, check = raw[-_TAIL : -_TAIL + len(_CHECK)], raw[-_HEX - 2 : -2]
    if mark != _CHECK or _check(raw[:-_TAIL] + b"}") != check:
        raise InputError(f"line {at} was changed: it does not bear out its own check")
    try:
        found: dict[str, Any] = json.loads(raw)
        kind, number = found["kind"], found["line"]
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"line {at} is none that an export of deliveries has") from error
    if kind not in ("header", "delivery", "signature") or not isinstance(number, int) or (kind == "header") != (number == 0):
        raise InputError(f"line {at} is none that an export of deliveries has")
    return found


def _decide(ending: Mapping[str, Any], hashed: bytes, key: Ed25519PublicKey) -> None:
    if ending.get("key") != public_text(key):
        raise InputError(f"the file was signed with another key, {_named(str(ending.get('key')))}, not with {fingerprint(key)}")
    try:
        key.verify(base64.b64decode(str(ending.get("signature")), validate=True), CONTEXT + hashed)
    except (InvalidSignature, ValueError) as error:
        raise InputError("the signature is not of these lines: whoever changed them made the checks fit, and had not the key") from error


def _named(text: str) -> str:
    """The fingerprint of a key that stands in a file, or that it is none."""
    try:
        return fingerprint(Ed25519PublicKey.from_public_bytes(base64.b64decode(text, validate=True)))
    except ValueError:
        return "which is none of this kind"


def _check(body: bytes) -> bytes:
    return hashlib.sha256(body).hexdigest()[:_HEX].encode()


def _plain(value: object) -> str:
    isoformat = getattr(value, "isoformat", None)
    return str(value) if isoformat is None else str(isoformat()).replace("+00:00", "Z")
