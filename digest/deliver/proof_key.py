"""The key that exports are signed with: made once, kept as PEM for its owner only."""

import os
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from digest.errors import SettingsError


def open_key(path: Path, *, make: bool = True) -> Ed25519PrivateKey:
    """Return the key in `path`; where none is, make one there if `make`. Raises SettingsError that names the file.

    Of two processes that make it at once, one does: a hard link fails where somebody else was faster.
    """
    try:
        if make and not path.exists():
            _make(path)
        pem = path.read_bytes()
    except FileNotFoundError as error:
        raise SettingsError(
            f"there is no key in {path}, because nothing was exported here; give the public key of where it was: --key KEY"
        ) from error
    except OSError as error:
        raise SettingsError(
            f"cannot keep the key of exports in {path}: {error.strerror}; set DIGEST_PROOF_KEY to a file of yours"
        ) from error
    try:
        key = serialization.load_pem_private_key(pem, password=None)
    except (ValueError, TypeError) as error:
        raise SettingsError(f"{path} holds no private key without password; move it away, and another is made") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise SettingsError(f"{path} holds no Ed25519 key; move it away, and another is made")
    return key


def _make(path: Path) -> None:
    pem = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}")
    part.touch(mode=0o600)
    part.write_bytes(pem)
    try:
        path.hardlink_to(part)
    except FileExistsError:
        pass
    finally:
        part.unlink()
