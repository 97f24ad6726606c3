"""Returned mail: whom a token in it names, and what follows for them; one transaction, and the same mail twice is once."""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from digest.audience.address import hash_address, read_address
from digest.audience.links import LEAVING
from digest.audience.returns import GUARD_LEAST, DomainFigures, Follows, Sent, held_domains, what_follows
from digest.audience.token import Bearing, Purpose, make_consent_token, read_consent_id, read_token
from digest.deliver.returned import Leaving, first_token, of_reader, read_leaving, read_return
from digest.errors import InputError, NotFound
from digest.log import get_log
from digest.model.account import Act
from digest.model.mailing import Settlement
from digest.model.returned import BounceClass, Guarded, HeldDomain, Returned, ReturnedRecipient, ReturnKind
from digest.model.subscriber import Consent, SubscriptionState, SuppressionReason
from digest.store import Database, Session, acts, breakers, consents, guarded, mailings, returns, subscribers
from digest.store.returns import About, NewReturn

log = get_log("returning")

# What a returned mail found out, the weaker first: a complaint is the reader's own word. A bar by hand and an erasure stay as they are.
_WEAKER_THAN_HARD = (SuppressionReason.SOFT_BOUNCES,)
_WEAKER_THAN_COMPLAINT = (SuppressionReason.SOFT_BOUNCES, SuppressionReason.HARD_BOUNCE)
_PASSES = (BounceClass.SOFT.value, BounceClass.FULL.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What a returned mail said and what followed from it; `again`: this very mail was taken in before, and changed nothing now."""

    said: Returned
    follows: Follows
    again: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What came back, by whatever way: what it says (its token proven), the bytes it came as, and the hash (hex) that knows it again."""

    said: Returned
    raw: bytes
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """What a provider told by a webhook that proved itself: our token is somewhere in `quoting`; `id` is its own name for it."""

    said: Returned
    quoting: tuple[str, ...]
    raw: bytes
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A person's word on a domain that is held: who, when, and why."""

    who: str
    at: datetime
    why: str | None = None


def token_reader(secret: bytes | None) -> Callable[[str], Bearing | None]:
    """Return what reads a return path's and Message-ID's token; without a secret nothing is ours."""

    def read(token: str) -> Bearing | None:
        return None if secret is None else read_token(secret, Purpose.MESSAGE, token)

    return read


def address_of(database: Database, bearing: Bearing) -> str | None:
    """Return the address of the reader that a token names, None where they have been forgotten since."""
    with database.reading() as session:
        reader = subscribers.get(session, bearing.subscriber_id)
    return reader.address if reader is not None and "@" in reader.address else None


def apply(database: Database, secret: bytes, raw: bytes, *, now: datetime) -> Applied:
    """Take one returned mail in and act on it; by the end it is committed, or an error says that nothing was.

    A mail to the address of List-Unsubscribe ends that subscription. Only a token that verifies changes anything: what is
    forged, or names nobody, is kept and said. Raises DatabaseUnreachable.
    """
    key = hashlib.sha256(raw).hexdigest()
    leaving = read_leaving(raw, LEAVING)
    if leaving is not None:
        return _leave(database, secret, Told(said=Returned(kind=ReturnKind.NONE), raw=raw, key=key), leaving, now=now)
    return take(database, secret, Told(said=read_return(raw, token_proof(database, secret)), raw=raw, key=key), now=now)


def token_proof(database: Database, secret: bytes) -> Callable[[str], bool]:
    """Return what tells whether a token in a return was made by us, for a mail of an edition or for a letter of confirmation."""
    read = token_reader(secret)
    return lambda token: read(token) is not None or _consent(database, secret, token) is not None


def take_reported(database: Database, secret: bytes, reported: Reported, *, now: datetime) -> Applied:
    """Act on what a provider reported, as on a mail that says the same; the same report again changes nothing."""
    token = first_token(reported.quoting, token_proof(database, secret))
    key = hashlib.sha256(f"reported {reported.id}".encode()).hexdigest()
    return take(database, secret, Told(said=replace(reported.said, delivery=token), raw=reported.raw, key=key), now=now)


def take(database: Database, secret: bytes, told: Told, *, now: datetime) -> Applied:
    """Act on what came back; by the end it is committed, or an error says that nothing was.

    A delivery counts once for what came back of it, however many notices tell of it and in whatever order. Raises DatabaseUnreachable.
    """
    said = told.said
    token = said.delivery or ""
    bearing, consent = token_reader(secret)(token), _consent(database, secret, token)
    with database.writing() as session:
        about = None if bearing is None else returns.about(session, bearing.mailing_id, bearing.subscriber_id)
        reader = None if about is None else subscribers.get(session, about.subscriber_id)
        if reader is not None:
            said = of_reader(said, reader.address)
        one = next(iter(said.recipients), None)
        # Of a reader who was erased nothing is kept again.
        forgotten = bearing is not None and about is None
        return_id = returns.keep(session, _new(replace(told, said=said), one, keep_mail=not forgotten), follows=Follows.NOTHING, now=now)
        if return_id is None:
            return Applied(said=said, follows=Follows.NOTHING, again=True)
        follows = Follows.NOTHING
        if about is not None:
            follows = _follow(session, about, said, one, now)
        elif consent is not None:
            follows = _follow_letter(session, secret, consent, said, now)
        returns.settle(session, return_id, about, follows=follows)
    log.info("returned mail", kind=said.kind.value, follows=follows.value, delivery=said.delivery)
    return Applied(said=said, follows=follows)


def _leave(database: Database, secret: bytes, told: Told, leaving: Leaving, *, now: datetime) -> Applied:
    """End the subscription that a token names; without one that verifies nothing is changed, and a person finds the mail."""
    proven = ((token, bearing) for token in leaving.tokens if (bearing := read_token(secret, Purpose.UNSUBSCRIBE, token)) is not None)
    token, bearing = next(proven, (None, None))
    said = replace(told.said, delivery=token)
    with database.writing() as session:
        about = None if bearing is None else returns.about(session, bearing.mailing_id, bearing.subscriber_id)
        forgotten = bearing is not None and about is None
        return_id = returns.keep(session, _new(told, None, keep_mail=not forgotten), follows=Follows.NOTHING, now=now)
        if return_id is None:
            return Applied(said=said, follows=Follows.NOTHING, again=True)
        follows = Follows.ASKS if bearing is None else Follows.NOTHING
        if about is not None:
            known = subscribers.subscription(session, about.subscriber_id, mailings.get(session, about.mailing_id).newsletter_id)
            if known is not None and subscribers.set_state(session, known, SubscriptionState.UNSUBSCRIBED, now=now):
                follows = Follows.LEFT
        returns.settle(session, return_id, about, follows=follows)
    log.info("asked to leave by mail", follows=follows.value, mailing=bearing.mailing_id if bearing is not None else None)
    return Applied(said=said, follows=follows)


def no_mailbox(session: Session, refused: Settlement) -> None:
    """Take a relay's own word that there is no such mailbox as a hard return, in the transaction that settles it; once a delivery."""
    about = returns.about(session, refused.mailing_id, refused.subscriber_id)
    if about is None or not returns.mark(session, about, BounceClass.HARD.value):
        return
    new = NewReturn(
        sha256=hashlib.sha256(f"refused {refused.mailing_id}-{refused.subscriber_id}".encode()).hexdigest(),
        mail=None,
        kind=ReturnKind.BOUNCE,
        bounce_class=BounceClass.HARD,
        code=refused.answer.code,
        diagnostic=refused.answer.reply,
    )
    return_id = returns.keep(session, new, follows=Follows.NOTHING, now=refused.settled)
    if return_id is not None:
        returns.settle(session, return_id, about, follows=_follow_hard(session, about, refused.settled))


def held(database: Database) -> tuple[HeldDomain, ...]:
    """Return the domains whose hard returns wait for a person."""
    with database.reading() as session:
        return guarded.held(session)


def release(database: Database, edition_id: int, domain: str, decided: Decided) -> int:
    """Hold nothing against the readers of a domain that is held; return how many there were. Raises NotFound."""
    with database.writing() as session:
        found = _decide(session, (edition_id, domain.casefold()), Guarded.RELEASED, decided)
        returns.follow(session, [one.id for one in found], Follows.NOTHING)
    return len(found)


def confirm(database: Database, edition_id: int, domain: str, decided: Decided) -> int:
    """Suppress the readers of a domain that is held: their mailboxes are gone; return how many. Raises NotFound."""
    with database.writing() as session:
        found = _decide(session, (edition_id, domain.casefold()), Guarded.CONFIRMED, decided)
        for one in found:
            subscribers.suppress_over(session, one.address_hash, SuppressionReason.HARD_BOUNCE, _WEAKER_THAN_HARD, now=decided.at)
        returns.follow(session, [one.id for one in found], Follows.SUPPRESS)
    return len(found)


def _follow(session: Session, about: About, said: Returned, one: ReturnedRecipient | None, now: datetime) -> Follows:
    if said.kind not in (ReturnKind.BOUNCE, ReturnKind.COMPLAINT) or one is None:
        return Follows.NOTHING
    came_back = one.bounce_class.value if said.kind is ReturnKind.BOUNCE else said.kind.value
    if not returns.mark(session, about, came_back):
        return Follows.NOTHING
    if came_back == BounceClass.OURS:
        # It speaks against the relay, or against us at that domain, and not against the reader.
        breakers.came_back(session, (about.mailing_id, about.subscriber_id), one.diagnostic or "", now=now)
    # What came back for any other reason is neither a mailbox that is tired nor a mail that arrived.
    past = [
        Sent(edition_id=sent.edition_id, at=sent.at, came_back=sent.returned in _PASSES)
        for sent in returns.past(session, about.subscriber_id)
        if sent.returned is None or sent.returned in _PASSES
    ]
    follows = what_follows(said.kind, one.bounce_class, past, now=now)
    if follows is Follows.COMPLAINED:
        subscribers.suppress_over(session, about.address_hash, SuppressionReason.COMPLAINT, _WEAKER_THAN_COMPLAINT, now=now)
    elif follows is Follows.SUPPRESS and one.bounce_class is BounceClass.HARD:
        return _follow_hard(session, about, now)
    elif follows is Follows.SUPPRESS:
        subscribers.suppress(session, about.address_hash, SuppressionReason.SOFT_BOUNCES, now=now)
    return follows


def _follow_hard(session: Session, about: About, now: datetime) -> Follows:
    """Suppress at once, but hold a domain for a person once too many of its readers have turned hard, the earlier ones too."""
    key = (about.edition_id, about.folded.rpartition("@")[2])
    known = guarded.turned_hard_before(session, about.edition_id, about.mailing_id, about.subscriber_id)
    tally = guarded.count(session, key, fresh=not known, now=now)
    if tally.state is Guarded.RELEASED:
        return Follows.NOTHING
    if tally.state is Guarded.HELD:
        return Follows.HELD
    if tally.state is Guarded.COUNTED and tally.hard >= GUARD_LEAST:
        sent = tally.sent or guarded.note_sent(session, key)
        if held_domains([DomainFigures(domain=key[1], sent=sent, hard=tally.hard)]):
            guarded.hold(session, key, now=now)
            _take_back(session, key)
            log.warning("too many of one domain turned hard", edition=key[0], domain=key[1], hard=tally.hard, sent=sent)
            return Follows.HELD
    subscribers.suppress_over(session, about.address_hash, SuppressionReason.HARD_BOUNCE, _WEAKER_THAN_HARD, now=now)
    return Follows.SUPPRESS


def _take_back(session: Session, key: tuple[int, str]) -> None:
    before = guarded.hard_returns(session, key, Follows.SUPPRESS)
    for one in before:
        if not guarded.stands_elsewhere(session, key[0], one.subscriber_id, Follows.SUPPRESS):
            subscribers.lift(session, one.address_hash, (SuppressionReason.HARD_BOUNCE,))
    returns.follow(session, [one.id for one in before], Follows.HELD)


def _follow_letter(session: Session, secret: bytes, consent: Consent, said: Returned, now: datetime) -> Follows:
    """A letter of confirmation that reached nobody is void; one that its reader calls spam bars the address, too."""
    if said.kind is ReturnKind.COMPLAINT:
        consents.void(session, consent.id)
        address_hash = _hash(session, secret, consent.subscriber_id)
        if address_hash is not None:
            subscribers.suppress_over(session, address_hash, SuppressionReason.COMPLAINT, _WEAKER_THAN_COMPLAINT, now=now)
        return Follows.COMPLAINED
    hard = any(one.bounce_class is BounceClass.HARD for one in said.recipients)
    return Follows.VOIDED if said.kind is ReturnKind.BOUNCE and hard and consents.void(session, consent.id) else Follows.NOTHING


def _hash(session: Session, secret: bytes, subscriber_id: int) -> str | None:
    reader = subscribers.get(session, subscriber_id)
    try:
        return None if reader is None else hash_address(secret, read_address(reader.address).folded)
    except InputError:
        return None


def _consent(database: Database, secret: bytes, token: str) -> Consent | None:
    """Return the consent whose letter carries this token (`c…`), or None where it was not made by us."""
    if not token.startswith("c"):
        return None
    consent_id = read_consent_id(token.removeprefix("c"))
    if consent_id is None:
        return None
    with database.reading() as session:
        consent = consents.get(session, consent_id)
    if consent is None:
        return None
    made = make_consent_token(secret, Purpose.CONFIRM_MESSAGE, consent.id, consent.asked)
    return consent if hmac.compare_digest(f"c{made}", token) else None


def _decide(session: Session, key: tuple[int, str], state: Guarded, decided: Decided) -> tuple[guarded.HardReturn, ...]:
    if not guarded.decide(session, key, state, who=decided.who, why=decided.why):
        raise NotFound(f"no returns of {key[1]} in edition {key[0]} are held; see `digest returned held`")
    what = f"{state.value} the hard returns of {key[1]} in edition {key[0]}"
    acts.note(session, Act(at=decided.at, who=decided.who, what=what, why=decided.why, edition_id=key[0], revision=None))
    return guarded.hard_returns(session, key, Follows.HELD)


def _new(told: Told, one: ReturnedRecipient | None, *, keep_mail: bool) -> NewReturn:
    said = told.said
    why = one if said.kind in (ReturnKind.BOUNCE, ReturnKind.DELAYED) else None
    return NewReturn(
        sha256=told.key,
        mail=told.raw if keep_mail else None,
        kind=said.kind,
        bounce_class=why.bounce_class if why is not None else None,
        status=why.status if why is not None else None,
        code=why.code if why is not None else None,
        diagnostic=why.diagnostic if why is not None and keep_mail else None,
        message_id=said.message_id,
    )
