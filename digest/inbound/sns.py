"""Amazon SNS over https: whose a message is, by its signature (versions 1 and 2), its topic, and its time."""

import re
import threading
from base64 import b64decode
from collections import OrderedDict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from digest.errors import FetchError, RefusedError
from digest.inbound.provider import Fetch, text

# A message that SNS could not hand over is posted again for an hour at most, under its first timestamp.
WINDOW: Final = timedelta(minutes=75)
_HOST: Final = re.compile(r"sns\.[a-z]{2}(?:-[a-z]{2,12}){1,3}-[0-9]{1,2}\.amazonaws\.com(?:\.cn)?")
_CERTIFICATE: Final = re.compile(r"/SimpleNotificationService-[0-9A-Za-z]{1,64}\.pem")
# What is signed, in this order, each name and value on a line of its own.
_NOTIFICATION: Final = ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type")
_CONFIRMATION: Final = ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")
_CONFIRMATIONS: Final = ("SubscriptionConfirmation", "UnsubscribeConfirmation")
_MOST_CERTIFICATES, _MOST_FETCHES = 16, 6


def proven(message: Mapping[str, Any], topics: frozenset[str], certificates: "Certificates", *, now: datetime) -> str:
    """Return what a message of SNS is ("Notification", "SubscriptionConfirmation", …) once it has proven itself.

    The topic is looked at before anything is fetched. Raises RefusedError; FetchError where the certificate cannot be had now.
    """
    kind = text(message.get("Type"))
    if text(message.get("TopicArn")) not in topics:
        raise RefusedError("a message of a topic that is not allowed; name it in the setting ses_topics if it is yours")
    if abs(now - _moment(text(message.get("Timestamp")))) > WINDOW:
        raise RefusedError("a message of another time: too old or ahead of the clock")
    algorithm = {"1": hashes.SHA1(), "2": hashes.SHA256()}.get(text(message.get("SignatureVersion")))  # noqa: S303  what version 1 means
    if algorithm is None or (kind != "Notification" and kind not in _CONFIRMATIONS):
        raise RefusedError("a message of an unknown type or signature version")
    signature = _signature(message)
    given = message.get("SigningCertURL")
    url = given if isinstance(given, str) else ""
    try:
        certificates.key(url, now=now).verify(signature, canonical(message, kind), padding.PKCS1v15(), algorithm)
    except (InvalidSignature, ValueError) as error:
        raise RefusedError("a message whose signature does not verify") from error
    certificates.proved(url)
    return kind


def canonical(message: Mapping[str, Any], kind: str) -> bytes:
    """Return what SNS signs: the message whole, whatever its length; a Subject that is absent is left out."""
    names = _CONFIRMATION if kind in _CONFIRMATIONS else _NOTIFICATION
    present = [(name, message[name]) for name in names if isinstance(message.get(name), str)]
    return "".join(f"{name}\n{value}\n" for name, value in present).encode("utf-8", "surrogatepass")


def confirmation_url(message: Mapping[str, Any]) -> str:
    """Return the address that confirms a subscription; raises RefusedError where it does not lead to SNS, about this very topic."""
    url = message.get("SubscribeURL")
    parts = _parts(url if isinstance(url, str) else "")
    asked = parse_qs(parts.query) if parts is not None else {}
    if (
        parts is None
        or parts.path != "/"
        or asked.get("Action") != ["ConfirmSubscription"]
        or asked.get("TopicArn") != [message["TopicArn"]]
    ):
        raise RefusedError("a subscription to be confirmed elsewhere than at SNS")
    return str(url)


@dataclass(slots=True)
class Certificates:
    """The keys of SNS's certificates: fetched once each, from SNS's own hosts only, and no more than a few a minute.

    What proved a message last is forgotten last: others may name certificates of SNS as they like.
    """

    fetch: Fetch
    _kept: "OrderedDict[str, x509.Certificate]" = field(default_factory=OrderedDict)
    _fetched: "deque[datetime]" = field(default_factory=lambda: deque(maxlen=_MOST_FETCHES))
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _fetching: threading.Lock = field(default_factory=threading.Lock)

    def key(self, url: str, *, now: datetime) -> rsa.RSAPublicKey:
        """Return the key behind a SigningCertURL; raises RefusedError, FetchError."""
        parts = _parts(url)
        if parts is None or _CERTIFICATE.fullmatch(parts.path) is None or parts.query:
            raise RefusedError("a message signed by a certificate that is not on a host of SNS")
        certificate = self._known(url)
        if certificate is None:
            # One at a time; whoever knows theirs does not wait for it.
            with self._fetching:
                certificate = self._known(url) or self._keep(url, self._get(url, now))
        if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
            raise RefusedError("a message signed by a certificate that is not valid now")
        key = certificate.public_key()
        if not isinstance(key, rsa.RSAPublicKey):
            raise RefusedError("a message signed by a key of another kind")
        return key

    def proved(self, url: str) -> None:
        """Note that the certificate behind this address has just proved a message."""
        with self._lock:
            if url in self._kept:
                self._kept.move_to_end(url)

    def _known(self, url: str) -> x509.Certificate | None:
        with self._lock:
            return self._kept.get(url)

    def _keep(self, url: str, certificate: x509.Certificate) -> x509.Certificate:
        with self._lock:
            self._kept[url] = certificate
            while len(self._kept) > _MOST_CERTIFICATES:
                self._kept.popitem(last=False)
        return certificate

    def _get(self, url: str, now: datetime) -> x509.Certificate:
        if len(self._fetched) == _MOST_FETCHES and now - self._fetched[0] < timedelta(minutes=1):
            raise FetchError("too many certificates were asked for within a minute")
        self._fetched.append(now)
        body = self.fetch(url)
        try:
            return x509.load_pem_x509_certificate(body)
        except ValueError as error:
            raise RefusedError("a message signed by something that is no certificate") from error


def _signature(message: Mapping[str, Any]) -> bytes:
    """The signature, if it can be one of an RSA key: before a certificate is fetched for it."""
    try:
        signature = b64decode(str(message.get("Signature", ""))[:2000], validate=True)
    except ValueError as error:
        raise RefusedError("a message whose signature cannot be read") from error
    if not 256 <= len(signature) <= 1024:
        raise RefusedError("a message whose signature is none of an RSA key")
    return signature


def _parts(url: str) -> Any:  # noqa: ANN401  urllib's own result, or None
    """The parts of an address that is surely one of SNS's: https, its host spelled out, no port, no user, no fragment."""
    if len(url) > 2000 or not url.isascii() or any(character in url for character in "\\@#\t\r\n "):
        return None
    parts = urlsplit(url)
    return parts if parts.scheme == "https" and _HOST.fullmatch(parts.netloc) and not parts.fragment else None


def _moment(given: str) -> datetime:
    try:
        moment = datetime.fromisoformat(given)
    except ValueError as error:
        raise RefusedError("a message without a time") from error
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
