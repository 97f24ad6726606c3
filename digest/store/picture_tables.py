"""The tables of pictures: what mails wish for, what was made of it, and which edition names which."""

from sqlalchemy import Boolean, Column, ForeignKey, Integer, LargeBinary, Table, Text, false

from digest.store.columns import Moment, RowId
from digest.store.tables import metadata

__all__ = ["approved_pictures", "edition_pictures", "metadata", "picture_wishes", "pictures"]

pictures = Table(
    "pictures",
    metadata,
    # Of its bytes: what an address names never changes.
    Column("sha256", Text, primary_key=True),
    Column("media", Text, nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("size", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("made", Moment, nullable=False),
)

# An address for a place of some width, wished for by the mails of any edition.
picture_wishes = Table(
    "picture_wishes",
    metadata,
    Column("key", Text, primary_key=True),
    Column("url", Text, nullable=False),
    Column("width", Integer, nullable=False),
    Column("logo", Boolean, nullable=False, default=False, server_default=false()),
    # The entry it came with: its source says whether a private address may be asked.
    Column("entry_id", RowId),
    # What was made of it, with the pixels it came in; or why there is nothing, and whether that will last.
    Column("sha256", Text, ForeignKey("pictures.sha256", ondelete="SET NULL"), index=True),
    Column("found_width", Integer),
    Column("found_height", Integer),
    Column("trouble", Text),
    Column("lasting", Boolean, nullable=False, default=False, server_default=false()),
    Column("tries", Integer, nullable=False, default=0, server_default="0"),
    # When it is fetched (again); none: settled.
    Column("due", Moment, index=True),
    Column("wished", Moment, nullable=False),
)

# What the mail of an edition has a place for at its present revision, and the picture that it names there.
edition_pictures = Table(
    "edition_pictures",
    metadata,
    Column("edition_id", RowId, ForeignKey("editions.id", ondelete="CASCADE"), primary_key=True),
    Column("place", Text, primary_key=True),
    Column("wish", Text, nullable=False, index=True),
    Column("sha256", Text, index=True),
)

# What any approved mail of an edition names: readers open it years later, also where a correction went out after it.
approved_pictures = Table(
    "approved_pictures",
    metadata,
    Column("edition_id", RowId, ForeignKey("editions.id", ondelete="CASCADE"), primary_key=True),
    Column("sha256", Text, ForeignKey("pictures.sha256"), primary_key=True, index=True),
)
