"""A thousand mails as the service makes them: editions of many sizes, themes and languages, readers of many names, DKIM-signed."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cache
from itertools import islice

from digest.audience.links import message_id, reader_links, return_path
from digest.audience.token import Bearing, Purpose, make_consent_token
from digest.deliver.dkim import Key, Signers, make_key
from digest.deliver.message import Splicer, signed
from digest.model.edition import Edition
from digest.model.newsletter import Newsletter
from digest.model.quoting import mailbox
from digest.render.confirmation import Addressed, render_confirmation
from digest.render.email import render_edition
from digest.render.places import template_roots
from digest.render.press import open_press
from digest.render.specimen import edition_of, specimen_newsletter, with_every_block
from tests.flows.newsroom import SECRET
from tests.render.languages import WORDS, in_language

DOMAIN = "harbour.example"
PUBLIC_URL = f"https://news.{DOMAIN}"
THEMES = ("review", "bulletin")
EDITIONS = 40
READERS = 25
_NAMES = (
    *("", "Mira Okonjo", "José Ñandú", "Ольга Шевченко", "東京 太郎", "नमस्ते शर्मा", "مريم العلي", 'O\'Neil, "Jo"', "Dr. A. <B> C"),
    *("=?utf-8?q?not_me?=", "From me", "..", "a" * 110, "😀 Smile", "Trailing ", "half & half"),
)
_PAPERS = ("The Harbour Review", "Tideline", "Le Canal Décalé", "Портовий вісник", "港口评论", "Quay & Lock")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One mail with its envelope, and what it is of: a theme's name, or "letter" after it."""

    raw: bytes
    sender: str
    recipient: str
    of: str


@cache
def keys() -> tuple[Key, Key]:
    """The domain's two keys, made once."""
    return make_key(DOMAIN, "rsa1"), make_key(DOMAIN, "ed1", ed25519_key=True)


def key_records() -> dict[str, str]:
    """What the DNS says of the keys, by name."""
    return {key.record_name: key.record for key in keys()}


@cache
def thousand() -> tuple[Mail, ...]:
    """A thousand edition mails, the same in every run but for their keys, dated now."""
    return tuple(_editions(random.Random(6)))


def spread(count: int) -> tuple[Mail, ...]:
    """So many of the thousand, taken evenly: each edition is among them where there are enough."""
    mails = thousand()
    return tuple(islice(mails, len(mails) // count // 2, None, len(mails) // count))


@cache
def ordinary() -> tuple[Mail, ...]:
    """What most readers get, by theme: a full English edition for a reader with an ordinary name, and the letter that confirms."""
    now = datetime.now(UTC)
    mails: list[Mail] = []
    with open_press(template_roots(), PUBLIC_URL) as press:
        for number, theme in enumerate(THEMES):
            newsletter = replace(specimen_newsletter(), theme=theme)
            for edition in (edition_of(9, 3, 6), with_every_block(edition_of(9, 3, 6)), edition_of(1, 0, 0)):
                splicer = Splicer(render_edition(press, edition, newsletter), Signers(keys()).of(DOMAIN))
                mails.append(_mail(splicer, (EDITIONS + len(mails) + 1, 7), "Mira Okonjo", theme, now))
            token = make_consent_token(SECRET, Purpose.CONFIRM_MESSAGE, number + 1, now)
            letter = Addressed(
                to="mira@reader.example",
                link=f"{PUBLIC_URL}/c/{make_consent_token(SECRET, Purpose.CONFIRM, number + 1, now)}",
                asked=now,
                message_id=f"<c{token}@{DOMAIN}>",
                date=format_datetime(now),
            )
            raw = signed(render_confirmation(press, newsletter, letter), Signers(keys()).of(DOMAIN))
            mails.append(Mail(raw=raw, sender=f"bounce+c{token}@{DOMAIN}", recipient=letter.to, of=f"{theme} letter"))
    return tuple(mails)


def _editions(chance: random.Random) -> Iterator[Mail]:
    now = datetime.now(UTC)
    with open_press(template_roots(), PUBLIC_URL) as press:
        for number in range(EDITIONS):
            newsletter = _newsletter(chance, number)
            splicer = Splicer(render_edition(press, _edition(chance, number), newsletter), Signers(keys()).of(DOMAIN))
            for reader in range(READERS):
                opened = now - timedelta(minutes=chance.randrange(60))
                yield _mail(splicer, (number + 1, number * READERS + reader + 1), chance.choice(_NAMES), newsletter.theme, opened)


def _newsletter(chance: random.Random, number: int) -> Newsletter:
    paper = chance.choice(_PAPERS)
    return replace(
        specimen_newsletter(),
        id=f"letter-{number}",
        name=f"{paper} {chance.choice(('Weekly', 'на тиждень', '週刊', 'Woche'))}",
        public_name=paper,
        from_name=paper,
        theme=THEMES[number % len(THEMES)],
        reply_to=chance.choice((None, f"editor@{DOMAIN}")),
    )


def _edition(chance: random.Random, number: int) -> Edition:
    edition = edition_of(chance.randrange(1, 14), chance.randrange(6), chance.randrange(10))
    language = chance.choice(("en", *WORDS))
    if language != "en":
        edition = in_language(edition, language)
    elif chance.random() < 0.5:
        edition = with_every_block(edition)
    return replace(edition, number=number + 1, subject=f"{edition.subject} {chance.choice(('', '— №', '…', 'é' * 40, 'x' * 90))}".strip())


def _mail(splicer: Splicer, ids: tuple[int, int], name: str, theme: str, opened: datetime) -> Mail:
    bearing = Bearing(mailing_id=ids[0], subscriber_id=ids[1])
    address = f"reader{ids[1]}@reader.example"
    values = reader_links(SECRET, PUBLIC_URL, bearing) | {
        "to": mailbox(name or None, address, "To"),
        "address": address,
        "name": name,
        "message_id": message_id(SECRET, DOMAIN, bearing),
        "date": format_datetime(opened),
    }
    return Mail(raw=splicer.splice(values), sender=return_path(SECRET, DOMAIN, bearing), recipient=address, of=theme)
