"""Admitting: who may come to the desk, and as what; the last admin always stays."""

from datetime import datetime

from digest.errors import Conflict, NotFound, RefusedError
from digest.model.account import Account, Act, Role
from digest.store import Database, Session, accounts, acts


def change_role(database: Database, account_id: int, roles: tuple[Role, Role], *, who: str, now: datetime) -> Account:
    """Change a role from the first of `roles`, which the page showed, to the second.

    Raises NotFound, Conflict where it is another by now, RefusedError for the last admin.
    """
    was, role = roles
    with database.writing() as session:
        admins = accounts.admins(session)
        account = accounts.get(session, account_id)
        if account.role == role:
            return account
        if account.role != was:
            raise Conflict(f"{account.name} is {_a(account.role)} by now, no longer {_a(was)}; look again, then decide")
        _keep_last(admins, account)
        if not accounts.set_role(session, account, role):
            raise Conflict(f"somebody else changed {account.name} a moment ago; look again, then decide")
        _note(session, who, f"made the account {account.email} {_a(role)}, before {_a(was)}", now)
        return accounts.get(session, account_id)


def remove(database: Database, account_id: int, *, who: str, now: datetime) -> Account | None:
    """Remove an account and end its sessions; None where it was gone already. Raises RefusedError for the last admin."""
    with database.writing() as session:
        admins = accounts.admins(session)
        try:
            account = accounts.get(session, account_id)
        except NotFound:
            return None
        _keep_last(admins, account)
        accounts.remove(session, account)
        _note(session, who, f"removed the account {account.email}", now)
        return account


def _keep_last(admins: tuple[Account, ...], account: Account) -> None:
    if [admin.id for admin in admins] == [account.id]:
        raise RefusedError(f"{account.name} is the last admin: without one nobody could let people in; make somebody else an admin first")


def _a(role: Role) -> str:
    return f"{'a' if role is Role.VIEWER else 'an'} {role}"


def _note(session: Session, who: str, what: str, at: datetime) -> None:
    acts.note(session, Act(at=at, who=who, what=what, why=None, edition_id=None, revision=None))
