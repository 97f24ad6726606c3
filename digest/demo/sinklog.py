"""What the sink keeps: the messages as files, a log of one line per accepted recipient, and the counts read off it."""

import itertools
import json
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.parser import BytesHeaderParser
from pathlib import Path

from digest.errors import ProcessError

LOG = "log.jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """One recipient of one accepted message; `at` is aware UTC, `file` None where only the log is kept, `bytes` with CRLF."""

    at: datetime
    rcpt: str
    mail_from: str
    message_id: str | None
    file: str | None
    bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many recipients were accepted, how many different ones, and how many of them more than once is too much."""

    accepted: int
    distinct: int
    duplicates: int


class Keeper:
    """Keeps messages in `directory`. Kept means written before it is answered, so a killed process loses no count."""

    def __init__(self, directory: Path, *, keep_files: bool) -> None:
        self._directory = directory
        self._keep_files = keep_files
        self._log: int | None = None
        self._count = itertools.count(1)

    def open(self) -> None:
        """Make the directory and the log; raises ProcessError where that is refused."""
        try:
            self._directory.mkdir(parents=True, exist_ok=True)
            self._log = os.open(self._directory / LOG, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise ProcessError(f"the SMTP sink cannot write to {self._directory}: {error.strerror}; name another folder") from error

    def close(self) -> None:
        """Close the log."""
        if self._log is not None:
            os.close(self._log)
            self._log = None

    def keep(self, mail_from: str, recipients: Sequence[str], message: bytes) -> str:
        """Write message, then log; returns the message's name. Raises OSError where the disk does."""
        if self._log is None:
            raise OSError(None, "the sink is closing")
        # Time first, so that a listing is in order; the process id, since a restarted sink may share the folder.
        name = f"{time.time_ns()}-{os.getpid()}-{next(self._count):06d}.eml"
        if self._keep_files:
            unfinished = self._directory / f".{name}"
            unfinished.write_bytes(message)
            unfinished.rename(self._directory / name)
        told = {
            "at": datetime.now(UTC).isoformat(),
            "mail_from": mail_from,
            "message_id": _message_id(message),
            "file": name if self._keep_files else None,
            "bytes": len(message),
        }
        lines = "".join(json.dumps({**told, "rcpt": recipient}) + "\n" for recipient in recipients).encode("ascii")
        # One write for all recipients: they are accepted by one answer, and a reader never meets half a line.
        if os.write(self._log, lines) != len(lines):
            raise OSError(None, "the disk is full")
        return name


def read_log(directory: Path) -> list[Accepted]:
    """Every recipient that the sink of `directory` accepted, oldest first; none where it accepted none."""
    log = directory / LOG
    if not log.exists():
        return []
    return [_accepted(json.loads(line)) for line in log.read_text(encoding="ascii").splitlines()]


def tally(directory: Path) -> Tally:
    """The counts of `directory`, by the address as it was given to RCPT."""
    recipients = [accepted.rcpt for accepted in read_log(directory)]
    distinct = len(set(recipients))
    return Tally(accepted=len(recipients), distinct=distinct, duplicates=len(recipients) - distinct)


def _accepted(line: dict[str, object]) -> Accepted:
    message_id, file = line["message_id"], line["file"]
    return Accepted(
        at=datetime.fromisoformat(str(line["at"])),
        rcpt=str(line["rcpt"]),
        mail_from=str(line["mail_from"]),
        message_id=None if message_id is None else str(message_id),
        file=None if file is None else str(file),
        bytes=int(str(line["bytes"])),
    )


def _message_id(message: bytes) -> str | None:
    found = BytesHeaderParser().parsebytes(message).get("Message-ID")
    return None if found is None else str(found).strip()
