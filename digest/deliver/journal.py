"""The journal: which messages a process let go of and which answers it has, where its ledger does not know them yet; a line each.

It outlives its process, not a power cut, and belongs to one machine. Its owner holds it under `flock`: a journal whose lock
can be taken was left behind, and whoever takes it tells the ledger what stands in it.
"""

import contextlib
import errno
import fcntl
import json
import os
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from digest.model.mailing import Answer, DeliveryState, Settlement

_SUFFIX = ".journal"
_LONGEST_REPLY = 500
_quoted = json.JSONEncoder().encode
# Whose message: (mailing, subscriber).
Whose = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Kept:
    """What stands in a journal: answers, and in the dark whoever's message left and has no answer."""

    answers: tuple[Settlement, ...] = ()
    dark: tuple[Whose, ...] = ()


@dataclass(slots=True, eq=False)
class Journal:
    """One process's journal, open and locked. `owner` names it, and the chunks that its process holds."""

    owner: str
    path: Path
    _descriptor: int
    _on_their_way: dict[Whose, bytes] = field(default_factory=dict)

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Begin a journal with a name that nobody had. Raises OSError where the folder cannot be written to."""
        folder.mkdir(parents=True, exist_ok=True)
        while True:
            owner = uuid.uuid4().hex
            path = journal_of(folder, owner)
            # A sweep that looked in between has taken it for one that was left behind: then it gets another name.
            if (descriptor := _locked(path, os.O_CREAT)) is not None:
                return cls(owner, path, descriptor)

    def leaves(self, mailing_id: int, subscriber_id: int) -> None:
        """Write down that a message is about to leave, so that whoever finds this knows of it. Raises OSError where the disk is full."""
        line = f"[{mailing_id},{subscriber_id}]\n".encode()
        self._write(line)
        self._on_their_way[mailing_id, subscriber_id] = line

    def note(self, settlement: Settlement) -> None:
        """Write one answer down. Raises OSError where the disk is full."""
        answer, next_try = settlement.answer, settlement.next_try
        # JSON, written by hand: only the relay's words need its quoting.
        code, again = "null" if answer.code is None else answer.code, f'"{next_try.isoformat()}"' if next_try else "null"
        words, relay = _quoted(answer.reply[:_LONGEST_REPLY]), _quoted(settlement.relay)
        line = (
            f"[{settlement.mailing_id},{settlement.subscriber_id},"
            f'"{answer.state.value}",{code},{words},"{settlement.settled.isoformat()}",{again},{relay}]\n'
        )
        self._on_their_way.pop((settlement.mailing_id, settlement.subscriber_id), None)
        self._write(line.encode())

    def read(self) -> Kept:
        """Read what stands in it."""
        return read(self.path)

    def clear(self) -> None:
        """Forget the answers, because the ledger knows them; what is on its way stays."""
        left, written = b"".join(self._on_their_way.values()), 0
        # A full disk may have no room for them; the answers are known all the same, and must not be told again.
        with contextlib.suppress(OSError):
            # Written over the old lines before they go: a kill in between leaves half a line, and what it says twice does no harm.
            written = os.pwrite(self._descriptor, left, 0)
        os.ftruncate(self._descriptor, written)
        os.lseek(self._descriptor, 0, os.SEEK_END)

    def close(self) -> None:
        """Give it up: an empty journal goes, one with entries stays for whoever sweeps."""
        if os.fstat(self._descriptor).st_size == 0:
            self.path.unlink(missing_ok=True)
        os.close(self._descriptor)

    def forget(self) -> None:
        """Forget all that stands in it: nothing is on its way any more, and the ledger knows."""
        self._on_their_way.clear()
        self.clear()

    def _write(self, line: bytes) -> None:
        """Write in one go, so that a kill leaves whole lines; what a full disk took of one goes again."""
        written = os.write(self._descriptor, line)
        if written < len(line):
            os.ftruncate(self._descriptor, os.lseek(self._descriptor, -written, os.SEEK_CUR))
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self.path))


def journal_of(folder: Path, owner: str) -> Path:
    """Return where the process keeps its journal that goes by this name."""
    return folder / f"{owner}{_SUFFIX}"


def read(path: Path) -> Kept:
    """Read a journal, also one that somebody holds; nothing stands in one that is gone, or was kept by another machine.

    A line cut by a full disk, or by a machine that stopped, is left out.
    """
    answers: list[Settlement] = []
    dark: dict[Whose, None] = {}
    try:
        lines = path.read_bytes().split(b"\n")
    except FileNotFoundError:
        lines = []
    for line in lines:
        try:
            mailing_id, subscriber_id, *answered = json.loads(line)
            if answered:
                answers.append(_settlement(mailing_id, subscriber_id, answered))
                dark.pop((mailing_id, subscriber_id), None)
            else:
                dark[int(mailing_id), int(subscriber_id)] = None
        except (ValueError, TypeError):
            continue
    return Kept(tuple(answers), tuple(dark))


def left_behind(folder: Path) -> Iterator[Journal]:
    """Take over, one by one, the journals in `folder` whose owners are dead; close each."""
    for path in sorted(folder.glob(f"*{_SUFFIX}")):
        if (descriptor := _locked(path, 0)) is not None:
            yield Journal(path.name.removesuffix(_SUFFIX), path, descriptor)


def _settlement(mailing_id: int, subscriber_id: int, answered: Sequence[Any]) -> Settlement:
    state, code, reply, settled, next_try, *by = answered
    return Settlement(
        mailing_id=mailing_id,
        subscriber_id=subscriber_id,
        answer=Answer(state=DeliveryState(state), code=code, reply=reply),
        settled=datetime.fromisoformat(settled),
        next_try=datetime.fromisoformat(next_try) if next_try else None,
        relay=by[0] if by else None,
    )


def _locked(path: Path, flags: int) -> int | None:
    """Open and lock the file; None where somebody holds it, or where it is gone."""
    with contextlib.suppress(FileNotFoundError):
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC | flags, 0o600)
        with contextlib.suppress(BlockingIOError, FileNotFoundError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # Between opening and locking, its owner may have ended well and removed it.
            if os.fstat(descriptor).st_ino == path.stat().st_ino:
                return descriptor
        os.close(descriptor)
    return None
