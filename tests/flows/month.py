"""A month of a newsroom, played event by event over the real store and flows: what is published, seen, drafted and sent."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta

from digest.errors import Conflict, RefusedError
from digest.flows import drafting, editing, planning, previewing, sending
from digest.flows.editing import Decision
from digest.flows.planning import SlotDecision
from digest.model.edition import Article, Brief, EditionRecord, EditionState
from digest.model.newsletter import Newsletter, PlannedSection, SectionKind, Slot, WhenThin
from digest.model.page import FoundBrief, FoundKind, FoundSection
from digest.model.source import Entry, Source
from digest.model.week import slot_after
from digest.render.press import Press
from digest.store import Database, candidates, editions, entries, newsletters, sources, subscribers
from digest.store.subscribers import NewReader
from tests.flows.newsroom import NEWSLETTER

# A Friday; clocks go back in Europe on the third Sunday after it, and forward in Chile on the first Sunday before.
START = datetime(2026, 10, 9, 12, tzinfo=UTC)
WEEKS = 4
_HOUR = timedelta(hours=1)
_TITLES = "harbour ferry budget railway fog verdict orchard lighthouse quota pilot census bridge".split()  # noqa: SIM905  shorter so
_SPARE = (
    "amber birch cedar dahlia elder fern gorse hazel iris juniper kelp larch"
    " mango nettle olive poplar quince rowan sorrel thyme umbra violet willow yarrow"
)
_WORDS = _SPARE.split()


@dataclass(frozen=True)
class Piece:
    """One article as its publisher treats it, all times in hours: published after START, seen `delay` later, dated `skew` off.

    `redone` hours later it comes again: "edited" (title and text corrected), "moved" (new guid), "dated" (put out anew with that
    date), "twice" (new guid and address, same text), "copied" (another source carries it). `shares` reuses the guid of the piece before.
    `brief` is the number of the brief that it carries; others may carry the same one.
    """

    hour: int
    source: int
    delay: int = 0
    skew: int | None = 0
    redone: tuple[str, int] | None = None
    shares: bool = False
    brief: int | None = None


@dataclass
class Month:
    """The play: what is in the feeds now, and who does what when a slot comes near."""

    database: Database
    press: Press
    pieces: list[Piece]
    desk: list[str]
    slot: Slot
    thin: WhenThin = WhenThin.LEAVE_OUT
    feeds: dict[str, dict[int, list[Entry]]] = field(default_factory=dict)
    silent: frozenset[tuple[int, int]] = frozenset()
    failures: list[str] = field(default_factory=list)
    end: datetime = START

    @property
    def newsletter(self) -> Newsletter:
        plan = (
            PlannedSection(key="lead", kind=SectionKind.LEAD, maximum=1, minimum=1, thin=self.thin),
            PlannedSection(key="rest", kind=SectionKind.ARTICLES, heading="Rest", maximum=99, minimum=1),
            PlannedSection(key="briefs", kind=SectionKind.BRIEFS, heading="Briefs", maximum=99, minimum=1),
        )
        return replace(NEWSLETTER, slot=self.slot, plan=plan)

    def play(self) -> None:
        """Play the weeks; whatever an editor does comes an hour before the slot, the sending right at it."""
        self._furnish()
        for at, _, what, number in sorted(self._happens()):
            if what == "appears":
                self._appear(number, at)
            elif what == "redone":
                self._redo(number, at)
            elif what == "desk":
                self._draft(at)
                self._decide(self.desk[number], at)
            elif what == "send":
                sending.release_due(self.database, now=at, chunk_size=100)
            self._draft(at)

    def _furnish(self) -> None:
        with self.database.writing() as session:
            newsletters.keep(session, self.newsletter, now=START)
            reader = NewReader(address="a@example.org", folded="a@example.org", address_hash="a", name=None)
            subscribers.confirm(session, list(subscribers.keep(session, [reader], now=START).values()), NEWSLETTER.id, now=START)
            for number in range(3):
                source = Source(id=f"s{number}", name=f"S{number}", url=f"https://s{number}.example/feed", follow=False)
                sources.keep(session, source, now=START)
        for number in range(3):
            self.feeds[f"s{number}"] = {}
            self._visit(f"s{number}", START)

    def _happens(self) -> Iterator[tuple[datetime, int, str, int]]:
        for number, piece in enumerate(self.pieces):
            seen = START + (piece.hour + piece.delay) * _HOUR
            yield seen, 1, "appears", number
            if piece.redone:
                yield seen + piece.redone[1] * _HOUR, 1, "redone", number
        self.end = START
        for week in range(WEEKS):
            self.end = slot_after(self.slot, self.end)
            yield self.end - timedelta(hours=47), 2, "look", week
            yield self.end - _HOUR, 2, "desk", week
            yield self.end, 3, "send", week

    def _appear(self, number: int, at: datetime) -> None:
        piece = self.pieces[number]
        source = f"s{piece.source}"
        stated = _stated(piece)
        # One guid with one date to the second is taken for one article under a new headline: an edit keeps its date.
        shares = piece.shares and number > 0 and (stated is None or stated != _stated(self.pieces[number - 1]))
        guid = f"guid {number - 1}" if shares else f"guid {number}"
        word = _TITLES[number]
        entry = Entry(
            guid=guid,
            url=f"https://{source}.example/{word}",
            title=f"The {word} of {_WORDS[number]} and its {_WORDS[number + 12]}",
            content_html=f"<p>{f'{word} {_WORDS[number]} {number} says what {_WORDS[number + 12]} costs. ' * 12}</p>",
            published=stated,
            sections=() if piece.brief is None else (_column(piece.brief),),
        )
        self.feeds[source][number] = [entry]
        self._visit(source, at)

    def _redo(self, number: int, at: datetime) -> None:
        piece = self.pieces[number]
        source = f"s{piece.source}"
        (entry, *_) = self.feeds[source][number]
        how = piece.redone[0] if piece.redone else ""
        if how == "edited":
            fixed = replace(entry, title=f"{entry.title}, corrected", content_html=f"{entry.content_html}<p>Corrected.</p>")
            self.feeds[source][number] = [fixed]
        elif how == "moved":
            self.feeds[source][number] = [replace(entry, guid=f"{entry.guid} moved")]
        elif how == "dated":
            self.feeds[source][number] = [replace(entry, published=at)]
        elif how == "twice":
            self.feeds[source][number] = [replace(entry, guid=f"{entry.guid} again", url=f"{entry.url}-again", published=at)]
        elif how == "copied":
            source = f"s{(piece.source + 1) % 3}"
            self.feeds[source][number] = [replace(entry, guid=entry.url or "", url=f"{entry.url}?utm_source=x")]
        self._visit(source, at)

    def _visit(self, source: str, at: datetime) -> None:
        week = int((at - START) / timedelta(weeks=1))
        if (int(source[1:]), week) in self.silent and at != START:
            return
        with self.database.writing() as session:
            given = [entry for listed in self.feeds[source].values() for entry in listed]
            entries.keep(session, source, given, now=at)
            sources.well(session, sources.get(session, source), due=at + _HOUR, now=at)

    def _draft(self, at: datetime) -> None:
        for newsletter_id, slot in drafting.due_drafts(self.database, now=at):
            try:
                drafting.draft_slot(self.database, newsletter_id, slot, now=at)
            except (Conflict, RefusedError) as error:
                self.failures.append(str(error))

    def _decide(self, how: str, at: datetime) -> None:
        """What the desk does with the next edition: approve, "touch" it a day early (nobody redrafts it), cancel, skip, or nothing."""
        with self.database.reading() as session:
            waiting = [one for one in editions.listed(session, NEWSLETTER.id) if one.state in (EditionState.DRAFT, EditionState.IN_REVIEW)]
        record = next((one for one in waiting if one.due > at), None)
        if record is None or how == "nobody":
            return
        decision = Decision(edition_id=record.id, revision=record.revision, who="Nadia", at=at)
        if how == "cancel":
            editing.cancel(self.database, decision)
        elif how == "skip":
            slot = SlotDecision(newsletter_id=NEWSLETTER.id, slot=record.slot, was=record.due, who="Nadia", at=at)
            planning.skip(self.database, slot)
        else:
            self._approve(record, decision)

    def _approve(self, record: EditionRecord, decision: Decision) -> None:
        seen = previewing.preview(self.database, self.press, record.id, now=decision.at)
        if not seen.blocked:
            editing.approve(self.database, decision, seen.rendered.sha256)
            editing.schedule(self.database, decision, None)

    def editions(self) -> list[tuple[EditionRecord, list[Article | Brief]]]:
        """Every live edition with its items, oldest first."""
        with self.database.reading() as session:
            listed = [one for one in reversed(editions.listed(session, NEWSLETTER.id)) if one.state not in candidates.GONE]
            found = []
            for record in listed:
                edition = editions.content(session, record.id, record.revision)
                items = [item for section in edition.sections for item in section.items if isinstance(item, Article | Brief)]
                found.append((record, items))
            return found

    def out(self) -> Counter[int]:
        """How often each piece stands in live editions, by the word in its headline."""
        heads = [item.headline for _, items in self.editions() for item in items if isinstance(item, Article)]
        return Counter(number for head in heads for number, word in enumerate(_TITLES) if f" {word} of" in head)

    def said(self) -> Counter[int]:
        """How often each brief stands in live editions."""
        return Counter(int(item.html.split()[2]) for _, items in self.editions() for item in items if isinstance(item, Brief))

    def owed(self) -> set[int]:
        """The pieces that some edition must hold: seen before the last draft closed, and dated before its slot."""
        listed = self.editions()
        if not listed:
            return set()
        last, closed = listed[-1][0].slot, listed[-1][0].slot - _HOUR
        owed = set()
        for number, piece in enumerate(self.pieces):
            seen = START + (piece.hour + piece.delay) * _HOUR
            stated = seen if piece.skew is None else START + (piece.hour + piece.skew) * _HOUR
            silent = any(one == piece.source for one, _ in self.silent)
            if seen < closed and stated < last and not silent:
                owed.add(number)
        return owed


def _stated(piece: Piece) -> datetime | None:
    return None if piece.skew is None else START + (piece.hour + piece.skew) * _HOUR


def _column(number: int) -> FoundSection:
    text = f"Brief number {number} says that {_TITLES[number]} and {_WORDS[number]} met."
    return FoundSection(heading="In other news", kind=FoundKind.BRIEFS, briefs=(FoundBrief(text=text, html=f"<p>{text}</p>"),))


def friday(zone: str, at: time) -> Slot:
    return Slot(weekday=4, at=at, zone=zone)
