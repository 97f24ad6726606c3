"""Pages: the Jinja environment of templates/web, its filters, and the static files by their hash."""

import hashlib
import re
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from digest.errors import RenderError
from digest.web import moments

_STATIC: Final = Path(__file__).parent / "static"
_COMMAND: Final = re.compile("`([^`]*)`")
_TYPES: Final = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}


class Pages:
    """Templates and static files, read once; `roots` are the template folders in search order."""

    def __init__(self, roots: Sequence[Path], *, queues: bool) -> None:
        self.static = {path.name: path.read_bytes() for path in sorted(_STATIC.rglob("*")) if path.suffix in _TYPES}
        self.hashes = {name: hashlib.sha256(body).hexdigest()[:16] for name, body in self.static.items()}
        self._environment = Environment(
            loader=FileSystemLoader([root / "web" for root in roots]),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals["static"] = lambda name: f"/static/{self.hashes[name]}/{name}"
        self._environment.globals["has_queues"] = queues
        self._environment.filters.update(
            when=moments.when,
            when_long=moments.when_long,
            day_long=moments.day_long,
            day_short=moments.day_short,
            clock_time=moments.clock_time,
            in_words=moments.in_words,
            time_of_day=moments.time_of_day,
            is_date=moments.is_date,
            parts_left=moments.parts_left,
            left=moments.left,
            weekday=moments.weekday_name,
            kb=lambda size: f"{size / 1000:.1f}",
            count=lambda number: f"{number:,}",
            coded=_coded,
            percent=_percent,
            hours=_hours,
        )

    def __call__(self, template: str, *, status: int = 200, headers: dict[str, str] | None = None, **data: Any) -> HTMLResponse:  # noqa: ANN401  what a template shows
        """Return the page that a template makes of `data`."""
        return HTMLResponse(self._environment.get_template(template).render(data), status_code=status, headers=headers)

    @staticmethod
    def content_type(name: str) -> str:
        """Return the Content-Type of a static file."""
        return _TYPES[Path(name).suffix]


def open_pages(roots: Sequence[Path], *, queues: bool = False) -> Pages:
    """Open the pages; `queues` says whether there is a page of queues to lead to. Raises RenderError where no root holds them."""
    if not any((root / "web" / "base.html").is_file() for root in roots):
        raise RenderError(f"the templates of the web are missing from {', '.join(map(str, roots))}; install the package anew")
    return Pages(roots, queues=queues)


def _coded(text: str) -> Markup:
    """Escape a sentence and set its `commands` in code."""
    return Markup(_COMMAND.sub(r"<code>\1</code>", str(escape(text))))  # noqa: S704  escaped the line before anything is added


def _percent(part: int, whole: int) -> str:
    if not whole:
        return "0 %"
    share = 100 * part / whole
    return "100 %" if part == whole else f"{min(share, 99.9):.1f} %"


def _hours(span: timedelta) -> str:
    hours = span.total_seconds() / 3600
    return f"{hours:g} hour{'' if hours == 1 else 's'}"
