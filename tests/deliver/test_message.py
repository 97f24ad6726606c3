"""Splicing: the message that leaves equals the one Python's email package builds of the same parts, whatever a reader is called."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, time
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import parseaddr
from html import escape
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.deliver.message import splice
from digest.errors import RefusedError
from digest.model.edition import Article, Brief, Edition, Section
from digest.model.mailing import Piece, Rendered
from digest.model.newsletter import Newsletter, PlannedSection, SectionKind, Slot
from digest.model.quoting import header_text, mailbox, one_line, quoted
from digest.render.email import render_edition
from digest.render.fill import fill_html, fill_text
from digest.render.places import template_roots
from digest.render.press import Press, open_press

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


@pytest.fixture(scope="module")
def press() -> Iterator[Press]:
    with open_press(template_roots(), "https://news.harbour.example") as opened:
        yield opened


@pytest.fixture(scope="module")
def rendered(press: Press) -> Rendered:
    return render_edition(press, EDITION, NEWSLETTER)


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


def by_the_package(rendered: Rendered, newsletter: Newsletter, values: dict[str, str]) -> EmailMessage:
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
    message.set_content(fill_text(rendered, values))
    message.add_alternative(fill_html(rendered, values), subtype="html")
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


@pytest.mark.parametrize("name", WILD)
def test_a_wild_name_gives_the_message_that_the_email_package_builds(rendered: Rendered, name: str) -> None:
    values = values_for(name)
    assert_equal(splice(rendered, values), by_the_package(rendered, NEWSLETTER, values))


@settings(max_examples=1_000, deadline=None)
@given(texts=st.tuples(names, names, names, names), token=tokens)
def test_generated_editions_and_readers_give_the_message_that_the_email_package_builds(
    press: Press, texts: tuple[str, str, str, str], token: str
) -> None:
    subject, headline, from_name, name = texts
    lead = replace(LEAD, headline=headline)
    edition = replace(EDITION, subject=subject, sections=(replace(EDITION.sections[0], items=(lead,)), EDITION.sections[1]))
    newsletter = replace(NEWSLETTER, from_name=from_name, name=headline or "Weekly")
    rendered = render_edition(press, edition, newsletter)
    values = values_for(name, token)
    assert_equal(splice(rendered, values), by_the_package(rendered, newsletter, values))


@settings(max_examples=3_000, deadline=None)
@given(st.text(max_size=240))
def test_subjects_of_mixed_scripts_survive(subject: str) -> None:
    raw = f"Subject: {header_text(subject, 'Subject')}\r\n\r\n".encode("ascii")
    parsed = message_from_bytes(raw, policy=policy.default)
    assert parsed["Subject"] == one_line(subject)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=st.one_of(st.characters(codec="utf-8"), st.sampled_from("=. \nF\t")), max_size=300))
def test_quoted_printable_gives_back_every_letter(text: str) -> None:
    text = text.replace("\r", "")
    raw = b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n" + quoted(text).encode("ascii")
    parsed = message_from_bytes(raw, policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    assert parsed.get_payload(decode=True) == text.replace("\n", "\r\n").encode()


def test_unsubscribing_stands_raw_on_one_line_however_long(rendered: Rendered) -> None:
    values = values_for("Mira", "t" * 800)
    assert f"\r\nList-Unsubscribe: <{values['unsubscribe_url']}>\r\n".encode() in splice(rendered, values)
    assert b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in splice(rendered, values)


def test_a_line_break_in_a_value_or_setting_adds_no_header(press: Press) -> None:
    evil = "x\r\nBcc: all@reader.example\r\n\r\nbody"
    newsletter = replace(NEWSLETTER, from_name=evil, name=evil, reply_to=f"editor@harbour.example{evil}", list_domain=f"h.example{evil}")
    rendered = render_edition(press, replace(EDITION, subject=evil), newsletter)
    values = dict.fromkeys(values_for(""), evil)
    parsed = message_from_bytes(splice(rendered, values), policy=policy.compat32)
    assert "Bcc" not in parsed
    assert len(parsed.get_payload()) == 2


def test_a_recipient_given_as_plain_text_is_encoded_around_the_address(rendered: Rendered) -> None:
    raw = splice(rendered, values_for("") | {"to": "José Ñandú <jose@reader.example>"})
    parsed = message_from_bytes(raw, policy=policy.default)
    assert parsed["To"] == "José Ñandú <jose@reader.example>"
    assert b"<jose@reader.example>" in raw


def test_list_id_names_the_newsletter_and_its_domain(rendered: Rendered) -> None:
    parsed = message_from_bytes(splice(rendered, values_for("Mira")), policy=policy.default)
    assert parsed["List-ID"] == "The Harbour Review <weekly.harbour.example>"


@pytest.mark.parametrize("missing", ["to", "date", "message_id", "unsubscribe_url", "address"])
def test_a_missing_value_is_named(rendered: Rendered, missing: str) -> None:
    values = values_for("Mira")
    del values[missing]
    with pytest.raises(RefusedError, match=missing):
        splice(rendered, values)


def test_a_theme_may_greet_and_a_nameless_reader_is_greeted_with_nothing(
    tmp_path_factory: pytest.TempPathFactory, named: Callable[[str | None], str]
) -> None:
    assert tmp_path_factory is not None
    assert "Hello Zoë & Ali," in named("Zoë & Ali")
    assert "Hello ," in named(None)


@pytest.mark.parametrize(
    ("name", "greeted"), [("Zoë & Ali", "Zoë & Ali"), ("", "дорогий «читачу» <3"), (" \r\n\x00", "дорогий «читачу» <3")]
)
def test_what_a_theme_wrote_for_the_nameless_stands_in_both_parts(tmp_path: Path, name: str, greeted: str) -> None:
    blocks = tmp_path / "email" / "review" / "blocks"
    blocks.mkdir(parents=True)
    greeting = "Hello {{ slot('name', 'дорогий «читачу» <3') }}, {{ slot('address') }}"
    (blocks / "footer.txt").write_text(greeting, encoding="utf-8")
    (blocks / "footer.mjml").write_text(f"<mj-section><mj-column><mj-text>{greeting}</mj-text></mj-column></mj-section>", encoding="utf-8")
    with open_press(template_roots(tmp_path), "https://news.harbour.example") as press:
        rendered = render_edition(press, EDITION, NEWSLETTER)
    values = values_for("") | {"name": name}
    parsed = message_from_bytes(splice(rendered, values), policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    text, html = (part.get_content() for part in parsed.iter_parts())
    assert f"Hello {greeted}, mira@" in text
    assert f"Hello {escape(greeted)}, mira@" in html
    assert (fill_text(rendered, values), fill_html(rendered, values)) == (text.replace("\r\n", "\n"), html.replace("\r\n", "\n"))


@pytest.fixture
def named(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str | None], str]:
    """The text part of a theme that greets, for a reader of that name."""
    own = tmp_path_factory.mktemp("own")
    blocks = own / "email" / "review" / "blocks"
    blocks.mkdir(parents=True)
    (blocks / "footer.txt").write_text("Hello {{ slot('name') }},\n", encoding="utf-8")

    def greeting(name: str | None) -> str:
        with open_press(template_roots(own), "https://news.harbour.example") as press:
            rendered = render_edition(press, EDITION, NEWSLETTER)
        values = values_for(name or "")
        if name is None:
            del values["name"]
        parsed = message_from_bytes(splice(rendered, values), policy=policy.default)
        assert isinstance(parsed, EmailMessage)
        plain = parsed.get_body(("plain",))
        assert plain is not None
        return str(plain.get_content())

    return greeting


@given(st.text(alphabet="abF.From =<&é:/@,_+-\x00\u202e", max_size=90) | st.from_regex(r"[A-Za-z0-9 ./:@]{60,160}", fullmatch=True))
def test_a_value_is_written_the_same_by_the_short_way_and_the_long_one(value: str) -> None:
    pieces = (Piece(slot="name", encoding="header"), Piece(slot="name", encoding="text"), Piece(slot="name", encoding="html"))
    parted = [piece for place in pieces for piece in (place, Piece(literal="|"))]
    mail = Rendered(sha256="", subject="", preheader="", mjml="", html="", text="", marker="", pieces=tuple(parted))
    line = one_line(value)
    header = "".join(splice(replace(mail, pieces=pieces[:1]), {"name": value}).decode().split("\r\n"))
    text, html = (quoted(escape(one) if html else one, then_soft_break=True) for html, one in ((False, line), (True, line)))
    assert splice(replace(mail, pieces=tuple(parted[2:])), {"name": value}).decode() == f"{text}|{html}|"
    assert str(make_header(decode_header(header))).split() == line.split()
