"""The promise under every order of acts: each reader gets each version at most once, and nobody who may have it is forgotten."""

import random
from pathlib import Path

import pytest

from digest.audience.token import Bearing, Purpose, make_token
from digest.errors import RefusedError
from digest.flows import amending, departing, reaching, sending, subscribing
from digest.flows.amending import Amend
from digest.flows.reaching import Reach
from digest.model.departure import FirstRound
from digest.model.edition import EditionState
from digest.model.mailing import MailingState
from digest.store import mailings, subscribers
from tests.flows.departures import SIZE, House
from tests.flows.newsroom import SECRET, Newsroom

READERS = 24
STEPS = 26


class Player:
    """Somebody who presses whatever there is to press, in an order that a number decides, while workers and beats go on."""

    def __init__(self, house: House, seed: int) -> None:
        self.house = house
        self.chance = random.Random(seed)
        self.left: set[str] = set()
        self.joined = 0
        self.played: list[str] = []

    def step(self) -> None:
        moves = (
            *("send", "round", "undo", "go", "pause", "resume", "resume", "missed", "correct", "amend", "drop"),
            *("leave", "join", "work", "work", "work", "beat", "wait", "stop", "killed"),
        )
        move = self.chance.choices(moves, weights=[*([4] * 11), *([3] * 7), 1, 3])[0]
        try:
            getattr(self, move)()
        except RefusedError:
            move = f"({move})"
        self.played.append(move)
        assert self.house.twice() == [], self.played

    def send(self) -> None:
        self.house.send(undo=self.chance.choice([0, 0, 60]))

    def round(self) -> None:
        self.house.send(FirstRound(readers=self.chance.randint(1, 9)), undo=self.chance.choice([0, 60]))

    def undo(self) -> None:
        departing.undo(self.house.newsroom.database, self.house.id, who="Nadia", now=self.house.now)

    def go(self) -> None:
        departing.let_go(self.house.newsroom.database, self.house.id, who="Nadia", now=self.house.now)

    def pause(self) -> None:
        sending.pause(self.house.newsroom.database, self.house.id, who="Nadia", now=self.house.now)

    def resume(self) -> None:
        if self.house.stands().state is EditionState.RELEASED:
            sending.resume(self.house.newsroom.database, self.house.id, who="Nadia", now=self.house.now)

    def stop(self) -> None:
        sending.stop(self.house.newsroom.database, self.house.id, who="Nadia", now=self.house.now)

    def missed(self, *, undo: bool = True) -> None:
        order = Reach(edition_id=self.house.id, who="Nadia", at=self.house.now, chunk_size=SIZE, joined=True)
        if self.house.mailings() and undo:
            reaching.send_missed(self.house.newsroom.database, order)

    def correct(self) -> None:
        self.house.correct(f"Number {len(self.played)}")

    def amend(self) -> None:
        order = Amend(edition_id=self.house.id, who="Nadia", at=self.house.now, chunk_size=SIZE)
        amending.send(self.house.newsroom.database, order)

    def drop(self) -> None:
        amending.drop(self.house.newsroom.database, self.house.id, who="Nadia", now=self.house.now)

    def leave(self) -> None:
        address = f"reader{self.chance.randrange(READERS)}@example.net"
        with self.house.newsroom.database.reading() as session:
            reader = subscribers.by_address(session, address)
            there = mailings.of_edition(session, self.house.id)
        if reader is None or not there:
            return
        token = make_token(SECRET, Purpose.UNSUBSCRIBE, Bearing(mailing_id=there[0].id, subscriber_id=reader.id))
        known = subscribing.standing(self.house.newsroom.database, SECRET, Purpose.UNSUBSCRIBE, token)
        subscribing.unsubscribe(self.house.newsroom.database, known, now=self.house.now)
        self.left.add(address)

    def join(self) -> None:
        self.joined += 1
        lines = ["email\n", f"late{self.joined}@example.net\n"]
        assert list(subscribing.import_roster(self.house.newsroom.database, SECRET, "weekly", lines, now=self.house.now))

    def work(self) -> None:
        before = len(self.house.relay.took)
        self.house.work(most=self.chance.randint(1, 3))
        assert not {address for address, _, _ in self.house.relay.took[before:]} & self.left, self.played

    def killed(self) -> None:
        """A worker ends in the middle of a chunk, between two messages; the next finds its journal."""
        at = self.house.relay.offered + self.chance.randint(0, 4)

        def ends(offered: int) -> None:
            if offered == at:
                raise KeyboardInterrupt

        self.house.relay.asked = ends
        try:
            self.house.work()
        except KeyboardInterrupt:
            pass
        finally:
            self.house.relay.asked = lambda _: None
        self.house.recover()

    def beat(self) -> None:
        self.house.beat()

    def wait(self) -> None:
        self.house.later(seconds=self.chance.choice([10, 61, 600]))


@pytest.mark.parametrize("seed", range(14))
def test_whatever_is_pressed_in_whatever_order_each_version_comes_once_and_nobody_is_forgotten(
    newsroom: Newsroom, tmp_path: Path, seed: int
) -> None:
    newsroom.readers(READERS)
    house = House(newsroom=newsroom, folder=tmp_path, now=newsroom.now)
    player = Player(house, seed)
    for _ in range(STEPS):
        player.step()
    _bring_to_an_end(house, player)
    assert house.twice() == [], player.played
    wanted = {f"reader{number}@example.net" for number in range(READERS)} - player.left
    wanted |= {f"late{number + 1}@example.net" for number in range(player.joined)}
    assert wanted - set(house.got()) == set(), player.played


def _bring_to_an_end(house: House, player: Player) -> None:
    """Send what is approved, let go what waits, and reach whoever was missed."""
    for _ in range(4):
        house.later(minutes=11)
        state, there = house.stands().state, house.mailings()
        if not there and state is EditionState.APPROVED:
            house.send()
        elif there and state is not EditionState.RELEASED:
            try:
                player.amend()
            except RefusedError:
                player.drop()
        for act in (player.go, player.resume):
            try:
                act()
            except RefusedError:
                continue
        while house.work() or house.beat():
            continue
    assert all(one.state in (MailingState.DONE, MailingState.CANCELLED) for one in house.mailings().values()), player.played
    try:
        player.missed()
    except RefusedError:
        return
    while house.beat() or house.work():
        continue
