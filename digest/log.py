"""Log lines by structlog: who, what, which newsletter, edition or mailing; for a person or as JSON."""

import logging
import sys
from typing import Literal, cast

import structlog


class _StderrNow(logging.Handler):
    """Writes to what stderr is at that moment: whoever embeds us may have replaced it since."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            sys.stderr.write(self.format(record) + "\n")
        except (OSError, ValueError):
            self.handleError(record)


def configure_log(style: Literal["console", "json"] = "console") -> None:
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
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
    handler = _StderrNow()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)


def get_log(room: str) -> structlog.types.FilteringBoundLogger:
    """Return a logger that names its room on each line."""
    return cast("structlog.types.FilteringBoundLogger", structlog.get_logger(room=room))
