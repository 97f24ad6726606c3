"""Dates as pages show them: by points, by signs, beside the headline, in the address."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from digest.gather.dated import date_of_address
from digest.gather.dates import parse_date

Read = Callable[..., Any]
NOW = datetime(2026, 11, 22, tzinfo=UTC)
PROSE = "<p>The old pier will be closed from Monday while divers look at its wooden legs, the harbour office said on Friday.</p>" * 2


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("06.05.2018", "2018-05-06T00:00:00+00:00"),
        ("6.5.18", "2018-05-06T00:00:00+00:00"),
        ("06.05.2018, 19:51 Uhr", "2018-05-06T19:51:00+00:00"),
        ("2019年5月6日", "2019-05-06T00:00:00+00:00"),
        ("2019年5月6日 07:30", "2019-05-06T07:30:00+00:00"),
        ("2019. 5. 6.", "2019-05-06T00:00:00+00:00"),
        ("32.05.2018", None),
    ],
)
def test_points_and_signs_say_the_day_first_or_last(text: str, moment: str | None) -> None:
    found = parse_date(text, NOW)
    assert (found.isoformat() if found else None) == moment


@pytest.mark.parametrize(
    "line",
    [
        "<small>Freitag, 6.11.2026, 19:51</small>",
        "<p>By Ann Lee<br>November 6th, 2026</p>",
        "<ul><li>6 novembre 2026</li><li>Share</li></ul>",
        "<div>Von Ann am 06.11.2026, 11:51 | 0 Meinungen</div>",
        "<h5>06.11.26</h5>",
    ],
)
def test_a_date_beside_the_headline_needs_no_markup(read: Read, line: str) -> None:
    page = f"<html><head><title>The pier is closed</title></head><body><div><h1>The pier is closed</h1>{line}{PROSE}</div></body></html>"
    assert read(page)["article"]["published"] == "2026-11-06T00:00:00Z"


@pytest.mark.parametrize(
    "line", ["<p>Updated 6 November 2026</p>", "<p>© 6.11.2026 The Lantern</p>", "<p>03/04/2026</p>", "<p>Room 6.11.20261</p>"]
)
def test_what_is_no_date_of_publication_is_none(read: Read, line: str) -> None:
    page = f"<html><head><title>The pier is closed</title></head><body><div><h1>The pier is closed</h1>{line}{PROSE}</div></body></html>"
    assert read(page)["article"]["published"] is None


@pytest.mark.parametrize(
    ("path", "day"),
    [
        ("/2026/11/02/pier", "2026-11-02"),
        ("/news/2026-11-02-pier", "2026-11-02"),
        ("/a/20261102_pier", "2026-11-02"),
        ("/2026/13/02/x", None),
        ("/item/1234567890", None),
    ],
)
def test_an_address_may_name_the_day(path: str, day: str | None) -> None:
    found = date_of_address("https://lantern.example" + path, NOW)
    assert (found.date().isoformat() if found else None) == day
