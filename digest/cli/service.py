"""`digest demo, init, up, web, db`: the service itself."""

import os
import secrets
import signal
import socket
import threading
from pathlib import Path
from types import FrameType
from typing import Annotated
from urllib.parse import urlsplit

import typer

from digest.cli.door import Door, err, out
from digest.errors import RefusedError, SettingsError
from digest.runtime import database_url
from digest.settings import CONFIG_VARIABLE, Settings
from digest.store import migrate, open_database
from digest.supervise.service import open_listener, running

db = typer.Typer(no_args_is_help=True, help="The database's tables.")


def demo(
    *,
    once: Annotated[bool, typer.Option("--once", help="End when the edition is out.")] = False,
    subscribers: Annotated[int, typer.Option(min=1, max=1_000_000, help="How many sample readers.")] = 200,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port of the web; 0 takes a free one.")] = 0,
    out_folder: Annotated[Path | None, typer.Option("--out", help="Folder for the .eml files and report.json.")] = None,
) -> None:
    """Run the whole service on loopback: a sample outlet is gathered, edited, and sent to sample readers."""
    from digest.demo.run import Demo, run_demo  # noqa: PLC0415  the demo stands above this door

    run_demo(Demo(once=once, readers=subscribers, port=port, out=out_folder))


def init(
    folder: Annotated[Path, typer.Argument(help="Where digest.toml is written.")] = Path(),
    *,
    force: Annotated[bool, typer.Option("--force", help="Replace a digest.toml that is there.")] = False,
) -> None:
    """Write a digest.toml with every setting, its meaning, and a fresh secret."""
    path = folder / "digest.toml"
    if path.exists() and not force:
        raise RefusedError(f"{path} is there already; keep it, or replace it with --force")
    lines = ["# Settings of the digest service. DIGEST_ and the name in capitals, in the environment, stands over each.", ""]
    for name, known in Settings.model_fields.items():
        lines.append(f"# {known.description}")
        if name == "secret":
            lines.append(f'secret = "{secrets.token_urlsafe(32)}"')
        elif name == "relays":
            lines.append("# [[relays]]")
        elif known.default is None:
            lines.append(f'# {name} = ""')
        else:
            default = known.default if isinstance(known.default, int | float) else f'"{known.default}"'
            lines.append(f"{name} = {default}")
        lines.append("")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # The file holds the secret: for its owner alone.
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write("\n".join(lines))
    except OSError as error:
        raise SettingsError(f"cannot write {path}: {error.strerror}; name a folder of yours") from error
    out.print(f"{path} is written; next: digest newsletter add, digest source add, digest user add, digest up", markup=False)


def up(
    context: typer.Context,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="Port of the web, over the settings.")] = None,
) -> None:
    """Supervise web, worker, beat and, where no broker is named, the broker; what dies comes back. Ends on Ctrl-C."""
    door: Door = context.obj
    settings = door.settings
    with door.runtime() as runtime:
        runtime.database.close()
        _ = runtime.secret
    ended = threading.Event()

    def end(_signal: int, _frame: FrameType | None) -> None:
        ended.set()

    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, end)
    listener = open_listener(settings.web_host, settings.web_port if port is None else port)
    host, on = listener.getsockname()[:2]
    environ = {} if settings.public_url else {"DIGEST_PUBLIC_URL": f"http://{host}:{on}"}
    if port is not None and (warning := led_elsewhere(settings.public_url, host, on)):
        err.print(warning, markup=False, soft_wrap=True)
    if door.config is not None:
        environ[CONFIG_VARIABLE] = str(door.config.absolute())
    with listener, running(settings, listener, environ):
        out.print(f"digest is up: http://{host}:{on}/  (logs in {settings.state / 'log'}; Ctrl-C ends it)", markup=False)
        ended.wait()
        out.print("stopping…")


def led_elsewhere(public_url: str | None, host: str, port: int) -> str | None:
    """Return the warning that links in mail name another port than that of the web at `host`, None where they do not.

    An address without a port is a proxy's, unless it is on this machine: then it means its scheme's own.
    """
    try:
        parts = urlsplit(public_url or "")
        named = parts.port
    except ValueError:
        return None  # `digest doctor` says what is wrong with such an address
    if named is None and parts.hostname in {host, "localhost", "127.0.0.1", "::1"}:
        named = 443 if parts.scheme == "https" else 80
    if named is None or named == port:
        return None
    return (
        f"warning: links in mail go to public_url, {public_url}, and the web is at port {port}: unless a proxy leads there, "
        f"leave --port out with web_port = {named}, or set public_url to what readers reach"
    )


def web(
    context: typer.Context,
    host: Annotated[str | None, typer.Option(help="Address to listen on, over the settings.")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="Port to listen on, over the settings.")] = None,
    fd: Annotated[int | None, typer.Option(help="A listening socket that is open already.", hidden=True)] = None,
) -> None:
    """Run the web alone: the desk, the reader pages and the links of the mail."""
    import uvicorn  # noqa: PLC0415  only this command serves

    from digest.web.app import create_app  # noqa: PLC0415  FastAPI costs half a second
    from workers.app import make_app  # noqa: PLC0415  Celery is loaded where queues are asked for
    from workers.status import queue_status  # noqa: PLC0415  see above

    door: Door = context.obj
    settings = door.settings
    with door.runtime() as runtime:
        # Refused here, in a line, rather than on the first page.
        database = runtime.database
        app = create_app(runtime, queue_status(make_app(settings), database) if _has_broker(settings) else None)
        listener = (
            socket.socket(fileno=fd)
            if fd is not None
            else open_listener(host or settings.web_host, settings.web_port if port is None else port)
        )
        if fd is None:
            at, on = listener.getsockname()[:2]
            err.print(f"digest web: http://{at}:{on}/", markup=False)
        config = uvicorn.Config(app, log_level="warning", access_log=False, server_header=False, timeout_graceful_shutdown=3)
        uvicorn.Server(config).run(sockets=[listener])


@db.command("upgrade")
def db_upgrade(context: typer.Context) -> None:
    """Bring the database to the tables of this program."""
    door: Door = context.obj
    database = open_database(database_url(door.settings))
    try:
        before = migrate.current(database)
        migrate.upgrade(database)
        out.print(f"the database was at revision {before or 'none'} and is at {migrate.newest()}", markup=False)
    finally:
        database.close()


@db.command("check")
def db_check(context: typer.Context) -> None:
    """Say whether the database is at the revision, and has the tables, of this program."""
    door: Door = context.obj
    database = open_database(database_url(door.settings))
    try:
        migrate.require_newest(database)
        if differences := migrate.drift(database):
            raise RefusedError(f"the tables differ from this program's: {differences[0]}; restore them, or ask for help with this line")
        out.print(f"the database is at revision {migrate.newest()}, and its tables are as they should be", markup=False)
    finally:
        database.close()


def _has_broker(settings: Settings) -> bool:
    return settings.broker_url is not None or (settings.state / "broker.url").is_file()
