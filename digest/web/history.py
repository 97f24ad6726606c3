"""The history of an edition: its revisions, what changed between two, undo, redo and restore."""

from itertools import pairwise
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, Query
from fastapi.responses import RedirectResponse, Response
from pydantic import Field

from digest.compose.merge import HEAD, LETTERS
from digest.errors import Conflict, NotFound, RefusedError
from digest.flows import correcting
from digest.model.account import Account, Role
from digest.store import editions, newsletters
from digest.web.auth import Editor, Somebody
from digest.web.edit import Shown, correction_of, sentence, to_item
from digest.web.editions import Typed, edition_page
from digest.web.house import House, InHouse
from digest.web.standing import standing_of

router = APIRouter()
_SHOWN = 60


class Stepped(Shown):
    """Where the editor was when the button was pressed."""

    item: str = Field(default="", max_length=80)


class Restored(Shown):
    """Which revision to write anew."""

    to: int


@router.get("/editions/{edition_id}/history")
def show_history(
    edition_id: int,
    house: InHouse,
    account: Somebody,
    before: Annotated[int | None, Query()] = None,
    after: Annotated[int | None, Query()] = None,
) -> Response:
    """Show the revisions, latest first, and the differences of two of them: the last one, if none are named."""
    return _page(house, account, edition_id, (before, after))


@router.post("/editions/{edition_id}/undo")
def undo(edition_id: int, house: InHouse, account: Editor, form: Annotated[Stepped, Form()]) -> Response:
    """Undo the last step, as a revision of its own."""
    return _step(house, account, edition_id, form, "undo")


@router.post("/editions/{edition_id}/redo")
def redo(edition_id: int, house: InHouse, account: Editor, form: Annotated[Stepped, Form()]) -> Response:
    """Redo what was undone last."""
    return _step(house, account, edition_id, form, "redo")


def _step(house: House, account: Account, edition_id: int, form: Stepped, way: Literal["undo", "redo"]) -> Response:
    try:
        correcting.undo(house.database, correction_of(edition_id, form, account, house, way), redo=way == "redo")
    except (Conflict, RefusedError) as error:
        return edition_page(house, account, edition_id, typed=Typed(form="step", trouble=sentence(error), status=409))
    with house.database.reading() as session:
        record = editions.get(session, edition_id)
        edition = editions.content(session, edition_id, record.revision)
    known = form.item == HEAD or form.item in LETTERS or any(item.id == form.item for section in edition.sections for item in section.items)
    return to_item(edition_id, form.item if known else None, form, after=way)


@router.post("/editions/{edition_id}/restore")
def restore(edition_id: int, house: InHouse, account: Editor, form: Annotated[Restored, Form()]) -> Response:
    """Write an earlier revision anew as the next one."""
    try:
        correcting.restore(house.database, correction_of(edition_id, form, account, house, "restore"), form.to)
    except (Conflict, RefusedError) as error:
        return _page(house, account, edition_id, (None, None), trouble=sentence(error))
    return RedirectResponse(f"/editions/{edition_id}/history", 303)


def _page(house: House, account: Account, edition_id: int, asked: tuple[int | None, int | None], trouble: str = "") -> Response:
    with house.database.reading() as session:
        record = editions.get(session, edition_id)
        newsletter = newsletters.get(session, record.newsletter_id)
        listed = newsletters.listed(session)
    line, _steps = correcting.history(house.database, edition_id)
    after = asked[1] or record.revision
    # The one before it in the history: what saved itself in between is a part of it.
    earlier = {one.revision: before.revision for before, one in pairwise(line)}
    before = asked[0] or earlier.get(after, max(after - 1, 1))
    if not (1 <= before <= record.revision and 1 <= after <= record.revision):
        raise NotFound(f"edition {edition_id} has no revision {before} or {after}; it is at {record.revision}")
    data: dict[str, Any] = {
        "account": account,
        "newsletters": listed,
        "newsletter": newsletter,
        "zone": newsletter.slot.zone,
        "now": house.clock(),
        "record": record,
        "standing": standing_of(record),
        "line": line[::-1][:_SHOWN],
        "earlier": earlier,
        "more": max(len(line) - _SHOWN, 0),
        "before": before,
        "after": after,
        "changes": correcting.between(house.database, edition_id, before, after) if before != after else (),
        "may_edit": account.role is not Role.VIEWER and record.state in correcting.OPEN,
        "voids": record.state in correcting.APPROVED,
        "trouble": trouble,
    }
    return house.pages("history.html", status=409 if trouble else 200, **data)
