"""Picturing: what mails wish for is fetched, developed and kept, so that our web serves it; how it went is noted for the desk."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from digest.errors import FetchError, InputError, NotFound, NotReadable, NotYet
from digest.gather.darkroom import develop_apart
from digest.gather.fetch import MAX_PICTURE, Fetcher, FetchRequest
from digest.gather.guard import allowance
from digest.log import get_log
from digest.model.account import Act
from digest.model.edition import UNAPPROVED
from digest.model.picture import THEME_FILE, Developed, KeptPicture, Wish
from digest.model.weburl import shown_url
from digest.render.pictures import theme_file
from digest.render.press import Press
from digest.store import Database, acts, editions, entries, pictures, renderings, sources

log = get_log("picturing")

# Longer than a fetch and its development may take: a message that was lost is given out again.
_LEASE: Final = timedelta(minutes=5)
_RETRIES: Final = tuple(timedelta(minutes=minutes) for minutes in (2, 10, 30, 120))
# The site says so: asking again in a few minutes would change nothing.
_LASTING: Final = frozenset({400, 401, 402, 403, 404, 405, 406, 410, 451})
_PACE: Final = 0.5  # seconds; browsers ask for a page's pictures all at once
_ACCEPT: Final = b"image/jpeg, image/png, image/gif;q=0.9, image/webp;q=0.8, image/avif;q=0.8, image/*;q=0.5"


@dataclass(frozen=True, slots=True, kw_only=True)
class Studio:
    """What picturing needs: the fetch, the press (whose themes bring logos), the clock, and how long a host's turn is waited for."""

    fetcher: Fetcher
    press: Press
    clock: Callable[[], datetime]
    patience: float = 5.0


def due_pictures(database: Database, *, now: datetime) -> tuple[str, ...]:
    """Return the keys of the pictures to fetch now; each is due again in five minutes should its message be lost."""
    with database.reading() as session:
        if not pictures.any_due(session, now=now):
            return ()
    with database.writing() as session:
        return pictures.claim_due(session, now=now, until=now + _LEASE)


def picture(database: Database, studio: Studio, key: str) -> KeptPicture | None:
    """Fetch, develop and keep one picture; None where that failed, which is noted, or where nobody waits for it.

    The drafts that have a place for it are rendered anew. No transaction is open meanwhile.
    """
    with database.reading() as session:
        wanted = pictures.wanted(session, key)
    if wanted is None:
        return None
    try:
        made = _developed(database, studio, wanted.wish)
    except NotYet as error:
        with database.writing() as session:
            pictures.put_off(session, key, due=studio.clock() + timedelta(seconds=error.retry_after or 1))
        return None
    except InputError as error:
        _note_trouble(database, key, error, tries=wanted.tries, now=studio.clock())
        return None
    with database.writing() as session:
        for edition_id in pictures.keep(session, key, made, now=studio.clock()):
            record = editions.get(session, edition_id)
            if record.state in UNAPPROVED:
                renderings.forget(session, edition_id, record.revision)
    log.info("pictured", url=shown_url(wanted.wish.url), sha256=made.sha256[:12], size=len(made.body))
    return KeptPicture(sha256=made.sha256, media=made.media, width=made.width, height=made.height, size=len(made.body))


def try_again(database: Database, edition_id: int, *, who: str, now: datetime, place: str | None = None) -> int:
    """Fetch anew at once what an edition lacks, all of it or one place's; return how many pictures that are."""
    with database.writing() as session:
        record = editions.get(session, edition_id)
        count = pictures.try_again(session, edition_id, now=now, place=place)
        if count:
            acts.note(
                session,
                Act(at=now, who=who, what="asked for its pictures again", why=None, edition_id=edition_id, revision=record.revision),
            )
        return count


def fetch_all(database: Database, studio: Studio, edition_id: int, *, again: bool = False) -> int:
    """Fetch what an edition lacks here and now, as the workers would (`again`: all of it); return how many pictures came."""
    with database.writing() as session:
        editions.get(session, edition_id)
        pictures.try_again(session, edition_id, now=studio.clock(), kept_too=again)
        wishes = {key for key, _ in pictures.noted(session, edition_id).values()}
    return sum(picture(database, studio, key) is not None for key in sorted(wishes))


def export(database: Database, folder: Path) -> tuple[int, int]:
    """Write every picture that a mail names into `folder`, where it is not there yet; return (written, there already).

    Raises OSError where the folder cannot be written to. A file that has the name has the content: the name is its hash.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with database.reading() as session:
        all_of_them = tuple(pictures.named(session))
    written = 0
    for kept in all_of_them:
        path = folder / kept.name
        if path.exists() and path.stat().st_size == kept.size:
            continue
        with database.reading() as session:
            found = pictures.find(session, kept.sha256)
        if found is not None:
            # Whole or not at all: somebody may be copying the folder.
            part = path.with_name(f".{kept.name}.part")
            part.write_bytes(found[1])
            part.replace(path)
            written += 1
    return written, len(all_of_them) - written


def _developed(database: Database, studio: Studio, wish: Wish) -> Developed:
    if wish.url.startswith(THEME_FILE):
        body = theme_file(studio.press, wish.url)
        shown = wish.url.partition("#")[0]
    else:
        body = _fetched(database, studio, wish)
        shown = shown_url(wish.url)
    try:
        return develop_apart(body, width=wish.width, logo=wish.logo)
    except NotReadable as error:
        raise NotReadable(f"{shown}: {error}") from error


def _fetched(database: Database, studio: Studio, wish: Wish) -> bytes:
    private, pace = False, _PACE
    with database.reading() as session:
        entry = entries.by_ids(session, [wish.entry]).get(wish.entry) if wish.entry is not None else None
        if entry is not None:
            try:
                source = sources.get(session, entry.source_id).source
            except NotFound:
                pass
            else:
                # The allowance of a source reaches its own site, and nobody else's.
                private = allowance(source.url, wish.url, allow_private=source.allow_private)
                pace = min(source.pace, _PACE)
    request = FetchRequest(
        url=wish.url, allow_private=private, max_bytes=MAX_PICTURE, pace=pace, patience=studio.patience, accept=_ACCEPT
    )  # fmt: skip
    return studio.fetcher.fetch(request).body


def _note_trouble(database: Database, key: str, error: InputError, *, tries: int, now: datetime) -> None:
    status = error.status if isinstance(error, FetchError) else None
    lasting = not isinstance(error, FetchError) or status in _LASTING or tries >= len(_RETRIES)
    with database.writing() as session:
        pictures.fail(session, key, str(error), due=None if lasting else now + _RETRIES[tries])
    log.info("no picture", why=str(error), lasting=lasting)
