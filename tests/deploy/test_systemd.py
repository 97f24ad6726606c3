"""The systemd units: systemd itself finds nothing wrong, their commands are ours, and they run with as few rights as can be."""

import json
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from digest.settings import load_settings
from tests.deploy.files import UNITS, compose, parse_celery, parse_digest, units

PREFIX = "/opt/digest"
SERVICES = {name: unit for name, unit in units().items() if name.endswith(".service")}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The units beside programs that exist, which is all that differs from an installed machine."""
    for name in ("digest", "celery"):
        program = tmp_path / "bin" / name
        program.parent.mkdir(exist_ok=True)
        program.write_text("#!/bin/sh\n", "utf-8")
        program.chmod(0o755)
    for path in UNITS:
        (tmp_path / path.name).write_text(path.read_text("utf-8").replace(f"={PREFIX}", f"={tmp_path}"), "utf-8")
    return tmp_path


def analyze(*words: object) -> subprocess.CompletedProcess[str]:
    program = shutil.which("systemd-analyze")
    assert program, "systemd-analyze is not here: apt-get install systemd"
    return subprocess.run([program, *map(str, words)], capture_output=True, text=True, timeout=30, check=False)


def test_systemd_finds_nothing_wrong(folder: Path) -> None:
    ran = analyze("verify", "--man=no", *sorted(folder.glob("digest*")))
    assert (ran.returncode, ran.stdout + ran.stderr) == (0, "")


def test_systemd_would_find_a_wrong_line(folder: Path) -> None:
    unit = folder / "digest-web.service"
    unit.write_text(unit.read_text("utf-8").replace("ProtectSystem=strict", "ProtectSystem=strickt"), "utf-8")
    assert "strickt" in analyze("verify", "--man=no", unit).stderr


@pytest.mark.parametrize("name", SERVICES)
def test_a_unit_runs_with_few_rights(name: str, folder: Path) -> None:
    unit = SERVICES[name]
    wanted = {"User": "digest", "ProtectSystem": "strict", "NoNewPrivileges": "yes", "StateDirectory": "digest"}
    assert {key: unit[key] for key in wanted} == {key: [value] for key, value in wanted.items()}
    assert unit["EnvironmentFile"] == ["/etc/digest/digest.env"]
    # Of ten, in tenths: 9.6 is a service that says nothing, and below 2 systemd itself is content.
    ran = analyze("security", "--offline=yes", "--no-pager", "--json=short", "--threshold=20", folder / name)
    assert ran.returncode == 0, [line["name"] for line in json.loads(ran.stdout) if line["set"] is False]


@pytest.mark.parametrize("name", [name for name in SERVICES if name != "digest-migrate.service"])
def test_a_unit_comes_back_and_lets_its_children_end_what_they_have_in_hand(name: str) -> None:
    unit = SERVICES[name]
    assert (unit["Restart"], unit["KillMode"], unit["StartLimitIntervalSec"]) == (["always"], ["mixed"], ["0"])
    assert unit["TimeoutStopSec"]
    assert (unit["PartOf"], unit["WantedBy"]) == (["digest.target"], ["digest.target"])


def test_the_target_wants_all_but_the_migration_and_what_is_asked_for_by_a_profile() -> None:
    (wanted,) = units()["digest.target"]["Wants"]
    asked = [f"digest-{name}.service" for name, service in compose()["services"].items() if "profiles" in service]
    assert sorted([*wanted.split(), "digest-migrate.service", *(name for name in asked if name in SERVICES)]) == sorted(SERVICES)
    assert "digest-inbound.service" in asked


@pytest.mark.parametrize("name", SERVICES)
def test_a_unit_runs_the_command_of_its_container(name: str, tmp_path: Path) -> None:
    (line,) = SERVICES[name]["ExecStart"]
    # systemd takes a percent sign for its own, unless there are two.
    assert "%" not in line.replace("%%", "")
    program, *words = shlex.split(line.replace("%%", "%"))
    assert Path(program).parent == Path(PREFIX, "bin")
    assert SERVICES[name]["WorkingDirectory"] == [PREFIX], "Celery imports from where it is started"
    here = [Path(program).name, *words]
    assert here == compose()["services"][name.removeprefix("digest-").removesuffix(".service")]["command"]
    if here[0] == "digest":
        parse_digest(here, tmp_path)
    else:
        parse_celery(here, tmp_path)


def test_the_state_folder_of_the_units_is_the_one_that_systemd_makes() -> None:
    for unit in SERVICES.values():
        said = dict(pair.split("=", 1) for line in unit["Environment"] for pair in line.split())
        ours = {name: value for name, value in said.items() if name.startswith("DIGEST_")}
        assert load_settings(environ=ours).state == Path("/var/lib", unit["StateDirectory"][0])
