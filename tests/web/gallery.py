"""The newsroom of the pictures: the sample outlet's week gathered, drafted, approved, and on its way to two hundred readers."""

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from digest.audience.links import reader_links
from digest.audience.token import Bearing, Purpose, make_consent_token
from digest.compose import edit
from digest.deliver.outbox import OutboxTransport
from digest.deliver.routes import Route
from digest.demo.outlet import Outlet
from digest.demo.stage import NEWSLETTER, Stage, furnish
from digest.flows import (
    amending,
    consenting,
    correcting,
    delivering,
    departing,
    drafting,
    editing,
    gathering,
    picturing,
    previewing,
    sending,
    signing_in,
)
from digest.flows.amending import Marks
from digest.flows.consenting import Asking
from digest.flows.correcting import Correction
from digest.flows.editing import Decision
from digest.flows.picturing import Studio
from digest.flows.sending import Send
from digest.flows.signing_in import NewAccount
from digest.gather.fetch import Fetcher
from digest.model.account import Role
from digest.model.departure import FirstRound
from digest.model.edition import Article, EditionRecord
from digest.model.ops import QueueStatus
from digest.model.page import Image
from digest.model.relay import Cause, Standing
from digest.runtime import Runtime
from digest.settings import Settings
from digest.store import consents, editions, return_figures, sources, subscribers
from digest.store.consents import Proof
from digest.store.ledger import Claim
from digest.store.migrate import upgrade
from digest.store.openings import Start
from digest.web.app import create_app
from tests.web.newsroom import NOW, PASSWORD, SECRET, Desk, Served
from tests.web.returned import came_back
from tests.web.test_queues import STATUS

READERS = 200
CHUNK = 50
WAITING = "waits@example.net"


@dataclass(frozen=True)
class Scene:
    """One picture: its file’s name, what it shows, where, and whether only who is signed in sees it."""

    name: str
    shows: str
    path: str
    desk: bool = True


@contextmanager
def furnished(served: Served, folder: Path) -> Iterator[Desk]:
    """Return the desk over a newsroom that has gathered its week, with nothing drafted yet."""
    settings = Settings(state=folder, secret=SECRET, web_port=served.port)
    runtime = Runtime(settings)
    runtime.__dict__["press"] = served.press
    upgrade(runtime.database)
    desk = Desk(url=f"http://127.0.0.1:{served.port}", runtime=runtime)
    for name, role in (("Ada Admin", Role.ADMIN), ("Vic Looker", Role.VIEWER)):
        new = NewAccount(email=f"{role.value}@meridian.example", name=name, role=role, password=PASSWORD)
        signing_in.add_account(runtime.database, new, now=NOW)
    with Outlet(NOW) as outlet:
        stage = Stage(settings=settings, config=folder, mail=folder, outlet_port=outlet.port, sink_port=0, password=PASSWORD)
        furnish(runtime, stage, readers=READERS, now=NOW)
        with closing(Fetcher("the tests of Digest")) as fetcher:
            visit = gathering.Visit(fetcher=fetcher, clock=lambda: desk.now, interval=timedelta(minutes=15))
            with runtime.database.reading() as session:
                known = [health.source.id for health in sources.listed(session)]
            for source_id in known:
                gathered = gathering.gather_source(runtime.database, visit, source_id)
                assert gathered.trouble is None
        served.app = create_app(runtime, lambda: queues(desk), clock=lambda: desk.now)
        yield desk
    for client in desk.clients:
        client.close()
    del runtime.__dict__["press"]
    runtime.close()


def queues(desk: Desk) -> QueueStatus:
    """Return what the queues of a working newsroom hold."""
    since = desk.now - NOW
    worker = STATUS.workers[0]
    doing = tuple(replace(task, since=desk.now - timedelta(seconds=3)) for task in worker.doing)
    heard = [replace(worker, heard=desk.now, doing=doing)]
    mailings = [replace(one, opened=one.opened + since, done_about=desk.now + timedelta(minutes=3)) for one in STATUS.mailings]
    every = replace(worker, takes=tuple(queue.name for queue in STATUS.queues), name="deliver@desk", doing=(), active=(), heard=desk.now)
    relays = (
        Standing(relay="ours", domain="", tries=1_840, failures=62, used=0),
        Standing(
            relay="ours",
            domain="gmail.com",
            cause=Cause.FAILURES,
            why="421 4.7.28 our system has detected an unusual rate of unsolicited mail",
            until=desk.now + timedelta(minutes=4),
        ),
        Standing(relay="ses", domain="", tries=610, used=12_400),
    )
    return replace(
        STATUS, at=desk.now, last_tick=desk.now, failures=(), workers=(*heard, every), mailings=tuple(mailings), slots=(), relays=relays
    )


