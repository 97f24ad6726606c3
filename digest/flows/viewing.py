"""Viewing: a mail in the browser as its reader got it, and past editions for everybody, from the frozen bytes."""

from dataclasses import dataclass
from datetime import datetime

from digest.audience.links import reader_links
from digest.audience.token import Purpose, read_token
from digest.errors import NotFound
from digest.model.edition import Edition, EditionRecord, EditionState
from digest.model.mailing import NOTHING
from digest.model.newsletter import Newsletter
from digest.render.fill import fill_html
from digest.store import Database, Session, editions, mailings, newsletters, subscribers


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """One past edition in the archive's list; `opened` is when it began to go out (aware UTC)."""

    number: int
    subject: str
    preheader: str
    opened: datetime


def in_browser(database: Database, secret: bytes, public_url: str, token: str) -> str:
    """Return the HTML of the mail that this link came with, filled for its reader and with the sections that they have on now.

    Raises NotFound where it was not ours.
    """
    bearing = read_token(secret, Purpose.BROWSER, token)
    if bearing is None:
        raise NotFound("this link is not complete; open it again from the mail, whole")
    with database.reading() as session:
        mailing = mailings.get(session, bearing.mailing_id)
        rendered = mailings.rendered(session, mailing.id)
        reader = subscribers.get(session, bearing.subscriber_id)
        standing = subscribers.subscription(session, bearing.subscriber_id, mailing.newsletter_id)
    if reader is None:
        raise NotFound("there is no subscription behind this link any more; nothing will be sent to you")
    values = {"name": reader.name or "", "address": reader.address}
    return fill_html(rendered, values | reader_links(secret, public_url, bearing), standing.left_out if standing else NOTHING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Last:
    """The last edition that went out, and when it began to (aware UTC)."""

    edition: Edition
    opened: datetime


def latest(database: Database, newsletter_id: str) -> tuple[Newsletter, Last | None]:
    """Return the newsletter and the last edition that it has sent, if any; raises NotFound."""
    with database.reading() as session:
        newsletter = newsletters.get(session, newsletter_id)
        for record in editions.listed(session, newsletter_id):
            sent = mailings.of_edition(session, record.id) if record.state is EditionState.RELEASED else ()
            if sent:
                return newsletter, Last(edition=editions.content(session, record.id, record.revision), opened=sent[0].opened)
        return newsletter, None


def past_editions(database: Database, newsletter_id: str) -> tuple[Newsletter, tuple[Past, ...]]:
    """Return the newsletter and what it has sent, latest first; raises NotFound."""
    with database.reading() as session:
        newsletter = newsletters.get(session, newsletter_id)
        found = []
        for record in editions.listed(session, newsletter_id):
            sent = mailings.of_edition(session, record.id) if record.state is EditionState.RELEASED else ()
            if sent:
                edition = editions.content(session, record.id, record.revision)
                past = Past(number=record.number, subject=edition.subject, preheader=edition.preheader, opened=sent[0].opened)
                found.append(past)
        return newsletter, tuple(found)


def past_edition(database: Database, public_url: str, newsletter_id: str, number: int) -> str:
    """Return the HTML of a past edition, filled for nobody: its personal links lead to the archive. Raises NotFound."""
    with database.reading() as session:
        sent = mailings.of_edition(session, _released(session, newsletter_id, number).id)
        if not sent:
            raise NotFound(f"{newsletter_id} has sent no edition {number}")
        rendered = mailings.rendered(session, sent[0].id)
    archive = f"{public_url}/archive/{newsletter_id}"
    neutral = {"unsubscribe_url": archive, "preferences_url": archive, "browser_url": f"{archive}/{number}"}
    return fill_html(rendered, neutral | {"name": "", "address": "readers of the mail"})


def _released(session: Session, newsletter_id: str, number: int) -> EditionRecord:
    released = (record for record in editions.listed(session, newsletter_id) if record.state is EditionState.RELEASED)
    record = next((one for one in released if one.number == number), None)
    if record is None:
        raise NotFound(f"{newsletter_id} has sent no edition {number}")
    return record
