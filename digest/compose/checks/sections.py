"""Sections against their plan: an empty edition, no lead, what is thin, empty or was left out."""

from collections.abc import Iterator

from digest.compose.checks.case import Case, finding, lead_of, name_of
from digest.compose.draft import count_of
from digest.model.edition import Edition, Finding, Severity
from digest.model.newsletter import Newsletter, PlannedSection, SectionKind, WhenThin


def sections(case: Case) -> Iterator[Finding]:
    """What the plan asked for and did not get."""
    edition, newsletter = case.edition, case.newsletter
    if not any(section.items for section in edition.sections):
        remedy = "Add an item, gather the sources, or give the plan other sources and categories."
        yield finding("empty_edition", Severity.BLOCK, "The edition is empty", remedy)
    if _wants_lead(edition, newsletter) and lead_of(edition) is None:
        leading = next((section.id for section in edition.sections if section.kind is SectionKind.LEAD), None)
        remedy = "Move an article into the lead section, or add one."
        yield finding("no_lead", Severity.BLOCK, "The edition has no lead article", remedy, leading)
    for section in edition.sections:
        if not section.items:
            message = f"The section {name_of(section)} is empty and will not be shown"
            yield finding("empty_section", Severity.WARN, message, "Add an item or move one there, or leave it empty.", section.id)
    for planned in newsletter.plan:
        yield from _thin(edition, planned)


def _thin(edition: Edition, planned: PlannedSection) -> Iterator[Finding]:
    count = count_of(edition, planned)
    if count >= planned.minimum:
        return
    section = next((one for one in edition.sections if one.key == planned.key), None)
    place = section.id if section else None
    name = name_of(section) if section else f"“{planned.heading or planned.key}”"
    message = f"The section {name} holds {count} of at least {planned.minimum} {'item' if planned.minimum == 1 else 'items'}"
    if planned.thin is WhenThin.HOLD:
        message += ", and the plan holds the edition for it"
        yield finding("thin_section", Severity.BLOCK, message, "Add items, or lower the section's minimum.", place, about=planned.key)
    elif planned.thin is WhenThin.SKIP:
        message += "; without an editor's approval the edition is skipped"
        yield finding("thin_section", Severity.WARN, message, "Add items, or approve it as it is.", place, about=planned.key)
    elif section is None:
        why = "nothing came for it" if planned.minimum == 1 else f"fewer than {planned.minimum} items came for it"
        remedy = "Nothing to do; lower its minimum to see it with less."
        yield finding("left_out_section", Severity.NOTE, f"The section {name} was left out: {why}", remedy, about=planned.key)
    elif section.items:
        yield finding("thin_section", Severity.WARN, message, "Add items, or leave it as it is.", place, about=planned.key)


def _wants_lead(edition: Edition, newsletter: Newsletter) -> bool:
    """A plan of briefs alone has no lead, and needs none."""
    kinds = [*(planned.kind for planned in newsletter.plan), *(section.kind for section in edition.sections)]
    return not kinds or SectionKind.LEAD in kinds
