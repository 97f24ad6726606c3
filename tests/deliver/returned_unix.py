"""Notices of qmail, Exim, James and PowerMTA."""

from tests.deliver.returned_mails import ADA, COPY, FULL, OURS, READER, SOFT, US, Case, plain, report

UNIX = [
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
        name="PowerMTA",
        mail=report(
            "Original-Recipient: rfc822;ada@reader.example\nFinal-Recipient: rfc822;ada@reader.example\nAction: failed\nStatus: 5.1.1\n"
            "Remote-MTA: dns;mx.reader.example\nDiagnostic-Code: smtp;550 5.1.1 no such person\nX-PowerMTA-BounceCategory: bad-mailbox",
            text="Hello, this is the mail server on mx.example.\n\n <ada@reader.example>  delivery failed; will not continue trying",
        ),
        recipients=(ADA,),
    ),
    Case(
        name="qmail, somebody who wrote to themselves",
        mail=plain(f"""
            Hi. This is the qmail-send program at mx.example.

            <{US}>:
            mx.example does not like recipient.
            Remote host said: 552 disk quota exceeded
            Giving up on mx.example.

            --- Below this line is a copy of the message.
            """),
        recipients=((US, FULL),),
    ),
    Case(
        name="Exim, an alias that it keeps to itself",
        mail=plain(f"""
            A message that you sent could not be delivered to one or more of its
            recipients. This is a permanent error. The following address(es) failed:

              an undisclosed address
                (generated from {READER})
                Unrouteable address
            """),
        recipients=(ADA,),
    ),
    Case(
        name="Exim, a mailbox of which the report gives the folder, and a relay's way of writing an address",
        mail=report(
            "Action: failed\nFinal-Recipient: rfc822;/mail/spool/ada\nStatus: 5.0.0",
            text="The following address(es) failed:\n\n  save to /mail/spool/ada\n    generated by ada%reader.example@relay.example\n"
            "    mailbox is full: retry timeout exceeded\n",
        ).replace("From: ", "X-Failed-Recipients: ada%reader.example@relay.example\nFrom: ", 1),
        recipients=((READER, FULL),),
    ),
    Case(
        name="Exim, a relay's allowance, which is no mailbox",
        mail=plain(f"""
            The following address(es) failed:

              {READER}
                SMTP error from remote mail server after initial connection:
                451 Relaying quota exceeded, daily relay limit reached
            """),
        recipients=((READER, OURS),),
    ),
]
