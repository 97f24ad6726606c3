"""The plan of a newsletter on screen: its sections, added, removed and put in order without scripts, then saved as a whole."""

import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import FormData

from digest.compose.optional import optional_faults
from digest.errors import Conflict
from digest.flows import planning
from digest.model.account import Account
from digest.model.newsletter import Newsletter, PlannedSection, SectionKind, WhenThin
from digest.model.quoting import one_line
from digest.model.source import BY_HAND
from digest.store import newsletters, sources
from digest.web.auth import Editor, Somebody
from digest.web.frame import frame
from digest.web.house import House, InHouse

router = APIRouter()
_MOST: Final = 40
_FIELDS: Final = ("key", "kind", "heading", "categories", "minimum", "maximum", "thin", "optional")


@dataclass(slots=True, kw_only=True)
class Row:
    """One section as it was typed, with what is wrong with its fields."""

    typed: dict[str, str]
    sources: tuple[str, ...]
    troubles: dict[str, str] = field(default_factory=dict)


async def typed_form(request: Request) -> FormData:
    """Return the form, whose fields are numbered by section."""
    return await request.form(max_files=0, max_fields=2000)


TypedForm = Annotated[FormData, Depends(typed_form)]


@router.get("/newsletters/{newsletter_id}/plan")
def show(newsletter_id: str, house: InHouse, account: Somebody, saved: bool = False) -> Response:  # noqa: FBT001, FBT002  a query's flag
    """Show the plan."""
    with house.database.reading() as session:
        newsletter = newsletters.get(session, newsletter_id)
    rows = [_row(section) for section in newsletter.plan]
    return _page(house, account, newsletter, rows, said={"saved": saved})


@router.post("/newsletters/{newsletter_id}/plan")
def change(newsletter_id: str, house: InHouse, account: Editor, form: TypedForm) -> Response:
    """Save the plan, or show it with one section added, removed or moved: that is saved with the rest, not before."""
    with house.database.reading() as session:
        before = newsletters.get(session, newsletter_id)
    rows, seen = _rows(form), str(form.get("seen", ""))[:64]
    act, _, place = str(form.get("do", "save")).partition("-")
    if act != "save":
        focus = _shift(rows, act, int(place) if place.isdecimal() and len(place) < 4 else -1)
        return _page(house, account, before, rows, said={"unsaved": True, "focus": focus, "seen": seen})
    plan = _read(rows)
    if plan is None:
        return _page(house, account, before, rows, said={"seen": seen, "unsaved": True, "status": 422})
    try:
        planning.change(house.database, replace(before, plan=plan), seen, who=account.name, now=house.clock())
    except Conflict:
        stale = {"stale": [(one.key, one.heading or "", one.kind.value) for one in before.plan], "unsaved": True, "status": 409}
        return _page(house, account, before, rows, said=stale)
    return RedirectResponse(f"/newsletters/{newsletter_id}/plan?saved=true", 303)


def _shift(rows: list[Row], act: str, place: int) -> str:
    """Do what a row's button says and return which button is to have the focus afterwards."""
    if act == "add" and len(rows) < _MOST:
        taken = {row.typed["key"] for row in rows}
        key = next(name for number in range(1, _MOST + 2) if (name := f"section-{number}") not in taken)
        rows.append(_row(PlannedSection(key=key, kind=SectionKind.ARTICLES)))
        return f"heading-{len(rows) - 1}"
    if not 0 <= place < len(rows):
        return ""
    if act == "remove":
        rows.pop(place)
        return f"remove-{min(place, len(rows) - 1)}" if rows else "add"
    other = place + (-1 if act == "up" else 1)
    if act not in ("up", "down") or not 0 <= other < len(rows):
        return ""
    rows[place], rows[other] = rows[other], rows[place]
    end = other in (0, len(rows) - 1)
    return f"{('down' if act == 'up' else 'up') if end and len(rows) > 1 else act}-{other}"


def _rows(form: FormData) -> list[Row]:
    rows = []
    for number in range(_MOST):
        if f"key-{number}" not in form:
            break
        typed = {name: one_line(str(form.get(f"{name}-{number}", "")))[:2000] for name in _FIELDS}
        rows.append(Row(typed=typed, sources=tuple(str(one) for one in form.getlist(f"sources-{number}"))))
    return rows


def _row(section: PlannedSection) -> Row:
    typed = {
        "key": section.key,
        "kind": section.kind.value,
        "heading": section.heading or "",
        "categories": ", ".join(section.categories),
        "minimum": str(section.minimum),
        "maximum": str(section.maximum),
        "thin": section.thin.value,
        "optional": "yes" if section.optional else "",
    }
    return Row(typed=typed, sources=section.sources)


def _read(rows: list[Row]) -> tuple[PlannedSection, ...] | None:
    """Return the plan that the rows describe, or None after writing into them what is wrong."""
    plan: list[PlannedSection] = []
    for row in rows:
        typed = row.typed
        _look_at_names(row, {one.key for one in plan})
        low, high = _figure(row, "minimum"), _figure(row, "maximum")
        if not row.troubles and low > high:
            row.troubles["maximum"] = "Fewer than the minimum."
        elif "maximum" not in row.troubles and high < 1:
            row.troubles["maximum"] = "At least 1; or remove the section."
        if typed["kind"] not in tuple(SectionKind) or typed["thin"] not in tuple(WhenThin):
            row.troubles["key"] = "The form was not complete; load the page again."
        if not row.troubles:
            plan.append(
                PlannedSection(
                    key=typed["key"],
                    kind=SectionKind(typed["kind"]),
                    heading=typed["heading"] or None,
                    sources=row.sources,
                    categories=tuple(dict.fromkeys(name for one in typed["categories"].split(",") if (name := one.strip()))),
                    minimum=low,
                    maximum=high,
                    thin=WhenThin(typed["thin"]),
                    optional=bool(typed["optional"]),
                )
            )
    if not any(row.troubles for row in rows):
        for place, fault in optional_faults(plan).items():
            rows[place].troubles["optional"] = fault
    return None if any(row.troubles for row in rows) else tuple(plan)


def _look_at_names(row: Row, taken: AbstractSet[str]) -> None:
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,40}", row.typed["key"]):
        row.troubles["key"] = "Small letters, digits and hyphens only."
    elif row.typed["key"] in taken:
        row.troubles["key"] = "Another section above has this name."
    if len(row.typed["heading"]) > 120:
        row.troubles["heading"] = "At most 120 characters."


def _figure(row: Row, name: str) -> int:
    text = row.typed[name]
    if re.fullmatch(r"\d{1,3}", text, re.ASCII):
        return int(text)
    row.troubles[name] = "A whole number from 0 to 999."
    return 0


def _page(house: House, account: Account, newsletter: Newsletter, rows: list[Row], *, said: Mapping[str, Any]) -> Response:
    with house.database.reading() as session:
        known = {one.source.id: one.source.name for one in sources.listed(session) if one.source.id != BY_HAND.id}
    gone = {name for row in rows for name in row.sources if name not in known}
    data: dict[str, Any] = {
        "rows": rows,
        "known": known | dict.fromkeys(sorted(gone), "is followed no longer"),
        "kinds": tuple(SectionKind),
        "thins": tuple(WhenThin),
        "seen": planning.fingerprint(newsletter),
        "saved": False,
        "unsaved": False,
        "stale": None,
        "focus": "",
    }
    return house.pages("newsletter_plan.html", **frame(house, account, newsletter), **(data | dict(said)))
