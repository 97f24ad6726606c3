"""The editor's moves: each takes an edition and gives the next one; ids stay, and what an editor types is made safe."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Literal, TypedDict, TypeVar

from digest.compose.ids import Ids, Letter
from digest.compose.typed import checked_address, typed_body, typed_inline, typed_line, typed_lines, typed_note
from digest.errors import NotFound, RefusedError
from digest.model.edition import Article, Brief, Edition, Item, Note, Section, SourceRef
from digest.model.newsletter import PlannedSection
from digest.model.page import Image

_Kind = TypeVar("_Kind", Article, Brief, Note)


class ArticleFields(TypedDict, total=False):
    """The fields of an article that an editor may set; one that is absent stays as it is."""

    headline: str
    url: str
    dek: str | None
    kicker: str | None
    authors: tuple[str, ...]
    image: Image | None
    body_html: str | None
    outlet: str | None


class BriefFields(TypedDict, total=False):
    """The fields of a brief that an editor may set; one that is absent stays as it is."""

    lead: str | None
    html: str
    sources: tuple[SourceRef, ...]


def set_subject(edition: Edition, subject: str) -> Edition:
    """Give the edition another subject."""
    return replace(edition, subject=typed_line(subject, "The subject") or "")


def set_preheader(edition: Edition, preheader: str) -> Edition:
    """Give the edition another preheader."""
    return replace(edition, preheader=typed_line(preheader, "The preheader") or "")


def set_intro(edition: Edition, html: str | None, signature: str | None = None) -> Edition:
    """Write the intro note, or take it out where `html` is None or says nothing; its id stays while it is rewritten."""
    return replace(edition, intro=_letter(edition, edition.intro, "intro", (html, signature)))


def set_correction(edition: Edition, html: str | None, signature: str | None = None) -> Edition:
    """Say what was wrong in what went out, first in the mail; taken out where `html` is None or says nothing."""
    return replace(edition, correction=_letter(edition, edition.correction, "correction", (html, signature)))


def set_heading(edition: Edition, section_id: str, heading: str | None) -> Edition:
    """Give a section another heading, or none."""
    section = _section(edition, section_id)
    return _with_section(edition, replace(section, heading=typed_line(heading, "The heading")))


def set_fields(edition: Edition, section_id: str, changed: Mapping[str, str]) -> Edition:
    """Fill a section's own fields, by name; an empty value takes one out. Raises InputError beyond 4,000 characters."""
    section = _section(edition, section_id)
    values = dict(section.fields) | {name: typed_lines(value, f"The field {name}") for name, value in changed.items()}
    return _with_section(edition, replace(section, fields=tuple((name, value) for name, value in values.items() if value)))


def open_section(edition: Edition, plan: Sequence[PlannedSection], key: str) -> Edition:
    """Open a planned section that the edition lacks, where the plan has it; one that stands stays as it is. Raises NotFound."""
    if any(section.key == key for section in edition.sections):
        return edition
    order = [planned.key for planned in plan]
    if key not in order:
        raise NotFound(f'The plan has no section "{key}"; look at the edition again, the plan may have changed.')
    planned = plan[order.index(key)]
    opened = Section(id=_ids(edition).section(key), key=key, kind=planned.kind, heading=planned.heading)
    ahead = set(order[: order.index(key)])
    at = max((place + 1 for place, section in enumerate(edition.sections) if section.key in ahead), default=0)
    return replace(edition, sections=(*edition.sections[:at], opened, *edition.sections[at:]))


def set_article(edition: Edition, item_id: str, fields: ArticleFields) -> Edition:
    """Set fields of an article. Raises NotFound, or InputError where an address is none or a text is endless."""
    return _change(edition, item_id, lambda item: _set_article(_expect(item, Article), fields))


def set_brief(edition: Edition, item_id: str, fields: BriefFields) -> Edition:
    """Set fields of a brief. Raises NotFound, or InputError where an address is none or a text is endless."""
    return _change(edition, item_id, lambda item: _set_brief(_expect(item, Brief), fields))


def set_note(edition: Edition, item_id: str, html: str, signature: str | None = None) -> Edition:
    """Rewrite a note that stands in a section."""
    signed = typed_line(signature, "The signature")
    return _change(edition, item_id, lambda item: replace(_expect(item, Note), html=typed_note(html), signature=signed))


