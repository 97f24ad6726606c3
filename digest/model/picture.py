"""Pictures: what a mail wishes for, what was made of it, and whoever knows where it stands."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Literal, Protocol

Media = Literal["image/jpeg", "image/png"]
ENDINGS: Final[dict[Media, str]] = {"image/jpeg": "jpg", "image/png": "png"}
# A file of a theme's own, instead of an address: theme:NAME/PATH#HASH.
THEME_FILE: Final = "theme:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A picture that a mail has a place for: where it comes from, and how wide it is shown there, in whole CSS px.

    `place` is the id of its item, "logo" or "logo-dark"; `entry` the kept entry it came with. `file` is the theme's own file, where
    `url` names one ("theme:NAME/PATH#HASH") instead of an address.
    """

    url: str
    width: int
    place: str
    entry: int | None = None
    file: Path | None = None

    @property
    def logo(self) -> bool:
        """Whether it is the outlet's mark, which keeps its transparency and may be as small as it is."""
        return self.place.startswith("logo")

    @property
    def key(self) -> str:
        """What is kept once for all mails: the same address for the same width."""
        return hashlib.sha256(f"{self.width} {'logo' if self.logo else 'picture'} {self.url}".encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Developed:
    """A picture fit for mail: JPEG or PNG, upright, sRGB, without metadata; sizes in pixels, `found` those that it came in.

    `faint` is, for each ground that was asked about, the share of its visible pixels that do not stand out there (below 3:1).
    """

    media: Media
    width: int
    height: int
    found: tuple[int, int]
    body: bytes
    faint: tuple[float, ...] = ()

    @property
    def sha256(self) -> str:
        """Its name among all pictures."""
        return hashlib.sha256(self.body).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPicture:
    """A picture that is served: its hash, its type, its sizes in pixels and bytes."""

    sha256: str
    media: Media
    width: int
    height: int
    size: int

    @property
    def name(self) -> str:
        """Its file name, which never means another picture."""
        return f"{self.sha256}.{ENDINGS[self.media]}"


class Pictures(Protocol):
    """Whoever knows where the pictures of a mail stand."""

    def place(self, wish: Wish) -> str | None:
        """Return the address that the mail names, or None where there is no picture: then its block does without."""
        ...


class AsFound:
    """Every picture where it was found: for specimens and themes, whose pages nobody is sent."""

    def place(self, wish: Wish) -> str | None:
        """Return the wish's own address, or that of the theme's file on this machine."""
        return wish.file.as_uri() if wish.file is not None else wish.url


AS_FOUND: Final = AsFound()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """The pictures that are kept, by their wishes' keys, and the address below which they are served (without a slash)."""

    base: str
    kept: Mapping[str, KeptPicture]

    def place(self, wish: Wish) -> str | None:
        """Return the address at which we serve it; None where it is not here, or not yet."""
        picture = self.kept.get(wish.key)
        return f"{self.base}/{picture.name}" if picture is not None else None

    def named(self, wishes: Iterable[Wish]) -> dict[str, tuple[str, str | None]]:
        """Return, by place, the key of each wish and the hash of the picture that the mail names there (None: none)."""
        return {wish.place: (wish.key, self.kept[wish.key].sha256 if wish.key in self.kept else None) for wish in wishes}


NOWHERE: Final = Shelf(base="", kept={})


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureStanding:
    """How a wish stands: `picture` once it is kept, else why not (None: not fetched yet) and whether that will last.

    `found` are the pixels that it came in. `due` is when it is fetched (again).
    """

    wish: Wish
    picture: KeptPicture | None = None
    found: tuple[int, int] | None = None
    trouble: str | None = None
    lasting: bool = False
    tries: int = 0
    due: datetime | None = None
