"""Plain texts of several shapes, written for these tests, and the seed where it is at hand."""

# ruff: noqa: E501  sample texts and markup read better unbroken

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from digest.gather.entries import entry_of_page
from digest.gather.read import read_bytes
from digest.gather.typed_links import without_links
from digest.model.page import Image

Read = Callable[..., Any]
SEED = Path(__file__).parents[3] / "shared" / "seed" / "diplomacy-watch.txt"

COLUMN = """\
Menu

share bar
River Watch Dora Kellen Mayor Oakes

Mayor’s dredging plan stalls at the weir

Council liked the idea but never saw the bill

Analysis | Lowlands
share bar
share bar

When the mayor promised in spring to dredge the lower river before the first frost, nobody in the council asked what it would cost or who would pay.

Half a year later the barges lie idle at the weir. “We were told that the money was there,” said Dora Kellen, who runs the smaller of the two yards.

What remains is a contract that neither side can leave without paying the other, and a river that floods a little earlier each year."


Meanwhile, elsewhere along the river

Two ferries will stop running in December, according to the Lowland Gazette. The company blames the price of diesel and says that it may return in spring.

The Guardian reports that eels have come back to the upper basin. Wardens counted twice as many as a year ago, and they are not sure why.

A crane fell into the dock on Sunday night. Nobody was hurt, the harbour office said.

From Thursday’s water board press conference:

A spokesman for the board confirmed that the sluice will stay shut until the inquiry into the summer's flood has ended.


Lead photo credit: River Watch (Tomas Brandt)
River Watch: The bridge that nobody ordered
share bar
Analysis | Lowlands
Old-bridge-in-fog
Lead photo credit: The old bridge in fog, March 2, 2024. (Photo by Ines Moll)

Can the old bridge carry one more winter?

Public Works

The bridge has been closed and opened four times since the turn of the century, and each time the report said that the next winter would be its last one.

continue reading
Harbour lights
The lights of the harbour seen from the ridge at night. REUTERS/Ann Example/Pool

Who turned the harbour lights off, and why now?

Energy

For a week now the quays have been dark after ten, and neither the port nor the town will say on whose order the switch was thrown.

continue reading
share bar
LATEST
"""


def test_a_column_gives_its_article_without_the_noise_around_it(read: Read) -> None:
    article = read(COLUMN, "text", "https://lowlands.example/river-watch-dredging")["article"]
    assert article["headline"] == "Mayor’s dredging plan stalls at the weir"
    assert article["dek"] == "Council liked the idea but never saw the bill"
    assert article["kicker"] == "Analysis | Lowlands"
    assert article["body_text"].startswith("When the mayor promised")
    assert article["body_text"].endswith('a little earlier each year."')
    assert article["body_text"].count("\n\n") == 2
    assert article["image"] == {"url": None, "alt": None, "caption": None, "credit": "River Watch (Tomas Brandt)"}


def test_a_column_gives_its_briefs_with_only_the_sources_it_names(read: Read) -> None:
    briefs, briefing = read(COLUMN, "text")["sections"]
    assert briefs["heading"] == "Meanwhile, elsewhere along the river"
    assert briefs["kind"] == "briefs"
    assert [brief["sources"] for brief in briefs["briefs"]] == [["Lowland Gazette"], ["Guardian"], []]
    assert briefing["kind"] == "briefing"
    assert briefing["heading"] == "From Thursday’s water board press conference:"
    assert [brief["text"][:11] for brief in briefing["briefs"]] == ["A spokesman"]


def test_teasers_below_a_column_are_told_apart_from_it(read: Read) -> None:
    first, second = read(COLUMN, "text")["teasers"]
    assert first["headline"] == "Can the old bridge carry one more winter?"
    assert first["kicker"] == "Public Works"
    assert first["credit"] == "The old bridge in fog, March 2, 2024. (Photo by Ines Moll)"
    assert first["lead"].startswith("The bridge has been closed")
    assert second["headline"] == "Who turned the harbour lights off, and why now?"
    assert second["credit"].endswith("REUTERS/Ann Example/Pool")


