"""Pictures of mails under their hash: kept for ever by whoever fetched them, because another content has another address."""

import re
from typing import Annotated, Final

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, Field

from digest.flows import picturing
from digest.store import pictures
from digest.web.album import Found
from digest.web.auth import Editor
from digest.web.house import InHouse

router = APIRouter()
# Nothing else is looked up: no path leads anywhere, whatever it is made of.
_NAME: Final = re.compile(r"(?P<sha256>[0-9a-f]{64})\.(?:jpg|png)")


class Missing(BaseModel):
    """Which picture: that of an item, or with an empty place all that the edition lacks."""

    place: str = Field(default="", max_length=80)


@router.get("/pictures/{name}")
def show_picture(name: str, request: Request, house: InHouse) -> Response:
    """Return one picture. Mails stand on other origins, so it may be shown anywhere."""
    asked = _NAME.fullmatch(name)

    def load(sha256: str) -> Found | None:
        with house.database.reading() as session:
            return pictures.find(session, sha256)

    found = house.album.find(asked["sha256"], load) if asked else None
    if found is None or found[0].name != name:
        raise HTTPException(404)
    kept, body = found
    headers = {
        "etag": f'"{kept.sha256}"',
        "cache-control": "public, max-age=31536000, immutable",
        "content-type": kept.media,
        "cross-origin-resource-policy": "cross-origin",
        # Opened by itself it is a picture and nothing else.
        "content-security-policy": "default-src 'none'; img-src 'self'; sandbox; frame-ancestors 'none'",
    }
    if request.headers.get("if-none-match") == headers["etag"]:
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers)


@router.post("/editions/{edition_id}/pictures/again")
def try_again(edition_id: int, house: InHouse, account: Editor, form: Annotated[Missing, Form()]) -> Response:
    """Have a missing picture fetched anew; a worker does it within seconds."""
    picturing.try_again(house.database, edition_id, who=account.name, now=house.clock(), place=form.place or None)
    return RedirectResponse(f"/editions/{edition_id}#checks", 303)
