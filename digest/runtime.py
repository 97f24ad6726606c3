"""What one process opens once, after any fork: database, press, fetcher, transport, secret."""

import os
import secrets
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from digest.deliver.dkim import Key, Signers, read_keys
from digest.deliver.journal import Journal
from digest.deliver.message import Splicers
from digest.deliver.outbox import OutboxTransport
from digest.deliver.proof_key import open_key
from digest.deliver.routes import Route, Standby
from digest.deliver.transport import Mailer
from digest.errors import SettingsError
from digest.flows.relaying import LetterPlaces
from digest.gather.fetch import PRODUCT, Fetcher
from digest.relays import open_routes
from digest.render.places import template_roots
from digest.render.press import Press, open_press
from digest.settings import Settings
from digest.store import Database, open_database
from digest.store.hosts import HostTurns
from digest.store.migrate import current, require_newest, upgrade


class Runtime:
    """The open parts of one process. Each opens when it is first asked for; `close` ends those that did."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @cached_property
    def database(self) -> Database:
        """The database, at the revision that this code needs; raises WrongRevision, DatabaseUnreachable.

        A new embedded one gets its tables here; on a server they are made by a person (`digest db upgrade`).
        """
        database = open_database(database_url(self.settings))
        if self.settings.database_url is None and current(database) is None:
            upgrade(database)
        require_newest(database)
        return database

    @cached_property
    def press(self) -> Press:
        """Jinja and the MJML child."""
        return open_press(template_roots(self.settings.templates), self.public_url, self.settings.pictures_url)

    @cached_property
    def fetcher(self) -> Fetcher:
        """The guarded fetch, which takes turns with every other process on this database."""
        contact = self.settings.contact or self.public_url
        return Fetcher(f"{PRODUCT}/0.1 (+{contact})", turns=HostTurns(database=self.database))

    @cached_property
    def routes(self) -> tuple[Route, ...]:
        """The relays that mailings go by, or the outbox where none is named; raises SettingsError."""
        return open_routes(self.settings, self._keys)

    @cached_property
    def transport(self) -> Mailer:
        """What carries single letters: the relay, or the first of several that takes them."""
        return Standby(self.routes, LetterPlaces(database=lambda: self.database, clock=lambda: datetime.now(UTC)))

    @property
    def outbox(self) -> Path | None:
        """The folder that mail is kept in, because no relay is named; None where one is."""
        return next((route.transport.folder for route in self.routes if isinstance(route.transport, OutboxTransport)), None)

    @cached_property
    def journal(self) -> Journal:
        """This process's journal of answers; raises SettingsError where it cannot be kept."""
        try:
            return Journal.open(journals(self.settings))
        except OSError as error:
            raise SettingsError(
                f"cannot keep a journal in {journals(self.settings)}: {error.strerror}; set DIGEST_STATE to a folder of yours"
            ) from error

    @cached_property
    def signers(self) -> Signers:
        """What signs single letters, as every relay allows that may take one; raises SettingsError naming a file that is no key."""
        signing = [route.signers for route in self.routes if route.signers.keys]
        return Signers(signing[0].keys, frozenset[bytes]().union(*(one.unsigned for one in signing))) if signing else Signers()

    @cached_property
    def _keys(self) -> tuple[Key, ...]:
        return read_keys(dkim_folder(self.settings))

    @cached_property
    def splicers(self) -> Splicers:
        """The last few mails that this process sent, taken apart."""
        return Splicers()

    @cached_property
    def secret(self) -> bytes:
        """The key of every token: DIGEST_SECRET, or one made once in the state folder."""
        if self.settings.secret is not None:
            return self.settings.secret.encode()
        return _kept_secret(self.settings.state / "secret").encode()

    @property
    def public_url(self) -> str:
        """Where readers reach the web, without a slash at its end."""
        settings = self.settings
        if settings.public_url is not None:
            return settings.public_url.rstrip("/")
        return noted_web(settings.state) or f"http://{settings.web_host}:{settings.web_port}"

    def close(self) -> None:
        """Close what was opened."""
        self.__dict__.pop("transport", None)
        for route in self.__dict__.pop("routes", ()):
            route.transport.close()
        for name in ("journal", "fetcher", "press", "database"):
            if name in self.__dict__:
                self.__dict__.pop(name).close()


def noted_web(state: Path) -> str | None:
    """Return the address of the web that `digest up` runs on this state folder, or None where none runs."""
    try:
        return (state / "web.url").read_text("utf-8").strip()
    except OSError:
        return None


def dkim_folder(settings: Settings) -> Path:
    """Return where the DKIM keys lie."""
    return settings.dkim_keys or settings.state / "dkim"


def proof_key(settings: Settings, *, make: bool = True) -> Ed25519PrivateKey:
    """Return the key that exports of deliveries are signed with; raises SettingsError."""
    return open_key(settings.proof_key or settings.state / "proof.pem", make=make)


def journals(settings: Settings) -> Path:
    """Return where the delivering processes of this machine keep their journals."""
    return settings.state / "journal"


def database_url(settings: Settings) -> str:
    """Return the address of the database that these settings name or imply."""
    return settings.database_url or f"sqlite:///{(settings.state / 'digest.db').absolute()}"


def _kept_secret(path: Path) -> str:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{path.name}.{os.getpid()}")
        part.touch(mode=0o600)
        part.write_text(secrets.token_urlsafe(32), "utf-8")
        try:
            # A hard link fails where somebody else was faster: all processes read the same secret.
            path.hardlink_to(part)
        except FileExistsError:
            pass
        finally:
            part.unlink()
        return path.read_text("utf-8").strip()
    except OSError as error:
        raise SettingsError(
            f"cannot keep a secret in {path}: {error.strerror}; set DIGEST_SECRET, or DIGEST_STATE to a folder of yours"
        ) from error
