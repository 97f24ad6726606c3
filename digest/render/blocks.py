"""What stands in a block that a theme brings of its own: a section set by the block of its key, and what each edition carries."""

from collections.abc import Mapping
from typing import Any, Final

from digest.errors import RenderError
from digest.render.clean import plain, web_address

Data = dict[str, Any]

# What a theme's frame, and the plan's kinds of section, are set by: a section's key never names one of these.
FRAME: Final = frozenset(
    {"preheader", "masthead", "correction", "title", "note", "contents", "footer", "lead", "thumb", "cards", "briefs", "podium"}
)
_HEADING: Final = 140
_TEXT: Final = 1_600
_NAME: Final = 90


def empty_row(kind: str) -> Data:
    """Return a row without anything in it; `kind` names the block that sets it."""
    return {"kind": kind, "articles": [], "briefs": [], "note": None, "notes": [], "notices": [], "lines": [], "fields": {}}


def notice_of_brief(brief: Mapping[str, Any]) -> Data:
    """Return a brief's data as a notice (sponsor, support): its lead as heading, its first source as who speaks and the address."""
    first = brief["sources"][0] if brief["sources"] else {"name": "", "url": None}
    return {
        "heading": brief["lead"],
        "paragraphs": brief["paragraphs"],
        "from": first["name"],
        "url": first["url"],
        "link": "",
        "links": brief["sources"],
    }


def standing_rows(settings: Mapping[str, Any], taken: frozenset[str]) -> list[Data]:
    """Return a row for each block that `standing` of theme.toml names and [blocks.NAME] fills, but for those `taken` by a section.

    Raises RenderError where these settings are not what they should be.
    """
    tables = settings.get("blocks", {})
    names = settings.get("standing", [])
    if not isinstance(tables, Mapping) or not isinstance(names, list):
        raise RenderError('theme.toml: `standing` is a list of names, and each has a table: standing = ["sponsor"], [blocks.sponsor]')
    rows: list[Data] = []
    for name in names:
        table = tables.get(name)
        if table is None or name in taken:
            continue
        if not isinstance(table, Mapping):
            raise RenderError(f"theme.toml: [blocks.{name}] is a table of texts, not {table!r}")
        row = empty_row(str(name))
        row["notices"].append(_notice(str(name), table))
        rows.append(row)
    return rows


def _notice(name: str, table: Mapping[str, Any]) -> Data:
    """The texts of a table: those that our own blocks know, clean, and whatever else the designer put in, as it is."""
    links = table.get("links", [])
    if not isinstance(links, list) or not all(isinstance(link, Mapping) and {"name", "url"} <= set(link) for link in links):
        raise RenderError(f'theme.toml: links of [blocks.{name}] are written as links = [{{ name = "…", url = "https://…" }}]')
    parts = [plain(part, _TEXT) for part in str(table.get("text", "")).split("\n\n")]
    return {
        **table,
        "heading": plain(str(table.get("heading", "")), _HEADING),
        "paragraphs": [_paragraph(part) for part in parts if part],
        "from": plain(str(table.get("from", "")), _NAME),
        "url": _address(name, table.get("url", "")),
        "link": plain(str(table.get("link", "")), _NAME),
        "links": [{"name": plain(str(link["name"]), _NAME), "url": _address(name, link["url"])} for link in links],
    }


def _address(name: str, url: object) -> str | None:
    address = web_address(str(url)) if url else None
    if url and address is None:
        raise RenderError(f"theme.toml: {url!r} in [blocks.{name}] is no address of the web; write it with https://")
    return address


def _paragraph(text: str) -> Data:
    return {"kind": "text", "runs": [{"text": text, "bold": False, "italic": False, "href": None}]}
