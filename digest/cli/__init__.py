"""The front door: `digest …`. Wires commands to flows; workers, web and demo are imported inside the commands that need them."""

from digest.cli.main import main

__all__ = ["main"]
