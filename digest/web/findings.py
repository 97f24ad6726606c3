"""Findings as the desk shows them: in groups with what is folded, where each leads to, what passed, and what is known of the links."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from digest.compose.check import may_override
from digest.compose.checks.case import HEAD
from digest.compose.checks.codes import KINDS
from digest.compose.checks.links import links_of
from digest.compose.merge import CORRECTION, LETTERS, letter_of
from digest.model.edition import Edition, Finding, Severity
from digest.model.facts import LinkState
from digest.model.newsletter import Newsletter
from digest.store import Session, link_checks

# So many of a group stand open; the rest is folded. What blocks is hidden only in bulk.
_OPEN: Final = {"block": 20, "warn": 8, "note": 4, "answered": 3}
_TITLES: Final = {"block": "Blocks approval", "answered": "Answered for", "warn": "Deserves a look", "note": "Noted"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Findings of one weight: those that stand open, and those that are folded."""

    key: str
    title: str
    shown: tuple[Finding, ...]
    folded: tuple[Finding, ...]

    @property
    def count(self) -> int:
        """All of them."""
        return len(self.shown) + len(self.folded)


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkLine:
    """What is known of an edition's links: how many there are, of how many something, how many answer, when, and whether it goes on."""

    total: int
    known: int
    answer: int
    done: datetime | None
    waiting: bool


def groups_of(findings: Sequence[Finding]) -> tuple[Group, ...]:
    """Return the groups that hold anything, worst first."""
    by: dict[str, list[Finding]] = {key: [] for key in _TITLES}
    for one in findings:
        by["answered" if one.override is not None else one.severity.value].append(one)
    return tuple(
        Group(key=key, title=_TITLES[key], shown=tuple(found[: _OPEN[key]]), folded=tuple(found[_OPEN[key] :]))
        for key, found in by.items()
        if found
    )


def leads_to(edition: Edition) -> dict[str, str]:
    """Return, by a finding's place, the item whose form shows it."""
    found = {section.id: section.id for section in edition.sections}
    found |= {item.id: item.id for section in edition.sections for item in section.items}
    found |= {note.id: place for place in LETTERS if (note := letter_of(edition, place))}
    return found | {HEAD: HEAD, CORRECTION: CORRECTION}


def passed(findings: Sequence[Finding], newsletter: Newsletter, links: LinkLine) -> str:
    """Return the names of the checks that found nothing, as one line; those that had nothing to look at are not among them."""
    raised = {KINDS[finding.code].passed for finding in findings if finding.code in KINDS}
    unknown = {"links"} if not links.known else set()
    unknown |= set() if newsletter.style else {"house style"}
    return ", ".join(name for name in dict.fromkeys(kind.passed for kind in KINDS.values()) if name not in raised | unknown)


def summary(findings: Sequence[Finding]) -> str:
    """Return "1 blocking, 2 to look at, 1 noted", or "" where there are none; what somebody answered for does not block."""
    counts: Mapping[Severity, int] = {
        severity: sum(finding.severity is severity and finding.override is None for finding in findings) for severity in Severity
    }
    words = (
        (counts[Severity.BLOCK], "blocking"),
        (counts[Severity.WARN], "to look at"),
        (counts[Severity.NOTE], "noted"),
        (sum(finding.override is not None for finding in findings), "answered for"),
    )
    return ", ".join(f"{count} {word}" for count, word in words if count)


def link_line(session: Session, edition_id: int, edition: Edition) -> LinkLine:
    """Return what is known of an edition's links; nobody is asked."""
    urls = {one.url for one in links_of(edition)}
    known = link_checks.known(session, urls)
    done, waiting = link_checks.round_of(session, edition_id)
    good = sum(one.state in (LinkState.OK, LinkState.MOVED) for one in known.values())
    return LinkLine(total=len(urls), known=len(known), answer=good, done=done, waiting=waiting)


def open_to_override(finding: Finding) -> bool:
    """Whether the page offers to answer for it."""
    return finding.override is None and may_override(finding)
