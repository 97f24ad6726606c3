"""`digest edition` and `digest render`: the editor's acts."""

import secrets
from pathlib import Path
from typing import Annotated

import typer

from digest.audience.links import message_id, reader_links, unsubscribe_mail
from digest.audience.token import Bearing
from digest.cli.checks import answers, answers_in_words, print_findings
from digest.cli.door import Door, JsonOption, now, out, print_json, read_moment, wall_clock, who
from digest.cli.reading import Kind, read_given
from digest.cli.sendings import FirstOption, ThenOption, read_first
from digest.compose.markup import plain_text
from digest.deliver.message import splice
from digest.errors import DeliveryError, InputError, NotReadable
from digest.flows import departing, drafting, editing, previewing
from digest.flows.editing import Decision
from digest.flows.testing import Bench, TestSend, addresses_in, known_segments, send_test
from digest.gather.entries import entry_of_page
from digest.model.source import Entry
from digest.render.fill import fill_html, fill_text
from digest.runtime import Runtime
from digest.store import editions, mailings, newsletters
from digest.store.documents import to_document

app = typer.Typer(no_args_is_help=True, help="The editor's acts.")

WithoutOption = Annotated[
    list[str] | None, typer.Option("--without", metavar="KEY", help="A section to leave out, as a reader may: its key in the plan.")
]
EditionArgument = Annotated[int, typer.Argument(metavar="EDITION", help="Its number in `digest edition list`.")]
RevisionOption = Annotated[int | None, typer.Option(help="Refuse if it is not at this revision.")]


