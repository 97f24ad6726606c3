"""What a sending domain publishes in the DNS: SPF (RFC 7208), DKIM (RFC 6376), DMARC (RFC 9989), looked up and judged."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import dns.exception
import dns.resolver

from digest.deliver.dkim import Key
from digest.errors import RelayUnreachable

_SECONDS = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """One record as it should be and is: `trouble` None where it is well. `wanted` is what to publish, None where only you know."""

    name: str
    says: str
    wanted: str | None = None
    trouble: str | None = None


class Resolver:
    """Asks the DNS for TXT records; `server` is an address with an optional port, None the machine's own resolver."""

    def __init__(self, server: str | None = None) -> None:
        self._resolver = dns.resolver.Resolver(configure=server is None)
        self._resolver.lifetime = _SECONDS
        if server is not None:
            host, _, port = server.partition(":")
            self._resolver.nameservers = [host]
            self._resolver.port = int(port or 53)

    def texts(self, name: str) -> tuple[str, ...]:
        """Return the TXT records of a name, none where there are none; raises RelayUnreachable where nobody answers."""
        try:
            answer = self._resolver.resolve(name, "TXT", search=False)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return ()
        except dns.exception.DNSException as error:
            raise RelayUnreachable(f"the DNS does not answer for {name}: {error}; try again, or name another --resolver") from error
        return tuple(b"".join(record.strings).decode("utf-8", "replace") for record in answer)


def looked_up(domain: str, keys: Sequence[Key], resolver: Resolver) -> Iterator[Published]:
    """Look up what a domain that sends with these keys should publish, and say of each record what is wrong."""
    yield _spf(domain, resolver.texts(domain))
    for key in keys:
        yield _dkim(key, resolver.texts(key.record_name))
    yield _dmarc(domain, resolver.texts(f"_dmarc.{domain}"))


def _spf(domain: str, texts: Sequence[str]) -> Published:
    found = [text for text in texts if text.casefold().split(" ")[0] == "v=spf1"]
    if not found:
        trouble = "no SPF record: publish one that names your relay, such as v=spf1 include:RELAY -all"
    elif len(found) > 1:
        trouble = f"{len(found)} SPF records, which is an error (RFC 7208, 4.5): leave one"
    elif found[0].casefold().rstrip().endswith("+all"):
        trouble = "its +all lets anybody send in your name: end it with -all"
    else:
        return Published(name=domain, says=found[0])
    return Published(name=domain, says="; ".join(found) or "nothing", trouble=trouble)


def _dkim(key: Key, texts: Sequence[str]) -> Published:
    wanted = key.record
    public = _tags(wanted)["p"]
    for text in texts:
        if _tags(text).get("p", "").replace(" ", "") == public:
            return Published(name=key.record_name, says=f"the {key.algorithm} key", wanted=wanted)
    trouble = "another key is published there" if texts else "no DKIM record"
    return Published(name=key.record_name, says="; ".join(texts) or "nothing", wanted=wanted, trouble=f"{trouble}: publish {wanted}")


def _dmarc(domain: str, texts: Sequence[str]) -> Published:
    name = f"_dmarc.{domain}"
    found = [text for text in texts if text.replace(" ", "").casefold().startswith("v=dmarc1")]
    if len(found) == 1 and _tags(found[0]).get("p", "none").casefold() in ("none", "quarantine", "reject"):
        return Published(name=name, says=found[0])
    trouble = "no DMARC record, which the large providers ask of who sends much: publish v=DMARC1; p=none; rua=mailto:YOU"
    if found:
        trouble = "its DMARC record cannot be read: publish one, v=DMARC1; p=none; rua=mailto:YOU"
    return Published(name=name, says="; ".join(found) or "nothing", wanted="v=DMARC1; p=none", trouble=trouble)


def _tags(record: str) -> dict[str, str]:
    pairs = (tag.partition("=") for tag in record.split(";"))
    return {name.strip().casefold(): value.strip() for name, equals, value in pairs if equals}
