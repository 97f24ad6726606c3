"""The roster: whatever bytes a file holds, each line is a reader or has a reason, and no bad line costs its neighbours."""

import codecs
import csv
import io
from collections.abc import Iterator

from hypothesis import example, given
from hypothesis import strategies as st

from digest.audience.roster import clean_name, read_roster, roster_row
from digest.cli import roster_file

MARKS = ('"', ",", ";", "\t", "\n", "\r", "\r\n", "\0", "@", "'", "=", "email", "name", "a@example.net", "é", "\u202e", " ", "x" * 70)


def lines(text: str) -> list[str]:
    return list(io.StringIO(text, newline=""))


def test_bytes_that_are_no_utf_8_are_read_as_windows_writes_them() -> None:
    assert codecs.lookup_error(roster_file.WINDOWS) is not None
    assert b"Zo\xeb".decode("utf-8", "digest.windows") == "Zoë"
    assert b"\x81".decode("utf-8", "digest.windows") == "\ufffd"


@given(st.binary(max_size=400))
@example(b'"\n"a@example.net')
@example(b"\xff\xfe\x00")
def test_any_bytes_are_read_to_their_end(body: bytes) -> None:
    text = body.decode("utf-8-sig", "digest.windows")
    for line in read_roster(lines(text)):
        assert (line.address is None) == (line.refused is not None)
        assert line.refused is None or "\n" not in line.refused


@given(st.lists(st.sampled_from(MARKS), max_size=60).map("".join))
def test_any_csv_however_broken_is_read_and_numbered_upwards(text: str) -> None:
    numbers = [line.number for line in read_roster(lines(text))]
    assert numbers == sorted(set(numbers))
    assert all(1 <= number <= len(lines(text)) for number in numbers)


@given(st.lists(st.sampled_from(['"', 'x,"y', "bad", ",,", '"a', "@", 'na"me,', "\0"]), max_size=6), st.integers(0, 6))
def test_a_bad_line_never_costs_a_good_one_below_it(bad: list[str], place: int) -> None:
    good = [f"good{number}@example.net,Good" for number in range(30)]
    file = ["email,name", *bad[:place], *good]
    found = {line.address.typed for line in read_roster(f"{line}\n" for line in file) if line.address is not None}
    assert found == {f"good{number}@example.net" for number in range(30)}


@given(
    st.lists(
        st.tuples(st.integers(0, 10**6), st.text(st.characters(codec="utf-8"), max_size=40)), max_size=20, unique_by=lambda one: one[0]
    )
)
def test_what_is_written_is_read_back_and_no_cell_runs(readers: list[tuple[int, str]]) -> None:
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(["email", "name"])
    for number, name in readers:
        cells = roster_row([f"r{number}@example.net", clean_name(name)])
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in cells)
        writer.writerow(cells)
    back = list(read_roster(lines(file.getvalue())))
    assert [line.address.typed for line in back if line.address] == [f"r{number}@example.net" for number, _ in readers]


@given(st.lists(st.sampled_from(['"open', 'x,"y', 'na"me,', '"a" b,c', 'close"', ",,", "bad"]), min_size=1, max_size=12))
def test_bad_lines_between_good_ones_swallow_none_of_them(bad: list[str]) -> None:
    file = ["email,name"]
    for number, line in enumerate(bad):
        file += [f"good{number}@example.net,Good", line]
    found = [line.address.typed for line in read_roster(f"{line}\n" for line in file) if line.address is not None]
    assert [address for address in found if address.startswith("good")] == [f"good{number}@example.net" for number in range(len(bad))]


def test_an_unclosed_quotation_mark_is_one_bad_line_in_a_million() -> None:
    def file() -> list[str]:
        return ["email,name\n", '"open@example.net\n', *(f"r{number}@example.net,Reader\n" for number in range(3_000))]

    read = list(read_roster(file()))
    assert [line.number for line in read if line.refused] == [2]
    assert len(read) == 3_001


def test_a_roster_is_read_no_further_than_asked() -> None:
    taken = 0

    def file() -> Iterator[str]:
        nonlocal taken
        for number in range(10_000):
            taken += 1
            yield f"r{number}@example.net\n"

    read = read_roster(file())
    assert next(read).number == 1
    assert taken < 50


def test_a_cell_of_several_lines_is_one_reader() -> None:
    file = ["note,email\n", '"Called twice.\n', 'Says hello",anna@example.net\n', "x,bela@example.net\n"]
    assert [(line.number, line.address and line.address.typed) for line in read_roster(file)] == [
        (2, "anna@example.net"),
        (4, "bela@example.net"),
    ]
