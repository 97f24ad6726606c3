"""Signs of life for whoever watches the process."""

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse

from digest.errors import StoreError
from digest.store import newsletters
from digest.web.house import InHouse

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
