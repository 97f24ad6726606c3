"""Notices of systems that are rare by now, or that write in a form of their own."""

from tests.deliver.returned_mails import ADA, COPY, FULL, HARD, OURS, READER, SOFT, Case, plain, refused, report

_JAPANESE = "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n"

RARE = [
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
        name="James, and a phone company that uses it",
        mail=plain(
            """
            Error: 550 - Requested action not taken: no such user here

            Message details:
              Subject: The week in short
              Sent date: Fri Nov 20 07:00:00 GMT 2026
              MAIL FROM: news@paper.example
              RCPT TO: ada@reader.example
              From: The Paper <news@paper.example>
              To: ada@reader.example
              Size (in bytes): 1024
            """,
            sender="postmaster@reader.example",
            subject="Undeliverable Message",
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
        name="Active!hunter",
        mail=plain(
            """
              ----- The following addresses had permanent fatal errors -----

            >>> ada@reader.example <ada@reader.example>

              ----- Transcript of session follows -----
            550 sorry, no mailbox here by that name (#5.1.1 - chkusr)
            """,
            sender='"MAILER-DAEMON" <MAILER-DAEMON@mx.example>',
            subject="FAILURE NOTICE :",
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
        name="Sun's messaging server",
        mail=plain(
            """
            This report relates to a message you sent with the following header fields:

              Message-id: <edition-7@paper.example>
              Date: Fri, 20 Nov 2026 07:00:00 +0000
              From: The Paper <news@paper.example>
              To: ada@reader.example
              Subject: The week in short

            Your message cannot be delivered to the following recipients:

              Recipient address: ada.2@store.reader.example
              Original address: ada@reader.example
              Reason: Over quota

            """,
            sender="Internet Mail Delivery <postmaster@reader.example>",
            subject="Delivery Notification: Delivery has failed",
        ),
        recipients=((READER, FULL),),
    ),
    Case(
        name="McAfee's gateway",
        mail=report(
            "- Original-Recipient: <ada@reader.example>\n- Diagnostic-Code: 5.1.1 Unknown user",
            text="   --- The following addresses had delivery problems ---\n\n<ada@reader.example>   (Unknown user ada@reader.example)",
            subject="Delivery Status",
        ),
        recipients=(ADA,),
    ),
    Case(
        name="MailFoundry",
        mail=plain(
            """
            Unable to deliver message to: <ada@reader.example>
            Delivery failed for the following reason:
            Server mx.reader.example[192.0.2.9] failed with: 550 <ada@reader.example> No such user here

            This has been a permanent failure.  No further delivery attempts will be made.
            """,
            subject="Message delivery has failed",
        ),
        recipients=(ADA,),
    ),
    Case(
        name="m-FILTER",
        mail=plain(
            """
            このメールは「m-FILTER」が自動的に生成して送信しています。
            メールサーバーとの通信中、下記の理由により
            このメールは送信できませんでした。

            以下のメールアドレスへの送信に失敗しました。
            ada@reader.example

            -------server message
            550 5.1.1 unknown user <ada@reader.example>

            -------SMTP command
            RCPT

            -------original message
            """,
            sender="MAILER-DAEMON@mx.example",
            subject="failure notice",
            more=_JAPANESE,
        )
        + COPY,
        recipients=(ADA,),
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
        name="MailMarshal",
        mail=plain(
            """
            Your message:
               From:    news@paper.example
               Subject: The week in short

            Could not be delivered because of

            550 5.1.1 User unknown

            The following recipients were affected:
               ada@reader.example

            Additional Information
            ======================

            Original Sender:    <news@paper.example>
            Sender-MTA:         <192.0.2.1>
            Remote-MTA:         <192.0.2.9>
            """,
            sender="postmaster@mx.example",
            subject="Undeliverable Mail: The week in short",
        ),
        recipients=(ADA,),
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
        name="PowerMTA",
        mail=report(
            "Original-Recipient: rfc822;ada@reader.example\nFinal-Recipient: rfc822;ada@reader.example\nAction: failed\nStatus: 5.1.1\n"
            "Remote-MTA: dns;mx.reader.example\nDiagnostic-Code: smtp;550 5.1.1 no such person\nX-PowerMTA-BounceCategory: bad-mailbox",
            text="Hello, this is the mail server on mx.example.\n\n <ada@reader.example>  delivery failed; will not continue trying",
        ),
        recipients=(ADA,),
    ),
    Case(
        name="Outlook's own words",
        mail=report(
            "Final-Recipient: rfc822;ada@reader.example\nAction: failed\nStatus: 5.5.0",
            text="This is an automatically generated Delivery Status Notification.\n\n"
            "Delivery to the following recipients failed.\n\n       ada@reader.example\n",
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
        name="a suppression list at the sender",
        mail=refused(
            "550 5.1.1 Amazon SES has suppressed sending to this address because it has a recent history of bouncing as an invalid address",
            "5.1.1",
        ),
        recipients=(ADA,),
    ),
    Case(
        name="Microsoft in Japanese",
        mail=report(
            "Final-Recipient: rfc822;ada@reader.example\nAction: failed\nStatus: 5.1.1\n"
            "Diagnostic-Code: smtp;550 5.1.1 RESOLVER.ADR.RecipNotFound; not found",
            text="次の受信者またはグループへの配信に失敗しました。\nada@reader.example",
            subject="配信不能: The week in short",
        ),
        recipients=(ADA,),
    ),
]
