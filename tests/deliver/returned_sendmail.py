"""Notices of Sendmail and of what is written in its manner: Courier, OpenSMTPD, DragonFly, fml."""

from tests.deliver.returned_mails import ADA, COPY, OURS, READER, SOFT, Case, plain, report

SENDMAIL = [
    Case(
        name="Sendmail without a report",
        mail=plain(
            f"""
            The original message was received at Fri, 20 Nov 2026 07:00:04 GMT
            from paper.example [192.0.2.1]

               ----- The following addresses had permanent fatal errors -----
            <{READER}>
                (reason: 550 5.1.1 unknown user)

               ----- Transcript of session follows -----
            ... while talking to mx.reader.example.:
            >>> RCPT To:<{READER}>
            <<< 550 5.1.1 unknown user
            550 5.1.1 <{READER}>... User unknown

               ----- Message header follows -----

            """,
            subject="Returned mail: see transcript for details",
        )
        + COPY,
        recipients=(ADA,),
    ),
    Case(
        name="Sendmail, still trying",
        mail=plain(
            f"""
                **********************************************
                **      THIS IS A WARNING MESSAGE ONLY      **
                **  YOU DO NOT NEED TO RESEND YOUR MESSAGE  **
                **********************************************

            The original message was received at Fri, 20 Nov 2026 07:00:04 GMT

               ----- Transcript of session follows -----
            <{READER}>... Deferred: Connection timed out with mx.reader.example.
            Warning: message still undelivered after 4 hours
            Will keep trying until message is 5 days old
            """,
            subject="Warning: could not send message for past 4 hours",
        ),
        kind="delayed",
        recipients=((READER, SOFT),),
    ),
    Case(
        name="Courier",
        mail=plain(
            f"""
            This is a delivery status notification from mx.example,
            running the Courier mail server.

            The original message was received on Fri, 20 Nov 2026 07:00:04 +0000

            ---------------------------------------------------------------------------

                                       UNDELIVERABLE MAIL

            Your message to the following recipients cannot be delivered:

            <{READER}>:
                mx.reader.example [192.0.2.9]:
            >>> RCPT TO:<{READER}>
            <<< 550 User unknown

            ---------------------------------------------------------------------------
            """,
            subject="NOTICE: mail delivery status.",
        ),
        recipients=(ADA,),
    ),
    Case(
        name="Sendmail 5",
        mail=plain(
            """
               ----- Transcript of session follows -----
            While talking to mx.reader.example:
            >>> RCPT To:<ada@reader.example>
            <<< 550 <ada@reader.example>, User Unknown
            550 <ada@reader.example>... User unknown

               ----- Unsent message follows -----
            """,
            sender="Mail Delivery Subsystem <MAILER-DAEMON@mx.example>",
            subject="Returned mail: User unknown",
        )
        + COPY,
        recipients=(ADA,),
    ),
    Case(
        name="OpenSMTPD",
        mail=plain(
            """
                Hi!

                This is the MAILER-DAEMON, please DO NOT REPLY to this e-mail.

                An error has occurred while attempting to deliver a message for
                the following list of recipients:

            ada@reader.example: 550 5.1.1 <ada@reader.example>... User Unknown

                Below is a copy of the original message:

            """,
            subject="Delivery status notification: error",
        )
        + COPY,
        recipients=(ADA,),
    ),
    Case(
        name="OpenSMTPD, still trying",
        mail=plain(
            """
                Hi!

                This is the MAILER-DAEMON, please DO NOT REPLY to this e-mail.

                A message is delayed for more than 4 hours for the following
                list of recipients:

            ada@reader.example: Network error on destination MXs

                Please note that this is only a temporary failure report.
                The message is kept in the queue for up to 4 days.
                You DO NOT NEED to re-send the message to these recipients.
            """,
            subject="Delivery status notification: warning",
        ),
        kind="delayed",
        recipients=((READER, SOFT),),
    ),
    Case(
        name="Sendmail: a local mailer's words, then its own for any refusal",
        mail=report(
            f"Final-Recipient: RFC822; <{READER}>\nAction: failed\nStatus: 5.5.0",
            text=f"   ----- The following addresses had permanent fatal errors -----\n<{READER}>\n\n"
            f"   ----- Transcript of session follows -----\nmail.local: unknown user: ada\n554 <{READER}>... Service unavailable\n",
        ),
        recipients=(ADA,),
    ),
    Case(
        name="DragonFly",
        mail=plain(f"""
            This is the DragonFly Mail Agent v0.13 at mx.example.

            There was an error delivering your mail to <{READER}>.

            mx.reader.example [192.0.2.25] did not like our MAIL FROM:
            550 5.7.1 not from you

            Message headers follow.

            """)
        + COPY,
        recipients=((READER, OURS),),
    ),
    Case(
        name="fml: a list that got a mail twice",
        mail=plain(
            """
            Duplicated Message-ID in <readers@lists.example>.

            Original mail as follows:

               Return-Path: <owner-readers@lists.example>
               Message-ID: <edition-7@paper.example>
               From: <news@paper.example>
            """,
            sender="readers-admin@lists.example",
            subject="Loop Alert: Duplicated Message-ID (readers ML)",
        ),
        recipients=(("readers@lists.example", SOFT),),
    ),
]