def scenes(desk: Desk, folder: Path) -> Iterator[Scene]:
    """Play an edition's way and stop at each page that is worth a look."""
    yield Scene("sign-in", "Sign in", "/sign-in", desk=False)
    yield from _settings(desk)
    record = drafting.draft_slot(desk.database, NEWSLETTER, None, now=desk.now)
    here = f"/editions/{record.id}"
    yield Scene("home", "A newsletter’s home, a draft waiting", "/")
    yield Scene(
        "intake", "What came this week: what stands in the draft and why, what was left out and why", f"/newsletters/{NEWSLETTER}/intake"
    )
    yield Scene("edition", "The draft, corrected on the left and seen as it will be sent on the right", here)
    record = _corrected(desk, record)
    record, shown = _with_a_picture_gone(desk, record)
    yield Scene("edition-missing", "The draft with its pictures; one did not come, and its article stands whole without", here)
    record = _with_its_pictures(desk, record, shown)
    yield Scene("edition-phone", "The draft with all of its pictures, as a phone shows it", f"{here}?view=phone")
    yield Scene("history", "Every revision, what it changed and who", f"{here}/history")
    yield Scene("edition-text", "The draft as plain text", f"{here}?view=text")
    yield Scene("test-send", "A test send to named addresses", f"{here}/test")
    seen = previewing.preview(desk.database, desk.runtime.press, record.id, now=desk.now)
    decision = Decision(edition_id=record.id, revision=record.revision, who="Nadia Brandt", at=desk.now)
    editing.approve(desk.database, decision, seen.rendered.sha256)
    yield Scene("approved", "Approved: what you see is what is sent", here)
    start = Start(first=FirstRound(share=0.05), undo=timedelta(seconds=60))
    sending.send(desk.database, Send(edition_id=record.id, who="Nadia Brandt", at=desk.now, chunk_size=CHUNK, start=start))
    yield Scene("held", "Held for a minute, with a first round to come: undo it, or send it now", here)
    departing.undo(desk.database, record.id, who="Nadia Brandt", now=desk.now)
    editing.schedule(desk.database, decision, None)
    yield Scene("scheduled", "Scheduled, and until when it can be stopped", here)
    mailing = _release(desk)
    sender = delivering.Sender(
        routes=(Route(name="relay", transport=OutboxTransport(folder / "outbox")),),
        journal=desk.runtime.journal,
        secret=desk.runtime.secret,
        public_url=desk.url,
        clock=lambda: desk.now,
        wait=time.sleep,
    )
    lease = timedelta(seconds=30)
    for number in range(READERS // CHUNK):
        delivering.send_chunk(
            desk.database, sender, Claim(mailing_id=mailing, number=number, owner=desk.runtime.journal.owner, lease=lease)
        )
        if number == 0:
            yield Scene("sending", "On its way: who has it, and how to stop it", here)
    yield Scene("sent", "Sent", here)
    marks = Marks(subject="Correction: who owns the strait", preheader="Insurers did not decide it", notice="Insurers did not decide it.")
    amending.begin(desk.database, (record.id, "Nadia Brandt", desk.now), marks)
    yield Scene("correction", "What went out, opened for a correction", here)
    amending.drop(desk.database, record.id, who="Nadia Brandt", now=desk.now)
    yield Scene("queues", "What ops watch", "/queues")
    yield Scene("acts", "Every act, with who and when", "/acts")
    yield from _readers(desk, mailing)
    came_back(desk, newsletter=NEWSLETTER)
    yield Scene("returns", "What came back, what is about us, and what waits for a person", "/returns")
    with desk.database.reading() as session:
        unclear = return_figures.unclear(session, most=1)[0].id
    yield Scene("return", "A mail that came back, as it came", f"/returns/{unclear}")


def _settings(desk: Desk) -> Iterator[Scene]:
    yield Scene("newsletters", "The newsletters", "/newsletters")
    yield Scene("newsletter", "A newsletter: who it is from and when it goes out", f"/newsletters/{NEWSLETTER}")
    yield Scene("plan", "Its plan: what each section takes", f"/newsletters/{NEWSLETTER}/plan")
    yield Scene("slots", "Its next slots, to be skipped or moved", f"/newsletters/{NEWSLETTER}/slots")
    yield Scene("sources", "Where the week comes from", "/sources")
    with desk.database.reading() as session:
        first = sources.listed(session)[0].source.id
    yield Scene("source", "A source, its health and what it gave", f"/sources/{first}")
    yield Scene("source-briefs", "What a source was taught about its briefs", f"/sources/{first}/briefs")
    yield Scene("people", "Who may do what", "/people")
    yield Scene("account", "One’s own account and sessions", "/account")


def _readers(desk: Desk, mailing: int) -> Iterator[Scene]:
    links = {name: url.removeprefix(desk.url) for name, url in _links(desk, mailing).items()}
    yield Scene("archive", "The editions sent, for anybody", f"/archive/{NEWSLETTER}", desk=False)
    yield Scene("archive-edition", "An edition in the archive", f"/archive/{NEWSLETTER}/1", desk=False)
    yield Scene("in-a-browser", "A reader’s own mail in a browser", links["browser_url"], desk=False)
    yield Scene("subscribe", "The public page", f"/subscribe/{NEWSLETTER}", desk=False)
    yield Scene("subscribe-form", "The plain form that stands in the outlet’s own pages", f"/subscribe/{NEWSLETTER}/form", desk=False)
    yield Scene("confirm", "The link shows, the button acts", _waiting(desk), desk=False)
    yield Scene("preferences", "A reader’s preferences", links["preferences_url"], desk=False)
    yield Scene("unsubscribe", "Leave, with a way back", links["unsubscribe_url"], desk=False)


def _corrected(desk: Desk, record: EditionRecord) -> EditionRecord:
    """Return the draft after a headline was shortened and a brief taken out."""
    with desk.database.reading() as session:
        sections = editions.content(session, record.id, record.revision).sections
    headline, brief = sections[1].items[1].id, sections[3].items[-1].id
    moves = (
        ("shortened the headline", lambda edition: edit.set_article(edition, headline, {"headline": "Nineteen ministers, one number"})),
        ("took out a brief", lambda edition: edit.remove(edition, brief)),
    )
    for why, move in moves:
        correction = Correction(
            edition_id=record.id, revision=record.revision, state=record.state, who="Nadia Brandt", at=desk.now, why=why
        )
        record = correcting.correct(desk.database, correction, move)
    return record


def _with_a_picture_gone(desk: Desk, record: EditionRecord) -> tuple[EditionRecord, tuple[str, Image]]:
    """Return the draft with its pictures, one of them at an address where nothing is; and the article it is of, as it was."""
    with desk.database.reading() as session:
        sections = editions.content(session, record.id, record.revision).sections
    pictured = [item for section in sections[1:] for item in section.items if isinstance(item, Article) and item.image and item.image.url]
    image = pictured[0].image
    assert image is not None
    gone = replace(image, url=f"{image.url}.gone.png")
    return _picture_set(desk, record, pictured[0].id, gone), (pictured[0].id, image)


def _with_its_pictures(desk: Desk, record: EditionRecord, shown: tuple[str, Image]) -> EditionRecord:
    return _picture_set(desk, record, *shown)


def _picture_set(desk: Desk, record: EditionRecord, article: str, image: Image) -> EditionRecord:
    correction = Correction(
        edition_id=record.id, revision=record.revision, state=record.state, who="Nadia Brandt", at=desk.now, why="chose another picture"
    )
    record = correcting.correct(desk.database, correction, lambda edition: edit.set_article(edition, article, {"image": image}))
    # What the mail has places for is known once it is rendered; then what the workers would do is done here and now.
    previewing.preview(desk.database, desk.runtime.press, record.id, now=desk.now)
    with closing(Fetcher("the tests of Digest")) as fetcher:
        studio = Studio(fetcher=fetcher, press=desk.runtime.press, clock=lambda: desk.now, patience=60.0)
        picturing.fetch_all(desk.database, studio, record.id)
    return record


def _release(desk: Desk) -> int:
    desk.now += timedelta(hours=1, seconds=5)
    (mailing,) = sending.release_due(desk.database, now=desk.now, chunk_size=CHUNK)
    return mailing


def _links(desk: Desk, mailing: int) -> dict[str, str]:
    return reader_links(desk.runtime.secret, desk.url, Bearing(mailing_id=mailing, subscriber_id=1))


def _waiting(desk: Desk) -> str:
    proof = Proof(form="page", wording="2026-11")
    asking = Asking(newsletter_id=NEWSLETTER, address=WAITING, proof=proof)
    consenting.ask(desk.database, SECRET.encode(), asking, now=desk.now)
    with desk.database.reading() as session:
        reader = subscribers.by_address(session, WAITING)
        assert reader is not None
        (consent,) = consents.of_subscriber(session, reader.id)
    return f"/c/{make_consent_token(SECRET.encode(), Purpose.CONFIRM, consent.id, consent.asked)}"
