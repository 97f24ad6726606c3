"""The list of codes: the docs say the same as the code, and every code can be found by a check."""

import re
from pathlib import Path

import pytest

from digest.compose.checks import case, codes
from digest.compose.checks.codes import KINDS
from digest.model.edition import Severity

ROOT = Path(__file__).resolve().parents[2]
CHECKS = ROOT / "digest" / "compose" / "checks"
ROW = re.compile(r"^\| `(\w+)` \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)


def test_the_page_of_findings_lists_every_code_with_its_severities_and_meaning() -> None:
    rows = {
        code: (severities, means) for code, severities, means, _ in ROW.findall((ROOT / "docs/reference/findings.md").read_text("utf-8"))
    }
    assert rows == {kind.code: (", ".join(kind.severities), kind.means) for kind in KINDS.values()}


def test_every_code_of_the_list_is_raised_by_a_check_and_no_other() -> None:
    source = "".join(path.read_text("utf-8") for path in CHECKS.glob("*.py") if path.name != "codes.py")
    raised = {code for code in KINDS if f'"{code}"' in source}
    assert raised == set(KINDS)


def test_a_finding_of_no_list_or_of_another_severity_is_refused() -> None:
    with pytest.raises(KeyError):
        case.finding("nobody_knows", Severity.WARN, "m", "r")
    with pytest.raises(KeyError, match="never of the severity block"):
        case.finding("no_preheader", Severity.BLOCK, "m", "r")


def test_only_what_the_law_asks_for_cannot_be_overridden() -> None:
    assert {kind.code for kind in codes.KINDS.values() if not kind.overridable} == {"no_unsubscribe", "no_postal_address"}
