"""One's own account: the password, and the browsers that are signed in."""

import re
from typing import Annotated, Any, Final

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from digest.errors import RefusedError
from digest.flows import signing_in
from digest.flows.signing_in import TooManyTriesError
from digest.model.account import Account
from digest.web.auth import COOKIE, Somebody, caller_of, wait_page
from digest.web.frame import frame, sentence
from digest.web.house import House, InHouse

router = APIRouter()

# The first that fits: many call themselves by each other's names.
_BROWSERS: Final = (
    *(("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox")),
    *(("Chrom", "Chromium"), ("Safari", "Safari"), ("curl", "curl")),
)
_SYSTEMS: Final = (
    *(("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows")),
    *(("Mac OS", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux")),
)


def device_of(user_agent: str | None) -> str:
    """Return "Firefox on Linux" for what a browser calls itself, or its own words' beginning."""
    said = user_agent or ""
    browser = next((name for sign, name in _BROWSERS if sign in said), None)
    system = next((name for sign, name in _SYSTEMS if sign in said), None)
    if browser and system:
        return f"{browser} on {system}"
    return browser or system or (re.split(r"[/( ]", said)[0][:40] if said else "") or "An unknown browser"


@router.get("/account")
def show(request: Request, house: InHouse, account: Somebody, ended: int | None = None) -> Response:
    """Show one's own account; `ended` is how many sessions a change of password has just ended."""
    return house.pages("account.html", **_data(house, account, request), trouble=None, ended=ended)


@router.post("/account/password")
def change_password(
    request: Request,
    house: InHouse,
    account: Somebody,
    old: Annotated[str, Form()] = "",
    new: Annotated[str, Form()] = "",
) -> Response:
    """Change one's own password, which ends one's other sessions, or say on the same page why not."""
    caller = caller_of(request, request.cookies.get(COOKIE, ""))
    try:
        ended = signing_in.change_own_password(house.database, account, caller, (old, new), now=house.clock())
    except TooManyTriesError as error:
        return wait_page(house, "account.html", error.wait, **_data(house, account, request), ended=None)
    except RefusedError as error:
        return house.pages("account.html", status=422, **_data(house, account, request), trouble=sentence(error), ended=None)
    return RedirectResponse(f"/account?ended={ended}", 303)


@router.post("/account/sessions/{token_hash}/end")
def end_session(token_hash: str, house: InHouse, account: Somebody) -> Response:
    """Sign one of one's own browsers out; the present one is out then, too. A second press changes nothing."""
    signing_in.end_session(house.database, account, token_hash, now=house.clock())
    return RedirectResponse("/account", 303)


def _data(house: House, account: Account, request: Request) -> dict[str, Any]:
    here = signing_in.token_hash(request.cookies.get(COOKIE, ""))
    held = signing_in.sessions_of(house.database, account, now=house.clock())
    rows = [{"session": one, "device": device_of(one.user_agent), "here": one.token_hash == here} for one in held]
    return frame(house, account) | {"sessions": rows, "least": signing_in.LEAST}
