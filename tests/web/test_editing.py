"""Editing at the desk: forms that save revisions, refusals that keep what was typed, conflicts that lose neither text."""

import re
from dataclasses import replace
from html import unescape

import httpx
import pytest

from digest.compose import edit
from digest.model.account import Role
from digest.model.edition import Article, Brief
from digest.model.page import Image
from digest.store import editions
from tests.web.corrected import content, item, save, seen
from tests.web.newsroom import Desk, sample_edition

HEAD = {"subject": "The strait reopens, on terms nobody has read", "preheader": "Another preheader."}


def test_a_brief_is_corrected_in_its_form(desk: Desk) -> None:
    browser = desk.client()
    page = browser.get("/editions/1?item=b1").text
    assert "In other news this week, 1st of 3" in page
    assert "Lloyd’s List https://meridian.example/b1" in page
    answer = save(
        browser,
        "b1",
        desk,
        lead="Grain leaves.",
        text="**Six** left for [here](https://a.example/).",
        sources="AFP\nReuters: https://r.example/x",
    )
    assert (answer.status_code, answer.headers["location"]) == (303, "/editions/1?item=b1")
    brief = item(desk, "b1")
    assert isinstance(brief, Brief)
    assert (brief.lead, brief.html) == ("Grain leaves.", '<strong>Six</strong> left for <a href="https://a.example/">here</a>.')
    assert [(one.name, one.url) for one in brief.sources] == [("AFP", None), ("Reuters", "https://r.example/x")]
    assert "revision 2" in browser.get("/editions/1?item=b1").text


def test_saving_a_form_without_typing_makes_no_revision(desk: Desk) -> None:
    browser = desk.client()
    for place in ("head", "a0", "b1", "intro"):
        page = browser.get(f"/editions/1?item={place}").text
        fields = dict(re.findall(r'<textarea[^>]* name="(\w+)"[^>]*>\n?(.*?)</textarea>', page.partition('id="item-form"')[2], re.DOTALL))
        assert save(browser, place, desk, **{name: unescape(text) for name, text in fields.items()}).status_code == 303
    assert seen(desk)["revision"] == "1"


def test_head_note_and_article_are_written(desk: Desk) -> None:
    browser = desk.client()
    save(browser, "head", desk, **HEAD)
    save(browser, "intro", desk, text="Good *morning*.\n\n- one", signature="Nadia")
    save(
        browser,
        "a1",
        desk,
        headline="Europe counts again",
        dek="",
        kicker="EU",
        byline="Ines Calder, Omar Field",
        url="https://m.example/1",
    )
    edition = content(desk)
    assert edition.preheader == "Another preheader."
    assert edition.intro is not None
    assert (edition.intro.html, edition.intro.signature) == ("<p>Good <em>morning</em>.</p><ul><li>one</li></ul>", "Nadia")
    article = item(desk, "a1")
    assert isinstance(article, Article)
    assert (article.headline, article.dek, article.kicker, article.authors) == (
        "Europe counts again",
        None,
        "EU",
        ("Ines Calder", "Omar Field"),
    )
    assert article.because is None


def test_a_picture_is_left_out_and_taken_again_with_its_credit(desk: Desk) -> None:
    with desk.database.writing() as session:
        picture = Image(url="https://meridian.example/a.jpg", alt="A quay", credit="Omar")
        with_picture = edit.set_article(sample_edition(), "a0", {"image": picture})
        editions.save(session, editions.get(session, 1), with_picture, now=desk.now, who="Tomas")
    browser = desk.client()
    save(browser, "a0", desk, picture="")
    lead = item(desk, "a0")
    assert isinstance(lead, Article)
    assert lead.image is None
    assert "A quay" in browser.get("/editions/1?item=a0").text
    save(browser, "a0", desk, picture=str(picture.url), alt="A quay at dusk", credit="Omar Field")
    lead = item(desk, "a0")
    assert isinstance(lead, Article)
    assert lead.image == replace(picture, alt="A quay at dusk", credit="Omar Field")


def test_another_picture_is_chosen_by_its_address_and_its_own_is_still_offered(desk: Desk) -> None:
    with desk.database.writing() as session:
        picture = Image(url="https://meridian.example/a.jpg", alt="A quay", caption="The quay.", credit="Omar")
        with_picture = edit.set_article(sample_edition(), "a0", {"image": picture})
        editions.save(session, editions.get(session, 1), with_picture, now=desk.now, who="Tomas")
    browser = desk.client()
    save(browser, "a0", desk, picture="other", address="https://meridian.example/b.jpg", alt="A crane", credit="Ines")
    lead = item(desk, "a0")
    assert isinstance(lead, Article)
    assert lead.image == Image(url="https://meridian.example/b.jpg", alt="A crane", credit="Ines")
    page = browser.get("/editions/1?item=a0").text
    assert 'value="https://meridian.example/a.jpg"' in page
    assert re.search(r'value="other" checked', page)
    assert 'value="https://meridian.example/b.jpg"' in page
    for address, said in (("", "has no address"), ("javascript:alert(1)", "is no web address")):
        refused = save(browser, "a0", desk, picture="other", address=address)
        assert refused.status_code == 422
        assert said in refused.text
    assert item(desk, "a0") == lead


