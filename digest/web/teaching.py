"""What a source was taught about its briefs, on screen: its words, its selector, and what an editor may call briefs."""

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, Field

from digest.errors import Conflict, InputError
from digest.flows import teaching
from digest.model.account import Account
from digest.model.quoting import one_line
from digest.model.source import Source, Taught
from digest.store import sources
from digest.web.auth import Editor, Somebody
from digest.web.frame import frame, sentence
from digest.web.house import House, InHouse

router = APIRouter()
_LONG = 20_000
_MOST_SHOWN = 12
_LAST_ROW = 2**31 - 1  # PostgreSQL has no rows behind it


class Lesson(BaseModel):
    """What the form says: a heading a line, a selector, a name a line ("written = usual"), and whether bare runs are briefs."""

    headings: str = Field(default="", max_length=_LONG)
    selector: str = Field(default="", max_length=_LONG)
    aliases: str = Field(default="", max_length=_LONG)
    runs: bool = False


class These(BaseModel):
    """What in which kept entry is meant: what stands under `heading`, or its runs where that is empty."""

    entry: int = Field(ge=0, le=_LAST_ROW)
    heading: str = Field(default="", max_length=_LONG)


@router.get("/sources/{source_id}/briefs")
def show(source_id: str, house: InHouse, account: Somebody, entry: Annotated[int | None, Query(ge=0, le=_LAST_ROW)] = None) -> Response:
    """Show what the source was taught, and what in this week's entries may be briefs; that of `entry` first."""
    return _page(house, account, source_id, entry=entry)


@router.post("/sources/{source_id}/briefs")
def teach(source_id: str, house: InHouse, account: Editor, form: Annotated[Lesson, Form()]) -> Response:
    """Keep what the form says in place of what the source was taught before."""
    try:
        teaching.set_taught(house.database, source_id, _taught(form), who=account.name, now=house.clock())
    except InputError as error:
        return _page(house, account, source_id, typed=form, trouble=sentence(error), status=422)
    return RedirectResponse(f"/sources/{source_id}/briefs", 303)


@router.post("/sources/{source_id}/briefs/these")
def these(source_id: str, house: InHouse, account: Editor, form: Annotated[These, Form()]) -> Response:
    """Teach the source that what was shown is briefs; pressed twice it is said that the entry has changed."""
    try:
        teaching.these_are_briefs(house.database, form.entry, form.heading or None, who=account.name, now=house.clock())
    except (Conflict, InputError) as error:
        return _page(house, account, source_id, trouble=sentence(error), status=409)
    return RedirectResponse(f"/sources/{source_id}/briefs", 303)


@router.get("/entries/{entry_id}/briefs")
def of_entry(entry_id: int, house: InHouse, account: Somebody) -> Response:  # noqa: ARG001  the account is the guard's
    """Lead from an article of an edition to what may be briefs in it."""
    kept, _ = teaching.entry_with_offers(house.database, min(entry_id, _LAST_ROW))
    return RedirectResponse(f"/sources/{kept.source_id}/briefs?entry={kept.id}", 303)


def _page(
    house: House,
    account: Account,
    source_id: str,
    **more: Any,  # noqa: ANN401  the entry asked for, or the form as it was typed with its trouble and status
) -> Response:
    with house.database.reading() as session:
        source = sources.get(session, source_id).source
    offered = list(teaching.recent_with_offers(house.database, source_id, now=house.clock()))
    asked = None
    if more.get("entry") is not None:
        asked = teaching.entry_with_offers(house.database, more["entry"])
        offered = [asked, *(one for one in offered if one[0].id != asked[0].id)]
    data: dict[str, Any] = {
        "source": source,
        "form": more.get("typed") or _form(source),
        "trouble": more.get("trouble"),
        "asked": asked,
        "offered": [(kept, offers) for kept, offers in offered if offers][:_MOST_SHOWN],
    }
    return house.pages("source_briefs.html", status=more.get("status", 200), **frame(house, account), **data)


def _form(source: Source) -> Lesson:
    taught = source.taught
    aliases = "\n".join(f"{written} = {name}" for written, name in taught.aliases)
    return Lesson(headings="\n".join(taught.headings), selector=taught.selector or "", aliases=aliases, runs=taught.runs)


def _taught(form: Lesson) -> Taught:
    pairs = [line.partition("=") for line in form.aliases.splitlines() if line.strip()]
    plain = Taught(headings=tuple(form.headings.splitlines()), selector=one_line(form.selector) or None, runs=form.runs)
    return replace(plain, aliases=tuple((written.strip(), name.strip()) for written, _, name in pairs))
