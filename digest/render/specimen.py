"""Specimens: editions of a paper that does not exist, of any size, for whoever draws or tests a theme."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, time
from itertools import cycle, islice
from typing import Final

from digest.model.edition import Article, Brief, Edition, Note, Section, SourceRef
from digest.model.newsletter import Newsletter, PlannedSection, SectionKind, Slot
from digest.model.page import Image

SITE: Final = "https://harbour.example"
VALUES: Final = {
    "to": "Mira Okonjo <mira@reader.example>",
    "name": "Mira Okonjo",
    "address": "mira@reader.example",
    "message_id": "<m1.s7.0f3a@harbour.example>",
    "date": "Sat, 28 Nov 2026 06:00:00 +0000",
    "unsubscribe_url": "https://news.harbour.example/u/AAECAwQFBgc",
    "preferences_url": "https://news.harbour.example/p/AAECAwQFBgc",
    "browser_url": "https://news.harbour.example/archive/weekly/31?k=AAECAwQFBgc",
}
STORIES: Final = (
    ("Maritime", "The ferry that nobody ordered", "Two towns paid for one boat. Neither has a pier that fits it.", ("Ines Calder",), 9),
    (
        "Budget",
        "How the council lost a bridge in its ledger",
        "Built, opened, driven over. Then it fell out of the accounts.",
        ("Tom Arvid", "Rhea Solberg"),
        7,
    ),
    ("Water", "A reservoir learns to share", "Farmers upstream and bakers downstream wrote the rules on one page.", ("Omar Field",), 8),
    ("Schools", "The night class that runs the harbour radio", "Forty adults, one transmitter and a licence from 1974.", ("Pia Lund",), 6),
    ("Profile", "The clerk who reads every planning file", "Nine mistakes found this year, and thanks for two.", ("June Abara",), 11),
    ("Housing", "Rents fall on the one street with no view", "An estate agent explains it with a shrug and a map.", ("Tom Arvid",), 5),
    ("Weather", "What the fog costs", "A morning without ships, counted in coffee, diesel and overtime.", ("Kaito Mori",), 6),
    ("Courts", "A verdict about a hedge", "The neighbours agree on one thing: the judge measured well.", ("Leila Brandt",), 4),
    ("Sport", "The team that trains on the car deck", "Between the last sailing and the first, the goals are chalk.", ("Nils Okafor",), 5),
)  # fmt: skip  one story, one line
NEWS: Final = (
    (
        "Grain leaves two days early.",
        "Six barges cleared the lock on Monday night, ahead of an inspection that both banks had called final.",
        "Lock Gazette",
    ),
    (
        "A cable is cut again.",
        "Crews found the break a mile from the last one. Officials call it weather; the insurers do not.",
        "Coast Wire",
    ),
    (
        "The island offers its hall.",
        "Its mayor said on Tuesday that both delegations may meet there before winter, if observers are let in.",
        "Island Post",
    ),
    ("Premiums are halved.", "The rate for one passage fell below one per cent for the first time since spring.", "Market Letter"),
    ("Two inspectors turn back.", "The mission counted two refusals this month and asked for a written reason.", "Baltic Review"),
    ("A commission without a chair.", "Delegates sat for four hours, adopted the minutes of July and went home.", "Der Abendbote"),
)


def story(number: int, *, picture: bool) -> Article:
    """Return the article of that number, with a picture at SITE/pictures/NUMBER.png or none."""
    kicker, headline, dek, authors, minutes = STORIES[number % len(STORIES)]
    image = Image(url=f"{SITE}/pictures/{number}.png", alt=f"Drawing for {headline}", credit="Drawing: Ines Calder") if picture else None
    return Article(
        id=f"a{number}",
        url=f"{SITE}/2026/{number}-{headline.lower().replace(' ', '-')}",
        headline=headline,
        dek=dek,
        kicker=kicker,
        authors=authors,
        image=image,
        minutes=minutes,
    )


def news(number: int) -> Brief:
    """Return the brief of that number."""
    lead, text, source = NEWS[number % len(NEWS)]
    return Brief(id=f"b{number}", lead=lead, html=text, sources=(SourceRef(name=source, url=f"https://wire.example/{number}"),))


def edition_of(stories: int, pictures: int, briefs: int) -> Edition:
    """Return an edition with a lead, `stories` articles in all, `pictures` of them beyond the lead with one, and `briefs`."""
    intro = Note(
        id="intro",
        html="<p>Good morning. This week a boat arrived before its pier did, which tells you who was in a hurry. We went looking for"
        " the order and found two, both unsigned.</p><p>If you read one thing standing up, read June Abara on "
        f'<a href="{SITE}/2026/4">the clerk who reads everything</a>.</p>',
        signature="Nadia Berg, editor",
    )
    answer = Brief(
        id="p0",
        lead="“I have not seen the order.”",
        html="Asked whether anyone at the table had, the spokesman said that the table was large.",
        sources=(SourceRef(name="Port authority, Thursday, noon briefing"),),
    )
    sections = [Section(id="s1", key="lead", kind=SectionKind.LEAD, heading=None, items=(story(0, picture=True),))]
    if stories > 1:
        articles = tuple(story(number, picture=number <= pictures) for number in range(1, stories))
        sections.append(Section(id="s2", key="reports", kind=SectionKind.ARTICLES, heading=None, items=articles))
    if briefs:
        items = tuple(islice((news(number) for number in cycle(range(len(NEWS)))), briefs))
        sections.append(Section(id="s3", key="briefs", kind=SectionKind.BRIEFS, heading="In other news this week", items=items))
        sections.append(Section(id="s4", key="podium", kind=SectionKind.BRIEFING, heading="From this week’s port podium", items=(answer,)))
    return Edition(
        newsletter_id="weekly",
        number=31,
        slot=datetime(2026, 11, 28, 6, 0, tzinfo=UTC),
        subject="The ferry that nobody ordered",
        preheader="Two towns paid for one boat. Neither has a pier that fits it.",
        intro=intro,
        sections=tuple(sections),
    )


BODY: Final = (
    "<p>The ferry leaves at seven. It carries schoolchildren, bread and, on Thursdays, the judge. Neither town has ever been"
    " asked to pay for it, because neither has ever admitted that it is theirs.</p><h2>A boat in the books</h2><p>The ledger of"
    f' 1974 has a line that nobody can read, and <a href="{SITE}/ledger">a photograph of it</a> that <em>everybody</em> has seen:</p>'
    "<blockquote><p>One vessel, second hand, with the pier to follow.</p></blockquote>"
    "<ul><li>The pier did not follow.</li><li>The invoice for it did.</li></ul><p>So the boat waits, and with it the judge.</p>"
)


def with_every_block(edition: Edition) -> Edition:
    """The edition with an article to read here, a list of the latest and a sponsor of the week, each set by the block of its key."""
    full = replace(story(3, picture=True), id="full", body_html=BODY)
    days = (26, 25, 24)
    latest = tuple(
        replace(story(5 + at, picture=False), id=f"l{at}", published=datetime(2026, 11, day, 9, tzinfo=UTC)) for at, day in enumerate(days)
    )
    payer = Brief(
        id="ad",
        lead="The Sea Lanes Atlas, sixth edition",
        html="Ninety-two charts of who passes where, and on whose say. Readers pay the autumn price until Friday.",
        sources=(SourceRef(name="Halden & Rook", url="https://halden.example/atlas"),),
    )
    more = (
        Section(id="s5", key="full", kind=SectionKind.ARTICLES, heading="To be read here", items=(full,)),
        Section(id="s6", key="latest", kind=SectionKind.ARTICLES, heading=None, items=latest),
        Section(id="s7", key="sponsor", kind=SectionKind.BRIEFS, heading=None, items=(payer,)),
    )
    return replace(edition, sections=(*edition.sections, *more))


def with_fields(edition: Edition, block: str, values: Mapping[str, str]) -> Edition:
    """The edition with a section that `block` sets: an article with a picture, one without, and its own fields."""
    items = (replace(story(6, picture=True), id="own1"), replace(story(7, picture=False), id="own2"))
    section = Section(id="own", key=block, kind=SectionKind.ARTICLES, heading="A block of its own", items=items, fields=(*values.items(),))
    return replace(edition, sections=(*edition.sections, section))


def specimen_newsletter(theme: str = "review", language: str = "en") -> Newsletter:
    """Return the newsletter that these editions are of."""
    return Newsletter(
        id="weekly",
        name="The Harbour Review",
        public_name="The Harbour Review",
        from_name="The Harbour Review",
        from_address="weekly@harbour.example",
        reply_to="editor@harbour.example",
        postal_address="4 Customs Stairs, 1000 Port Sele",
        slot=Slot(weekday=5, at=time(7), zone="Europe/Brussels"),
        plan=(PlannedSection(key="lead", kind=SectionKind.LEAD),),
        why="You get this on Saturdays because you confirmed your subscription.",
        theme=theme,
        language=language,
    )


def corrected(edition: Edition) -> Edition:
    """The edition as it goes out a second time, with what was wrong said first."""
    wrong = (
        "<p>On Saturday we wrote that neither town paid for the ferry. Both did: the council of Port Sele in March, the harbour board"
        f' in May. We had read <a href="{SITE}/ledger">the ledger of 1974</a> for that of last year.</p>'
    )
    return replace(
        edition,
        subject=f"Correction: {edition.subject}",
        preheader="On Saturday we wrote that neither town paid for the ferry. Both did.",
        correction=Note(id="correction", html=wrong),
    )


def specimens() -> dict[str, Edition]:
    """Return the three sizes by name: thin, normal (9 articles, 6 briefs) and heavy (25 and 15); one with every block, and a correction."""
    normal = edition_of(9, 3, 6)
    thin = replace(edition_of(1, 0, 0), intro=None)
    return {
        "thin": thin,
        "normal": normal,
        "heavy": edition_of(25, 12, 15),
        "every block": with_every_block(normal),
        "corrected": corrected(thin),
    }
