"""Asking, the letter, and its button: one letter for any number of requests, one use for a token, the same answer for all."""

import threading
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

import pytest

from digest.audience.address import hash_address
from digest.audience.consent import COOLDOWN, MOST_FOR_ONE_DOMAIN, MOST_FROM_ONE_PLACE
from digest.audience.token import Purpose, hash_token, make_consent_token
from digest.deliver.outbox import OutboxTransport
from digest.deliver.transport import Envelope
from digest.errors import InputError, NotFound, RelayUnreachable
from digest.flows import consenting, pruning
from digest.flows.consenting import Asking, Sender, Stage
from digest.model.mailing import Answer, DeliveryState
from digest.model.subscriber import Consent, SubscriptionState, SuppressionReason
from digest.store import attempts, consents, subscribers
from digest.store.consents import Proof
from tests.flows.newsroom import NOW, SECRET, Newsroom

PROOF = Proof(form="page", wording="2026-11", ip="192.0.2.7", user_agent="A browser")
ADA = "Ada@Example.net"


@dataclass
class Letters:
    """A newsroom, the folder that its letters go to, and the clock."""

    newsroom: Newsroom
    folder: Path
    now: datetime = NOW
    _seen: set[str] = field(default_factory=set)

    def ask(self, address: str = ADA, *, trap: str = "", proof: Proof = PROOF) -> None:
        asking = Asking(newsletter_id="weekly", address=address, proof=proof, trap=trap)
        assert consenting.ask(self.newsroom.database, SECRET, asking, now=self.now).id == "weekly"

    def sender(self) -> Sender:
        return Sender(press=self.newsroom.press, transport=OutboxTransport(self.folder), secret=SECRET, clock=lambda: self.now)

    def send(self) -> int:
        return sum(
            consenting.send(self.newsroom.database, self.sender(), one) for one in consenting.due(self.newsroom.database, now=self.now)
        )

    def mail(self) -> list[EmailMessage]:
        """Return the letters that went out since this was last asked."""
        fresh = sorted(path for path in self.folder.glob("*.eml") if path.name not in self._seen)
        self._seen.update(path.name for path in fresh)
        return [BytesParser(_class=EmailMessage, policy=policy.default).parsebytes(path.read_bytes()) for path in fresh]

    def token(self) -> str:
        """Ask for the one letter there is and return the token that it carries."""
        self.ask()
        assert self.send() == 1
        (letter,) = self.mail()
        text = letter.get_body(("plain",))
        assert text is not None
        (link,) = [line for line in text.get_content().splitlines() if line.startswith("https://news.example.org/c/")]
        return str(link.rpartition("/")[2])

    def stage(self, token: str) -> Stage:
        return consenting.look(self.newsroom.database, SECRET, token, now=self.now).stage

    def confirm(self, token: str) -> Stage:
        return consenting.confirm(self.newsroom.database, SECRET, token, now=self.now).stage

    def state(self, address: str = ADA) -> str | None:
        with self.newsroom.database.reading() as session:
            reader = subscribers.by_address(session, address.casefold())
            found = None if reader is None else subscribers.subscription(session, reader.id, "weekly")
        return None if found is None else found.state.value

    def consents(self, address: str = ADA) -> tuple[Consent, ...]:
        with self.newsroom.database.reading() as session:
            reader = subscribers.by_address(session, address.casefold())
            return () if reader is None else consents.of_subscriber(session, reader.id)

    def suppress(self, reason: SuppressionReason, address: str = ADA) -> None:
        with self.newsroom.database.writing() as session:
            subscribers.suppress(session, hash_address(SECRET, address.casefold()), reason, now=self.now)


@pytest.fixture
def letters(bare_newsroom: Newsroom, tmp_path: Path) -> Letters:
    return Letters(newsroom=bare_newsroom, folder=tmp_path / "letters")


def test_a_request_becomes_one_letter_and_its_button_a_reader(letters: Letters) -> None:
    token = letters.token()
    assert letters.state() == "unconfirmed"
    assert letters.stage(token) is Stage.WAITS
    letters.now += timedelta(days=2)
    assert letters.confirm(token) is Stage.ON
    assert letters.state() == "confirmed"
    (kept,) = letters.consents()
    assert (kept.asked, kept.confirmed) == (NOW, letters.now)
    assert (kept.wording, kept.form, kept.ip, kept.user_agent) == ("2026-11", "page", "192.0.2.7", "A browser")
    assert kept.sent == NOW


