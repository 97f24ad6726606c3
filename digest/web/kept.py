"""A page that gives back what was typed where a form could not be taken: signed out, too long, no database."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote_to_bytes

from fastapi.responses import Response

from digest.web.clash import LABELS
from digest.web.pages import Pages
from digest.web.values import LONGEST

Pairs = Sequence[tuple[str, str]]
# Forms that hold an editor's words. None of them holds a password.
_KEPT: Final = ("/editions/", "/newsletters", "/sources")
_EDITION: Final = re.compile(r"/editions/\d+")
_LABELS: Final = LABELS | {"why": "Word to the desk", "to": "To", "address": "Address of the picture"}
# These say which page it was, not what was typed.
_MACHINE: Final = frozenset({"revision", "state", "view", "settle", "held", "kind", "section", "item", "sha256", "picture", "once"})
_LONG: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """One field of a form that was not taken: `shown` where a person typed it."""

    name: str
    label: str
    value: str
    shown: bool


def keeps(path: str) -> bool:
    """Whether the form that was sent to `path` holds words to give back."""
    return path.startswith(_KEPT)


def given(pairs: Iterable[tuple[str, str]]) -> tuple[Given, ...]:
    """Return the fields of a form with the words of a person apart from what the page itself put in."""
    found = []
    for name, value in pairs:
        typed = name in _LABELS or len(value) > _LONG or "\n" in value
        found.append(Given(name=name, label=_LABELS.get(name, name.capitalize()), value=value, shown=typed and name not in _MACHINE))
    return tuple(found)


def too_long(fields: Iterable[Given]) -> tuple[str, ...]:
    """Return a sentence for each field that is longer than its limit."""
    return tuple(
        f"“{one.label}” has {len(one.value):,} characters; at most {LONGEST[one.name]:,} fit."
        for one in fields
        if one.shown and len(one.value) > LONGEST.get(one.name, len(one.value))
    )


def pairs_of(body: bytes) -> Pairs:
    """Return the fields of an urlencoded body, read flat: half a megabyte a millisecond, whatever it holds."""
    pieces = (part.replace(b"+", b" ").partition(b"=") for part in body.split(b"&") if part)
    return [(_text(name), _text(value)) for name, _, value in pieces]


def kept_page(pages: Pages, path: str, fields: Sequence[Given], said: tuple[int, str, Sequence[str]], **headers: str) -> Response:
    """Return the page: what happened, what is safe, and the words in a form that sends them once more."""
    status, title, sentences = said
    edition = _EDITION.match(path)
    data: Mapping[str, object] = {
        "title": title,
        "sentences": sentences,
        "path": path,
        "fields": fields,
        "sign_in": status == 401,
        "back": edition[0] if edition else "/",
    }
    return pages("kept.html", status=status, headers=headers, **data)


def _text(raw: bytes) -> str:
    return unquote_to_bytes(raw).decode("utf-8", "replace")
