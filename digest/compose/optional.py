"""Which sections of a plan readers may leave out: never the lead, never all of them, and no more than a mail can carry."""

import re
from collections.abc import Sequence
from typing import Final

from digest.model.newsletter import MOST_OPTIONAL, PlannedSection, SectionKind

_KEY: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,40}")


def optional_faults(plan: Sequence[PlannedSection]) -> dict[int, str]:
    """Return what is wrong with the plan's optional sections, as sentences by the place of a section, the first for its place."""
    faults: dict[int, str] = {}
    chosen = [place for place, section in enumerate(plan) if section.optional]
    for place in chosen:
        section = plan[place]
        if section.kind is SectionKind.LEAD:
            faults[place] = f"The lead {section.key!r} opens the mail of every reader; it cannot be optional."
        elif not _KEY.fullmatch(section.key):
            faults[place] = f"Readers' choices are kept by the key, and {section.key!r} is none: small letters, digits and hyphens only."
        elif any(other.key == section.key for other in plan[:place]):
            faults[place] = f"Another section above has the key {section.key!r}; readers choose by it."
    if chosen and len(chosen) == len(plan):
        faults.setdefault(chosen[-1], "One section at least must stay in every reader's mail.")
    for place in chosen[MOST_OPTIONAL:]:
        faults.setdefault(place, f"At most {MOST_OPTIONAL} sections may be optional.")
    return faults