@app.command("draft")
def draft(  # noqa: PLR0913  a command's options
    context: typer.Context,
    newsletter: Annotated[str, typer.Argument(metavar="NEWSLETTER")],
    *,
    slot: Annotated[str | None, typer.Option(help="The slot, ISO 8601 with its zone; left out, the next one.")] = None,
    files: Annotated[list[str] | None, typer.Option("--from", help="Draft from this file alone; may come again.")] = None,
    kinds: Annotated[list[Kind] | None, typer.Option("--kind", help="What the file is; one for each --from, or none.")] = None,
    urls: Annotated[list[str] | None, typer.Option("--url", help="The address it came from; one for each --from.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Lay out the draft of a slot from what was gathered, or from files."""
    door: Door = context.obj
    when = read_moment(slot) if slot else None
    if when is not None and when <= now():
        raise InputError(f"the slot {slot} is past; name one to come, or leave --slot out for the next")
    with door.runtime() as runtime:
        if files:
            given = _read_files(files, kinds or [], urls or [])
            record = drafting.draft_from(runtime.database, newsletter, when, given, now=now())
        else:
            record = drafting.draft_slot(runtime.database, newsletter, when, now=now())
        seen = previewing.preview(runtime.database, runtime.press, record.id, now=now())
    if as_json:
        print_json({"edition": record.id, "revision": record.revision, "findings": [to_document(one) for one in seen.findings]})
        return
    out.print(f"edition {record.id}, revision {record.revision}: {seen.edition.subject}", markup=False)
    print_findings(seen)


@app.command("list")
def listing(
    context: typer.Context,
    newsletter: Annotated[str | None, typer.Option(help="Only of this newsletter.")] = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Show the editions, latest first."""
    door: Door = context.obj
    with door.runtime() as runtime, runtime.database.reading() as session:
        known = editions.listed(session, newsletter)
        zones = {one.id: one.slot.zone for one in newsletters.listed(session)}
    if as_json:
        print_json([to_document(one) for one in known])
        return
    if not known:
        out.print("No edition yet. Lay one out with: digest edition draft NEWSLETTER")
    for one in known:
        state = f"{one.state.replace('_', ' '):<10} due {wall_clock(one.due, zones[one.newsletter_id])}  revision {one.revision}"
        held = f"  held: {one.held}" if one.held else ""
        out.print(f"{one.id:>5}  {one.newsletter_id} No. {one.number}  {state}{held}", markup=False)


@app.command("show")
def show(context: typer.Context, edition: EditionArgument, *, as_json: JsonOption = False) -> None:
    """Show an edition: where it stands and what is in it."""
    door: Door = context.obj
    with door.runtime() as runtime:
        with runtime.database.reading() as session:
            record = editions.get(session, edition)
            zone = newsletters.get(session, record.newsletter_id).slot.zone
            content = editions.content(session, edition, record.revision)
            sent = [(one, mailings.counts(session, one.id)) for one in mailings.of_edition(session, edition)]
        answered = answers(runtime, edition)
    if as_json:
        figures = [{**to_document(one), "counts": to_document(counts)} for one, counts in sent]
        print_json({**to_document(record), "content": to_document(content), "mailings": figures, "overrides": answered})
        return
    due = wall_clock(record.due, zone)
    out.print(f"No. {record.number}, {record.state.replace('_', ' ')}, revision {record.revision}, due {due}", markup=False)
    if record.held:
        out.print(f"held: {record.held}", markup=False)
    out.print(f"subject    {content.subject}\npreheader  {content.preheader}", markup=False)
    if content.correction:
        out.print(f"correction {plain_text(content.correction.html)}", markup=False)
    for section in content.sections:
        out.print(f"{section.heading or section.key} ({len(section.items)})", markup=False)
        for item in section.items:
            out.print(f"  {item.id}  {_line(item)}", markup=False)
    for line in answers_in_words(answered):
        out.print(line, markup=False)
    for one, counts in sent:
        why = f"; {one.reason}" if one.reason else ""
        out.print(f"mailing {one.id} ({one.kind}): {one.state}, {counts.sent} sent of {counts.total}{why}", markup=False)


@app.command("schedule")
def schedule(  # noqa: PLR0913  a command's options
    context: typer.Context,
    edition: EditionArgument,
    *,
    at: Annotated[str | None, typer.Option(help="ISO 8601 with its zone; left out, its slot.")] = None,
    revision: RevisionOption = None,
    first: FirstOption = None,
    then: ThenOption = None,
) -> None:
    """Let an approved edition go out at its slot, or at another time."""
    door: Door = context.obj
    begins = read_first(first, then)
    with door.runtime() as runtime:
        departing.choose(runtime.database, edition, begins, who=who(), now=now())
        record = editing.schedule(runtime.database, _decide(runtime, edition, revision), read_moment(at) if at else None)
        with runtime.database.reading() as session:
            zone = newsletters.get(session, record.newsletter_id).slot.zone
    out.print(f"edition {edition} goes out {wall_clock(record.due, zone)}", markup=False)


@app.command("test")
def send_a_test(
    context: typer.Context,
    edition: EditionArgument,
    *,
    to: Annotated[list[str], typer.Option("--to", help="An address, or more behind it; at most ten.")],
    more: Annotated[list[str] | None, typer.Argument(metavar="[ADDRESS]...", help="More addresses.")] = None,
    without: WithoutOption = None,
) -> None:
    """Send the mail to a few addresses, marked in its subject; the list cannot be reached from here."""
    door: Door = context.obj
    addresses = addresses_in([*to, *(more or [])])
    with door.runtime() as runtime:
        bench = Bench(
            press=runtime.press,
            public_url=runtime.public_url,
            transport=runtime.transport,
            unique=lambda: secrets.token_urlsafe(12),
            signers=runtime.signers,
            outbox=runtime.outbox,
        )
        asked = TestSend(edition_id=edition, addresses=addresses, who=who(), at=now(), left_out=frozenset(without or ()))
        done = send_test(runtime.database, bench, asked)
    for one in done:
        out.print(f"{one.address}: {one.word}, {one.reply}", markup=False)
    if not all(one.accepted or one.kept for one in done):
        raise DeliveryError(f"the test of edition {edition} did not reach everybody; the relay's words stand beside each address")


def render(
    context: typer.Context,
    edition: EditionArgument,
    *,
    to: Annotated[Path, typer.Option(help="Folder that the files are written to.")],
    without: WithoutOption = None,
) -> None:
    """Write edition.mjml, .html, .txt and .eml: the bytes that a sample reader would get."""
    door: Door = context.obj
    with door.runtime() as runtime:
        seen = previewing.preview(runtime.database, runtime.press, edition, now=now())
        bearing = Bearing(mailing_id=0, subscriber_id=0)
        domain = seen.newsletter.from_address.rpartition("@")[2]
        links = reader_links(runtime.secret, runtime.public_url, bearing)
        values = links | {
            "to": "sample.reader@example.org",
            "address": "sample.reader@example.org",
            "name": "Sample Reader",
            "message_id": message_id(runtime.secret, domain, bearing),
            "date": f"{seen.record.due:%a, %d %b %Y %H:%M:%S} +0000",
            "unsubscribe_mail": unsubscribe_mail(links, domain) if door.settings.reads_mail else "",
        }
        signer = runtime.signers.of(domain)
        left_out = known_segments(seen.rendered, frozenset(without or ()))
    files = {
        "edition.mjml": seen.rendered.mjml.encode(),
        "edition.html": fill_html(seen.rendered, values, left_out).encode(),
        "edition.txt": fill_text(seen.rendered, values, left_out).encode(),
        "edition.eml": splice(seen.rendered, values, signer, left_out),
    }
    try:
        to.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (to / name).write_bytes(content)
    except OSError as error:
        raise InputError(f"cannot write to {to}: {error.strerror}; name a folder of yours") from error
    out.print(f"{', '.join(files)} are in {to}", markup=False)


def _read_files(files: list[str], kinds: list[Kind], urls: list[str]) -> list[Entry]:
    if len(urls) != len(files):
        raise InputError(f"{len(files)} --from but {len(urls)} --url; give each file the address it came from, in the same order")
    if kinds and len(kinds) != len(files):
        raise InputError(f"{len(files)} --from but {len(kinds)} --kind; give each file its kind, in the same order, or none")
    entries: list[Entry] = []
    for place, (file, url) in enumerate(zip(files, urls, strict=True)):
        reading = read_given(file, url, kinds[place] if kinds else None)
        if reading.page is not None:
            if reading.page.article is None:
                raise NotReadable(f"{file} holds no article ({reading.page.notice}); give a page with one, or a feed")
            entries.append(entry_of_page(reading.page, url))
        if reading.feed is not None:
            entries.extend(reading.feed.entries)
    return entries


def _decide(runtime: Runtime, edition: int, revision: int | None) -> Decision:
    with runtime.database.reading() as session:
        record = editions.get(session, edition)
    return Decision(edition_id=edition, revision=revision or record.revision, who=who(), at=now())


def _line(item: object) -> str:
    headline = getattr(item, "headline", None) or getattr(item, "lead", None) or getattr(item, "html", "")
    return str(headline)[:100]
