"""`digest edition export` and `import`: one file that a person changes, on this installation and another one."""

from pathlib import Path

import pytest

from tests.command import Digest, refused

PAGE = b"""<html><head><title>The harbour</title></head><body><article><h1>The harbour that two ministries claim</h1>
<p>Neither has paid for the light, and the pilots steer by the windows of the hotel. The ministries met twice this year.</p>
<p>Both say that the other one began it, and both are right. The light was built in a year that neither counts as its own.</p>
<p>A third ministry has now asked whose harbour it is, and was told that the question is under consideration.</p></article></body></html>"""


@pytest.fixture
def drafted(weekly: Digest, tmp_path: Path) -> Digest:
    (tmp_path / "page.html").write_bytes(PAGE)
    ran = weekly(
        "edition", "draft", "weekly", "--from", "page.html", "--kind", "page", "--url", "https://review.example.org/harbour", "--json"
    )
    assert ran.code == 0, ran.err
    assert ran.json()["edition"] == 1
    return weekly


def test_an_edition_goes_out_is_changed_and_comes_in_again(drafted: Digest, tmp_path: Path) -> None:
    text = drafted("edition", "export", "1").out
    ran = drafted("edition", "export", "1", "week.toml")
    assert (ran.code, ran.out) == (0, "edition 1 is in week.toml\n")
    file = tmp_path / "week.toml"
    assert file.read_text("utf-8") == text
    assert "stays at revision 1" in drafted("edition", "import", "week.toml").out
    file.write_text(text.replace('headline = "The harbour that', 'headline = "A harbour that'), "utf-8")
    ran = drafted("edition", "import", "week.toml", "--json")
    assert ran.code == 0, ran.err
    assert {key: ran.json()[key] for key in ("edition", "revision")} == {"edition": 1, "revision": 2}
    assert {"code", "severity", "message", "remedy", "place"} <= set(ran.json()["findings"][0])
    shown = drafted("edition", "show", "1", "--json").json()
    assert shown["content"]["sections"][0]["items"][0]["headline"].startswith("A harbour that")
    refused(drafted("edition", "import", "week.toml"), "at revision 2 now", "exported at 1", "export it again")
    assert drafted("edition", "export", "1", "--revision", "1").out == text


def test_another_installation_takes_it_as_a_draft(drafted: Digest, tmp_path: Path) -> None:
    text = drafted("edition", "export", "1").out
    other = {"state": tmp_path / "other"}
    refused(drafted("edition", "import", "-", stdin=text.encode(), **other), "weekly")
    added = drafted("newsletter", "add", "weekly", "--from", "The Review <desk@review.example.org>", "--postal", "1 Quay", **other)
    assert added.code == 0
    ran = drafted("edition", "import", "-", stdin=text.encode("utf-16"), **other)
    assert ran.code == 0, ran.err
    assert ran.out.startswith("edition 1 is a new draft of weekly for ")
    there = drafted("edition", "export", "1", **other).out
    changed = [line for line in text.split("\n") if line not in there.split("\n")]
    assert [line.partition(" =")[0] for line in changed] == ["sha256", "entry"]


def test_what_cannot_be_read_or_written_says_where_and_why(drafted: Digest, tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text(drafted("edition", "export", "1").out.replace("number = 1", "number = one"), "utf-8")
    refused(drafted("edition", "import", "bad.toml"), "bad.toml, line 14", "export the edition again")
    refused(drafted("edition", "import", "nowhere.toml"), "cannot read nowhere.toml")
    refused(drafted("edition", "import", "-", stdin=b"\x89PNG\r\n\x1a\n\xff"), "standard input, line 1", "UTF-8")
    refused(drafted("edition", "import", "-", stdin=b"#" * 5_000_001), "5,000,001 bytes")
    refused(drafted("edition", "export", "7"), "no edition 7")
    refused(drafted("edition", "export", "1", "--revision", "9"), "no revision 9")
    refused(drafted("edition", "export", "1", "no/folder/week.toml"), "cannot write no/folder/week.toml")
    refused(drafted("edition", "import", "bad.toml", "--slot", "soon"), "line 14")
