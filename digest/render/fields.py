"""A block's own fields: what `[blocks.NAME.fields]` of theme.toml declares, and what an editor filled in, as plain data."""

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

from digest.errors import RenderError
from digest.render.clean import plain, web_address
from digest.render.theme import Theme

Kind = Literal["line", "text", "address"]
KINDS: Final[tuple[str, ...]] = get_args(Kind)
MOST: Final = 12
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,30}")
_READ: Final = re.compile(r"""row\.fields(?:\.(\w+)|\[\s*["'](\w+)["']\s*\])""")
_LINE: Final = 400
_TEXT: Final = 1_600


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockField:
    """One field: its name in the template, what the desk calls it, how it is typed, and a word of help."""

    name: str
    label: str
    kind: str = "line"
    hint: str = ""


def fields_of(settings: Mapping[str, Any], block: str) -> tuple[BlockField, ...]:
    """Return the fields that the theme declares for a block, in their order. Raises RenderError where they are not what they should be."""
    table = settings.get("blocks", {}).get(block, {})
    declared = table.get("fields", {}) if isinstance(table, Mapping) else {}
    where = f"[blocks.{block}.fields] of theme.toml"
    if not isinstance(declared, Mapping) or len(declared) > MOST:
        raise RenderError(f'{where}: at most {MOST} fields, each as place = "Where it was", or place = {{ label = "…", kind = "text" }}')
    return tuple(_field(where, str(name), said) for name, said in declared.items())


def filled(declared: Sequence[BlockField], values: Mapping[str, str]) -> dict[str, Any]:
    """Return each declared field as data: a line or an address as a string, a text as the list of its paragraphs; empty: not filled."""
    return {field.name: _filled(field, values.get(field.name, "")) for field in declared}


def unread(theme: Theme, block: str) -> Iterator[tuple[str, str, str]]:
    """Yield (severity, what is wrong, remedy) where the block's templates and its declared fields do not agree."""
    names = [field.name for field in fields_of(theme.settings, block)]
    read: set[str] = set()
    for file in (f"{block}.mjml", f"{block}.txt"):
        path = next((path for folder in theme.folders if (path := folder / "blocks" / file).is_file()), None)
        for found in _READ.finditer(path.read_text(encoding="utf-8", errors="replace") if path else ""):
            name = found[1] or found[2]
            read.add(name)
            if name not in names:
                near = difflib.get_close_matches(name, names, 1)
                remedy = f"Is it {near[0]}?" if near else f'Declare it: [blocks.{block}.fields], then {name} = "What the desk calls it".'
                yield "block", f"blocks/{file} reads row.fields.{name}, which theme.toml does not declare", remedy
    for name in names:
        if name not in read:
            yield "note", f"[blocks.{block}.fields] declares {name!r}, which no template reads", f"Write {{{{ row.fields.{name} }}}}."


def _field(where: str, name: str, said: object) -> BlockField:
    if isinstance(said, str):
        said = {"label": said}
    if not _NAME.fullmatch(name):
        raise RenderError(f"{where}: {name!r} is no name for a field; use small letters, digits and underscores")
    if (
        not isinstance(said, Mapping)
        or not said.keys() <= {"label", "kind", "hint"}
        or not all(isinstance(one, str) for one in said.values())
    ):
        raise RenderError(f'{where}: {name} takes label, kind and hint, each a text: {name} = {{ label = "…", kind = "line" }}')
    kind = said.get("kind", "line")
    if kind not in KINDS:
        raise RenderError(f"{where}: {name} is of no kind {kind!r}; there are: {', '.join(KINDS)}")
    return BlockField(name=name, label=said.get("label") or name.replace("_", " ").capitalize(), kind=kind, hint=said.get("hint", ""))


def _filled(field: BlockField, value: str) -> str | list[str]:
    if field.kind == "address":
        return web_address(value) or ""
    if field.kind == "text":
        return [said for part in re.split(r"\n\s*\n", value) if (said := plain(part, _TEXT))]
    return plain(value, _LINE)
