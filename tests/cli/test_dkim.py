"""`digest dkim` and what the doctor says of signing and of the DNS, asked of a server of DNS records on loopback."""

import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest

from tests.command import Digest, Ran

ADD = ("newsletter", "add", "weekly", "--name", "W", "--from", "W <desk@news.example.org>", "--postal", "1 Quay", "--slot", "fri 07:00")


@contextmanager
def name_server(texts: Mapping[str, list[str]]) -> Iterator[str]:
    """Answer TXT questions on loopback; a name that is not there does not exist."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        thread = threading.Thread(target=_answer, args=(server, texts), daemon=True)
        thread.start()
        yield "{}:{}".format(*server.getsockname())
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as end:
            end.sendto(b"", server.getsockname())
        thread.join(5)


def _answer(server: socket.socket, texts: Mapping[str, list[str]]) -> None:
    while True:
        data, asker = server.recvfrom(4096)
        if not data:
            return
        question = dns.message.from_wire(data)
        answer = dns.message.make_response(question)
        name = question.question[0].name
        found = texts.get(name.to_text(omit_final_dot=True))
        if found is None:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        else:
            strings = [" ".join(f'"{text[at : at + 250]}"' for at in range(0, len(text), 250)) for text in found]
            answer.answer.append(dns.rrset.from_text(name, 60, "IN", "TXT", *strings))
        server.sendto(answer.to_wire(), asker)


def dns_of(ran: Ran) -> dict[str, str]:
    return {check["says"].partition(" says")[0]: check["state"] for check in ran.json()["checks"] if check["name"] == "dns"}


def test_a_key_is_made_shown_and_signs_the_mail(digest: Digest, tmp_path: Path) -> None:
    made = digest("dkim", "new", "News.Example.org", "--selector", "s1")
    second = digest("dkim", "new", "news.example.org", "--ed25519")
    assert (made.code, second.code) == (0, 0)
    assert 's1._domainkey.news.example.org. TXT "v=DKIM1; k=rsa; p=' in made.out
    listed = digest("dkim", "list", "--json").json()
    assert {one["algorithm"] for one in listed} == {"rsa-sha256", "ed25519-sha256"}
    again = digest("dkim", "new", "news.example.org", "--selector", "s1")
    assert (again.code, again.out) == (1, "")
    assert "choose another selector" in again.err
    assert digest(*ADD).code == 0
    column = tmp_path / "column.txt"
    column.write_text("The ferry\n\nTwo towns have shared a boat for forty years. Now it needs an engine, and a crew.\n")
    drafted = digest("edition", "draft", "weekly", "--from", str(column), "--kind", "text", "--url", "https://news.example.org/1")
    assert drafted.code == 0, drafted.err
    assert digest("render", "1", "--to", str(tmp_path / "out")).code == 0
    assert (tmp_path / "out" / "edition.eml").read_bytes().count(b"DKIM-Signature: ") == 2


@pytest.mark.parametrize("domain", ["example", "a b.example", "http://x.example", "josé.example"])
def test_what_is_no_domain_is_refused(digest: Digest, domain: str) -> None:
    ran = digest("dkim", "new", domain)
    assert ran.code == 1
    assert "is no domain" in ran.err


def test_the_doctor_tells_what_to_publish_and_what_is_wrong_there(digest: Digest) -> None:
    assert digest(*ADD).code == 0
    bare = digest("doctor", "--json")
    (signing,) = [check for check in bare.json()["checks"] if check["name"] == "signing"]
    assert (signing["state"], signing["remedy"]) == (
        "warn",
        "let your relay sign, or make a key with `digest dkim new news.example.org`",
    )
    assert digest("dkim", "new", "news.example.org", "--selector", "s1").code == 0
    (record,) = [one["record"] for one in digest("dkim", "list", "--json").json()]
    told = digest("doctor", "--json")
    assert any(record in check["says"] for check in told.json()["checks"] if check["name"] == "signing")
    well = {
        "news.example.org": ["some-verification=1", "v=spf1 include:relay.example -all"],
        "s1._domainkey.news.example.org": [record],
        "_dmarc.news.example.org": ["v=DMARC1; p=quarantine"],
    }
    names = list(well)
    with name_server(well) as server:
        assert dns_of(digest("doctor", "--network", "--resolver", server, "--json")) == dict.fromkeys(names, "ok")
    with name_server({}) as server:
        ran = digest("doctor", "--network", "--resolver", server, "--json")
    assert dns_of(ran) == dict.fromkeys(names, "wrong")
    remedies = " ".join(check["remedy"] for check in ran.json()["checks"] if check["name"] == "dns")
    assert record in remedies
    assert "no SPF record" in remedies
    assert "v=DMARC1; p=none" in remedies
    ill = {
        "news.example.org": ["v=spf1 a -all", "v=spf1 mx -all"],
        "s1._domainkey.news.example.org": ["v=DKIM1; k=rsa; p=AAAA"],
        "_dmarc.news.example.org": ["v=DMARC1; p=perhaps"],
    }
    with name_server(ill) as server:
        ran = digest("doctor", "--network", "--resolver", server, "--json")
    assert dns_of(ran) == dict.fromkeys(names, "wrong")
    assert "2 SPF records" in str(ran.json())
    assert "another key is published there" in str(ran.json())
    with name_server({**well, "news.example.org": ["v=spf1 +all"]}) as server:
        assert dns_of(digest("doctor", "--network", "--resolver", server, "--json"))["news.example.org"] == "wrong"


def test_a_resolver_that_does_not_answer_is_said(digest: Digest, free_port: int) -> None:
    assert digest(*ADD).code == 0
    ran = digest("doctor", "--network", "--resolver", f"127.0.0.1:{free_port}", "--json")
    (dns,) = [check for check in ran.json()["checks"] if check["name"] == "dns"]
    assert (dns["state"], "does not answer" in dns["says"]) == ("wrong", True)
