"""JSON of a stranger's: what is asked for is there in the shape that is asked for, or empty."""

from typing import Any


def table(value: object) -> dict[str, Any]:
    """Return a JSON object, or an empty one where it is something else."""
    return value if isinstance(value, dict) else {}


def tables(value: object) -> list[dict[str, Any]]:
    """Return the JSON objects in a JSON list."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
