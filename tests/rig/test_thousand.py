"""A thousand mails, as made and as they come out of a real Postfix: strictly parsed, and their signatures verified by two others."""

import re
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage

import dkim
import pytest

from tests.rig.filters import Rspamd
from tests.rig.mails import Mail, key_records, spread, thousand

SIGNATURES = ("harbour.example:s=rsa1", "harbour.example:s=ed1")
_LIST = re.compile(rb"^(List-[A-Za-z-]+|Feedback-ID|Precedence): (.*(?:\r\n[ \t].*)*)\r\n", re.MULTILINE)


def verified(raw: bytes) -> list[bool]:
    """What dkimpy says of both signatures."""
    dns = {f"{name}.".encode(): text.encode() for name, text in key_records().items()}
    seen = dkim.DKIM(raw)

    def verifies(place: int) -> bool:
        try:
            return bool(seen.verify(idx=place, dnsfunc=lambda name, timeout=5: dns[name] if timeout else b""))
        except dkim.ValidationError:
            return False

    return [verifies(place) for place in range(2)]


def test_a_thousand_mails_parse_without_a_defect_and_are_fit_for_any_wire() -> None:
    for mail in thousand():
        assert mail.raw.isascii()
        assert b"\0" not in mail.raw
        assert not re.search(rb"(?<!\r)\n|\r(?!\n)", mail.raw), "a bare CR or LF"
        head, _, body = mail.raw.partition(b"\r\n\r\n")
        assert max(map(len, head.split(b"\r\n"))) <= 998
        assert max(map(len, body.split(b"\r\n"))) <= 76
        parsed = message_from_bytes(mail.raw, policy=policy.default)
        assert isinstance(parsed, EmailMessage)
        parts = list(parsed.walk())
        assert [part.get_content_type() for part in parts] == ["multipart/alternative", "text/plain", "text/html"]
        assert not [defect for part in parts for defect in part.defects]
        assert not [defect for value in parsed.values() for defect in value.defects]
        # Decoded whole: neither part holds what its charset has not.
        assert all("\ufffd" not in part.get_content() for part in parts[1:])


def test_no_list_header_of_a_thousand_mails_is_encoded_or_folded_within_an_address() -> None:
    wanted = {b"List-ID", b"List-Unsubscribe", b"List-Unsubscribe-Post", b"List-Archive", b"List-Help", b"Feedback-ID", b"Precedence"}
    for mail in thousand():
        found = dict(_LIST.findall(mail.raw.partition(b"\r\n\r\n")[0] + b"\r\n"))
        assert wanted <= found.keys()
        for name, value in found.items():
            assert b"=?" not in value, f"{name!r}: {value!r}"
        assert re.fullmatch(rb"<https://news\.harbour\.example/u/[!-~]+>(, <mailto:[!-~]+>)?", found[b"List-Unsubscribe"])
        assert found[b"List-Unsubscribe-Post"] == b"List-Unsubscribe=One-Click"


def test_postfix_changes_no_byte_of_a_thousand_mails(arrived: dict[str, Mail]) -> None:
    for mail in thousand():
        raw = arrived[mail.sender].raw
        assert raw.endswith(mail.raw)
        assert re.fullmatch(rb"Received: from .*\r\n(?:[ \t].*\r\n)+", raw.removesuffix(mail.raw))


def test_dkimpy_and_rspamd_verify_both_signatures_of_a_thousand_mails_after_postfix(arrived: dict[str, Mail], rspamd: Rspamd) -> None:
    for mail in thousand():
        came = arrived[mail.sender]
        assert verified(came.raw) == [True, True]
        verdict = rspamd.scan(came, only=("DKIM_CHECK", "R_DKIM_ALLOW"))
        assert sorted(verdict.details["R_DKIM_ALLOW"]) == sorted(SIGNATURES), str(verdict)


def test_dkimpy_and_rspamd_verify_them_before_postfix_as_well(rspamd: Rspamd) -> None:
    for mail in spread(100):
        assert verified(mail.raw) == [True, True]
        verdict = rspamd.scan(mail)
        assert {"R_DKIM_ALLOW", "R_SPF_ALLOW", "DMARC_POLICY_ALLOW"} <= verdict.rules.keys(), str(verdict)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"\r\nSubject: ", b"\r\nSubject: Not "),
        (b"\r\nList-Unsubscribe: <https", b"\r\nList-Unsubscribe: <http"),
        (b"quoted-printable\r\n\r\n", b"quoted-printable\r\n\r\nx"),
    ],
)
def test_both_refuse_what_was_changed_on_the_way(rspamd: Rspamd, before: bytes, after: bytes) -> None:
    for mail in spread(10):
        changed = mail.raw.replace(before, after, 1)
        assert changed != mail.raw
        assert verified(changed) == [False, False]
        verdict = rspamd.scan(replace(mail, raw=changed))
        assert "R_DKIM_REJECT" in verdict.rules, str(verdict)
        assert "R_DKIM_ALLOW" not in verdict.rules
