"""Findings: each thing that can be wrong is said in an editor's words, and what blocks comes first."""

from dataclasses import replace

import pytest

from digest.compose import edit
from digest.compose.check import check
from digest.compose.checks.pictures import is_file_name
from digest.model.edition import Article, Brief, Edition, Finding, Severity
from digest.model.mailing import Rendered
from digest.model.newsletter import Newsletter, PlannedSection, SectionKind, WhenThin
from digest.model.page import Image

FOOTER = (
    "You get this because you confirmed your subscription.\n4 Quay Street,\nPort Ellis "
    "zqunsubscribe_urlzq zqpreferences_urlzq zqbrowser_urlzq"
)


@pytest.fixture(scope="module")
def rendered() -> Rendered:
    html = FOOTER.replace("\n", "<br>")
    return Rendered(sha256="0" * 64, subject="s", preheader="p", mjml="", html=html, text=FOOTER, marker="zq", pieces=())


def only(findings: tuple[Finding, ...], code: str) -> Finding:
    (found,) = [finding for finding in findings if finding.code == code]
    return found


def lead_of(edition: Edition) -> Article:
    item = edition.sections[0].items[0]
    assert isinstance(item, Article)
    return item


def with_lead(edition: Edition, lead: Article) -> Edition:
    first = replace(edition.sections[0], items=(lead,))
    return replace(edition, sections=(first, *edition.sections[1:]))


def first_brief(edition: Edition) -> Brief:
    return next(item for section in edition.sections for item in section.items if isinstance(item, Brief))


def test_a_good_edition_has_no_finding(edition: Edition, newsletter: Newsletter, rendered: Rendered) -> None:
    assert check(edition, newsletter, rendered) == ()


def test_an_empty_edition_blocks(edition: Edition, newsletter: Newsletter) -> None:
    found = check(replace(edition, sections=()), newsletter, None)
    assert only(found, "empty_edition").severity is Severity.BLOCK
    assert only(found, "no_lead").severity is Severity.BLOCK


def test_a_plan_of_briefs_alone_needs_no_lead(edition: Edition, newsletter: Newsletter) -> None:
    plan = (PlannedSection(key="briefs", kind=SectionKind.BRIEFS),)
    briefs = replace(edition, sections=tuple(one for one in edition.sections if one.key == "briefs"))
    assert check(briefs, replace(newsletter, plan=plan), None) == ()


def test_an_empty_section_is_named(edition: Edition, newsletter: Newsletter) -> None:
    podium = edition.sections[-1]
    found = only(check(edit.remove(edition, podium.items[0].id), newsletter, None), "empty_section")
    assert (found.severity, found.place) == (Severity.WARN, podium.id)
    assert "“From this week's harbour office briefing”" in found.message


def test_a_thin_section_blocks_only_where_the_plan_holds_for_it(edition: Edition, newsletter: Newsletter) -> None:
    def thin(rule: WhenThin) -> Finding:
        plan = tuple(replace(one, minimum=5, thin=rule) if one.key == "articles" else one for one in newsletter.plan)
        return only(check(edition, replace(newsletter, plan=plan), None), "thin_section")

    assert thin(WhenThin.HOLD).severity is Severity.BLOCK
    assert thin(WhenThin.SKIP).severity is Severity.WARN
    assert thin(WhenThin.LEAVE_OUT).severity is Severity.WARN
    assert "“More from the week” holds 4 of at least 5 items" in thin(WhenThin.HOLD).message


def test_a_section_that_was_left_out_is_noted(edition: Edition, newsletter: Newsletter) -> None:
    less = replace(edition, sections=tuple(one for one in edition.sections if one.key != "podium"))
    found = only(check(less, newsletter, None), "left_out_section")
    assert (found.severity, found.place) == (Severity.NOTE, None)


def test_the_lead_picture_without_alternative_text_blocks(edition: Edition, newsletter: Newsletter) -> None:
    lead = lead_of(edition)
    found = only(
        check(with_lead(edition, replace(lead, image=Image(url="https://t.example/i.png", alt=" ", credit="OF"))), newsletter, None),
        "missing_alt",
    )
    assert (found.severity, found.place) == (Severity.BLOCK, lead.id)
    assert found.message == "The lead picture has no alternative text."


def test_another_picture_without_alternative_text_or_credit_warns(edition: Edition, newsletter: Newsletter) -> None:
    other = edition.sections[1].items[0]
    changed = edit.set_article(edition, other.id, {"image": Image(url="https://t.example/i.png")})
    found = check(changed, newsletter, None)
    assert only(found, "missing_alt").severity is Severity.WARN
    assert only(found, "missing_credit").message == "The picture of “Fog, counted in coffee” has no credit."


