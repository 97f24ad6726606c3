"""The journal: the answers that a process has in hand and its ledger does not know yet, one line each.

It outlives its process, not a power cut, and belongs to one machine. Its owner holds it under `flock`: a journal whose lock
can be taken was left behind, and whoever takes it tells the ledger what stands in it.
"""

import contextlib
import errno
import fcntl
import json
import os
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Self

from digest.model.mailing import Answer, DeliveryState, Settlement

_SUFFIX = ".journal"
_LONGEST_REPLY = 500
_quoted = json.JSONEncoder().encode


@dataclass(slots=True, eq=False)
class Journal:
    """One process's journal, open and locked. `owner` names it, and the chunks that its process holds."""

    owner: str
    path: Path
    _descriptor: int

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Begin a journal with a name that nobody had. Raises OSError where the folder cannot be written to."""
        folder.mkdir(parents=True, exist_ok=True)
        while True:
            owner = uuid.uuid4().hex
            path = folder / f"{owner}{_SUFFIX}"
            # A sweep that looked in between has taken it for one that was left behind: then it gets another name.
            if (descriptor := _locked(path, os.O_CREAT)) is not None:
                return cls(owner, path, descriptor)

    def note(self, settlement: Settlement) -> None:
        """Write one answer down; one write, so that a kill leaves whole lines. Raises OSError where the disk is full."""
        answer, next_try = settlement.answer, settlement.next_try
        # JSON, written by hand: only the relay's words need its quoting.
        code, again = "null" if answer.code is None else answer.code, f'"{next_try.isoformat()}"' if next_try else "null"
        words, relay = _quoted(answer.reply[:_LONGEST_REPLY]), _quoted(settlement.relay)
        line = (
            f"[{settlement.mailing_id},{settlement.subscriber_id},"
            f'"{answer.state.value}",{code},{words},"{settlement.settled.isoformat()}",{again},{relay}]\n'
        )
        written = line.encode()
        if os.write(self._descriptor, written) < len(written):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self.path))

    def entries(self) -> Iterator[Settlement]:
        """Read what stands in it; a line cut by a full disk, or by a machine that stopped, is left out."""
        for line in self.path.read_bytes().split(b"\n"):
            try:
                mailing_id, subscriber_id, state, code, reply, settled, next_try, *by = json.loads(line)
                answer = Answer(state=DeliveryState(state), code=code, reply=reply)
                moments = datetime.fromisoformat(settled), datetime.fromisoformat(next_try) if next_try else None
            except (ValueError, TypeError):
                continue
            yield Settlement(
                mailing_id=mailing_id,
                subscriber_id=subscriber_id,
                answer=answer,
                settled=moments[0],
                next_try=moments[1],
                relay=by[0] if by else None,
            )

    def clear(self) -> None:
        """Forget the entries, because the ledger knows them."""
        os.ftruncate(self._descriptor, 0)

    def close(self) -> None:
        """Give it up: an empty journal goes, one with entries stays for whoever sweeps."""
        if os.fstat(self._descriptor).st_size == 0:
            self.path.unlink(missing_ok=True)
        os.close(self._descriptor)

    def discard(self) -> None:
        """Remove it with what stands in it."""
        self.clear()
        self.close()


def left_behind(folder: Path) -> Iterator[Journal]:
    """Take over, one by one, the journals in `folder` whose owners are dead; discard or close each."""
    for path in sorted(folder.glob(f"*{_SUFFIX}")):
        if (descriptor := _locked(path, 0)) is not None:
            yield Journal(path.name.removesuffix(_SUFFIX), path, descriptor)


def _locked(path: Path, flags: int) -> int | None:
    """Open and lock the file; None where somebody holds it, or where it is gone."""
    with contextlib.suppress(FileNotFoundError):
        descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CLOEXEC | flags, 0o600)
        with contextlib.suppress(BlockingIOError, FileNotFoundError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # Between opening and locking, its owner may have ended well and removed it.
            if os.fstat(descriptor).st_ino == path.stat().st_ino:
                return descriptor
        os.close(descriptor)
    return None
