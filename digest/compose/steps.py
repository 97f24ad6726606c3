"""Undo and redo over the line of revisions: each is a revision itself, so nothing is ever taken out of the history."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from digest.model.account import MACHINE

_UNDO: Final = "undid revision "
_REDO: Final = "redid revision "
_STEP: Final = re.compile(r"(?:undid|redid) revision \d+\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """One revision as the history knows it: its number, who wrote it, and what for."""

    revision: int
    who: str
    why: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """Where undo and redo lead from the present revision: each (what it is called, whose content it shows), or None."""

    undo: tuple[str, int] | None = None
    redo: tuple[str, int] | None = None


def steps(line: Sequence[Written]) -> Steps:
    """Return where undo and redo lead; `line` holds all revisions, oldest first. What a machine laid out is not undone."""
    done: list[int] = []
    undone: list[int] = []
    for one in line:
        step = one.why if one.why and _STEP.match(one.why) else None
        if step and step.startswith(_UNDO) and len(done) > 1:
            undone.append(done.pop())
        elif step and step.startswith(_REDO) and undone:
            done.append(undone.pop())
        elif one.who == MACHINE:
            done, undone = [one.revision], []
        else:
            done.append(one.revision)
            undone = []
    return Steps(
        undo=(f"{_UNDO}{done[-1]}", done[-2]) if len(done) > 1 else None,
        redo=(f"{_REDO}{undone[-1]}", undone[-1]) if undone else None,
    )
