"""Whatever comes back, reading it ends: no crash, and time and memory bounded by the size of the mail."""

import re
import time
import tracemalloc
from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.deliver.returned import read_return
from digest.model.returned import Returned, ReturnKind
from tests.deliver.returned_mails import Case, plain, refused, report
from tests.deliver.returned_notices import NOTICES

_PIECES = [
    "a@b.example ", "<a@b.example>:\n", "Final-Recipient: rfc822; a@b.example\n", "Action: failed\n", "Status: 5.1.1\n", "\n",
    "\n\n", " ", "Content-Type: multipart/report; boundary=x\n", "Content-Type: text/html; charset=utf-16\n",
    "Content-Type: message/rfc822\n\n", "--x\n", "--x--\n", "Content-Transfer-Encoding: base64\n", "=?utf-8?b?x", "=?x?q?=",
    "=E4=B8", "&#x110000;", "<style>", "</p>", "550 5.1.1 ", "user unknown", "quota",
    "Received: from a by b for <c@d.example>\n", "1-2-abcdefghij234567", "1-2-0123456789abcdef0123", "\\x{110000}", "\x1b$B", "é", "数",
    "\ufeff", "Subject: Re: ", "To: ", '"', "\\", "(", "[", ">", "From ", "Message-ID: <x@y>\n", "Feedback-Type: abuse\n", ":", ";", "@",
    "\t",
]  # fmt: skip


def read(raw: bytes) -> Returned:
    return read_return(raw, lambda _token: False)


def variants(raw: bytes) -> tuple[bytes, bytes]:
    return raw.replace(b"\n", b"\r\n"), raw.replace(b"\n", b"\r")


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(_PIECES), max_size=60))
def test_pieces_of_mail_in_any_order_are_read_the_same_with_any_line_end(pieces: list[str]) -> None:
    raw = "".join(pieces).encode()
    said = read(raw)
    assert [read(variant) for variant in variants(raw)] == [said, said]
    if said.kind in {ReturnKind.NONE, ReturnKind.AUTO_REPLY}:
        assert said.recipients == ()
    assert all(one.diagnostic is None or (len(one.diagnostic) <= 500 and "\n" not in one.diagnostic) for one in said.recipients)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=2_000))
def test_any_bytes_are_read(raw: bytes) -> None:
    assert read(raw).kind in ReturnKind


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(NOTICES), st.integers(0, 2_000), st.integers(0, 200), st.binary(max_size=20))
def test_a_damaged_notice_is_read(case: Case, place: int, length: int, put: bytes) -> None:
    raw = case.mail.encode()
    read(raw[:place] + put + raw[place + length :])


_UNITS = [
    "a@", "a@b.c ", "<a@b.c>\n", "a@b.c: no\n", "<", "(", " ", "\n", "mailbox is ", "user is ", "5.1.1 ", "550 ", "=?utf-8?b?", "<style>",
    "&amp;", "Final-Recipient: rfc822; a@b.c\nAction: failed\n\n", "Received: from x by y for <a@b.c>\n", "1-2-abcdefghij234567 ", "数",
    "Content-Type: multipart/mixed; boundary=x\n\n--x\n", "this is a copy ", '"',
]  # fmt: skip


_PASS = re.compile(rb"[^\s<>]{1,64}@[^\s<>]{1,64}")


def cpu_of(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def one_pass() -> float:
    """What one plain pass of the standard library over five megabytes of addresses costs here and now, in CPU seconds."""
    return cpu_of(lambda: _PASS.findall(b"a@b.c: no\n" * 500_000))


@pytest.mark.parametrize("unit", [*_UNITS, "a{}@b.c: no\n", "<a{}@b.c>\n"])
def test_five_megabytes_of_anything_cost_a_few_passes_over_them(unit: str) -> None:
    much = "".join(unit.format(number) for number in range(300_000)) if "{}" in unit else unit * (5_000_000 // len(unit.encode()))
    wrapped = (
        plain(much),
        plain(much, more="Content-Type: text/html\n"),
        report(much),
        f"From: a@b.c\nSubject: {much}\nTo: {much}\n\n{much}",
    )
    for mail in wrapped:
        raw = mail.encode()
        # Both are measured side by side and the calmest of four counts: other processes may take the machine meanwhile. Usual: 0.5 to 2.5.
        ratios = (cpu_of(partial(read, raw)) / one_pass() for _ in range(4))
        assert any(ratio < 5 for ratio in ratios)


def test_fifty_megabytes_take_no_more_memory_than_three() -> None:
    raw = refused("550 5.1.1 user unknown").encode() + b"x" * 76 + (b"\n" + b"x" * 76) * 650_000
    tracemalloc.start()
    try:
        said = read(raw)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert said.kind is ReturnKind.BOUNCE
    assert peak < 60_000_000
