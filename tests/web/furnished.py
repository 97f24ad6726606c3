"""The newsroom of the web's tests in a database of any kind."""

from datetime import timedelta

from argon2 import PasswordHasher

from digest.audience.address import hash_address
from digest.flows import signing_in
from digest.flows.signing_in import NewAccount
from digest.model.account import Act, Role
from digest.store import Database, accounts, acts, editions, newsletters, open_database, subscribers
from digest.store.migrate import upgrade
from digest.store.subscribers import NewReader
from tests.web.newsroom import NEWSLETTER, NOW, PASSWORD, SECRET, SLOT, sample_edition

# An argon2 string tells what it costs, and signing in pays that: the passwords of these accounts are kept cheaply, on purpose.
_CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def furnish(url: str) -> Database:
    """Make the tables, a newsletter with a draft, three readers and three accounts, and return the open database."""
    database = open_database(url)
    upgrade(database)
    for name, role in (("Ada Admin", Role.ADMIN), ("Nadia Brandt", Role.EDITOR), ("Vic Looker", Role.VIEWER)):
        new = NewAccount(email=f"{role.value}@meridian.example", name=name, role=role, password=PASSWORD)
        signing_in.add_account(database, new, now=NOW)
    with database.writing() as session:
        for account in accounts.listed(session):
            accounts.set_password(session, account, _CHEAP.hash(PASSWORD))
        newsletters.keep(session, NEWSLETTER, now=NOW)
        before = NOW - timedelta(hours=1)
        editions.open_for_slot(session, sample_edition(), due=SLOT, now=before, who="the machine")
        acts.note(session, Act(at=before, who="the machine", what="laid out the draft", why=None, edition_id=1, revision=1))
        readers = [
            NewReader(
                address=f"{name}@example.org",
                folded=f"{name}@example.org",
                address_hash=hash_address(SECRET.encode(), name),
                name=name.title(),
            )
            for name in ("julie", "tomas", "imani")
        ]
        ids = subscribers.keep(session, readers, now=NOW)
        subscribers.confirm(session, list(ids.values()), "weekly", now=NOW)
    return database
