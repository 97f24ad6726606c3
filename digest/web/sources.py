"""Sources on screen: their health, and adding one by its site's address, seen before it is saved."""

import re
from dataclasses import dataclass, replace
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import APIRouter, Form
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, Field

from digest.errors import Conflict, FetchError, InputError
from digest.flows import following
from digest.flows.following import Found, Look
from digest.model.account import Account, Role
from digest.model.quoting import one_line
from digest.model.source import LEAST_WEIGHT, MOST_WEIGHT, Extent, IdentityPolicy, Source, SourceKind, id_from
from digest.store import newsletters, sources
from digest.store.sources import SourceState
from digest.web.auth import Editor, Somebody
from digest.web.frame import frame, sentence
from digest.web.house import House, InHouse

router = APIRouter()
_LONGEST_URL = 2000
_SLOWEST = 600


class Asked(BaseModel):
    """The address that somebody typed, and whether it may be one of the house's own network (an admin's word)."""

    url: str = Field(default="", max_length=20_000)
    allow_private: bool = False


class Why(BaseModel):
    """Why a source is paused, in a few words or none."""

    why: str = Field(default="", max_length=20_000)


class Chosen(Asked):
    """A source as the form describes it."""

    kind: SourceKind = SourceKind.FEED
    name: str = Field(default="", max_length=20_000)
    short: str = Field(default="", max_length=20_000)
    extent: Extent = Extent.EXCERPT
    follow: bool = False
    pace: str = Field(default="", max_length=200)
    weight: str = Field(default="", max_length=200)
    identity: IdentityPolicy | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Adding:
    """How far adding a source has come: what was asked, the feeds found, the look at one, the trouble."""

    form: Chosen
    found: Found | None = None
    seen: Look | None = None
    trouble: str | None = None
    at: str = "url"
    status: int = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A change that was not made: the form as it was typed, the field at fault and what is wrong with it."""

    form: Chosen
    trouble: str
    at: str
    status: int = 422


@router.get("/sources")
def show(house: InHouse, account: Somebody) -> Response:
    """Show every source with how it has been and when it is visited next."""
    return _list_page(house, account)


@router.post("/sources/find")
def find(house: InHouse, account: Editor, form: Annotated[Asked, Form()]) -> Response:
    """Fetch a site and show its feeds; where there is one alone, show at once what it gives."""
    chosen = Chosen(url=form.url, allow_private=_may(account, form), follow=True)
    url = _address(form.url)
    if url is None:
        said = f"“{one_line(form.url)[:80]}” is no web address." if form.url.strip() else "Type the address of a site or a feed first."
        trouble = f"{said} Write it as in the browser’s address line, for example https://example.org."
        return _new_page(house, account, Adding(form=chosen, trouble=trouble, status=422))
    try:
        found = following.find_feeds(house.runtime.fetcher, url, allow_private=chosen.allow_private)
    except InputError as error:
        return _new_page(house, account, Adding(form=chosen, trouble=_why(error, account), status=422))
    if len(found.feeds) == 1:
        return _look(house, account, chosen.model_copy(update={"url": found.feeds[0].url}), found)
    return _new_page(house, account, Adding(form=chosen, found=found))


@router.post("/sources/look")
def look(house: InHouse, account: Editor, form: Annotated[Chosen, Form()]) -> Response:
    """Show what one feed or page would give; nothing is kept."""
    return _look(house, account, form.model_copy(update={"allow_private": _may(account, form), "follow": True}), None)


@router.post("/sources")
def add(house: InHouse, account: Editor, form: Annotated[Chosen, Form()]) -> Response:
    """Follow the source from the next tick on; a form posted twice changes nothing."""
    form = form.model_copy(update={"allow_private": _may(account, form)})
    source = _source(form)
    if isinstance(source, str):
        at, _, trouble = source.partition("|")
        return _new_page(house, account, Adding(form=form, trouble=trouble, at=at, status=422))
    try:
        following.follow(house.database, source, who=account.name, now=house.clock())
    except Conflict as error:
        return _new_page(house, account, Adding(form=form, trouble=sentence(error), at="short", status=409))
    return RedirectResponse("/sources", 303)


@router.get("/sources/{source_id}")
def show_one(source_id: str, house: InHouse, account: Somebody) -> Response:
    """Show one source: its health, what it is, and what can be done with it."""
    return _one_page(house, account, source_id)


@router.post("/sources/{source_id}")
def change(source_id: str, house: InHouse, account: Editor, form: Annotated[Chosen, Form()]) -> Response:
    """Keep a source's name, address, extent and manner as changed."""
    with house.database.reading() as session:
        before = sources.get(session, source_id).source
    after = _changed(before, form)
    if isinstance(after, str):
        at, _, trouble = after.partition("|")
        return _one_page(house, account, source_id, Refused(form=form, trouble=trouble, at=at))
    try:
        following.change(house.database, after, who=account.name, now=house.clock())
    except Conflict as error:
        return _one_page(house, account, source_id, Refused(form=form, trouble=sentence(error), at="url", status=409))
    return RedirectResponse(f"/sources/{source_id}", 303)


