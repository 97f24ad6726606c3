"""Dates in the odd forms of the wild."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.gather.dates import parse_date

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SAID = """
Mon, 02 Nov 2026 10:00:00 GMT = 2026-11-02T10:00:00
Mon, 2 Nov 2026 10:00:00 +0100 = 2026-11-02T09:00:00
Mon, 02 Nov 2026 10:00:00 +01:00 = 2026-11-02T09:00:00
Mon, 02 Nov 2026 10:00 EST = 2026-11-02T15:00:00
2 Nov 26 10:00 EDT = 2026-11-02T14:00:00
Mon, 02 Nov 98 10:00:00 GMT = 1998-11-02T10:00:00
Monday, 02 November 2026 10:00:00 UT = 2026-11-02T10:00:00
Mon, 02-Nov-2026 10:00:00 GMT = 2026-11-02T10:00:00
Mon,02 Nov 2026 10:00:00.123 GMT = 2026-11-02T10:00:00.123000
Mon, 02 Nov 2026, 10.00.00 GMT = 2026-11-02T10:00:00
Mon, 02 Nov 2026 10:00:00 PM GMT = 2026-11-02T22:00:00
Mon, 02 Nov 2026 10:00:00 CET = 2026-11-02T09:00:00
Mon, 02 Nov 2026 10:00:00 MSK = 2026-11-02T07:00:00
Sun, 1 Nov 2026 10:00:00 IST = 2026-11-01T04:30:00
Mon, 02 Nov 2026 10:00:00 GMT+1 = 2026-11-02T09:00:00
Mon, 02 Nov 2026 10:00:00 UTC+02:00 = 2026-11-02T08:00:00
Mon, 02 Nov 2026 10:00:00 -0800 (PST) = 2026-11-02T18:00:00
Mon, 02 Nov 2026 10:00:00 America/New_York = 2026-11-02T15:00:00
July 2, 2026 10:00 am ET = 2026-07-02T14:00:00
Mon, 02 Nov 2026 10:00:00 A = 2026-11-02T10:00:00
Mon, 02 Nov 2026 10:00:00 = 2026-11-02T10:00:00
Mon, 02 Nov 2026 24:00:00 GMT = 2026-11-03T00:00:00
Mon, 02 Nov 2026 23:59:60 GMT = 2026-11-02T23:59:59
Tue, 02 Nov 2026 10:00:00 GMT = 2026-11-02T10:00:00
Mon Nov 02 10:00:00 2026 = 2026-11-02T10:00:00
Mon Nov  2 10:00:00 GMT 2026 = 2026-11-02T10:00:00
Mon Nov 02 10:00:00 +0100 2026 = 2026-11-02T09:00:00
Sun Nov 1 2026 10:00:00 GMT+0000 (Coordinated Universal Time) = 2026-11-01T10:00:00
November 2, 2026 at 10:00 AM EST = 2026-11-02T15:00:00
Nov 2 2026 12:05AM = 2026-11-02T00:05:00
Sunday, November 1, 2026 - 10:00 = 2026-11-01T10:00:00
1-Nov-2026 = 2026-11-01T00:00:00
2026-11-02 = 2026-11-02T00:00:00
2026-11-02T10:00:00+01:00 = 2026-11-02T09:00:00
2026-11-02T10:00:00.000-0500 = 2026-11-02T15:00:00
2026-11-02T10Z = 2026-11-02T10:00:00
2026-11-02 10:00:00 +0000 UTC = 2026-11-02T10:00:00
2026-11-02 10:00:00 CET = 2026-11-02T09:00:00
2026-11-02T10:00:00,5Z = 2026-11-02T10:00:00.500000
2026-11-02T10:00:00[Europe/Berlin] = 2026-11-02T09:00:00
2026-11-02T24:00:00Z = 2026-11-03T00:00:00
2026-11-02 10:00 PM = 2026-11-02T22:00:00
20261102T100000Z = 2026-11-02T10:00:00
2026-306 = 2026-11-02T00:00:00
2026-W45-1 = 2026-11-02T00:00:00
2026-1-2 3:04:05 = 2026-01-02T03:04:05
2026/11/02 10:00:00 = 2026-11-02T10:00:00
13/11/2026 10:00 = 2026-11-13T10:00:00
11/13/2026 10:00 AM = 2026-11-13T10:00:00
02.11.2026, 10:00 Uhr = 2026-11-02T10:00:00
Montag, 2. November 2026 10:00 = 2026-11-02T10:00:00
Di, 03 Mär 2026 10:00:00 +0100 = 2026-03-03T09:00:00
lun., 02 févr. 2026 10:00:00 +0100 = 2026-02-02T09:00:00
2 novembre 2026 à 10:00 = 2026-11-02T10:00:00
Lun, 02 Ene 2026 10:00:00 GMT = 2026-01-02T10:00:00
2 de noviembre de 2026 = 2026-11-02T00:00:00
Seg, 02 Fev 2026 10:00:00 -0300 = 2026-02-02T13:00:00
Пн, 02 ноя 2026 10:00:00 +0300 = 2026-11-02T07:00:00
2 листопада 2026 = 2026-11-02T00:00:00
2026年11月2日 10:00 = 2026-11-02T10:00:00
2026年11月2日 下午3:05 = 2026-11-02T15:05:00
월, 02 11월 2026 10:00:00 +0900 = 2026-11-02T01:00:00
1793700000 = 2026-11-03T10:00:00
1793700000000 = 2026-11-03T10:00:00
"""
CANNOT_BE = """
Mon, 02 Nov 2026 25:00:00 GMT
Mon, 02 Nov 2026 10:61:00 GMT
Mon, 32 Nov 2026 10:00:00 GMT
Mon, 02 Nov 2026 10:00:00 +9900
Mon, 02 Nov 102 10:00:00 GMT
Thu, 01 Jan 1970 00:00:00 GMT
Mon, 02 Nov 1926 10:00:00 GMT
Wed, 25 Nov 2026 10:00:00 GMT
2026-13-02T10:00:00Z
2026-02-30T10:00:00Z
2026-11-02T25:00:00Z
2026-11-02T24:01:00Z
2026-11-02T10:00:00+25:00
0000-00-00 00:00:00
0001-01-01T00:00:00Z
11/02/2026
02-11-2026 10:00
3/4/26
10:00
2026
0
yesterday
2 days ago
Invalid Date 1
"""


@pytest.mark.parametrize("line", SAID.strip().splitlines())
def test_a_date_is_read_as_its_publisher_meant_it(line: str) -> None:
    text, _, moment = line.partition(" = ")
    assert parse_date(text, NOW) == datetime.fromisoformat(moment).replace(tzinfo=UTC)


@pytest.mark.parametrize("text", CANNOT_BE.strip().splitlines())
def test_a_date_that_cannot_be_true_is_none(text: str) -> None:
    assert parse_date(text, NOW) is None


@given(st.datetimes(datetime(1996, 1, 1), datetime(2026, 11, 20)))  # noqa: DTZ001  the strategy wants naive bounds
def test_what_python_writes_is_read_back(moment: datetime) -> None:
    moment = moment.replace(microsecond=0, tzinfo=UTC)
    for form in ("%a, %d %b %Y %H:%M:%S GMT", "%Y-%m-%dT%H:%M:%SZ", "%A, %B %d, %Y %I:%M:%S %p", "%d.%m.%Y %H:%M:%S", "%Y%m%dT%H%M%SZ"):
        assert parse_date(moment.strftime(form), NOW) == moment, form
