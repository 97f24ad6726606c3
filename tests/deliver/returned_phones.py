"""Notices of phone companies and of Japanese providers."""

from tests.deliver.returned_mails import ADA, COPY, FULL, HARD, OURS, READER, SOFT, US, Case, plain

PHONES = [
    Case(
        name="a Japanese phone company's",
        mail=plain(
            """
            The user(s) account is temporarily over quota.

            <ada@reader.example>

            """,
            sender="Postmaster@phone.example",
            subject="Mail System Error - Returned Mail",
        ),
        recipients=((READER, FULL),),
    ),
    Case(
        name="a Japanese phone company's, unknown",
        mail=plain(
            """
            Each of the following recipients was rejected by a remote mail server.
            The reasons given by the server are included to help you determine why
            each recipient was rejected.

                Recipient: <ada@reader.example>
                Reason:    <ada@reader.example>... User Unknown

            """,
            sender="Postmaster@phone.example",
            subject="Mail System Error - Returned Mail",
        ),
        recipients=(ADA,),
    ),
    Case(
        name="a phone company's picture mail",
        mail=plain(
            """
            Message could not be delivered to mobile.
            Error: No valid recipients for this MM

            Original Message:

            From: The Paper <news@paper.example>
            To: 5550100@pictures.example
            Subject: The week in short
            Date:  Fri, 20 Nov 2026 07:00:00 +0000
            """,
            sender="Post_Master@pictures.example",
            subject="Undeliverable Message",
        ),
        recipients=(("5550100@pictures.example", HARD),),
    ),
    Case(
        name="Biglobe",
        mail=plain(
            """
               ----- The following addresses had delivery problems -----
            ada@reader.example

               ----- Non-delivered information -----
            The number of messages in recipient's mailbox exceeded the local limit.
            """,
            sender="postmaster@reader.example",
            subject="Returned mail:",
        ),
        recipients=((READER, FULL),),
    ),
    Case(
        name="KDDI",
        mail=plain(
            """
            Your mail sent on: Fri, 20 Nov 2026 07:00:00 +0900
                Could not be delivered to: <ada@reader.example>
                As their mailbox is full.
            """,
            sender="no-reply@phone.example",
            subject="Delivery failure",
        ),
        recipients=((READER, FULL),),
    ),
    Case(
        name="KDDI, the domain gone",
        mail=plain(
            """
            Your mail attempted to be delivered on: Fri, 20 Nov 2026 07:00:00 +0900
                Could not be delivered to: <ada@reader.example>
                As the remote domain doesnt exist.
            """,
            sender="no-reply@phone.example",
            subject="Delivery failure",
        ),
        recipients=(ADA,),
    ),
    Case(
        name="EZweb, the phone cut off",
        mail=plain(
            """
            The user(s) account is disabled.

            <ada@reader.example>: 550 user unknown (in reply to RCPT TO command)

            """,
            sender="<Postmaster@phone.example>",
            subject="Mail System Error - Returned Mail",
        ),
        recipients=(ADA,),
    ),
    Case(
        name="EZweb, nobody answers",
        mail=plain(
            """
            Your message was not delivered within 0 days and 1 hours.
            Remote host is not responding.

            The following recipients did not receive this message:
                <ada@reader.example>

            """,
            sender="<Postmaster@phone.example>",
            subject="Mail System Error - Returned Mail",
        ),
        recipients=((READER, SOFT),),
    ),
    Case(
        name="Verizon: an answer by its subject, a conversation by its words",
        mail=(
            "From: post_master@phone.example\nTo: news@paper.example\nSubject: Re:The week in short\n"
            "In-Reply-To: <edition-7@paper.example>\nMIME-Version: 1.0\n"
            'Content-Type: multipart/mixed;\nboundary="b"\nDate: 12 Jun 2026 02:21:53 -0000\n\n'
            "--b\nContent-Type: text/plain\n\nError: Invalid user address\n\n"
            "550 - Requested action not taken: no such user here\n\nMessage details:\n  Subject: The week in short\n"
            "  MAIL FROM: news@paper.example\n  RCPT TO: 15550001@phone.example\n\n--b--\n"
        ),
        recipients=(("15550001@phone.example", HARD),),
    ),
    Case(
        name="KDDI: from nobody in particular, with our mail enclosed",
        mail=(
            "From: x@phone.example\nTo: news@paper.example\nSubject: Mail\nMIME-Version: 1.0\n"
            'Content-Type: multipart/mixed; boundary="b"\n\n--b\nContent-Type: text/plain\n\n'
            "Your mail sent on: Fri, 20 Nov 2026 07:00:00 +0000\n     Could not be delivered to: <ada@reader.example>\n"
            f"     As their mailbox is full.\n\n--b\nContent-Type: message/rfc822\n\n{COPY}\n--b--\n"
        ),
        recipients=((READER, FULL),),
    ),
    Case(
        name="EZweb: it may be the address, but the other system says that it is us",
        mail=plain(
            f"""
            送信先メールアドレスが見つからないか、
            送信先メールサーバの事由により送信できませんでした。

            Each of the following recipients was rejected by a remote
            mail server.

                Recipient: <{READER}>
                >>> MAIL FROM:<{US}>
                <<< 550 SC-004 messages from 192.0.2.22 weren't sent: too many unwanted messages have been sent.
            """,
            sender="Postmaster@phone.example",
            subject="Mail System Error - Returned Mail",
            more="Content-Type: text/plain; charset=utf-8\n",
        ),
        recipients=((READER, OURS),),
    ),
]
