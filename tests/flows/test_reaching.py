"""Those missed: who they are, and that they get what they lack once, is counted at the relay, on both databases."""

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import event

from digest.audience.address import hash_address
from digest.errors import RefusedError
from digest.flows import reaching, sending
from digest.flows.proving import Notary, prove
from digest.model.subscriber import SuppressionReason
from digest.store import ledger, subscribers
from digest.store.ledger import Claim
from tests.flows.departures import ACCEPTED, LEASE, REFUSED, SILENT, SIZE, House
from tests.flows.mended import BAD, correction, got, join, leave, missed, sent_but_for_one_in_doubt
from tests.flows.newsroom import SECRET, Newsroom

READERS = 20


@pytest.fixture
def house(newsroom: Newsroom, tmp_path: Path) -> House:
    newsroom.readers(READERS)
    return House(newsroom=newsroom, folder=tmp_path, now=newsroom.now)


def test_those_missed_are_the_refused_and_with_a_word_those_who_joined_and_nobody_who_has_it(house: House) -> None:
    house.relay.answer = lambda address: REFUSED if address == BAD else ACCEPTED
    house.send()
    house.work()
    join(house, "late@example.net")
    assert reaching.missed(house.newsroom.database, house.id) == reaching.Missed(listed=1, joined=1, in_doubt=0)
    house.relay.answer = lambda _: ACCEPTED
    assert missed(house) == "missed 1"
    house.work()
    assert got(house, "missed 1") == {BAD}
    assert missed(house, joined=True) == "missed 2"
    house.work()
    assert got(house, "missed 2") == {"late@example.net"}
    assert (len(house.got()), house.twice()) == (READERS + 1, [])
    with pytest.raises(RefusedError, match="nobody was missed"):
        missed(house, joined=True, in_doubt=True)


def test_those_missed_get_the_bytes_that_were_approved(house: House) -> None:
    house.relay.answer = lambda address: REFUSED if address == BAD else ACCEPTED
    house.send()
    house.work()
    missed(house)
    assert house.mailings()["missed 1"].sha256 == house.record.approved_sha256


def test_whoever_left_or_was_suppressed_since_is_not_missed(house: House) -> None:
    house.relay.answer = lambda address: REFUSED if address in (BAD, "reader4@example.net", "reader5@example.net") else ACCEPTED
    house.send()
    house.work()
    leave(house, BAD)
    hashed = hash_address(SECRET, "reader4@example.net")
    with house.newsroom.database.writing() as session:
        subscribers.suppress(session, hashed, SuppressionReason.HARD_BOUNCE, now=house.now)
    missed(house)
    house.work()
    assert house.counts("missed 1").total == 1


def test_those_who_wait_are_not_missed_and_those_whom_a_stop_cut_off_are(house: House) -> None:
    house.send()
    house.work(most=1)
    sending.pause(house.newsroom.database, house.id, who="Nadia", now=house.now)
    with pytest.raises(RefusedError, match="nobody was missed"):
        missed(house)
    sending.stop(house.newsroom.database, house.id, who="Nadia", now=house.now)
    missed(house)
    house.work()
    assert (len(house.got()), house.twice(), house.counts("missed 1").total) == (READERS, [], READERS - SIZE)


def test_those_in_doubt_are_sent_to_again_only_by_a_word(house: House) -> None:
    sent_but_for_one_in_doubt(house)
    assert reaching.missed(house.newsroom.database, house.id) == reaching.Missed(listed=0, joined=0, in_doubt=1)
    with pytest.raises(RefusedError, match="nobody was missed"):
        missed(house)
    house.relay.answer = lambda _: ACCEPTED
    missed(house, in_doubt=True)
    house.work()
    assert got(house, "missed 1") == {BAD}


def test_a_version_has_one_message_id_for_each_reader_and_a_correction_another(house: House) -> None:
    sent_but_for_one_in_doubt(house)
    house.relay.answer = lambda _: ACCEPTED
    missed(house, in_doubt=True)
    house.work()
    house.correct()
    correction(house)
    house.work()
    (first, names), (corrected, again) = ((version, names) for (address, version), names in house.relay.names.items() if address == BAD)
    assert len(names) == 3, "two tries of the edition, and the mail to those missed"
    assert len(set(names)) == 1
    assert first != corrected
    assert set(again).isdisjoint(names)
    # The proof names each by what it bore.
    notary = Notary(key=Ed25519PrivateKey.generate(), secret=SECRET, at=house.now)
    lines = [json.loads(line) for line in prove(house.newsroom.database, notary, house.id)]
    proven = {line["message_id"] for line in lines if line["kind"] == "delivery"}
    assert proven == {name for every in house.relay.names.values() for name in every}
    assert [line["message_id"] for line in lines if line.get("address") == BAD] == [names[0], names[0], again[0]]


def test_while_a_worker_holds_a_stopped_mailing_nobody_is_called_missed(house: House) -> None:
    mailing = house.send()
    with house.newsroom.database.writing() as session:
        assert ledger.claim(session, Claim(mailing_id=mailing.id, number=0, owner="another host", lease=LEASE), now=house.now)
    sending.stop(house.newsroom.database, house.id, who="Nadia", now=house.now)
    with pytest.raises(RefusedError, match="try again in a moment"):
        missed(house)
    house.later(minutes=2)
    # The worker never came back: of those in its hands nobody knows.
    assert reaching.missed(house.newsroom.database, house.id) == reaching.Missed(listed=READERS - SIZE, joined=0, in_doubt=SIZE)
    missed(house)
    assert house.counts("missed 1").total == READERS - SIZE


def test_those_missed_after_a_correction_get_the_corrected_version(house: House) -> None:
    house.relay.answer = lambda address: REFUSED if address == BAD else ACCEPTED
    house.send()
    house.work()
    record = house.correct()
    correction(house)
    house.work()
    house.relay.answer = lambda _: ACCEPTED
    missed(house)
    house.work()
    assert house.got()[BAD] == [record.approved_sha256]


def test_who_was_missed_is_counted_in_one_pass_over_the_ledgers(house: House) -> None:
    house.relay.answer = lambda address: SILENT if address == BAD else REFUSED if address == "reader4@example.net" else ACCEPTED
    house.send()
    house.work()
    house.later(minutes=6)
    house.work()
    join(house, "late@example.net")
    passes: list[str] = []

    def listens(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "deliveries" in statement:
            passes.append(statement)

    event.listen(house.newsroom.database.engine, "before_cursor_execute", listens)
    try:
        found = reaching.missed(house.newsroom.database, house.id)
    finally:
        event.remove(house.newsroom.database.engine, "before_cursor_execute", listens)
    assert found == reaching.Missed(listed=1, joined=1, in_doubt=1)
    assert len(passes) == 1
