"""Dates in words and numbers: the forms of RFC 822, ISO 8601, day-month-year in ten languages, and epochs."""

import re
from datetime import UTC, date, datetime, timedelta

from digest.gather.date_zones import ZONE, Untrue, in_utc

# The first letters of a month in the languages of news: English, German, French, Spanish, Portuguese, Italian, Dutch, the Nordic ones,
# Ukrainian, Russian, Polish, Turkish, Greek.
_MONTHS = {
    prefix: number
    for number, prefixes in enumerate(
        (
            "jan ene gen січ янв sty oca ιαν jän",
            "feb fev fév лют фев lut şub φεβ",
            "mar mär mrz maa mrt бер мар μαρ már",
            "apr avr abr кві апр kwi nis απρ ápr",
            "may mai mag maj mei máj тра мая май μαϊ μάι μαΐ",
            "jun juin giu чер июн cze haz ιουν jún",
            "jul juil lug лип июл lip tem ιουλ júl",
            "aug ago aoû aou сер авг sie ağu αυγ",
            "sep set вер сен wrz eyl σεπ szep",
            "oct okt out ott жов окт paź eki οκτ",
            "nov лис ноя lis kas νοε νοέ",
            "dec déc dez dic des гру дек gru ara δεκ",
        ),
        1,
    )
    for prefix in prefixes.split()
}
_TIME = (
    r"(?P<hour>\d{1,2})[:.hH时時시](?P<minute>\d{2})(?:[:.m分](?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9})\d*)?)?"
    r"(?:\s*(?P<half>[ap]\.?m\b\.?))?(?:\s*uhr\b)?"
)
_WEEKDAY = r"(?:[^\W\d]{1,13}(?:-feira)?(?:\.,?\s*|,\s*|\s+))?"
_JOIN = r"(?:\s*(?:,|-|–|—|\||at|um|à|kl\.?|a las|às|alle|о|в|om|T)\s*|\s+)"
_DAY_FIRST = re.compile(
    rf"{_WEEKDAY}(?P<day>\d{{1,2}})(?:st|nd|rd|th|er|º|ª)?[\s.-]*(?:(?:de|of)\s+)?(?P<month>[^\W\d_]{{3,12}}|\d{{1,2}}월)[\s.,-]*(?:(?:de|del)\s+)?"
    rf"(?P<year>\d{{4}}|\d{{2}})(?:\s?[гр]\.)?(?:{_JOIN}{_TIME})?{ZONE}",
    re.IGNORECASE,
)
_MONTH_FIRST = re.compile(
    rf"{_WEEKDAY}(?P<month>[^\W\d_]{{3,12}})\.?\s*(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[\s,]+(?P<year>\d{{4}})(?:{_JOIN}{_TIME})?{ZONE}",
    re.IGNORECASE,
)
_CTIME = re.compile(rf"{_WEEKDAY}(?P<month>[^\W\d_]{{3,9}})\s+(?P<day>\d{{1,2}})\s+{_TIME}{ZONE}\s+(?P<year>\d{{4}})", re.IGNORECASE)
_ISO = re.compile(
    rf"(?P<year>\d{{4}})(?:-(?P<month>\d{{1,2}})-(?P<day>\d{{1,2}})|(?P<m2>\d{{2}})(?P<d2>\d{{2}})|-(?P<of_year>\d{{3}})|-?W(?P<week>\d{{2}})(?:-?(?P<weekday>\d))?"
    rf"|[/.](?P<m3>\d{{1,2}})[/.](?P<d3>\d{{1,2}})|\s?[年년.]\s?(?P<m4>\d{{1,2}})\s?[月월.]\s?(?P<d4>\d{{1,2}})\s?[日일.]?)"
    rf"(?:(?:[T,]|\s)\s*(?:(?P<cjk>午前|午後|上午|下午|오전|오후)\s*)?(?:{_TIME}|(?P<h2>\d{{2}})(?:(?P<n2>\d{{2}})(?P<s2>\d{{2}})?)?))?{ZONE}",
    re.IGNORECASE,
)
_NUMBERS = re.compile(
    rf"{_WEEKDAY}(?P<first>\d{{1,2}})(?P<sign>[./-])\s?(?P<then>\d{{1,2}})(?P=sign)\s?(?P<year>\d{{4}}|\d{{2}})(?:{_JOIN}{_TIME})?{ZONE}",
    re.IGNORECASE,
)
_EPOCH = re.compile(r"\d{9,10}(?:\.\d+)?|\d{12,13}|\d{15,16}")


