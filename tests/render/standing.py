"""An outlet that has furnished its theme: who pays, what it asks of readers, and where else it speaks, in each edition."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from digest.render.places import template_roots
from digest.render.press import Press, open_press

STANDING = """
[outlet]
url = "https://harbour.example/"
[blocks.sponsor]
from = "Halden & Rook"
heading = "The Sea Lanes Atlas"
text = "Ninety-two charts."
url = "https://halden.example/atlas"
[blocks.support]
heading = "No ministry pays for this."
text = "Nor does any shipping line.\\n\\nReaders do."
url = "https://harbour.example/support"
link = "Become a reader who pays"
[blocks.social]
links = [{ name = "Mastodon", url = "https://social.example/@harbour" }, { name = "Podcast", url = "https://harbour.example/listen" }]
"""


@contextmanager
def furnished_press(folder: Path) -> Iterator[Press]:
    """A press over `folder`, in which both themes stand furnished."""
    theme = folder / "email" / "review" / "theme.toml"
    theme.parent.mkdir(parents=True, exist_ok=True)
    theme.write_text(STANDING, encoding="utf-8")
    with open_press(template_roots(folder), "https://news.harbour.example") as press:
        yield press
