"""Returned mail acts once, on whom it is about and on nobody else, in any order, on both databases."""

from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import select

from digest.audience.address import hash_address
from digest.audience.consent import GOOD_FOR
from digest.audience.returns import Follows
from digest.audience.token import Purpose, hash_token, make_consent_token
from digest.errors import NotFound
from digest.flows import barring, pruning, returning
from digest.flows.barring import Barring
from digest.flows.returning import Decided
from digest.model.subscriber import SuppressionReason
from digest.store import Database, consents, ledger, returns, subscribers
from digest.store.consents import Proof
from digest.store.return_tables import returns as table
from tests.deliver.returned_mails import READER, plain, refused
from tests.flows.newsroom import NOW, SECRET
from tests.flows.posted import FULL, GONE, OURS, Posted, weeks_before

ADA, BOB = "ada@one.example", "bob@two.example"
DECIDED = Decided(who="Nadia", at=NOW, why="they said so")


@pytest.fixture
def posted(database: Database) -> Posted:
    made = Posted(database=database)
    made.begin([ADA, BOB], now=NOW - timedelta(weeks=8))
    return made


def test_a_hard_return_bars_its_reader_at_once_and_stands_at_the_delivery(posted: Posted) -> None:
    mailing = posted.send(NOW)
    applied = posted.apply(posted.bounce(mailing, ADA))
    assert (applied.follows, applied.again) == (Follows.SUPPRESS, False)
    assert [one.address for one in applied.said.recipients] == [ADA]
    assert (posted.barred(ADA), posted.barred(BOB)) == (SuppressionReason.HARD_BOUNCE, None)
    with posted.database.reading() as session:
        fates = {one.address: (one.state.value, one.returned) for one in ledger.fates(session, mailing)}
    assert fates == {ADA: ("sent", "hard"), BOB: ("sent", None)}


def test_the_same_mail_twice_is_kept_once_and_changes_nothing(posted: Posted) -> None:
    mailing = posted.send(NOW)
    raw = posted.bounce(mailing, ADA)
    posted.apply(raw)
    barring.lift(posted.database, SECRET, Barring(address=ADA, who="Nadia", at=NOW), "it is there again")
    before = posted.state()
    assert posted.apply(raw).again
    assert posted.apply(posted.bounce(mailing, ADA, mark="the same in another mail")).follows is Follows.NOTHING
    assert posted.state() == before
    with posted.database.reading() as session:
        assert len(session.execute(select(table.c.id)).all()) == 2


@pytest.mark.parametrize("why", [GONE, FULL, OURS])
def test_a_forged_token_and_one_of_no_delivery_change_nothing(posted: Posted, why: tuple[str, str]) -> None:
    mailing = posted.send(NOW)
    before = posted.state()
    posted.ids["new@three.example"] = 99
    for raw in (
        posted.bounce(mailing, ADA, why, secret=b"another secret, which is not ours"),
        posted.bounce(mailing + 7, ADA, why),
        posted.bounce(mailing, "new@three.example", why),
        refused(*why).replace(READER, ADA).encode(),
    ):
        assert posted.apply(raw).follows is Follows.NOTHING
    assert posted.state() == before


def test_a_notice_with_anothers_address_acts_on_whom_its_token_names_alone(posted: Posted) -> None:
    mailing = posted.send(NOW)
    raw = posted.bounce(mailing, ADA).replace(f"rfc822; {ADA}".encode(), f"rfc822; {BOB}".encode())
    assert posted.apply(raw).follows is Follows.SUPPRESS
    assert (posted.barred(ADA), posted.barred(BOB)) == (SuppressionReason.HARD_BOUNCE, None)


def test_four_full_mailboxes_in_a_row_over_three_weeks_bar_and_a_success_between_begins_anew(posted: Posted) -> None:
    sent = [posted.send(at) for at in weeks_before(NOW, 5)]
    for mailing in sent[1:4]:
        assert posted.apply(posted.bounce(mailing, ADA, FULL)).follows is Follows.COUNTED
    for mailing in (sent[0], sent[1], sent[3], sent[4]):
        assert posted.apply(posted.bounce(mailing, BOB, FULL)).follows is Follows.COUNTED
    assert posted.apply(posted.bounce(sent[4], ADA, FULL)).follows is Follows.SUPPRESS
    assert (posted.barred(ADA), posted.barred(BOB)) == (SuppressionReason.SOFT_BOUNCES, None)


def test_two_mailings_of_one_edition_count_once(posted: Posted) -> None:
    sent = [posted.send(at) for at in weeks_before(NOW, 3)]
    edition = 3
    again = posted.send(NOW - timedelta(minutes=10), kind="correction 1", edition=edition)
    for mailing in (*sent, again):
        assert posted.apply(posted.bounce(mailing, ADA, FULL)).follows is Follows.COUNTED
    assert posted.barred(ADA) is None


