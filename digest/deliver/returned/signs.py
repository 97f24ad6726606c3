"""What a mail gives itself away by: a delivery notice, a delay, an automatic reply."""

import re

from digest.deliver.returned.address import in_header
from digest.deliver.returned.expressions import any_of
from digest.deliver.returned.letter import Letter

_DAEMON = any_of(
    (
        r"mailer-?daemon|mail-?daemon|mdaemon|mail delivery|delivery (?:sub)?system|mail-?system"
        r"|e500_smtp|mail\.delivery"
    ),
    r"mailservice|mail_service|postmail|bounce(?:d)?@|ndr@",
    flags=re.IGNORECASE,
)
_KEEPER = any_of(
    (
        r"post[-_]?master|system administrator|mail administrator|mail ?server|mail ?er|content[- ]filter"
        r"|mailsweeper"
    ),
    r"mail gateway|imss@|inetgw|exchange|administrator|daemon",
    flags=re.IGNORECASE,
)

_SUBJECT = any_of(
    r"(?:error|problem|trouble) (?:in )?(?:sending|delivering)",
    r"undeliver|non-?deliver|not (?:be )?deliver",
    (
        r"delivery (?:status|fail|has failed|problem|report|notif|error|unsuccess|incomplete)"
        r"|deliver(?:y|ed)? fail"
    ),
    (
        r"fail(?:ed|ure)[: ].{0,20}(?:mail|deliver|notice|notification)|returned? (?:mail|e-?mail"
        r"|message)"
    ),
    (
        r"(?:mail|message|e-?mail).{0,20}(?:returned|rejected|fail|error|bounced|not deliver"
        r"|undeliver|blocked|could not|system error|status)"
    ),
    (
        r"failure notice|permanent (?:delivery )?(?:fail|error)|\bbounced?\b|nondeliver|user unknown"
        r"|unknown user|no such user"
    ),
    (
        r"processing error|delivery warning|rejected mail|could not be delivered|mailbox (?:full"
        r"|unavailable)|quota"
    ),
    (
        r"considered unsolicited|warning: (?:could not send|message|mail|e-?mail|.{1,80}user unknown)"
        r"|delayed mail"
    ),
    (
        r"delay(?:ed)?\b|unzustellbar|nicht (?:zugestellt|zustellbar|ausgeliefert|übermittelt)"
        r"|zustellung|fehler bei der"
    ),
    (
        r"non remis|non distribu|échec|echec|notification d'état|no se puede entregar|no entregad"
        r"|no se ha podido|devuel"
    ),
    (
        r"devolvid|não (?:foi )?entreg|falha na entrega|não entregue|mancato recapito|non recapitabil"
        r"|impossibile"
    ),
    (
        r"niet (?:bezorg|afgelever)|onbestelbaar|niedostarcz|nie (?:można|dostarczon)|zwrot"
        r"|nedoručen|kézbesít|olevererbar"
    ),
    (
        r"leverans|ikke leveret|kan ikke leveres|toimitt|teslim|не доставлен|недоставл|не может быть доставлено"
        r"|ошибка|退信|退回"
    ),
    r"\bmail loop|\bloop (?:alert|back warning|detected)|(?:配信|送信|配送)(?:が|は|を|に)?(?:でき|失敗)|届けでき|送達でき",
    r"无法|系统退信|投递失败|送信できません|配信不能|エラー|メール.{0,6}送信|배달|반송|utilisateur non recens",
    flags=re.IGNORECASE,
)
_BODY = any_of(
    r"(?:error|problem|trouble)s? (?:in |while |with )?(?:sending|delivering|delivery|attempting)",
    (
        r"(?:could|can|was|were|has|have|been|be)(?: ?not|n'?t| unable to)? ?(?:not )?(?:be )?"
        r"(?:able to )?(?:be )?(?:un)?deliver(?:ed|able)?\b"
    ),
    r"undeliver|not (?:been )?deliver|unable to (?:be )?deliver",
    (
        r"deliver(?:y|ing)? .{0,60}(?:fail|failed|unsuccessful|impossible|aborted|problem)"
        r"|fail(?:ed|ure) (?:to |of )?deliver"
    ),
    (
        r"delivery (?:status|failure|error|failed|has failed|attempts?)|did not (?:reach|receive)"
        r"|permanent (?:fatal |error)"
    ),
    (
        r"fatal errors|returned to (?:you|sender)|has been returned|mail system error|mail was not"
        r"|not accepting mail"
    ),
    (
        r"message (?:was|has been) (?:rejected|refused|blocked|returned)|could not be sent"
        r"|was not sent|returning message"
    ),
    (
        r"failed recipients?|does not exist|not a valid user|has not been delivered|undeliverable to"
        r"|delivery failed"
    ),
    (
        r"processing the message|is not a valid|nicht (?:zugestellt|ausgeliefert|übermittelt"
        r"|zustellen)|unzustellbar"
    ),
    (
        r"fehler bei der|pas (?:pu|pu etre|être|etre) .{0,20}(?:delivr|livr|remis|distribu"
        r"|délivr)|n'a pas pu"
    ),
    (
        r"no (?:se )?(?:ha )?(?:pudo|podido|puede) .{0,20}(?:entreg|ser)|não (?:pôde|foi|pode) .{0,20}"
        r"(?:entreg|ser)"
    ),
    r"impossibile (?:recapit|consegn)|non (?:è stato|può essere) .{0,20}(?:recapit|consegn)",
    (
        r"niet (?:worden )?(?:bezorgd|afgeleverd)|nie (?:można|mogła|została) .{0,20}dostarcz"
        r"|gick inte att leverera"
    ),
    (
        r"kunne ikke leveres|(?:не|невозможно) (?:может быть |удалось |была |было |может )?доставл?"
        r"|доставить|无法(?:投递|送达|发送)"
    ),
    r"投递失败|退信|退回|送信できません|配信できません|届け(?:られ|できま)|お届けできません|送達できません|配送できません|반송|전달되지",
    flags=re.IGNORECASE,
)
# A conversation with another mail system: its reply, and the words that belong to one.
_REPLIED = re.compile(r"(?<![\d.:/\[-])[45]\d\d(?:[ -]|(?= ))", re.MULTILINE)
_CONVERSED = re.compile(r"rcpt to|mail from|\bsmtp\b|remote (?:host|server|mail)|mail server|server message", re.IGNORECASE)
_DELAYED_SUBJECT = any_of(
    (
        r"\bdelay(?:ed)?\b|still being retried|warning: (?:could not send|message|mail)|not yet "
        r"(?:been )?delivered|temporar"
    ),
    (
        r"verz(?:ö|oe)gert|retard|en attente|ritard|opóźni|vertrag|försen|задерж|延迟|遅延|warning from"
        r"|warning - "
    ),
    flags=re.IGNORECASE,
)
_DELAYED_BODY = any_of(
    r"(?:this is )?(?:only )?a warning (?:message )?only|do not need to resend",
    r"still (?:being )?(?:retried|trying|attempting|undelivered)",
    (
        r"(?:will|being) (?:be |continue to be )?(?:re-?tri|re-?try|re-?attempt|keep trying"
        r"|continue trying|continue to try|try again|retry)"
    ),
    (
        r"attempts? (?:will|to deliver .{0,40}will) continue|not yet (?:been )?(?:delivered"
        r"|succeeded)|has been delayed"
    ),
    (
        r"is delayed|been delayed|message delayed|been postponed|delayed and|not been delivered "
        r"(?:yet|after)"
    ),
    (
        r"will continue (?:trying|to)|keep trying|no action is required|nachricht (?:wurde )?verzögert"
        r"|weitere zustellversuche"
    ),
    (
        r"(?:bisher|bislang|noch) nicht (?:zugestellt|ausgeliefert|übermittelt)|weiter(?:hin)? versuch"
        r"|pas encore (?:été|pu)|(?:todavía|aún) no (?:se )?ha|ainda não (?:foi|pôde)|non (?:è stato |ha )?ancora|nog niet (?:be|af)"
        r"|пока не (?:удалось|доставл)|尚未(?:送达|投递|送達)|(?:将|會|将会)(?:继续|繼續)(?:尝试|嘗試|重试)"
        r"|再送(?:信)?を(?:試み|行い)|配信が遅れ"
        r"|nouvelle tentative|se seguir[áa] intentando|continuerà"
        r"|пытаться|будет продолж"
    ),
    flags=re.IGNORECASE,
)
_GAVE_UP = any_of(
    (
        r"(?:i've|have|has) given up|giving up|has been removed from|permanent (?:error|fatal"
        r"|failure)|failed permanently"
    ),
    (
        r"could not be delivered (?:to one|and|because)|undeliverable|returned to sender|will not "
        r"(?:be )?(?:retr|try)"
    ),
    r"no further|aborted after|timed out and|was not delivered",
    flags=re.IGNORECASE,
)

