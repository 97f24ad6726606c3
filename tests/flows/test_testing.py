"""A test send reaches the addresses named and nobody else, with the bytes that the list would get."""

import ast
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from digest.compose import edit
from digest.deliver.message import marked_as_test, splice
from digest.deliver.outbox import OutboxTransport
from digest.deliver.transport import Envelope
from digest.errors import InputError, RelayUnreachable
from digest.flows import correcting, previewing, testing
from digest.flows.correcting import Correction
from digest.flows.testing import Bench, TestSend, addresses_in, send_test
from digest.model.edition import EditionRecord, EditionState
from digest.model.mailing import Answer, DeliveryState
from digest.store import acts, mailings
from tests.flows.newsroom import Newsroom

SUBJECTS = (
    "The harbour that two ministries claim",
    "Ærø, Đà Nẵng, 東京: a subject in three scripts that runs on beyond one line of a header 👩‍🚀",
    "A long subject of plain words that has to be folded because it runs on and on past the seventy-sixth column",
    "=?utf-8?q?not_so?=",
    "x",
)


class Remembering:
    """A transport that remembers what it carried, and fails from the message `fails` on."""

    def __init__(self, fails: int = 99) -> None:
        self.carried: list[tuple[Envelope, bytes]] = []
        self.fails = fails
        self.closed = 0

    def send(self, envelope: Envelope, message: bytes) -> Answer:
        if len(self.carried) >= self.fails:
            raise RelayUnreachable("the relay went away")
        self.carried.append((envelope, message))
        return Answer(state=DeliveryState.SENT, code=250, reply="ok")

    def close(self) -> None:
        self.closed += 1


def bench(newsroom: Newsroom, transport: Remembering) -> Bench:
    return Bench(
        press=newsroom.press, public_url="https://news.example.org", transport=transport, unique=lambda: str(len(transport.carried))
    )


def asked(newsroom: Newsroom, record: EditionRecord, *addresses: str) -> TestSend:
    return TestSend(edition_id=record.id, addresses=addresses, who="Nadia", at=newsroom.now)


def test_it_goes_to_the_addresses_named_and_the_list_stays_untouched(newsroom: Newsroom) -> None:
    newsroom.readers(3)
    record = newsroom.draft()
    transport = Remembering()
    done = send_test(newsroom.database, bench(newsroom, transport), asked(newsroom, record, "a@desk.example", "b@desk.example"))
    assert [(one.address, one.accepted) for one in done] == [("a@desk.example", True), ("b@desk.example", True)]
    assert [envelope.recipient for envelope, _ in transport.carried] == ["a@desk.example", "b@desk.example"]
    assert transport.closed == 1
    with newsroom.database.reading() as session:
        assert mailings.of_edition(session, record.id) == ()
        assert acts.of_edition(session, record.id)[0].what == "sent a test to a@desk.example, b@desk.example"


def test_the_path_of_a_test_knows_neither_readers_nor_the_ledger() -> None:
    tree = ast.parse(Path(testing.__file__).read_text("utf-8"))
    named = {name.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom | ast.Import) for name in node.names}
    assert named.isdisjoint({"subscribers", "subscriptions", "ledger", "mailings", "roster", "tables"})


@pytest.mark.parametrize("subject", SUBJECTS)
def test_the_mail_is_the_lists_but_for_the_mark_in_its_subject(newsroom: Newsroom, subject: str) -> None:
    record = newsroom.draft()
    correction = Correction(edition_id=record.id, revision=1, state=EditionState.DRAFT, who="N", at=newsroom.now, why="edited")
    record = correcting.correct(newsroom.database, correction, lambda one: edit.set_subject(one, subject))
    transport = Remembering()
    send_test(newsroom.database, bench(newsroom, transport), asked(newsroom, record, "a@desk.example"))
    ((_, sent),) = transport.carried
    message = message_from_bytes(sent, policy=policy.default)
    assert message["Subject"] == f"[Test] {subject}"
    assert not message.defects
    assert max(map(len, sent.partition(b"\r\n\r\n")[2].split(b"\r\n"))) <= 76
    seen = previewing.preview(newsroom.database, newsroom.press, record.id, now=newsroom.now).rendered
    values = testing.sample_links("https://news.example.org") | {
        "to": "a@desk.example",
        "address": "a@desk.example",
        "name": "Sample Reader",
        "message_id": str(message["Message-ID"]),
        "date": str(message["Date"]),
    }
    whole = message_from_bytes(splice(seen, values), policy=policy.default)
    assert whole["Subject"] == subject
    assert sent.partition(b"\r\n\r\n")[2] == splice(seen, values).partition(b"\r\n\r\n")[2]
    assert marked_as_test(seen).pieces[1:2] == seen.pieces[1:2]
    assert "https://news.example.org/u/sample" in str(message["List-Unsubscribe"])


def test_what_is_approved_is_tested_as_approved(newsroom: Newsroom) -> None:
    record = newsroom.approved()
    transport = Remembering()
    send_test(newsroom.database, bench(newsroom, transport), asked(newsroom, record, "a@desk.example"))
    assert len(transport.carried) == 1


def test_a_relay_that_goes_away_is_said_beside_each_address(newsroom: Newsroom) -> None:
    record = newsroom.draft()
    addresses = ("a@desk.example", "b@desk.example")
    with pytest.raises(RelayUnreachable):
        send_test(newsroom.database, bench(newsroom, Remembering(0)), asked(newsroom, record, *addresses))
    done = send_test(newsroom.database, bench(newsroom, Remembering(1)), asked(newsroom, record, *addresses))
    assert [(one.accepted, one.reply) for one in done] == [(True, "250 ok"), (False, "the relay went away")]


def test_addresses_are_read_once_each_and_ten_at_most() -> None:
    assert addresses_in(["a@desk.example, A@Desk.example;b@desk.example\n", "c@desk.example"]) == (
        "a@desk.example",
        "b@desk.example",
        "c@desk.example",
    )
    for lines, said in (([], "needs an address"), (["no address"], "no"), ([f"r{n}@desk.example" for n in range(11)], "at most 10")):
        with pytest.raises(InputError, match=said):
            addresses_in(lines)


def test_where_no_relay_is_named_a_test_says_that_it_was_kept_and_not_sent(newsroom: Newsroom, tmp_path: Path) -> None:
    record = newsroom.draft()
    outbox = OutboxTransport(tmp_path)
    kept = Bench(press=newsroom.press, public_url="https://news.example.org", transport=outbox, unique=lambda: "1", outbox=outbox.folder)
    (one,) = send_test(newsroom.database, kept, asked(newsroom, record, "a@desk.example"))
    (file,) = tmp_path.glob("*.eml")
    assert (one.accepted, one.kept, one.word) == (False, True, "kept, not sent")
    assert one.reply == f"no relay is named; kept as {file.name} in {tmp_path}; DIGEST_TRANSPORT names one"
    with newsroom.database.reading() as session:
        assert acts.of_edition(session, record.id)[0].what == "kept a test to a@desk.example in the outbox: no relay is named"
