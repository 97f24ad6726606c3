"""Readers' names in the subject and the preheader: one header a reader, encoded as a whole, and what stands there for the nameless."""

import re
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage

import dkim
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.deliver.dkim import Signers, make_key
from digest.deliver.message import Splicer, marked_as_test, splice
from digest.model.greeting import addressed, for_nobody, pattern_of
from digest.model.mailing import Rendered
from digest.model.quoting import header_text, one_line, personal_text
from digest.render.email import render_edition
from digest.render.fill import fill_html
from digest.render.places import template_roots
from digest.render.press import Press, open_press
from tests.deliver.packaged import EDITION, NEWSLETTER, WILD, assert_equal, by_the_package, names, values_for

WORDS = [
    "Dear {name|friend}, the ferry",
    "{name|Reader}",
    "{name}: {name|you}!",
    "Паром, {name|читачу}, і «пірс»",
    "¿{name|amigo}?",
    "a {name|x}",
]
KEY = make_key("harbour.example", "autumn")
# A subject is cut at 240 letters, and these greet before that.
short = names.map(lambda text: text[:80])
HEADERS = re.compile(rb"\A(.*?\r\n)\r\n", re.DOTALL)


@pytest.fixture(scope="module")
def press() -> Iterator[Press]:
    with open_press(template_roots(), "https://news.harbour.example") as opened:
        yield opened


@pytest.fixture(scope="module")
def greeting(press: Press) -> Rendered:
    return render_edition(press, replace(EDITION, subject=WORDS[0], preheader="For {name|you}: one boat."), NEWSLETTER)


def subject_of(raw: bytes) -> str:
    return str(message_from_bytes(raw, policy=policy.default)["Subject"])


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Mira", "Dear Mira, the ferry"),
        ("José Ñandú", "Dear José Ñandú, the ferry"),
        ("", "Dear friend, the ferry"),
        (" \r\n\0", "Dear friend, the ferry"),
        ("a\r\nBcc: all@reader.example", "Dear a Bcc: all@reader.example, the ferry"),
        ("=?utf-8?q?not_me?=", "Dear =?utf-8?q?not_me?=, the ferry"),
        ("n" * 200, f"Dear {'n' * 60}, the ferry"),
    ],
)
def test_the_subject_has_the_readers_name_or_the_word_for_the_nameless(greeting: Rendered, name: str, said: str) -> None:
    raw = splice(greeting, values_for(name))
    assert subject_of(raw) == said
    parsed = message_from_bytes(raw, policy=policy.default)
    assert "Bcc" not in parsed
    assert parsed["List-ID"] == "The Harbour Review <weekly.harbour.example>"


def test_who_looks_at_no_readers_mail_reads_what_the_nameless_read(greeting: Rendered) -> None:
    assert greeting.subject == "Dear friend, the ferry"
    assert greeting.preheader == "For you: one boat."
    assert "<title>Dear friend, the ferry</title>" in greeting.html
    for name, said in (("Mira & Ali", "For Mira &amp; Ali: one boat."), ("", "For you: one boat.")):
        assert said in fill_html(greeting, values_for(name))


def test_a_test_mail_is_marked_before_the_name(greeting: Rendered) -> None:
    for name in ("Mira", "José Ñandú"):
        assert subject_of(splice(marked_as_test(greeting), values_for(name))) == f"[Test] Dear {name}, the ferry"


@settings(max_examples=400, deadline=None)
@given(words=st.sampled_from(WORDS) | st.tuples(short, short).map("{name|reader}".join), name=names)
def test_any_greeting_for_any_name_is_the_message_that_the_email_package_builds(press: Press, words: str, name: str) -> None:
    rendered = render_edition(press, replace(EDITION, subject=words, preheader=words), NEWSLETTER)
    values = values_for(name)
    raw = splice(rendered, values)
    # Said here in another way than the program does: by replacing, name by name.
    known = one_line(name)[:60].rstrip(" ")
    wanted = one_line(
        re.sub(r"\{name(?:\|([^{}|]{0,60}))?\}", lambda found: known or (found[1] or "").strip() or "reader", one_line(words))
    )
    assert_equal(raw, by_the_package(replace(rendered, subject=wanted), NEWSLETTER, values))


@settings(max_examples=3_000, deadline=None)
@given(st.text(max_size=240) | st.text(alphabet="abñ東👩\u200d= ?", min_size=30, max_size=90))
def test_a_personal_header_of_any_letters_survives_and_keeps_to_76_columns(subject: str) -> None:
    wire = personal_text(subject, "Subject")
    raw = f"Subject: {wire}\r\n\r\n".encode("ascii")
    assert str(message_from_bytes(raw, policy=policy.default)["Subject"]) == one_line(subject)
    if "=?" in wire:
        assert max(map(len, f"Subject: {wire}".split("\r\n"))) <= 76
    else:
        assert wire == header_text(subject, "Subject")


@given(st.text(max_size=80))
def test_a_text_that_greets_nobody_is_left_as_it_is(text: str) -> None:
    if "{name" not in text:
        assert pattern_of(text) == ()
        assert for_nobody(text) == text


def test_a_pattern_is_words_and_what_the_nameless_read_by_turns() -> None:
    assert pattern_of("{name}, and {name| you }!", "reader") == ("", "reader", ", and ", "you", "!")
    assert addressed(("Dear ", "x", "!"), " \0") == "Dear x!"


@pytest.mark.parametrize("name", [*WILD, "Mira"])
def test_a_signed_mail_with_a_name_in_its_subject_verifies(greeting: Rendered, name: str) -> None:
    signer = Signers((KEY,)).of("harbour.example")
    raw = Splicer(greeting, signer).splice(values_for(name))
    assert dkim.verify(raw, dnsfunc=lambda _name, timeout=5: KEY.record.encode())  # noqa: ARG005  dkimpy's own words
    head = HEADERS.match(raw)
    assert head
    assert head[1].count(b"\r\nSubject: ") == 1
    assert isinstance(message_from_bytes(raw, policy=policy.default), EmailMessage)
