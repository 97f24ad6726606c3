"""The large providers' SMTP endpoints: where they listen, what they bear, what they change in a mail, and what they ask of who uses them.

The sources are beside each, read in November 2026; what is marked "known" stands there without having been read again. Where
a provider says nothing of a limit there is none here. What a plan allows only its account knows: the settings stand over these.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from digest.deliver.relay import Security
from digest.errors import SettingsError
from digest.model.relay import Limits

_REGION: Final = re.compile(r"[a-z]{2}(?:-[a-z]+){1,2}-[0-9]\Z")
_DATED: Final = frozenset((b"date", b"message-id"))
_NOTHING: Final[frozenset[bytes]] = frozenset()
_BACK_BY_WEBHOOK: Final = "bounces stay with the provider: have them forwarded, or read its list of suppressed addresses"
_NO_TRACKING: Final = "turn its click and open tracking off: it would rewrite links, and signatures of ours would break"


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """A provider's endpoint. `hosts` by region; "{}" stands for a region that is any of the provider's own.

    `user` is the same for all accounts where it is given. `unsigned` are headers that it rewrites, which we leave out of a
    signature. `verp`: it takes any envelope sender of a domain that it knows. `duties` are what is to be done there, a sentence each.
    """

    says: str
    hosts: Mapping[str, str]
    port: int = 587
    security: Security = "starttls"
    user: str | None = None
    connections: int = 4
    messages: int = 100
    signs: bool = True
    unsigned: frozenset[bytes] = _NOTHING
    verp: bool = True
    headers: Mapping[str, str] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    duties: tuple[str, ...] = ()

    def host(self, region: str | None) -> str:
        """Return where it listens; raises SettingsError where the region is missing or unknown."""
        known = " or ".join(sorted(name for name in self.hosts if name not in ("", "{}")))
        named = region or ""
        if named in self.hosts and named != "{}":
            return self.hosts[named]
        if "{}" in self.hosts and _REGION.match(named):
            return self.hosts["{}"].format(named)
        what = known or ("its region, as eu-west-1" if "{}" in self.hosts else "none: it has no regions")
        raise SettingsError(f"{self.says} needs another region than {region!r}; write {what}")


PRESETS: Final[Mapping[str, Preset]] = {
    # docs.aws.amazon.com/ses/latest/dg: header-fields (Date and Message-ID are replaced), send-email-authentication-dkim-manual
    # (which fields not to sign), smtp-connect (ports; STARTTLS on 587, TLS on 465), monitor-sending-activity-using-notifications-email
    # (bounces go to the return path by email feedback forwarding).
    "ses": Preset(
        says="Amazon SES",
        hosts={"{}": "email-smtp.{}.amazonaws.com"},
        port=465,
        security="implicit",
        messages=500,
        unsigned=_DATED,
        duties=(
            "verify the whole domain of the From address: every reader has an envelope sender of its own there",
            "set `rate` to the account's maximum send rate, and `daily` to its sending quota",
            "leave email feedback forwarding on, so that bounces come to the return path, or take them in from SNS",
            "name a configuration set in `headers` as X-SES-CONFIGURATION-SET, where you have one",
        ),
    ),
    # twilio.com/docs/sendgrid/for-developers/sending-email/integrating-with-the-smtp-api: user "apikey", 5,000 messages a connection;
    # known: the EU's host, and what filters the header turns off.
    "sendgrid": Preset(
        says="Twilio SendGrid",
        hosts={"": "smtp.sendgrid.net", "global": "smtp.sendgrid.net", "eu": "smtp.eu.sendgrid.net"},
        port=465,
        security="implicit",
        user="apikey",
        messages=5_000,
        headers={
            "X-SMTPAPI": '{"filters": {"clicktrack": {"settings": {"enable": 0}}, "opentrack": {"settings": {"enable": 0}}, '
            '"subscriptiontrack": {"settings": {"enable": 0}}}}'
        },
        duties=("authenticate the domain of the From address there", _BACK_BY_WEBHOOK),
    ),
    # documentation.mailgun.com/docs/mailgun/user-manual/sending-messages: ports, the EU's own host, X-Mailgun-Track.
    "mailgun": Preset(
        says="Mailgun",
        hosts={"us": "smtp.mailgun.org", "eu": "smtp.eu.mailgun.org"},
        port=465,
        security="implicit",
        headers={"X-Mailgun-Track": "no"},
        duties=("verify the domain of the From address there, in the same region", _BACK_BY_WEBHOOK),
    ),
    # postmarkapp.com/support/article/811 (host of broadcasts), 1207 (X-PM-Message-Stream), 803 (X-PM-TrackOpens); known: X-PM-KeepID
    # keeps our Message-ID, which bounces are known by, and X-PM-TrackLinks.
    "postmark": Preset(
        says="Postmark, broadcast stream",
        hosts={"": "smtp-broadcasts.postmarkapp.com"},
        headers={"X-PM-Message-Stream": "broadcast", "X-PM-KeepID": "true", "X-PM-TrackOpens": "false", "X-PM-TrackLinks": "None"},
        duties=(
            "name your broadcast stream in `headers` as X-PM-Message-Stream, where it is not `broadcast`",
            "have it leave unsubscribing to us: it asks for a link of its own in broadcasts otherwise",
            _BACK_BY_WEBHOOK,
        ),
    ),
    # developers.brevo.com/docs/smtp-integration: ports, and that the password is an SMTP key.
    "brevo": Preset(
        says="Brevo",
        hosts={"": "smtp-relay.brevo.com"},
        unsigned=_DATED,
        duties=(
            "the password is an SMTP key, no API key",
            "authenticate the domain of the From address there",
            _NO_TRACKING,
            _BACK_BY_WEBHOOK,
        ),
    ),
    # Known from dev.mailjet.com/smtp-relay: host, ports, key and secret as login, headers that turn tracking off.
    "mailjet": Preset(
        says="Mailjet",
        hosts={"": "in-v3.mailjet.com"},
        unsigned=_DATED,
        headers={"X-Mailjet-TrackOpen": "0", "X-Mailjet-TrackClick": "0"},
        duties=("the user is the API key, the password its secret", "validate the domain of the From address there", _BACK_BY_WEBHOOK),
    ),
    # developers.sparkpost.com/api/smtp: hosts, user, 100 messages a connection, X-MSYS-API.
    "sparkpost": Preset(
        says="SparkPost",
        hosts={"us": "smtp.sparkpostmail.com", "eu": "smtp.eu.sparkpostmail.com"},
        user="SMTP_Injection",
        headers={"X-MSYS-API": '{"options": {"open_tracking": false, "click_tracking": false, "transactional": false}}'},
        duties=("the password is an API key that may send via SMTP", "verify the domain of the From address there", _BACK_BY_WEBHOOK),
    ),
    # scaleway.com/en/docs: capabilities and limits of Transactional Email; known: host, ports, the project's id as user.
    "scaleway": Preset(
        says="Scaleway Transactional Email",
        hosts={"": "smtp.tem.scaleway.com"},
        port=465,
        security="implicit",
        duties=(
            "the user is the project's id, the password an API key's secret",
            "see that your plan's quota bears an edition: it is small at first",
            _BACK_BY_WEBHOOK,
        ),
    ),
    # resend.com/docs/send-with-smtp: host, ports, user.
    "resend": Preset(
        says="Resend",
        hosts={"": "smtp.resend.com"},
        port=465,
        security="implicit",
        user="resend",
        duties=(
            "the password is an API key",
            "verify the domain of the From address there",
            "set `rate` to what your plan allows",
            _BACK_BY_WEBHOOK,
        ),
    ),
    # support.google.com/a/answer/2956491: host and ports; 10,000 messages a day for an envelope sender who is a user, others
    # count for the whole organisation; 421 and 450 where too much comes at once.
    "google": Preset(
        says="Google Workspace SMTP relay",
        hosts={"": "smtp-relay.gmail.com"},
        duties=(
            "allow senders of your domains in Routing, SMTP relay service, and this machine's address or a login",
            'turn DKIM on for the domain in the admin console, or let us sign (`signs = "us"`)',
            "set `daily` to what your licences allow",
        ),
    ),
    # learn.microsoft.com: Exchange Online limits (30 messages a minute, 10,000 recipients a day), SMTP AUTH (three connections a
    # mailbox, techcommunity 607825); known: an envelope sender must be the mailbox's own (5.2.252 SendAsDenied).
    "microsoft365": Preset(
        says="Microsoft 365, SMTP AUTH",
        hosts={"": "smtp.office365.com"},
        connections=1,
        messages=30,
        verp=False,
        limits=Limits(rate=0.5, daily=10_000),
        duties=(
            "SMTP AUTH must be on for the mailbox, and takes a password only as long as Microsoft allows it",
            "run at most three sending processes: a mailbox has three connections",
            "its terms are for people's own mail: take a provider for bulk mail beyond some hundred readers",
        ),
    ),
    # Known from fastmail.help: server names and ports, app passwords, limits by plan.
    "fastmail": Preset(
        says="Fastmail",
        hosts={"": "smtp.fastmail.com"},
        port=465,
        security="implicit",
        connections=1,
        messages=50,
        verp=False,
        duties=(
            "the password is an app password",
            "set `daily` to your plan's limit",
            "its terms are for people's own mail: take a provider for bulk mail beyond some hundred readers",
        ),
    ),
}


def preset(name: str) -> Preset:
    """Return a preset by its name; raises SettingsError naming those there are."""
    try:
        return PRESETS[name]
    except KeyError as error:
        raise SettingsError(f"there is no preset {name!r}; take one of {', '.join(sorted(PRESETS))}, or give the relay a url") from error
