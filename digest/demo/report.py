"""The demo's report: what arrived, counted at the receiving side and never in our own tables."""

import json
from dataclasses import asdict, dataclass
from email import policy
from email.parser import BytesParser
from pathlib import Path

from rich.console import Console
from rich.table import Table

from digest.demo.play import Played
from digest.demo.sink import read_log, tally

_NEEDED = ("From", "To", "Subject", "Date", "Message-ID", "List-ID", "List-Unsubscribe", "List-Unsubscribe-Post")


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What report.json holds; `seconds` from the first process to the last answer, `lost` and `duplicates` by the sink's log."""

    subscribers: int
    accepted: int
    distinct: int
    lost: int
    duplicates: int
    bad: int
    seconds: float
    html_bytes: int
    gathered: int
    in_edition: int

    @property
    def good(self) -> bool:
        """Whether each reader got exactly one good message."""
        return self.lost == 0 and self.duplicates == 0 and self.bad == 0 and self.distinct == self.subscribers


def count(mail: Path, played: Played, *, readers: int, seconds: float) -> Report:
    """Read the sink's folder and return what it says."""
    figures = tally(mail)
    return Report(
        subscribers=readers,
        accepted=figures.accepted,
        distinct=figures.distinct,
        lost=readers - figures.distinct,
        duplicates=figures.duplicates,
        bad=sum(not _is_good(mail / one.file, one.rcpt) for one in read_log(mail) if one.file is not None),
        seconds=round(seconds, 1),
        html_bytes=played.preview.rendered.html_bytes,
        gathered=played.gathered,
        in_edition=sum(len(section.items) for section in played.preview.edition.sections),
    )


def write(report: Report, folder: Path) -> Path:
    """Write report.json and return its path."""
    path = folder / "report.json"
    path.write_text(json.dumps(asdict(report), indent=2) + "\n", "utf-8")
    return path


def show(report: Report, console: Console) -> None:
    """Print the table."""
    table = Table(box=None, show_header=False, padding=(0, 2))
    for label, value in (
        ("gathered", f"{report.gathered} entries"),
        ("in the edition", f"{report.in_edition} items"),
        ("accepted by the relay", f"{report.accepted} of {report.subscribers}"),
        ("lost", str(report.lost)),
        ("duplicates", str(report.duplicates)),
        ("not as they should be", str(report.bad)),
        ("seconds", f"{report.seconds}"),
        ("HTML", f"{report.html_bytes / 1000:.1f} KB"),
    ):
        table.add_row(label, value)
    console.print(table)


def _is_good(path: Path, recipient: str) -> bool:
    message = BytesParser(policy=policy.default).parsebytes(path.read_bytes())
    kinds = [part.get_content_type() for part in message.walk()]
    return (
        all(message[name] for name in _NEEDED)
        and recipient in str(message["To"])
        and kinds == ["multipart/alternative", "text/plain", "text/html"]
        and not any(part.defects for part in message.walk())
    )
