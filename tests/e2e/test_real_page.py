"""One real page, as text, from file to edition by the command line: a person finds all of it in each form."""

import re
from email import policy
from email.parser import BytesParser
from pathlib import Path
from typing import Any

import pytest

from tests.command import Digest

URL = "https://responsiblestatecraft.org/diplomacy-watch-israel-iran"


@pytest.fixture
def page(shared: Path) -> Path:
    return shared / "seed" / "diplomacy-watch.txt"


def test_reading_it_gives_article_briefs_briefing_and_teasers(digest: Digest, page: Path) -> None:
    ran = digest("read", str(page), "--kind", "text", "--url", URL, "--json")
    assert ran.code == 0, ran.err
    read: dict[str, Any] = ran.json()
    assert list(read) == ["kind", "notice", "feed", "entries", "article", "sections", "teasers"]
    article = read["article"]
    source = page.read_text("utf-8")
    assert article["headline"] == "Israel’s war testing Russia-Iran ties"
    assert article["headline"] in source
    assert article["dek"] in source
    assert article["kicker"] == "Reporting | QiOSK"
    assert article["body_text"].startswith("After Russia lost a key ally")
    assert article["body_text"].rstrip('."”').endswith("in the Middle East")
    assert "In other" not in article["body_text"]
    assert article["image"]["credit"].endswith("(Khody Akhavi)")
    briefs, briefing = read["sections"]
    assert (briefs["kind"], briefing["kind"]) == ("briefs", "briefing")
    assert briefs["heading"] in source
    assert briefing["heading"].rstrip(":") in source
    assert [one["sources"] for one in briefs["briefs"]] == [["New York Times"], ["New York Times"], ["BBC"]]
    assert len(briefing["briefs"]) == 1
    assert len(read["teasers"]) == 3
    for teaser in read["teasers"]:
        for part in ("headline", "kicker", "lead", "credit"):
            assert teaser[part], teaser
            assert teaser[part] in source


def test_drafting_and_rendering_it_loses_nothing_of_it(digest: Digest, page: Path, tmp_path: Path) -> None:
    added = digest("newsletter", "add", "watch", "--from", "The Watch <watch@example.org>", "--postal", "1 Quay Street, Port Town")
    assert added.code == 0, added.err
    drafted = digest("edition", "draft", "watch", "--from", str(page), "--kind", "text", "--url", URL, "--json")
    assert drafted.code == 0, drafted.err
    answer = drafted.json()
    assert set(answer) == {"edition", "revision", "findings"}
    rendered = digest("render", str(answer["edition"]), "--to", str(tmp_path / "out"))
    assert rendered.code == 0, rendered.err
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"edition.mjml", "edition.html", "edition.txt", "edition.eml"}
    read = digest("read", str(page), "--kind", "text", "--url", URL, "--json").json()
    wanted = [read["article"]["headline"], read["article"]["dek"], read["article"]["kicker"], read["article"]["image"]["credit"]]
    wanted += read["article"]["body_text"].split("\n\n")
    for section in read["sections"]:
        wanted += [section["heading"].rstrip(":"), *(brief["text"] for brief in section["briefs"])]
    message = BytesParser(policy=policy.default).parsebytes((tmp_path / "out" / "edition.eml").read_bytes())
    plain, html = (part.get_content() for part in message.iter_parts())
    for form in (
        plain,
        html,
        (tmp_path / "out" / "edition.txt").read_text("utf-8"),
        (tmp_path / "out" / "edition.html").read_text("utf-8"),
    ):
        there = words(form)
        assert [text for text in wanted if words(text) not in there] == []


def words(text: str) -> str:
    """The letters and digits of a text, tags and entities taken out: what a person reads, however it is set."""
    plain = re.sub(r"<(style|head)\b.*?</\1>|<[^>]+>", " ", text, flags=re.DOTALL)
    plain = plain.replace("&#39;", "'").replace("&quot;", '"').replace("&amp;", "&").replace("&nbsp;", " ")
    return " ".join(re.findall(r"\w+", re.sub(r"\[\d+\]", " ", plain)))