def test_the_letter_is_a_designed_mail_that_says_a_machine_wrote_it(letters: Letters) -> None:
    letters.ask()
    letters.send()
    (letter,) = letters.mail()
    assert letter["To"] == "Ada@example.net"
    assert letter["From"] == "The Review <desk@review.example.org>"
    assert letter["Subject"] == "Please confirm: The Weekly"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["List-Unsubscribe"] is None
    assert [part.get_content_type() for part in letter.iter_parts()] == ["text/plain", "text/html"]
    assert letter.defects == []
    html, text = (letter.get_body((kind,)) for kind in ("html", "plain"))
    assert html is not None
    assert text is not None
    for words in ("Confirm my subscription", "The Weekly", "1 Quay Street", "23 November 2026", "Was it not you?"):
        assert words in html.get_content(), words
        assert words in " ".join(text.get_content().split()), words
    assert "prefers-color-scheme" in html.get_content()
    assert "http://" not in html.get_content().replace("http://www.w3.org", "")
    raw = next(letters.folder.glob("*.eml")).read_bytes()
    assert raw.isascii()
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    assert b"\n" not in raw.replace(b"\r\n", b"")


@pytest.mark.parametrize("theme", ["review", "bulletin"])
def test_the_letter_stands_in_each_theme_and_for_a_hostile_name(letters: Letters, theme: str) -> None:
    letters.newsroom.keep(replace(letters.newsroom.newsletter, theme=theme, name="{{7*7}} <b>Ünïcode</b> {name} " + "x" * 200))
    letters.ask()
    assert letters.send() == 1
    (letter,) = letters.mail()
    html = letter.get_body(("html",))
    assert html is not None
    assert "<b>" not in html.get_content()
    assert "{{7*7}} &lt;b&gt;" in html.get_content()


def test_any_number_of_requests_within_the_cooldown_is_one_letter(letters: Letters) -> None:
    for address in (ADA, "ada@example.net", " ADA@example.net "):
        letters.ask(address)
    assert letters.send() == 1
    letters.now += COOLDOWN - timedelta(seconds=1)
    letters.ask()
    assert letters.send() == 0
    letters.now += timedelta(seconds=1)
    letters.ask()
    assert letters.send() == 1


def test_requests_at_the_same_moment_are_one_letter(letters: Letters) -> None:
    start = threading.Barrier(4)

    def ask() -> None:
        start.wait()
        letters.ask()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(letters.consents()) == 1
    assert letters.send() == 1


def test_two_workers_with_the_same_message_send_one_letter(letters: Letters) -> None:
    letters.ask()
    (consent_id,) = consenting.due(letters.newsroom.database, now=letters.now)
    start = threading.Barrier(2)
    sent: list[bool] = []

    def send() -> None:
        start.wait()
        sent.append(consenting.send(letters.newsroom.database, letters.sender(), consent_id))

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(sent) == [False, True]
    assert consenting.due(letters.newsroom.database, now=letters.now + timedelta(hours=1)) == ()


def test_a_lost_message_is_published_again_and_a_doubled_one_changes_nothing(letters: Letters) -> None:
    letters.ask()
    (consent_id,) = consenting.due(letters.newsroom.database, now=letters.now)
    assert consenting.due(letters.newsroom.database, now=letters.now + timedelta(minutes=9)) == ()
    letters.now += timedelta(minutes=10)
    assert letters.send() == 1
    assert not consenting.send(letters.newsroom.database, letters.sender(), consent_id)


class Relay:
    """A relay that gives one answer, or none at all."""

    def __init__(self, answer: Answer | None) -> None:
        self.answer = answer

    def send(self, envelope: Envelope, message: bytes) -> Answer:
        assert envelope.return_path.startswith("bounce+c")
        assert message
        if self.answer is None:
            raise RelayUnreachable("the relay does not answer")
        return self.answer

    def close(self) -> None:
        """Nothing is open."""


