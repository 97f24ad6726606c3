"""The page of one edition: what is loaded for it, and what a refused act says on it."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from fastapi.responses import HTMLResponse

from digest.compose.check import BLOCK_BYTES, WARN_BYTES
from digest.compose.checks.weight import weigh
from digest.compose.differ import title_of
from digest.compose.merge import items_of
from digest.errors import RenderError
from digest.flows import correcting, previewing
from digest.flows.previewing import Preview
from digest.model.account import Account, Role
from digest.model.edition import UNAPPROVED, Article, Edition, EditionRecord, EditionState
from digest.model.mailing import NOTHING, Rendered
from digest.model.newsletter import Newsletter
from digest.model.week import zone_of
from digest.store import departures, editions, newsletters, subscribers
from digest.web.clash import Clash
from digest.web.findings import LinkLine, groups_of, leads_to, link_line, open_to_override, passed, summary
from digest.web.form import ItemForm, form_of
from digest.web.house import House
from digest.web.mail import text_part
from digest.web.own_fields import own_fields
from digest.web.rail import place_names, rail_of
from digest.web.sendings import values_of
from digest.web.standing import may_be_late, standing_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What an editor had typed into a form that was refused, and why: it is shown where it happened."""

    form: str
    trouble: str
    values: dict[str, str] = field(default_factory=dict)
    status: int = 422


@dataclass(frozen=True, slots=True, kw_only=True)
class InHand:
    """The item whose form stands open: what was typed into it, why it was not saved, and the texts that clash.

    `after` names the button that was pressed last, so that the keyboard stays on it. `gone` is a revision that holds the
    item, where somebody took it out while it was typed in.
    """

    place: str
    after: str = ""
    typed: dict[str, str] = field(default_factory=dict)
    trouble: str = ""
    clash: Clash | None = None
    gone: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """The preview's choice of sections: its query, and for each its name, whether it is on, and the query that turns it."""

    query: str
    links: tuple[tuple[str, bool, str], ...]


def edition_page(  # noqa: PLR0913  what a request may ask of one page
    house: House,
    account: Account,
    edition_id: int,
    *,
    view: str | None = None,
    typed: Typed | None = None,
    hand: InHand | None = None,
    off: frozenset[str] = NOTHING,
) -> HTMLResponse:
    """Return the page; `off` are the sections that the reader leaves out whose mail is shown. Raises NotFound."""
    now = house.clock()
    with house.database.reading() as session:
        record = editions.get(session, edition_id)
        newsletter = newsletters.get(session, record.newsletter_id)
        edition = editions.content(session, edition_id, record.revision)
        begins = departures.chosen(session, edition_id)
        readers = subscribers.count(session, record.newsletter_id)
        names = newsletters.listed(session)
        links = link_line(session, edition_id, edition)
    of_sending = values_of(house, account, edition_id)
    sent, correcting_sent = of_sending["sendings"], of_sending["correcting"]
    shown, trouble = preview_of(house, edition_id)
    findings = shown.findings if shown else ()
    may_edit = account.role is not Role.VIEWER and record.state in correcting.OPEN
    hand = hand if may_edit else None
    view = view or ("sending" if sent and not correcting_sent else "phone" if hand else "desktop")
    if view == "sending" and not sent:
        view = "desktop"
    data: dict[str, Any] = of_sending | {
        "account": account,
        "newsletter": newsletter,
        "newsletters": names,
        "now": now,
        "record": record,
        "edition": edition,
        "standing": standing_of(record, [one.mailing for one in sent]),
        "late": may_be_late(record, now),
        "readers": readers,
        "begins": begins,
        "undo_seconds": house.runtime.settings.undo_seconds if newsletter.undo is None else newsletter.undo.total_seconds(),
        "view": view,
        "shown": shown,
        "trouble": trouble,
        "text": text_part(shown.rendered, house.runtime.public_url, off) if shown and view == "text" else None,
        "leaving": leaving_of(shown.rendered if shown else None, off),
        "rail": rail_of(edition, newsletter, findings),
        "findings": findings,
        "places": place_names(edition),
        "summary": summary(findings),
        "passed": passed(findings, newsletter, links),
        "groups": groups_of(findings),
        "leads": leads_to(edition) if may_edit else {},
        "links": links,
        "open_to_override": open_to_override,
        "weights": weigh(edition, shown.rendered) if shown else (),
        "late_pictures": any(finding.code == "picture_late" for finding in findings),
        "waits": waits_for(shown, links),
        "blocks": sum(finding.blocks for finding in findings) + (trouble is not None),
        "warn_bytes": WARN_BYTES,
        "block_bytes": BLOCK_BYTES,
        "typed": typed,
        "act": next_act(record, account, sent=bool(sent) and not correcting_sent),
        "schedule": _schedule_values(record, newsletter, typed, now),
        "may_edit": may_edit,
        "hand": hand,
        "form": _form(house, record, edition, hand) if hand else None,
        "steps": correcting.history(house.database, edition_id)[1] if may_edit else None,
        "sections": _sections(edition, newsletter),
        "gone": correcting.removed(house.database, edition_id) if may_edit else (),
        "title_of": title_of,
        "voids": record.state in correcting.APPROVED,
    }
    status = typed.status if typed else 409 if hand and hand.clash else 422 if hand and hand.trouble else 200
    return house.pages("edition.html", status=status, **data)


