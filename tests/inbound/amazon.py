"""SNS as it posts: certificates and signatures made by the tests, payloads in the forms that SES gives them."""

import json
from base64 import b64encode
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

from digest.errors import FetchError

TOPIC = "arn:aws:sns:eu-west-1:123456789012:returns"
HOST = "https://sns.eu-west-1.amazonaws.com"
CERTIFICATE = f"{HOST}/SimpleNotificationService-0123456789abcdef.pem"
_SIGNED = ("Message", "MessageId", "Subject", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")


@dataclass
class Amazon:
    """SNS's key with its certificate, and the addresses that can be fetched; `asked` are those that were."""

    now: datetime
    key: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(public_exponent=65537, key_size=2048))
    asked: list[str] = field(default_factory=list)

    def certificate(self, *, days: int = 30) -> bytes:
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
        made = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(self.key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(self.now - timedelta(days=60))
            .not_valid_after(self.now + timedelta(days=days))
            .sign(self.key, hashes.SHA256())
        )
        return made.public_bytes(serialization.Encoding.PEM)

    def fetch(self, url: str) -> bytes:
        self.asked.append(url)
        if url.startswith(f"{HOST}/SimpleNotificationService-"):
            return self.certificate()
        if url.startswith(f"{HOST}/?Action=ConfirmSubscription"):
            return b"<ConfirmSubscriptionResponse/>"
        raise FetchError(f"{url} is not there")

    def message(self, told: object, *, version: str = "1", number: str = "m-1", **more: object) -> dict[str, Any]:
        """A signed message; `more` stands in it before it is signed."""
        given = {
            "Type": "Notification",
            "MessageId": number,
            "TopicArn": TOPIC,
            "Message": told if isinstance(told, str) else json.dumps(told),
            "Timestamp": self.now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "SignatureVersion": version,
            "SigningCertURL": CERTIFICATE,
        } | more
        return given | {"Signature": self.sign(given)}

    def sign(self, given: dict[str, Any]) -> str:
        # Written out here a second time, from SNS's documentation.
        names = [name for name in _SIGNED if name in given and (given["Type"] != "Notification" or name not in ("SubscribeURL", "Token"))]
        signed = "".join(f"{name}\n{given[name]}\n" for name in names).encode()
        algorithm = hashes.SHA1() if given["SignatureVersion"] == "1" else hashes.SHA256()
        return b64encode(self.key.sign(signed, padding.PKCS1v15(), algorithm)).decode()


def mail(return_path: str, *, message_id: str = "<none@paper.example>") -> dict[str, Any]:
    return {
        "timestamp": "2026-11-20T07:00:00.000Z",
        "messageId": "0102018f-ses-own",
        "source": return_path,
        "destination": ["ada@one.example"],
        "headersTruncated": False,
        "headers": [{"name": "From", "value": "desk@review.example.org"}, {"name": "Message-ID", "value": message_id}],
        "commonHeaders": {"from": ["desk@review.example.org"], "messageId": message_id, "subject": "The week"},
    }


def bounced(
    return_path: str,
    *,
    kind: tuple[str, str] = ("Permanent", "General"),
    diagnostic: str | None = "smtp; 550 5.1.1 user unknown",
    status: str | None = "5.1.1",
    message_id: str = "<none@paper.example>",
    name: str = "notificationType",
) -> dict[str, Any]:
    one = {"emailAddress": "ada@one.example", "action": "failed", "status": status, "diagnosticCode": diagnostic}
    recipient = {key: value for key, value in one.items() if value is not None}
    bounce = {"bounceType": kind[0], "bounceSubType": kind[1], "bouncedRecipients": [recipient], "timestamp": "2026-11-20T07:00:09.000Z"}
    return {name: "Bounce", "bounce": bounce | {"feedbackId": "f"}, "mail": mail(return_path, message_id=message_id)}


def complained(return_path: str, feedback: str | None = "abuse") -> dict[str, Any]:
    given = {"complainedRecipients": [{"emailAddress": "ada@one.example"}], "feedbackId": "f"}
    given |= {} if feedback is None else {"complaintFeedbackType": feedback}
    return {"eventType": "Complaint", "complaint": given, "mail": mail(return_path)}
