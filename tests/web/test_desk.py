from typing import Any


def test_an_editor_takes_an_edition_from_draft_to_scheduled(desk: Any) -> None:
    browser = desk.client()
    assert "The strait reopens" in browser.get("/").text
    seen = {"revision": "1", "state": "draft", "sha256": desk.sha256()}
    assert browser.post("/editions/1/approve", data=seen).status_code == 303
    assert desk.state() == "approved"
    assert browser.post("/editions/1/schedule", data={"revision": "1", "state": "approved", "when": "slot"}).status_code == 303
    assert desk.state() == "scheduled"
