"""Where pictures are developed: a process for each, with limits of its own, that may crash as it likes."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

from digest.errors import NotReadable
from digest.model.picture import Developed, Media

_PATH_TO_DIGEST: Final = str(Path(__file__).resolve().parent.parent.parent)
_SIGNS: Final[dict[Media, bytes]] = {"image/jpeg": b"\xff\xd8\xff", "image/png": b"\x89PNG\r\n\x1a\n"}
_MOST_MADE: Final = 4 << 20  # bytes; the budget of a picture is far below
PATIENCE: Final = 30.0  # seconds


def develop_apart(body: bytes, *, width: int, logo: bool = False, grounds: tuple[str, ...] = (), patience: float = PATIENCE) -> Developed:
    """Return the picture in `body` made fit for a place `width` CSS px wide; raises NotReadable with the reason in a sentence's end.

    `grounds` are colours (#rrggbb) on which it is measured how much of it is faint.
    """
    order = json.dumps({"width": width, "logo": logo, "grounds": grounds}).encode()
    # A bare environment: no secret of ours reaches the process that reads strangers' bytes.
    environment = {"PATH": os.environ.get("PATH", ""), "PYTHONPATH": _PATH_TO_DIGEST, "PYTHONDONTWRITEBYTECODE": "1", "LANG": "C.UTF-8"}
    try:
        ended = subprocess.run(
            [sys.executable, "-m", "digest.gather.darkroom_child"],
            input=order + b"\n" + body,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            timeout=patience,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise NotReadable(f"it took more than {patience:g} seconds to decode, and was given up; take another") from error
    head, _, made = ended.stdout.partition(b"\n")
    if ended.returncode != 0 or not head:
        raise NotReadable("its decoder crashed, or wanted more time or memory than a picture may; take another")
    try:
        return _read(json.loads(head), made)
    except (ValueError, KeyError, TypeError) as error:
        raise NotReadable("what its decoder made of it is no picture; take another") from error


def _read(said: dict[str, Any], made: bytes) -> Developed:
    """Believe the child no more than needed: it read strangers' bytes."""
    if "trouble" in said:
        raise NotReadable(str(said["trouble"]))
    media: Media | None = next((known for known in _SIGNS if known == said["media"]), None)
    if media is None or not made.startswith(_SIGNS[media]) or len(made) > _MOST_MADE:
        raise NotReadable("what its decoder made of it is no picture; take another")
    wide, high = (int(side) for side in said["found"])
    return Developed(
        media=media,
        width=int(said["width"]),
        height=int(said["height"]),
        found=(wide, high),
        body=made,
        faint=tuple(float(share) for share in said["faint"]),
    )
