"""The SMTP transport: smtplib greets, secures and signs in; the transactions are our own, several lanes at once."""

import contextlib
import smtplib
import socket
import ssl
from base64 import b64encode
from collections.abc import Generator, Iterable

from digest.deliver.conversation import Conversation, Features
from digest.deliver.lanes import Lane, Lanes
from digest.deliver.relay import Relay
from digest.deliver.transport import Envelope, Leaves, Offer, Settled, unnoted
from digest.errors import RelayRefused, RelayUnreachable
from digest.model.mailing import Answer

_GOODBYE = 2.0
_FOR_GOOD = 500
_GO_ON = 334


class SmtpTransport:
    """A Transport that speaks to one relay; `timeout` is in seconds how long any answer may take."""

    def __init__(self, relay: Relay, *, timeout: float = 60.0) -> None:
        self.relay = relay
        self._timeout = timeout
        self._lanes = Lanes(name=str(relay), dial=self._dial, most=relay.connections, messages=relay.messages, patience=timeout)

    def send(self, envelope: Envelope, message: bytes) -> Answer:
        """Offer one message; see Transport."""
        stuffed = message.replace(b"\r\n.", b"\r\n..")
        offer = Offer(0, envelope, b"." + stuffed if stuffed.startswith(b".") else stuffed)
        (settled,) = self._lanes.carry([offer])
        return settled.answer

    def carry(self, offers: Iterable[Offer], leaves: Leaves = unnoted) -> Generator[Settled, None, None]:
        """Offer many; see Transport. A connection that ends between a body and its answer leaves that message in doubt."""
        return self._lanes.carry(offers, leaves)

    def reach(self) -> None:
        """Connect, greet and sign in, as before a first message; raises RelayUnreachable, RelayRefused."""
        self._dial().hang_up()

    def close(self) -> None:
        """Say QUIT and forget the connections."""
        self._lanes.close()

    def _dial(self) -> Lane:
        smtp = self._greet()
        offered = smtp.esmtp_features
        size = offered.get("size", "")
        features = Features(
            pipelining="pipelining" in offered,
            size=int(size) if size.isdecimal() else 0,
            utf8="smtputf8" in offered,
            eight_bit="8bitmime" in offered,
        )
        if smtp.sock is None:
            raise RelayUnreachable(f"the relay {self.relay} closed the connection after its greeting")
        # A command waits for no acknowledgement of the one before it: pipelining and Nagle's algorithm spoil each other.
        smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        smtp.sock.setblocking(False)
        return Lane(sock=smtp.sock, conversation=Conversation(features=features), hang_up=lambda: _hang_up(smtp), drop=smtp.close)

    def _greet(self) -> smtplib.SMTP:
        relay = self.relay
        with contextlib.ExitStack() as unless_greeted:
            try:
                smtp = self._connect()
                unless_greeted.callback(smtp.close)
                smtp.ehlo_or_helo_if_needed()
                if relay.security == "starttls":
                    smtp.starttls(context=ssl.create_default_context())
                    smtp.ehlo()
                if relay.user is not None:
                    _sign_in(smtp, relay)
            except smtplib.SMTPAuthenticationError as error:
                words = " ".join(_text(error.smtp_error).split())
                if error.smtp_code < _FOR_GOOD:
                    # It cannot tell now who we are (RFC 4954, 4.7.0), or goes away: that passes by itself.
                    raise RelayUnreachable(f"the relay {relay} cannot sign us in now: {error.smtp_code} {words}") from error
                raise RelayRefused(f"the relay {relay} refuses our login: {error.smtp_code} {words}; correct DIGEST_TRANSPORT") from error
            except smtplib.SMTPNotSupportedError as error:
                raise RelayRefused(f"the relay {relay} offers no STARTTLS; use smtp+plain:// if its network is your own") from error
            except ssl.SSLCertVerificationError as error:
                mends = "name it in DIGEST_TRANSPORT as its certificate does, or its CA in SSL_CERT_FILE"
                raise RelayUnreachable(f"the relay {relay}: its certificate does not verify: {error.verify_message}; {mends}") from error
            except (smtplib.SMTPException, OSError) as error:
                raise RelayUnreachable(f"the relay {relay} does not answer: {error}; start it or correct DIGEST_TRANSPORT") from error
            unless_greeted.pop_all()
        return smtp

    def _connect(self) -> smtplib.SMTP:
        relay = self.relay
        if relay.security == "implicit":
            return smtplib.SMTP_SSL(relay.host, relay.port, timeout=self._timeout, context=ssl.create_default_context())
        return smtplib.SMTP(relay.host, relay.port, timeout=self._timeout)


def _sign_in(smtp: smtplib.SMTP, relay: Relay) -> None:
    """Sign in by AUTH PLAIN or LOGIN (RFC 4954), in UTF-8 (RFC 4616): smtplib's own breaks on what is not ASCII.

    What is offered need not work, so a refusal of one is followed by the other.
    """
    user, password = (relay.user or "").encode(), (relay.password or "").encode()
    ways = {"PLAIN": (b"\0" + user + b"\0" + password,), "LOGIN": (user, password)}
    offered = smtp.esmtp_features.get("auth", "").upper().split()
    code, words = 0, b""
    for way in (one for one in ways if one in offered):
        code, words = smtp.docmd("AUTH", f"{way} {_base64(ways[way][0])}" if way == "PLAIN" else way)
        for said in ways[way] if way == "LOGIN" else ():
            if code == _GO_ON:
                code, words = smtp.docmd(_base64(said))
        # 503: we are signed in already.
        if code in {235, 503}:
            return
    if code:
        raise smtplib.SMTPAuthenticationError(code, words)
    known = f"it offers {' '.join(offered)}" if offered else "it offers none"
    raise RelayRefused(f"the relay {relay} does not let us sign in by PLAIN or LOGIN: {known}; correct DIGEST_TRANSPORT, or that relay")


def _base64(said: bytes) -> str:
    return b64encode(said).decode()


def _hang_up(smtp: smtplib.SMTP) -> None:
    with contextlib.suppress(smtplib.SMTPException, OSError):
        if smtp.sock is not None:
            smtp.sock.settimeout(_GOODBYE)
        smtp.quit()
    smtp.close()


def _text(words: bytes | str) -> str:
    return words.decode("utf-8", "replace") if isinstance(words, bytes) else words
