"""The mail inside the preview frame: one frozen rendering by its hash, so what is seen is what is approved and sent."""

from typing import Final

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from digest.model.mailing import Rendered
from digest.render.fill import fill_html, fill_text
from digest.store import renderings
from digest.web.auth import Somebody
from digest.web.headers import FRAMED_MAIL
from digest.web.house import InHouse

router = APIRouter()
_READER: Final = {"name": "Ada", "address": "ada@example.org"}


@router.get("/editions/{edition_id}/mail/{sha256}")
def framed_mail(edition_id: int, sha256: str, house: InHouse, _account: Somebody) -> HTMLResponse:
    """Return the HTML part as a sample reader would get it, for the desk's frame only."""
    with house.database.reading() as session:
        rendered = renderings.by_sha256(session, edition_id, sha256)
    return HTMLResponse(fill_html(rendered, sample(house.runtime.public_url)), headers=FRAMED_MAIL)


def text_part(rendered: Rendered, public_url: str) -> str:
    """Return the text part as a sample reader would get it."""
    return fill_text(rendered, sample(public_url))


def sample(public_url: str) -> dict[str, str]:
    """Return a reader who does not exist; the links of that reader lead nowhere."""
    return _READER | {f"{name}_url": f"{public_url}/{path}/sample" for name, path in _LINKS}


_LINKS: Final = (("unsubscribe", "u"), ("preferences", "p"), ("browser", "v"))
