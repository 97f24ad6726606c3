"""Feeds without end, each read in a process of its own: prints name, seconds and megabytes; `python -m tests.gather.endless`."""

import os
import sys
import time
from contextlib import suppress

from digest.errors import NotReadable
from digest.gather.feed import parse_feed
from tests.memory import peak

MOST = 10 * 1024 * 1024
# What comes first, and what comes again and again up to ten megabytes.
ENDLESS = {
    "items": ("", "<item><title>a</title></item>"),
    "categories": ("<item>", "<category>c</category>"),
    "tags": ("", "<a>"),
    "less than": ("<item><title>", "<"),
    "ampersands": ("<item><title>", "&"),
    "quotes": ("<item><title>", '<a "'),
    "comments": ("<item><description>", "&lt;!--"),
    "scripts": ("<item><description>", "&lt;script&gt;"),
    "paragraphs": ("<item><description>", "&lt;p&gt;word"),
    "pictures": ("<item><description>", "&lt;img "),
    "sections": ("<item><title>", "<![CDATA["),
    "attributes": ("<item><a ", 'b="c" '),
    "prefixes": ("", "<x%d:a/>"),
    "bylines": ("<item><author>", "(a@"),
    "dates": ("<item><pubDate>", "2 "),
    "doctypes": ("", "<!DOCTYPE x ["),
}


def body(name: str) -> bytes:
    """Return the feed of this name."""
    start, piece = ENDLESS[name]
    count = MOST // len(piece)
    many = "".join(piece % number for number in range(count)) if "%d" in piece else piece * count
    return f"<rss version='2.0'><channel>{start}{many}"[:MOST].encode()


def main() -> None:
    """Fork for each feed: what one takes is not laid to the next."""
    for name in ENDLESS:
        if (child := os.fork()) == 0:
            feed = body(name)
            started = time.process_time()
            with suppress(NotReadable):
                parse_feed(feed, "https://lantern.example/feed")
            sys.stdout.write(f"{name}\t{time.process_time() - started:.2f}\t{peak():.0f}\n")
            sys.stdout.flush()
            os._exit(0)
        if os.waitpid(child, 0)[1]:
            sys.exit(f"{name}: the process died")


if __name__ == "__main__":
    main()
