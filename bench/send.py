"""Sending against Postfix's C load generator `smtp-source`, into its `smtp-sink`, in the same run; `./run bench send`.

Three rounds, the median of each. Needs Debian's package postfix for the two programs; nothing of it runs as a service.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from digest.deliver.dkim import Signer, make_key
from digest.deliver.message import Splicer
from digest.deliver.relay import read_relay
from digest.deliver.smtp import SmtpTransport
from digest.deliver.transport import Envelope, Offer
from digest.model.mailing import MailingState, Piece, Rendered
from tests.faults.theatre import Theatre, theatre
from tests.processes import free_port_of_loopback, wait_until

ROUNDS = 3
MESSAGES = 6_000
PROCESSES = 2
LANES = 4
LINK = "https://news.example.org/u/1-1-abcdefghijklmnop"


def mail(size: int) -> Rendered:
    """Return a mail of about `size` bytes with the slots that ours have."""
    filler = ("x" * 74 + "=\r\n") * (size // 2 // 77)
    pieces = (
        Piece(literal="From: The Review <desk@review.example.org>\r\nTo: "),
        Piece(slot="to", encoding="header"),
        Piece(literal="\r\nSubject: Measured\r\nMessage-ID: "),
        Piece(slot="message_id", encoding="header"),
        Piece(literal="\r\nList-Unsubscribe: <"),
        Piece(slot="unsubscribe_url", encoding="header"),
        Piece(literal=f">\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n\r\n{filler}"),
        Piece(slot="unsubscribe_url", encoding="text"),
        Piece(literal=f"=\r\n{filler}"),
        Piece(slot="unsubscribe_url", encoding="html"),
        Piece(literal="=\r\nend\r\n"),
    )
    return Rendered(sha256="0" * 64, subject="Measured", preheader="", mjml="", html="", text="", marker="", pieces=pieces)


def source(port: int, size: int) -> float:
    """Return the messages a second of smtp-source, over ten connections."""
    command = ["smtp-source", "-d", "-s", "10", "-m", str(MESSAGES), "-l", str(size), "-f", "a@b.example", "-t", "c@d.example"]
    began = time.perf_counter()
    subprocess.run([*command, f"127.0.0.1:{port}"], check=True)
    return MESSAGES / (time.perf_counter() - began)


def transport(port: int, rendered: Rendered, signer: Signer | None) -> float:
    """Return the messages a second of two processes with four lanes each, without Celery and ledger."""
    began = time.perf_counter()
    children = []
    for _ in range(PROCESSES):
        child = os.fork()
        if child == 0:
            _carry(port, Splicer(rendered, signer))
            os._exit(0)
        children.append(child)
    if any(os.waitpid(child, 0)[1] for child in children):
        raise SystemExit("a sending process failed")
    return MESSAGES / (time.perf_counter() - began)


def _carry(port: int, splicer: Splicer) -> None:
    relay = SmtpTransport(read_relay(f"smtp+plain://127.0.0.1:{port}?connections={LANES}&messages=100000"))
    sent = sum(1 for _ in relay.carry(_offers(splicer)))
    relay.close()
    if sent != MESSAGES // PROCESSES:
        os._exit(1)


def _offers(splicer: Splicer) -> Iterator[Offer]:
    for number in range(MESSAGES // PROCESSES):
        address = f"reader{number}@example.net"
        values = {"to": address, "message_id": f"<7-{number}-abc@review.example.org>", "unsubscribe_url": f"{LINK}{number}"}
        yield Offer(number, Envelope(return_path=f"bounce+7-{number}-abc@review.example.org", recipient=address), splicer.splice(values))


def whole(stage: Theatre, rendered: Rendered) -> float:
    """Return the messages a second from opening a mailing to its end: Celery, ledger, journal, tokens and return paths."""
    began = time.perf_counter()
    mailing_id = stage.open_mailing(rendered, chunk=500)
    wait_until(lambda: stage.state(mailing_id) is MailingState.DONE, seconds=300, why="the mailing is done", log=stage.log)
    return MESSAGES / (time.perf_counter() - began)


def compared(name: str, port: int, size: int, ours: Callable[[], float]) -> dict[str, object]:
    """Measure ours and the reference in turn and return the medians as a case."""
    pairs = [(source(port, size), ours()) for _ in range(ROUNDS)]
    reference, figure = (statistics.median(rate) for rate in zip(*pairs, strict=True))
    return {
        "case": name,
        "figure": round(figure),
        "unit": "messages/s",
        "reference": round(reference),
        "reference_name": "smtp-source -d -s 10",
        "ratio": round(statistics.median(mine / theirs for theirs, mine in pairs), 2),
    }


def sink_command(port: int) -> list[str]:
    """Return how smtp-sink is started; as root it wants to be somebody else."""
    user = ["-u", "nobody"] if os.geteuid() == 0 else []
    return ["smtp-sink", *user, f"127.0.0.1:{port}", "1000"]


@contextmanager
def sink() -> Iterator[int]:
    """Run smtp-sink on a free port of loopback."""
    port = free_port_of_loopback()
    process = subprocess.Popen(sink_command(port))
    time.sleep(0.5)
    try:
        yield port
    finally:
        process.terminate()
        process.wait()


def main() -> None:
    """Measure and print one JSON object."""
    if shutil.which("smtp-sink") is None or shutil.which("smtp-source") is None:
        sys.exit("bench send: needs smtp-sink and smtp-source; install Debian's package postfix")
    cases = []
    keys = {"Ed25519": make_key("review.example.org", "e1", ed25519_key=True), "RSA-2048": make_key("review.example.org", "r1")}
    with sink() as port:
        sizes = (53_000, 12_000)
        cases += [compared(f"transport, {size // 1000} KB", port, size, partial(transport, port, mail(size), None)) for size in sizes]
        for name, key in keys.items():
            cases.append(compared(f"transport, 53 KB, {name}", port, 53_000, partial(transport, port, mail(53_000), Signer((key,)))))
    for kind in ("postgresql", "sqlite"):
        port = free_port_of_loopback()
        with theatre(kind, readers=MESSAGES, port=port, relay=sink_command(port), connections=LANES, workers=1) as stage:
            whole(stage, mail(12_000))
            cases += [compared(f"whole, {kind}, {size // 1000} KB", port, size, partial(whole, stage, mail(size))) for size in sizes]
    print(json.dumps({"name": "send", "cases": cases}))


if __name__ == "__main__":
    main()
