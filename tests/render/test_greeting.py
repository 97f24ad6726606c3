"""Greeting by name: an editor's `{name|reader}` is each reader's name, or what stands for the nameless; in others' words it stays text."""

from collections.abc import Callable
from dataclasses import replace
from email import message_from_bytes, policy

import pytest

from digest.deliver.message import splice
from digest.model.edition import Edition, Note
from digest.model.newsletter import Newsletter
from digest.render.email import render_edition
from digest.render.fill import fill_html, fill_text
from digest.render.press import Press


@pytest.mark.parametrize(
    "case",
    [
        ("Dear {name|friend of the pier},", "Mira & Ali", "Dear Mira & Ali,"),
        ("Dear {name|friend of the pier},", "", "Dear friend of the pier,"),
        ("Dear {name},", "", "Dear reader,"),
        ("Dear {name|},", "", "Dear reader,"),
        ("Dear { name } and {names|x}, {{name}}x", "Mira", "Dear { name } and {names|x}, {Mira}x"),
        ("<b>Ахой, {name|читачу «мій»}!</b>", "", "Ахой, читачу «мій»!"),
    ],
)
@pytest.mark.parametrize("theme", ["review", "bulletin"])
def test_a_letter_greets_its_reader(
    press: Press, normal: Edition, newsletter: Newsletter, values: dict[str, str], *, case: tuple[str, str, str], theme: str
) -> None:
    written, name, said = case
    edition = replace(normal, intro=Note(id="n", html=f"<p>{written}</p><p>It was a week.</p>"))
    rendered = render_edition(press, edition, replace(newsletter, theme=theme))
    values |= {"name": name}
    assert said in fill_text(rendered, values).split("\n")
    assert said.replace("&", "&amp;") in fill_html(rendered, values)
    plain = message_from_bytes(splice(rendered, values), policy=policy.default).get_body(("plain",))
    assert plain is not None
    assert said in plain.get_content().splitlines()


def test_others_words_greet_nobody(press: Press, with_lead: Callable[..., Edition], newsletter: Newsletter, values: dict[str, str]) -> None:
    rendered = render_edition(press, with_lead(headline="Dear {name|reader}", dek="{name}"), newsletter)
    for body in (fill_html(rendered, values), fill_text(rendered, values)):
        assert "Dear {name|reader}" in body


def test_a_line_with_a_name_is_wrapped_as_if_the_name_stood_there(
    press: Press, normal: Edition, newsletter: Newsletter, values: dict[str, str]
) -> None:
    words = "Dear {name|reader}, this week a boat arrived before its pier did, which tells you who was in a hurry."
    rendered = render_edition(press, replace(normal, intro=Note(id="n", html=f"<p>{words}</p>")), newsletter)
    assert "Dear Mira Okonjo, this week a boat arrived before its pier did, which" in fill_text(rendered, values)