def test_a_wire_text_with_byline_and_date_gives_them(read: Read) -> None:
    text = """Council picks a new archivist

By Lena Ortiz and Paul Weber
3 November 2026

The council chose a new archivist on Monday evening after a hearing that lasted until midnight and left nobody in the room content.

She begins in January, when the old building has been dried out and the shelves have been set up again on the upper floor.
"""
    article = read(text, "text")["article"]
    assert article["headline"] == "Council picks a new archivist"
    assert article["authors"] == ["Lena Ortiz", "Paul Weber"]
    assert article["published"] == "2026-11-03T00:00:00Z"
    assert article["dek"] is None


def test_dashes_and_starred_lead_ins_part_the_briefs_of_a_text(read: Read) -> None:
    text = """A quiet week at the assembly

The assembly met once and then went home, which has not happened since the year in which the roof of the great hall came down.

Quick hits

- **Rail.** The night train returns in June, Reuters reported on Tuesday.
- **Bread.** A loaf costs a tenth more than a year ago (BBC).
- The old mint will become a library, the town said.
"""
    (section,) = read(text, "text")["sections"]
    assert [brief["lead"] for brief in section["briefs"]] == ["Rail.", "Bread.", None]
    assert [brief["sources"] for brief in section["briefs"]] == [["Reuters"], ["BBC"], []]
    assert section["briefs"][0]["html"].startswith("<p><strong>Rail.</strong> ")


def test_lines_wrapped_at_a_fixed_width_are_joined(read: Read) -> None:
    text = """The long way round the lake

It takes two days to walk around the lake, and most people who set out
turn back at the first of the three inns, where the beer is good and
the beds are better than they look from the road on a wet evening.

Those who go on are rewarded with a view that no picture in the town's
museum has caught, though many have tried to.
"""
    article = read(text, "text")["article"]
    assert article["body_text"].split("\n\n")[0].endswith("on a wet evening.")
    assert "set out turn back" in article["body_text"]


def test_who_the_author_is_stands_neither_in_the_article_nor_among_the_briefs(read: Read) -> None:
    text = """The week on the quays

By Mara Oduya and Peder Lind

The strike at the north quay went into its third week on Friday, with no sign of an agreement between the two sides.

Mara Oduya, the elder of the two pilots, was told on Monday that she is no longer needed, and has gone back to school.

At Thursday’s ministry briefing:

The acting minister said that she was watching the port very closely, and left before the questions.

Mara Oduya is a staff writer. Follow her on the network of your choice.

Peder Lind covers harbours.
"""
    result = read(text, "text")
    (briefing,) = result["sections"]
    assert [brief["text"][:19] for brief in briefing["briefs"]] == ["The acting minister"]
    assert result["article"]["body_text"].endswith("has gone back to school.")


@pytest.mark.parametrize("text", ["Home\nNews\nSport\nWeather\n", "404\n\nNot found\n"])
def test_a_text_without_prose_gives_a_notice_and_no_article(read: Read, text: str) -> None:
    result = read(text, "text")
    assert result["notice"] == "no_article"
    assert result["article"] is None


@pytest.mark.skipif(not SEED.exists(), reason="the seed text stands outside the project and is not here")
def test_the_seed_reads_as_a_person_reads_it(read: Read) -> None:
    result = read(SEED.read_bytes(), "text", "https://responsiblestatecraft.org/diplomacy-watch-israel-iran")
    article = result["article"]
    assert article["headline"] == "Israel’s war testing Russia-Iran ties"
    assert article["dek"] == "Putin condemned the attack but has limited options"
    assert article["kicker"] == "Reporting | QiOSK"
    assert article["image"]["credit"] == "Diplomacy Watch (Khody Akhavi)"
    # What may be its alternative text is no more than that: an editor is shown it, and the reading does not say so.
    assert article["image"]["alt"] is None
    assert article["body_text"].startswith("After Russia lost a key ally")
    assert article["body_text"].rstrip('."”').endswith("in the Middle East")
    assert len(article["body_text"].split("\n\n")) == 12
    briefs, briefing = result["sections"]
    assert briefs["heading"] == "In other Russia-Ukraine War news this week"
    assert [brief["sources"] for brief in briefs["briefs"]] == [["New York Times"], ["New York Times"], ["BBC"]]
    assert (briefing["kind"], len(briefing["briefs"])) == ("briefing", 1)
    assert [bool(teaser["kicker"] and teaser["credit"] and teaser["lead"]) for teaser in result["teasers"]] == [True] * 3


