"""The reader's own pages behind the signed links of a mail: GET shows, POST acts, nobody signs in."""

from typing import Annotated, Literal

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse, Response

from digest.audience.token import Purpose
from digest.flows import subscribing, viewing
from digest.flows.subscribing import Standing
from digest.model.subscriber import SubscriptionState
from digest.web.headers import OPEN_MAIL, TOKEN_PAGE
from digest.web.house import House, InHouse

router = APIRouter()


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
    return _preferences_page(house, token, _known(house, Purpose.PREFERENCES, token), done=None)


@router.post("/p/{token}")
def change_preferences(token: str, house: InHouse, act: Annotated[Literal["unsubscribe", "come_back"], Form()]) -> Response:
    """End the subscription, or take it up again."""
    known = _known(house, Purpose.PREFERENCES, token)
    change = subscribing.unsubscribe if act == "unsubscribe" else subscribing.come_back
    change(house.database, known, now=house.clock())
    done = "gone" if act == "unsubscribe" else "back"
    return _preferences_page(house, token, _known(house, Purpose.PREFERENCES, token), done=done)


@router.get("/v/{token}")
def in_browser(token: str, house: InHouse) -> HTMLResponse:
    """Show the mail as this reader got it."""
    return HTMLResponse(viewing.in_browser(house.database, house.secret, house.runtime.public_url, token), headers=OPEN_MAIL)


def _known(house: House, purpose: Purpose, token: str) -> Standing:
    return subscribing.standing(house.database, house.secret, purpose, token)


def _unsubscribe_page(house: House, token: str, known: Standing, *, done: str | None) -> Response:
    gone = known.subscription.state is not SubscriptionState.CONFIRMED
    return house.pages("unsubscribe.html", headers=TOKEN_PAGE, token=token, known=known, newsletter=known.newsletter, gone=gone, done=done)


def _preferences_page(house: House, token: str, known: Standing, *, done: str | None) -> Response:
    gone = known.subscription.state is not SubscriptionState.CONFIRMED
    return house.pages("preferences.html", headers=TOKEN_PAGE, token=token, known=known, newsletter=known.newsletter, gone=gone, done=done)
