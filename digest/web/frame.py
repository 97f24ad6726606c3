"""What every page of the desk's settings shows: who is signed in, the newsletters, the present moment and a zone."""

from typing import Any

from digest.model.account import Account, Role
from digest.model.newsletter import Newsletter
from digest.store import newsletters
from digest.web.house import House


def frame(house: House, account: Account, newsletter: Newsletter | None = None) -> dict[str, Any]:
    """Return the data of base.html and the account's rights; without a newsletter of its own a page shows the first one's name."""
    with house.database.reading() as session:
        listed = newsletters.listed(session)
    shown = newsletter or (listed[0] if listed else None)
    return {
        "account": account,
        "newsletters": listed,
        "newsletter": shown,
        "zone": shown.slot.zone if shown else "UTC",
        "now": house.clock(),
        "may_act": account.role is not Role.VIEWER,
        "is_admin": account.role is Role.ADMIN,
    }


def sentence(error: Exception) -> str:
    """Return an error's text as a sentence; an address at its start stays as it is."""
    text = str(error)
    if not text.startswith("http"):
        text = text[:1].upper() + text[1:]
    return text + ("" if text.endswith((".", "!", "?")) else ".")
