"""DKIM: what we sign, dkimpy verifies, with every key and whatever a reader is called; what is changed on the way, it does not."""

import random
import re
from collections.abc import Callable
from pathlib import Path

import dkim
import pytest

from digest.deliver.dkim import Key, Signer, Signers, keep_key, make_key, read_keys
from digest.deliver.message import Splicer, signed, splice
from digest.errors import SettingsError
from digest.model.mailing import Piece, Rendered
from digest.model.quoting import mailbox, quoted

DOMAIN = "news.example.org"
NAMES = ["", "Ada  Lind", "José Ñandú", 'O\'Neil, "Jo"', "東京 太郎", "a" * 200, "tab\there ", "..", "From here", "=?utf-8?q?x?="]


@pytest.fixture(scope="module")
def keys() -> tuple[Key, ...]:
    return make_key(DOMAIN, "rsa1"), make_key(DOMAIN, "ed1", ed25519_key=True)


def mail(chance: random.Random) -> Rendered:
    """A mail of the house's shape with wild white space: headers folded, lines that end in spaces, dots, empty lines."""

    def text(lines: int) -> str:
        words = ["the", "ferry", " ", "  ", "\t", "=", ".", "é", "\n", "\n\n", "From "]
        return quoted("".join(chance.choice(words) for _ in range(lines * 12)))

    fold = chance.choice([" ", "\r\n ", "\r\n\t"])
    pieces = (
        Piece(literal=f"From: The Review <desk@{DOMAIN}>\r\nTo: "),
        Piece(slot="to", encoding="header"),
        Piece(literal=f"\r\nSubject: A  subject{fold}that is folded\r\nMessage-ID: "),
        Piece(slot="message_id", encoding="header"),
        Piece(literal="\r\nList-Unsubscribe: <"),
        Piece(slot="unsubscribe_url", encoding="header"),
        Piece(literal=f">\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\nX-Unsigned: yes\r\n\r\n{text(8)}=\r\n"),
        Piece(slot="name", encoding="text"),
        Piece(literal=f"=\r\n{text(8)}=\r\n"),
        Piece(slot="unsubscribe_url", encoding="html"),
        Piece(literal=f"=\r\n{text(4)}\r\n--end--\r\n"),
    )
    return Rendered(sha256="", subject="", preheader="", mjml="", html="", text="", marker="", pieces=pieces)


def values(chance: random.Random, number: int) -> dict[str, str]:
    name = chance.choice(NAMES)
    return {
        "to": mailbox(name, f"reader{number}@example.net", "To"),
        "name": name,
        "message_id": f"<{number}-abc@{DOMAIN}>",
        "unsubscribe_url": f"https://{DOMAIN}/u/{number}-" + "x" * chance.randrange(90),
    }


def verifies(message: bytes, keys: tuple[Key, ...]) -> list[bool]:
    """What dkimpy says of each signature, from the top, with the DNS of these keys."""
    dns = {f"{key.record_name}.".encode(): key.record.encode() for key in keys}

    def lookup(name: bytes, timeout: int = 5) -> bytes:
        assert timeout
        return dns[name]

    seen = dkim.DKIM(message)
    count = len(re.findall(rb"^DKIM-Signature:", message.partition(b"\r\n\r\n")[0], re.MULTILINE))

    def verified(place: int) -> bool:
        try:
            return bool(seen.verify(idx=place, dnsfunc=lookup))
        except dkim.ValidationError:
            return False

    return [verified(place) for place in range(count)]


def test_a_thousand_messages_verify_with_both_keys(keys: tuple[Key, ...]) -> None:
    chance = random.Random(1)
    signer = Signers(keys).of(DOMAIN)
    for number in range(100):
        splicer = Splicer(mail(chance), signer)
        for reader in range(10):
            message = splicer.splice(values(chance, number * 10 + reader))
            assert verifies(message, keys) == [True, True]


