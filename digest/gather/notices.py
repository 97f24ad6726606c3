"""Why a page gives no article: empty, scripts only, a consent wall, a paywall, or nothing to read."""

import re

from lxml.html import HtmlElement

from digest.gather.blocks import Block, blocks_text, extent, tidy
from digest.gather.heading_area import named
from digest.gather.metadata import Metadata
from digest.model.page import Notice

_SCRIPT = re.compile(
    r"(?:enable|turn on|activate|requires?|need|aktivieren|activer|activar|habilite"
    r"|увімкніть)\b.{0,40}\bjava\s?script|java\s?script\b.{0,60}(?:enable|required|disabled|aktivier|activ"
    r"|deaktiviert|désactivé|desactivado)",
    re.IGNORECASE,
)
_CONSENT = re.compile(
    r"before you continue|we (?:and our (?:\d+ )?partners )?(?:value|respect|care about) your privacy|(?:accept"
    r"|reject|manage|allow) (?:all|cookies|preferences)|your (?:privacy|cookie) (?:choices|settings|preferences)"
    r"|consent to (?:the use|our use|cookies)|we use cookies|cookie (?:consent|wall|policy)|privacy (?:settings"
    r"|preferences|center)"
    r"|wir (?:verwenden|nutzen) cookies|alle akzeptieren|einwilligung|zustimmen und weiter"
    r"|mit werbung (?:weiter)?lesen|nous utilisons des cookies|accepter et continuer|tout accepter"
    r"|continuer sans accepter|votre vie privée|utilizamos cookies|usamos cookies|aceptar todo|aceptar y continuar"
    r"|aceitar (?:todos|tudo|e continuar)|використовуємо (?:файли )?cookie",
    re.IGNORECASE,
)
_PAYWALL = re.compile(
    r"(?:subscribe|sign (?:in|up)|log ?in|register|become a (?:member|subscriber)|join|start your (?:free )?(?:trial"
    r"|subscription)|create (?:a )?(?:free )?account)\b.{0,40}\b(?:to (?:continue|keep|read|unlock|access|view"
    r"|get (?:full|unlimited) access)|for (?:full|unlimited) access)|(?:this|the (?:full|rest of (?:this"
    r"|the))) (?:article|story|content|post|piece)(?: is)? (?:(?:only |exclusively )?(?:for|available (?:only )?(?:to"
    r"|for)|reserved for) (?:our |paid |paying )?(?:subscribers|members)|is behind)|(?:subscriber|member)s?[- ]only"
    r"|for subscribers only|already (?:a )?(?:subscriber|member|have an account)\??|you(?:['’]ve| have) (?:reached"
    r"|read|used) (?:your|all|the)\b.{0,40}(?:limit|free articles|articles)|to (?:read"
    r"|continue reading) (?:the (?:full|rest)|this (?:article|story))|unlock (?:this|the full)"
    r"|(?:nur|exklusiv) für abonnent|weiterlesen mit|mit (?:einem )?abo weiterlesen|jetzt abonnieren(?: und| um)"
    r"|bereits abonnent|article réservé aux abonnés|réservé (?:aux|à nos) abonnés|il vous reste \d+"
    r"|pour lire la suite|déjà abonné|contenido exclusivo para suscriptores|suscríbete para (?:seguir|continuar|leer)"
    r"|solo para suscriptores|conteúdo exclusivo para assinantes|exclusivo para assinantes|assine para (?:continuar"
    r"|ler)|会員限定|有料会員|続きを(?:お?読|見る)|订阅后(?:阅读|继续)|登录后(?:阅读|查看)|лише для передплатників|щоб читати далі",
    re.IGNORECASE,
)
_WALL = re.compile(
    r"(?:subscribe|sign (?:in|up)|log ?in|register|join|become a (?:member|subscriber)"
    r"|create (?:a )?(?:free )?account)\b.{0,60}\b(?:to (?:continue|keep"
    r"|read|unlock|access|view)|for (?:full|unlimited) access)|(?:this|the (?:full|rest of (?:this|the))) (?:article|story|content|post"
    r"|piece)(?: is)?"
    r" (?:(?:only |exclusively )?(?:for|available (?:only )?(?:to|for)|reserved for) (?:our |paid |paying )?(?:subscribers|members)"
    r"|is behind)"
    r"|for subscribers only|(?:subscriber|member)s?[- ](?:only|exclusive)|to (?:continue|keep) reading|unlock (?:this|the (?:full|rest))"
    r"|continue reading (?:with|by)"
    r"|you(?:['’]ve| have) (?:reached|read|used) (?:your|all|the)\b.{0,40}(?:limit|free articles|articles)"
    r"|(?:nur|exklusiv) für abonnent|weiterlesen mit|mit (?:einem )?abo weiterlesen|um weiterzulesen|réservé (?:aux|à nos) abonnés"
    r"|pour lire la suite"
    r"|il vous reste \d+|contenido exclusivo para|suscríbete para|para seguir leyendo|(?:solo|sólo) para suscriptores"
    r"|(?:conteúdo )?exclusivo para assinantes"
    r"|assine para|para continuar lendo|会員限定|有料会員|続きを(?:お?読|見る)|订阅后(?:阅读|继续)"
    r"|登录后(?:阅读|查看)|лише для передплатників|щоб читати далі",
    re.IGNORECASE,
)
_LOCK = re.compile(
    r"(?:^|[\s_-])(?:paywall\w*|piano-offer|subscriber-only|metered|regwall|premium-wall|paid-content|gated(?:-content)?"
    r"|locked(?:-content)?)(?:$|[\s_-])",
    re.IGNORECASE,
)
_GONE = re.compile(
    r"(?:can(?:no|[’'])t|could(?: not|n[’']t)|unable to) find (?:the|that|this) (?:page|article|story)|the (?:page|article"
    r"|link) (?:that )?you(?:[’']re| are| were)"
    r" (?:looking for|followed|tried)|page (?:may|might) have (?:been )?(?:moved|removed|deleted)|die (?:gesuchte|angeforderte) seite"
    r"|la page (?:que vous|demandée)"
    r"|la página que (?:busca|está)|a página que (?:você )?(?:procura|está)|сторінк[уа],? (?:яку ви|не існує)",
    re.IGNORECASE,
)
# What stands over forms: to sign in, to subscribe, to write to the desk.
_DESK = re.compile(
    r"(?:choose|select|manage|start) your (?:subscription|plan|membership|account)s?|sign (?:in|up)|log ?in|register|create (?:an "
    r"|your )?account|subscribe"
    r"|subscriptions?|newsletters?|my account|contact(?: us)?|search(?: results?.*)?|advertise(?: with us)?|privacy policy|cookie policy"
    r"|terms (?:of (?:use|service)"
    r"|and conditions)|imprint|impressum|datenschutz(?:erklärung)?|anmelden|registrieren|abonnieren|abo(?:nnement)?s?|kontakt|suche"
    r"|suchergebnisse.*"
    r"|connexion|s[’']abonner|mentions légales|recherche|iniciar sesión|suscríbete|suscripción|aviso legal|entrar|assine|увійти|підписка"
    r"|контакти",
    re.IGNORECASE,
)
_MISSING = re.compile(
    r"^(?:error\s*)?(?:404|410|403|500|502|503)(?:\s*$|\s*[-–—|:.]|\s+(?:error|not found|page|forbidden|gone|internal|bad|service))"
    r"|page (?:not|can['’]?t be|could not be) found|not found$"
    r"|seite nicht gefunden|page introuvable|página no encontrada|página não encontrada|сторінку не знайдено"
    r"|access denied|just a moment|attention required|are you (?:a )?(?:human|robot)|verify you are human"
    r"|checking your browser|service unavailable|^forbidden",
    re.IGNORECASE,
)


