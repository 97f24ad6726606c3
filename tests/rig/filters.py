"""rspamd and SpamAssassin as Debian ships them, in folders of their own: rspamd with a DNS that we wrote, SpamAssassin without any."""

import http.client
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.processes import ended_after, environ, free_port_of_loopback, start, wait_until
from tests.rig.mails import DOMAIN, Mail

# Whose connection the mail came over, for SPF: a documentation address (RFC 5737) with a name of its own.
SENDS_FROM = "192.0.2.25"
SENDS_AS = "mx.harbour.example"

_USER = "_rspamd"
# What asks the world: block lists, URL lists, hashes of spam seen elsewhere, maps to download. Without them only the mail itself counts.
_ASKS_OTHERS = (
    "rbl",
    "surbl",
    "fuzzy_check",
    "asn",
    "phishing",
    "rspamd_update",
    "url_redirector",
    "mx_check",
    "greylist",
    "bimi",
    "neural",
)
# What public names end in: of the whole list, which is in use elsewhere too, it would take ten seconds to make an automaton.
_ENDINGS = ("example", "org", "com", "net")
_STATUS = re.compile(
    r"^X-Spam-Status: (?:Yes|No), score=(?P<score>-?[\d.]+) .*?tests=(?P<tests>[^;]*?)\s*autolearn", re.MULTILINE | re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """A filter's score (the lower the better), what each of its rules added to it, and what a rule saw, by the rules' names."""

    score: float
    rules: Mapping[str, float]
    details: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __str__(self) -> str:
        """Name the rules that count, the worst first."""
        return f"{self.score:.2f}: " + ", ".join(
            f"{name} {at:+g}" for name, at in sorted(self.rules.items(), key=lambda one: -one[1]) if at
        )


@dataclass(frozen=True, slots=True)
class Rspamd:
    """A running rspamd."""

    port: int

    def scan(self, mail: Mail, *, ip: str = SENDS_FROM, only: Sequence[str] = ()) -> Verdict:
        """Have one mail judged as if it had come from `ip`, by every rule or by those that `only` names."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        told = {"IP": ip, "Helo": SENDS_AS, "Hostname": SENDS_AS, "From": mail.sender, "Rcpt": mail.recipient, "Queue-Id": "rig"}
        if only:
            told["Settings"] = json.dumps({"symbols_enabled": list(only)})
        connection.request("POST", "/checkv2", mail.raw, told)
        response = connection.getresponse()
        said = json.loads(response.read())
        connection.close()
        assert response.status == 200, said
        rules = said["symbols"]
        seen = {name: tuple(one.get("options", ())) for name, one in rules.items()}
        return Verdict(said["score"], {name: one["score"] for name, one in rules.items()}, seen)


@contextmanager
def rspamd(folder: Path, records: Mapping[str, str]) -> Iterator[Rspamd]:
    """Run rspamd until the block ends; `records` are the TXT records of its DNS by name, besides those of where our mail comes from."""
    port = free_port_of_loopback()
    for name in ("local.d", "override.d", "db", "log", "run"):
        (folder / name).mkdir(parents=True)
    for name, text in _settings(folder, port, records).items():
        (folder / name).write_text(text, "utf-8")
    if os.geteuid() == 0:
        # It will not work as root; what it keeps must be its own.
        for path in (folder, *folder.rglob("*")):
            shutil.chown(path, _USER, _USER)
    variables = {"LOCAL_CONFDIR": folder, "DBDIR": folder / "db", "LOGDIR": folder / "log", "RUNDIR": folder / "run"}
    command = [
        "/usr/bin/rspamd",
        "--no-fork",
        "--config",
        "/etc/rspamd/rspamd.conf",
        *(f"--var={name}={path}" for name, path in variables.items()),
    ]
    user = ["--user", _USER, "--group", _USER] if os.geteuid() == 0 else []
    log = folder / "said"
    with ended_after(start([*command, *user], env=environ(), log=log)):
        wait_until(lambda: _answers(port), seconds=60, why="rspamd answers", log=log)
        yield Rspamd(port)


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/ping")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _settings(folder: Path, port: int, records: Mapping[str, str]) -> dict[str, str]:
    """The files of its folder by name; all else is Debian's."""
    txt = [{"name": name, "type": "txt", "replies": [text]} for name, text in records.items()]
    # Nothing under port 9: what is asked for and not written here costs a scan the whole timeout.
    addresses = [
        *({"name": name, "type": "aaaa", "rcode": "norec"} for name in (SENDS_AS, DOMAIN)),
        *({"name": name, "type": "a", "replies": [SENDS_FROM]} for name in (SENDS_AS, DOMAIN)),
        {"name": DOMAIN, "type": "mx", "replies": [f"10 {SENDS_AS}"]},
        {"name": ".".join(reversed(SENDS_FROM.split("."))) + ".in-addr.arpa", "type": "ptr", "replies": [SENDS_AS]},
    ]
    # Port 9 is nobody's: what we did not write is unknown at once.
    dns = {"nameserver": ["127.0.0.1:9"], "timeout": 0.1, "retransmits": 1, "fake_records": [*txt, *addresses]}
    worker = {"bind_socket": f"127.0.0.1:{port}", "count": 1}
    return {
        "override.d/options.inc": f'dns = {json.dumps(dns)};\nurl_tld = "{folder / "endings"}";\n',
        "endings": "".join(f"{ending}\n" for ending in _ENDINGS),
        "override.d/worker-normal.inc": "".join(f"{name} = {json.dumps(value)};\n" for name, value in worker.items()),
        "override.d/worker-controller.inc": "enabled = false;\n",
        "override.d/worker-proxy.inc": "enabled = false;\n",
        "override.d/worker-fuzzy.inc": "enabled = false;\n",
        **{f"override.d/{module}.conf": "enabled = false;\n" for module in _ASKS_OTHERS},
    }


def spamassassin(folder: Path, mails: Iterable[bytes]) -> list[Verdict]:
    """Have SpamAssassin (`-L`: no network; Debian's own rules, never updated) judge mails that have arrived, in their order."""
    given, site, wishes = list(mails), folder / "site", folder / "wishes"
    (folder / "mail").mkdir(parents=True)
    # Which plugins it loads is Debian's choice as well; what is ours is only how it tells the score.
    shutil.copytree("/etc/spamassassin", site, ignore=shutil.ignore_patterns("sa-update*"))
    (site / "rig.cf").write_text(
        "report_safe 0\nadd_header all Status _YESNO_, score=_SCORE_ tests=_TESTSSCORES(,)_ autolearn=no\n", "utf-8"
    )
    wishes.touch()
    for number, raw in enumerate(given):
        (folder / "mail" / f"{number:04d}").write_bytes(raw)
    command = [
        "spamassassin",
        "-L",
        "-t",
        "--siteconfigpath",
        str(site),
        "--prefspath",
        str(wishes),
        *map(str, sorted((folder / "mail").iterdir())),
    ]
    ran = subprocess.run(command, env={**environ(), "HOME": str(folder)}, capture_output=True, timeout=300, check=False)
    found = list(_STATUS.finditer(ran.stdout.decode("utf-8", "replace")))
    assert len(found) == len(given), ran.stderr.decode("utf-8", "replace")
    return [Verdict(float(one["score"]), _rules(one["tests"])) for one in found]


def _rules(text: str) -> dict[str, float]:
    parts = [part.partition("=") for part in re.split(r"[,\s]+", text) if "=" in part]
    return {name: float(score) for name, _, score in parts}
