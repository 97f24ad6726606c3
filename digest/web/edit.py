"""Saving the item in hand: the next revision, or both texts where two people typed at once."""

import re
from dataclasses import dataclass, replace
from typing import Annotated, Literal
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel

from digest.compose.differ import title_of
from digest.compose.merge import HEAD, LETTERS, items_of
from digest.compose.sentences import Choice
from digest.errors import Conflict, InputError, NotFound, RefusedError
from digest.flows import correcting
from digest.flows.correcting import Clashed, Correction
from digest.model.account import Account
from digest.model.edition import Article, Edition, EditionState
from digest.model.page import Image
from digest.store import editions
from digest.web.auth import Editor
from digest.web.clash import clash_of, picks_in
from digest.web.editions import InHand, edition_page
from digest.web.house import House, InHouse
from digest.web.own_fields import addresses_in_own
from digest.web.values import OWN, Move, both_of, changed_in, move_of, picked, section_of, values_of

router = APIRouter()
_FIELDS = (
    *("subject", "preheader", "heading"),
    *("headline", "dek", "kicker", "byline", "url", "picture", "address", "alt", "credit", "body"),
    *("lead", "text", "sources", "signature"),
)

_OWN_FIELD = re.compile(rf"{OWN}[a-z][a-z0-9_]{{0,30}}")


class Shown(BaseModel):
    """What the page showed: its revision, its state, and how the preview was looked at."""

    revision: int
    state: EditionState
    view: Literal["desktop", "phone", "dark", "text"] = "phone"


class TypedText(Shown):
    """The same, and `settle`: what became of a conflict; `held` is a revision that has the item, where it was removed meanwhile."""

    settle: Literal["", "mine", "theirs", "both", "picked", "back"] = ""
    held: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedFields:
    """The fields as typed, what was picked sentence by sentence, and whether the page saved itself while somebody typed."""

    texts: dict[str, str]
    picks: dict[tuple[str, int], Choice]
    by_itself: bool


async def typed_fields(request: Request) -> TypedFields:
    """Return what was typed. A form model takes an empty field for an absent one; here it is one that was emptied."""
    form = await request.form()
    given = {name: text for name, text in form.items() if isinstance(text, str)}
    own = [name for name in given if _OWN_FIELD.fullmatch(name)][:40]
    texts = {name: given[name] for name in (*_FIELDS, *own) if name in given}
    return TypedFields(texts=texts, picks=picks_in(given), by_itself="hx-request" in request.headers)


@router.post("/editions/{edition_id}/items/{place}")
def save_text(  # noqa: PLR0913  a route's parts
    edition_id: int,
    place: str,
    *,
    house: InHouse,
    account: Editor,
    form: Annotated[TypedText, Form()],
    typed: Annotated[TypedFields, Depends(typed_fields)],
) -> Response:
    """Save what was typed as the next revision; a refusal keeps it in the form and says why."""
    seen = _seen(house, edition_id, place, form.held or form.revision)
    correction = correction_of(edition_id, form, account, house, f"edited: {seen.title}")
    move = move_of(place, typed.texts, seen.own)
    try:
        addresses_in_own(house, edition_id, place, typed.texts)
        if typed.by_itself and seen.edition is not None:
            fields = ", ".join(sorted(changed_in(seen.edition, place, typed.texts)))
            correction = replace(correction, typing=f"{place}: {fields}")
        _save(house, correction, (form, typed), (place, move))
    except Clashed as error:
        return edition_page(house, account, edition_id, view=form.view, hand=InHand(place=place, clash=clash_of(error, place)))
    except (InputError, RefusedError, Conflict) as error:
        gone = form.held or (form.revision if isinstance(error, Conflict) and _removed(house, edition_id, place) else 0)
        hand = InHand(place=place, typed=typed.texts, trouble=sentence(error), gone=gone)
        return edition_page(house, account, edition_id, view=form.view, hand=hand)
    return to_item(edition_id, place, form)


def _save(house: House, correction: Correction, sent: tuple[TypedText, TypedFields], what: tuple[str, Move]) -> None:
    form, typed = sent
    place, move = what
    if form.settle == "theirs":
        correcting.take_theirs(house.database, correction, move)
    elif form.settle == "picked":

        def chosen(edition: Edition) -> Edition:
            return move_of(place, picked(values_of(edition, place), typed.texts, typed.picks))(edition)

        correcting.settle(house.database, correction, move, chosen)
    elif form.settle == "back":
        correcting.revive(house.database, correction, (place, form.held), move)
    else:
        correcting.correct(house.database, correction, both_of(place, move) if form.settle == "both" else move)


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
    """Return an error as a sentence for the page; an address at its start stays as it is."""
    text = str(error)
    begins = text if text.startswith("http") else text[:1].upper() + text[1:]
    return begins + ("" if text.endswith((".", "!")) else ".")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """What the editor's page showed: its edition (None where that revision is not kept), the item's own picture and its name."""

    edition: Edition | None
    own: Image | None
    title: str


def _seen(house: House, edition_id: int, place: str, revision: int) -> _Seen:
    with house.database.reading() as session:
        try:
            edition = editions.content(session, edition_id, revision)
        except NotFound:
            edition = None
            editions.get(session, edition_id)
    if place == HEAD or place in LETTERS or edition is None:
        title = ({HEAD: "Subject and preheader"} | dict(LETTERS)).get(place, place)
        title = title[:1].lower() + title[1:]
        return _Seen(edition=edition, own=None, title=title)
    section = section_of(edition, place)
    if section is not None:
        return _Seen(edition=edition, own=None, title=f"heading of {section.heading or section.key}")
    item = items_of(edition).get(place)
    if item is None:
        raise NotFound(f'the edition has no item "{place}" any more; look at it as it is now')
    own = correcting.own_picture(house.database, edition_id, place) if isinstance(item, Article) else None
    return _Seen(edition=edition, own=own, title=title_of(item))


def _removed(house: House, edition_id: int, place: str) -> bool:
    """Whether somebody took the item out while it was typed in."""
    with house.database.reading() as session:
        now = editions.content(session, edition_id, editions.get(session, edition_id).revision)
    return place != HEAD and place not in LETTERS and place not in items_of(now) and section_of(now, place) is None
