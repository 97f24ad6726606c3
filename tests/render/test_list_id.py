"""List-ID: a name that may stand there bare or quoted does; one that would have to be encoded does not."""

from dataclasses import replace

import pytest

from digest.model.edition import Edition
from digest.model.newsletter import Newsletter
from digest.render.email import render_edition
from digest.render.press import Press


def list_id(press: Press, edition: Edition, newsletter: Newsletter) -> str:
    head = "".join(piece.literal for piece in render_edition(press, edition, newsletter).pieces).partition("\r\n\r\n")[0]
    (line,) = [line for line in head.split("\r\n") if line.startswith("List-ID: ")]
    return line.removeprefix("List-ID: ")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("The Harbour Review", "The Harbour Review "),
        ("Quay & Lock, Ltd.", '"Quay & Lock, Ltd." '),
        ("Портовий вісник", ""),
        ("Le Canal Décalé", ""),
        ("=?utf-8?q?x?=", ""),
        (" ", ""),
    ],
)
def test_a_list_goes_by_its_id_and_by_a_name_that_needs_no_encoding(
    press: Press, thin: Edition, newsletter: Newsletter, name: str, shown: str
) -> None:
    assert list_id(press, thin, replace(newsletter, name=name)) == f"{shown}<{newsletter.list_id}>"
