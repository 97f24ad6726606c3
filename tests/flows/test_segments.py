"""Segments from the roster to the relay: each reader gets what they have on, and the choice travels with them, on both databases."""

import quopri
from collections.abc import Generator, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from digest.audience.address import hash_address
from digest.audience.token import Bearing, Purpose, make_token
from digest.deliver.journal import Journal
from digest.deliver.routes import Route
from digest.deliver.transport import Envelope, Leaves, Offer, Settled, unnoted
from digest.errors import InputError, StoreError
from digest.flows import barring, delivering, preferring, previewing, sending, subscribing
from digest.flows.barring import Barring
from digest.flows.delivering import Sender
from digest.flows.preferring import SectionWish, Wish
from digest.flows.testing import Bench, TestSend, send_test
from digest.model.mailing import FORM, Answer, DeliveryState, Rendered
from digest.store import acts, mailings, newsletters, subscribers
from digest.store.acts import About, Wanted
from digest.store.consents import Proof
from digest.store.documents import from_document, to_document, to_rendered
from digest.store.ledger import Claim
from tests.flows.newsroom import NEWSLETTER, SECRET, Newsroom
from tests.flows.test_delivering import LEASE

CHOOSING = replace(NEWSLETTER, plan=tuple(replace(one, optional=one.key in {"articles", "briefs"}) for one in NEWSLETTER.plan))
ROSTER = [
    "email,name,without\n",
    "all@example.net,All,\n",
    "no-briefs@example.net,No Briefs,briefs\n",
    "lead-only@example.net,Lead Only,briefs articles\n",
    "stale@example.net,Stale,weather Nonsense! lead\n",
]


@dataclass
class Keeping:
    """A transport that takes every message and keeps it."""

    messages: dict[str, str] = field(default_factory=dict)

    def send(self, envelope: Envelope, message: bytes) -> Answer:
        self.messages[envelope.recipient] = quopri.decodestring(message).decode()
        return Answer(state=DeliveryState.SENT, code=250, reply="kept")

    def carry(self, offers: Iterable[Offer], leaves: Leaves = unnoted) -> Generator[Settled, None, None]:
        for offer in offers:
            leaves(offer)
            yield Settled(offer, self.send(offer.envelope, offer.message))

    def close(self) -> None:
        """Nothing to let go."""


@pytest.fixture
def choosing(newsroom: Newsroom) -> Newsroom:
    newsroom.keep(CHOOSING)
    total = list(subscribing.import_roster(newsroom.database, SECRET, "weekly", ROSTER, now=newsroom.now))[-1]
    assert (total.added, total.refused) == (4, ())
    return newsroom


def left_out(newsroom: Newsroom) -> dict[str, frozenset[str]]:
    with newsroom.database.reading() as session:
        return {reader.address: standing.left_out for reader, standing, _ in subscribers.roster(session, "weekly")}


def test_each_reader_gets_the_sections_that_they_have_on(choosing: Newsroom, tmp_path: Path) -> None:
    record = choosing.approved()
    mailing = sending.send_now(choosing.database, record.id, who="Nadia", now=choosing.now, chunk_size=500)
    transport = Keeping()
    sender = Sender(
        routes=(Route(name="relay", transport=transport),),
        journal=Journal.open(tmp_path / "journal"),
        secret=SECRET,
        public_url="https://news.example.org",
        clock=lambda: choosing.now,
        wait=lambda _: None,
    )
    claim = Claim(mailing_id=mailing.id, number=0, owner=sender.journal.owner, lease=LEASE)
    assert delivering.send_chunk(choosing.database, sender, claim) == 4
    got = {
        address.partition("@")[0]: ("Also this week" in message, "In other news this week" in message)
        for address, message in transport.messages.items()
    }
    assert got == {"all": (True, True), "no-briefs": (True, False), "lead-only": (False, False), "stale": (True, True)}
    assert len({message.partition("\nSubject")[2][:40] for message in transport.messages.values()}) == 1


def test_what_readers_left_out_goes_out_and_comes_in_with_the_roster(choosing: Newsroom) -> None:
    kept = {
        "all@example.net": frozenset[str](),
        "no-briefs@example.net": frozenset({"briefs"}),
        "lead-only@example.net": frozenset({"articles", "briefs"}),
        "stale@example.net": frozenset({"weather", "lead"}),
    }
    assert left_out(choosing) == kept
    again = ["email,without\n", "all@example.net,briefs\n", "no-briefs@example.net,\n", "new@example.net,articles\n"]
    assert list(subscribing.import_roster(choosing.database, SECRET, "weekly", again, now=choosing.now))
    assert left_out(choosing) == kept | {"new@example.net": frozenset({"articles"})}


