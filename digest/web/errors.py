"""Pages for what goes wrong: where it happened, what is safe, what to do, in that order."""

from collections.abc import Callable
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException

from digest.errors import Conflict, DatabaseUnreachable, DigestError, NotFound, RefusedError, WrongRevision
from digest.log import get_log
from digest.model.account import Role
from digest.web.auth import NoSessionError, NotAllowedError, sign_in_page
from digest.web.headers import DESK_HEADERS
from digest.web.house import house_of

log = get_log("web")


def handlers() -> dict[Any, Callable[[Request, Any], Any]]:
    """Return what answers which error."""
    return {
        NoSessionError: lambda _request, error: RedirectResponse(sign_in_page(error.to), 303),
        NotAllowedError: _not_allowed,
        NotFound: _not_found,
        Conflict: _refused,
        RefusedError: _refused,
        DatabaseUnreachable: _no_database,
        WrongRevision: _no_database,
        DigestError: _failed,
        RequestValidationError: _malformed,
        HTTPException: _http,
        Exception: _failed,
    }


def _page(request: Request, status: int, title: str, *sentences: str, **headers: str) -> Response:
    to = {"href": "/", "words": "Go to the desk"}
    if request.url.path.startswith(("/u/", "/p/", "/v/", "/c/", "/archive/", "/subscribe/")):
        to = {"href": "", "words": ""}
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return house_of(request).pages("message.html", status=status, headers=names, title=title, sentences=sentences, to=to)


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
    text = str(error)
    return _page(request, 404, "There is nothing here", text[:1].upper() + text[1:] + ".")


def _refused(request: Request, error: DigestError) -> Response:
    text = str(error)
    return _page(request, 409, "That was refused", text[:1].upper() + text[1:] + ".", "Nothing was changed.")


def _no_database(request: Request, error: DigestError) -> Response:
    log.error("the database does not answer", why=str(error), path=request.url.path)
    return _page(
        request,
        503,
        "The database does not answer",
        "What was saved is safe, and nothing is sent twice. What you were just doing was not saved.",
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
