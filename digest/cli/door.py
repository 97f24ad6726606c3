"""What every command is handed: settings, the runtime they open, and how to print."""

import getpass
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from rich.console import Console

from digest.errors import InputError
from digest.log import configure_log
from digest.model.account import Act
from digest.runtime import Runtime
from digest.settings import Settings, load_settings

JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout and nothing else there.")]

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)


@dataclass
class Door:
    """The options that stand before the command."""

    config: Path | None = None
    debug: bool = False

    @cached_property
    def settings(self) -> Settings:
        """The settings of this run; from here on the log looks as they say."""
        settings = load_settings(self.config)
        configure_log(settings.log)
        return settings

    @contextmanager
    def runtime(self) -> Iterator[Runtime]:
        """Open what the command needs and close it after."""
        runtime = Runtime(self.settings)
        database = self.settings.state / "digest.db"
        # Whoever stands in the wrong folder would take an empty database for theirs.
        strays = self.settings.database_url is None and not self._named() and not database.exists()
        try:
            yield runtime
        finally:
            runtime.close()
            if strays and database.exists():
                err.print(
                    f"digest: no digest.toml is here, so a new database was made, {database}; --config FILE names another", markup=False
                )

    def _named(self) -> bool:
        """Whether a file or the environment says where the state is."""
        return self.config is not None or Path("digest.toml").is_file() or not {"DIGEST_CONFIG", "DIGEST_STATE"}.isdisjoint(os.environ)


def now() -> datetime:
    """Return the present moment, aware, in UTC."""
    return datetime.now(UTC)


def who() -> str:
    """Name whoever types."""
    try:
        return f"{getpass.getuser()} (command line)"
    except (OSError, KeyError):
        return f"user {os.getuid()} (command line)"


def act(what: str) -> Act:
    """Return a line of the log: what whoever types does now, to no edition."""
    return Act(at=now(), who=who(), what=what, why=None, edition_id=None, revision=None)


def print_json(document: object) -> None:
    """Print one JSON document on one line of stdout."""
    sys.stdout.write(json.dumps(document, ensure_ascii=False, default=_plain) + "\n")


def read_file(name: str) -> bytes:
    """Return the bytes of a file, or of standard input for `-`; raises InputError."""
    try:
        return sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        raise InputError(f"cannot read {name}: {error.strerror}; name a file that is there, or - for standard input") from error


def read_moment(text: str) -> datetime:
    """Return the moment of an ISO 8601 text that says its zone; raises InputError."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise InputError(f"{text!r} is no time; write it as 2026-11-28T07:00+01:00") from error
    if moment.tzinfo is None:
        raise InputError(f"{text!r} does not say its zone; write it as {text}+01:00, or {text}Z for UTC")
    return moment.astimezone(UTC)


def wall_clock(moment: datetime, zone: str) -> str:
    """Return a moment as the newsroom's clock shows it, with its zone: `Sat 28 Nov 2026, 07:00 Europe/Brussels`."""
    return f"{moment.astimezone(ZoneInfo(zone)):%a %d %b %Y, %H:%M} {zone}"


def _plain(value: Any) -> object:  # noqa: ANN401  json hands over whatever it does not know
    return value.isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else str(value)
