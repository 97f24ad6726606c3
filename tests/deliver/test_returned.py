"""Returned mail in every dialect that we know, each mail of our own writing."""

import base64

import pytest

from digest.deliver.returned import of_reader, read_return
from digest.model.returned import BounceClass, Returned, ReturnedRecipient, ReturnKind
from tests.deliver.returned_mails import COPY, MESSAGE_ID, READER, REPLIES, Case, feedback, plain, refused, report
from tests.deliver.returned_notices import NOTICES
from tests.deliver.returned_replied import REPLIED
from tests.deliver.returned_reports import COMPLAINTS, REPORTS

CASES = [*NOTICES, *REPORTS, *COMPLAINTS, *REPLIED]


def nobody(_token: str) -> bool:
    return False


def read(mail: str) -> Returned:
    return read_return(mail.encode(), nobody)


def said(returned: Returned) -> tuple[tuple[str | None, str], ...]:
    return tuple((one.address, one.bounce_class.value) for one in returned.recipients)


@pytest.mark.parametrize(("diagnostic", "status", "expected"), REPLIES, ids=[f"{one[2]}: {one[0][:50]}" for one in REPLIES])
def test_a_reply_is_put_in_its_class(diagnostic: str, status: str, expected: str) -> None:
    returned = read(refused(diagnostic, status))
    assert (returned.kind, said(returned)) == (ReturnKind.BOUNCE, ((READER, expected),))
    assert returned.message_id == MESSAGE_ID


@pytest.mark.parametrize("case", CASES, ids=[one.name for one in CASES])
def test_a_mail_is_read_as_what_it_is(case: Case) -> None:
    returned = read(case.mail)
    assert (returned.kind.value, said(returned)) == (case.kind, case.recipients)


@pytest.mark.parametrize("case", CASES, ids=[one.name for one in CASES])
def test_line_ends_and_a_mailbox_line_change_nothing(case: Case) -> None:
    raw = case.mail.encode()
    plainly = read_return(raw, nobody)
    variants = [
        raw.replace(b"\n", b"\r\n"),
        raw.replace(b"\n", b"\r"),
        b"From MAILER-DAEMON Fri Nov 20 07:00:00 2026\n" + raw,
        b"\n \n" + raw,
    ]
    for variant in variants:
        assert read_return(variant, nobody) == plainly


def test_status_code_and_words_are_given_as_they_came() -> None:
    returned = read(refused("550 5.1.1 <ada@reader.example>:\n Recipient address rejected: User unknown", "5.0.0"))
    assert returned.recipients == (
        ReturnedRecipient(
            address=READER,
            bounce_class=BounceClass.HARD,
            status="5.1.1",
            code=550,
            diagnostic="550 5.1.1 <ada@reader.example>: Recipient address rejected: User unknown",
        ),
    )


def test_base64_and_quoted_printable_notices_are_read() -> None:
    head = 'MIME-Version: 1.0\nContent-Type: text/plain; charset="koi8-r"\nContent-Transfer-Encoding: base64\n'
    body = "ада: ada@reader.example\nпользователь не найден\n".encode("koi8-r")
    encoded = base64.b64encode(body).decode()
    assert said(read(plain(encoded + "\n", more=head))) == ((READER, "hard"),)
    soft_break = plain(
        "ada@reader.exam=\nple: Das Postfach ist =C3=BCberf=C3=BCllt\n", more="Content-Transfer-Encoding: quoted-printable\n"
    )
    assert said(read(soft_break)) == ((READER, "full"),)


def test_an_encoded_copy_is_read_too() -> None:
    encoded = base64.encodebytes(COPY.encode()).decode()
    mail = refused("550 5.1.1 user unknown").replace(
        f"message/rfc822\n\n{COPY}", f"message/rfc822\nContent-Transfer-Encoding: base64\n\n{encoded}"
    )
    assert encoded in mail
    assert read(mail).message_id == MESSAGE_ID


@pytest.mark.parametrize("raw", [b"", b"\n\n", b"\x00" * 4096, bytes(range(256)) * 64, b"From \n", b"\xef\xbb\xbf", b"--\n--\n"])
def test_what_is_no_mail_is_none(raw: bytes) -> None:
    assert read_return(raw, nobody).kind is ReturnKind.NONE


TOKEN = "12-345-0123456789abcdef0123"
# As it stands in the mails that were sent before tokens had that form.
FIRST_FORM = "12-345-abcdefghij234567"


def ours(token: str) -> bool:
    return token in {TOKEN, FIRST_FORM}


