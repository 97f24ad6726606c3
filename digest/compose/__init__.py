"""Entries in; an edition out, and what a check finds in it."""
