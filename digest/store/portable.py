"""What the two databases say in different words: INSERT … ON CONFLICT, and the day of a moment."""

from typing import Any

from sqlalchemy import ColumnElement, Table, func
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

Insert = sqlite.Insert | postgresql.Insert


def upsert(session: Session, table: Table) -> Insert:
    """Return an INSERT into `table` that knows `on_conflict_do_nothing` and `on_conflict_do_update`."""
    return postgresql.insert(table) if session.get_bind().dialect.name == "postgresql" else sqlite.insert(table)


def utc_day(session: Session, moment: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return the day (UTC) of a moment, as SQL; a text on SQLite, a date on PostgreSQL, whose own zone may be another."""
    return func.date(func.timezone("UTC", moment) if session.get_bind().dialect.name == "postgresql" else moment)
