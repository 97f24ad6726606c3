"""Notices of filters and gateways that stand before a mail system."""

from tests.deliver.returned_mails import ADA, COPY, FULL, OURS, READER, SOFT, US, Case, plain, report

_JAPANESE = "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n"

GATEWAYS = [
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
        name="InterScan: a conversation, and a subject that is not encoded",
        mail=plain(
            f"Sent <<< RCPT TO:<{READER}>\nReceived >>> 550 5.1.1 <{READER}>... user unknown\n",
            sender='"InterScan MSS" <postmaster@mx.example>',
            subject="メッセージを配信できません。",
        )
        + COPY,
        recipients=(ADA,),
    ),
    Case(
        name="Mimecast",
        mail=plain(
            f"""
            An email that you attempted to send to the following address could not be delivered:

            -- {READER}

            The problem appears to be :
            -- Recipient email address is possibly incorrect

            Additional information follows :
            -- 5.4.1 Recipient address rejected: Access denied.
            """,
            sender="postmaster@gateway.example",
            subject="[Postmaster] Email Delivery Failure",
        ),
        recipients=(ADA,),
    ),
    Case(
        name="a refusal after the body, of a mail that goes in circles",
        mail=plain(
            f"""
            We had trouble delivering your message.

            The following recipients returned permanent errors: {READER}. Reason: SMTP Server <192.0.2.223> refused to accept
            your message (DATA), with the following error message: [554 5.4.6 Hop count exceeded - possible mail loop]
            """,
            sender="mailer-daemon",
            subject="There was an error sending your mail",
        ),
        recipients=((READER, SOFT),),
    ),
    Case(
        name="the reason before the recipients",
        mail=plain(
            f"""
            Your message:
               From:    {US}
               Subject: The week in short

            Could not be delivered because of

            550 5.1.1 User unknown

            The following recipients were affected:
                {READER}
            """,
            sender="postmaster@relay.example",
            subject="Undeliverable Mail",
        ),
        recipients=(ADA,),
    ),
]
