"""Settings: digest.toml, then DIGEST_* over it, X_FILE for secrets; a name that nobody knows is an error."""

import difflib
import json
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from digest.errors import SettingsError

PREFIX = "DIGEST_"
CONFIG_VARIABLE = "DIGEST_CONFIG"
# Read by ./run and by this module itself; no settings, but nobody's typing error either.
_OURS = frozenset({CONFIG_VARIABLE, "DIGEST_PYTHON"})


_Messages = Annotated[int, Field(ge=0)]


class DomainSettings(BaseModel):
    """What a recipient domain is given at most by one relay: messages a second over a minute, a day, and on its first days with mail."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rate: float | None = Field(default=None, gt=0)
    daily: _Messages | None = None
    warm_up: tuple[_Messages, ...] = ()


class RelaySettings(DomainSettings):
    """One of several relays, a table of `relays`: where it is (a url, or a preset with user and password), its share, and its limits."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,31}$")
    url: str | None = None
    preset: str | None = None
    region: str | None = None
    user: str | None = None
    password: str | None = Field(default=None, repr=False)
    password_file: Path | None = None
    weight: int = Field(default=1, ge=0, le=1000)
    signs: Literal["us", "relay"] | None = None
    connections: int | None = Field(default=None, ge=1, le=50)
    messages: int | None = Field(default=None, ge=1)
    return_path: str | None = None
    headers: dict[str, str] = {}
    domains: dict[str, DomainSettings] = {}


class Settings(BaseModel):
    """Every setting, by its digest.toml name; DIGEST_ and the name in capitals is the variable.

    `secret`, `database_url`, `broker_url`, `transport`, `relays`, `imap`, `mailgun_key`, `postmark_login` and `metrics_token` may
    also come as NAME_FILE, the path of a file that holds them.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    state: Path = Field(default=Path("digest-state"), description="Folder of everything that is kept where no server is named.")
    database_url: str | None = Field(default=None, description="postgresql+psycopg://… or sqlite:///…; none: SQLite in the state folder.")
    broker_url: str | None = Field(default=None, description="redis://…; none: a Valkey or Redis server that `digest up` starts itself.")
    secret: str | None = Field(
        default=None, min_length=16, description="Signs every link and Message-ID, so never change it; none: made once in the state folder."
    )
    public_url: str | None = Field(
        default=None, description="Where readers reach the web, https in production; none: the web's own address."
    )
    pictures_url: str | None = Field(
        default=None,
        description="Where mails fetch their pictures: a CDN or bucket that has what `digest pictures export` writes; none: our web.",
    )
    web_host: str = Field(default="127.0.0.1", description="Address that the web listens on.")
    web_port: int = Field(default=8600, ge=0, le=65535, description="Port that the web listens on.")
    transport: str | None = Field(
        default=None,
        description="smtp://user:password@host:port (STARTTLS), smtps://…, smtp+plain://… or outbox:FOLDER (where none is named).",
    )
    dkim_keys: Path | None = Field(
        default=None, description="Folder of the DKIM keys that `digest dkim new` makes; none: `dkim` in the state folder."
    )
    inbound: str | None = Field(
        default=None,
        description="Where `digest up` takes returned mail in: lmtp://127.0.0.1:8024 or smtp://… of a mail system; none: nowhere.",
    )
    imap: str | None = Field(
        default=None,
        description="Mailbox that is read for returned mail: imaps://user:password@host/INBOX, imap://… (STARTTLS); none: no mailbox.",
    )
    ses_topics: str | None = Field(
        default=None, description="ARNs of the SNS topics whose messages /hooks/ses takes in, a comma between; none: no such address."
    )
    sendgrid_key: str | None = Field(
        default=None, description="SendGrid's verification key of the signed event webhook, for /hooks/sendgrid; none: no such address."
    )
    mailgun_key: str | None = Field(
        default=None, min_length=16, description="Mailgun's webhook signing key, for /hooks/mailgun; none: no such address."
    )
    postmark_login: str | None = Field(
        default=None,
        min_length=16,
        pattern="^[^:]+:.+$",
        description="NAME:PASSWORD that Postmark shows at /hooks/postmark, chosen by you; none: no such address.",
    )
    imap_seconds: float = Field(default=60.0, ge=1, description="How often that mailbox is read.")
    templates: Path | None = Field(default=None, description="Folder whose files stand before the templates that ship with us.")
    contact: str | None = Field(default=None, description="Address or page in the User-Agent of our fetches, so that a site can reach you.")
    worker_processes: int = Field(default=2, ge=1, le=64, description="Processes of the worker that `digest up` starts.")
    tick_seconds: float = Field(default=5.0, gt=0, description="How often beat asks what is due.")
    sweep_seconds: float = Field(default=15.0, gt=0, description="How often pending or abandoned chunks are published again; 0.2 or more.")
    lease_seconds: float = Field(default=90.0, gt=0, description="How long a worker that is silent keeps its chunk.")
    chunk_size: int = Field(default=500, ge=1, le=10_000, description="Recipients in one delivery task.")
    retry_seconds: float = Field(
        default=300.0, gt=0, description="How long after a first 4xx a recipient is tried again; then after 3, 6 and 12 times as long."
    )
    undo_seconds: float = Field(
        default=60.0, ge=0, le=86_400, description="How long what is sent from the desk waits and can be undone; 0: it leaves at once."
    )
    proof_key: Path | None = Field(
        default=None,
        description="PEM of the Ed25519 key that signs exports of deliveries; none: `proof.pem` in the state folder, made once.",
    )
    gather_minutes: float = Field(default=15.0, gt=0, description="How long after a visit a source is due again.")
    metrics_token: str | None = Field(
        default=None, min_length=16, description="Opens /metrics to who sends it as Bearer token; none: there is no /metrics."
    )
    log: Literal["console", "json"] = Field(default="console", description="How log lines look.")
    # The last of all: in digest.toml whatever stands below [[relays]] belongs to the table.
    relays: tuple[RelaySettings, ...] | None = Field(
        default=None, description="Several relays in place of `transport`, a [[relays]] table each; in the environment a JSON list."
    )

    @property
    def reads_mail(self) -> bool:
        """Whether something takes in what readers and mail systems write to us, so that mail may offer a mailto: to leave by."""
        return self.inbound is not None or self.imap is not None

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith(("postgresql+psycopg://", "sqlite:///")):
            message = "must begin with postgresql+psycopg:// or sqlite:///"
            raise ValueError(message)
        return value

    @field_validator("broker_url")
    @classmethod
    def _known_broker(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith(("redis://", "rediss://", "redis+socket://", "unix://")):
            message = "must begin with redis://, rediss:// or redis+socket://"
            raise ValueError(message)
        return value

    @field_validator("inbound")
    @classmethod
    def _known_inbound(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith(("lmtp://", "smtp://")):
            message = "must begin with lmtp:// or smtp://"
            raise ValueError(message)
        return value

    @field_validator("imap")
    @classmethod
    def _known_imap(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith(("imaps://", "imap://", "imap+plain://")):
            message = "must begin with imaps:// or imap://"
            raise ValueError(message)
        return value

    @field_validator("relays", mode="before")
    @classmethod
    def _listed_relays(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value) if value.strip() else None
        except ValueError as error:
            message = f"must be a JSON list of relays ({error})"
            raise ValueError(message) from error

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if self.relays is not None and self.transport is not None:
            message = "relays stand in place of transport: take one of them out"
            raise ValueError(message)
        names = [relay.name for relay in self.relays or ()]
        if len(set(names)) < len(names):
            message = "two relays have one name"
            raise ValueError(message)
        return self

    @field_validator("pictures_url")
    @classmethod
    def _served_pictures(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith(("https://", "http://")):
            message = "must begin with https:// or http://"
            raise ValueError(message)
        return value

    @field_validator("transport")
    @classmethod
    def _known_transport(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith(("smtp://", "smtps://", "smtp+plain://", "outbox:")):
            message = "must begin with smtp://, smtps://, smtp+plain:// or outbox:"
            raise ValueError(message)
        return value


_SECRETS = ("secret", "database_url", "broker_url", "transport", "relays", "imap", "mailgun_key", "postmark_login", "metrics_token")


def load_settings(config: Path | None = None, environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings of this process.

    `config` (else $DIGEST_CONFIG, else ./digest.toml where it stands) first, then DIGEST_* of `environ` over it.
    Raises SettingsError naming the setting and what to write instead.
    """
    environ = os.environ if environ is None else environ
    values = _from_file(config or _named_config(environ)) | _from_environment(environ)
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]) if first["loc"] else "relays"
        place = "".join(f", {'number ' + str(at + 1) if isinstance(at, int) else at}" for at in first["loc"][1:])
        raise SettingsError(f"setting {name} ({PREFIX}{name.upper()}){place}: {first['msg']}; correct it or leave it out") from error