@pytest.mark.parametrize("code", [None, 451])
def test_a_relay_in_trouble_delays_the_letter_and_gives_up_after_a_day(letters: Letters, code: int | None) -> None:
    letters.ask()
    answer = None if code is None else Answer(state=DeliveryState.DEFERRED, code=code, reply="later")
    troubled = replace(letters.sender(), transport=Relay(answer))
    (consent_id,) = consenting.due(letters.newsroom.database, now=letters.now)
    assert not consenting.send(letters.newsroom.database, troubled, consent_id)
    letters.now += timedelta(minutes=15)
    assert consenting.due(letters.newsroom.database, now=letters.now) == (consent_id,)
    letters.now += timedelta(hours=24)
    assert not consenting.send(letters.newsroom.database, troubled, consent_id)
    assert consenting.due(letters.newsroom.database, now=letters.now + timedelta(days=1)) == ()


def test_an_address_that_the_relay_refuses_is_not_tried_again(letters: Letters) -> None:
    letters.ask()
    refusing = replace(letters.sender(), transport=Relay(Answer(state=DeliveryState.FAILED, code=550, reply="no such user")))
    (consent_id,) = consenting.due(letters.newsroom.database, now=letters.now)
    assert not consenting.send(letters.newsroom.database, refusing, consent_id)
    assert consenting.due(letters.newsroom.database, now=letters.now + timedelta(days=1)) == ()


def test_a_token_is_used_once(letters: Letters) -> None:
    token = letters.token()
    assert letters.confirm(token) is Stage.ON
    (first,) = letters.consents()
    letters.now += timedelta(hours=1)
    assert letters.confirm(token) is Stage.ON
    assert letters.consents() == (first,)
    with letters.newsroom.database.writing() as session:
        known = subscribers.subscription(session, first.subscriber_id, "weekly")
        assert known is not None
        subscribers.set_state(session, known, SubscriptionState.UNSUBSCRIBED, now=letters.now)
    assert letters.confirm(token) is Stage.LEFT
    assert letters.state() == "unsubscribed"


def test_of_two_letters_each_works_and_the_first_used_voids_the_other(letters: Letters) -> None:
    first = letters.token()
    letters.now += COOLDOWN
    second = letters.token()
    assert letters.stage(first) is Stage.WAITS
    assert letters.confirm(second) is Stage.ON
    assert letters.confirm(first) is Stage.ON
    assert [one.confirmed is not None for one in letters.consents()] == [False, True]


def test_a_forged_token_opens_nothing(letters: Letters) -> None:
    token = letters.token()
    number, _, mac = token.partition("-")
    other = make_consent_token(b"another secret", Purpose.CONFIRM, int(number), NOW)
    elsewhen = make_consent_token(SECRET, Purpose.CONFIRM, int(number), NOW + timedelta(microseconds=1))
    message = make_consent_token(SECRET, Purpose.CONFIRM_MESSAGE, int(number), NOW)
    forged = [f"{int(number) + 1}-{mac}", f"{number}-", f"{token}x", token[:-1], mac, "", "-", "é", "9" * 400, "1-\ud800", other, elsewhen]
    for wrong in [*forged, message]:
        for act in (letters.stage, letters.confirm):
            with pytest.raises(NotFound, match="not whole"):
                act(wrong)
    assert letters.state() == "unconfirmed"


def test_a_token_is_good_for_seven_days_and_then_everything_is_forgotten(letters: Letters) -> None:
    token = letters.token()
    letters.now = NOW + timedelta(days=7) - timedelta(seconds=1)
    pruning.prune(letters.newsroom.database, now=letters.now)
    assert letters.stage(token) is Stage.WAITS
    letters.now = NOW + timedelta(days=7)
    assert letters.confirm(token) is Stage.LATE
    assert letters.state() == "unconfirmed"
    pruning.prune(letters.newsroom.database, now=letters.now)
    assert letters.state() is None
    with pytest.raises(NotFound):
        letters.stage(token)


def test_a_row_that_comes_again_under_an_old_number_is_not_opened_by_the_old_token(letters: Letters) -> None:
    old = letters.token()
    letters.now += timedelta(days=8)
    pruning.prune(letters.newsroom.database, now=letters.now)
    letters.ask("victim@example.net")
    with pytest.raises(NotFound):
        letters.confirm(old)
    assert letters.state("victim@example.net") == "unconfirmed"


