"""A theme: its folders in search order, and theme.toml merged over the theme it extends."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from digest.errors import RenderError


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """`folders` are searched in order for each template; `settings` is theme.toml, deep-merged, as plain data."""

    name: str
    folders: tuple[Path, ...]
    settings: Mapping[str, Any]

    @property
    def blocks(self) -> frozenset[str]:
        """The names of its blocks: each file of `blocks/` is one."""
        return frozenset(path.stem for folder in self.folders for path in (folder / "blocks").glob("*.mjml"))


def read_theme(name: str, roots: Sequence[Path]) -> Theme:
    """Read the theme `name` below the `email/` folders of `roots`; raises RenderError where it is missing or malformed."""
    folders: list[Path] = []
    layers: list[dict[str, Any]] = []
    seen: set[str] = set()
    current: str | None = name
    while current is not None:
        if current in seen:
            raise RenderError(f"the theme {name!r} extends itself by way of {current!r}: mend `extends` in its theme.toml")
        seen.add(current)
        found = [root / "email" / current for root in roots if (root / "email" / current).is_dir()]
        if not found or not current.replace("-", "").replace("_", "").isalnum():
            raise RenderError(f"no theme {current!r}; there are: {', '.join(theme_names(roots))}")
        folders += found
        settings = [_read_toml(folder / "theme.toml") for folder in found if (folder / "theme.toml").is_file()]
        layers += settings
        current = next((str(layer["extends"]) for layer in settings if "extends" in layer), None)
    merged: dict[str, Any] = {}
    for layer in reversed(layers):
        merged = merge(merged, layer)
    _complete(name, merged)
    return Theme(name=name, folders=tuple(folders), settings=merged)


def theme_names(roots: Sequence[Path]) -> tuple[str, ...]:
    """Return the names of the themes that `roots` hold, sorted."""
    return tuple(
        sorted({folder.name for root in roots if (root / "email").is_dir() for folder in (root / "email").iterdir() if folder.is_dir()})
    )


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RenderError(f"{path}: {error}; mend the file") from error


def _complete(name: str, settings: Mapping[str, Any]) -> None:
    """Refuse what no template could be set with: a theme extends another, or says all of this itself."""
    missing = [f"[{table}]" for table in ("type", "light", "dark", "words") if not isinstance(settings.get(table), Mapping)]
    if not isinstance(settings.get("width"), int):
        missing.append("width, a number of px")
    if missing:
        raise RenderError(
            f'the theme {name!r} has no {", ".join(missing)}: write extends = "review" in its theme.toml, or add what is missing'
        )


def merge(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Return `over` laid over `under`, table by table, key by key."""
    merged = dict(under)
    for key, value in over.items():
        below = merged.get(key)
        merged[key] = merge(below, value) if isinstance(below, dict) and isinstance(value, Mapping) else value
    return merged
