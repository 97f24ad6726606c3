"""Notices of unusual shape: of few words, with the report in a place of its own, of nobody."""

from tests.deliver.returned_mails import ADA, COPY, HARD, Case, plain, refused

SHAPES = [
    Case(
        name="one sentence",
        mail=plain("You sent mail to ada@reader.example. That's not a valid user here.\n", sender="<>", subject=""),
        recipients=(ADA,),
    ),
    Case(
        name="no word of whom, but a copy",
        mail=plain("""
            The following mail could not be delivered.
            Reason:  no such user.

            --- Original message ---

            """)
        + COPY,
        recipients=(ADA,),
    ),
    Case(name="no word of whom at all", mail=plain("Your message could not be delivered: user unknown.\n"), recipients=((None, HARD),)),
    Case(
        name="a foreign return path that holds the address",
        mail=(
            "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example\nTo: <list+ada=reader.example@paper.example>\n"
            "Subject: failure notice\n\nYour message could not be delivered: user unknown.\n"
        ),
        recipients=(ADA,),
    ),
    Case(
        name="the reason in brackets behind the address",
        mail=plain(
            """
            The original message was received at Fri, 20 Nov 2026 07:00:04 +0900 (JST)
            from paper.example

            ---The following addresses had delivery errors---
            ada@reader.example [User unknown]

            """,
            sender='"Mail Deliver System" <MAILER-DAEMON@mx.example>',
            subject="Returned Mail: User unknown",
        )
        + COPY,
        recipients=(ADA,),
    ),
    Case(
        name="a report inside a report",
        mail=(
            "From: =?iso-2022-jp?B?TWFpbCBEZWxpdmVyeSBTdWJzeXN0ZW0=?= <MAILER-DAEMON@mx.example>\nTo: NotificationRecipients: ;\n"
            "Subject: =?iso-2022-jp?B?UmV0dXJuZWQgbWFpbDogVXNlciB1bmtub3du?=\nMIME-Version: 1.0\n"
            "Content-Type: multipart/mixed; boundary=o\n\n"
            "--o\nContent-Type: message/rfc822\n\n" + refused("550 5.1.1 <ada@reader.example>... User Unknown", "5.1.1") + "\n--o--\n"
        ),
        recipients=(ADA,),
    ),
    Case(
        name="errors by number",
        mail=plain(
            """
            We had trouble delivering your message. Full details follow:

            Subject: 'The week in short'

            1 error(s):

            SMTP Server <mx.reader.example> rejected recipient <ada@reader.example>
              (Error following RCPT command). It responded as follows: [550 5.1.1 User unknown]

            The attachment contains the original mail headers.
            """,
            sender="postmaster@mx.example",
            subject="There was an error sending your mail",
        ),
        recipients=(ADA,),
    ),
]
