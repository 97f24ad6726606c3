"""The edition, the wild names and the equality that the tests of splicing share: our message against the email package's."""

import re
from datetime import UTC, datetime, time
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import parseaddr

from hypothesis import strategies as st

from digest.model.edition import Article, Brief, Edition, Section
from digest.model.mailing import NOTHING, Rendered
from digest.model.newsletter import Newsletter, PlannedSection, SectionKind, Slot
from digest.model.quoting import mailbox, one_line
from digest.render.fill import fill_html, fill_text

NEWSLETTER = Newsletter(
    id="weekly",
    name="The Harbour Review",
    public_name="The Harbour Review",
    from_name="The Harbour Review",
    from_address="weekly@harbour.example",
    reply_to="editor@harbour.example",
    postal_address="4 Customs Stairs, 1000 Port Sele",
    slot=Slot(weekday=5, at=time(7), zone="Europe/Brussels"),
    plan=(PlannedSection(key="lead", kind=SectionKind.LEAD),),
)
LEAD = Article(id="a", url="https://harbour.example/1", headline="The ferry that nobody ordered", dek="Ærø, Đà Nẵng, 東京.")
EDITION = Edition(
    newsletter_id="weekly",
    number=31,
    slot=datetime(2026, 11, 28, 6, 0, tzinfo=UTC),
    subject="The ferry that nobody ordered",
    preheader="Two towns paid for one boat.",
    sections=(
        Section(
            id="s1",
            key="lead",
            kind=SectionKind.LEAD,
            heading=None,
            items=(LEAD,),
        ),
        Section(
            id="s2",
            key="b",
            kind=SectionKind.BRIEFS,
            heading="In other news",
            items=(Brief(id="b", lead="Lead.", html="<p>From Oslo.</p>"),),
        ),
    ),
)
WILD = [
    "",
    "Mira",
    'Dr. Mira (Okonjo), "the" <Boss>; a\\b',
    "José Ñandú",
    "Ольга Ш 東京 नमस्ते",
    "a\r\nBcc: everybody@reader.example",
    "NUL\x00 and \u202e bidi \u2028 lines",
    "=?utf-8?q?not_me?=",
    "n" * 200,
    "😀" * 200,
    "{{7*7}} & <b>",
    ".",
    "From me",
    "trailing space ",
    "half \ud83d",
]  # fmt: skip
names = st.one_of(st.sampled_from(WILD), st.text(max_size=80))
tokens = st.from_regex(r"[A-Za-z0-9_-]{1,300}", fullmatch=True)


def values_for(name: str, token: str = "AAECAwQ") -> dict[str, str]:
    return {
        "to": mailbox(name, "mira@reader.example", "To"),
        "name": name,
        "address": "mira@reader.example",
        "message_id": f"<{token[:100]}@harbour.example>",
        "date": "Sat, 28 Nov 2026 06:00:00 +0000",
        "unsubscribe_url": f"https://news.harbour.example/u/{token}?a=1&b=2",
        "preferences_url": f"https://news.harbour.example/p/{token}",
        "browser_url": f"https://news.harbour.example/archive/weekly/31?k={token}",
    }


def by_the_package(rendered: Rendered, newsletter: Newsletter, values: dict[str, str], left_out: frozenset[str] = NOTHING) -> EmailMessage:
    """The same message, made of the same parts by EmailMessage."""
    message = EmailMessage(policy=policy.SMTP)
    domain = newsletter.from_address.partition("@")[2]
    message["From"] = Address(one_line(newsletter.from_name)[:120].strip(" "), addr_spec=newsletter.from_address)
    message["Reply-To"] = newsletter.reply_to
    message["To"] = Address(one_line(values["name"])[:120].strip(" "), addr_spec="mira@reader.example")
    # Setting a header decodes what looks like an encoded word; a subject that only looks like one must stay what it is.
    message["Subject"] = rendered.subject.replace("=?", "=\N{ZERO WIDTH SPACE}?")
    message["Date"] = values["date"]
    message["Message-ID"] = values["message_id"]
    message["MIME-Version"] = "1.0"
    message["List-Unsubscribe"] = f"<{values['unsubscribe_url']}>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message["List-Archive"] = "<https://news.harbour.example/archive/weekly>"
    message["List-Help"] = "<mailto:editor@harbour.example>"
    message["Feedback-ID"] = f"edition31:weekly:edition:{domain}"
    message["Precedence"] = "bulk"
    message.set_content(fill_text(rendered, values, left_out))
    message.add_alternative(fill_html(rendered, values, left_out), subtype="html")
    return message


def assert_fit_for_the_wire(raw: bytes) -> None:
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", raw)
    assert raw.isascii()
    assert b"\0" not in raw
    head, _, body = raw.partition(b"\r\n\r\n")
    assert max(map(len, head.split(b"\r\n"))) <= 998
    assert max(map(len, body.split(b"\r\n"))) <= 76
    assert not re.search(rb"^(\.|From )", body, flags=re.MULTILINE)


def mailbox_said(raw: bytes, header: str) -> tuple[str, str]:
    """A mailbox by the older decoder: Python 3.11's newer one keeps the space between two encoded words of a name (RFC 2047, 6.2)."""
    name, address = parseaddr(str(message_from_bytes(raw, policy=policy.compat32)[header]))
    return str(make_header(decode_header(name))), address


def assert_equal(raw: bytes, wanted: EmailMessage) -> None:
    assert_fit_for_the_wire(raw)
    parsed = message_from_bytes(raw, policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    parts = list(parsed.walk())
    assert not any(part.defects for part in parts)
    for name in ("From", "To"):
        assert mailbox_said(raw, name) == (wanted[name].addresses[0].display_name, wanted[name].addresses[0].addr_spec)
    for name in set(wanted.keys()) - {"Content-Type", "From", "To"}:
        assert parsed.get_all(name) == [str(wanted[name]).replace("=\N{ZERO WIDTH SPACE}?", "=?")], name
        assert not parsed[name].defects
    assert parsed.keys() == list(dict.fromkeys(parsed.keys()))
    assert [part.get_content_type() for part in parts] == ["multipart/alternative", "text/plain", "text/html"]
    for part, other in zip(parsed.iter_parts(), wanted.iter_parts(), strict=True):
        assert part.get_content_charset() == "utf-8"
        assert part["Content-Transfer-Encoding"] == "quoted-printable"
        # set_content ends a part that has no newline with one; ours ends as it was rendered.
        said, meant = (content.get_content().replace("\r\n", "\n").rstrip("\n") for content in (part, other))
        assert said.split("\n") == meant.split("\n")
