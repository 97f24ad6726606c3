"""What the checks ask for, looked up: what sources changed, which are silent, what ran before, what links told, who answered for what."""

from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from digest.compose.checks.links import links_of
from digest.compose.drift import drifts
from digest.compose.silence import gone_quiet
from digest.model.edition import UNSENT, Article, Brief, Edition, EditionRecord
from digest.model.facts import Facts, LinkHealth, Ran, Silence
from digest.model.mailing import Rendered
from digest.model.newsletter import Newsletter
from digest.store import entries, link_checks, mailings, overrides, sources, stories
from digest.store.candidates import GONE
from digest.store.sources import SourceHealth
from digest.store.tables import edition_stories, editions

# A source that failed for so long is worth a look before an edition goes without what it had.
_SILENT = timedelta(hours=24)


def facts_of(session: Session, record: EditionRecord, edition: Edition, newsletter: Newsletter, *, now: datetime) -> Facts:
    """Return all that the checks ask for; nothing once the edition is on its way."""
    if record.state not in UNSENT:
        return Facts()
    drifted = [
        one
        for taken in stories.taken(session, record.id)
        for one in drifts(taken.item, taken.texts, taken.kept, stories.texts_of(taken.kept))
    ]
    items = [item for section in edition.sections for item in section.items if isinstance(item, Article | Brief)]
    kept = entries.by_ids(session, [item.entry for item in items if item.entry is not None])
    needed = {one.source_id for one in kept.values()} | {source for planned in newsletter.plan for source in planned.sources}
    silent = [_silence(session, health, now=now) for health in sources.listed(session) if health.source.id in needed]
    return Facts(
        drift=tuple(drifted),
        silent=tuple(one for one in silent if one is not None),
        links=links_known(session, edition),
        ran=ran_before(session, record),
        overrides=overrides.of_edition(session, record.id),
        went_out=bool(mailings.of_edition(session, record.id)),
    )


def facts_that_block(session: Session, record: EditionRecord, edition: Edition, rendered: Rendered | None = None) -> Facts:
    """Return what decides whether an edition may be approved, and no more: it is asked for by whoever looks at all editions."""
    return Facts(links=links_known(session, edition, rendered), overrides=overrides.of_edition(session, record.id))


def links_known(session: Session, edition: Edition, rendered: Rendered | None = None) -> tuple[LinkHealth, ...]:
    """Return what was learnt of the addresses that an edition leads to."""
    return tuple(link_checks.known(session, [one.url for one in links_of(edition, rendered)]).values())


def ran_before(session: Session, record: EditionRecord) -> tuple[Ran, ...]:
    """Return the items of an edition that an earlier live one of its newsletter held, by address or by words."""
    here, before, other = aliased(edition_stories), aliased(edition_stories), editions
    same = or_(
        and_(here.c.canonical.is_not(None), here.c.canonical == before.c.canonical),
        and_(here.c.words.is_not(None), here.c.words == before.c.words),
    )
    statement = (
        select(here.c.item, func.min(other.c.number).label("number"))
        .select_from(here)
        .join(
            before, and_(same, before.c.edition_id != here.c.edition_id, func.substr(before.c.item, 1, 2) == func.substr(here.c.item, 1, 2))
        )
        .join(other, other.c.id == before.c.edition_id)
        .where(here.c.edition_id == record.id, other.c.newsletter_id == record.newsletter_id)
        .where(other.c.state.not_in(GONE), other.c.slot < record.slot)
        .group_by(here.c.item)
        .order_by(here.c.item)
    )
    return tuple(Ran(item=row.item, number=row.number) for row in session.execute(statement))


def _silence(session: Session, health: SourceHealth, *, now: datetime) -> Silence | None:
    """Why a source is not to be counted on this week; None where it is."""
    if health.paused is not None:
        why = f"{health.paused_by} paused it: {health.paused_why or 'no reason was given'}."
        return Silence(name=health.source.name, since=health.paused, why=why)
    unread = health.last_good is None or now - health.last_good > _SILENT
    if unread and (health.trouble or health.last_good is not None):
        said = f"The last visit said: {health.trouble}" if health.trouble else "It was not visited since; see whether the workers run."
        return Silence(name=health.source.name, since=health.last_good, why=said)
    moments = sources.latest_moments(session, health.source.id, most=20, now=now)
    quiet = gone_quiet(moments, now=now)
    if quiet is None:
        return None
    why = f"It is read well, but gave nothing new for {quiet.days} days, far longer than usual."
    return Silence(name=health.source.name, since=moments[0], why=why)
