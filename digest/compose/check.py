"""What an editor should know before an edition goes: findings with stable codes, what blocks first."""

import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from typing import Final

from digest.compose.draft import count_of
from digest.compose.drift import NAMES, difference
from digest.compose.markup import plain_text
from digest.compose.match import address_key
from digest.model.edition import Article, Brief, Edition, Finding, Item, Section, Severity
from digest.model.facts import Facts
from digest.model.mailing import Rendered
from digest.model.newsletter import Newsletter, PlannedSection, SectionKind, WhenThin

# Gmail clips a mail near 102 KB of HTML, and then hides the unsubscribe link; 1 KB is 1,000 bytes here.
WARN_BYTES: Final = 85_000
BLOCK_BYTES: Final = 100_000
LONGEST_SUBJECT: Final = 60
NOTHING_LOOKED_UP: Final = Facts()
_ORDER: Final = (Severity.BLOCK, Severity.WARN, Severity.NOTE)
_PLACEHOLDER: Final = re.compile(r"\blorem ipsum\b|\b(?-i:(?:TK)+|TODO|TBD|XXX)\b", re.IGNORECASE)
_TAG: Final = re.compile(r"<[^>]*>")


def check(edition: Edition, newsletter: Newsletter, rendered: Rendered | None, facts: Facts = NOTHING_LOOKED_UP) -> tuple[Finding, ...]:
    """Return the findings, sorted block, warn, note; `rendered` None leaves out what only the finished mail can tell.

    `facts` are what the flow looked up elsewhere: what sources changed since, and which are silent.
    """
    found = [
        *_envelope(edition),
        *_sections(edition, newsletter),
        *_pictures(edition),
        *_bylines(edition),
        *_briefs(edition),
        *_repeats(edition),
        *_placeholders(edition),
        *_drifted(edition, facts),
        *_silent(facts),
        *_mail(newsletter, rendered),
    ]
    return tuple(sorted(found, key=lambda finding: _ORDER.index(finding.severity)))


def _envelope(edition: Edition) -> Iterator[Finding]:
    subject = edition.subject.strip()
    if not subject:
        yield _finding("no_subject", Severity.BLOCK, "The edition has no subject", "Write a subject; the lead's headline is a good one.")
    if len(subject) > LONGEST_SUBJECT:
        yield _finding(
            "subject_long",
            Severity.NOTE,
            f"The subject has {len(subject)} characters; phones show about {LONGEST_SUBJECT}",
            "Shorten it, or put what matters first.",
        )
    if not edition.preheader.strip():
        yield _finding(
            "no_preheader",
            Severity.WARN,
            "The edition has no preheader; inboxes will show the first words of the mail instead",
            "Write one sentence that goes on where the subject stops.",
        )


def _sections(edition: Edition, newsletter: Newsletter) -> Iterator[Finding]:
    if not any(section.items for section in edition.sections):
        yield _finding(
            "empty_edition",
            Severity.BLOCK,
            "The edition is empty",
            "Add an item, gather the sources, or give the plan other sources and categories.",
        )
    if _wants_lead(edition, newsletter) and _lead(edition) is None:
        yield _finding("no_lead", Severity.BLOCK, "The edition has no lead article", "Move an article into the lead section, or add one.")
    for section in edition.sections:
        if not section.items:
            yield _finding(
                "empty_section",
                Severity.WARN,
                f"The section {_name(section)} is empty and will not be shown",
                "Add an item or move one there, or leave it empty.",
                section.id,
            )
    for planned in newsletter.plan:
        yield from _thin(edition, planned)


