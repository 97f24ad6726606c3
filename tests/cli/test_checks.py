"""`digest edition check` and `approve --override`, and the house style, from the shell."""

from pathlib import Path

import pytest

from tests.command import Digest

BRIEFS = """In other harbour news this week

The harbour master, Ana Petterssen, closed the pier on Monday. Later Pettersen opened it again, according to the Harbour Gazette.

The ferry to Kiev runs on Tuesdays, the BBC reports. Nobody at the web site www.kiev.example knew why.
"""


@pytest.fixture
def drafted(weekly: Digest, tmp_path: Path) -> tuple[Digest, str]:
    """An edition of briefs alone under a plan with a lead: `no_lead` blocks it."""
    (tmp_path / "briefs.txt").write_text(BRIEFS, "utf-8")
    draft = weekly(
        "edition", "draft", "weekly", "--from", "briefs.txt", "--kind", "text", "--url", "https://review.example.org/1", "--json"
    )
    assert draft.code == 0, draft.err
    return weekly, str(draft.json()["edition"])


def test_findings_are_data_with_code_severity_place_and_remedy(drafted: tuple[Digest, str]) -> None:
    digest, edition = drafted
    checked = digest("edition", "check", edition, "--json")
    assert checked.code == 1
    findings = {one["code"]: one for one in checked.json()["findings"]}
    names = findings["name_spellings"]
    assert names["severity"] == "warn"
    assert names["place"].startswith("b-")
    assert "“Petterssen” once" in names["message"]
    assert "“Pettersen” once" in names["message"]
    assert names["remedy"]
    assert [fix["put"] for fix in names["fixes"]] == names["about"].split("|")
    assert {"no_lead", "thin_section"} <= set(findings)
    plain = digest("edition", "check", edition)
    assert "warn   name_spellings" in plain.out
    assert "cannot be approved yet" in plain.err


def test_a_finding_is_overridden_with_a_reason_and_the_edition_approved(drafted: tuple[Digest, str]) -> None:
    digest, edition = drafted
    refused = digest("edition", "approve", edition, "--override", "no_lead:A week of briefs, as agreed")
    assert refused.code == 1
    assert "holds 0 of at least 1 item" in refused.err
    assert not [one for one in digest("edition", "check", edition, "--json").json()["findings"] if one["override"]]
    words = ("--override", "no_lead:A week of briefs, as agreed", "--override", "thin_section:Nothing else: it came late")
    done = digest("edition", "approve", edition, *words)
    assert done.code == 0, done.err
    checked = digest("edition", "check", edition, "--json")
    assert checked.code == 0
    kept = {one["code"]: one["override"] for one in checked.json()["findings"] if one["override"]}
    assert kept["no_lead"]["why"] == "A week of briefs, as agreed"
    assert kept["thin_section"]["why"] == "Nothing else: it came late"
    assert "answered for it: A week of briefs, as agreed" in digest("edition", "check", edition).out


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("no_lead", "write it as CODE:REASON"),
        ("no_lead:because", "10 to 500 characters"),
        ("nonsense:because I say so", "there is no finding nonsense"),
        ("missing_alt:the picture is fine", "no finding missing_alt blocks"),
        ("no_lead@b-0:there is no lead this week", "no finding no_lead at b-0 blocks"),
        ("no_preheader:it needs none this week", "no finding no_preheader blocks"),
    ],
)
def test_what_cannot_be_overridden_is_refused_and_keeps_nothing(given: str, said: str, drafted: tuple[Digest, str]) -> None:
    digest, edition = drafted
    refused = digest("edition", "approve", edition, "--override", "thin_section:Nothing else came in", "--override", given)
    assert refused.code == 1
    assert said in refused.err
    assert not [one for one in digest("edition", "check", edition, "--json").json()["findings"] if one["override"]]


def test_links_are_asked_only_where_it_is_said(drafted: tuple[Digest, str]) -> None:
    digest, edition = drafted
    asked = digest("edition", "check", edition, "--links")
    assert "0 addresses, 0 asked now" in asked.out
    assert digest("edition", "check", "99", "--links").code == 1


def test_the_house_style_is_read_from_lines_or_toml_and_found(drafted: tuple[Digest, str], tmp_path: Path) -> None:
    digest, edition = drafted
    assert "No house style" in digest("newsletter", "style", "weekly").out
    (tmp_path / "style.txt").write_text("Kiev -> Kyiv\nweb site → website | one word | not in quotes\n", "utf-8")
    done = digest("newsletter", "style", "weekly", "--file", "style.txt")
    assert done.out == "Kiev → Kyiv\nweb site → website | one word | not in quotes\n"
    found = [one for one in digest("edition", "check", edition, "--json").json()["findings"] if one["code"] == "house_style"]
    assert [one["about"] for one in found] == ["Kiev", "web site"]
    assert found[1]["remedy"].endswith("One word.")
    (tmp_path / "style.toml").write_text('[[style]]\nwrong = "Kiev"\nright = "Kyiv"\n', "utf-8")
    assert digest("newsletter", "style", "weekly", "--file", "style.toml").out == "Kiev → Kyiv\n"
    (tmp_path / "bad.txt").write_text("Kiev Kyiv\n", "utf-8")
    assert "Line 1 of the house style has no arrow" in digest("newsletter", "style", "weekly", "--file", "bad.txt").err
    assert "No house style" in digest("newsletter", "style", "weekly", "--file", "none").out


