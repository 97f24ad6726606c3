"""A relay that answers 4xx, 5xx and 421, hangs, and drops connections before and after it has kept a mail: each reader's fate is right."""

import time
from collections import Counter

import pytest

from tests.faults.counted import WHOLE, nothing_is_left
from tests.faults.moody import GONE, KEEPS_AND_DROPS, MOODS, moody, played
from tests.faults.theatre import theatre
from tests.processes import free_port_of_loopback

READERS = 600
# Of each mood.
EACH = READERS // 100


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_relay_of_many_moods_loses_nobody_and_what_it_kept_without_a_word_comes_twice(kind: str) -> None:
    port = free_port_of_loopback()
    with theatre(kind, readers=READERS, port=port, relay=moody(port)) as stage:
        mailing_id = stage.open_mailing()
        # Each reader who hangs takes six seconds of a lane, however idle the machine; what is bounded is the healing.
        stage.wait_until_whole(mailing_id, seconds=5 * WHOLE)
        ended, struck = time.time(), played(stage.mail)
        assert Counter(one.mood for one in struck) == dict.fromkeys(MOODS, EACH)
        assert ended - max(one.at for one in struck) <= WHOLE
        copies, counts = stage.copies(mailing_id), stage.counts(mailing_id)
        by_mood = {mood: [copies[f"reader{number}@example.net"] for number in range(mood, READERS, 100)] for mood in MOODS}
        # Who was told "no such user" has nothing, and the ledger says why.
        assert by_mood.pop(GONE) == [0] * EACH
        assert by_mood.pop(KEEPS_AND_DROPS) == [2] * EACH
        assert all(count == [1] * EACH for count in by_mood.values()), by_mood
        assert len(copies) == READERS - EACH
        assert copies.total() == READERS
        assert (counts.total, counts.sent, counts.failed) == (READERS, READERS - EACH, EACH)
        nothing_is_left(stage)
