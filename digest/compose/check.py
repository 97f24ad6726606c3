"""What an editor should know before an edition goes: every check in order, and what editors have answered for."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import chain
from typing import Final

from digest.compose.checks.case import HEAD, Case, items
from digest.compose.checks.codes import KINDS
from digest.compose.checks.contrast import contrast
from digest.compose.checks.correction import correction
from digest.compose.checks.envelope import envelope
from digest.compose.checks.footer import footer
from digest.compose.checks.links import links
from digest.compose.checks.names import names
from digest.compose.checks.origins import bylines, drifted, silent, unsourced
from digest.compose.checks.pictured import pictured
from digest.compose.checks.pictures import pictures
from digest.compose.checks.placeholders import placeholders
from digest.compose.checks.repeats import ran_before, repeats
from digest.compose.checks.sections import sections
from digest.compose.checks.style import style
from digest.compose.checks.weight import BLOCK_BYTES, WARN_BYTES, weight
from digest.model.edition import Edition, Finding, Severity
from digest.model.facts import Facts
from digest.model.mailing import Rendered
from digest.model.newsletter import Newsletter

__all__ = ["BLOCK_BYTES", "CHECKS", "WARN_BYTES", "check", "content_of", "may_override"]

Check = Callable[[Case], Iterator[Finding]]
# A new check is a file beside these, its codes in `codes`, and a line here.
CHECKS: Final[tuple[Check, ...]] = (
    envelope,
    correction,
    sections,
    pictures,
    pictured,
    bylines,
    unsourced,
    repeats,
    ran_before,
    placeholders,
    names,
    style,
    links,
    drifted,
    silent,
    footer,
    contrast,
    weight,
)
NOTHING_LOOKED_UP: Final = Facts()
_ORDER: Final = (Severity.BLOCK, Severity.WARN, Severity.NOTE)


def check(edition: Edition, newsletter: Newsletter, rendered: Rendered | None, facts: Facts = NOTHING_LOOKED_UP) -> tuple[Finding, ...]:
    """Return the findings, sorted block, warn, note, what somebody answered for behind what blocks.

    `rendered` None leaves out what only the finished mail can tell. `facts` are what was looked up elsewhere.
    """
    case = Case(edition=edition, newsletter=newsletter, rendered=rendered, facts=facts)
    found = dict.fromkeys(_answered(case, one) for one in chain.from_iterable(one(case) for one in CHECKS))
    return tuple(sorted(found, key=lambda finding: (_ORDER.index(finding.severity), finding.override is not None)))


def may_override(finding: Finding) -> bool:
    """Whether an editor may answer for it: it blocks, and no law asks for what is missing."""
    return finding.severity is Severity.BLOCK and KINDS[finding.code].overridable


def content_of(edition: Edition, rendered: Rendered | None, place: str | None) -> str:
    """Return the hash of what a finding's place holds: an override is good for this and nothing else.

    The item, or the section with its items, or subject and preheader; of the whole its texts, and its bytes where they are rendered.
    """
    there: object = next((item for item in items(edition) if item.id == place), None)
    if there is None:
        there = next((section for section in edition.sections if section.id == place), None)
    if place == HEAD:
        there = (edition.subject, edition.preheader)
    if there is None:
        there = (edition, rendered.sha256 if rendered is not None else None)
    return hashlib.sha256(repr(there).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _answered(case: Case, finding: Finding) -> Finding:
    if not case.facts.overrides or not may_override(finding):
        return finding
    content = content_of(case.edition, case.rendered, finding.place)
    key = (finding.code, finding.place, finding.about, content)
    words = (one.word for one in case.facts.overrides if (one.code, one.place, one.about, one.content) == key)
    return replace(finding, override=next(words, None))
