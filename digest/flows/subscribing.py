"""Subscribing: readers come in by a roster and go by a link; the answer is the same whoever is known."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from digest.audience.address import hash_address
from digest.audience.roster import RosterLine, read_roster
from digest.audience.token import Purpose, read_token
from digest.errors import NotFound
from digest.model.newsletter import Newsletter
from digest.model.subscriber import Subscriber, Subscription, SubscriptionState
from digest.store import Database, mailings, newsletters, subscribers
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

    Whoever unsubscribed or is suppressed stays so. A line that cannot be read is in `refused` of the batch it came with.
    """
    with database.reading() as session:
        newsletters.get(session, newsletter_id)
    total, added, unchanged = 0, 0, 0
    rows = read_roster(lines)
    while batch := list(islice(rows, _BATCH)):
        good = {line.address.folded: line for line in batch if line.address is not None}
        readers = [
            NewReader(address=line.address.typed, folded=folded, address_hash=hash_address(secret, folded), name=line.name)
            for folded, line in good.items()
            if line.address is not None
        ]
        with database.writing() as session:
            ids = subscribers.keep(session, readers, now=now)
            confirmed = subscribers.confirm(session, list(ids.values()), newsletter_id, now=now)
        refused = tuple(line for line in batch if line.address is None)
        total, added, unchanged = total + len(batch), added + confirmed, unchanged + len(batch) - len(refused) - confirmed
        yield Imported(lines=total, added=added, unchanged=unchanged, refused=refused)


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
