"""The names of a feed's elements under one short prefix each, whatever namespace and prefix the publisher wrote."""

from functools import lru_cache

from lxml import etree

Element = etree._Element  # noqa: SLF001  lxml gives its class no other name

# Prefix to the namespaces that publishers mean by it, folded: lower case, without scheme, `www.` and trailing slashes and hashes.
_SPACES = {
    "": (
        "purl.org/rss/1.0",
        "purl.org/rss/1.0/modules/rss091",
        "purl.org/net/rss1.1",
        "my.netscape.com/rdf/simple/0.9",
        "channel.netscape.com/rdf/simple/0.9",
        "backend.userland.com/rss",
        "backend.userland.com/rss2",
        "backend.userland.com/rss091",
        "backend.userland.com/blogchannelmodule",
        "blogs.law.harvard.edu/tech/rss",
        "my.netscape.com/publish/formats/rss-0.91.dtd",
    ),
    "atom": ("w3.org/2005/atom", "purl.org/atom/ns", "example.com/newformat", "example.com/necho", "purl.org/echo", "w3.org/2005/10/atom"),
    "xhtml": ("w3.org/1999/xhtml",),
    "content": ("purl.org/rss/1.0/modules/content",),
    "dc": ("purl.org/dc/elements/1.1", "purl.org/dc/elements/1.0"),
    "dcterms": ("purl.org/dc/terms",),
    "media": ("search.yahoo.com/mrss", "tools.search.yahoo.com/mrss", "video.search.yahoo.com/mrss", "search.yahoo.com/rss"),
    "itunes": ("itunes.com/dtds/podcast-1.0.dtd", "itunes.com/dtds/podcast-1.0", "example.com/dtds/podcast-1.0.dtd"),
    "googleplay": ("google.com/schemas/play-podcasts/1.0", "google.com/schemas/play-podcasts/1.0/play-podcasts.xsd"),
    "feedburner": ("rssnamespace.org/feedburner/ext/1.0", "feedburner.com/feedburner/ext/1.0"),
    "pheedo": ("pheedo.com/namespace/pheedo",),
    "rdf": ("w3.org/1999/02/22-rdf-syntax-ns",),
    "xml": ("w3.org/xml/1998/namespace",),
    "yandex": ("news.yandex.ru", "turbo.yandex.ru"),
    "excerpt": ("wordpress.org/export/1.0/excerpt", "wordpress.org/export/1.1/excerpt", "wordpress.org/export/1.2/excerpt"),
    "podcast": ("podcastindex.org/namespace/1.0",),
}
_BY_SPACE = {space: prefix for prefix, spaces in _SPACES.items() for space in spaces}
# What to declare for a prefix that a feed uses without declaring it.
DECLARED = {
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "media": "http://search.yahoo.com/mrss/",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "googleplay": "http://www.google.com/schemas/play-podcasts/1.0",
    "feedburner": "http://rssnamespace.org/feedburner/ext/1.0",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "yandex": "http://news.yandex.ru",
}
_BY_PREFIX = frozenset(_SPACES) - {"", "xml"}


@lru_cache(maxsize=2048)
def key_of(tag: str, prefix: str | None) -> str:
    """`{namespace}Local` as "prefix:local" in lower case, "local" alone for RSS.

    The feed's own prefix counts where nobody knows the namespace.
    """
    space, closing, local = tag.rpartition("}")
    local = local.lower()
    if not closing:
        return local
    folded = space.strip("{").lower().partition("://")[2] or space.strip("{").lower()
    folded = folded.removeprefix("www.").rstrip("/#")
    known = _BY_SPACE.get(folded)
    if known is None:
        known = prefix.lower() if prefix and prefix.lower() in _BY_PREFIX else "" if prefix is None else "?"
    return f"{known}:{local}" if known else local
