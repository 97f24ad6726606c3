"""Which recipient domains are one and the same mail system, by their names: what is paced and what breaks, breaks for all of it.

The MX would tell more, but asks the network for each domain.
"""

import re
from functools import lru_cache
from typing import Final

# The consumer domains of the large mailbox providers, each under the name that its limits and breaker go by.
_SYSTEMS: Final = {
    "gmail.com": ("googlemail.com",),
    "outlook.com": ("hotmail.com", "live.com", "msn.com", "passport.com", "windowslive.com"),
    "yahoo.com": ("ymail.com", "rocketmail.com", "myyahoo.com", "aol.com", "aim.com", "verizon.net", "netscape.net", "cs.com"),
    "icloud.com": ("me.com", "mac.com"),
    "gmx.net": ("gmx.de", "gmx.at", "gmx.ch", "gmx.com", "gmx.eu", "gmx.org", "web.de", "mail.com", "email.com", "1und1.de"),
    "t-online.de": ("magenta.de",),
    "proton.me": ("protonmail.com", "protonmail.ch", "pm.me"),
    "fastmail.com": ("fastmail.fm", "messagingengine.com"),
    "orange.fr": ("wanadoo.fr", "voila.fr"),
    "free.fr": ("libertysurf.fr", "aliceadsl.fr", "freesbee.fr"),
    "sfr.fr": ("neuf.fr", "cegetel.net", "club-internet.fr", "numericable.fr", "9online.fr"),
    "libero.it": ("iol.it", "inwind.it", "blu.it", "giallo.it"),
    "tim.it": ("alice.it", "tin.it", "virgilio.it"),
    "mail.ru": ("inbox.ru", "list.ru", "bk.ru", "internet.ru", "xmail.ru"),
    "yandex.ru": ("ya.ru", "yandex.com", "yandex.by", "yandex.kz", "yandex.ua", "narod.ru"),
    "qq.com": ("foxmail.com", "vip.qq.com"),
    "163.com": ("126.com", "yeah.net", "vip.163.com"),
    "wp.pl": ("o2.pl", "tlen.pl", "go2.pl"),
    "onet.pl": ("onet.eu", "op.pl", "poczta.onet.pl", "vp.pl", "autograf.pl", "buziaczek.pl"),
    "seznam.cz": ("email.cz", "post.cz", "spoluzaci.cz"),
    "comcast.net": ("xfinity.com",),
    "att.net": ("sbcglobal.net", "bellsouth.net", "pacbell.net", "ameritech.net", "swbell.net"),
    "btinternet.com": ("btopenworld.com", "talk21.com"),
    "ziggo.nl": ("home.nl", "upcmail.nl", "chello.nl", "quicknet.nl", "casema.nl"),
    "kpnmail.nl": ("planet.nl", "hetnet.nl", "xs4all.nl", "kpnplanet.nl"),
    "telenet.be": ("pandora.be",),
    "skynet.be": ("proximus.be", "belgacom.net"),
    "bluewin.ch": ("bluemail.ch",),
    "docomo.ne.jp": (),
    "yahoo.co.jp": ("ybb.ne.jp",),
}
_SYSTEM_OF: Final = {alias: name for name, aliases in _SYSTEMS.items() for alias in (name, *aliases)}
# hotmail.fr, live.co.uk, yahoo.com.br: a brand before a country. Yahoo Japan is another company, and stands above.
_BRANDED: Final = re.compile(r"(hotmail|live|outlook|yahoo)\.(?:com?\.)?[a-z]{2}\Z")
_BRANDS: Final = {"hotmail": "outlook.com", "live": "outlook.com", "outlook": "outlook.com", "yahoo": "yahoo.com"}


@lru_cache(maxsize=65_536)
def system_of(domain: str) -> str:
    """Return the name of the mail system that a domain belongs to: the domain itself, small, where none is known."""
    folded = domain.casefold().rstrip(".")
    known = _SYSTEM_OF.get(folded)
    if known is not None:
        return known
    branded = _BRANDED.match(folded)
    return _BRANDS[branded[1]] if branded else folded


def system_of_address(address: str) -> str:
    """Return the mail system of an address."""
    return system_of(address.rpartition("@")[2])
