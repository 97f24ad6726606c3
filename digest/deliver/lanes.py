"""Several conversations with one relay at once: offers go out as they are pulled, answers come back as they are read.

One thread and a selector; a body leaves a lane only after the answer to the body before it was taken by the caller, so
that whoever keeps a journal of answers never has more in the dark than one message a lane.
"""

import contextlib
import select
import selectors
import socket
import ssl
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from digest.deliver.conversation import Conversation, Ended, Event, Ready, SenderRefused
from digest.deliver.transport import Leaves, Offer, Settled, unnoted
from digest.errors import DigestError, RelayRefused, RelayUnreachable
from digest.model.mailing import Answer, DeliveryState

_READ = 65536
_BUFFERS = 16
# A relay that ends this many conversations in a row without an answer in between is not asked again by this run.
_LOSSES = 3


@dataclass(slots=True, eq=False)
class Lane:
    """An open connection with its conversation. `hang_up` says goodbye and closes it, `drop` only closes it."""

    sock: socket.socket
    conversation: Conversation
    hang_up: Callable[[], None]
    drop: Callable[[], None]
    waiting: deque[bytes | memoryview] = field(default_factory=deque)
    heard: float = 0.0

    @property
    def alive(self) -> bool:
        """Whether a lane that was idle is still open: a relay that has gone has said so, or has closed."""
        return self.conversation.idle and not self.read_ready()

    def read_ready(self) -> bool:
        """Whether bytes, or the end, wait to be read."""
        with selectors.DefaultSelector() as selector:
            selector.register(self.sock, selectors.EVENT_READ)
            return bool(selector.select(0)) or (isinstance(self.sock, ssl.SSLSocket) and self.sock.pending() > 0)

    def write(self) -> None:
        """Write what can be written now; the rest waits. Raises OSError."""
        self.waiting.extend(self.conversation.outgoing)
        self.conversation.outgoing.clear()
        while self.waiting:
            try:
                sent = self._send()
            except (BlockingIOError, ssl.SSLWantWriteError, ssl.SSLWantReadError):
                return
            self.heard = time.monotonic()
            while sent:
                first = self.waiting.popleft()
                if sent < len(first):
                    self.waiting.appendleft(memoryview(first)[sent:])
                sent -= min(sent, len(first))

    def _send(self) -> int:
        if isinstance(self.sock, ssl.SSLSocket):
            # TLS has no gathering write: what stands together goes as one record, not as three.
            self.waiting = deque([memoryview(b"".join(self.waiting))])
            return self.sock.send(self.waiting[0])
        return self.sock.sendmsg(islice(self.waiting, _BUFFERS))

    def read(self) -> list[Event]:
        """Read what is there; return what it means. Raises OSError where the connection has ended."""
        events: list[Event] = []
        while True:
            try:
                data = self.sock.recv(_READ)
            except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
                return events
            if not data:
                if events:
                    return events
                raise ConnectionResetError("the relay closed the connection")
            events += self.conversation.receive(data)
            if len(data) < _READ and not (isinstance(self.sock, ssl.SSLSocket) and self.sock.pending()):
                return events


