"""Splicing: the message that leaves equals the one Python's email package builds of the same parts, whatever a reader is called."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from html import escape
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.deliver.message import marked_as_test, splice
from digest.errors import RefusedError
from digest.model.mailing import Piece, Rendered
from digest.model.quoting import header_text, one_line, quoted
from digest.render.email import render_edition
from digest.render.fill import fill_html, fill_text
from digest.render.places import template_roots
from digest.render.press import Press, open_press
from tests.deliver.packaged import EDITION, LEAD, NEWSLETTER, WILD, assert_equal, by_the_package, names, tokens, values_for


@pytest.fixture(scope="module")
def press() -> Iterator[Press]:
    with open_press(template_roots(), "https://news.harbour.example") as opened:
        yield opened


@pytest.fixture(scope="module")
def rendered(press: Press) -> Rendered:
    return render_edition(press, EDITION, NEWSLETTER)


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


@pytest.mark.parametrize(
    ("to", "wire"),
    [
        ("mira@bücher.example", "To: mira@xn--bcher-kva.example"),
        ("Zoë <zoe@bücher.example>", "To: =?utf-8?q?Zo=C3=AB?= <zoe@xn--bcher-kva.example>"),
        ("José <josé@reader.example>", "To: =?utf-8?b?Sm9zw6k=?= <josé@reader.example>"),
        ("josé@reader.example", "To: josé@reader.example"),
        ("josé@bü..cher.example", "To: josé@bü..cher.example"),
    ],
)
def test_an_address_is_never_an_encoded_word(rendered: Rendered, to: str, wire: str) -> None:
    raw = splice(rendered, values_for("") | {"to": to}).replace(b"\r\n <", b" <")
    assert f"\r\n{wire}\r\n".encode() in raw
    assert raw.replace(wire.encode(), b"").isascii()


def test_preview_archive_test_mail_and_mail_are_one_mail_byte_for_byte(press: Press) -> None:
    rendered = render_edition(press, replace(EDITION, subject="Dear {name|friend}, the ferry"), NEWSLETTER)
    for name in ("Zoë & Ali", ""):
        values = values_for(name)
        sent, tried = splice(rendered, values), splice(marked_as_test(rendered), values)
        assert tried.replace(b"[Test]\r\n ", b"", 1) == sent
        parsed = message_from_bytes(sent, policy=policy.default)
        assert isinstance(parsed, EmailMessage)
        text, html = (part.get_payload(decode=True) for part in parsed.iter_parts())
        assert isinstance(html, bytes)
        assert isinstance(text, bytes)
        # What the desk previews and the archive shows.
        assert html.replace(b"\r\n", b"\n") == fill_html(rendered, values).encode()
        assert text.replace(b"\r\n", b"\n") == fill_text(rendered, values).encode()


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
