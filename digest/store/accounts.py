"""Accounts of the desk, and their sessions by the hash of a token."""

from datetime import datetime

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.orm import Session

from digest.errors import NotFound
from digest.model.account import Account, Role
from digest.store.portable import upsert
from digest.store.tables import accounts, sessions


def add(session: Session, account: Account) -> Account | None:
    """Add an account (its `id` is given here) and return it; None where the address has one already."""
    statement = (
        upsert(session, accounts)
        .values(
            email=account.email,
            folded=account.email.casefold(),
            name=account.name,
            role=account.role,
            password_hash=account.password_hash,
            created=account.created,
        )
        .on_conflict_do_nothing(index_elements=["folded"])
        .returning(accounts.c.id)
    )
    account_id = session.execute(statement).scalar_one_or_none()
    return None if account_id is None else _get(session, account_id)


def by_email(session: Session, email: str) -> Account | None:
    """Return the account of that address, or None."""
    row = session.execute(select(accounts).where(accounts.c.folded == email.casefold())).one_or_none()
    return None if row is None else _account(row)


def listed(session: Session) -> tuple[Account, ...]:
    """Return all accounts by address."""
    return tuple(_account(row) for row in session.execute(select(accounts).order_by(accounts.c.folded)))


def set_password(session: Session, account: Account, password_hash: str) -> None:
    """Change the password and end every session of the account."""
    session.execute(update(accounts).where(accounts.c.id == account.id).values(password_hash=password_hash))
    session.execute(delete(sessions).where(sessions.c.account_id == account.id))


def open_session(session: Session, account: Account, token_hash: str, *, now: datetime, expires: datetime) -> None:
    """Remember that a browser with this token is signed in."""
    session.execute(insert(sessions).values(token_hash=token_hash, account_id=account.id, created=now, seen=now, expires=expires))


def of_session(session: Session, token_hash: str, *, now: datetime) -> Account | None:
    """Return who is signed in by this token, or None."""
    statement = select(accounts).join(sessions, sessions.c.account_id == accounts.c.id)
    row = session.execute(statement.where(sessions.c.token_hash == token_hash, sessions.c.expires > now)).one_or_none()
    return None if row is None else _account(row)


def close_session(session: Session, token_hash: str) -> None:
    """Sign this token out."""
    session.execute(delete(sessions).where(sessions.c.token_hash == token_hash))


def prune_sessions(session: Session, *, now: datetime) -> int:
    """Forget the sessions that have expired and return how many."""
    return len(session.execute(delete(sessions).where(sessions.c.expires <= now).returning(sessions.c.token_hash)).scalars().all())


def _get(session: Session, account_id: int) -> Account:
    row = session.execute(select(accounts).where(accounts.c.id == account_id)).one_or_none()
    if row is None:
        raise NotFound(f"there is no account {account_id}; see `digest user list`")
    return _account(row)


def _account(row: Row[tuple[object, ...]]) -> Account:
    return Account(id=row.id, email=row.email, name=row.name, role=Role(row.role), password_hash=row.password_hash, created=row.created)
