"""The image: what is copied exists and reaches the builder, nothing else does, and it is enough for the wheel."""

import fnmatch
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

from tests.processes import ROOT, environ

DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
IGNORED = [line for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if line and not line.startswith("#")]


def copied() -> list[str]:
    """What the Dockerfile copies from the clone."""
    lines = re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE)
    return [word for line in lines for word in line.split()[:-1]]


def reaches_the_builder(path: str) -> bool:
    """Whether .dockerignore lets a path through: the last line that fits it, or a folder above it, decides."""
    parts = path.split("/")
    above = ["/".join(parts[:count]) for count in range(1, len(parts) + 1)]
    let = True
    for line in IGNORED:
        pattern = line.removeprefix("!")
        if pattern.startswith("**/"):
            hit = any(fnmatch.fnmatchcase(part, pattern.removeprefix("**/")) for part in parts)
        else:
            hit = any(fnmatch.fnmatchcase(one, pattern) for one in above if pattern != "*" or "/" not in one)
        if hit:
            let = line.startswith("!")
    return let


def test_what_is_copied_is_there_and_reaches_the_builder() -> None:
    assert copied()
    assert [name for name in copied() if not (ROOT / name).exists()] == []
    assert [name for name in copied() if not reaches_the_builder(name)] == []


def test_secrets_state_and_history_do_not_reach_the_builder() -> None:
    kept = ["secrets/secret", ".env", ".git/config", "digest.toml", "digest-state/digest.db", ".venv/bin/python", "tests/conftest.py"]
    assert [name for name in [*kept, "digest/web/__pycache__/app.cpython-313.pyc"] if reaches_the_builder(name)] == []
    assert reaches_the_builder("digest/web/app.py")


def test_what_is_copied_is_enough_for_a_whole_wheel(tmp_path: Path) -> None:
    source = tmp_path / "src"
    source.mkdir()
    for name in copied():
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, source / name)
    uv = ROOT / ".boot" / "bin" / "uv"
    command = [str(uv), "build", "--quiet", "--wheel", "--out-dir", str(tmp_path), str(source)]
    ran = subprocess.run(command, env={**environ(), "UV_PYTHON_DOWNLOADS": "never"}, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    (wheel,) = tmp_path.glob("*.whl")
    inside = set(zipfile.ZipFile(wheel).namelist())
    templates = {f"digest/_templates/{path.relative_to(ROOT / 'templates')}" for path in (ROOT / "templates").rglob("*") if path.is_file()}
    modules = {str(path.relative_to(ROOT)) for room in ("digest", "workers") for path in (ROOT / room).rglob("*.py")}
    assert (templates | modules) - inside == set()


def test_every_package_is_installed_by_its_hash_and_nothing_is_compiled() -> None:
    installs = re.findall(r"install --(?:require|no-deps)[^&\n]*", DOCKERFILE)
    assert [line.strip() for line in installs] == [
        "install --require-hashes --only-binary :all: -r requirements.lock",
        "install --no-deps /dist/*.whl",
    ]


def test_the_image_runs_as_a_user_by_number_and_leaves_health_to_compose() -> None:
    last = DOCKERFILE.rpartition("\nFROM ")[2]
    assert re.search(r"^USER [1-9]\d*:[1-9]\d*$", last, re.MULTILINE)
    assert not re.search(r"^(HEALTHCHECK|ENTRYPOINT|ADD)\b", DOCKERFILE, re.MULTILINE)
    state = re.findall(r"DIGEST_STATE=(\S+)", last)
    assert re.findall(r"install --directory .* (\S+)$", last, re.MULTILINE) == state
