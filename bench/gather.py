"""Polls that answer 304: our guarded fetch, and the whole flow with its database, against bare httpx; `./run bench gather`.

Everything is sync and has the same number of threads and kept connections, against the same server: a process of its own that
answers from an event loop without parsing more than it must.
"""

import asyncio
import json
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx

from digest.flows.gathering import Visit, gather_source
from digest.gather.fetch import Fetcher, FetchRequest
from digest.log import configure_log
from digest.model.source import Source
from digest.store import open_database, sources
from digest.store.migrate import upgrade

THREADS = 16  # what a fetcher keeps open, and what the turns let be under way at once
ROUNDS = 5
SECONDS = 1.0
MODIFIED = "Mon, 02 Nov 2026 10:00:00 GMT"
ANSWER = b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\nCache-Control: max-age=900\r\nDate: Mon, 23 Nov 2026 09:00:00 GMT\r\n\r\n'


class _Server(asyncio.Protocol):
    """Answers each request with 304."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.rest = b""

    def data_received(self, data: bytes) -> None:
        *whole, self.rest = (self.rest + data).split(b"\r\n\r\n")
        assert isinstance(self.transport, asyncio.Transport)
        self.transport.write(ANSWER * len(whole))


async def _serve() -> None:
    server = await asyncio.get_running_loop().create_server(_Server, "127.0.0.1", 0, backlog=256)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


@contextmanager
def serving() -> Iterator[str]:
    """Run the server in a process of its own; its address, without a slash at its end."""
    process = subprocess.Popen([sys.executable, "-m", "bench.gather", "serve"], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
    finally:
        process.terminate()
        process.wait(10)


def rate(act: Callable[[int], object], *, seconds: float = SECONDS) -> float:
    """Return how many `act` (given its thread's number) all threads do in a second."""
    until = time.perf_counter() + seconds
    done = [0] * THREADS

    def work(number: int) -> None:
        while time.perf_counter() < until:
            act(number)
            done[number] += 1

    threads = [threading.Thread(target=work, args=(number,)) for number in range(THREADS)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done) / (time.perf_counter() - began)


def bare(base: str) -> tuple[httpx.Client, Callable[[int], object]]:
    """Bare sync httpx: one client that all threads share, with the headers of a conditional request."""
    client = httpx.Client(limits=httpx.Limits(max_connections=THREADS, max_keepalive_connections=THREADS))
    headers = {"If-None-Match": '"1"', "If-Modified-Since": MODIFIED}
    return client, lambda _: client.get(f"{base}/feed", headers=headers)


def flow(base: str, folder: Path, fetcher: Fetcher) -> Callable[[int], object]:
    """The whole visit: taken in hand, fetched, noted well, given back; a source a thread, so that none waits for another's turn."""
    database = open_database(f"sqlite:///{folder / 'digest.db'}")
    upgrade(database)
    now = datetime.now(UTC)
    for number in range(THREADS):
        source = Source(id=f"s{number}", name="", url=f"{base}/{number}", allow_private=True, pace=0.0, follow=False)
        with database.writing() as session:
            sources.keep(session, source, now=now)
            health = sources.get(session, source.id)
            sources.well(session, replace(health, etag='"1"', last_modified=MODIFIED, validated=source.url), due=now, now=now)
    visit = Visit(fetcher=fetcher, clock=lambda: datetime.now(UTC), interval=timedelta(minutes=15))
    return lambda number: gather_source(database, visit, f"s{number}")


def main() -> None:
    """Measure both sides in turns, so that a noisy moment hits both, and print one JSON object."""
    configure_log("json")
    folder = Path(tempfile.mkdtemp(prefix="bench-gather-"))
    try:
        with serving() as base, closing(Fetcher("bench/1")) as fetcher:
            client, reference = bare(base)
            request = FetchRequest(url=f"{base}/feed", etag='"1"', last_modified=MODIFIED, allow_private=True)
            acts = {"304 polls": lambda _: fetcher.fetch(request), "304 visits with SQLite": flow(base, folder, fetcher)}
            best = dict.fromkeys([*acts, "httpx"], 0.0)
            for _ in range(ROUNDS):
                best["httpx"] = max(best["httpx"], rate(reference))
                for name, act in acts.items():
                    best[name] = max(best[name], rate(act))
            client.close()
    finally:
        shutil.rmtree(folder)
    cases = [
        {
            "case": f"{name}, {THREADS} threads",
            "figure": round(best[name]),
            "unit": "polls/s",
            "reference": round(best["httpx"]),
            "reference_name": "httpx.Client.get",
            "ratio": round(best[name] / best["httpx"], 2),
        }
        for name in acts
    ]
    print(json.dumps({"name": "gather", "cases": cases}))


if __name__ == "__main__":
    if sys.argv[1:] == ["serve"]:
        asyncio.run(_serve())
    else:
        main()
