"""What a returned mail says, put to the reader whom our token names: they are who we wrote to, whatever the notice calls them."""

from dataclasses import replace

from digest.deliver.returned.address import same
from digest.model.returned import BounceClass, Returned, ReturnedRecipient, ReturnKind


def of_reader(returned: Returned, address: str) -> Returned:
    """Return it with that one reader as its recipient.

    Where the notice names them, what it says of them stands; where it names others only (an alias, the end of a forward),
    what it says of the first. Where it says nothing of anybody, a bounce is `soft`: nothing is held against a reader unsaid.
    """
    if returned.kind in {ReturnKind.NONE, ReturnKind.AUTO_REPLY}:
        return returned
    named = [one for one in returned.recipients if one.address is not None and same(one.address, address)]
    said = next(iter((*named, *returned.recipients)), None)
    if said is None:
        said = ReturnedRecipient(address=None, bounce_class=BounceClass.HARD if returned.kind is ReturnKind.COMPLAINT else BounceClass.SOFT)
    return replace(returned, recipients=(replace(said, address=address),))