@dataclass(slots=True)
class Lanes:
    """The lanes of one relay, called `name`. `dial` opens another; `most` may be open at once; `messages` go over one at most.

    `patience` is in seconds how long an answer may take.
    """

    name: str
    dial: Callable[[], Lane]
    most: int
    messages: int
    patience: float
    _lanes: list[Lane] = field(default_factory=list)
    _again: deque[Offer] = field(default_factory=deque)
    _lost: dict[int, int] = field(default_factory=dict)
    _losses: int = 0
    _allowed: int = 0
    _trouble: DigestError | None = None
    _leaves: Leaves = unnoted

    def carry(self, offers: Iterable[Offer], leaves: Leaves = unnoted) -> Generator[Settled, None, None]:
        """Offer everything that `offers` gives, pulled one by one as a lane is free; yield each answer as it is read.

        `leaves` is called before a body leaves.

        Raises RelayUnreachable, RelayRefused after the bodies on their way were answered; what was not offered then was
        never pulled, or is forgotten. A caller who leaves early leaves at most one body a lane in the dark.
        """
        self._again.clear()
        self._lost.clear()
        self._losses, self._allowed, self._trouble, self._leaves = 0, self.most, None, leaves
        pull = iter(offers)
        self._lanes = [lane for lane in self._lanes if lane.alive or self._closed(lane)]
        try:
            yield from self._carry(pull)
        finally:
            # A lane in the middle of a message cannot be used by the next run.
            self._lanes = [lane for lane in self._lanes if lane.conversation.idle or self._closed(lane)]

    def close(self) -> None:
        """End all conversations."""
        for lane in self._lanes:
            lane.hang_up()
        self._lanes.clear()

    def _carry(self, pull: Iterator[Offer]) -> Iterator[Settled]:
        while True:
            yield from self._fill(pull)
            busy = [lane for lane in self._lanes if not lane.conversation.idle]
            if not busy:
                if self._trouble is not None:
                    raise self._trouble
                return
            for lane in self._stirring(busy):
                yield from self._serve(lane, pull)

    def _fill(self, pull: Iterator[Offer]) -> Iterator[Settled]:
        """Give each idle lane an offer, and open lanes for what is left."""
        while self._trouble is None:
            lane = next((one for one in self._lanes if one.conversation.idle), None)
            if lane is not None and lane.conversation.offered >= self.messages:
                self._lanes.remove(lane)
                lane.hang_up()
                continue
            if lane is None and len(self._lanes) >= self._allowed:
                return
            offer = self._next(pull)
            if offer is None:
                return
            if lane is None:
                lane = self._dialled()
                if lane is None:
                    self._again.appendleft(offer)
                    return
            if unfit := lane.conversation.unfit(offer):
                yield unfit
                continue
            lane.conversation.begin(offer)
            yield from self._written(lane)

    def _dialled(self) -> Lane | None:
        """Open a lane; where others are open already, what stands in the way is left to them."""
        try:
            lane = self.dial()
        except (RelayUnreachable, RelayRefused) as error:
            if any(not one.conversation.idle for one in self._lanes):
                self._allowed = len(self._lanes)
            else:
                self._trouble = error
            return None
        lane.heard = time.monotonic()
        self._lanes.append(lane)
        return lane

    def _next(self, pull: Iterator[Offer]) -> Offer | None:
        # Before it is given up, somebody else is offered: perhaps it hangs up because of who stood there.
        if self._losses == _LOSSES - 1 and (other := next(pull, None)) is not None:
            return other
        return self._again.popleft() if self._again else next(pull, None)

    def _stirring(self, busy: list[Lane]) -> list[Lane]:
        """Wait until a lane can be read or written, or has been silent for too long."""
        # A poll of a few descriptors is one call of the system; a selector made anew for each round would be six.
        poll = select.poll()
        by_descriptor = {lane.sock.fileno(): lane for lane in busy}
        for descriptor, lane in by_descriptor.items():
            poll.register(descriptor, select.POLLIN | (select.POLLOUT if lane.waiting else 0))
        ends = min(lane.heard for lane in busy) + self.patience
        stirring = [by_descriptor[found] for found, _ in poll.poll(max(0.0, ends - time.monotonic()) * 1000)]
        late = time.monotonic() - self.patience
        return stirring + [lane for lane in busy if lane.heard <= late and lane not in stirring]

    def _serve(self, lane: Lane, pull: Iterator[Offer]) -> Iterator[Settled]:
        if time.monotonic() - lane.heard > self.patience and not lane.read_ready():
            yield from self._lose(lane, f"it did not answer within {self.patience:.0f} s")
            return
        try:
            events = lane.read()
        except OSError as error:
            yield from self._lose(lane, str(error))
            return
        if events:
            lane.heard = time.monotonic()
        for event in events:
            if isinstance(event, Settled):
                self._losses = 0
                yield event
            elif isinstance(event, SenderRefused):
                self._refused(event)
            elif isinstance(event, Ready):
                yield from self._go_on(lane, pull)
            else:
                yield from self._lose(lane, event.words)
                return
        yield from self._written(lane)

    def _go_on(self, lane: Lane, pull: Iterator[Offer]) -> Iterator[Settled]:
        """Send the body that is waited for, and behind it the next offer where the relay pipelines."""
        following = None
        room = lane.conversation.features.pipelining and lane.conversation.offered + 1 < self.messages
        # Who was there when a conversation was lost goes alone the next time, so that a second loss says whose it is.
        room = room and lane.conversation.awaited.key not in self._lost
        while room and self._trouble is None and (following := next(pull, None)) is not None:
            unfit = lane.conversation.unfit(following)
            if unfit is None:
                break
            yield unfit
        self._leaves(lane.conversation.awaited)
        lane.conversation.proceed(following)

    def _written(self, lane: Lane) -> Iterator[Settled]:
        try:
            lane.write()
        except OSError as error:
            yield from self._lose(lane, str(error))

    def _lose(self, lane: Lane, words: str) -> Iterator[Settled]:
        """A conversation is over: what it leaves is in doubt, refused, or offered again elsewhere."""
        self._closed(lane)
        self._lanes.remove(lane)
        left = lane.conversation.end()
        # A 421 to a recipient is that recipient's at the second time, and then an answer: it says nothing of the others.
        if left.suspect is None or not words.startswith("421 "):
            self._losses += 1
        if left.doubtful is not None:
            # It took a body. Whether so many in doubt shall go on is for the caller to say.
            self._losses = 0
            yield Settled(left.doubtful, _in_doubt(words))
        for refused in left.refused:
            if isinstance(refused, Settled):
                self._losses = 0
                yield refused
            else:
                self._refused(refused)
        yield from self._offer_again(left, words)
        if self._losses >= _LOSSES and self._trouble is None:
            self._trouble = RelayUnreachable(f"the relay {self.name} went away {self._losses} times before a message was answered: {words}")

    def _offer_again(self, left: Ended, words: str) -> Iterator[Settled]:
        """Offer elsewhere whom the relay did not take. A 421 to MAIL is about it, never about who stood there."""
        for offer in left.unoffered:
            times = self._lost.setdefault(offer.key, 0)
            if offer is left.suspect:
                times = self._lost[offer.key] = times + 1
            answer = self._blamed(times, words) if offer is left.suspect else None
            if answer is None:
                self._again.append(offer)
            else:
                # It goes away whenever it hears of this recipient: the others shall not wait for that.
                self._losses = 0
                yield Settled(offer, answer)

    def _blamed(self, times: int, words: str) -> Answer | None:
        if times > 1 and words.startswith("421 "):
            return Answer(state=DeliveryState.DEFERRED, code=421, reply=words[4:])
        if times >= _LOSSES and self._losses < _LOSSES:
            # Others were answered meanwhile. A connection that ends there stands for a 451 (RFC 5321, 3.8).
            return Answer(state=DeliveryState.DEFERRED, code=451, reply=f"the relay hung up at this recipient {times} times: {words}")
        return None

    def _refused(self, event: SenderRefused) -> None:
        words = f"the relay {self.name} refuses our sender: {event.code} {event.reply}; see that it may send for this domain"
        self._trouble = self._trouble or RelayRefused(words)

    def _closed(self, lane: Lane) -> bool:
        with contextlib.suppress(OSError):
            lane.drop()
        return False


def _in_doubt(words: str) -> Answer:
    return Answer(state=DeliveryState.IN_DOUBT, code=None, reply=f"the connection ended before the relay answered: {words}")
