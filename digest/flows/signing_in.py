"""Signing in: passwords are argon2, sessions are rows, tokens are stored hashed."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from digest.errors import NotFound, RefusedError
from digest.model.account import Account, Role
from digest.store import Database, accounts

SESSION_LENGTH = timedelta(days=14)
_LEAST = 10
_hasher = PasswordHasher()
# Verified where the address is unknown, so that the answer takes as long as a wrong password.
_NOBODY = _hasher.hash("nobody signs in with this")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAccount:
    """Somebody to be let in."""

    email: str
    name: str
    role: Role
    password: str


def add_account(database: Database, new: NewAccount, *, now: datetime) -> Account:
    """Let somebody in; raises RefusedError where the password is short or the address is taken."""
    account = Account(id=0, email=new.email.strip(), name=new.name.strip(), role=new.role, password_hash=_hash(new.password), created=now)
    with database.writing() as session:
        added = accounts.add(session, account)
    if added is None:
        raise RefusedError(f"{new.email} has an account already; change its password with `digest user password {new.email}`")
    return added


def change_password(database: Database, email: str, password: str) -> None:
    """Give an account a new password and end its sessions."""
    hashed = _hash(password)
    with database.writing() as session:
        account = accounts.by_email(session, email)
        if account is None:
            raise NotFound(f"there is no account {email}; add it with `digest user add {email}`")
        accounts.set_password(session, account, hashed)


def sign_in(database: Database, email: str, password: str, token: str, *, now: datetime) -> Account | None:
    """Open a session for the random `token` and return whose; None where address or password is wrong."""
    with database.reading() as session:
        account = accounts.by_email(session, email.strip())
    try:
        _hasher.verify(account.password_hash if account else _NOBODY, password[:1000])
    except (VerifyMismatchError, InvalidHashError):
        return None
    if account is None:
        return None
    with database.writing() as session:
        accounts.prune_sessions(session, now=now)
        accounts.open_session(session, account, _token_hash(token), now=now, expires=now + SESSION_LENGTH)
    return account


def signed_in(database: Database, token: str, *, now: datetime) -> Account | None:
    """Return who is signed in by `token`, or None."""
    with database.reading() as session:
        return accounts.of_session(session, _token_hash(token), now=now)


def sign_out(database: Database, token: str) -> None:
    """End the session of `token`."""
    with database.writing() as session:
        accounts.close_session(session, _token_hash(token))


def _hash(password: str) -> str:
    if len(password) < _LEAST:
        raise RefusedError(f"a password needs at least {_LEAST} characters; choose a longer one")
    return _hasher.hash(password)


def _token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
