"""MRML against npm's mjml 4.18 on our own templates: the same to every client's eye but for a list that was read.

The fixtures are npm's answers; `.venv/bin/python -m bench.npm_mjml` writes them anew after a template has changed.
"""

import difflib
import gzip
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from digest.model.newsletter import Newsletter
from digest.render.email import render_edition
from digest.render.lint_html import outlook_view, web_view
from digest.render.press import Press
from digest.render.specimen import corrected, specimens
from tests.render.views import meaning

FIXTURES = Path(__file__).parent / "npm_mjml"
# Each line is a pattern of what MRML writes and npm does not, or the other way round, and why no reader sees it.
REVIEWED = (
    r'[-+]<td align="\w+" class="[jk]"[^>]*',  # a button's cell: MRML says vertical-align="middle" beside the style, for one line of text
    r'[-+]<td class="[\w -]+" style="[^"]*width:\d+px"',  # Outlook's cells: of two classes npm marks both with -outlook; we style neither
)


def kept(name: str) -> str:
    return gzip.decompress((FIXTURES / name).read_bytes()).decode()


@pytest.mark.parametrize("view", [web_view, outlook_view], ids=["web", "outlook"])
@pytest.mark.parametrize("theme", ["review", "bulletin"])
def test_both_compilers_mean_the_same(press: Press, theme: str, view: Callable[[str], str]) -> None:
    ours, theirs = (meaning(view(html)) for html in (press.compiler.compile(kept(f"{theme}.mjml.gz")), kept(f"{theme}.html.gz")))
    assert len(ours) > 800
    differing = [line for line in difflib.unified_diff(ours, theirs, lineterm="", n=0) if not line.startswith(("---", "+++", "@@"))]
    assert [line for line in differing if not any(re.fullmatch(pattern, line) for pattern in REVIEWED)] == []
    # Nothing but a class or that one attribute differs in a reviewed line either: widths, paddings and colours are the same.
    bare = [re.sub(r' class="[^"]*"| vertical-align="middle"', "", line[1:]) for line in differing]
    assert sorted(line for line, sign in zip(bare, differing, strict=True) if sign[0] == "-") == sorted(
        line for line, sign in zip(bare, differing, strict=True) if sign[0] == "+"
    )


@pytest.mark.parametrize("theme", ["review", "bulletin"])
def test_the_fixture_is_of_the_templates_as_they_are(press: Press, newsletter: Newsletter, theme: str) -> None:
    now = render_edition(press, corrected(specimens()["every block"]), replace(newsletter, theme=theme))
    same = re.sub(rf"{now.marker}", "slot", now.mjml) == re.sub(r"zq[0-9a-f]{24}qz", "slot", kept(f"{theme}.mjml.gz"))
    assert same, "a template has changed: run .venv/bin/python -m bench.npm_mjml (Node and npm), and look at what differs"
