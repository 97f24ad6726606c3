"""An even number of links: filters take an odd one for two parts that were not made of one another (rspamd: URI_COUNT_ODD, one point)."""

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from digest.model.mailing import choice_of
from digest.render.segments import Choosing, joined, parted

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


def count_links(html: str, text: str, marker: str) -> int:
    """Return how many links both parts hold, pictures among them; a slot that ends in `_url` is one. What only Outlook sees is not."""
    slot = f"{marker}[a-z]+_url{marker}"
    in_html = re.findall(rf'\s(?:href|src|background)="(?:https?:|{slot})', _COMMENT.sub("", html))
    return len(in_html) + len(re.findall(rf"https?://|{slot}", text))


def evened(html: str, text: str, choices: Sequence[AbstractSet[str]], choosing: Choosing, more: str) -> str:
    """Return the marked text, with the line `more` at its end for whoever would else get an odd number of links.

    `html` and `text` are marked; `more` holds one link, and is for everybody where the number is odd for everybody.
    """
    marker = choosing.marker
    html_parts, text_parts = parted(html, marker), parted(text, marker)
    odd = {choice: count_links(joined(html_parts, choice), joined(text_parts, choice), marker) % 2 for choice in choices}
    said = {choice_of(choice): {"more": more if odd[choice] else ""} for choice in choices}
    return text + choosing.each(said, lambda now: str(now["more"]))
