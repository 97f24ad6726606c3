"""A campaign as people write it: the utm parameters that links to the outlet's own site carry; one that could name a reader is none."""

import re
from typing import Final

from digest.errors import InputError
from digest.model.quoting import one_line

_LONGEST: Final = 300
_CAMPAIGN: Final = re.compile(r"(?:utm_[a-z]+=(?:[\w.~%+-]|\{(?:number|newsletter|date)\})+(?:&(?=utm_)|$))+")


def read_campaign(text: str) -> str:
    """Return the query, "" for none; raises InputError with the way to write it."""
    value = one_line(text).lstrip("?&")
    if value and (len(value) > _LONGEST or not _CAMPAIGN.fullmatch(value)):
        raise InputError("Written as utm_source=newsletter&utm_campaign={number}; {number}, {newsletter} and {date} are filled in.")
    return value
