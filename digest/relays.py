"""The relays that the settings name, opened as routes: what a preset knows, and over it what the settings say."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Final

from digest.deliver.dkim import Key, Signers
from digest.deliver.domains import system_of
from digest.deliver.outbox import OutboxTransport
from digest.deliver.presets import Preset, preset
from digest.deliver.relay import Relay, read_relay
from digest.deliver.routes import Route
from digest.deliver.smtp import SmtpTransport
from digest.errors import SettingsError
from digest.model.relay import Limits
from digest.settings import DomainSettings, RelaySettings, Settings

_HEADER: Final = re.compile(r"[A-Za-z0-9-]{1,70}\Z")
_LONGEST_LINE: Final = 998
_OUTBOX: Final = "outbox"


def open_routes(settings: Settings, keys: tuple[Key, ...]) -> tuple[Route, ...]:
    """Return a route for each relay that the settings name, or the one of `transport`; nothing is connected yet. Raises SettingsError."""
    if settings.relays:
        routes = tuple(_route(one, settings, keys) for one in settings.relays)
        if not any(route.weight for route in routes):
            raise SettingsError("every relay has the weight 0; give one of them a share")
        return routes
    named = settings.transport
    if named is None or named.startswith("outbox:"):
        folder = Path(named.removeprefix("outbox:")) if named else settings.state / "outbox"
        return (Route(name=_OUTBOX, transport=OutboxTransport(folder), signers=Signers(keys)),)
    relay = read_relay(named)
    return (Route(name=relay.host, transport=_transport(relay, settings), signers=Signers(keys), limits=relay.limits),)


def known_as(one: RelaySettings) -> Preset | None:
    """Return the preset of a relay; None where it has none. Raises SettingsError where there is none of that name."""
    return None if one.preset is None else preset(one.preset)


def relay_of(one: RelaySettings) -> Relay:
    """Return where a relay is, with its login; raises SettingsError that names the relay and what it lacks."""
    known = known_as(one)
    if (one.url is None) == (known is None):
        raise SettingsError(f"relay {one.name} needs a url or a preset, and not both; see docs/how-to/relays.md")
    if known is None:
        relay = read_relay(one.url or "")
        relay = replace(relay, limits=_over(one, relay.limits))
    else:
        relay = Relay(
            host=known.host(one.region),
            port=known.port,
            security=known.security,
            user=known.user,
            connections=known.connections,
            messages=known.messages,
            limits=_over(one, known.limits),
        )
    return replace(
        relay,
        user=one.user or relay.user,
        password=_password(one) or relay.password,
        connections=one.connections or relay.connections,
        messages=one.messages or relay.messages,
    )


def we_sign(one: RelaySettings) -> bool:
    """Whether our own keys sign what goes by this relay: as the settings say, else where no preset says that the relay does."""
    known = known_as(one)
    return one.signs == "us" if one.signs is not None else known is None or not known.signs


def headers_of(one: RelaySettings) -> bytes:
    """Return the headers that every mail of an edition gets for this relay, CRLF after each; raises SettingsError."""
    known = known_as(one)
    lines = b""
    for name, value in {**(known.headers if known is not None else {}), **one.headers}.items():
        line = f"{name}: {value}"
        if not _HEADER.match(name) or not value.isprintable() or not line.isascii() or len(line) > _LONGEST_LINE:
            raise SettingsError(f"relay {one.name} has a header that no mail may have: {name!r}; write ASCII on one line")
        lines += line.encode("ascii") + b"\r\n"
    return lines


def _route(one: RelaySettings, settings: Settings, keys: tuple[Key, ...]) -> Route:
    known, relay = known_as(one), relay_of(one)
    unsigned = known.unsigned if known is not None else frozenset()
    return Route(
        name=one.name,
        transport=_transport(relay, settings),
        signers=Signers(keys if we_sign(one) else (), unsigned),
        weight=one.weight,
        limits=relay.limits,
        domains={system_of(domain): _over(limits, Limits()) for domain, limits in one.domains.items()},
        return_path=_return_path(one, known, relay),
        headers=headers_of(one),
    )


def _transport(relay: Relay, settings: Settings) -> SmtpTransport:
    # An answer that comes after the lease would come twice: whoever waits gives up before another may begin.
    return SmtpTransport(relay, timeout=settings.lease_seconds * 2 / 3)


def _over(one: DomainSettings, known: Limits) -> Limits:
    return Limits(
        rate=one.rate if one.rate is not None else known.rate,
        daily=one.daily if one.daily is not None else known.daily,
        warm_up=one.warm_up or known.warm_up,
    )


def _return_path(one: RelaySettings, known: Preset | None, relay: Relay) -> str | None:
    if one.return_path is not None or known is None or known.verp:
        return one.return_path
    if relay.user is None or "@" not in relay.user:
        raise SettingsError(f"relay {one.name} takes its own address alone as return path; write it as return_path")
    return relay.user


def _password(one: RelaySettings) -> str | None:
    if one.password_file is None:
        return one.password
    try:
        return one.password_file.read_text("utf-8").strip()
    except OSError as error:
        raise SettingsError(f"relay {one.name}: cannot read {one.password_file}: {error.strerror}; name another password_file") from error
