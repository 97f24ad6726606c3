"""`celery -A workers …` as an operator starts it: what is wrong is said in one line, and the worker does not stay."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.processes import ROOT, environ


def celery(*words: str, **settings: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "celery", "-A", "workers", *words]
    return subprocess.run(command, cwd=ROOT, env=environ(**settings), capture_output=True, text=True, check=False, timeout=60)


def test_a_worker_refuses_a_database_of_another_revision(broker_url: str, tmp_path: Path) -> None:
    ran = celery(
        "worker", "-c", "1", "-l", "WARNING", state=tmp_path, broker_url=broker_url, database_url=f"sqlite:///{tmp_path / 'none.db'}"
    )
    assert ran.returncode == 1
    assert "run `digest db upgrade`" in ran.stderr
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize("door", ["worker", "beat"])
def test_without_a_broker_or_with_an_unknown_setting_the_door_says_so(door: str, tmp_path: Path) -> None:
    ran = celery(door, state=tmp_path)
    assert ran.returncode == 1
    assert "start `digest up`" in ran.stderr
    ran = celery(door, state=tmp_path, brokr_url="redis://127.0.0.1")
    assert ran.returncode == 1
    assert "did you mean DIGEST_BROKER_URL" in ran.stderr
    assert "Traceback" not in ran.stderr
