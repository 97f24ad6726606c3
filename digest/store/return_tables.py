"""The tables of returned mail: what came back, and the domains whose hard returns a person looks at."""

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, Table, Text

from digest.store.columns import Moment, RowId
from digest.store.tables import metadata

__all__ = ["metadata", "returned_domains", "returns"]

returns = Table(
    "returns",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    # Of the mail as it came: a notice that comes twice is kept once, and changes nothing.
    Column("sha256", Text, nullable=False, unique=True),
    Column("at", Moment, nullable=False, index=True),
    Column("kind", Text, nullable=False),
    Column("bounce_class", Text),
    # Whom our token names, where it verified and they are known.
    Column("mailing_id", RowId, ForeignKey("mailings.id", ondelete="CASCADE"), index=True),
    Column("subscriber_id", RowId, ForeignKey("subscribers.id", ondelete="SET NULL"), index=True),
    Column("domain", Text),
    Column("status", Text),
    Column("code", Integer),
    Column("diagnostic", Text),
    Column("message_id", Text),
    Column("follows", Text, nullable=False),
    # The mail itself, zlib; none: forgotten by age, or because its reader was erased.
    Column("mail", LargeBinary),
)

# One domain in one edition, once a reader there turned hard. Its row is the lock under which they are counted.
returned_domains = Table(
    "returned_domains",
    metadata,
    Column("edition_id", RowId, ForeignKey("editions.id", ondelete="CASCADE"), primary_key=True),
    Column("domain", Text, primary_key=True),
    Column("hard", Integer, nullable=False),
    # How many readers there the edition went to; counted when it begins to matter.
    Column("sent", Integer),
    Column("state", Text, nullable=False),
    Column("since", Moment, nullable=False),
    Column("who", Text),
    Column("why", Text),
)
