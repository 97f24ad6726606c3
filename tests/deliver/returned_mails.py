"""Returned mails of our own making, in the forms that mail systems give them; every name and word in the copies is invented."""

from dataclasses import dataclass
from textwrap import dedent

US = "news@paper.example"
READER = "ada@reader.example"
MESSAGE_ID = "<edition-7@paper.example>"

COPY = f"""\
Received: from paper.example by mx.reader.example with ESMTP id 4711 for <{READER}>;
 Fri, 20 Nov 2026 07:00:03 +0000
From: The Paper <{US}>
To: Ada Reader <{READER}>
Subject: The week in short
Message-ID: {MESSAGE_ID}
Date: Fri, 20 Nov 2026 07:00:00 +0000
MIME-Version: 1.0
Content-Type: text/plain

Good morning.
"""


@dataclass(frozen=True, kw_only=True)
class Case:
    """A mail and what it is to be read as: kind, then (address, class) for each recipient."""

    name: str
    mail: str
    kind: str = "bounce"
    recipients: tuple[tuple[str | None, str], ...] = ()


def plain(
    text: str, *, sender: str = "Mail Delivery System <MAILER-DAEMON@mx.example>", subject: str = "failure notice", more: str = ""
) -> str:
    """A notice in one text, with what `more` headers it has."""
    return f"Return-Path: <>\nFrom: {sender}\nTo: <{US}>\nSubject: {subject}\n{more}\n{dedent(text).lstrip()}"


def report(
    fields: str,
    *,
    text: str = "Your message could not be delivered.",
    subject: str = "Undelivered Mail Returned to Sender",
    copy: str = COPY,
) -> str:
    """A report (RFC 3464) with the given recipient fields and a copy of our mail."""
    return (
        f"Return-Path: <>\nFrom: MAILER-DAEMON@mx.example (Mail Delivery System)\nTo: {US}\nSubject: {subject}\n"
        'MIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status;\n boundary="=b1"\n\nThis is MIME.\n\n'
        f"--=b1\nContent-Type: text/plain; charset=utf-8\n\n{dedent(text).lstrip()}\n\n"
        f"--=b1\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n{dedent(fields).lstrip()}\n\n"
        f"--=b1\nContent-Type: message/rfc822\n\n{copy}\n--=b1--\n"
    )


def refused(diagnostic: str, status: str = "5.0.0", action: str = "failed") -> str:
    """What Postfix makes of a reply."""
    return report(f"Final-Recipient: rfc822; {READER}\nAction: {action}\nStatus: {status}\nDiagnostic-Code: smtp; {diagnostic}")


def feedback(kind: str, *, fields: str = "", copy: str = COPY) -> str:
    """A feedback report (RFC 5965)."""
    return (
        f"From: <fbl@provider.example>\nTo: <abuse@paper.example>\nSubject: FW: The week in short\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=feedback-report;\n boundary="f1"\n\n'
        "--f1\nContent-Type: text/plain\n\nThis is an email abuse report for a message from 192.0.2.1.\n\n"
        f"--f1\nContent-Type: message/feedback-report\n\nFeedback-Type: {kind}\nUser-Agent: Loop/1.0\nVersion: 1\n{fields}\n"
        f"--f1\nContent-Type: message/rfc822\n\n{copy}\n--f1--\n"
    )


HARD, SOFT, FULL, OURS = "hard", "soft", "full", "ours"

