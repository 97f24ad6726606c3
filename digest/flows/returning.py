"""Returned mail: whom a token in it names."""

from collections.abc import Callable

from digest.audience.token import Bearing, Purpose, read_token
from digest.store import Database, subscribers


def token_reader(secret: bytes | None) -> Callable[[str], Bearing | None]:
    """Return what reads a return path's and Message-ID's token; without a secret nothing is ours."""

    def read(token: str) -> Bearing | None:
        return None if secret is None else read_token(secret, Purpose.MESSAGE, token)

    return read


def address_of(database: Database, bearing: Bearing) -> str | None:
    """Return the address of the reader that a token names, None where they have been forgotten since."""
    with database.reading() as session:
        reader = subscribers.get(session, bearing.subscriber_id)
    return reader.address if reader is not None and "@" in reader.address else None
