"""What the tests of this room share: a loopback server that answers as told, and short readers."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from digest.gather.read import read_bytes
from digest.gather.report import reading_json
from tests.loopback import Answers, loopback

Json = dict[str, object]
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def server() -> Iterator[Answers]:
    with loopback() as answers:
        yield answers


@pytest.fixture
def read() -> Callable[..., Json]:
    def reader(source: str | bytes, kind: str | None = None, url: str = "https://lantern.example/harbour/pier") -> Json:
        body = source.encode() if isinstance(source, str) else source
        return reading_json(read_bytes(body, url, kind, NOW))

    return reader
