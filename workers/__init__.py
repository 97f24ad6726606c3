"""Celery: when things happen. Tasks are thin: ids in, one flow called; the database remembers, the queue only wakes."""
