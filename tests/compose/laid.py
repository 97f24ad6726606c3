"""A draft from entries alone: put together as the flow does, without editors' words and earlier editions."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from digest.compose.draft import lay_out
from digest.compose.plan import Offer
from digest.gather.cluster import merge
from digest.model.edition import Edition
from digest.model.newsletter import Newsletter
from digest.model.source import KeptEntry, Source
from digest.model.story import Story


def draft_edition(
    newsletter: Newsletter, number: int, slot: datetime, entries: Sequence[KeptEntry], sources: Mapping[str, Source]
) -> Edition:
    stories = [Story(tellings=piece) for piece in merge(entries)]
    return lay_out(newsletter, number, slot, Offer(stories=stories, sources=sources)).edition
