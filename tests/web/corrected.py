"""What the tests of editing ask and do again and again: what stands there, what the page showed, one saving."""

import httpx

from digest.compose import edit
from digest.flows import correcting
from digest.flows.correcting import Correction
from digest.model.edition import Brief, Edition, EditionState, Item
from digest.store import editions
from tests.web.newsroom import Desk


def content(desk: Desk) -> Edition:
    with desk.database.reading() as session:
        return editions.content(session, 1, editions.get(session, 1).revision)


def item(desk: Desk, item_id: str) -> Item:
    return next(one for section in content(desk).sections for one in section.items if one.id == item_id)


def seen(desk: Desk) -> dict[str, str]:
    with desk.database.reading() as session:
        record = editions.get(session, 1)
    return {"revision": str(record.revision), "state": record.state.value}


def save(browser: httpx.Client, place: str, desk: Desk, **fields: str) -> httpx.Response:
    return browser.post(f"/editions/1/items/{place}", data=seen(desk) | fields)


def brief(desk: Desk, item_id: str) -> Brief:
    found = item(desk, item_id)
    assert isinstance(found, Brief)
    return found


def by_tomas(desk: Desk, fields: edit.BriefFields, *, revision: int = 1) -> None:
    correction = Correction(edition_id=1, revision=revision, state=EditionState.DRAFT, who="Tomas", at=desk.now, why="edited")
    correcting.correct(desk.database, correction, lambda edition: edit.set_brief(edition, "b1", fields))
