"""A flood of forged posts costs little and shuts its own place only; a provider's burst is taken in, whatever its number."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import event, func, select

from digest.flows.knocking import MOST, WINDOW
from digest.inbound.provider import MOST_BYTES
from digest.model.subscriber import SuppressionReason
from digest.runtime import Runtime
from digest.settings import Settings
from digest.store import migrate
from digest.store.return_tables import returns
from digest.store.tables import attempts
from digest.web.app import create_app
from digest.web.turnstile import TRY_EVERY
from tests.flows.newsroom import NOW
from tests.flows.newsroom import SECRET as KEY
from tests.flows.posted import Posted
from tests.inbound.amazon import TOPIC, Amazon, bounced
from tests.web.newsroom import NO_TLS, Served
from tests.web.test_hooks import Internet

ADA, BOB = "ada@one.example", "bob@two.example"
FORGER, SNS = "203.0.113.66", "198.51.100.5"
LOGIN = ("postmark", "a password of forty letters")


@dataclass
class Door:
    """The hooks of a running web, behind a proxy that says who posts; its clock is the test's. `wrote` counts what its database is told."""

    served: Served
    runtime: Runtime
    posted: Posted
    amazon: Amazon
    now: datetime = NOW
    wrote: int = 0
    client: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=60, verify=NO_TLS))

    def post(self, message: object, *, by: str, to: str = "ses", **options: object) -> httpx.Response:
        url = f"http://127.0.0.1:{self.served.port}/hooks/{to}"
        body = {"content": message} if isinstance(message, bytes) else {"json": message}
        return self.client.post(url, **body, headers={"x-forwarded-for": by}, **options)  # type: ignore[arg-type]  # httpx's own names

    def rows(self) -> tuple[int, int]:
        """How many posts stand there as refused, and how many returns."""
        with self.runtime.database.reading() as session:
            counted = [session.execute(select(func.count()).select_from(table)).scalar_one() for table in (attempts, returns)]
        return counted[0], counted[1]

    def real(self, number: int, *, to: str = ADA) -> object:
        """A message of SNS about a reader."""
        return self.amazon.message(bounced(self.posted.path(self.posted.mailings[0], to)), number=f"m-{number}")


