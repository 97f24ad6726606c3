"""The intake: the week's stories with their tellings and reasons, and an editor's word on each."""

from dataclasses import dataclass
from typing import Annotated, Final, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, Field

from digest.compose.match import belongs, is_article
from digest.compose.rank import name_of
from digest.compose.wording import dek_from
from digest.errors import Conflict, NotFound, RefusedError
from digest.flows import choosing, correcting, drafting
from digest.flows.choosing import Intake, Row, Verdict
from digest.flows.correcting import Correction
from digest.model.account import Account
from digest.model.edition import UNSENT, EditionRecord, EditionState
from digest.model.newsletter import PlannedSection, SectionKind
from digest.web.auth import Editor, Somebody
from digest.web.frame import frame, sentence
from digest.web.house import House, InHouse

router = APIRouter()
Act = Literal["accept", "pin", "out", "undo"]
Show = Literal["all", "in", "late", "left", "out", "hand"]
SHOWN: Final = 60
_NAMES: Final[dict[str, str]] = {
    "all": "All stories",
    "in": "In the edition",
    "late": "Came since",
    "hand": "Decided by hand",
    "left": "Left out by the plan",
    "out": "Turned down",
}
_FOR_ARTICLES: Final = (SectionKind.LEAD, SectionKind.ARTICLES)


class Said(BaseModel):
    """What the page showed, and the section that was chosen."""

    section: str = Field(default="", max_length=80)
    show: Show = "all"
    source: str = Field(default="", max_length=80)


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """Another telling of a story: its headline, address and source, and how much its headline is alike where only that says so."""

    title: str
    url: str | None
    source: str
    alike: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One story on the page; `state` is in, late, left or out, `into` the key of the section that it would join."""

    row: Row
    state: str
    title: str
    summary: str | None
    chips: tuple[str, ...]
    tellings: tuple[Telling, ...]
    into: str | None
    note: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The stories of one section, or of what is left."""

    name: str
    lines: tuple[Line, ...]


@router.get("/newsletters/{newsletter_id}/intake")
def show_intake(  # noqa: PLR0913  what a page's address may ask
    newsletter_id: str,
    house: InHouse,
    account: Somebody,
    *,
    show: Annotated[Show, Query()] = "all",
    source: Annotated[str, Query(max_length=80)] = "",
    whole: Annotated[bool, Query()] = False,
) -> Response:
    """Show what was gathered for the next edition, why each is in or left out, and what can be said of it."""
    return _page(house, account, newsletter_id, Said(show=show, source=source), whole=whole)


@router.post("/newsletters/{newsletter_id}/intake/{entry_id}/{act}")
def decide(  # noqa: PLR0913  a route's parts
    newsletter_id: str, entry_id: int, act: Act, *, house: InHouse, account: Editor, form: Annotated[Said, Form()]
) -> Response:
    """Keep an editor's word on a story; the draft follows at once, laid out anew or, where somebody works on it, as the next revision."""
    verdict = Verdict(
        newsletter_id=newsletter_id,
        entry_id=entry_id,
        section=form.section or None if act in ("accept", "pin") else None,
        pinned=act == "pin",
        who=account.name,
        at=house.clock(),
    )
    if act in ("accept", "pin") and verdict.section is None:
        return _page(house, account, newsletter_id, form, trouble="Choose the section that it goes into.", at=entry_id, status=422)
    try:
        record, move = choosing.take_back(house.database, verdict) if act == "undo" else choosing.choose(house.database, verdict)
        _follow(house, account, record, move)
    except (RefusedError, NotFound, Conflict) as error:
        return _page(house, account, newsletter_id, form, trouble=sentence(error), at=entry_id, status=409)
    asked = {name: value for name, value in (("show", form.show), ("source", form.source)) if value and value != "all"}
    return RedirectResponse(f"/newsletters/{newsletter_id}/intake{'?' + urlencode(asked) if asked else ''}#story-{entry_id}", 303)


def _follow(house: House, account: Account, record: EditionRecord | None, move: choosing.Move | None) -> None:
    """Let the edition follow a word that is kept already."""
    if record is None:
        return
    now = house.clock()
    if record.state is EditionState.DRAFT and not record.touched:
        drafting.draft_slot(house.database, record.newsletter_id, record.slot, now=now)
    elif move is not None:
        correction = Correction(
            edition_id=record.id, revision=record.revision, state=record.state, who=account.name, at=now, why="decided at the intake"
        )
        correcting.correct(house.database, correction, move)


