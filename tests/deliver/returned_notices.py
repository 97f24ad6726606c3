"""Notices in words alone, as mail systems of many makes write them."""

from tests.deliver.returned_mails import ADA, COPY, FULL, HARD, OURS, READER, SOFT, Case, plain, report

NOTICES = [
    Case(
        name="qmail",
        mail=plain(f"""
            Hi. This is the qmail-send program at mx.example.
            I'm afraid I wasn't able to deliver your message to the following addresses.
            This is a permanent error; I've given up. Sorry it didn't work out.

            <{READER}>:
            Sorry, I couldn't find any host named reader.example. (#5.1.2)

            --- Below this line is a copy of the message.

            """)
        + COPY,
        recipients=(ADA,),
    ),
    Case(
        name="qmail, two recipients, two reasons",
        mail=plain("""
            Hi. This is the qmail-send program at mx.example.

            <ada@reader.example>:
            192.0.2.9 does not like recipient.
            Remote host said: 550 5.1.1 user unknown
            Giving up on 192.0.2.9.

            <bob@reader.example>:
            Recipient's mailbox is full, message returned to sender. (#5.2.2)

            --- Below this line is a copy of the message.
            """),
        recipients=(ADA, ("bob@reader.example", FULL)),
    ),
    Case(
        name="qmail, the sender refused",
        mail=plain("""
            <ada@reader.example>:
            Connected to 192.0.2.9 but sender was rejected.
            Remote host said: 550 5.7.1 go and ask your administrator

            --- Below this line is a copy of the message.
            """),
        recipients=((READER, OURS),),
    ),
    Case(
        name="qmail, queue lifetime",
        mail=plain("""
            <ada@reader.example>:
            CNAME lookup failed temporarily. (#4.4.3)
            I'm not going to try again; this message has been in the queue too long.

            --- Below this line is a copy of the message.
            """),
        recipients=((READER, SOFT),),
    ),
    Case(
        name="Exim",
        mail=plain(
            f"""
            This message was created automatically by mail delivery software.

            A message that you sent could not be delivered to one or more of its
            recipients. This is a permanent error. The following address(es) failed:

              {READER}
                SMTP error from remote mail server after RCPT TO:<{READER}>:
                host mx.reader.example [192.0.2.9]: 550 Recipient Rejected:
                No account by that name here

            ------ This is a copy of the message, including all the headers. ------

            """,
            subject="Mail delivery failed: returning message to sender",
            more=f"X-Failed-Recipients: {READER}\n",
        )
        + COPY,
        recipients=(ADA,),
    ),
    Case(
        name="Exim, forwarded",
        mail=plain(
            f"""
            A message that you sent could not be delivered to one or more of its
            recipients. The following address(es) failed:

              ada.home@provider.example
                (ultimately generated from {READER})
                Unrouteable address

            ------ This is a copy of the message, including all the headers. ------
            """,
            more="X-Failed-Recipients: ada.home@provider.example\n",
        ),
        recipients=(ADA,),
    ),
    Case(
        name="Exim, still trying",
        mail=plain(
            f"""
            A message that you sent has not yet been delivered to one or more of its
            recipients after more than 24 hours on the queue on mx.example.

            The address to which the message has not yet been delivered is:

              {READER}

            No action is required on your part. Delivery attempts will continue for
            some time, and this warning may be repeated at intervals if the message
            remains undelivered. Eventually the mail delivery software will give up,
            and when that happens, the message will be returned to you.
            """,
            subject="Warning: message 1k0 delayed 24 hours",
        ),
        kind="delayed",
        recipients=((READER, SOFT),),
    ),
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
        name="a German mail gateway",
        mail=plain(
            """
            Ihre Nachricht an folgenden Empfänger konnte nicht zugestellt werden:

              ada@reader.example

            Der Empfänger ist unbekannt.
            """,
            subject="Unzustellbare Nachricht",
            more="MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n",
        ),
        recipients=(ADA,),
    ),
    Case(
        name="a French mail gateway",
        mail=plain(
            """
            Votre message n'a pas pu être remis à ada@reader.example

            La boîte aux lettres du destinataire est pleine.
            """,
            subject="Message non remis",
            more="MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n",
        ),
        recipients=((READER, FULL),),
    ),
    Case(
        name="a Russian one",
        mail=plain(
            """
            К сожалению, Ваше письмо не может быть доставлено следующему получателю:

            ada@reader.example

            Такого пользователя не существует.
            """,
            subject="Ваше сообщение не доставлено",
            more="MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n",
        ),
        recipients=(ADA,),
    ),
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
        name="a Chinese portal's",
        mail=plain(
            """
            抱歉，您的邮件无法投递到以下地址：

            <ada@reader.example>:
            550 用户不存在
            """,
            subject="系统退信",
            more="MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n",
        ),
        recipients=(ADA,),
    ),
    Case(
        name="Symantec, still trying",
        mail=plain(
            """
            Your message with Subject: The week in short
            could not be delivered to the following recipients:

            ada@reader.example

            Please do not resend your original message.
            Delivery attempts will continue to be made for 5 day(s).
            """,
            sender="AntiVirus_for_Gateways@reader.example",
            subject="Delivery failure notification",
        ),
        kind="delayed",
        recipients=((READER, SOFT),),
    ),
    Case(
        name="a content filter",
        mail=report(
            (
                "Final-Recipient: rfc822;ada@reader.example\nAction: failed\nStatus: 5.7.0\n"
                "Diagnostic-Code: smtp; 554 5.7.0 Reject, id=00832-01 - SPAM"
            ),
            text="A message from <news@paper.example> to:\n-> ada@reader.example\nwas considered unsolicited bulk e-mail (UBE).",
            subject="Considered UNSOLICITED BULK EMAIL, apparently from you",
        ),
        recipients=((READER, OURS),),
    ),
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
]
