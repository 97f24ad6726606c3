"""A week of a paper that does not exist, in our own prose: a column with briefs, and pieces around it."""

from datetime import UTC, datetime, time, timedelta

import pytest

from digest.model.edition import Edition
from digest.model.newsletter import Newsletter, PlannedSection, SectionKind, Slot, WhenThin
from digest.model.page import FoundBrief, FoundKind, FoundSection, Image, Link
from digest.model.source import Entry, Extent, KeptEntry, Source
from tests.compose.laid import draft_edition

SLOT = datetime(2026, 11, 27, 6, tzinfo=UTC)
MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)

BRIEFS = FoundSection(
    heading="In other canal news this week",
    kind=FoundKind.BRIEFS,
    briefs=(
        FoundBrief(
            text="The lock keeper's strike ended on Monday. Both sides told the Lock Gazette that they had won.",
            html="<p><strong>The lock keeper's strike</strong> ended on Monday. Both sides told the "
            '<a href="https://gazette.example/strike">Lock Gazette</a> that they had won.</p>',
            lead="The lock keeper's strike",
            sources=("Lock Gazette",),
            links=(Link(url="https://gazette.example/strike", text="Lock Gazette"),),
        ),
        FoundBrief(
            text="A barge of oranges ran aground. Nobody was hurt. The oranges were sold where they lay.",
            html="<p>A barge of oranges ran aground.</p><p>Nobody was hurt. The oranges were sold where they lay.</p>",
            sources=("Coast Wire",),
        ),
    ),
)
BRIEFING = FoundSection(
    heading="From this week's harbour office briefing:",
    kind=FoundKind.BRIEFING,
    briefs=(
        FoundBrief(
            text="A spokesman said that the dredger will come in spring and would not say which spring.",
            html="<p>A spokesman said that the dredger will come in spring and would not say which spring.</p>",
        ),
    ),
)


@pytest.fixture(scope="session")
def slot() -> datetime:
    return SLOT


@pytest.fixture(scope="session")
def sources() -> dict[str, Source]:
    return {
        "tideline": Source(id="tideline", name="Tideline", url="https://tideline.example/feed", extent=Extent.FULL),
        "wire": Source(id="wire", name="Coast Wire", url="https://wire.example/feed"),
    }


@pytest.fixture(scope="session")
def newsletter() -> Newsletter:
    return Newsletter(
        id="weekly",
        name="Tideline Weekly",
        public_name="Tideline",
        from_name="Tideline",
        from_address="weekly@tideline.example",
        postal_address="4 Quay Street, Port Ellis",
        slot=Slot(weekday=4, at=time(7), zone="Europe/Brussels"),
        plan=(
            PlannedSection(key="lead", kind=SectionKind.LEAD),
            PlannedSection(key="analysis", kind=SectionKind.ARTICLES, heading="Analysis", categories=("Analysis",), maximum=2),
            PlannedSection(key="articles", kind=SectionKind.ARTICLES, heading="More from the week", minimum=2, thin=WhenThin.HOLD),
            PlannedSection(key="briefs", kind=SectionKind.BRIEFS, thin=WhenThin.SKIP),
            PlannedSection(key="podium", kind=SectionKind.BRIEFING),
        ),
    )


@pytest.fixture(scope="session")
def column() -> KeptEntry:
    return KeptEntry(
        id=1,
        source_id="tideline",
        first_seen=MONDAY,
        entry=Entry(
            guid="https://tideline.example/canal-watch-12",
            url="https://tideline.example/canal-watch-12",
            title="The canal that runs uphill",
            summary="<p>Engineers measured it twice. It does.</p>",
            content_html="<p>Engineers measured it twice. It does.</p>" + "<p>" + "One more word. " * 200 + "</p>",
            authors=("Ines Calder",),
            published=MONDAY,
            image=Image(url="https://tideline.example/canal.jpg", alt="A canal between two hills", credit="Omar Field"),
            kicker="Reporting | Canals",
            dek="And what that costs in pumps",
            sections=(BRIEFS, BRIEFING),
        ),
    )


@pytest.fixture(scope="session")
def week(column: KeptEntry) -> tuple[KeptEntry, ...]:
    """The column, three analyses and three other pieces, one of them from another paper; one a day, the column oldest."""
    pieces = (
        ("tideline", "The ferry that nobody ordered", ("Analysis",), "A boat for two towns"),
        ("tideline", "How the council lost a bridge", ("analysis", "Budget"), None),
        ("wire", "Harbour rates rise again", ("Business",), None),
        ("tideline", "The clerk who reads everything", ("Profile",), "Nine mistakes this year"),
        ("tideline", "Fog, counted in coffee", ("Analysis",), None),
        ("wire", "A verdict about a hedge", ("Courts",), None),
    )
    kept = [
        KeptEntry(
            id=number + 2,
            source_id=source,
            first_seen=MONDAY + timedelta(hours=number + 1),
            entry=Entry(
                guid=f"{source}-{number}",
                url=f"https://{source}.example/{number}",
                title=title,
                summary="A first sentence. A second one.",
                content_html="<p>A first sentence. A second one. " + "And so on. " * 300 + "</p>",
                published=MONDAY + timedelta(hours=number + 1),
                categories=categories,
                dek=dek,
            ),
        )
        for number, (source, title, categories, dek) in enumerate(pieces)
    ]
    return (column, *kept)


@pytest.fixture(scope="session")
def edition(newsletter: Newsletter, slot: datetime, week: tuple[KeptEntry, ...], sources: dict[str, Source]) -> Edition:
    return draft_edition(newsletter, 12, slot, week, sources)
