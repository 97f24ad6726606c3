"""The press: what rendering needs opened once in a process, and how a template's fault is told."""

import re
import threading
import traceback
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from digest.errors import RenderError
from digest.render.mjml import MjmlCompiler
from digest.render.text import wrapped
from digest.render.theme import Theme, read_theme


class Press:
    """Themes, their Jinja environments and the MJML process, each opened at its first use. Safe to share between threads."""

    def __init__(self, templates: Sequence[Path], public_url: str, pictures_url: str | None = None) -> None:
        """`templates` are the roots searched in order; `public_url` is where readers reach the service, without a slash.

        `pictures_url` is where pictures are served from, where that is elsewhere than below it.
        """
        self.public_url = public_url.rstrip("/")
        self.pictures_url = (pictures_url or f"{self.public_url}/pictures").rstrip("/")
        self.compiler = MjmlCompiler()
        self._roots = tuple(templates)
        self._themes: dict[str, tuple[Theme, ImmutableSandboxedEnvironment]] = {}
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def theme(self, name: str) -> Theme:
        """Return the theme; raises RenderError where there is none of that name."""
        return self._opened(name)[0]

    def set_type(self, theme: str, template: str, context: Mapping[str, Any]) -> str:
        """Render one template of a theme; raises RenderError with its file, line and excerpt where it is at fault."""
        opened, environment = self._opened(theme)
        try:
            return environment.get_template(template).render(context)
        except TemplateSyntaxError as error:
            raise RenderError(_located(opened, error.filename or error.name or template, error.lineno, str(error.message))) from error
        except (TemplateError, TypeError, ValueError, LookupError, ArithmeticError, AttributeError) as error:
            file, line = _place(error, opened)
            raise RenderError(_located(opened, file or template, line, f"{error}")) from error

    def close(self) -> None:
        """End the MJML process."""
        self.compiler.close()

    def _opened(self, name: str) -> tuple[Theme, ImmutableSandboxedEnvironment]:
        with self._lock:
            if name not in self._themes:
                theme = read_theme(name, self._roots)
                self._themes[name] = (theme, _environment(theme))
            return self._themes[name]


def open_press(templates: Sequence[Path], public_url: str, pictures_url: str | None = None) -> Press:
    """Open a press on the template roots in search order; nothing is read or started before the first edition."""
    return Press(templates, public_url, pictures_url)


class _Blocks(FileSystemLoader):
    """Begins each block with its name in a comment, so that whoever reads the MJML knows whose a line is; no line moves."""

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        source, path, uptodate = super().get_source(environment, template)
        named = template.startswith("blocks/") and template.endswith(".mjml")
        return f"<!-- {template} -->{source}" if named else source, path, uptodate


def _environment(theme: Theme) -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        loader=_Blocks(theme.folders),
        undefined=StrictUndefined,
        autoescape=lambda name: not (name or "").endswith(".txt"),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
    )
    environment.filters["wrapped"] = wrapped
    return environment


def _place(error: BaseException, theme: Theme) -> tuple[str | None, int | None]:
    """The innermost frame that lies in one of the theme's files: Jinja gives its templates' own lines in tracebacks."""
    folders = tuple(str(folder) for folder in theme.folders)
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.startswith(folders)]
    return (frames[-1].filename, frames[-1].lineno) if frames else (None, None)


def _located(theme: Theme, file: str, line: int | None, message: str) -> str:
    path = Path(file)
    shown = next(
        (f"{theme.name}/{path.relative_to(folder)}" for folder in theme.folders if path.is_relative_to(folder)), f"{theme.name}/{file}"
    )
    excerpt = ""
    if line and path.is_file():
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
        if line <= len(lines):
            excerpt = f": {lines[line - 1].strip()[:120]}"
    words = re.sub(r"\s+", " ", message)[:300]
    return f"template {shown}{f', line {line}' if line else ''}: {words}{excerpt}"
