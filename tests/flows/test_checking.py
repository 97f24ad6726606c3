"""Checks that ask and remember: links once and by turns, overrides bound to what they were said of, what ran before."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest

from digest.compose import edit
from digest.errors import InputError, NotYet, RefusedError
from digest.flows import checking, correcting, editing, previewing, pruning
from digest.flows.checking import Answer, Round
from digest.gather.fetch import Fetcher
from digest.gather.turns import FreeTurns, Turn
from digest.model.edition import Article, Brief, EditionRecord, EditionState, Finding, SourceRef
from digest.model.facts import LinkHealth, LinkState
from digest.model.source import Source
from digest.store import acts, editions, link_checks, newsletters, sources
from tests.flows.newsroom import NEWSLETTER, Newsroom
from tests.loopback import Answers, loopback


@pytest.fixture
def server() -> Iterator[Answers]:
    with loopback() as answers:
        yield answers


@pytest.fixture
def fetcher() -> Iterator[Fetcher]:
    with closing(Fetcher("digest-test/1", connect=30, read=30, whole=60)) as opened:
        yield opened


def findings(newsroom: Newsroom, record: EditionRecord, code: str) -> list[Finding]:
    seen = previewing.preview(newsroom.database, newsroom.press, record.id, now=newsroom.now)
    return [one for one in seen.findings if one.code == code]


def corrected(newsroom: Newsroom, record: EditionRecord, move: correcting.Move) -> EditionRecord:
    state = EditionState(record.state)
    correction = correcting.Correction(
        edition_id=record.id, revision=record.revision, state=state, who="Nadia", at=newsroom.now, why="test"
    )
    return correcting.correct(newsroom.database, correction, move)


def led_to(newsroom: Newsroom, server: Answers) -> EditionRecord:
    """A draft all of whose links lead to the loopback server, where a source of the house may stand."""
    record = newsroom.draft()
    with newsroom.database.writing() as session:
        sources.keep(session, Source(id="own", name="Own", url=f"{server.base}/feed", allow_private=True, pace=0), now=newsroom.now)
        edition = editions.content(session, record.id, record.revision)
    at = [0]

    def here(item: object) -> object:
        at[0] += 1
        if isinstance(item, Article):
            server.by_path[f"/piece/{at[0]}"] = (200, {}, b"")
            return replace(item, url=f"{server.base}/piece/{at[0]}", image=None)
        if isinstance(item, Brief):
            return replace(item, sources=(SourceRef(name="Own", url=f"{server.base}/piece/1"),))
        return item

    moved = replace(edition, sections=tuple(replace(one, items=tuple(map(here, one.items))) for one in edition.sections))  # type: ignore[arg-type]  # items stay items
    return corrected(newsroom, record, lambda _: moved)


def asking(newsroom: Newsroom, fetcher: Fetcher) -> Round:
    return Round(fetcher=fetcher, clock=lambda: newsroom.now, public_url="https://news.example.org", patience=5)


def lead_of(newsroom: Newsroom, record: EditionRecord) -> Article:
    with newsroom.database.reading() as session:
        item = editions.content(session, record.id, record.revision).sections[0].items[0]
    assert isinstance(item, Article)
    return item


def test_each_address_is_asked_once_and_not_again_while_it_is_fresh(newsroom: Newsroom, server: Answers, fetcher: Fetcher) -> None:
    record = led_to(newsroom, server)
    asked = checking.check_links(newsroom.database, asking(newsroom, fetcher), record.id)
    assert asked.asked == asked.links == len(set(server.by_path))
    assert sorted(path for path, _ in server.seen) == sorted(server.by_path)
    assert checking.check_links(newsroom.database, asking(newsroom, fetcher), record.id).asked == 0
    later = replace(newsroom, now=newsroom.now + checking.FRESH + timedelta(minutes=1))
    assert checking.check_links(newsroom.database, asking(later, fetcher), record.id).asked == asked.asked
    assert checking.check_links(newsroom.database, asking(later, fetcher), record.id, anew=True).asked == 0
    later = replace(later, now=later.now + timedelta(seconds=1))
    assert checking.check_links(newsroom.database, asking(later, fetcher), record.id, anew=True).asked == asked.asked


def test_addresses_of_examples_are_asked_of_nobody(newsroom: Newsroom, fetcher: Fetcher) -> None:
    record = newsroom.draft()
    asked = checking.check_links(newsroom.database, asking(newsroom, fetcher), record.id)
    assert (asked.links, asked.asked) == (0, 0)


def test_looking_at_an_edition_asks_nobody(newsroom: Newsroom, server: Answers) -> None:
    record = led_to(newsroom, server)
    previewing.preview(newsroom.database, newsroom.press, record.id, now=newsroom.now)
    assert server.seen == []


def test_a_dead_address_of_the_lead_blocks_until_it_answers(newsroom: Newsroom, server: Answers, fetcher: Fetcher) -> None:
    record = led_to(newsroom, server)
    server.by_path["/piece/1"] = (404, {}, b"")
    checking.check_links(newsroom.database, asking(newsroom, fetcher), record.id)
    found = findings(newsroom, record, "dead_link")
    assert [one.severity.value for one in found] == ["block", "warn", "warn"]
    seen = previewing.preview(newsroom.database, newsroom.press, record.id, now=newsroom.now)
    with pytest.raises(RefusedError, match="leads nowhere"):
        editing.approve(newsroom.database, newsroom.at(record), seen.rendered.sha256)
    server.by_path["/piece/1"] = (200, {}, b"")
    later = replace(newsroom, now=newsroom.now + timedelta(minutes=1))
    checking.want_links(newsroom.database, record.id, who="Nadia", now=later.now)
    checking.check_links(newsroom.database, asking(later, fetcher), record.id)
    assert findings(newsroom, record, "dead_link") == []
    assert editing.approve(newsroom.database, newsroom.at(record), seen.rendered.sha256).state is EditionState.APPROVED


def test_a_draft_is_asked_about_when_it_rests_once_a_revision_and_at_approval(
    newsroom: Newsroom, server: Answers, fetcher: Fetcher
) -> None:
    record = led_to(newsroom, server)
    database = newsroom.database
    assert checking.due_rounds(database, now=newsroom.now) == ()
    rested = replace(newsroom, now=newsroom.now + checking.RESTS)
    assert checking.due_rounds(database, now=rested.now) == (record.id,)
    assert checking.due_rounds(database, now=rested.now + timedelta(seconds=5)) == ()
    assert checking.due_rounds(database, now=rested.now + timedelta(seconds=61)) == (record.id,)
    checking.check_links(database, asking(rested, fetcher), record.id)
    assert checking.due_rounds(database, now=rested.now + timedelta(hours=1)) == ()
    seen = previewing.preview(database, newsroom.press, record.id, now=rested.now)
    editing.approve(database, newsroom.at(record), seen.rendered.sha256)
    assert checking.due_rounds(database, now=rested.now) == (record.id,)
    checking.check_links(database, asking(rested, fetcher), record.id)
    assert checking.due_rounds(database, now=rested.now + timedelta(days=1)) == ()


def test_a_round_in_hand_is_nobody_elses_until_its_claim_ends(newsroom: Newsroom, server: Answers, fetcher: Fetcher) -> None:
    record = led_to(newsroom, server)
    now = newsroom.now + checking.RESTS
    with newsroom.database.writing() as session:
        assert link_checks.claim(session, record.id, now=now, until=now + timedelta(seconds=60)) == (True, None)
    assert checking.check_links(newsroom.database, asking(replace(newsroom, now=now), fetcher), record.id).asked == 0
    assert checking.due_rounds(newsroom.database, now=now) == ()
    assert checking.due_rounds(newsroom.database, now=now + timedelta(seconds=61)) == (record.id,)


def test_what_waits_for_its_host_is_asked_in_a_later_round(newsroom: Newsroom, server: Answers, fetcher: Fetcher) -> None:
    class Busy(FreeTurns):
        def take(self, host: str, *, patience: float) -> Turn:
            raise NotYet(f"{host}: in {patience} s", retry_after=30)

    record = led_to(newsroom, server)
    with closing(Fetcher("digest-test/1", turns=Busy())) as busy:
        waited = checking.check_links(newsroom.database, asking(newsroom, busy), record.id)
    assert (waited.asked, waited.waiting) == (0, waited.links)
    assert checking.due_rounds(newsroom.database, now=newsroom.now + timedelta(seconds=29)) == ()
    assert checking.due_rounds(newsroom.database, now=newsroom.now + timedelta(seconds=30)) == (record.id,)
    later = replace(newsroom, now=newsroom.now + timedelta(seconds=31))
    assert checking.check_links(newsroom.database, asking(later, fetcher), record.id).waiting == 0


def without_alt(newsroom: Newsroom) -> tuple[EditionRecord, Finding]:
    record = newsroom.draft()
    lead = lead_of(newsroom, record)
    image = lead.image
    assert image is not None
    bare = replace(image, alt=None)
    record = corrected(newsroom, record, lambda edition: edit.set_article(edition, lead.id, {"image": bare}))
    (finding,) = findings(newsroom, record, "missing_alt")
    assert finding.blocks
    return record, finding


def answer(newsroom: Newsroom, record: EditionRecord, why: str = "The picture is an ornament") -> Answer:
    return Answer(edition_id=record.id, revision=record.revision, who="Nadia", at=newsroom.now, why=why)


def test_an_override_lets_an_edition_be_approved_and_stands_in_the_log(newsroom: Newsroom) -> None:
    record, finding = without_alt(newsroom)
    checking.override(newsroom.database, answer(newsroom, record), finding)
    seen = previewing.preview(newsroom.database, newsroom.press, record.id, now=newsroom.now)
    assert seen.blocked == ()
    (kept,) = [one for one in seen.findings if one.code == "missing_alt"]
    assert kept.override is not None
    assert (kept.override.who, kept.override.why) == ("Nadia", "The picture is an ornament")
    assert editing.approve(newsroom.database, newsroom.at(record), seen.rendered.sha256).state is EditionState.APPROVED
    with newsroom.database.reading() as session:
        logged = [(one.what, one.why) for one in acts.of_edition(session, record.id)]
    assert ("overrode missing_alt: The lead picture has no alternative text.", "The picture is an ornament") in logged


def test_an_edit_of_the_place_voids_an_override_and_an_edit_elsewhere_does_not(newsroom: Newsroom) -> None:
    record, finding = without_alt(newsroom)
    checking.override(newsroom.database, answer(newsroom, record), finding)
    record = corrected(newsroom, record, lambda edition: edit.set_preheader(edition, "Another sentence"))
    assert not findings(newsroom, record, "missing_alt")[0].blocks
    record = corrected(newsroom, record, lambda edition: edit.set_article(edition, finding.place or "", {"kicker": "Ports"}))
    assert findings(newsroom, record, "missing_alt")[0].blocks
    record = corrected(newsroom, record, lambda edition: edit.set_article(edition, finding.place or "", {"kicker": "Maritime"}))
    assert not findings(newsroom, record, "missing_alt")[0].blocks


def test_an_override_is_taken_back_once(newsroom: Newsroom) -> None:
    record, finding = without_alt(newsroom)
    checking.override(newsroom.database, answer(newsroom, record), finding)
    checking.take_back(newsroom.database, answer(newsroom, record), finding)
    assert findings(newsroom, record, "missing_alt")[0].blocks
    with pytest.raises(RefusedError, match="not overridden"):
        checking.take_back(newsroom.database, answer(newsroom, record), finding)


@pytest.mark.parametrize("why", ["", "too short", " " * 40, "x" * 501])
def test_a_reason_is_wanted_and_bounded(why: str, newsroom: Newsroom) -> None:
    record, finding = without_alt(newsroom)
    with pytest.raises(InputError, match="10 to 500 characters"):
        checking.override(newsroom.database, answer(newsroom, record, why), finding)
    assert findings(newsroom, record, "missing_alt")[0].blocks


def test_what_the_law_asks_for_and_what_does_not_block_is_not_overridden(newsroom: Newsroom) -> None:
    record = newsroom.draft()
    with newsroom.database.writing() as session:
        newsletters.keep(session, replace(NEWSLETTER, postal_address=" "), now=newsroom.now)
    (finding,) = findings(newsroom, record, "no_postal_address")
    with pytest.raises(RefusedError, match="the law asks for it"):
        checking.override(newsroom.database, answer(newsroom, record), finding)
    with pytest.raises(RefusedError, match="does not block"):
        checking.override(
            newsroom.database,
            answer(newsroom, record),
            Finding(code="no_preheader", severity=finding.severity.WARN, message="m", remedy="R."),
        )


def test_an_override_of_a_revision_that_is_past_or_approved_is_refused(newsroom: Newsroom) -> None:
    record, finding = without_alt(newsroom)
    with pytest.raises(RefusedError, match="at revision 2 now, not 1"):
        checking.override(newsroom.database, replace(answer(newsroom, record), revision=1), finding)


def test_what_ran_in_an_earlier_edition_is_told_of_with_its_number(newsroom: Newsroom) -> None:
    first = newsroom.draft()
    lead = lead_of(newsroom, first)
    later = replace(newsroom, now=newsroom.now + timedelta(days=7))
    second = later.draft()
    assert findings(later, second, "ran_before") == []
    with newsroom.database.reading() as session:
        edition = editions.content(session, second.id, second.revision)
    fields: edit.ArticleFields = {"headline": "The same harbour again", "url": f"{lead.url}?utm_source=feed"}
    opened = edit.open_section(edition, NEWSLETTER.plan, "lead")
    added = edit.add_article(opened, opened.sections[0].id, fields)
    second = corrected(later, second, lambda _: added)
    (found,) = findings(later, second, "ran_before")
    assert found.message == f"“The same harbour again” ran in No. {first.number} already."


def test_what_was_learnt_of_an_address_is_forgotten_after_two_months(newsroom: Newsroom) -> None:
    with newsroom.database.writing() as session:
        link_checks.keep(session, LinkHealth(url="https://a.example/", state=LinkState.OK, checked=newsroom.now))
    for days, known in ((59, 1), (61, 0)):
        pruning.prune(newsroom.database, now=newsroom.now + timedelta(days=days))
        with newsroom.database.reading() as session:
            assert len(link_checks.known(session, ["https://a.example/"])) == known
