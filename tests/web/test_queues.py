"""The page of the queues: what the door's function says, and what is said where it fails."""

from datetime import timedelta

from digest.model.ops import QueueDepth, QueueStatus, WorkerSeen
from digest.web.app import create_app
from tests.web.newsroom import NOW, Desk, Served


def test_the_queues_are_shown_to_whoever_is_signed_in(desk: Desk, served: Served) -> None:
    status = QueueStatus(
        at=NOW,
        queues=(QueueDepth(name="gather", depth=0, oldest=None), QueueDepth(name="deliver", depth=1_204, oldest=3.25)),
        workers=(WorkerSeen(name="worker@desk", heard=NOW, active=("deliver.chunk",)),),
        last_tick=NOW - timedelta(minutes=2),
    )
    served.app = create_app(desk.runtime, lambda: status, clock=lambda: desk.now)
    assert desk.client(None).get("/queues").status_code == 303
    page = desk.client().get("/queues").text
    for words in ("1,204", "3.2 s", "worker@desk", "deliver.chunk", "Beat last ticked 2 min ago"):
        assert words in page, words
    assert 'href="/queues"' in desk.client().get("/").text


def test_a_broker_that_does_not_answer_is_said_and_takes_no_other_page_along(desk: Desk, served: Served) -> None:
    def fails() -> QueueStatus:
        raise ConnectionError("nobody listens")

    served.app = create_app(desk.runtime, fails, clock=lambda: desk.now)
    page = desk.client().get("/queues")
    assert page.status_code == 503
    assert "The broker does not answer." in page.text
    assert desk.client().get("/").status_code == 200
