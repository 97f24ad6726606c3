"""robots.txt (RFC 9309): the rules that are meant for us, and whether they let us read a page; pure."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from urllib.parse import quote, urlsplit

MOST_BYTES: Final = 500 * 1024  # RFC 9309, 2.5: at least this much is read
_UNRESERVED: Final = re.compile(r"[A-Za-z0-9._~-]")
_ENCODED: Final = re.compile(r"%([0-9A-Fa-f]{2})")
_TOKEN: Final = re.compile(r"[A-Za-z_-]+|\*")
_LONGEST_DELAY: Final = 30.0


class Access(StrEnum):
    """What a site's robots.txt makes of it: its rules decide, everything is free, or nothing is while it cannot be read."""

    RULES = "rules"
    ALL = "all"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Robots:
    """A site's robots.txt as it concerns us; `rules` are lines of "allow PATTERN", "disallow PATTERN" and "delay SECONDS"."""

    access: Access
    rules: str = ""

    @property
    def delay(self) -> float:
        """The seconds between two requests that it asks for, 30 at most. No part of the RFC, but plainly said."""
        return max((float(line[6:]) for line in self.rules.splitlines() if line.startswith("delay ")), default=0.0)


def access_by_status(status: int) -> Access:
    """Return what an answer without rules means: 4xx frees all, 5xx and 429 close all until it is asked again (RFC 9309, 2.3.1)."""
    if status == 429 or status >= 500:
        return Access.NONE
    return Access.RULES if 200 <= status < 300 else Access.ALL


def read_robots(body: bytes, token: str) -> Robots:
    """Return the rules of the groups that name `token`, our product's name, or else of those for everybody.

    What is cut off at 500 KiB is not read. A rule before any group, and lines that say nothing known, are passed over.
    """
    own: list[str] = []
    everybody: list[str] = []
    named = False  # whether a group is for us
    into: list[list[str]] = []
    heading = False  # whether the line before named an agent: several may share a group
    text = body[:MOST_BYTES].decode("utf-8", "replace").removeprefix("\ufeff")
    for line in re.split(r"\r\n|\r|\n", text):
        name, colon, value = line.partition("#")[0].partition(":")
        name, value = name.strip().lower(), value.strip()
        if not colon:
            continue
        if name == "user-agent":
            into = into if heading else []
            heading = True
            agent = _TOKEN.match(value)
            if agent is not None and agent[0] == "*":
                into.append(everybody)
            elif agent is not None and agent[0].lower() == token.lower():
                named = True
                into.append(own)
            continue
        rule = _rule(name, value)
        if rule is None:
            continue
        heading = False
        for group in into if rule else ():
            group.append(rule)
    return Robots(access=Access.RULES, rules="\n".join(own if named else everybody))


def may_read(robots: Robots, url: str) -> bool:
    """Return whether `url` may be read: the longest rule that matches decides, and of two as long the one that allows."""
    if robots.access is not Access.RULES:
        return robots.access is Access.ALL
    parts = urlsplit(url)
    path = _normal(parts.path or "/") + (f"?{_normal(parts.query)}" if parts.query else "")
    if path == "/robots.txt":
        return True
    best, allowed = -1, True
    for line in robots.rules.splitlines():
        word, _, pattern = line.partition(" ")
        if word == "delay" or len(pattern) < best or not _matches(pattern, path):
            continue
        if len(pattern) > best or word == "allow":
            best, allowed = len(pattern), word == "allow"
    return allowed


def _rule(name: str, value: str) -> str | None:
    """A line of a group in our words; an empty path matches nothing, so it is none, but it does end a group's heading."""
    if name in {"allow", "disallow"}:
        return f"{name} {_normal(value)}" if value.startswith(("/", "*")) else ""
    if name == "crawl-delay" and re.fullmatch(r"\d{1,6}(?:\.\d{1,6})?", value):
        return f"delay {min(float(value), _LONGEST_DELAY)}"
    return None


def _normal(text: str) -> str:
    """Octets compared as RFC 9309, 2.2.2 wants: what need not be encoded is not, everything else is, in capitals."""

    def one(found: re.Match[str]) -> str:
        letter = chr(int(found[1], 16))
        return letter if _UNRESERVED.fullmatch(letter) else f"%{found[1].upper()}"

    return quote(_ENCODED.sub(one, text), safe="%/:?#[]@!$&'()*+,;=-._~|^`{}\\\"<>")


def _matches(pattern: str, path: str) -> bool:
    """`*` is any run of characters, a `$` at the end is the end of the address. Each piece is looked for once: no pattern is slow."""
    ends = pattern.endswith("$")
    first, *others = (pattern[:-1] if ends else pattern).split("*")
    if not path.startswith(first):
        return False
    at = len(first)
    if not others:
        return not ends or at == len(path)
    *middle, last = others
    for piece in middle:
        at = path.find(piece, at)
        if at < 0:
            return False
        at += len(piece)
    if ends:
        return len(path) - len(last) >= at and path.endswith(last)
    return path.find(last, at) >= 0
