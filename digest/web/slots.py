"""The next slots of a newsletter: skip one, move it, bring it back."""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, Field

from digest.errors import Conflict, DigestError, InputError, RefusedError
from digest.flows import drafting, planning
from digest.flows.planning import SlotDecision
from digest.model.account import Account, Act
from digest.model.week import zone_of
from digest.store import acts, newsletters
from digest.web.auth import Editor, Somebody
from digest.web.frame import frame, sentence
from digest.web.house import House, InHouse
from digest.web.moments import read_wall

router = APIRouter()
_SHOWN = 6


class Pressed(BaseModel):
    """What stood in the row: its slot, when it goes out ("" where skipped), and for a move the wall time typed."""

    slot: datetime
    was: str = Field(default="", max_length=40)
    day: str = Field(default="", max_length=400)
    at: str = Field(default="", max_length=400)
    page: Literal["slots", "home"] = "slots"


@router.get("/newsletters/{newsletter_id}/slots")
def show(newsletter_id: str, house: InHouse, account: Somebody) -> Response:
    """Show the next six slots: when, which edition, and what was said about them."""
    return _page(house, account, newsletter_id)


@router.post("/newsletters/{newsletter_id}/slots/{act}")
def change(
    newsletter_id: str,
    act: Literal["skip", "move", "back"],
    house: InHouse,
    account: Editor,
    form: Annotated[Pressed, Form()],
) -> Response:
    """Skip a slot, move it, or bring it back; a second press changes nothing."""
    with house.database.reading() as session:
        zone = newsletters.get(session, newsletter_id).slot.zone
    try:
        was = datetime.fromisoformat(form.was) if form.was else None
        if form.slot.tzinfo is None or (was is not None and was.tzinfo is None):
            raise InputError("The form was not complete; look at the slots again.")
        decision = SlotDecision(newsletter_id=newsletter_id, slot=form.slot, was=was, who=account.name, at=house.clock())
        if act == "move":
            planning.move(house.database, decision, read_wall(form.day, form.at, zone))
        elif act == "skip":
            planning.skip(house.database, decision)
        else:
            planning.bring_back(house.database, decision)
    except ValueError:
        return _page(house, account, newsletter_id, trouble="The form was not complete; look at the slots again.", status=422)
    except DigestError as error:
        status = 409 if isinstance(error, Conflict) else 422
        return _page(
            house, account, newsletter_id, trouble=sentence(error), form=form if act == "move" else None, at=form.slot, status=status
        )
    return RedirectResponse(f"/?newsletter={newsletter_id}" if form.page == "home" else f"/newsletters/{newsletter_id}/slots", 303)


@router.post("/newsletters/{newsletter_id}/draft")
def lay_out(newsletter_id: str, house: InHouse, account: Editor) -> Response:
    """Lay the next edition out now, ahead of its time; a second press leads to the same one."""
    now = house.clock()
    try:
        record = drafting.draft_slot(house.database, newsletter_id, None, now=now)
    except (Conflict, RefusedError) as error:
        return _page(house, account, newsletter_id, trouble=sentence(error), status=409 if isinstance(error, Conflict) else 422)
    with house.database.writing() as session:
        acts.note(
            session, Act(at=now, who=account.name, what="had it laid out now", why=None, edition_id=record.id, revision=record.revision)
        )
    return RedirectResponse(f"/editions/{record.id}", 303)


def _page(house: House, account: Account, newsletter_id: str, *, status: int = 200, **said: Any) -> Response:  # noqa: ANN401  what the page says
    with house.database.reading() as session:
        newsletter = newsletters.get(session, newsletter_id)
    data = frame(house, account, newsletter)
    rows = planning.slots(house.database, newsletter, now=data["now"], most=_SHOWN)
    zone = zone_of(newsletter.slot.zone)
    walls = {row.coming.slot: (row.due or row.coming.slot).astimezone(zone) for row in rows}
    listed = {row.coming.slot for row in rows}
    data |= {
        "rows": rows,
        "walls": walls,
        "typed": said.get("form"),
        "trouble": said.get("trouble"),
        # A slot that is no longer in the list has its trouble said above it.
        "at": said.get("at") if said.get("at") in listed else None,
        "odd": planning.odd_slots(newsletter, now=data["now"]),
    }
    return house.pages("slots.html", status=status, **data)
