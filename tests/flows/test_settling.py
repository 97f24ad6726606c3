"""Settling: what relays answered reaches the ledger whole and in one statement, and never takes back that a mail was sent."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event, text

from digest.flows import sending
from digest.model.mailing import Answer, Delivery, DeliveryState, Settlement
from digest.store import ledger, settling
from tests.flows.newsroom import NOW, Newsroom

SENT = Settlement(
    mailing_id=1, subscriber_id=1, answer=Answer(state=DeliveryState.SENT, code=250, reply="2.0.0 Ok: queued as 4XyZ"), settled=NOW
)
LATER = Settlement(
    mailing_id=1,
    subscriber_id=1,
    answer=Answer(state=DeliveryState.DEFERRED, code=451, reply="4.7.1 plus tard, s’il vous plaît 🐟"),
    settled=NOW + timedelta(microseconds=7),
    next_try=NOW + timedelta(minutes=5),
)
DOUBT = replace(SENT, answer=Answer(state=DeliveryState.IN_DOUBT, code=None, reply="the connection ended"))


def opened(newsroom: Newsroom) -> None:
    newsroom.readers(3)
    record = newsroom.approved()
    sending.send_now(newsroom.database, record.id, who="Nadia", now=NOW, chunk_size=50)


def settle(newsroom: Newsroom, *settlements: Settlement) -> tuple[Delivery, ...]:
    with newsroom.database.writing() as session:
        settling.settle(session, settlements)
    with newsroom.database.reading() as session:
        return ledger.fates(session, 1)


def test_code_words_and_moments_come_back_as_they_were_told(newsroom: Newsroom) -> None:
    opened(newsroom)

    first, second, third = settle(newsroom, SENT, replace(LATER, subscriber_id=2), replace(DOUBT, subscriber_id=3))

    assert (first.state, first.code, first.reply, first.settled, first.next_try, first.tries) == (
        *(DeliveryState.SENT, 250, "2.0.0 Ok: queued as 4XyZ"),
        *(NOW, None, 1),
    )
    assert (second.state, second.code, second.reply, second.settled, second.next_try) == (
        *(DeliveryState.DEFERRED, 451, "4.7.1 plus tard, s’il vous plaît 🐟"),
        *(NOW + timedelta(microseconds=7), NOW + timedelta(minutes=5)),
    )
    assert (third.state, third.code, third.reply) == (DeliveryState.IN_DOUBT, None, "the connection ended")


def test_what_was_sent_stays_sent_in_one_telling_and_in_the_next(newsroom: Newsroom) -> None:
    opened(newsroom)

    assert settle(newsroom, SENT, LATER)[0].state is DeliveryState.SENT
    assert settle(newsroom, LATER, DOUBT)[0].tries == 1
    assert settle(newsroom, LATER)[0].state is DeliveryState.SENT


def test_the_last_of_two_words_about_a_reader_who_has_no_mail_yet_counts(newsroom: Newsroom) -> None:
    opened(newsroom)

    assert settle(newsroom, LATER, DOUBT)[0].state is DeliveryState.IN_DOUBT
    assert settle(newsroom, LATER, SENT)[0].state is DeliveryState.SENT


def test_words_that_no_database_holds_are_cut_to_what_it_does(newsroom: Newsroom) -> None:
    opened(newsroom)
    answer = Answer(state=DeliveryState.FAILED, code=550, reply="no\0such user " + "x" * 600)

    assert settle(newsroom, replace(SENT, answer=answer))[0].reply == ("no\0such user " + "x" * 600)[:500].replace("\0", "")


def test_a_flush_is_one_statement_however_many_answers_it_has(newsroom: Newsroom) -> None:
    opened(newsroom)
    said: list[tuple[object, object]] = []

    def hear(*execution: object) -> None:
        _, _, statement, _, _, many = execution
        said.append((statement, many))

    event.listen(newsroom.database.engine, "before_cursor_execute", hear)

    settle(newsroom, *(replace(SENT, subscriber_id=number) for number in (1, 2, 3)))

    assert [many for statement, many in said if "UPDATE deliveries" in str(statement)] == [False]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_row_that_is_settled_is_changed_in_place_and_no_index_is_written(newsroom: Newsroom) -> None:
    readers = 400
    newsroom.readers(readers)
    record = newsroom.approved()
    sending.send_now(newsroom.database, record.id, who="Nadia", now=NOW, chunk_size=readers)
    with newsroom.database.reading() as session:
        all_of_them = [replace(SENT, subscriber_id=one.subscriber_id) for one in ledger.fates(session, 1)]

    with newsroom.database.writing() as session:
        settling.settle(session, all_of_them)
        in_place = session.execute(text("SELECT pg_stat_get_xact_tuples_hot_updated('deliveries'::regclass)")).scalar_one()

    assert len(all_of_them) == readers
    # But for the few on a page that has no room for all of its own.
    assert in_place > 0.8 * readers
