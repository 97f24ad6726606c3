"""The draft: an edition laid out by the newsletter's plan, and whether it came out too thin to go."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from digest.compose.ids import Ids
from digest.compose.items import article_of, brief_of
from digest.compose.plan import Offer, Pick, fill_plan
from digest.compose.wording import date_words, dek_from, fill_pattern
from digest.model.edition import Article, Brief, Edition, Item, Note, Section
from digest.model.newsletter import Newsletter, PlannedSection, SectionKind, WhenThin
from digest.model.source import Source
from digest.model.story import Weighed
from digest.model.week import zone_of


@dataclass(frozen=True, slots=True, kw_only=True)
class LaidOut:
    """A draft, and what became of every entry that was offered."""

    edition: Edition
    weighed: tuple[Weighed, ...]


def lay_out(newsletter: Newsletter, number: int, slot: datetime, offer: Offer) -> LaidOut:
    """Lay out the edition of `slot` (aware UTC) from what is offered; its sources say whose text may be shown in full.

    The same offer gives the same edition, ids included, in whatever order its stories come. Raises InputError where the
    newsletter's subject or preheader pattern cannot be filled.
    """
    ids = Ids()
    sections = []
    plan = fill_plan(newsletter, offer)
    for filled in plan.sections:
        items = tuple(_item(pick, offer.sources, ids) for pick in filled.picks)
        planned = filled.planned
        heading = planned.heading or (filled.heading.rstrip(" :") if filled.heading else None)
        sections.append(Section(id=ids.section(planned.key), key=planned.key, kind=planned.kind, heading=heading, items=items))
    lead = _first_article(sections)
    values = {
        "headline": lead.headline if lead else newsletter.name,
        "dek": (lead.dek or "") if lead else "",
        "number": str(number),
        "name": newsletter.name,
        "date": date_words(slot.astimezone(zone_of(newsletter.slot.zone)).date(), newsletter.language),
    }
    told = (kept for story in offer.stories for kept in story.tellings)
    summary = next((kept.entry.summary for kept in told if lead and kept.id == lead.entry), None)
    edition = Edition(
        newsletter_id=newsletter.id,
        number=number,
        slot=slot,
        subject=fill_pattern(newsletter.subject, values),
        preheader=fill_pattern(newsletter.preheader, values) or values["dek"] or dek_from(summary) or "",
        sections=tuple(sections),
    )
    return LaidOut(edition=edition, weighed=plan.weighed)


def thinness(edition: Edition, newsletter: Newsletter) -> WhenThin | None:
    """What the plan says where a section stays under its minimum: HOLD before SKIP; None where nothing stands in the way.

    Articles and briefs count, notes do not. A section that may be left out never stands in the way.
    """
    rules = {planned.thin for planned in newsletter.plan if count_of(edition, planned) < planned.minimum}
    return next((rule for rule in (WhenThin.HOLD, WhenThin.SKIP) if rule in rules), None)


def count_of(edition: Edition, planned: PlannedSection) -> int:
    """How many articles and briefs an edition holds in a planned section."""
    return sum(not isinstance(item, Note) for section in edition.sections if section.key == planned.key for item in section.items)


def _item(pick: Pick, sources: Mapping[str, Source], ids: Ids) -> Article | Brief:
    if pick.brief is not None:
        return brief_of(pick, pick.brief, ids)
    article = article_of(pick.kept, sources.get(pick.kept.source_id), pick.because, ids)
    return replace(article, pinned=True) if pick.pinned else article


def _first_article(sections: Sequence[Section]) -> Article | None:
    """The lead, or the first article where no section leads."""
    by_rank = sorted(sections, key=lambda section: section.kind is not SectionKind.LEAD)
    items: list[Item] = [item for section in by_rank for item in section.items]
    return next((item for item in items if isinstance(item, Article)), None)
