import http.client
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest

from digest.demo.outlet import Outlet

# Long past, so that what reads the outlet believes its dates on whichever day the tests run.
NOW = datetime(2020, 11, 28, 6, 0, 30, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes


Ask = Callable[..., Answer]


@pytest.fixture(scope="session")
def now() -> datetime:
    return NOW


@pytest.fixture(scope="session")
def outlet() -> Iterator[Outlet]:
    with Outlet(NOW) as running:
        yield running


@pytest.fixture(scope="session")
def ask() -> Ask:
    def ask(url: str, method: str = "GET", headers: Mapping[str, str] | None = None) -> Answer:
        parts = urlsplit(url)
        assert parts.hostname == "127.0.0.1"
        connection = http.client.HTTPConnection("127.0.0.1", parts.port or 80, timeout=10)
        try:
            connection.request(method, f"{parts.path}?{parts.query}" if parts.query else parts.path, headers=dict(headers or {}))
            response = connection.getresponse()
            return Answer(status=response.status, headers=dict(response.getheaders()), body=response.read())
        finally:
            connection.close()

    return ask