_AUTO_HEADERS = (
    "x-autoreply",
    "x-autorespond",
    "x-autoresponder",
    "x-auto-reply",
    "x-vacation",
    "x-autogenerated",
    "x-autoreply-from",
    "x-mail-autoreply",
    "x-autoreply-id",
    "x-away",
)
_AUTO_SUBJECT = any_of(
    (
        r"out[- ]of[- ](?:the )?office|\booo\b|auto(?:matic|mated|matische)?[- ]?(?:re(?:ply"
        r"|sponse|sponder)|antwort|svar)"
    ),
    (
        r"autom?\w*[- ](?:respuesta|resposta|risposta|réponse|odpowied|antwoord)|\bautoreply"
        r"|autoresp|^auto:|vacation"
    ),
    (
        r"on holiday|on leave|away from|abwesen|abwesend|urlaub|automatische|automatisch|réponse automatique"
        r"|reponse auto"
    ),
    (
        r"absen(?:t|ce)\b|absence du bureau|en congés|respuesta autom|fuera de (?:la )?oficina"
        r"|ausente|ausencia|ausência"
    ),
    (
        r"resposta autom|fora do escrit|risposta autom|fuori (?:sede|ufficio)|assente|assenza"
        r"|afwezig|frånvar|fraværsmelding"
    ),
    (
        r"fravær|automatisk|autosvar|ikke til stede|poissa|automaattinen|odpowied[zźŸ¼]|automatyczn"
        r"|nieobecn|automatická"
    ),
    (
        r"nepřítomn|automatikus|házon kívül|răspuns automat|otomatik|автоответ|автоматическ"
        r"|отсутств|自动回复|自動回覆|自动答复|不在通知"
    ),
    (
        r"自動(?:返信|応答|送信|配信)|休暇|不在|부재중|자동 ?응답|автоматична|thank you for (?:your|contacting)"
        r"|thanks for your"
    ),
    (
        r"we (?:have )?received your|your (?:e-?mail|message|enquiry|request|inquiry) (?:has been"
        r"|was) received|ticket|case #"
    ),
    (
        r"confirm|automatisierte|eingangsbestätigung|empfangsbestätigung|accusé de réception"
        r"|read receipt|^read:|^gelesen:"
    ),
    r"^lu:|^accepted:|^declined:",
    flags=re.IGNORECASE,
)
_CHALLENGE = any_of(
    r"(?:have|get) your (?:e-?mail )?address added|(?:allowed|approved|safe|guest) (?:senders? )?list",
    (
        r"approved (?:senders|beforehand)|prove (?:that )?you(?:'re| are)|you are (?:a )?(?:human"
        r"|real person|not a)"
    ),
    (
        r"(?:click|follow|use) (?:on )?the (?:following )?link .{0,60}(?:confirm|verify|deliver"
        r"|release|approve)"
    ),
    (
        r"(?:confirm|verify) (?:that )?you(?:r message| sent| are)|reply to this (?:message"
        r"|e-?mail) (?:to|and|so)"
    ),
    flags=re.IGNORECASE | re.DOTALL,
)
_AUTO_BODY = any_of(
    (
        r"out of (?:the )?office|on (?:annual |maternity |parental )?(?:leave|vacation|holiday)"
        r"|currently away|i am away"
    ),
    r"i will be (?:away|out|back)|i'?m (?:away|out|on)|will (?:return|be back|be returning)",
    (
        r"limited access to (?:my )?e-?mail|automatic(?:ally)? (?:generated )?(?:reply|response)"
        r"|automated (?:reply|response)"
    ),
    (
        r"auto-?reply|thank you for (?:your|contacting|you)|nicht im (?:büro|hause)|im urlaub"
        r"|abwesend|bin ich .{0,20}wieder"
    ),
    (
        r"absent|de retour|en vacances|fuera de la oficina|de vacaciones|fuori ufficio|in ferie"
        r"|niet aanwezig|afwezig"
    ),
    r"på semester|tillbaka|nieobecn|в отпуске|отсутств|不在|休暇|出差",
    flags=re.IGNORECASE,
)


