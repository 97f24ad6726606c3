"""DKIM (RFC 6376, 8463): each message signed relaxed/relaxed with every key of its domain, RSA beside Ed25519.

Our own signer on `cryptography`, because dkimpy takes 10 ms a message. The body's canonical form is made once for what all
readers share; a reader costs their own values, one SHA-256 and the signatures.
"""

import base64
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from digest.errors import SettingsError

if TYPE_CHECKING:
    from hashlib import _Hash

PrivateKey = rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey

# What a reader's program shows or acts on, and what RFC 8058 asks for.
_SIGNED: Final = (
    *(b"from", b"to", b"subject", b"date", b"message-id", b"reply-to", b"mime-version", b"content-type"),
    *(b"list-id", b"list-unsubscribe", b"list-unsubscribe-post", b"list-archive", b"list-help", b"feedback-id"),
)
# Named once more than they stand there: nobody can add another (RFC 6376, 8.15).
_ONCE_MORE: Final = (b"from", b"to", b"subject", b"date", b"reply-to", b"content-type")
_FOLDED: Final = re.compile(rb"\r\n(?=[ \t])")
_SPACES: Final = re.compile(rb"[ \t]+")
_SPACES_AT_END: Final = re.compile(rb"[ \t]+(?=\r\n)")
_SELECTOR: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*\Z")
_RSA_BITS: Final = 2048
_NAME: Final = "{selector}._domainkey.{domain}"


@dataclass(frozen=True, slots=True, eq=False)
class Key:
    """A private key with the selector and domain that its public half is published under."""

    selector: str
    domain: str
    private: PrivateKey

    @property
    def algorithm(self) -> str:
        """The `a=` tag."""
        return "ed25519-sha256" if isinstance(self.private, ed25519.Ed25519PrivateKey) else "rsa-sha256"

    @property
    def record_name(self) -> str:
        """Where its TXT record stands in the DNS."""
        return _NAME.format(selector=self.selector, domain=self.domain)

    @property
    def record(self) -> str:
        """The TXT record to publish (RFC 6376, 3.6.1; RFC 8463, 4)."""
        public = self.private.public_key()
        if isinstance(public, ed25519.Ed25519PublicKey):
            raw = public.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
            return f"v=DKIM1; k=ed25519; p={base64.b64encode(raw).decode()}"
        raw = public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
        return f"v=DKIM1; k=rsa; p={base64.b64encode(raw).decode()}"

    def sign(self, digest: bytes) -> bytes:
        """Sign the SHA-256 of the headers."""
        if isinstance(self.private, ed25519.Ed25519PrivateKey):
            return self.private.sign(digest)
        return self.private.sign(digest, padding.PKCS1v15(), Prehashed(hashes.SHA256()))


def make_key(domain: str, selector: str, *, ed25519_key: bool = False) -> Key:
    """Make a new key: RSA with 2048 bits, or Ed25519. Raises SettingsError where the selector could not stand in the DNS."""
    if not _SELECTOR.match(selector):
        raise SettingsError(f"{selector!r} is no selector; use small letters, digits and hyphens")
    if ed25519_key:
        return Key(selector, domain, ed25519.Ed25519PrivateKey.generate())
    return Key(selector, domain, rsa.generate_private_key(public_exponent=65537, key_size=_RSA_BITS))


def keep_key(folder: Path, key: Key) -> Path:
    """Write a key to `folder` as PEM, for its owner only; raises SettingsError where that name is taken or cannot be written."""
    path = folder / f"{key.record_name}.pem"
    pem = key.private.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600, exist_ok=False)
        path.write_bytes(pem)
    except FileExistsError as error:
        raise SettingsError(f"there is a key in {path}; choose another selector, so that mail under way stays verifiable") from error
    except OSError as error:
        raise SettingsError(f"cannot write the key to {path}: {error.strerror}; name another folder in DIGEST_DKIM_KEYS") from error
    return path


def read_keys(folder: Path) -> tuple[Key, ...]:
    """Return the keys of a folder by name; none where there is no such folder. Raises SettingsError naming the file at fault."""
    return tuple(_read_key(path) for path in sorted(folder.glob("*._domainkey.*.pem")))


