"""Checking: links are asked, findings answered for or mended by a button; what was looked up stays with the edition."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from digest.compose.check import content_of, may_override
from digest.compose.checks.links import links_of
from digest.errors import InputError, NotFound, NotYet, RefusedError
from digest.gather.fetch import Fetcher, FetchRequest
from digest.gather.probe import probe
from digest.model.account import Act
from digest.model.edition import UNAPPROVED, Edition, EditionRecord, Finding, Override
from digest.model.facts import KeptOverride
from digest.model.mailing import Rendered
from digest.model.quoting import one_line
from digest.store import Database, Session, acts, editions, link_checks, overrides, renderings, sources

# What was learnt of an address is believed for so long.
FRESH: Final = timedelta(hours=12)
# A draft that nobody touched for so long rests: what is typed now is not asked about in between.
RESTS: Final = timedelta(minutes=2)
# A message that no worker took is sent again after so long.
_ASKED_AGAIN: Final = timedelta(minutes=1)
# Whoever has a round in hand is believed to, for so long; a round asks for less than that at a time.
_CLAIMED: Final = timedelta(seconds=200)
# A second look at one host: no reader's paper is asked faster by us than it is by our gathering.
_PACE: Final = 1.5
_EXAMPLES: Final = frozenset({"example.com", "example.net", "example.org"})
_LEAST_WHY, _MOST_WHY = 10, 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """How links are asked: by whom, at whose clock, how many seconds a host's turn is waited for, and when to stop for now.

    `public_url` is ours: what leads there is not asked.
    """

    fetcher: Fetcher
    clock: Callable[[], datetime]
    public_url: str
    patience: float = 2.0
    budget: timedelta = timedelta(seconds=100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """How a round went: how many addresses there are, how many were asked now, and how many wait for their host."""

    links: int
    asked: int
    waiting: int


def due_rounds(database: Database, *, now: datetime) -> tuple[int, ...]:
    """Return the editions whose links are to be asked now; whoever asks again within a minute is told of others only."""
    with database.reading() as session:
        found = link_checks.due(session, now=now, rested=now - RESTS)
    if found:
        with database.writing() as session:
            for edition_id in found:
                link_checks.put_off(session, edition_id, due=now + _ASKED_AGAIN)
    return found


def want_links(database: Database, edition_id: int, *, who: str, now: datetime) -> None:
    """Have the links of an edition asked anew soon, because a person says so; a second press changes nothing."""
    with database.writing() as session:
        record = editions.get(session, edition_id)
        if link_checks.ask(session, edition_id, now=now, anew=True):
            _note(session, record, who, "asked for its links to be checked", None, now=now)


def check_links(database: Database, asking: Round, edition_id: int, *, anew: bool = False) -> Asked:
    """Ask the addresses of an edition of which nothing fresh is known; each answer is kept at once, no transaction is held meanwhile.

    What a host's turn or the time does not allow now is left to a later round. `anew` asks also what was asked lately.
    """
    began = asking.clock()
    with database.writing() as session:
        record = editions.get(session, edition_id)
        edition = editions.content(session, edition_id, record.revision)
        rendered = renderings.find(session, edition_id, record.revision)
        mine, since = link_checks.claim(session, edition_id, now=began, until=began + _CLAIMED)
        placed = [one for one in links_of(edition, rendered, public_url=asking.public_url) if not _reserved(one.url)]
        urls, own = [one.url for one in placed], {one.url for one in placed if one.own}
        if not mine:
            return Asked(links=len(set(urls)), asked=0, waiting=0)
        before = max(began - FRESH, since or began - FRESH, began if anew else began - FRESH)
        todo = link_checks.stale(urls, link_checks.known(session, urls), before=before)
        private = _private_origins(session)
    asked, later = 0, []
    for at, url in enumerate(todo):
        if asking.clock() - began > asking.budget:
            later += [(url, 1) for url in todo[at:]]
            break
        request = FetchRequest(
            url=url, pace=private.get(urlsplit(url)[:2], _PACE), patience=asking.patience, allow_private=urlsplit(url)[:2] in private
        )
        try:
            health = probe(asking.fetcher, request, now=asking.clock(), read=url in own)
        except NotYet as error:
            later.append((url, error.retry_after or 5))
            continue
        asked += 1
        with database.writing() as session:
            link_checks.keep(session, health)
    ended = asking.clock()
    with database.writing() as session:
        if later:
            link_checks.go_on(session, edition_id, due=ended + timedelta(seconds=min(max(min(wait for _, wait in later), 1), 600)))
        else:
            link_checks.finish(session, edition_id, revision=record.revision, now=ended)
    return Asked(links=len(set(urls)), asked=asked, waiting=len(later))


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Who answers for which finding of which revision, when and why."""

    edition_id: int
    revision: int
    who: str
    at: datetime
    why: str


