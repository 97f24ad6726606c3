"""`digest theme`: begun, checked and looked at without a database."""

import re
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from PIL import Image

from digest.render.places import templates_root
from tests.command import Digest


@pytest.fixture
def evening(digest: Digest, tmp_path: Path) -> Path:
    """A theme begun over review, with a copied footer."""
    made = digest("theme", "new", "evening", "--copy", "footer", templates=tmp_path / "own")
    assert made.code == 0, made.err
    return tmp_path / "own" / "email" / "evening"


def test_a_new_theme_begins_as_the_one_it_extends_and_passes_its_check(digest: Digest, evening: Path, tmp_path: Path) -> None:
    assert sorted(path.name for path in evening.rglob("*") if path.is_file()) == ["footer.mjml", "footer.txt", "theme.toml"]
    checked = digest("theme", "check", "evening", templates=tmp_path / "own")
    assert (checked.code, checked.out) == (0, "evening: nothing to mend\n")


def test_the_themes_that_ship_have_nothing_to_mend(digest: Digest) -> None:
    assert digest("theme", "check").out == "bulletin: nothing to mend\nreview: nothing to mend\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("new", "Evening!"), "is no name of a theme"),
        (("new", "review"), "there is a theme 'review' already"),
        (("new", "dusk", "--extends", "noon"), "no theme 'noon'; there are: bulletin, review"),
        (("new", "dusk", "--copy", "crossword"), "review has no blocks/crossword.mjml; it has: briefs, cards"),
        (("check", "dusk"), "no theme 'dusk'"),
        (("preview", "dusk", "--to", "out"), "no theme 'dusk'"),
    ],
)
def test_what_cannot_be_is_said_with_its_remedy(digest: Digest, tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    ran = digest("theme", *words, "--in", str(tmp_path)) if words[0] != "check" else digest("theme", *words)
    assert ran.code == 1
    assert said in ran.out + ran.err
    assert not (tmp_path / "email" / "dusk").exists()


def test_without_a_folder_of_own_templates_a_new_theme_has_no_place(digest: Digest) -> None:
    ran = digest("theme", "new", "evening")
    assert ran.code == 1
    assert "--in FOLDER" in ran.err


@pytest.mark.parametrize(
    ("file", "words", "said"),
    [
        (
            "theme.toml",
            'extends = "review"\n[light]\nink3 = "#aaaaaa"\n',
            "contrast: light: ink3 #aaaaaa on paper #fcfcfa has a contrast of 2.26",
        ),
        ("theme.toml", 'extends = "review"\n[dark]\nbrand = "red"\n', "contrast: dark: brand = 'red' is no colour"),
        (
            "theme.toml",
            'extends = "review"\nwidth = "640"\n',
            "theme.toml, line 2: width = '640' at the top of theme.toml is no whole number",
        ),
        ("theme.toml", 'extends = "review"\n[type]\nname = "52"\n', "theme.toml, line 3: name = '52' at [type] is no whole number"),
        ("theme.toml", 'extends = "review"\nlogo = 3\n', "theme.toml, line 2: logo = 3 at the top of theme.toml is no table"),
        ("theme.toml", 'extends = "review"\nblocks = 3\n', "theme.toml, line 2: blocks = 3 at the top of theme.toml is no table"),
        (
            "theme.toml",
            'extends = "review"\n[words]\nweekdays = ["Mo"]\n',
            "theme.toml, line 3: weekdays = ['Mo'] at [words] has 1 entries",
        ),
        ("theme.toml", 'extends = "review"\n[words]\nmonths = [1]\n', "theme.toml, line 3: months = [1] at [words] holds what is no text"),
        (
            "theme.toml",
            'extends = "review"\nwords.date = "{day} {nope}"\n',
            "theme.toml, line 2: date = '{day} {nope}' at [words] holds {nope}",
        ),
        (
            "theme.toml",
            'extends = "review"\n[words.confirm]\nbutton = "{"\n',
            "theme.toml, line 3: button = '{' at [words.confirm] cannot be read",
        ),
        (
            "theme.toml",
            'extends = "review"\nhosts = "x.example"\n',
            "theme.toml, line 2: hosts = 'x.example' at the top of theme.toml is no list",
        ),
        (
            "theme.toml",
            'extends = "review"\nwidth = true\n',
            "theme.toml, line 2: width = True at the top of theme.toml is no whole number",
        ),
        ("theme.toml", 'extends = "review"\nwidth = 0\n', "theme.toml, line 2: width = 0 at the top of theme.toml is out of all measure"),
        ("theme.toml", "width = 640\n[type]\n[light]\n[dark]\n[words]\n", "theme: the theme 'evening' has no serif in [type]"),
        (
            "theme.toml",
            'extends = "review"\n[light\nbrand = "x"\n',
            "theme.toml: Expected ']' at the end of a table declaration (at line 2, column 7); mend the file: [light",
        ),
        ("theme.toml", 'extends = "review"\n[words]\nunsubscirbe = "Stop"\n', "unknown_setting: [words] says 'unsubscirbe'"),
        (
            "theme.toml",
            'extends = "review"\nstanding = "sponsor"\n',
            "theme.toml, line 2: standing = 'sponsor' at the top of theme.toml is no list",
        ),
        ("theme.toml", "extends = = 1", "theme.toml: Invalid value"),
        ("blocks/footer.mjml", "\n{{ newsletter.shoe_size }}", "template: template evening/blocks/footer.mjml, line 2"),
        (
            "blocks/footer.mjml",
            "<mj-section padding='0 1px' />",
            "template: template evening/blocks/footer.mjml, line 1: <mj-section> padding: write its value in double quotes",
        ),
        ("blocks/footer.mjml", "<mj-raw><p>x</p></mj-raw>", "footer: the HTML part has no place for the unsubscribe link"),
        ("blocks/footer.txt", "{{ newsletter.name }}", "footer: the text part lacks the postal address"),
        (
            "blocks/note.txt",
            "{{ intro.paragraphs[0].runs[0].text if intro else '' }}",
            "wide_text: lines of the text part are over 72 columns",
        ),
    ],
)  # fmt: skip  one fault, one line
def test_a_fault_is_found_and_told(digest: Digest, evening: Path, file: str, words: str, said: str) -> None:
    (evening / file).write_text(words, "utf-8")
    ran = digest("theme", "check", "evening", "--json", templates=evening.parents[1])
    (told,) = ran.json()
    assert any(said in f"{finding['code']}: {finding['message']}" for finding in told["findings"]), told
    assert ran.code == (1 if any(finding["severity"] == "block" for finding in told["findings"]) else 0)


def test_a_theme_that_would_not_show_a_correction_is_told_so(digest: Digest, evening: Path) -> None:
    assert digest("theme", "check", "evening", "--json", templates=evening.parents[1]).json()[0]["findings"] == []
    (evening / "editions").mkdir()
    for kind in ("mjml", "txt"):
        ours = (templates_root() / "email" / "review" / "editions" / f"edition.{kind}").read_text("utf-8")
        lacks = ours.replace(f'{{% include "blocks/correction.{kind}" %}}\n', "")
        assert lacks != ours
        (evening / "editions" / f"edition.{kind}").write_text(lacks, "utf-8")
    ran = digest("theme", "check", "evening", "--json", templates=evening.parents[1])
    (told,) = ran.json()
    assert [(one["code"], one["severity"], one["message"]) for one in told["findings"]] == [
        ("correction", "warn", "the HTML part does not show what a correction puts right"),
        ("correction", "warn", "the text part does not show what a correction puts right"),
    ]
    assert (ran.code, 'include "blocks/correction.txt"' in told["findings"][1]["remedy"]) == (0, True)


def test_a_preview_is_written_with_its_pictures_or_with_the_fault_in_their_place(digest: Digest, evening: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert digest("theme", "preview", "evening", "--to", str(out), templates=tmp_path / "own").code == 0
    mail = (out / "normal.html").read_text("utf-8")
    for picture in re.findall(r'src="(pictures/[^"]+)"', mail):
        assert (out / picture).read_bytes().startswith(b"\x89PNG")
    assert 'src="normal-dark.html"' in (out / "index.html").read_text("utf-8")
    (evening / "blocks" / "footer.mjml").write_text("{{ shoe_size }}", "utf-8")
    assert digest("theme", "preview", "evening", "--to", str(out), templates=tmp_path / "own").code == 0
    assert "template evening/blocks/footer.mjml, line 1" in (out / "normal.html").read_text("utf-8")


def test_a_served_preview_is_drawn_anew_each_time(evening: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-u", "-m", "digest", "theme", "preview", "evening", "--in", str(tmp_path / "own"), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as served:
        try:
            assert served.stdout
            base = re.findall(r"http://127\.0\.0\.1:\d+/", served.stdout.readline())[0]

            def shown(path: str) -> bytes:
                with urllib.request.urlopen(base + path, timeout=20) as answer:
                    return bytes(answer.read())

            assert b"#0b5d3b" not in shown("normal.html")
            toml = evening / "theme.toml"
            toml.write_text(toml.read_text("utf-8").replace("#a3261a", "#0b5d3b"), "utf-8")
            assert b"#0b5d3b" in shown("normal.html")
            assert b"The ferry that nobody ordered" in shown("")
            assert shown("pictures/3.png").startswith(b"\x89PNG")
        finally:
            served.kill()


def test_a_logo_that_is_a_file_of_the_theme_passes_the_linters_as_it_stands(digest: Digest, evening: Path) -> None:
    toml = evening / "theme.toml"
    toml.write_text('extends = "review"\n[logo]\nurl = "logo.png"\nwidth = 40\n', "utf-8")
    Image.new("RGB", (80, 30), "#191a1c").save(evening / "logo.png")
    (told,) = digest("theme", "check", "evening", "--json", templates=evening.parents[1]).json()
    assert told["findings"] == []
