"""Log lines by structlog: who, what, which newsletter, edition or mailing; for a person or as JSON."""

import logging
import sys
from typing import Literal, cast

import structlog


def configure_log(style: Literal["console", "json"] = "console", *, level: int = logging.INFO) -> None:
    """Send every log line of this process, the standard library's included, to stderr in `style`."""
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last: structlog.types.Processor = (
        structlog.processors.JSONRenderer() if style == "json" else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[*shared, structlog.processors.format_exc_info, last],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s %(message)s", force=True)


def get_log(room: str) -> structlog.types.FilteringBoundLogger:
    """Return a logger that names its room on each line."""
    return cast("structlog.types.FilteringBoundLogger", structlog.get_logger(room=room))
