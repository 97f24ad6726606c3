"""Sets type: one template of a theme with plain data; whatever is wrong in it is told with file, line, excerpt and remedy.

It runs in the child process, whose time and memory are limited: a template that never ends ends there. `OutOfTime` is what the
child raises in it.
"""

import difflib
import os
import re
import traceback
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError, TemplateNotFound, TemplateSyntaxError, UndefinedError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from digest.errors import RenderError
from digest.render.marks import marked_lines, open_comment
from digest.render.text import wrapped

LARGEST: Final = 4 << 20  # characters that a template may make; a heavy edition has 80,000
SECONDS: Final = 2  # of processor time, for one template
# Jinja would let these stand, and MRML or a mail program chokes on them.
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_OPENS: Final = re.compile(r"\{%[-+]?\s*(end)?(for|if|block|macro|call|filter|set|raw|with|autoescape)\b([^%]*)")


class OutOfTime(Exception):  # noqa: N818  caught here, and told as a fault of the template
    """The time for one template is up."""


class Typesetter:
    """The Jinja environments of a process, one for each theme's folders."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, ...], ImmutableSandboxedEnvironment] = {}

    def set_type(self, folders: Sequence[str], theme: str, template: str, context: Mapping[str, Any]) -> str:
        """Return what a template makes of `context`; `folders` are the theme's, in search order. Raises RenderError."""
        environment = self._known.setdefault(tuple(folders), _environment(folders))
        try:
            made = environment.get_template(template).render(context)
        except RenderError:
            raise
        except TemplateSyntaxError as error:
            message, line = _of_syntax(error)
            raise RenderError(_located(folders, theme, (error.filename or error.name or template, line), message)) from error
        except Exception as error:  # a template's fault can be anything that Python raises
            place = _place(error, folders)
            message = _said(error, context, environment)
            raise RenderError(_located(folders, theme, (place[0] or template, place[1]), message)) from error
        if len(made) > LARGEST:
            said = f"makes {len(made):,} characters, more than {LARGEST:,}: look for a loop that runs too often, or take articles out"
            raise RenderError(f"template {theme}/{template} {said}")
        return made


class _Told(StrictUndefined):
    """Says what there is, where a name is not there."""

    __slots__ = ()

    @property
    def _undefined_message(self) -> str:
        owner, name = self._undefined_obj, self._undefined_name
        if not isinstance(owner, Mapping) or not isinstance(name, str):
            return str(super()._undefined_message)
        near = difflib.get_close_matches(name, [str(key) for key in owner], 1)
        return f"there is no {name!r} here; " + (
            f"is it {near[0]!r}?" if near else f"there are: {', '.join(sorted(map(str, owner)))}"[:200]
        )


class _Files(FileSystemLoader):
    """The theme's files: in UTF-8, its own, each block and each line that begins with a tag marked with its place; no line moves."""

    def __init__(self, folders: Sequence[str]) -> None:
        super().__init__(folders, encoding="utf-8-sig")
        # An outlet's folders stand together below one, and a file of one may be a link to another's.
        self._homes = [os.path.realpath(Path(folder).parent) for folder in folders] + [os.path.realpath(folder) for folder in folders]

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        try:
            source, path, uptodate = super().get_source(environment, template)
        except UnicodeDecodeError as error:
            line = error.object[: error.start].count(b"\n") + 1
            what = f"this is not UTF-8 (byte {error.start}); save the file in UTF-8"
            raise TemplateSyntaxError(what, line, template, self._path(template)) from error
        except TemplateNotFound:
            raise
        except OSError as error:
            what = f"the file cannot be read: {error.strerror}"
            raise TemplateSyntaxError(what, 0, template, self._path(template)) from error
        real = os.path.realpath(path)
        if not any(os.path.commonpath([real, home]) == home for home in self._homes):
            raise TemplateSyntaxError(f"a link that leads out of the theme, to {real}; put the file itself there", 0, template, path)
        if control := _CONTROL.search(source):
            line = source.count("\n", 0, control.start()) + 1
            raise TemplateSyntaxError(f"a control character (U+{ord(control[0]):04X}) stands here; take it out", line, template, path)
        if template.endswith(".mjml") and (begun := open_comment(source)):
            raise TemplateSyntaxError("a comment begins here and never ends; write --> after it", begun, template, path)
        return marked_lines(source, template), path, uptodate

    def _path(self, template: str) -> str | None:
        return next((str(Path(folder) / template) for folder in self.searchpath if (Path(folder) / template).exists()), None)