def test_the_rsa_signature_stands_first_and_no_line_is_long(keys: tuple[Key, ...]) -> None:
    message = splice(mail(random.Random(2)), values(random.Random(2), 1), Signers(keys).of(DOMAIN))
    signatures = message.partition(b"From: ")[0].decode()
    assert [match[1] for match in re.finditer(r"a=([a-z0-9-]+);", signatures)] == ["rsa-sha256", "ed25519-sha256"]
    assert max(len(line) for line in signatures.split("\r\n")) <= 78
    listed = re.sub(r"\s", "", re.findall(r"h=([^;]+);", signatures)[0]).split(":")
    assert {"list-unsubscribe", "list-unsubscribe-post", "message-id"} <= set(listed)
    assert listed.count("from") == 2, "another From could be added"
    assert "x-unsigned" not in listed


@pytest.mark.parametrize(
    "change",
    [
        lambda message: message.replace(b"A  subject", b"B  subject"),
        lambda message: message.replace(b"--end--", b"--End--"),
        lambda message: message.replace(b"\r\nSubject:", b"\r\nSubject: another\r\nSubject:"),
        lambda message: message.replace(b"List-Unsubscribe: <https", b"List-Unsubscribe: <http"),
    ],
)
def test_what_was_changed_on_the_way_does_not_verify(keys: tuple[Key, ...], change: Callable[[bytes], bytes]) -> None:
    message = splice(mail(random.Random(3)), values(random.Random(3), 1), Signers(keys).of(DOMAIN))
    assert change(message) != message
    assert verifies(change(message), keys) == [False, False]


def test_white_space_that_a_relay_changes_does_not_break_it(keys: tuple[Key, ...]) -> None:
    message = splice(mail(random.Random(4)), values(random.Random(4), 1), Signers(keys).of(DOMAIN))
    assert verifies(message.replace(b"A  subject", b"A subject") + b"\r\n\r\n", keys) == [True, True]


@pytest.mark.parametrize("body", [b"", b"\r\n", b"hello\r\n", b"hello", b" \r\n\r\n", b"a  b \r\n\r\n\r\n"])
def test_a_single_message_of_any_body_verifies(keys: tuple[Key, ...], body: bytes) -> None:
    message = b"From: desk@news.example.org\r\nTo: a@example.net\r\nSubject: x\r\n\r\n" + body
    assert verifies(signed(message, Signer(keys)), keys) == [True, True]


def test_a_domain_without_keys_is_not_signed(keys: tuple[Key, ...]) -> None:
    other = Signers(keys).of("other.example.org")
    rendered, given = mail(random.Random(5)), values(random.Random(5), 1)
    assert splice(rendered, given, other) == splice(rendered, given)
    assert signed(b"From: a\r\n\r\nx\r\n", other) == b"From: a\r\n\r\nx\r\n"


def test_keys_are_kept_for_their_owner_only_and_read_back(tmp_path: Path, keys: tuple[Key, ...]) -> None:
    paths = [keep_key(tmp_path / "dkim", key) for key in keys]
    assert [path.stat().st_mode & 0o777 for path in paths] == [0o600, 0o600]
    read = {key.record_name: key.record for key in read_keys(tmp_path / "dkim")}
    assert read == {key.record_name: key.record for key in keys}
    with pytest.raises(SettingsError, match="choose another selector"):
        keep_key(tmp_path / "dkim", keys[0])
    assert read_keys(tmp_path / "nowhere") == ()


@pytest.mark.parametrize("content", [b"", b"hello", b"-----BEGIN PRIVATE KEY-----\nxx\n-----END PRIVATE KEY-----\n"])
def test_a_file_that_is_no_key_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "s1._domainkey.news.example.org.pem"
    path.write_bytes(content)
    with pytest.raises(SettingsError, match=r"s1\._domainkey\.news\.example\.org\.pem holds no private key"):
        read_keys(tmp_path)
