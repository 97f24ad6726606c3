"""Preferring: a reader says by a signed link what they want to get, and under what name."""

from dataclasses import dataclass
from datetime import datetime

from digest.audience.address import hash_address, read_address
from digest.audience.roster import clean_name
from digest.audience.token import Purpose, read_token
from digest.errors import NotFound
from digest.model.account import Act
from digest.model.newsletter import Newsletter, PlannedSection
from digest.model.subscriber import Subscriber, Subscription, SubscriptionState, Suppression
from digest.store import Database, Session, acts, consents, mailings, newsletters, subscribers
from digest.store.consents import Proof

# Who an act is by that a reader did on their own page; which one it was, its words say by their number.
_READER = "a reader"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One newsletter, and how the reader stands with it (None: they never met)."""

    newsletter: Newsletter
    subscription: Subscription | None

    @property
    def gets(self) -> bool:
        """Whether the reader gets it."""
        return self.subscription is not None and self.subscription.state is SubscriptionState.CONFIRMED

    @property
    def sections(self) -> tuple[tuple[PlannedSection, bool], ...]:
        """The sections that the reader may leave out, and whether each is on."""
        left_out = self.subscription.left_out if self.subscription is not None else frozenset()
        return tuple((section, section.key not in left_out) for section in self.newsletter.optional)


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """What a reader gets: `newsletter` is the one whose mail the link came with; `barred` why nothing goes out, if so."""

    reader: Subscriber
    newsletter: Newsletter
    choices: tuple[Choice, ...]
    barred: Suppression | None

    @property
    def got(self) -> tuple[str, ...]:
        """The ids of the newsletters that they get."""
        return tuple(choice.newsletter.id for choice in self.choices if choice.gets)


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionWish:
    """Whether a reader wants one optional section of a newsletter that they get."""

    newsletter: str
    key: str
    on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a reader wants to get from now on, by newsletters' ids; `name` None leaves the name as it is.

    A section that nothing is said of stays as it is.
    """

    newsletters: frozenset[str]
    proof: Proof
    name: str | None = None
    sections: tuple[SectionWish, ...] = ()


def preferences(database: Database, secret: bytes, token: str) -> Preferences:
    """Return what the reader behind a signed link gets; raises NotFound where it was not made by us or its reader is gone."""
    with database.reading() as session:
        return _preferences(session, secret, token)


def save(database: Database, secret: bytes, token: str, wish: Wish, *, now: datetime) -> tuple[Preferences, Preferences]:
    """Do as the reader wishes, and return what they got before and what they get now.

    What they turn on is kept as a consent: the signed link has shown that the address is theirs. Ids of newsletters that
    there are not count for nothing.
    """
    with database.writing() as session:
        before = _preferences(session, secret, token)
        reader = before.reader
        if wish.name is not None:
            subscribers.rename(session, reader.id, clean_name(wish.name) or None)
        for choice in before.choices:
            newsletter_id = choice.newsletter.id
            _keep_sections(session, choice, wish, now=now)
            if newsletter_id in wish.newsletters and not choice.gets:
                subscribers.confirm_own(session, reader.id, newsletter_id, now=now)
                consents.note_given(session, (reader.id, newsletter_id), wish.proof, now=now)
            elif choice.gets and newsletter_id not in wish.newsletters and choice.subscription is not None:
                subscribers.set_state(session, choice.subscription, SubscriptionState.UNSUBSCRIBED, now=now)
        return before, _preferences(session, secret, token)


def _keep_sections(session: Session, choice: Choice, wish: Wish, *, now: datetime) -> None:
    known = {section.key for section, _ in choice.sections}
    said = {one.key: one.on for one in wish.sections if one.newsletter == choice.newsletter.id and one.key in known}
    if not said or choice.subscription is None:
        return
    off = {key for key, on in said.items() if not on}
    left_out = choice.subscription.left_out - said.keys() | off
    if left_out == choice.subscription.left_out:
        return
    reader = choice.subscription.subscriber_id
    subscribers.leave_out(session, choice.newsletter.id, {reader: left_out})
    keys = ", ".join(sorted(left_out)) or "nothing"
    what = f"reader {reader} leaves out of {choice.newsletter.id}: {keys}"
    acts.note(session, Act(at=now, who=_READER, what=what, why="by the link in a mail", edition_id=None, revision=None))


def _preferences(session: Session, secret: bytes, token: str) -> Preferences:
    bearing = read_token(secret, Purpose.PREFERENCES, token)
    if bearing is None:
        raise NotFound("this link is not complete; open it again from the mail, whole")
    mailing = mailings.get(session, bearing.mailing_id)
    reader = subscribers.get(session, bearing.subscriber_id)
    known = {} if reader is None else {one.newsletter_id: one for one in subscribers.subscriptions_of(session, reader.id)}
    if reader is None or not known:
        raise NotFound("there is no subscription behind this link any more; nothing will be sent to you")
    home = newsletters.get(session, mailing.newsletter_id)
    choices = tuple(Choice(newsletter=one, subscription=known.get(one.id)) for one in newsletters.listed(session))
    barred = subscribers.suppression(session, hash_address(secret, read_address(reader.address).folded))
    return Preferences(reader=reader, newsletter=home, choices=choices, barred=barred)
