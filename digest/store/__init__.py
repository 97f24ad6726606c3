"""Rows and documents: the only room that speaks SQL. Flows take `Database` and `Session` from here."""

from sqlalchemy.orm import Session

from digest.store.engine import Database, open_database

__all__ = ["Database", "Session", "open_database"]