def test_an_articles_body_is_written_with_headings_lists_and_quotations(desk: Desk) -> None:
    browser = desk.client()
    typed = "## Who pays\n\nThe insurers *do*.\n\n- one\n- two\n\n> said\n\n<script>alert(1)</script>"
    assert save(browser, "a1", desk, body=typed).status_code == 303
    article = item(desk, "a1")
    assert isinstance(article, Article)
    assert article.body_html == (
        "<h2>Who pays</h2><p>The insurers <em>do</em>.</p><ul><li>one</li><li>two</li></ul>"
        "<blockquote><p>said</p></blockquote><p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"
    )
    page = browser.get("/editions/1?item=a1").text
    assert typed in unescape(page)
    # The one article with a text is set in full.
    assert "Who pays" in browser.get("/editions/1?view=text").text
    save(browser, "a1", desk, body=" ")
    article = item(desk, "a1")
    assert isinstance(article, Article)
    assert article.body_html is None


def test_a_sections_heading_is_written_and_emptied(desk: Desk) -> None:
    browser = desk.client()
    page = browser.get("/editions/1").text
    assert 'href="?item=s3"' in page
    assert "In other news this week</textarea>" in browser.get("/editions/1?item=s3").text
    assert save(browser, "s3", desk, heading="Elsewhere <b>").headers["location"] == "/editions/1?item=s3"
    assert content(desk).sections[2].heading == "Elsewhere <b>"
    assert "Elsewhere &lt;b&gt;" in browser.get("/editions/1/history").text
    save(browser, "s3", desk, heading="")
    assert content(desk).sections[2].heading is None
    assert save(browser, "s9", desk, heading="x").status_code == 404


@pytest.mark.parametrize(
    ("place", "fields", "said"),
    [
        ("a1", {"headline": " "}, "needs a headline"),
        ("a1", {"url": "javascript:alert(1)"}, "is no web address"),
        ("b1", {"lead": "", "text": ""}, "needs a lead or a text"),
        ("b1", {"sources": "https://only.example/"}, "names no source"),
        ("head", {"subject": "x" * 2000}, "at most 1,000 fit"),
    ],
)
def test_a_refusal_stands_in_the_form_with_what_was_typed(desk: Desk, place: str, fields: dict[str, str], said: str) -> None:
    answer = save(desk.client(), place, desk, **fields)
    assert answer.status_code == 422
    assert said in answer.text
    assert "What you typed is still here." in answer.text
    assert all(text in unescape(answer.text) for text in fields.values())
    assert seen(desk)["revision"] == "1"


@pytest.mark.parametrize(
    "nasty",
    [
        "<script>alert(1)</script>",
        "{{7*7}}{% raw %}",
        "\u202eevil\u2066",
        "👩\u200d🚀 naïve",
        "a\x00b",
        "</textarea><img src=x onerror=alert(1)>",
    ],
)
def test_whatever_is_typed_stays_text(desk: Desk, nasty: str) -> None:
    browser = desk.client()
    for place, field in (("b1", "lead"), ("b1", "text"), ("b1", "sources"), ("a1", "headline"), ("head", "subject"), ("intro", "text")):
        assert save(browser, place, desk, **{field: f"x {nasty}"}).status_code == 303
        page = browser.get(f"/editions/1?item={place}")
        assert page.status_code == 200
        for bad in ("<script>alert", "<img src=x", ">49", "\x00"):
            assert bad not in page.text
    assert "<script>alert" not in browser.get("/editions/1/history").text


def test_items_move_are_pinned_taken_out_and_brought_back(desk: Desk) -> None:
    browser = desk.client()

    def act(item_id: str, what: str, **fields: str) -> httpx.Response:
        return browser.post(f"/editions/1/items/{item_id}/{what}", data=seen(desk) | fields)

    assert act("a2", "up").headers["location"] == "/editions/1?item=a2&after=up"
    assert [one.id for one in content(desk).sections[1].items] == ["a2", "a1", "a3", "a4"]
    assert re.search(r'aria-label="Move up"[^>]*autofocus', browser.get("/editions/1?item=a2&after=up").text)
    act("a4", "pin")
    assert [one.id for one in content(desk).sections[1].items] == ["a4", "a2", "a1", "a3"]
    act("a4", "unpin")
    act("a3", "section", to="s1")
    assert [one.id for one in content(desk).sections[0].items] == ["a0", "a3"]
    assert act("a1", "remove").headers["location"] == "/editions/1?after=remove"
    page = browser.get("/editions/1").text
    assert "Taken out" in page
    held = re.search(r'name="held" value="(\d+)"', page)
    assert held is not None
    act("a1", "back", held=held[1])
    assert [one.id for one in content(desk).sections[1].items] == ["a4", "a2", "a1"]
    assert "Taken out" not in browser.get("/editions/1").text
    stale = act("a1", "section", to="gone")
    assert stale.status_code == 404


