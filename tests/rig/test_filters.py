"""What two spam filters say of the mail that most readers get, and of the letter that asks them to confirm: nothing against it."""

from pathlib import Path

import pytest

from tests.rig.filters import Rspamd, spamassassin
from tests.rig.mails import Mail, ordinary

PASSES = {"R_SPF_ALLOW", "R_DKIM_ALLOW", "DMARC_POLICY_ALLOW"}


@pytest.mark.parametrize("mail", ordinary(), ids=lambda mail: mail.of)
def test_rspamd_lets_it_pass_with_spf_dkim_and_dmarc(rspamd: Rspamd, mail: Mail) -> None:
    verdict = rspamd.scan(mail)
    assert verdict.rules.keys() >= PASSES, str(verdict)
    assert verdict.score <= -1.0, str(verdict)


def test_rspamd_sees_that_another_sent_it(rspamd: Rspamd) -> None:
    verdict = rspamd.scan(ordinary()[0], ip="198.51.100.7")
    assert "R_SPF_FAIL" in verdict.rules
    assert verdict.score > rspamd.scan(ordinary()[0]).score


def test_spamassassin_finds_nothing_against_it_after_postfix(arrived: dict[str, Mail], folder: Path) -> None:
    came = [arrived[mail.sender] for mail in ordinary()]
    for mail, verdict in zip(came, spamassassin(folder, [mail.raw for mail in came]), strict=True):
        assert verdict.score <= -0.9, f"{mail.of}: {verdict}"
        assert sum(score for score in verdict.rules.values() if score > 0) <= 0.1, f"{mail.of}: {verdict}"


def test_spamassassin_knows_spam_when_it_sees_it(folder: Path) -> None:
    gtube = b"XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X"
    (verdict,) = spamassassin(folder, [b"From: a@a.example\r\nTo: b@b.example\r\nSubject: x\r\n\r\n" + gtube + b"\r\n"])
    assert verdict.score > 900