def test_a_caption_stands_in_for_alternative_text_and_a_credit_alone_is_no_picture(edition: Edition, newsletter: Newsletter) -> None:
    lead = lead_of(edition)
    captioned = replace(lead, image=Image(url="https://t.example/i.png", caption="A canal", credit="OF"))
    assert check(with_lead(edition, captioned), newsletter, None) == ()
    assert check(with_lead(edition, replace(lead, image=Image(url=None, credit="OF"))), newsletter, None) == ()


@pytest.mark.parametrize("part", ["html", "text"])
def test_a_part_without_unsubscribe_link_blocks(part: str, edition: Edition, newsletter: Newsletter, rendered: Rendered) -> None:
    # A link that merely says unsubscribe_url is none: the slot must be there.
    torn = {"html": rendered.html, "text": rendered.text} | {part: "unsubscribe_url 4 Quay Street, Port Ellis"}
    found = only(check(edition, newsletter, replace(rendered, html=torn["html"], text=torn["text"])), "no_unsubscribe")
    assert found.severity is Severity.BLOCK
    assert {"html": "HTML", "text": "text"}[part] in found.message


def test_a_missing_postal_address_blocks(edition: Edition, newsletter: Newsletter, rendered: Rendered) -> None:
    found = only(check(edition, replace(newsletter, postal_address=" "), rendered), "no_postal_address")
    assert found.severity is Severity.BLOCK
    hidden = replace(rendered, text="zqunsubscribe_urlzq")
    assert "text part" in only(check(edition, newsletter, hidden), "no_postal_address").message


@pytest.mark.parametrize(
    ("size", "severity"), [(84_999, None), (85_000, Severity.WARN), (99_999, Severity.WARN), (100_000, Severity.BLOCK)]
)
def test_size_warns_before_it_blocks(
    size: int, severity: Severity | None, edition: Edition, newsletter: Newsletter, rendered: Rendered
) -> None:
    padded = replace(rendered, html=rendered.html + "x" * (size - rendered.html_bytes))
    assert [finding.severity for finding in check(edition, newsletter, padded) if finding.code == "size"] == (
        [severity] if severity else []
    )


def test_a_brief_without_source_is_noted_but_not_what_a_podium_said(edition: Edition, newsletter: Newsletter) -> None:
    brief = first_brief(edition)
    found = only(check(edit.set_brief(edition, brief.id, {"sources": ()}), newsletter, None), "brief_without_source")
    assert (found.severity, found.place) == (Severity.NOTE, brief.id)
    assert "The lock keeper's strike" in found.message


def test_a_byline_that_may_be_wrong_is_noted_until_somebody_saves_it(edition: Edition, newsletter: Newsletter) -> None:
    lead = lead_of(edition)
    unsure = with_lead(edition, replace(lead, authors=("Newsroom",), byline_unsure=True))
    finding = only(check(unsure, newsletter, None), "byline_unsure")
    assert (finding.severity, finding.place) == (Severity.NOTE, lead.id)
    assert "Newsroom" in finding.message
    retitled = edit.set_article(unsure, lead.id, {"headline": "Another headline"})
    assert only(check(retitled, newsletter, None), "byline_unsure").place == lead.id
    settled = edit.set_article(unsure, lead.id, {"authors": ("Newsroom",)})
    assert not [one for one in check(settled, newsletter, None) if one.code == "byline_unsure"]


def test_an_item_twice_is_named(edition: Edition, newsletter: Newsletter) -> None:
    lead = lead_of(edition)
    again = edit.add_article(
        edition, edition.sections[1].id, {"headline": "Uphill, again", "url": lead.url.replace("https://", "http://www.") + "/"}
    )
    found = only(check(again, newsletter, None), "repeated_item")
    assert (found.severity, found.message) == (Severity.WARN, "“Uphill, again” stands in the edition twice.")
    brief = first_brief(edition)
    twice = edit.add_made(edition, edition.sections[3].id, [Brief(id="", lead=brief.lead, html=brief.html)])
    assert only(check(twice, newsletter, None), "repeated_item").place == twice.sections[3].items[-1].id


@pytest.mark.parametrize("query", ["?utm_source=feed&utm_medium=rss", "?fbclid=abc"])
def test_an_item_is_known_again_whatever_campaign_its_address_carries(query: str, edition: Edition, newsletter: Newsletter) -> None:
    lead = lead_of(edition)
    again = edit.add_article(edition, edition.sections[1].id, {"headline": "Uphill, again", "url": f"{lead.url}{query}"})
    assert only(check(again, newsletter, None), "repeated_item").place == again.sections[1].items[-1].id
    other = edit.add_article(edition, edition.sections[1].id, {"headline": "Uphill, again", "url": f"{lead.url}?id=2"})
    assert not [one for one in check(other, newsletter, None) if one.code == "repeated_item"]


def test_subject_and_preheader_are_wanted(edition: Edition, newsletter: Newsletter) -> None:
    found = check(replace(edition, subject=" ", preheader=""), newsletter, None)
    assert only(found, "no_subject").severity is Severity.BLOCK
    assert only(found, "no_preheader").severity is Severity.WARN


