"""`digest relay`: the relays that the settings name, how each stands, what the presets know, and trying anew what is left alone."""

from collections.abc import Iterator
from typing import Annotated

import typer

from digest.cli.door import Door, JsonOption, now, out, print_json, who
from digest.deliver.presets import PRESETS, Preset
from digest.deliver.routes import Route
from digest.deliver.smtp import SmtpTransport
from digest.errors import DigestError, RefusedError
from digest.flows import relaying
from digest.flows.relaying import Retry
from digest.model.relay import Limits, Standing
from digest.store import breakers

app = typer.Typer(no_args_is_help=True, help="The relays that mail goes by.")


@app.command("list")
def listed(context: typer.Context, *, as_json: JsonOption = False) -> None:
    """Show each relay, its share and limits, and how it stands with every domain that is left alone or counted."""
    door: Door = context.obj
    with door.runtime() as runtime:
        with runtime.database.reading() as session:
            known = breakers.standings(session, now=now())
        routes = runtime.routes
    if as_json:
        print_json([_document(route, [one for one in known if one.relay == route.name]) for route in routes])
        return
    for route in routes:
        for line in _told(route, [one for one in known if one.relay == route.name]):
            out.print(line, markup=False)
    for name in sorted({one.relay for one in known} - {route.name for route in routes}):
        out.print(f"{name}: counted once, not in the settings any more", markup=False)


@app.command("check")
def check(context: typer.Context, name: Annotated[str | None, typer.Argument(metavar="RELAY")] = None) -> None:
    """Connect, greet and sign in to each relay, or to one; nothing is sent. Exit 1 where one does not answer or refuses us."""
    door: Door = context.obj
    with door.runtime() as runtime:
        routes = [route for route in runtime.routes if name in (None, route.name)]
        if not routes:
            there = ", ".join(route.name for route in runtime.routes)
            raise RefusedError(f"there is no relay {name!r} in the settings; there is {there}")
        wrong = 0
        for route in routes:
            trouble = reach(route)
            wrong += trouble is not None
            out.print(f"{route.name}: {trouble or 'answers'}", markup=False)
    if wrong:
        raise RefusedError(f"{wrong} of {len(routes)} relays cannot be used; see the lines above")


@app.command("presets")
def presets(*, as_json: JsonOption = False) -> None:
    """List the providers that a relay may be a `preset` of, with what each knows and what is to be done there."""
    if as_json:
        print_json({name: _preset(known) for name, known in sorted(PRESETS.items())})
        return
    for name, known in sorted(PRESETS.items()):
        out.print(f"{name:<13} {known.says}: {', '.join(_hosts(known))}, port {known.port}", markup=False)
        for duty in known.duties:
            out.print(f"{'':<13} - {duty}", markup=False)


@app.command("retry")
def retry(
    context: typer.Context,
    relay: Annotated[str | None, typer.Argument(metavar="RELAY")] = None,
    domain: Annotated[str | None, typer.Option(help="Only this recipient domain.")] = None,
) -> None:
    """Have what is left alone tried now: all of it, one relay's, or one domain's."""
    door: Door = context.obj
    with door.runtime() as runtime:
        if relay is not None and relay not in (there := [route.name for route in runtime.routes]):
            raise RefusedError(f"there is no relay {relay!r} in the settings; there is {', '.join(there)}")
        freed = relaying.retry(runtime.database, Retry(relay=relay, domain=domain, who=who(), at=now()))
    out.print(f"{freed} will be tried with the next chunk")


def reach(route: Route) -> str | None:
    """Return what keeps a relay from being used; None where it answers, or is no relay."""
    if not isinstance(route.transport, SmtpTransport):
        return None
    try:
        route.transport.reach()
    except DigestError as error:
        return str(error)
    return None


def _told(route: Route, known: list[Standing]) -> Iterator[str]:
    limits = _limits(route.limits)
    signs = "we sign" if route.signers.keys else "we do not sign"
    yield f"{route.name}: weight {route.weight}{f', {limits}' if limits else ''}, {signs}"
    for domain, own in sorted(route.domains.items()):
        yield f"  {domain}: {_limits(own)}"
    for one in known:
        where = one.domain or "as a whole"
        counted = f"{one.tries} tries, {one.failures} failures lately" + (f", {one.used} today" if one.used else "")
        state = (
            "well" if one.cause is None else f"left alone until {one.until.isoformat(timespec='seconds') if one.until else '-'}: {one.why}"
        )
        yield f"  {where}: {state} ({counted})"


def _limits(limits: Limits) -> str:
    said = [
        f"{limits.rate:g} a second" if limits.rate is not None else "",
        f"{limits.daily} a day" if limits.daily is not None else "",
        f"warm-up {', '.join(map(str, limits.warm_up))}" if limits.warm_up else "",
    ]
    return ", ".join(one for one in said if one)


def _document(route: Route, known: list[Standing]) -> dict[str, object]:
    return {
        "name": route.name,
        "weight": route.weight,
        "signs": "us" if route.signers.keys else "relay",
        "limits": _as_dict(route.limits),
        "domains": {domain: _as_dict(limits) for domain, limits in route.domains.items()},
        "return_path": route.return_path,
        "standing": [
            {
                "domain": one.domain or None,
                "tries": one.tries,
                "failures": one.failures,
                "used": one.used,
                "cause": one.cause,
                "why": one.why,
                "until": one.until,
            }
            for one in known
        ],
    }


def _as_dict(limits: Limits) -> dict[str, object]:
    return {"rate": limits.rate, "daily": limits.daily, "warm_up": list(limits.warm_up)}


def _preset(known: Preset) -> dict[str, object]:
    return {
        "says": known.says,
        "hosts": dict(known.hosts),
        "port": known.port,
        "security": known.security,
        "user": known.user,
        "connections": known.connections,
        "messages": known.messages,
        "signs": "relay" if known.signs else "us",
        "unsigned": sorted(name.decode() for name in known.unsigned),
        "return_path": "verp" if known.verp else "own",
        "headers": dict(known.headers),
        "limits": _as_dict(known.limits),
        "duties": list(known.duties),
    }


def _hosts(known: Preset) -> list[str]:
    return list(dict.fromkeys(host.format("REGION") for host in known.hosts.values()))
