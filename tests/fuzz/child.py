"""The fuzz's child: reads inputs from stdin one after the other, and says of each how it went; the parent watches the time."""

import json
import re
import resource
import struct
import sys
import time
import traceback
from datetime import UTC, datetime

from digest.errors import NotReadable
from digest.gather.read import read_bytes
from digest.gather.report import reading_json
from tests.memory import peak

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
URL = "https://lantern.example/2026/11/pier"
# A bug that eats memory must end this process, not the machine.
_ADDRESS_SPACE = 3 * 1024**3
# Cleaned HTML has its names in lower case and its values in double quotes, in which `>` may stand.
_TAG = re.compile(r"<(?P<name>[a-z][a-z0-9]*)(?P<attributes>(?:\s+[\w:-]+=\"[^\"]*\")*)\s*>")
_STRANGE = re.compile(r"\son\w+=\"|\s(?:href|src)=\"(?!https?:|mailto:)", re.IGNORECASE)
_BANNED = frozenset({"script", "style", "iframe", "object", "form", "svg", "math", "base", "meta", "link"})
_GAVE_UP = "broken beyond reading ("


def main() -> None:
    """Answer each input (a header of kind and length, then the body) with one line of JSON."""
    resource.setrlimit(resource.RLIMIT_AS, (_ADDRESS_SPACE, _ADDRESS_SPACE))
    incoming, answers = sys.stdin.buffer, sys.stdout
    while header := incoming.read(8):
        kind, length = struct.unpack(">II", header)
        body = incoming.read(length)
        started = time.process_time()
        outcome, trouble = _read(body, (None, "feed", "page", "text")[kind])
        said = {"outcome": outcome, "trouble": trouble, "seconds": time.process_time() - started, "mb": peak()}
        answers.write(json.dumps(said) + "\n")
        answers.flush()


def _read(body: bytes, kind: str | None) -> tuple[str, str | None]:
    try:
        reading = reading_json(read_bytes(body, URL, kind, NOW))
        text = json.dumps(reading, ensure_ascii=False)
        text.encode()  # half a pair of surrogates would not go into the store
    except NotReadable as error:
        said = str(error)
        return ("crashed", said + traceback.format_exc()) if _GAVE_UP in said else ("refused", None)
    except Exception:  # noqa: BLE001  whatever it is, it is what we look for
        return "crashed", traceback.format_exc()
    if reading["kind"] != "text" and (wrong := _wrong(reading)):
        return "wrong", wrong
    return str(reading["kind"]), None


def _wrong(reading: dict[str, object]) -> str | None:
    """What must never come out: live scripts and addresses of other kinds in HTML."""
    for found in _html(reading):
        for tag in _TAG.finditer(found):
            if tag["name"] in _BANNED or _STRANGE.search(tag["attributes"]):
                return f"{tag[0][:200]!r} in {found[max(0, tag.start() - 80) : tag.end() + 80][:400]!r}"
    return None


def _html(value: object) -> list[str]:
    if isinstance(value, dict):
        own = [text for name, text in value.items() if name in {"content_html", "body_html", "html"} and isinstance(text, str)]
        return own + [text for inner in value.values() for text in _html(inner)]
    return [text for inner in value for text in _html(inner)] if isinstance(value, list) else []


if __name__ == "__main__":
    main()
