"""Pages for what goes wrong: where it happened, what is safe, what to do, in that order."""

import re
from collections.abc import Awaitable, Callable
from typing import Any, Final

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from digest.errors import Conflict, DatabaseUnreachable, DigestError, InputError, NotFound, RefusedError, WrongRevision
from digest.log import get_log
from digest.model.account import Role
from digest.web.auth import NoSessionError, NotAllowedError, sign_in_page
from digest.web.headers import DESK_HEADERS
from digest.web.house import house_of
from digest.web.kept import Given, given, keeps, kept_page

log = get_log("web")
_EDITION: Final = re.compile(r"/editions/\d+")


def handlers() -> dict[Any, Callable[[Request, Any], Any]]:
    """Return what answers which error."""
    return {
        NoSessionError: _signed_out,
        NotAllowedError: _keeping(_not_allowed),
        NotFound: _keeping(_not_found),
        Conflict: _keeping(_refused),
        RefusedError: _keeping(_refused),
        DatabaseUnreachable: _keeping(_no_database),
        WrongRevision: _keeping(_no_database),
        InputError: _keeping(_unusable),
        DigestError: _keeping(_failed),
        RequestValidationError: _keeping(_malformed),
        HTTPException: _http,
        Exception: _failed,
    }


def _keeping(handler: Callable[[Request, Any], Response]) -> Callable[[Request, Any], Awaitable[Response]]:
    """Let a handler's page give back what was typed, where the form that it refuses holds an editor's words."""

    async def keeping(request: Request, error: Exception) -> Response:
        answer = handler(request, error)
        fields = await _typed(request)
        if not any(one.shown and one.value.strip() for one in fields) or not isinstance(answer, Said):
            return answer
        house = house_of(request)
        said = (answer.status_code, answer.title, (*answer.sentences, "What you typed stands below."))
        return kept_page(house.pages, request.url.path, fields, said, **answer.own_headers)

    return keeping


async def _typed(request: Request) -> tuple[Given, ...]:
    """Return the fields of the form that was sent; the handler before us has read it, so it costs nothing."""
    if request.method != "POST" or not keeps(request.url.path):
        return ()
    form = await request.form()
    return given((name, value) for name, value in form.multi_items() if isinstance(value, str))


async def _signed_out(request: Request, error: NoSessionError) -> Response:
    fields = await _typed(request)
    if any(one.shown and one.value.strip() for one in fields):
        said = ("Nothing was saved. What you typed stands below.", "Sign in in another tab, come back here and try again.")
        return kept_page(house_of(request).pages, request.url.path, fields, (401, "You were signed out", said))
    return RedirectResponse(sign_in_page(error.to), 303)


class Said(HTMLResponse):
    """A page that says what went wrong; what it says can be said on another page."""

    title: str = ""
    sentences: tuple[str, ...] = ()
    own_headers: dict[str, str]


def _page(request: Request, status: int, title: str, *sentences: str, **headers: str) -> Response:
    path = request.url.path
    to = {"href": "/", "words": "Go to the desk"}
    if path.startswith(("/u/", "/p/", "/v/", "/c/", "/archive/", "/subscribe/")):
        to = {"href": "", "words": ""}
    elif (edition := _EDITION.match(path)) and status not in (404, 500, 503):
        to = {"href": edition[0], "words": "Open the edition"}
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    page = house_of(request).pages("message.html", status=status, headers=names, title=title, sentences=sentences, to=to)
    said = Said(page.body, status_code=status, headers=names)
    said.title, said.sentences, said.own_headers = title, sentences, names
    return said


def _not_allowed(request: Request, error: NotAllowedError) -> Response:
    if error.needs is Role.ADMIN:
        kind = "a viewer" if error.account.role is Role.VIEWER else "an editor"
        said = f"{error.account.name} is signed in as {kind}. Nothing was changed."
        return _page(request, 403, "This is for admins", said, "An admin can do it, or make you an admin.")
    return _page(
        request,
        403,
        "You may look, not act",
        f"{error.account.name} is signed in as a viewer. Nothing was changed.",
        "An editor or an admin can do this, or make you an editor.",
    )


def _not_found(request: Request, error: NotFound) -> Response:
    if request.url.path.startswith("/c/"):
        return _page(
            request,
            404,
            "This link leads nowhere",
            "Either a part of it got lost on the way, or it is over a week old and forgotten. Nothing was changed.",
            "Open it again from the letter, whole, or ask anew: another letter comes.",
            referrer_policy="no-referrer",
        )
    if request.url.path.startswith(("/u/", "/p/", "/v/")):
        return _page(
            request,
            404,
            "This link leads nowhere",
            "Either a part of it got lost on the way, or the subscription behind it is gone. Nothing was changed.",
            "Open the link again from the mail itself. If it still leads here, answer the mail: a person reads that.",
            referrer_policy="no-referrer",
        )
    if request.url.path.startswith(("/archive/", "/subscribe/")) and "`" in str(error):
        # The remedy is a command of ours, and the names of all newsletters: nothing to tell a reader.
        return _page(request, 404, "There is nothing here", "No newsletter has this address, or not any more.")
    text = str(error)
    return _page(request, 404, "There is nothing here", text[:1].upper() + text[1:] + ".")


def _refused(request: Request, error: DigestError) -> Response:
    text = str(error)
    return _page(request, 409, "That was refused", text[:1].upper() + text[1:] + ".", "Nothing was changed.")


def _unusable(request: Request, error: InputError) -> Response:
    if request.method == "GET":
        return _page(request, 404, "There is nothing here", "The address is not one of ours.")
    text = str(error)
    return _page(request, 422, "That cannot be taken", text[:1].upper() + text[1:] + ".", "Nothing was changed.")


def _no_database(request: Request, error: DigestError) -> Response:
    log.error("the database does not answer", why=str(error), path=request.url.path)
    lost = "" if request.method == "GET" else " What you were just doing was not saved."
    return _page(
        request,
        503,
        "The database does not answer",
        f"What was saved is safe, and nothing is sent twice.{lost}",
        "Try again in a minute. If it stays so, whoever runs this service finds the reason in the log and with digest doctor.",
        retry_after="15",
    )


def _malformed(request: Request, _error: RequestValidationError) -> Response:
    if request.method == "GET":
        return _page(request, 404, "There is nothing here", "The address is not one of ours.")
    return _page(request, 400, "The form was not complete", "Nothing was changed. Go back, load the page again, and try once more.")


def _http(request: Request, error: HTTPException) -> Response:
    if error.status_code == 404:
        return _page(request, 404, "There is nothing here", "The address is not one of ours, or what was here is gone.")
    if error.status_code == 405:
        return _page(request, 405, "That cannot be done here", "This address is for looking only. Nothing was changed.")
    return _page(request, error.status_code, "That did not work", f"{error.detail}. Nothing was changed.")


def _failed(request: Request, error: Exception) -> Response:
    # Starlette raises it again after this answer, so the server's log has the traceback.
    log.error("a page failed", path=request.url.path, why=str(error))
    page = _page(
        request,
        500,
        "Something broke on our side",
        "What was saved before is safe. What you were just doing may not have been saved: look before you do it again.",
        "Whoever runs this service finds the reason in the log.",
    )
    for name, value in DESK_HEADERS.items():
        page.headers.setdefault(name, value)
    return page
