"""One SMTP conversation as a pure machine: bytes in, bytes out, and each reply to the command that asked for it.

With PIPELINING (RFC 2920) the body of one message and MAIL, RCPT and DATA of the next leave together, so that a message
costs one round trip; without it each command waits for its answer. At most one body is in flight.
"""

from collections import deque
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache
from typing import Final

from digest.deliver.transport import Offer, Settled
from digest.model.mailing import Answer, DeliveryState

_LONGEST_REPLY: Final = 64 * 1024
_GOING_AWAY: Final = 421
_GO_ON: Final = 354


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """What the relay offered in its answer to EHLO; `size` is the largest message it takes in bytes, 0 for no word of it."""

    pipelining: bool = False
    size: int = 0
    utf8: bool = False
    eight_bit: bool = False


@dataclass(frozen=True, slots=True)
class Ready:
    """The relay waits for the body: call `proceed`, with the next offer where there is one."""


@dataclass(frozen=True, slots=True)
class SenderRefused:
    """The relay refused MAIL: it refuses us and not this recipient, who was not offered."""

    offer: Offer
    code: int
    reply: str


@dataclass(frozen=True, slots=True)
class Ending:
    """The relay says that it goes away, or speaks no SMTP: take what `end` returns and open another conversation."""

    words: str


Event = Settled | Ready | SenderRefused | Ending


@dataclass(frozen=True, slots=True)
class Ended:
    """What a conversation that is over leaves: whose body got no answer, what was refused before it ended, who was not offered.

    `suspect` is who of these the relay had last heard of, where it ended at their RCPT or DATA: perhaps because of them.
    """

    doubtful: Offer | None
    refused: tuple[Settled | SenderRefused, ...]
    unoffered: tuple[Offer, ...]
    suspect: Offer | None = None


class _Step(Enum):
    MAIL = "MAIL"
    RCPT = "RCPT"
    DATA = "DATA"
    BODY = "the message"
    EMPTY = "an empty message"
    RSET = "RSET"


@dataclass(slots=True, eq=False)
class _Transaction:
    offer: Offer
    refused: Settled | SenderRefused | None = None
    body_sent: bool = False


