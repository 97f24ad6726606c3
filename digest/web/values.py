"""An item's fields as an editor types them: what stands in them, and the move that typed text asks for."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from digest.compose import edit
from digest.compose.marked import body_from_marked, body_to_marked, from_marked, note_from_marked, note_to_marked, to_marked
from digest.compose.merge import CORRECTION, HEAD, LETTERS, items_of, letter_of
from digest.compose.sentences import Choice, settled, stretches
from digest.compose.typed import LONGEST_HTML
from digest.errors import InputError, NotFound
from digest.model.edition import Article, Brief, Edition, Item, Note, Section, SourceRef
from digest.model.page import Image

Move = Callable[[Edition], Edition]
OTHER: Final = "other"
# Before the name of a section's own field in a form.
OWN: Final = "own-"
# Measured before anything is made of them; what is one line measures itself.
LONGEST: Final = {"text": LONGEST_HTML, "body": LONGEST_HTML, "sources": 20_000, "byline": 5_000}
_SOURCE: Final = re.compile(r"(?P<name>.*?)[\s|,:–—-]*(?P<url>https?://\S+)?\s*\Z")


def values_of(edition: Edition, place: str) -> dict[str, str]:
    """Return what stands in the fields of an item or a section's heading, as text; raises NotFound."""
    if place == HEAD:
        return {"subject": edition.subject, "preheader": edition.preheader}
    section = section_of(edition, place)
    if section is not None:
        return {"heading": section.heading or ""} | {f"{OWN}{name}": value for name, value in section.fields}
    item: Item | None = letter_of(edition, place) or Note(id="", html="") if place in LETTERS else items_of(edition).get(place)
    if item is None:
        raise NotFound(f'the edition has no item "{place}" any more; look at it as it is now')
    if isinstance(item, Note):
        return {"text": note_to_marked(item.html), "signature": item.signature or ""}
    if isinstance(item, Brief):
        sources = "\n".join(f"{one.name} {one.url or ''}".strip() for one in item.sources)
        return {"lead": item.lead or "", "text": to_marked(item.html), "sources": sources}
    return {
        "headline": item.headline,
        "dek": item.dek or "",
        "kicker": item.kicker or "",
        "byline": ", ".join(item.authors),
        "url": item.url,
        "picture": (item.image.url if item.image else None) or "",
        "alt": (item.image.alt if item.image else None) or "",
        "credit": (item.image.credit if item.image else None) or "",
        "body": body_to_marked(item.body_html or ""),
    }


def section_of(edition: Edition, place: str) -> Section | None:
    """Return the section of that id, or None."""
    return next((section for section in edition.sections if section.id == place), None)


def changed_in(edition: Edition, place: str, typed: Mapping[str, str]) -> dict[str, str]:
    """Return the typed fields whose text differs from what stands there; a picture is named by its address."""
    before = values_of(edition, place)
    given = dict(typed)
    if given.get("picture") == OTHER:
        given["picture"] = given.get("address", "")
    own = section_of(edition, place) is not None
    return {
        name: text
        for name, text in given.items()
        if (name in before or (own and name.startswith(OWN))) and _plain(text) != _plain(before.get(name, ""))
    }


def move_of(place: str, typed: Mapping[str, str], own: Image | None = None) -> Move:
    """Return the move that a form asks for: only fields whose text differs from what stands there are set.

    `own` is the picture that the article came with. The move raises InputError where a text is endless.
    """

    def moved(edition: Edition) -> Edition:
        if typed.get("picture") == OTHER and not typed.get("address", "").strip():
            raise InputError("The other picture has no address; write it, or choose None.")
        changed = changed_in(edition, place, typed)
        for name, text in changed.items():
            if len(text) > LONGEST.get(name, len(text)):
                raise InputError(f"The {name} has {len(text):,} characters; at most {LONGEST[name]:,} fit, so shorten it.")
        return _changed(edition, place, changed, own) if changed else edition

    return moved


def both_of(place: str, move: Move) -> Move:
    """Return the move that keeps the brief that stands and sets the typed one behind it, as a brief of its own."""

    def moved(edition: Edition) -> Edition:
        section, at = standing(edition, place)
        mine = items_of(move(edition))[place]
        if not isinstance(mine, Brief):
            return move(edition)
        added = edit.add_made(edition, section.id, [replace(mine, pinned=False)])
        new = next(item_id for item_id in items_of(added) if item_id not in items_of(edition))
        return edit.move_to(added, new, section.id, at + 1)

    return moved


