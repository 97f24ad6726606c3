"""The door for providers' webhooks: what proves itself is acted on and committed before the answer; nothing else learns why not."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import PlainTextResponse, Response

from digest.audience.consent import place_of
from digest.errors import FetchError, InputError, RefusedError, StoreError
from digest.flows import knocking, returning
from digest.inbound.provider import MOST_BYTES, Post, Provider
from digest.log import get_log
from digest.web.house import House, InHouse

router = APIRouter()
log = get_log("hooks")
_TOO_LONG: Final = PlainTextResponse("too long\n", 413)
_UNCOUNTED: Final = timedelta(seconds=5)


def providers_of(request: Request) -> Mapping[str, Provider]:
    """Return the providers that the settings open."""
    found: Mapping[str, Provider] = request.app.state.providers
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Knock:
    """A post as far as it was taken: its body, None where that is longer than any provider's; `wait`: it is not heard, nothing was read."""

    body: bytes | None = None
    wait: timedelta | None = None


async def knock(name: str, request: Request, house: InHouse, providers: Annotated[Mapping[str, Provider], Depends(providers_of)]) -> Knock:
    """Return a post's body whatever its content type says (SNS posts JSON as text/plain), unless it is refused unread; raises 404."""
    if name not in providers:
        raise HTTPException(404)
    wait = house.turnstile.wait(place_of(_ip(request)), now=house.clock())
    if wait is not None:
        return Knock(wait=wait)
    length = request.headers.get("content-length", "0")
    if length.isascii() and length.isdigit() and int(length[:12]) > MOST_BYTES:
        return Knock()
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            return Knock()
    return Knock(body=bytes(body))


@router.post("/hooks/{name}")
def hook(
    name: str,
    request: Request,
    house: InHouse,
    knocked: Annotated[Knock, Depends(knock)],
    providers: Annotated[Mapping[str, Provider], Depends(providers_of)],
) -> Response:
    """Take what a provider tells: 200 once it is committed, 403 where it does not prove itself, 400 where it cannot be read, 503: later.

    429 where too much that proved nothing came from the same place: it was neither read nor looked at.
    """
    if knocked.wait is not None:
        return PlainTextResponse("not heard\n", 429, {"retry-after": str(min(60, int(knocked.wait.total_seconds()) + 1))})
    now, ip = house.clock(), _ip(request)
    if knocked.body is None:
        _count(house, ip, now)
        return _TOO_LONG
    post = Post(headers={key.lower(): value for key, value in request.headers.items()}, body=knocked.body, at=now)
    try:
        events = providers[name].read(post)
    except (RefusedError, InputError) as error:
        log.warning("hook refused" if isinstance(error, RefusedError) else "hook put off or not understood", provider=name, why=str(error))
        _count(house, ip, now)
        return _answer_to(error)
    try:
        if house.turnstile.open(place_of(ip)):
            knocking.proven(house.database, ip)
        for event in events:
            reported = returning.Reported(said=event.said, quoting=event.quoting, raw=event.raw, id=f"{name} {event.id}")
            returning.take_reported(house.database, house.secret, reported, now=now)
    except StoreError as error:
        log.warning("hook put off", provider=name, why=str(error))
        return _later()
    return PlainTextResponse("taken in\n" if events else "nothing to take in\n")


def _answer_to(error: RefusedError | InputError) -> Response:
    if isinstance(error, FetchError):
        return _later()
    return PlainTextResponse("refused\n", 403) if isinstance(error, RefusedError) else PlainTextResponse("not understood\n", 400)


def _later() -> Response:
    return PlainTextResponse("not now; try again later\n", 503, {"retry-after": "60"})


def _count(house: House, ip: str, now: datetime) -> None:
    """Count what proved nothing. While that cannot be done its place waits a moment: a flood is no load on a database in trouble."""
    try:
        until = knocking.refused(house.database, ip, now=now)
    except StoreError:
        until = now + _UNCOUNTED
    if until is not None and house.turnstile.shut(place_of(ip), until, now=now):
        log.warning("hooks hear a place no more", place=place_of(ip), until=until.isoformat(timespec="seconds"))


def _ip(request: Request) -> str:
    return request.client.host if request.client else ""
