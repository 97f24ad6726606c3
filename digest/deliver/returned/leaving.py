"""A mail that asks to be let go: one to the address of our List-Unsubscribe, or one that says so in its subject."""

import re
from dataclasses import dataclass

from digest.deliver.returned.address import addresses_in, same
from digest.deliver.returned.letter import open_letter
from digest.deliver.returned.mime import take_apart
from digest.deliver.returned.signs import from_system
from digest.deliver.returned.words import header_words

# Where the address stands that a mail came to, what delivered it before what its writer wrote. Never Cc, never the body: a notice
# quotes our own List-Unsubscribe, and whoever is merely told of a mail asks for nothing.
_CAME_TO = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-delivered-to", "x-rcpt-to", "to")
_TOKEN = re.compile(r"[0-9]{1,18}-[0-9]{1,18}-(?:[0-9a-f]{20}|[a-z2-7]{16})")
_SAID = re.compile(
    r"(?:please\s+|bitte\s+)?(?:unsubscribe|remove me|abmelden|abbestellen|austragen|désabonner|désinscri\w+|desabonner|darse de baja|baja|"
    r"cancelar|disiscriv\w+|annulla iscrizione|afmelden|uitschrijven|wypisz|avsluta|avmeld|отписаться|退订|配信停止)\b",
    re.IGNORECASE,
)
_MOST = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """A wish to leave: the tokens in the addresses that the mail came to (lower case, unproven), none where it only says so."""

    tokens: tuple[str, ...] = ()


def read_leaving(raw: bytes, local: str) -> Leaving | None:
    """Return the wish that a mail is, None where it is none; `local` is the part before the plus of our address for it.

    A mail to that address is one whatever it says: programs send it for their readers, empty or automatic. Its subject counts only
    where a person wrote it.
    """
    part = take_apart(raw)
    came_to = [address for name in _CAME_TO for value in part.all(name) for address in addresses_in(value[:2_000])]
    ours = [address.rpartition("@")[0] for address in came_to if same(address.rpartition("@")[0].partition("+")[0], local)]
    tokens = dict.fromkeys(token for one in ours if _TOKEN.fullmatch(token := one.partition("+")[2].lower()))
    if ours:
        return Leaving(tokens=tuple(tokens)[:_MOST])
    if _SAID.match(header_words(part.get("subject")).strip()) and not from_system(open_letter(part)):
        return Leaving()
    return None
