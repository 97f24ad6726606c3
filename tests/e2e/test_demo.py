"""`digest demo`, as a person runs it: the sink holds one good mail per reader, what dies comes back, Ctrl-C leaves nothing."""

import json
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from email import policy
from email.parser import BytesParser
from functools import partial
from pathlib import Path

import psutil
import pytest

from digest.demo.sink import read_log
from tests.processes import environ, kill_tree, start, wait_until


@contextmanager
def demo(folder: Path, *words: str) -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
    """Run `digest demo` in `folder`; gives its process and the file of what it prints."""
    folder.mkdir(exist_ok=True)
    # DIGEST_DATABASE_URL leads nowhere: a demo must touch nothing that the environment names.
    env = {**environ(database_url="postgresql+psycopg://nobody@127.0.0.1:9/none"), "TMPDIR": str(folder), "COLUMNS": "200"}
    process = start([sys.executable, "-m", "digest", "demo", "--out", str(folder / "out"), *words], env=env, log=folder / "said")
    try:
        yield process, folder / "said"
    finally:
        kill_tree(process)


def children(process: subprocess.Popen[bytes]) -> dict[str, psutil.Process]:
    """The programs under a demo by name, as it said them at the start, or as they are now."""
    found = {}
    for child in psutil.Process(process.pid).children():
        try:
            words = " ".join(child.cmdline())
        except psutil.NoSuchProcess:
            # Killed and not yet waited for.
            continue
        for name in ("outlet", "sink", "worker", "prompt", "beat", "web", "broker"):
            if re.search(rf"demo\.{name}\b|workers {name} --pidfile|--hostname {name}-|digest {name}\b|{name}\.sock", words):
                found[name] = child
    return found


@pytest.fixture(scope="module")
def short(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A short folder for the demo's state."""
    return tmp_path_factory.mktemp("d")


def test_once_two_demos_side_by_side_end_by_themselves_with_one_good_mail_each_reader(short: Path) -> None:
    with (
        demo(short / "a", "--once", "--subscribers", "40") as (one, said),
        demo(short / "b", "--once", "--subscribers", "30") as (other, _),
    ):
        # Half a minute on a quiet machine; these run beside the rest of the tests.
        assert one.wait(timeout=240) == 0, said.read_text()
        assert other.wait(timeout=240) == 0, (short / "b" / "said").read_text()
    for folder, readers in ((short / "a", 40), (short / "b", 30)):
        report = json.loads((folder / "out" / "report.json").read_text())
        assert {"subscribers", "accepted", "distinct", "lost", "duplicates", "seconds", "html_bytes"} <= set(report)
        assert (report["subscribers"], report["accepted"], report["distinct"]) == (readers, readers, readers)
        assert (report["lost"], report["duplicates"]) == (0, 0)
        assert 10_000 < report["html_bytes"] < 100_000
        log = read_log(folder / "out")
        assert len({one.rcpt for one in log}) == len(log) == len(list((folder / "out").glob("*.eml"))) == readers
    text = said.read_text()
    assert f"state, logs and mails: {short / 'a'}" in text
    assert "lost" in text
    assert "duplicates" in text


def test_what_is_killed_comes_back_links_work_and_ctrl_c_leaves_nothing(short: Path) -> None:
    with demo(short / "c", "--subscribers", "20") as (process, said):
        wait_until(lambda: "Ctrl-C ends it" in said.read_text(), seconds=240, why="the demo is played", log=said)
        names = children(process)
        assert set(names) == {"outlet", "sink", "worker", "prompt", "beat", "web", "broker"}
        for name, child in names.items():
            child.send_signal(signal.SIGKILL)
            wait_until(partial(is_back, process, name, child.pid), seconds=60, why=f"{name} is back", log=said)
        web = re.search(r"the desk +(http://\S+)", said.read_text())
        assert web is not None
        wait_until(lambda: answers(f"{web[1]}healthz"), seconds=60, why="the web answers again", log=said)
        one_click_unsubscribes(short / "c" / "out")
        everything = psutil.Process(process.pid).children(recursive=True)
        assert len(everything) >= 6
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == 0
        gone, alive = psutil.wait_procs(everything, timeout=10)
        assert not alive, [one.cmdline() for one in alive if one.is_running()]
        assert len(gone) == len(everything)
        assert not list((short / "c").glob("digest-*/broker.sock"))


def is_back(process: subprocess.Popen[bytes], name: str, killed: int) -> bool:
    again = children(process).get(name)
    return again is not None and again.pid != killed


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=20) as response:
            return bool(response.status == 200)
    except OSError:
        return False


def one_click_unsubscribes(mail: Path) -> None:
    """What a mail client does (RFC 8058), and what a scanner does before it."""
    path = next(iter(sorted(mail.glob("*.eml"))))
    message = BytesParser(policy=policy.default).parsebytes(path.read_bytes())
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    url = message["List-Unsubscribe"].strip("<>")
    for _ in range(2):
        with urllib.request.urlopen(url, timeout=60) as shown:
            page = shown.read().decode()
            assert shown.status == 200
        assert "<form" in page
    request = urllib.request.Request(url, data=b"List-Unsubscribe=One-Click", method="POST")
    with urllib.request.urlopen(request, timeout=60) as done:
        assert done.status == 200
        assert done.url == url
