"""Every code that a finding can carry: how bad it may be, what it means and what mends it; docs/reference/findings.md says the same."""

from dataclasses import dataclass
from typing import Final

from digest.model.edition import Severity

_BLOCK, _WARN, _NOTE = Severity.BLOCK, Severity.WARN, Severity.NOTE


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of finding; `passed` is what the desk calls the check where it found nothing.

    What the law asks for is not `overridable`: no reason lets a mail go without it.
    """

    code: str
    severities: tuple[Severity, ...]
    means: str
    passed: str
    overridable: bool = True


KINDS: Final = {
    kind.code: kind
    for kind in (
        Kind(code="no_subject", severities=(_BLOCK,), means="The edition has no subject.", passed="subject"),
        Kind(code="subject_long", severities=(_NOTE,), means="The subject is longer than phones show.", passed="subject"),
        Kind(code="nameless", severities=(_WARN,), means="Subject or preheader greets by name alone.", passed="greeting"),
        Kind(code="no_preheader", severities=(_WARN,), means="The edition has no preheader.", passed="preheader"),
        Kind(
            code="correction_unsaid",
            severities=(_WARN,),
            means="What went out is being corrected, and the mail does not say what was wrong.",
            passed="correction",
        ),
        Kind(
            code="correction_unseen",
            severities=(_BLOCK,),
            means="The edition says what was wrong, and a part of the mail does not show it.",
            passed="correction",
        ),
        Kind(code="empty_edition", severities=(_BLOCK,), means="No section holds anything.", passed="sections"),
        Kind(code="no_lead", severities=(_BLOCK,), means="The plan has a lead, and no article stands there.", passed="lead"),
        Kind(code="empty_section", severities=(_WARN,), means="A section holds nothing and will not be shown.", passed="sections"),
        Kind(
            code="thin_section",
            severities=(_BLOCK, _WARN),
            means="A section holds less than its plan's minimum; it blocks where the plan holds the edition for it.",
            passed="sections",
        ),
        Kind(code="left_out_section", severities=(_NOTE,), means="A planned section got too little and was left out.", passed="sections"),
        Kind(
            code="missing_alt",
            severities=(_BLOCK, _WARN),
            means="A picture has neither alternative text nor caption; the lead's blocks. A file's name for one warns.",
            passed="alternative texts",
        ),
        Kind(code="missing_credit", severities=(_WARN,), means="A picture names nobody who made it.", passed="picture credits"),
        Kind(code="picture_waits", severities=(_WARN,), means="A picture is still to be fetched.", passed="pictures"),
        Kind(
            code="picture_late",
            severities=(_WARN,),
            means="A picture came after the mail was approved without it.",
            passed="pictures",
        ),
        Kind(
            code="picture_missing",
            severities=(_WARN,),
            means="A picture could not be fetched or read; its block does without, the theme's logo gives way to the name.",
            passed="pictures",
        ),
        Kind(code="picture_small", severities=(_WARN, _NOTE), means="A picture has fewer pixels than its place.", passed="pictures"),
        Kind(code="picture_tall", severities=(_WARN, _NOTE), means="The lead picture is much taller than wide.", passed="pictures"),
        Kind(code="brief_without_source", severities=(_NOTE,), means="A brief names no outlet that it comes from.", passed="brief sources"),
        Kind(code="byline_unsure", severities=(_NOTE,), means="A byline was read by rules that may err.", passed="bylines"),
        Kind(
            code="repeated_item", severities=(_WARN,), means="The same article or brief stands in the edition twice.", passed="no repeats"
        ),
        Kind(
            code="repeated_story",
            severities=(_WARN,),
            means="Two items tell one story: the same address behind both, or half of one's words in the other.",
            passed="no repeats",
        ),
        Kind(
            code="ran_before",
            severities=(_WARN,),
            means="An earlier edition of the newsletter held the same piece.",
            passed="nothing ran before",
        ),
        Kind(code="placeholder", severities=(_WARN,), means="A text holds words that somebody meant to replace.", passed="no placeholders"),
        Kind(code="name_spellings", severities=(_WARN,), means="One name is spelled in more than one way.", passed="names"),
        Kind(
            code="house_style",
            severities=(_WARN,),
            means="A word stands as the outlet's house style does not write it.",
            passed="house style",
        ),
        Kind(
            code="dead_link",
            severities=(_BLOCK, _WARN),
            means="An address is gone: 404, 410, no such host. An article's own blocks.",
            passed="links",
        ),
        Kind(
            code="silent_link",
            severities=(_WARN,),
            means="An address did not answer in time, or only with an error of its server.",
            passed="links",
        ),
        Kind(
            code="redirected_link",
            severities=(_WARN,),
            means="An address leads to its site's front page, a sign-in, or a page that says there is nothing.",
            passed="links",
        ),
        Kind(code="moved_link", severities=(_NOTE,), means="An address has moved for good.", passed="links"),
        Kind(code="unchecked_link", severities=(_NOTE,), means="The site keeps programs out, so nobody knows from here.", passed="links"),
        Kind(
            code="source_changed",
            severities=(_WARN,),
            means="The source changed a text after the edition took it.",
            passed="sources as taken",
        ),
        Kind(
            code="silent_source", severities=(_WARN,), means="A source on which the edition depends is silent.", passed="no silent source"
        ),
        Kind(
            code="no_unsubscribe",
            severities=(_BLOCK,),
            means="A part of the mail has no unsubscribe link.",
            passed="unsubscribe link",
            overridable=False,
        ),
        Kind(
            code="no_postal_address",
            severities=(_BLOCK,),
            means="The newsletter has no postal address, or a part of the mail does not show it.",
            passed="postal address",
            overridable=False,
        ),
        Kind(
            code="no_preferences", severities=(_WARN,), means="A part of the mail has no link to the reader's preferences.", passed="footer"
        ),
        Kind(code="no_browser_link", severities=(_WARN,), means="A part of the mail has no link to see it in a browser.", passed="footer"),
        Kind(code="no_why", severities=(_WARN,), means="A part of the mail does not say why a reader gets it.", passed="footer"),
        Kind(
            code="contrast",
            severities=(_BLOCK, _WARN),
            means="Text of the mail is too faint on its ground, in light or dark: under AA it warns, under 2 to 1 it blocks.",
            passed="contrast",
        ),
        Kind(
            code="size",
            severities=(_BLOCK, _WARN),
            means="The HTML weighs 85 KB or more, with its tracked links; at 100 KB it blocks.",
            passed="size",
        ),
        Kind(code="heavy_block", severities=(_NOTE,), means="One block takes a quarter of what a mail may weigh.", passed="size"),
    )
}