@pytest.mark.parametrize("field", ["subject", "preheader"])
def test_a_greeting_without_a_word_for_the_nameless_is_told_and_no_greeting_is_a_placeholder(
    edition: Edition, newsletter: Newsletter, field: str
) -> None:
    for bare in ("{name}, the ferry", "For {name|} alone"):
        found = only(check(replace(edition, **{field: bare}), newsletter, None), "nameless")  # type: ignore[arg-type]  # subject or preheader
        assert (found.severity, found.about) == (Severity.WARN, field)
    assert check(replace(edition, **{field: "{name|friend}, the ferry"}), newsletter, None) == ()  # type: ignore[arg-type]  # as above
    for other in ("{nmae|friend}", "*|FNAME|*", "{{ subscriber.first_name }}", "%NAME%"):
        only(check(replace(edition, **{field: f"Dear {other}"}), newsletter, None), "placeholder")  # type: ignore[arg-type]  # as above


def test_the_length_of_a_subject_is_that_of_its_word_for_the_nameless(edition: Edition, newsletter: Newsletter) -> None:
    assert check(replace(edition, subject="{name|" + "x" * 59 + "}!"), newsletter, None) == ()


def test_a_subject_over_sixty_characters_is_noted(edition: Edition, newsletter: Newsletter) -> None:
    assert check(replace(edition, subject="x" * 60), newsletter, None) == ()
    assert only(check(replace(edition, subject="x" * 61), newsletter, None), "subject_long").severity is Severity.NOTE


@pytest.mark.parametrize("text", ["Lorem ipsum dolor", "The mayor said TK", "Figures TKTK", "TODO name him"])
def test_placeholder_text_warns(text: str, edition: Edition, newsletter: Newsletter) -> None:
    lead = lead_of(edition)
    assert only(check(edit.set_article(edition, lead.id, {"dek": text}), newsletter, None), "placeholder").place == lead.id
    assert only(check(edit.set_subject(edition, text), newsletter, None), "placeholder").message.startswith("The subject")
    intro = edit.set_intro(edition, f"<p>{text}</p>")
    assert intro.intro is not None
    assert only(check(intro, newsletter, None), "placeholder").place == intro.intro.id


@pytest.mark.parametrize("text", ["Tkachenko speaks", "the .tk domain", "Atk and Tk", "Lorem met Ipsum"])
def test_words_that_only_look_like_placeholders_pass(text: str, edition: Edition, newsletter: Newsletter) -> None:
    assert check(edit.set_preheader(edition, text), newsletter, None) == ()


def test_what_blocks_comes_first_then_warnings_then_notes(edition: Edition, newsletter: Newsletter) -> None:
    poor = replace(edition, subject="", preheader="", sections=edition.sections[:4])
    poor = edit.set_brief(poor, first_brief(poor).id, {"sources": ()})
    order = [finding.severity for finding in check(poor, newsletter, None)]
    assert order == sorted(order, key=[Severity.BLOCK, Severity.WARN, Severity.NOTE].index)
    assert set(order) == set(Severity)


def test_every_finding_ends_as_a_sentence_and_has_a_remedy(newsletter: Newsletter, edition: Edition) -> None:
    for finding in check(replace(edition, subject="", preheader="", sections=()), replace(newsletter, postal_address=""), None):
        assert finding.message.endswith(".")
        assert finding.remedy.endswith(".")


@pytest.mark.parametrize(
    ("alt", "name"),
    [
        ("IMG_2034.jpg", True),
        ("us-army-soldiers", True),
        ("DSC 00123", True),
        ("Screenshot 2026-11-20", True),
        ("image", True),
        ("harbour-night-final-v2.PNG", True),
        ("The strait of Sabine at night", False),
        ("Harbour", False),
        ("A photo of the minister", False),
        ("Soldiers of the 173rd", False),
    ],
)
def test_an_alternative_text_that_is_a_files_name_is_none(alt: str, name: bool) -> None:  # noqa: FBT001  a table's column
    assert is_file_name(alt, "https://review.example.org/2026/us-army-soldiers.jpg?w=1200") is name
    assert not is_file_name("Harbour", "https://review.example.org/harbour.jpg")


def test_a_files_name_for_alternative_text_warns_even_in_the_lead(edition: Edition, newsletter: Newsletter) -> None:
    lead = edition.sections[0].items[0]
    named = edit.set_article(
        edition, lead.id, {"image": Image(url="https://review.example.org/1.jpg", alt="IMG_2034.jpg", credit="A. Lind")}
    )
    found = only(check(named, newsletter, None), "missing_alt")
    assert found.severity is Severity.WARN
    assert found.message == "The lead picture has a file’s name for alternative text: “IMG_2034.jpg”."
