"""Editions that went out weekly to readers of a fresh database, and the mails that come back of them."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import insert, select, update

from digest.audience.address import hash_address
from digest.audience.links import return_path
from digest.audience.token import Bearing
from digest.flows import returning, subscribing
from digest.flows.returning import Applied
from digest.model.mailing import Rendered
from digest.model.subscriber import SuppressionReason
from digest.store import Database, newsletters, subscribers
from digest.store.listing import Opening
from digest.store.openings import AT_ONCE, open_edition
from digest.store.tables import deliveries, editions, suppressions
from tests.deliver.returned_mails import READER, feedback, refused
from tests.flows.newsroom import NEWSLETTER, NOW, SECRET

MAIL = Rendered(sha256="0" * 64, subject="s", preheader="p", mjml="", html="", text="", marker="zq", pieces=())

GONE = ("550 5.1.1 user unknown", "5.1.1")
FULL = ("452 4.2.2 The email account that you tried to reach is over quota", "4.2.2")
OURS = ("550 5.7.26 This mail is unauthenticated, which poses a security risk: SPF did not pass", "5.7.26")


@dataclass
class Posted:
    """A newsletter, readers by their address, and mailings in the order they went out."""

    database: Database
    ids: dict[str, int] = field(default_factory=dict)
    mailings: list[int] = field(default_factory=list)

    def begin(self, addresses: list[str], *, now: datetime) -> None:
        with self.database.writing() as session:
            newsletters.keep(session, NEWSLETTER, now=now)
        self.add(addresses, now=now)

    def add(self, addresses: list[str], *, now: datetime) -> None:
        for _ in subscribing.import_roster(self.database, SECRET, "weekly", ["email\n", *(f"{one}\n" for one in addresses)], now=now):
            pass
        with self.database.reading() as session:
            for address in addresses:
                reader = subscribers.by_address(session, address)
                assert reader is not None
                self.ids[address] = reader.id

    def send(self, at: datetime, *, kind: str = "edition", edition: int | None = None) -> int:
        """Open a mailing of a new edition (or another one of `edition`) and have all of it accepted at `at`; return its id."""
        with self.database.writing() as session:
            number = len(self.mailings) + 1
            if edition is None:
                new = {
                    "newsletter_id": "weekly",
                    "number": number,
                    "slot": at,
                    "due": at,
                    "state": "released",
                    "revision": 1,
                    "changed": at,
                }
                edition = session.execute(insert(editions).values(new).returning(editions.c.id)).scalar_one()
            opening = Opening(edition_id=edition, newsletter_id="weekly", kind=kind, rendered=MAIL, chunk_size=500)
            opened = open_edition(session, opening, AT_ONCE, now=at)
            assert opened is not None
            session.execute(update(deliveries).where(deliveries.c.mailing_id == opened.id).values(state="sent", code=250, settled=at))
        self.mailings.append(opened.id)
        return opened.id

    def path(self, mailing: int, address: str, secret: bytes = SECRET) -> str:
        return return_path(secret, "review.example.org", Bearing(mailing_id=mailing, subscriber_id=self.ids[address]))

    def bounce(self, mailing: int, address: str, why: tuple[str, str] = GONE, *, secret: bytes = SECRET, mark: str = "") -> bytes:
        """What a mail system returns; `mark` makes it another mail that says the same."""
        mail = refused(*why).replace(READER, address)
        return mail.replace("To: news@paper.example", f"To: <{self.path(mailing, address, secret)}>\nX-Mark: {mark}", 1).encode()

    def complaint(self, mailing: int, address: str) -> bytes:
        named = self.path(mailing, address).removeprefix("bounce+")
        return feedback("abuse").replace("<edition-7@paper.example>", f"<{named}>").replace(READER, address).encode()

    def apply(self, raw: bytes, *, now: datetime = NOW) -> Applied:
        return returning.apply(self.database, SECRET, raw, now=now)

    def barred(self, address: str) -> SuppressionReason | None:
        with self.database.reading() as session:
            found = subscribers.suppression(session, hash_address(SECRET, address))
        return None if found is None else found.reason

    def state(self) -> tuple[object, ...]:
        """Return all that a returned mail may change: who is barred why, and what came back of each delivery."""
        with self.database.reading() as session:
            bars = session.execute(select(suppressions.c.address_hash, suppressions.c.reason).order_by(suppressions.c.address_hash)).all()
            known = select(deliveries.c.mailing_id, deliveries.c.subscriber_id, deliveries.c.returned)
            back = session.execute(known.order_by(deliveries.c.mailing_id, deliveries.c.subscriber_id)).all()
        return (tuple(map(tuple, bars)), tuple(map(tuple, back)))


def weeks_before(now: datetime, count: int) -> list[datetime]:
    """Weekly moments, the last of them an hour ago."""
    return [now - timedelta(hours=1) - timedelta(weeks=count - 1 - number) for number in range(count)]
