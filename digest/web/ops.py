"""The page of the queues for whoever is signed in: live by a stream, readable without scripts, with pause, resume and stop."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, HTTPException, Query
from fastapi.responses import PlainTextResponse, RedirectResponse, Response, StreamingResponse

from digest.errors import NotFound, RefusedError
from digest.flows import relaying, sending
from digest.flows.relaying import Retry
from digest.model.account import Account, Role
from digest.model.ops import silence_allowed
from digest.store import newsletters
from digest.web.auth import Admin, Editor, Somebody
from digest.web.house import House, InHouse

router = APIRouter()


@router.get("/queues")
def queues(house: InHouse, account: Somebody, every: Annotated[int | None, Query(ge=5, le=300)] = None) -> Response:
    """Show what the queues hold, who works, what failed, what is being sent and what comes next.

    `every`: without scripts, load the page again after so many seconds; nobody's page moves who did not ask for it.
    """
    return _page(house, account, every=every)


@router.get("/queues/live")
def live(house: InHouse, account: Somebody) -> Response:
    """Stream the body of that page, about once a second for a minute."""
    if house.queue_status is None:
        raise HTTPException(404)
    if house.streams.full():
        return PlainTextResponse("too many look at once\n", 503, {"retry-after": "10"})

    def show() -> str:
        return bytes(house.pages("queues_live.html", **_shown(house, account)).body).decode()

    # A proxy that buffers would keep the news to itself.
    return StreamingResponse(house.streams.stream(show), media_type="text/event-stream", headers={"x-accel-buffering": "no"})


@router.post("/queues/relays")
def retry(house: InHouse, account: Admin, relay: Annotated[str, Form()], domain: Annotated[str, Form()] = "") -> Response:
    """Have a relay, or one recipient domain at it, tried now that was left alone; the answer is the page of the queues."""
    try:
        relaying.retry(house.database, Retry(relay=relay, domain=domain, who=account.name, at=house.clock()))
    except NotFound:
        return _page(house, account, status=409, refused="Nothing was changed: it is not left alone any more.")
    return RedirectResponse("/queues", 303)


@router.post("/queues/{edition_id}/{act}")
def steer(edition_id: int, act: Literal["pause", "resume", "stop"], house: InHouse, account: Editor) -> Response:
    """Pause the sending, let it go on, or end it for good; the answer is the page of the queues."""
    steering = {"pause": sending.pause, "resume": sending.resume, "stop": sending.stop}[act]
    try:
        steering(house.database, edition_id, who=account.name, now=house.clock())
    except RefusedError:
        return _page(house, account, status=409, refused=f"Nothing was changed: there is no sending to {act} any more.")
    return RedirectResponse("/queues", 303)


def _page(house: House, account: Account, *, status: int = 200, every: int | None = None, refused: str | None = None) -> Response:
    if house.queue_status is None:
        raise HTTPException(404)
    shown = _shown(house, account)
    with house.database.reading() as session:
        listed = newsletters.listed(session)
    newsletter = listed[0] if listed else None
    return house.pages("queues.html", status=status, newsletters=listed, newsletter=newsletter, every=every, refused=refused, **shown)


def _shown(house: House, account: Account) -> dict[str, Any]:
    assert house.queue_status is not None  # noqa: S101  both callers have asked
    status = house.queue_status()
    return {
        "account": account,
        "may_act": account.role is not Role.VIEWER,
        "may_retry": account.role is Role.ADMIN,
        "now": status.at,
        "queues": status,
        "zone": status.slots[0].zone if status.slots else "UTC",
        "beat_stale": status.last_tick is None or status.at - status.last_tick > silence_allowed(house.runtime.settings.tick_seconds),
        "heard": status.heard(),
        "waiting": sum(queue.depth for queue in status.queues),
        "untaken": status.untaken(),
        "ago": lambda moment: age((status.at - moment).total_seconds()),
        "age": age,
        "task_name": _name,
    }


def _name(task: str) -> str:
    return task.removeprefix("digest.")


def age(seconds: float) -> str:
    """Return "0.4 s", "12 s", "3 min 50 s", "2 h 5 min" or "3 d 4 h"."""
    if seconds < 0.95:
        return f"{max(seconds, 0):.1f} s"
    minutes, rest = divmod(int(seconds + 0.05), 60)
    if not minutes:
        return f"{rest} s"
    hours, minutes = divmod(minutes, 60)
    if not hours:
        return f"{minutes} min {rest} s"
    days, hours = divmod(hours, 24)
    return f"{days} d {hours} h" if days else f"{hours} h {minutes} min"
