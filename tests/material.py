"""Test files that other projects ship in their source distributions, unpacked; none of them is copied into this project."""

import hashlib
import re
import tarfile
from pathlib import Path

_HERE = Path(__file__).resolve().parent
STORE = _HERE.parent / ".material"
LIST = _HERE / "material.txt"


def wanted() -> dict[str, str]:
    """Return name to SHA-256 of each source distribution in the list."""
    lines = re.findall(r"^([\w.-]+)==\S+ --hash=sha256:([0-9a-f]{64})$", LIST.read_text("utf-8"), flags=re.MULTILINE)
    return dict(lines)


def unpacked(name: str, folder: Path) -> Path:
    """Unpack the source distribution of `name` below `folder`, once, and return its top folder."""
    digest = wanted()[name]
    place = folder / name
    if not place.is_dir():
        for archive in STORE.glob("*.tar.gz"):
            if hashlib.sha256(archive.read_bytes()).hexdigest() == digest:
                with tarfile.open(archive) as tar:
                    tar.extractall(place, filter="data")
                break
        else:
            raise FileNotFoundError(f"{name} is not in {STORE}; fetch it with ./run material")
    (top,) = place.iterdir()
    return top
