"""Sections that readers may leave out, from the shell: the plan's file, tests and renderings without one, the roster."""

from email import message_from_bytes, policy
from pathlib import Path

import pytest

from tests.command import Digest

PLAN = """
[[section]]
key = "lead"
kind = "lead"

[[section]]
key = "briefs"
kind = "briefs"
heading = "In other news"
optional = true
"""
PAGE = """<html><head><title>The ledger of the pilots</title></head><body><article><h1>The ledger of the pilots</h1>
<p>The pilots’ office in the old customs house has kept a ledger of passing hulls since the lighthouse was lit, and nobody asked for it.</p>
<p>This week the ministry asked. The harbour master brought the ledger himself, and read from it for an hour without looking up once.</p>
<p>What it shows is a strait that is busier than either side has said, and poorer than both had hoped it would be by the autumn.</p>
<h2>In other news this week</h2>
<p><strong>Grain ships leave two days early.</strong> Six bulk carriers cleared the corridor on Monday night, the port said. (Reuters)</p>
<p><strong>A third cable is cut.</strong> Repair crews found the break forty miles from the last one, in shallow water. (AFP)</p>
</article></body></html>
"""


@pytest.fixture
def choosing(weekly: Digest, tmp_path: Path) -> Digest:
    (tmp_path / "plan.toml").write_text(PLAN, "utf-8")
    ran = weekly("newsletter", "plan", "weekly", "--file", "plan.toml")
    assert ran.code == 0, ran.err
    assert "In other news”; readers may leave it out" in ran.out
    return weekly


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("optional = true", 'optional = "yes"'), "optional is true or false, not 'yes'"),
        (('kind = "lead"\n', 'kind = "lead"\noptional = true\n'), "The lead 'lead' opens the mail of every reader"),
        (('key = "briefs"', 'key = "Our Briefs"'), "'Our Briefs' is none"),
        (('key = "lead"\nkind = "lead"', 'key = "rest"\nkind = "articles"\noptional = true'), "One section at least must stay"),
        (("optional = true", "optional = true\n" + 'optional_too = "x"\n'), ""),
    ],
)
def test_a_plan_that_cannot_be_is_refused_with_what_is_wrong(weekly: Digest, tmp_path: Path, change: tuple[str, str], said: str) -> None:
    (tmp_path / "plan.toml").write_text(PLAN.replace(*change), "utf-8")
    ran = weekly("newsletter", "plan", "weekly", "--file", "plan.toml")
    assert (ran.code, said in ran.err) == ((1, True) if said else (0, True))


def test_a_seventh_optional_section_is_refused(weekly: Digest, tmp_path: Path) -> None:
    more = "".join(f'\n[[section]]\nkey = "part-{n}"\nkind = "articles"\noptional = true\n' for n in range(6))
    (tmp_path / "plan.toml").write_text(PLAN + more, "utf-8")
    ran = weekly("newsletter", "plan", "weekly", "--file", "plan.toml")
    assert ran.code == 1
    assert "At most 6 sections may be optional" in ran.err


def test_a_mail_is_rendered_and_tested_without_a_section(choosing: Digest, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(PAGE, "utf-8")
    draft = choosing(
        "edition", "draft", "weekly", "--from", "page.html", "--kind", "page", "--url", "https://review.example.org/1", "--json"
    )
    edition = str(draft.json()["edition"])
    assert choosing("render", edition, "--to", "all").code == 0
    ran = choosing("render", edition, "--to", "less", "--without", "briefs")
    assert ran.code == 0, ran.err
    for name in ("edition.html", "edition.txt"):
        assert "Grain ships" in (tmp_path / "all" / name).read_text("utf-8")
        assert "Grain ships" not in (tmp_path / "less" / name).read_text("utf-8")
    mail = message_from_bytes((tmp_path / "less" / "edition.eml").read_bytes(), policy=policy.default)
    plain = mail.get_body(("plain",))
    assert plain is not None
    assert plain.get_content().replace("\r\n", "\n") == (tmp_path / "less" / "edition.txt").read_text("utf-8")
    assert choosing("edition", "test", edition, "--to", "nadia@desk.example", "--without", "briefs").code == 0
    (sent,) = (path.read_bytes() for path in (tmp_path / "state" / "outbox").rglob("*.eml"))
    assert b"Grain ships" not in sent
    for command in (("render", edition, "--to", "none"), ("edition", "test", edition, "--to", "nadia@desk.example")):
        refused = choosing(*command, "--without", "lead")
        assert refused.code == 1
        assert "no section 'lead' that readers may leave out; there are: briefs" in refused.err


def test_the_roster_says_what_readers_leave_out_and_brings_it_along(choosing: Digest) -> None:
    roster = b"email;without\nanna@example.net;briefs\nben@example.net;\n"
    assert choosing("subscribers", "import", "-", stdin=roster).code == 0
    rows = [line.split(",") for line in choosing("subscribers", "export").out.splitlines()]
    assert [(row[0], row[-1]) for row in rows] == [("email", "without"), ("anna@example.net", "briefs"), ("ben@example.net", "")]
    assert choosing("subscribers", "show", "anna@example.net", "--json").json()["without"] == {"weekly": ["briefs"]}
    assert "without briefs" in choosing("subscribers", "show", "anna@example.net").out
