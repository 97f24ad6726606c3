"""Accounts of the desk, and their sessions by the hash of a token."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, delete, func, insert, select, update
from sqlalchemy.orm import Session

from digest.errors import NotFound
from digest.model.account import Account, Role
from digest.store.portable import upsert
from digest.store.tables import accounts, sessions


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """One browser that is signed in: by the hash of its token, from where, and when it last asked for a page."""

    token_hash: str
    created: datetime
    seen: datetime
    ip: str | None
    user_agent: str | None


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


def get(session: Session, account_id: int) -> Account:
    """Return the account; raises NotFound."""
    return _get(session, account_id)


def admins(session: Session) -> tuple[Account, ...]:
    """Return the admins, and keep others from changing them until this transaction ends: the last one must stay."""
    rows = session.execute(select(accounts).where(accounts.c.role == Role.ADMIN).order_by(accounts.c.id).with_for_update())
    return tuple(_account(row) for row in rows)


def set_role(session: Session, account: Account, role: Role) -> bool:
    """Change the role if it is still `account.role`; False where somebody was faster."""
    where = (accounts.c.id == account.id, accounts.c.role == account.role)
    return session.execute(update(accounts).where(*where).values(role=role).returning(accounts.c.id)).scalar_one_or_none() is not None


def remove(session: Session, account: Account) -> None:
    """Forget the account and end its sessions; the log keeps its name."""
    session.execute(delete(accounts).where(accounts.c.id == account.id))


def set_password(session: Session, account: Account, password_hash: str, *, keep: str | None = None) -> int:
    """Change the password, end every session of the account but the one of token hash `keep`, and return how many ended."""
    session.execute(update(accounts).where(accounts.c.id == account.id).values(password_hash=password_hash))
    others = delete(sessions).where(sessions.c.account_id == account.id, sessions.c.token_hash != (keep or ""))
    return len(session.execute(others.returning(sessions.c.token_hash)).scalars().all())


def open_session(  # noqa: PLR0913  a row's columns
    session: Session,
    account: Account,
    token_hash: str,
    *,
    now: datetime,
    expires: datetime,
    ip: str | None = None,
    user_agent: str | None = None,
) -> None:
    """Remember that a browser with this token is signed in."""
    row = {"account_id": account.id, "created": now, "seen": now, "expires": expires, "ip": ip, "user_agent": user_agent}
    session.execute(insert(sessions).values(token_hash=token_hash, **row))


def of_session(session: Session, token_hash: str, *, now: datetime) -> tuple[Account, datetime] | None:
    """Return who is signed in by this token and when it was last noted as seen, or None."""
    statement = select(accounts, sessions.c.seen.label("seen")).join(sessions, sessions.c.account_id == accounts.c.id)
    row = session.execute(statement.where(sessions.c.token_hash == token_hash, sessions.c.expires > now)).one_or_none()
    return None if row is None else (_account(row), row.seen)


def see(session: Session, token_hash: str, *, now: datetime) -> None:
    """Note that this browser asked for a page."""
    session.execute(update(sessions).where(sessions.c.token_hash == token_hash).values(seen=now))


def sessions_of(session: Session, account: Account, *, now: datetime) -> tuple[SignedIn, ...]:
    """Return where the account is signed in, last seen first."""
    statement = select(sessions).where(sessions.c.account_id == account.id, sessions.c.expires > now)
    return tuple(
        SignedIn(token_hash=row.token_hash, created=row.created, seen=row.seen, ip=row.ip, user_agent=row.user_agent)
        for row in session.execute(statement.order_by(sessions.c.seen.desc(), sessions.c.token_hash))
    )


def last_seen(session: Session) -> dict[int, datetime]:
    """Return when each account that is signed in somewhere was last seen, by account id."""
    rows = session.execute(select(sessions.c.account_id, func.max(sessions.c.seen)).group_by(sessions.c.account_id))
    return {account_id: seen for account_id, seen in rows}  # noqa: C416  dict(rows) loses the row's types


def end_session(session: Session, account: Account, token_hash: str) -> bool:
    """Sign one browser of this account out; False where it was out already."""
    statement = delete(sessions).where(sessions.c.account_id == account.id, sessions.c.token_hash == token_hash)
    return session.execute(statement.returning(sessions.c.token_hash)).scalar_one_or_none() is not None


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
