"""What is one piece, what is two, and what only looks alike."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from digest.gather.cluster import address_of, alike, merge, text_hash
from digest.gather.stems import stems
from digest.model.source import Entry, IdentityPolicy, KeptEntry, Source, SourceKind

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
TEXT = "<p>" + "The pier was opened twice, and nobody came to the second opening. " * 8 + "</p>"


def kept(row: int, source: str = "own", **fields: Any) -> KeptEntry:  # noqa: ANN401  an entry's fields
    given: dict[str, Any] = {"guid": f"g{row}", "url": f"https://{source}.example/{row}", "title": f"Piece {row}", "published": MONDAY}
    entry = Entry(**{**given, **fields})
    return KeptEntry(
        id=row,
        source_id=source,
        first_seen=MONDAY,
        entry=entry,
        canonical=address_of(entry),
        text_hash=text_hash(entry),
    )


def groups(*entries: KeptEntry) -> list[list[int]]:
    return [[one.id for one in group] for group in merge(entries)]


def test_one_address_in_any_form_and_from_any_source_is_one_piece() -> None:
    own = kept(1, url="https://own.example/pier")
    copies = [
        kept(2, "wire", url="https://amp.own.example/pier?utm_source=x", title="Pier!"),
        kept(3, "blog", url="http://own.example/pier/amp"),
    ]
    assert groups(own, *copies, kept(4)) == [[1, 2, 3], [4]]


def test_what_its_own_page_calls_itself_counts_before_the_feeds_link() -> None:
    own = kept(1, url="https://own.example/pier")
    assert groups(own, kept(2, "wire", url="https://wire.example/r/99", canonical="https://own.example/pier")) == [[1, 2]]


def test_the_same_text_from_another_source_is_one_piece_whatever_its_title() -> None:
    first, second = kept(1, content_html=TEXT), kept(2, "wire", content_html=TEXT.replace("<p>", "<div>"), title="Other words")
    assert groups(first, second) == [[1, 2]]
    much_later = kept(3, "wire", content_html=TEXT, title="Other words", published=MONDAY + timedelta(days=9))
    assert groups(first, much_later) == [[1], [3]]


def test_a_short_text_or_a_shows_standing_description_merges_nothing() -> None:
    assert groups(kept(1, content_html="<p>Read more.</p>"), kept(2, "wire", content_html="<p>Read more.</p>")) == [[1], [2]]
    assert groups(kept(1, content_html=TEXT, title="Episode 12: Fog"), kept(2, content_html=TEXT, title="Weather talk, part one")) == [
        [1],
        [2],
    ]


def test_a_piece_put_out_again_under_a_new_guid_and_address_is_known_by_its_text_and_title() -> None:
    again = kept(2, url="https://own.example/again", content_html=TEXT, title="Piece 1", published=MONDAY + timedelta(days=5))
    assert groups(kept(1, content_html=TEXT), again) == [[1, 2]]


def test_a_new_guid_under_the_same_link_is_no_second_piece_and_one_link_for_all_makes_not_one_of_many() -> None:
    link = "https://own.example/pier"
    renamed = kept(2, url=link, title="A pier, renamed by the night desk", published=MONDAY + timedelta(hours=1))
    assert groups(kept(1, url=link), renamed) == [[1, 2]]
    shows = [
        kept(
            row,
            url="https://own.example/show",
            title=title,
            published=MONDAY + timedelta(days=row),
            content_html=f"<p>{title} at length.</p>",
        )
        for row, title in enumerate(("Fog over harbours", "Counting every oyster", "Why ferries wait"), 1)
    ]
    assert groups(*shows) == [[1], [2], [3]]
    planet = replace(shows[0], id=9, source_id="planet", entry=replace(shows[0].entry, guid="p", title="Somebody talks"))
    assert groups(*shows, planet)[1:] == [[2], [3]]


def test_a_front_page_names_no_piece() -> None:
    assert address_of(Entry(guid="1", url="https://own.example/?utm_source=x#top", title="A")) is None
    assert groups(kept(1, url="https://own.example/", title="Fog"), kept(2, "wire", url="https://own.example/", title="Rain")) == [[1], [2]]


def test_a_page_that_is_filled_anew_is_another_piece_with_another_day_or_title() -> None:
    page = Source(id="column", name="Column", url="https://own.example/column", kind=SourceKind.PAGE)
    monday = Entry(guid=page.url, url=page.url, title="Column 1", published=MONDAY)
    friday = replace(monday, published=MONDAY + timedelta(days=4))
    assert address_of(monday, page) not in {address_of(friday, page), address_of(replace(monday, title="Column 2"), page)}
    by_title = replace(page, kind=SourceKind.FEED, identity=IdentityPolicy.TITLE_DATE)
    assert address_of(monday, by_title) == address_of(monday, page)


def test_a_guid_for_the_whole_world_merges_and_a_short_one_does_not() -> None:
    assert groups(kept(1, guid="tag:own.example,2026:7"), kept(2, "topics", guid="tag:own.example,2026:7")) == [[1, 2]]
    assert groups(kept(1, guid="7"), kept(2, "topics", guid="7")) == [[1], [2]]


def test_titles_that_look_alike_are_suggested_and_never_merged() -> None:
    week = [
        kept(1, title="Insurers set the date for the second convoy"),
        kept(2, "wire", title="Second convoy: insurers have set a date"),
        kept(3, "blog", title="Why the railway stops at the border"),
        kept(4, "wire", title="Railway stopped at border, nobody knows why"),
        kept(5, "blog", title="The minister set a table"),
        kept(6, "old", title="Insurers set the date for the second convoy", published=MONDAY - timedelta(days=6)),
    ]
    found = alike(week)
    assert {row: [one.kept.id for one in others] for row, others in found.items()} == {1: [2], 2: [1], 3: [4], 4: [3]}
    assert groups(*week) == [[row] for row in range(1, 7)]
    assert all(0.4 <= one.likeness <= 1 for others in found.values() for one in others)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Insurer sets dates", "The insurers set a date"),
        ("Ministers’ meetings moved", "A minister meets, is moving"),
        ("Die Häfen der Ostsee", "Hafen an der Ostsee"),
        ("Élections régionales", "L’élection régionale"),
        ("Порти закрито", "Порт, закриті"),
    ],
)
def test_endings_and_accents_do_not_part_words(one: str, other: str) -> None:
    assert len(stems(one) & stems(other)) >= 2
