"""The order of a section: an editor's word, then recency with a day for each doubling of sources and weight; and the reasons."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from digest.compose.plan import FilledPlan, Offer, fill_plan
from digest.model.newsletter import Newsletter, PlannedSection, SectionKind, WhenThin
from digest.model.source import Entry, KeptEntry, Source
from digest.model.story import Alike, Choice, Story

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
SOURCES = {name: Source(id=name, name=name.title(), url=f"https://{name}.example/feed") for name in ("wire", "blog", "post", "own")}
PLAN = (PlannedSection(key="rest", kind=SectionKind.ARTICLES, heading="Rest", maximum=2),)


def story(row: int, hours: float = 0, *sources: str, choice: Choice | None = None, ran: int | None = None) -> Story:
    tellings = tuple(
        KeptEntry(
            id=row * 10 + place,
            source_id=source,
            first_seen=NOON,
            entry=Entry(
                guid=f"{row}", url=f"https://{source}.example/{row}", title=f"Story {row}", published=NOON - timedelta(hours=hours)
            ),
        )
        for place, source in enumerate(sources or ("wire",))
    )
    return Story(tellings=tellings, choice=choice, ran=ran)


def filled(newsletter: Newsletter, *stories: Story, plan: tuple[PlannedSection, ...] = PLAN, **weights: float) -> FilledPlan:
    sources = {name: replace(source, weight=weights.get(name, 1.0)) for name, source in SOURCES.items()}
    return fill_plan(replace(newsletter, plan=plan), Offer(stories=stories, sources=sources))


def picked(plan: FilledPlan) -> list[tuple[str | None, str]]:
    return [(pick.kept.entry.title, pick.because) for section in plan.sections for pick in section.picks]


def test_two_sources_count_as_a_day_and_a_weight_of_two_as_another(newsletter: Newsletter) -> None:
    fresh, told = story(1, 0), story(2, 23, "wire", "blog")
    late = story(3, 25, "wire", "blog")
    assert picked(filled(newsletter, fresh, told, late)) == [("Story 2", "newest first, 2 sources"), ("Story 1", "newest first")]
    assert picked(filled(newsletter, fresh, late))[0] == ("Story 1", "newest in Rest")
    heavy = story(4, 30, "post")
    assert picked(filled(newsletter, fresh, heavy, told, post=4.0))[0] == ("Story 4", "newest first, source weighs 4")
    light = story(5, 0, "blog")
    assert [title for title, _ in picked(filled(newsletter, light, told, fresh, blog=0.25))] == ["Story 2", "Story 1"]


def test_what_only_looks_alike_counts_as_a_source_too(newsletter: Newsletter) -> None:
    other = story(9, 20, "blog").tellings[0]
    alike = replace(story(2, 20), alike=(Alike(kept=other, likeness=0.7),))
    assert picked(filled(newsletter, story(1, 0), story(3, 10), alike))[0][0] == "Story 2"


def test_an_editors_word_comes_first_and_beyond_the_maximum(newsletter: Newsletter) -> None:
    chosen = story(7, 90, choice=Choice(section="rest", pinned=False, who="Nadia", at=NOON))
    pinned = story(8, 95, choice=Choice(section="rest", pinned=True, who="Imani", at=NOON))
    plan = filled(newsletter, story(1), story(2, 1), chosen, pinned)
    assert picked(plan) == [("Story 8", "pinned by Imani"), ("Story 7", "chosen by Nadia")]
    assert [pick.pinned for pick in plan.sections[0].picks] == [True, False]


def test_each_story_that_is_left_out_says_why(newsletter: Newsletter) -> None:
    bare = story(5)
    untitled = replace(bare, tellings=(replace(bare.tellings[0], entry=replace(bare.tellings[0].entry, title=None)),))
    out = Choice(section=None, pinned=False, who="Nadia", at=NOON)
    plan = filled(newsletter, story(1), story(2, 1, "wire", "blog"), story(3, 40), story(4, choice=out), untitled, story(6, ran=12))
    reasons = {one.entry_id: one.because for one in plan.weighed if one.section is None}
    assert reasons == {
        21: "told by “Story 2” already",
        30: "Rest (2) is full with what is newer or weighs more",
        40: "left out by Nadia",
        50: "it has no title",
        60: "it ran in No. 12",
    }


def test_a_section_without_room_for_it_or_left_out_with_too_few_is_named(newsletter: Newsletter) -> None:
    narrow = (PlannedSection(key="own", kind=SectionKind.ARTICLES, heading="Ours", sources=("own",), minimum=2, thin=WhenThin.LEAVE_OUT),)
    plan = filled(newsletter, story(1, 0, "own"), story(2), plan=narrow)
    assert {one.entry_id: one.because for one in plan.weighed} == {
        10: "Ours was left out with fewer than 2",
        20: "no section of the plan takes its source and categories",
    }


def test_a_choice_for_a_section_that_the_plan_no_longer_has_leaves_it_to_the_plan(newsletter: Newsletter) -> None:
    gone = story(1, choice=Choice(section="gone", pinned=False, who="Nadia", at=NOON))
    assert [title for title, _ in picked(filled(newsletter, gone))] == ["Story 1"]