_FORWARD = re.compile(r"(?:fwd?|wg|tr|rv|enc|doorst|i|vb|пересл|转发|轉寄|転送)(?:\[\d+\])?\s?[:：]", re.IGNORECASE)
_ANSWER = re.compile(r"(?:re|aw|antw|sv|vs|odp|ynt|rif|res)(?:\[\d+\])?:", re.IGNORECASE)


def bounce_signs(letter: Letter) -> int:
    """Return how much speaks for a delivery notice: 3 is enough."""
    signs = 3 if letter.part.get("x-failed-recipients") else 0
    address = letter.sender
    if _DAEMON.search(address) or letter.part.get("from").strip()[-2:] in {"", "<>"}:
        signs += 2
    elif _KEEPER.search(address):
        signs += 1
    if letter.report_type == "delivery-status" or letter.has("message/delivery-status"):
        signs += 2
    if _SUBJECT.search(letter.subject):
        signs += 2
    notice = letter.notice[:20_000]
    if _BODY.search(notice):
        signs += 1
    if _REPLIED.search(notice) and _CONVERSED.search(notice):
        signs += 1
    return signs + _came_back(letter)


def _came_back(letter: Letter) -> bool:
    """Tell whether our own mail is enclosed to where it came from, and not by the reader whom it reached."""
    by = {one.casefold() for one in in_header(letter.part.get("from"))}
    senders = {one.casefold() for one in letter.original.senders}
    reached = by & {one.casefold() for one in (*letter.original.recipients, *letter.original.handed_to)}
    return not reached and bool(senders & {one.casefold() for one in in_header(letter.part.get("to"))}) and not is_forward(letter)


