"""Splicing with segments: whatever a reader leaves out, the message equals the one the email package builds of the same parts."""

from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage

import dkim
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.deliver.dkim import Signers, make_key
from digest.deliver.message import Splicer, splice
from digest.model.edition import Article, Brief, Edition, Section, SourceRef
from digest.model.mailing import Rendered, Segment
from digest.model.newsletter import PlannedSection, SectionKind
from digest.render.email import render_edition
from digest.render.places import template_roots
from digest.render.press import Press, open_press
from digest.render.segments import Part, choices_of, joined
from digest.render.wire import Envelope, wire_form
from tests.deliver.packaged import EDITION, NEWSLETTER, WILD, assert_equal, assert_fit_for_the_wire, by_the_package, names, values_for

KEYS = ("reports", "b", "podium")
PLAN = (
    PlannedSection(key="lead", kind=SectionKind.LEAD),
    PlannedSection(key="reports", kind=SectionKind.ARTICLES, optional=True),
    PlannedSection(key="b", kind=SectionKind.BRIEFS, optional=True),
    PlannedSection(key="podium", kind=SectionKind.BRIEFING, optional=True),
)
CHOOSING = replace(NEWSLETTER, plan=PLAN)
texts = st.one_of(st.sampled_from([*WILD, ".", "From the deck", "= ", "a\n.b", "x" * 300]), st.text(max_size=60))
wire_texts = st.text(alphabet=st.sampled_from("=. \nFrom é東&x-"), max_size=200)
choices = st.sampled_from([(), ("",), ("a", "a b"), ("b",)])
wire_parts = st.lists(st.tuples(wire_texts, st.sampled_from([None, "a", "b"]), choices), max_size=6)


@pytest.fixture(scope="module")
def press() -> Iterator[Press]:
    with open_press(template_roots(), "https://news.harbour.example") as opened:
        yield opened


@pytest.fixture(scope="module")
def rendered(press: Press) -> Rendered:
    return render_edition(press, edition("A council", "A reservoir", "Two towns."), CHOOSING)


def edition(headline: str, lead: str, said: str) -> Edition:
    article = Article(id="r", url="https://harbour.example/2", headline=headline or "None", dek=said, minutes=4)
    brief = Brief(id="b", lead=lead, html=f"<p>{said}</p>", sources=(SourceRef(name="Wire", url="https://wire.example/1"),))
    answer = Brief(id="p", html=f"<p>{lead} {said}</p>" if said or lead else "<p>No.</p>")
    sections = (
        EDITION.sections[0],
        Section(id="s2", key="reports", kind=SectionKind.ARTICLES, heading=lead or None, items=(article,)),
        Section(id="s3", key="b", kind=SectionKind.BRIEFS, heading="In other news", items=(brief,)),
        Section(id="s4", key="podium", kind=SectionKind.BRIEFING, heading=None, items=(answer,)),
    )
    return replace(EDITION, sections=sections)


@settings(max_examples=1_000, deadline=None)
@given(
    said=st.tuples(texts, texts, texts),
    name=names,
    left_out=st.frozensets(st.sampled_from(KEYS)),
    theme=st.sampled_from(["review", "bulletin"]),
)
def test_any_choice_gives_the_message_that_the_email_package_builds(
    press: Press, said: tuple[str, str, str], name: str, left_out: frozenset[str], theme: str
) -> None:
    newsletter = replace(CHOOSING, theme=theme)
    rendered = render_edition(press, edition(*said), newsletter)
    values = values_for(name)
    assert_equal(splice(rendered, values, left_out=left_out), by_the_package(rendered, newsletter, values, left_out))


@settings(max_examples=500, deadline=None)
@given(stretches=wire_parts)
def test_whatever_stands_at_a_segments_edges_the_wire_says_what_the_parts_say(
    stretches: list[tuple[str, str | None, tuple[str, ...]]],
) -> None:
    parts = [*(Part(text=text, segment=key, choices=choices) for text, key, choices in stretches), Part(text="The end")]
    envelope = Envelope.of(EDITION, NEWSLETTER, "https://news.harbour.example")
    segments = (Segment(key="a", name="A"), Segment(key="b", name="B"))
    mail = Rendered(
        sha256="",
        subject="",
        preheader="",
        mjml="",
        html="",
        text="",
        marker="zq",
        pieces=wire_form(parts, parts, "zq", envelope),
        segments=segments,
    )
    splicer = Splicer(mail)
    for left_out in choices_of(segments):
        raw = splicer.splice(values_for("Mira"), left_out)
        assert_fit_for_the_wire(raw)
        parsed = message_from_bytes(raw, policy=policy.default)
        assert isinstance(parsed, EmailMessage)
        for part in parsed.iter_parts():
            assert not part.defects
            assert part.get_payload(decode=True) == joined(parts, left_out).replace("\n", "\r\n").encode()


@pytest.mark.parametrize(
    "left_out", choices_of([Segment(key=key, name=key) for key in KEYS]), ids=lambda one: " ".join(sorted(one)) or "all"
)
def test_the_signature_holds_for_every_choice(rendered: Rendered, left_out: frozenset[str]) -> None:
    key = make_key("harbour.example", "autumn")
    signer = Signers((key,)).of("harbour.example")
    splicer = Splicer(rendered, signer)
    record = key.record.encode()
    for name in ("Mira", "Ольга  Ш"):
        message = splicer.splice(values_for(name), left_out)
        assert dkim.verify(message, dnsfunc=lambda _name, timeout=5: record)  # noqa: ARG005  dkimpy's own words
        assert message.endswith(splice(rendered, values_for(name), left_out=left_out))


def test_what_a_mail_does_not_let_go_counts_for_nothing(rendered: Rendered) -> None:
    values = values_for("Mira")
    whole = splice(rendered, values)
    assert splice(rendered, values, left_out=frozenset({"lead", "weather"})) == whole
    without = splice(rendered, values, left_out=frozenset({"b", "weather"}))
    assert without == splice(rendered, values, left_out=frozenset({"b"}))
    assert b"In other news" in whole
    assert b"In other news" not in without


def test_readers_of_one_choice_share_what_it_leaves_of_the_mail(rendered: Rendered) -> None:
    splicer = Splicer(rendered)
    for number in range(50):
        for left_out in (frozenset({"b"}), frozenset({"b", "weather"}), frozenset[str]()):
            splicer.splice(values_for(f"Reader {number}"), left_out)
    assert len(splicer._layouts) == 2
