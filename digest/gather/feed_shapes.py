"""Where publishing programs and platforms keep a site's feed, told by its address and the marks that they leave in its pages."""

import re
from typing import Final
from urllib.parse import parse_qs, quote, urlsplit

_CHANNEL: Final = re.compile(
    r"(?:/channel/|channel_id=|\"(?:externalId|channelId|browseId)\":\"|itemprop=\"(?:channelId|identifier)\" content=\")(UC[\w-]{22})"
)
# A mark in the page, and the paths below the site where that program keeps its feed.
_PROGRAMS: Final = (
    (re.compile(r"/wp-content/|/wp-includes/|content=\"WordPress", re.IGNORECASE), ("/feed/", "/?feed=rss2")),
    (re.compile(r"substackcdn\.com|substack\.com/", re.IGNORECASE), ("/feed",)),
    (re.compile(r"content=\"Ghost|/ghost/|cdn\.jsdelivr\.net/ghost", re.IGNORECASE), ("/rss/",)),
    (re.compile(r"content=\"Hugo", re.IGNORECASE), ("/index.xml",)),
    (re.compile(r"content=\"Jekyll", re.IGNORECASE), ("/feed.xml", "/atom.xml")),
    (re.compile(r"content=['\"]blogger", re.IGNORECASE), ("/feeds/posts/default",)),
    (re.compile(r"content=\"Drupal|/sites/default/files/", re.IGNORECASE), ("/rss.xml",)),
    (re.compile(r"content=\"Joomla", re.IGNORECASE), ("/?format=feed&type=rss",)),
    (re.compile(r"content=\"Wix|static\.wixstatic\.com", re.IGNORECASE), ("/blog-feed.xml",)),
    (re.compile(r"static1?\.squarespace\.com", re.IGNORECASE), ("/?format=rss", "/blog?format=rss", "/news?format=rss")),
    (re.compile(r"cdn\.shopify\.com", re.IGNORECASE), ("/blogs/news.atom",)),
    (re.compile(r"content=\"TYPO3", re.IGNORECASE), ("/rss.xml", "/?type=9818", "/feed.rss")),
    (re.compile(r"content=\"Discourse", re.IGNORECASE), ("/latest.rss",)),
    (re.compile(r"content=\"(?:Mastodon|Pleroma)", re.IGNORECASE), (".rss",)),
    (re.compile(r"assets\.beehiiv|beehiiv\.com", re.IGNORECASE), ("/feed",)),
    (re.compile(r"content=\"(?:Eleventy|Gatsby|Astro|Next\.js)", re.IGNORECASE), ("/rss.xml", "/feed.xml", "/atom.xml")),
)
# A platform's host and path, and its feeds' addresses.
_PLATFORMS: Final = tuple(
    (re.compile(pattern, re.IGNORECASE), addresses)
    for pattern, addresses in (
        (r"medium\.com/(@?[\w.-]+)/", (r"https://medium.com/feed/\1",)),
        (r"([\w-]+\.(?:medium|substack|beehiiv|wordpress)\.com)/", (r"https://\1/feed",)),
        (r"(?:old\.)?reddit\.com/(r|user|u)/([\w-]+)/", (r"https://www.reddit.com/\1/\2/.rss",)),
        (
            r"github\.com/([\w.-]+)/([\w.-]+)/",
            tuple(rf"https://github.com/\1/\2/{kind}.atom" for kind in ("releases", "tags", "commits")),
        ),
        (r"([\w-]+\.(?:tumblr\.com|over-blog\.com))/", (r"https://\1/rss",)),
        (r"([\w-]+\.bearblog\.dev)/", (r"https://\1/feed/",)),
        (r"([\w-]+\.blogspot\.[a-z.]{2,6})/", (r"https://\1/feeds/posts/default",)),
        (r"bsky\.app/profile/([\w.:-]+)/", (r"https://bsky.app/profile/\1/rss",)),
        (r"vimeo\.com/([\w-]+)/", (r"https://vimeo.com/\1/videos/rss",)),
    )
)


def shaped_addresses(url: str, page: str) -> tuple[str, ...]:
    """Return where the site of `url` keeps its feed if it is what its address and the HTML of its `page` look like."""
    parts = urlsplit(url)
    site = f"{parts.scheme}://{parts.netloc}"
    found = [*_of_platform(parts.hostname or "", parts.path, parts.query, page)]
    for mark, paths in _PROGRAMS:
        if mark.search(page):
            found += [site + (parts.path.rstrip("/") + path if path.startswith(".") else path) for path in paths]
    return tuple(dict.fromkeys(found))


def _of_platform(host: str, path: str, query: str, page: str) -> list[str]:
    host = host.removeprefix("www.").removeprefix("m.")
    if host in {"youtube.com", "youtu.be"}:
        return _youtube(query, path, page)
    found = ((pattern.match(f"{host}{path}/"), addresses) for pattern, addresses in _PLATFORMS)
    return [match.expand(address) for match, addresses in found if match for address in addresses]


def _youtube(query: str, path: str, page: str) -> list[str]:
    asked = parse_qs(query)
    feeds = [f"https://www.youtube.com/feeds/videos.xml?playlist_id={quote(one)}" for one in asked.get("list", [])]
    channel = _CHANNEL.search(path) or _CHANNEL.search(page)
    if channel:
        feeds.append(f"https://www.youtube.com/feeds/videos.xml?channel_id={channel[1]}")
    return feeds
