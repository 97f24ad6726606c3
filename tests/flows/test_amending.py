"""Those missed and those who got a faulty version: who gets what is counted at the relay, on both databases."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import event

from digest.audience.address import hash_address
from digest.audience.token import Bearing, Purpose, make_token
from digest.errors import RefusedError
from digest.flows import amending, departing, previewing, reaching, sending, subscribing
from digest.flows.amending import Amend, Marks
from digest.flows.proving import Notary, prove
from digest.flows.reaching import Reach
from digest.model.departure import FirstRound
from digest.model.edition import Edition, EditionState, Finding
from digest.model.mailing import DeliveryState, MailingState
from digest.model.subscriber import SuppressionReason
from digest.store import editions, ledger, mailings, subscribers
from digest.store.ledger import Claim
from tests.flows.departures import ACCEPTED, LEASE, REFUSED, SILENT, SIZE, House
from tests.flows.newsroom import SECRET, Newsroom

READERS = 20
BAD = "reader3@example.net"


@pytest.fixture
def house(newsroom: Newsroom, tmp_path: Path) -> House:
    newsroom.readers(READERS)
    return House(newsroom=newsroom, folder=tmp_path, now=newsroom.now)


def missed(house: House, *, joined: bool = False, in_doubt: bool = False) -> str:
    order = Reach(edition_id=house.id, who="Nadia", at=house.now, chunk_size=SIZE, joined=joined, in_doubt=in_doubt)
    return reaching.send_missed(house.newsroom.database, order).kind


def correction(house: House, *, in_doubt: bool = True) -> list[str]:
    order = Amend(edition_id=house.id, who="Nadia", at=house.now, chunk_size=SIZE, in_doubt=in_doubt)
    return [one.kind for one in amending.send(house.newsroom.database, order)]


def join(house: House, address: str) -> None:
    assert list(subscribing.import_roster(house.newsroom.database, SECRET, "weekly", ["email\n", f"{address}\n"], now=house.now))


def leave(house: House, address: str) -> None:
    with house.newsroom.database.reading() as session:
        reader = subscribers.by_address(session, address)
        mailing = mailings.of_edition(session, house.id)[0]
    assert reader is not None
    token = make_token(SECRET, Purpose.UNSUBSCRIBE, Bearing(mailing_id=mailing.id, subscriber_id=reader.id))
    subscribing.unsubscribe(
        house.newsroom.database, subscribing.standing(house.newsroom.database, SECRET, Purpose.UNSUBSCRIBE, token), now=house.now
    )


def got(house: House, kind: str) -> set[str]:
    mailing = house.mailings()[kind].id
    return {address for address, _, of in house.relay.took if of == mailing}


def sent_but_for_one_in_doubt(house: House) -> None:
    """Send the edition, twice to BAD, of whom the relay never says a word."""
    house.relay.answer = lambda address: SILENT if address == BAD else ACCEPTED
    house.send()
    house.work()
    house.later(minutes=6)
    house.work()


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


def test_a_correction_goes_to_exactly_those_who_got_the_faulty_version_and_to_the_others_instead(house: House) -> None:
    house.send()
    house.work(most=1)
    first = set(house.got())
    record = house.correct()
    assert house.mailings()["edition"].state is MailingState.PAUSED
    assert house.work() == 0
    leave(house, min(first))
    assert amending.whom(house.newsroom.database, house.id) == amending.Whom(faulty=SIZE - 1, in_doubt=0, instead=READERS - SIZE)
    assert correction(house) == ["correction 1", "instead 1"]
    house.work()
    assert got(house, "correction 1") == first - {min(first)}
    assert len(got(house, "instead 1")) == READERS - SIZE
    assert got(house, "instead 1") & first == set()
    assert {version for address, versions in house.got().items() for version in versions[1:]} == {record.approved_sha256}
    assert house.twice() == []
    old = house.mailings()["edition"]
    assert (old.state, old.reason) == (MailingState.CANCELLED, "its readers who waited get revision 2 instead")
    assert house.stands().state is EditionState.RELEASED


def test_the_correction_carries_the_editors_words_and_the_first_version_stays_as_it_was(house: House) -> None:
    house.send()
    house.work()
    before = house.mailings()["edition"].sha256
    house.correct("Whose light")
    correction(house)
    with house.newsroom.database.reading() as session:
        there = {one.kind: mailings.rendered(session, one.id) for one in mailings.of_edition(session, house.id)}
    assert there["edition"].sha256 == before
    assert there["correction 1"].subject == "Correction: Whose light"
    assert "Whose light: the light was paid for." in there["correction 1"].text


def content(house: House) -> Edition:
    with house.newsroom.database.reading() as session:
        return editions.content(session, house.id, editions.get(session, house.id).revision)


def test_what_was_wrong_stands_apart_from_the_letter_and_opens_the_preheader(house: House) -> None:
    house.send()
    house.work()
    before = content(house)
    long = "The light was paid for. " + "Twice over, as it turned out, by the town and by the port. " * 6
    marks = Marks(subject="Correction: the light", notice=f"{long}\n\nSee [the bill](https://port.example/bill).")
    amending.begin(house.newsroom.database, (house.id, "Nadia", house.now), marks)
    after = content(house)
    assert after.correction is not None
    assert after.correction.html.endswith('</p><p>See <a href="https://port.example/bill">the bill</a>.</p>')
    assert (after.intro, after.sections) == (before.intro, before.sections)
    assert after.preheader.startswith("The light was paid for. Twice over")
    assert len(after.preheader) <= 200
    assert [one.code for one in seen(house)] == []


def test_without_a_word_of_what_was_wrong_the_preheader_stays_and_the_checks_ask_for_it(house: House) -> None:
    house.send()
    house.work()
    before = content(house)
    assert "correction_unsaid" not in [one.code for one in seen(house)]
    amending.begin(house.newsroom.database, (house.id, "Nadia", house.now), Marks(subject="Correction: the light"))
    after = content(house)
    assert (after.correction, after.preheader) == (None, before.preheader)
    assert "correction_unsaid" in [one.code for one in seen(house)]


def test_the_next_correction_keeps_what_was_said_unless_it_says_otherwise_and_is_marked_once(house: House) -> None:
    house.send()
    house.work()
    house.correct("One")
    correction(house)
    house.work()
    said = content(house).correction
    assert amending.subject_of(content(house)) == "Correction: One"
    amending.begin(house.newsroom.database, (house.id, "Nadia", house.now), Marks(subject="Correction: One"))
    assert content(house).correction == said
    amending.drop(house.newsroom.database, house.id, who="Nadia", now=house.now)
    amending.begin(house.newsroom.database, (house.id, "Nadia", house.now), Marks(subject="Correction: One", notice="And two."))
    after = content(house).correction
    assert after is not None
    assert said is not None
    assert (after.id, after.html) == (said.id, "<p>And two.</p>")


def seen(house: House) -> tuple[Finding, ...]:
    found = previewing.preview(house.newsroom.database, house.newsroom.press, house.id, now=house.now).findings
    return tuple(one for one in found if one.code.startswith("correction"))


def test_a_second_correction_goes_once_to_whoever_has_either_version(house: House) -> None:
    house.send()
    house.work()
    house.correct("One")
    correction(house)
    house.work(most=1)
    house.correct("Two")
    assert correction(house) == ["correction 2"]
    house.work()
    assert (house.counts("correction 2").total, house.twice()) == (READERS, [])
    assert {len(versions) for versions in house.got().values()} == {2, 3}


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


def test_a_first_round_that_shows_a_fault_is_corrected_and_the_rest_gets_the_corrected_version(house: House) -> None:
    house.send(FirstRound(readers=5))
    house.work()
    departing.advance(house.newsroom.database, now=house.now)
    house.correct()
    assert correction(house) == ["correction 1", "instead 1"]
    house.work()
    assert (house.counts("correction 1").sent, house.counts("instead 1").sent) == (5, READERS - 5)


def test_undoing_a_correction_leaves_it_approved_and_what_it_had_ended_paused(house: House) -> None:
    house.send()
    house.work(most=1)
    record = house.correct()
    order = Amend(edition_id=house.id, who="Nadia", at=house.now, chunk_size=SIZE, undo=timedelta(minutes=1))
    amending.send(house.newsroom.database, order)
    assert house.work() == 0
    departing.undo(house.newsroom.database, house.id, who="Nadia", now=house.now)
    assert {kind: one.state for kind, one in house.mailings().items()} == {"edition": MailingState.PAUSED}
    assert (house.stands().state, house.stands().revision) == (EditionState.APPROVED, record.revision)
    correction(house)
    house.work()
    assert (len(house.got()), house.twice()) == (READERS, [])


def test_dropping_a_correction_puts_the_sent_text_back_and_the_sending_goes_on(house: House) -> None:
    house.send()
    house.work(most=1)
    with house.newsroom.database.reading() as session:
        before = editions.content(session, house.id, house.record.revision)
    house.correct()
    back = amending.drop(house.newsroom.database, house.id, who="Nadia", now=house.now)
    assert (back.state, back.approved_sha256) == (EditionState.RELEASED, house.record.approved_sha256)
    with house.newsroom.database.reading() as session:
        assert editions.content(session, house.id, back.revision) == before
    sending.resume(house.newsroom.database, house.id, who="Nadia", now=house.now)
    house.work()
    assert {tuple(versions) for versions in house.got().values()} == {(house.record.approved_sha256,)}


def test_a_correction_needs_its_approval_and_something_that_went_out(house: House) -> None:
    marks = Marks(subject="Correction", preheader="", notice=None)
    with pytest.raises(RefusedError, match="edit what has not"):
        amending.begin(house.newsroom.database, (house.id, "Nadia", house.now), marks)
    house.send(undo=60)
    with pytest.raises(RefusedError, match="undo the sending"):
        amending.begin(house.newsroom.database, (house.id, "Nadia", house.now), marks)
    departing.let_go(house.newsroom.database, house.id, who="Nadia", now=house.now)
    house.work()
    amending.begin(house.newsroom.database, (house.id, "Nadia", house.now), marks)
    with pytest.raises(RefusedError, match="is draft; approve it"):
        correction(house)
    with pytest.raises(RefusedError, match="send it or drop it"):
        missed(house)


def test_an_edition_being_corrected_is_not_held_for_want_of_approval_nor_sent_as_new(house: House) -> None:
    house.send()
    house.work()
    house.correct()
    late = house.record.due + timedelta(hours=1)
    assert sending.release_due(house.newsroom.database, now=late, chunk_size=SIZE) == ()
    assert house.stands().held is None
    with pytest.raises(RefusedError, match="send the correction with"):
        sending.send_now(house.newsroom.database, house.id, who="Nadia", now=late, chunk_size=SIZE)


def test_a_mailing_that_a_worker_has_in_hand_is_not_replaced(house: House) -> None:
    mailing = house.send()
    house.work(most=1)
    with house.newsroom.database.writing() as session:
        assert ledger.claim(session, Claim(mailing_id=mailing.id, number=1, owner="another host", lease=LEASE), now=house.now)
    house.correct()
    with pytest.raises(RefusedError, match="in hand"):
        correction(house)
    with house.newsroom.database.reading() as session:
        assert [one.state for one in ledger.fates(session, mailing.id)].count(DeliveryState.SENT) == SIZE


def test_what_corrects_nothing_goes_to_nobody(house: House) -> None:
    house.relay.answer = lambda _: REFUSED
    house.send()
    house.work()
    house.correct()
    with pytest.raises(RefusedError, match="nobody has a faulty version"):
        correction(house)
    previewing.preview(house.newsroom.database, house.newsroom.press, house.id, now=house.now)
    assert house.stands().state is EditionState.APPROVED


def test_those_in_doubt_get_the_correction_unless_a_person_says_otherwise(house: House) -> None:
    sent_but_for_one_in_doubt(house)
    house.relay.answer = lambda _: ACCEPTED
    house.correct()
    assert amending.whom(house.newsroom.database, house.id) == amending.Whom(faulty=READERS - 1, in_doubt=1, instead=0)
    correction(house, in_doubt=False)
    house.work()
    assert BAD not in got(house, "correction 1")
    house.correct("Again")
    correction(house)
    house.work()
    assert BAD in got(house, "correction 2")


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