def waits_for(shown: Preview | None, links: LinkLine) -> str:
    """Return what the page shows of what workers still fetch or ask, "" where nothing is on its way: another word, another page."""
    if shown is None or not (shown.waiting or links.waiting):
        return ""
    return f"{shown.rendered.sha256[:12]} {shown.waiting} {links.known} {links.waiting}"


def leaving_of(rendered: Rendered | None, off: frozenset[str]) -> Leaving:
    """Return what a reader may leave out of the mail, and the addresses that show it with and without each."""
    segments = rendered.segments if rendered is not None else ()
    shown = off & {segment.key for segment in segments}
    links = tuple((one.name, one.key not in shown, _off(shown ^ {one.key})) for one in segments)
    return Leaving(query=_off(shown), links=links)


def _off(keys: AbstractSet[str]) -> str:
    return urlencode([("off", key) for key in sorted(keys)])


def _sections(edition: Edition, newsletter: Newsletter) -> tuple[tuple[str, str, str], ...]:
    """Return where an item can go, (what a form names it by, its name, its kind): what stands, and what is planned beside it."""
    there = {section.key for section in edition.sections}
    stand = [(section.id, section.heading or section.kind.capitalize(), str(section.kind)) for section in edition.sections]
    planned = [one for one in newsletter.plan if one.key not in there]
    return (*stand, *((f"{correcting.PLANNED}{one.key}", one.heading or one.kind.capitalize(), str(one.kind)) for one in planned))


def _form(house: House, record: EditionRecord, edition: Edition, hand: InHand) -> ItemForm:
    if hand.gone:
        with house.database.reading() as session:
            edition = editions.content(session, record.id, hand.gone)
    article = items_of(edition).get(hand.place)
    own = correcting.own_picture(house.database, record.id, hand.place) if isinstance(article, Article) else None
    return form_of(edition, hand.place, own, hand.typed, own_fields(house, edition, hand.place))


def preview_of(house: House, edition_id: int) -> tuple[Preview | None, str | None]:
    """Return the mail as it would be sent, or the sentence that says which template is at fault."""
    try:
        return previewing.preview(house.database, house.press, edition_id, now=house.clock()), None
    except RenderError as error:
        return None, str(error)


def next_act(record: EditionRecord, account: Account, *, sent: bool) -> str | None:
    """Return the act that the page's one filled button does: "approve", "schedule" or none."""
    if account.role is Role.VIEWER or sent:
        return None
    if record.state in UNAPPROVED:
        return "approve"
    if record.state is EditionState.APPROVED or (record.state is EditionState.SCHEDULED and record.held is not None):
        return "schedule"
    return None


def _schedule_values(record: EditionRecord, newsletter: Newsletter, typed: Typed | None, now: datetime) -> dict[str, str]:
    if typed is not None and typed.form == "schedule":
        return typed.values
    over = record.slot <= now or record.due != record.slot
    return {"when": "other" if over else "slot", "day": "", "at": ""} | (
        {} if record.due <= now else _wall(record.due, newsletter.slot.zone)
    )


def _wall(moment: datetime, zone: str) -> dict[str, str]:
    local = moment.astimezone(zone_of(zone))
    return {"day": f"{local:%Y-%m-%d}", "at": f"{local:%H:%M}"}