def visible_text(root: HtmlElement) -> str:
    """What a reader without scripts would see, on one line."""
    body = root.find("body")
    parts: list[str] = []
    size = 0
    for element in (body if body is not None else root).iter():
        if size > 200_000:
            break
        if not isinstance(element.tag, str) or element.tag in {"script", "style", "noscript", "template", "head", "title", "svg"}:
            parts.append(element.tail or "")
        else:
            parts += [element.text or "", element.tail or ""]
        size += len(parts[-1])
    return tidy(" ".join(parts))


def _between_menus(root: HtmlElement) -> str:
    """What a reader sees without the menus, heads and feet of the page."""
    left: set[HtmlElement] = set()
    for element in root.iter("nav", "footer", "header"):
        if element.tag == "nav" or not any(up.tag in {"article", "main"} for up in element.iterancestors()):
            left.update(element.iter())
    body = root.find("body")
    parts: list[str] = []
    for element in (body if body is not None else root).iter():
        if element not in left and isinstance(element.tag, str) and element.tag != "noscript":
            parts.append(element.text or "")
        parts.append("" if element.getparent() in left else element.tail or "")
    return tidy(" ".join(parts)[:200_000])


def early_notice(root: HtmlElement, seen: str) -> Notice | None:
    """What can be said before an article is looked for: nothing to see, or only a wall."""
    scripts = [script for script in root.iter("script") if "json" not in (script.get("type") or "")]
    silent = " ".join(tidy(element.text_content()) for element in root.iter("noscript"))
    mount = any(
        element.get("id") in {"root", "app", "__next", "__nuxt", "gatsby-focus-wrapper", "svelte", "app-root", "main-app"}
        for element in root.iter("div")
    )
    size = extent(seen)
    if size < 250 and (_SCRIPT.search(seen) or (_SCRIPT.search(silent) and scripts)):
        return Notice.SCRIPT_ONLY
    if size < 120:
        if scripts and (mount or size < 60):
            return Notice.SCRIPT_ONLY
        if size < 3:
            return Notice.EMPTY
    return None


