"""The editor's acts: each bound to the revision and state that the page showed, each answered where it happened."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Form
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, Field

from digest.errors import Conflict, InputError, RefusedError
from digest.flows import departing, editing, sending
from digest.flows.editing import Decision
from digest.flows.sending import Send
from digest.model.account import Account
from digest.model.week import zone_of
from digest.store import acts, editions, newsletters, slot_changes
from digest.store.openings import Start
from digest.web.auth import Editor
from digest.web.editions import Typed, edition_page
from digest.web.house import House, InHouse
from digest.web.moments import read_wall, when_long
from digest.web.sending_acts import Begins, undo_of
from digest.web.standing import standing_of

router = APIRouter()


class Seen(BaseModel):
    """What the page showed when the button was pressed; `why` is the editor's word to the desk."""

    revision: int
    state: str = Field(max_length=20)
    why: str = Field(default="", max_length=2000)


class SeenMail(Seen):
    """The same, with the rendering that was looked at."""

    sha256: str = Field(max_length=64)


class SeenPictures(SeenMail):
    """The same, and whether it may go without the pictures that have not come yet."""

    without: bool = False


class SeenStart(Seen, Begins):
    """The same, with how it is to begin."""


class SeenTime(SeenStart):
    """The same, with when to send: at the slot, or at a wall time in the newsletter's zone."""

    when: Literal["slot", "other"] = "slot"
    day: str = Field(default="", max_length=40)
    at: str = Field(default="", max_length=40)


@router.post("/editions/{edition_id}/review")
def ask_for_review(edition_id: int, house: InHouse, account: Editor, form: Annotated[Seen, Form()]) -> Response:
    """Hand the draft over for review."""
    return _act(house, account, edition_id, ("review", form), lambda decision: editing.ask_for_review(house.database, decision))


@router.post("/editions/{edition_id}/approve")
def approve(edition_id: int, house: InHouse, account: Editor, form: Annotated[SeenPictures, Form()]) -> Response:
    """Approve the bytes that were looked at; while pictures are on their way only where the page said so."""

    def approving(decision: Decision) -> None:
        editing.approve(house.database, decision, form.sha256, complete=not form.without)

    return _act(house, account, edition_id, ("approve", form), approving)


@router.post("/editions/{edition_id}/reopen")
def reopen(edition_id: int, house: InHouse, account: Editor, form: Annotated[Seen, Form()]) -> Response:
    """Take the approval back: the edition is a draft again."""
    return _act(house, account, edition_id, ("reopen", form), lambda decision: editing.reopen(house.database, decision))


@router.post("/editions/{edition_id}/schedule")
def schedule(edition_id: int, house: InHouse, account: Editor, form: Annotated[SeenTime, Form()]) -> Response:
    """Let the approved edition go out at its slot or at another time."""

    def scheduling(decision: Decision) -> None:
        first = form.first()
        editing.schedule(house.database, decision, _chosen(house, edition_id, form, now=decision.at))
        departing.choose(house.database, edition_id, first, who=decision.who, now=decision.at)

    return _act(house, account, edition_id, ("schedule", form), scheduling)


@router.post("/editions/{edition_id}/send")
def send_now(edition_id: int, house: InHouse, account: Editor, form: Annotated[SeenStart, Form()]) -> Response:
    """Open the mailing because a person says so: it is held as long as it can be undone, then it leaves."""

    def opening(decision: Decision) -> None:
        with house.database.reading() as session:
            if editions.get(session, edition_id).revision != decision.revision:
                raise Conflict("the edition has another revision now")
        start = Start(first=form.first(), undo=undo_of(house, edition_id))
        size = house.runtime.settings.chunk_size
        sending.send(house.database, Send(edition_id=edition_id, who=decision.who, at=decision.at, chunk_size=size, start=start))

    return _act(house, account, edition_id, ("send", form), opening)


@router.post("/editions/{edition_id}/cancel")
def cancel(edition_id: int, house: InHouse, account: Editor, form: Annotated[Seen, Form()]) -> Response:
    """Call the edition off before it goes out."""
    return _act(house, account, edition_id, ("cancel", form), lambda decision: editing.cancel(house.database, decision))


@router.post("/editions/{edition_id}/{act}")
def steer(edition_id: int, act: Literal["pause", "resume", "stop"], house: InHouse, account: Editor) -> Response:
    """Pause the sending, let it go on, or end it for good."""
    steering = {"pause": sending.pause, "resume": sending.resume, "stop": sending.stop}[act]
    try:
        steering(house.database, edition_id, who=account.name, now=house.clock())
    except RefusedError:
        trouble = f"Nothing was changed: there is no sending to {act} any more. The figures below are of now."
        return edition_page(house, account, edition_id, view="sending", typed=Typed(form="steer", trouble=trouble, status=409))
    return RedirectResponse(f"/editions/{edition_id}", 303)


def _act(house: House, account: Account, edition_id: int, sent: tuple[str, Seen], do: Callable[[Decision], object]) -> Response:
    name, form = sent
    decision = Decision(edition_id=edition_id, revision=form.revision, who=account.name, at=house.clock(), why=form.why.strip() or None)
    try:
        do(decision)
    except Conflict:
        return _conflict(house, account, edition_id, form)
    except (RefusedError, InputError) as error:
        with house.database.reading() as session:
            record = editions.get(session, edition_id)
        if (record.revision, record.state) != (form.revision, form.state):
            return _conflict(house, account, edition_id, form)
        typed = Typed(form=name, trouble=_sentence(error), values=form.model_dump(mode="json", exclude={"revision"}))
        return edition_page(house, account, edition_id, view="desktop", typed=typed)
    # After a POST, a page of its own: a reload sends nothing twice. The panel with the next act stands open.
    return RedirectResponse(f"/editions/{edition_id}", 303)


def _conflict(house: House, account: Account, edition_id: int, form: Seen) -> Response:
    now = house.clock()
    with house.database.reading() as session:
        record = editions.get(session, edition_id)
        history = acts.of_edition(session, edition_id)
        newsletter = newsletters.get(session, record.newsletter_id)
        listed = newsletters.listed(session)
    return house.pages(
        "conflict.html",
        status=409,
        account=account,
        newsletters=listed,
        newsletter=newsletter,
        zone=newsletter.slot.zone,
        now=now,
        record=record,
        standing=standing_of(record),
        history=history[:3],
        seen=form,
    )


def _chosen(house: House, edition_id: int, form: SeenTime, *, now: datetime) -> datetime | None:
    with house.database.reading() as session:
        record = editions.get(session, edition_id)
        zone = newsletters.get(session, record.newsletter_id).slot.zone
        own = slot_changes.due_of(session, record.newsletter_id, record.slot)
    chosen = own if form.when == "slot" else read_wall(form.day, form.at, zone)
    if chosen <= now:
        there = f"{now.astimezone(zone_of(zone)):%H:%M}"
        raise InputError(f"{when_long(chosen, zone)} {zone} is past; it is {there} there now. Choose a time to come.")
    return None if form.when == "slot" else chosen


def _sentence(error: Exception) -> str:
    text = str(error)
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!")) else ".")
