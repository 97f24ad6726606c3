"""The wheel, installed in an empty environment outside the clone, runs the demo."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.processes import ROOT


def test_the_wheel_alone_runs_the_demo(tmp_path: Path) -> None:
    uv = ROOT / ".boot" / "bin" / "uv"
    env = {name: value for name, value in os.environ.items() if not name.startswith(("DIGEST_", "PYTHON", "VIRTUAL_ENV", "COV_"))}
    env |= {"UV_PYTHON_DOWNLOADS": "never", "TMPDIR": str(tmp_path)}

    def run(*words: object) -> None:
        result = subprocess.run([str(word) for word in words], cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
        assert result.returncode == 0, result.stdout + result.stderr

    run(uv, "build", "--quiet", "--wheel", "--out-dir", tmp_path / "dist", ROOT)
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    run(uv, "venv", "--quiet", "--python", sys.executable, tmp_path / "venv")
    python = tmp_path / "venv" / "bin" / "python"
    run(uv, "pip", "install", "--quiet", "--python", python, "--require-hashes", "-r", ROOT / "requirements.lock")
    run(uv, "pip", "install", "--quiet", "--python", python, "--no-deps", wheel)
    run(tmp_path / "venv" / "bin" / "digest", "demo", "--once", "--subscribers", 10, "--out", tmp_path / "out")
    report = json.loads((tmp_path / "out" / "report.json").read_text())
    assert (report["accepted"], report["distinct"], report["lost"]) == (10, 10, 0)
