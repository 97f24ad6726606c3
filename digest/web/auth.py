"""Signing in and out, and who is asking: a session cookie, and a role that may look or act."""

import re
import secrets
from datetime import timedelta
from typing import Annotated, Any, Final
from urllib.parse import quote, urlsplit

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from digest.flows import signing_in
from digest.flows.signing_in import Caller, TooManyTriesError
from digest.model.account import Account, Role
from digest.model.quoting import one_line
from digest.web.house import House, InHouse

router = APIRouter()
COOKIE: Final = "digest_session"
_LOCAL: Final = re.compile(r"/(?![/\\])[A-Za-z0-9._~/?=&%+-]*\Z")
# The page that a form stood on, to come back to after signing in.
_PAGE: Final = re.compile(r"/(?:editions/\d+|newsletters/[a-z0-9-]+(?:/slots|/plan)?|sources|people|account)(?=/|\Z)")


class NoSessionError(Exception):
    """Nobody is signed in; the answer is the sign-in page, which leads back to `to`."""

    def __init__(self, to: str) -> None:
        super().__init__(to)
        self.to = to


class NotAllowedError(Exception):
    """The account may not do this; `needs` is the least role that may."""

    def __init__(self, account: Account, needs: Role = Role.EDITOR) -> None:
        super().__init__(account.email)
        self.account = account
        self.needs = needs


def local_path(text: str) -> str:
    """Return `text` where it is a path on this site, else "/": a sign-in never leads to somebody else's page."""
    parts = urlsplit(text) if _LOCAL.match(text) else None
    return text if parts and not parts.scheme and not parts.netloc and parts.path != "/sign-in" else "/"


def account_of(request: Request, house: House) -> Account | None:
    """Return who is signed in, or None."""
    token = request.cookies.get(COOKIE)
    return signing_in.signed_in(house.database, token, now=house.clock()) if token else None


def somebody(request: Request, house: InHouse) -> Account:
    """Return who is signed in; raises NoSessionError."""
    account = account_of(request, house)
    if account is not None:
        return account
    if request.method == "GET":
        query = f"?{request.url.query}" if request.url.query else ""
        raise NoSessionError(request.url.path + query)
    page = _PAGE.match(request.url.path)
    raise NoSessionError(page[0] if page else "/")


def an_editor(account: Annotated[Account, Depends(somebody)]) -> Account:
    """Return who is signed in and may act; raises NotAllowedError for a viewer."""
    if account.role not in (Role.EDITOR, Role.ADMIN):
        raise NotAllowedError(account)
    return account


def an_admin(account: Annotated[Account, Depends(somebody)]) -> Account:
    """Return who is signed in and may let people in; raises NotAllowedError for anybody else."""
    if account.role is not Role.ADMIN:
        raise NotAllowedError(account, Role.ADMIN)
    return account


def caller_of(request: Request, token: str) -> Caller:
    """Return where a request comes from, with the session token that its browser holds or is to hold."""
    ip = request.client.host if request.client else ""
    return Caller(token=token, ip=ip, user_agent=one_line(request.headers.get("user-agent", "")))


def wait_page(house: House, template: str, wait: timedelta, **data: Any) -> Response:  # noqa: ANN401  what a template shows
    """Return the form again with how long to wait for the next try."""
    minutes = int(wait.total_seconds()) // 60 + 1
    trouble = f"Too many tries. Wait {minutes} minute{'s' if minutes > 1 else ''}, then try again."
    headers = {"retry-after": str(int(wait.total_seconds()) + 1)}
    return house.pages(template, status=429, headers=headers, trouble=trouble, **data)


Somebody = Annotated[Account, Depends(somebody)]
Editor = Annotated[Account, Depends(an_editor)]
Admin = Annotated[Account, Depends(an_admin)]


@router.get("/sign-in")
def show_sign_in(request: Request, house: InHouse) -> Response:
    """Show the sign-in page, or go on where somebody is signed in already."""
    to = local_path(request.query_params.get("next", "/"))
    if account_of(request, house) is not None:
        return RedirectResponse(to, 303)
    return house.pages("sign_in.html", to=to, email="", trouble=None)


@router.post("/sign-in")
def sign_in(
    request: Request,
    house: InHouse,
    email: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    to: Annotated[str, Form(alias="next")] = "/",
) -> Response:
    """Open a session, or say on the same page why not."""
    to, email = local_path(to), one_line(email)[:320]
    token = secrets.token_urlsafe(32)
    try:
        account = signing_in.sign_in(house.database, email, password, caller_of(request, token), now=house.clock())
    except TooManyTriesError as error:
        return wait_page(house, "sign_in.html", error.wait, to=to, email=email)
    if account is None:
        trouble = "This address and password do not go together. Check both; an admin can set a new password."
        return house.pages("sign_in.html", status=401, to=to, email=email, trouble=trouble)
    if old := request.cookies.get(COOKIE):
        signing_in.sign_out(house.database, old, now=house.clock())
    answer = RedirectResponse(to, 303)
    age = int(signing_in.SESSION_LENGTH.total_seconds())
    answer.set_cookie(COOKIE, token, max_age=age, path="/", secure=house.secure, httponly=True, samesite="lax")
    return answer


@router.post("/sign-out")
def sign_out(request: Request, house: InHouse) -> Response:
    """End the session."""
    if token := request.cookies.get(COOKIE):
        signing_in.sign_out(house.database, token, now=house.clock())
    answer = RedirectResponse("/sign-in", 303)
    answer.delete_cookie(COOKIE, path="/", secure=house.secure, httponly=True, samesite="lax")
    return answer


def sign_in_page(to: str) -> str:
    """Return the address of the sign-in page that leads back to `to`."""
    to = local_path(to)
    return "/sign-in" if to == "/" else f"/sign-in?next={quote(to, safe='/')}"
