"""What a correction puts right: a note of its own that merges, differs, is exported and checked, and says on purpose what was wrong."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from digest.compose import edit
from digest.compose.adopt import adopted
from digest.compose.check import check
from digest.compose.differ import changes
from digest.compose.mend import mend
from digest.compose.merge import CORRECTION, merge
from digest.compose.sheet import Origin, content_hash, write_sheet
from digest.compose.sheet_read import read_sheet
from digest.errors import InputError
from digest.gather.sanitize import clean_html
from digest.model.edition import Edition, Finding, Fix, Severity
from digest.model.facts import Facts
from digest.model.mailing import Rendered
from digest.model.newsletter import Newsletter, StyleRule
from digest.store.documents import from_document, to_document

SAID = '<p>We called the mayor Ines Kalder. She is <a href="https://r.example/calder">Ines Calder</a>.</p>'
ORIGIN = Origin(edition_id=12, revision=7, sha256="a" * 64)


@pytest.fixture
def said(edition: Edition) -> Edition:
    return edit.set_correction(edition, SAID, "The desk")


def mail(html: str, text: str) -> Rendered:
    return Rendered(sha256="0" * 64, subject="s", preheader="p", mjml="", html=html, text=text, marker="zq", pieces=())


def found(edition: Edition, newsletter: Newsletter, code: str, rendered: Rendered | None = None, **facts: bool) -> list[Finding]:
    return [one for one in check(edition, newsletter, rendered, Facts(**facts)) if one.code == code]  # type: ignore[arg-type]  # went_out alone


def test_it_is_sanitised_signed_keeps_its_id_and_goes_when_it_says_nothing(edition: Edition) -> None:
    first = edit.set_correction(edition, "<p onclick=x>It was two<script>alert(1)</script></p>", "The desk").correction
    assert first is not None
    assert (first.html, first.signature) == ("<p>It was two</p>", "The desk")
    both = edit.set_correction(edit.set_intro(edition, "<p>Good morning.</p>"), "<p>It was two.</p>")
    again = edit.set_correction(both, "<p>It was three.</p>")
    assert again.correction is not None
    assert both.correction is not None
    assert both.intro is not None
    assert again.correction.id == both.correction.id != both.intro.id
    assert edit.set_correction(again, "<p> </p>") == replace(both, correction=None)


def test_what_is_stored_without_one_reads_back_and_files_of_before_are_known_by_their_hash(edition: Edition, said: Edition) -> None:
    document = to_document(edition)
    assert document.pop("correction") is None
    assert from_document(Edition, document) == edition
    assert from_document(Edition, to_document(said)) == said
    plain = Edition(newsletter_id="weekly", number=3, slot=datetime(2026, 11, 28, 6, tzinfo=UTC), subject="A buoy", preheader="")
    # As it was when there was no such field.
    assert content_hash(plain) == "f6b05a5d314ba57316aa0dccefc49202c5fab2b8bd1855e3cc179d035a47bda1"
    assert content_hash(edit.set_correction(plain, SAID)) != content_hash(plain)


def test_its_file_holds_it_before_the_letter_and_reads_back_as_that(said: Edition) -> None:
    whole = edit.set_intro(said, "<p>Good morning.</p>")
    text = write_sheet(whole, ORIGIN)
    assert text.index("[correction]") < text.index("[intro]") < text.index("[[section]]")
    assert read_sheet(text, "week.toml").edition == whole
    written = text.replace(f'id = "{said.correction.id if said.correction else ""}"\n', "").replace("Kalder", "<script>x</script>Kalder")
    fresh = adopted(read_sheet(written, "week.toml"), whole, clean_html).correction
    assert fresh is not None
    assert (fresh.html, fresh.signature, fresh.id[:2]) == (SAID, "The desk", "n-")
    with pytest.raises(InputError, match=r"week\.toml, line 22: .signed. means nothing here; write signature"):
        read_sheet(text.replace("signature =", "signed =", 1), "week.toml")


def test_it_merges_field_by_field_and_clashes_by_its_name(edition: Edition, said: Edition) -> None:
    mine, theirs = edit.set_correction(said, "<p>Mine</p>", "The desk"), edit.set_correction(said, SAID, "Theirs")
    merged = merge(said, mine, theirs)
    assert (merged.clashes, merged.edition) == ((), edit.set_correction(said, "<p>Mine</p>", "Theirs"))
    (clash,) = merge(said, mine, edit.set_correction(said, "<p>Theirs</p>", "The desk")).clashes
    assert (clash.place, clash.name, clash.mine, clash.theirs) == (CORRECTION, "html", "<p>Mine</p>", "<p>Theirs</p>")
    headed = edit.set_subject(edition, "Another")
    assert merge(edition, said, headed).edition == replace(headed, correction=said.correction)
    assert merge(said, headed, said).edition == headed


def test_what_changed_in_it_is_told_by_its_name(edition: Edition, said: Edition) -> None:
    assert [(one.place, one.where, one.field) for one in changes(edition, said)] == [
        (CORRECTION, "Correction", "Text"),
        (CORRECTION, "Correction", "Signature"),
    ]


def test_whoever_corrects_what_went_out_and_does_not_say_so_is_warned(edition: Edition, said: Edition, newsletter: Newsletter) -> None:
    assert found(edition, newsletter, "correction_unsaid") == []
    (warned,) = found(edition, newsletter, "correction_unsaid", went_out=True)
    assert (warned.severity, warned.place) == (Severity.WARN, CORRECTION)
    assert found(said, newsletter, "correction_unsaid", went_out=True) == []


def test_a_theme_that_keeps_it_from_readers_stops_the_approval(said: Edition, newsletter: Newsletter) -> None:
    shows = "We called the mayor Ines Kalder. She is Ines\nCalder [1]."
    html = '<p>We called the mayor <b>Ines Kalder</b>. She is <a href="x">Ines Calder</a>.</p>'
    assert found(said, newsletter, "correction_unseen", mail(html, shows)) == []
    (html_lacks,) = found(said, newsletter, "correction_unseen", mail("<p>The week</p>", shows))
    (text_lacks,) = found(said, newsletter, "correction_unseen", mail(html, "The week"))
    assert (html_lacks.severity, html_lacks.about, text_lacks.about) == (Severity.BLOCK, "HTML", "text")
    assert 'include "blocks/correction.mjml"' in html_lacks.remedy
    # The preheader begins as it does, and nobody sees that in the mail.
    hidden = f'<div class="p" style="display:none;max-height:0">{shows}</div><p>The week</p>'
    assert len(found(said, newsletter, "correction_unseen", mail(hidden, shows))) == 1
    greets = edit.set_correction(said, "<p>{name|friend}, we were wrong about the mayor.</p>")
    greeted = "zqname0667269656e64zq, we were wrong about the mayor."
    assert found(greets, newsletter, "correction_unseen", mail(greeted, greeted)) == []


def test_what_it_says_was_wrong_is_no_slip_and_no_button_writes_it_anew(said: Edition, newsletter: Newsletter) -> None:
    told = edit.set_preheader(said, "We called the mayor Ines Kalder.")
    lead = told.sections[0].items[0]
    told = edit.set_article(told, lead.id, {"headline": "Mayor Ines Calder answers", "dek": "Ines Calder was asked twice."})
    housed = replace(newsletter, style=(StyleRule(wrong="Kalder", right="Calder"),))
    assert found(told, housed, "name_spellings") == []
    assert found(told, housed, "house_style") == []
    fix = Fix(label="Write Calder everywhere", find=("Kalder",), put="Calder", everywhere=True)
    assert mend(told, fix, None) == told
    moved = Fix(label="Take it", find=("https://r.example/calder",), put="https://r.example/2", kind="address")
    place = told.correction.id if told.correction else ""
    after = mend(told, moved, place).correction
    assert after is not None
    assert 'href="https://r.example/2"' in after.html


def test_placeholders_in_it_are_found(said: Edition, newsletter: Newsletter) -> None:
    (one,) = found(edit.set_correction(said, "<p>It was TK euros.</p>"), newsletter, "placeholder")
    assert one.place == (said.correction.id if said.correction else "")
