"""Our own token in a returned mail: in the return path it came to, in the Message-ID it quotes, anywhere in it."""

import re
from collections.abc import Callable, Iterable, Iterator

from digest.deliver.returned.letter import Letter
from digest.deliver.returned.words import text_of

# `mailing-subscriber-mac`, as the return path and the Message-ID carry it (mac: 80 bits in hexadecimal, in base 32 at first);
# letters of confirmation have `c`, the consent, and 128 bits in base 32.
_TOKEN = re.compile(r"(?<![\w-])([0-9]{1,18}-[0-9]{1,18}-(?:[0-9a-f]{20}|[a-z2-7]{16})|c[0-9]{1,18}-[a-z2-7]{26})(?![\w-])", re.IGNORECASE)
_ADDRESSED = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-delivered-to", "x-rcpt-to", "to", "cc", "resent-to")
_REFERRING = ("in-reply-to", "references", "original-message-id", "x-original-message-id")
_MAX_TRIED = 500


def find_token(letter: Letter, verifies: Callable[[str], object]) -> str | None:
    """Return the first token that verifies, lower case: the return path's before the Message-ID's before the body's.

    `verifies` gives something true for a token of ours; what does not verify is nobody's.
    """
    return first_token(_places(letter), verifies)


def first_token(places: Iterable[str], verifies: Callable[[str], object]) -> str | None:
    """Return the first token in these texts that verifies, lower case; of many that do not, 500 are tried."""
    tried: set[str] = set()
    for text in places:
        for found in _TOKEN.finditer(text):
            token = found[1].lower()
            if token in tried:
                continue
            if verifies(token):
                return token
            tried.add(token)
            if len(tried) >= _MAX_TRIED:
                return None
    return None


def _places(letter: Letter) -> Iterator[str]:
    part, original = letter.part, letter.original
    yield " ".join(value for name in _ADDRESSED for value in part.all(name))
    yield " ".join(original.all("message-id"))
    yield " ".join(value for name in _REFERRING for value in part.all(name))
    yield " ".join(value for name in ("return-path", "x-original-message-id") for value in original.all(name))
    yield " ".join(value for _, value in part.headers)
    for one in part.walk():
        if not one.parts:
            yield text_of(one)
    yield part.body
