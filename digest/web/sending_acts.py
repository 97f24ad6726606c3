"""The acts on a sending: undo it, let it go, reach those missed, correct what went out; and the stream that keeps its page fresh."""

from datetime import timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Form, HTTPException
from fastapi.responses import PlainTextResponse, RedirectResponse, Response, StreamingResponse
from pydantic import BaseModel, Field

from digest.errors import Conflict, DigestError, InputError, RefusedError
from digest.flows import amending, departing, reaching
from digest.flows.amending import Amend, Marks
from digest.flows.reaching import Reach
from digest.model.account import Account
from digest.model.departure import FirstRound, read_size
from digest.store import editions, newsletters
from digest.web.auth import Editor, Somebody
from digest.web.editions import Typed, edition_page
from digest.web.house import House, InHouse
from digest.web.sendings import part

router = APIRouter()


class Begins(BaseModel):
    """How a sending is to begin: with all, or with a first round of `size`, and then held or going on after `minutes`."""

    begin: Literal["all", "first"] = "all"
    size: str = Field(default="1 %", max_length=20)
    after: Literal["hold", "go"] = "hold"
    minutes: str = Field(default="10", max_length=10)

    def first(self) -> FirstRound | None:
        """Return the first round, None for all at once; raises InputError."""
        if self.begin == "all":
            return None
        if self.after == "hold":
            return read_size(self.size, None)
        try:
            minutes = float(self.minutes.replace(",", "."))
        except ValueError as error:
            raise InputError(f"“{self.minutes}” is no number of minutes. Write it as 10.") from error
        if not 0 <= minutes <= 43_200:
            raise InputError("Choose 0 to 43200 minutes, which is thirty days.")
        return read_size(self.size, timedelta(minutes=minutes))


class Also(BaseModel):
    """Who besides those of its lists."""

    joined: bool = False
    in_doubt: bool = False


class Marked(BaseModel):
    """How a correction is marked."""

    subject: str = Field(max_length=1000)
    preheader: str = Field(default="", max_length=2000)
    notice: str = Field(default="", max_length=5000)


class Amended(BaseModel):
    """The correction that the page showed, and whether those in doubt get it, too."""

    revision: int
    in_doubt: bool = False


@router.get("/editions/{edition_id}/sending/live")
def live(edition_id: int, house: InHouse, account: Somebody) -> Response:
    """Stream the body of the page of a sending, about once a second for a minute."""
    if house.streams.full():
        return PlainTextResponse("too many look at once\n", 503, {"retry-after": "10"})
    if part(house, account, edition_id) is None:
        raise HTTPException(404)

    def show() -> str:
        return part(house, account, edition_id) or ""

    return StreamingResponse(house.streams.stream(show), media_type="text/event-stream", headers={"x-accel-buffering": "no"})


@router.post("/editions/{edition_id}/sending/missed")
def send_missed(edition_id: int, house: InHouse, account: Editor, form: Annotated[Also, Form()]) -> Response:
    """Send it only to those missed."""
    order = Reach(
        edition_id=edition_id,
        who=account.name,
        at=house.clock(),
        chunk_size=house.runtime.settings.chunk_size,
        joined=form.joined,
        in_doubt=form.in_doubt,
        undo=undo_of(house, edition_id),
    )
    try:
        reaching.send_missed(house.database, order)
    except (RefusedError, Conflict) as error:
        return _refused(house, account, edition_id, error)
    return _back(edition_id)


@router.post("/editions/{edition_id}/sending/correct")
def begin_correction(edition_id: int, house: InHouse, account: Editor, form: Annotated[Marked, Form()]) -> Response:
    """Open what went out for correcting."""
    marks = Marks(subject=form.subject, preheader=form.preheader.strip() or None, notice=form.notice.replace("\r\n", "\n"))
    try:
        amending.begin(house.database, (edition_id, account.name, house.clock()), marks)
    except (RefusedError, Conflict, InputError) as error:
        return _refused(house, account, edition_id, error)
    return RedirectResponse(f"/editions/{edition_id}?view=desktop", 303)


@router.post("/editions/{edition_id}/sending/correction")
def send_correction(edition_id: int, house: InHouse, account: Editor, form: Annotated[Amended, Form()]) -> Response:
    """Send the approved correction that the page showed."""
    order = Amend(
        edition_id=edition_id,
        who=account.name,
        at=house.clock(),
        chunk_size=house.runtime.settings.chunk_size,
        in_doubt=form.in_doubt,
        undo=undo_of(house, edition_id),
    )
    try:
        _as_seen(house, edition_id, form.revision)
        amending.send(house.database, order)
    except (RefusedError, Conflict) as error:
        return _refused(house, account, edition_id, error)
    return _back(edition_id)


@router.post("/editions/{edition_id}/sending/{act}")
def steer(edition_id: int, act: Literal["undo", "go", "drop"], house: InHouse, account: Editor) -> Response:
    """Take the sending back while it is held, let go what is held, or give a correction up."""
    steering = {"undo": departing.undo, "go": departing.let_go, "drop": amending.drop}[act]
    try:
        steering(house.database, edition_id, who=account.name, now=house.clock())
    except (RefusedError, Conflict) as error:
        return _refused(house, account, edition_id, error)
    return _back(edition_id)


def undo_of(house: House, edition_id: int) -> timedelta:
    """Return how long a sending of this edition can be undone: as its newsletter says, or else as the settings do."""
    with house.database.reading() as session:
        own = newsletters.get(session, editions.get(session, edition_id).newsletter_id).undo
    return timedelta(seconds=house.runtime.settings.undo_seconds) if own is None else own


def _as_seen(house: House, edition_id: int, revision: int) -> None:
    with house.database.reading() as session:
        if editions.get(session, edition_id).revision != revision:
            raise Conflict(f"edition {edition_id} has another revision now; look at it, then send it")


def _refused(house: House, account: Account, edition_id: int, error: DigestError) -> Response:
    text = str(error)
    trouble = f"Nothing was changed: {text}" + ("" if text.endswith((".", "!")) else ".")
    return edition_page(house, account, edition_id, view="sending", typed=Typed(form="steer", trouble=trouble, status=409))


def _back(edition_id: int) -> Response:
    return RedirectResponse(f"/editions/{edition_id}", 303)
