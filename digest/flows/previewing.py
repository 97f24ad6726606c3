"""Previewing: an edition is rendered as it would be sent, and checked; what is approved is shown as it was approved."""

from dataclasses import dataclass, replace
from datetime import datetime

from digest.compose.check import check
from digest.errors import RenderError
from digest.model.edition import APPROVED, UNAPPROVED, Edition, EditionRecord, Finding
from digest.model.mailing import Rendered
from digest.model.newsletter import Newsletter
from digest.model.picture import PictureStanding, Shelf
from digest.render.email import render_edition
from digest.render.pictures import wishes_of
from digest.render.press import Press
from digest.store import Database, editions, looked_up, newsletters, pictures, renderings


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """An edition as an editor sees it before sending."""

    record: EditionRecord
    edition: Edition
    newsletter: Newsletter
    rendered: Rendered
    findings: tuple[Finding, ...]
    pictures: tuple[PictureStanding, ...] = ()

    @property
    def waiting(self) -> int:
        """How many of its pictures were neither fetched nor given up yet."""
        return sum(one.picture is None and one.trouble is None for one in self.pictures)

    @property
    def blocked(self) -> tuple[Finding, ...]:
        """The findings that stop approval."""
        return tuple(finding for finding in self.findings if finding.blocks)


def preview(database: Database, press: Press, edition_id: int, *, now: datetime) -> Preview:
    """Return the edition as it would be sent.

    What is not approved yet is rendered anew, so that a changed template or newsletter shows; what is approved never is.
    """
    with database.reading() as session:
        record = editions.get(session, edition_id)
        edition = editions.content(session, edition_id, record.revision)
        newsletter = newsletters.get(session, record.newsletter_id)
        rendered = renderings.find(session, edition_id, record.revision)
        facts = looked_up.facts_of(session, record, edition, newsletter, now=now)
    if rendered is None or record.state in UNAPPROVED:
        wishes = wishes_of(edition, press.theme(newsletter.theme))
        with database.reading() as session:
            there, noted = pictures.standing(session, wishes), pictures.noted(session, edition_id)
        shelf = Shelf(base=press.pictures_url, kept={key: one.picture for key, one in there.items() if one.picture is not None})
        fresh = render_edition(press, edition, newsletter, shelf)
        if rendered is None or fresh.sha256 != rendered.sha256 or shelf.named(wishes) != noted:
            with database.writing() as session:
                if editions.get(session, edition_id).state in UNAPPROVED:
                    renderings.keep(session, edition_id, record.revision, fresh, now=now)
                    pictures.wish_for(session, wishes, now=now)
                    pictures.note(session, edition_id, shelf.named(wishes))
        rendered = fresh
        facts = replace(facts, pictures=tuple(there.get(wish.key, PictureStanding(wish=wish)) for wish in wishes))
    elif record.state in APPROVED:
        facts = replace(facts, late=_late(database, press, record, edition, newsletter))
    findings = check(edition, newsletter, rendered, facts)
    return Preview(record=record, edition=edition, newsletter=newsletter, rendered=rendered, findings=findings, pictures=facts.pictures)


def unrendered(database: Database) -> tuple[int, ...]:
    """Return the drafts whose present revision nobody has rendered yet, but for those held because they would not render."""
    with database.reading() as session:
        return tuple(
            record.id
            for record in editions.listed(session)
            if record.state in UNAPPROVED and record.held is None and renderings.find(session, record.id, record.revision) is None
        )


def render_ahead(database: Database, press: Press, edition_id: int, *, now: datetime) -> None:
    """Render a draft before anybody asks; where its template or MJML is at fault, the edition is held and says so."""
    try:
        preview(database, press, edition_id, now=now)
    except RenderError as error:
        with database.writing() as session:
            editions.hold(session, editions.get(session, edition_id), f"not rendered: {error}")


def _late(database: Database, press: Press, record: EditionRecord, edition: Edition, newsletter: Newsletter) -> tuple[PictureStanding, ...]:
    """Return the pictures that came since the mail was approved without them."""
    wishes = wishes_of(edition, press.theme(newsletter.theme))
    with database.reading() as session:
        named = pictures.noted(session, record.id)
        lacking = [wish for wish in wishes if named.get(wish.place) == (wish.key, None)]
        there = pictures.standing(session, lacking)
    return tuple(one for one in there.values() if one.picture is not None)
