"""Subscribing from the web: a page and a form that any site may carry, and the page with the button behind the letter's link."""

from html import escape
from typing import Annotated, Any, Final

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from pydantic import BaseModel

from digest.audience.consent import WORDING, WORDINGS
from digest.audience.consent import Form as Origin
from digest.errors import InputError
from digest.flows import consenting, viewing
from digest.flows.consenting import Asking, Link
from digest.model.edition import Article, Brief, Edition
from digest.model.newsletter import Newsletter, SectionKind
from digest.store.consents import Proof
from digest.web.headers import PUBLIC_PAGE, TOKEN_PAGE
from digest.web.house import House, InHouse

router = APIRouter()

_LONGEST_AGENT: Final = 300
_MOST_LINES: Final = 3


class Filled(BaseModel):
    """The fields of the form; `website` is the one that nobody sees and robots fill."""

    email: str = ""
    website: str = ""
    form: str = ""


@router.get("/subscribe/{newsletter_id}")
def show_form(newsletter_id: str, house: InHouse) -> Response:
    """Show what the newsletter is, its last edition, and one field."""
    return _form_page(house, newsletter_id, status=200, typed="", wrong=None)


@router.post("/subscribe/{newsletter_id}")
def ask(newsletter_id: str, request: Request, house: InHouse, filled: Annotated[Filled, Form()]) -> Response:
    """Take a request in. Whoever is known, barred or too fast gets the same page; only what is no address is said.

    A form of another site may post here: nothing but a letter to the address itself comes of it.
    """
    email = filled.email
    origin = Origin.EMBEDDED if filled.form == Origin.EMBEDDED else Origin.PAGE
    asking = Asking(newsletter_id=newsletter_id, address=email, proof=proof_of(request, origin), trap=filled.website)
    try:
        newsletter = consenting.ask(house.database, house.secret, asking, now=house.clock())
    except InputError as error:
        return _form_page(house, newsletter_id, status=422, typed=email[:320], wrong=_reason(email, error))
    return house.pages("subscribe_asked.html", newsletter=newsletter, address=email.strip())


@router.get("/subscribe/{newsletter_id}/form")
def show_snippet(newsletter_id: str, house: InHouse) -> Response:
    """Show the form as HTML for the outlet's own pages."""
    newsletter, _ = viewing.latest(house.database, newsletter_id)
    code = snippet(newsletter, house.runtime.public_url)
    return house.pages("subscribe_form.html", headers=PUBLIC_PAGE, newsletter=newsletter, code=code)


@router.get("/c/{token}")
def show_confirmation(token: str, house: InHouse) -> Response:
    """Show the button. A scanner that follows the link of the letter changes nothing."""
    return _link_page(house, token, consenting.look(house.database, house.secret, token, now=house.clock()))


@router.post("/c/{token}")
def confirm(token: str, house: InHouse) -> Response:
    """Put the reader on the list; again, it says that they are."""
    return _link_page(house, token, consenting.confirm(house.database, house.secret, token, now=house.clock()))


def snippet(newsletter: Newsletter, public_url: str) -> str:
    """Return the form as plain HTML: no script, no style but what hides the field that robots fill."""
    action = escape(f"{public_url}/subscribe/{newsletter.id}")
    return f"""<form action="{action}" method="post">
  <input type="hidden" name="form" value="embedded">
  <p><label>Your email address<br>
    <input type="email" name="email" autocomplete="email" required></label></p>
  <p style="position:absolute;left:-9999px" aria-hidden="true"><label>Leave this empty
    <input name="website" tabindex="-1" autocomplete="off"></label></p>
  <p><button>Get {escape(newsletter.name)}</button></p>
  <p><small>{escape(WORDINGS[WORDING])}</small></p>
</form>
"""


def proof_of(request: Request, origin: Origin) -> Proof:
    """Return what is kept of the moment of asking. The server has put a trusted proxy's word for the caller's address already."""
    agent = request.headers.get("user-agent", "").replace("\0", "")[:_LONGEST_AGENT]
    return Proof(form=origin, wording=WORDING, ip=request.client.host if request.client else None, user_agent=agent or None)


def _form_page(house: House, newsletter_id: str, *, status: int, typed: str, wrong: str | None) -> Response:
    newsletter, last = viewing.latest(house.database, newsletter_id)
    edition = None if last is None else last.edition
    shown: dict[str, Any] = {"last": last, "lead": None if edition is None else _lead(edition), "lines": _lines(edition)}
    headers = PUBLIC_PAGE if status == 200 else None
    wording = WORDINGS[WORDING]
    return house.pages(
        "subscribe.html", status=status, headers=headers, newsletter=newsletter, typed=typed, wrong=wrong, wording=wording, **shown
    )


def _link_page(house: House, token: str, link: Link) -> Response:
    return house.pages("subscribe_confirm.html", headers=TOKEN_PAGE, token=token, link=link, newsletter=link.newsletter)


def _reason(typed: str, error: InputError) -> str:
    if not typed.strip():
        return "Write the address that it shall come to."
    return str(error.__cause__) if error.__cause__ else "It holds characters that look like others. Type it anew."


def _lead(edition: Edition) -> Article | None:
    articles = [item for section in edition.sections for item in section.items if isinstance(item, Article)]
    leads = [item for section in edition.sections if section.kind is SectionKind.LEAD for item in section.items]
    return next((item for item in leads if isinstance(item, Article)), articles[0] if articles else None)


def _lines(edition: Edition | None) -> tuple[tuple[str, str], ...]:
    """What else is in it, as (label, words): articles by their kicker, then the briefs by their first."""
    if edition is None:
        return ()
    lead = _lead(edition)
    articles = [item for section in edition.sections for item in section.items if isinstance(item, Article) and item is not lead]
    lines = [(article.kicker or "", article.headline) for article in articles]
    for section in edition.sections:
        said = [item.lead.rstrip(".") for item in section.items if isinstance(item, Brief) and item.lead]
        if said:
            more = f", and {len(section.items) - 1} more" if len(section.items) > 1 else ""
            return (*lines[: _MOST_LINES - 1], (section.heading or "", f"{said[0]}{more}"))
    return tuple(lines[:_MOST_LINES])
