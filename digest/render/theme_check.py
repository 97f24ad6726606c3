"""What is wrong with a theme, as findings: its settings, its colours, and what it makes of specimens of every size."""

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from digest.errors import RenderError
from digest.model.edition import Edition, Finding, Severity
from digest.model.newsletter import PlannedSection, SectionKind
from digest.render.blocks import FRAME
from digest.render.contrast import contrast_faults
from digest.render.email import render_edition
from digest.render.fields import fields_of, unread
from digest.render.press import Press
from digest.render.slots import split
from digest.render.specimen import corrected, edition_of, specimen_newsletter, specimens, with_fields
from digest.render.text import COLUMNS, width
from digest.render.theme import Theme, known_settings

_HTML_OF_A_NORMAL_EDITION: Final = 75_000  # bytes, 9 articles and 6 briefs
_CLIPPED: Final = 100_000  # bytes; some programs cut a mail off near here
_PUT_RIGHT: Final = "Put-right-in-one-word."
_NEEDED_SLOTS: Final = {"unsubscribe_url": "the unsubscribe link", "preferences_url": "the link to preferences"}


def check_theme(press: Press, name: str) -> tuple[Finding, ...]:
    """Return what is wrong with the theme; raises RenderError only where there is none of that name or its theme.toml cannot be read."""
    theme = press.theme(name)
    found = [*_settings(theme.settings)]
    for scheme in ("light", "dark"):
        colours = theme.settings.get(scheme)
        if isinstance(colours, Mapping):
            found += [
                _finding("contrast", Severity.BLOCK, f"{scheme}: {fault}", f"Change it in [{scheme}] of theme.toml.")
                for fault in contrast_faults(colours)
            ]
    for size, edition in specimens().items():
        found += _specimen(press, name, size, edition)
    found += _own_blocks(press, theme)
    found += _leaving(press, name)
    found += _correcting(press, name)
    return tuple(dict.fromkeys(found))


def _settings(settings: Mapping[str, Any]) -> Iterator[Finding]:
    """What no theme of ours has is most likely misspelt; what is of another kind stopped the theme already (theme_shape)."""
    known = known_settings()
    for table, of_what in (("", known), *((key, value) for key, value in known.items() if isinstance(value, Mapping) and key != "blocks")):
        mine = settings.get(table, {}) if table else settings
        where = f"[{table}]" if table else "the top of theme.toml"
        for key, value in mine.items():
            if key not in of_what and not (isinstance(value, Mapping) or key in {"extends", "hosts"}):
                near = difflib.get_close_matches(key, list(of_what), 1)
                remedy = f"Is it {near[0]}?" if near else "Take it out, unless a template of yours reads it."
                yield _finding("unknown_setting", Severity.NOTE, f"{where} says {key!r}, which no theme of ours reads", remedy)


def _leaving(press: Press, name: str) -> Iterator[Finding]:
    """Whether readers could leave sections out of this theme's mail; said once, where the mail is well otherwise."""
    edition = specimens()["normal"]
    plan = tuple(PlannedSection(key=one.key, kind=one.kind, optional=one.kind is not SectionKind.LEAD) for one in edition.sections)
    try:
        render_edition(press, edition, specimen_newsletter(name))
    except RenderError:
        return
    try:
        render_edition(press, edition, replace(specimen_newsletter(name), plan=plan))
    except RenderError as error:
        yield _finding("segments", Severity.WARN, str(error), "Until then no section of a plan in this theme can be optional.")


def _correcting(press: Press, name: str) -> Iterator[Finding]:
    """Whether this theme's mail says what was wrong where it corrects an earlier one, in both parts."""
    said = corrected(specimens()["thin"])
    said = replace(said, correction=replace(said.correction, html=f"<p>{_PUT_RIGHT}</p>")) if said.correction else said
    try:
        rendered = render_edition(press, said, specimen_newsletter(name))
    except RenderError:
        return
    for part, body, kind in (("HTML", rendered.html.partition("<body")[2], "mjml"), ("text", rendered.text, "txt")):
        if _PUT_RIGHT not in body:
            message = f"the {part} part does not show what a correction puts right"
            include = f'{{% include "blocks/correction.{kind}" %}}'
            remedy = f"Write {include} after the masthead in editions/edition.{kind}; until then no correction in this theme is approved."
            yield _finding("correction", Severity.WARN, message, remedy)