def from_system(letter: Letter) -> bool:
    """Tell whether a mail system or its keeper wrote the mail, as its sender says."""
    # RFC 5321, 4.5.5: notices come from nobody, and some say so in From too.
    nobody = letter.part.get("from").strip()[-2:] in {"", "<>"}
    return (
        nobody
        or bool(letter.part.get("x-failed-recipients"))
        or _DAEMON.search(letter.sender) is not None
        or _KEEPER.search(letter.sender) is not None
    )


def says_automatic(letter: Letter) -> bool:
    """Tell whether the mail says of itself that it is an automatic reply, by a header for that or by how its subject begins."""
    part = letter.part
    marked = any(part.get(name) for name in _AUTO_HEADERS) or part.get("precedence").lower() in {"auto_reply", "auto-reply"}
    return marked or _AUTO_SUBJECT.search(letter.subject[:30]) is not None


def is_answer(letter: Letter) -> bool:
    """Tell whether somebody answered a mail: "Re:" with the mail that it answers."""
    return _ANSWER.match(letter.subject) is not None and bool(letter.part.get("in-reply-to") or letter.part.get("references"))


def is_forward(letter: Letter) -> bool:
    """Tell whether somebody passes a mail on."""
    return _FORWARD.match(letter.subject) is not None


def is_delayed(letter: Letter) -> bool:
    """Tell whether a notice without a report speaks of a mail that is still being tried."""
    if _GAVE_UP.search(letter.notice[:20_000]):
        return False
    body = _DELAYED_BODY.search(letter.notice[:20_000]) is not None
    return body or (_DELAYED_SUBJECT.search(letter.subject) is not None and "fail" not in letter.subject.lower())


def auto_signs(letter: Letter) -> int:
    """Return how much speaks for an automatic reply of a person's or an office's: 2 is enough."""
    part = letter.part
    signs = 3 if any(part.get(name) for name in _AUTO_HEADERS) or part.get("precedence").lower() in {"auto_reply", "auto-reply"} else 0
    if _AUTO_SUBJECT.search(letter.subject):
        signs += 2
    submitted = part.get("auto-submitted").lower()
    if submitted.startswith("auto-") and not submitted.startswith("auto-generated (failure"):
        signs += 1
    if part.get("x-auto-response-suppress"):
        signs += 1
    if _AUTO_BODY.search(letter.notice[:5_000]):
        signs += 1
    if _CHALLENGE.search(letter.notice[:5_000]):
        signs += 2
    if part.get("return-path").strip() == "<>":
        signs += 1
    return signs
