"""The SMTP transport: one conversation kept open, one message at a time, every answer belonging to its recipient."""

import contextlib
import smtplib
import ssl
from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote, urlsplit

from digest.deliver.transport import Envelope
from digest.errors import RelayRefused, RelayUnreachable, SettingsError
from digest.model.mailing import Answer, DeliveryState

_MOST_PER_CONNECTION = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Relay:
    """Where mail is handed over. `security`: STARTTLS is required, TLS is spoken from the start, or neither."""

    host: str
    port: int
    security: Literal["starttls", "implicit", "plain"]
    user: str | None = None
    password: str | None = None

    def __str__(self) -> str:
        """Name the relay without its password."""
        return f"{self.host}:{self.port}"


def read_relay(url: str) -> Relay:
    """Return the relay of an smtp://, smtps:// or smtp+plain:// address; raises SettingsError."""
    parts = urlsplit(url)
    securities: dict[str, tuple[Literal["starttls", "implicit", "plain"], int]] = {
        "smtp": ("starttls", 587),
        "smtps": ("implicit", 465),
        "smtp+plain": ("plain", 25),
    }
    try:
        security, port = securities[parts.scheme][0], parts.port or securities[parts.scheme][1]
    except (KeyError, ValueError) as error:
        raise SettingsError("the transport is malformed; write smtp://user:password@host:port") from error
    if not parts.hostname:
        raise SettingsError("the transport names no host; write smtp://user:password@host:port")
    user, password = (unquote(part) if part else None for part in (parts.username, parts.password))
    return Relay(host=parts.hostname, port=port, security=security, user=user, password=password)


class SmtpTransport:
    """A Transport that speaks to one relay."""

    def __init__(self, relay: Relay, *, timeout: float = 60.0) -> None:
        self._relay = relay
        self._timeout = timeout
        self._open: smtplib.SMTP | None = None
        self._sent = 0

    def send(self, envelope: Envelope, message: bytes) -> Answer:
        """Offer one message; see Transport. A connection that ends between DATA and the reply leaves the message in doubt."""
        smtp = self._conversation()
        try:
            code, reply = smtp.mail(envelope.return_path)
            if code != 250:
                smtp.rset()
                return self._refused_sender(code, reply)
            code, reply = smtp.rcpt(envelope.recipient)
            if code not in (250, 251):
                smtp.rset()
                return _answer(code, reply)
        except (smtplib.SMTPServerDisconnected, OSError) as error:
            self._drop()
            raise RelayUnreachable(f"the relay {self._relay} went away before a message was offered: {error}") from error
        return self._data(smtp, message)

    def reach(self) -> None:
        """Connect, greet and sign in, as before a first message; raises RelayUnreachable, RelayRefused."""
        self._conversation()

    def close(self) -> None:
        """Say QUIT and forget the connection."""
        if self._open is not None:
            with contextlib.suppress(smtplib.SMTPException, OSError):
                self._open.quit()
            self._drop()

    def _data(self, smtp: smtplib.SMTP, message: bytes) -> Answer:
        try:
            code, reply = smtp.data(message)
        except smtplib.SMTPDataError as error:
            # DATA itself was refused: nothing was transmitted, the next command finds a clean conversation.
            return _answer(error.smtp_code, error.smtp_error)
        except (smtplib.SMTPException, OSError) as error:
            self._drop()
            return Answer(state=DeliveryState.IN_DOUBT, code=None, reply=f"the connection ended before the relay answered: {error}")
        self._sent += 1
        if code == 421 or self._sent >= _MOST_PER_CONNECTION:
            self.close()
        return _answer(code, reply)

    def _refused_sender(self, code: int, reply: bytes) -> Answer:
        if code >= 500:
            raise RelayRefused(f"the relay {self._relay} refuses our sender: {code} {_words(reply)}; see that it may send for this domain")
        return _answer(code, reply)

    def _conversation(self) -> smtplib.SMTP:
        if self._open is None:
            self._open = self._greet()
            self._sent = 0
        return self._open

    def _greet(self) -> smtplib.SMTP:
        relay = self._relay
        with contextlib.ExitStack() as unless_greeted:
            try:
                smtp = self._connect()
                unless_greeted.callback(smtp.close)
                smtp.ehlo_or_helo_if_needed()
                if relay.security == "starttls":
                    smtp.starttls(context=ssl.create_default_context())
                    smtp.ehlo()
                if relay.user is not None:
                    smtp.login(relay.user, relay.password or "")
            except smtplib.SMTPAuthenticationError as error:
                words = _words(error.smtp_error)
                raise RelayRefused(f"the relay {relay} refuses our login: {error.smtp_code} {words}; correct DIGEST_TRANSPORT") from error
            except smtplib.SMTPNotSupportedError as error:
                raise RelayRefused(f"the relay {relay} offers no STARTTLS; use smtp+plain:// if its network is your own") from error
            except (smtplib.SMTPException, OSError) as error:
                raise RelayUnreachable(f"the relay {relay} does not answer: {error}; start it or correct DIGEST_TRANSPORT") from error
            unless_greeted.pop_all()
        return smtp

    def _connect(self) -> smtplib.SMTP:
        relay = self._relay
        if relay.security == "implicit":
            return smtplib.SMTP_SSL(relay.host, relay.port, timeout=self._timeout, context=ssl.create_default_context())
        return smtplib.SMTP(relay.host, relay.port, timeout=self._timeout)

    def _drop(self) -> None:
        if self._open is not None:
            self._open.close()
            self._open = None


def _answer(code: int, reply: bytes | str) -> Answer:
    if 200 <= code < 300:
        state = DeliveryState.SENT
    elif 400 <= code < 500:
        state = DeliveryState.DEFERRED
    else:
        state = DeliveryState.FAILED
    return Answer(state=state, code=code, reply=_words(reply))


def _words(reply: bytes | str) -> str:
    text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    return " ".join(text.split())
