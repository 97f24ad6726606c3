"""Two editors at once: both texts on one page, settled by one tap, sentence by sentence, or both; nothing typed is lost."""

import re

from digest.compose import edit
from digest.flows import correcting
from digest.flows.correcting import Correction
from digest.model.edition import Brief, EditionState
from digest.store import editions
from tests.web.corrected import brief, by_tomas, content, item, save, seen
from tests.web.newsroom import Desk, sample_edition

FIRST, SECOND, THIRD = "Six carriers cleared the corridor.", "Two more wait at Gen. Marsh’s pier.", "Nobody has said why."


def test_two_editors_at_once_see_both_texts_and_settle_with_one_tap(desk: Desk) -> None:
    browser = desk.client()
    stale = seen(desk)
    by_tomas(desk, {"lead": "Grain ships wait two days."})
    answer = browser.post("/editions/1/items/b1", data=stale | {"lead": "Grain ships leave <early>."})
    assert answer.status_code == 409
    for words in ("Two of you changed this brief", "Keep mine", "Take Tomas’s", "Keep both as two briefs", "&lt;early&gt;."):
        assert words in answer.text, words
    assert re.search(r"<ins>[^<]*wait", answer.text)
    mine = {"lead": "Grain ships leave <early>.", "text": "Six bulk carriers cleared the corridor on Monday night."}
    browser.post("/editions/1/items/b1", data=seen(desk) | mine | {"settle": "theirs"})
    assert content(desk).sections[2].items[0] == item(desk, "b1")
    brief = item(desk, "b1")
    assert isinstance(brief, Brief)
    assert brief.lead == "Grain ships wait two days."
    assert "&lt;early&gt;" in browser.get("/editions/1/history?before=2&after=3").text
    browser.post("/editions/1/items/b1", data=seen(desk) | mine | {"settle": "both"})
    first, second, *_ = content(desk).sections[2].items
    assert isinstance(first, Brief)
    assert isinstance(second, Brief)
    assert (first.id, first.lead, second.lead) == ("b1", "Grain ships wait two days.", "Grain ships leave <early>.")
    browser.post("/editions/1/items/b1", data=seen(desk) | mine | {"settle": "mine"})
    brief = item(desk, "b1")
    assert isinstance(brief, Brief)
    assert brief.lead == "Grain ships leave <early>."


def test_a_text_is_settled_sentence_by_sentence_and_ones_own_stays_in_the_history(desk: Desk) -> None:
    browser = desk.client()
    save(browser, "b1", desk, text=f"{FIRST} {SECOND} {THIRD}")
    stale = seen(desk)
    theirs = f"Seven carriers cleared the corridor. {SECOND} {THIRD} Tomas adds this."
    by_tomas(desk, {"html": theirs}, revision=2)
    mine = {"text": f"{FIRST.replace('Six', 'Five')} {SECOND} The port knows why."}
    page = browser.post("/editions/1/items/b1", data=stale | mine)
    assert page.status_code == 409
    assert "Settle sentence by sentence" in page.text
    # What both have is not asked; a title ends no sentence.
    assert f'<p class="same">{SECOND} </p>' in page.text
    assert len(re.findall(r'name="pick-text-\d+" value="mine" checked', page.text)) == 2
    picks = {"settle": "picked", "pick-text-0": "theirs", "pick-text-1": "both"}
    fields = dict(re.findall(r'<input type="hidden" name="(lead|text|sources)" value="([^"]*)"', page.text.partition('value="picked"')[2]))
    assert browser.post("/editions/1/items/b1", data=seen(desk) | fields | picks).status_code == 303
    assert brief(desk, "b1").html == (f"Seven carriers cleared the corridor. {SECOND} {THIRD} Tomas adds this. The port knows why.")
    with desk.database.reading() as session:
        before = editions.content(session, 1, editions.get(session, 1).revision - 1)
    kept = next(one for one in before.sections[2].items if one.id == "b1")
    assert isinstance(kept, Brief)
    assert kept.html == f"Five carriers cleared the corridor. {SECOND} The port knows why."


def test_a_third_ones_change_of_another_field_stays_when_a_text_is_settled(desk: Desk) -> None:
    browser = desk.client()
    by_tomas(desk, {"lead": "Theirs."})
    shown = seen(desk)
    correction = Correction(edition_id=1, revision=2, state=EditionState.DRAFT, who="Imani", at=desk.now, why="edited")
    correcting.correct(desk.database, correction, lambda edition: edit.set_preheader(edition, "By Imani."))
    browser.post("/editions/1/items/b1", data=shown | {"lead": "Mine.", "settle": "theirs"})
    assert brief(desk, "b1").lead == "Theirs."
    assert content(desk).preheader == "By Imani."


def test_picks_that_the_page_did_not_offer_change_nothing_else(desk: Desk) -> None:
    browser = desk.client()
    by_tomas(desk, {"lead": "Theirs."})
    odd = {"settle": "picked", "lead": "Mine.", "pick-lead-0": "nobody", "pick-lead-9": "theirs", "pick-subject-0": "theirs"}
    assert browser.post("/editions/1/items/b1", data=seen(desk) | odd).status_code == 303
    assert brief(desk, "b1").lead == "Mine."
    assert brief(desk, "b2") == sample_edition().sections[2].items[1]


def test_what_was_typed_into_an_item_that_somebody_took_out_comes_back_with_it(desk: Desk) -> None:
    browser = desk.client()
    stale = seen(desk)
    correction = Correction(edition_id=1, revision=1, state=EditionState.DRAFT, who="Tomas", at=desk.now, why="removed: Grain")
    correcting.correct(desk.database, correction, lambda edition: edit.remove(edition, "b1"))
    page = browser.post("/editions/1/items/b1", data=stale | {"lead": "Grain <waits>."})
    assert page.status_code == 422
    assert "took this brief out while you were typing" in page.text
    assert "Grain &lt;waits&gt;." in page.text
    held = re.search(r'name="held" value="(\d+)"', page.text)
    assert held is not None
    back = seen(desk) | {"lead": "Grain <waits>.", "settle": "back", "held": held[1]}
    assert browser.post("/editions/1/items/b1", data=back).status_code == 303
    assert [one.id for one in content(desk).sections[2].items] == ["b1", "b2", "b3"]
    assert brief(desk, "b1").lead == "Grain <waits>."


def test_two_who_write_one_heading_see_both(desk: Desk) -> None:
    browser = desk.client()
    correction = Correction(edition_id=1, revision=1, state=EditionState.DRAFT, who="Tomas", at=desk.now, why="edited")
    correcting.correct(desk.database, correction, lambda edition: edit.set_heading(edition, "s3", "Theirs"))
    page = browser.post("/editions/1/items/s3", data={"revision": "1", "state": "draft", "heading": "Mine"})
    assert page.status_code == 409
    assert "Two of you changed this section" in page.text
    browser.post("/editions/1/items/s3", data=seen(desk) | {"heading": "Mine", "settle": "mine"})
    assert content(desk).sections[2].heading == "Mine"
    # A heading and an item of the same section go together.
    moved = browser.post("/editions/1/items/b2/up", data={"revision": "1", "state": "draft"})
    assert moved.status_code == 303
    assert item(desk, "b2") == content(desk).sections[2].items[0]
