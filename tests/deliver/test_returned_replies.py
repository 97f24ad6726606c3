"""What large providers reply, by the class that it is of: above all, nothing about us is ever called hard."""

import re
from pathlib import Path

import pytest

from digest.deliver.returned import read_return
from tests.deliver.returned_mails import refused

LINES = Path(__file__).with_name("returned_replies.txt").read_text("utf-8").splitlines()
REPLIES = [(line[:5].strip(), line[6:]) for line in LINES if not line.startswith("#")]


def status_of(reply: str) -> str:
    found = re.search(r"[245]\.\d{1,3}\.\d{1,3}", reply)
    return found[0] if found is not None else f"{reply[0]}.0.0"


@pytest.mark.parametrize(("expected", "reply"), REPLIES, ids=[f"{name}: {reply[:60]}" for name, reply in REPLIES])
def test_a_provider_s_reply_is_of_its_class(expected: str, reply: str) -> None:
    (one,) = read_return(refused(reply, status_of(reply)).encode(), lambda _token: False).recipients
    assert one.bounce_class.value == expected


def test_each_class_is_held_by_many_replies() -> None:
    counts = {name: sum(one == name for one, _ in REPLIES) for name in ("hard", "soft", "full", "ours")}
    assert counts["hard"] >= 40
    assert counts["ours"] >= 60
    assert min(counts.values()) >= 12
