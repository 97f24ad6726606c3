"""A theme: its folders in search order, and theme.toml merged over the theme it extends."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from digest.errors import RenderError
from digest.render.places import templates_root
from digest.render.theme_shape import line_in, shape_faults


class ThemeError(RenderError):
    """A theme.toml says what cannot be used; `faults` are all of them, each with its remedy."""

    def __init__(self, faults: Sequence[tuple[str, str]]) -> None:
        more = f" (and {len(faults) - 1} more: digest theme check names them)" if len(faults) > 1 else ""
        super().__init__(f"{faults[0][0]}. {faults[0][1]}{more}")
        self.faults = tuple(faults)


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
    layers: list[tuple[Path, dict[str, Any]]] = []
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
        files = [folder / "theme.toml" for folder in found if (folder / "theme.toml").is_file()]
        read = [(file, _read_toml(file)) for file in files]
        layers += read
        current = next((str(layer["extends"]) for _, layer in read if "extends" in layer), None)
    merged: dict[str, Any] = {}
    for _, layer in reversed(layers):
        merged = merge(merged, layer)
    _complete(name, merged, layers)
    return Theme(name=name, folders=tuple(folders), settings=merged)


def theme_names(roots: Sequence[Path]) -> tuple[str, ...]:
    """Return the names of the themes that `roots` hold, sorted."""
    return tuple(
        sorted({folder.name for root in roots if (root / "email").is_dir() for folder in (root / "email").iterdir() if folder.is_dir()})
    )


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        lines = path.read_text(encoding="utf-8-sig").split("\n")
        excerpt = f": {lines[int(line[1]) - 1].strip()[:120]}" if line and int(line[1]) <= len(lines) else ""
        raise RenderError(f"{path}: {error}; mend the file{excerpt}") from error
    except UnicodeDecodeError as error:
        line_number = error.object[: error.start].count(b"\n") + 1
        raise RenderError(f"{path}, line {line_number}: this is not UTF-8; save the file in UTF-8") from error
    except OSError as error:
        raise RenderError(f"{path}: it cannot be read: {error.strerror}") from error


@cache
def _shipped(name: str) -> dict[str, Any]:
    return _read_toml(templates_root() / "email" / name / "theme.toml")


def known_settings() -> dict[str, Any]:
    """Return every setting that the themes that ship know, with what they say there."""
    return merge(_shipped("review"), _shipped("bulletin"))


def _complete(name: str, settings: Mapping[str, Any], layers: Sequence[tuple[Path, Mapping[str, Any]]]) -> None:
    """Refuse what no mail could be set with: a value of a wrong kind, and what is missing where a theme extends none."""
    faults = []
    for where, what, remedy in shape_faults(settings, known_settings()):
        file = next((file for file, layer in layers if _says(layer, where)), None)
        faults.append((f"{_place(file, where)}{what}", remedy))
    if faults:
        raise ThemeError(faults)
    missing = [f"[{table}]" for table in ("type", "light", "dark", "words") if table not in settings]
    missing += ["width, a number of px"] if "width" not in settings else []
    for table in ("type", "words"):
        missing += [f"{key} in [{table}]" for key in _shipped("review")[table] if key not in settings.get(table, _shipped("review")[table])]
    if missing:
        raise RenderError(
            f'the theme {name!r} has no {", ".join(missing[:8])}: write extends = "review" in its theme.toml, or add what is missing'
        )


def _place(file: Path | None, where: tuple[str, ...]) -> str:
    line = line_in(file, where) if file else None
    return f"{file}, line {line}: " if line else f"{file}: " if file else ""


def _says(layer: Mapping[str, Any], where: tuple[str, ...]) -> bool:
    found: Any = layer
    for key in where:
        if not isinstance(found, Mapping) or key not in found:
            return False
        found = found[key]
    return True


def merge(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Return `over` laid over `under`, table by table, key by key."""
    merged = dict(under)
    for key, value in over.items():
        below = merged.get(key)
        merged[key] = merge(below, value) if isinstance(below, dict) and isinstance(value, Mapping) else value
    return merged
