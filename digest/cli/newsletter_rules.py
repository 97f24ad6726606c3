"""What an edition is made by: `digest newsletter plan`, `style` and `campaign`, each shown, or replaced first."""

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any

import typer

from digest.cli.door import Door, act, now, out, read_file
from digest.compose.campaign import read_campaign
from digest.compose.optional import optional_faults
from digest.compose.style_list import read_lines, read_toml, written
from digest.errors import InputError, NotFound
from digest.flows.planning import STANDARD_PLAN
from digest.model.newsletter import Newsletter, PlannedSection, SectionKind, StyleRule, WhenThin
from digest.store import acts, newsletters

NewsletterArgument = Annotated[str, typer.Argument(metavar="NEWSLETTER")]


def plan(
    context: typer.Context,
    newsletter_id: NewsletterArgument,
    file: Annotated[str | None, typer.Option("--file", help="A TOML file of [[section]] tables; or: standard, none.")] = None,
) -> None:
    """Show the plan of a newsletter, or replace it by a file."""
    changes: dict[str, Any] = {} if file is None else {"plan": read_plan(file)}
    newsletter = _with(context.obj, newsletter_id, changes, what="plan")
    for section in newsletter.plan:
        sources = ", ".join(section.sources) or "all sources"
        size = f"{section.minimum} to {section.maximum}, when thin: {section.thin.replace('_', ' ')}"
        heading = f"; “{section.heading}”" if section.heading else ""
        heading += "; readers may leave it out" if section.optional else ""
        out.print(f"{section.key:<12} {section.kind:<9} {size}; {sources}{heading}", markup=False)
    if not newsletter.plan:
        out.print("No plan. Give it one with --file standard, or a TOML file of [[section]] tables.", markup=False)


def style(
    context: typer.Context,
    newsletter_id: NewsletterArgument,
    file: Annotated[str | None, typer.Option("--file", help="Lines of: wrong → right; or a .toml of [[style]] tables; or: none.")] = None,
) -> None:
    """Show the house style of a newsletter, or replace it by a file."""
    changes: dict[str, Any] = {} if file is None else {"style": _read_style(file)}
    newsletter = _with(context.obj, newsletter_id, changes, what="house style")
    out.print(written(newsletter.style) or "No house style. Give it one with --file FILE, a line each: wrong → right", markup=False)


def campaign(
    context: typer.Context,
    newsletter_id: NewsletterArgument,
    query: Annotated[
        str | None, typer.Argument(metavar="[QUERY]", help="utm_source=newsletter&utm_campaign={number}, in quotes; or: none.")
    ] = None,
) -> None:
    """Show the campaign that links to the outlet's own site carry, the same for every reader, or set it first."""
    changes: dict[str, Any] = {} if query is None else {"tracking": "" if query == "none" else read_campaign(query)}
    newsletter = _with(context.obj, newsletter_id, changes, what="campaign")
    none = "No campaign. Give it one, in quotes: 'utm_source=newsletter&utm_campaign={number}'"
    out.print(newsletter.tracking or none, markup=False)


def _with(door: Door, newsletter_id: str, changes: Mapping[str, Any], *, what: str) -> Newsletter:
    """Return the newsletter, these fields of it changed first and noted in the log, where there are any."""
    with door.runtime() as runtime:
        if not changes:
            with runtime.database.reading() as session:
                return newsletters.get(session, newsletter_id)
        with runtime.database.writing() as session:
            newsletter = replace(newsletters.get(session, newsletter_id), **changes)
            newsletters.keep(session, newsletter, now=now())
            acts.note(session, act(f"changed the {what} of the newsletter {newsletter_id}"))
        return newsletter


def _read_style(name: str) -> tuple[StyleRule, ...]:
    if name == "none":
        return ()
    text = read_file(name).decode("utf-8", "replace")
    return read_toml(text) if name.endswith(".toml") else read_lines(text)


def read_plan(name: str) -> tuple[PlannedSection, ...]:
    """Return the plan that a TOML file, or the word standard or none, says; raises InputError and NotFound that name the file."""
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