def picked(theirs: Mapping[str, str], mine: Mapping[str, str], picks: Mapping[tuple[str, int], Choice]) -> dict[str, str]:
    """Return the fields as chosen sentence by sentence; `picks` names a field and the place among what differs in it."""
    chosen = {}
    for name, text in mine.items():
        found = stretches(text.replace("\r\n", "\n"), theirs.get(name, ""))
        count = sum(one.parts for one in found)
        chosen[name] = settled(found, [picks.get((name, at), "mine") for at in range(count)]) if count else text
    return chosen


def standing(edition: Edition, place: str) -> tuple[Section, int]:
    """Return where an item stands; raises NotFound."""
    for section in edition.sections:
        for at, item in enumerate(section.items):
            if item.id == place:
                return section, at
    raise NotFound(f'the edition has no item "{place}" any more; look at it as it is now')


def _changed(edition: Edition, place: str, changed: Mapping[str, str], own: Image | None) -> Edition:
    if place == HEAD:
        return _head(edition, changed)
    if section_of(edition, place) is not None:
        if "heading" in changed:
            edition = edit.set_heading(edition, place, changed["heading"])
        fields = {name.removeprefix(OWN): text for name, text in changed.items() if name.startswith(OWN)}
        return edit.set_fields(edition, place, fields) if fields else edition
    if place in LETTERS:
        values, note = values_of(edition, place) | dict(changed), letter_of(edition, place)
        html = note_from_marked(values["text"]) if "text" in changed or note is None else note.html
        write = edit.set_correction if place == CORRECTION else edit.set_intro
        return write(edition, html, values["signature"])
    item = items_of(edition)[place]
    if isinstance(item, Note):
        html = note_from_marked(changed["text"]) if "text" in changed else item.html
        return edit.set_note(edition, place, html, changed.get("signature", item.signature))
    if isinstance(item, Brief):
        return edit.set_brief(edition, place, _brief(changed))
    return edit.set_article(edition, place, _article(item, changed, own))


def _head(edition: Edition, changed: Mapping[str, str]) -> Edition:
    if "subject" in changed:
        edition = edit.set_subject(edition, changed["subject"])
    return edit.set_preheader(edition, changed["preheader"]) if "preheader" in changed else edition


def _brief(changed: Mapping[str, str]) -> edit.BriefFields:
    fields: edit.BriefFields = {}
    if "lead" in changed:
        fields["lead"] = changed["lead"]
    if "text" in changed:
        fields["html"] = from_marked(changed["text"])
    if "sources" in changed:
        fields["sources"] = tuple(_source(line) for line in changed["sources"].splitlines() if line.strip())
    return fields


def _article(item: Article, changed: Mapping[str, str], own: Image | None) -> edit.ArticleFields:
    fields: edit.ArticleFields = {}
    if "headline" in changed:
        fields["headline"] = changed["headline"]
    if "dek" in changed:
        fields["dek"] = changed["dek"]
    if "kicker" in changed:
        fields["kicker"] = changed["kicker"]
    if "url" in changed:
        fields["url"] = changed["url"]
    if "byline" in changed:
        fields["authors"] = tuple(re.split(r"\s*[,;]\s*", changed["byline"]))
    if "body" in changed:
        fields["body_html"] = body_from_marked(changed["body"])
    if changed.keys() & {"picture", "alt", "credit"}:
        fields["image"] = _picture(item.image, changed, own)
    return fields


def _picture(now: Image | None, changed: Mapping[str, str], own: Image | None) -> Image | None:
    """Return the picture by the address that was chosen, described as typed; what was said of another picture is not said of it."""
    url = changed.get("picture", (now.url if now else None) or "").strip()
    if not url:
        # A text may name a credit without a picture.
        credit_only = now is not None and now.url is None and "picture" not in changed
        return replace(now, credit=changed.get("credit", now.credit)) if now is not None and credit_only else None
    known = next((one for one in (now, own) if one is not None and one.url == url), Image(url=url))
    return replace(known, alt=changed.get("alt", known.alt), credit=changed.get("credit", known.credit))


def _source(line: str) -> SourceRef:
    found = _SOURCE.match(line.strip()[:4000])
    if found is None or not found["name"]:
        raise InputError(f'"{line.strip()[:80]}" names no source; write its name first, then its address: Reuters https://…')
    return SourceRef(name=found["name"], url=found["url"])


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").strip()
