"""The table of pace: how fast, how much and how well a relay takes mail, as a whole and for single recipient domains."""

from sqlalchemy import Boolean, Column, Integer, Table, Text, false

from digest.store.columns import Moment
from digest.store.tables import metadata

__all__ = ["metadata", "pace"]

# A row for each relay, and one for each recipient domain that has limits or troubles of its own there.
pace = Table(
    "pace",
    metadata,
    Column("relay", Text, primary_key=True),
    # A group of domains by its name ("gmail.com"); "" is the whole relay, "*" all domains without a row of their own.
    Column("domain", Text, primary_key=True),
    # The token bucket: when the next token is there.
    Column("free", Moment),
    # The day in UTC that `used` counts, and how many days with mail there were before it: the warm-up goes by those.
    Column("day", Text),
    Column("used", Integer, nullable=False, server_default="0"),
    Column("days", Integer, nullable=False, server_default="0"),
    # What was tried and what failed since then.
    Column("since", Moment),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("failures", Integer, nullable=False, server_default="0"),
    # The breaker: open until then, by cause (a `Cause`) and in whose words; without a cause it is closed.
    Column("until", Moment),
    Column("cause", Text),
    Column("why", Text),
    # How often it has opened in a row, and whether somebody has its probes in hand.
    Column("opened", Integer, nullable=False, server_default="0"),
    Column("probing", Boolean, nullable=False, server_default=false()),
)
