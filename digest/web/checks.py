"""What an editor does about a finding: mend it by its button, answer for it, take that back, have the links asked."""

from typing import Annotated, Literal

from fastapi import APIRouter, Form
from fastapi.responses import RedirectResponse, Response
from pydantic import Field

from digest.compose.mend import mend
from digest.errors import Conflict, InputError, NotFound, RefusedError, RenderError
from digest.flows import checking, correcting, previewing
from digest.flows.checking import Answer
from digest.model.account import Account
from digest.model.edition import Finding
from digest.web.auth import Editor
from digest.web.edit import Shown, correction_of, sentence
from digest.web.editions import Typed, edition_page
from digest.web.house import House, InHouse

router = APIRouter()
Act = Literal["mend", "override", "back"]


class Pressed(Shown):
    """Which finding, by what names it, and for a button its number among those of the finding and what it would put."""

    code: str = Field(max_length=40)
    place: str = Field(default="", max_length=80)
    about: str = Field(default="", max_length=4000)
    fix: int = Field(default=0, ge=0, le=20)
    put: str = Field(default="", max_length=4000)
    why: str = Field(default="", max_length=4000)


@router.post("/editions/{edition_id}/findings/{act}")
def settle(edition_id: int, act: Act, house: InHouse, account: Editor, form: Annotated[Pressed, Form()]) -> Response:
    """Mend a finding by its button, answer for it with a reason, or take that back; a refusal says why, where it was pressed."""
    try:
        seen = previewing.preview(house.database, house.press, edition_id, now=house.clock())
        finding = checking.finding_of(seen.findings, form.code, form.place, form.about)
        if act == "mend":
            _mend(house, account, (edition_id, form), finding)
        else:
            answer = Answer(edition_id=edition_id, revision=form.revision, who=account.name, at=house.clock(), why=form.why)
            (checking.override if act == "override" else checking.take_back)(house.database, answer, finding)
    except (InputError, RefusedError, NotFound, Conflict, RenderError) as error:
        status = 409 if isinstance(error, Conflict | NotFound) else 422
        values = {"code": form.code, "place": form.place, "about": form.about, "why": form.why}
        return edition_page(house, account, edition_id, typed=Typed(form="finding", trouble=sentence(error), values=values, status=status))
    return RedirectResponse(f"/editions/{edition_id}#checks", 303)


@router.post("/editions/{edition_id}/links/check")
def check_links(edition_id: int, house: InHouse, account: Editor) -> Response:
    """Have every link asked anew; a worker does it, the page asks nobody."""
    checking.want_links(house.database, edition_id, who=account.name, now=house.clock())
    return RedirectResponse(f"/editions/{edition_id}#checks", 303)


def _mend(house: House, account: Account, sent: tuple[int, Pressed], finding: Finding) -> None:
    edition_id, form = sent
    if form.fix >= len(finding.fixes) or finding.fixes[form.fix].put != form.put:
        raise Conflict("that button does something else now; look at the finding again, then press")
    fix = finding.fixes[form.fix]
    words = ", ".join(fix.find)
    correction = correction_of(edition_id, form, account, house, f"wrote {fix.put} for {words}")
    correcting.correct(house.database, correction, lambda edition: mend(edition, fix, finding.place))
