"""What a command of ours did: the shape that tests of the command line share."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Ran:
    """What a command did."""

    code: int
    out: str
    err: str

    def json(self) -> Any:  # noqa: ANN401  each command has its own shape
        return json.loads(self.out)


Digest = Callable[..., Ran]


def refused(ran: Ran, *words: str) -> None:
    """Hold that the command was refused in one line on stderr, which names all of these."""
    assert ran.code == 1
    assert ran.out == ""
    assert ran.err.count("\n") == 1, ran.err
    for word in words:
        assert word in ran.err
