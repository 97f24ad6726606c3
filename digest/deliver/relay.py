"""Where mail is handed over: a relay's host, port, security and login, read from the setting's address."""

from dataclasses import dataclass, field
from typing import Final, Literal
from urllib.parse import parse_qs, unquote, urlsplit

from digest.errors import SettingsError
from digest.model.relay import Limits

Security = Literal["starttls", "implicit", "plain"]

_SCHEMES: Final[dict[str, tuple[Security, int]]] = {"smtp": ("starttls", 587), "smtps": ("implicit", 465), "smtp+plain": ("plain", 25)}
_FORM: Final = "write smtp://user:password@host:port"
_CONNECTIONS: Final = 4
_MOST_CONNECTIONS: Final = 50
_PER_CONNECTION: Final = 500
# By name: the largest value.
_OPTIONS: Final = {"connections": _MOST_CONNECTIONS, "messages": 1_000_000, "rate": 1_000_000, "daily": 1_000_000_000}


@dataclass(frozen=True, slots=True, kw_only=True)
class Relay:
    """A relay. `security`: STARTTLS is required, TLS is spoken from the start, or neither.

    A process keeps at most `connections` open, and sends at most `messages` over one before it opens another.
    """

    host: str
    port: int
    security: Security
    user: str | None = None
    password: str | None = None
    connections: int = _CONNECTIONS
    messages: int = _PER_CONNECTION
    limits: Limits = field(default_factory=Limits)

    def __str__(self) -> str:
        """Name the relay without its password."""
        return f"{self.host}:{self.port}"


def read_relay(url: str) -> Relay:
    """Return the relay of an smtp://, smtps:// or smtp+plain:// address; raises SettingsError.

    `?connections=4&messages=500` set how many connections a process keeps, and how many messages go over one; `rate=14` and
    `daily=50000` how many messages it is given in a second and in a day.
    """
    parts = urlsplit(url)
    try:
        security, port = _SCHEMES[parts.scheme][0], parts.port or _SCHEMES[parts.scheme][1]
    except (KeyError, ValueError) as error:
        raise SettingsError(f"the transport is malformed; {_FORM}") from error
    if not parts.hostname:
        raise SettingsError(f"the transport names no host; {_FORM}")
    user, password = (unquote(part) if part else None for part in (parts.username, parts.password))
    read = _options(parts.query)
    limits = Limits(rate=float(read["rate"]) if "rate" in read else None, daily=read.get("daily"))
    return Relay(
        host=parts.hostname,
        port=port,
        security=security,
        user=user,
        password=password,
        connections=read.get("connections", _CONNECTIONS),
        messages=read.get("messages", _PER_CONNECTION),
        limits=limits,
    )


def _options(query: str) -> dict[str, int]:
    read: dict[str, int] = {}
    for name, (value, *_) in parse_qs(query, keep_blank_values=True).items():
        most = _OPTIONS.get(name)
        if most is None:
            raise SettingsError(f"the transport does not know {name!r}; it knows {', '.join(_OPTIONS)}")
        if not value.isdecimal() or not 1 <= int(value) <= most:
            raise SettingsError(f"the transport's {name} must be a number from 1 to {most}, not {value!r}")
        read[name] = int(value)
    return read
