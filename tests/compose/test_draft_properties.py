"""What holds for every plan and every week: nothing twice, maxima kept, ids unique and stable."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, time
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from digest.gather.cluster import merge
from digest.model.edition import Article, Brief, Edition
from digest.model.newsletter import Newsletter, PlannedSection, SectionKind, Slot, WhenThin
from digest.model.page import FoundBrief, FoundKind, FoundSection, Image
from digest.model.source import Entry, Extent, KeptEntry, Source
from tests.compose.laid import draft_edition

START = datetime(2026, 2, 27, 6, tzinfo=UTC)
CATEGORIES = ("Analysis", "Harbour", "Courts")
SOURCES = {
    "own": Source(id="own", name="Own", url="https://own.example/feed", extent=Extent.FULL),
    "wire": Source(id="wire", name="Wire", url="https://wire.example/feed"),
    "late": Source(id="late", name="Late", url="https://late.example/feed"),
}

# Few distinct values, so that the same piece comes again and again under another row, guid or source.
small_texts = st.sampled_from(["", " ", "Oranges", "A barge ran aground.", "Ships <b>wait</b>", "Ünïcode \u202e and \x00"])
found_briefs = st.builds(FoundBrief, text=small_texts, html=small_texts, lead=st.none() | small_texts)
found_sections = st.builds(
    FoundSection, heading=st.none() | small_texts, kind=st.sampled_from(FoundKind), briefs=st.lists(found_briefs, max_size=4).map(tuple)
)
entries = st.builds(
    Entry,
    guid=st.sampled_from(["1", "2", "tag:own,2026:3", "https://own.example/1", "https://own.example/2/"]),
    url=st.none()
    | st.sampled_from(["https://own.example/1", "https://www.own.example/1/#x", "http://wire.example/2?p=1", "ftp://no", "https://["]),
    title=st.none() | small_texts,
    summary=st.none() | small_texts,
    content_html=st.none() | small_texts,
    published=st.none() | st.datetimes(datetime(2026, 2, 1), datetime(2026, 3, 1), timezones=st.just(UTC)),  # noqa: DTZ001  bounds
    categories=st.lists(st.sampled_from(CATEGORIES), max_size=2).map(tuple),
    image=st.none() | st.builds(Image, url=st.none() | st.just("https://own.example/i.png")),
    kicker=st.none() | st.sampled_from(["Reporting | Harbour", "Courts"]),
    sections=st.lists(found_sections, max_size=2).map(tuple),
)
weeks = st.lists(st.tuples(entries, st.sampled_from(sorted(SOURCES))), max_size=12).map(
    lambda given: [KeptEntry(id=row, source_id=source, first_seen=START, entry=entry) for row, (entry, source) in enumerate(given)]
)
planned_sections = st.builds(
    PlannedSection,
    key=st.sampled_from(["a", "b", "c"]),
    kind=st.sampled_from(SectionKind),
    sources=st.lists(st.sampled_from(sorted(SOURCES)), max_size=2).map(tuple),
    categories=st.lists(st.sampled_from(CATEGORIES), max_size=1).map(tuple),
    minimum=st.integers(0, 3),
    maximum=st.integers(0, 4),
    thin=st.sampled_from(WhenThin),
)
plans = st.lists(planned_sections, max_size=5).map(tuple)


def newsletter(plan: tuple[PlannedSection, ...]) -> Newsletter:
    return Newsletter(
        id="weekly",
        name="Weekly",
        public_name="Own",
        from_name="Own",
        from_address="weekly@own.example",
        postal_address="1 Quay",
        slot=Slot(weekday=4, at=time(7), zone="Europe/Brussels"),
        plan=plan,
    )


def ids(edition: Edition) -> list[str]:
    return [section.id for section in edition.sections] + [item.id for section in edition.sections for item in section.items]


@given(plans, weeks)
def test_no_piece_stands_twice_in_an_edition(plan: tuple[PlannedSection, ...], week: list[KeptEntry]) -> None:
    edition = draft_edition(newsletter(plan), 1, START, week, SOURCES)
    articles = {item.entry for section in edition.sections for item in section.items if isinstance(item, Article)}
    assert all(sum(kept.id in articles for kept in piece) <= 1 for piece in merge(week))
    briefs = [item for section in edition.sections for item in section.items if isinstance(item, Brief)]
    assert len({brief.id for brief in briefs}) == len(briefs)


@given(plans, weeks)
def test_no_section_holds_more_than_its_maximum(plan: tuple[PlannedSection, ...], week: list[KeptEntry]) -> None:
    edition = draft_edition(newsletter(plan), 1, START, week, SOURCES)
    most = Counter[str]()
    for planned in plan:
        most[planned.key] = max(most[planned.key], planned.maximum)
    assert all(len(section.items) <= most[section.key] for section in edition.sections)


@given(plans, weeks, st.randoms(use_true_random=False))
def test_ids_are_unique_and_a_new_draft_of_the_same_entries_is_the_same(
    plan: tuple[PlannedSection, ...], week: list[KeptEntry], chance: Random
) -> None:
    edition = draft_edition(newsletter(plan), 1, START, week, SOURCES)
    assert len(set(ids(edition))) == len(ids(edition))
    shuffled = list(week)
    chance.shuffle(shuffled)
    assert draft_edition(newsletter(plan), 1, START, shuffled, SOURCES) == edition


@given(weeks, weeks)
def test_an_entry_that_comes_later_changes_no_id_of_those_before(week: list[KeptEntry], more: list[KeptEntry]) -> None:
    plan = (PlannedSection(key="a", kind=SectionKind.ARTICLES, maximum=99), PlannedSection(key="b", kind=SectionKind.BRIEFS, maximum=99))
    later = [replace(kept, id=kept.id + 100, source_id="late", entry=replace(kept.entry, guid=f"new {kept.id}", url=None)) for kept in more]
    before = draft_edition(newsletter(plan), 1, START, week, SOURCES)
    after = draft_edition(newsletter(plan), 1, START, [*week, *later], SOURCES)
    articles = {item.entry: item.id for section in before.sections for item in section.items if isinstance(item, Article)}
    articles_after = {item.entry: item.id for section in after.sections for item in section.items if isinstance(item, Article)}
    assert all(articles_after[entry] == item_id for entry, item_id in articles.items())
