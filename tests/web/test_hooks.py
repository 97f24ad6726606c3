"""Providers post from anywhere: what proves itself has acted when 200 is said; everything else learns nothing and changes nothing."""

import json
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from digest.errors import FetchError
from digest.gather.fetch import Fetched, FetchRequest
from digest.inbound.provider import MOST_BYTES
from digest.model.subscriber import SuppressionReason
from digest.runtime import Runtime
from digest.settings import Settings
from digest.web.app import create_app
from tests.flows.newsroom import NOW
from tests.flows.newsroom import SECRET as KEY
from tests.flows.posted import Posted
from tests.inbound.amazon import TOPIC, Amazon, bounced
from tests.web.newsroom import NO_TLS, Served

ADA = "ada@one.example"
FROM_AMAZON = {
    "content-type": "text/plain; charset=UTF-8",
    "user-agent": "Amazon Simple Notification Service Agent",
    "origin": "https://evil.example",
}


class Internet:
    """What the guarded fetch gives: SNS's certificate."""

    def __init__(self, amazon: Amazon) -> None:
        self.amazon = amazon
        self.away = False

    def fetch(self, request: FetchRequest) -> Fetched:
        if self.away:
            raise FetchError("away")
        body = self.amazon.fetch(request.url)
        return Fetched(url=request.url, status=200, body=body, content_type=None, etag=None, last_modified=None, not_modified=False)

    def close(self) -> None:
        pass


@pytest.fixture
def amazon() -> Amazon:
    return Amazon(now=NOW)


@pytest.fixture
def internet(amazon: Amazon) -> Internet:
    return Internet(amazon)


@pytest.fixture
def posted(served: Served, tmp_path: Path, sqlite_template: Path, internet: Internet) -> Iterator[Posted]:
    shutil.copy(sqlite_template, tmp_path / "digest.db")
    runtime = Runtime(Settings(state=tmp_path, secret=KEY.decode(), web_port=served.port, ses_topics=f"{TOPIC}, arn:aws:sns:x:1:other"))
    runtime.__dict__["press"] = served.press
    runtime.__dict__["fetcher"] = internet
    served.app = create_app(runtime, clock=lambda: NOW)
    made = Posted(database=runtime.database)
    made.begin([ADA], now=NOW - timedelta(weeks=8))
    yield made
    del runtime.__dict__["press"]
    runtime.close()


def post(served: Served, message: object, *, to: str = "ses") -> httpx.Response:
    body = message if isinstance(message, bytes) else json.dumps(message).encode()
    return httpx.post(f"http://127.0.0.1:{served.port}/hooks/{to}", content=body, headers=FROM_AMAZON, timeout=60, verify=NO_TLS)


def test_a_bounce_is_committed_when_200_is_said_and_its_replay_changes_nothing(posted: Posted, served: Served, amazon: Amazon) -> None:
    message = amazon.message(bounced(posted.path(posted.send(NOW), ADA)))
    answer = post(served, message)
    assert (answer.status_code, answer.text, answer.headers.get("set-cookie")) == (200, "taken in\n", None)
    assert posted.barred(ADA) is SuppressionReason.HARD_BOUNCE
    before = posted.state()
    # SNS delivers at least once: what is known already is no error.
    assert post(served, message).status_code == 200
    assert posted.state() == before


def test_what_does_not_prove_itself_learns_nothing_and_changes_nothing(posted: Posted, served: Served, amazon: Amazon) -> None:
    path = posted.path(posted.send(NOW), ADA)
    before = posted.state()
    for message in (
        amazon.message(bounced(path)) | {"Signature": "AAAA"},
        amazon.message(bounced(path), TopicArn="arn:aws:sns:eu-west-1:999999999999:other"),
        amazon.message(bounced(path), Timestamp="2020-11-20T09:00:00.000Z"),
        Amazon(now=NOW).message(bounced(path)),
        {},
    ):
        answer = post(served, message)
        assert (answer.status_code, answer.text) == (403, "refused\n")
    for body in (b"", b"not json", b"\xff"):
        answer = post(served, body)
        assert (answer.status_code, answer.text) == (400, "not understood\n")
    assert posted.state() == before


def test_a_certificate_that_cannot_be_had_now_has_the_provider_come_again(
    posted: Posted, served: Served, amazon: Amazon, internet: Internet
) -> None:
    message = amazon.message(bounced(posted.path(posted.send(NOW), ADA)))
    internet.away = True
    answer = post(served, message)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "60")
    internet.away = False
    assert post(served, message).status_code == 200
    assert posted.barred(ADA) is SuppressionReason.HARD_BOUNCE


def test_a_body_beyond_any_provider_s_is_refused_and_one_of_a_full_message_is_not(posted: Posted, served: Served, amazon: Amazon) -> None:
    assert post(served, b"x" * (MOST_BYTES + 1)).status_code == 413
    told = bounced(posted.path(posted.send(NOW), ADA)) | {"filler": "x" * 250_000}
    assert post(served, amazon.message(told)).status_code == 200


def test_a_provider_that_is_not_set_up_has_no_address_and_get_shows_nothing(posted: Posted, served: Served) -> None:
    assert posted.ids
    assert post(served, b"{}", to="sendgrid").status_code == 404
    assert httpx.get(f"http://127.0.0.1:{served.port}/hooks/ses").status_code == 405
    assert post(served, b"{}", to="ses/more").status_code in (403, 404)
