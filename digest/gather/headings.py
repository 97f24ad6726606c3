"""Headings over news briefs, in six languages, and the lines at which a section ends."""

import re
from functools import lru_cache

from digest.gather.blocks import tidy
from digest.model.page import FoundKind

_NEWS = r"(?:news|headlines|stories|developments|reads|links|items|notes|reading)"
_BRIEFS = re.compile(
    "|".join(
        (
            # English
            rf"(?:and )?(?:in|some|the) other\b.{{0,60}}\b{_NEWS}\b.*",
            rf"(?:more|other|further|additional|smaller|also in the)\b.{{0,40}}\b{_NEWS}\b.*",
            (
                r"in (?:related|world|international|regional|national|local|state|campus|business|tech|sports?|climate|media"
                r"|legal|foreign) (?:news|developments).*"
            ),
            (
                r"(?:also|plus|and|and finally,?) (?:this|last|in the|of|worth|making|on our|on the|happening|today|from|notable"
                r"|noted|elsewhere|on my)\b.*"
            ),
            r"also(?: of note| noted| noteworthy)?",
            r"(?:also|elsewhere|meanwhile) (?:on|in|at|around|from) (?:the|our|this|town|campus|court|congress)\b.{0,40}",
            r"(?:[\w’'-]+ ){1,3}(?:and|&) elsewhere",
            r"(?:[\w’'&.-]+ ){1,3}(?:news )?briefs",
            r"(?:comings and goings|hirings? and firings?|(?:people )?on the move|people moves|transitions)",
            (
                r"(?:(?:police|crime|sheriff[’']?s?|court|fire|public safety) (?:blotter|log|beat|reports?|calls)"
                r"|blotter)(?:[:,–—-]? .{0,40})?"
            ),
            r"(?:[\w’'-]+ ){1,2}digest(?:[:,–—-] .{0,40})?",
            r"elsewhere\b.{0,60}",
            r"meanwhile(?:,? (?:elsewhere|in other|around|in the|across|this week).*)?",
            (
                r"(?:quick|short|brief|fast|rapid|small|tiny) (?:hits?|takes?|reads?|bites?|links?|notes?|news|items?|updates?"
                r"|bits|clicks|round-?up|ones|fire)\b.*"
            ),
            (
                r"(?:(?:the|our|weekly|daily|this week’s|this week's|your|world|international|national|local|regional|political"
                r"|business|media|tech|other|more|state|global|foreign|legal|campus|community|sports?|climate|science|health"
                r"|culture) )*(?:news )?(?:in )?briefs?(?: news| items)?(?:[:,–—-]? .{0,40})?"
            ),
            (
                r"in brief\b.*|briefly(?: noted| put|,? elsewhere)?|news in brief.*|news[- ]?briefs?.*|(?:the )?week in brief.*"
                r"|world in brief.*"
            ),
            (
                r"(?:the |our |a |weekly |daily |news |headline |this week’s |this week's |quick |media |link |international "
                r"|world |regional )*(?:round-?up|news digest|rundown|wrap-?up|linkfest)(?: of .*|:.*)?"
            ),
            (
                r"(?:what|what else|things|stories|links) (?:we['’]?(?:re|ve| are| have)?(?: been)?|i['’]?(?:m|ve| am"
                r"| have)?(?: been)?|else) (?:reading|watching|following|tracking|seeing|happened|is happening|read|saw|missed"
                r"|noticed|to know).*"
            ),
            r"(?:what|here)['’]?s? (?:else|else we['’]re) .{0,50}",
            r"around (?:the|our|town|campus|europe|asia|africa|latin|the).{0,40}",
            r"across (?:the|our) (?:region|world|country|nation|state|continent|globe|border|wires?|web|desk).{0,30}",
            (
                r"(?:odds and ends|bits and pieces|bits & pieces|odds & ends|loose ends|stray (?:notes|shots|thoughts)"
                r"|this and that|et cetera|miscellany|etc\.?|grab bag|potpourri|crumbs|leftovers|lightning round|speed read"
                r"|ticker|news ticker|short(?:s| stack| cuts)|snippets|tidbits|titbits|snapshots|dispatches|news flashes)"
            ),
            (
                r"(?:icymi|in case you missed (?:it|them|these|this)).*|(?:worth (?:a|your|reading|knowing|noting|the)\b.*)|(?:on"
                r"|under) (?:our|the|my) radar.*|at a glance.*|(?:other|more) things? (?:to know|we|that|worth).*|one last thing.*"
            ),
            rf"(?:the )?(?:week|month|day) (?:in|that was)(?: {_NEWS}| review| brief| short)?.*",
            r"from (?:the wires?|around|elsewhere|our (?:partners|colleagues)).*",
            r"news (?:bites?|bits|nuggets|notes|flash(?:es)?|from (?:around|elsewhere|across|the)).*",
            (
                r"(?:this week|today|yesterday|last week)(?: in|['’]s (?:news|headlines|briefs|other))\b.*|other (?:news"
                r"|headlines|developments|stories|business|matters|updates|notable.*)(?: .*)?|more (?:news|headlines"
                r"|briefs)(?: .*)?|(?:the )?best of the rest.*|(?:the )?rest of the (?:news|week).*|noted(?: this week"
                r"| elsewhere)?|headlines(?: .{0,30})?"
            ),
            # German
            (
                r"kurz (?:notiert|gemeldet|und (?:knapp|bündig|gut)|gefasst|berichtet|& knapp|vermeldet|gesagt)\b.*|in kürze"
                r"|kurzmeldungen.*|kurznachrichten.*|(?:weitere|andere|sonstige|mehr) (?:meldungen|nachrichten|themen"
                r"|entwicklungen|neuigkeiten).*|meldungen(?: .*)?"
            ),
            (
                r"(?:außerdem|ausserdem|was sonst|sonst noch|und sonst|ferner liefen|zudem|auch das noch)\b.{0,60}|was (?:noch"
                r"|wir lesen|diese woche|sonst).{0,50}|(?:nachrichten|news|die woche|das wichtigste|der tag) (?:in kürze"
                r"|im überblick|kompakt|kurz).*|aus (?:aller welt|der region|dem ausland).*|nachrichtenüberblick.*|lesetipps?.*"
                r"|kompakt|andernorts.*|anderswo.*"
            ),
            # French
            (
                r"(?:en|les) (?:bref|brèves?)\b.*|brèves?(?: .{0,40})?|(?:à|et) (?:lire aussi|noter|retenir|signaler|suivre"
                r"|aussi)(?: .{0,30})?|(?:et|dans|les)? ?(?:les )?autres? (?:nouvelles|actualités|infos?|informations|titres"
                r"|développements|actus?)\b.*|(?:également|aussi|par ailleurs)(?: cette semaine| dans l['’]actualité| à la une)?"
            ),
            (
                r"(?:ailleurs|et ailleurs|pendant ce temps|en d['’]autres nouvelles|dans l['’]actualité|l['’]essentiel|l['’]actu"
                r"|tour d['’]horizon|ce que nous lisons|nos lectures|revue de presse|en quelques mots|en deux mots|vite lu"
                r"|vite dit|le reste de l['’]actualité|cette semaine (?:également|aussi|en bref)|à travers le monde"
                r"|autour du monde)\b.{0,50}"
            ),
            # Spanish
            (
                r"(?:noticias )?(?:en breve|breves)\b.*|(?:en )?(?:otras|más|otros) (?:noticias|novedades|titulares|informaciones"
                r"|historias|temas|asuntos)\b.*|(?:además|también)(?: (?:esta semana|en las noticias|hoy|en).*)?"
                r"|(?:mientras tanto|en otros lugares|en otras partes|en otros frentes|lo que (?:estamos )?le(?:emos|yendo)"
                r"|qué estamos leyendo|por el mundo|alrededor del mundo|vuelta al mundo|de un vistazo|en pocas palabras|apuntes"
                r"|lo demás|el resto de la semana|la semana en breve|noticias cortas|cortas|resumen de noticias|y además"
                r"|en síntesis)\b.{0,50}"
            ),
            # Portuguese
            (
                r"(?:notícias )?(?:em resumo|em breve|breves|curtas|rapidinhas)\b.*|(?:em )?(?:outras|mais|demais) (?:notícias"
                r"|novidades|manchetes|informações)\b.*|(?:além disso|também|e também)(?: (?:esta semana|nesta semana"
                r"|nas notícias|em).*)?|(?:enquanto isso|em outros lugares|noutros lugares|o que estamos (?:lendo|a ler)"
                r"|pelo mundo|ao redor do mundo|volta ao mundo|giro(?: de notícias| pelo mundo| da semana)?|notas(?: rápidas"
                r"| curtas)?|num relance|em poucas palavras|a semana em resumo|notícias rápidas|e ainda|radar|plantão)\b.{0,50}"
            ),
            # Ukrainian
            (
                r"(?:коротко|стисло|побіжно)(?: про .*| — .*|: .*)?|(?:інші|ще|решта|також|додаткові) (?:новини|новин"
                r"|важливі новини|події|цього тижня|головне)\b.*|новини (?:коротко|одним рядком|стисло|тижня).*|(?:тим часом"
                r"|що ще|також у новинах|також цього тижня|що ми читаємо|що читаємо|навколо світу|у світі|світ за тиждень"
                r"|тиждень коротко|короткі новини|дайджест(?: .*)?|одним рядком|водночас|не пропустіть|інше за тиждень"
                r"|а також)(?:\b.{0,50})?"
            ),
        )
    ),
    re.IGNORECASE,
)
_NAMES_NEWS = re.compile(
    r"news|headline|brief|stor(?:y|ies)|hits|round-?up|notes|digest|developments|reading|items|meldung|nachricht|kürze|kurz|nouvelles|actu"
    r"|brève|\bbref|infos"
    r"|noticia|notícia|breve|resumo|новин|коротко|стисло|дайджест|in case you missed|icymi|week in",
    re.IGNORECASE,
)
_BRIEFING = re.compile(
    r"(?:(?:and )?(?:from|at|in|during)\b.{0,80}\b(?:(?:press|media|daily|department|house|state|news|ministry"
    r"|pentagon|un|nato|podium|noon|weekly|regular|council|commission|government|office|kremlin|council[’']?s"
    r"|spokesperson[’']?s)\s+(?:\w+\s+)?(?:briefings?|conferences?|pressers?)|briefing|presser"
    r"|press conference)(?: (?:room|podium|this week|today|on .{1,20}))?"
    r"|.{0,60}\b(?:department|house|pentagon|press|ministry|kremlin|council|commission|foreign office"
    r"|podium)\b.{0,20}\b(?:briefings?|press conferences?|pressers?)(?: highlights?| notes?| this week| room)?"
    r"|from the (?:briefing room|podium|lectern)"
    r"|(?:from|at) the (?:pentagon|kremlin|white house|state department|foreign (?:ministry|office)|\w+ ministry|ministry of [\w ]{3,40}"
    r"|elysée|bundestag|un"
    r"|united nations|nato|european commission|commission|council)(?: (?:this|last) week| today| yesterday)?"
    r"|(?:aus|in|von) (?:der|dieser|den).{0,60}(?:pressekonferenz|regierungspressekonferenz|bundespressekonferenz"
    r"|pressebriefing|briefing).{0,30}"
    r"|(?:du|au|lors du|de la|à la|dans le|extraits? d[ue]).{0,60}(?:point de presse|conférence de presse"
    r"|point presse).{0,40}|.{0,20}point de presse.{0,40}"
    r"|(?:de|en|desde) (?:la|el).{0,60}(?:rueda de prensa|conferencia de prensa|sesión informativa).{0,40}|(?:rueda"
    r"|conferencia) de prensa.{0,40}"
    r"|(?:da|na|do|no|de).{0,60}(?:coletiva de imprensa|conferência de imprensa|entrevista coletiva|briefing).{0,40}"
    r"|(?:з|із|на|під час|з цьоготижневого).{0,60}(?:брифінгу?|пресконференції|прес-конференції).{0,40})",
    re.IGNORECASE,
)
# "Top stories" rails, navigation and what closes an article: no briefs below these.
_NEVER = re.compile(
    r"(?:top|most|popular|trending|latest|recent|related|recommended|featured|similar|further|editor)\b.*"
    r"|read (?:more|next|also|this).*|(?:more (?:from|on|by|in|about|like)|also (?:from|by|about|like)|also (?:on|in)(?! (?:the|our"
    r"|this|town|court)))\b(?! (?:around|across|the (?:region"
    r"|world)|other)).*|you (?:may|might).*|keep reading.*|continue reading.*"
    r"|(?:sign|subscribe|share|follow|support|donate|contact|about|comments?|tags?|topics?|categories|filed|sources?"
    r"|references|notes|footnotes|bibliography|credits?|corrections?|advertisement|sponsored|newsletter"
    r"|newsletters)\b.*|table of contents|contents|in this (?:article|story|issue).*"
    r"|reactions?|what (?:we|they|others) (?:know|said)\b.*|how we got here|background|timeline|chronology|player ratings|obituar(?:y|ies)"
    r"|deaths|letters?"
    r"|glossary|in (?:numbers|figures)|by the numbers|reaktionen|hintergrund|stimmen|chronik|réactions|contexte|reacciones|contexto"
    r"|cronología|reações"
    r"|реакції|передісторія|хронологія"
    r"|key (?:takeaways|points|facts)|ingredients|instructions|method|directions|faq.*|frequently asked.*"
    r"|transcript.*|what (?:you need to know|to know)|why it matters|the bottom line|go deeper|latest news"
    r"|breaking news|news|mehr zum thema.*|lesen sie (?:auch|mehr).*|sur le même sujet.*|lire (?:aussi|plus"
    r"|la suite).*|à lire aussi.*|te puede interesar.*|lee también.*|leia (?:também|mais).*|читайте також.*"
    r"|читати далі.*|weiterlesen.*",
    re.IGNORECASE,
)
_END = re.compile(
    r"(?:(?:top |lead |main |featured |banner |cover )?(?:photo|image|picture|photograph|photos|images|illustration"
    r"|foto|fotos|bild|bildnachweis|titelbild|imagen|imagem|crédit(?:s)?|crédito|photo credit|image credit|фото"
    r"|світлина|ілюстрація)(?: ?credits?| ?by| ?courtesy| ?source| ?caption)?\s*(?::|\|| by ).*"
    r"|(?:keep reading|read more|continue reading|show less|show more|load more|see also|see more|view comments"
    r"|leave a comment|related(?: .*)?|share(?: this.*| on .*)?|follow us.*|subscribe.*|sign up.*|get (?:our"
    r"|the) .*newsletter.*|support (?:our|independent).*|donate.*|want more.*|click here.*|listen to.*|watch:.*"
    r"|you may also.*|more from.*|most (?:read|popular).*|trending.*|recommended.*|latest|tags:?.*|filed under.*"
    r"|topics:?.*"
    r"|(?:weiterlesen|mehr zum thema|lesen sie auch|teilen|newsletter|abonnieren|lire la suite|lire aussi"
    r"|à lire aussi|partager|abonnez-vous|seguir leyendo|leer más|lee también|comparte|compartir|suscríbete|leia mais"
    r"|leia também|compartilhe|partilhar|assine|читати далі|читайте також|поділитися|підписуйтесь"
    r"|підписатися)\b.{0,60})"
    r"|(?:editor[’']s note|correction|clarification|update|disclosure|disclaimer)\s*[:—–-].*|(?:this|that) (?:article"
    r"|story|column|post|piece|edition|newsletter) (?:was|is|has|appears|originally).*|©.*|copyright .*"
    r"|all rights reserved.*"
    r"|(?:that[’']s (?:it|all)|until next|see you next|thanks for reading|write to (?:me|us)|see you|that is (?:it|all)"
    r"|thank you for reading|have a (?:great|good"
    r"|nice|tip)|got a tip|tips\?|send (?:us|tips)|reach (?:us|me)|the views expressed|die nächste ausgabe"
    r"|bis nächste|à la semaine|hasta la|até (?:a próxima|para a semana|breve)|à la prochaine|до зустрічі|до наступно).*)",
    re.IGNORECASE,
)
# What newsletters say at their foot, in whatever words around it.
_LEAVE = r"(?:unsubscribe|se désabonner|se désinscrire|désabonnez|désinscription|abbestellen|darse de baja|відписатися)"
_FOOT = re.compile(
    rf"^(?:to |pour |zum |um |para |щоб )?{_LEAVE}\b|\b{_LEAVE}\b.{{0,40}}\b(?:here|this (?:list|e-?mail)|ici|hier|aquí|aqui|тут)\b"
    r"|\b(?:manage|update) (?:your )?(?:e-?mail )?preferences\b",
    re.IGNORECASE,
)
_CREDIT = re.compile(
    r"^(?:(?:top|lead|main|featured|banner|cover|header|feature)\s+)?(?:photo(?:graph)?s?|images?|pictures?"
    r"|illustrations?|fotos?|bild(?:er|nachweis|quelle)?|titelbild|aufmacherbild|imágen(?:es)?|imagen|imagem"
    r"|créditos?|crédits?|фото|світлина|ілюстрація|graphic)"
    r"(?:\s*(?:credits?|source|courtesy(?: of)?|crédit|crédito|credit line))?(?:\s+(?:by|von|de|par|por))?\s*[:"
    r"|/]\s*(?P<credit>\S.*)$|^(?:photo(?:graph)?s?|images?|pictures?|illustrations?|foto|bild) (?:by|credit"
    r"|courtesy of|von|de|par|por) (?P<by>\S.*)$|^(?:credits?|crédits?|créditos?|©|\(c\)|bildrechte"
    r"|quelle(?: bild)?)\s*:?\s*(?P<bare>\S.*)$",
    re.IGNORECASE,
)
_AGENCY = re.compile(
    r"(?:\bREUTERS/|/\s*(?:AFP|AP|REUTERS|dpa|EPA|Getty|Shutterstock|ZUMA)\b|via (?:Getty|AP|REUTERS|Reuters|ZUMA|AFP"
    r"|Wikimedia|Flickr|Shutterstock|Imago)|\((?:AP |EPA|Photo|Credit|Image|Foto|Crédit|.{2,60}/(?:AP|AFP|Getty"
    r"|Reuters|REUTERS|EPA|dpa))[^)]*\)|Getty Images|Shutterstock|\bPool\s*$|picture[- ]alliance|\bimago\b)"
)


