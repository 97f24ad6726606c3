"""Reports (RFC 3464, 6522) and complaints (RFC 5965)."""

from tests.deliver.returned_mails import ADA, COPY, FULL, HARD, MESSAGE_ID, READER, SOFT, US, Case, feedback, plain, refused, report

REPORTS = [
    Case(
        name="forwarded: the address that we wrote to",
        mail=report(
            f"Final-Recipient: rfc822; ada.home@provider.example\nOriginal-Recipient: rfc822;{READER}\nAction: failed\nStatus: 5.1.1"
        ),
        recipients=(ADA,),
    ),
    Case(
        name="forwarded to two, one of them gone",
        mail=report(f"""
            Final-Recipient: rfc822; one@provider.example
            Original-Recipient: rfc822;{READER}
            Action: failed
            Status: 5.1.1

            Final-Recipient: rfc822; two@provider.example
            Original-Recipient: rfc822;{READER}
            Action: failed
            Status: 5.2.2
            """),
        recipients=((READER, FULL),),
    ),
    Case(
        name="a status that is coarser than the words",
        mail=report(
            f"Final-Recipient: rfc822; {READER}\nAction: failed\nStatus: 5.0.0\n"
            "Diagnostic-Code: X-Postfix; host mx[192.0.2.9] said: 550 5.1.1 user unknown"
        ),
        recipients=(ADA,),
    ),
    Case(
        name="no diagnostic, the words in the text",
        mail=report(
            f"Final-Recipient: rfc822;<{READER}>\nAction: failed\nStatus: 5.0.0",
            text=f"Failed to deliver to '{READER}'\nSMTP module reports:\n host says:\n 550 5.1.1 User unknown",
        ),
        recipients=(ADA,),
    ),
    Case(
        name="Exchange 2007 with the other system's words beside the report",
        mail=report(
            f"Final-recipient: RFC822; {READER}\nAction: failed\nStatus: 5.0.0\nRemote-MTA: dns; mx.reader.example\n"
            'X-Supplementary-Info: <192.0.2.9 #5.0.0 smtp; 550 "Unknown User">'
        ),
        recipients=(ADA,),
    ),
    Case(
        name="a disclaimer under a plain report changes nothing",
        mail=report(
            f"Final-Recipient: rfc822;{READER}\nAction: failed\nStatus: 5.1.1",
            text=f"Delivery failed.\n\n      {READER}\n\n**** scanned for all viruses and offensive content ****",
        ),
        recipients=(ADA,),
    ),
    Case(
        name="no status",
        mail=report(f"Final-Recipient: rfc822; {READER}\nAction: failed\nStatus:", text=f"{READER}\n account is full (quota exceeded)"),
        recipients=((READER, FULL),),
    ),
    Case(
        name="a status with words",
        mail=report(
            f"Final-Recipient: rfc822; {READER}\nAction: failed\nStatus: 4.2.2 (Persistent transient failure - mailbox: mailbox full)"
        ),
        recipients=((READER, FULL),),
    ),
    Case(
        name="a local name",
        mail=report(f"Original-Recipient: rfc822;{READER}\nFinal-Recipient: x400; /S=ada/OU=reader/C=GB/\nAction: failed\nStatus: 4.4.7"),
        recipients=((READER, SOFT),),
    ),
    Case(
        name="an address in UTF-8",
        mail=report("Final-Recipient: utf-8; jos\\x{E9}@reader.example\nAction: failed\nStatus: 5.1.1", copy=""),
        recipients=(("josé@reader.example", HARD),),
    ),
    Case(
        name="without a type of address",
        mail=report(f"Final-Recipient: <{READER}>\nAction: failed\nDiagnostic-Code: SMTP; 550 5.1.1 User unknown"),
        recipients=(ADA,),
    ),
    Case(
        name="delayed", mail=refused("connect to mx: Connection refused", "4.4.1", "delayed"), kind="delayed", recipients=((READER, SOFT),)
    ),
    Case(
        name="delayed, however final it sounds",
        mail=refused("450 user unknown", "4.1.1", "delayed"),
        kind="delayed",
        recipients=((READER, SOFT),),
    ),
    Case(
        name="delayed by a full mailbox",
        mail=refused("452 4.2.2 over quota", "4.2.2", "Delayed"),
        kind="delayed",
        recipients=((READER, FULL),),
    ),
    Case(name="delivered", mail=refused("250 OK", "2.0.0", "delivered"), kind="none"),
    Case(name="relayed", mail=refused("250 OK", "2.0.0", "relayed (to a system that does not report)"), kind="none"),
    Case(name="expanded", mail=refused("250 OK", "2.0.0", "expanded"), kind="none"),
    Case(
        name="one failed, one delayed",
        mail=report(
            f"Final-Recipient: rfc822; {READER}\nAction: failed\nStatus: 5.1.1\n\n"
            "Final-Recipient: rfc822; bob@reader.example\nAction: delayed\nStatus: 4.4.1"
        ),
        recipients=(ADA,),
    ),
    Case(
        name="passed on inside another mail",
        mail=(
            "From: keeper@paper.example\nTo: news@paper.example\nSubject: see below\nMIME-Version: 1.0\n"
            "Content-Type: multipart/mixed; boundary=o\n\n"
            "--o\nContent-Type: text/plain\n\nLook at this.\n--o\nContent-Type: message/rfc822\n\n"
            + refused("550 5.1.1 user unknown", "5.1.1")
            + "\n--o--\n"
        ),
        recipients=(ADA,),
    ),
    Case(
        name="a boundary that is not there",
        mail=refused("550 5.1.1 user unknown", "5.1.1").replace('boundary="=b1"', 'boundary="gone"'),
        recipients=(ADA,),
    ),
    Case(
        name="cut off in the middle",
        mail=refused("550 5.1.1 user unknown", "5.1.1").partition("--=b1\nContent-Type: message/rfc822")[0],
        recipients=(ADA,),
    ),
    Case(
        name="the report as plain text",
        mail=plain(
            f"Could not deliver.\n\nFinal-Recipient: rfc822;{READER}\nAction: failed\nStatus: 5.1.1\n"
            "Diagnostic-Code: smtp;550 5.1.1 unknown user\n"
        ),
        recipients=(ADA,),
    ),
    Case(
        name="a reading receipt",
        mail=(
            f"From: {READER}\nTo: {US}\nSubject: Read: The week in short\nMIME-Version: 1.0\n"
            "Content-Type: multipart/report; report-type=disposition-notification; boundary=m\n\n--m\n"
            "Content-Type: text/plain\n\nYour message was read.\n"
            f"--m\nContent-Type: message/disposition-notification\n\nFinal-Recipient: rfc822; {READER}\n"
            "Disposition: manual-action/MDN-sent-manually; displayed\n--m--\n"
        ),
        kind="auto_reply",
    ),
    Case(
        name="a refusal in the form of a receipt",
        mail=(
            f"From: Mail Delivery Subsystem <postmaster@reader.example>\nTo: {US}\nSubject: Rejected: The week in short\n"
            "MIME-Version: 1.0\n"
            "Content-Type: multipart/report; report-type=disposition-notification; boundary=m\n\n--m\n"
            f"Content-Type: text/plain\n\nYour message to <{READER}> was automatically rejected:\nQuota exceeded\n"
            f"--m\nContent-Type: message/disposition-notification\n\nOriginal-Recipient: rfc822; {READER}\n"
            "Disposition: automatic-action/MDN-sent-automatically; deleted\n--m--\n"
        ),
        recipients=((READER, FULL),),
    ),
]

