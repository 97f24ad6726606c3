"""A mailbox read by IMAP (RFC 3501): bounded batches by UID, and nothing is taken out of it before it is committed.

By imaplib: imap-tools takes mails apart and keeps neither the bytes as they came nor their size (docs/adr/0015).
"""

import imaplib
import re
import ssl
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import Final, Literal
from urllib.parse import parse_qs, unquote, urlsplit

from digest.errors import FetchError, SettingsError, StoreError
from digest.inbound.lmtp import MOST_BYTES
from digest.log import get_log

log = get_log("inbound")

MOST_MAILS: Final = 1_000
_WINDOW, _BATCH = 1_000, 50
_PATIENCE: Final = 30.0
_SCHEMES: Final[dict[str, tuple[Literal["implicit", "starttls", "plain"], int]]] = {
    "imaps": ("implicit", 993),
    "imap": ("starttls", 143),
    "imap+plain": ("plain", 143),
}
_FORM: Final = "write imaps://user:password@host/INBOX, each part percent-encoded"
_UID: Final = re.compile(rb"\bUID (\d+)")
_SIZE: Final = re.compile(rb"\bRFC822\.SIZE (\d+)")
_NOT_ASCII: Final = re.compile(r"[^\x20-\x7e]+")
# A mail that is left in the mailbox for a person bears the star that every mail program shows; who takes it off has it read again.
_STAR: Final = r"(\Flagged)"
# One marked as deleted too: a reader that was killed before it removed them has left it, or somebody whose mail program only marks.
_UNREAD_BY_US: Final = "UNFLAGGED"

