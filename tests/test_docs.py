"""The documentation holds: its blocks run, its links lead somewhere, and it tells of every command with every option."""

import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import typer.main

from digest.cli.main import app

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
NAMES = [str(page.relative_to(ROOT)) for page in PAGES]
_FENCE = re.compile(r"^```(?P<language>\w*)[ ]?(?P<mark>[^\n]*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\((?P<to>[^)\s]+)\)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    language: str
    mark: str
    body: str

    @property
    def file(self) -> str | None:
        return self.mark.removeprefix("file=") if self.mark.startswith("file=") else None


def blocks(page: Path) -> list[Block]:
    found = _FENCE.finditer(page.read_text("utf-8"))
    return [Block(language=one["language"], mark=one["mark"].strip(), body=one["body"]) for one in found]


RUNNING = [name for name in NAMES if any(block.mark == "run" or block.language == "python" for block in blocks(ROOT / name))]


@pytest.fixture(scope="session")
def shell(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment in which `digest` is this clone's, and none of our settings stands."""
    folder = tmp_path_factory.mktemp("docs")
    shim = folder / "digest"
    shim.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m digest "$@"\n', "utf-8")
    shim.chmod(0o755)
    return {
        "PATH": f"{folder}{os.pathsep}/usr/local/bin:/usr/bin:/bin",
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(ROOT),
    }


@pytest.mark.parametrize("name", RUNNING)
def test_the_blocks_of_a_page_run_in_their_order(name: str, tmp_path: Path, shell: dict[str, str]) -> None:
    for block in blocks(ROOT / name):
        if block.file is not None:
            target = tmp_path / block.file
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(block.body, "utf-8")
        elif block.mark == "run" or block.language == "python":
            command = [sys.executable, "-c", block.body] if block.language == "python" else ["/bin/sh", "-eu", "-c", block.body]
            ran = subprocess.run(command, cwd=tmp_path, env=shell, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
            assert ran.returncode == 0, f"{name}:\n{block.body}\n{ran.stdout}\n{ran.stderr}"


@pytest.mark.parametrize("name", NAMES)
def test_json_and_toml_blocks_can_be_read(name: str) -> None:
    for block in blocks(ROOT / name):
        if block.language == "json":
            json.loads(block.body)
        elif block.language == "toml":
            tomllib.loads(block.body)


def anchors(page: Path) -> set[str]:
    """The anchors that a page's headings get where Markdown is shown: lower case, hyphens for spaces, no marks."""
    heads = re.findall(r"^#+ (.+)$", _FENCE.sub("", page.read_text("utf-8")), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("name", NAMES)
def test_every_internal_link_and_picture_leads_somewhere(name: str) -> None:
    page = ROOT / name
    for link in _LINK.finditer(_FENCE.sub("", page.read_text("utf-8"))):
        path, _, anchor = link["to"].partition("#")
        if "://" in path:
            continue
        target = (page.parent / path).resolve() if path else page
        assert target.is_file(), f"{name} points at {link['to']}"
        assert not anchor or anchor in anchors(target), f"{name} points at {link['to']}"


def test_every_page_is_in_an_index() -> None:
    indexes = (ROOT / "docs" / "README.md", ROOT / "docs" / "adr" / "README.md")
    told = {
        (index.parent / link["to"].partition("#")[0]).resolve() for index in indexes for link in _LINK.finditer(index.read_text("utf-8"))
    }
    assert [str(page) for page in PAGES if page.is_relative_to(ROOT / "docs") and page not in {*told, indexes[0]}] == []


def test_pictures_are_small() -> None:
    assert [path.name for path in (ROOT / "docs" / "pictures").glob("*.png") if path.stat().st_size > 300_000] == []


def walk(command: object, name: str) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield each command that can be called, as typed, with its options that are not hidden."""
    below: dict[str, object] = getattr(command, "commands", {})
    for word, one in below.items():
        # A group may take what names none of its commands: `digest returned FILE`.
        yield from walk(one, name if word == getattr(command, "default", None) else f"{name} {word}")
    if not below:
        shown = [one for one in getattr(command, "params", []) if not getattr(one, "hidden", False)]
        options = {option for one in shown for option in (*one.opts, *one.secondary_opts) if option.startswith("--")}
        yield name, frozenset(options - {"--help"})


COMMANDS = dict(walk(typer.main.get_command(app), "digest"))


def test_the_reference_tells_of_every_command_with_its_options_and_of_no_other() -> None:
    page = (ROOT / "docs" / "reference" / "cli.md").read_text("utf-8")
    parts = re.split(r"^##+ ", page, flags=re.MULTILINE)
    told = {part.partition("\n")[0].strip("`"): part for part in parts if part.startswith("`digest ")}
    assert set(told) == set(COMMANDS)
    for name, options in COMMANDS.items():
        assert [option for option in sorted(options) if not re.search(rf"{option}\b", told[name])] == [], name


@pytest.mark.parametrize("name", NAMES)
def test_every_command_that_a_page_names_exists(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    inline = re.findall(r"`(digest [^`\n]+)`", _FENCE.sub("", text))
    shown = [
        line for block in blocks(ROOT / name) if block.language == "sh" for line in re.findall(r"^(digest .+)$", block.body, re.MULTILINE)
    ]
    for said in [*inline, *shown]:
        words = re.sub(r"\s+#.*$|\"[^\"]*\"", "", said).split()
        known = next((" ".join(words[:count]) for count in (3, 2) if " ".join(words[:count]) in COMMANDS), None)
        group = any(command.startswith(f"{' '.join(words[:2])} ") for command in COMMANDS) and len(words) == 2
        assert known or group or said == "digest COMMAND" or words[1].startswith("--") or "COMMAND" in words, f"{name}: {said}"
        options = {word.strip("[]") for word in words if re.match(r"\[?--\w", word)}
        assert not known or options <= COMMANDS[known] | {"--help"}, f"{name}: {said}"
