"""The press: what rendering needs opened once in a process."""

import json
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from digest.render.mjml import MjmlCompiler
from digest.render.theme import Theme, read_theme
from digest.render.tools import Job


class Press:
    """Themes and the process that sets type and compiles, each opened at its first use. Safe to share between threads."""

    def __init__(self, templates: Sequence[Path], public_url: str, pictures_url: str | None = None) -> None:
        """`templates` are the roots searched in order; `public_url` is where readers reach the service, without a slash.

        `pictures_url` is where pictures are served from, where that is elsewhere than below it.
        """
        self.public_url = public_url.rstrip("/")
        self.pictures_url = (pictures_url or f"{self.public_url}/pictures").rstrip("/")
        self.compiler = MjmlCompiler()
        self._roots = tuple(templates)
        self._themes: dict[str, Theme] = {}
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def theme(self, name: str) -> Theme:
        """Return the theme; raises RenderError where there is none of that name."""
        with self._lock:
            if name not in self._themes:
                self._themes[name] = read_theme(name, self._roots)
            return self._themes[name]

    def set_type(self, theme: str, template: str, context: Mapping[str, Any], tools: Job | None = None) -> str:
        """Render one template of a theme with plain data, in the child process; `tools` are what `tools_of` gave.

        Raises RenderError with its file, line and excerpt where it is at fault, takes too long or makes too much.
        """
        opened = self.theme(theme)
        folders = [str(folder) for folder in opened.folders]
        job = {"theme": theme, "folders": folders, "template": template, "context": context, "tools": tools}
        return self.compiler.set_type(f"template {theme}/{template}", json.dumps(job, default=str).encode())

    def close(self) -> None:
        """End the process."""
        self.compiler.close()


def open_press(templates: Sequence[Path], public_url: str, pictures_url: str | None = None) -> Press:
    """Open a press on the template roots in search order; nothing is read or started before the first edition."""
    return Press(templates, public_url, pictures_url)
