"""The queues by name, which task goes where, and how many messages wait in each."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from celery import Celery
from kombu import Connection, Exchange, Queue
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from digest.errors import BrokerUnreachable

# `tick` and `confirm` are ours alone: neither what is due (docs/adr/0006) nor the letter that a reader waits for
# (docs/adr/0010) may stand behind a slow feed or a long chunk.
TICK, CONFIRM, GATHER, RENDER, DELIVER, RETURNS = NAMES = ("tick", "confirm", "gather", "render", "deliver", "returns")

# Each with an exchange and a key of its own: bound by Celery's default, all would answer to one key.
QUEUES = tuple(Queue(name, Exchange(name), routing_key=name) for name in NAMES)

ROUTES = {
    "digest.tick": {"queue": TICK},
    "digest.sweep": {"queue": TICK},
    "digest.gather": {"queue": GATHER},
    "digest.links": {"queue": GATHER},
    "digest.picture": {"queue": GATHER},
    "digest.draft": {"queue": RENDER},
    "digest.render": {"queue": RENDER},
    "digest.send": {"queue": DELIVER},
    "digest.confirm": {"queue": CONFIRM},
    "digest.collect": {"queue": RETURNS},
    "digest.prune": {"queue": RETURNS},
}


# Whoever looks at the broker, rather than works by it, gives up soon: a broker that hangs must not hang a page.
PATIENCE = 2


@contextmanager
def broker_connection(app: Celery) -> Iterator[Connection]:
    """Open a connection that waits PATIENCE seconds for any answer; raises BrokerUnreachable."""
    waits = {"socket_timeout": PATIENCE, "socket_connect_timeout": PATIENCE, "health_check_interval": 0}
    try:
        with app.connection_for_read(connect_timeout=PATIENCE, transport_options=waits) as connection:
            connection.ensure_connection(max_retries=1, interval_start=0, timeout=PATIENCE)
            yield connection
    except (OperationalError, RedisError, OSError) as error:
        where = app.connection_for_read().as_uri()
        raise BrokerUnreachable(f"the broker {where} does not answer: {error}; start it or correct DIGEST_BROKER_URL") from error


@contextmanager
def broker_client(app: Celery) -> Iterator[Any]:
    """Open the broker's own client; raises BrokerUnreachable."""
    with broker_connection(app) as connection:
        channel: Any = connection.default_channel
        yield channel.client


def depth(app: Celery, queue: str) -> int:
    """Return how many messages wait in `queue`; raises BrokerUnreachable."""
    with broker_client(app) as client:
        return int(client.llen(queue))
