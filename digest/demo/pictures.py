"""The magazine's drawings: each scene by name, drawn once and kept."""

import threading
from collections.abc import Callable, Mapping
from typing import Final

from digest.demo import scenes_land, scenes_rooms, scenes_water
from digest.demo.canvas import Canvas

Scene = Callable[[], Canvas]

SCENES: Final[Mapping[str, Scene]] = {
    "harbour": scenes_water.harbour,
    "cables": scenes_water.cables,
    "pilot": scenes_water.pilot,
    "radar": scenes_water.radar,
    "strait": scenes_water.strait,
    "dam": scenes_water.dam,
    "railway": scenes_land.railway,
    "pass": scenes_land.mountain_pass,
    "pipeline": scenes_land.pipeline,
    "grain": scenes_land.grain,
    "ministry": scenes_land.ministry,
    "quota": scenes_rooms.quota,
    "ledger": scenes_rooms.ledger,
    "table": scenes_rooms.table,
    "consulate": scenes_rooms.consulate,
    "ballots": scenes_rooms.ballots,
    "map": scenes_rooms.two_legends,
}

_drawn: dict[str, bytes] = {}
_lock = threading.Lock()


def draw_picture(name: str) -> bytes:
    """The PNG of a scene, 1200 by 630, the same bytes every time; raises KeyError for a name not in SCENES."""
    # One at a time: a drawing takes half a second of a core and 7 MB, and readers ask for all of them at once.
    with _lock:
        if name not in _drawn:
            _drawn[name] = SCENES[name]().png()
        return _drawn[name]
