"""`digest newsletter`: who a newsletter is from and when it goes out; its plan, style and campaign stand beside."""

import re
from dataclasses import fields, replace
from datetime import time
from email.utils import parseaddr
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer

from digest.audience.address import read_address
from digest.cli import newsletter_rules
from digest.cli.door import Door, JsonOption, now, out, print_json, wall_clock, who
from digest.cli.newsletter_rules import read_plan
from digest.errors import InputError
from digest.flows import planning
from digest.model.newsletter import Newsletter, Slot
from digest.model.week import slot_after
from digest.render.places import template_roots
from digest.render.theme import theme_names
from digest.store import Database, newsletters
from digest.store.documents import to_document

app = typer.Typer(no_args_is_help=True, help="Newsletters, their slot and zone, their sections and rules.")
for command in (newsletter_rules.plan, newsletter_rules.style, newsletter_rules.campaign):
    app.command(command.__name__)(command)

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SLOT, _ZONE = "sat 07:00", "UTC"


@app.command("add")
def add(  # noqa: PLR0913  a command's options
    context: typer.Context,
    newsletter_id: Annotated[str, typer.Argument(metavar="NEWSLETTER", help="Short name: small letters, digits, hyphens.")],
    *,
    sender: Annotated[str | None, typer.Option("--from", help='Who: "The Review <desk@example.org>". A new one needs it.')] = None,
    postal: Annotated[str | None, typer.Option(help="Postal address of every mail (16 CFR 316.5). A new one needs it.")] = None,
    name: Annotated[str | None, typer.Option(help="The newsletter's name.")] = None,
    outlet: Annotated[str | None, typer.Option(help="The outlet's name as readers know it.")] = None,
    reply_to: Annotated[str | None, typer.Option(help="Where answers go, if not to the sender.")] = None,
    slot: Annotated[str | None, typer.Option(help=f"Weekday and wall-clock time at which it goes out; {_SLOT}.")] = None,
    zone: Annotated[str | None, typer.Option(help=f"The zone of that time, an IANA name; {_ZONE}.")] = None,
    subject: Annotated[str | None, typer.Option(help="Pattern of the subject; {headline}.")] = None,
    preheader: Annotated[str | None, typer.Option(help="Pattern of the preheader; {dek}.")] = None,
    language: Annotated[str | None, typer.Option(help="Its language (BCP 47); en.")] = None,
    theme: Annotated[str | None, typer.Option(help="Theme of its mail; review.")] = None,
    plan: Annotated[str | None, typer.Option(help="A plan file, or: standard, none; standard.")] = None,
) -> None:
    """Add a newsletter, or change what is named of the one that has that name; the rest of it stays."""
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,62}", newsletter_id):
        raise InputError(f"{newsletter_id!r} is no short name; use small letters, digits and hyphens")
    door: Door = context.obj
    with door.runtime() as runtime:
        if theme is not None and theme not in (there_are := theme_names(template_roots(door.settings.templates))):
            raise InputError(f"there is no theme {theme!r} (there are: {', '.join(there_are)}); make one with `digest theme new {theme}`")
        known = _known(runtime.database, newsletter_id)
        given: dict[str, Any] = {
            "name": name,
            "public_name": outlet,
            "reply_to": read_address(reply_to).typed if reply_to else None,
            "postal_address": postal,
            "plan": read_plan(plan) if plan else None,
            "subject": subject,
            "preheader": preheader,
            "language": language,
            "theme": theme,
        }
        given = {field: value for field, value in given.items() if value is not None}
        if sender is not None:
            shown, address = parseaddr(sender)
            given |= {"from_address": read_address(address).typed} | ({"from_name": shown} if shown else {})
        if slot or zone or known is None:
            there = known.slot if known else None
            day = f"{_DAYS[there.weekday]} {there.at:%H:%M:%S}" if there else _SLOT
            given["slot"] = _read_slot(slot or day, zone or (there.zone if there else _ZONE))
        newsletter = replace(known, **given) if known else _made(newsletter_id, given)
        if known is None:
            planning.add(runtime.database, newsletter, who=who(), now=now())
        else:
            _change(runtime.database, known, newsletter)
    out.print(f"{newsletter_id} goes out next {wall_clock(slot_after(newsletter.slot, now()), newsletter.slot.zone)}", markup=False)


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


def _known(database: Database, newsletter_id: str) -> Newsletter | None:
    with database.reading() as session:
        return next((one for one in newsletters.listed(session) if one.id == newsletter_id), None)


def _made(newsletter_id: str, given: dict[str, Any]) -> Newsletter:
    """Return a new newsletter: what is not given is as most want it."""
    for field, option in (("from_address", "--from"), ("postal_address", "--postal")):
        if field not in given:
            raise typer.BadParameter(f"there is no newsletter {newsletter_id} yet, and a new one needs it", param_hint=option)
    title = given.get("name") or newsletter_id.replace("-", " ").title()
    sender = given.get("from_name", title)
    standard = {"name": title, "from_name": sender, "public_name": sender, "plan": planning.STANDARD_PLAN}
    return Newsletter(id=newsletter_id, **(standard | given))


def _change(database: Database, known: Newsletter, newsletter: Newsletter) -> None:
    changed = [field.name for field in fields(Newsletter) if getattr(known, field.name) != getattr(newsletter, field.name)]
    kept = planning.change(database, newsletter, planning.fingerprint(known), who=who(), now=now())
    what = ", ".join(changed).replace("_", " ") or "nothing"
    out.print(f"{newsletter.id} was there already; changed: {what}. The rest of it stays.", markup=False)
    for record in kept:
        out.print(f"edition {record.id} keeps its time, {wall_clock(record.due, newsletter.slot.zone)}", markup=False)


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
