"""Newsletters on screen: the list, and who one is from and when it goes out; what was typed stays where it is refused."""

import re
from dataclasses import dataclass, field
from datetime import time, timedelta
from typing import Annotated, Any, Final
from zoneinfo import available_timezones

from fastapi import APIRouter, Form
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, Field

from digest.audience.address import read_address
from digest.compose.campaign import read_campaign
from digest.compose.style_list import read_lines, written
from digest.compose.wording import PATTERN_KEYS, fill_pattern
from digest.errors import Conflict, InputError
from digest.flows import planning
from digest.model.account import Account
from digest.model.newsletter import Newsletter, Slot, StyleRule
from digest.model.quoting import one_line
from digest.model.week import slot_after, zone_of
from digest.render.places import template_roots
from digest.render.theme import theme_names
from digest.store import newsletters, subscribers
from digest.web.auth import Admin, Somebody
from digest.web.frame import frame, sentence
from digest.web.house import House, InHouse

router = APIRouter()
_LONG: Final = 20_000


class Typed(BaseModel):
    """The form as it was typed; every field is text, so that nothing is lost where one is refused."""

    id: str = Field(default="", max_length=_LONG)
    name: str = Field(default="", max_length=_LONG)
    public_name: str = Field(default="", max_length=_LONG)
    from_name: str = Field(default="", max_length=_LONG)
    from_address: str = Field(default="", max_length=_LONG)
    reply_to: str = Field(default="", max_length=_LONG)
    postal_address: str = Field(default="", max_length=_LONG)
    list_domain: str = Field(default="", max_length=_LONG)
    subject: str = Field(default="{headline}", max_length=_LONG)
    preheader: str = Field(default="{dek}", max_length=_LONG)
    language: str = Field(default="en", max_length=_LONG)
    theme: str = Field(default="review", max_length=_LONG)
    why: str = Field(default="You get this because you confirmed your subscription.", max_length=_LONG)
    weekday: str = Field(default="5", max_length=_LONG)
    at: str = Field(default="07:00", max_length=_LONG)
    zone: str = Field(default="UTC", max_length=_LONG)
    grace: str = Field(default="6", max_length=_LONG)
    lead_time: str = Field(default="48", max_length=_LONG)
    style: str = Field(default="", max_length=4 * _LONG)
    tracking: str = Field(default="", max_length=_LONG)
    undo: str = Field(default="", max_length=_LONG)
    seen: str = Field(default="", max_length=64)


@dataclass(slots=True)
class Reader:
    """Reads the fields of a form one by one and keeps what is wrong with each."""

    troubles: dict[str, str] = field(default_factory=dict)

    def text(self, name: str, value: str, most: int, *, needed: str | None = None) -> str:
        """Return a line of at most `most` characters; `needed` is what is said where it is empty."""
        value = one_line(value)
        if len(value) > most:
            self.troubles[name] = f"At most {most} characters; these are {len(value):,}."
        elif not value and needed:
            self.troubles[name] = needed
        return value

    def address(self, name: str, value: str, *, needed: bool) -> str | None:
        """Return an email address, or None where it may be left out and is."""
        value = one_line(value)
        if not value and not needed:
            return None
        try:
            return read_address(value[:400]).typed
        except InputError as error:
            self.troubles[name] = sentence(error) if value else "Without one nothing can be sent."
            return None

    def hours(self, name: str, value: str, bounds: tuple[int, int]) -> timedelta:
        """Return whole or half hours within `bounds`."""
        low, high = bounds
        try:
            hours = float(value.strip().replace(",", ".")[:20])
        except ValueError:
            hours = -1.0
        if not low <= hours <= high:
            self.troubles[name] = f"Hours from {low} to {high}."
            return timedelta()
        return timedelta(hours=round(hours * 60) / 60)

    def seconds(self, name: str, value: str, most: int) -> timedelta | None:
        """Return whole seconds up to `most`, or None for nothing typed."""
        if not value.strip():
            return None
        if not value.strip().isdecimal() or len(value.strip()) > 6 or int(value) > most:
            self.troubles[name] = f"Seconds from 0 to {most}, or nothing."
            return None
        return timedelta(seconds=int(value))

    def house_style(self, value: str) -> tuple[StyleRule, ...]:
        """Return the house style that the lines say."""
        try:
            return read_lines(value)
        except InputError as error:
            self.troubles["style"] = sentence(error)
            return ()

    def campaign(self, value: str) -> str:
        """Return the parameters that links to the outlet's own site carry; one that could name a reader is none."""
        try:
            return read_campaign(value)
        except InputError as error:
            self.troubles["tracking"] = sentence(error)
            return value

    def pattern(self, name: str, value: str) -> str:
        """Return a pattern that the words of an edition fill."""
        value = self.text(name, value, 300, needed="Without a pattern it would be empty.")
        if name not in self.troubles:
            try:
                fill_pattern(value, dict.fromkeys(PATTERN_KEYS, "x"))
            except InputError:
                self.troubles[name] = "Only {headline}, {dek}, {number}, {name} and {date} may stand in braces."
        return value

    def slot(self, typed: Typed) -> Slot:
        """Return the slot; a zone or time that does not exist is a trouble of its field."""
        zone, at = one_line(typed.zone), time(7)
        try:
            zone_of(zone)
        except InputError:
            self.troubles["zone"] = f"There is no time zone “{zone[:60]}”. Choose one such as Europe/Brussels."
        try:
            at = time.fromisoformat(one_line(typed.at).zfill(5)[:8]).replace(tzinfo=None, microsecond=0)
        except ValueError:
            self.troubles["at"] = "A time of day from 00:00 to 23:59."
        if typed.weekday not in ("0", "1", "2", "3", "4", "5", "6"):
            self.troubles["weekday"] = "A day from Monday to Sunday."
            return Slot(weekday=5, at=at, zone="UTC")
        return Slot(weekday=int(typed.weekday), at=at, zone=zone)


