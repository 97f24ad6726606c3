"""The house itself: its floors hold, a planted violation is caught, heavy rooms stay unloaded, every setting is told of."""

import ast
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from digest.settings import Settings

ROOT = Path(__file__).resolve().parents[1]


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"],
        cwd=folder,
        env={"PYTHONPATH": str(folder), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="session")
def house_copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("house")
    for name in ("digest", "workers"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "magazine", "static"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


PLANTED = [
    ("digest/model/week.py", "import digest.store.engine", "The floors of the house"),
    ("digest/flows/pruning.py", "import digest.flows.sending", "Flows are independent"),
    ("digest/flows/gathering.py", "import celery", "Celery, kombu and redis only in workers"),
    ("digest/flows/subscribing.py", "import sqlalchemy", "SQLAlchemy only in store and runtime"),
    ("digest/flows/editing.py", "import digest.settings", "Only the doors read settings"),
    ("digest/deliver/outbox.py", "import smtplib", "smtplib only in deliver/smtp.py"),
    ("digest/gather/canonical.py", "import httpx", "httpx only in gather/fetch.py"),
    ("digest/render/press.py", "import mjml", "mjml only in render"),
    ("digest/gather/darkroom.py", "import PIL", "Pillow only in the darkroom"),
    ("digest/runtime.py", "import fastapi", "FastAPI and Starlette only in web"),
]


def test_a_planted_violation_of_each_floor_is_caught(house_copy: Path) -> None:
    before = {file: (house_copy / file).read_text("utf-8") for file, _, _ in PLANTED}
    for file, line, _ in PLANTED:
        (house_copy / file).write_text(f"{before[file]}\n{line}\n", "utf-8")
    try:
        result = lint(house_copy)
    finally:
        for file, text in before.items():
            (house_copy / file).write_text(text, "utf-8")
    assert result.returncode != 0, result.stdout
    broken = [said for said in result.stdout.splitlines() if "BROKEN" in said]
    for file, line, contract in PLANTED:
        assert any(said.startswith(contract) for said in broken), f"{line} in {file} was not caught:\n{result.stdout}"


def test_the_floors_hold_without_it(house_copy: Path) -> None:
    result = lint(house_copy)
    assert result.returncode == 0, result.stdout


def test_importing_every_room_but_web_loads_no_celery_redis_or_fastapi() -> None:
    script = """
import importlib, json, pkgutil, sys
import digest
for module in pkgutil.walk_packages(digest.__path__, "digest."):
    if not module.name.startswith(("digest.web", "digest.__main__", "digest.store.migrations", "digest.render.mjml_child")):
        importlib.import_module(module.name)
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT)
    loaded = set(json.loads(result.stdout.splitlines()[-1]))
    assert "digest" in loaded
    assert loaded.isdisjoint({"celery", "kombu", "redis", "fastapi", "starlette"})


def test_no_file_of_ours_is_longer_than_400_lines() -> None:
    files = [path for folder in ("digest", "workers") for path in (ROOT / folder).rglob("*.py")]
    assert files
    assert [str(path) for path in files if len(path.read_text("utf-8").splitlines()) > 400] == []


def test_every_module_says_in_its_docstring_what_it_is() -> None:
    files = [path for folder in ("digest", "workers") for path in (ROOT / folder).rglob("*.py")]
    silent = [str(path) for path in files if not ast.get_docstring(ast.parse(path.read_text("utf-8")))]
    assert silent == []


def test_every_setting_is_documented_with_its_default() -> None:
    page = (ROOT / "docs" / "reference" / "settings.md").read_text("utf-8")
    told = set(re.findall(r"^\| `(\w+)` \|", page, flags=re.MULTILINE))
    assert told == set(Settings.model_fields)
    for name, field in Settings.model_fields.items():
        assert field.description
        assert f"| `{name}` | `DIGEST_{name.upper()}` |" in page


def test_no_registry_and_no_foreign_host_stands_in_the_lock_files() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text("utf-8")
        assert "://" not in text
        assert len(re.findall(r"^[a-z0-9.-]+==", text, flags=re.MULTILINE)) > 50
        assert "--hash=sha256:" in text
