"""`digest edition send` and what steers it: first rounds, undo, those missed, corrections, pause, resume, cancel."""

from dataclasses import replace
from datetime import timedelta
from typing import Annotated

import typer

from digest.cli.door import Door, now, out, who
from digest.errors import InputError
from digest.flows import amending, departing, editing, reaching, sending
from digest.flows.amending import Amend, Marks
from digest.flows.editing import Decision
from digest.flows.reaching import Reach
from digest.flows.sending import Send
from digest.model.departure import FirstRound, read_size
from digest.runtime import Runtime
from digest.store import editions, mailings
from digest.store.openings import Start

EditionArgument = Annotated[int, typer.Argument(metavar="EDITION", help="Its number in `digest edition list`.")]
WhyOption = Annotated[str | None, typer.Option(help="For who wonders later; it stands in the log.")]
FirstOption = Annotated[str | None, typer.Option(metavar="SHARE|N", help="A first round of `1%` of the readers, or of `200` of them.")]
ThenOption = Annotated[float | None, typer.Option(metavar="MINUTES", help="After it the rest goes by itself; left out, it is held.")]


def send(  # noqa: PLR0913  a command's options
    context: typer.Context,
    edition: EditionArgument,
    *,
    first: FirstOption = None,
    then: ThenOption = None,
    undo: Annotated[float, typer.Option(metavar="SECONDS", min=0, help="How long it waits and can be undone.")] = 0,
    missed: Annotated[bool, typer.Option("--missed", help="Only to those of its lists who should have it and have not.")] = False,
    joined: Annotated[bool, typer.Option("--joined", help="With --missed: also to those who joined since.")] = False,
    correction: Annotated[bool, typer.Option("--correction", help="The approved correction, to those who got a faulty version.")] = False,
    in_doubt: Annotated[bool | None, typer.Option(help="Also to those whose answer never came; by default only with a correction.")] = None,
) -> None:
    """Send an approved edition now; the workers take it from here."""
    door: Door = context.obj
    size, wait = door.settings.chunk_size, timedelta(seconds=undo)
    if (missed or correction) and (first is not None or then is not None):
        raise InputError("a first round is for a whole edition; leave --first and --then out with --missed or --correction")
    if missed and correction:
        raise InputError("a correction reaches those missed, too: send it first, then --missed for whoever still has nothing")
    with door.runtime() as runtime:
        database = runtime.database
        if missed:
            also = {"joined": joined, "in_doubt": bool(in_doubt)}
            opened = [reaching.send_missed(database, Reach(edition_id=edition, who=who(), at=now(), chunk_size=size, undo=wait, **also))]
        elif correction:
            doubt = in_doubt is not False
            order = Amend(edition_id=edition, who=who(), at=now(), chunk_size=size, undo=wait, in_doubt=doubt)
            opened = list(amending.send(database, order))
        else:
            start = Start(first=read_first(first, then), undo=wait)
            opened = [sending.send(database, Send(edition_id=edition, who=who(), at=now(), chunk_size=size, start=start))]
        with database.reading() as session:
            totals = {one.id: mailings.counts(session, one.id).total for one in opened}
    for one in opened:
        state = f"is held for {undo:g} s; undo it with: digest edition undo {edition}" if undo else "is open"
        out.print(f"mailing {one.id} of edition {edition} ({one.kind}, {totals[one.id]} readers) {state}", markup=False)
    out.print(f"watch it with: digest edition show {edition}", markup=False)


def undo_sending(context: typer.Context, edition: EditionArgument) -> None:
    """Take the last sending back while it is held; nothing of it has left."""
    door: Door = context.obj
    with door.runtime() as runtime:
        record = departing.undo(runtime.database, edition, who=who(), now=now())
    out.print(f"nothing left: edition {edition} is {record.state.replace('_', ' ')}, as before", markup=False)


def correct(  # noqa: PLR0913  a command's options
    context: typer.Context,
    edition: EditionArgument,
    *,
    subject: Annotated[str | None, typer.Option(help="The correction's subject; left out, the old one behind “Correction:”.")] = None,
    preheader: Annotated[str | None, typer.Option(help="The correction's preheader; left out, how the notice begins.")] = None,
    notice: Annotated[str | None, typer.Option(help="What was wrong, in your words; it stands first in the mail.")] = None,
    drop: Annotated[bool, typer.Option("--drop", help="Give the correction up: the text that went out stands again.")] = False,
) -> None:
    """Open what went out for correcting; whatever still sends is paused. Then edit, approve, and `send --correction`."""
    door: Door = context.obj
    with door.runtime() as runtime:
        if drop:
            amending.drop(runtime.database, edition, who=who(), now=now())
            out.print(f"the correction of edition {edition} is dropped; a paused sending goes on with: digest edition resume {edition}")
            return
        with runtime.database.reading() as session:
            old = editions.content(session, edition, editions.get(session, edition).revision)
        marks = Marks(
            subject=subject or amending.subject_of(old),
            preheader=preheader,
            notice=notice,
        )
        record = amending.begin(runtime.database, (edition, who(), now()), marks)
    out.print(
        f"edition {edition} is a draft again, revision {record.revision}; correct it (digest edition export, import), approve it, "
        f"then: digest edition send {edition} --correction",
        markup=False,
    )


def pause(context: typer.Context, edition: EditionArgument, why: WhyOption = None) -> None:
    """Stop the sending within a second, after the messages in flight, and the clock of what is held."""
    door: Door = context.obj
    with door.runtime() as runtime:
        sending.pause(runtime.database, edition, who=who(), now=now(), why=why)
    out.print(f"the sending of edition {edition} is paused; go on with: digest edition resume {edition}", markup=False)


def resume(context: typer.Context, edition: EditionArgument, why: WhyOption = None) -> None:
    """Let a paused sending go on, or the rest that is held after a first round."""
    door: Door = context.obj
    with door.runtime() as runtime:
        sending.resume(runtime.database, edition, who=who(), now=now(), why=why)
    out.print(f"the sending of edition {edition} goes on", markup=False)


def cancel(context: typer.Context, edition: EditionArgument, why: WhyOption = None) -> None:
    """Call an edition off, or end its sending for good."""
    door: Door = context.obj
    with door.runtime() as runtime:
        with runtime.database.reading() as session:
            sent = mailings.of_edition(session, edition)
        if sent:
            sending.stop(runtime.database, edition, who=who(), now=now(), why=why)
        else:
            editing.cancel(runtime.database, replace(_decide(runtime, edition), why=why))
    out.print(f"the sending of edition {edition} has ended for good" if sent else f"edition {edition} is cancelled", markup=False)


def read_first(text: str | None, then: float | None) -> FirstRound | None:
    """Return the first round that somebody typed: `1%`, `0.5 %` or a number of readers; raises InputError."""
    if text is None:
        if then is not None:
            raise InputError("--then says how long after a first round the rest goes; name one with --first 1%")
        return None
    return read_size(text, None if then is None else timedelta(minutes=min(then, 1e6)))


def _decide(runtime: Runtime, edition: int) -> Decision:
    with runtime.database.reading() as session:
        record = editions.get(session, edition)
    return Decision(edition_id=edition, revision=record.revision, who=who(), at=now())