def override(database: Database, answer: Answer, finding: Finding) -> None:
    """Keep an editor's word that a blocking finding shall not stop approval, for what its place holds now.

    Raises InputError where the reason is too short or too long, RefusedError where nobody may override it or nothing waits for approval.
    """
    why = reason(answer.why)
    if not may_override(finding):
        what = "the law asks for it" if finding.blocks else "it does not block"
        raise RefusedError(f"{finding.code} cannot be overridden: {what}; {finding.remedy[:1].lower()}{finding.remedy[1:]}")
    with database.writing() as session:
        record, edition, rendered = _before_approval(session, answer)
        word = Override(who=answer.who, at=answer.at, why=why)
        overrides.keep(session, record.id, record.revision, _kept(edition, rendered, finding, word))
        _note(session, record, answer.who, f"overrode {finding.code}: {finding.message}", why, now=answer.at)


def take_back(database: Database, answer: Answer, finding: Finding) -> None:
    """Take an override back: the finding blocks again. Raises RefusedError where there is none."""
    with database.writing() as session:
        record, edition, rendered = _before_approval(session, answer)
        word = Override(who=answer.who, at=answer.at, why="")
        if not overrides.take_back(session, record.id, _kept(edition, rendered, finding, word)):
            raise RefusedError(f"{finding.code} is not overridden; look at the edition again")
        _note(session, record, answer.who, f"took back the override of {finding.code}: {finding.message}", None, now=answer.at)


def answered(database: Database, edition_id: int) -> tuple[tuple[KeptOverride, bool], ...]:
    """Return what editors answered for in an edition, and whether each still stands: an edit of its place voids it."""
    with database.reading() as session:
        record = editions.get(session, edition_id)
        edition = editions.content(session, edition_id, record.revision)
        rendered = renderings.find(session, edition_id, record.revision)
        kept = overrides.of_edition(session, edition_id)
    return tuple((one, one.content == content_of(edition, rendered, one.place)) for one in kept)


def reason(text: str) -> str:
    """Return a reason as one line; raises InputError where it says too little or too much."""
    why = one_line(text[: 4 * _MOST_WHY])
    if not _LEAST_WHY <= len(why) <= _MOST_WHY:
        raise InputError(f"A reason has {_LEAST_WHY} to {_MOST_WHY} characters, and this one {len(why)}; say why it may go as it is.")
    return why


def finding_of(findings: tuple[Finding, ...], code: str, place: str, about: str) -> Finding:
    """Return the finding that a button named; raises NotFound where it is settled already."""
    found = next((one for one in findings if (one.code, one.place or "", one.about) == (code, place, about)), None)
    if found is None:
        raise NotFound(f"there is no finding {code} there any more; look at the edition again")
    return found


def _before_approval(session: Session, answer: Answer) -> tuple[EditionRecord, Edition, Rendered | None]:
    record = editions.get(session, answer.edition_id)
    if record.revision != answer.revision:
        raise RefusedError(
            f"edition {record.id} is at revision {record.revision} now, not {answer.revision}; look at it again, then decide"
        )
    if record.state not in UNAPPROVED:
        raise RefusedError(f"edition {record.id} is {record.state.replace('_', ' ')}; only what is not approved yet waits for that word")
    return record, editions.content(session, record.id, record.revision), renderings.find(session, record.id, record.revision)


def _kept(edition: Edition, rendered: Rendered | None, finding: Finding, word: Override) -> KeptOverride:
    content = content_of(edition, rendered, finding.place)
    return KeptOverride(code=finding.code, place=finding.place, about=finding.about, content=content, word=word)


def _reserved(url: str) -> bool:
    """Whether an address is one of examples and tests (RFC 2606, RFC 6761): nobody lives there, and nobody is asked."""
    host = (urlsplit(url).hostname or "").rstrip(".")
    return host.rpartition(".")[2] in {"example", "invalid", "test", "localhost"} or ".".join(host.split(".")[-2:]) in _EXAMPLES


def _private_origins(session: Session) -> dict[tuple[str, str], float]:
    """Where sources stand that an admin let live on private addresses, with their pace; nothing else there is asked."""
    return {urlsplit(one.source.url)[:2]: one.source.pace for one in sources.listed(session) if one.source.allow_private}


def _note(session: Session, record: EditionRecord, who: str, what: str, why: str | None, *, now: datetime) -> None:  # noqa: PLR0913  a line of the log
    acts.note(session, Act(at=now, who=who, what=what, why=why, edition_id=record.id, revision=record.revision))
