"""Subscribing: readers come in by a roster and go by a link; the answer is the same whoever is known."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from digest.audience.address import hash_address
from digest.audience.roster import RosterLine, read_roster
from digest.audience.token import Purpose, read_token
from digest.errors import NotFound
from digest.model.account import Act
from digest.model.newsletter import Newsletter
from digest.model.subscriber import Subscriber, Subscription, SubscriptionState
from digest.store import Database, acts, mailings, newsletters, subscribers
from digest.store.subscribers import NewReader

_BATCH = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import did: lines read, readers confirmed now, known or barred ones left as they were, and bad lines."""

    lines: int = 0
    added: int = 0
    unchanged: int = 0
    refused: tuple[RosterLine, ...] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Whom a link in a mail points at: the reader, the newsletter, and how they stand."""

    reader: Subscriber
    newsletter: Newsletter
    subscription: Subscription


def import_roster(database: Database, secret: bytes, newsletter_id: str, lines: Iterable[str], *, now: datetime) -> Iterator[Imported]:
    """Bring readers in who confirmed elsewhere; yields the total so far after each batch, the last one being the result.

    Whoever unsubscribed or is suppressed stays so, and of an erased address nothing is kept again. A line that cannot be read
    is in `refused` of the batch it came with. Each batch is a transaction: an import cut short is simply run again.
    """
    with database.reading() as session:
        newsletters.get(session, newsletter_id)
    total = Imported()
    for batch in _batches(secret, lines):
        with database.writing() as session:
            barred = subscribers.suppressed(session, [one.address_hash for one in batch.readers])
            allowed = [one for one in batch.readers if one.address_hash not in barred]
            ids = subscribers.keep(session, allowed, now=now)
            added = subscribers.confirm(session, list(ids.values()), newsletter_id, now=now)
            # Whoever was here keeps what they chose here.
            wishes = {ids[one.folded]: one.left_out for one in allowed if one.left_out}
            subscribers.leave_out(session, newsletter_id, {key: left_out for key, left_out in wishes.items() if key in added})
        total = _with(total, batch, len(added))
        yield total


def note_import(database: Database, newsletter_id: str, total: Imported, *, who: str, now: datetime) -> None:
    """Write into the log how far an import came."""
    what = f"imported readers of the newsletter {newsletter_id}: {total.added} added, of {total.lines} lines"
    with database.writing() as session:
        acts.note(session, Act(at=now, who=who, what=what, why=None, edition_id=None, revision=None))


def try_roster(database: Database, secret: bytes, newsletter_id: str, lines: Iterable[str]) -> Iterator[Imported]:
    """Say what `import_roster` would do, and write nothing."""
    with database.reading() as session:
        newsletters.get(session, newsletter_id)
    total = Imported()
    # Each reader once, however far apart two lines stand: eight bytes of the address's hash for each.
    seen: set[int] = set()
    for batch in _batches(secret, lines):
        with database.reading() as session:
            barred = subscribers.suppressed(session, [one.address_hash for one in batch.readers])
            settled = subscribers.settled_already(session, newsletter_id, [one.folded for one in batch.readers])
        added = 0
        for one in batch.readers:
            key = int(one.address_hash[:16], 16)
            if key not in seen and one.address_hash not in barred and one.folded not in settled:
                added += 1
            seen.add(key)
        total = _with(total, batch, added)
        yield total


@dataclass(frozen=True, slots=True, kw_only=True)
class _Batch:
    """Some lines of a roster: each reader once, and the lines refused; `lines` counts both and the repeated ones."""

    lines: int
    readers: tuple[NewReader, ...]
    refused: tuple[RosterLine, ...]


def _batches(secret: bytes, lines: Iterable[str]) -> Iterator[_Batch]:
    rows = read_roster(lines)
    while batch := list(islice(rows, _BATCH)):
        readers = {
            line.address.folded: NewReader(
                address=line.address.typed,
                folded=line.address.folded,
                address_hash=hash_address(secret, line.address.folded),
                name=line.name,
                left_out=line.left_out,
            )
            for line in batch
            if line.address is not None
        }
        refused = tuple(line for line in batch if line.address is None)
        yield _Batch(lines=len(batch), readers=tuple(readers.values()), refused=refused)


def _with(total: Imported, batch: _Batch, added: int) -> Imported:
    good = batch.lines - len(batch.refused)
    return Imported(
        lines=total.lines + batch.lines, added=total.added + added, unchanged=total.unchanged + good - added, refused=batch.refused
    )


def standing(database: Database, secret: bytes, purpose: Purpose, token: str) -> Standing:
    """Return whom a signed link points at; raises NotFound where it was not made by us or its reader is gone."""
    bearing = read_token(secret, purpose, token)
    if bearing is None:
        raise NotFound("this link is not complete; open it again from the mail, whole")
    with database.reading() as session:
        mailing = mailings.get(session, bearing.mailing_id)
        reader = subscribers.get(session, bearing.subscriber_id)
        subscription = subscribers.subscription(session, bearing.subscriber_id, mailing.newsletter_id)
        if reader is None or subscription is None:
            raise NotFound("there is no subscription behind this link any more; nothing will be sent to you")
        return Standing(reader=reader, newsletter=newsletters.get(session, mailing.newsletter_id), subscription=subscription)


def unsubscribe(database: Database, known: Standing, *, now: datetime) -> bool:
    """End the subscription at once; False where it was ended already, which is no error (RFC 8058 clients repeat)."""
    with database.writing() as session:
        return subscribers.set_state(session, known.subscription, SubscriptionState.UNSUBSCRIBED, now=now)


def come_back(database: Database, known: Standing, *, now: datetime) -> bool:
    """Undo an unsubscribe by the same signed link."""
    with database.writing() as session:
        return subscribers.set_state(session, known.subscription, SubscriptionState.CONFIRMED, now=now)
