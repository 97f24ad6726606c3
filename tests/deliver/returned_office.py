"""Notices of the mail systems that offices run: Exchange, Domino, GroupWise, IMail, MDaemon, Sun's and their like."""

from tests.deliver.returned_mails import ADA, COPY, FULL, READER, SOFT, Case, plain, report

OFFICE = [
    Case(
        name="Exchange 5.5",
        mail=plain(
            """
            Your message

              To:      The readers
              Subject: The week in short
              Sent:    Fri, 20 Nov 2026 08:00:00 +0100

            did not reach the following recipient(s):

            ada@reader.example on Fri, 20 Nov 2026 08:00:05 +0100
                The recipient name is not recognized
                MSEXCH:IMS:Reader:HQ:MX1 0 (000C05A6) Unknown Recipient
            """,
            sender="System Administrator <postmaster@reader.example>",
            subject="Undeliverable: The week in short",
        ),
        recipients=(ADA,),
    ),
    Case(
        name="Exchange 5.5 with an X.400 name",
        mail=plain(
            """
            Your message

              To:      readers@paper.example
              Subject: The week in short

            did not reach the following recipient(s):

            c=US;a= ;p=Reader;o=HQ;dda:SMTP=ada@reader.example; on Fri, 20 Nov 2026
            08:00:05 +0100
                The recipient name is not recognized
            """,
            sender="System Administrator <postmaster@reader.example>",
            subject="Undeliverable: The week in short",
        ),
        recipients=(ADA,),
    ),
    Case(
        name="Exchange 2003",
        mail=plain(
            """
            Your message did not reach some or all of the intended recipients.

                  Subject:  The week in short
                  Sent:     11/20/2026 8:00 AM

            The following recipient(s) could not be reached:

                  'ada@reader.example' on 11/20/2026 8:00 AM
                        The e-mail account does not exist at the organization this message was sent to.  Check the e-mail address.
                        <mx.reader.example #5.1.1>
            """,
            sender="System Administrator",
            subject="Undeliverable: The week in short",
        ),
        recipients=(ADA,),
    ),
    Case(
        name="Exchange 2003, full",
        mail=plain(
            """
            The following recipient(s) could not be reached:

                  ada@reader.example on 11/20/2026 8:00 AM
                        The recipient's mailbox is full. Ask them to free up space. <mx.reader.example #5.2.2>
            """,
            sender="postmaster@reader.example",
            subject="Undeliverable: The week in short",
        ),
        recipients=((READER, FULL),),
    ),
    Case(
        name="Exchange in HTML",
        mail=plain(
            """
            <html><body><h2>Delivery has failed to these recipients or groups:</h2>
            <p><a href="mailto:ada@reader.example">ada@reader.example</a><br>
            The email address you entered couldn't be found. Please check the recipient's email address and try to resend.</p>
            <p>Diagnostic information for administrators:</p>
            <p>ada@reader.example<br>#550 5.1.1 RESOLVER.ADR.RecipNotFound; not found ##</p>
            </body></html>
            """,
            sender="postmaster@reader.example",
            subject="Undeliverable: The week in short",
            more="MIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n",
        ),
        recipients=(ADA,),
    ),
    Case(
        name="Domino",
        mail=plain(
            """
            Your message

              Subject: The week in short

            was not delivered to:

              ada@reader.example

            because:

              User ada (ada@reader.example) not listed in Domino Directory
            """,
            sender="Postmaster@reader.example",
            subject="DELIVERY FAILURE: User ada (ada@reader.example) not listed in Domino Directory",
        ),
        recipients=(ADA,),
    ),
    Case(
        name="GroupWise",
        mail=plain(
            """
            The message that you sent was undeliverable to the following:
                    ada@reader.example (user not found)
            """,
            sender="Mailer-Daemon@reader.example",
            subject="Message status - undeliverable",
        ),
        recipients=(ADA,),
    ),
    Case(
        name="CommuniGate",
        mail=report(
            "Original-Recipient: rfc822;<ada@reader.example>\nFinal-Recipient: LOCAL;<ada>\nAction: failed\nStatus: 5.0.0",
            text="Failed to deliver to '<ada@reader.example>'\nLOCAL module(account ada) reports:\n account is full (quota exceeded)",
        ),
        recipients=((READER, FULL),),
    ),
    Case(
        name="IMail",
        mail=plain(
            """
            User mailbox exceeds allowed size: ada@reader.example

            Original message follows.

            """,
            sender="Postmaster <postmaster@reader.example>",
            subject="Undeliverable Mail",
        )
        + COPY,
        recipients=((READER, FULL),),
    ),
    Case(
        name="IMail, unknown",
        mail=plain(
            "Unknown user: ada@reader.example\n\nOriginal message follows.\n\n",
            sender="Postmaster <postmaster@reader.example>",
            subject="Undeliverable Mail",
        ),
        recipients=(ADA,),
    ),
    Case(
        name="MailEnable",
        mail=plain(
            """
            MailEnable: Message could not be delivered to some recipients.
            The following recipient(s) could not be reached:

                    Recipient: [SMTP:ada@reader.example]
                    Reason: Remote SMTP Server Returned: 550 Requested action not taken: mailbox unavailable or not local.

            Message headers follow:
            """,
            sender="Delivery Subsystem <POSTMASTER@reader.example>",
            subject="Message Delivery Failure",
        ),
        recipients=(ADA,),
    ),
    Case(
        name="MDaemon",
        mail=plain(
            """
            The following addresses did NOT receive a copy of your message:

            > ada@reader.example

            --- Session Transcript ---
             220 reader.example ESMTP ready
             EHLO mx.example
             250-SIZE 40000000
             MAIL From:<news@paper.example> SIZE=1861
             250 <news@paper.example>, Sender ok
             RCPT To:<ada@reader.example>
             552 Message for <ada@reader.example> would exceed mailbox quota
             QUIT
            --- End Transcript ---
            """,
            sender="MDaemon@mx.example",
            subject="Permanent Delivery Failure",
        ),
        recipients=((READER, FULL),),
    ),
    Case(
        name="hMailServer",
        mail=plain(
            """
            Your message did not reach some or all of the intended recipients.

            The following recipient(s) could not be reached:

            ada@reader.example
               Error Type: SMTP
               Remote server (192.0.2.9) issued an error.
               hMailServer sent: RCPT TO:<ada@reader.example>
               Remote server replied: 550 5.1.1 <ada@reader.example>... User unknown
            """,
            subject="Message undeliverable: The week in short",
        ),
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
        name="Outlook's own words",
        mail=report(
            "Final-Recipient: rfc822;ada@reader.example\nAction: failed\nStatus: 5.5.0",
            text="This is an automatically generated Delivery Status Notification.\n\n"
            "Delivery to the following recipients failed.\n\n       ada@reader.example\n",
        ),
        recipients=((READER, SOFT),),
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
    Case(
        name="Notes, in Japanese",
        mail=plain(
            f"""
            ------- Failure Reasons  --------

            ディレクトリのリストにありません
            {READER}

            ------- Returned Message --------
            """,
            sender="postmaster@mx.example",
            subject="Undeliverable message",
            more="Content-Type: text/plain; charset=utf-8\n",
        )
        + COPY,
        recipients=(ADA,),
    ),
    Case(
        name="Sun's messaging server: the way to the address",
        mail=report(
            f"Original-recipient: rfc822;{READER}\nFinal-recipient: rfc822;@smtp.reader.example:ada@inside\nAction: failed\nStatus: 5.1.1"
        ),
        recipients=(ADA,),
    ),
]
