"""The tables of how a mailing leaves: how an edition is to begin, and what each mailing that waits, waits for."""

from sqlalchemy import Column, ForeignKey, Integer, Table, Text

from digest.store.columns import Document, Moment, RowId
from digest.store.tables import metadata

__all__ = ["departures", "first_rounds", "metadata"]

# What an editor chose for an edition that has not gone out: a first round, and what stops it.
first_rounds = Table(
    "first_rounds",
    metadata,
    Column("edition_id", RowId, ForeignKey("editions.id", ondelete="CASCADE"), primary_key=True),
    Column("document", Document, nullable=False),
)

departures = Table(
    "departures",
    metadata,
    Column("mailing_id", RowId, ForeignKey("mailings.id", ondelete="CASCADE"), primary_key=True),
    # The first of those that were opened together: they are undone together.
    Column("lead", RowId, ForeignKey("mailings.id", ondelete="CASCADE"), nullable=False, index=True),
    # When the list was frozen.
    Column("listed", Moment, nullable=False),
    # When it leaves by itself; none: it has left, or waits for its first round or for a person.
    Column("leaves", Moment, index=True),
    # The first round that it waits for, and how many seconds after that round's end it leaves; none: a person lets it go.
    Column("follows", RowId, ForeignKey("mailings.id", ondelete="CASCADE"), index=True),
    Column("pause", Integer),
    # Of a first round: what stops it (none: nothing any more), when its last reader was answered, and when the rule stopped it.
    Column("rule", Document),
    Column("ended", Moment),
    Column("stopped", Moment),
    # The correction that took its remaining readers over, and the state it was in until then.
    Column("replaced_by", RowId, ForeignKey("mailings.id", ondelete="SET NULL"), index=True),
    Column("replaced_state", Text),
)
