"""Notices of services that send for others: Amazon SES, SendGrid."""

from tests.deliver.returned_mails import ADA, FULL, OURS, READER, SOFT, Case, refused, report

_ANNOUNCED = """\
From: Returns <no-reply@sns.example>
To: news@paper.example
Subject: Notification Message
Content-Type: text/plain; charset=UTF-8

%s

--
If you wish to stop receiving notifications from this topic, please click the link below.
"""
_MAIL = '"mail":{"source":"news@paper.example","headers":[{"name":"Message-ID","value":"<edition-7@paper.example>"}]}'


def _bounced(kind: str, status: str, words: str) -> str:
    told = (
        f'{{"notificationType":"Bounce","bounce":{{"bounceType":"{kind}","bounceSubType":"General","bouncedRecipients":['
        f'{{"emailAddress":"ada@reader.example","status":"{status}","diagnosticCode":"smtp; {words}"}}]}},'
    )
    # Sendmail cuts long lines.
    return _ANNOUNCED % f"{told[:100]}!\n {told[100:]}{_MAIL}}}"


SERVICES = [
    Case(
        name="a suppression list at the sender",
        mail=refused(
            "550 5.1.1 Amazon SES has suppressed sending to this address because it has a recent history of bouncing as an invalid address",
            "5.1.1",
        ),
        recipients=(ADA,),
    ),
    Case(
        name="SendGrid: no status, no kind of diagnostic",
        mail=report(f"Final-Recipient: rfc822; {READER}\nAction: failed\nStatus: \nDiagnostic-Code: 554 mx.reader.example block for spam"),
        recipients=((READER, OURS),),
    ),
    Case(
        name="SES: a refusal quoted, of a full mailbox",
        mail=refused("5.1.0 - Unknown address error 550-'5.2.2 <ada@reader.example>... Mailbox Full' (delivery attempts: 0)"),
        recipients=((READER, FULL),),
    ),
    Case(
        name="SES: a refusal quoted, about us",
        mail=refused("5.1.0 - Unknown address error 550-'5.7.1 Message rejected as spam' (delivery attempts: 0)"),
        recipients=((READER, OURS),),
    ),
    Case(
        name="SES: a refusal quoted, of nobody",
        mail=refused("5.1.0 - Unknown address error 550-'5.1.1 <ada@reader.example>... User unknown' (delivery attempts: 0)"),
        recipients=(ADA,),
    ),
    Case(name="SES by mail: nobody there", mail=_bounced("Permanent", "5.1.1", "550 5.1.1 user unknown"), recipients=(ADA,)),
    Case(name="SES by mail: full", mail=_bounced("Permanent", "5.2.2", "552 5.2.2 mailbox full"), recipients=((READER, FULL),)),
    Case(name="SES by mail: about us", mail=_bounced("Permanent", "5.7.1", "550 5.7.1 spam"), recipients=((READER, OURS),)),
    Case(name="SES by mail: it passes", mail=_bounced("Transient", "4.4.7", "delivery expired"), recipients=((READER, SOFT),)),
    Case(
        name="SES by mail: a complaint",
        mail=_ANNOUNCED
        % (
            '{"Type":"Notification","Message":"{\\"notificationType\\":\\"Complaint\\",\\"complaint\\":{\\"complainedRecipients\\":'
            '[{\\"emailAddress\\":\\"ada@reader.example\\"}]},\\"mail\\":{}}"}'
        ),
        kind="complaint",
        recipients=(ADA,),
    ),
    Case(
        name="SES by mail: still trying",
        mail=_ANNOUNCED
        % (
            '{"eventType":"DeliveryDelay","deliveryDelay":{"delayedRecipients":[{"emailAddress":"ada@reader.example","status":"4.4.1",'
            f'"diagnosticCode":"smtp; 421 no such user for now"}}]}},{_MAIL}}}'
        ),
        kind="delayed",
        recipients=((READER, SOFT),),
    ),
    Case(name="SES by mail: arrived", mail=_ANNOUNCED % f'{{"notificationType":"Delivery",{_MAIL},"delivery":{{}}}}', kind="none"),
]
