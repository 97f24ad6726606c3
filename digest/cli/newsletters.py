"""`digest newsletter`: who a newsletter is from, when it goes out, and the plan of its editions."""

import re
import tomllib
from dataclasses import replace
from datetime import time
from email.utils import parseaddr
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer

from digest.audience.address import read_address
from digest.cli.door import Door, JsonOption, act, now, out, print_json, read_file, wall_clock
from digest.compose.optional import optional_faults
from digest.compose.style_list import read_lines, read_toml, written
from digest.errors import InputError, NotFound
from digest.flows.planning import STANDARD_PLAN
from digest.model.newsletter import Newsletter, PlannedSection, SectionKind, Slot, StyleRule, WhenThin
from digest.model.week import slot_after
from digest.store import Session, acts, newsletters
from digest.store.documents import to_document

app = typer.Typer(no_args_is_help=True, help="Newsletters, their slot and zone, their sections and rules.")

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@app.command("add")
def add(  # noqa: PLR0913  a command's options
    context: typer.Context,
    newsletter_id: Annotated[str, typer.Argument(metavar="NEWSLETTER", help="Short name: small letters, digits, hyphens.")],
    *,
    sender: Annotated[str, typer.Option("--from", help='Who it is from: "The Review <desk@example.org>".')],
    postal: Annotated[str, typer.Option(help="Postal address that stands in every mail (16 CFR 316.5).")],
    name: Annotated[str | None, typer.Option(help="The newsletter's name.")] = None,
    outlet: Annotated[str | None, typer.Option(help="The outlet's name as readers know it.")] = None,
    reply_to: Annotated[str | None, typer.Option(help="Where answers go, if not to the sender.")] = None,
    slot: Annotated[str, typer.Option(help="Weekday and wall-clock time at which it goes out.")] = "sat 07:00",
    zone: Annotated[str, typer.Option(help="The zone of that time, an IANA name.")] = "UTC",
    subject: Annotated[str, typer.Option(help="Pattern of the subject.")] = "{headline}",
    preheader: Annotated[str, typer.Option(help="Pattern of the preheader.")] = "{dek}",
    language: Annotated[str, typer.Option(help="Its language (BCP 47).")] = "en",
    theme: Annotated[str, typer.Option(help="Theme of its mail.")] = "review",
    plan: Annotated[str, typer.Option(help="A plan file, or: standard, none.")] = "standard",
) -> None:
    """Add a newsletter, or replace the one of that name."""
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,62}", newsletter_id):
        raise InputError(f"{newsletter_id!r} is no short name; use small letters, digits and hyphens")
    shown, address = parseaddr(sender)
    title = name or newsletter_id.replace("-", " ").title()
    newsletter = Newsletter(
        id=newsletter_id,
        name=title,
        public_name=outlet or shown or title,
        from_name=shown or title,
        from_address=read_address(address).typed,
        reply_to=read_address(reply_to).typed if reply_to else None,
        postal_address=postal,
        slot=_read_slot(slot, zone),
        plan=_read_plan(plan),
        subject=subject,
        preheader=preheader,
        language=language,
        theme=theme,
    )
    door: Door = context.obj
    with door.runtime() as runtime, runtime.database.writing() as session:
        _keep(session, newsletter, f"added the newsletter {newsletter_id}")
    out.print(f"{newsletter_id} goes out next {wall_clock(slot_after(newsletter.slot, now()), zone)}", markup=False)


@app.command("list")
def listing(context: typer.Context, *, as_json: JsonOption = False) -> None:
    """Show every newsletter with its next slot."""
    door: Door = context.obj
    with door.runtime() as runtime, runtime.database.reading() as session:
        known = newsletters.listed(session)
    moment = now()
    if as_json:
        print_json([{"id": one.id, "name": one.name, "next_slot": slot_after(one.slot, moment), "zone": one.slot.zone} for one in known])
        return
    if not known:
        out.print("No newsletter yet. Add one with: digest newsletter add NEWSLETTER --from ADDRESS --postal ADDRESS")
    for one in known:
        out.print(f"{one.id:<24} {one.name:<32} next {wall_clock(slot_after(one.slot, moment), one.slot.zone)}", markup=False)


@app.command("show")
def show(context: typer.Context, newsletter_id: Annotated[str, typer.Argument(metavar="NEWSLETTER")]) -> None:
    """Print all of a newsletter as JSON."""
    door: Door = context.obj
    with door.runtime() as runtime, runtime.database.reading() as session:
        print_json(to_document(newsletters.get(session, newsletter_id)))


