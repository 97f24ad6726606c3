"""The intake: the week's stories with tellings and reasons, and an editor's word that the draft follows."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser

from digest.flows import drafting, editing
from digest.model.account import Role
from digest.model.edition import Article, Edition
from digest.model.source import Entry, Extent, Source
from digest.store import editions, entries, sources
from tests.web.newsroom import NEWSLETTER, NOW, Desk
from tests.web.test_axe import violations

PAGE = "/newsletters/weekly/intake"


def article(number: int, title: str | None, source: str = "review", **also: Any) -> Entry:  # noqa: ANN401  an entry's fields
    entry = Entry(
        guid=f"{source} {number}",
        url=f"https://{source}.example/{number}",
        title=title,
        summary="Underwriters told owners that cover starts on Sunday. The ministries had meant to say so on Monday.",
        published=NOW - timedelta(hours=number + 1),
    )
    return replace(entry, **also)


@pytest.fixture
def week(desk: Desk) -> Desk:
    """Twelve stories of three sources; two are told twice, one of them only alike; the plan's eight articles and lead are full."""
    with desk.database.writing() as session:
        for name, extent in (("review", Extent.FULL), ("wire", Extent.EXCERPT), ("blog", Extent.EXCERPT)):
            source = Source(id=name, name=f"The {name.title()}", url=f"https://{name}.example/feed", extent=extent)
            sources.keep(session, source, now=NOW + timedelta(days=9))
        words = "convoy quota ferry verdict railway census orchard fog bridge levy".split()  # noqa: SIM905  shorter so
        entries.keep(session, "review", [article(number, f"What the {word} costs") for number, word in enumerate(words)], now=NOW)
        again = article(20, "The convoy and its price", "wire", url="https://review.example/0?utm_source=wire")
        entries.keep(session, "wire", [again, article(21, "Insurers set the date for a second convoy", "wire")], now=NOW)
        entries.keep(session, "blog", [article(22, "Second convoy: insurers have set their date", "blog")], now=NOW)
    drafting.draft_slot(desk.database, "weekly", None, now=NOW)
    return desk


def content(desk: Desk) -> Edition:
    with desk.database.reading() as session:
        record = editions.get(session, 1)
        return editions.content(session, 1, record.revision)


def headlines(desk: Desk, key: str) -> list[str]:
    return [
        item.headline for section in content(desk).sections if section.key == key for item in section.items if isinstance(item, Article)
    ]


def row(html: str, title: str) -> str:
    """The row of a story, by its headline."""
    rows = re.findall(r'<li class="story.*?(?=<li class="story|</section>)', html, re.DOTALL)
    found: str = next(one for one in rows if title in re.sub(r"<details.*?</details>", "", one, flags=re.DOTALL))
    return found


def press(desk: Desk, title: str, act: str, role: Role = Role.EDITOR, **fields: str) -> int:
    html = desk.client(role).get(PAGE).text
    entry_id = re.findall(r'id="story-(\d+)"', row(html, title))[0]
    return desk.client(role).post(f"{PAGE}/{entry_id}/{act}", data={"show": "all", **fields}).status_code


def test_each_story_stands_once_with_its_tellings_and_the_reason_why_it_is_in_or_left_out(week: Desk) -> None:
    html = week.client(Role.EDITOR).get(PAGE).text
    convoy = row(html, "What the convoy costs")
    assert "×2" in convoy
    assert "The Wire" in convoy
    assert "the same piece" in convoy
    assert "In because" in convoy
    assert html.count("The convoy and its price") == 1
    left = row(html, "What the levy costs")
    assert "Left out because</span> Articles (8) is full with what is newer or weighs more" in left
    alike = row(html, "Insurers set the date")
    assert re.search(r"The Blog, \d+ % alike", alike)
    assert "12 stories" in html


def test_a_word_of_an_editor_is_followed_by_the_untouched_draft_which_stays_the_machines(week: Desk) -> None:
    assert press(week, "What the levy costs", "accept", section="articles") == 303
    assert press(week, "What the fog costs", "pin", section="articles") == 303
    assert press(week, "What the quota costs", "out") == 303
    articles = headlines(week, "articles")
    assert articles[0] == "What the fog costs"
    assert "What the levy costs" in articles
    assert "What the quota costs" not in articles
    with week.database.reading() as session:
        assert not editions.get(session, 1).touched
    html = week.client(Role.EDITOR).get(PAGE).text
    assert "In because</span> chosen by Nadia Brandt" in row(html, "What the levy costs")
    assert "Left out:</span> left out by Nadia Brandt" in row(html, "What the quota costs")
    assert "Undo" in row(html, "What the quota costs")


def test_undo_takes_the_word_back_and_the_plan_decides_again(week: Desk) -> None:
    before = headlines(week, "articles")
    press(week, "What the quota costs", "out")
    assert headlines(week, "articles") != before
    assert press(week, "What the quota costs", "undo") == 303
    assert headlines(week, "articles") == before


def test_in_an_edition_that_somebody_works_on_a_word_is_the_next_revision_and_what_came_since_waits(week: Desk) -> None:
    record = editing.ask_for_review(week.database, replace(week.decision(1), revision=2))
    with week.database.writing() as session:
        late = article(0, "A lighthouse goes dark", "blog", guid="late", url="https://blog.example/late", published=NOW)
        entries.keep(session, "blog", [late], now=NOW + timedelta(minutes=1))
    week.now = NOW + timedelta(minutes=2)
    html = week.client(Role.EDITOR).get(PAGE).text
    assert "Waits:</span> it came after somebody had begun to work on the edition" in row(html, "A lighthouse goes dark")
    assert press(week, "A lighthouse goes dark", "accept", section="articles") == 303
    assert headlines(week, "articles")[-1] == "A lighthouse goes dark"
    press(week, "What the quota costs", "out")
    assert "What the quota costs" not in headlines(week, "articles")
    press(week, "A lighthouse goes dark", "undo")
    assert "A lighthouse goes dark" not in headlines(week, "articles")
    with week.database.reading() as session:
        assert editions.get(session, 1).revision == record.revision + 3


