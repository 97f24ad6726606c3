"""Settling: what relays answered about many recipients, written into the ledger by one statement.

The answers travel as one JSON value, which both databases take apart by themselves: a row costs a look by its primary key,
and neither a round trip nor the driver's care for eight parameters.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from sqlalchemy import bindparam, exists, text, update
from sqlalchemy.orm import Session

from digest.model.mailing import DeliveryState, Settlement
from digest.store.tables import chunks, deliveries

# So many copies of its mail a reader may have, where nobody knows of the first whether it arrived.
MOST_DOUBTS = 2
_LONGEST_REPLY = 500
_UNHEARD = "its sender ended before the relay answered, twice"
# SQLite took what it is asked for of JSON by position before it had an arrow for it (3.38).
_SQLITE = text("""
    UPDATE deliveries
    SET state = json_extract(told.value, '$[2]'), code = json_extract(told.value, '$[3]'), reply = json_extract(told.value, '$[4]'),
        settled = json_extract(told.value, '$[5]'), next_try = json_extract(told.value, '$[6]'),
        relay = json_extract(told.value, '$[7]'), tries = tries + 1,
        doubts = doubts + (json_extract(told.value, '$[2]') = 'in_doubt')
    FROM json_each(:answers) AS told
    WHERE deliveries.mailing_id = json_extract(told.value, '$[0]') AND deliveries.subscriber_id = json_extract(told.value, '$[1]')
        AND deliveries.state <> 'sent'
""")
# As jsonb, which is read once: each `->>` of a json reads it from its beginning.
_POSTGRESQL = text("""
    UPDATE deliveries
    SET state = told.one ->> 2, code = (told.one ->> 3)::integer, reply = told.one ->> 4,
        settled = (told.one ->> 5)::timestamp AT TIME ZONE 'UTC', next_try = (told.one ->> 6)::timestamp AT TIME ZONE 'UTC',
        relay = told.one ->> 7, tries = tries + 1,
        doubts = doubts + CAST(told.one ->> 2 = 'in_doubt' AS integer)
    FROM jsonb_array_elements(CAST(:answers AS jsonb)) AS told (one)
    WHERE deliveries.mailing_id = (told.one ->> 0)::bigint AND deliveries.subscriber_id = (told.one ->> 1)::bigint
        AND deliveries.state <> 'sent'
""")


def settle(session: Session, settlements: Sequence[Settlement]) -> None:
    """Write what the relay said about each; what is settled as sent stays so."""
    if not settlements:
        return
    told: dict[tuple[int, int], Settlement] = {}
    for one in settlements:
        key = one.mailing_id, one.subscriber_id
        if key not in told or told[key].answer.state is not DeliveryState.SENT:
            told[key] = one
    # In one order, as far as the database keeps to it: of two that write the same rows, one waits for the other.
    answers = [
        (
            *key,
            one.answer.state.value,
            one.answer.code,
            # PostgreSQL holds no NUL in any text.
            one.answer.reply[:_LONGEST_REPLY].replace("\0", ""),
            _moment(one.settled),
            None if one.next_try is None else _moment(one.next_try),
            one.relay,
        )
        for key, one in sorted(told.items())
    ]
    postgresql = session.get_bind().dialect.name == "postgresql"
    session.connection().execute(_POSTGRESQL if postgresql else _SQLITE, {"answers": json.dumps(answers)})


def darken(session: Session, dark: Sequence[tuple[int, int]], owner: str, *, now: datetime) -> None:
    """Count one doubt more for each (mailing, subscriber) whose message left `owner`, who holds the chunk and ended, or is silent.

    It stays pending, to be offered once more; after MOST_DOUBTS it is in doubt for good, since a third copy is worse than to say so.
    Where another has taken over the chunk since, the doubt was counted then.
    """
    held = exists().where(chunks.c.mailing_id == deliveries.c.mailing_id, chunks.c.number == deliveries.c.chunk, chunks.c.owner == owner)
    for mailing_id, subscriber_id in sorted(dark):
        mine = (deliveries.c.mailing_id == mailing_id, deliveries.c.subscriber_id == subscriber_id)
        still = (*mine, deliveries.c.state == DeliveryState.PENDING, held)
        counted = update(deliveries).where(*still).values(doubts=deliveries.c.doubts + 1, tries=deliveries.c.tries + 1)
        session.execute(counted)
        final = update(deliveries).where(*still, deliveries.c.doubts >= MOST_DOUBTS)
        session.execute(final.values(state=DeliveryState.IN_DOUBT, code=None, reply=_UNHEARD, settled=now, next_try=None))


def wait(session: Session, mailing_id: int, waits: Mapping[int, tuple[datetime | None, str]]) -> None:
    """Let recipients wait for a relay's room until a moment (None: no longer), and say what for; that is no try, and no answer."""
    mine = (deliveries.c.mailing_id == mailing_id, deliveries.c.subscriber_id == bindparam("reader"))
    later = update(deliveries).where(*mine, deliveries.c.state == DeliveryState.PENDING)
    rows = [{"reader": reader, "until": until, "why": why} for reader, (until, why) in sorted(waits.items())]
    if rows:
        values: dict[str, object] = {
            "state": DeliveryState.DEFERRED,
            "next_try": bindparam("until"),
            "reply": bindparam("why"),
            "code": None,
        }
        session.connection().execute(later.values(values), rows)


def _moment(value: datetime) -> str:
    """Write a moment as SQLAlchemy has SQLite keep it: in UTC, without a zone."""
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
