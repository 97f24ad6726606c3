"""Saving the item in hand: the next revision, or both texts where two people typed at once."""

from typing import Annotated, Literal
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel

from digest.compose.differ import title_of
from digest.compose.merge import HEAD, INTRO, items_of
from digest.errors import Conflict, InputError, RefusedError
from digest.flows import correcting
from digest.flows.correcting import Clashed, Correction
from digest.model.account import Account
from digest.model.edition import Article, EditionState
from digest.model.page import Image
from digest.store import editions
from digest.web.auth import Editor
from digest.web.clash import clash_of
from digest.web.editions import InHand, edition_page
from digest.web.form import both_of, move_of
from digest.web.house import House, InHouse

router = APIRouter()
_FIELDS = (
    "subject",
    "preheader",
    "headline",
    "dek",
    "kicker",
    "byline",
    "url",
    "picture",
    "alt",
    "credit",
    "lead",
    "text",
    "sources",
    "signature",
)


class Shown(BaseModel):
    """What the page showed: its revision, its state, and how the preview was looked at."""

    revision: int
    state: EditionState
    view: Literal["desktop", "phone", "dark", "text"] = "phone"


class TypedText(Shown):
    """The same, and `settle`: what became of a conflict."""

    settle: Literal["", "mine", "theirs", "both"] = ""


async def typed_fields(request: Request) -> dict[str, str]:
    """Return the fields as typed. A form model takes an empty field for an absent one; here it is one that was emptied."""
    form = await request.form()
    return {name: text for name in _FIELDS if isinstance(text := form.get(name), str)}


@router.post("/editions/{edition_id}/items/{place}")
def save_text(  # noqa: PLR0913  a route's parts
    edition_id: int,
    place: str,
    *,
    house: InHouse,
    account: Editor,
    form: Annotated[TypedText, Form()],
    typed: Annotated[dict[str, str], Depends(typed_fields)],
) -> Response:
    """Save what was typed as the next revision; a refusal keeps it in the form and says why."""
    own, title = _looked_up(house, edition_id, place, form.revision)
    correction = correction_of(edition_id, form, account, house, f"edited: {title}")
    move = move_of(place, typed, own)
    if form.settle == "both":
        move = both_of(place, move)
    try:
        if form.settle == "theirs":
            correcting.take_theirs(house.database, correction, move)
        else:
            correcting.correct(house.database, correction, move)
    except Clashed as error:
        return edition_page(house, account, edition_id, view=form.view, hand=InHand(place=place, clash=clash_of(error, place)))
    except (InputError, RefusedError, Conflict) as error:
        return edition_page(house, account, edition_id, view=form.view, hand=InHand(place=place, typed=typed, trouble=sentence(error)))
    return to_item(edition_id, place, form)


def correction_of(edition_id: int, form: Shown, account: Account, house: House, why: str) -> Correction:
    """Return who corrects what they saw."""
    return Correction(
        edition_id=edition_id, revision=form.revision, state=form.state, who=account.name, at=house.clock(), why=" ".join(why.split())[:200]
    )


def to_item(edition_id: int, place: str | None, form: Shown, after: str = "") -> Response:
    """Lead to the page after a POST, so that a reload sends nothing twice; `after` keeps the keyboard where it was."""
    query = {"item": place} if place else {}
    query |= {"view": form.view} if place and form.view != "phone" else {}
    query |= {"after": after} if after else {}
    asked = f"?{urlencode(query, quote_via=quote)}" if query else ""
    return RedirectResponse(f"/editions/{edition_id}{asked}", 303)


def sentence(error: Exception) -> str:
    """Return an error as a sentence for the page."""
    text = str(error)
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!")) else ".")


def _looked_up(house: House, edition_id: int, place: str, revision: int) -> tuple[Image | None, str]:
    """Return the picture that the item came with, and what the item is called."""
    if place in (HEAD, INTRO):
        return None, "subject and preheader" if place == HEAD else "note from the editor"
    with house.database.reading() as session:
        item = items_of(editions.content(session, edition_id, revision)).get(place)
    own = correcting.own_picture(house.database, edition_id, place) if isinstance(item, Article) else None
    return own, title_of(item) if item else place
