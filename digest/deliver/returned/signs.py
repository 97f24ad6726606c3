"""What a delivery notice gives itself away by: who wrote it, what its subject and its body say, what it encloses."""

import re

from digest.deliver.returned.address import in_header
from digest.deliver.returned.answering import is_forward
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


def bounce_signs(letter: Letter) -> int:
    """Return how much speaks for a delivery notice: 3 is enough."""
    signs = 3 if letter.part.get("x-failed-recipients") else 0
    address = letter.sender
    if _DAEMON.search(address) or _from_nobody(letter):
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
    return (
        _from_nobody(letter)
        or bool(letter.part.get("x-failed-recipients"))
        or _DAEMON.search(letter.sender) is not None
        or _KEEPER.search(letter.sender) is not None
    )


def _from_nobody(letter: Letter) -> bool:
    # RFC 5321, 4.5.5: notices come from nobody, and some say so in From too.
    return letter.part.get("from").strip()[-2:] in {"", "<>"}