def _thin(edition: Edition, planned: PlannedSection) -> Iterator[Finding]:
    count = count_of(edition, planned)
    if count >= planned.minimum:
        return
    section = next((one for one in edition.sections if one.key == planned.key), None)
    place = section.id if section else None
    name = _name(section) if section else f"“{planned.heading or planned.key}”"
    of_how_many = f"holds {count} of at least {planned.minimum} {'item' if planned.minimum == 1 else 'items'}"
    if planned.thin is WhenThin.HOLD:
        message = f"The section {name} {of_how_many}, and the plan holds the edition for it"
        yield _finding("thin_section", Severity.BLOCK, message, "Add items, or lower the section's minimum.", place)
    elif planned.thin is WhenThin.SKIP:
        message = f"The section {name} {of_how_many}; without an editor's approval the edition is skipped"
        yield _finding("thin_section", Severity.WARN, message, "Add items, or approve it as it is.", place)
    elif section is None:
        why = "nothing came for it" if planned.minimum == 1 else f"fewer than {planned.minimum} items came for it"
        message = f"The section {name} was left out: {why}"
        yield _finding("left_out_section", Severity.NOTE, message, "Nothing to do; lower its minimum to see it with less.")
    elif section.items:
        message = f"The section {name} {of_how_many}"
        yield _finding("thin_section", Severity.WARN, message, "Add items, or leave it as it is.", place)


def _pictures(edition: Edition) -> Iterator[Finding]:
    lead = _lead(edition)
    for article in _items(edition):
        if not isinstance(article, Article) or article.image is None or not article.image.url:
            continue
        leads = article is lead
        whose = "The lead picture" if leads else f"The picture of “{article.headline}”"
        if not _said(article.image.alt) and not _said(article.image.caption):
            yield _finding(
                "missing_alt",
                Severity.BLOCK if leads else Severity.WARN,
                f"{whose} has no alternative text",
                "Say in a few words what it shows, for readers who do not see it.",
                article.id,
            )
        if not _said(article.image.credit):
            yield _finding(
                "missing_credit", Severity.WARN, f"{whose} has no credit", "Name who made it, or take the picture out.", article.id
            )


def _briefs(edition: Edition) -> Iterator[Finding]:
    for section in edition.sections:
        for item in section.items:
            # What was said from a podium names its source in the heading.
            if isinstance(item, Brief) and section.kind is not SectionKind.BRIEFING and not item.sources:
                yield _finding(
                    "brief_without_source",
                    Severity.NOTE,
                    f"The brief {_name(item)} names no source",
                    "Name the outlet it comes from.",
                    item.id,
                )


def _bylines(edition: Edition) -> Iterator[Finding]:
    for item in _items(edition):
        if isinstance(item, Article) and item.byline_unsure and item.authors:
            yield _finding(
                "byline_unsure",
                Severity.NOTE,
                f"The byline of {_name(item)} may be wrong: {', '.join(item.authors)}",
                "Compare it with the article's page; saving another byline, or this one again, settles it.",
                item.id,
            )


def _repeats(edition: Edition) -> Iterator[Finding]:
    seen: set[str] = set()
    for item in _items(edition):
        if isinstance(item, Article):
            same = f"address {address_key(item.url)}" if item.url else f"headline {item.headline}"
        else:
            same = f"words {' '.join(plain_text(item.html).casefold().split())}"
        if same in seen:
            yield _finding("repeated_item", Severity.WARN, f"{_name(item)} stands in the edition twice", "Remove one of the two.", item.id)
        seen.add(same)


def _placeholders(edition: Edition) -> Iterator[Finding]:
    texts: list[tuple[str, str | None, str]] = [("The subject", None, edition.subject), ("The preheader", None, edition.preheader)]
    if edition.intro:
        texts.append(("The intro", edition.intro.id, plain_text(edition.intro.html)))
    texts += [(f"The heading {_name(section)}", section.id, section.heading or "") for section in edition.sections]
    texts += [(_name(item), item.id, _words(item)) for item in _items(edition)]
    for name, place, text in texts:
        if hit := _PLACEHOLDER.search(text):
            message = f"{name} holds placeholder text: “{hit[0]}”"
            yield _finding("placeholder", Severity.WARN, message, "Write the real text, or take it out.", place)