@router.get("/newsletters")
def listing(house: InHouse, account: Somebody) -> Response:
    """Show the newsletters with their next slot and their readers; an admin may add one."""
    return _list_page(house, account, Typed(), {})


@router.post("/newsletters")
def add(house: InHouse, account: Admin, form: Annotated[Typed, Form()]) -> Response:
    """Add a newsletter with the standard plan; the rest of it is on its own page."""
    reader, short = Reader(), one_line(form.id).lower()
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,62}", short):
        reader.troubles["id"] = "Small letters, digits and hyphens only, 63 at most; it stands in addresses and commands."
    form = form.model_copy(update={"public_name": form.public_name or form.from_name})
    made = _read(house, form, reader, id=short, plan=planning.STANDARD_PLAN)
    if reader.troubles:
        return _list_page(house, account, form, reader.troubles, status=422)
    try:
        planning.add(house.database, made, who=account.name, now=house.clock())
    except Conflict as error:
        return _list_page(house, account, form, {"id": sentence(error)}, status=409)
    return RedirectResponse(f"/newsletters/{made.id}/slots", 303)


@router.get("/newsletters/{newsletter_id}")
def show(newsletter_id: str, house: InHouse, account: Somebody, saved: bool = False) -> Response:  # noqa: FBT001, FBT002  a query's flag
    """Show who a newsletter is from and when it goes out."""
    with house.database.reading() as session:
        newsletter = newsletters.get(session, newsletter_id)
    return _page(house, account, newsletter, _typed(newsletter), said={"saved": saved})


@router.post("/newsletters/{newsletter_id}")
def change(newsletter_id: str, house: InHouse, account: Admin, form: Annotated[Typed, Form()]) -> Response:
    """Save who it is from and when it goes out, if nobody else changed it since the page was shown."""
    with house.database.reading() as session:
        before = newsletters.get(session, newsletter_id)
    reader = Reader()
    after = _read(house, form, reader, id=before.id, plan=before.plan)
    if reader.troubles:
        return _page(house, account, before, form, said={"troubles": reader.troubles, "status": 422})
    try:
        kept = planning.change(house.database, after, form.seen, who=account.name, now=house.clock())
    except Conflict:
        # What was typed stays, bound to what stands now: whoever has seen it may save over it.
        fresh = form.model_copy(update={"seen": planning.fingerprint(before)})
        return _page(house, account, before, fresh, said={"stale": differing(before, after), "status": 409})
    if kept:
        return _page(house, account, after, _typed(after), said={"saved": True, "kept": kept})
    return RedirectResponse(f"/newsletters/{newsletter_id}?saved=true", 303)


def differing(one: Newsletter, other: Newsletter) -> list[tuple[str, str]]:
    """Return where two newsletters differ: the field's name and what stands in the first."""
    mine, yours = _typed(one).model_dump(), _typed(other).model_dump()
    return [(name.replace("_", " "), str(mine[name])) for name in mine if name != "seen" and mine[name] != yours[name]]