def in_words(text: str) -> datetime | None:
    """RFC 822 and its relatives: a month by its name. None where `text` is of no such form; raises Untrue where it cannot be."""
    match = _DAY_FIRST.fullmatch(text) or _MONTH_FIRST.fullmatch(text) or _CTIME.fullmatch(text)
    if match is None:
        return None
    word = match["month"].casefold()
    month = int(word[:-1]) if word.endswith("월") else _MONTHS.get(word[:4]) or _MONTHS.get(word[:3])
    return _moment(match, (_year(match["year"]), month, int(match["day"]))) if month else None


def iso(text: str) -> datetime | None:
    """ISO 8601 in all its forms, year first with other signs, and the East Asian ones."""
    match = _ISO.fullmatch(text)
    if match is None or re.fullmatch(r"\d{9,}", text):
        return None
    year = int(match["year"])
    if match["week"] or match["of_year"]:
        day = _calendar(match, year)
        return _moment(match, (day.year, day.month, day.day))
    month, of_month = next((match[m], match[d]) for m, d in (("month", "day"), ("m2", "d2"), ("m3", "d3"), ("m4", "d4")) if match[m])
    return _moment(match, (year, int(month), int(of_month)))


def epoch(text: str) -> datetime | None:
    """Seconds, milliseconds or microseconds since 1970."""
    if not _EPOCH.fullmatch(text):
        return None
    number = float(text)
    return datetime.fromtimestamp(number / (1e6 if number > 1e14 else 1e3 if number > 1e11 else 1), UTC)


def in_numbers(text: str) -> datetime | None:
    """Day, month and year in numbers, the year last: with points the day is first, with others only where one of them cannot be a month."""
    match = _NUMBERS.fullmatch(text)
    if match is None:
        return None
    first, then = int(match["first"]), int(match["then"])
    if match["sign"] != "." and len(match["year"]) == 2:
        raise Untrue  # 3/4/26 is one of four days
    if match["sign"] == "." or first > 12 or first == then:
        day, month = first, then
    elif then > 12:
        day, month = then, first
    else:
        raise Untrue  # 3/4/2026 is two days: nobody can say which
    return _moment(match, (_year(match["year"]), month, day))


def _calendar(match: re.Match[str], year: int) -> date:
    try:
        if match["week"]:
            return date.fromisocalendar(year, int(match["week"]), int(match["weekday"] or 1))
        return date(year, 1, 1) + timedelta(days=int(match["of_year"]) - 1)
    except (ValueError, OverflowError) as error:
        raise Untrue from error


def _year(text: str) -> int:
    year = int(text)
    return year if len(text) == 4 else year + (2000 if year < 70 else 1900)


def _moment(match: re.Match[str], day: tuple[int, int, int]) -> datetime:
    """The moment of `day` (year, month, day) at the time and in the zone that `match` found."""
    found = match.groupdict()
    hour, minute = int(found["hour"] or found.get("h2") or 0), int(found["minute"] or found.get("n2") or 0)
    # A leap second exists in ISO 8601 and not in datetime.
    second = min(int(found["second"] or found.get("s2") or 0), 59) if (found["second"] or "0") <= "60" else 99
    half = (found["half"] or "").lower().replace(".", "") or {"午後": "pm", "下午": "pm", "오후": "pm"}.get(found.get("cjk") or "", "")
    if half and hour <= 12:
        hour = hour % 12 + 12 * half.startswith("p")
    days = 0
    if hour == 24 and minute == second == 0:
        hour, days = 0, 1  # ISO 8601: the midnight at the day's end
    try:
        clock = datetime(*day, hour, minute, second, int((found["fraction"] or "0").ljust(6, "0")[:6]))  # noqa: DTZ001  in_utc sets it
        return in_utc(clock, match) + timedelta(days=days)
    except (ValueError, OverflowError) as error:
        raise Untrue from error
