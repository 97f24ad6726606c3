"""`digest source teach`, and `digest read` with a lesson: what an outlet calls its briefs is found."""

import json
from pathlib import Path

from tests.command import Digest

PAGE = """<html><head><title>The pier stays shut</title></head><body><article><h1>The pier stays shut</h1>
<p>The harbour office said on Friday that the old pier will stay closed while divers look at its wooden legs.</p>
<p>Three of the seven families that sell there would rather wait, because their customers will not walk that far in winter.</p>
<p>Driftwood and nails</p><ul class="nails"><li>A seal slept in the ticket hall, the Cour says.</li>
<li>The mole has a new lamp, and it is red.</li></ul>
</article></body></html>"""


def _briefs(told: str) -> list[list[tuple[str, list[str]]]]:
    return [[(brief["text"], brief["sources"]) for brief in section["briefs"]] for section in json.loads(told)["sections"]]


def test_a_page_is_read_with_the_headings_selector_and_names_that_are_given(digest: Digest, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(PAGE, encoding="utf-8")
    words = ("read", str(page), "--url", "https://lantern.example/pier", "--json")
    assert _briefs(digest(*words).out) == []
    seal, lamp = "A seal slept in the ticket hall, the Cour says.", "The mole has a new lamp, and it is red."
    both: list[tuple[str, list[str]]] = [(seal, []), (lamp, [])]
    assert _briefs(digest(*words, "--heading", "Driftwood and Nails").out) == [both]
    assert _briefs(digest(*words, "--selector", "article > ul.nails").out) == [both]
    named = _briefs(digest(*words, "--heading", "driftwood and nails", "--alias", "Cour=Harbour Courier").out)
    assert named[0][0] == ("A seal slept in the ticket hall, the Cour says.", ["Harbour Courier"])


def test_a_selector_or_a_name_that_cannot_be_used_is_refused_in_one_line(digest: Digest, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(PAGE, encoding="utf-8")
    for wrong, said in ((("--selector", "a:hover"), "not one we can use"), (("--alias", "Cour"), "no equals sign")):
        ran = digest("read", str(page), "--url", "https://lantern.example/pier", *wrong)
        assert ran.code == 1
        assert said in ran.err
        assert "Traceback" not in ran.err


def test_a_source_is_taught_shows_what_it_knows_and_forgets(weekly: Digest) -> None:
    added = weekly("source", "add", "https://lantern.example/feed", "--id", "lantern")
    assert added.code == 0, added.err
    assert "taught nothing" in weekly("source", "teach", "lantern").out
    taught = weekly(
        "source", "teach", "lantern", "--heading", "Driftwood", "--selector", ".week li", "--alias", "Cour=Harbour Courier", "--runs"
    )
    assert taught.code == 0, taught.err
    known = weekly("source", "teach", "lantern").out
    for line in ("heading   Driftwood", "selector  .week li", "alias     Cour=Harbour Courier", "runs      are briefs"):
        assert line in known
    assert weekly("source", "teach", "lantern", "--forget").code == 0
    assert "taught nothing" in weekly("source", "teach", "lantern").out


def test_a_source_that_is_not_there_is_said_with_those_that_are(weekly: Digest) -> None:
    ran = weekly("source", "teach", "nobody", "--heading", "Driftwood")
    assert ran.code == 1
    assert "no source 'nobody'" in ran.err
