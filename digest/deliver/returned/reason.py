"""Why a mail came back: words first, then the enhanced status, then the reply code and where in the conversation it came."""

import re
from dataclasses import dataclass
from functools import lru_cache

from digest.deliver.returned.about_passing import FLEETING, LOOPING, SOFT
from digest.deliver.returned.about_reader import HARD_STRONG, HARD_WEAK
from digest.deliver.returned.about_room import FULL, TOO_BIG
from digest.deliver.returned.about_us import OURS_STRONG, OURS_WEAK, RATE, SENDER
from digest.model.returned import BounceClass

_MAX = 2_000

# A reply (RFC 5321, 4.2) with or without an enhanced status (RFC 3463), as it stands in running text.
_REPLY = re.compile(r"(?<![\d.:/\[-])([245]\d\d)(?=[ \-:#(]|$)(?:[ \-#(]{1,3}([245]\.\d{1,3}\.\d{1,3}))?")
_STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.]*\d)")
_STAGES = (
    ("rcpt", re.compile(r"in reply to rcpt|after (?:pipelined )?rcpt|rcpt[ _]to|smtp:rcpt|to:<[^>]{0,300}>", re.IGNORECASE)),
    (
        "data",
        re.compile(
            r"end of data|after data|failed after i sent the message|failed on data|\(bdat|message data",
            re.IGNORECASE,
        ),
    ),
    (
        "mail",
        re.compile(
            r"in reply to (?:mail from|data|helo|ehlo)|after (?:pipelined )?(?:mail|helo|ehlo|initial)|initial connection|"
            r"(?:while|when) (?:talking|connecting)|sender was rejected|greeting failed|mail from command|"
            r"refused to talk to me|said in greeting",
            re.IGNORECASE,
        ),
    ),
)

# What a relay says of any refusal, before it quotes the refusal itself: Cisco's, and so Amazon's.
_WRAPPED = re.compile(r"[45]\.\d{1,3}\.\d{1,3} - [A-Za-z ]{5,60}(?=[45]\d\d-')")

# Sendmail's word for any refusal that it has no other word for.
_SAYS_NOTHING = re.compile(r"554 (?:5\.0\.0 )?(?:<[^<>\n]{1,300}>\.{3} )?service unavailable", re.IGNORECASE)

# Addresses, hosts and links carry words ("spam.example.net", "unknown@…") that say nothing.
_IN_REPLY = re.compile(r"\(in\s+reply\s+to[^()]{1,60}\)", re.IGNORECASE)
# Chinese, Japanese and Korean words run on into them without a space.
_RUN_ON = "\u2e80-\u9fff\uac00-\ud7af\uff00-\uffef"
_LINK = re.compile(rf"(?:https?://|www\.)[^\s{_RUN_ON}]{{1,500}}", re.IGNORECASE)
_ADDRESS = re.compile(rf"[^\s<>()\[\]\"',;:{_RUN_ON}]{{1,100}}@[^\s<>()\"',;:{_RUN_ON}]{{1,200}}")
_HOST = re.compile(r"\b(?=[\w.-]{0,80}[a-z])(?:[\w-]{1,63}\.){1,8}[a-z][\w-]{1,24}(?:\[[\d.a-f:]{2,45}\])?(?!\w)", re.IGNORECASE)
_KEPT = re.compile(
    r"resolver\.\S{1,80}|storedrv\.\S{1,80}|queue\.expired|"
    r"(?<![a-z])(?:spamcop|spamhaus|sorbs|dnsbl|rbl|barracuda|openspf|black-?list|abuseat|spamrl|uceprotect|senderbase)(?![a-z])",
    re.IGNORECASE,
)
_IP = re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.]*\d)")
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The class that words and codes lead to, None where they say nothing; `sure` where words said it."""

    bounce_class: BounceClass | None
    status: str | None
    code: int | None
    sure: bool = False


# A notice about hundreds of recipients says the same of each.
@lru_cache(maxsize=64)
def judge(text: str, status: str | None = None) -> Verdict:
    """Return why, as `text` (a diagnostic, or a paragraph of a notice) and a report's `status` say it."""
    text = text[:_MAX]
    quoted = _WRAPPED.sub("", text)
    if quoted != text:
        inner = _judge(quoted, None)
        if inner.bounce_class is not None:
            return inner
    return _judge(text, status)


def _judge(text: str, status: str | None) -> Verdict:
    code, said = _codes(text)
    best = said or status
    # A report's own status is coarse where the remote system's is not: "Status: 5.0.0" beside "550 5.1.1".
    if said is None or (status is not None and said.split(".")[1:] == ["0", "0"]):
        best = status or said
    by_words = _by_words(plain_words(text), best, text)
    if by_words is not None:
        return Verdict(bounce_class=by_words, status=best, code=code, sure=True)
    return Verdict(bounce_class=_by_status(best) or _by_code(code, _stage(text)), status=best, code=code)


def judge_notice(text: str, status: str | None = None) -> Verdict:
    """Return why, as a paragraph in words says it: what the other system replied counts before what is said around it."""
    rest = _SAYS_NOTHING.sub(" ", text[: _MAX * 2])
    if rest != text[: _MAX * 2] and (verdict := _judge_notice(rest, status)).sure:
        return verdict
    return _judge_notice(text, status)


def _judge_notice(text: str, status: str | None) -> Verdict:
    reply = next((one.start() for one in _REPLY.finditer(text[: _MAX * 2]) if one[1][0] in "45"), None)
    if reply is not None:
        verdict = judge(text[reply : reply + 400], status)
        if verdict.sure:
            return verdict
    return judge(text, status)