@pytest.fixture
def door(served: Served, tmp_path: Path) -> Iterator[Door]:
    amazon = Amazon(now=NOW)
    settings = Settings(state=tmp_path, secret=KEY.decode(), web_port=served.port, ses_topics=TOPIC, postmark_login=":".join(LOGIN))
    runtime = Runtime(settings)
    runtime.__dict__["press"] = served.press
    runtime.__dict__["fetcher"] = Internet(amazon)
    migrate.upgrade(runtime.database)
    posted = Posted(database=runtime.database)
    posted.begin([ADA, BOB], now=NOW - timedelta(weeks=8))
    posted.send(NOW)
    door = Door(served=served, runtime=runtime, posted=posted, amazon=amazon)
    served.app = create_app(runtime, clock=lambda: door.now)

    def counted(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        door.wrote += statement.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE", "BEGIN IMMEDIATE"))

    event.listen(runtime.database.engine, "before_cursor_execute", counted)
    with door.client:
        yield door
    del runtime.__dict__["press"]
    runtime.close()


def test_a_flood_of_forged_posts_is_turned_away_before_it_is_read_and_leaves_a_bounded_trace(door: Door) -> None:
    forged = {**door.amazon.message(bounced("x")), "Signature": "A" * 344}
    answers = [door.post(forged, by=FORGER) for _ in range(MOST + 180)]
    assert [one.status_code for one in answers] == [403] * MOST + [429] * 180
    assert {(one.text, one.headers["retry-after"]) for one in answers[MOST:]} == {("not heard\n", "60")}
    assert door.amazon.asked == [forged["SigningCertURL"]], "one certificate was fetched for all of them"
    assert door.rows() == (MOST, 0)
    wrote = door.wrote
    # Not even a body is read: one that is no JSON, one too long, gets the same answer.
    assert {door.post(body, by=FORGER).status_code for body in (b"not json", b"x" * (MOST_BYTES + 1))} == {429}
    assert door.wrote == wrote
    # Nobody else waits for it, and its own place is heard again after the window.
    assert door.post(door.real(1), by=SNS).status_code == 200
    assert door.posted.barred(ADA) is SuppressionReason.HARD_BOUNCE
    door.now = NOW + WINDOW
    assert door.post(forged, by=FORGER).status_code == 403


def test_forged_posts_that_name_ever_new_certificates_have_few_of_them_fetched(door: Door) -> None:
    host = "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-"
    for number in range(100):
        forged = {**door.amazon.message(bounced("x")), "Signature": "A" * 344, "SigningCertURL": f"{host}{number:032x}.pem"}
        assert door.post(forged, by=FORGER).status_code in {403, 429, 503}
    assert len(door.amazon.asked) <= 6
    # One whose signature is none costs no fetch at all.
    asked = len(door.amazon.asked)
    assert door.post({**door.amazon.message(bounced("x")), "Signature": "AAAA"}, by="203.0.113.67").status_code == 403
    assert len(door.amazon.asked) == asked


def test_a_burst_of_hundreds_of_true_notices_is_taken_in_and_counts_against_nobody(door: Door) -> None:
    messages = [door.real(number, to=(ADA, BOB)[number % 2]) for number in range(400)]
    with ThreadPoolExecutor(8) as many:
        codes = list(many.map(lambda message: door.post(message, by=SNS).status_code, messages))
    assert codes == [200] * 400
    assert door.rows() == (0, 400)
    assert len(door.amazon.asked) == 1
    assert (door.posted.barred(ADA), door.posted.barred(BOB)) == (SuppressionReason.HARD_BOUNCE, SuppressionReason.HARD_BOUNCE)


def test_a_provider_whose_place_others_forge_from_opens_it_again_with_its_first_true_post(door: Door) -> None:
    # SNS posts for whoever asks it to: forged topics come from the same addresses as ours.
    foreign = door.amazon.message(bounced("x"), TopicArn="arn:aws:sns:eu-west-1:999999999999:other")
    for _ in range(MOST):
        door.post(foreign, by=SNS)
    assert door.post(door.real(1), by=SNS).status_code == 429
    door.now += TRY_EVERY
    assert door.post(door.real(1), by=SNS).status_code == 200
    codes = [door.post(door.real(number), by=SNS).status_code for number in range(2, 40)]
    assert codes == [200] * 38
    assert door.rows() == (0, 39)
    # A try that is forged leaves it shut.
    for _ in range(MOST):
        door.post(foreign, by=SNS)
    door.now += TRY_EVERY
    assert [door.post(one, by=SNS).status_code for one in (foreign, door.real(99))] == [403, 429]


def test_a_wrong_password_and_a_body_beyond_any_provider_s_are_counted_as_well(door: Door) -> None:
    bounce = {"RecordType": "Bounce", "Type": "HardBounce", "ID": 7, "Email": ADA}
    codes = [door.post(bounce, by=FORGER, to="postmark", auth=("postmark", "guess")).status_code for _ in range(MOST - 1)]
    codes += [door.post(b"x" * (MOST_BYTES + 1), by=FORGER, to="postmark").status_code]
    assert codes == [403] * (MOST - 1) + [413]
    assert door.post(bounce, by=FORGER, to="postmark", auth=LOGIN).status_code == 429
    assert door.post(bounce, by=SNS, to="postmark", auth=LOGIN).status_code == 200


def test_a_flood_while_the_database_is_away_is_no_load_on_it_and_is_turned_away_as_well(
    served: Served, free_port: int, tmp_path: Path
) -> None:
    nowhere = f"postgresql+psycopg://digest@127.0.0.1:{free_port}/digest"
    runtime = Runtime(Settings(state=tmp_path, secret=KEY.decode(), database_url=nowhere, postmark_login=":".join(LOGIN)))
    runtime.__dict__["press"] = served.press
    now = [NOW]
    served.app = create_app(runtime, clock=lambda: now[0])
    url = f"http://127.0.0.1:{served.port}/hooks/postmark"
    codes = [httpx.post(url, json={}, auth=("postmark", "guess"), timeout=60, verify=NO_TLS).status_code for _ in range(5)]
    # Each of them would have asked for a connection.
    assert codes == [403, 429, 429, 429, 429]
    now[0] += timedelta(seconds=6)
    assert httpx.post(url, json={}, auth=("postmark", "guess"), timeout=60, verify=NO_TLS).status_code == 403
    del runtime.__dict__["press"]
    runtime.close()
