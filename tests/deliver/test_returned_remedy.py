"""Each refusal that is about us says what mends it."""

import pytest

from digest.deliver.returned.remedy import remedy


@pytest.mark.parametrize(
    ("diagnostic", "kind", "says"),
    [
        ("550 5.7.26 unauthenticated: SPF did not pass", "authentication", "digest doctor --network"),
        ("550 5.7.1 DMARC policy of reject; see the block list", "authentication", "SPF, DKIM and DMARC"),
        ("550-5.7.25 the sending address has no PTR record", "reverse name", "PTR"),
        ("554 5.7.1 Client host blocked using zen.spamhaus.org", "block list", "Ask the list"),
        ("421 4.7.28 unusual rate of mail from your address", "rate", "Slow down"),
        ("554 message rejected as spam", "content", "which link or picture"),
        ("550 poor reputation of the sender", "reputation", "Send less"),
        ("554 5.7.1 not permitted here", "policy", "postmaster"),
        ("", "other", "words"),
    ],
)
def test_a_refusal_is_of_a_kind_and_has_its_remedy(diagnostic: str, kind: str, says: str) -> None:
    named, sentence = remedy(diagnostic)
    assert named == kind
    assert says in sentence
