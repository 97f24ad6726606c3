"""The log of every act: who did what, when and why; by person, by what it was done to, by words."""

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from fastapi.responses import Response

from digest.model.quoting import one_line
from digest.store import acts
from digest.store.acts import About, Wanted
from digest.web.auth import Somebody
from digest.web.frame import frame
from digest.web.house import InHouse

router = APIRouter()
_MOST = 100


@router.get("/acts")
def show(  # noqa: PLR0913  the fields of a form
    house: InHouse,
    account: Somebody,
    *,
    who: Annotated[str, Query(max_length=200)] = "",
    about: Annotated[str, Query(max_length=20)] = "",
    words: Annotated[str, Query(max_length=200)] = "",
    before: Annotated[int | None, Query(ge=0, lt=2**63)] = None,
) -> Response:
    """Show the acts that are asked for, a hundred at a time, latest first."""
    chosen = About(about) if about in tuple(About) else None
    who, words = one_line(who), one_line(words)
    wanted = Wanted(who=who or None, about=chosen, words=words or None, before=before)
    with house.database.reading() as session:
        found = acts.listed(session, wanted, most=_MOST + 1)
        everybody = acts.everybody(session)
    shown = found[:_MOST]
    asked = {"who": who, "about": chosen or "", "words": words}
    older = urlencode(asked | {"before": shown[-1].id}) if len(found) > _MOST else None
    data: dict[str, Any] = {"found": shown, "everybody": everybody, "asked": asked, "older": older, "abouts": tuple(About)}
    return house.pages("acts.html", **frame(house, account), **data)
