"""The letter that asks a reader to confirm: designed like an edition, with a text twin, made for one address."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from digest.model.newsletter import Newsletter
from digest.model.picture import NOWHERE, Pictures
from digest.model.quoting import header_text, mailbox, one_line, quoted
from digest.render.clean import plain
from digest.render.context import Data, archive_url, script_of
from digest.render.email import numeric_attributes, tidy_text
from digest.render.even import count_links
from digest.render.lint import lint_mjml
from digest.render.lint_html import lint_html, picture_hosts
from digest.render.marks import unmarked
from digest.render.phrases import long_date
from digest.render.pictures import with_logo
from digest.render.press import Press
from digest.render.wire import list_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressed:
    """What one letter is about: whom it goes to, the link it carries, when they asked, and its Message-ID with brackets."""

    to: str
    link: str
    asked: datetime
    message_id: str
    date: str


def render_confirmation(press: Press, newsletter: Newsletter, letter: Addressed, pictures: Pictures = NOWHERE) -> bytes:
    """Return the whole message, CRLF, ASCII, ready for DATA; raises RenderError where a template is at fault.

    It says that a machine wrote it (RFC 3834), and has no List-Unsubscribe: nobody is on a list yet. List-ID says which list's
    machine it was, and so why its return path is not whom it is from.
    """
    data = _data(press, newsletter, letter, pictures)
    mjml = numeric_attributes(press.set_type(newsletter.theme, "letters/confirm.mjml", data))
    lint_mjml(mjml, press.theme(newsletter.theme))
    html = press.compiler.compile(unmarked(mjml))
    lint_html(html, marker="\0", hosts=picture_hosts(data, data["theme"], press.public_url))
    text = tidy_text(press.set_type(newsletter.theme, "letters/confirm.txt", data))
    if count_links(html, text, "\0") % 2:
        text += f"\n{data['words']['past_editions']}:\n{archive_url(press.public_url, newsletter)}\n"
    boundary = f"=_{hashlib.sha256(f'{text}{html}'.encode()).hexdigest()[:32]}"
    reply = f"Reply-To: {one_line(newsletter.reply_to)}\r\n" if newsletter.reply_to else ""
    head = (
        f"From: {mailbox(newsletter.from_name, newsletter.from_address, 'From')}\r\n{reply}"
        f"To: {mailbox(None, letter.to)}\r\n"
        f"Subject: {header_text(data['subject'], 'Subject')}\r\n"
        f"Date: {letter.date}\r\nMessage-ID: {letter.message_id}\r\nMIME-Version: 1.0\r\nAuto-Submitted: auto-generated\r\n"
        f"List-ID: {list_id(newsletter)}\r\nPrecedence: bulk\r\n"
        f'Content-Type: multipart/alternative; boundary="{boundary}"\r\n\r\n'
    )
    parts = "".join(_part(boundary, kind, body) for kind, body in (("plain", text), ("html", html)))
    return f"{head}{parts}--{boundary}--\r\n".encode("ascii")


def _data(press: Press, newsletter: Newsletter, letter: Addressed, pictures: Pictures) -> Data:
    settings = with_logo(press.theme(newsletter.theme), pictures)
    words: dict[str, Any] = settings["words"]
    language = plain(newsletter.language, 20) or "en"
    script = script_of(language)
    name, outlet = plain(newsletter.name, 90), plain(newsletter.public_name, 90)
    day = long_date(letter.asked, newsletter.slot.zone, words)
    said = {key: str(value).format(name=name, outlet=outlet, day=day) for key, value in words["confirm"].items()}
    postal = plain(newsletter.postal_address, 400)
    return {
        "language": language,
        "right_to_left": script["right_to_left"],
        "theme": {**settings, **script},
        "words": words,
        "subject": said["subject"],
        "said": said,
        "link": letter.link,
        "newsletter": {"name": name, "public_name": outlet, "imprint": postal if postal.startswith(outlet) else f"{outlet}, {postal}"},
        # The page's style sheet asks for it; this letter has no name as wide as the page.
        "name_vw": 10,
    }


def _part(boundary: str, kind: str, body: str) -> str:
    head = f'--{boundary}\r\nContent-Type: text/{kind}; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n'
    return f"{head}{quoted(body)}\r\n"
