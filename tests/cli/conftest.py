"""The command line as a user meets it: its words in, two streams and an exit code out."""

import io
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from digest.cli import main
from tests.processes import environ


@dataclass(frozen=True)
class Ran:
    """What a command did."""

    code: int
    out: str
    err: str

    def json(self) -> Any:  # noqa: ANN401  each command has its own shape
        return json.loads(self.out)


Digest = Callable[..., Ran]


@pytest.fixture
def digest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Digest:
    """Run `digest …` in this process, which spares a second of imports each time; state in a fresh folder, settings as keywords."""

    def run(*words: str, stdin: bytes = b"", **settings: object) -> Ran:
        with monkeypatch.context() as patch:
            for name in [name for name in environ() if name.startswith("DIGEST_")]:
                patch.delenv(name)
            for name, value in {"state": tmp_path / "state", **settings}.items():
                patch.setenv(f"DIGEST_{name.upper()}", str(value))
            patch.chdir(tmp_path)
            patch.setattr(sys, "argv", ["digest", *words])
            patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), "utf-8"))
            capsys.readouterr()
            try:
                main()
                code = 0
            except SystemExit as ended:
                code = int(ended.code or 0)
            said = capsys.readouterr()
        return Ran(code=code, out=said.out, err=said.err)

    return run


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
