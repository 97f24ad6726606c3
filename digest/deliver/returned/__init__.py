"""Reading mail that came back: bounces, complaints, delays, automatic replies. Pure: bytes in, `Returned` out."""

from digest.deliver.returned.keyed import first_token
from digest.deliver.returned.keyed_reader import of_reader
from digest.deliver.returned.leaving import Leaving, read_leaving
from digest.deliver.returned.read import read_return

__all__ = ["Leaving", "first_token", "of_reader", "read_leaving", "read_return"]