def _own_blocks(press: Press, theme: Theme) -> Iterator[Finding]:
    """Blocks that ask for fields of their own: what is declared against what is read, and a section with every field filled."""
    for block in sorted(theme.blocks - FRAME):
        try:
            declared = fields_of(theme.settings, block)
        except RenderError as error:
            yield _finding("field", Severity.BLOCK, str(error), "Mend it in theme.toml.")
            continue
        faults = [*unread(theme, block)]
        for severity, message, remedy in faults:
            yield _finding("field", Severity(severity), message, remedy)
        if declared and not any(severity == Severity.BLOCK for severity, _, _ in faults):
            said = {field.name: "https://harbour.example/field" if field.kind == "address" else field.label for field in declared}
            yield from _specimen(press, theme.name, block, with_fields(edition_of(4, 2, 1), block, said))
    for block, table in theme.settings.get("blocks", {}).items():
        if isinstance(table, Mapping) and "fields" in table and block not in theme.blocks - FRAME:
            near = difflib.get_close_matches(block, sorted(theme.blocks - FRAME), 1)
            remedy = f"Is it {near[0]}?" if near else f"Add blocks/{block}.mjml, or take the table out."
            message = f"[blocks.{block}.fields] declares fields of a block that the theme has not as one of its own"
            yield _finding("field", Severity.BLOCK, message, remedy)


def _specimen(press: Press, name: str, size: str, edition: Edition) -> Iterator[Finding]:
    """What comes to light when an edition is rendered: a template's fault, weight, wide lines, links that a mail must have."""
    for language in ("en", "ar") if size == "normal" else ("en",):
        try:
            rendered = render_edition(press, edition, specimen_newsletter(name, language))
        except RenderError as error:
            yield _finding("template", Severity.BLOCK, str(error), "Mend the template.")
            return
        newsletter = specimen_newsletter(name)
        for part, body in (("HTML", rendered.html), ("text", rendered.text)):
            slots = {slot for _, slot, _ in split(body, rendered.marker)}
            for slot, said in _NEEDED_SLOTS.items():
                if slot not in slots:
                    remedy = f'Write {{{{ slot("{slot}") }}}}, as blocks/footer of review does.'
                    yield _finding("footer", Severity.BLOCK, f"the {part} part has no place for {said}", remedy)
            if newsletter.postal_address not in body:
                yield _finding(
                    "footer", Severity.BLOCK, f"the {part} part lacks the postal address", "Write {{ newsletter.postal_address }}."
                )
        wide = [line for line in rendered.text.split("\n") if width(line) > COLUMNS and " " in line.strip() and rendered.marker not in line]
        if any("://" not in line for line in wide):
            remedy = "Put what may be long through the filter: {{ text|wrapped }}."
            yield _finding("wide_text", Severity.WARN, f"lines of the text part are over {COLUMNS} columns: {wide[0][:90]}", remedy)
        if size == "normal" and rendered.html_bytes > _HTML_OF_A_NORMAL_EDITION:
            message = f"nine articles and six briefs weigh {rendered.html_bytes // 1000} KB; {_HTML_OF_A_NORMAL_EDITION // 1000} is plenty"
            yield _finding(
                "heavy", Severity.WARN, message, f"Programs cut a mail off near {_CLIPPED // 1000} KB: fewer tables and columns."
            )


def _finding(code: str, severity: Severity, message: str, remedy: str) -> Finding:
    return Finding(code=code, severity=severity, message=message, remedy=remedy)