COMPLAINTS = [
    Case(name="abuse", mail=feedback("abuse", fields=f"Original-Rcpt-To: <{READER}>\n"), kind="complaint", recipients=((READER, HARD),)),
    Case(name="fraud", mail=feedback("fraud"), kind="complaint", recipients=((READER, HARD),)),
    Case(name="virus", mail=feedback("virus"), kind="complaint", recipients=((READER, HARD),)),
    Case(name="other", mail=feedback("other"), kind="complaint", recipients=((READER, HARD),)),
    Case(name="opt-out", mail=feedback("opt-out", fields=f"Removal-Recipient: {READER}\n"), kind="complaint", recipients=((READER, HARD),)),
    Case(
        name="a redacted recipient",
        mail=feedback("abuse", fields="Original-Rcpt-To: redacted@reader.example\n"),
        kind="complaint",
        recipients=((READER, HARD),),
    ),
    Case(
        name="a copy to nobody in particular",
        mail=feedback(
            "abuse", copy=COPY.replace("To: Ada Reader <ada@reader.example>", 'To: "undisclosed"').replace(" for <ada@reader.example>", "")
        ),
        kind="complaint",
        recipients=((None, HARD),),
    ),
    Case(
        name="two recipients",
        mail=feedback("abuse", fields=f"Original-Rcpt-To: {READER}\nOriginal-Rcpt-To: bob@reader.example\n"),
        kind="complaint",
        recipients=(ADA, ("bob@reader.example", HARD)),
    ),
    Case(name="not spam", mail=feedback("not-spam"), kind="none"),
    Case(name="failed authentication", mail=feedback("auth-failure"), kind="none"),
    Case(
        name="as plain text",
        mail=plain(
            f"A reader complained.\n\nFeedback-Type: abuse\nUser-Agent: Loop/1\nVersion: 0.1\nOriginal-Rcpt-To: <{READER}>\n",
            sender="fbl@provider.example",
            subject="complaint",
        ),
        kind="complaint",
        recipients=((READER, HARD),),
    ),
    Case(
        name="without a copy, with the Message-ID as a field",
        mail=feedback("abuse", fields=f"Original-Rcpt-To: {READER}\nOriginal-Message-ID: {MESSAGE_ID}\n", copy=""),
        kind="complaint",
        recipients=((READER, HARD),),
    ),
    Case(
        name="an empty report with its fields in the next part",
        mail=feedback("abuse", copy="").replace("Feedback-Type: abuse\n", "\n--f1\nContent-Type: text/plain\n\nFeedback-Type: abuse\n")
        + f"Original-Rcpt-To: {READER}\n",
        kind="complaint",
        recipients=((None, HARD),),
    ),
    Case(
        name="Hotmail's own form",
        mail=(
            "From: staff@hotmail.example\nTo: abuse@paper.example\nSubject: complaint about message from 192.0.2.1\n"
            "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=h\n\n"
            f"--h\nContent-Type: message/rfc822\n\nX-HmXmrOriginalRecipient: {READER}\nFrom: {US}\nTo: undisclosed\n"
            f"Message-ID: {MESSAGE_ID}\nSubject: The week in short\n\nGood morning.\n--h--\n"
        ),
        kind="complaint",
        recipients=((READER, HARD),),
    ),
]
