"""Notices of large providers: Gmail, Yahoo, America Online, 1&1, GMX, Zoho."""

import base64

from tests.deliver.returned_mails import ADA, COPY, OURS, READER, SOFT, Case, plain, report

PROVIDERS = [
    Case(
        name="Gmail before it wrote reports",
        mail=plain(
            f"""
            Delivery to the following recipient failed permanently:

                 {READER}

            Technical details of permanent failure:
            Google tried to deliver your message, but it was rejected by the server for the recipient domain.

            The error that the other server returned was:
            550 5.1.1 <{READER}>: Recipient address rejected: User unknown

            ----- Original message -----

            """,
            sender="Mail Delivery Subsystem <mailer-daemon@googlemail.com>",
            subject="Delivery Status Notification (Failure)",
            more=f"X-Failed-Recipients: {READER}\n",
        )
        + COPY,
        recipients=(ADA,),
    ),
    Case(
        name="Gmail, still trying",
        mail=plain(
            f"""
            THIS IS A WARNING MESSAGE ONLY.

            YOU DO NOT NEED TO RESEND YOUR MESSAGE.

            Delivery to the following recipient has been delayed:

                 {READER}

            Message will be retried for 2 more day(s)

               ----- Message header follows -----

            """,
            sender="Mail Delivery Subsystem <mailer-daemon@googlemail.com>",
            subject="Delivery Status Notification (Delay)",
        )
        + COPY,
        kind="delayed",
        recipients=((READER, SOFT),),
    ),
    Case(
        name="Yahoo",
        mail=plain(
            """
            Message from yahoo.example.
            Unable to deliver message to the following address(es).

            <ada@reader.example>:
            Sorry your message to ada@reader.example cannot be delivered. This account has been disabled or discontinued [#102].

            --- Original message follows.
            """,
            sender="MAILER-DAEMON@yahoo.example",
            subject="Delivery failure",
        ),
        recipients=(ADA,),
    ),
    Case(
        name="America Online, a screen name alone",
        mail=plain(
            """
            Your mail to the following recipients could not be delivered because they are not accepting mail from news@paper.example:
                adareads
            """,
            sender="Mail Delivery Subsystem <MAILER-DAEMON@aol.example>",
            subject="Mail Delivery Problem",
        ),
        recipients=(("adareads@aol.example", OURS),),
    ),
    Case(
        name="Kundenserver",
        mail=plain(
            f"""
            This message was created automatically by mail delivery software.

            A message that you sent could not be delivered to one or more of
            its recipients. The following addresses failed:

                <{READER}>

            SMTP error from remote server after RCPT command:
            host mx.reader.example[192.0.2.9]:
            550 user unknown

            --- The header of the original message is following. ---

            """,
            sender="Mail Delivery System <mailer-daemon@kundenserver.example>",
            subject="Mail delivery failed: returning message to sender",
        )
        + COPY,
        recipients=(ADA,),
    ),
    Case(
        name="Bigfoot: a transcript before the report",
        mail=report(
            "Final-Recipient: RFC822; ada@reader.example\nAction: failed\nStatus: 5.7.1",
            text="   ----- The following addresses had permanent fatal errors -----\n<ada@reader.example>\n\n"
            "   ----- Transcript of session follows -----\n>>> RCPT TO:<ada@provider.example>\n"
            "<<< 553 Invalid recipient ada@provider.example (Mode: normal)",
        ),
        recipients=(ADA,),
    ),
    Case(
        name="1&1",
        mail=plain(
            """
            This message was created automatically by mail delivery software.

            A message that you sent could not be delivered to one or more of
            its recipients. This is a permanent error.

            The following address failed:

            ada@reader.example

            For the following reason:

            SMTP error from remote server for TEXT command,
            host: mx.reader.example (192.0.2.9) reason: 550 5.2.0 Mail rejete. Mail rejected. ofr_506 [506]

            --- The header of the original message is following. ---
            """,
            subject="Mail delivery failed: returning message to sender",
        ),
        recipients=((READER, OURS),),
    ),
    Case(
        name="GMX",
        mail=plain(
            """
            A message that you sent could not be delivered to one or more of
            its recipients. This is a permanent error. The following address
            failed:

            "ada@reader.example":
            SMTP error from remote server after RCPT command:
            host: mx.reader.example
            5.1.1 <ada@reader.example>... User Unknown

            --- The header of the original message is following. ---
            """,
            sender='"GMX Mailer Daemon" <mailer-daemon@gmx.example>',
            subject="Mail delivery failed: returning message to sender",
        ),
        recipients=(ADA,),
    ),
    Case(
        name="GMX, given up",
        mail=plain(
            """
            The following address
            failed:

            <ada@reader.example>
            Reason:
            delivery retry timeout exceeded

            --- The header of the original message is following. ---
            """,
            sender='"GMX Mailer Daemon" <mailer-daemon@gmx.example>',
            subject="Mail delivery failed: returning message to sender",
        ),
        recipients=((READER, SOFT),),
    ),
    Case(
        name="Zoho",
        mail=plain(
            """
            This message was created automatically by mail delivery software.
             A message that you sent could not be delivered to one or more of its recip=
            ients. This is a permanent error.=20

            ada@reader.example Invalid Address, ERROR_CODE :550, ERROR_CODE :5.1.=
            1 <ada@reader.example>... User Unknown

            """,
            sender="mailer-daemon@zoho.example",
            subject="Undelivered Mail Returned to Sender",
            more="Content-Transfer-Encoding: quoted-printable\n",
        ),
        recipients=(ADA,),
    ),
    Case(
        name="Zoho, no answer",
        mail=plain(
            """
            This message was created automatically by mail delivery software.
             A message that you sent could not be delivered to one or more of its recipients.

             [Status: Error, Address: <ada@reader.example>, ResponseCode 421, , Host not reachable.]
            """,
            sender="mailer-daemon@zoho.example",
            subject="Delivery Status Notification (Failure)",
        ),
        recipients=((READER, SOFT),),
    ),
    Case(
        name="a group that nobody may write to",
        mail=plain(
            """
            Hello news@paper.example,

            We're writing to let you know that the group you tried to contact (readers) may not exist,
            or you may not have permission to post messages to the group.

             * You might have spelled or formatted the group name incorrectly.
             * This group may not be open to posting.

            ----- Original message -----

            """,
            sender="Mail Delivery Subsystem <mailer-daemon@googlemail.com>",
            subject="Delivery Status Notification (Failure)",
            more=f"X-Failed-Recipients: {READER}\n",
        )
        + COPY,
        recipients=((READER, OURS),),
    ),
    Case(
        name="a group, in Japanese: perhaps gone, perhaps not for us",
        mail=plain(
            "連絡しようとしたグループ（readers）が存在しないか、グループにメッセージを投稿する権限がない可能性があります。\n",
            sender="Mail Delivery Subsystem <mailer-daemon@googlemail.com>",
            more=f"X-Failed-Recipients: {READER}\nContent-Type: text/plain; charset=utf-8\n",
        ),
        recipients=((READER, OURS),),
    ),
    Case(
        name="a group, in German",
        mail=plain(
            "Die Gruppe (readers) existiert möglicherweise nicht oder Sie haben keine Berechtigung, Nachrichten zu posten.\n",
            sender="Mail Delivery Subsystem <mailer-daemon@googlemail.com>",
            more=f"X-Failed-Recipients: {READER}\nContent-Type: text/plain; charset=utf-8\n",
        ),
        recipients=((READER, OURS),),
    ),
    Case(
        name="Gmail, a header that is encoded",
        mail=plain(
            "Technical details of permanent failure:\n local-part of envelope contains utf8 but remote server did not offer SMTPUTF8\n",
            more=f"X-Failed-Recipients: =?UTF-8?B?{base64.b64encode('ада@reader.example'.encode()).decode()}?=\n",
        ),
        recipients=(("ада@reader.example", SOFT),),
    ),
]
