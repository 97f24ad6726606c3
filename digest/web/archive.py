"""Past editions for everybody: the list that List-Archive points to, and each mail as it was sent, filled for nobody."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from digest.flows import viewing
from digest.web.atom import feed
from digest.web.headers import OPEN_MAIL, PUBLIC_PAGE
from digest.web.house import InHouse

router = APIRouter()

_MOST_IN_FEED = 30


@router.get("/archive/{newsletter_id}")
def past_editions(newsletter_id: str, house: InHouse) -> Response:
    """List what the newsletter has sent."""
    newsletter, past = viewing.past_editions(house.database, newsletter_id)
    return house.pages("archive.html", headers=PUBLIC_PAGE, newsletter=newsletter, past=past)


@router.get("/archive/{newsletter_id}/feed.atom")
def past_editions_feed(newsletter_id: str, house: InHouse) -> Response:
    """List the last of them for feed readers."""
    newsletter, past = viewing.past_editions(house.database, newsletter_id)
    body = feed(newsletter, past[:_MOST_IN_FEED], house.runtime.public_url)
    # A feed may be read from any page: nothing in it is anybody's own.
    headers = PUBLIC_PAGE | {"cross-origin-resource-policy": "cross-origin"}
    return Response(body, media_type="application/atom+xml", headers=headers)


@router.get("/archive/{newsletter_id}/{number}")
def past_edition(newsletter_id: str, number: int, house: InHouse) -> HTMLResponse:
    """Show one of them."""
    html = viewing.past_edition(house.database, house.runtime.public_url, newsletter_id, number)
    headers = {name: value for name, value in OPEN_MAIL.items() if name != "x-robots-tag"}
    return HTMLResponse(html, headers=headers | PUBLIC_PAGE)
