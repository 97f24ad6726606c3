"""The process that develops one picture: an order and bytes in, a picture or the reason why not out, then it ends.

In: a line of JSON (an Order), then the bytes as they came. Out: a line of JSON, then the bytes made. Run as
`python -m digest.gather.darkroom_child`.
"""

import json
import resource
import sys
import warnings
from typing import Final

from digest.errors import NotReadable
from digest.gather.develop import Order, develop, settle

_MEMORY: Final = 1 << 30  # bytes of address space: 50 million pixels of four bytes, and what they become
_CPU: Final = 20  # seconds


def main() -> None:
    """Develop what stands on stdin."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU, _CPU))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # It opens no file and starts no process, whatever a decoder is talked into. What it opened already stays open.
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    warnings.simplefilter("ignore")
    settle()
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))
    order = json.loads(sys.stdin.buffer.readline())
    body = sys.stdin.buffer.read()
    try:
        made = develop(body, Order(width=order["width"], logo=order["logo"], grounds=tuple(order["grounds"])))
    except NotReadable as error:
        _say({"trouble": str(error)})
    except MemoryError:
        _say({"trouble": "it wants more memory than a picture may; a smaller one is needed"})
    except Exception as error:  # noqa: BLE001  whatever hostile bytes make of a decoder is the picture's fault
        _say({"trouble": f"it is damaged ({type(error).__name__}); fetch it again, or take another"})
    else:
        _say({"media": made.media, "width": made.width, "height": made.height, "found": made.found, "faint": made.faint}, made.body)


def _say(head: dict[str, object], body: bytes = b"") -> None:
    sys.stdout.buffer.write(json.dumps(head).encode() + b"\n" + body)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
