"""Proving who got what: the fates of an edition's recipients as a signed file."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from digest.audience.links import message_id
from digest.audience.token import Bearing
from digest.deliver.proof import signed
from digest.store import Database, Session, editions, fates, mailings, newsletters, renderings
from digest.store.documents import to_document


@dataclass(frozen=True, slots=True, kw_only=True)
class Notary:
    """What proving needs: the key that signs, the secret of the Message-IDs, the moment, and whom to tell how far it is."""

    key: Ed25519PrivateKey
    secret: bytes
    at: datetime
    told: Callable[[int, int], None] = lambda _done, _total: None


def prove(database: Database, notary: Notary, edition_id: int) -> Iterator[bytes]:
    """Yield the lines of the signed file, as of one moment; raises NotFound. The header tells of each mailing what it sent to how many."""
    with fates.snapshot(database) as session:
        record = editions.get(session, edition_id)
        newsletter = newsletters.get(session, record.newsletter_id)
        sent = []
        for one in mailings.of_edition(session, edition_id):
            about = {name: getattr(one, name) for name in ("id", "kind", "state", "sha256", "opened", "finished", "reason")}
            revision = renderings.revision_of(session, edition_id, one.sha256)
            sent.append(about | {"revision": revision, "counts": to_document(mailings.counts(session, one.id))})
        total = sum(sum(one["counts"].values()) for one in sent)
        header: dict[str, object] = {
            "edition": edition_id,
            "newsletter": record.newsletter_id,
            "number": record.number,
            "slot": record.slot,
            "at": notary.at,
            "recipients": total,
            "mailings": sent,
        }
        domain = newsletter.from_address.rpartition("@")[2]
        yield from signed(header, _recipients(session, notary, (edition_id, domain), total), notary.key)


def _recipients(session: Session, notary: Notary, of: tuple[int, str], total: int) -> Iterator[dict[str, object]]:
    edition_id, domain = of
    for done, (one, named) in enumerate(fates.named(session, edition_id), start=1):
        bearing = Bearing(mailing_id=named, subscriber_id=one.subscriber_id)
        yield {
            "mailing": one.mailing_id,
            "subscriber": one.subscriber_id,
            "address": one.address,
            "state": one.state,
            "code": one.code,
            "reply": one.reply,
            "tries": one.tries,
            "settled": one.settled,
            "next_try": one.next_try,
            "relay": one.relay,
            "returned": one.returned,
            "message_id": message_id(notary.secret, domain, bearing),
        }
        notary.told(done, total)
