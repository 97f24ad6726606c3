"""Sources that an edition depends on and that do not give what they should are findings before it goes."""

from datetime import timedelta

from digest.flows import following, previewing
from digest.model.edition import Finding
from digest.model.source import Entry
from digest.store import entries, sources
from tests.flows.newsroom import Newsroom


def silent(newsroom: Newsroom, edition_id: int) -> list[Finding]:
    seen = previewing.preview(newsroom.database, newsroom.press, edition_id, now=newsroom.now)
    return [one for one in seen.findings if one.code == "silent_source"]


def test_a_source_that_is_read_well_is_no_finding(newsroom: Newsroom) -> None:
    record = newsroom.draft()
    with newsroom.database.writing() as session:
        sources.well(session, sources.get(session, "review"), due=newsroom.now, now=newsroom.now)
    assert silent(newsroom, record.id) == []


def test_a_paused_source_is_a_finding_with_who_and_why(newsroom: Newsroom) -> None:
    record = newsroom.draft()
    following.pause(newsroom.database, "review", who="Nadia", now=newsroom.now, why="their server is being moved")
    (found,) = silent(newsroom, record.id)
    assert "The Review" in found.message
    assert "Nadia paused it: their server is being moved." in found.remedy


def test_a_source_that_nobody_visited_since_yesterday_is_a_finding(newsroom: Newsroom) -> None:
    record = newsroom.draft()
    with newsroom.database.writing() as session:
        sources.well(session, sources.get(session, "review"), due=newsroom.now, now=newsroom.now - timedelta(hours=25))
    (found,) = silent(newsroom, record.id)
    assert "not visited since" in found.remedy


def test_a_source_that_gives_nothing_for_far_longer_than_usual_is_a_finding(newsroom: Newsroom) -> None:
    record = newsroom.draft()
    moment = newsroom.now + timedelta(days=9)
    with newsroom.database.writing() as session:
        sources.well(session, sources.get(session, "review"), due=moment, now=moment)
        more = [Entry(guid=f"old{day}", url=None, title=f"Day {day}", published=newsroom.now - timedelta(days=day)) for day in range(3, 9)]
        entries.keep(session, "review", more, now=newsroom.now)
    seen = previewing.preview(newsroom.database, newsroom.press, record.id, now=moment)
    (found,) = [one for one in seen.findings if one.code == "silent_source"]
    assert "gave nothing new for 9 days" in found.remedy
