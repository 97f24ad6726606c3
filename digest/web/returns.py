"""What came back, for the desk: figures, what is about us, domains that wait for a person, and mails that nobody could read."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Form, HTTPException
from fastapi.responses import RedirectResponse, Response

from digest.deliver.returned.mime import take_apart
from digest.deliver.returned.remedy import remedy
from digest.deliver.returned.words import header_words
from digest.errors import NotFound
from digest.flows import returning
from digest.flows.returning import Decided
from digest.model.account import Account
from digest.model.quoting import one_line
from digest.store import editions, heartbeats, return_figures, returns
from digest.store.return_figures import Ours
from digest.web.auth import Editor, Somebody
from digest.web.frame import frame
from digest.web.house import House, InHouse

router = APIRouter()
COLUMNS: Final = ("hard", "soft", "full", "ours", "complaint", "left")
_WEEKS, _MOST = 8, 25
# Of the domains that are held; the others are folded up.
_HELD_SHOWN: Final = 10
# Of the sentences of several domains about the same.
_SAID: Final = 3
# A page of a mail is enough to see what it is; the whole is a file.
_SHOWN: Final = 30_000


@router.get("/returns")
def show(house: InHouse, account: Somebody) -> Response:
    """Show what came back in eight weeks, why, and what waits for a person."""
    return _page(house, account)


@router.get("/returns/{return_id}")
def read(return_id: int, house: InHouse, account: Editor) -> Response:
    """Show one mail that came back as it came, escaped; it may hold a reader's words, so it is for editors."""
    with house.database.reading() as session:
        known = return_figures.one(session, return_id)
        raw = returns.mail_of(session, return_id) if known is not None else None
    if known is None:
        raise NotFound("there is no such return; it may have been forgotten since")
    part = take_apart(raw or b"")
    head = {name: header_words(part.get(name)) for name in ("from", "to", "subject", "date")}
    text = (raw or b"")[:_SHOWN].decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
    shown: dict[str, Any] = {"one": known, "head": head, "raw": text, "size": len(raw or b""), "cut": len(raw or b"") > _SHOWN}
    return house.pages("return.html", **frame(house, account), **shown)


@router.get("/returns/{return_id}/mail")
def download(return_id: int, house: InHouse, _account: Editor) -> Response:
    """Hand out one mail as a file, byte for byte; never to be shown by the browser."""
    with house.database.reading() as session:
        raw = returns.mail_of(session, return_id)
    if raw is None:
        raise HTTPException(404)
    headers = {"content-disposition": f'attachment; filename="return-{return_id}.eml"', "content-security-policy": "sandbox"}
    return Response(raw, media_type="application/octet-stream", headers=headers)


@router.post("/returns/held/{edition_id}/{domain}/{act}")
def decide(  # noqa: PLR0913  the fields of a form
    edition_id: int,
    domain: str,
    act: Literal["release", "confirm"],
    house: InHouse,
    account: Editor,
    *,
    why: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """Say of a domain that is held whether its mailboxes are gone; the reason stands in the log."""
    reason = one_line(why)[:500]
    key = f"{edition_id} {domain}"
    if not reason:
        return _page(house, account, status=422, trouble=(key, "Say what decided it; it stands in the log. Nothing was changed."))
    decided = Decided(who=account.name, at=house.clock(), why=reason)
    deciding = returning.release if act == "release" else returning.confirm
    try:
        deciding(house.database, edition_id, domain, decided)
    except NotFound:
        return _page(house, account, status=409, trouble=("", f"{domain[:200]} is not held any more: somebody decided meanwhile."))
    return RedirectResponse("/returns", 303)


def _page(house: House, account: Account, *, status: int = 200, trouble: tuple[str, str] | None = None) -> Response:
    now = house.clock()
    since = _monday(now) - timedelta(weeks=_WEEKS - 1)
    held = sorted(returning.held(house.database), key=lambda one: -one.hard)
    with house.database.reading() as session:
        days = return_figures.daily(session, since=since)
        by_edition = return_figures.by_edition(session, since=since)
        about_us = return_figures.ours(session, since=now - timedelta(days=7))
        asking = return_figures.asking(session, most=_MOST)
        unclear = return_figures.unclear(session, most=_MOST)
        mailbox = heartbeats.said(session, "imap")
        numbers = {one.edition_id: editions.get(session, one.edition_id).number for one in {one.edition_id: one for one in held}.values()}
    weeks = [(since + timedelta(weeks=number)).date() for number in range(_WEEKS)]
    table = []
    for first in weeks:
        inside = [counts for day, counts in days.items() if first <= day < first + timedelta(weeks=1)]
        table.append((first, {name: sum(counts.get(name, 0) for counts in inside) for name in COLUMNS}))
    settings = house.runtime.settings
    shown: dict[str, Any] = {
        "weeks": table[::-1],
        "this_week": table[-1][1],
        "editions": by_edition,
        "about_us": _by_remedy(about_us),
        "asking": asking,
        "unclear": unclear,
        "held": held,
        "shown": _HELD_SHOWN,
        # What could not be done stands beside its domain, so that must be seen.
        "rest_open": trouble is not None and trouble[0] in {f"{one.edition_id} {one.domain}" for one in held[_HELD_SHOWN:]},
        "numbers": numbers,
        "mailbox": mailbox if settings.imap is not None else None,
        "ways": _ways(house),
        "columns": COLUMNS,
        "trouble": trouble,
    }
    return house.pages("returns.html", status=status, **frame(house, account), **shown)


def _by_remedy(about_us: Iterable[Ours]) -> list[dict[str, Any]]:
    """What is about us, once for each remedy: the domains with the most first, and what they say, each sentence once."""
    found: dict[tuple[str, str], list[Ours]] = {}
    for one in about_us:
        found.setdefault(remedy(one.diagnostic), []).append(one)
    return [
        {"kind": kind, "mend": mend, "domains": domains, "said": list(dict.fromkeys(one.diagnostic for one in domains))[:_SAID]}
        for (kind, mend), domains in found.items()
    ]


def _ways(house: House) -> list[str]:
    settings = house.runtime.settings
    ways = [] if settings.inbound is None else ["a mail system hands them over"]
    ways += [] if settings.imap is None else ["a mailbox is read"]
    set_up = (("SES", settings.ses_topics), ("SendGrid", settings.sendgrid_key), ("Mailgun", settings.mailgun_key))
    tells = [name for name, given in (*set_up, ("Postmark", settings.postmark_login)) if given]
    return [*ways, *(f"{name} tells" for name in tells)]


def _monday(now: datetime) -> datetime:
    day = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return day - timedelta(days=day.weekday())