# (what the other system replied, status in the report, class)
REPLIES = [
    ("550 5.1.1 <ada@reader.example>: Recipient address rejected: User unknown in virtual mailbox table", "5.1.1", HARD),
    ("550-5.1.1 The email account that you tried to reach does not exist. Please try 550-5.1.1 double-checking the address", "5.1.1", HARD),
    ("550 5.2.1 The email account that you tried to reach is inactive. For more information, go to the help pages", "5.2.1", HARD),
    ("554 delivery error: dd Sorry, your message to ada cannot be delivered. This mailbox is disabled (554.30).", "5.0.0", HARD),
    ("550 Requested action not taken: mailbox unavailable", "5.0.0", HARD),
    ("550 5.5.0 Requested action not taken: mailbox unavailable (S2017062302).", "5.5.0", HARD),
    ("550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup", "5.1.10", HARD),
    ("550 5.4.1 Recipient address rejected: Access denied. AS(201806281)", "5.4.1", HARD),
    ("550 5.4.310 DNS domain reader.example does not exist [Message=InfoDomainNonexistent]", "5.4.310", HARD),
    ("550 5.7.1 No such user!", "5.7.1", HARD),
    ("550 Message was not accepted -- invalid mailbox. Local mailbox ada@reader.example is unavailable: user not found", "5.0.0", HARD),
    ("550 5.1.1 Adresse d au moins un destinataire invalide. Invalid recipient. OFR_416 [416]", "5.1.1", HARD),
    ("550 5.2.1 This mailbox has been blocked due to inactivity", "5.2.1", HARD),
    ("551 not our customer", "5.1.6", HARD),
    ("553 sorry, badrcptto (user mail-box not found) (#5.7.1)", "5.0.0", HARD),
    ("550 sorry, no mailbox here by that name. (#5.7.17)", "5.0.0", HARD),
    ("554 5.7.1 <ada@reader.example>: Recipient address rejected: Nonexistent user", "5.7.1", HARD),
    ("550 5.1.1 unknown or illegal alias: ada@reader.example", "5.1.1", HARD),
    ("550 Unknown user", "5.0.0", HARD),
    ("550 Invalid recipient: <ada@reader.example>", "5.0.0", HARD),
    ("550 No such person at this address", "5.0.0", HARD),
    ("501 5.1.3 Odbiorca nie istnieje / Recipient does not exist", "5.1.3", HARD),
    ("550 5.1.1 Benutzer unbekannt", "5.0.0", HARD),
    ("550 El destinatario no existe", "5.0.0", HARD),
    ("550 usuário desconhecido", "5.0.0", HARD),
    ("550 utente sconosciuto", "5.0.0", HARD),
    ("550 用户不存在", "5.0.0", HARD),
    ("550 5.1.0 Address rejected", "5.1.0", HARD),
    ("556 5.1.10 Domain reader.example does not accept mail (nullMX)", "5.1.10", HARD),
    ("Host or domain name not found. Name service error for name=reader.example type=A: Host not found", "5.4.4", HARD),
    ("550 Host unknown", "5.1.2", HARD),
    ("450 4.1.1 <ada@reader.example>: Recipient address rejected: unverified address: user unknown", "4.1.1", HARD),
    ("452 4.2.2 The email account that you tried to reach is over quota", "4.2.2", FULL),
    ("552 5.2.2 <ada@reader.example> Mailbox size limit exceeded", "5.2.2", FULL),
    ("554 5.2.2 mailbox full; STOREDRV.Deliver.Exception:QuotaExceededException.MapiExceptionShutoffQuotaExceeded", "5.2.2", FULL),
    ("552 5.1.1 Boite du destinataire pleine. Recipient overquota. OFR_417 [417]", "5.1.1", FULL),
    ("550 <ada@reader.example> Benutzer hat zuviele Mails auf dem Server. / User has too many messages on the server.", "5.0.0", FULL),
    ("552 Account(s) <ada@reader.example> does not have enough space", "5.0.0", FULL),
    ("550 5.7.1 user is over quota, try later", "5.7.1", FULL),
    ("552 Requested mail action aborted: exceeded storage allocation", "5.0.0", FULL),
    ("550 Das Postfach ist voll", "5.0.0", FULL),
    ("552 El buzón está lleno", "5.0.0", FULL),
    ("552 Почтовый ящик переполнен", "5.0.0", FULL),
    ("550 邮箱已满", "5.0.0", FULL),
    ("550 メールボックスの容量を超えています", "5.0.0", FULL),
    ("550 La boîte aux lettres est pleine", "5.0.0", FULL),
    ("maildir delivery failed: Sorry, the user's maildir has overdrawn his diskspace quota, please try again later.", "5.2.3", FULL),
    ("553 5.7.1 Sender Policy Framework (SPF) fail", "5.1.1", OURS),
    ("550 5.7.26 This mail has been blocked because the sender is unauthenticated. DKIM = did not pass SPF = did not pass", "5.7.26", OURS),
    ("550 5.7.1 Unauthenticated email from paper.example is not accepted due to domain's DMARC policy.", "5.7.1", OURS),
    ("554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org; see the list", "5.7.1", OURS),
    ("550 5.7.1 Unfortunately, messages from [192.0.2.1] weren't sent. Part of their network is on our block list (S3140).", "5.7.1", OURS),
    ("550 5.7.606 Access denied, banned sending IP [192.0.2.1]", "5.7.606", OURS),
    ("521 5.2.1 : AOL will not accept delivery of this message.", "5.2.1", OURS),
    ("554 5.7.1 : (DYN:T1) the sending address looks like a home user's", "5.7.1", OURS),
    ("553 5.7.1 [BL21] Connections will not be accepted from 192.0.2.1, because the ip is in Spamhaus's list", "5.7.1", OURS),
    ("421 4.7.0 [TSS04] Messages from 192.0.2.1 temporarily deferred due to unexpected volume or user complaints", "4.7.0", OURS),
    ("554 Message not allowed - [PH01] Email not accepted for policy reasons.", "5.0.0", OURS),
    ("554 IP=192.0.2.1 - None/bad reputation. Ask your postmaster for help. (NOWL)", "5.0.0", OURS),
    ("550-Requested action not taken: mailbox unavailable 550 Sender address is not allowed.", "5.0.0", OURS),
    ("554 5.7.1 Message rejected under suspicion of SPAM", "5.7.1", OURS),
    ("550 5.2.1 Mail rejete. Mail rejected. OFR_506 [506]", "5.2.1", OURS),
    ("550 Mail content denied", "5.0.0", OURS),
    ("552 5.7.0 This message was blocked because its content presents a potential security issue.", "5.7.0", OURS),
    ("550 Administrative prohibition", "5.0.0", OURS),
    ("550 <ada@reader.example>... Relaying denied", "5.0.0", OURS),
    ("553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)", "5.0.0", OURS),
    ("450 4.7.1 Client host rejected: cannot find your hostname, [192.0.2.1]", "4.7.1", OURS),
    ("550 5.1.8 <news@paper.example>: Sender address rejected: Domain not found", "5.1.8", OURS),
    ("550 5.1.0 <news@paper.example> sender rejected: User unknown", "5.1.0", OURS),
    ("550 Verification failed for <news@paper.example> Unrouteable address Sender verify failed", "5.0.0", OURS),
    ("421 4.7.28 Our system has detected an unusual rate of unsolicited mail originating from your IP address", "4.7.28", OURS),
    ("421 Too many connections from your host, slow down", "4.0.0", OURS),
    ("550 5.4.5 Daily sending quota exceeded", "5.4.5", OURS),
    ("554 5.7.1 You're using a mass mailer, therefore you're bounced.", "5.7.1", OURS),
    ("550 permanent failure for one or more recipients (ada@reader.example:blocked)", "5.0.0", OURS),
    ("550 5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup; authentication required", "5.7.133", OURS),
    ("554 email rejected due to security policies - MCSpamSignature.sa.5.6", "5.0.0", OURS),
    ("550 Blocked - see our postmaster's page (in reply to MAIL FROM command)", "5.0.0", OURS),
    ("connect to mx.reader.example[192.0.2.9]:25: Connection timed out", "4.4.1", SOFT),
    ("450 4.2.0 <ada@reader.example>: Recipient address rejected: Greylisted, try again in 300 seconds", "4.2.0", SOFT),
    ("Host or domain name not found. Name service error for name=reader.example type=MX: Host not found, try again", "4.4.3", SOFT),
    ("message size 18876259 exceeds size limit 10485760 of server mx.reader.example[192.0.2.9]", "5.3.4", SOFT),
    ("550 5.2.3 RESOLVER.RST.RecipSizeLimit; message too large for this recipient", "5.2.3", SOFT),
    ("451 4.3.0 Mail server temporarily rejected message", "4.3.0", SOFT),
    ("452 4.3.1 Insufficient system storage", "4.3.1", SOFT),
    ("mail for reader.example loops back to myself", "5.4.6", SOFT),
    ("550 5.4.300 Message expired -> 451 server busy", "5.4.300", SOFT),
    ("450 4.2.1 mailbox temporarily disabled", "4.2.1", SOFT),
    ("451 the connection to the recipient's server was closed", "4.0.0", SOFT),
    ("550 delivery to this address failed for an unknown reason", "5.0.0", SOFT),
    ("550 unbekannter Fehler bei der Zustellung", "5.0.0", SOFT),
    ("550 the recipient's server gave an invalid response", "5.0.0", SOFT),
    ("550 local delivery: no such file or directory", "5.0.0", SOFT),
    ("554 5.7.1 your domain has no SPF record", "5.7.1", OURS),
    ("550 no valid PTR record for 192.0.2.1", "5.0.0", OURS),
    ("550 5.7.1 this address no longer accepts mail from news@paper.example", "5.7.1", OURS),
    ("550 5.1.1 no such user; the full name is in the directory", "5.1.1", HARD),
    ("550 this mailbox has been permanently closed", "5.0.0", HARD),
    ("550 5.1.1 user unknown at mx.marblehead.example", "5.1.1", HARD),
    ("550 https://www.spamhaus.org/query/ip/192.0.2.1", "5.0.0", OURS),
    ("553 5.3.0 <ada@reader.example>... Mail from 192.0.2.1 rejected,see http://www.spamhaus.org/lookup/", "5.3.0", OURS),
    ("550 The sending IP (192.0.2.1) is listed. Please resolve this and retry.", "5.0.0", OURS),
    ("554 IP=192.0.2.1 - A problem occurred. (Ask your postmaster for help.)", "5.0.0", OURS),
    ("550 5.7.25 The IP address sending this message does not have a PTR record setup", "5.7.25", OURS),
    ("501 5.5.4 HELO/EHLO argument is invalid", "5.5.4", OURS),
    ("550 5.1.7 invalid address", "5.1.7", OURS),
    ("550 5.4.1 Relay access denied", "5.4.1", OURS),
    ("550 5.0.350 Requested action not taken: policy violation detected", "5.0.350", OURS),
    ("550 5.2.122 The recipient has exceeded their limit for messages per hour", "5.2.122", SOFT),
    ("550 SC-001 (BAY004) go to the postmaster's site", "5.0.0", OURS),
    ("550 5.1.6 the recipient has moved, address unknown", "5.1.6", HARD),
    ("550 the address of ada has been replaced by another", "5.0.0", HARD),
    ("550 no ada in the name directory", "5.0.0", HARD),
    ("550 Mailbox ada unavailable or access denied", "5.0.0", HARD),
    ("550 Due to long inactivity new mail is not accepted for this mailbox", "5.0.0", HARD),
    ("550 5.1.0 DNS server returned answer with no data", "5.1.0", HARD),
    ("550 5.1.4 ambiguous address", "5.1.4", SOFT),
    ("450 unrouteable mail domain: lookup deferred", "4.0.0", SOFT),
    ("550 no valid route to the remote MX", "5.0.0", SOFT),
    ("554 5.4.6 message refused: possible mail loop", "5.4.6", SOFT),
    ("451 connection closed due to inactivity", "4.0.0", SOFT),
    ("554 5.0.0 Service unavailable", "5.0.0", SOFT),
    ("550 Not currently accepting mail from your IP", "5.0.0", OURS),
    ("550 the domain mismatches the client's IP", "5.0.0", OURS),
    ("550 connected, but my name was rejected", "5.0.0", OURS),
    ("451 client host: try again slower", "4.7.1", OURS),
    ("550 this message has invalid MIME headers", "5.0.0", OURS),
    ("550 blocked - see the postmaster's page", "5.0.0", OURS),
    ("535 SMTP AUTH failed", "5.0.0", OURS),
    ("550 the recipient refuses to accept your mail", "5.0.0", OURS),
    ("550 vous n'êtes pas autorisé à écrire à ce groupe, qui n'existe peut-être pas", "5.0.0", OURS),
]

ADA = (READER, HARD)
