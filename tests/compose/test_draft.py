"""The draft: who leads, what goes where, and what of an entry an edition shows."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from digest.compose.draft import thinness
from digest.errors import InputError
from digest.model.edition import Article, Brief, Edition, Note, Section, SourceRef
from digest.model.newsletter import Newsletter, PlannedSection, SectionKind, WhenThin
from digest.model.page import Image
from digest.model.source import KeptEntry, Source
from tests.compose.laid import draft_edition

Week = tuple[KeptEntry, ...]
Sources = dict[str, Source]


def section(edition: Edition, key: str) -> Section:
    return next(section for section in edition.sections if section.key == key)


def headlines(edition: Edition, key: str) -> list[str]:
    return [item.headline for item in section(edition, key).items if isinstance(item, Article)]


def briefs(edition: Edition, key: str) -> list[Brief]:
    return [item for item in section(edition, key).items if isinstance(item, Brief)]


def reasons(edition: Edition, key: str) -> list[str | None]:
    return [item.because for item in section(edition, key).items if not isinstance(item, Note)]


def test_the_column_leads_and_its_briefs_go_to_their_sections(edition: Edition) -> None:
    assert headlines(edition, "lead") == ["The canal that runs uphill"]
    assert [brief.lead for brief in briefs(edition, "briefs")] == ["The lock keeper's strike", None]
    assert [brief.html[:15] for brief in briefs(edition, "podium")] == ["A spokesman sai"]
    assert section(edition, "briefs").heading == "In other canal news this week"
    assert section(edition, "podium").heading == "From this week's harbour office briefing"


def test_sections_fill_in_the_plans_order_newest_first_up_to_their_maximum(edition: Edition) -> None:
    assert headlines(edition, "analysis") == ["Fog, counted in coffee", "How the council lost a bridge"]
    assert headlines(edition, "articles") == [
        "A verdict about a hedge",
        "The clerk who reads everything",
        "Harbour rates rise again",
        "The ferry that nobody ordered",
    ]


def test_each_item_says_why_it_is_in(edition: Edition) -> None:
    assert reasons(edition, "lead") == ["weekly column"]
    assert reasons(edition, "analysis") == ["newest in Analysis", "in Analysis"]
    assert reasons(edition, "articles")[0] == "newest in More from the week"
    assert reasons(edition, "briefs") == ["from “The canal that runs uphill”"] * 2


def test_the_body_is_shown_only_where_the_source_may_be_shown_in_full(edition: Edition, week: Week) -> None:
    articles = [item for part in edition.sections for item in part.items if isinstance(item, Article)]
    full = {article.entry for article in articles if article.body_html is not None}
    assert full == {kept.id for kept in week if kept.source_id == "tideline"}
    assert {article.outlet for article in articles if article.entry in full} == {None}
    assert {article.outlet for article in articles if article.entry not in full} == {"Coast Wire"}


def test_an_entry_of_an_unknown_source_is_shown_as_an_excerpt(newsletter: Newsletter, slot: datetime, week: Week) -> None:
    edition = draft_edition(newsletter, 1, slot, week, {})
    assert all(item.body_html is None for part in edition.sections for item in part.items if isinstance(item, Article))


def test_an_article_carries_dek_kicker_byline_picture_and_minutes(edition: Edition, column: KeptEntry) -> None:
    (lead,) = section(edition, "lead").items
    assert isinstance(lead, Article)
    assert (lead.dek, lead.kicker, lead.authors) == ("And what that costs in pumps", "Reporting | Canals", ("Ines Calder",))
    assert lead.image == column.entry.image
    assert lead.minutes == 3  # 606 words
    assert lead.url == column.entry.url


def test_a_missing_dek_is_taken_from_the_summary(edition: Edition) -> None:
    bridge = section(edition, "analysis").items[1]
    assert isinstance(bridge, Article)
    assert bridge.dek == "A first sentence. A second one."


def test_subject_and_preheader_are_the_leads_headline_and_dek(edition: Edition) -> None:
    assert edition.subject == "The canal that runs uphill"
    assert edition.preheader == "And what that costs in pumps"


def test_a_brief_keeps_its_lead_apart_and_links_its_source(edition: Edition) -> None:
    strike, oranges = briefs(edition, "briefs")
    assert (
        strike.html == 'ended on Monday. Both sides told the <a href="https://gazette.example/strike">Lock Gazette</a> that they had won.'
    )
    assert strike.sources == (SourceRef(name="Lock Gazette", url="https://gazette.example/strike"),)
    assert oranges.html == "A barge of oranges ran aground.<br><br>Nobody was hurt. The oranges were sold where they lay."
    assert oranges.sources == (SourceRef(name="Coast Wire"),)


def test_one_page_makes_an_edition(newsletter: Newsletter, slot: datetime, column: KeptEntry, sources: Sources) -> None:
    plan = tuple(replace(planned, thin=WhenThin.LEAVE_OUT) for planned in newsletter.plan)
    edition = draft_edition(replace(newsletter, plan=plan), 1, slot, [column], sources)
    assert [part.key for part in edition.sections] == ["lead", "briefs", "podium"]


def test_no_entries_make_an_empty_edition_named_after_the_newsletter(newsletter: Newsletter, slot: datetime) -> None:
    edition = draft_edition(newsletter, 1, slot, [], {})
    assert [part.key for part in edition.sections] == ["articles", "briefs"]
    assert edition.subject == "Tideline Weekly"
    assert edition.preheader == ""


def test_a_column_without_an_article_gives_its_briefs_alone(
    newsletter: Newsletter, slot: datetime, column: KeptEntry, sources: Sources
) -> None:
    bare = replace(column, entry=replace(column.entry, title=None))
    edition = draft_edition(newsletter, 1, slot, [bare], sources)
    assert len(briefs(edition, "briefs")) == 2
    assert not headlines(edition, "articles")
    assert reasons(edition, "podium") == ["from the week’s column"]


def test_a_column_that_does_not_lead_stands_among_the_articles(
    newsletter: Newsletter, slot: datetime, column: KeptEntry, sources: Sources
) -> None:
    scoop = replace(
        column, id=9, entry=replace(column.entry, guid="scoop", url="https://tideline.example/scoop", title="Scoop", sections=())
    )
    plain = replace(column, entry=replace(column.entry, kicker=None, image=None))
    edition = draft_edition(newsletter, 1, slot, [plain, scoop], sources)
    assert headlines(edition, "lead") == ["Scoop"]
    assert headlines(edition, "articles") == ["The canal that runs uphill"]
    assert len(briefs(edition, "briefs")) == 2


def test_without_a_column_the_newest_own_piece_with_picture_and_kicker_leads(
    newsletter: Newsletter, slot: datetime, column: KeptEntry, week: Week, sources: Sources
) -> None:
    pictured = replace(week[1], entry=replace(week[1].entry, image=column.entry.image, kicker="Boats"))
    newest = week[-1]
    edition = draft_edition(newsletter, 1, slot, [newest, pictured], sources)
    assert headlines(edition, "lead") == ["The ferry that nobody ordered"]
    assert reasons(edition, "lead") == ["newest with a picture"]


def test_a_picture_known_by_its_credit_alone_is_no_picture(newsletter: Newsletter, slot: datetime, week: Week, sources: Sources) -> None:
    credited = replace(week[1], entry=replace(week[1].entry, image=Image(url=None, credit="Omar Field"), kicker="Boats"))
    edition = draft_edition(newsletter, 1, slot, [week[2], credited], sources)
    assert headlines(edition, "lead") == ["How the council lost a bridge"]


def test_the_lead_is_one_piece_whatever_the_plans_maximum(newsletter: Newsletter, slot: datetime, week: Week, sources: Sources) -> None:
    plan = (PlannedSection(key="rest", kind=SectionKind.ARTICLES), PlannedSection(key="lead", kind=SectionKind.LEAD, maximum=9))
    edition = draft_edition(replace(newsletter, plan=plan), 1, slot, week, sources)
    assert headlines(edition, "lead") == ["The canal that runs uphill"]
    assert len(headlines(edition, "rest")) == 6


def test_a_section_takes_only_its_sources(newsletter: Newsletter, slot: datetime, week: Week, sources: Sources) -> None:
    plan = (PlannedSection(key="wire", kind=SectionKind.ARTICLES, sources=("wire",)),)
    edition = draft_edition(replace(newsletter, plan=plan), 1, slot, week, sources)
    assert headlines(edition, "wire") == ["A verdict about a hedge", "Harbour rates rise again"]
    assert reasons(edition, "wire") == ["newest from Coast Wire", "from Coast Wire"]
    assert edition.subject == "A verdict about a hedge"


def test_a_kicker_counts_as_a_category(newsletter: Newsletter, slot: datetime, column: KeptEntry, sources: Sources) -> None:
    plan = (PlannedSection(key="canals", kind=SectionKind.ARTICLES, categories=("canals",)),)
    edition = draft_edition(replace(newsletter, plan=plan), 1, slot, [column], sources)
    assert headlines(edition, "canals") == ["The canal that runs uphill"]


@pytest.mark.parametrize(
    ("guid", "url"),
    [
        ("other", "http://www.tideline.example/canal-watch-12/#comments"),
        ("https://tideline.example/canal-watch-12", "https://elsewhere.example/copy"),
        ("https://tideline.example/canal-watch-12/", None),
    ],
)
def test_the_same_piece_from_two_sources_stands_once_as_the_fuller_one(  # noqa: PLR0917  fixtures and parameters
    guid: str, url: str | None, newsletter: Newsletter, slot: datetime, column: KeptEntry, sources: Sources
) -> None:
    thin = replace(column.entry, guid=guid, url=url, sections=(), image=None, published=column.moment + timedelta(days=1))
    twin = KeptEntry(id=77, source_id="wire", first_seen=column.first_seen, entry=thin)
    edition = draft_edition(newsletter, 1, slot, [twin, column], sources)
    entries = [item.entry for part in edition.sections for item in part.items if isinstance(item, Article)]
    assert entries == [column.id]


def test_short_guids_of_two_sources_are_two_pieces(newsletter: Newsletter, slot: datetime, week: Week, sources: Sources) -> None:
    own, other = (replace(kept, entry=replace(kept.entry, guid="7")) for kept in (week[1], week[3]))
    edition = draft_edition(newsletter, 1, slot, [own, other], sources)
    assert sum(len(part.items) for part in edition.sections) == 2


def test_the_same_brief_in_two_columns_stands_once(newsletter: Newsletter, slot: datetime, column: KeptEntry, sources: Sources) -> None:
    again = replace(
        column, id=50, entry=replace(column.entry, guid="next", url="https://tideline.example/canal-watch-13", title="Canal Watch 13")
    )
    edition = draft_edition(newsletter, 1, slot, [column, again], sources)
    assert len(briefs(edition, "briefs")) == 2


def test_a_thin_section_is_left_out_or_kept_as_the_plan_says(
    newsletter: Newsletter, slot: datetime, column: KeptEntry, sources: Sources
) -> None:
    edition = draft_edition(newsletter, 1, slot, [column], sources)
    assert [part.key for part in edition.sections] == ["lead", "articles", "briefs", "podium"]
    assert thinness(edition, newsletter) is WhenThin.HOLD


def test_what_a_section_left_out_would_have_held_goes_into_a_later_one(
    newsletter: Newsletter, slot: datetime, week: Week, sources: Sources
) -> None:
    plan = (
        PlannedSection(key="analysis", kind=SectionKind.ARTICLES, categories=("Analysis",), minimum=4),
        PlannedSection(key="articles", kind=SectionKind.ARTICLES),
    )
    edition = draft_edition(replace(newsletter, plan=plan), 1, slot, week, sources)
    assert [part.key for part in edition.sections] == ["articles"]
    assert len(headlines(edition, "articles")) == len(week)


def test_holding_is_stronger_than_skipping_and_leaving_out_is_nothing(newsletter: Newsletter, slot: datetime, edition: Edition) -> None:
    assert thinness(edition, newsletter) is None
    empty = draft_edition(newsletter, 1, slot, [], {})
    assert thinness(empty, newsletter) is WhenThin.HOLD
    patient = replace(newsletter, plan=tuple(replace(one, minimum=0) if one.thin is WhenThin.HOLD else one for one in newsletter.plan))
    assert thinness(empty, patient) is WhenThin.SKIP
    easy = replace(newsletter, plan=tuple(replace(one, thin=WhenThin.LEAVE_OUT) for one in newsletter.plan))
    assert thinness(empty, easy) is None


def test_patterns_are_filled_with_number_name_and_the_day_in_the_newsletters_zone(
    newsletter: Newsletter, slot: datetime, column: KeptEntry, sources: Sources
) -> None:
    patterned = replace(newsletter, subject="{name} {number}: {headline}", preheader="{date} – {dek}")
    late = slot.replace(hour=23, minute=30)  # 28 November in Brussels
    edition = draft_edition(patterned, 12, late, [column], sources)
    assert edition.subject == "Tideline Weekly 12: The canal that runs uphill"
    assert edition.preheader == "28 November 2026 – And what that costs in pumps"
    german = draft_edition(replace(patterned, language="de"), 12, late, [column], sources)
    assert german.preheader.startswith("2026-11-28")


@pytest.mark.parametrize(
    "pattern", ["{headline.__class__}", "{author}", "{0}", "{}", "{number!r}", "{number:>99999999}", "{headline", "}", "{dek[0]}"]
)
def test_a_pattern_that_asks_for_more_is_refused_by_its_name(pattern: str, newsletter: Newsletter, slot: datetime) -> None:
    with pytest.raises(InputError, match=r"use only \{headline\}, \{dek\}, \{number\}, \{name\}, \{date\}") as caught:
        draft_edition(replace(newsletter, subject=pattern), 1, slot, [], {})
    assert f'"{pattern}"' in str(caught.value)


def test_braces_in_a_headline_are_text(newsletter: Newsletter, slot: datetime, column: KeptEntry, sources: Sources) -> None:
    odd = replace(column, entry=replace(column.entry, title="{{7*7}} {name} {0.__class__}"))
    assert draft_edition(newsletter, 1, slot, [odd], sources).subject == "{{7*7}} {name} {0.__class__}"