@dataclass(slots=True)
class Conversation:
    """The state between two sides after EHLO; `outgoing` holds what is to be written."""

    features: Features
    outgoing: deque[bytes] = field(default_factory=deque)
    offered: int = 0
    _expected: deque[tuple[_Step, _Transaction | None]] = field(default_factory=deque)
    _open: deque[_Transaction] = field(default_factory=deque)
    _rest: bytes = b""
    _lines: list[bytes] = field(default_factory=list)
    _reset: bool = False
    _over: bool = False
    _ended_at: tuple[_Step, _Transaction | None] | None = None

    @property
    def idle(self) -> bool:
        """Nothing is asked, nothing is on its way: `begin` may be called."""
        return not self._open and not self._expected and not self._over

    @property
    def awaited(self) -> Offer:
        """Whose body the relay waits for: call it on Ready alone."""
        return self._open[0].offer

    def unfit(self, offer: Offer) -> Settled | None:
        """Say what becomes of an offer that this relay could not take at all; None where it may be offered."""
        size = self.features.size
        if size and len(offer.message) > size:
            reply = f"the relay takes at most {size} bytes, the message has {len(offer.message)} (RFC 1870)"
            return Settled(offer, Answer(state=DeliveryState.FAILED, code=552, reply=reply))
        if not offer.envelope.recipient.isascii() and not self.features.utf8:
            reply = "the relay takes no address beyond ASCII: it offers no SMTPUTF8 (RFC 6531)"
            return Settled(offer, Answer(state=DeliveryState.FAILED, code=553, reply=reply))
        return None

    def begin(self, offer: Offer) -> None:
        """Offer a first message."""
        self._envelope(offer)

    def proceed(self, following: Offer | None) -> None:
        """Send the body that the relay waits for; `following` is offered behind it where the relay pipelines."""
        transaction = self._open[0]
        transaction.body_sent = True
        self.offered += 1
        message = transaction.offer.message
        self.outgoing.append(message)
        self._expected.append((_Step.BODY, transaction))
        self._envelope(following, before=b".\r\n" if message.endswith(b"\r\n") else b"\r\n.\r\n")

    def receive(self, data: bytes) -> list[Event]:
        """Take what the relay sent; return what it means, in its order."""
        events: list[Event] = []
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            if self._over:
                return events
            self._hear(line, events)
        if len(self._rest) > _LONGEST_REPLY or sum(map(len, self._lines)) > _LONGEST_REPLY:
            self._end("a reply without end", events)
        return events

    def end(self) -> Ended:
        """Forget the conversation, because the connection ended or shall end."""
        at, by = self._ended_at or (self._expected[0] if self._expected and not self._over else (None, None))
        self._over = True
        left = tuple(self._open)
        for everything in (self._open, self._expected, self.outgoing):
            everything.clear()
        return Ended(
            doubtful=next((one.offer for one in left if one.body_sent), None),
            refused=tuple(one.refused for one in left if one.refused is not None),
            unoffered=tuple(one.offer for one in left if not one.body_sent and one.refused is None),
            suspect=by.offer if by is not None and by.refused is None and at in (_Step.RCPT, _Step.DATA) else None,
        )

    def _envelope(self, offer: Offer | None, before: bytes = b"") -> None:
        """Say `before`, and offer the next message; what is pipelined leaves as one piece."""
        if offer is None:
            self.outgoing.append(before)
            return
        transaction = _Transaction(offer)
        self._open.append(transaction)
        said = [before.decode()]
        if self._reset:
            self._reset = False
            said.append("RSET\r\n")
            self._expected.append((_Step.RSET, None))
        size = f" SIZE={len(offer.message)}" if self.features.size else ""
        # Our mail has seven bits, but for a To that names such an address as it is: that is 8BITMIME too (RFC 6152).
        utf8 = "" if offer.envelope.recipient.isascii() else " SMTPUTF8" + " BODY=8BITMIME" * self.features.eight_bit
        said.append(f"MAIL FROM:<{offer.envelope.return_path}>{size}{utf8}\r\n")
        self._expected.append((_Step.MAIL, transaction))
        if self.features.pipelining:
            said.append(f"RCPT TO:<{offer.envelope.recipient}>\r\nDATA\r\n")
            self._expected += ((_Step.RCPT, transaction), (_Step.DATA, transaction))
        self.outgoing.append("".join(said).encode())

    def _say(self, step: _Step, transaction: _Transaction, line: str) -> None:
        self.outgoing.append(line.encode())
        self._expected.append((step, transaction))

    def _hear(self, line: bytes, events: list[Event]) -> None:
        """Take one line; the last of a reply (RFC 5321, 4.2.1) is answered with what the reply means, its lines joined."""
        read = _one_line_reply(line)
        if read is None:
            self._end(f"it answered {line[:80].decode('utf-8', 'replace')!r}, which is no SMTP", events)
            return
        code, words, last = read
        if self._lines or not last:
            self._lines.append(line[4:])
            if not last:
                return
            words = _words(b" ".join(self._lines))
            self._lines.clear()
        self._take(code, words, events)

    def _take(self, code: int, words: str, events: list[Event]) -> None:
        step, transaction = self._expected.popleft() if self._expected else (None, None)
        known = code >= 400 or step is _Step.EMPTY or (code == _GO_ON if step is _Step.DATA else 200 <= code < 300)
        if step is None or not known:
            self._end(f"it said {code} {words} where {step.value if step else 'nothing'} was to be answered", events)
        elif step is _Step.BODY and transaction is not None:
            self._open.remove(transaction)
            events.append(Settled(transaction.offer, answer(code, words)))
        elif code != _GOING_AWAY and transaction is not None and step is not _Step.EMPTY:
            self._take_of_envelope(step, transaction, (code, words), events)
        if code == _GOING_AWAY:
            self._ended_at = None if step is None else (step, transaction)
            self._end(f"{code} {words}", events)

    def _take_of_envelope(self, step: _Step, transaction: _Transaction, reply: tuple[int, str], events: list[Event]) -> None:
        code, words = reply
        going = transaction.refused is None
        if code >= 400:
            if going:
                transaction.refused = _refusal(step, transaction.offer, code, words)
            if step is _Step.DATA or not self.features.pipelining:
                self._reset = True
                self._finish(transaction, events)
        elif step is not _Step.DATA:
            if going and not self.features.pipelining:
                self._ask_next(step, transaction)
        elif going:
            events.append(Ready())
        else:
            # It waits for a message that has no recipient: an empty one ends it, and reaches nobody.
            self.outgoing.append(b".\r\n")
            self._expected.append((_Step.EMPTY, transaction))
            self._finish(transaction, events)

    def _ask_next(self, step: _Step, transaction: _Transaction) -> None:
        if step is _Step.MAIL:
            self._say(_Step.RCPT, transaction, f"RCPT TO:<{transaction.offer.envelope.recipient}>\r\n")
        else:
            self._say(_Step.DATA, transaction, "DATA\r\n")

    def _finish(self, transaction: _Transaction, events: list[Event]) -> None:
        self._open.remove(transaction)
        if transaction.refused is not None:
            events.append(transaction.refused)

    def _end(self, words: str, events: list[Event]) -> None:
        self._over = True
        events.append(Ending(words))


@lru_cache(maxsize=64)
def _one_line_reply(line: bytes) -> tuple[int, str, bool] | None:
    """Return code, words, and whether the reply ends with this line; None where it is no SMTP. Most replies come again and again."""
    line = line.rstrip(b"\r")
    if not line[:3].isdigit() or line[3:4] not in (b" ", b"-", b""):
        return None
    return int(line[:3]), _words(line[4:]), line[3:4] != b"-"


def _words(text: bytes) -> str:
    return " ".join(text.decode("utf-8", "replace").split())


@lru_cache(maxsize=64)
def answer(code: int, words: str) -> Answer:
    """Return what a reply means for its recipient."""
    if 200 <= code < 300:
        state = DeliveryState.SENT
    elif 400 <= code < 500:
        state = DeliveryState.DEFERRED
    else:
        state = DeliveryState.FAILED
    return Answer(state=state, code=code, reply=words)


def _refusal(step: _Step, offer: Offer, code: int, words: str) -> Settled | SenderRefused:
    if step is _Step.MAIL and code >= 500:
        return SenderRefused(offer, code, words)
    return Settled(offer, answer(code, words))