Take = Callable[[bytes], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """A folder of a mailbox, how it is reached, and where mails go that were taken in (None: they are deleted).

    `ca`: a file of CAs. `patience`: seconds that any answer may take.
    """

    host: str
    port: int
    security: Literal["implicit", "starttls", "plain"]
    user: str
    password: str
    folder: str = "INBOX"
    then: str | None = None
    ca: str | None = None
    patience: float = _PATIENCE

    def __str__(self) -> str:
        """Name the mailbox without its password."""
        return f"{self.user} at {self.host}:{self.port}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """What one reading did: mails taken in, too large ones and ones that could not be taken in (both starred and left)."""

    taken: int = 0
    too_large: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What a mailbox holds: mails that the next readings take, and those that stay there with a star."""

    mails: int
    starred: int


def read_mailbox(url: str) -> Mailbox:
    """Return the mailbox of an imaps://, imap:// (STARTTLS) or imap+plain:// address; raises SettingsError.

    The path is the folder (INBOX). `?then=FOLDER` moves what was taken in there, `?ca=FILE` names the CAs to trust.
    """
    parts = urlsplit(url)
    try:
        security, port = _SCHEMES[parts.scheme][0], parts.port or _SCHEMES[parts.scheme][1]
    except (KeyError, ValueError) as error:
        raise SettingsError(f"the mailbox is malformed; {_FORM}") from error
    if not parts.hostname or not parts.username or parts.password is None:
        raise SettingsError(f"the mailbox names no host, user or password; {_FORM}")
    given = parse_qs(parts.query)
    if unknown := given.keys() - {"then", "ca"}:
        raise SettingsError(f"the mailbox does not know {min(unknown)!r}; it knows then and ca")
    return Mailbox(
        host=parts.hostname,
        port=port,
        security=security,
        user=unquote(parts.username),
        password=unquote(parts.password),
        folder=unquote(parts.path.strip("/")) or "INBOX",
        then=given.get("then", [None])[0],
        ca=given.get("ca", [None])[0],
    )


def collect(mailbox: Mailbox, take: Take, *, most: int = MOST_MAILS) -> Collected:
    """Read up to `most` mails, the oldest first, each given to `take`, which returns once it is safe, or raises.

    What is safe leaves the mailbox, batch by batch; a crash before that reads it again. A mail at which `take` fails stays, starred, and
    keeps none behind it. Raises FetchError where the server cannot be reached or breaks off, SettingsError where it refuses us, and
    StoreError as `take` does: the database is away, and all stays where it is.
    """
    with _opened(mailbox) as server:
        found = _uids(server, _select(server, mailbox), most)
        total = Collected()
        for start in range(0, len(found), _BATCH):
            done: list[bytes] = []
            try:
                for uid, size in _sizes(server, found[start : start + _BATCH]):
                    total = _one(server, uid, size, (take, total, done))
            finally:
                # What was committed may go, also where the database went away in the middle of the batch.
                _let_go(server, mailbox, done)
        return total


def look(mailbox: Mailbox) -> Waiting:
    """Connect, sign in, and say what waits, as a reading would; nothing is read or changed. Raises FetchError, SettingsError."""
    with _opened(mailbox) as server:
        exists = _select(server, mailbox, readonly=True)
        if mailbox.then is not None and server.status(_quoted(mailbox.then), "(MESSAGES)")[0] != "OK":
            raise SettingsError(f"the mailbox of {mailbox} has no folder {mailbox.then} to move mails to; make that folder")
        mails = len(_uids(server, exists, exists))
        return Waiting(mails=mails, starred=exists - mails)


def _one(server: imaplib.IMAP4, uid: bytes, size: int, rest: tuple[Take, Collected, list[bytes]]) -> Collected:
    take, total, done = rest
    raw = None if size > MOST_BYTES else _mail(server, uid)
    if raw is not None and not raw:
        # Somebody else took it meanwhile.
        return total
    if raw is None or len(raw) > MOST_BYTES:
        log.warning("mail too large", uid=uid.decode(), bytes=size, most=MOST_BYTES)
        server.uid("STORE", uid.decode(), "+FLAGS.SILENT", _STAR)
        return replace(total, too_large=total.too_large + 1)
    try:
        take(raw)
    except StoreError:
        raise
    except Exception as error:  # noqa: BLE001  whatever it was, nothing was committed: the mail stays, and those behind it are read
        log.error("not taken in", uid=uid.decode(), why=f"{type(error).__name__}: {error}")  # noqa: TRY400  a line for the log of a person
        server.uid("STORE", uid.decode(), "+FLAGS.SILENT", _STAR)
        return replace(total, failed=total.failed + 1)
    done.append(uid)
    return replace(total, taken=total.taken + 1)


@contextmanager
def _opened(mailbox: Mailbox) -> Iterator[imaplib.IMAP4]:
    where = f"the mailbox of {mailbox}"
    server: imaplib.IMAP4 | None = None
    try:
        server = _connect(mailbox)
        yield server
    except ssl.SSLCertVerificationError as error:
        raise SettingsError(f"{where}: the certificate does not verify: {error.verify_message}; name its CA with ?ca=FILE") from error
    except ssl.SSLError as error:
        why = error.reason or str(error)
        raise SettingsError(f"{where} does not speak TLS as we do: {why}; imaps:// is TLS from the start, imap:// is STARTTLS") from error
    except TimeoutError as error:
        raise FetchError(f"{where} says nothing for {mailbox.patience:.0f} s; what it holds is read at the next try") from error
    except (OSError, imaplib.IMAP4.abort) as error:
        raise FetchError(f"{where} cannot be reached or broke off: {error}; what it holds is read at the next try") from error
    except imaplib.IMAP4.error as error:
        raise SettingsError(f"{where} refuses: {error}; correct the setting imap") from error
    finally:
        if server is not None:
            with suppress(OSError, imaplib.IMAP4.error):
                server.logout()
            # Where the connection broke off, logout leaves the socket open.
            with suppress(OSError):
                server.shutdown()


def _connect(mailbox: Mailbox) -> imaplib.IMAP4:
    try:
        context = ssl.create_default_context(cafile=mailbox.ca)
    except OSError as error:
        raise SettingsError(
            f"the CAs in {mailbox.ca} cannot be used: {error.strerror or error}; name another file with ?ca=FILE"
        ) from error
    if mailbox.security == "implicit":
        server: imaplib.IMAP4 = imaplib.IMAP4_SSL(mailbox.host, mailbox.port, ssl_context=context, timeout=mailbox.patience)
    else:
        server = imaplib.IMAP4(mailbox.host, mailbox.port, timeout=mailbox.patience)
    try:
        if mailbox.security == "starttls":
            _start_tls(server, mailbox, context)
        if "AUTH=PLAIN" in server.capabilities:
            # LOGIN knows ASCII only.
            said = f"\0{mailbox.user}\0{mailbox.password}".encode()
            server.authenticate("PLAIN", lambda _challenge: said)
        else:
            server.login(_quoted(mailbox.user), mailbox.password)
    except BaseException:
        with suppress(OSError):
            server.shutdown()
        raise
    # Some servers say what they can only to who is signed in.
    server.capabilities = tuple(server.capability()[1][0].decode("ascii", "replace").upper().split())
    return server


def _start_tls(server: imaplib.IMAP4, mailbox: Mailbox, context: ssl.SSLContext) -> None:
    if "STARTTLS" not in server.capabilities:
        raise SettingsError(f"the mailbox of {mailbox} offers no STARTTLS, so it gets no password; use imaps://")
    server.starttls(context)


def _select(server: imaplib.IMAP4, mailbox: Mailbox, *, readonly: bool = False) -> int:
    status, told = server.select(_quoted(mailbox.folder), readonly)
    if status != "OK":
        raise SettingsError(f"the mailbox of {mailbox} has no folder {mailbox.folder}: {_text(told)}; name another in the setting imap")
    return int(told[0] or 0)


def _uids(server: imaplib.IMAP4, exists: int, most: int) -> list[bytes]:
    """The UIDs of what waits, asked for by windows: one answer about a full mailbox would be a line of megabytes."""
    found: list[bytes] = []
    for start in range(1, exists + 1, _WINDOW):
        _, told = server.uid("SEARCH", f"{start}:{min(start + _WINDOW - 1, exists)}", _UNREAD_BY_US)
        found += b" ".join(one for one in told if isinstance(one, bytes)).split()
        if len(found) >= most:
            break
    return found[:most]


def _sizes(server: imaplib.IMAP4, uids: Sequence[bytes]) -> list[tuple[bytes, int]]:
    _, told = server.uid("FETCH", b",".join(uids).decode(), "(RFC822.SIZE)")
    sizes: dict[bytes, int] = {}
    for one in told:
        line = one[0] if isinstance(one, tuple) else one
        if line and (uid := _UID.search(line)) and (size := _SIZE.search(line)):
            sizes[uid[1]] = int(size[1])
    # A server that does not tell a size is asked for one byte more than we take all the same.
    return [(uid, sizes.get(uid, 0)) for uid in uids]


def _mail(server: imaplib.IMAP4, uid: bytes) -> bytes:
    """One mail as it is stored, and not marked as read; b"" where it is gone. No more than one byte too many comes over the wire."""
    _, told = server.uid("FETCH", uid.decode(), f"(BODY.PEEK[]<0.{MOST_BYTES + 1}>)")
    return next((one[1] for one in told if isinstance(one, tuple) and b"BODY[]" in one[0].upper()), b"")


def _let_go(server: imaplib.IMAP4, mailbox: Mailbox, uids: Sequence[bytes]) -> None:
    if not uids:
        return
    these = b",".join(uids).decode()
    if mailbox.then is not None and "MOVE" in server.capabilities:
        _must(server.uid("MOVE", these, _quoted(mailbox.then)), mailbox)
        return
    if mailbox.then is not None:
        _must(server.uid("COPY", these, _quoted(mailbox.then)), mailbox)
    server.uid("STORE", these, "+FLAGS.SILENT", r"(\Deleted)")
    if "UIDPLUS" in server.capabilities:
        server.uid("EXPUNGE", these)
    else:
        server.expunge()


def _must(answer: tuple[str, Sequence[object]], mailbox: Mailbox) -> None:
    if answer[0] != "OK":
        raise SettingsError(f"the mailbox of {mailbox} takes nothing into {mailbox.then}: {_text(answer[1])}; make that folder")


def _text(told: Sequence[object]) -> str:
    return b" ".join(one for one in told if isinstance(one, bytes)).decode("utf-8", "replace")


def _quoted(text: str) -> str:
    """As IMAP writes a name: quoted, and in its own UTF-7 beyond ASCII (RFC 3501, 5.1.3)."""
    plain = _NOT_ASCII.sub(_shifted, text.replace("&", "&-"))
    return '"' + plain.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _shifted(found: re.Match[str]) -> str:
    return "&" + b64encode(found[0].encode("utf-16-be")).decode().rstrip("=").replace("/", ",") + "-"
