"""A personal message: spliced from the frozen mail, against building the same with Python's email package; `./run bench render`."""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser

from digest.compose.draft import lay_out
from digest.compose.plan import Offer
from digest.deliver.message import Splicer
from digest.model.source import KeptEntry
from digest.model.story import Story
from digest.render.email import render_edition
from digest.render.fill import fill_html, fill_text
from digest.render.places import template_roots
from digest.render.press import open_press
from tests.flows.newsroom import NEWSLETTER, week

ROUNDS = 3


def rate(act: Callable[[], object], *, seconds: float = 1.0) -> float:
    """Return how often a second `act` runs, the best of three rounds: the machine is shared."""
    best = 0.0
    for _ in range(ROUNDS):
        count, started = 0, time.perf_counter()
        while (spent := time.perf_counter() - started) < seconds:
            act()
            count += 1
        best = max(best, count / spent)
    return best


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

    figure, reference = rate(lambda: splicer.splice(values)), rate(build)
    case = {
        "case": f"splice {len(splicer.splice(values)) / 1000:.0f} KB",
        "figure": round(figure),
        "unit": "messages/s",
        "reference": round(reference),
        "reference_name": "email.message.EmailMessage",
        "ratio": round(figure / reference, 1),
    }
    print(json.dumps({"name": "render", "cases": [case]}))


if __name__ == "__main__":
    main()
