"""Outlets by name, by other names, and by their domains: a small table to which an outlet may add its own."""

import re
from functools import lru_cache
from importlib import resources


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Names that are also ordinary words: in brackets, or with a mere "said", they say nothing.
AMBIGUOUS = _words(
    """
    Time Sun Mirror Star Nature Science Focus Stern Standard Express Point Bell Valor Reforma Semana Kan Fox Presse Zeit Welt Bild
    Temps Soir Monde Nation Hill Puck Slate Salon Vice Wired Proceso Público Journal Expresso Liga Folha Globo Babel Fortune Quartz
    Spectator Atlantic Independent Hindu Diplomat Dawn Insider NV RT SZ Obs Croix Heatmap Grist Mundo País Nación Vox Milenio
    Observador Clarín Verge Age Platformer STAT National Local Print Mint Citizen Punch Register Record Information Athletic
    Dispatch Lever Bulwark Baffler
    Prospect Forward Observer Metro Sur Sol Visão Sábado Extra Época Exame Nexo Perfil Gestión Expreso Ara Domani Capital Delo
    Index Politis MIA SME
    Upstream Splash Deadline Billboard Stuff Scroll Tempo Mothership Antara Confidencial Búsqueda Primicias Challenges Marianne
    Blast Arte Watson Blick
    Profil Falter Freitag Cicero Kurier Kicker Factos Факти Телеграф Тексти Експрес Ліга Заборона Верстка AD BR HR FR ECO MIA TSF
    SIC DR VG PA THE GQ
    BNS Aeon Dissent Janes Splash Danas Politika Vreme Respekt Postimees Telex Band Inc. Metropolis Crikey Tortoise Tempo Kompas
    Geo ANI Narwhal Tyee
    Lancet Forbidden 19th Forum
    """
)
# A name that ends in one of these is an outlet's by its own words.
OUTLET_WORDS = _words(
    """
    Times Post News Newspaper Journal Herald Tribune Gazette Chronicle Daily Weekly Observer Examiner Telegraph Guardian Courier
    Dispatch Sentinel Inquirer Enquirer Ledger Argus Advertiser Messenger Newswire Intelligencer Bugle Broadcasting Radio TV Newsroom
    Zeitung Rundschau Nachrichten Tageblatt Anzeiger Kurier Tagblatt Abendblatt Morgenpost Volksblatt Pravda Gazeta Вісті Новини
    FM Magazine Tidende Dagblad Bladet Noticias Notícias
    Газета Правда
    """
)
# These only where "the" stands before: American Express and Royal Mail report figures, too.
WEAK_OUTLET_WORDS = _words(
    """
    Star Sun Mail Globe Standard Express Press Independent Review Register Recorder Reporter Insider Echo Beacon Bulletin Mirror Wire
    Mercury Monitor Clarion Record
    """
)
# And one that begins so.
OUTLET_BEGINNINGS = _words(
    """
    Radio Channel Gazeta Diario Diário Jornal Correio Periódico Gaceta Correo Journal Gazette Zeitung Daily
    """
)
# No outlet has these in its name unless the table knows it.
NO_OUTLET = _words(
    """
    Ministry Minister Ministers Department Secretary Office Council Committee Party Commission Authority Union Association Institute
    University Center Centre Foundation Bank Fund Police Army Navy Force Forces Corps Conference Release Briefing Club Court
    Parliament Senate Congress Government Administration Organization Organisation Nations Kremlin Pentagon House Bureau Service
    Services Watch International Amnesty Guard Embassy Embassies President Federal
    """
)


@lru_cache(maxsize=1)
def _tables() -> tuple[dict[str, str], dict[str, str]]:
    """The outlets of outlets.txt by every way they are written, and by domain."""
    names: dict[str, str] = {}
    domains: dict[str, str] = {}
    table = resources.files("digest.gather").joinpath("outlets.txt").read_text(encoding="utf-8")
    for line in table.splitlines():
        if line.startswith("#") or not line.strip():
            continue
        left, _, right = line.partition("|")
        name, _, others = left.partition(":")
        quiet, name = name.startswith("~"), name.strip(" ~")
        for other in (*([] if quiet else [name]), *others.split(",")):
            if other.strip():
                names.setdefault(other.strip(), name)
        for domain in right.split():
            domains[domain] = name
    return names, domains


@lru_cache(maxsize=1)
def first_words() -> frozenset[str]:
    """The words that any name in the table begins with, as they are written; other words begin no name."""
    return frozenset(part for name in _tables()[0] for part in (name.split()[0], re.split(r"[’']", name.split()[0])[0]))


def known_name(name: str) -> str | None:
    """The usual name of the outlet that is written `name`, or None where the table has no such outlet."""
    return _tables()[0].get(name)


def outlet_of_host(host: str) -> str | None:
    """The outlet that lives under `host` (without `www.`), or None."""
    domains = _tables()[1]
    parts = host.split(".")
    for start in range(len(parts) - 1):
        name = domains.get(".".join(parts[start:]))
        if name:
            return name
    return None