def test_whoever_was_let_in_anew_is_not_barred_for_what_came_back_before(posted: Posted) -> None:
    sent = [posted.send(at) for at in weeks_before(NOW, 4)]
    for mailing in sent:
        posted.apply(posted.bounce(mailing, ADA, FULL))
    barring.lift(posted.database, SECRET, Barring(address=ADA, who="Nadia", at=NOW), "the mailbox has room again")
    posted.add([ADA], now=NOW)
    later = posted.send(NOW + timedelta(weeks=1))
    assert posted.apply(posted.bounce(later, ADA, FULL), now=NOW + timedelta(weeks=1)).follows is Follows.COUNTED
    assert posted.barred(ADA) is None


def test_what_is_about_us_feeds_our_health_and_never_counts_against_a_reader(posted: Posted) -> None:
    for at in weeks_before(NOW, 6):
        assert posted.apply(posted.bounce(posted.send(at), ADA, OURS)).follows is Follows.OUR_HEALTH
    posted.apply(posted.bounce(1, ADA, OURS, secret=b"another secret, which is not ours"))
    assert posted.barred(ADA) is None
    with posted.database.reading() as session:
        health = returns.health(session, since=NOW - timedelta(days=7))
    assert (health.ours, health.complaints, health.held) == (6, 0, 0)
    assert health.why is not None
    assert "SPF" in health.why


def test_a_complaint_bars_everywhere_over_a_dead_mailbox_but_not_over_an_erasure_or_a_hand(posted: Posted) -> None:
    mailing = posted.send(NOW)
    posted.apply(posted.bounce(mailing, ADA))
    assert posted.apply(posted.complaint(mailing, ADA)).follows is Follows.COMPLAINED
    assert posted.barred(ADA) is SuppressionReason.COMPLAINT
    barring.bar(posted.database, SECRET, Barring(address=BOB, who="Nadia", at=NOW))
    posted.apply(posted.complaint(mailing, BOB))
    assert posted.barred(BOB) is SuppressionReason.BY_HAND


def test_vacations_delays_and_letters_with_a_good_token_change_nothing(posted: Posted) -> None:
    mailing = posted.send(NOW)
    before = posted.state()
    to = f"To: <{posted.path(mailing, ADA)}>"
    vacation = plain("I am away.", sender="ada@one.example", subject="Re: The week", more="Auto-Submitted: auto-replied\n")
    letter = plain("Dear editor, thank you.", sender="ada@one.example", subject="Re: The week")
    delayed = refused("452 4.2.2 over quota", "4.2.2", action="delayed").replace("To: news@paper.example", to, 1)
    for mail in (vacation.replace("To: <news@paper.example>", to), letter.replace("To: <news@paper.example>", to), delayed):
        applied = posted.apply(mail.encode())
        assert applied.said.delivery is not None
        assert applied.follows is Follows.NOTHING
    assert posted.state() == before


def test_twenty_of_one_domain_are_held_for_a_person_the_earlier_ones_too(posted: Posted) -> None:
    many = [f"reader{number}@big.example" for number in range(40)]
    posted.add(many, now=NOW)
    mailing = posted.send(NOW)
    said = [posted.apply(posted.bounce(mailing, address)).follows for address in many[:22]]
    assert said == [Follows.SUPPRESS] * 19 + [Follows.HELD] * 3
    assert posted.apply(posted.bounce(mailing, ADA)).follows is Follows.SUPPRESS
    assert [posted.barred(address) for address in many] == [None] * 40
    (held,) = returning.held(posted.database)
    assert (held.edition_id, held.domain, held.hard, held.sent) == (1, "big.example", 22, 40)
    with pytest.raises(NotFound, match="digest returned held"):
        returning.confirm(posted.database, 1, "one.example", DECIDED)


def test_a_person_confirms_or_releases_what_is_held_once(posted: Posted) -> None:
    for domain in ("gone.example", "fine.example"):
        posted.add([f"r{number}@{domain}" for number in range(21)], now=NOW)
    mailing = posted.send(NOW)
    for number in range(20):
        for domain in ("gone.example", "fine.example"):
            posted.apply(posted.bounce(mailing, f"r{number}@{domain}"))
    assert returning.confirm(posted.database, 1, "gone.example", DECIDED) == 20
    assert returning.release(posted.database, 1, "Fine.example", DECIDED) == 20
    assert returning.held(posted.database) == ()
    assert posted.apply(posted.bounce(mailing, "r20@gone.example")).follows is Follows.SUPPRESS
    assert posted.apply(posted.bounce(mailing, "r20@fine.example")).follows is Follows.NOTHING
    assert {posted.barred(f"r{number}@gone.example") for number in range(21)} == {SuppressionReason.HARD_BOUNCE}
    assert {posted.barred(f"r{number}@fine.example") for number in range(21)} == {None}
    with pytest.raises(NotFound):
        returning.release(posted.database, 1, "gone.example", DECIDED)


