"""Bylines taken apart into names."""

import pytest

from digest.gather.names import clean_authors, is_odd


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("By Ann Lee and Bo Chi", ("Ann Lee", "Bo Chi")),
        ("Ann Lee, Staff Writer, and Bo Chi", ("Ann Lee", "Bo Chi")),
        ("By ANN O’LEARY, The Associated Press", ("Ann O’Leary",)),
        ("Ann Lee in Kyiv and Bo Chi in Lviv", ("Ann Lee", "Bo Chi")),
        ("By Ann Lee and Bo Chi - AP Technology Writers", ("Ann Lee", "Bo Chi")),
        ("Ann Lee @annlee", ("Ann Lee",)),
        ("ann@lantern.example (Ann Lee)", ("Ann Lee",)),
        ("Ann Lee, political correspondent", ("Ann Lee",)),
        ("Ann Lee 22 November 2026", ("Ann Lee",)),
        ("Ann Lee January", ("Ann Lee",)),
        ("Story by Ann Lee; photographs by Bo Chi", ("Ann Lee",)),
        ("Lee, Ann", ("Ann Lee",)),
        ("Von Caspar Weit und Eva Kolb", ("Caspar Weit", "Eva Kolb")),
        ("Par Anne Le Goff et Luc de Brab", ("Anne Le Goff", "Luc de Brab")),
        ("Por María José García y Pedro Núñez", ("María José García", "Pedro Núñez")),
        ("Ana de Sousa e Pedro Lima", ("Ana de Sousa", "Pedro Lima")),
        ("Автор: Іван Франко та Леся Сад", ("Іван Франко", "Леся Сад")),
        ("Jean-Luc Picard, envoyé spécial à Kiev", ("Jean-Luc Picard",)),
        ("严玉洁", ("严玉洁",)),
        ("Associated Press", ("Associated Press",)),
        ("bell hooks", ("bell hooks",)),
    ],
)
def test_a_byline_gives_the_names_in_it(byline: str, names: tuple[str, ...]) -> None:
    assert clean_authors([byline], "The Lantern", "lantern.example") == names


@pytest.mark.parametrize(
    "junk",
    [
        "admin",
        "Staff",
        "Lantern Staff",
        "The Lantern",
        "The Lantern Editorial Board",
        "Munich, Germany",
        "The Lantern, Munich, Germany",
        "mehr",
        "so Artikel empfehlen:",
        "Published May 3, 2026",
        "Harbour Media GmbH",
        "https://lantern.example/ann",
        "3 min read",
        "",
        "x" * 400,
    ],
)
def test_accounts_places_dates_and_firms_are_nobody(junk: str) -> None:
    assert clean_authors([junk], "The Lantern", "lantern.example") == ()


def test_a_name_comes_once_and_twelve_are_enough() -> None:
    assert clean_authors(["Ann Lee", "ANN LEE", "By Ann Lee"], None) == ("Ann Lee",)
    assert len(clean_authors([f"Ann {letter}ee" for letter in "ABCDEFGHIJKLMNOP"], None)) == 12


def test_handles_desks_and_agencies_are_odd() -> None:
    assert [is_odd(name) for name in ("Ann Lee", "annlee", "Harbour Desk", "ann lee")] == [False, True, True, True]
