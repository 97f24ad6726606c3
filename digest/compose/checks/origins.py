"""Where things come from: briefs without a source, doubtful bylines, what a source changed since, and sources that are silent."""

from collections.abc import Iterator
from dataclasses import replace

from digest.compose.checks.case import Case, finding, items, name_of
from digest.compose.drift import NAMES, difference
from digest.model.edition import Article, Brief, Finding, Severity
from digest.model.newsletter import SectionKind


def unsourced(case: Case) -> Iterator[Finding]:
    """A brief names the outlet it comes from; what was said from a podium names it in the heading."""
    for section in case.edition.sections:
        for item in section.items:
            if isinstance(item, Brief) and section.kind is not SectionKind.BRIEFING and not item.sources:
                message = f"The brief {name_of(item)} names no source"
                yield finding("brief_without_source", Severity.NOTE, message, "Name the outlet it comes from.", item.id)


def bylines(case: Case) -> Iterator[Finding]:
    """A byline that was read by rules that may err is noted until somebody saves it."""
    for item in items(case.edition):
        if isinstance(item, Article) and item.byline_unsure and item.authors:
            message = f"The byline of {name_of(item)} may be wrong: {', '.join(item.authors)}"
            remedy = "Compare it with the article's page; saving another byline, or this one again, settles it."
            yield finding("byline_unsure", Severity.NOTE, message, remedy, item.id)


def drifted(case: Case) -> Iterator[Finding]:
    """What the source corrected after the edition took it; an item that was removed since concerns nobody."""
    there = {item.id: item for item in items(case.edition)}
    for drift in case.facts.drift:
        item = there.get(drift.item)
        if item is None:
            continue
        what = NAMES.get(drift.field, drift.field)
        if drift.after is None:
            message, remedy = f"The source took out {name_of(item)}", "Ask why; take it out here too, or leave it."
        else:
            message = f"The source changed {what} of {name_of(item)} after the edition took it"
            remedy = "Take the new text, correct yours, or leave it as it is."
        words = tuple((one.kind, one.text) for one in difference(drift)) if drift.after is not None else ()
        found = finding("source_changed", Severity.WARN, message, remedy, drift.item, about=drift.field)
        yield replace(found, difference=words)


def silent(case: Case) -> Iterator[Finding]:
    """A source on which the edition depends and that does not answer."""
    for one in case.facts.silent:
        since = f"has been silent since {one.since:%d %B, %H:%M} UTC" if one.since else "was never reached"
        message = f"The source {one.name}, on which this edition depends, {since}"
        yield finding("silent_source", Severity.WARN, message, f"Look at its page under Sources. {one.why}", about=one.name)
