"""Moving items about: up, down, to another section, pinned, out and back; and adding a note, an article or a passage."""

from collections.abc import Callable
from typing import Annotated, Literal
from urllib.parse import urlsplit

from fastapi import APIRouter, Form
from fastapi.responses import Response
from pydantic import Field

from digest.compose import edit
from digest.compose.differ import title_of
from digest.compose.marked import note_from_marked
from digest.compose.merge import items_of
from digest.compose.typed import checked_address
from digest.errors import Conflict, InputError, RefusedError
from digest.flows import correcting
from digest.gather.fetch import MAX_PAGE, FetchRequest
from digest.model.account import Account
from digest.model.edition import Edition, EditionRecord
from digest.store import editions, sources
from digest.web.auth import Editor
from digest.web.edit import Shown, correction_of, sentence, to_item
from digest.web.editions import InHand, Typed, edition_page
from digest.web.house import House, InHouse

router = APIRouter()
Act = Literal["up", "down", "pin", "unpin", "remove", "section", "back"]


class Placed(Shown):
    """Which section to move to, or which revision to bring an item back from."""

    to: str = Field(default="", max_length=80)
    held: int = 0


class Added(Shown):
    """What to add to a section: a note's text, an address, or a passage; with a headline the address is not read."""

    kind: Literal["note", "address", "passage"]
    section: str = Field(max_length=80)
    text: str = ""
    headline: str = ""


@router.post("/editions/{edition_id}/items/{place}/{act}")
def move_item(  # noqa: PLR0913  a route's parts
    edition_id: int, place: str, act: Act, *, house: InHouse, account: Editor, form: Annotated[Placed, Form()]
) -> Response:
    """Move, pin, remove or bring back one item; the keyboard stays on the button that did it."""
    moves: dict[str, tuple[str, Callable[[Edition], Edition]]] = {
        "up": ("moved up", lambda edition: edit.move(edition, place, "up")),
        "down": ("moved down", lambda edition: edit.move(edition, place, "down")),
        "pin": ("pinned", lambda edition: edit.pin(edition, place, pinned=True)),
        "unpin": ("unpinned", lambda edition: edit.pin(edition, place, pinned=False)),
        "remove": ("removed", lambda edition: edit.remove(edition, place)),
        "section": ("moved to another section", lambda edition: edition),
        "back": ("brought back", lambda edition: edition),
    }
    said, move = moves[act]
    correction = correction_of(edition_id, form, account, house, f"{said}: {_title(house, edition_id, place, form.held or form.revision)}")
    try:
        if act == "back":
            correcting.put_back(house.database, correction, place, form.held)
        elif act == "section":
            correcting.move_to(house.database, correction, place, correcting.into(house.database, correction, form.to))
        else:
            correcting.correct(house.database, correction, move)
    except (InputError, RefusedError, Conflict) as error:
        return _refused(house, account, edition_id, ("items", error), form)
    return to_item(edition_id, None if act == "remove" else place, form, after=act)


@router.post("/editions/{edition_id}/add")
def add_item(edition_id: int, house: InHouse, account: Editor, form: Annotated[Added, Form()]) -> Response:
    """Add to a section; an address is fetched first, with no transaction held."""
    correction = correction_of(edition_id, form, account, house, f"added {form.kind}")
    with house.database.reading() as session:
        before = set(items_of(editions.content(session, edition_id, editions.get(session, edition_id).revision)))
    try:
        record = _add(house, correction, form)
    except (InputError, RefusedError, Conflict) as error:
        return _refused(
            house, account, edition_id, (f"add-{form.kind}", error), form, text=form.text, section=form.section, headline=form.headline
        )
    with house.database.reading() as session:
        after = items_of(editions.content(session, edition_id, record.revision))
    return to_item(edition_id, next((item_id for item_id in after if item_id not in before), None), form)


def _add(house: House, correction: correcting.Correction, form: Added) -> EditionRecord:
    if form.kind == "note":
        html = note_from_marked(form.text)
        if not html:
            raise InputError("The note holds no words; write it, then add it.")
        return correcting.add_note(house.database, correction, correcting.into(house.database, correction, form.section), html)
    if form.kind == "passage":
        return correcting.add_passage(house.database, correction, correcting.into(house.database, correction, form.section), form.text)
    url = checked_address(form.text)
    if form.headline.strip():
        place = correcting.into(house.database, correction, form.section)
        return correcting.add_unread(house.database, correction, place, {"headline": form.headline, "url": url})
    fetched = house.runtime.fetcher.fetch(FetchRequest(url=url, allow_private=_of_a_private_source(house, url), max_bytes=MAX_PAGE))
    return correcting.add_page(house.database, correction, correcting.into(house.database, correction, form.section), fetched)


def _of_a_private_source(house: House, url: str) -> bool:
    """Whether the page stands where a source stands that an admin let live on a private address; nothing else there is fetched."""
    with house.database.reading() as session:
        allowed = [health.source.url for health in sources.listed(session) if health.source.allow_private]
    return any(urlsplit(one)[:2] == urlsplit(url)[:2] for one in allowed)


def _refused(house: House, account: Account, edition_id: int, what: tuple[str, Exception], form: Shown, **values: str) -> Response:
    name, error = what
    status = 409 if isinstance(error, Conflict) else 422
    typed = Typed(form=name, trouble=sentence(error), values=values, status=status)
    hand = InHand(place="head") if name == "items" else None
    return edition_page(house, account, edition_id, view=form.view if hand else None, typed=typed, hand=hand)


def _title(house: House, edition_id: int, place: str, revision: int) -> str:
    with house.database.reading() as session:
        item = items_of(editions.content(session, edition_id, revision)).get(place)
    return title_of(item) if item else place
