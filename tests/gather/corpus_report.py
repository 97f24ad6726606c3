"""The figures of reading over the labelled corpus; `python -m tests.gather.corpus_report` writes them into docs/reference/reading.md.

`--misses` names the files of the parts that may be tuned on that fall short, and in what; the held part is never shown by file.
"""

import hashlib
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from digest.gather.read import read_bytes
from digest.gather.report import reading_json
from tests.gather.scoring import Json, Score, Share, disagreements, score

CORPUS = Path(__file__).parent / "corpus"
PAGE = Path(__file__).parents[2] / "docs" / "reference" / "reading.md"
PARTS = ("tune", "held", "second")
# Later than any date in the corpus, and fixed: what cannot be true yet must not depend on the day of the run.
NOW = datetime(2026, 11, 1, tzinfo=UTC)
BEGIN, END = "<!-- figures: python -m tests.gather.corpus_report -->", "<!-- end of figures -->"
ROWS = {
    "brief_precision": "briefs, precision",
    "brief_recall": "briefs, recall",
    "section_recall": "sections found",
    "section_kind": "kind of the section",
    "section_heading": "heading of the section",
    "source_precision": "sources, precision",
    "source_recall": "sources, recall",
    "lead": "bold lead-in",
    "quiet": "passages without briefs that give none",
    "notice": "notice",
    "no_wrong_article": "no article where there is none",
    "headline": "headline",
    "dek": "dek",
    "kicker": "kicker",
    "authors": "authors",
    "published": "published",
    "image_credit": "image credit",
    "body_start": "first words of the body",
    "body_end": "last words of the body",
    "teaser_recall": "teasers found",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A file of the corpus with its label."""

    path: Path
    label: Json


def part_of(name: str) -> str:
    """Return the part of the first author's corpus that the fixed rule gives to a file of that name (without extension)."""
    return "held" if int(hashlib.sha256(name.encode()).hexdigest(), 16) % 3 == 0 else "tune"


def passages(part: str) -> Iterator[Passage]:
    """Every labelled file of a part, in the order of their names."""
    for path in sorted((CORPUS / part).glob("*.json")):
        (file,) = (one for one in path.parent.glob(f"{path.stem}.*") if one.suffix in {".html", ".xml", ".txt"})
        yield Passage(path=file, label=json.loads(path.read_text("utf-8")))


def read(passage: Passage) -> Json:
    """What the reader makes of it, as `digest read --json` would print it."""
    label = passage.label
    return reading_json(read_bytes(passage.path.read_bytes(), label["url"], label["kind"], NOW))


def measure(part: str) -> Score:
    """Return the sums over a part."""
    return sum((score(one.label, read(one)) for one in passages(part)), Score())


def table(scores: dict[str, Score]) -> str:
    """Return the figures as the Markdown table of the page."""
    lines = ["| figure | " + " | ".join(scores) + " |", "|---|" + "---|" * len(scores)]
    for name, title in ROWS.items():
        cells = [_cell(getattr(one, name)) for one in scores.values()]
        lines.append(f"| {title} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _cell(share: Share) -> str:
    return f"{share.ratio:.3f} ({share.hit} of {share.of})"


def written(page: str) -> str:
    """Return the table that stands in `page`, the text of docs/reference/reading.md."""
    return page.partition(BEGIN)[2].partition(END)[0].strip()


def ratios(markdown: str) -> dict[tuple[str, int], float]:
    """Return the figures of a table by their title and column."""
    found: dict[tuple[str, int], float] = {}
    for line in markdown.splitlines()[2:]:
        title, *cells = (cell.strip() for cell in line.strip("| ").split("|"))
        for column, cell in enumerate(cells):
            if number := re.match(r"[01]\.\d+", cell):
                found[title, column] = float(number[0])
    return found


def main(arguments: list[str]) -> None:
    """Write the table into the page, or name what falls short in the tuning part."""
    if arguments == ["--misses"]:
        for one in (*passages("tune"), *passages("second")):
            if short := disagreements(one.label, read(one)):
                sys.stdout.write(f"{one.path.parent.name}/{one.path.name}: {', '.join(short)}\n")
        return
    text = table({part: measure(part) for part in PARTS})
    page = PAGE.read_text("utf-8")
    PAGE.write_text(page.replace(written(page), text) if written(page) else page.replace(BEGIN, f"{BEGIN}\n\n{text}\n"), "utf-8")
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
