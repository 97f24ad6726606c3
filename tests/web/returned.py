"""What may have come back to a desk: a domain that is held, refusals about us, a wish to leave, a letter, a hostile mail."""

from datetime import timedelta

from sqlalchemy import insert, select, update

from digest.audience.links import return_path
from digest.audience.token import Bearing
from digest.flows import returning, subscribing
from digest.store import subscribers
from digest.store.listing import Opening
from digest.store.openings import AT_ONCE, open_edition
from digest.store.tables import deliveries, editions
from tests.deliver.returned_mails import READER, feedback, refused
from tests.flows.posted import FULL, GONE, MAIL, OURS
from tests.web.newsroom import Desk

HOSTILE = (
    b"From: <script>alert(1)</script> <x@evil.example>\r\nTo: desk@meridian.example\r\n"
    b"Subject: =?utf-8?q?=3Cimg_src=3Dx_onerror=3Dalert(1)=3E?=\r\n"
    b"Content-Type: text/html\r\n\r\n</pre><script>document.title='taken'</script><img src=x onerror=alert(1)>\xff\x00\r\n"
)
ASKING = b"From: <eve@five.example>\r\nTo: desk@meridian.example\r\nSubject: Unsubscribe please\r\n\r\nI do not want this any more.\r\n"


def came_back(desk: Desk, *, newsletter: str = "weekly", readers: int = 24) -> int:
    """Send an edition that never was to readers of big.example and a few others, and have much of it come back; return its edition."""
    secret, now = desk.runtime.secret, desk.now
    addresses = [f"reader{number}@big.example" for number in range(readers)] + [
        f"one{number}@other{number % 3}.example" for number in range(9)
    ]
    for _ in subscribing.import_roster(desk.database, secret, newsletter, ["email\n", *(f"{one}\n" for one in addresses)], now=now):
        pass
    with desk.database.writing() as session:
        numbers = select(editions.c.number).where(editions.c.newsletter_id == newsletter).order_by(editions.c.number.desc()).limit(1)
        number = (session.execute(numbers).scalar_one_or_none() or 0) + 90
        slot = now - timedelta(days=400)
        new = {"newsletter_id": newsletter, "number": number, "slot": slot, "due": slot, "state": "released", "revision": 1, "changed": now}
        edition = session.execute(insert(editions).values(new).returning(editions.c.id)).scalar_one()
        opening = Opening(edition_id=edition, newsletter_id=newsletter, kind="edition", rendered=MAIL, chunk_size=500)
        opened = open_edition(session, opening, AT_ONCE, now=now)
        assert opened is not None
        session.execute(update(deliveries).where(deliveries.c.mailing_id == opened.id).values(state="sent", code=250, settled=now))
        ids = {}
        for address in addresses:
            reader = subscribers.by_address(session, address)
            assert reader is not None
            ids[address] = reader.id

    def path(address: str) -> str:
        return return_path(secret, "meridian.example", Bearing(mailing_id=opened.id, subscriber_id=ids[address]))

    def bounce(address: str, why: tuple[str, str]) -> bytes:
        return refused(*why).replace(READER, address).replace("To: news@paper.example", f"To: <{path(address)}>", 1).encode()

    mails = [bounce(address, GONE) for address in addresses[:20]]
    mails += [bounce(address, OURS) for address in addresses[readers : readers + 2]]
    mails += [bounce(addresses[readers + 2], ("554 5.7.1 Service unavailable; Client host blocked using Spamhaus", "5.7.1"))]
    mails += [bounce(addresses[readers + 3], FULL), bounce(addresses[readers + 4], GONE)]
    named = path(addresses[readers + 5]).removeprefix("bounce+")
    mails += [feedback("abuse").replace("<edition-7@paper.example>", f"<{named}>").encode()]
    mails += [HOSTILE, ASKING, refused(*GONE).encode()]
    for mail in mails:
        returning.apply(desk.database, secret, mail, now=now)
    return int(edition)
