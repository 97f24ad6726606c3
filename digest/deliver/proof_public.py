"""The public key of exports as others read it: its fingerprint, and the JSON Web Key Set (RFC 7517, RFC 8037) that the web serves."""

import base64
import binascii
import hashlib
import json
from typing import Final

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from digest.errors import InputError

# Where the web serves it, ending in .json and .pem; RFC 8615.
ADDRESS: Final = "/.well-known/digest-exports"


def fingerprint(key: Ed25519PublicKey) -> str:
    """Return the SHA-256 of the key's SubjectPublicKeyInfo (RFC 8410) in hex, as `openssl pkey -pubin -outform DER | sha256sum` does."""
    der = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(der).hexdigest()


def key_set(key: Ed25519PublicKey) -> bytes:
    """Return a key as a JSON Web Key Set; its `kid` is the fingerprint."""
    raw = key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    one = {"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": fingerprint(key), "x": _unpadded(raw)}
    return json.dumps({"keys": [one]}, indent=1).encode() + b"\n"


def read_key_set(text: str) -> Ed25519PublicKey:
    """Return the first Ed25519 key of a JSON Web Key Set, or of a single key; raises InputError."""
    try:
        told = json.loads(text)
        listed = told.get("keys", [told]) if isinstance(told, dict) else []
        for one in listed:
            if one.get("kty") == "OKP" and one.get("crv") == "Ed25519":
                return Ed25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(f"{one['x']}=="))
    except (ValueError, KeyError, TypeError, AttributeError, binascii.Error, RecursionError) as error:
        raise InputError("that is no JSON Web Key Set; give the one that is served at /.well-known/digest-exports.json") from error
    raise InputError("that key set holds no Ed25519 key; give the one that is served at /.well-known/digest-exports.json")


def _unpadded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
