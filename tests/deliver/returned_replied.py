"""Automatic replies, answers and letters: what comes back and is no return."""

from tests.deliver.returned_mails import COPY, READER, US, Case, plain

_PERSON = f"Ada Reader <{READER}>"

REPLIED = [
    Case(
        name="RFC 3834",
        mail=plain("I am away until Monday.\n", sender=_PERSON, subject="Re: The week in short", more="Auto-Submitted: auto-replied\n"),
        kind="auto_reply",
    ),
    Case(
        name="Outlook",
        mail=plain(
            "I am out of the office.\n",
            sender=_PERSON,
            subject="Automatic reply: The week in short",
            more="X-Auto-Response-Suppress: All\n",
        ),
        kind="auto_reply",
    ),
    Case(
        name="vacation",
        mail=plain(
            "I will not be reading my mail for a while.\n",
            sender=_PERSON,
            subject="away from my mail",
            more="Precedence: junk\nX-Vacation: yes\n",
        ),
        kind="auto_reply",
    ),
    Case(
        name="German",
        mail=plain("Ich bin bis Montag nicht im Büro.\n", sender=_PERSON, subject="Abwesenheitsnotiz: The week in short"),
        kind="auto_reply",
    ),
    Case(
        name="French",
        mail=plain("Je suis absent jusqu'à lundi.\n", sender=_PERSON, subject="Réponse automatique : The week in short"),
        kind="auto_reply",
    ),
    Case(
        name="Spanish",
        mail=plain("Estoy de vacaciones.\n", sender=_PERSON, subject="Respuesta automática: The week in short"),
        kind="auto_reply",
    ),
    Case(name="Japanese", mail=plain("不在にしております。\n", sender=_PERSON, subject="自動応答: The week in short"), kind="auto_reply"),
    Case(name="Russian", mail=plain("Я в отпуске.\n", sender=_PERSON, subject="Автоответ: The week in short"), kind="auto_reply"),
    Case(
        name="gone from the house, says a person's mailbox",
        mail=plain(
            "John no longer works here; this mailbox does not exist any more. Write to the front desk.\n",
            sender=_PERSON,
            subject="Automatic reply: The week in short",
            more="Auto-Submitted: auto-replied\n",
        ),
        kind="auto_reply",
    ),
    Case(
        name="a challenge",
        mail=plain(
            "This account is protected. Please click on the following link to have your address added to the allowed list.\n",
            sender=_PERSON,
            subject="Re: The week in short",
        ),
        kind="auto_reply",
    ),
    Case(
        name="a ticket",
        mail=plain(
            "Your message has been received. Ticket 4711.\n",
            sender="Help <help@reader.example>",
            subject="[Ticket 4711] The week in short",
            more="Auto-Submitted: auto-generated\n",
        ),
        kind="auto_reply",
    ),
    Case(
        name="an answer to a notice, not a notice",
        mail=f"From: {_PERSON}\nTo: {US}\nSubject: Re: Undeliverable mail\nReferences: <x@y.z>\n\nIt could not be delivered?\n",
        kind="none",
    ),
    Case(
        name="a letter",
        mail=(
            f"From: {_PERSON}\nTo: {US}\nSubject: Your piece on the harbour\n\n"
            "I liked it. The mailbox at the corner is full of leaves, by the way.\n"
        ),
        kind="none",
    ),
    Case(name="an unsubscription", mail=f"From: {_PERSON}\nTo: unsubscribe@paper.example\nSubject: unsubscribe\n\n", kind="none"),
    Case(
        name="a newsletter of ours, passed back by its reader with a word of failed delivery",
        mail=(
            f"From: {_PERSON}\nTo: {US}\nSubject: Fwd: The week in short\nMIME-Version: 1.0\n"
            'Content-Type: multipart/mixed; boundary="b"\n\n--b\nContent-Type: text/plain\n\n'
            "My old account was closed, and mail could not be delivered any more.\n\n"
            f"--b\nContent-Type: message/rfc822\n\n{COPY}\n--b--\n"
        ),
        kind="none",
    ),
    Case(
        name="another newsletter, about delivery",
        mail=(
            f"From: Other Paper <other@press.example>\nTo: {US}\nSubject: Your message delivery report of the week\nPrecedence: bulk\n"
            "List-Unsubscribe: <https://press.example/leave>\n\nHow the economy failed to deliver. Of 550 SMTP servers one answers.\n"
        ),
        kind="none",
    ),
    Case(
        name="an unsubscription that a mail program wrote",
        mail=f"From: {_PERSON}\nTo: leave-7@paper.example\nSubject: unsubscribe\nAuto-Submitted: auto-replied\n\nSent for Ada.\n",
        kind="auto_reply",
    ),
    Case(
        name="a person's answer, whose headers lost their indent on the way",
        mail=(
            f"Received: from mx.example\n(192.0.2.4) by relay.example\nvia mx.example; today\nFrom: {_PERSON}\nTo: {US}\n"
            "Subject: Re: The week in short\nIn-Reply-To: <edition-7@paper.example>\n\n"
            "My mail to you could not be delivered: 550 5.1.1 user unknown, said your SMTP server.\n"
        ),
        kind="none",
    ),
]
