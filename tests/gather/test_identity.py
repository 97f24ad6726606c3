"""By what entries are known again, and guids that stand for two articles."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from digest.gather.identity import are_different, identity_of
from digest.model.source import Entry, IdentityPolicy

MONDAY = datetime(2026, 11, 2, 10, tzinfo=UTC)
PIER = Entry(guid="g1", url="https://lantern.example/pier", title="The pier is closed", published=MONDAY)
MILL = Entry(guid="g2", url="https://lantern.example/mill", title="A mill opens again", published=MONDAY)


def test_by_guid_an_entry_is_what_its_publisher_calls_it() -> None:
    assert identity_of(PIER, IdentityPolicy.GUID) == "g1"


def test_by_link_tracking_scheme_and_mobile_host_make_no_second_entry() -> None:
    moved = replace(PIER, guid="g9", url="http://m.lantern.example/pier/?utm_source=rss#top")
    assert identity_of(moved, IdentityPolicy.LINK) == identity_of(PIER, IdentityPolicy.LINK)
    assert identity_of(MILL, IdentityPolicy.LINK) != identity_of(PIER, IdentityPolicy.LINK)


def test_by_title_and_day_neither_guid_nor_link_count() -> None:
    moved = replace(PIER, guid="g9", url=None, title="The Pier is closed!", published=MONDAY + timedelta(hours=3))
    assert identity_of(moved, IdentityPolicy.TITLE_DATE) == identity_of(PIER, IdentityPolicy.TITLE_DATE)
    later = replace(PIER, published=MONDAY + timedelta(days=7))
    assert identity_of(later, IdentityPolicy.TITLE_DATE) != identity_of(PIER, IdentityPolicy.TITLE_DATE)


@pytest.mark.parametrize("policy", list(IdentityPolicy))
def test_an_entry_that_lacks_what_its_policy_needs_is_known_by_guid(policy: IdentityPolicy) -> None:
    assert identity_of(Entry(guid="g1", url=None, title=None), policy) == "g1"


def test_one_guid_stands_for_two_articles_where_link_and_title_differ() -> None:
    assert are_different(PIER, replace(MILL, guid="g1"))
    assert not are_different(PIER, replace(PIER, title="The old pier stays closed till May"))
    assert not are_different(PIER, replace(PIER, url="https://lantern.example/2026/pier"))


def test_a_weekly_headline_under_one_guid_is_two_articles_when_day_and_address_differ() -> None:
    assert are_different(PIER, replace(PIER, url="https://lantern.example/week-46", published=MONDAY + timedelta(days=7)))
    assert not are_different(PIER, replace(PIER, url="https://lantern.example/week-46"))
