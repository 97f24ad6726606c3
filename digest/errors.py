"""The tree of errors: one line for a person, which names the thing and the remedy.

::

    DigestError                 anything we say no to; `exit_code` 1
    ├── SettingsError           a setting is unknown, missing or malformed
    ├── InputError              what came from outside cannot be used
    │   ├── NotReadable         no feed, HTML or text: empty, binary, not what was said
    │   └── FetchError          an address gave nothing usable
    │       ├── NotYet          its host is not to be asked yet
    │       └── Unwelcome       its robots.txt does not let us read it
    ├── StoreError              the database
    │   ├── DatabaseUnreachable
    │   ├── WrongRevision       the database is at another migration than the code
    │   ├── NotFound            no such newsletter, edition, source…
    │   └── Conflict            somebody else was faster: compare-and-set failed
    ├── RefusedError            a rule forbids it: not approved, slot in the past, nobody to send to
    ├── RenderError             a template or MJML is at fault: block, file, line
    ├── DeliveryError           a relay or its connection
    │   ├── RelayUnreachable    before any recipient was offered
    │   └── RelayRefused        the relay refuses us, not a recipient
    ├── BrokerUnreachable       the queue's server
    └── ProcessError            a process of ours, a port or a socket
"""


class DigestError(Exception):
    """Anything the service says no to, in a sentence that names the thing and the remedy.

    `str(error)` is that sentence. Causes are kept (`raise … from`) and shown with `--debug`.
    """

    exit_code = 1


class SettingsError(DigestError):
    """A setting is unknown, missing or malformed."""


class InputError(DigestError):
    """What came from outside cannot be used."""


class NotReadable(InputError):
    """The bytes are no feed, HTML or text: empty, binary, or not what was said."""


class FetchError(InputError):
    """An address gave nothing usable; `retry_after` in seconds where the server named one.

    `wall` names what keeps programs out there, where the answer shows it. `gone` says that the address leads to no server at all.
    """

    def __init__(
        self, message: str, *, status: int | None = None, retry_after: int | None = None, wall: str | None = None, gone: bool = False
    ) -> None:
        super().__init__(message)
        self.status = status
        self.retry_after = retry_after
        self.wall = wall
        self.gone = gone


class NotYet(FetchError):
    """Its host is not to be asked yet: somebody else's request is under way, its pace, or a pause that it asked for."""


class Unwelcome(FetchError):
    """The site's robots.txt does not let us read the page."""


class StoreError(DigestError):
    """The database."""


class DatabaseUnreachable(StoreError):
    """No connection, or it went away."""


class WrongRevision(StoreError):
    """The database is at another migration than this code."""


class NotFound(StoreError):
    """No such newsletter, edition, source or reader."""


class Conflict(StoreError):
    """Somebody else was faster: a compare-and-set on (state, revision) failed."""


class RefusedError(DigestError):
    """A rule forbids it: not approved, a slot in the past, nobody to send to."""


class RenderError(DigestError):
    """A template or its MJML is at fault; the message names block, file and line where they are known."""


class DeliveryError(DigestError):
    """A relay or its connection."""


class RelayUnreachable(DeliveryError):
    """The connection failed before any recipient was offered."""


class RelayRefused(DeliveryError):
    """The relay refuses us, not a recipient: AUTH, MAIL FROM, policy."""


class BrokerUnreachable(DigestError):
    """The queue's server cannot be reached."""


class ProcessError(DigestError):
    """A process of ours did not start or stay, or a port or socket is taken."""
