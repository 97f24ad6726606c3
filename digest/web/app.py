"""The app: the rooms of the web behind one guard."""

from collections.abc import Callable
from datetime import UTC, datetime

from fastapi import FastAPI

from digest.inbound.providers import open_providers
from digest.model.ops import QueueStatus
from digest.render.places import template_roots
from digest.runtime import Runtime
from digest.web import acts, archive, assets, auth, desk, health, hooks, mail, ops, proof, public, subscribe
from digest.web.errors import handlers
from digest.web.guard import Guard
from digest.web.house import House
from digest.web.live import Shared
from digest.web.pages import open_pages
from digest.web.rooms import router as rooms


def utc_now() -> datetime:
    """The clock of a running web."""
    return datetime.now(UTC)


def create_app(
    runtime: Runtime, queue_status: Callable[[], QueueStatus] | None = None, *, clock: Callable[[], datetime] = utc_now
) -> FastAPI:
    """Return the web of one process: the desk, the readers' pages and signs of life.

    Nothing is opened before the first request, so the web starts, and says what is missing, without a database.
    `queue_status` is how the door tells what the queues hold. Raises RenderError where the templates are missing.
    """
    app = FastAPI(title="Digest", openapi_url=None, docs_url=None, redoc_url=None, exception_handlers=handlers())
    pages = open_pages(template_roots(runtime.settings.templates), queues=queue_status is not None)
    app.state.house = House(runtime=runtime, pages=pages, clock=clock, queue_status=Shared(queue_status) if queue_status else None)
    app.state.providers = open_providers(runtime)
    for room in (health, hooks, ops, assets, auth, desk, mail, acts, public, proof, archive, subscribe):
        app.include_router(room.router)
    app.include_router(rooms)
    app.add_middleware(Guard, public_url=runtime.public_url, pages=pages)
    return app
