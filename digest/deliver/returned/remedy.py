"""What a return that is about us asks of whoever sends: the kind of trouble, and what mends it."""

import re
from typing import Final

# In this order: an authentication that failed explains the block list that it led to, not the other way round.
_TROUBLES: Final = (
    (
        re.compile(r"reverse dns|\bptr\b|rdns|no (?:valid )?hostname|5\.7\.25\b", re.IGNORECASE),
        "reverse name",
        "Have whoever lends you the address give it a PTR record that leads back to it.",
    ),
    (
        re.compile(r"\bspf\b|\bdkim\b|\bdmarc\b|unauthenticated|authenticat|5\.7\.2[0-9]\b|not aligned", re.IGNORECASE),
        "authentication",
        "Look the records up with `digest doctor --network`, and publish SPF, DKIM and DMARC as it says.",
    ),
    (
        re.compile(
            r"spamhaus|spamcop|barracuda|sorbs|uceprotect|black ?-?list|block ?-?list|\bdnsbl\b|\brbl\b|blocked using|listed", re.IGNORECASE
        ),
        "block list",
        "Ask the list that it names to take the address off, and find what put it there.",
    ),
    (
        re.compile(r"rate|too many|throttl|4\.7\.28\b|limit exceeded|quota for sender|try again later|temporarily deferred", re.IGNORECASE),
        "rate",
        "Slow down for that domain: give the relay a pace, or let it warm up.",
    ),
    (
        re.compile(r"spam|content|virus|url|link|phish|unsolicited|bulk|junk", re.IGNORECASE),
        "content",
        "See what a filter says of the edition, and which link or picture it names.",
    ),
    (
        re.compile(r"reputation|complain", re.IGNORECASE),
        "reputation",
        "Send less for a while, first to those who read; ask the provider's postmaster page what it holds against you.",
    ),
    (
        re.compile(r"relay|not permitted|access denied|policy|refused|rejected|denied", re.IGNORECASE),
        "policy",
        "Ask that domain's postmaster, with the words it gave.",
    ),
)
_OTHER: Final = ("other", "Read the words that came back.")


def remedy(diagnostic: str) -> tuple[str, str]:
    """Return the kind of trouble that a diagnostic of class `ours` tells of, in a word or two, and the sentence that mends it."""
    return next(((name, words) for expression, name, words in _TROUBLES if expression.search(diagnostic)), _OTHER)