def test_an_approval_waits_for_pictures_or_says_that_it_goes_without(weekly: Digest, tmp_path: Path) -> None:
    paragraphs = "".join(
        f"<p>Insurers, not admirals, decided on day {day} when the tankers moved, and at what price.</p>" for day in range(12)
    )
    picture = "https://review.example.org/strait.jpg"
    page = (
        f"<html><head><title>The strait reopens</title><meta property='og:image' content='{picture}'></head><body><article>"
        f"<h1>The strait reopens</h1><figure><img src='{picture}' alt='The strait' width='1200' height='800'>"
        f"<figcaption>Photo: Ada Lind</figcaption></figure>{paragraphs}</article></body></html>"
    )
    (tmp_path / "page.html").write_text(page, "utf-8")
    draft = weekly(
        "edition", "draft", "weekly", "--from", "page.html", "--kind", "page", "--url", "https://review.example.org/strait", "--json"
    )
    assert "picture_waits" in {one["code"] for one in draft.json()["findings"]}
    refused = weekly("edition", "approve", "1", "--wait", "0.2")
    assert refused.code == 1
    assert "a picture is still being fetched; wait, or approve it without" in refused.err
    done = weekly("edition", "approve", "1")
    assert done.code == 0, done.err
    assert "It goes out so: a picture is not here yet." in done.out
    back = weekly("edition", "reopen", "1")
    assert (back.code, back.out) == (0, "edition 1 is a draft again; its approval is taken back\n")
    assert weekly("edition", "reopen", "1").code == 1


def test_what_was_answered_for_is_shown_with_the_edition_and_voided_by_an_edit(drafted: tuple[Digest, str], tmp_path: Path) -> None:
    digest, edition = drafted
    words = ("--override", "no_lead:A week of briefs, as agreed", "--override", "thin_section:Nothing else: it came late")
    assert digest("edition", "approve", edition, *words).code == 0
    shown = digest("edition", "show", edition, "--json").json()["overrides"]
    assert [(one["code"], one["why"], one["holds"]) for one in shown] == [
        ("no_lead", "A week of briefs, as agreed", True),
        ("thin_section", "Nothing else: it came late", True),
    ]
    assert all(one["who"] and one["at"] for one in shown)
    assert "A week of briefs, as agreed" in digest("edition", "show", edition).out
    assert digest("edition", "export", edition, "e.toml").code == 0
    file = tmp_path / "e.toml"
    file.write_text(file.read_text("utf-8").replace("closed the pier", "shut the pier"), "utf-8")
    assert digest("edition", "import", "e.toml").code == 0
    # What stood there is untouched, so the word on it stands.
    assert all(one["holds"] for one in digest("edition", "show", edition, "--json").json()["overrides"])
    assert digest("edition", "export", edition, "e.toml").code == 0
    file.write_text(file.read_text("utf-8").replace('key = "lead"', 'key = "lead"\nheading = "First"'), "utf-8")
    assert digest("edition", "import", "e.toml").code == 0
    again = digest("edition", "check", edition, "--json")
    assert {one["code"] for one in again.json()["findings"] if one["severity"] == "block" and one["override"] is None} >= {"no_lead"}
    assert "(void: its place was edited since)" in digest("edition", "show", edition).out


def test_the_size_is_told_whole_and_block_by_block(drafted: tuple[Digest, str]) -> None:
    digest, edition = drafted
    size = digest("edition", "check", edition, "--json").json()["size"]
    assert (size["warn"], size["block"]) == (85_000, 100_000)
    assert sum(block["size"] for block in size["blocks"]) == size["html_bytes"]
    plain = digest("edition", "check", edition).out
    assert f"size   {size['html_bytes'] / 1000:.1f} KB of HTML, with its tracked links (warning at 85, blocking at 100)" in plain


def test_the_seed_spells_one_presidents_name_in_three_ways(weekly: Digest, shared: Path) -> None:
    seed = str(shared / "seed" / "diplomacy-watch.txt")
    draft = weekly("edition", "draft", "weekly", "--from", seed, "--kind", "text", "--url", "https://review.example.org/watch", "--json")
    (named,) = [one for one in draft.json()["findings"] if one["code"] == "name_spellings"]
    assert named["message"] == "One name is spelled in three ways: “Zelensky” once, “Zelenskyy” once, “Zeleneskyy” once."
    assert [one["code"] for one in draft.json()["findings"]] == ["name_spellings", "left_out_section"]
