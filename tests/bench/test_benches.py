"""The benches of sending run and print what `./run bench` promises; what they measure is not judged here."""

import json
import shutil
import subprocess
import sys

import pytest

from tests.processes import ROOT

KEYS = {"case", "figure", "unit", "reference", "reference_name", "ratio"}


@pytest.mark.parametrize(
    ("name", "cases"),
    [
        (
            "send",
            [
                *("transport alone, 53 KB", "transport alone, 12 KB"),
                *("whole, sqlite, 53 KB", "whole, sqlite, 12 KB", "whole, sqlite, 53 KB, Ed25519"),
                "whole, postgresql, 12 KB, 20 ms away, 10 connections",
            ],
        ),
        (
            "ledger",
            [
                "opening 4,000 deliveries, postgresql",
                *("memory of a delivering process, 4,000 readers", "deliveries through the ledger, 4,000 readers"),
                "CPU of a delivery, worker and PostgreSQL, 4,000 readers",
                "opening 4,000 deliveries, sqlite",
            ],
        ),
    ],
)
def test_a_bench_prints_one_json_object_and_a_table_of_the_same_cases(name: str, cases: list[str]) -> None:
    assert shutil.which("smtp-sink"), "Debian's package postfix is missing"

    ran = subprocess.run(
        [sys.executable, "-m", f"bench.{name}", "--tiny"], cwd=ROOT, capture_output=True, text=True, check=False, timeout=300
    )

    assert ran.returncode == 0, ran.stderr
    printed = json.loads(ran.stdout)
    assert printed["name"] == name
    assert [case["case"] for case in printed["cases"]] == cases
    assert all(case.keys() == KEYS and case["ratio"] > 0 for case in printed["cases"])
    assert [line.split(" | ")[0].removeprefix("| ") for line in ran.stderr.splitlines() if line.startswith("| ")][1:] == cases
