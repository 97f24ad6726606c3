# ruff: noqa: E501  sample markup reads better unbroken
"""What stands in articles with sources, lists and lead-ins of its own and is no news brief."""

import pytest

from digest.gather.page import read_page

PROSE = "<p>The harbour office said on Friday that the old pier will stay closed while divers look at its wooden legs, and that boats land at the northern quay.</p><p>Three of the seven families that sell fish there would rather wait, because their customers will not walk that far in winter, the office added.</p>"
CHAPTERS = {
    "reaction": "<h2>Reaction</h2><ul><li>“The closure of the pier is a scandal,” opposition leader Ana Roth told Reuters.</li><li>“We had no choice,” harbour minister Jan Holt said in an interview with the BBC.</li><li>The fishermen’s union called the closure premature, according to AFP.</li></ul>",
    "whatweknow": "<h2>What we know</h2><ul><li>The pier closed on Monday after a diver found cracks, the harbour office told Reuters.</li><li>Seven families sell fish on the pier; three want to wait, the BBC reported.</li><li>The northern quay takes the boats until spring, according to the office.</li></ul>",
    "timeline": "<h2>How we got here</h2><ul><li><b>March 3:</b> A diver finds cracks, Reuters reports.</li><li><b>April 9:</b> The council debates the pier, the BBC reports.</li><li><b>May 1:</b> The pier closes, AFP reports.</li></ul>",
    "chapters": "<h2>A history of cracks</h2><p>Cracks in the pier were first reported by the BBC in 1998, when a diver found three of them under the fish hall.</p><p>The council paid for new legs, Reuters reported, and for a decade the pier stood as it had.</p><p>Salt and boats did the rest, according to the Guardian, and in March the divers came back to the pier.</p>",
    "obits": "<h2>Deaths</h2><ul><li>Ann Lee, 84, who kept the lighthouse.</li><li>Bo Chi, 91, shipwright.</li><li>Cy Doe, 77, teacher at the harbour school.</li></ul>",
    "books": "<h2>Further reading</h2><ul><li><i>The Pier</i>, by Ann Lee (Penguin, 2019)</li><li><i>Salt</i>, by Bo Chi (Faber, 2020)</li><li><i>Legs</i>, by Cy Doe (Verso, 2021)</li></ul>",
    "events": "<h2>This week</h2><ul><li>Monday: The council meets at 7 p.m. in the town hall.</li><li>Tuesday: Concert on the mole, free.</li><li>Friday: Market day at the northern quay.</li></ul>",
    "tips": "<h2>How to see the pier</h2><ul><li>Take the 14 bus to the mole, and bring a lamp.</li><li>Avoid Mondays, when the office is closed to visitors.</li><li>Ask for the key at the café by the church.</li></ul>",
    "players": "<h2>Player ratings</h2><p><b>Ann Lee 7.</b> Kept the ball well and never gave it away in the middle.</p><p><b>Bo Chi 5.</b> Lost it too often, as the BBC said.</p><p><b>Cy Doe 8.</b> The best of them, by far.</p>",
    "glossary": "<h2>Words of the harbour</h2><p><b>Mole:</b> a wall of stone that keeps the sea out of a harbour.</p><p><b>Quay:</b> where boats land their fish and people their luggage.</p><p><b>Pier:</b> a walk on legs over the water.</p>",
    "letters": "<h2>Letters</h2><p>I read your story on the pier with sadness. My father built it. — Ann Lee, Port Town</p><p>Your reporter forgets the mole. We walk there every day. — Bo Chi</p>",
    "corrections": "<h2>Corrections</h2><p>A story on Monday gave the wrong height of the mole. It is four metres.</p><p>The BBC reported the name of the diver wrongly, and so did we. He is Cy Doe.</p>",
    "sources": "<h2>Sources</h2><ul><li>Reuters, “The pier closes”, 3 March</li><li>BBC, “Cracks”, 9 April</li></ul>",
    "de-reaktionen": "<h2>Reaktionen</h2><p>„Die Sperrung des Stegs ist ein Skandal“, sagte die Oppositionsführerin der dpa.</p><p>Der Hafenminister verteidigte die Sperrung des Stegs im ZDF.</p><p>Die Fischer halten die Sperrung für verfrüht, berichtet der Spiegel.</p>",
}


@pytest.mark.parametrize("name", CHAPTERS)
def test_chapters_lists_and_reactions_of_an_article_are_no_briefs(name: str) -> None:
    head = "<html><head><title>The pier is closed</title></head><body><article><h1>The pier is closed</h1>"
    page = f"{head}{PROSE}{CHAPTERS[name]}</article></body></html>".encode()
    assert read_page(page, "https://lantern.example/2026/pier").sections == ()
