"""The demo's stage: its state folder and settings, the sample newsletter with its sources, readers and editor."""

import csv
import io
import secrets
import socket
import sys
import tempfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from digest.demo.outlet import FEEDS, NAME
from digest.demo.readers import sample_readers
from digest.flows import signing_in, subscribing
from digest.model.account import Role
from digest.model.newsletter import Newsletter, PlannedSection, SectionKind, Slot, WhenThin
from digest.model.source import Extent, Source
from digest.runtime import Runtime
from digest.settings import Settings, load_settings
from digest.store import newsletters, sources
from digest.supervise.processes import Program

NEWSLETTER = "meridian-weekly"
EDITOR = "editor@meridian.example.org"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Where the demo plays: settings, the folder of the sink, the ports of its two servers, and the editor's password."""

    settings: Settings
    config: Path
    mail: Path
    outlet_port: int
    sink_port: int
    password: str

    @property
    def outlet_url(self) -> str:
        """The sample outlet's address, without a slash at its end."""
        return f"http://127.0.0.1:{self.outlet_port}"


def set_stage(*, web_port: int, out: Path | None) -> Stage:
    """Make the state folder and its settings file; the environment's DIGEST_* stay out of a demo."""
    state = Path(tempfile.mkdtemp(prefix="digest-demo-"))
    mail = out or state / "mail"
    outlet_port, sink_port = free_port(), free_port()
    lines = {
        "state": ".",
        "transport": f"smtp+plain://127.0.0.1:{sink_port}",
        "public_url": f"http://127.0.0.1:{web_port}",
        "web_port": web_port,
        "tick_seconds": 1.0,
        "sweep_seconds": 2.0,
        "lease_seconds": 5.0,
        "chunk_size": 50,
    }
    config = state / "digest.toml"
    text = "".join(f'{name} = "{value}"\n' if isinstance(value, str) else f"{name} = {value}\n" for name, value in lines.items())
    config.write_text(text, "utf-8")
    settings = load_settings(config, environ={})
    return Stage(
        settings=settings, config=config, mail=mail, outlet_port=outlet_port, sink_port=sink_port, password=secrets.token_urlsafe(9)
    )


def furnish(runtime: Runtime, stage: Stage, *, readers: int, now: datetime) -> None:
    """Put the sample newsletter, sources, readers and editor into the database."""
    with runtime.database.writing() as session:
        newsletters.keep(session, _newsletter(now), now=now)
        for feed in FEEDS:
            source = Source(
                id=Path(feed.path).stem,
                name=NAME,
                url=stage.outlet_url + feed.path,
                extent=Extent.FULL,
                # The sample outlet lives on loopback, which no source may without this; and it is ours to hurry.
                allow_private=True,
                pace=0.0,
            )
            sources.keep(session, source, now=now)
    for _ in subscribing.import_roster(runtime.database, runtime.secret, NEWSLETTER, _roster(readers), now=now):
        pass
    editor = signing_in.NewAccount(email=EDITOR, name="Nadia Brandt", role=Role.ADMIN, password=stage.password)
    signing_in.add_account(runtime.database, editor, now=now)


def players(stage: Stage, *, now: datetime) -> list[Program]:
    """Return the two servers around the service: the sample outlet and the SMTP sink."""
    run = stage.settings.state / "run"
    run.mkdir(exist_ok=True)
    outlet, sink = run / "outlet.json", run / "sink.json"
    python = [sys.executable, "-m"]
    return [
        Program(
            name="outlet",
            command=[*python, "digest.demo.outlet", "--port", str(stage.outlet_port), "--ready", str(outlet), "--now", now.isoformat()],
            ready=outlet.is_file,
            first=True,
        ),
        Program(
            name="sink",
            command=[*python, "digest.demo.sink", "--port", str(stage.sink_port), "--dir", str(stage.mail), "--ready", str(sink)],
            ready=sink.is_file,
            first=True,
        ),
    ]


def free_port() -> int:
    """Return a port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _newsletter(now: datetime) -> Newsletter:
    # Its slot is an hour away, so that the week that it gathers ends about now.
    slot = (now + timedelta(hours=1)).astimezone(ZoneInfo("Europe/Brussels"))
    return Newsletter(
        id=NEWSLETTER,
        name="Meridian Weekly",
        public_name=NAME,
        from_name=NAME,
        from_address="weekly@meridian.example.org",
        reply_to="desk@meridian.example.org",
        postal_address=f"{NAME}, 14 Rue du Marais, 1000 Brussels, Belgium",
        slot=Slot(weekday=slot.weekday(), at=slot.time().replace(microsecond=0), zone="Europe/Brussels"),
        plan=(
            PlannedSection(key="lead", kind=SectionKind.LEAD, minimum=1, maximum=1, thin=WhenThin.HOLD),
            PlannedSection(
                key="features", kind=SectionKind.ARTICLES, heading="Features and analysis", sources=("features",), minimum=2, maximum=6
            ),
            PlannedSection(
                key="dispatches",
                kind=SectionKind.ARTICLES,
                heading="Dispatches",
                sources=("dispatches",),
                minimum=2,
                maximum=4,
                optional=True,
            ),
            PlannedSection(key="briefs", kind=SectionKind.BRIEFS, minimum=2, maximum=9),
            PlannedSection(key="briefing", kind=SectionKind.BRIEFING, minimum=1, maximum=2, optional=True),
        ),
    )


def _roster(readers: int) -> list[str]:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["name", "email"])
    writer.writerows((name or "", address) for address, name in sample_readers(readers))
    return text.getvalue().splitlines(keepends=True)
