"""Consenting: somebody asks by a form, one letter goes to the address, and a button in it makes a reader of them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from enum import StrEnum

from digest.audience.address import Address, hash_address, read_address
from digest.audience.consent import COOLDOWN, GOOD_FOR, MOST_FOR_ONE_DOMAIN, MOST_FROM_ONE_PLACE, WINDOW, place_of
from digest.audience.token import Purpose, hash_token, make_consent_token, read_consent_id
from digest.deliver.dkim import NO_KEYS, Signers
from digest.deliver.message import signed
from digest.deliver.transport import Envelope, Mailer
from digest.errors import NotFound, RelayRefused, RelayUnreachable
from digest.log import get_log
from digest.model.mailing import Answer, DeliveryState
from digest.model.newsletter import Newsletter
from digest.model.picture import Shelf
from digest.model.subscriber import Consent, Subscriber, SubscriptionState, SuppressionReason
from digest.render.confirmation import Addressed, render_confirmation
from digest.render.pictures import logo_wishes
from digest.render.press import Press
from digest.store import Database, Session, attempts, consents, newsletters, pictures, subscribers
from digest.store.consents import Asked, Proof
from digest.store.subscribers import NewReader

log = get_log("consenting")

# Whoever complained or was erased, or whose mailbox took nothing for weeks, comes back by asking and confirming anew; a dead
# mailbox or a bar set by hand stays.
_ENDS_BY_CONSENT = (SuppressionReason.COMPLAINT, SuppressionReason.ERASED, SuppressionReason.SOFT_BOUNCES)
_BATCH = 200
_PUBLISHED_FOR = timedelta(minutes=10)
_IN_HAND_FOR = timedelta(minutes=2)
_AFTER_TROUBLE = timedelta(minutes=5)
_AFTER_DEFERRAL = timedelta(minutes=15)
_GIVE_UP = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What a form brought: which newsletter, the address as typed, the field that only a robot fills, and whence."""

    newsletter_id: str
    address: str
    proof: Proof
    trap: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """What the letters need: press, transport, the key of all tokens, clock, signers. Links lead to the press's public_url."""

    press: Press
    transport: Mailer
    secret: bytes
    clock: Callable[[], datetime]
    signers: Signers = NO_KEYS


class Stage(StrEnum):
    """Where the link of a letter stands: it waits for its button, they are on the list, they left since, or it is too late."""

    WAITS = "waits"
    ON = "on"
    LEFT = "left"
    LATE = "late"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Whom and what a letter's link is about."""

    stage: Stage
    consent: Consent
    reader: Subscriber
    newsletter: Newsletter


def ask(database: Database, secret: bytes, asking: Asking, *, now: datetime) -> Newsletter:
    """Take a request in; the letter goes out with the next tick. Returns the newsletter, whoever is known.

    Raises NotFound for a newsletter that there is not, and InputError where the address is none. A reader who is on the list,
    a barred address, a robot, a second request within the cooldown or one too many gets no letter and the same answer.
    """
    with database.reading() as session:
        newsletter = newsletters.get(session, asking.newsletter_id)
    address = read_address(asking.address)
    if asking.trap:
        log.info("a robot filled the form", newsletter=newsletter.id)
        return newsletter
    with database.writing() as session:
        if _counted(session, address, asking.proof, now):
            _open(session, secret, (newsletter.id, address, asking.proof), now)
    return newsletter


def due(database: Database, *, now: datetime) -> tuple[int, ...]:
    """Return the consents whose letter is to be sent now; each is due again in ten minutes, unless it is out by then."""
    with database.reading() as session:
        if not consents.any_due(session, now=now):
            return ()
    with database.writing() as session:
        return consents.take_due(session, now=now, again=now + _PUBLISHED_FOR, most=_BATCH)


def send(database: Database, sender: Sender, consent_id: int) -> bool:
    """Send one letter; False where it is out already, void, in another's hand, or the relay is in trouble (tried again later)."""
    now = sender.clock()
    with database.writing() as session:
        consent = consents.claim(session, consent_id, now=now, until=now + _IN_HAND_FOR)
    if consent is None:
        return False
    with database.reading() as session:
        reader = subscribers.get(session, consent.subscriber_id)
        newsletter = newsletters.get(session, consent.newsletter_id)
        logo = pictures.shelf(session, logo_wishes(sender.press.theme(newsletter.theme)), sender.press.pictures_url)
    if reader is None:
        return False
    try:
        answer = _offer(sender, consent, (reader, newsletter), logo)
    except (RelayUnreachable, RelayRefused) as error:
        log.warning("relay in trouble", consent=consent.id, why=str(error))
        answer = Answer(state=DeliveryState.DEFERRED, code=None, reply=str(error))
        again = sender.clock() + _AFTER_TROUBLE
    else:
        again = sender.clock() + _AFTER_DEFERRAL
    # In doubt counts as sent: a letter twice is worse than asking again.
    out = answer.state in (DeliveryState.SENT, DeliveryState.IN_DOUBT)
    later = answer.state is DeliveryState.DEFERRED and now - consent.asked < _GIVE_UP
    with database.writing() as session:
        consents.settle(session, consent.id, sent=sender.clock() if out else None, due=again if later else None)
    log.info("confirmation settled", consent=consent.id, state=answer.state.value, code=answer.code)
    return out