def test_a_note_and_a_passage_are_added_and_an_address_that_gives_nothing_says_why(desk: Desk) -> None:
    browser = desk.client()

    def add(**fields: str) -> httpx.Response:
        return browser.post("/editions/1/add", data=seen(desk) | fields)

    assert "item=n-" in add(kind="note", section="s2", text="Read *this*.").headers["location"]
    assert add(kind="passage", section="s3", text="**One.** First.\n\nSecond.").status_code == 303
    assert len(content(desk).sections[2].items) == 5
    for text, said in (("http://127.0.0.1:9/x", "127.0.0.1"), ("not an address", "is no web address"), ("", "is no web address")):
        answer = add(kind="address", section="s2", text=text)
        assert answer.status_code == 422
        assert said in answer.text
        assert f'value="{text}"' in answer.text
    assert add(kind="passage", section="s3", text=" ").status_code == 422


def test_undo_redo_history_and_restore(desk: Desk) -> None:
    browser = desk.client()
    save(browser, "b1", desk, lead="Grain ships wait.")
    page = browser.get("/editions/1/history").text
    assert re.search(r"<del>[^<]*leave two days early\.</del>", page)
    assert re.search(r"<ins>[^<]*wait\.</ins>", page)
    assert browser.post("/editions/1/undo", data=seen(desk) | {"item": "b1"}).headers["location"] == "/editions/1?item=b1&after=undo"
    assert content(desk) == sample_edition()
    browser.post("/editions/1/redo", data=seen(desk))
    assert content(desk) != sample_edition()
    stale = browser.post("/editions/1/undo", data={"revision": "1", "state": "draft"})
    assert stale.status_code == 409
    assert browser.post("/editions/1/restore", data=seen(desk) | {"to": "1"}).status_code == 303
    assert content(desk) == sample_edition()
    assert browser.get("/editions/1/history?before=1&after=99").status_code == 404


def test_an_edit_after_approval_says_before_and_after_that_it_voids(desk: Desk) -> None:
    desk.approve()
    browser = desk.client()
    page = browser.get("/editions/1?item=head").text
    assert "Saving a change makes that approval void" in page
    assert "hx-post" not in page
    stale = browser.post("/editions/1/items/head", data=HEAD | {"revision": "1", "state": "draft"})
    assert stale.status_code == 422
    assert "approved meanwhile" in stale.text
    assert desk.state() == "approved"
    save(browser, "head", desk, **HEAD)
    assert desk.state() == "draft"
    assert "the approval of revision 1 is void" in browser.get("/editions/1").text


def test_a_viewer_sees_and_changes_nothing(desk: Desk) -> None:
    viewer = desk.client(Role.VIEWER)
    page = viewer.get("/editions/1?item=b1").text
    assert "item-form" not in page
    assert "Undo" not in page
    assert viewer.get("/editions/1/history").status_code == 200
    for path in ("items/b1", "items/b1/up", "add", "undo", "redo", "restore"):
        assert viewer.post(f"/editions/1/{path}", data=seen(desk)).status_code == 403, path
    assert seen(desk)["revision"] == "1"


def test_a_test_mail_is_sent_from_its_page_and_a_wrong_address_is_said_there(desk: Desk) -> None:
    browser = desk.client()
    assert "editor@meridian.example" in browser.get("/editions/1/test").text
    answer = browser.post("/editions/1/test", data={"to": "nadia@meridian.example, tomas@meridian.example"})
    assert answer.status_code == 200
    assert answer.text.count(">kept, not sent<") == 2
    outbox = list((desk.runtime.settings.state / "outbox").rglob("*.eml"))
    assert len(outbox) == 2
    assert b"Subject: [Test]" in outbox[0].read_bytes()
    for to, said in (("nobody", "nobody"), ("", "needs an address"), (" ".join(f"r{n}@x.example" for n in range(11)), "at most 10")):
        refused = browser.post("/editions/1/test", data={"to": to})
        assert refused.status_code == 422
        assert said in refused.text
        assert "Nothing was sent." in refused.text
    assert desk.client(Role.VIEWER).post("/editions/1/test", data={"to": "v@x.example"}).status_code == 403
    assert "kept a test to nadia@meridian.example" in browser.get("/editions/1").text


def test_what_saves_itself_while_one_types_is_one_line_of_the_history(desk: Desk) -> None:
    browser = desk.client()
    for words in ("Grain", "Grain ships", "Grain ships wait."):
        answer = browser.post("/editions/1/items/b1", data=seen(desk) | {"lead": words}, headers={"hx-request": "true"})
        assert answer.status_code == 303
    page = browser.get("/editions/1/history").text
    assert "From revision 1 to 4" in page
    assert re.search(r"<del>[^<]*leave two days early\.</del>", page)
    assert 'href="?before=1&amp;after=4"' in page
    assert "revision 3" not in page
    browser.post("/editions/1/undo", data=seen(desk))
    assert content(desk) == sample_edition()