def remove(edition: Edition, item_id: str) -> Edition:
    """Take an item out; `put_back` brings it back from the revision before."""
    section, place = _find(edition, item_id)
    return _with_items(edition, section, section.items[:place] + section.items[place + 1 :])


def put_back(edition: Edition, before: Edition, item_id: str) -> Edition:
    """Bring an item back from an earlier revision, where it stood then as nearly as may be; its section too."""
    if any(item.id == item_id for section in edition.sections for item in section.items):
        raise RefusedError(f'The item "{item_id}" stands in the edition; remove it first, or move it.')
    old, place = _find(before, item_id)
    if all(section.id != old.id for section in edition.sections):
        at = before.sections.index(old)
        edition = replace(edition, sections=(*edition.sections[:at], replace(old, items=()), *edition.sections[at:]))
    section = _section(edition, old.id)
    # Behind the nearest neighbour before it that still stands; at the head where none does.
    ids = [item.id for item in section.items]
    ahead = next((ids.index(item.id) + 1 for item in reversed(old.items[:place]) if item.id in ids), 0)
    return _with_items(edition, section, (*section.items[:ahead], old.items[place], *section.items[ahead:]))


def move(edition: Edition, item_id: str, direction: Literal["up", "down"]) -> Edition:
    """Move an item one place within its section; at the end, and beside what is pinned, it stays where it is."""
    section, place = _find(edition, item_id)
    other = place + (1 if direction == "down" else -1)
    if not 0 <= other < len(section.items) or _pinned(section.items[place]) != _pinned(section.items[other]):
        return edition
    items = list(section.items)
    items[place], items[other] = items[other], items[place]
    return _with_items(edition, section, tuple(items))


def move_to(edition: Edition, item_id: str, section_id: str, place: int | None = None) -> Edition:
    """Move an item to a section, before the item now at `place` (None: to its end)."""
    section, at = _find(edition, item_id)
    _section(edition, section_id)
    item = section.items[at]
    if section.id != section_id and not isinstance(item, Note):
        item = replace(item, pinned=False)
    return _insert(remove(edition, item_id), section_id, item, place)


def pin(edition: Edition, item_id: str, *, pinned: bool) -> Edition:
    """Pin an item before the others of its section, or let it go: it stays there until it is moved."""
    section, place = _find(edition, item_id)
    item = section.items[place]
    if isinstance(item, Note):
        raise RefusedError("A note cannot be pinned; move it up instead.")
    others = (*section.items[:place], *section.items[place + 1 :])
    ahead = sum(map(_pinned, others))
    return _with_items(edition, section, (*others[:ahead], replace(item, pinned=pinned), *others[ahead:]))


def add_made(edition: Edition, section_id: str, items: Sequence[Article | Brief]) -> Edition:
    """Add items that were made elsewhere at the end of a section, each with an id that is free."""
    for item in items:
        letter: Letter = "a" if isinstance(item, Article) else "b"
        words = item.url if isinstance(item, Article) else f"{item.lead} {item.html}"
        edition = _insert(edition, section_id, replace(item, id=_new_id(edition, letter, words)))
    return edition


def add_note(edition: Edition, section_id: str, html: str, signature: str | None = None) -> Edition:
    """Add a note at the end of a section."""
    clean = typed_note(html)
    note_id = _ids(edition).by_hand("n", clean)
    return _insert(edition, section_id, Note(id=note_id, html=clean, signature=typed_line(signature, "The signature")))


def add_article(edition: Edition, section_id: str, fields: ArticleFields) -> Edition:
    """Add an article by hand at the end of a section; it needs its headline and address."""
    blank = Article(id="", url=fields.get("url", ""), headline="", because="added by hand")
    made = _set_article(blank, {**fields, "url": blank.url, "headline": fields.get("headline", "")})
    return _insert(edition, section_id, replace(made, id=_new_id(edition, "a", made.url)))