def _drifted(edition: Edition, facts: Facts) -> Iterator[Finding]:
    """What the source corrected after the edition took it; an item that was removed since concerns nobody."""
    items = {item.id: item for item in _items(edition)}
    for drift in facts.drift:
        item = items.get(drift.item)
        if item is None:
            continue
        what = NAMES.get(drift.field, drift.field)
        if drift.after is None:
            message, remedy = f"The source took out {_name(item)}", "Ask why; take it out here too, or leave it."
        else:
            message = f"The source changed {what} of {_name(item)} after the edition took it"
            remedy = "Take the new text, correct yours, or leave it as it is."
        words = tuple((one.kind, one.text) for one in difference(drift)) if drift.after is not None else ()
        yield replace(_finding("source_changed", Severity.WARN, message, remedy, drift.item), difference=words)


def _silent(facts: Facts) -> Iterator[Finding]:
    for one in facts.silent:
        since = f"has been silent since {one.since:%d %B, %H:%M} UTC" if one.since else "was never reached"
        remedy = f"Look at its page under Sources. {one.why}"
        yield _finding("silent_source", Severity.WARN, f"The source {one.name}, on which this edition depends, {since}", remedy)


def _mail(newsletter: Newsletter, rendered: Rendered | None) -> Iterator[Finding]:
    address = newsletter.postal_address.strip()
    remedy = "Give the newsletter its postal address, and let the theme show it (16 CFR 316.5)."
    if not address:
        yield _finding("no_postal_address", Severity.BLOCK, "The newsletter has no postal address", remedy)
    if rendered is None:
        return
    slot = f"{rendered.marker}unsubscribe_url{rendered.marker}"
    for part, body in (("HTML", rendered.html), ("text", rendered.text)):
        if slot not in body:
            message = f"The {part} part of the mail has no unsubscribe link"
            yield _finding("no_unsubscribe", Severity.BLOCK, message, "Put {{ slot('unsubscribe_url') }} back into the theme's footer.")
        words = unescape(_TAG.sub(" ", body)) if part == "HTML" else body
        if any(word not in words for word in address.split()):
            yield _finding("no_postal_address", Severity.BLOCK, f"The {part} part of the mail does not show the postal address", remedy)
    size = rendered.html_bytes
    if size >= WARN_BYTES:
        blocks = size >= BLOCK_BYTES
        message = f"The mail has {size / 1000:.0f} KB of HTML; Gmail cuts it off near 102 KB, and the unsubscribe link with it"
        remedy = "Take items out, or shorten the longest text." + ("" if blocks else f" At {BLOCK_BYTES // 1000} KB it cannot be approved.")
        yield _finding("size", Severity.BLOCK if blocks else Severity.WARN, message, remedy)


def _finding(code: str, severity: Severity, message: str, remedy: str, place: str | None = None) -> Finding:
    return Finding(code=code, severity=severity, message=f"{message}.", remedy=remedy, place=place)


def _items(edition: Edition) -> Iterator[Item]:
    return (item for section in edition.sections for item in section.items)


def _lead(edition: Edition) -> Article | None:
    leading = (item for section in edition.sections if section.kind is SectionKind.LEAD for item in section.items)
    return next((item for item in leading if isinstance(item, Article)), None)


def _wants_lead(edition: Edition, newsletter: Newsletter) -> bool:
    """A plan of briefs alone has no lead, and needs none."""
    kinds = [*(planned.kind for planned in newsletter.plan), *(section.kind for section in edition.sections)]
    return not kinds or SectionKind.LEAD in kinds


def _said(text: str | None) -> bool:
    return bool(text and text.strip())


def _name(thing: Section | Item) -> str:
    if isinstance(thing, Section):
        return f"“{thing.heading or thing.key}”"
    text = thing.headline if isinstance(thing, Article) else (thing.lead if isinstance(thing, Brief) else None) or plain_text(thing.html)
    return f"“{text if len(text) <= 60 else text[:59].rstrip() + '…'}”"


def _words(item: Item) -> str:
    if isinstance(item, Article):
        return " ".join(filter(None, (item.headline, item.dek, item.kicker)))
    if isinstance(item, Brief):
        return f"{item.lead or ''} {plain_text(item.html)}"
    return f"{plain_text(item.html)} {item.signature or ''}"
