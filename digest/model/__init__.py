"""The words of the house as frozen dataclasses; the standard library only."""
