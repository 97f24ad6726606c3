"""A test send: the mail of an edition to a few named addresses, by a path that knows neither readers nor the ledger."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from pathlib import Path

from digest.audience.address import read_address
from digest.deliver.dkim import NO_KEYS, Signers
from digest.deliver.message import marked_as_test, splice
from digest.deliver.transport import Envelope, Mailer
from digest.errors import InputError, RelayRefused, RelayUnreachable
from digest.model.account import Act
from digest.model.edition import EditionState
from digest.model.mailing import NOTHING, DeliveryState, Rendered
from digest.model.newsletter import Newsletter
from digest.render.email import render_edition
from digest.render.pictures import wishes_of
from digest.render.press import Press
from digest.store import Database, acts, editions, newsletters, pictures, renderings

MOST = 10
_FROZEN = (EditionState.APPROVED, EditionState.SCHEDULED, EditionState.RELEASED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """What a test send needs: the press, where readers reach the web, the transport, a word that no two tests share, the signers.

    `outbox` is the folder that mail is kept in where no relay is named: then nothing is sent, and a test says so.
    """

    press: Press
    public_url: str
    transport: Mailer
    unique: Callable[[], str]
    signers: Signers = NO_KEYS
    outbox: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TestSend:
    """Who asks for a test of which edition, to whom, and when; `left_out` are sections that readers may leave out of it."""

    __test__ = False  # pytest takes it for tests otherwise

    edition_id: int
    addresses: tuple[str, ...]
    who: str
    at: datetime
    left_out: frozenset[str] = NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class Tested:
    """What became of one address: accepted or not, and the relay's words; `kept`: in the outbox, and sent to nobody."""

    address: str
    accepted: bool
    reply: str
    kept: bool = False

    @property
    def word(self) -> str:
        """What became of it, in a word or three."""
        return "kept, not sent" if self.kept else "accepted" if self.accepted else "not accepted"


def addresses_in(lines: Iterable[str]) -> tuple[str, ...]:
    """Return the addresses named, each once. Raises InputError where there are none, more than ten, or one is none."""
    named: dict[str, str] = {}
    for word in " ".join(lines).replace(",", " ").replace(";", " ").split():
        address = read_address(word)
        named.setdefault(address.folded, address.typed)
        if len(named) > MOST:
            raise InputError(f"a test goes to at most {MOST} addresses; name fewer, or schedule the edition for its readers")
    if not named:
        raise InputError("a test needs an address; name one to ten")
    return tuple(named.values())


def send_test(database: Database, bench: Bench, test: TestSend) -> tuple[Tested, ...]:
    """Send the mail that the list would get to the addresses named, marked in its subject; no transaction is held meanwhile.

    What is approved goes out as approved, a draft as it renders now. The personal links are a sample's and verify to
    nothing. Raises RelayUnreachable or RelayRefused where the relay took none.
    """
    rendered, newsletter, revision = _mail(database, bench.press, test.edition_id)
    marked = marked_as_test(rendered)
    known_segments(rendered, test.left_out)
    done: list[Tested] = []
    try:
        for address in test.addresses:
            try:
                done.append(_send_one(bench, marked, newsletter, address, test))
            except (RelayUnreachable, RelayRefused) as error:
                if not done:
                    raise
                done.append(Tested(address=address, accepted=False, reply=str(error)))
    finally:
        bench.transport.close()
        _note(database, test, done, revision)
    return tuple(done)


def _mail(database: Database, press: Press, edition_id: int) -> tuple[Rendered, Newsletter, int]:
    with database.reading() as session:
        record = editions.get(session, edition_id)
        newsletter = newsletters.get(session, record.newsletter_id)
        edition = editions.content(session, edition_id, record.revision)
        frozen = record.approved_sha256 if record.state in _FROZEN else None
        rendered = renderings.by_sha256(session, edition_id, frozen) if frozen else None
        shelf = pictures.shelf(session, wishes_of(edition, press.theme(newsletter.theme)), press.pictures_url)
    return rendered or render_edition(press, edition, newsletter, shelf), newsletter, record.revision


def _send_one(bench: Bench, marked: Rendered, newsletter: Newsletter, address: str, test: TestSend) -> Tested:
    domain = newsletter.from_address.rpartition("@")[2]
    values = sample_links(bench.public_url) | {
        "to": address,
        "address": address,
        "name": "Sample Reader",
        "message_id": f"<test.{bench.unique()}@{domain}>",
        "date": format_datetime(test.at),
    }
    # A test that bounces comes back to the desk: its return path bears no token, so it can change nobody's subscription.
    signer = bench.signers.of(newsletter.from_address.rpartition("@")[2])
    envelope = Envelope(return_path=newsletter.from_address, recipient=address)
    answer = bench.transport.send(envelope, splice(marked, values, signer, test.left_out))
    taken = answer.state is DeliveryState.SENT
    if bench.outbox is not None and taken:
        reply = f"no relay is named; {answer.reply} in {bench.outbox}; DIGEST_TRANSPORT names one"
        return Tested(address=address, accepted=False, reply=reply, kept=True)
    return Tested(address=address, accepted=taken, reply=f"{answer.code or ''} {answer.reply}".strip())


def known_segments(rendered: Rendered, left_out: frozenset[str]) -> frozenset[str]:
    """Return `left_out`; raises InputError where one of them is no section that this mail's readers may leave out."""
    keys = [segment.key for segment in rendered.segments]
    for key in sorted(left_out - set(keys)):
        known = f"there are: {', '.join(keys)}" if keys else "none of its sections is `optional` in the plan"
        raise InputError(f"this mail has no section {key!r} that readers may leave out; {known}")
    return left_out


def sample_links(public_url: str) -> dict[str, str]:
    """Return links of nobody's: they open the page that says so, and change nothing."""
    base = public_url.rstrip("/")
    return {f"{name}_url": f"{base}/{path}/sample" for name, path in (("unsubscribe", "u"), ("preferences", "p"), ("browser", "v"))}


def _note(database: Database, test: TestSend, done: list[Tested], revision: int) -> None:
    if not done:
        return
    taken, kept = [one.address for one in done if one.accepted], [one.address for one in done if one.kept]
    what = f"sent a test to {', '.join(taken)}" if taken else "sent a test that nobody took"
    if kept:
        what = f"kept a test to {', '.join(kept)} in the outbox: no relay is named"
    what += f", without {', '.join(sorted(test.left_out))}" if test.left_out else ""
    with database.writing() as session:
        acts.note(session, Act(at=test.at, who=test.who, what=what, why=None, edition_id=test.edition_id, revision=revision))
