"""`digest doctor`: what is missing or wrong, a line each, with its remedy."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Annotated, Literal

import typer

from digest.cli.door import Door, JsonOption, out, print_json
from digest.deliver.published import Resolver, looked_up
from digest.deliver.routes import Route
from digest.deliver.smtp import SmtpTransport
from digest.errors import DigestError, FetchError, RefusedError, SettingsError
from digest.flows.watching import watch
from digest.inbound.imap import MOST_MAILS, look, read_mailbox
from digest.model.ops import LONGEST_SILENCE, QueueStatus, silence_allowed
from digest.model.relay import Standing
from digest.model.returned import SenderHealth
from digest.relays import known_as, we_sign
from digest.runtime import Runtime
from digest.settings import Settings
from digest.store import Database, migrate, newsletters
from digest.store.documents import to_document

State = Literal["ok", "warn", "wrong"]
_GIGABYTE = 1_000_000_000
_PATIENCE = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was looked at, how it stands, and what mends it (None where nothing is to be mended)."""

    name: str
    state: State
    says: str
    remedy: str | None = None


def doctor(
    context: typer.Context,
    *,
    network: Annotated[bool, typer.Option("--network", help="Ask relay and mailbox too: connect, sign in; no mail is sent.")] = False,
    resolver: Annotated[
        str | None, typer.Option(help="With --network: who is asked for DNS records, instead of the machine's own.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Say what is missing or wrong, each with its remedy; exit 1 where something is wrong."""
    door: Door = context.obj
    findings = []
    for finding in _looks(door.settings, Resolver(resolver) if network else None):
        findings.append(finding)
        if not as_json:
            remedy = f"; {finding.remedy}" if finding.remedy else ""
            out.print(f"{finding.state:<5} {finding.name:<10} {finding.says}{remedy}", markup=False)
    wrong = sum(finding.state == "wrong" for finding in findings)
    if as_json:
        print_json({"ok": not wrong, "checks": [to_document(finding) for finding in findings]})
    if wrong:
        raise RefusedError(f"{wrong} of {len(findings)} things {'is' if wrong == 1 else 'are'} wrong; see the lines above")


def _looks(settings: Settings, resolver: Resolver | None) -> Iterator[Finding]:
    runtime = Runtime(settings)
    database: list[Database] = []
    try:
        yield _said("database", lambda: _database(runtime, database))
        if database:
            yield from _machinery(settings, database[0])
        yield _said("secret", lambda: _secret(settings))
        yield _said("links", lambda: _links(settings))
        yield from _told("transport", lambda: _relays(runtime, network=resolver is not None))
        if settings.imap is not None:
            yield _said("mailbox", partial(_mailbox, settings.imap, network=resolver is not None))
        if database:
            yield from _signing(runtime, database[0], resolver)
        yield _said("state", lambda: _state(settings))
        yield _said("disk", lambda: _disk(settings))
    finally:
        runtime.close()


def _said(name: str, look: Callable[[], Finding]) -> Finding:
    """Return what `look` finds, or its error as something wrong: what it says, and after the last semicolon what mends it."""
    try:
        return look()
    except DigestError as error:
        says, _, remedy = str(error).rpartition("; ")
        return Finding(name=name, state="wrong", says=says or remedy, remedy=remedy if says else None)


def _told(name: str, looks: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    """Return all that `looks` finds, or its error as something wrong."""
    try:
        yield from looks()
    except DigestError as error:
        says, _, remedy = str(error).rpartition("; ")
        yield Finding(name=name, state="wrong", says=says or remedy, remedy=remedy if says else None)


def _database(runtime: Runtime, opened: list[Database]) -> Finding:
    opened.append(runtime.database)
    return Finding(name="database", state="ok", says=f"answers, at revision {migrate.newest()}")


def _machinery(settings: Settings, database: Database) -> Iterator[Finding]:
    """Look at broker, workers and beat, which tell of each other."""
    if settings.broker_url is None and not (settings.state / "broker.url").is_file():
        yield Finding(name="broker", state="ok", says="none named: `digest up` starts its own")
        status = watch(database, now=datetime.now(UTC))
    else:
        from workers.app import make_app  # noqa: PLC0415  Celery is loaded where queues are asked for
        from workers.status import queue_status  # noqa: PLC0415  see above

        status = queue_status(make_app(settings), database, inspect=1.0)()
        yield _said("broker", lambda: _broker(status))
    yield _workers(status)
    yield _beat(settings, status)
    yield _returns(status.returned)
    yield from _breakers(status.left_alone())


def _broker(status: QueueStatus) -> Finding:
    if status.broker is not None:
        raise SettingsError(status.broker)
    return Finding(name="broker", state="ok", says=f"answers, {sum(queue.depth for queue in status.queues)} messages wait")


def _workers(status: QueueStatus) -> Finding:
    last = max((worker.heard for worker in status.workers if worker.heard is not None), default=None)
    start = "start `celery -A workers worker`, or all of it: `digest up`"
    if last is None:
        return Finding(name="workers", state="warn", says="none has been heard of", remedy=start)
    silent = status.at - last
    if silent > LONGEST_SILENCE:
        return Finding(name="workers", state="wrong", says=f"none has been heard of for {silent.total_seconds():.0f} s", remedy=start)
    if untaken := status.untaken():
        names = " and ".join(queue.name for queue in untaken)
        remedy = f"start one with `-Q {','.join(queue.name for queue in untaken)}`, or all of it: `digest up`"
        return Finding(name="workers", state="wrong", says=f"none takes from {names}, where messages wait", remedy=remedy)
    gone = len(status.workers) - len(status.heard())
    says = f"{len(status.heard())} heard of"
    if not gone:
        return Finding(name="workers", state="ok", says=says)
    says += f", {gone} fell silent without a word"
    return Finding(name="workers", state="warn", says=says, remedy="see `digest queues`, and the log of whoever is silent")


def _beat(settings: Settings, status: QueueStatus) -> Finding:
    start = "start one `celery -A workers beat`, or all of it: `digest up`"
    if status.last_tick is None:
        return Finding(name="beat", state="warn", says="it has not ticked yet", remedy=start)
    silent = status.at - status.last_tick
    stale = silent > silence_allowed(settings.tick_seconds)
    says = f"its last tick is {silent.total_seconds():.0f} s old"
    return Finding(name="beat", state="wrong" if stale else "ok", says=says, remedy=start if stale else None)


def _returns(back: SenderHealth) -> Finding:
    """Look at what came back in a week: what is about us, and what waits for a person."""
    says = f"bounces in 7 days: {sum(back.classes.values())}, about us: {back.ours}, complaints: {back.complaints}"
    if back.held:
        return Finding(
            name="returns",
            state="warn",
            says=f"{says}, domains held: {back.held}",
            remedy="decide by `digest returned held`, `release` and `confirm`",
        )
    if back.ours:
        remedy = "see SPF, DKIM and DMARC with --network, and the lists that the words name"
        return Finding(name="returns", state="warn", says=f"{says}, the latest: {(back.why or 'without a word')[:160]}", remedy=remedy)
    return Finding(name="returns", state="ok", says=says)


def _secret(settings: Settings) -> Finding:
    if settings.secret is None and settings.database_url is not None:
        raise SettingsError("no DIGEST_SECRET: each machine would make its own and refuse the others' links; set one and the same for all")
    return Finding(name="secret", state="ok", says="set" if settings.secret is not None else f"kept in {settings.state / 'secret'}")


def _links(settings: Settings) -> Finding:
    if settings.public_url is None or not settings.public_url.startswith("https://"):
        raise SettingsError("readers' links need https (RFC 8058); set DIGEST_PUBLIC_URL to the address that readers reach, https://…")
    return Finding(name="links", state="ok", says=settings.public_url)


def _relays(runtime: Runtime, *, network: bool) -> Iterator[Finding]:
    """Look at each relay, and say what its provider asks to be done there."""
    routes = runtime.routes
    named = {one.name: one for one in runtime.settings.relays or ()}
    for route in routes:
        yield _said("transport", partial(_relay, runtime.settings, route, network=network))
        known = known_as(named[route.name]) if route.name in named else None
        for duty in known.duties if known is not None else ():
            yield Finding(name="duty", state="ok", says=f"{route.name}, {known.says if known is not None else ''}: {duty}")


def _relay(settings: Settings, route: Route, *, network: bool) -> Finding:
    if not isinstance(route.transport, SmtpTransport):
        named = settings.transport
        folder = named.removeprefix("outbox:") if named else settings.state / "outbox"
        says = f"mail is written to {folder} and counted as sent, and nobody gets it"
        return Finding(
            name="transport", state="warn", says=says, remedy="set DIGEST_TRANSPORT to your relay, smtp://user:password@host:port"
        )
    relay = route.transport.relay
    says = f"{route.name} ({relay})" if settings.relays else str(relay)
    if not network:
        return Finding(name="transport", state="ok", says=f"{says}, which was not asked (--network asks)")
    transport = SmtpTransport(relay, timeout=_PATIENCE)
    try:
        transport.reach()
    finally:
        transport.close()
    return Finding(name="transport", state="ok", says=f"{says} answers{' and knows us' if relay.user else ''}")


def _mailbox(url: str, *, network: bool) -> Finding:
    mailbox = replace(read_mailbox(url), patience=_PATIENCE)
    if not network:
        return Finding(name="mailbox", state="ok", says=f"{mailbox}, {mailbox.folder}, which was not asked (--network asks)")
    try:
        found = look(mailbox)
    except FetchError as error:
        says = str(error).partition(";")[0]
        raise SettingsError(f"{says}; see whether it runs, and whether the setting imap names its host and port") from error
    says = f"{mailbox}, {mailbox.folder}, lets us in; mails that wait: {found.mails}"
    if found.starred:
        says += f", that stay with a star: {found.starred}"
        remedy = "look at those, they are too large or could not be taken in; take the star off to have them read again"
        return Finding(name="mailbox", state="warn", says=says, remedy=remedy)
    if found.mails > MOST_MAILS:
        return Finding(name="mailbox", state="warn", says=says, remedy="start a worker and beat, which read it: `digest up`")
    return Finding(name="mailbox", state="ok", says=says)


def _breakers(left_alone: tuple[Standing, ...]) -> Iterator[Finding]:
    for one in left_alone:
        where = f"{one.domain} at {one.relay}" if one.domain else one.relay
        says = f"{where} is left alone until {one.until.isoformat(timespec='seconds') if one.until else 'it is tried'}: {one.why}"
        remedy = f"mend that, then `digest relay retry {one.relay}{f' --domain {one.domain}' if one.domain else ''}`"
        yield Finding(name="breaker", state="warn" if one.domain else "wrong", says=says, remedy=remedy)


def _signing(runtime: Runtime, database: Database, resolver: Resolver | None) -> Iterator[Finding]:
    """Look at the keys of each domain that a newsletter is from and, where the network may be asked, at what it publishes."""
    with database.reading() as session:
        domains = sorted({one.from_address.rpartition("@")[2].casefold() for one in newsletters.listed(session)})
    for domain in domains:
        yield _said("signing", partial(_keys, runtime, domain))
        if resolver is None:
            continue
        try:
            for one in looked_up(domain, runtime.signers.of(domain).keys, resolver):
                yield Finding(name="dns", state="wrong" if one.trouble else "ok", says=f"{one.name} says: {one.says}", remedy=one.trouble)
        except DigestError as error:
            says, _, remedy = str(error).rpartition("; ")
            yield Finding(name="dns", state="wrong", says=says, remedy=remedy)


def _keys(runtime: Runtime, domain: str) -> Finding:
    keys = runtime.signers.of(domain).keys
    if not keys and runtime.settings.relays and not any(we_sign(one) for one in runtime.settings.relays):
        return Finding(name="signing", state="ok", says=f"mail of {domain} is signed by its relays, once the domain is verified there")
    if not keys:
        remedy = f"let your relay sign, or make a key with `digest dkim new {domain}`"
        return Finding(name="signing", state="warn", says=f"mail of {domain} is not signed here", remedy=remedy)
    publish = " and ".join(f"{key.record_name} TXT {key.record}" for key in keys)
    return Finding(name="signing", state="ok", says=f"mail of {domain} is signed with {len(keys)} keys; the DNS must say {publish}")


def _state(settings: Settings) -> Finding:
    try:
        settings.state.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=settings.state) as probe:
            probe.write(b"a doctor was here")
    except OSError as error:
        raise SettingsError(
            f"cannot write to the state folder {settings.state}: {error.strerror}; give it to who runs this, or set DIGEST_STATE"
        ) from error
    return Finding(name="state", state="ok", says=f"{settings.state} can be written")


def _disk(settings: Settings) -> Finding:
    try:
        free = shutil.disk_usage(settings.state).free
    except OSError as error:
        raise SettingsError(f"cannot see how full the disk of {settings.state} is: {error.strerror}; see the line above") from error
    state: State = "ok" if free >= _GIGABYTE else "warn" if free >= _GIGABYTE // 10 else "wrong"
    remedy = None if state == "ok" else "make room: a full disk stops the database"
    return Finding(name="disk", state=state, says=f"{free / _GIGABYTE:.1f} GB free for {settings.state}", remedy=remedy)
