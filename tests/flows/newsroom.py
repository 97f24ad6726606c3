"""A small newsroom: a newsletter, a week's entries, readers, and the acts that most tests begin with."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta

from digest.flows import drafting, editing, previewing, subscribing
from digest.flows.editing import Decision
from digest.model.edition import EditionRecord
from digest.model.newsletter import Newsletter, PlannedSection, SectionKind, Slot
from digest.model.page import FoundBrief, FoundKind, FoundSection, Image
from digest.model.source import Entry, Source
from digest.render.places import template_roots
from digest.render.press import Press, open_press
from digest.store import Database, entries, newsletters, sources

# A Monday; the newsletter's slot is the Saturday after it.
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SECRET = b"a secret of the tests, long enough"

NEWSLETTER = Newsletter(
    id="weekly",
    name="The Weekly",
    public_name="The Review",
    from_name="The Review",
    from_address="desk@review.example.org",
    postal_address="The Review, 1 Quay Street, Port Town",
    slot=Slot(weekday=5, at=time(7, 0), zone="Europe/Brussels"),
    plan=(
        PlannedSection(key="lead", kind=SectionKind.LEAD, maximum=1),
        PlannedSection(key="articles", kind=SectionKind.ARTICLES, heading="Also this week"),
        PlannedSection(key="briefs", kind=SectionKind.BRIEFS, heading="In other news this week"),
    ),
)


@dataclass(frozen=True)
class Newsroom:
    """The database with its furniture, and the acts that most tests begin with."""

    database: Database
    press: Press
    newsletter: Newsletter = NEWSLETTER
    now: datetime = NOW

    def at(self, record: EditionRecord, moment: datetime | None = None) -> Decision:
        return Decision(edition_id=record.id, revision=record.revision, who="Nadia", at=moment or self.now)

    def draft(self) -> EditionRecord:
        return drafting.draft_slot(self.database, self.newsletter.id, None, now=self.now)

    def approved(self) -> EditionRecord:
        record = self.draft()
        seen = previewing.preview(self.database, self.press, record.id, now=self.now)
        return editing.approve(self.database, self.at(record), seen.rendered.sha256)

    def scheduled(self) -> EditionRecord:
        record = self.approved()
        return editing.schedule(self.database, self.at(record), None)

    def keep(self, newsletter: Newsletter) -> None:
        with self.database.writing() as session:
            newsletters.keep(session, newsletter, now=self.now)

    def readers(self, count: int) -> list[str]:
        addresses = [f"reader{number}@example.net" for number in range(count)]
        lines = ["email,name\n", *(f"{address},Reader {number}\n" for number, address in enumerate(addresses))]
        for _ in subscribing.import_roster(self.database, SECRET, self.newsletter.id, lines, now=self.now):
            pass
        return addresses


def week(now: datetime) -> list[Entry]:
    """Three articles and a column with two briefs, of the days before `now`."""
    lead = Entry(
        guid="lead",
        url="https://review.example.org/harbour",
        title="The harbour that two ministries claim",
        summary="Neither has paid for the light.",
        kicker="Maritime",
        dek="Neither has paid for the light.",
        authors=("Ines Calloway",),
        published=now - timedelta(hours=3),
        image=Image(url="https://review.example.org/harbour.jpg", alt="A lighthouse at dusk", credit="Ines Calloway"),
    )
    column = replace(
        lead,
        guid="column",
        url="https://review.example.org/column",
        title="Harbour watch",
        published=now - timedelta(hours=20),
        sections=(
            FoundSection(
                heading="In other harbour news this week",
                kind=FoundKind.BRIEFS,
                briefs=(
                    FoundBrief(
                        lead="A buoy is missing.",
                        text="A buoy is missing. The pilots noticed on Monday.",
                        html="<p><strong>A buoy is missing.</strong> The pilots noticed on Monday.</p>",
                        sources=("Harbour Gazette",),
                    ),
                    FoundBrief(text="The ferry runs again.", html="<p>The ferry runs again.</p>", sources=("Baltic Wire",)),
                ),
            ),
        ),
    )
    second = replace(
        lead, guid="second", url="https://review.example.org/rail", title="A railway without a gauge", published=now - timedelta(hours=30)
    )
    third = replace(
        lead, guid="third", url="https://review.example.org/river", title="Who owns the river’s bed", published=now - timedelta(hours=50)
    )
    return [lead, column, second, third]


def approved_edition(database: Database, *, readers: int, now: datetime) -> EditionRecord:
    """Furnish a fresh database with a newsletter, a week and readers, and return its approved edition."""
    with database.writing() as session:
        newsletters.keep(session, NEWSLETTER, now=now)
        # Visited tomorrow, which is never: its week is here already.
        source = Source(id="review", name="The Review", url="https://review.example.org/feed")
        sources.keep(session, source, now=now + timedelta(days=1))
        entries.keep(session, source.id, week(now), now=now)
    with open_press(template_roots(), "https://news.example.org") as press:
        newsroom = Newsroom(database=database, press=press, now=now)
        newsroom.readers(readers)
        return newsroom.approved()