def look(database: Database, secret: bytes, token: str, *, now: datetime) -> Link:
    """Return what a letter's link is about, and change nothing; raises NotFound where it was not ours or is forgotten."""
    with database.reading() as session:
        return _link(session, secret, token, now)


def confirm(database: Database, secret: bytes, token: str, *, now: datetime) -> Link:
    """Put the reader on the list if the link waits for that, and return how it stands then; again, it changes nothing."""
    with database.writing() as session:
        link = _link(session, secret, token, now)
        if link.stage is Stage.WAITS and consents.use(session, link.consent, hash_token(token), now=now):
            subscribers.confirm_own(session, link.reader.id, link.newsletter.id, now=now)
            folded = read_address(link.reader.address).folded
            subscribers.lift(session, hash_address(secret, folded), _ENDS_BY_CONSENT)
            log.info("confirmed", consent=link.consent.id, newsletter=link.newsletter.id)
        return _link(session, secret, token, now)


def _counted(session: Session, address: Address, proof: Proof, now: datetime) -> bool:
    """Count the request against its bounds; False beyond them, and then nothing is written."""
    limits = {
        f"subscribe place {place_of(proof.ip)}": MOST_FROM_ONE_PLACE,
        f"subscribe domain {address.folded.rpartition('@')[2]}": MOST_FOR_ONE_DOMAIN,
    }
    for subject, most in limits.items():
        if attempts.count(session, subject, since=now - WINDOW) >= most:
            log.warning("too many requests", subject=subject)
            return False
    attempts.note(session, tuple(limits), now=now)
    return True


def _open(session: Session, secret: bytes, asked: tuple[str, Address, Proof], now: datetime) -> None:
    newsletter_id, address, proof = asked
    address_hash = hash_address(secret, address.folded)
    barred = subscribers.suppression(session, address_hash)
    if barred is not None and barred.reason not in _ENDS_BY_CONSENT:
        return
    reader = NewReader(address=address.typed, folded=address.folded, address_hash=address_hash)
    subscriber_id = subscribers.keep(session, [reader], now=now)[address.folded]
    asked_now = Asked(subscriber_id=subscriber_id, newsletter_id=newsletter_id, now=now, cooled=now - COOLDOWN, anew=barred is not None)
    if not consents.ask(session, asked_now):
        return
    consent = consents.open_consent(session, (subscriber_id, newsletter_id), proof, now=now, expires=now + GOOD_FOR)
    token = make_consent_token(secret, Purpose.CONFIRM, consent.id, consent.asked)
    consents.keep_hash(session, consent.id, hash_token(token))


def _offer(sender: Sender, consent: Consent, between: tuple[Subscriber, Newsletter], logo: Shelf) -> Answer:
    reader, newsletter = between
    domain = newsletter.from_address.rpartition("@")[2]
    name = f"c{make_consent_token(sender.secret, Purpose.CONFIRM_MESSAGE, consent.id, consent.asked)}"
    letter = Addressed(
        to=reader.address,
        link=f"{sender.press.public_url}/c/{make_consent_token(sender.secret, Purpose.CONFIRM, consent.id, consent.asked)}",
        asked=consent.asked,
        message_id=f"<{name}@{domain}>",
        date=format_datetime(consent.asked),
    )
    message = signed(render_confirmation(sender.press, newsletter, letter, logo), sender.signers.of(domain))
    return sender.transport.send(Envelope(return_path=f"bounce+{name}@{domain}", recipient=reader.address), message)


def _link(session: Session, secret: bytes, token: str, now: datetime) -> Link:
    consent_id = read_consent_id(token)
    consent = None if consent_id is None else consents.get(session, consent_id)
    # Made anew from what is stored and compared by hash, which takes the same time wherever the two differ.
    if consent is None or hash_token(make_consent_token(secret, Purpose.CONFIRM, consent.id, consent.asked)) != hash_token(token):
        raise NotFound("this link is not whole, or it is over a week old; ask again, and a new one comes")
    reader = subscribers.get(session, consent.subscriber_id)
    if reader is None:
        raise NotFound("there is no subscription behind this link any more; nothing will be sent to you")
    subscription = subscribers.subscription(session, consent.subscriber_id, consent.newsletter_id)
    barred = subscribers.suppression(session, hash_address(secret, read_address(reader.address).folded)) is not None
    stands = subscription is not None and subscription.state is SubscriptionState.CONFIRMED and not barred
    stage = Stage.ON if stands else Stage.LEFT if not consent.usable else Stage.LATE if consent.expires <= now else Stage.WAITS
    return Link(stage=stage, consent=consent, reader=reader, newsletter=newsletters.get(session, consent.newsletter_id))
