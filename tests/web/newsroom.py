"""A newsroom for the tests of the web: one newsletter, one edition, three readers, three accounts, and the desk that serves it."""

import hashlib
import secrets
import ssl
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from datetime import time as wall_time

import httpx
from starlette.types import ASGIApp, Receive, Scope, Send

from digest.audience.links import reader_links
from digest.audience.token import Bearing
from digest.flows import editing, previewing, sending
from digest.flows.editing import Decision
from digest.model.account import Role
from digest.model.edition import Article, Brief, Edition, Section, SourceRef
from digest.model.newsletter import Newsletter, PlannedSection, SectionKind, Slot
from digest.render.press import Press
from digest.runtime import Runtime
from digest.store import Database, accounts, editions, mailings, subscribers

NOW = datetime(2020, 11, 26, 13, 32, tzinfo=UTC)
SLOT = datetime(2020, 11, 28, 6, 0, tzinfo=UTC)  # Saturday, 07:00 in Brussels
SECRET = "a secret of at least sixteen"
PASSWORD = "correct horse battery"
# Nobody here speaks TLS, and to read the list of authorities anew takes each client of httpx fifty milliseconds.
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)

NEWSLETTER = Newsletter(
    id="weekly",
    name="The Meridian Weekly",
    public_name="The Meridian Review",
    from_name="The Meridian Review",
    from_address="weekly@meridian.example",
    postal_address="14 Rue du Marais, 1000 Brussels",
    slot=Slot(weekday=5, at=wall_time(7), zone="Europe/Brussels"),
    plan=(
        PlannedSection(key="lead", kind=SectionKind.LEAD, maximum=1),
        PlannedSection(key="articles", kind=SectionKind.ARTICLES, heading="Articles", maximum=8),
        PlannedSection(key="briefs", kind=SectionKind.BRIEFS, heading="In other news this week", maximum=9),
        PlannedSection(key="briefing", kind=SectionKind.BRIEFING, heading="From this week’s podium", maximum=1),
    ),
)

_ARTICLES = (
    ("Europe’s border quota meets its arithmetic", "Twenty-seven ministers agreed on a number. None agreed on what it counts.", "Europe"),
    (
        "A railway across the Caspian, and who signs",
        "The track is the easy part. The ferry in the middle belongs to three.",
        "Central Asia",
    ),
    ("Why small navies are buying big radars", "You cannot outgun a neighbour. You can see him coming.", "Indo-Pacific"),
    ("The minister who says no in three languages", "She has refused two presidents and a fund.", "Profile"),
)
_BRIEFS = (
    ("Grain ships leave two days early.", "Six bulk carriers cleared the corridor on Monday night.", "Lloyd’s List"),
    ("A third cable is cut.", "Repair crews found the break forty miles from the last one.", "AFP"),
    ("Valletta offers to host the second round.", "Neither side has answered.", "Reuters"),
)


def sample_edition(number: int = 214, slot: datetime = SLOT, *, subject: str = "The strait reopens, on terms nobody has read") -> Edition:
    """Return an edition without pictures, so that a browser asks no other host."""
    link = "https://meridian.example/"
    lead = Article(
        id="a0",
        url=f"{link}strait",
        headline=subject,
        dek="Insurers, not admirals, decided when the tankers moved.",
        kicker="Maritime",
        authors=("Leila Haddad-Moreau",),
        minutes=9,
        because="the plan asks for one lead",
    )
    articles = tuple(
        Article(id=f"a{place}", url=f"{link}{place}", headline=headline, dek=dek, kicker=kicker, minutes=4 + place)
        for place, (headline, dek, kicker) in enumerate(_ARTICLES, 1)
    )
    briefs = tuple(
        Brief(id=f"b{place}", lead=bold, html=html, sources=(SourceRef(name=name, url=f"{link}b{place}"),))
        for place, (bold, html, name) in enumerate(_BRIEFS, 1)
    )
    return Edition(
        newsletter_id="weekly",
        number=number,
        slot=slot,
        subject=subject,
        preheader="Insurers decided it. And: a border quota meets arithmetic.",
        sections=(
            Section(id="s1", key="lead", kind=SectionKind.LEAD, heading=None, items=(lead,)),
            Section(id="s2", key="articles", kind=SectionKind.ARTICLES, heading="Articles", items=articles),
            Section(id="s3", key="briefs", kind=SectionKind.BRIEFS, heading="In other news this week", items=briefs),
        ),
    )


@dataclass
class Desk:
    """The running web with its database, and the moment it takes for now."""

    url: str
    runtime: Runtime
    now: datetime = NOW
    clients: list[httpx.Client] = field(default_factory=list)

    @property
    def database(self) -> Database:
        return self.runtime.database

    def client(self, role: Role | None = Role.EDITOR, **headers: str) -> httpx.Client:
        """Return a browser's like, signed in by that role (None: nobody), sending what a browser sends with its own forms."""
        # A machine that does much else at once answers late; whether it answers is what is asked.
        told = {"sec-fetch-site": "same-origin"} | headers
        client = httpx.Client(base_url=self.url, headers=told, follow_redirects=False, timeout=60, verify=NO_TLS)
        self.clients.append(client)
        if role is not None:
            # The row that a sign-in writes, without the tenth of a second that argon2 takes on purpose.
            token = secrets.token_urlsafe(32)
            with self.database.writing() as session:
                account = accounts.by_email(session, f"{role.value}@meridian.example")
                assert account is not None
                until = self.now + timedelta(days=14)
                accounts.open_session(session, account, hashlib.sha256(token.encode()).hexdigest(), now=self.now, expires=until)
            client.cookies.set("digest_session", token, domain="127.0.0.1", path="/")
        return client

    def decision(self, edition_id: int = 1, revision: int = 1) -> Decision:
        return Decision(edition_id=edition_id, revision=revision, who="Nadia Brandt", at=self.now)

    def sha256(self, edition_id: int = 1) -> str:
        return previewing.preview(self.database, self.runtime.press, edition_id, now=self.now).rendered.sha256

    def approve(self, edition_id: int = 1) -> None:
        editing.approve(self.database, self.decision(edition_id), self.sha256(edition_id))

    def release(self, edition_id: int = 1) -> int:
        """Approve, schedule and release, and return the mailing; the clock stands at the slot afterwards."""
        self.approve(edition_id)
        editing.schedule(self.database, self.decision(edition_id), None)
        self.now = SLOT + timedelta(seconds=5)
        (mailing,) = sending.release_due(self.database, now=self.now, chunk_size=500)
        return mailing

    def links(self, mailing_id: int, subscriber_id: int = 1) -> dict[str, str]:
        bearing = Bearing(mailing_id=mailing_id, subscriber_id=subscriber_id)
        return reader_links(SECRET.encode(), self.url, bearing)

    def state(self, edition_id: int = 1) -> str:
        with self.database.reading() as session:
            return editions.get(session, edition_id).state.value

    def mailing_state(self, edition_id: int = 1) -> str:
        with self.database.reading() as session:
            return mailings.of_edition(session, edition_id)[-1].state.value

    def subscription(self, subscriber_id: int = 1) -> str:
        with self.database.reading() as session:
            found = subscribers.subscription(session, subscriber_id, "weekly")
            assert found is not None
            return found.state.value


class Served:
    """One uvicorn for all tests, which serves the app that stands here now, and one warm press whose links name its port."""

    def __init__(self, port: int, press: Press) -> None:
        self.port = port
        self.press = press
        self.app: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert self.app is not None
        await self.app(scope, receive, send)
