"""An edition becomes a mail, once: data, templates, MJML, HTML and text, and the wire form of both."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any, Final

from digest.model.edition import Edition
from digest.model.greeting import NAMELESS, for_nobody, pattern_of
from digest.model.mailing import FORM, Piece, Rendered, choice_of
from digest.model.newsletter import Newsletter
from digest.model.picture import AS_FOUND, Pictures
from digest.render.context import edition_data, script_of, segments_of
from digest.render.counts import counts
from digest.render.even import evened
from digest.render.greeting import greeted
from digest.render.lint import lint_mjml
from digest.render.lint_html import lint_html, picture_hosts
from digest.render.lint_parts import lint_parts
from digest.render.marks import found_in, unmarked
from digest.render.masthead import name_size
from digest.render.phrases import minutes_said
from digest.render.pictures import with_logo, with_pictures
from digest.render.press import Press
from digest.render.rows import minutes_of
from digest.render.segments import Choosing, choices_of, joined, parted, settled
from digest.render.slots import marker_for
from digest.render.tools import tools_of
from digest.render.tracked import tracked
from digest.render.wire import Envelope, wire_form

# What MRML writes between two columns, for Outlook's eyes only: one comment ends where the next begins.
_COMMENT_SEAM = re.compile(r"<!\[endif\]--><!--\[if mso \| IE\]>")
_ATTRIBUTE = re.compile(r'(=\s*")([^"<>]*)(")')
_TAG = re.compile(r"<[A-Za-z][^<>]*>")
_LINKS: Final = re.compile(r"\n(?=\[A?1\] )")
_TITLE = re.compile(r"(<mj-title>)(.*?)(</mj-title>)", re.DOTALL)


def render_edition(press: Press, edition: Edition, newsletter: Newsletter, pictures: Pictures = AS_FOUND) -> Rendered:
    """Render `edition` in its newsletter's theme into the frozen mail: the same input gives the same bytes.

    `pictures` say where each picture and the logo stand; what is to be sent is never given them as they were found.
    Raises RenderError, which names template, line or block, where a template or its MJML is at fault; never because of
    what an article says.
    """
    theme = press.theme(newsletter.theme)
    edition = tracked(edition, newsletter)
    edition, settings = with_pictures(edition, theme, pictures), with_logo(theme, pictures)
    marker = marker_for(edition, newsletter, press.public_url)
    found = edition_data(edition, newsletter, theme, press.public_url)
    nameless = str(settings["words"].get("reader") or NAMELESS)
    data = greeted(found, marker, nameless)
    size, vw = name_size(data["newsletter"]["name"], settings["width"] - 40, settings["type"]["name"])

    segments = segments_of(edition, newsletter, data["sections"])
    choices = choices_of(segments)
    said = {choice_of(choice): counts(data["sections"], settings["words"], choice) for choice in choices}
    in_text = Choosing(marker=marker, segments=segments)
    shared = {
        **data,
        "theme": {**settings, **script_of(data["language"])},
        "words": settings["words"],
        "name_px": size,
        "name_vw": vw,
    }
    set_text = press.set_type(newsletter.theme, "editions/edition.txt", shared, tools_of(marker, segments, said, text=True))
    text = tidy_text(settled(set_text, marker))
    text_parts = parted(text, marker)
    for choice in choices:
        said[choice_of(choice)]["minutes_here"] = _minutes(joined(text_parts, choice), settings["words"])
    rows = tools_of(marker, segments, said, text=False)
    marked_mjml = numeric_attributes(press.set_type(newsletter.theme, "editions/edition.mjml", shared | said[""], rows))
    lint_mjml(marked_mjml, theme)
    mjml = unmarked(marked_mjml)
    html = _COMMENT_SEAM.sub("", press.compiler.compile(mjml))
    text = evened(html, text, choices, in_text, f"Atom: {data['newsletter']['archive_url']}/feed.atom\n")
    html_parts, text_parts = parted(html, marker), parted(text, marker)
    lint_parts(text_parts, segments, marker, f"{newsletter.theme}/editions/edition.txt")
    lint_parts(html_parts, segments, marker, f"{newsletter.theme}/editions/edition.mjml")
    for choice in {choices[0], choices[-1]}:
        hosts = picture_hosts(data, settings, press.public_url)
        lint_html(joined(html_parts, choice), marker, hosts, partial(found_in, marked_mjml, theme))
    envelope = replace(Envelope.of(edition, newsletter, press.public_url), pattern=pattern_of(found["subject"], nameless))
    pieces = wire_form(html_parts, text_parts, marker, envelope)
    digest = hashlib.sha256(mjml.encode())
    digest.update(json.dumps([_hashed(piece) for piece in pieces]).encode())
    return Rendered(
        sha256=digest.hexdigest(),
        subject=data["subject"],
        preheader=for_nobody(found["preheader"], nameless),
        mjml=mjml,
        html=joined(html_parts),
        text=joined(text_parts),
        marker=marker,
        pieces=pieces,
        form=FORM,
        segments=segments,
        html_parted=html if segments else "",
        text_parted=text if segments else "",
    )


def _minutes(text: str, words: Mapping[str, Any]) -> str:
    """How long a text takes to read, its list of links left out."""
    return minutes_said(minutes_of(len(_LINKS.split(text, maxsplit=1)[0].split())), words)


def _hashed(piece: Piece) -> tuple[object, ...]:
    """What a piece brings to the mail's hash; a mail without segments has the hash that the form without them gave it."""
    base = (piece.literal, piece.slot, piece.encoding, piece.fallback, *([piece.pattern] if piece.pattern else []))
    return (*base, piece.segment, piece.choices) if piece.segment is not None or piece.choices else base


def numeric_attributes(mjml: str) -> str:
    """Write what MRML would print in Rust's debug format (NBSP, newline, backslash, all beyond ASCII) as numeric references.

    Only inside attributes, and in mj-title, which MRML copies into one.
    """

    def numeric(text: str) -> str:
        return "".join(letter if " " <= letter <= "~" and letter != "\\" else f"&#{ord(letter)};" for letter in text)

    def in_tag(tag: re.Match[str]) -> str:
        return _ATTRIBUTE.sub(lambda found: found[1] + numeric(found[2]) + found[3], tag[0])

    return _TITLE.sub(lambda title: title[1] + numeric(title[2]) + title[3], _TAG.sub(in_tag, mjml))


def tidy_text(text: str) -> str:
    """No spaces at line ends, no two empty lines together, one newline at the end; NBSP has done its work and is a space."""
    lines = "\n".join(line.rstrip(" ") for line in text.replace("\u00a0", " ").strip("\n").split("\n"))
    return re.sub(r"\n{3,}", "\n\n", lines) + "\n"
