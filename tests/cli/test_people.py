"""`digest user`: people come, change and go on the command line, each act in the log, and the last admin stays."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from digest.store import Database, accounts, acts, open_database
from digest.store.acts import Wanted
from tests.command import Digest

PASSWORD = b"a password of the tests\n"
NOW = datetime.now(UTC)


def opened(folder: Path) -> Database:
    return open_database(f"sqlite:///{folder / 'state' / 'digest.db'}")


def let_in(digest: Digest, email: str, role: str) -> None:
    ran = digest("user", "add", email, "--role", role, "--password-stdin", stdin=PASSWORD)
    assert ran.code == 0, ran.err


def roles(digest: Digest) -> dict[str, str]:
    return {one["email"]: one["role"] for one in digest("user", "list", "--json").json()}


def log_of(folder: Path) -> list[str]:
    database = opened(folder)
    with database.reading() as session:
        found = [one.act.what for one in acts.listed(session, Wanted(), most=50)]
    database.close()
    return found


def sign_in_somewhere(folder: Path, email: str) -> None:
    database = opened(folder)
    with database.writing() as session:
        account = accounts.by_email(session, email)
        assert account is not None
        accounts.open_session(session, account, f"hash of {email}", now=NOW, expires=NOW + timedelta(days=1))
    database.close()


def sessions_left(folder: Path) -> int:
    database = opened(folder)
    with database.reading() as session:
        left = accounts.last_seen(session)
    database.close()
    return len(left)


def test_a_role_changes_by_address_in_any_case_and_the_log_says_so(digest: Digest, tmp_path: Path) -> None:
    let_in(digest, "ada@example.org", "admin")
    let_in(digest, "Ed@Example.org", "editor")
    ran = digest("user", "role", "ed@example.ORG", "viewer")
    assert (ran.code, ran.out) == (0, "Ed@example.org is viewer now, before editor\n")
    assert roles(digest) == {"ada@example.org": "admin", "Ed@example.org": "viewer"}
    assert log_of(tmp_path)[0] == "made the account Ed@example.org a viewer, before an editor"
    assert "is viewer already" in digest("user", "role", "ed@example.org", "viewer").out
    assert len(log_of(tmp_path)) == 3


def test_whoever_is_removed_is_signed_out_everywhere(digest: Digest, tmp_path: Path) -> None:
    let_in(digest, "ada@example.org", "admin")
    let_in(digest, "ed@example.org", "editor")
    sign_in_somewhere(tmp_path, "ed@example.org")
    assert sessions_left(tmp_path) == 1
    ran = digest("user", "remove", "ed@example.org")
    assert (ran.code, ran.out) == (0, "ed@example.org may no longer sign in, and their sessions are ended\n")
    assert roles(digest) == {"ada@example.org": "admin"}
    assert sessions_left(tmp_path) == 0
    assert log_of(tmp_path)[0] == "removed the account ed@example.org"


def test_the_last_admin_neither_goes_nor_becomes_less(digest: Digest) -> None:
    let_in(digest, "ada@example.org", "admin")
    let_in(digest, "ed@example.org", "editor")
    for words in (("remove", "ada@example.org"), ("role", "ada@example.org", "editor")):
        ran = digest("user", *words)
        assert (ran.code, ran.out) == (1, "")
        assert "the last admin" in ran.err
        assert "make somebody else an admin first" in ran.err
    assert digest("user", "role", "ed@example.org", "admin").code == 0
    assert digest("user", "remove", "ada@example.org").code == 0
    assert roles(digest) == {"ed@example.org": "admin"}


def test_an_unknown_address_or_role_is_refused_by_name(digest: Digest) -> None:
    let_in(digest, "ada@example.org", "admin")
    for words in (("remove", "nobody@example.org"), ("role", "nobody@example.org", "viewer")):
        ran = digest("user", *words)
        assert ran.code == 1
        assert ran.err == "digest: there is no account nobody@example.org; see `digest user list`\n"
    assert digest("user", "role", "ada@example.org", "king").code == 2
