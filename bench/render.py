"""A mail compiled against npm's mjml, a personal message spliced against Python's email package; `./run bench render`.

Without Node and npm (Debian: nodejs, npm) the first case is left out, and stderr says so.
"""

import json
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from itertools import cycle
from pathlib import Path

import psutil

from bench import npm_mjml
from digest.compose.draft import lay_out
from digest.compose.plan import Offer
from digest.deliver.message import Splicer
from digest.model.source import KeptEntry
from digest.model.story import Story
from digest.render.email import render_edition
from digest.render.fill import fill_html, fill_text
from digest.render.mjml import MjmlCompiler
from digest.render.places import template_roots
from digest.render.press import open_press
from digest.render.specimen import specimen_newsletter, specimens
from tests.flows.newsroom import NEWSLETTER, week

ROUNDS = 5


def rate(*acts: Callable[[], object], seconds: float = 0.6) -> list[float]:
    """Return how often a second each act runs, the best of the rounds; they take turns, because the machine is shared."""
    best = [0.0] * len(acts)
    for _ in range(ROUNDS):
        for place, act in enumerate(acts):
            count, started = 0, time.perf_counter()
            while (spent := time.perf_counter() - started) < seconds:
                act()
                count += 1
            best[place] = max(best[place], count / spent)
    return best


def compile_case(mjml: str) -> dict[str, object] | None:
    """Compile the edition's MJML in the warm child, pipes and all, against npm's mjml warm in its own process."""
    if not npm_mjml.installed():
        sys.stderr.write("bench: no node or npm here, so there is nothing to measure the compiler against\n")
        return None
    with tempfile.TemporaryDirectory() as folder, MjmlCompiler() as compiler:
        source = Path(folder) / "edition.mjml"
        source.write_text(mjml, "utf-8")
        compiler.compile(mjml)
        turns = [(npm_mjml.rate(source), *rate(lambda: compiler.compile(mjml))) for _ in range(2)]
        reference, figure = (max(one) for one in zip(*turns, strict=True))
    return case("compile 9 + 6, child included", "compiles/s", (figure, reference, "npm mjml 4.18"))


def case(name: str, unit: str, measured: tuple[float, float, str]) -> dict[str, object]:
    """Return one case: figure, reference and the reference's name in `measured`."""
    figure, reference, reference_name = measured
    ratio = round(figure / reference, 2 if unit == "MB" else 1)
    told = {"case": name, "figure": round(figure), "unit": unit, "reference": round(reference)}
    return told | {"reference_name": reference_name, "ratio": ratio}


def memory_case(splicer: Splicer, values: dict[str, str]) -> dict[str, object]:
    """Return what the process holds after a million messages to a million addresses, against what it held after a thousand."""
    process = psutil.Process()

    def send(first: int, last: int) -> float:
        for number in range(first, last):
            splicer.splice(values | {"to": f"r{number}@example.net", "message_id": f"<{number}@review.example.org>"})
        return float(process.memory_info().rss) / 1e6

    early = send(0, 1_000)
    return case("memory after 1,000,000 messages", "MB", (send(1_000, 1_000_000), early, "after 1,000"))


def main() -> None:
    """Measure and print one JSON object."""
    now = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    kept = [KeptEntry(id=number, source_id="review", first_seen=now, entry=entry) for number, entry in enumerate(week(now))]
    offer = Offer(stories=[Story(tellings=(one,)) for one in kept], sources={})
    edition = lay_out(NEWSLETTER, 1, now + timedelta(days=5), offer).edition
    with open_press(template_roots(), "https://news.example.org") as press:
        rendered = render_edition(press, edition, NEWSLETTER)
    values = {
        "to": "reader@example.net",
        "address": "reader@example.net",
        "name": "Reader",
        "message_id": "<1-1-abc@review.example.org>",
        "date": "Sat, 28 Nov 2026 06:00:00 +0000",
        "unsubscribe_url": "https://news.example.org/u/1-1-abcdefghijklmnop",
        "preferences_url": "https://news.example.org/p/1-1-abcdefghijklmnop",
        "browser_url": "https://news.example.org/v/1-1-abcdefghijklmnop",
    }
    splicer = Splicer(rendered)
    headers = BytesParser(policy=policy.default).parsebytes(splicer.splice(values)).items()

    def build() -> bytes:
        message = EmailMessage(policy=policy.SMTP)
        for name, value in headers:
            if not name.lower().startswith(("content-", "mime-")):
                message[name] = value
        message.set_content(fill_text(rendered, values), cte="quoted-printable")
        message.add_alternative(fill_html(rendered, values), subtype="html", cte="quoted-printable")
        return message.as_bytes()

    with open_press(template_roots(), "https://news.example.org") as press:
        optional = replace(NEWSLETTER, plan=tuple(replace(one, optional=one.key != "lead") for one in NEWSLETTER.plan))
        choosing = Splicer(render_edition(press, edition, optional))
        named = Splicer(render_edition(press, replace(edition, subject=f"{{name|Reader}}: {edition.subject}"), NEWSLETTER))
    choices = cycle([frozenset[str](), frozenset({"briefs"}), frozenset({"articles", "briefs"})])
    readers = cycle([values | {"name": name} for name in ("Reader", "Mira Okonjo", "José Ñandú", "")])
    figure, reference, chosen, greeted = rate(
        lambda: splicer.splice(values), build, lambda: choosing.splice(values, next(choices)), lambda: named.splice(next(readers))
    )
    spliced = (figure, reference, "email.message.EmailMessage")
    with open_press(template_roots(), "https://news.example.org") as press:
        normal = render_edition(press, specimens()["normal"], specimen_newsletter()).mjml
    cases = [
        compile_case(normal),
        case(f"splice {len(splicer.splice(values)) / 1000:.0f} KB", "messages/s", spliced),
        case("splice by readers' choices of sections", "messages/s", (chosen, reference, "email.message.EmailMessage of all")),
        case("splice with readers' names in the subject", "messages/s", (greeted, reference, "email.message.EmailMessage without")),
        memory_case(splicer, values),
    ]
    print(json.dumps({"name": "render", "cases": [one for one in cases if one is not None]}))


if __name__ == "__main__":
    main()
