"""The small phrases of a mail, from a theme's words: who wrote it, how long it takes, what is inside."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

Words = Mapping[str, Any]


def long_date(moment: datetime, zone: str, words: Words) -> str:
    """Return the day in the newsletter's zone in the theme's words, as "Saturday 28 November 2026"."""
    day = moment.astimezone(ZoneInfo(zone))
    names = {"weekday": words["weekdays"][day.weekday()], "month": words["months"][day.month - 1]}
    return str(words["date"]).format(day=day.day, year=day.year, **names)


def day_said(moment: datetime | None, zone: str, words: Words) -> str:
    """Return the weekday in the newsletter's zone, cut to three letters as lists of days are; "" where it is not known."""
    return str(words["weekdays"][moment.astimezone(ZoneInfo(zone)).weekday()])[:3] if moment else ""


def listed(parts: Sequence[str], words: Words) -> str:
    """Return "a, b and c"."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {words['and']} {parts[-1]}"


def minutes_said(minutes: int, words: Words) -> str:
    """Return "1 minute", "9 minutes", with a space that does not break."""
    return f"{minutes}\u00a0{words['minute'] if minutes == 1 else words['minutes']}"


def byline(authors: Sequence[str], outlet: str, minutes: int | None, words: Words) -> str:
    """Return "Ada Lind and Jo Ruiz, 7 minutes", or what is known of it; the outlet stands in for nameless authors."""
    who = listed(authors, words) or outlet
    return ", ".join(part for part in (who, minutes_said(minutes, words) if minutes else "") if part)


def inside(articles: int, briefs: int, answers: int, words: Words) -> str:
    """Return a sentence: Nine articles, six briefs from elsewhere and one word from the podium."""
    counted = [(articles, "article", "articles"), (briefs, "brief", "briefs"), (answers, "answer", "answers")]
    parts = [f"{figure(count, words)} {words[one] if count == 1 else words[many]}" for count, one, many in counted if count]
    sentence = listed(parts, words)
    return f"{sentence[:1].upper()}{sentence[1:]}." if sentence else ""


def minutes_more(behind: int, words: Words) -> str:
    """Return "52 more if you open everything", or "" where nothing lies behind the links."""
    return f"{behind} {words['behind']}" if behind else ""


def figure(count: int, words: Words) -> str:
    """Return a number in words as far as the theme has them: six, twelve, 13."""
    figures: Sequence[str] = words["figures"]
    return figures[count] if count < len(figures) else str(count)
