"""The journal: what stands in it outlives its process, and nobody takes it from one that lives."""

import os
import resource
import signal
import subprocess
import sys
import textwrap
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from digest.deliver.journal import Journal, Kept, left_behind, read
from digest.model.mailing import Answer, DeliveryState, Settlement

NOW = datetime(2026, 11, 28, 6, 0, 3, 250, tzinfo=UTC)
SENT = Answer(state=DeliveryState.SENT, code=250, reply="2.0.0 queued as “4c2”")
LATER = Answer(state=DeliveryState.DEFERRED, code=451, reply="later")


def settlement(subscriber_id: int, answer: Answer = SENT, next_try: datetime | None = None) -> Settlement:
    return Settlement(mailing_id=7, subscriber_id=subscriber_id, answer=answer, settled=NOW, next_try=next_try)


def test_entries_are_read_back_as_they_were_written(tmp_path: Path) -> None:
    journal = Journal.open(tmp_path / "journal")
    written = [settlement(1), settlement(2, LATER, NOW + timedelta(minutes=5)), settlement(3)]
    for one in written:
        journal.note(one)
    assert list(journal.read().answers) == written
    journal.clear()
    assert journal.read() == Kept()
    journal.close()
    assert list((tmp_path / "journal").iterdir()) == []


def test_what_left_and_has_no_answer_stays_when_the_answers_go(tmp_path: Path) -> None:
    journal = Journal.open(tmp_path)
    for reader in (1, 2, 3):
        journal.leaves(7, reader)
    journal.note(settlement(2))
    assert journal.read() == Kept((settlement(2),), ((7, 1), (7, 3)))
    journal.clear()
    assert journal.read() == Kept((), ((7, 1), (7, 3)))
    journal.note(settlement(3))
    journal.leaves(7, 4)
    assert read(journal.path) == Kept((settlement(3),), ((7, 1), (7, 4)))
    journal.forget()
    assert journal.read() == Kept()
    journal.close()
    assert read(journal.path) == Kept()


def test_on_a_full_disk_the_answers_go_all_the_same(tmp_path: Path) -> None:
    journal = Journal.open(tmp_path)
    journal.leaves(7, 1)
    journal.note(settlement(2))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        with pytest.raises(OSError, match="File too large"):
            journal.leaves(7, 3)
        journal.clear()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)
    assert journal.read() == Kept()
    journal.clear()
    assert journal.read() == Kept((), ((7, 1),))


def test_a_journal_whose_owner_lives_is_not_taken(tmp_path: Path) -> None:
    journal = Journal.open(tmp_path)
    journal.note(settlement(1))
    assert list(left_behind(tmp_path)) == []
    journal.close()
    (left,) = left_behind(tmp_path)
    assert (left.owner, list(left.read().answers)) == (journal.owner, [settlement(1)])
    assert list(left_behind(tmp_path)) == []
    left.forget()
    left.close()
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_process_noted_is_all_there(tmp_path: Path) -> None:
    script = textwrap.dedent(
        """
        import os, signal, sys
        from datetime import UTC, datetime
        from pathlib import Path
        from digest.deliver.journal import Journal
        from digest.model.mailing import Answer, DeliveryState, Settlement
        journal = Journal.open(Path(sys.argv[1]))
        answer = Answer(state=DeliveryState.SENT, code=250, reply="ok")
        for number in range(300):
            journal.note(Settlement(mailing_id=1, subscriber_id=number, answer=answer, settled=datetime.now(UTC)))
        os.kill(os.getpid(), signal.SIGKILL)
        """
    )
    ended = subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=False, timeout=60)
    assert ended.returncode == -signal.SIGKILL
    (left,) = left_behind(tmp_path)
    assert [one.subscriber_id for one in left.read().answers] == list(range(300))
    left.forget()
    left.close()


def test_a_line_that_was_cut_is_left_out_and_the_others_count(tmp_path: Path) -> None:
    journal = Journal.open(tmp_path)
    journal.note(settlement(1))
    journal.note(settlement(2))
    whole = journal.path.read_bytes()
    os.truncate(journal.path, len(whole) - 20)
    assert list(journal.read().answers) == [settlement(1)]
    journal.forget()
    journal.close()


def test_a_full_disk_is_said_at_once(tmp_path: Path) -> None:
    journal = Journal("full", tmp_path / "full.journal", os.open("/dev/full", os.O_WRONLY))
    with pytest.raises(OSError, match="No space left"):
        journal.note(settlement(1))
    os.close(journal._descriptor)
