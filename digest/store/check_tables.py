"""The tables of the checks: what was learnt of addresses, which editions' links are to be asked, and what editors answered for."""

from sqlalchemy import Column, ForeignKey, Integer, Table, Text, UniqueConstraint

from digest.store.columns import Moment, RowId
from digest.store.tables import metadata

__all__ = ["link_checks", "link_rounds", "metadata", "overrides"]

# One address, whichever editions lead there.
link_checks = Table(
    "link_checks",
    metadata,
    # Of the address: addresses are longer than what an index takes.
    Column("url_hash", Text, primary_key=True),
    Column("url", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("status", Integer),
    Column("leads_to", Text),
    Column("why", Text, nullable=False),
    Column("checked", Moment, nullable=False, index=True),
)

# Whose links are to be asked, and how far that is.
link_rounds = Table(
    "link_rounds",
    metadata,
    Column("edition_id", RowId, ForeignKey("editions.id", ondelete="CASCADE"), primary_key=True),
    # When a round is to begin, or to go on; none: nothing waits.
    Column("due", Moment, index=True),
    # What was learnt before that moment is asked anew in this round.
    Column("since", Moment),
    # Until when a worker is believed to have it in hand.
    Column("claimed", Moment),
    # The revision whose links have all been asked, and when.
    Column("revision", Integer),
    Column("done", Moment),
)

# An editor's word that a finding shall not block, for what its place held then.
overrides = Table(
    "overrides",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("edition_id", RowId, ForeignKey("editions.id", ondelete="CASCADE"), nullable=False),
    Column("code", Text, nullable=False),
    # "" for the whole edition.
    Column("place", Text, nullable=False),
    Column("about", Text, nullable=False),
    Column("content", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("who", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("why", Text, nullable=False),
    UniqueConstraint("edition_id", "code", "place", "about", "content"),
)