def _environment(folders: Sequence[str]) -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        loader=_Files(folders),
        undefined=_Told,
        autoescape=lambda name: not (name or "").endswith(".txt"),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
    )
    environment.filters["wrapped"] = wrapped
    return environment


def _said(error: Exception, context: Mapping[str, Any], environment: Environment) -> str:
    """A fault in words that lead on."""
    if isinstance(error, OutOfTime):
        return f"it has been at this for {SECONDS} seconds, and a mail takes a hundredth of one; look for loops in one another"
    if isinstance(error, RecursionError):
        return "this includes or calls itself without an end, or nests too deep; give it an end, or take it out"
    if isinstance(error, MemoryError):
        return "this makes more than memory holds; look for a text that doubles, or for a width or count that is too large"
    if isinstance(error, TemplateNotFound):
        near = difflib.get_close_matches(str(error.name), _own(environment), 1, 0.5)
        return f"there is no file {error.name!r} in the theme; " + (f"is it {near[0]!r}?" if near else "make it, or take the line out")
    name = re.match(r"'(\w+)' is undefined", str(error)) if isinstance(error, UndefinedError) else None
    if name:
        near = difflib.get_close_matches(name[1], [*context, *environment.globals], 1)
        ask = f"is it {near[0]!r}?" if near else f"there are: {', '.join(sorted(context))}"
        return f"nothing is called {name[1]!r} here; {ask}"
    return str(error) if isinstance(error, TemplateError | LookupError | RenderError) else f"{error} ({type(error).__name__})"


def _own(environment: Environment) -> list[str]:
    return environment.loader.list_templates() if environment.loader else []


def _of_syntax(error: TemplateSyntaxError) -> tuple[str, int]:
    """Jinja's words and line; where something was opened and never closed, the line of that."""
    said = str(error.message)
    opened: list[tuple[str, int]] = []
    if "nexpected end of template" in said and error.source:
        for number, line in enumerate(error.source.split("\n"), 1):
            for end, word, rest in _OPENS.findall(line):
                if end and opened and opened[-1][0] == word:
                    opened.pop()
                elif not end and not (word == "set" and "=" in rest):
                    opened.append((word, number))
        if opened:
            return f"{{% {opened[-1][0]} %}} is opened here and never closed: write {{% end{opened[-1][0]} %}}", opened[-1][1]
    if said.startswith(("unexpected '<'", "unexpected char", "expected token 'end of")):
        said += "; is a {{ or {% not closed, here or on the line above?"
    return said, error.lineno


def _place(error: BaseException, folders: Sequence[str]) -> tuple[str | None, int | None]:
    """The innermost frame that lies in one of the theme's files: Jinja gives its templates' own lines in tracebacks.

    Of what calls itself without an end it is the line that comes again and again, not what that happened to set at the last.
    """
    ours = tuple(os.path.join(folder, "") for folder in folders)  # noqa: PTH118  as Jinja joins them
    frames = traceback.walk_tb(error.__traceback__)
    found = [(frame.f_code.co_filename, line) for frame, line in frames if frame.f_code.co_filename.startswith(ours)]
    if isinstance(error, RecursionError) and found:
        times = Counter(found)
        # The last round may be cut short.
        most = max(times.values())
        found = [place for place in found if times[place] >= most - 1]
    return found[-1] if found else (None, None)


def _located(folders: Sequence[str], theme: str, place: tuple[str, int | None], message: str) -> str:
    file, line = place
    path = Path(file)
    shown = next((f"{theme}/{path.relative_to(folder)}" for folder in folders if path.is_relative_to(folder)), f"{theme}/{file}")
    excerpt = ""
    if line and path.is_file():
        lines = path.read_text(encoding="utf-8", errors="replace").split("\n")
        if line <= len(lines):
            excerpt = f": {lines[line - 1].strip()[:120]}"
    words = re.sub(r"\s+", " ", message)[:400]
    return f"template {shown}{f', line {line}' if line else ''}: {words}{excerpt}"
