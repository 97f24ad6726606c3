"""Headlines, and whose names stand under them."""

from collections.abc import Callable
from typing import Any

import pytest

Read = Callable[..., Any]
PROSE = "<p>The old pier will be closed from Monday while divers look at its wooden legs, the harbour office said on Friday.</p>" * 2


def page(head: str, body: str) -> str:
    return f"<html><head>{head}</head><body><article>{body}{PROSE}</article></body></html>"


@pytest.mark.parametrize(
    "title",
    [
        "Divers look at the old pier - Lantern - News and more",
        "Divers look at the old pier – Lantern Online",
        "Divers look at the old pier | lantern.example",
        "Divers look at the old pier",
    ],
)
def test_a_title_loses_the_outlets_name_that_its_address_tells(read: Read, title: str) -> None:
    assert read(page(f"<title>{title}</title>", ""))["article"]["headline"] == "Divers look at the old pier"


def test_a_title_keeps_a_part_that_is_no_outlet(read: Read) -> None:
    assert read(page("<title>The pier - a life by the water</title>", ""))["article"]["headline"] == "The pier - a life by the water"


def test_a_badge_in_the_headline_is_no_part_of_it(read: Read) -> None:
    body = '<h1>Divers look at the old pier <span class="label abo">Subscribers</span></h1>'
    assert read(page("<title>Divers look at the old pier</title>", body))["article"]["headline"] == "Divers look at the old pier"


def test_an_h1_that_is_the_sites_address_is_no_headline(read: Read) -> None:
    body = "<h1>lantern.example</h1><h2>Divers look at the old pier of the town</h2>"
    assert read(page("<title>lantern.example</title>", body))["article"]["headline"] == "Divers look at the old pier of the town"


@pytest.mark.parametrize(
    "name", ["lantern", "Lantern", "Super User", "Studio - www.studio.example", "Harbour2", "https://lantern.example/ann"]
)
def test_accounts_and_sites_are_no_authors(read: Read, name: str) -> None:
    head = f"<title>Divers look at the old pier</title><meta name='author' content='{name}'>"
    assert read(page(head, "<h1>Divers look at the old pier</h1>"))["article"]["authors"] == []


def test_a_person_may_be_called_like_her_site(read: Read) -> None:
    head = "<title>Divers look at the old pier</title><meta name='author' content='Lan Tern'>"
    assert read(page(head, "<h1>Divers look at the old pier</h1>"))["article"]["authors"] == ["Lan Tern"]
