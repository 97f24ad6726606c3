"""Signs of life for whoever watches from outside: /healthz, /readyz, and /metrics behind a token."""

import hmac
from typing import Annotated

from fastapi import APIRouter, Header, HTTPException
from fastapi.responses import PlainTextResponse, Response

from digest.errors import DigestError, StoreError
from digest.log import get_log
from digest.model.ops import troubles
from digest.store import newsletters
from digest.web.house import House, InHouse
from digest.web.metrics import exposition

log = get_log("web")

router = APIRouter()
_DATABASE = "database: it does not answer"


@router.get("/healthz")
def healthz() -> PlainTextResponse:
    """The process answers; nothing else is asked."""
    return PlainTextResponse("ok\n")


@router.get("/readyz")
def readyz(house: InHouse) -> PlainTextResponse:
    """Whether the service does its work: database, broker, beat and workers. Strangers may ask, so names and addresses stay in the log."""
    found = _troubles(house)
    if found:
        return PlainTextResponse("\n".join(found) + "\n", 503, {"retry-after": "5"})
    return PlainTextResponse("ok\n")


@router.get("/metrics")
def metrics(house: InHouse, authorization: Annotated[str, Header()] = "") -> Response:
    """The same figures for Prometheus; there is no such page without a token in the settings."""
    token = house.runtime.settings.metrics_token
    if token is None:
        raise HTTPException(404)
    scheme, _, given = authorization.partition(" ")
    # Compared as bytes: compare_digest refuses text beyond ASCII.
    if scheme.lower() != "bearer" or not hmac.compare_digest(given.strip().encode(), token.encode()):
        return PlainTextResponse("send the metrics_token as: Authorization: Bearer TOKEN\n", 401, {"www-authenticate": "Bearer"})
    try:
        status = house.queue_status() if house.queue_status is not None else None
        database = _database_answers(house)
    except DigestError as error:
        log.warning("no figures", why=str(error))
        status, database = None, False
    return Response(exposition(status, database=database), media_type="text/plain; version=0.0.4; charset=utf-8")


def _troubles(house: House) -> tuple[str, ...]:
    if not _database_answers(house):
        return (_DATABASE,)
    if house.queue_status is None:
        return ()
    try:
        status = house.queue_status()
    except DigestError as error:
        log.warning("not ready", why=str(error))
        return (_DATABASE,)
    found = troubles(status, tick_seconds=house.runtime.settings.tick_seconds)
    if found:
        log.warning("not ready", why="; ".join(found), broker=status.broker)
    return found


def _database_answers(house: House) -> bool:
    try:
        with house.database.reading() as session:
            newsletters.count(session)
    except StoreError as error:
        log.warning("the database does not answer", why=str(error))
        return False
    return True
