"""The desk: the newsletter's home, and one edition as it will be sent."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from fastapi.responses import Response

from digest.web.auth import Somebody
from digest.web.editions import edition_page
from digest.web.home import home_page
from digest.web.house import InHouse

router = APIRouter()
View = Literal["sending", "desktop", "phone", "dark", "text"]


@router.get("/")
def home(house: InHouse, account: Somebody, newsletter: Annotated[str | None, Query()] = None) -> Response:
    """Show what waits, when it goes out, and the editions of one newsletter."""
    return home_page(house, account, newsletter)


@router.get("/editions/{edition_id}")
def edition(edition_id: int, house: InHouse, account: Somebody, view: Annotated[View | None, Query()] = None) -> Response:
    """Show an edition: its items, the mail exactly as it will be sent, what was found, and the next act."""
    return edition_page(house, account, edition_id, view=view)
