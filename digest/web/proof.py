"""The public key of signed exports, for whoever wants to verify one: at an address that stays, for anybody, as key set and as PEM."""

from typing import Final, Literal

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse, Response

from digest.deliver.proof import public_pem
from digest.deliver.proof_public import ADDRESS, fingerprint, key_set
from digest.errors import SettingsError
from digest.log import get_log
from digest.runtime import proof_key
from digest.web.house import House, InHouse

router = APIRouter()
log = get_log("web")
# RFC 7517, 8.5; and what servers give for a .pem.
_MEDIA: Final = {"json": "application/jwk-set+json", "pem": "application/x-pem-file"}


@router.get(f"{ADDRESS}.{{kind}}")
def show_public_key(kind: Literal["json", "pem"], request: Request, house: InHouse) -> Response:
    """Return the public key. Looking makes none: where nothing was ever exported there is none yet."""
    key = _key(house)
    if key is None:
        return PlainTextResponse("nothing was exported here yet, so there is no key\n", 404)
    headers = {
        "etag": f'"{fingerprint(key)}"',
        "cache-control": "public, max-age=3600",
        # Nothing in it is anybody's own: a page elsewhere may verify an export.
        "access-control-allow-origin": "*",
        "cross-origin-resource-policy": "cross-origin",
    }
    if request.headers.get("if-none-match") == headers["etag"]:
        return Response(status_code=304, headers=headers)
    return Response(key_set(key) if kind == "json" else public_pem(key), media_type=_MEDIA[kind], headers=headers)


def _key(house: House) -> Ed25519PublicKey | None:
    try:
        return proof_key(house.runtime.settings, make=False).public_key()
    except SettingsError as error:
        # Which file it is not in is nothing for strangers.
        log.info("no key of exports", why=str(error))
        return None