def _named_config(environ: Mapping[str, str]) -> Path | None:
    if named := environ.get(CONFIG_VARIABLE):
        return Path(named)
    return found if (found := Path("digest.toml")).is_file() else None


def _from_file(path: Path | None) -> dict[str, object]:
    if path is None:
        return {}
    try:
        values = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise SettingsError(f"cannot read the settings file {path}: {error.strerror}; write one with `digest init`") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} is no valid TOML: {error}") from error
    for name in values:
        if name not in Settings.model_fields:
            raise SettingsError(f"{path} names a setting that does not exist: {name}{_nearest(name)}")
    if isinstance(values.get("state"), str):
        values["state"] = path.parent / str(values["state"])
    return values


def _from_environment(environ: Mapping[str, str]) -> dict[str, object]:
    values: dict[str, object] = {}
    for variable, text in environ.items():
        if not variable.startswith(PREFIX) or variable in _OURS:
            continue
        name = variable.removeprefix(PREFIX).lower()
        if name in Settings.model_fields:
            values[name] = text
        elif name.removesuffix("_file") in _SECRETS:
            values.setdefault(name.removesuffix("_file"), _from_secret_file(variable, Path(text)))
        else:
            raise SettingsError(f"{variable} is no setting of ours{_nearest(name)}")
    return values


def _from_secret_file(variable: str, path: Path) -> str:
    try:
        return path.read_text("utf-8").strip()
    except OSError as error:
        raise SettingsError(f"{variable}: cannot read {path}: {error.strerror}") from error


def _nearest(name: str) -> str:
    near = difflib.get_close_matches(name, Settings.model_fields, n=1)
    return (
        f"; did you mean {PREFIX}{near[0].upper()} ({near[0]} in digest.toml)?"
        if near
        else "; see docs/reference/settings.md for those there are"
    )