def test_pruning_keeps_readers_and_their_consents(letters: Letters) -> None:
    letters.confirm(letters.token())
    letters.now += timedelta(days=30)
    pruning.prune(letters.newsroom.database, now=letters.now)
    assert letters.state() == "confirmed"
    assert len(letters.consents()) == 1


def test_nothing_that_is_stored_opens_the_link(letters: Letters) -> None:
    token = letters.token()
    with letters.newsroom.database.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM consents").all()
    assert not any(token in str(row) for row in rows)
    assert any(hash_token(token) in str(row) for row in rows)


def test_a_reader_on_the_list_and_a_robot_get_no_letter_and_the_same_answer(letters: Letters) -> None:
    letters.ask("robot@example.net", trap="https://buy.example")
    assert letters.state("robot@example.net") is None
    letters.confirm(letters.token())
    letters.now += timedelta(days=1)
    letters.ask()
    assert letters.send() == 0
    assert letters.state() == "confirmed"


def test_whoever_left_comes_back_by_asking_anew_and_not_before_the_button(letters: Letters) -> None:
    letters.confirm(letters.token())
    (given,) = letters.consents()
    with letters.newsroom.database.writing() as session:
        known = subscribers.subscription(session, given.subscriber_id, "weekly")
        assert known is not None
        subscribers.set_state(session, known, SubscriptionState.UNSUBSCRIBED, now=letters.now)
    letters.now += timedelta(days=1)
    token = letters.token()
    assert letters.state() == "unsubscribed"
    assert letters.confirm(token) is Stage.ON


@pytest.mark.parametrize("reason", [SuppressionReason.HARD_BOUNCE, SuppressionReason.BY_HAND])
def test_a_barred_address_gets_no_letter(letters: Letters, reason: SuppressionReason) -> None:
    letters.suppress(reason)
    letters.ask()
    assert letters.send() == 0
    assert letters.state() is None


@pytest.mark.parametrize("reason", [SuppressionReason.COMPLAINT, SuppressionReason.ERASED, SuppressionReason.SOFT_BOUNCES])
def test_a_complaint_and_an_erasure_end_by_a_fresh_double_opt_in_alone(letters: Letters, reason: SuppressionReason) -> None:
    letters.confirm(letters.token())
    letters.suppress(reason)
    letters.now += timedelta(days=1)
    token = letters.token()
    assert letters.stage(token) is Stage.WAITS
    with letters.newsroom.database.reading() as session:
        assert subscribers.suppression(session, hash_address(SECRET, ADA.casefold())) is not None
    assert letters.confirm(token) is Stage.ON
    with letters.newsroom.database.reading() as session:
        assert subscribers.suppression(session, hash_address(SECRET, ADA.casefold())) is None


def test_one_place_is_bounded_and_another_is_not(letters: Letters) -> None:
    for number in range(MOST_FROM_ONE_PLACE + 5):
        letters.ask(f"a{number}@d{number}.example.net")
    assert letters.send() == MOST_FROM_ONE_PLACE
    letters.ask("b@d.example.net", proof=replace(PROOF, ip="2001:db8::1"))
    assert letters.send() == 1
    letters.now += timedelta(hours=1, seconds=1)
    letters.ask("c@d.example.net")
    assert letters.send() == 1


def test_one_domain_is_bounded_wherever_the_requests_come_from(letters: Letters) -> None:
    with letters.newsroom.database.writing() as session:
        attempts.note(session, ["subscribe domain example.net"] * MOST_FOR_ONE_DOMAIN, now=letters.now)
    letters.ask()
    assert letters.send() == 0
    letters.ask("ada@example.org")
    assert letters.send() == 1


@pytest.mark.parametrize(
    "address", ["", "ada", "ada@", "@example.net", "a b@example.net", "ada@example.net\r\nBcc: x@y.z", "ａda@example.net"]
)
def test_what_is_no_address_is_said(letters: Letters, address: str) -> None:
    with pytest.raises(InputError):
        letters.ask(address)


def test_a_newsletter_that_there_is_not_is_named(letters: Letters) -> None:
    with pytest.raises(NotFound, match="'daily'"):
        consenting.ask(letters.newsroom.database, SECRET, Asking(newsletter_id="daily", address=ADA, proof=PROOF), now=NOW)