@app.command("plan")
def plan_of(
    context: typer.Context,
    newsletter_id: Annotated[str, typer.Argument(metavar="NEWSLETTER")],
    file: Annotated[str | None, typer.Option("--file", help="A TOML file of [[section]] tables; or: standard, none.")] = None,
) -> None:
    """Show the plan of a newsletter, or replace it by a file."""
    door: Door = context.obj
    with door.runtime() as runtime:
        with runtime.database.reading() as session:
            newsletter = newsletters.get(session, newsletter_id)
        if file is not None:
            newsletter = replace(newsletter, plan=_read_plan(file))
            with runtime.database.writing() as session:
                _keep(session, newsletter, f"changed the plan of the newsletter {newsletter_id}")
    for section in newsletter.plan:
        sources = ", ".join(section.sources) or "all sources"
        size = f"{section.minimum} to {section.maximum}, when thin: {section.thin.replace('_', ' ')}"
        heading = f"; “{section.heading}”" if section.heading else ""
        heading += "; readers may leave it out" if section.optional else ""
        out.print(f"{section.key:<12} {section.kind:<9} {size}; {sources}{heading}", markup=False)
    if not newsletter.plan:
        out.print("No plan. Give it one with --file standard, or a TOML file of [[section]] tables.", markup=False)


@app.command("style")
def style_of(
    context: typer.Context,
    newsletter_id: Annotated[str, typer.Argument(metavar="NEWSLETTER")],
    file: Annotated[str | None, typer.Option("--file", help="Lines of: wrong → right; or a .toml of [[style]] tables; or: none.")] = None,
) -> None:
    """Show the house style of a newsletter, or replace it by a file."""
    door: Door = context.obj
    with door.runtime() as runtime:
        with runtime.database.reading() as session:
            newsletter = newsletters.get(session, newsletter_id)
        if file is not None:
            newsletter = replace(newsletter, style=_read_style(file))
            with runtime.database.writing() as session:
                _keep(session, newsletter, f"changed the house style of the newsletter {newsletter_id}")
    out.print(written(newsletter.style) or "No house style. Give it one with --file FILE, a line each: wrong → right", markup=False)


def _keep(session: Session, newsletter: Newsletter, what: str) -> None:
    newsletters.keep(session, newsletter, now=now())
    acts.note(session, act(what))


def _read_style(name: str) -> tuple[StyleRule, ...]:
    if name == "none":
        return ()
    text = read_file(name).decode("utf-8", "replace")
    return read_toml(text) if name.endswith(".toml") else read_lines(text)


def _read_slot(text: str, zone: str) -> Slot:
    found = re.fullmatch(r"(\w{3})\w*\s+(\d{1,2}):(\d{2})(?::(\d{2}))?", text.strip().lower())
    if not found or found[1] not in _DAYS:
        raise InputError(f"{text!r} is no slot; write it as: sat 07:00")
    try:
        at = time(int(found[2]), int(found[3]), int(found[4] or 0))
    except ValueError as error:
        raise InputError(f"{text!r} is no time of day; write it as: sat 07:00") from error
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise InputError(f"{zone!r} is no time zone; write an IANA name such as Europe/Brussels") from error
    return Slot(weekday=_DAYS.index(found[1]), at=at, zone=zone)


def _read_plan(name: str) -> tuple[PlannedSection, ...]:
    if name in ("standard", "none"):
        return STANDARD_PLAN if name == "standard" else ()
    try:
        tables = tomllib.loads(read_file(name).decode("utf-8")).get("section", [])
        plan = tuple(
            PlannedSection(
                key=str(table["key"]),
                kind=SectionKind(table["kind"]),
                heading=table.get("heading"),
                sources=tuple(table.get("sources", ())),
                categories=tuple(table.get("categories", ())),
                minimum=int(table.get("minimum", 1)),
                maximum=int(table.get("maximum", 9)),
                thin=WhenThin(table.get("thin", "leave_out")),
                optional=_flag(table, "optional"),
            )
            for table in tables
        )
    except (ValueError, TypeError, AttributeError) as error:
        raise InputError(f"{name} is no plan: {error}; see docs/reference/plan.md") from error
    except KeyError as error:
        raise NotFound(f"{name}: a [[section]] lacks {error}; see docs/reference/plan.md") from error
    if wrong := next(iter(optional_faults(plan).values()), None):
        raise InputError(f"{name}: {wrong.rstrip('.')}; see docs/reference/plan.md")
    return plan


def _flag(table: dict[str, Any], name: str) -> bool:
    value = table.get(name, False)
    if not isinstance(value, bool):
        raise TypeError(f"{name} is true or false, not {value!r}")
    return value