def _set_article(article: Article, fields: ArticleFields) -> Article:
    checked: ArticleFields = {}
    if "headline" in fields:
        headline = typed_line(fields["headline"], "The headline")
        if not headline:
            raise RefusedError("An article needs a headline; write one, or remove the article.")
        checked["headline"] = headline
    if "url" in fields:
        checked["url"] = checked_address(fields["url"])
    if "dek" in fields:
        checked["dek"] = typed_line(fields["dek"], "The dek")
    if "kicker" in fields:
        checked["kicker"] = typed_line(fields["kicker"], "The kicker")
    if "authors" in fields:
        checked["authors"] = tuple(filter(None, (typed_line(author, "The byline") for author in fields["authors"])))
    if "image" in fields:
        checked["image"] = _image(fields["image"])
    if "body_html" in fields:
        checked["body_html"] = typed_body(fields["body_html"]) or None
    if "outlet" in fields:
        checked["outlet"] = typed_line(fields["outlet"], "The outlet")
    # Whoever saves a byline has looked at it.
    return replace(article, **checked, byline_unsure=article.byline_unsure and "authors" not in fields)


def _set_brief(brief: Brief, fields: BriefFields) -> Brief:
    checked: BriefFields = {}
    if "lead" in fields:
        checked["lead"] = typed_line(fields["lead"], "The brief's lead")
    if "html" in fields:
        checked["html"] = typed_inline(fields["html"])
    if "sources" in fields:
        named = [(typed_line(source.name, "The source"), source.url) for source in fields["sources"]]
        checked["sources"] = tuple(SourceRef(name=name, url=checked_address(url) if url else None) for name, url in named if name)
    changed = replace(brief, **checked)
    if not changed.lead and not changed.html:
        raise RefusedError("A brief needs a lead or a text; write one, or remove the brief.")
    return changed


def _image(image: Image | None) -> Image | None:
    if image is None:
        return None
    return Image(
        url=checked_address(image.url) if image.url else None,
        alt=typed_line(image.alt, "The picture's alternative text"),
        caption=typed_line(image.caption, "The picture's caption"),
        credit=typed_line(image.credit, "The picture's credit"),
    )


def _expect(item: Item, kind: type[_Kind]) -> _Kind:
    if not isinstance(item, kind):
        raise RefusedError(f'The item "{item.id}" is of the kind {item.kind}; set the fields of that kind.')
    return item


def _change(edition: Edition, item_id: str, changed: Callable[[Item], Item]) -> Edition:
    section, place = _find(edition, item_id)
    return _with_items(edition, section, (*section.items[:place], changed(section.items[place]), *section.items[place + 1 :]))


def _insert(edition: Edition, section_id: str, item: Item, place: int | None = None) -> Edition:
    section = _section(edition, section_id)
    at = len(section.items) if place is None else max(0, min(place, len(section.items)))
    ahead = sum(map(_pinned, section.items))
    at = min(at, ahead) if _pinned(item) else max(at, ahead)
    return _with_items(edition, section, (*section.items[:at], item, *section.items[at:]))


def _pinned(item: Item) -> bool:
    return not isinstance(item, Note) and item.pinned


def _with_items(edition: Edition, section: Section, items: tuple[Item, ...]) -> Edition:
    return _with_section(edition, replace(section, items=items))


def _with_section(edition: Edition, section: Section) -> Edition:
    return replace(edition, sections=tuple(section if one.id == section.id else one for one in edition.sections))


def _section(edition: Edition, section_id: str) -> Section:
    found = next((section for section in edition.sections if section.id == section_id), None)
    if found is None:
        raise NotFound(f'The edition has no section "{section_id}"; look at the edition again, it may have changed.')
    return found


def _find(edition: Edition, item_id: str) -> tuple[Section, int]:
    for section in edition.sections:
        for place, item in enumerate(section.items):
            if item.id == item_id:
                return section, place
    raise NotFound(f'The edition has no item "{item_id}"; look at the edition again, it may have been removed.')


def _new_id(edition: Edition, letter: Letter, text: str) -> str:
    return _ids(edition).by_hand(letter, text)


def _letter(edition: Edition, now: Note | None, name: str, said: tuple[str | None, str | None]) -> Note | None:
    """The note as it is written anew, its id kept; None where it says nothing."""
    clean = typed_note(said[0])
    if not clean:
        return None
    note_id = now.id if now else _ids(edition).by_hand("n", name)
    return Note(id=note_id, html=clean, signature=typed_line(said[1], "The signature"))


def _ids(edition: Edition) -> Ids:
    taken = {section.id for section in edition.sections} | {item.id for section in edition.sections for item in section.items}
    return Ids(frozenset(taken | {note.id for note in (edition.intro, edition.correction) if note}))
