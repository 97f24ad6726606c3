"""Slots: the places in a mail that each reader's own values fill, and the marker that no article can forge."""

import hashlib
import re
from collections.abc import Iterator
from typing import Final

from digest.errors import RenderError
from digest.model.edition import Edition
from digest.model.newsletter import Newsletter

BODY_SLOTS: Final = ("name", "address", "unsubscribe_url", "preferences_url", "browser_url")


def marker_for(edition: Edition, newsletter: Newsletter, public_url: str) -> str:
    """Return the marker of this content: lower-case letters and digits, so that it passes every escaping unchanged.

    It is a hash of everything that is shown, so the same content gives the same bytes, and a text that holds its own
    edition's marker would have to be a fixed point of SHA-256.
    """
    content = repr((edition, newsletter, public_url)).encode("utf-8", "backslashreplace")
    return f"zq{hashlib.sha256(content).hexdigest()[:24]}qz"


def marked(marker: str, slot: str, fallback: str = "") -> str:
    """Return what a template writes for a slot; `fallback` stands for a reader without a name. Raises LookupError where there is none."""
    if slot not in BODY_SLOTS:
        raise LookupError(f"unknown slot {slot!r}; there are: {', '.join(BODY_SLOTS)}")
    if fallback and slot != "name":
        raise LookupError(f"the slot {slot!r} always has a value and takes no fallback; only 'name' may be missing")
    # In hexadecimal, so that it too passes every escaping unchanged; it holds neither z nor q.
    return f"{marker}{slot}{f'0{fallback.encode().hex()}' if fallback else ''}{marker}"


def split(body: str, marker: str) -> Iterator[tuple[str, str | None, str]]:
    """Yield (literal, slot, fallback) in order; the last has slot None. Raises RenderError on a torn or unknown slot."""
    pieces = re.split(f"{marker}([a-z_]+)(?:0([0-9a-f]+))?{marker}", body)
    for literal, slot, fallback in zip(pieces[::3], [*pieces[1::3], None], [*pieces[2::3], None], strict=True):
        if marker in literal:
            near = literal.partition(marker)
            raise RenderError(f"a slot was torn apart near {near[0][-40:]!r}: write it in one piece, as {{{{ slot('name') }}}}")
        if slot is not None and slot not in BODY_SLOTS:
            raise RenderError(f"unknown slot {slot!r}; there are: {', '.join(BODY_SLOTS)}")
        yield literal, slot, bytes.fromhex(fallback or "").decode()