def test_what_ran_says_in_which_number_and_an_item_without_a_title_is_refused_with_what_to_do(week: Desk) -> None:
    with week.database.writing() as session:
        entries.keep(session, "blog", [article(30, None, "blog", guid="untitled")], now=NOW)
    html = week.client(Role.EDITOR).get(PAGE).text
    entry_id = re.findall(r'id="story-(\d+)"', row(html, "https://blog.example/30"))[0]
    answer = week.client(Role.EDITOR).post(f"{PAGE}/{entry_id}/accept", data={"section": "articles"})
    assert answer.status_code == 409
    assert "paste its text as a passage instead" in answer.text
    assert press(week, "What the levy costs", "accept", section="gone") == 409
    assert press(week, "What the levy costs", "accept") == 422


def test_the_stories_can_be_narrowed_by_state_and_source_and_a_viewer_decides_nothing(week: Desk) -> None:
    html = week.client(Role.VIEWER).get(f"{PAGE}?show=all&source=blog").text
    assert "Second convoy: insurers have set their date" in html
    assert 'id="story-' in html
    assert "What the convoy costs" not in html
    assert "<button" not in html.split('<main id="main"')[1]
    assert "No story here" in week.client(Role.VIEWER).get(f"{PAGE}?show=out").text


def test_an_empty_week_says_what_will_appear(desk: Desk) -> None:
    assert "Nothing was gathered for this week yet" in desk.client(Role.EDITOR).get(PAGE).text


def test_a_long_week_shows_sixty_and_the_rest_on_demand(week: Desk) -> None:
    with week.database.writing() as session:
        more = [article(100 + number, f"Number {number} of many", "wire", published=NOW - timedelta(hours=20)) for number in range(90)]
        entries.keep(session, "wire", more, now=NOW)
    drafting.draft_slot(week.database, NEWSLETTER.id, None, now=NOW)
    client = week.client(Role.EDITOR)
    assert client.get(PAGE).text.count('id="story-') == 60
    assert client.get(f"{PAGE}?whole=true").text.count('id="story-') == 102


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 375])
def test_the_intake_fits_its_screen_without_scripts_and_violates_no_rule_of_axe(
    week: Desk, chromium: Browser, scheme: str, width: int
) -> None:
    press(week, "What the quota costs", "out")
    context = chromium.new_context(viewport={"width": width, "height": 860}, color_scheme="dark" if scheme == "dark" else "light")
    token = week.client(Role.EDITOR).cookies["digest_session"]
    context.add_cookies([{"name": "digest_session", "value": token, "url": week.url}])
    page = context.new_page()
    page.goto(f"{week.url}{PAGE}")
    for summary in page.query_selector_all(".story summary")[:3]:
        summary.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert violations(page) == []
    context.close()


def test_what_the_source_changed_is_taken_or_left_at_the_desk_with_the_words_that_differ(week: Desk) -> None:
    editing.ask_for_review(week.database, replace(week.decision(1), revision=2))
    with week.database.writing() as session:
        entries.keep(session, "review", [article(0, "What the convoy costs now"), article(1, "What a quota costs")], now=NOW)
    client = week.client(Role.EDITOR)
    html = client.get("/editions/1").text
    assert re.search(r"<ins>\s*now</ins>", html)
    ids = {item.headline: item.id for section in content(week).sections for item in section.items if isinstance(item, Article)}
    shown = {"revision": "2", "state": "in_review"}
    taken = client.post(f"/editions/1/source/{ids['What the convoy costs']}/take", data=shown)
    assert taken.status_code == 303
    assert headlines(week, "lead") == ["What the convoy costs now"]
    left = client.post(f"/editions/1/source/{ids['What the quota costs']}/leave", data={**shown, "revision": "3"})
    assert left.status_code == 303
    assert "What the quota costs" in headlines(week, "articles")
    assert "The source changed" not in client.get("/editions/1").text
    again = client.post(f"/editions/1/source/{ids['What the convoy costs']}/take", data={**shown, "revision": "3"})
    assert again.status_code == 409
    assert "there is no new text to take" in again.text.lower()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_finding_with_words_struck_and_added_violates_no_rule_of_axe(week: Desk, chromium: Browser, scheme: str) -> None:
    editing.ask_for_review(week.database, replace(week.decision(1), revision=2))
    with week.database.writing() as session:
        entries.keep(session, "review", [article(0, "What a convoy costs now")], now=NOW)
    context = chromium.new_context(viewport={"width": 1280, "height": 860}, color_scheme="dark" if scheme == "dark" else "light")
    token = week.client(Role.EDITOR).cookies["digest_session"]
    context.add_cookies([{"name": "digest_session", "value": token, "url": week.url}])
    page = context.new_page()
    page.goto(f"{week.url}/editions/1")
    assert page.locator(".red-line del").first.inner_text().strip() == "the"
    assert page.get_by_role("link", name="What was left out, and why").count() == 1
    assert violations(page) == []
    context.close()
