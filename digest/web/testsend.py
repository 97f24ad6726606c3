"""A test mail to a few addresses, from the desk: a page with one form, and what the relay said to each."""

import secrets
import threading
from typing import Annotated, Any

from fastapi import APIRouter, Form
from fastapi.responses import Response

from digest.errors import DeliveryError, InputError, RefusedError, RenderError, SettingsError
from digest.flows import testing
from digest.flows.testing import Bench, Tested, TestSend
from digest.model.account import Account, Role
from digest.model.mailing import NOTHING
from digest.store import editions, newsletters
from digest.web.auth import Editor, Somebody
from digest.web.edit import sentence
from digest.web.house import House, InHouse
from digest.web.standing import standing_of

router = APIRouter()
# A transport is not for two threads at once.
_ONE_AT_A_TIME = threading.Lock()
# What came of the forms sent last, so that one posted twice, by a double click say, sends once.
_DONE: dict[str, tuple[Tested, ...]] = {}
_REMEMBERED = 200


@router.get("/editions/{edition_id}/test")
def show_test(edition_id: int, house: InHouse, account: Somebody) -> Response:
    """Show the form; nothing is sent."""
    return _page(house, account, edition_id, to=account.email)


@router.post("/editions/{edition_id}/test")
def send_test(  # noqa: PLR0913  a form's fields
    edition_id: int,
    house: InHouse,
    account: Editor,
    *,
    to: Annotated[str, Form()] = "",
    once: Annotated[str, Form(max_length=80)] = "",
    without: Annotated[list[str] | None, Form(max_length=40)] = None,
) -> Response:
    """Send the mail to the addresses typed, and say what became of each; `once` names the form, `without` sections to leave out."""
    left_out = frozenset(without or ())
    try:
        addresses = testing.addresses_in([to[:4000]])
        with _ONE_AT_A_TIME:
            if once in _DONE:
                return _page(house, account, edition_id, to=to, left_out=left_out, done=_DONE[once])
            bench = Bench(
                press=house.press,
                public_url=house.runtime.public_url,
                transport=house.runtime.transport,
                unique=lambda: secrets.token_urlsafe(12),
                signers=house.runtime.signers,
                outbox=house.runtime.outbox,
            )
            test = TestSend(edition_id=edition_id, addresses=addresses, who=account.name, at=house.clock(), left_out=left_out)
            done = testing.send_test(house.database, bench, test)
            if once:
                _DONE[once] = done
                for old in list(_DONE)[:-_REMEMBERED]:
                    del _DONE[old]
    except (InputError, RefusedError, RenderError, DeliveryError, SettingsError) as error:
        return _page(house, account, edition_id, to=to, left_out=left_out, trouble=f"{sentence(error)} Nothing was sent.")
    return _page(house, account, edition_id, to=to, left_out=left_out, done=done)


def _page(  # noqa: PLR0913  what the page shows again
    house: House,
    account: Account,
    edition_id: int,
    *,
    to: str,
    left_out: frozenset[str] = NOTHING,
    trouble: str = "",
    done: tuple[Tested, ...] = (),
) -> Response:
    with house.database.reading() as session:
        record = editions.get(session, edition_id)
        newsletter = newsletters.get(session, record.newsletter_id)
        edition = editions.content(session, edition_id, record.revision)
        listed = newsletters.listed(session)
    data: dict[str, Any] = {
        "account": account,
        "may_act": account.role is not Role.VIEWER,
        "newsletters": listed,
        "newsletter": newsletter,
        "zone": newsletter.slot.zone,
        "now": house.clock(),
        "record": record,
        "edition": edition,
        "standing": standing_of(record),
        "most": testing.MOST,
        "to": to,
        "parts_of_it": [
            (one, one.key in left_out) for one in newsletter.optional if any(one.key == other.key for other in edition.sections)
        ],
        "once": secrets.token_urlsafe(12),
        "trouble": trouble,
        "done": done,
    }
    return house.pages("testsend.html", status=422 if trouble else 200, **data)
