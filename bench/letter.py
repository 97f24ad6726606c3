"""The mail that the benches send: of any size, with the slots of our themes where the themes have them."""

from datetime import UTC, datetime
from email.utils import format_datetime
from secrets import token_hex

from digest.audience.links import message_names, reader_links
from digest.audience.token import Bearing
from digest.deliver.message import Splicer
from digest.deliver.transport import Envelope, Offer
from digest.model.mailing import Piece, Rendered
from digest.model.quoting import mailbox

DOMAIN = "review.example.org"
PUBLIC_URL = "https://news.example.org"
_HEAD = (
    ("From: The Review <desk@review.example.org>\r\nTo: ", "to"),
    ("\r\nDate: ", "date"),
    ("\r\nSubject: Measured\r\nMessage-ID: ", "message_id"),
    ("\r\nList-Id: <weekly.review.example.org>\r\nList-Unsubscribe: <", "unsubscribe_url"),
)
_REST_OF_HEAD = (
    ">\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\nFeedback-ID: 7:weekly:edition:review\r\nPrecedence: bulk\r\n"
    "MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
)
# Where the themes have a reader's own values: at which share of the body.
_BODY = (
    *((0.02, "browser_url", "text"), (0.05, "address", "text"), (0.06, "preferences_url", "text"), (0.06, "unsubscribe_url", "text")),
    *((0.35, "browser_url", "html"), (0.97, "address", "html"), (0.98, "preferences_url", "html"), (0.98, "unsubscribe_url", "html")),
)


def mail(size: int) -> Rendered:
    """Return a mail of about `size` bytes with the slots that ours have.

    Each is a version of its own, as an edition's is when it leaves: readers of one that went out before get it under its name (ADR 0020).
    """
    pieces = [piece for literal, slot in _HEAD for piece in (Piece(literal=literal), Piece(slot=slot, encoding="header"))]
    literal, written = _REST_OF_HEAD, 0
    for share, slot, encoding in _BODY:
        lines = int(size * share) // 77 - written
        written += lines
        pieces.append(Piece(literal=literal + ("x" * 74 + "=\r\n") * lines))
        pieces.append(Piece(slot=slot, encoding="html" if encoding == "html" else "text"))
        literal = "=\r\n"
    pieces.append(Piece(literal=literal + ("x" * 74 + "=\r\n") * max(0, size // 77 - written - 12) + "end\r\n"))
    return Rendered(sha256=token_hex(32), subject="Measured", preheader="", mjml="", html="", text="", marker="", pieces=tuple(pieces))


def offer(splicer: Splicer, secret: bytes, number: int) -> Offer:
    """Return one reader's message, made as a worker makes it."""
    bearing = Bearing(mailing_id=7, subscriber_id=number)
    address = f"reader{number}@example.net"
    name, path = message_names(secret, DOMAIN, bearing)
    values = reader_links(secret, PUBLIC_URL, bearing) | {
        "to": mailbox(f"Reader {number}", address, "To"),
        "address": address,
        "message_id": name,
        "date": format_datetime(datetime(2026, 11, 22, 7, 0, tzinfo=UTC)),
    }
    return Offer(number, Envelope(return_path=path, recipient=address), splicer.splice(values))