def _read(house: House, form: Typed, reader: Reader, **whole: Any) -> Newsletter:  # noqa: ANN401  the fields that the form lacks
    name = reader.text("name", form.name, 120, needed="Readers and the desk need a name for it.")
    theme = one_line(form.theme)
    if theme not in _themes(house):
        reader.troubles["theme"] = "There is no such theme."
    language = reader.text("language", form.language, 35, needed="Its language, such as en or fr.")
    if "language" not in reader.troubles and not re.fullmatch(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*", language):
        reader.troubles["language"] = "A language tag such as en, fr or pt-BR."
    domain = reader.text("list_domain", form.list_domain, 200).lower()
    if domain and not re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", domain):
        reader.troubles["list_domain"] = "A domain such as lists.example.org, or nothing."
    return Newsletter(
        **whole,
        name=name,
        public_name=reader.text("public_name", form.public_name, 120, needed="Readers know the outlet by it."),
        from_name=reader.text("from_name", form.from_name, 120, needed="The name in readers’ inboxes."),
        from_address=reader.address("from_address", form.from_address, needed=True) or "nobody@invalid.invalid",
        reply_to=reader.address("reply_to", form.reply_to, needed=False),
        postal_address=reader.text("postal_address", form.postal_address, 300, needed="The law asks for one in every mail (16 CFR 316.5)."),
        list_domain=domain,
        subject=reader.pattern("subject", form.subject),
        preheader=reader.pattern("preheader", form.preheader),
        language=language,
        theme=theme,
        why=reader.text("why", form.why, 300, needed="One sentence in the mail’s foot."),
        slot=reader.slot(form),
        grace=reader.hours("grace", form.grace, (0, 72)),
        lead_time=reader.hours("lead_time", form.lead_time, (1, 167)),
        style=reader.house_style(form.style),
        tracking=reader.campaign(form.tracking),
        undo=reader.seconds("undo", form.undo, 3600),
    )


def _typed(newsletter: Newsletter) -> Typed:
    plain = ("name", "public_name", "from_name", "from_address", "postal_address", "list_domain", "subject", "preheader", "language")
    return Typed(
        **{name: getattr(newsletter, name) for name in (*plain, "theme", "why", "id")},
        reply_to=newsletter.reply_to or "",
        weekday=str(newsletter.slot.weekday),
        at=newsletter.slot.at.isoformat("seconds").removesuffix(":00"),
        zone=newsletter.slot.zone,
        grace=f"{newsletter.grace.total_seconds() / 3600:g}",
        lead_time=f"{newsletter.lead_time.total_seconds() / 3600:g}",
        style=written(newsletter.style),
        tracking=newsletter.tracking,
        undo="" if newsletter.undo is None else f"{newsletter.undo.total_seconds():g}",
        seen=planning.fingerprint(newsletter),
    )


def _themes(house: House) -> tuple[str, ...]:
    return tuple(theme_names(template_roots(house.runtime.settings.templates)))


def _list_page(house: House, account: Account, form: Typed, troubles: dict[str, str], *, status: int = 200) -> Response:
    data = frame(house, account)
    with house.database.reading() as session:
        rows = [
            {"one": one, "readers": subscribers.count(session, one.id), "next": slot_after(one.slot, data["now"])}
            for one in data["newsletters"]
        ]
    data |= {"rows": rows, "form": form, "troubles": troubles, "themes": _themes(house), "zones": zones()}
    return house.pages("newsletters.html", status=status, **data)


def _page(house: House, account: Account, newsletter: Newsletter, form: Typed, *, said: dict[str, Any]) -> Response:
    with house.database.reading() as session:
        readers = subscribers.count(session, newsletter.id)
    data = frame(house, account, newsletter) | {"form": form, "readers": readers, "themes": _themes(house), "zones": zones()}
    data |= {"saved": False, "stale": None, "kept": (), "troubles": {}, "odd": planning.odd_slots(newsletter, now=data["now"])}
    return house.pages("newsletter.html", **(data | said))


def zones() -> tuple[str, ...]:
    """Return the zones to choose from: those named after places, and UTC."""
    areas = ("Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
    return ("UTC", *sorted(name for name in available_timezones() if name.partition("/")[0] in areas and "/" in name))
