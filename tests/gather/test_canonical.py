"""One page has many addresses; two pages have two."""

import pytest

from digest.gather.canonical import canonical

STORY = "https://tideline.example/2026/11/the-pier"


@pytest.mark.parametrize(
    "form",
    [
        "http://www.tideline.example/2026/11/the-pier/",
        "https://TIDELINE.example:443/2026/11/the-pier?utm_source=feed&utm_medium=rss",
        "https://tideline.example/2026/11/the-pier#comments",
        "https://tideline.example/2026/11/the-pier/amp/",
        "https://tideline.example/amp/2026/11/the-pier",
        "https://tideline.example/2026/amp/11/the-pier",
        "https://tideline.example/2026/11/the-pier.amp",
        "https://tideline.example/2026/11/the-pier?amp=1",
        "https://tideline.example/2026/11/the-pier?amp",
        "https://tideline.example/2026/11/the-pier?outputType=amp",
        "https://amp.tideline.example/2026/11/the-pier",
        "https://m.tideline.example/2026/11/the-pier?m=1",
        "https://mobile.tideline.example/2026/11//the-pier/index.html",
        "https://tideline.example/2026/11/the-pier;jsessionid=A1B2?print=true",
        "https://tideline.example/2026/11/the%2Dpier?PHPSESSID=1234",
        "https://www.google.com/amp/s/www.tideline.example/2026/11/the-pier",
        "https://www.google.co.uk/amp/tideline.example/2026/11/the-pier/amp?usqp=x",
        "https://www-tideline-example.cdn.ampproject.org/c/s/www.tideline.example/2026/11/the-pier?amp=1",
        "https://tideline-example.cdn.ampproject.org/v/s/tideline.example/2026/11/the-pier/amp/?amp_js_v=0.1#referrer=x",
    ],
)
def test_all_forms_of_one_page_have_one_name(form: str) -> None:
    assert canonical(form) == STORY


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://tideline.example/?p=12", "https://tideline.example/?p=13"),
        ("https://tideline.example/story", "https://news.tideline.example/story"),
        ("https://tideline.example/Story", "https://tideline.example/story"),
        ("https://tideline.example/a?page=2", "https://tideline.example/a"),
        ("https://tideline.example/index/a", "https://tideline.example/a"),
        ("https://tideline.example/amplifiers", "https://tideline.example/lifiers"),
        ("https://tideline.example/app#!/one", "https://tideline.example/app#!/two"),
        ("https://tideline.example:8443/a", "https://tideline.example/a"),
        ("https://tideline.example/a%2Fb", "https://tideline.example/a/b"),
        ("https://m.example/a", "https://example/a"),
        ("https://google.com/amp/guide", "https://guide"),
    ],
)
def test_two_pages_keep_two_names(one: str, other: str) -> None:
    assert canonical(one) != canonical(other)


def test_a_host_and_path_in_another_script_have_one_name_in_either_spelling() -> None:
    written = canonical("https://www.bücher.example/straße")
    assert written == canonical("http://xn--bcher-kva.example/stra%c3%9fe/") == "https://xn--bcher-kva.example/stra%C3%9Fe"


def test_the_order_of_a_query_says_nothing() -> None:
    assert canonical("https://a.example/x?b=2&a=1&fbclid=zz") == canonical("https://a.example/x?a=1&b=2")


@pytest.mark.parametrize(
    "form", ["https://a.example/amp", "https://a.example/amp/amp/", "https://a.example/index.html/", "https://a.example/.amp"]
)
def test_a_name_is_its_own_name(form: str) -> None:
    assert canonical(canonical(form)) == canonical(form)