def late_notice(  # noqa: PLR0911  one return a reason
    root: HtmlElement, seen: tuple[str, str], blocks: list[Block], headline: str | None, meta: Metadata
) -> Notice | None:
    """What is said once a body was looked for: why it is none, or None where it is an article.

    `seen` is what a reader sees, and what one without scripts would read.
    """
    text = blocks_text(blocks)
    size, visible = extent(text), extent(seen[0])
    title = " ".join(filter(None, [headline, *meta.titles[-1:]]))
    if size < 600 and (_MISSING.search(title) or (size < 400 and _GONE.search(text[:250]))):
        return Notice.NO_ARTICLE
    if headline and not meta.says_article and _DESK.fullmatch(headline.strip(" !?.")):
        return Notice.NO_ARTICLE
    if (size >= 80 or meta.says_article) and _is_walled(root, seen[0], text, meta):
        return Notice.PAYWALL
    walled = len(_CONSENT.findall(seen[0]))
    asks = len(_CONSENT.findall(text))
    # A banner stands on every page: only where nothing but it can be read is it a wall.
    if walled and (size < 80 or (asks and size < 300) or (asks >= 2 and size < 1500)) and (walled >= 2 or visible < 2500):
        return Notice.CONSENT
    if _is_walled(root, seen[0], text, meta):
        return Notice.PAYWALL
    if size < 80 and visible < 4000 and (_SCRIPT.search(seen[0]) or _SCRIPT.search(seen[1])):
        return Notice.SCRIPT_ONLY
    return None


def _is_walled(root: HtmlElement, seen: str, text: str, meta: Metadata) -> bool:
    """Whether the text ends at a wall: it is short, and a plea to pay follows it, or the page states that it is not free."""
    size = extent(text)
    if size > 2500:
        return False
    # What stands in menus before the text and in the foot of the page pleads on every page.
    shown = _between_menus(root) or seen
    start = max(0, shown.find(text[:60])) if text else 0
    around = shown[start : start + len(text) + 1500]
    strong, weak = bool(_WALL.search(around)), bool(_PAYWALL.search(around))
    locked = meta.free is False or any(
        isinstance(element.tag, str) and _LOCK.search(named(element)) for element in root.iter("div", "section", "aside", "form")
    )
    cut = not text or bool(re.search(r"(?:…|\.\.\.|[^.!?”\"’»。！？)\]])\s*$", text))
    if meta.free is False and (size < 600 or ((weak or strong) and size < 2000) or (cut and size < 1500)):
        return True
    if locked and (weak or strong) and size < 2000:
        return True
    return (strong and (size < 700 or cut) and size < 1500) or (weak and cut and size < 500)
