"""Those who got a faulty version: who gets the correction is counted at the relay, on both databases."""

from datetime import timedelta
from pathlib import Path

import pytest

from digest.errors import RefusedError
from digest.flows import amending, departing, previewing, sending
from digest.flows.amending import Amend, Marks
from digest.model.departure import FirstRound
from digest.model.edition import Edition, EditionState, Finding
from digest.model.mailing import DeliveryState, MailingState
from digest.store import editions, ledger, mailings
from digest.store.ledger import Claim
from tests.flows.departures import ACCEPTED, LEASE, REFUSED, SIZE, House
from tests.flows.mended import BAD, correction, got, leave, missed, sent_but_for_one_in_doubt
from tests.flows.newsroom import Newsroom

READERS = 20


@pytest.fixture
def house(newsroom: Newsroom, tmp_path: Path) -> House:
    newsroom.readers(READERS)
    return House(newsroom=newsroom, folder=tmp_path, now=newsroom.now)


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
