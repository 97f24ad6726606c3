"""Bytes in; entries, articles and briefs out."""
