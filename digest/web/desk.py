"""The desk: the newsletter's home, and one edition as it will be sent."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from fastapi.responses import Response

from digest.web import edit, history, items, sending_acts, testsend
from digest.web.auth import Somebody
from digest.web.editions import InHand, edition_page
from digest.web.home import home_page
from digest.web.house import InHouse

router = APIRouter()
for room in (edit, items, history, testsend, sending_acts):
    router.include_router(room.router)
View = Literal["sending", "desktop", "phone", "dark", "text"]


@router.get("/")
def home(house: InHouse, account: Somebody, newsletter: Annotated[str | None, Query()] = None) -> Response:
    """Show what waits, when it goes out, and the editions of one newsletter."""
    return home_page(house, account, newsletter)


@router.get("/editions/{edition_id}")
def edition(  # noqa: PLR0913  what a page's address may ask
    edition_id: int,
    house: InHouse,
    account: Somebody,
    *,
    view: Annotated[View | None, Query()] = None,
    item: Annotated[str | None, Query(max_length=80)] = None,
    after: Annotated[str, Query(max_length=20)] = "",
    off: Annotated[list[str] | None, Query(max_length=40)] = None,
) -> Response:
    """Show an edition: its items, the mail exactly as it will be sent, what was found, and the next act; or the form of one item."""
    hand = InHand(place=item, after=after) if item else None
    return edition_page(house, account, edition_id, view=view, hand=hand, off=frozenset(off or ()))
