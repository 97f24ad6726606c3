"""A newsroom's week, gathered, edited, rendered once and sent to each reader once."""

__version__ = "0.1.0"