def _read_key(path: Path) -> Key:
    selector, _, domain = path.name.removesuffix(".pem").partition("._domainkey.")
    try:
        private = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except OSError as error:
        raise SettingsError(f"cannot read the key in {path}: {error.strerror}; give it to who runs this") from error
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise SettingsError(f"{path} holds no private key without password; make one with `digest dkim new {domain}`") from error
    if isinstance(private, rsa.RSAPrivateKey) and private.key_size >= 1024:
        return Key(selector, domain, private)
    if isinstance(private, ed25519.Ed25519PrivateKey):
        return Key(selector, domain, private)
    raise SettingsError(f"{path} holds no RSA key of 1024 bits or more and no Ed25519 key; make one with `digest dkim new {domain}`")


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs messages of one domain with all its keys; `unsigned` names the headers that its relay will replace, small."""

    keys: tuple[Key, ...]
    unsigned: frozenset[bytes] = frozenset()

    def signature(self, headers: bytes, body: Sequence[bytes], begun: "_Hash | None" = None) -> bytes:
        """Return the DKIM-Signature headers to stand before a message: CRLF, folded, RSA last so that it is found first.

        `headers` is the header block with its last CRLF, `body` the parts of its canonical body in order, after what a
        SHA-256 that was `begun` has of it already; that is left as it is.
        """
        hashed = hashlib.sha256() if begun is None else begun.copy()
        hashed.update(b"".join(body))
        names, canonical = _chosen(headers, self.unsigned)
        tags = f";\r\n\tbh={base64.b64encode(hashed.digest()).decode()};\r\n\tb="
        listed = _folded(names)
        signatures = b""
        for key in self.keys:
            head = (
                f"DKIM-Signature: v=1; a={key.algorithm}; c=relaxed/relaxed; d={key.domain};\r\n\ts={key.selector};\r\n\th={listed}{tags}"
            )
            own = canonical_header(head.encode())
            signed = base64.b64encode(key.sign(hashlib.sha256(canonical + own).digest())).decode()
            signatures = (
                head.encode() + "\r\n\t ".join(signed[at : at + 72] for at in range(0, len(signed), 72)).encode() + b"\r\n" + signatures
            )
        return signatures


@dataclass(frozen=True, slots=True)
class Signers:
    """The keys of this installation; each domain has its own signer, without keys where there are none.

    `unsigned` are the headers that a relay replaces, by their names, small: signed, they would break every signature there.
    """

    keys: tuple[Key, ...] = ()
    unsigned: frozenset[bytes] = frozenset()

    def of(self, domain: str) -> Signer:
        """Return the signer of a From address's domain; Ed25519 first, so that the RSA signature stands on top."""
        own = [key for key in self.keys if key.domain == domain.casefold()]
        return Signer(tuple(sorted(own, key=lambda key: (key.algorithm, key.selector))), self.unsigned)


NO_KEYS: Final = Signers()


def canonical_body(part: bytes) -> bytes:
    """Return a part of a body in relaxed form (RFC 6376, 3.4.4); the part begins a line, and does not end the body in empty lines."""
    # A reader's own values have none, and come eight to a mail.
    if b" " not in part and b"\t" not in part:
        return part
    return _SPACES_AT_END.sub(b"", _SPACES.sub(b" ", part))


@lru_cache(maxsize=128)
def canonical_header(header: bytes) -> bytes:
    """Return one header in relaxed form (RFC 6376, 3.4.2), without the CRLF at its end."""
    name, _, value = header.partition(b":")
    return name.strip().lower() + b":" + _SPACES.sub(b" ", _FOLDED.sub(b"", value)).strip(b" \r\n")


def _chosen(headers: bytes, unsigned: frozenset[bytes]) -> tuple[tuple[bytes, ...], bytes]:
    """Return the names for `h=` and the canonical headers that they stand for, in one order."""
    there: dict[bytes, bytes] = {}
    # Most headers are the same for all readers: their canonical form is remembered.
    for header in _FOLDED.sub(b"", headers).split(b"\r\n"):
        if header:
            canonical = canonical_header(header)
            there[canonical.partition(b":")[0]] = canonical
    names = [name for name in _SIGNED if name in there and name not in unsigned]
    return (*names, *(name for name in _ONCE_MORE if name not in unsigned)), b"".join(there[name] + b"\r\n" for name in names)


@lru_cache(maxsize=16)
def _folded(names: tuple[bytes, ...]) -> str:
    """Fold a list of names at its colons, for lines of at most 76."""
    lines = [""]
    for name in b":".join(names).decode().split(":"):
        if len(lines[-1]) + len(name) > 68:
            lines.append("")
        lines[-1] += f"{name}:"
    return "\r\n\t ".join(lines).removesuffix(":")