def _page(  # noqa: PLR0913  what is on the page
    house: House,
    account: Account,
    newsletter_id: str,
    said: Said,
    *,
    whole: bool = False,
    trouble: str | None = None,
    at: int | None = None,
    status: int = 200,
) -> Response:
    found = choosing.intake(house.database, newsletter_id, now=house.clock())
    lines = [_line(row, found) for row in found.rows]
    chosen = [line for line in lines if _matches(line, said)]
    groups = _groups(chosen, found.newsletter.plan, most=None if whole else SHOWN)
    shown = sum(len(group.lines) for group in groups)
    counts = {key: sum(_is(line, key) for line in lines) for key in _NAMES}
    by_source = {
        key: sum(key in line.row.story.sources for line in lines)
        for key in dict.fromkeys(s for row in found.rows for s in row.story.sources)
    }
    listed = sorted(
        ((key, found.sources[key].name, count) for key, count in by_source.items() if key in found.sources),
        key=lambda one: (-one[2], one[1]),
    )
    return house.pages(
        "intake.html",
        status=status,
        **frame(house, account, found.newsletter),
        slot=found.slot,
        record=found.record,
        works_on=found.record is not None and (found.record.touched or found.record.state is not EditionState.DRAFT),
        closed=found.record is not None and found.record.state not in UNSENT,
        groups=groups,
        total=len(lines),
        left=len(chosen) - shown,
        said=said,
        shows=[(key, name, counts[key]) for key, name in _NAMES.items() if counts[key] or key in ("all", "in", said.show)],
        by_source=listed,
        sections=[(one.key, name_of(one)) for one in found.newsletter.plan if one.kind in _FOR_ARTICLES],
        names={one.key: name_of(one) for one in found.newsletter.plan},
        trouble=trouble,
        at=at,
    )


def _line(row: Row, found: Intake) -> Line:
    entry, story = row.kept.entry, row.story
    names = {key: source.name for key, source in found.sources.items()}
    others = [
        Telling(title=one.entry.title or "without title", url=one.entry.url, source=names.get(one.source_id, one.source_id))
        for one in story.tellings
        if one.id != row.kept.id
    ]
    others += [
        Telling(
            title=one.kept.entry.title or "without title",
            url=one.kept.entry.url,
            source=names.get(one.kept.source_id, one.kept.source_id),
            alike=round(100 * one.likeness),
        )
        for one in story.alike
    ]
    turned_down = story.choice is not None and story.choice.section is None and row.section is None
    state = "in" if row.section else "out" if turned_down else "late" if row.late else "left"
    told = dict.fromkeys([row.kept.source_id, *(one.source_id for one in story.tellings)])
    return Line(
        row=row,
        state=state,
        title=entry.title or entry.url or "Without a title",
        summary=entry.dek or dek_from(entry.summary),
        chips=tuple(names.get(key, key) for key in told),
        tellings=tuple(others),
        into=_into(row, found.newsletter.plan) if is_article(entry) else None,
        note=f"ran in No. {story.ran}" if story.ran is not None else None,
    )


def _into(row: Row, plan: tuple[PlannedSection, ...]) -> str | None:
    """Return the section that a story joins where an editor only says yes: the last of the plan's that takes it, or takes articles."""
    for_articles = [one for one in plan if one.kind is SectionKind.ARTICLES] or [one for one in plan if one.kind in _FOR_ARTICLES]
    fitting = [one for one in for_articles if belongs(row.kept, one)] or for_articles
    return fitting[0].key if fitting else None


def _is(line: Line, show: str) -> bool:
    if show == "hand":
        return line.row.story.choice is not None
    return show in ("all", line.state)


def _matches(line: Line, said: Said) -> bool:
    return _is(line, said.show) and (not said.source or said.source in line.row.story.sources)


def _groups(lines: list[Line], plan: tuple[PlannedSection, ...], *, most: int | None) -> tuple[Group, ...]:
    """Return the stories by section in the plan's order, then what came since, what is left and what was turned down."""
    parts = [(name_of(planned), [line for line in lines if line.row.section == planned.key]) for planned in plan]
    known = {planned.key for planned in plan}
    parts.append(("Elsewhere in the edition", [line for line in lines if line.state == "in" and line.row.section not in known]))
    parts += [(_NAMES[state], [line for line in lines if line.state == state]) for state in ("late", "left", "out")]
    groups, room = [], most if most is not None else len(lines)
    for name, found in parts:
        if found and room > 0:
            groups.append(Group(name=name, lines=tuple(found[:room])))
            room -= len(found[:room])
    return tuple(groups)
