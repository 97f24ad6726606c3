"""The people of the desk: an admin lets somebody in, changes what they may do, sets a new password, removes them."""

import secrets
from dataclasses import dataclass, field
from typing import Annotated, Final

from fastapi import APIRouter, Form
from fastapi.responses import RedirectResponse, Response

from digest.audience.address import read_address
from digest.errors import Conflict, DigestError, NotFound
from digest.flows import admitting, signing_in
from digest.flows.signing_in import NewAccount
from digest.model.account import Account, Role
from digest.model.quoting import one_line
from digest.store import accounts
from digest.web.auth import Admin
from digest.web.frame import frame, sentence
from digest.web.house import House, InHouse

router = APIRouter()
_WORDS: Final = "abcdefghjkmnpqrstuvwxyz23456789"  # without what is read as something else


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What the page says after an act: a trouble at the row `at` (0: the form), or a password that is shown once."""

    trouble: str | None = None
    at: int | None = None
    password: str | None = None
    whose: Account | None = None
    values: dict[str, str] = field(default_factory=dict)
    status: int = 200


@router.get("/people")
def show(house: InHouse, account: Admin) -> Response:
    """Show who may sign in, as what, and when they were last here."""
    return _page(house, account, Said())


@router.post("/people")
def add(
    house: InHouse,
    account: Admin,
    email: Annotated[str, Form()] = "",
    name: Annotated[str, Form()] = "",
    role: Annotated[Role, Form()] = Role.EDITOR,
) -> Response:
    """Let somebody in, with a password that this one answer shows."""
    email, name, password = one_line(email)[:320], one_line(name)[:120], new_password()
    try:
        address = read_address(email).typed
        new = NewAccount(email=address, name=name or address.partition("@")[0], role=role, password=password)
        added = signing_in.add_account(house.database, new, now=house.clock(), who=account.name)
    except DigestError as error:
        taken = f"{email} has an account already: it stands in the list." if "has an account already" in str(error) else sentence(error)
        values = {"email": email, "name": name, "role": role.value}
        return _page(house, account, Said(trouble=taken, at=0, values=values, status=422))
    return _page(house, account, Said(password=password, whose=added))


@router.post("/people/{account_id}/role")
def change_role(account_id: int, house: InHouse, account: Admin, was: Annotated[Role, Form()], role: Annotated[Role, Form()]) -> Response:
    """Change what somebody may do."""
    try:
        admitting.change_role(house.database, account_id, (was, role), who=account.name, now=house.clock())
    except NotFound:
        return _page(house, account, Said(trouble="That account was removed meanwhile. Nothing was changed.", at=0, status=409))
    except DigestError as error:
        return _page(house, account, Said(trouble=sentence(error), at=account_id, status=409 if isinstance(error, Conflict) else 422))
    return RedirectResponse("/people", 303)


@router.post("/people/{account_id}/password")
def set_password(account_id: int, house: InHouse, account: Admin) -> Response:
    """Set a new password, which this one answer shows, and end that person's sessions."""
    with house.database.reading() as session:
        whose = accounts.get(session, account_id)
    if whose.id == account.id:
        return RedirectResponse("/account", 303)
    password = new_password()
    signing_in.change_password(house.database, whose.email, password, now=house.clock(), who=account.name)
    return _page(house, account, Said(password=password, whose=whose))


@router.post("/people/{account_id}/remove")
def remove(account_id: int, house: InHouse, account: Admin) -> Response:
    """Remove somebody and end their sessions; a second press finds them gone."""
    try:
        admitting.remove(house.database, account_id, who=account.name, now=house.clock())
    except DigestError as error:
        return _page(house, account, Said(trouble=sentence(error), at=account_id, status=422))
    return RedirectResponse("/people", 303)


def new_password() -> str:
    """Return four groups of five that can be read out: 98 bits."""
    return "-".join("".join(secrets.choice(_WORDS) for _ in range(5)) for _ in range(4))


def _page(house: House, account: Account, said: Said) -> Response:
    with house.database.reading() as session:
        people = accounts.listed(session)
        seen = accounts.last_seen(session)
    return house.pages("people.html", status=said.status, **frame(house, account), people=people, seen=seen, said=said, roles=tuple(Role))