def section_kind(heading: str) -> FoundKind | None:
    """The kind of section that stands under `heading`, as its words say; None where they say nothing."""
    return _section_kind(heading) if len(heading) <= 400 else None


@lru_cache(maxsize=8192)
def _section_kind(heading: str) -> FoundKind | None:
    # Asked of the same line by every heading above it.
    words = tidy(heading).strip("*#_=~•·–—-:|. …!").strip()
    if not words or len(words) > 110 or len(words.split()) > 16:
        return None
    if _BRIEFING.fullmatch(words) and not re.fullmatch(
        r"(?:the |our |your )?(?:news|morning|evening|daily|weekly|midday) briefings?", words, re.IGNORECASE
    ):
        return FoundKind.BRIEFING
    if is_furniture(words):
        return None
    return (
        FoundKind.BRIEFS
        if _BRIEFS.fullmatch(words) or re.fullmatch(r"(?:news|morning|evening|daily|weekly|midday) briefing", words, re.IGNORECASE)
        else None
    )


def names_news(heading: str) -> bool:
    """Whether a heading speaks of news: a word such as "elsewhere" also opens chapters."""
    return bool(_NAMES_NEWS.search(heading))


def is_furniture(heading: str) -> bool:
    """Whether `heading` stands over a rail, a list of links or the end matter."""
    words = tidy(heading).strip("*#_=~•·–—-:|. …!").strip()
    return bool(_NEVER.fullmatch(words)) and not re.match(
        r"(?:more|also|other|latest|top|further|recent|related)\b.{0,30}\bnews (?:this|from|in) (?:the |this )?(?:week|brief)",
        words,
        re.IGNORECASE,
    )


def ends_section(text: str) -> bool:
    """Whether this line closes a section: a credit, a pointer elsewhere, a plea or a sign-off."""
    return (len(text) < 400 and (bool(_END.match(text) or _FOOT.search(text)) if len(text) < 160 else bool(_CREDIT.match(text)))) or bool(
        credit_of(text)
    )


def is_foot(text: str) -> bool:
    """Whether a line is a newsletter's foot: how to leave it."""
    return bool(_FOOT.search(text))


def credit_of(text: str) -> str | None:
    """The credit that a line such as "Photo: Jane Doe" gives, or None where it is no such line."""
    match = _CREDIT.match(text)
    if match is None or len(text) > 500:
        return None
    return (match["credit"] or match["by"] or match["bare"]).strip()


def looks_like_caption(text: str) -> bool:
    """Whether this line ends as picture captions do, in an agency's credit."""
    return len(text) < 500 and bool(_AGENCY.search(text[-120:]))