def test_twenty_of_a_domain_with_five_hundred_are_no_mistake_of_it(posted: Posted) -> None:
    posted.add([f"r{number}@huge.example" for number in range(500)], now=NOW)
    mailing = posted.send(NOW)
    assert {posted.apply(posted.bounce(mailing, f"r{number}@huge.example")).follows for number in range(24)} == {Follows.SUPPRESS}
    assert posted.apply(posted.bounce(mailing, "r24@huge.example")).follows is Follows.HELD, "25 of 500 are 5 %"


@pytest.mark.parametrize("seed", range(6))
def test_any_order_any_doubling_and_any_forgery_end_the_same(posted: Posted, seed: int) -> None:
    chance = Random(seed)
    many = [f"r{number}@big.example" for number in range(24)]
    posted.add(many, now=NOW - timedelta(weeks=7))
    sent = [posted.send(at) for at in weeks_before(NOW, 4)]
    mails = [posted.bounce(mailing, ADA, FULL) for mailing in sent]
    mails += [posted.bounce(sent[0], BOB, OURS), posted.complaint(sent[1], BOB), posted.bounce(sent[1], BOB)]
    mails += [posted.bounce(sent[2], address) for address in many[:21]]
    mails += [posted.bounce(sent[1], many[22]), posted.bounce(sent[2], many[22], FULL)]
    forged = [posted.bounce(one, many[23], secret=b"another secret, which is not ours") for one in sent]
    shuffled = [*mails, *chance.sample(mails, 12), *forged]
    chance.shuffle(shuffled)
    for raw in shuffled:
        posted.apply(raw)
    bars = {address: posted.barred(address) for address in (ADA, BOB, *many)}
    assert {address: reason for address, reason in bars.items() if reason} == {
        ADA: SuppressionReason.SOFT_BOUNCES,
        BOB: SuppressionReason.COMPLAINT,
        many[22]: SuppressionReason.HARD_BOUNCE,
    }
    assert [(one.domain, one.hard) for one in returning.held(posted.database)] == [("big.example", 21)]


def letter_token(posted: Posted) -> tuple[int, str]:
    with posted.database.writing() as session:
        new = subscribers.NewReader(
            address="eve@three.example", folded="eve@three.example", address_hash=hash_address(SECRET, "eve@three.example")
        )
        eve = subscribers.keep(session, [new], now=NOW)["eve@three.example"]
        proof = Proof(form="page", wording="1")
        consent = consents.open_consent(session, (eve, "weekly"), proof, now=NOW, expires=NOW + GOOD_FOR)
        consents.keep_hash(session, consent.id, hash_token(make_consent_token(SECRET, Purpose.CONFIRM, consent.id, consent.asked)))
    return consent.id, f"bounce+c{make_consent_token(SECRET, Purpose.CONFIRM_MESSAGE, consent.id, consent.asked)}@review.example.org"


def usable(posted: Posted, consent_id: int) -> bool:
    with posted.database.reading() as session:
        consent = consents.get(session, consent_id)
    assert consent is not None
    return consent.usable


def test_a_letter_of_confirmation_that_reached_nobody_is_void_and_bars_nobody(posted: Posted) -> None:
    consent_id, path = letter_token(posted)
    forged = path.replace(path[-25], "a" if path[-25] != "a" else "b")
    for address, why, follows in ((forged, GONE, Follows.NOTHING), (path, FULL, Follows.NOTHING)):
        assert posted.apply(refused(*why).replace("To: news@paper.example", f"To: <{address}>", 1).encode()).follows is follows
    assert usable(posted, consent_id)
    assert posted.apply(refused(*GONE).replace("To: news@paper.example", f"To: <{path}>", 1).encode()).follows is Follows.VOIDED
    assert not usable(posted, consent_id)
    assert posted.barred("eve@three.example") is None


def test_an_erased_readers_returns_are_forgotten_and_kept_no_more(posted: Posted) -> None:
    mailing = posted.send(NOW)
    posted.apply(posted.bounce(mailing, ADA, FULL))
    late = posted.bounce(mailing, ADA)
    barring.erase(posted.database, SECRET, Barring(address=ADA, who="Nadia", at=NOW))
    assert posted.apply(late).follows is Follows.NOTHING
    with posted.database.reading() as session:
        assert [tuple(row) for row in session.execute(select(table.c.mail, table.c.diagnostic))] == [(None, None)] * 2


def test_a_mail_is_kept_for_ninety_days_and_what_it_said_for_longer(posted: Posted) -> None:
    raw = posted.bounce(posted.send(NOW), ADA)
    posted.apply(raw)
    posted.apply(b"Subject: nothing of ours\r\n\r\n")
    pruning.prune(posted.database, now=NOW + timedelta(days=89))
    with posted.database.reading() as session:
        assert returns.mail_of(session, 1) == raw
    pruning.prune(posted.database, now=NOW + timedelta(days=91))
    with posted.database.reading() as session:
        assert returns.mail_of(session, 1) is None
        assert session.execute(select(table.c.id)).scalars().all() == [1]
    assert posted.apply(raw, now=NOW + timedelta(days=92)).again