def test_what_may_be_the_pictures_text_is_proposed_to_an_editor_and_not_reported() -> None:
    page = read_bytes(COLUMN.encode(), "https://lowlands.example/river-watch-dredging", "text").page
    assert page is not None
    image = entry_of_page(page, "https://lowlands.example/river-watch-dredging").image
    assert image == Image(url=None, alt="River Watch Dora Kellen Mayor Oakes", credit="River Watch (Tomas Brandt)")


LINKED = """\
# Harbour board closes the [old pier](https://harbour.example/pier)

The harbour board voted on Tuesday to close the old pier to lorries from March, [its minutes](https://board.example/minutes_(draft)?a=1&b=2) say.

In other news

- **[Ohrid](https://wetland.example/ohrid)** Divers have counted the lake's sponges for the first time, [BBC](https://www.bbc.co.uk/news/1 "The lake") says; BBC Two shows it.

- Eels are back in the upper basin, [the Guardian](https://www.theguardian.com/eels?utm_source=mail) reported on Monday, and wardens are not sure why.

- A crane fell into the dock on Sunday [1], [run](javascript:alert(1)), ![crane](https://pictures.example/c.png), [plan](/plans/2) \\[so](https://x.example/) [](https://x.example/).

[Share](https://share.example/)
"""


def test_links_typed_as_markdown_has_them_are_links_and_nothing_else_in_brackets_changes(read: Read) -> None:
    document = read(LINKED, kind="text", url="https://harbour.example/weekly")
    article = document["article"]
    assert article["headline"] == "Harbour board closes the old pier"
    minutes = '<a href="https://board.example/minutes_(draft)?a=1&amp;b=2">its minutes</a>'
    assert article["body_html"].endswith(f"old pier to lorries from March, {minutes} say.</p>")
    assert article["body_text"].endswith("from March, its minutes say.")
    sponges, eels, crane = document["sections"][0]["briefs"]
    assert sponges["lead"] == "Ohrid"
    assert sponges["text"] == "Ohrid Divers have counted the lake's sponges for the first time, BBC says; BBC Two shows it."
    assert sponges["html"].startswith('<p><strong><a href="https://wetland.example/ohrid">Ohrid</a></strong> Divers')
    assert sponges["links"] == [
        {"url": "https://wetland.example/ohrid", "text": "Ohrid"},
        {"url": "https://www.bbc.co.uk/news/1", "text": "BBC"},
    ]
    assert "BBC" in sponges["sources"]
    assert "Guardian" in eels["sources"]
    assert [link["url"] for link in eels["links"]] == ["https://www.theguardian.com/eels"]
    kept = "[1], [run](javascript:alert(1)), ![crane](https://pictures.example/c.png), [plan](/plans/2) \\[so](https://x.example/) [](https://x.example/)."
    assert crane["text"].endswith(kept)
    assert crane["links"] == []
    assert "Share" not in article["body_text"]


def test_links_without_an_end_by_the_thousand_are_read_in_linear_work() -> None:
    text = "[a](http://x" * 40_000 + "[" * 100_000
    assert without_links(text) == (text, ())
    line, links = without_links("[a b](http://x.example/) " * 20_000)
    assert len(links) == 20_000
    assert line == "a b " * 20_000
