"""What an engine makes of compose.yaml: variables filled in, health checks as arguments; and our command lines, parsed but not run."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml
from celery.bin.base import CLIContext
from celery.bin.celery import celery
from typer.main import get_command

from digest.cli.main import app
from digest.settings import Settings
from tests.processes import ROOT
from workers.app import make_app

UNITS = sorted((ROOT / "deploy" / "systemd").iterdir())
SECRETS = "/run/secrets"
_VARIABLE = re.compile(r"\$(?:(?P<dollar>\$)|\{(?P<name>\w+)(?::(?P<how>[-?])(?P<rest>[^}]*))?\}|(?P<wrong>.|$))")


def compose(**variables: str) -> dict[str, Any]:
    """Return compose.yaml with `variables` as its .env."""
    known = {"DIGEST_PUBLIC_URL": "https://news.example.org", **variables}
    filled = _fill(yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8")), known)
    assert isinstance(filled, dict)
    return filled


def variables() -> set[str]:
    """Return the names that compose.yaml takes from .env."""
    return {found["name"] for found in _VARIABLE.finditer((ROOT / "compose.yaml").read_text("utf-8")) if found["name"]}


def _fill(value: object, known: Mapping[str, str]) -> object:
    if isinstance(value, dict):
        return {key: _fill(below, known) for key, below in value.items()}
    if isinstance(value, list):
        return [_fill(below, known) for below in value]
    return _VARIABLE.sub(lambda found: _one(found, known), value) if isinstance(value, str) else value


def _one(found: re.Match[str], known: Mapping[str, str]) -> str:
    assert found["wrong"] is None, f"the engine would take this dollar for its own: {found.string!r}"
    if found["dollar"]:
        return "$"
    if said := known.get(found["name"]):
        return said
    assert found["how"] == "-", f"{found['name']} has no value"
    return str(found["rest"])


def health_check(service: Mapping[str, Any]) -> list[str]:
    """Return what the engine would run to ask for the health of `service`."""
    kind, *words = service["healthcheck"]["test"]
    assert kind in {"CMD", "CMD-SHELL"}
    return words if kind == "CMD" else ["/bin/sh", "-c", *words]


def units() -> dict[str, dict[str, list[str]]]:
    """Return each systemd unit's directives, by its file's name; a directive may come more than once."""
    read: dict[str, dict[str, list[str]]] = {}
    for path in UNITS:
        said = read.setdefault(path.name, {})
        for line in path.read_text("utf-8").splitlines():
            if "=" in line and not line.startswith("#"):
                name, _, value = line.partition("=")
                said.setdefault(name, []).append(value)
    return read


def parse_digest(words: Sequence[str], state: Path) -> str:
    """Parse `digest …` with the real command line, running nothing; returns the command's name. Raises click's UsageError."""
    return _parse(get_command(app), words, state)[0]


def parse_celery(words: Sequence[str], state: Path) -> tuple[str, dict[str, Any]]:
    """Parse `celery …` with Celery's own command line, running nothing; returns the command and its parameters."""
    return _parse(celery, words, state)


def _parse(command: Any, words: Sequence[str], state: Path) -> tuple[str, dict[str, Any]]:  # noqa: ANN401  typer and Celery bring clicks of their own
    context = command.make_context(words[0], list(words[1:]))
    # Celery's options take their defaults from the app that its group would have loaded.
    context.obj = CLIContext(app=make_app(Settings(state=state, broker_url="redis://127.0.0.1:1/0")), no_color=True, workdir=None)
    while hasattr(command, "resolve_command"):
        name, command, rest = command.resolve_command(context, [*context._protected_args, *context.args])
        context = command.make_context(name, rest, parent=context)
    return str(context.info_name), dict(context.params)
