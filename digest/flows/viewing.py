"""Viewing: a mail in the browser as its reader got it, and past editions for everybody, from the frozen bytes."""

import re
from dataclasses import dataclass, replace
from datetime import datetime

from digest.audience.links import reader_links
from digest.audience.token import Purpose, read_token
from digest.errors import NotFound
from digest.model.edition import Edition
from digest.model.greeting import for_nobody
from digest.model.mailing import NOTHING
from digest.model.newsletter import Newsletter
from digest.model.week import zone_of
from digest.render.fill import fill_html
from digest.store import Database, editions, mailings, newsletters, sent, subscribers

_BODY = re.compile(r"<body\b[^>]*>")
_NOTE = (
    "margin:0;padding:10px 20px;font:14px/20px Helvetica,Arial,sans-serif;color:#191a1c;background:#f5f4f0;border-bottom:1px solid #c9c8c2"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """One past edition in the archive's list; `opened` is when it began to go out, `corrected` when its correction did (aware UTC)."""

    number: int
    subject: str
    preheader: str
    opened: datetime
    corrected: datetime | None = None


def in_browser(database: Database, secret: bytes, public_url: str, token: str) -> str:
    """Return the HTML of the mail that this link came with, filled for its reader and with the sections that they have on now.

    Raises NotFound where it was not ours.
    """
    bearing = read_token(secret, Purpose.BROWSER, token)
    if bearing is None:
        raise NotFound("this link is not complete; open it again from the mail, whole")
    with database.reading() as session:
        mailing = mailings.get(session, bearing.mailing_id)
        stands = sent.of_edition(session, mailing.edition_id)
        corrected = stands.corrected if stands and stands.mailing.sha256 != mailing.sha256 else None
        rendered = mailings.rendered(session, stands.mailing.id if stands and corrected else mailing.id)
        zone = newsletters.get(session, mailing.newsletter_id).slot.zone
        reader = subscribers.get(session, bearing.subscriber_id)
        standing = subscribers.subscription(session, bearing.subscriber_id, mailing.newsletter_id)
    if reader is None:
        raise NotFound("there is no subscription behind this link any more; nothing will be sent to you")
    values = {"name": reader.name or "", "address": reader.address}
    html = fill_html(rendered, values | reader_links(secret, public_url, bearing), standing.left_out if standing else NOTHING)
    return html if corrected is None else _noted(html, "It was corrected after it had been sent to you", corrected, zone)


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
            stands = sent.of_edition(session, record.id)
            if stands:
                content = editions.content(session, record.id, stands.revision or record.revision)
                shown = replace(content, subject=for_nobody(content.subject), preheader=for_nobody(content.preheader))
                return newsletter, Last(edition=shown, opened=stands.opened)
        return newsletter, None


def past_editions(database: Database, newsletter_id: str) -> tuple[Newsletter, tuple[Past, ...]]:
    """Return the newsletter and what it has sent, latest first; raises NotFound."""
    with database.reading() as session:
        newsletter = newsletters.get(session, newsletter_id)
        found = []
        for record in editions.listed(session, newsletter_id):
            stands = sent.of_edition(session, record.id)
            if stands:
                edition = editions.content(session, record.id, stands.revision or record.revision)
                subject, preheader = for_nobody(edition.subject), for_nobody(edition.preheader)
                found.append(
                    Past(number=record.number, subject=subject, preheader=preheader, opened=stands.opened, corrected=stands.corrected)
                )
        return newsletter, tuple(found)


def past_edition(database: Database, public_url: str, newsletter_id: str, number: int) -> str:
    """Return the HTML of a past edition, filled for nobody: its personal links lead to the archive. Raises NotFound."""
    with database.reading() as session:
        record = next((one for one in editions.listed(session, newsletter_id) if one.number == number), None)
        stands = sent.of_edition(session, record.id) if record else None
        if stands is None:
            raise NotFound(f"{newsletter_id} has sent no edition {number}")
        rendered = mailings.rendered(session, stands.mailing.id)
        zone = newsletters.get(session, newsletter_id).slot.zone
    archive = f"{public_url}/archive/{newsletter_id}"
    neutral = {"unsubscribe_url": archive, "preferences_url": archive, "browser_url": f"{archive}/{number}"}
    html = fill_html(rendered, neutral | {"name": "", "address": "readers of the mail"})
    return html if stands.corrected is None else _noted(html, "It was corrected after it had gone out", stands.corrected, zone)


def _noted(html: str, words: str, corrected: datetime, zone: str) -> str:
    """Put a line above the mail that says that this is its corrected version, and since when."""
    local = corrected.astimezone(zone_of(zone))
    when = f"{local.day} {local:%B %Y, %H:%M} {zone}"
    note = f'<p lang="en" role="note" style="{_NOTE}">{words}. You see the corrected version of {when}.</p>'
    return _BODY.sub(lambda body: body[0] + note, html, count=1)
