"""The warning of `digest up --port` where the settings send readers to another port."""

import pytest

from digest.cli.service import led_elsewhere


@pytest.mark.parametrize(
    ("public_url", "named"),
    [("http://127.0.0.1:8600", 8600), ("https://news.example:8443/", 8443), ("http://localhost/", 80), ("https://127.0.0.1", 443)],
)
def test_a_port_that_links_in_mail_do_not_name_is_warned_of_in_one_line_with_the_remedy(public_url: str, named: int) -> None:
    said = led_elsewhere(public_url, "127.0.0.1", 8611)
    assert said is not None
    assert "\n" not in said
    assert said.startswith(f"warning: links in mail go to public_url, {public_url}, and the web is at port 8611")
    assert f"web_port = {named}, or set public_url" in said


@pytest.mark.parametrize("public_url", [None, "http://127.0.0.1:8611", "https://news.example", "http://news.example/digest"])
def test_the_same_port_a_proxys_address_and_none_at_all_are_not_warned_of(public_url: str | None) -> None:
    assert led_elsewhere(public_url, "127.0.0.1", 8611) is None
