"""The machine-readable part of a delivery report (RFC 3464, RFC 6533), read as leniently as it is written."""

import re
from dataclasses import dataclass

from digest.deliver.returned.address import from_field

_FIELD = re.compile(r"^([A-Za-z][\w-]{2,60})[ \t]*:[ \t]*(.*)$")
_MAX_RECIPIENTS = 200
_FORWARDED = re.compile(r"^(?:original|final)-recipient$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """One recipient of a report: both names it may go by, what was done and why. Absent fields are "".

    `system` is whose words the diagnostic is: "smtp", "x-postfix", "x-notes"…
    """

    original: str | None
    final: str | None
    action: str
    status: str
    diagnostic: str
    system: str = ""

    @property
    def addresses(self) -> tuple[str, ...]:
        """The address as it was given to the reporting system first, then the one it ended at."""
        return tuple(dict.fromkeys(one for one in (self.original, self.final) if one is not None))


def read_report(text: str) -> tuple[Reported, ...]:
    """Return the recipients of a delivery report, in its order; () where the text is none."""
    groups = _groups(text[:400_000])
    shared = groups[0] if groups and "final-recipient" not in groups[0] else {}
    found = []
    for group in groups:
        if not {"final-recipient", "original-recipient"} & group.keys():
            continue
        # Some systems write what was done once, above all recipients.
        action = group.get("action") or shared.get("action", "")
        found.append(
            Reported(
                original=_first(group, "original-recipient", "x-actual-recipient-original"),
                final=_first(group, "final-recipient", "x-actual-recipient"),
                action=action.partition(" ")[0].strip(" ;").lower(),
                status=group.get("status") or shared.get("status", ""),
                diagnostic=_diagnostic(group, shared),
                system=group.get("diagnostic-code", "").partition(";")[0].strip().lower(),
            )
        )
        if len(found) == _MAX_RECIPIENTS:
            break
    return tuple(found)


def _first(group: dict[str, str], *names: str) -> str | None:
    return next((address for name in names if name in group and (address := from_field(group[name])) is not None), None)


def _diagnostic(group: dict[str, str], shared: dict[str, str]) -> str:
    given = group.get("diagnostic-code") or shared.get("diagnostic-code", "")
    kind, semicolon, words = given.partition(";")
    words = words.strip() if semicolon and len(kind) <= 40 and " " not in kind.strip() else given.strip()
    extra = group.get("x400-supplementary-info") or group.get("x-supplementary-info") or ""
    # Sendmail's and Exchange's "Status: 5.1.1 (bad destination mailbox address)" carries words too.
    return " ".join(part for part in (words, extra) if part)


def _groups(text: str) -> list[dict[str, str]]:
    """Fields by name (lower case), a group for each recipient; a blank line or a repeated name begins another."""
    groups: list[dict[str, str]] = []
    current: dict[str, str] = {}
    last = ""
    for line in text.split("\n"):
        if not line.strip():
            if current:
                groups.append(current)
            current, last = {}, ""
        elif line[0] in " \t" and last:
            current[last] = f"{current[last]} {line.strip()}"[:2000]
        elif matched := _FIELD.match(line.lstrip("> ")[:2000]):
            last = matched[1].lower()
            if last in current and _FORWARDED.match(last):
                groups.append(current)
                current = {}
            current.setdefault(last, matched[2].strip())
        else:
            last = ""
    if current:
        groups.append(current)
    return groups
