"""Who wrote an article: what the page states and what it shows held against each other, and whether the answer is sure."""

from digest.gather.heading_area import Area
from digest.gather.metadata import Metadata
from digest.gather.names import is_odd


def byline_of(meta: Metadata, area: Area, first: str) -> tuple[tuple[str, ...], bool]:
    """The authors' names, and whether they may be wrong: one of many pages in the wild has a byline that lies.

    Unsure are names that the page states and shows differently, handles, desks and agencies, and such as only a class gives.
    `first` is the article's first paragraph: a name that is in it and nowhere else is a person it tells about.
    """
    shown = area.authors(meta)
    stated = meta.authors
    if stated and shown:
        if {_key(name) for name in stated} & {_key(name) for name in shown}:
            # Both agree; the longer list names those whom the other leaves out.
            names = stated if len(stated) >= len(shown) else shown
            return names, any(is_odd(name) for name in names)
        if all(is_odd(name) for name in stated) and not any(is_odd(name) for name in shown):
            return shown, True
        return stated, True
    names = stated or shown
    if not names:
        return (), False
    told = not stated and not area.signed and any(name in first for name in names)
    return names, told or any(is_odd(name) for name in names) or (not stated and not area.signed)


def _key(name: str) -> str:
    return name.casefold().split()[-1]
