"""Feeds that other projects test with, field by field against what those projects say of them."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from digest.gather.read import read_bytes
from digest.gather.report import reading_json

Material = Callable[[str], Path]


def test_podcasts_have_the_titles_that_podcastparser_says(material: Material) -> None:
    folder = material("podcastparser") / "tests" / "data"
    seen = 0
    for path in sorted(folder.glob("*.rss")):
        said = json.loads(path.with_suffix(".json").read_text("utf-8"))
        result = reading_json(read_bytes(path.read_bytes(), "file://example.com/feed.xml", "feed", datetime(2030, 1, 1, tzinfo=UTC)))
        feed, entries = result["feed"], result["entries"]
        assert isinstance(feed, dict)
        assert isinstance(entries, list)
        if feed["title"]:  # podcastparser takes the file's name where a feed has none
            assert feed["title"] == " ".join(said["title"].split()), path.name
        seen += len(entries)
    assert seen > 40