@router.post("/sources/{source_id}/pause")
def pause(source_id: str, house: InHouse, account: Editor, form: Annotated[Why, Form()]) -> Response:
    """Have the source visited no more until it is resumed; twice is once."""
    following.pause(house.database, source_id, who=account.name, now=house.clock(), why=one_line(form.why)[:200] or None)
    return RedirectResponse(f"/sources/{source_id}", 303)


@router.post("/sources/{source_id}/resume")
def resume(source_id: str, house: InHouse, account: Editor) -> Response:
    """Have the source visited again; twice is once."""
    following.resume(house.database, source_id, who=account.name, now=house.clock())
    return RedirectResponse(f"/sources/{source_id}", 303)


@router.post("/sources/{source_id}/check")
def check(source_id: str, house: InHouse, account: Editor) -> Response:
    """Have the source visited at the next tick."""
    following.check_now(house.database, source_id, who=account.name, now=house.clock())
    return RedirectResponse(f"/sources/{source_id}", 303)


@router.post("/sources/{source_id}/remove")
def remove(source_id: str, house: InHouse, account: Editor) -> Response:
    """Stop following a source; a second press finds it gone."""
    following.unfollow(house.database, source_id, who=account.name, now=house.clock())
    return RedirectResponse("/sources", 303)


def _look(house: House, account: Account, form: Chosen, found: Found | None) -> Response:
    url = _address(form.url)
    if url is None:
        return _new_page(house, account, Adding(form=form, trouble="That is no web address. Write it whole, with https://.", status=422))
    wanted = Source(id="new", name="", url=url, kind=form.kind, allow_private=form.allow_private)
    try:
        seen = following.look(house.runtime.fetcher, wanted, now=house.clock())
    except InputError as error:
        return _new_page(house, account, Adding(form=form, found=found, trouble=_why(error, account), status=422))
    host = (urlsplit(seen.url).hostname or "").removeprefix("www.")
    filled = {
        "url": url,
        "name": form.name or one_line(seen.title or host)[:120],
        "short": form.short or id_from(f"{host} {urlsplit(seen.url).path}"),
    }
    return _new_page(house, account, Adding(form=form.model_copy(update=filled), found=found, seen=seen))


def _list_page(house: House, account: Account) -> Response:
    with house.database.reading() as session:
        listed = tuple(one for one in sources.listed(session) if one.source.url.startswith("http"))
        used = {name: one.name for one in newsletters.listed(session) for section in one.plan for name in section.sources}
    troubled = sum(one.state is SourceState.TROUBLED for one in listed)
    paused = sum(one.paused is not None for one in listed)
    form = Chosen(follow=True)
    return house.pages("sources.html", **frame(house, account), listed=listed, used=used, troubled=troubled, paused=paused, form=form)


def _new_page(house: House, account: Account, adding: Adding) -> Response:
    return house.pages("source_new.html", status=adding.status, **frame(house, account), adding=adding, form=adding.form)