def plain_words(text: str) -> str:
    """Return the text on one line, lower case, without the addresses, host names and links that carry misleading words."""
    text = _LINK.sub(_kept, _IN_REPLY.sub(" ", text))
    text = _ADDRESS.sub(" ", text)
    text = _IP.sub(" ip ", _HOST.sub(_kept, text))
    # Replies of several lines repeat the code in front of each.
    text = re.sub(r"(?<![\d.])[245]\d\d(?:[- ][245]\.\d\.\d{1,3})?(?=[- ])-?", " ", text)
    return _SPACES.sub(" ", text.replace("’", "'").replace("_", " ")).lower()


def _kept(found: re.Match[str]) -> str:
    """What a link or a host says of itself: the names of block lists tell why, everything else misleads."""
    return f" {' '.join(_KEPT.findall(found[0]))} "


def read_status(text: str) -> str | None:
    """Return the first enhanced status (RFC 3463) in the text."""
    found = _STATUS.search(text)
    return ".".join(found.groups()) if found else None


def _codes(text: str) -> tuple[int | None, str | None]:
    """The first reply of class 4 or 5 and the most telling enhanced status in the text."""
    code = next((int(found[1]) for found in _REPLY.finditer(text) if found[1][0] in "45"), None)
    found = [".".join(one.groups()) for one in _STATUS.finditer(text)]
    found = [one for one in found if one[0] in "45"]
    telling = [one for one in found if one.split(".")[1] != "0"]
    return code, next(iter(telling or found), None)


def _stage(text: str) -> str | None:
    return next((name for name, expression in _STAGES if expression.search(text)), None)


def _by_words(words: str, status: str | None, text: str) -> BounceClass | None:
    if status in _ABOVE_WORDS:
        return _ABOVE_WORDS[status]
    if SENDER.search(words) or RATE.search(words):
        return BounceClass.OURS
    room = _by_room(words)
    if room is not None:
        return room
    hard, ours = HARD_STRONG.search(words), OURS_STRONG.search(words)
    if FLEETING.search(words) and not (ours and _is_permanent(status)):
        return BounceClass.OURS if ours and not hard else BounceClass.SOFT
    if hard and (ours is None or hard.start() < ours.start()):
        # Whichever the system said first is the reason; the rest explains it.
        return BounceClass.HARD
    return BounceClass.OURS if ours else _by_weak_words(words, status, text)


def _by_room(words: str) -> BounceClass | None:
    full = FULL.search(words)
    if TOO_BIG.search(words) and not (full and "mailbox" in words):
        return BounceClass.SOFT
    return BounceClass.FULL if full else None


def _by_weak_words(words: str, status: str | None, text: str) -> BounceClass | None:
    hard, ours = HARD_WEAK.search(words), OURS_WEAK.search(words)
    group = (status or "").split(".")[1:2]
    if status in {"5.1.1", "5.1.10", "5.4.1"} and hard:
        # Exchange Online says "Recipient address rejected: Access denied" with 5.4.1 where it knows no such recipient.
        return BounceClass.HARD
    if LOOPING.search(words):
        return BounceClass.SOFT
    if ours and (group == ["7"] or not hard):
        return BounceClass.OURS
    if hard:
        if _is_permanent(status) is False or (_stage(text) in {"data", "mail"} and ours):
            return BounceClass.SOFT
        return BounceClass.HARD
    return BounceClass.SOFT if SOFT.search(words) else None


def _is_permanent(status: str | None) -> bool | None:
    return None if status is None else status.startswith("5")


# RFC 3463 and 7372, Exchange Online: the sender's address, failed authentication, too much for this recipient in an hour.
_ABOVE_WORDS = {
    **dict.fromkeys(("5.1.7", "5.1.8", *(f"5.7.{detail}" for detail in range(20, 30))), BounceClass.OURS),
    **dict.fromkeys(("5.2.121", "5.2.122"), BounceClass.SOFT),
}

_BY_STATUS = {
    "5.1.7": BounceClass.OURS,
    "5.1.8": BounceClass.OURS,
    "5.1.9": BounceClass.OURS,
    # Several mailboxes go by that name.
    "5.1.4": BounceClass.SOFT,
    "5.2.1": BounceClass.HARD,
    "5.2.2": BounceClass.FULL,
    "4.2.2": BounceClass.FULL,
    "5.4.1": BounceClass.HARD,
    "5.4.4": BounceClass.HARD,
    "5.4.310": BounceClass.HARD,
    # RFC 7293 (the mailbox has another owner now) and RFC 7505 (the domain takes no mail).
    "5.7.17": BounceClass.HARD,
    "5.7.18": BounceClass.HARD,
}


def _by_status(status: str | None) -> BounceClass | None:
    if status is None or status in {"5.0.0", "4.0.0", "5.3.0", "5.5.0", "5.5.4", "5.4.0", "5.2.0"}:
        return None
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    kind, group = status.split(".")[:2]
    if group in {"6", "7"}:
        return BounceClass.OURS
    if kind == "5" and group == "1":
        return BounceClass.HARD
    return BounceClass.SOFT


def _by_code(code: int | None, stage: str | None) -> BounceClass | None:
    if code is None:
        return None
    if code < 500:
        return BounceClass.SOFT
    if stage in {"data", "mail"}:
        return BounceClass.OURS
    if code == 552:
        return BounceClass.FULL
    if code in {550, 551, 553} and stage == "rcpt":
        return BounceClass.HARD
    return None
