"""The door for providers' webhooks: what proves itself is acted on and committed before the answer; nothing else says why not."""

from collections.abc import Mapping
from typing import Annotated, Final

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import PlainTextResponse, Response

from digest.errors import FetchError, InputError, RefusedError, StoreError
from digest.flows import returning
from digest.inbound.provider import MOST_BYTES, Post, Provider
from digest.log import get_log
from digest.web.house import InHouse

router = APIRouter()
log = get_log("hooks")
_TOO_LONG: Final = PlainTextResponse("too long\n", 413)


async def whole_body(request: Request) -> bytes | None:
    """Return the body whatever its content type says (SNS posts JSON as text/plain); None where it is longer than any provider's."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            return None
    return bytes(body)


def providers_of(request: Request) -> Mapping[str, Provider]:
    """Return the providers that the settings open."""
    found: Mapping[str, Provider] = request.app.state.providers
    return found


@router.post("/hooks/{name}")
def hook(
    name: str,
    request: Request,
    house: InHouse,
    body: Annotated[bytes | None, Depends(whole_body)],
    providers: Annotated[Mapping[str, Provider], Depends(providers_of)],
) -> Response:
    """Take what a provider tells: 200 once it is committed, 403 where it does not prove itself, 400 where it cannot be read, 503: later."""
    provider = providers.get(name)
    if provider is None:
        raise HTTPException(404)
    if body is None:
        return _TOO_LONG
    now = house.clock()
    try:
        events = provider.read(Post(headers={key.lower(): value for key, value in request.headers.items()}, body=body, at=now))
        for event in events:
            reported = returning.Reported(said=event.said, quoting=event.quoting, raw=event.raw, id=f"{name} {event.id}")
            returning.take_reported(house.database, house.secret, reported, now=now)
    except RefusedError as error:
        log.warning("hook refused", provider=name, why=str(error))
        return PlainTextResponse("refused\n", 403)
    except (FetchError, StoreError) as error:
        log.warning("hook put off", provider=name, why=str(error))
        return PlainTextResponse("not now; try again later\n", 503, {"retry-after": "60"})
    except InputError as error:
        log.warning("hook not understood", provider=name, why=str(error))
        return PlainTextResponse("not understood\n", 400)
    return PlainTextResponse("taken in\n" if events else "nothing to take in\n")
