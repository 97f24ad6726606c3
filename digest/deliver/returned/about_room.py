"""What mail systems say when there is no room: the mailbox is full, or the mail is too large for it.

Every expression runs over at most two thousand characters, lower case, without addresses, host names and links
(`reason.plain_words`).
"""

from digest.deliver.returned.expressions import any_of

_BOX = (
    r"(?:mail ?-?box(?:es)?|mail ?folder|in-?box|account|user|recipient|maildir|mail ?drop|mail ?spool|message store|mail ?store|"
    r"disc|disk|storage|directory|destination|postfach|postkorb|folder)"
)

TOO_BIG = any_of(
    (
        r"(?:message|mail|e-?mail|attachment|body|content|data)(?: \w+)? (?:is |was |size "
        r"|length |too |has )+(?:too |limit |exceed\w* |over )*(?:big|large|long|exceed|maximum"
        r"|limit)"
    ),
    r"message file too big|size limit (?:of|for|=)|size=.{0,10}message",
    (
        r"exceed\w* .{0,40}(?:message|mail|e-?mail|inbound|incoming|maximum|max|fixed|allowed"
        r"|permitted|server) .{0,20}size"
    ),
    r"(?:message|mail|e-?mail) size .{0,30}(?:exceed|limit|too)",
    (
        r"max(?:imum)? (?:allowed |inbound |incoming )?(?:message |mail |e-?mail )?size|too "
        r"(?:large|big)\b"
    ),
    (
        r"(?:class=)?size limit=|size=\d|size (?:of|limit).{0,40}exceed|recipsizelimit|zu gro"
        r"(?:ß|ss)"
    ),
    (
        r"trop (?:grand|gros|volumineux)|demasiado grande|troppo grande|muito grande|za du[żz]"
        r"|слишком больш|サイズ(?:が|を)|大小超|过大"
    ),
)

FULL = any_of(
    _BOX
    + (
        r"\b[^.;]{0,40}?\b(?:is |are |was |has been |already |now |currently |temporarily "
        r"|almost )*(?:full\b"
        r"(?! (?:name|address|header|domain|details|text|list|message|copy|e-?mail|error|report))"
        r"|over ?-?(?:the |its |their |his |disk |storage )*(?:quota|limit"
        r"|allocat)|exceed\w*[^.;]{0,40}(?:quota|space|size|storage|limit|capacity|allocat)"
        r"|out of (?:space|storage|quota|disk)|overquota|overdrawn|overfull|over-?full|at capacity)"
    ),
    r"over ?-?quota|over (?:the |its |his |their )?(?:allowed |disk |mail ?box |storage )?quota",
    (
        r"space (?:has been|is) used up|mail file size exceed|box space not enough|exdiskquota"
        r"|disk quota|full mailbox"
    ),
    r"speicher voll|mémoire pleine",
    (
        r"(?<!sending )(?<!relay )(?<!relaying )quota (?:has been |is |was |would be |limit |size |violation|full|overdrawn"
        r"|usage|check)*(?:exceed|reached|violat|full|over|limit)"
    ),
    (
        r"quota violation|exceed\w*[^.;]{0,50}(?:quota|disk space|mail ?box|storage|space limit"
        r"|mailbox size)"
    ),
    r"mail ?box(?: size)? (?:limit|quota|capacity) (?:is |was |has been )?(?:exceed|reach)",
    r"(?:mail|disk|disc|storage|user'?s?|sto) ?quota|(?<!relay )(?<!relaying )quota ?exceeded|quota of",
    (
        r"over(?:drawn)? (?:his|her|its|their) (?:disk ?space )?quota|not enough (?:storage"
        r"|disk|free|mailbox|space)"
    ),
    r"(?:not|n'?t) have (?:enough|sufficient) (?:storage|disk|free|space|room)",
    (
        r"insufficient (?:disk|mailbox|quota|free|user|storage)|no (?:more |disk |free |storage )*space"
        r"|too much mail"
    ),
    r"too many (?:mails?|messages|e-?mails)[^.;]{0,30}(?:on the server|in |stored)|zu ?viele mails",
    r"\bbox (?:is )?full\b",
    r"full (?:mail ?-?box|in-?box|quota|postbox)",
    r"(?:mail ?-?box|in-?box|mailfolder|mail drop|spool|account|storage|maildir)[^.;]{0,40}\bfull\b",
    (
        r"space (?:limit|is full|exceeded)|storage (?:limit|allocation|space|capacity|exceeded"
        r"|full|quota)|allocation exceeded"
    ),
    (
        r"(?:mail ?box|in-?box|account)[^.;]{0,40}\b(?:exceed|over)|cleanup the mailbox|delete some "
        r"(?:mail|message)"
    ),
    r"free up space",
    (
        r"(?:postfach|mailbox|postkorb|speicher\w*|konto|kontingent)[^.;]{0,50}(?:\bvoll\b"
        r"|überf|ueberf|überschr|ueberschr|ausgeschöpft|erschöpft|belegt)"
    ),
    r"speicherplatz|kontingent (?:des|der)|quota überschr",
    (
        r"(?:bo[iî]te|messagerie|compte|espace|quota)[^.;]{0,50}(?:pleine?\b|satur|dépass|depass"
        r"|surcharg)"
    ),
    (
        r"(?:buz[oó]n|casilla|cuenta|cuota|espacio)[^.;]{0,50}(?:llen[oa]|excedi|sobrepas|superad"
        r"|agotad)"
    ),
    r"(?:caixa|conta|cota|espa[cç]o)[^.;]{0,50}(?:chei[oa]|exced|lotad|esgotad|ultrapass)",
    r"(?:casella|quota|spazio)[^.;]{0,50}(?:pien[oa]|esaurit|superat|eccedut)",
    r"(?:skrzynk|limit|quota|konto)[^.;]{0,50}(?:pełn|peln|przekro|przepe)",
    r"(?:postvak|mailbox|quotum|quota)[^.;]{0,50}(?:\bvol\b|overschr)",
    (
        r"(?:brevl[åa]d|inkorg|innboks|postkasse|postboks|indbakke|kvot)[^.;]{0,50}(?:full"
        r"|fuld|fylld|överskr|overskr)"
    ),
    (
        r"(?:schránk|kvót|postafi|telepfiók)[^.;]{0,50}(?:pln[áa]|překro|megtelt|betelt|tele\b)"
        r"|kota(?:sı)? (?:dol|aş)"
    ),
    (
        r"posta kutusu dolu|(?:ящик|квот|лимит|переполн|место)[^.;]{0,50}(?:переполн|превыш"
        r"|заполн|исчерпан|законч)|переполнен"
    ),
    r"(?:größe|groesse|limit\w*) de[rs] (?:postfach|mailbox|postkorb)\w*[^.;]{0,30}(?:erreicht|überschr|ueberschr)",
    r"(?:γραμματοκιβώτιο|θυρίδα|εισερχομένων)[^.;]{0,40}(?:γεμάτ|πλήρ)|(?:căsuța|cutia|spațiu)[^.;]{0,40}(?:plin|depăș)",
    r"превышена? квот|(?:скринька|поштов)[^.;]{0,40}переповн",
    (
        r"(?:邮箱|信箱|空间|容量|配额|收件箱|郵箱|郵件箱|使用者|磁盘)[^。;]{0,20}(?:已满|滿|满|超过|超出|超限|不足)|容量(?:が|を|オーバー"
        r"|制限|超過)|いっぱい|一杯です|満杯|溢れ|保存容量"
    ),
    r"メールボックスが.{0,10}(?:容量|超|full)|용량|가득|꽉",
)
