"""Signing in: passwords are argon2, sessions are rows, tokens are stored hashed, tries are counted in rows."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from digest.audience.consent import place_of
from digest.errors import NotFound, RefusedError
from digest.model.account import MACHINE, Account, Act, Role
from digest.store import Database, Session, accounts, acts, attempts
from digest.store.accounts import SignedIn

SESSION_LENGTH: Final = timedelta(days=14)
WINDOW: Final = timedelta(minutes=15)
# Tries within the window: for one address from one place, and from one place in all.
_MOST_PAIR: Final = 5
_MOST_PLACE: Final = 30
LEAST: Final = 10
_LONGEST: Final = 1000
_SEEN_EVERY: Final = timedelta(minutes=1)
_hasher = PasswordHasher()


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAccount:
    """Somebody to be let in."""

    email: str
    name: str
    role: Role
    password: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Where somebody comes from: an IP address, what their browser calls itself, and the random token it is to hold."""

    token: str
    ip: str = ""
    user_agent: str = ""


class TooManyTriesError(Exception):
    """Too many passwords were tried from one place; `wait` is how long until the next one is heard."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(str(wait))
        self.wait = wait


def add_account(database: Database, new: NewAccount, *, now: datetime, who: str = MACHINE) -> Account:
    """Let somebody in; raises RefusedError where the password is short or the address is taken."""
    account = Account(
        id=0, email=new.email.strip(), name=new.name.strip(), role=new.role, password_hash=hash_password(new.password), created=now
    )
    with database.writing() as session:
        added = accounts.add(session, account)
        if added is not None:
            _note(session, who, f"opened an account for {added.email} as {added.role}", now)
    if added is None:
        raise RefusedError(f"{new.email} has an account already; change its password with `digest user password {new.email}`")
    return added


def change_password(database: Database, email: str, password: str, *, now: datetime, who: str = MACHINE) -> None:
    """Give an account a new password, because whoever runs the service says so, and end its sessions."""
    hashed = hash_password(password)
    with database.writing() as session:
        account = accounts.by_email(session, email)
        if account is None:
            raise NotFound(f"there is no account {email}; add it with `digest user add {email}`")
        accounts.set_password(session, account, hashed)
        _note(session, who, f"set a new password for {account.email}", now)


def change_own_password(database: Database, account: Account, caller: Caller, words: tuple[str, str], *, now: datetime) -> int:
    """Change the password from `words` (old, new) and return how many other sessions ended.

    Raises RefusedError where the old one is wrong or the new one is short, TooManyTriesError where too many were tried.
    """
    old, new = words
    _knock(database, account.email, caller.ip, now=now)
    if not _fits(account.password_hash, old):
        raise RefusedError("that is not your present password")
    hashed = hash_password(new)
    with database.writing() as session:
        _let_in(session, account.email, caller.ip, now=now)
        ended = accounts.set_password(session, account, hashed, keep=token_hash(caller.token))
        _note(session, account.name, "changed their password", now)
    return ended


def sign_in(database: Database, email: str, password: str, caller: Caller, *, now: datetime) -> Account | None:
    """Open a session for the caller's token and return whose; None where address or password is wrong.

    Raises TooManyTriesError, before the password is looked at, where too many were tried within a quarter of an hour.
    """
    _knock(database, email, caller.ip, now=now)
    with database.reading() as session:
        account = accounts.by_email(session, email.strip())
    if not _fits(account.password_hash if account else _nobodys_hash(), password) or account is None:
        return None
    with database.writing() as session:
        _let_in(session, email, caller.ip, now=now)
        accounts.prune_sessions(session, now=now)
        hashed, expires, agent = token_hash(caller.token), now + SESSION_LENGTH, caller.user_agent[:400] or None
        accounts.open_session(session, account, hashed, now=now, expires=expires, ip=caller.ip or None, user_agent=agent)
        _note(session, account.name, "signed in", now)
    return account


def signed_in(database: Database, token: str, *, now: datetime) -> Account | None:
    """Return who is signed in by `token`, or None; when it was last seen is noted once a minute."""
    hashed = token_hash(token)
    with database.reading() as session:
        found = accounts.of_session(session, hashed, now=now)
    if found is None:
        return None
    account, seen = found
    if now - seen >= _SEEN_EVERY:
        with database.writing() as session:
            accounts.see(session, hashed, now=now)
    return account


def sign_out(database: Database, token: str, *, now: datetime) -> None:
    """End the session of `token`; a second press finds none and changes nothing."""
    hashed = token_hash(token)
    with database.writing() as session:
        found = accounts.of_session(session, hashed, now=now)
        accounts.close_session(session, hashed)
        if found is not None:
            _note(session, found[0].name, "signed out", now)


def sessions_of(database: Database, account: Account, *, now: datetime) -> tuple[SignedIn, ...]:
    """Return where somebody is signed in, last seen first."""
    with database.reading() as session:
        return accounts.sessions_of(session, account, now=now)


def end_session(database: Database, account: Account, hashed: str, *, now: datetime) -> bool:
    """Sign one of somebody's own browsers out; False where it was out already."""
    with database.writing() as session:
        ended = accounts.end_session(session, account, hashed)
        if ended:
            _note(session, account.name, "ended a session of theirs", now)
    return ended


def hash_password(password: str) -> str:
    """Return the argon2 string; raises RefusedError where the password is too short or too long."""
    if len(password) < LEAST:
        raise RefusedError(f"a password needs at least {LEAST} characters; choose a longer one")
    if len(password) > _LONGEST:
        raise RefusedError(f"a password may have {_LONGEST:,} characters at most; choose a shorter one")
    return _hasher.hash(password)


def token_hash(token: str) -> str:
    """Return what stands for a token in the database."""
    return hashlib.sha256(token.encode()).hexdigest()


@cache
def _nobodys_hash() -> str:
    """Verified where the address is unknown, so that the answer takes as long as a wrong password.

    Made when first asked for: it takes 64 MB, and most processes sign nobody in.
    """
    return _hasher.hash("nobody signs in with this")


def _fits(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password[:_LONGEST])
    except (VerificationError, InvalidHashError, UnicodeEncodeError):
        return False


def _knock(database: Database, email: str, ip: str, *, now: datetime) -> None:
    """Count a try before it is made, so that many at once cannot all pass; raises TooManyTriesError."""
    with database.writing() as session:
        reached = [attempts.nth_last(session, subject, most, since=now - WINDOW) for subject, most in _subjects(email, ip)]
        waits = [at + WINDOW - now for at in reached if at is not None]
        if waits:
            raise TooManyTriesError(max(waits))
        attempts.note(session, [subject for subject, _ in _subjects(email, ip)], now=now)


def _let_in(session: Session, email: str, ip: str, *, now: datetime) -> None:
    """A right password clears the address's tries from that place, and its own from the place's."""
    (pair, _), (place, _) = _subjects(email, ip)
    attempts.forget(session, pair)
    attempts.forget(session, place, since=now)


def _subjects(email: str, ip: str) -> tuple[tuple[str, int], tuple[str, int]]:
    # Hashed: who mistypes a password into the address field leaves no trace of it.
    address = hashlib.sha256(email.strip().casefold().encode("utf-8", "replace")).hexdigest()[:32]
    place = place_of(ip)
    return (f"sign-in {address} {place}", _MOST_PAIR), (f"sign-in ip {place}", _MOST_PLACE)


def _note(session: Session, who: str, what: str, at: datetime) -> None:
    acts.note(session, Act(at=at, who=who, what=what, why=None, edition_id=None, revision=None))
