"""What a source changed: an editor takes the new text, or leaves the old one."""

from typing import Annotated, Literal

from fastapi import APIRouter, Form
from fastapi.responses import Response

from digest.errors import Conflict, NotFound, RefusedError
from digest.flows import correcting, renewing
from digest.model.account import Act
from digest.web.auth import Editor
from digest.web.edit import Shown, correction_of, sentence, to_item
from digest.web.editions import Typed, edition_page
from digest.web.house import InHouse

router = APIRouter()


@router.post("/editions/{edition_id}/source/{place}/{act}")
def settle(  # noqa: PLR0913  a route's parts
    edition_id: int, place: str, act: Literal["take", "leave"], *, house: InHouse, account: Editor, form: Annotated[Shown, Form()]
) -> Response:
    """Give the item the text that its source has now, or leave it; the finding is gone until the source changes again."""
    try:
        if act == "take":
            move = renewing.renewal(house.database, edition_id, place)
            correction = correction_of(edition_id, form, account, house, "took the source’s new text")
            correcting.correct(house.database, correction, move)
        left = f"left the item {place} as it is, though its source changed"
        line = Act(at=house.clock(), who=account.name, what=left, why=None, edition_id=edition_id, revision=form.revision)
        renewing.settle(house.database, edition_id, place, line if act == "leave" else None)
    except (RefusedError, NotFound, Conflict) as error:
        return edition_page(house, account, edition_id, typed=Typed(form="review", trouble=sentence(error), status=409))
    return to_item(edition_id, None, form)
