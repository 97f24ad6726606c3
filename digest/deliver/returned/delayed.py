"""What a notice gives itself away by that speaks of a mail which is still being tried."""

import re

from digest.deliver.returned.expressions import any_of
from digest.deliver.returned.letter import Letter

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


def is_delayed(letter: Letter) -> bool:
    """Tell whether a notice without a report speaks of a mail that is still being tried."""
    if _GAVE_UP.search(letter.notice[:20_000]):
        return False
    body = _DELAYED_BODY.search(letter.notice[:20_000]) is not None
    return body or (_DELAYED_SUBJECT.search(letter.subject) is not None and "fail" not in letter.subject.lower())
