"""The reader's own pages behind the signed links of a mail: GET shows, POST acts, nobody signs in."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import BaseModel

from digest.audience.consent import Form as Origin
from digest.audience.token import Purpose
from digest.flows import preferring, subscribing, viewing
from digest.flows.preferring import Preferences, SectionWish, Wish
from digest.flows.subscribing import Standing
from digest.model.subscriber import SubscriptionState
from digest.web.headers import OPEN_MAIL, TOKEN_PAGE
from digest.web.house import House, InHouse
from digest.web.subscribe import proof_of

router = APIRouter()


class Wanted(BaseModel):
    """The fields of the preferences: which newsletters and sections are ticked, the name, and which button was pressed.

    `asked` names the sections that the page showed, as NEWSLETTER/KEY; one that it did not show stays as it is.
    """

    act: Literal["save", "leave", "undo"]
    get: list[str] = []
    asked: list[str] = []
    section: list[str] = []
    name: str | None = None


@router.get("/u/{token}")
def show_unsubscribe(token: str, house: InHouse) -> Response:
    """Show one button. A scanner that follows every link of a mail changes nothing."""
    return _unsubscribe_page(house, token, _known(house, Purpose.UNSUBSCRIBE, token), done=None)


@router.post("/u/{token}")
def unsubscribe(token: str, house: InHouse) -> Response:
    """End the subscription at once (RFC 8058): the token alone decides, so the body, of whatever encoding, is not read."""
    known = _known(house, Purpose.UNSUBSCRIBE, token)
    subscribing.unsubscribe(house.database, known, now=house.clock())
    return _unsubscribe_page(house, token, _known(house, Purpose.UNSUBSCRIBE, token), done="gone")


@router.post("/u/{token}/undo")
def undo(token: str, house: InHouse) -> Response:
    """Take an unsubscribe back."""
    known = _known(house, Purpose.UNSUBSCRIBE, token)
    subscribing.come_back(house.database, known, now=house.clock())
    return _unsubscribe_page(house, token, _known(house, Purpose.UNSUBSCRIBE, token), done="back")


@router.get("/p/{token}")
def show_preferences(token: str, house: InHouse) -> Response:
    """Show what this reader gets."""
    return _preferences_page(house, token, preferring.preferences(house.database, house.secret, token))


@router.post("/p/{token}")
def change_preferences(token: str, request: Request, house: InHouse, filled: Annotated[Wanted, Form()]) -> Response:
    """Do as the reader says: `save` what is ticked, and the name; `leave` all; `undo` puts back what was left just now."""
    wanted = frozenset[str]() if filled.act == "leave" else frozenset(filled.get)
    name = filled.name if filled.act == "save" else None
    sections = _sections(filled) if filled.act == "save" else ()
    wish = Wish(newsletters=wanted, name=name, proof=proof_of(request, Origin.PREFERENCES), sections=sections)
    before, after = preferring.save(house.database, house.secret, token, wish, now=house.clock())
    back = before.got if filled.act == "leave" else ()
    return _preferences_page(house, token, after, done=filled.act, back=back)


@router.get("/v/{token}")
def in_browser(token: str, house: InHouse) -> HTMLResponse:
    """Show the mail as this reader got it."""
    return HTMLResponse(viewing.in_browser(house.database, house.secret, house.runtime.public_url, token), headers=OPEN_MAIL)


def _sections(filled: Wanted) -> tuple[SectionWish, ...]:
    named = ((one.partition("/"), one in filled.section) for one in filled.asked[:400])
    return tuple(SectionWish(newsletter=newsletter, key=key, on=on) for (newsletter, _, key), on in named)


def _known(house: House, purpose: Purpose, token: str) -> Standing:
    return subscribing.standing(house.database, house.secret, purpose, token)


def _unsubscribe_page(house: House, token: str, known: Standing, *, done: str | None) -> Response:
    gone = known.subscription.state is not SubscriptionState.CONFIRMED
    return house.pages("unsubscribe.html", headers=TOKEN_PAGE, token=token, known=known, newsletter=known.newsletter, gone=gone, done=done)


def _preferences_page(house: House, token: str, known: Preferences, *, done: str | None = None, back: tuple[str, ...] = ()) -> Response:
    changed = max((choice.subscription.changed for choice in known.choices if choice.subscription), default=None)
    shown: dict[str, Any] = {"token": token, "known": known, "newsletter": known.newsletter, "done": done, "back": back, "changed": changed}
    return house.pages("preferences.html", headers=TOKEN_PAGE, **shown)
