"""The command line as a user meets it: as a process, and with a newsletter there."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.command import Digest, Ran
from tests.processes import environ


@pytest.fixture
def digest_process(tmp_path: Path) -> Digest:
    """Run `python -m digest …` as a process, for commands that take signals, sockets or the whole environment."""

    def run(*words: str, **settings: object) -> Ran:
        env = environ(**{"state": tmp_path / "state", **settings})
        result = subprocess.run([sys.executable, "-m", "digest", *words], cwd=tmp_path, env=env, capture_output=True, check=False)
        return Ran(code=result.returncode, out=result.stdout.decode(), err=result.stderr.decode())

    return run


@pytest.fixture
def weekly(digest: Digest) -> Digest:
    """The first, with a newsletter there."""
    added = digest("newsletter", "add", "weekly", "--from", "The Review <desk@review.example.org>", "--postal", "1 Quay Street, Port Town")
    assert added.code == 0, added.err
    return digest
