"""Entries out of pages, and feed entries completed from their own pages."""

from dataclasses import replace

from digest.gather.canonical import absolute
from digest.model.page import Image, Page, PageArticle
from digest.model.source import Entry


def entry_of_page(page: Page, url: str) -> Entry:
    """The entry that the page at `url` is; where it has no article, title and content are None."""
    address = absolute(url, None) or url
    article = page.article
    if article is None:
        return Entry(guid=address, url=address, title=None, sections=page.sections, suggestions=page.suggestions)
    return Entry(
        guid=article.url or address,
        url=article.url or address,
        title=article.headline,
        summary=article.dek,
        content_html=article.body_html or None,
        authors=article.authors,
        published=article.published,
        image=_proposed(article),
        kicker=article.kicker,
        dek=article.dek,
        sections=page.sections,
        suggestions=page.suggestions,
        byline_unsure=article.byline_unsure,
    )


def enrich(entry: Entry, page: Page) -> Entry:
    """A feed's entry with what its own page knows better: kicker, dek, the picture and its credit, authors, briefs.

    What the feed says of title, address, dates and identity stays; a page without an article changes nothing.
    """
    article = page.article
    if article is None:
        return entry
    return replace(
        entry,
        content_html=_longer(entry.content_html, article.body_html),
        authors=entry.authors or article.authors,
        published=entry.published or article.published,
        image=_image(entry.image, article.image),
        kicker=entry.kicker or article.kicker,
        dek=entry.dek or article.dek,
        summary=entry.summary or article.dek,
        sections=page.sections or entry.sections,
        suggestions=() if page.sections or entry.sections else page.suggestions or entry.suggestions,
        byline_unsure=entry.byline_unsure if entry.authors else article.byline_unsure,
        canonical=article.url or entry.canonical,
    )


def carry(entry: Entry, old: Entry, given: Entry | None) -> Entry:
    """What a feed now gives of a known entry, with what only its page had told; `given` is what the feed gave before.

    Nothing that the page gave is lost: its picture, briefs, kicker and dek stay until the page is read again, and its text
    too, unless the feed's own text changed.
    """
    if given is None:
        return entry
    page_text = old.content_html != given.content_html
    return replace(
        entry,
        content_html=_longer(entry.content_html, old.content_html or "") if page_text else entry.content_html,
        authors=entry.authors or old.authors,
        published=entry.published or old.published,
        image=_image(entry.image, old.image),
        kicker=entry.kicker or old.kicker,
        dek=entry.dek or old.dek,
        summary=entry.summary or old.summary,
        sections=entry.sections or old.sections,
        suggestions=() if entry.sections or old.sections else entry.suggestions or old.suggestions,
        byline_unsure=entry.byline_unsure if entry.authors else old.byline_unsure,
        canonical=entry.canonical or old.canonical,
    )


def reread(given: Entry, old: Entry, page: Page) -> Entry:
    """A feed's entry completed from its page as it stands now; what an earlier reading of it told stays where this one lacks it.

    A page without an article (a wall, an error that calls itself a page) changes nothing.
    """
    if page.article is None:
        return old
    fresh = enrich(given, page)
    return replace(
        fresh,
        image=fresh.image or old.image,
        kicker=fresh.kicker or old.kicker,
        dek=fresh.dek or old.dek,
        sections=fresh.sections or old.sections,
    )


def _longer(feed: str | None, page: str) -> str | None:
    """The feed's text where it is whole; the page's where the feed has an excerpt."""
    return page if page and len(page) > 1.2 * len(feed or "") else feed


def _proposed(article: PageArticle) -> Image | None:
    """The picture as an editor gets it: without an address nobody sees its words but in the form."""
    image = article.image
    return replace(image, alt=article.pictured) if image is not None and not image.url and not image.alt else image


def _image(feed: Image | None, page: Image | None) -> Image | None:
    if feed is None or page is None or feed.url is None:
        if feed and page and feed.url is None and page.url:
            return replace(page, credit=page.credit or feed.credit)
        return feed or page
    if page.url is None or feed.url.rpartition("/")[2].partition("?")[0] != page.url.rpartition("/")[2].partition("?")[0]:
        return page if page.url else replace(feed, credit=feed.credit or page.credit)
    return replace(feed, alt=feed.alt or page.alt, caption=feed.caption or page.caption, credit=feed.credit or page.credit)
