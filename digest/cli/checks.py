"""`digest edition check` and `approve`: what stands between an edition and its sending, and who answers for it."""

import re
import time
from typing import Annotated

import typer

from digest.cli.door import Door, JsonOption, now, out, print_json, who
from digest.compose.check import BLOCK_BYTES, WARN_BYTES, may_override
from digest.compose.checks.codes import KINDS
from digest.compose.checks.weight import weigh
from digest.errors import InputError, RefusedError
from digest.flows import checking, editing, previewing
from digest.flows.checking import Answer, Round
from digest.flows.editing import Decision
from digest.flows.previewing import Preview
from digest.model.edition import Finding, Severity
from digest.runtime import Runtime
from digest.store import editions
from digest.store.documents import to_document

EditionArgument = Annotated[int, typer.Argument(metavar="EDITION", help="Its number in `digest edition list`.")]


def check(
    context: typer.Context,
    edition: EditionArgument,
    *,
    links: Annotated[bool, typer.Option("--links", help="Ask the links first; this reads the network.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Say what stands between an edition and its sending; exit 1 where something blocks."""
    door: Door = context.obj
    with door.runtime() as runtime:
        if links:
            _ask_links(runtime, edition, quiet=as_json)
        seen = previewing.preview(runtime.database, runtime.press, edition, now=now())
    if as_json:
        findings = [to_document(one) for one in seen.findings]
        print_json({"edition": edition, "revision": seen.record.revision, "findings": findings, "size": _size(seen)})
    else:
        print_findings(seen)
        out.print(_weight(seen), markup=False)
    if seen.blocked:
        raise InputError(f"edition {edition} cannot be approved yet: {seen.blocked[0].message} {seen.blocked[0].remedy}")


def approve(
    context: typer.Context,
    edition: EditionArgument,
    *,
    revision: Annotated[int | None, typer.Option(help="Refuse if it is not at this revision.")] = None,
    override: Annotated[
        list[str] | None,
        typer.Option("--override", metavar="CODE[@PLACE]:REASON", help="Answer for a finding that blocks; may come again."),
    ] = None,
    wait: Annotated[float, typer.Option("--wait", metavar="SECONDS", min=0, help="Wait so long for pictures; refuse without them.")] = 0,
) -> None:
    """Approve the edition as it renders now; these bytes are sent and no others."""
    door: Door = context.obj
    with door.runtime() as runtime:
        seen = _with_pictures(runtime, edition, wait)
        wanted = revision or seen.record.revision
        answered = _answered(seen, override or [])
        left = [one for one in seen.blocked if all(one != finding for finding, _ in answered)]
        if left:
            # Before anything is kept: whoever answers for half of what blocks has approved nothing.
            raise RefusedError(f"edition {edition} cannot be approved: {left[0].message} {left[0].remedy}")
        for finding, why in answered:
            checking.override(runtime.database, Answer(edition_id=edition, revision=wanted, who=who(), at=now(), why=why), finding)
        decision = Decision(edition_id=edition, revision=wanted, who=who(), at=now())
        editing.approve(runtime.database, decision, seen.rendered.sha256, complete=wait > 0)
    out.print(f"edition {edition}, revision {decision.revision}, is approved: {seen.rendered.sha256[:16]}", markup=False)
    if seen.waiting:
        again = f"`digest edition reopen {edition}`, `digest pictures fetch {edition}`, and approve it again"
        out.print(f"It goes out so: {editing.count_of_pictures(seen.waiting)} not here yet. To have them in it: {again}.", markup=False)


def reopen(
    context: typer.Context,
    edition: EditionArgument,
    *,
    revision: Annotated[int | None, typer.Option(help="Refuse if it is not at this revision.")] = None,
) -> None:
    """Take an approval back before anything leaves; the edition is a draft again."""
    door: Door = context.obj
    with door.runtime() as runtime:
        with runtime.database.reading() as session:
            wanted = revision or editions.get(session, edition).revision
        editing.reopen(runtime.database, Decision(edition_id=edition, revision=wanted, who=who(), at=now()))
    out.print(f"edition {edition} is a draft again; its approval is taken back", markup=False)


def print_findings(seen: Preview) -> None:
    """Print what was found, a line each, what blocks first."""
    if not seen.findings:
        out.print("nothing to find: it may go out")
    for one in seen.findings:
        severity = "over" if one.override is not None else one.severity
        place = f"[{one.place}] " if one.place else ""
        out.print(f"{severity:<6} {one.code:<20} {place}{one.message} {one.remedy}", markup=False)
        if one.override is not None:
            out.print(f"       {one.override.who} answered for it: {one.override.why}", markup=False)
        if one.difference:
            signs = {"out": "[-{}-]", "in": "{{+{}+}}"}
            out.print("       " + "".join(signs.get(kind, "{}").format(text) for kind, text in one.difference), markup=False)


def answers_in_words(answered: list[dict[str, object]]) -> list[str]:
    """Return what `answers` returned, a line each."""
    return [
        f"answered   {one['code']} at {one['place'] or 'the whole'}, by {one['who']}: {one['why']}"
        + ("" if one["holds"] else " (void: its place was edited since)")
        for one in answered
    ]


def answers(runtime: Runtime, edition: int) -> list[dict[str, object]]:
    """Return what editors answered for as data."""
    return [
        {"code": kept.code, "place": kept.place, "about": kept.about, **to_document(kept.word), "holds": holds}
        for kept, holds in checking.answered(runtime.database, edition)
    ]


def _size(seen: Preview) -> dict[str, object]:
    blocks = [to_document(block) for block in weigh(seen.edition, seen.rendered)]
    return {"html_bytes": seen.rendered.html_bytes, "warn": WARN_BYTES, "block": BLOCK_BYTES, "blocks": blocks}


def _weight(seen: Preview) -> str:
    heaviest = sorted(weigh(seen.edition, seen.rendered)[1:], key=lambda block: -block.size)[:3]
    most = f"; heaviest: {', '.join(f'{block.name} {block.size / 1000:.1f}' for block in heaviest)}" if heaviest else ""
    limits = f"warning at {WARN_BYTES / 1000:.0f}, blocking at {BLOCK_BYTES / 1000:.0f}"
    return f"size   {seen.rendered.html_bytes / 1000:.1f} KB of HTML, with its tracked links ({limits}){most}"


def _with_pictures(runtime: Runtime, edition: int, wait: float) -> Preview:
    """Return the preview once its pictures are here; after `wait` seconds (0: at once) as it is. Workers fetch them meanwhile."""
    until = time.monotonic() + wait
    while True:
        seen = previewing.preview(runtime.database, runtime.press, edition, now=now())
        if not seen.waiting or time.monotonic() >= until:
            return seen
        time.sleep(min(1.0, wait))


def _ask_links(runtime: Runtime, edition: int, *, quiet: bool) -> None:
    with runtime.database.reading() as session:
        editions.get(session, edition)
    asking = Round(fetcher=runtime.fetcher, clock=now, public_url=runtime.public_url, patience=20.0)
    asked = checking.check_links(runtime.database, asking, edition)
    if not quiet:
        waiting = f", {asked.waiting} wait for their host's turn; ask again in a while" if asked.waiting else ""
        out.print(f"{asked.links} address{'' if asked.links == 1 else 'es'}, {asked.asked} asked now{waiting}", markup=False)


def _answered(seen: Preview, given: list[str]) -> list[tuple[Finding, str]]:
    """Read what is to be overridden, each as CODE:REASON or CODE@PLACE:REASON; all of it is refused before anything is kept."""
    found: list[tuple[Finding, str]] = []
    for text in given:
        parts = re.fullmatch(r"\s*([a-z_]+)(?:@([^:\s]+))?\s*:(.*)", text, re.DOTALL)
        if parts is None:
            raise InputError(f"--override {text[:60]!r} cannot be read; write it as CODE:REASON, or CODE@PLACE:REASON")
        code, place, why = parts[1], parts[2], checking.reason(parts[3])
        if code not in KINDS:
            raise InputError(f"--override: there is no finding {code}; docs/reference/findings.md lists them")
        matching = [one for one in seen.findings if one.code == code and one.severity is Severity.BLOCK and place in (None, one.place)]
        if not matching:
            where = f" at {place}" if place else ""
            raise InputError(
                f"--override: no finding {code}{where} blocks edition {seen.record.id}; see `digest edition check {seen.record.id}`"
            )
        if not may_override(matching[0]):
            raise RefusedError(f"{code} cannot be overridden: the law asks for it. {matching[0].remedy}")
        found += [(one, why) for one in matching]
    return found
