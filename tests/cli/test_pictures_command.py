"""`digest pictures` and a theme's logo, as whoever runs the service or draws its mail meets them."""

import io
import json
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from tests.command import Digest

PLAN = '[[section]]\nkey = "lead"\nkind = "lead"\nmaximum = 1\n'


@pytest.fixture
def theme(digest: Digest, tmp_path: Path) -> Path:
    """A theme of the outlet's own, over review."""
    made = digest("theme", "new", "harbour", templates=tmp_path / "own")
    assert made.code == 0, made.err
    return tmp_path / "own" / "email" / "harbour"


def mark(colour: tuple[int, int, int], *, ground: tuple[int, int, int] | None = None, width: int = 480) -> bytes:
    picture = Image.new("RGBA", (width, 120), (*ground, 255) if ground else (0, 0, 0, 0))
    ImageDraw.Draw(picture).rectangle((width // 12, 30, width - width // 12, 90), fill=(*colour, 255))
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def drawn(theme: Path, url: bytes | None, dark: bytes | None = None, *, extends: str = "review") -> None:
    lines = [f'extends = "{extends}"', "[logo]", "width = 240"]
    for key, body in (("url", url), ("dark", dark)):
        if body is not None:
            (theme / f"{key}.png").write_bytes(body)
            lines.append(f'{key} = "{key}.png"')
    (theme / "theme.toml").write_text("\n".join(lines) + "\n", "utf-8")


INK, WHITE, RED = (20, 20, 24), (250, 250, 250), (190, 60, 40)


@pytest.mark.parametrize(
    ("drawing", "said"),
    [
        ((mark(INK), None, "review"), "nothing to mend"),
        ((mark(INK), mark(WHITE), "review"), "nothing to mend"),
        ((mark(INK), mark(INK), "review"), "the logo dark.png vanishes on dark paper: 100% of it"),
        ((mark(WHITE), None, "review"), "the logo url.png vanishes on light paper"),
        ((mark(WHITE, ground=INK), None, "review"), "nothing to mend"),
        ((mark(INK), None, "bulletin"), "the logo url.png vanishes on the band"),
        ((mark(INK), mark(WHITE), "bulletin"), "nothing to mend"),
        ((mark(RED, width=300), None, "review"), "url.png is 300 px wide and shown 240 wide: it is blurred"),
        ((b"<svg xmlns='http://www.w3.org/2000/svg'/>", None, "review"), "the logo url.png cannot be used: it is an SVG drawing"),
    ],
    ids=["ink", "twins", "dark twin", "white", "own ground", "ink on a band", "twins on a band", "coarse", "svg"],
)
def test_a_logo_that_would_vanish_is_said(
    digest: Digest, theme: Path, tmp_path: Path, drawing: tuple[bytes, bytes | None, str], said: str
) -> None:
    drawn(theme, *drawing[:2], extends=drawing[2])
    checked = digest("theme", "check", "harbour", templates=tmp_path / "own")
    assert said in checked.out, checked.out
    assert checked.code == (1 if "cannot be used" in said else 0)


def test_a_logo_that_is_not_there_blocks(digest: Digest, theme: Path, tmp_path: Path) -> None:
    drawn(theme, mark(INK))
    (theme / "url.png").unlink()
    checked = digest("theme", "check", "harbour", templates=tmp_path / "own")
    assert checked.code == 1
    assert "[logo] url names 'url.png', and no such file is in" in checked.out


def test_a_logo_is_seen_where_a_theme_is_looked_at(digest: Digest, theme: Path, tmp_path: Path) -> None:
    drawn(theme, mark(INK), mark(WHITE))
    looked = digest("theme", "preview", "harbour", "--to", str(tmp_path / "look"), templates=tmp_path / "own")
    assert looked.code == 0, looked.err
    page = (tmp_path / "look" / "normal.html").read_text("utf-8")
    assert 'src="logo/logo.png"' in page
    assert 'src="logo/logo-dark.png"' in page
    assert (tmp_path / "look" / "logo" / "logo.png").read_bytes() == mark(INK)


def test_what_came_is_listed_and_what_is_missing_is_an_error_with_its_reason(digest: Digest, tmp_path: Path) -> None:
    feed = tmp_path / "feed.xml"
    feed.write_text(
        '<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"><channel><title>T</title><link>http://127.0.0.1:9/</link>'
        "<item><guid>1</guid><title>The harbour</title><link>http://127.0.0.1:9/harbour</link>"
        '<media:content url="http://127.0.0.1:9/harbour.jpg" medium="image" width="1200" height="800"/>'
        "<pubDate>Sat, 21 Nov 2026 09:00:00 GMT</pubDate><description>Words.</description></item></channel></rss>",
        "utf-8",
    )
    plan = tmp_path / "plan.toml"
    plan.write_text(PLAN, "utf-8")
    made = digest(
        *("newsletter", "add", "weekly", "--name", "The Weekly", "--from", "desk@review.example", "--postal", "1 Quay Street"),
        *("--slot", "saturday 07:00", "--zone", "Europe/Brussels"),
    )
    assert made.code == 0, made.err
    assert digest("newsletter", "plan", "weekly", "--file", str(plan)).code == 0
    drafted = digest("edition", "draft", "weekly", "--from", str(feed), "--kind", "feed", "--url", "http://127.0.0.1:9/feed", "--json")
    assert drafted.code == 0, drafted.err
    number = str(json.loads(drafted.out)["edition"])
    (listed,) = json.loads(digest("pictures", "list", number, "--json").out)
    assert (listed["url"], listed["shown_width"], listed["file"], listed["trouble"]) == ("http://127.0.0.1:9/harbour.jpg", 600, None, None)
    fetched = digest("pictures", "fetch", number)
    assert (fetched.code, fetched.out.strip()) == (1, "0 fetched; 0 of 1 are here")
    assert "is missing: http://127.0.0.1:9/harbour.jpg" in fetched.err
    assert "http://127.0.0.1:9/harbour.jpg" in digest("pictures", "list", number).out
    written = digest("pictures", "export", str(tmp_path / "out"))
    assert (written.code, written.out.strip()) == (0, "0 written, 0 there already")