@pytest.mark.parametrize(
    "mail",
    [
        refused("550 5.1.1 user unknown").replace("To: news@paper.example", f"To: bounce+{TOKEN}@paper.example", 1),
        refused("550 5.1.1 user unknown").replace("To: news@paper.example", f"To: BOUNCE+{TOKEN.upper()}@PAPER.EXAMPLE", 1),
        f"Delivered-To: bounce+{TOKEN}@paper.example\n" + refused("550 5.1.1 user unknown"),
        refused("550 5.1.1 user unknown").replace(MESSAGE_ID, f"<{TOKEN}@paper.example>"),
        plain("user unknown\n", more=f"In-Reply-To: <{TOKEN}@paper.example>\n"),
        plain(f"user unknown\n\nyour message <{TOKEN}@paper.example> is lost\n"),
        f"To: SRS0=HHH=TT=paper.example=bounce+{TOKEN}@relay.example\n" + refused("550 5.1.1 user unknown"),
        feedback("abuse").replace(MESSAGE_ID, f"<{TOKEN}@paper.example>"),
    ],
)
@pytest.mark.parametrize("token", [TOKEN, FIRST_FORM])
def test_our_token_is_found_in_the_return_path_the_message_id_and_the_body(mail: str, token: str) -> None:
    mail = mail.replace(TOKEN, token).replace(TOKEN.upper(), token.upper())
    assert read_return(mail.encode(), ours).delivery == token
    assert read(mail).delivery is None


def test_the_return_path_stands_over_the_message_id_and_a_forged_token_over_nothing() -> None:
    other, forged = "99-999-aaaaaaaaaaaaaaaaaaaa", "12-346-0123456789abcdef0123"
    mail = refused("550 user unknown").replace(MESSAGE_ID, f"<{other}@paper.example>").replace("To: news@", f"To: bounce+{TOKEN}@", 1)
    assert read_return(mail.encode(), lambda token: token in {TOKEN, other}).delivery == TOKEN
    assert read_return(mail.replace(TOKEN, forged).encode(), lambda token: token in {TOKEN, other}).delivery == other
    assert read_return(mail.replace(TOKEN, forged).encode(), ours).delivery is None


def test_a_thousand_forged_tokens_are_not_all_tried() -> None:
    tried: list[str] = []
    many = " ".join(f"{number}-1-0123456789abcdef0123" for number in range(5_000))
    assert read_return(plain(many).encode(), tried.append).delivery is None
    assert len(tried) <= 500


def test_the_reader_of_the_token_is_who_it_is_about() -> None:
    alias = read(report("Final-Recipient: rfc822; somebody@elsewhere.example\nAction: failed\nStatus: 5.1.1", copy=""))
    assert said(of_reader(alias, READER)) == ((READER, "hard"),)
    two = read(
        report(
            "Final-Recipient: rfc822; bob@reader.example\nAction: failed\nStatus: 5.1.1\n\n"
            f"Final-Recipient: rfc822; {READER}\nAction: failed\nStatus: 5.2.2"
        )
    )
    assert said(of_reader(two, READER.upper())) == ((READER.upper(), "full"),)
    assert said(of_reader(read("From: MAILER-DAEMON@x.example\nSubject: failure notice\n\nSorry, no.\n"), READER)) == ((READER, "soft"),)
    assert of_reader(Returned(kind=ReturnKind.AUTO_REPLY), READER).recipients == ()


def test_an_address_that_a_complaint_names_twice_is_given_once() -> None:
    copy = "X-HmXmrOriginalRecipient: Dora@Reader.example\nFrom: desk@news.example\nTo: dora@reader.example\nSubject: The week\n\nText.\n"
    mail = (
        "X-HmXmrOriginalRecipient: dora@reader.example\nFrom: staff@provider.example\nSubject: complaint about message from 192.0.2.4\n"
        f'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b"\n\n--b\nContent-Type: message/rfc822\n\n{copy}\n--b--\n'
    )
    returned = read(mail)
    assert (returned.kind, [one.address for one in returned.recipients]) == (ReturnKind.COMPLAINT, ["Dora@Reader.example"])


def test_where_only_the_subject_names_an_address_that_is_whom_it_is_about() -> None:
    returned = read(
        "From: Electronic Postmaster <postmaster@office.example>\nTo: bounce@news.example\nSubject: Delivery failure (zed@office.example)\n"
        "\nThis message was undeliverable because:\nRCPT TO generated following response:\n550 no such user here\n"
    )
    assert (returned.kind, said(returned)) == (ReturnKind.BOUNCE, (("zed@office.example", "hard"),))


@pytest.mark.parametrize(
    "words", ["550 5.7.1 The user o has left the company", "550 Mr Holt has now left our organisation, write to his office"]
)
def test_somebody_who_left_is_gone_whatever_status_says(words: str) -> None:
    assert said(read(refused(words, "5.7.1"))) == ((READER, "hard"),)
