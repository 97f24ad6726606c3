"""Who wrote an entry: names out of bylines, without addresses."""

import html
import re
from collections.abc import Iterable
from itertools import islice

from digest.gather.blocks import tidy

_MOST = 100  # bylines of one entry
_LONGEST = 1000
_BY = re.compile(r"^(?:by|von|par|por|de la part de|від)\s+", re.IGNORECASE)
_BETWEEN = re.compile(r"\s*;\s*|\s+(?:et|y|e|та|і|&)\s+(?=\w\S*\s\S)|\s*,\s*(?:and\s+)?(?=\S+\s\S)|\s+(?:and|und|&)\s+")
# A body whose own name may hold an "and".
_BODY = re.compile(
    r"\b(?:desk|staff|team|editors?|editorial|department|magazine|university|institute|association|council|cent(?:er|re)|society|news|press"
    r"|agency|foundation|ministry|committee|office|redaktion|rédaction|redacción|partners|co|company|sons|group|review|journal)\b",
    re.IGNORECASE,
)
_MAIL_FIRST = re.compile(r"\S+@\S+\s*\((.+)\)")
_MAIL = re.compile(r"\s*[(<\[]?(?:mailto:)?[^\s()<>\[\]]+@[^\s()<>\[\]]+\.[^\s()<>\[\]]+[)>\]]?\s*")


def names(bylines: Iterable[str]) -> tuple[str, ...]:
    """The names in `bylines`, each once, in their order; an e-mail address alone is nobody's name."""
    found: dict[str, str] = {}
    for byline in islice(bylines, _MOST):
        name = tidy(re.sub(r"<(?![^<>]*@)[^<>]*>", " ", html.unescape(byline[:_LONGEST])))
        # RSS says "mail@host (Name)".
        match = _MAIL_FIRST.fullmatch(name)
        name = match[1].strip() if match else _MAIL.sub(" ", name).strip()
        for part in split_names(name):
            found.setdefault(part.casefold(), part)
    return tuple(found.values())


def split_names(name: str) -> list[str]:
    """Authors' names out of one byline: "By Ann Lee and Bo Chi" is two."""
    name = _BY.sub("", tidy(name))
    if "," not in name and ";" not in name and _BODY.search(name):
        return [name] if name else []
    return [part for piece in _BETWEEN.split(name) if (part := piece.strip(" ,"))] if len(name) < 300 else []
