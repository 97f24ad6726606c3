"""Returned mail comes in: servers that take it from a mail system of the same machine."""