def test_leaving_and_coming_back_keeps_the_choice_and_erasure_forgets_it(choosing: Newsroom) -> None:
    erased = Barring(address="no-briefs@example.net", who="Nadia", at=choosing.now)
    assert barring.erase(choosing.database, SECRET, erased)
    assert "no-briefs@example.net" not in left_out(choosing)
    with choosing.database.reading() as session:
        assert subscribers.suppression(session, hash_address(SECRET, "no-briefs@example.net")) is not None
        assert [key for keys in (left_out(choosing)[one] for one in left_out(choosing)) for key in sorted(keys)].count("briefs") == 1


def test_a_test_shows_what_a_reader_gets_who_leaves_something_out(choosing: Newsroom) -> None:
    record = choosing.draft()
    transport = Keeping()
    bench = Bench(press=choosing.press, public_url="https://news.example.org", transport=transport, unique=lambda: "t")

    def send(*keys: str) -> str:
        send_test(
            choosing.database,
            bench,
            TestSend(edition_id=record.id, addresses=("desk@x.example",), who="Nadia", at=choosing.now, left_out=frozenset(keys)),
        )
        return transport.messages["desk@x.example"]

    assert "In other news this week" in send()
    assert "In other news this week" not in send("briefs")
    with choosing.database.reading() as session:
        assert acts.of_edition(session, record.id)[0].what == "sent a test to desk@x.example, without briefs"
    with pytest.raises(InputError, match="no section 'lead' that readers may leave out; there are: articles, briefs"):
        send("lead")


def test_a_mail_frozen_before_there_were_segments_is_read_and_one_of_a_newer_form_is_refused(choosing: Newsroom) -> None:
    choosing.keep(NEWSLETTER)
    record = choosing.draft()
    rendered = previewing.preview(choosing.database, choosing.press, record.id, now=choosing.now).rendered
    document = to_document(rendered)
    for name in ("form", "segments", "html_parted", "text_parted"):
        del document[name]
    for piece in document["pieces"]:
        del piece["segment"], piece["choices"]
    old = to_rendered(document)
    assert old == replace(rendered, form=1)
    assert from_document(Rendered, to_document(old)) == old
    with pytest.raises(StoreError, match=f"frozen in form {FORM + 1} by a newer program"):
        to_rendered(document | {"form": FORM + 1})


def test_what_a_mailing_froze_holds_whatever_becomes_of_the_plan(choosing: Newsroom) -> None:
    record = choosing.approved()
    mailing = sending.send_now(choosing.database, record.id, who="Nadia", now=choosing.now, chunk_size=500)
    with choosing.database.writing() as session:
        newsletters.keep(session, NEWSLETTER, now=choosing.now)
    with choosing.database.reading() as session:
        assert [one.key for one in mailings.rendered(session, mailing.id).segments] == ["articles", "briefs"]


def test_what_a_reader_leaves_out_stands_in_the_log_by_their_number_and_once(choosing: Newsroom) -> None:
    record = choosing.approved()
    mailing = sending.send_now(choosing.database, record.id, who="Nadia", now=choosing.now, chunk_size=500)
    with choosing.database.reading() as session:
        reader = subscribers.by_address(session, "all@example.net")
    assert reader is not None
    token = make_token(SECRET, Purpose.PREFERENCES, Bearing(mailing_id=mailing.id, subscriber_id=reader.id))
    for on in (False, False, True):
        wish = Wish(
            newsletters=frozenset({"weekly"}),
            proof=Proof(form="preferences", wording="2026-11"),
            sections=(SectionWish(newsletter="weekly", key="briefs", on=on),),
        )
        preferring.save(choosing.database, SECRET, token, wish, now=choosing.now)
    with choosing.database.reading() as session:
        log = [one.act for one in acts.listed(session, Wanted(about=About.READERS), most=10) if one.act.who == "a reader"]
    assert [(one.what, one.at) for one in log] == [
        (f"reader {reader.id} leaves out of weekly: nothing", choosing.now),
        (f"reader {reader.id} leaves out of weekly: briefs", choosing.now),
    ]
    assert "@" not in str(log)
