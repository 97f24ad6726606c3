"""What people press once an edition went out, in words of the tests: bring it to those missed, correct it, come and go meanwhile."""

from digest.audience.token import Bearing, Purpose, make_token
from digest.flows import amending, reaching, subscribing
from digest.flows.amending import Amend
from digest.flows.reaching import Reach
from digest.store import mailings, subscribers
from tests.flows.departures import ACCEPTED, SILENT, SIZE, House
from tests.flows.newsroom import SECRET

BAD = "reader3@example.net"


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
