"""The mail inside the preview frame: one frozen rendering by its hash, so what is seen is what is approved and sent."""

import re
from html import escape
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from digest.errors import NotFound
from digest.model.mailing import NOTHING, Rendered
from digest.render.fill import fill_html, fill_text
from digest.store import renderings
from digest.web.auth import Somebody
from digest.web.headers import FRAMED_MAIL
from digest.web.house import InHouse

router = APIRouter()
Scheme = Literal["light", "dark"]
_SCHEME: Final = re.compile(r"\(prefers-color-scheme:\s*(light|dark)\)")
_BOTH: Final = re.compile(r"(color-scheme:\s*|content=\")light dark\b")
_RING: Final = "outline:2px solid #3d74c4;outline-offset:5px;border-radius:2px;scroll-margin-top:96px"
_READER: Final = {"name": "Ada", "address": "ada@example.org"}
_MADE_ANEW: Final = (
    '<!doctype html><html lang="en"><title>Made anew</title><body style="font:16px/1.5 system-ui,sans-serif;color:#1b1b1b;'
    'background:#fdfdfb;padding:48px"><p>This mail was made anew since the page was opened: a picture came, or a text was changed.</p>'
    "<p>Reload the page to see it as it is now.</p></body></html>"
)
_LINKS: Final = (("unsubscribe", "u"), ("preferences", "p"), ("browser", "v"))


@router.get("/editions/{edition_id}/mail/{sha256}")
def framed_mail(  # noqa: PLR0913  what a frame may ask for
    edition_id: int,
    sha256: str,
    house: InHouse,
    _account: Somebody,
    *,
    scheme: Annotated[Scheme, Query()] = "light",
    words: Annotated[str, Query(max_length=300)] = "",
    later: Annotated[int, Query(ge=0, le=200)] = 0,
    off: Annotated[list[str] | None, Query(max_length=40)] = None,
) -> HTMLResponse:
    """Return the HTML part as a sample reader would get it, for the desk's frame only; `words` of the item in hand are ringed.

    `off` are the sections that this reader leaves out.
    """
    try:
        with house.database.reading() as session:
            rendered = renderings.by_sha256(session, edition_id, sha256)
    except NotFound:
        # Another mail than the one that the page speaks of must not stand in it: its button approves that one alone.
        return HTMLResponse(_MADE_ANEW, 404, headers=FRAMED_MAIL)
    html = for_frame(fill_html(rendered, sample(house.runtime.public_url), frozenset(off or ())), scheme)
    return HTMLResponse(ringed(html, words, later), headers=FRAMED_MAIL)


def for_frame(html: str, scheme: Scheme) -> str:
    """Return a mail as a client in that colour scheme shows it, whatever the desk's is; its links stay where they are.

    A sandboxed frame takes the scheme of the system (seen in Chromium 156), so the questions that the mail's styles ask are
    answered here. Only the head is touched. With a target that the sandbox forbids, a pressed link does nothing.
    """
    head, body, rest = html.partition("<body")
    head = _SCHEME.sub(lambda asked: "(min-width:0)" if asked[1] == scheme else "(max-width:0)", head)
    head = _BOTH.sub(lambda found: found[1] + scheme, head)
    return head.replace("<head>", '<head><base target="_blank">', 1) + body + rest


def ringed(html: str, words: str, later: int = 0) -> str:
    """Return a mail in the frame with a ring around `words` and an anchor `here` on it; as it is where it does not show them.

    The last place counts: a headline may stand in the preheader and the contents before its own item. `later` items of the
    same words follow it.
    """
    shown = escape(" ".join(words.split()), quote=False)
    at = html.rfind(f">{shown}") + 1 if shown else 0
    for _ in range(later):
        at = html.rfind(f">{shown}", 0, max(at - 1, 0)) + 1
    if not at or at < html.find("<body"):
        return html
    end = at + len(shown)
    return f'{html[:at]}<span id="here" style="{_RING}">{html[at:end]}</span>{html[end:]}'


def text_part(rendered: Rendered, public_url: str, left_out: frozenset[str] = NOTHING) -> str:
    """Return the text part as a sample reader would get it who leaves these sections out."""
    return fill_text(rendered, sample(public_url), left_out)


def sample(public_url: str) -> dict[str, str]:
    """Return a reader who does not exist; the links of that reader lead nowhere."""
    return _READER | {f"{name}_url": f"{public_url}/{path}/sample" for name, path in _LINKS}
