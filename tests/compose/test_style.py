"""House style is found whole and with its case, outside addresses, and mended by one button; addresses are changed alone."""

from dataclasses import replace

import pytest

from digest.compose import edit
from digest.compose.check import check
from digest.compose.checks.style import hits_of
from digest.compose.mend import mend
from digest.compose.style_list import read_lines, read_toml, written
from digest.errors import InputError
from digest.model.edition import Article, Brief, Edition, Fix, SourceRef
from digest.model.newsletter import Newsletter, StyleRule


def mended(text: str, wrong: str, right: str, *, outside_quotes: bool = False) -> str:
    rule = StyleRule(wrong=wrong, right=right, outside_quotes=outside_quotes)
    for hit in reversed(hits_of(text, rule)):
        text = text[: hit.start] + hit.put + text[hit.end :]
    return text


@pytest.mark.parametrize(
    ("wrong", "right", "text", "after"),
    [
        ("web site", "website", "Web site, web  site and WEB SITE", "Website, website and WEBSITE"),
        ("Kiev", "Kyiv", "Kiev, KIEV, Kiev's mayor and kiev", "Kyiv, KYIV, Kyiv's mayor and kiev"),
        ("Kiev", "Kyiv", "Kievan, Kiev-based, Nekiev", "Kievan, Kiev-based, Nekiev"),
        (
            "Kiev",
            "Kyiv",
            "https://x.example/Kiev, www.Kiev.example, a@Kiev.org and kiev.com",
            "https://x.example/Kiev, www.Kiev.example, a@Kiev.org and kiev.com",
        ),
        ("per cent", "%", "five per cent", "five %"),
        ("Ukraine's", "Ukraine’s", "Ukraine's", "Ukraine’s"),
        ("the Ukraine", "Ukraine", "in the Ukraine; The Ukraine", "in Ukraine; The Ukraine"),
        ("C++", "C plus plus", "C++ and C", "C plus plus and C"),
    ],
)
def test_whole_words_are_found_in_their_case_and_never_in_addresses(wrong: str, right: str, text: str, after: str) -> None:
    assert mended(text, wrong, right) == after


def test_quotations_are_left_where_the_rule_says_so() -> None:
    text = 'Migrants came. “Migrants,” he said, and „migrants“, «migrants» and "migrants" too. Migrants left.'
    assert mended(text, "migrants", "refugees", outside_quotes=True) == text.replace("Migrants came", "Refugees came").replace(
        "Migrants left", "Refugees left"
    )
    assert "igrants" not in mended(text, "migrants", "refugees")


def test_a_finding_names_the_rule_its_note_and_the_place_and_its_button_mends_it_there_alone(
    edition: Edition, newsletter: Newsletter
) -> None:
    rule = StyleRule(wrong="quay", right="wharf", note="since the reform")
    housed = replace(newsletter, style=(rule,))
    first, second = edition.sections[1].items[0], edition.sections[2].items[0]
    told = edit.set_article(
        edition,
        first.id,
        {
            "dek": "The quay & the Quay, https://x.example/quay",
            "body_html": '<p>A <a href="https://x.example/quay">quay</a> &amp; more</p>',
        },
    )
    told = edit.set_article(told, second.id, {"dek": "A quay elsewhere"})
    found = [one for one in check(told, housed, None) if one.code == "house_style"]
    assert [one.place for one in found] == [first.id, second.id]
    assert "says “quay”, which the house writes “wharf”." in found[0].message
    assert found[0].remedy.endswith("Since the reform.")
    after = mend(told, found[0].fixes[0], found[0].place)
    item = after.sections[1].items[0]
    assert isinstance(item, Article)
    assert item.dek == "The wharf & the Wharf, https://x.example/quay"
    assert item.body_html == '<p>A <a href="https://x.example/quay">wharf</a> &amp; more</p>'
    assert [one.place for one in check(after, housed, None) if one.code == "house_style"] == [second.id]


def test_an_address_is_changed_where_it_is_and_no_other(edition: Edition) -> None:
    brief = next(item for section in edition.sections for item in section.items if isinstance(item, Brief))
    fields: edit.BriefFields = {
        "html": 'See <a href="https://a.example/1?x=1&amp;y=2">it</a> and <a href="https://a.example/1">this</a>.',
        "sources": (SourceRef(name="A", url="https://a.example/1?x=1&y=2"),),
    }
    told = edit.set_brief(edition, brief.id, fields)
    fix = Fix(label="l", find=("https://a.example/1?x=1&y=2",), put="https://b.example/?q=1&r=2", kind="address", everywhere=True)
    after = next(item for section in mend(told, fix, None).sections for item in section.items if item.id == brief.id)
    assert isinstance(after, Brief)
    assert after.html == 'See <a href="https://b.example/?q=1&amp;r=2">it</a> and <a href="https://a.example/1">this</a>.'
    assert after.sources[0].url == "https://b.example/?q=1&r=2"


def test_lines_are_read_as_they_are_written() -> None:
    text = "# ours\n\nKiev → Kyiv\nweb site => website | one word\nmigrants -> refugees | ask | not in quotes"
    rules = read_lines(text)
    assert rules == (
        StyleRule(wrong="Kiev", right="Kyiv"),
        StyleRule(wrong="web site", right="website", note="one word"),
        StyleRule(wrong="migrants", right="refugees", note="ask", outside_quotes=True),
    )
    assert read_lines(written(rules)) == rules
    assert read_toml('[[style]]\nwrong="Kiev"\nright="Kyiv"\noutside_quotes=true') == (
        StyleRule(wrong="Kiev", right="Kyiv", outside_quotes=True),
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Kiev Kyiv", "Line 1 of the house style has no arrow"),
        ("a → b\n → c", "Line 2 lacks a word on one side"),
        ("a → a", "on both sides"),
        ("a → b\na → c", "says a twice"),
        (f"{'x' * 81} → y", "at most 80 fit"),
        ("\n".join(f"a{n} → b" for n in range(501)), "at most 500 fit"),
        ("x" * 60_001, "at most 60,000 fit"),
    ],
)
def test_what_is_no_rule_is_refused_with_its_line(text: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        read_lines(text)


@pytest.mark.parametrize("text", ["style = 1", "[[style]]\nwrong=1", "[[style]]\nwrong='a'\nright='b'\nwhy='c'", "nonsense"])
def test_toml_that_holds_no_rules_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        read_toml(text)
