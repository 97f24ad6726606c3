"""Whether an address that readers are led to is still there: HEAD first, GET where that says no, and what the answers mean."""

import re
from datetime import datetime
from typing import Final

from digest.errors import FetchError, NotYet
from digest.gather.fetch import Fetched, Fetcher, FetchRequest
from digest.gather.vacant import astray, gone_by_title, network_of
from digest.model.facts import LinkHealth, LinkState
from digest.model.weburl import split_url

# Of a page nothing is wanted but that it begins.
_MOST: Final = 64 * 1024
# Said by whoever has no page there, for good.
_GONE: Final = frozenset({404, 410})
# Said to programs, often enough, where a browser gets the page.
_REFUSING: Final = frozenset({401, 402, 403, 405, 406, 407, 418, 429, 430, 451, 463, 468, 498, 999})
# What OpenSSL says behind it, without the place in its source.
_CERTIFICATE: Final = re.compile(r"certificate verify failed: ([^(]+)")


def probe(fetcher: Fetcher, request: FetchRequest, *, now: datetime, read: bool = False) -> LinkHealth:
    """Ask for `request.url`, by turns, and return what was learnt. Raises NotYet where its host is not to be asked yet.

    Sites that answer HEAD with an error often have the page: only what GET says is believed. `read` asks by GET at once, so that
    a page that only says that it is not there is seen, too.
    """
    fields = {"url": request.url, "pace": request.pace, "patience": request.patience, "allow_private": request.allow_private}
    if not read:
        try:
            return _arrived(fetcher.fetch(FetchRequest(**fields, head=True)), request.url, now=now)  # type: ignore[arg-type]  # fields of FetchRequest
        except NotYet:
            raise
        except FetchError as error:
            if error.gone:
                return _failed(request.url, error, now=now)
        # The second request is part of the first: a short wait for its host is no second turn in the queue.
        fields["patience"] = max(request.patience, request.pace + 2)
    try:
        return _arrived(fetcher.fetch(FetchRequest(**fields, max_bytes=_MOST, cut=True)), request.url, now=now)  # type: ignore[arg-type]  # the same
    except NotYet:
        raise
    except FetchError as error:
        return _failed(request.url, error, now=now)


def _arrived(fetched: Fetched, url: str, *, now: datetime) -> LinkHealth:
    asked, ended = split_url(url)[0].partition("#")[0], fetched.url
    where = astray(asked, ended)
    network = network_of(asked)
    if network is not None and where == "a sign-in":
        return LinkHealth(url=url, state=LinkState.WALLED, checked=now, status=fetched.status, why=f"{network} shows it to members only.")
    if where is not None:
        return LinkHealth(url=url, state=LinkState.ELSEWHERE, checked=now, status=fetched.status, leads_to=ended, why=where)
    if title := gone_by_title(fetched.body):
        why = f"a page that calls itself “{title[:60]}”"
        return LinkHealth(url=url, state=LinkState.ELSEWHERE, checked=now, status=fetched.status, leads_to=ended, why=why)
    if fetched.moved_to is not None and fetched.moved_to == ended and asked != ended:
        fragment = url.partition("#")[2]
        new = f"{ended}#{fragment}" if fragment else ended
        return LinkHealth(url=url, state=LinkState.MOVED, checked=now, status=fetched.status, leads_to=new)
    return LinkHealth(url=url, state=LinkState.OK, checked=now, status=fetched.status)


def _failed(url: str, error: FetchError, *, now: datetime) -> LinkHealth:
    status = error.status
    if error.gone:
        return LinkHealth(url=url, state=LinkState.DEAD, checked=now, why="There is no server of that name.")
    if status in _GONE:
        return LinkHealth(
            url=url, state=LinkState.DEAD, checked=now, status=status, why=f"The server says {status}: there is no such page."
        )
    if error.wall is not None:
        why = f"{error.wall} keeps programs out there ({status})."
        return LinkHealth(url=url, state=LinkState.WALLED, checked=now, status=status, why=why)
    network = network_of(url)
    if network is not None and status is not None and 400 <= status < 500:
        return LinkHealth(url=url, state=LinkState.WALLED, checked=now, status=status, why=f"{network} keeps programs out ({status}).")
    if status in _REFUSING:
        return LinkHealth(url=url, state=LinkState.WALLED, checked=now, status=status, why=f"The server says {status} to programs.")
    why = f"The server says {status}." if status is not None else _said(error)
    return LinkHealth(url=url, state=LinkState.SILENT, checked=now, status=status, why=why)


def _said(error: FetchError) -> str:
    """The fault without the address before it and the remedy behind, which are about sources."""
    words = str(error).partition(": ")[2].partition(";")[0] or str(error)
    if found := _CERTIFICATE.search(words):
        return f"Its certificate is not valid ({found[1].strip()}): browsers warn of it."
    return f"{words[:1].upper()}{words[1:]}."
