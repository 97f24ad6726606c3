"""The fuzz itself: its inputs come back by their number, and it sees a crash, a hang and what must not come out."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fuzz.child import _wrong
from tests.fuzz.mutate import MOST, mutated
from tests.fuzz.run import Reader, Report, check

SEEDS = [
    ("feed", b"<rss version='2.0'><channel><title>T</title><item><title>a</title></item></channel></rss>"),
    ("page", b"<h1>A</h1><p>b</p>"),
]


def test_an_input_comes_back_by_its_number() -> None:
    assert [mutated(SEEDS, number) for number in range(50)] == [mutated(SEEDS, number) for number in range(50)]
    assert len({mutated(SEEDS, number).body for number in range(50)}) > 40
    assert all(len(mutated(SEEDS, number).body) <= MOST for number in range(50))


def test_a_child_reads_on_after_input_that_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reader, report = Reader(), Report()
    monkeypatch.setattr("tests.fuzz.run.KEPT", tmp_path)
    try:
        for number in range(12):
            check(report, reader, mutated(SEEDS, number), str(number))
    finally:
        reader.close()
    assert report.outcomes.total() == 12
    assert report.failed == []
    assert 20 < report.most[0] < 200


def test_a_child_that_dies_is_a_failure_that_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reader, report = Reader(), Report()
    monkeypatch.setattr("tests.fuzz.run.KEPT", tmp_path)
    monkeypatch.setattr(subprocess, "Popen", _dying(subprocess.Popen))
    check(report, reader, mutated(SEEDS, 1), "1")
    reader.close()
    assert report.outcomes == {"died": 1}
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [mutated(SEEDS, 1).body]


def _dying(start: type[subprocess.Popen[bytes]]) -> object:
    return lambda *_args, **options: start([sys.executable, "-c", "import sys; sys.stdin.buffer.read(8)"], **(options | {"env": None}))


def test_a_script_or_a_strange_address_in_html_is_wrong() -> None:
    assert _wrong({"entries": [{"content_html": "<p>x</p><script>"}]})
    assert _wrong({"entries": [{"content_html": '<a href="javascript:x">'}]})
    assert _wrong({"article": {"body_html": '<a href="/relative">'}})
    assert _wrong({"article": {"body_html": '<a href="https://a.example/">say href="/x" &lt;script</a>'}}) is None


def test_the_command_says_what_it_did_and_ends_well(tmp_path: Path) -> None:
    file = tmp_path / "kept-feed-1"
    file.write_bytes(SEEDS[0][1])
    ran = subprocess.run([sys.executable, "-m", "tests.fuzz.run", str(file)], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert "1 inputs" in ran.stdout
    assert "none failed" in ran.stdout
    assert json.dumps(ran.stderr) == '""'
