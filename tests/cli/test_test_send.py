"""`digest edition test` from the shell: to the addresses named, marked."""

from pathlib import Path

from tests.command import Digest

TEXT = """The ledger of the pilots

By Ines Calloway

The pilots’ office in the old customs house has kept a ledger of passing hulls since the lighthouse was lit.

This week the ministry asked. The harbour master brought the ledger himself, and read from it for an hour.

What it shows is a strait that is busier than either side has said, and poorer than both had hoped.
"""


def test_a_test_goes_to_the_addresses_named(weekly: Digest, tmp_path: Path) -> None:
    (tmp_path / "text.txt").write_text(TEXT, "utf-8")
    draft = weekly("edition", "draft", "weekly", "--from", "text.txt", "--kind", "text", "--url", "https://review.example.org/1", "--json")
    edition = str(draft.json()["edition"])
    sent = weekly("edition", "test", edition, "--to", "nadia@desk.example", "tomas@desk.example")
    assert sent.code == 0, sent.err
    assert sent.out.count("kept, not sent, no relay is named; kept as ") == 2
    assert "accepted" not in sent.out
    assert str(tmp_path / "state" / "outbox") in sent.out.replace("\n", "")
    mails = [path.read_bytes() for path in (tmp_path / "state" / "outbox").rglob("*.eml")]
    assert len(mails) == 2
    assert all(b"Subject: [Test]" in mail for mail in mails)
    for words, said in ((("--to", "nobody"), "nobody"), (("--to", ",".join(f"r{n}@x.example" for n in range(11))), "at most 10")):
        refused = weekly("edition", "test", edition, *words)
        assert refused.code == 1
        assert said in refused.err
    assert weekly("edition", "test", "99", "--to", "nadia@desk.example").code == 1