def _one_page(house: House, account: Account, source_id: str, refused: Refused | None = None) -> Response:
    with house.database.reading() as session:
        health = sources.get(session, source_id)
        kept = sources.entries_of(session, source_id)
        used = [one for one in newsletters.listed(session) if any(source_id in section.sources for section in one.plan)]
    source = health.source
    own = Chosen(url=source.shown, name=source.name, extent=source.extent, follow=source.follow, pace=f"{source.pace:g}")
    own = own.model_copy(update={"weight": f"{source.weight:g}", "identity": source.identity})
    form = refused.form if refused else own
    data: dict[str, Any] = {"health": health, "source": source, "kept": kept, "used": used, "form": form, "refused": refused}
    return house.pages("source.html", status=refused.status if refused else 200, **frame(house, account), **data)


def _may(account: Account, form: Asked) -> bool:
    """Whether private addresses are allowed: an admin's word alone, for else an editor could read the machine's own network."""
    return form.allow_private and account.role is Role.ADMIN


def _address(text: str) -> str | None:
    text = one_line(text)
    if text and "://" not in text:
        text = f"https://{text}"
    try:
        parts = urlsplit(text)
        parts.port  # noqa: B018  it raises for a port that is none
    except ValueError:
        return None
    good = parts.scheme in ("http", "https") and parts.hostname and " " not in text and len(text) <= _LONGEST_URL
    return text if good else None


def _source(form: Chosen) -> Source | str:
    """Return the source that a form describes, or the field at fault and what is wrong with it."""
    url, name, short = _address(form.url), one_line(form.name), one_line(form.short).lower()
    if url is None:
        return "url|That is no web address. Write it whole, with https://."
    if not name or len(name) > 120:
        return "name|Give it a name of 1 to 120 characters; readers may see it."
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,62}", short) or short in ("find", "look"):
        return "short|A short name has small letters, digits and hyphens only, 63 at most."
    return Source(
        id=short,
        name=name,
        url=url,
        kind=form.kind,
        extent=form.extent,
        follow=form.follow and form.kind is SourceKind.FEED,
        allow_private=form.allow_private,
    )


def _changed(before: Source, form: Chosen) -> Source | str:
    """Return the source as the form changes it, or the field at fault and what is wrong with it."""
    name, pace = one_line(form.name), _number(form.pace, before.pace, least=0, most=_SLOWEST)
    # An address that the page showed without its password comes back so: then it stays.
    url = before.url if form.url in ("", before.shown) else _address(form.url)
    if url is None:
        return "url|That is no web address. Write it whole, with https://."
    if not name or len(name) > 120:
        return "name|Give it a name of 1 to 120 characters."
    if pace is None:
        return f"pace|The pace is a number of seconds from 0 to {_SLOWEST}."
    weight = _number(form.weight, before.weight, least=LEAST_WEIGHT, most=MOST_WEIGHT)
    if weight is None:
        return f"weight|The weight is a number from {LEAST_WEIGHT:g} to {MOST_WEIGHT:g}; 1 is usual."
    identity = form.identity or before.identity
    return replace(before, name=name, url=url, extent=form.extent, follow=form.follow, pace=pace, weight=weight, identity=identity)


def _number(text: str, before: float, *, least: float, most: float) -> float | None:
    """Return what was typed, with a point or a comma; `before` where nothing was, None where it is no number of that range."""
    if not text.strip():
        return before
    try:
        number = float(text.strip().replace(",", "."))
    except ValueError:
        return None
    return number if least <= number <= most else None


def _why(error: InputError, account: Account) -> str:
    """Say why an address gave nothing, and what somebody at the desk can do about it."""
    text = str(error)
    if isinstance(error, FetchError) and "private or special address" in text:
        rest = (
            "Tick “On our own network” if it is yours."
            if account.role is Role.ADMIN
            else "If it is yours, an admin can add it with “On our own network”."
        )
        refused = text.partition(": refused, ")[2].partition(";")[0]
        return f"{refused}. The service does not fetch from there by itself. {rest}"
    return sentence(error)
