"""What a provider's webhook is to us: a post that proves itself, and the events in it. One Protocol, so that others follow."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol

from digest.deliver.returned.reason import judge
from digest.errors import InputError
from digest.model.returned import BounceClass, Returned, ReturnedRecipient, ReturnKind

# What SNS (256 KB a message, escaped twice) and SendGrid (768 KB a batch) send at most.
MOST_BYTES: Final = 1_500_000

# Gives the body of an https address; raises FetchError.
Fetch = Callable[[str], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """What was posted: headers by name in lower case, the body as it came, and when (aware UTC)."""

    headers: Mapping[str, str]
    body: bytes
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that a provider tells of one recipient. Our token is still to be found in `quoting`, the likeliest text first.

    `id` is the provider's own: the same again is the same event.
    """

    id: str
    said: Returned
    quoting: tuple[str, ...]
    raw: bytes


class Provider(Protocol):
    """A provider of mail that tells by webhook what came back."""

    @property
    def name(self) -> str:
        """The name in its address: /hooks/NAME."""
        ...

    def read(self, post: Post) -> tuple[Event, ...]:
        """Return what a post tells that may change anything; its deliveries, opens and clicks are left out.

        Raises RefusedError where it does not prove whose it is or comes too late, InputError where it cannot be read, and
        FetchError where what proves it cannot be had now.
        """
        ...


def read_json(body: bytes) -> Any:  # noqa: ANN401  whatever JSON holds; the callers look
    """Return the JSON in a body; raises InputError."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise InputError("the post holds no JSON") from error


def text(value: object) -> str:
    """Return a JSON string, cut to 2,000 characters; a number as its digits; "" for anything else."""
    return value[:2000] if isinstance(value, str) else str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def bounce(address: str, diagnostic: str, status: str, otherwise: BounceClass) -> Returned:
    """Return a bounce: what the other system said decides, as in a mail that came back; else what the provider takes it for."""
    verdict = judge(f"{diagnostic}", status or None)
    by_status = verdict.bounce_class if verdict.bounce_class in {BounceClass.OURS, BounceClass.FULL} else None
    bounce_class = verdict.bounce_class if verdict.sure and verdict.bounce_class is not None else by_status or otherwise
    one = ReturnedRecipient(
        address=address or None,
        bounce_class=bounce_class,
        status=verdict.status,
        code=verdict.code,
        diagnostic=" ".join(diagnostic.split())[:500] or None,
    )
    return Returned(kind=ReturnKind.BOUNCE, recipients=(one,))


def complaint(address: str, kind: str = "abuse") -> Returned:
    """Return a complaint of that reader's."""
    one = ReturnedRecipient(address=address or None, bounce_class=BounceClass.HARD, diagnostic=kind[:100] or "abuse")
    return Returned(kind=ReturnKind.COMPLAINT, recipients=(one,))


def delayed(address: str, diagnostic: str) -> Returned:
    """Return that a mail is still being tried."""
    one = ReturnedRecipient(address=address or None, bounce_class=BounceClass.SOFT, diagnostic=" ".join(diagnostic.split())[:500] or None)
    return Returned(kind=ReturnKind.DELAYED, recipients=(one,))
