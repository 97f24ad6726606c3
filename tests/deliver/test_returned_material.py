"""The real returned mails that flufl.bounce is tested with, against our own labels: the floors of docs/reference/returned.md."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from digest.deliver.returned import read_return
from digest.model.returned import Returned

Material = Callable[[str], Path]
LABELS = Path(__file__).with_name("returned_labels.txt")


@dataclass(frozen=True, kw_only=True)
class Label:
    """What a mail is; several classes or sets of recipients where more than one may be said."""

    name: str
    kind: str
    classes: frozenset[str]
    recipients: tuple[frozenset[str], ...]


def labels() -> list[Label]:
    rows = [line.split() for line in LABELS.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    return [
        Label(
            name=row[0],
            kind=row[1],
            classes=frozenset(row[2].split("|")) if len(row) > 2 else frozenset(),
            recipients=tuple(frozenset(one.split(",")) - {"-"} for one in row[3].split("|")) if len(row) > 3 else (frozenset(),),
        )
        for row in rows
    ]


@pytest.fixture(scope="module")
def mails(material: Material) -> dict[str, bytes]:
    found = {file.stem: file.read_bytes() for file in (material("flufl.bounce") / "tests" / "data").glob("*.txt")}
    assert len(found) == 117
    return found


def read(raw: bytes) -> Returned:
    return read_return(raw, lambda _token: False)


def found(returned: Returned) -> frozenset[str]:
    return frozenset(one.address.casefold() for one in returned.recipients if one.address is not None)


def classes(returned: Returned) -> set[str]:
    return {one.bounce_class.value for one in returned.recipients}


def test_each_mail_has_a_label(mails: dict[str, bytes]) -> None:
    assert sorted(one.name for one in labels()) == sorted(mails)


def test_recipients_and_classes_reach_their_floors(mails: dict[str, bytes]) -> None:
    known = [(label, read(mails[label.name])) for label in labels()]
    assert [label.name for label, said in known if said.kind.value != label.kind] == []
    speaking = [(label, said) for label, said in known if label.classes]
    missed = [label.name for label, said in speaking if found(said) not in label.recipients]
    assert len(missed) / len(speaking) <= 0.03, missed
    hard = [(label, said) for label, said in speaking if label.classes == {"hard"} and label.kind == "bounce"]
    assert len(hard) > 40
    unfound = [label.name for label, said in hard if classes(said) != {"hard"}]
    assert len(unfound) / len(hard) <= 0.05, unfound
    assert [label.name for label, said in speaking if "hard" not in label.classes and "hard" in classes(said)] == []
    others = [label.name for label, said in speaking if not classes(said) & label.classes]
    assert len(others) / len(speaking) <= 0.05, others


def test_line_ends_change_nothing(mails: dict[str, bytes]) -> None:
    for name, raw in mails.items():
        plain = raw.replace(b"\r\n", b"\n")
        said = read(plain)
        assert read(plain.replace(b"\n", b"\r\n")) == said, name
        assert read(plain.replace(b"\n", b"\r")) == said, name
