"""An editor's word on a story, said of an edition that somebody works on already: in, first, or out."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from digest.compose.ids import Ids
from digest.compose.items import article_of
from digest.errors import RefusedError
from digest.model.edition import Article, Brief, Edition, Item, Section
from digest.model.newsletter import PlannedSection
from digest.model.source import KeptEntry, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """What is taken in: the telling that is shown, its source, the planned section, who says so, and whether it stands first."""

    kept: KeptEntry
    source: Source | None
    planned: PlannedSection
    who: str
    pinned: bool = False


def accept(edition: Edition, acceptance: Acceptance) -> Edition:
    """Put a story's article at the end of its section, or first where it is pinned; one that stands elsewhere moves there."""
    kept, planned = acceptance.kept, acceptance.planned
    standing = [item for section in edition.sections for item in section.items if isinstance(item, Article) and item.entry == kept.id]
    without = turn_down(edition, [kept.id], briefs=False)
    if standing:
        article = replace(standing[0], pinned=acceptance.pinned)
    else:
        taken = frozenset(item.id for section in edition.sections for item in section.items)
        because = f"{'pinned' if acceptance.pinned else 'chosen'} by {acceptance.who}"
        article = replace(article_of(kept, acceptance.source, because, Ids(taken)), pinned=acceptance.pinned)
    sections = without.sections
    if all(section.key != planned.key for section in sections):
        fresh = Section(
            id=Ids(frozenset(one.id for one in sections)).section(planned.key), key=planned.key, kind=planned.kind, heading=planned.heading
        )
        sections = (*sections, fresh)
    place = next(section for section in sections if section.key == planned.key)
    items = _placed(place.items, article)
    return replace(without, sections=tuple(replace(one, items=items) if one is place else one for one in sections))


def turn_down(edition: Edition, entries: Collection[int], *, briefs: bool = True) -> Edition:
    """Take the articles of these entries out, and the briefs that came from them."""
    kinds: Mapping[type[Item], bool] = {Article: True, Brief: briefs}

    def stays(item: Item) -> bool:
        return not (kinds.get(type(item), False) and getattr(item, "entry", None) in entries)

    return replace(
        edition, sections=tuple(replace(one, items=tuple(item for item in one.items if stays(item))) for one in edition.sections)
    )


def section_for(plan: Collection[PlannedSection], key: str) -> PlannedSection:
    """Return the planned section of a key; raises RefusedError."""
    found = next((planned for planned in plan if planned.key == key), None)
    if found is None:
        raise RefusedError("that section is no longer in the plan; choose another one")
    return found


def _placed(items: tuple[Item, ...], article: Article) -> tuple[Item, ...]:
    if not article.pinned:
        return (*items, article)
    ahead = sum(bool(getattr(item, "pinned", False)) for item in items)
    return (*items[:ahead], article, *items[ahead:])
