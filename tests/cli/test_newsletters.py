"""`digest newsletter` from the shell: a known one keeps what is not named, and a campaign is set, shown and taken away."""

from pathlib import Path

import pytest

from tests.command import Digest


def test_adding_a_known_newsletter_changes_what_is_named_and_keeps_the_rest(weekly: Digest, tmp_path: Path) -> None:
    (tmp_path / "style.txt").write_text("Kiev → Kyiv\n", "utf-8")
    (tmp_path / "plan.toml").write_text('[[section]]\nkey = "lead"\nkind = "lead"\n', "utf-8")
    assert weekly("newsletter", "style", "weekly", "--file", "style.txt").code == 0
    assert weekly("newsletter", "plan", "weekly", "--file", "plan.toml").code == 0
    assert weekly("newsletter", "campaign", "weekly", "utm_source=weekly").code == 0
    before = weekly("newsletter", "show", "weekly").json()
    again = weekly("newsletter", "add", "weekly", "--slot", "sun 08:30", "--theme", "bulletin")
    assert again.code == 0, again.err
    assert "weekly was there already; changed: slot, theme. The rest of it stays." in again.out
    assert "Sun" in again.out.splitlines()[-1]
    after = weekly("newsletter", "show", "weekly").json()
    assert (after["theme"], after["slot"]["weekday"], after["slot"]["at"]) == ("bulletin", 6, "08:30:00")
    assert {key: after[key] for key in before if key not in {"theme", "slot"}} == {
        key: before[key] for key in before if key not in {"theme", "slot"}
    }
    assert weekly("newsletter", "add", "weekly", "--zone", "Europe/Brussels").code == 0
    moved = weekly("newsletter", "show", "weekly").json()["slot"]
    assert (moved["weekday"], moved["at"], moved["zone"]) == (6, "08:30:00", "Europe/Brussels")


def test_the_same_words_twice_change_nothing(weekly: Digest) -> None:
    words = ("--from", "The Review <desk@review.example.org>", "--postal", "1 Quay Street, Port Town")
    again = weekly("newsletter", "add", "weekly", *words)
    assert (again.code, "changed: nothing" in again.out) == (0, True)


def test_an_address_without_a_name_keeps_the_senders_name(weekly: Digest) -> None:
    assert weekly("newsletter", "add", "weekly", "--from", "news@review.example.org").code == 0
    shown = weekly("newsletter", "show", "weekly").json()
    assert (shown["from_name"], shown["from_address"]) == ("The Review", "news@review.example.org")


@pytest.mark.parametrize(("words", "lacks"), [((), "--from"), (("--from", "desk@review.example.org"), "--postal")])
def test_a_new_newsletter_needs_a_sender_and_a_postal_address(words: tuple[str, ...], lacks: str, digest: Digest) -> None:
    ran = digest("newsletter", "add", "weekly", *words)
    assert ran.code == 2
    assert lacks in ran.err
    assert "No newsletter yet" in digest("newsletter", "list").out


def test_a_new_slot_sets_aside_the_draft_of_the_old_one(weekly: Digest, tmp_path: Path) -> None:
    (tmp_path / "briefs.txt").write_text("In other news\n\nThe pier reopened on Monday, the Harbour Gazette reports.\n", "utf-8")
    assert weekly("edition", "draft", "weekly", "--from", "briefs.txt", "--kind", "text", "--url", "https://review.example.org/1").code == 0
    moved = weekly("newsletter", "add", "weekly", "--slot", "mon 06:00")
    assert moved.code == 0, moved.err
    (draft,) = weekly("edition", "list", "--json").json()
    kept = "edition 1 keeps its time" in moved.out
    assert kept is (draft["state"] != "skipped")


def test_a_campaign_is_set_shown_and_taken_away(weekly: Digest) -> None:
    assert "No campaign" in weekly("newsletter", "campaign", "weekly").out
    done = weekly("newsletter", "campaign", "weekly", "?utm_source={newsletter}&utm_campaign={number}")
    assert (done.code, done.out) == (0, "utm_source={newsletter}&utm_campaign={number}\n")
    assert weekly("newsletter", "campaign", "weekly").out == "utm_source={newsletter}&utm_campaign={number}\n"
    refused = weekly("newsletter", "campaign", "weekly", "utm_source={reader}")
    assert refused.code == 1
    assert "Written as utm_source=newsletter&utm_campaign={number}" in refused.err
    assert weekly("newsletter", "show", "weekly").json()["tracking"] == "utm_source={newsletter}&utm_campaign={number}"
    assert "No campaign" in weekly("newsletter", "campaign", "weekly", "none").out
    assert weekly("newsletter", "campaign", "daily").code == 1
