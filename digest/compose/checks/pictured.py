"""What became of an edition's pictures: which are not here, and why, and which will look poor."""

from collections.abc import Iterator
from typing import Final

from digest.compose.checks.case import Case, finding, items, lead_of
from digest.model.edition import Article, Finding, Severity
from digest.model.picture import PictureStanding
from digest.model.weburl import shown_url

_TALL: Final = 1.5
_WITHOUT: Final = "Without it the mail goes out well, with a card that has no picture."
_WAITS: Final = f"A worker fetches it within the minute; approve then. {_WITHOUT}"
_LATE: Final = "What was approved is what is sent. Take the approval back to see the mail with {them} and approve that, or leave it so."


def pictured(case: Case) -> Iterator[Finding]:
    """A picture that the mail has a place for and does not have, or has too small or too tall."""
    articles = {item.id: item for item in items(case.edition) if isinstance(item, Article)}
    lead = lead_of(case.edition)
    waiting = [standing for standing in case.facts.pictures if standing.picture is None and standing.trouble is None]
    if len(waiting) > 1:
        # One sentence for all: the minute after a draft was laid out is no list of troubles.
        yield finding("picture_waits", Severity.WARN, f"{len(waiting)} pictures are not here yet", _WAITS.replace(" it ", " them "), None)
    if case.facts.late:
        one = len(case.facts.late) == 1
        message = f"{'A picture' if one else f'{len(case.facts.late)} pictures'} came after the mail was approved without {_them(one=one)}"
        yield finding("picture_late", Severity.WARN, message, _LATE.format(them=_them(one=one)), None)
    for standing in case.facts.pictures:
        place = standing.wish.place
        leads = lead is not None and lead.id == place
        if standing.wish.logo:
            whose = "The theme’s logo for a dark ground" if place == "logo-dark" else "The theme’s logo"
        else:
            whose = "The lead picture" if leads or place not in articles else f"The picture of “{articles[place].headline}”"
        if standing in waiting:
            if len(waiting) == 1:
                yield finding("picture_waits", Severity.WARN, f"{whose} is not here yet", _WAITS, _place(standing))
        elif standing.picture is None:
            yield _missing(standing, whose)
        elif not standing.wish.logo:
            yield from _poor(standing, whose, leads=leads)


def _them(*, one: bool) -> str:
    return "it" if one else "them"


def _missing(standing: PictureStanding, whose: str) -> Finding:
    if standing.wish.logo:
        remedy = "Give the theme a PNG or JPEG that can be read; until then the newsletter’s name stands there in type."
    else:
        again = "Try it again, choose another, or take it out." if standing.lasting else "It is tried again by itself; or choose another."
        remedy = f"{again} {_WITHOUT}"
    return finding("picture_missing", Severity.WARN, f"{whose} is missing: {_reason(standing)}", remedy, _place(standing))


def _place(standing: PictureStanding) -> str | None:
    return None if standing.wish.logo else standing.wish.place


def _poor(standing: PictureStanding, whose: str, *, leads: bool) -> Iterator[Finding]:
    if standing.found is None:
        return
    wide, high = standing.found
    shown = standing.wish.width
    severity = Severity.WARN if leads else Severity.NOTE
    if wide < shown:
        message = f"{whose} is {wide} px wide, for a place of {shown}: it will look blurred"
        yield finding("picture_small", severity, message, f"Choose one that is {2 * shown} px wide or more.", standing.wish.place)
    if leads and high > _TALL * wide:
        message = f"{whose} is {high / wide:.1f} times as tall as it is wide: on a phone nothing else is seen"
        yield finding("picture_tall", severity, message, "Choose one that lies, or crop it.", standing.wish.place)


def _reason(standing: PictureStanding) -> str:
    """The reason without the address, which the form shows, and without the remedy, which is another here."""
    shown = shown_url(standing.wish.url.partition("#")[0])
    return (standing.trouble or "").removeprefix(f"{shown}: ").partition(";")[0].rstrip(".")
