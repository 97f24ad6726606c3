"""Signs of life for whoever watches the process, and what the queues hold for whoever is signed in."""

from typing import Any

from fastapi import APIRouter, HTTPException
from fastapi.responses import PlainTextResponse, Response

from digest.errors import StoreError
from digest.log import get_log
from digest.store import newsletters
from digest.web.auth import Somebody
from digest.web.house import InHouse

log = get_log("web")

router = APIRouter()


@router.get("/healthz")
def healthz() -> PlainTextResponse:
    """The process answers; nothing else is asked."""
    return PlainTextResponse("ok\n")


@router.get("/readyz")
def readyz(house: InHouse) -> PlainTextResponse:
    """The database answers too, at our revision. Why not is in the log: strangers may ask this."""
    try:
        with house.database.reading() as session:
            newsletters.count(session)
    except StoreError:
        return PlainTextResponse("the database does not answer\n", 503, {"retry-after": "5"})
    return PlainTextResponse("ok\n")


@router.get("/queues")
def queues(house: InHouse, account: Somebody) -> Response:
    """Show what the queues hold. Asking takes the workers a second to answer, so no other page asks."""
    if house.queue_status is None:
        raise HTTPException(404)
    with house.database.reading() as session:
        listed = newsletters.listed(session)
    data: dict[str, Any] = {"account": account, "newsletters": listed, "newsletter": listed[0] if listed else None, "now": house.clock()}
    try:
        status = house.queue_status()
    except Exception as error:  # noqa: BLE001  the door's function fails in the words of its broker, which the web does not know
        log.warning("the queues do not answer", why=str(error))
        return house.pages("queues.html", status=503, queues=None, **data)
    return house.pages("queues.html", queues=status, **data)
