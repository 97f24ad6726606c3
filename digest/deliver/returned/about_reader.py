"""What mail systems say when the reader or the domain is not there, in many languages.

Every expression runs over at most two thousand characters, lower case, without addresses, host names and links
(`reason.plain_words`).
"""

from digest.deliver.returned.expressions import any_of

_WHO = (
    r"(?:user(?:name|id)?|recipient|mail ?-?box|account|(?<!ip )address(?:ee)?|alias|person|name|customer|subscriber|member|employee|"
    r"e-?mail(?: address| account)?|local[ -]?part|rcpt|receiver|destination(?: mailbox| address)?|forward-path)"
)
_NOT_A_REASON = (
    r"(?! (?:error|reason|problem|failure|status|cause|protocol|response|reply|answer|command|syntax|data|header|message"
    r"|certificate|dnssec))"
)

HARD_STRONG = any_of(
    _WHO
    + (r"s?\b[^.;!]{0,60}?\b(?:(?:unknown|invalid)")
    + _NOT_A_REASON
    + (
        r"|not (?:be )?(?:known|found"
        r"|exist|exists|recognized|recognised|listed|registered|valid|unique|local(?: user)?"
        r"|an? (?:known|valid|local|active|existing)|our|available here|present|defined|available at"
        r"|active|in service|at this|a mail|on this|here|deliverable|within|part of|created"
        r"|configured)|(?:does|do|did)(?: not|n'?t) exist|doesnt exist"
        r"|never existed|non-?existent|not-?existing|deleted|deactivated|discontinued"
        r"|no such (?!file|process|command|option|service)|could ?n[o']t be (?:found|resolved|verified)"
        r"|cannot be (?:found|resolved)|can'?t be found|wasn'?t found|isn'?t (?:valid|known"
        r"|found|a)|is dead|obsolete|abandoned)"
    ),
    # What a connection may be too ("closed", "expired") counts only right behind the reader.
    _WHO
    + (
        r"s?\b(?:[ :,'\"\])>-]|\b(?:is|was|are|has|have|been|were|currently|permanently|address|name|mailbox"
        r"|account|user|here|now|status|this)\b){1,12}"
        r"(?:disabled|suspend(?:ed)?|terminated|expired|inactive|dormant|retired|cancel+ed|closed|removed|no longer|left|moved)\b"
    ),
    (
        r"(?:unknown|no such|invalid|incorrect|non-?existent|bad|illegal|undefined|unrecogni[sz]ed"
        r"|unlisted|wrong|inactive|disabled|deactivated|suspended|expired|not a (?:known|valid"
        r"|local|real)|no (?:known|valid|local|matching|active)|isn'?t an? (?:known|valid|local"
        r"|active)|unavailable|obsolete|nicht existierende?)(?: or (?:illegal|invalid|unknown"
        r"|bad|inactive|missing))?(?: (?:local|mail|e-?mail|virtual|remote|destination|internet"
        r"|recipient|domino|smtp|intended|known))? ?[ _-]?"
    )
    + _WHO,
    (
        r"(?:unknown|no such|invalid|non-?existent|bad|illegal)(?: or illegal)? (?:destination )?"
        r"(?:domain|host|destination|host/domain|system address|alias|destination mailbox|destination system)"
    ),
    (
        r"\bno (?:mail ?-?box|account|user|users|recipient|person|address|customer|subscriber"
        r"|one|such (?!file|process|command|option|service)|match(?:es)?|mail ?drop|such address)\b(?! from)"
        r"(?!s? (?:can|will|should))[^.;]{0,60}"
    ),
    r"nobody (?:here|by)|no \S{1,64} in (?:the )?(?:name|public|address) (?:directory|book)",
    r"not (?:an )?active (?:e-?mail )?address|not (?:a )?(?:valid )?e-?mail address(?:es)?",
    r"(?:address|mailbox|user|recipient|account)s?\b[^.;]{0,40} (?:has|have) (?:been )?(?:replaced by|changed to)",
    r"(?:mail ?-?box|account|user|address|recipient)[^.;]{0,60}inactivity",
    r"inactivity[^.;]{0,60}(?:mail ?-?box|account|not [^.;]{0,20}accepted)",
    r"destinataire archiv|bo[iî]te (?:aux lettres )?(?:ferm|archiv|désactiv)|answer with no data|no relevant answers",
    r"(?:ディレクトリ|名簿|アドレス帳|リスト).{0,10}(?:ありません|登録されて)|登録されて(?:い|お)りません",
    r"так(?:ого|ой)[^.;]{0,40}\bнет\b|域名(?:不|错|無)|用户名?不|不是.{0,4}有效",
    (
        r"(?:doesn'?t|does not|do not|don'?t|has no|have no) (?:have |hold |exist)[^.;]{0,50}"
        r"(?:account|mailbox|user|address)"
    ),
    (r"have an? (?:\w+ )?account|not (?:a|an|our|one of our) (?:\w+ )?(?:customer|user|mailbox|account)"),
    (
        r"no longer (?:\w+ ){0,3}(?:here|valid|available|with|on|employed|works?|exists?|active"
        r"|in use|in service|accept|use|a |an |our|receiv|monitored|checked|at|associated|used"
        r"|reachable)"
    ),
    r"\b(?:has|have|had) (?:now )?left (?:the |our |this )?(?:company|organi[sz]ation|firm|business|university|school|institut\w+)\b",
    (
        r"(?:account|mailbox|user|address)[^.;]{0,40} (?:has been|was|is|been|is currently"
        r"|currently) (?:disabled|discontinued|deactivated|suspended|closed|terminated|deleted"
        r"|removed|cancel+ed|inactive|locked|frozen|expired|canceled|blocked (?:for|due to"
        r"|because of) inactiv|archived)"
    ),
    (
        r"(?:address|mailbox|user|recipient|account)[^.;]{0,80}(?:could ?n[o']t be found|was ?n[o']t found"
        r"|isn'?t found|cannot be found|can'?t be found|not be found)"
    ),
    r"not listed in|not unique|no final email delivery|not have a final email",
    r"mailbox (?:not found|closed|disabled|suspended|deleted)",
    (
        r"not (?:a )?(?:known|valid|existing|active|local) (?:user|recipient|mailbox|address"
        r"|e-?mail|account|alias)"
    ),
    (
        r"not our customer|user (?:has )?moved|no matches to|not (?:exactly )?match|badrcptto"
        r"|validrcptto"
    ),
    (
        r"missing home directory|archived recipient|bad_recipient|recipnotfound|recipient ?not ?found"
        r"|object not found"
    ),
    (
        r"ra-?unknown|attempted to send to does not|delivery error: dd (?:this user|sorry your"
        r"|requested)"
    ),
    (
        r"undeliverable address|unable to (?:find|locate|validate) (?:the )?(?:user|recipient"
        r"|address|mailbox)"
    ),
    (
        r"(?:verification|verify) failed for recipient|recipient verif\w* fail|invalid final delivery"
        r"|not collected"
    ),
    (
        r"does not receive mail|(?:un-?rout?e?able)|host (?:or domain (?:name )?)?(?:unknown"
        r"|not found)"
    ),
    (
        r"domain (?:name )?(?:unknown|not found|invalid|does(?: not|n'?t) exist|is invalid"
        r"|has no (?:valid )?(?:mx|mail|a record|dns|address)|not exist)"
    ),
    (
        r"(?:host|domain)(?: name)?[^.;]{0,40}(?:does(?: not|n'?t) exist|not found|unknown"
        r"|no longer|is invalid|could ?n[o']t be found|not exist|has expired|expired)"
    ),
    (
        r"name or service not known|nxdomain|non-?exist(?:ent|ing) (?:host|domain)|no such "
        r"(?:host|domain)"
    ),
    (
        r"no (?:valid )?(?:mx|mail exchanger|mail server|address) (?:record|host|for|found)"
        r"|\bno mx\b|null ?mx"
    ),
    (
        r"mx records? point to non|bad destination (?:host|system)|could not find a gateway"
        r"|nullmx|host is unknown"
    ),
    (
        r"can'?t find (?:the )?(?:domain|host)|does(?: not|n'?t) accept (?:any )?(?:mail|e-?mail)"
        r"(?: \(|$|\.)|mx lookup fail"
    ),
    r"domain must exist|indicated no smtp service",
    (
        r"(?:could ?n[o']t|can'?t|cannot|unable to) (?:find|locate) (?:any |a |an )?(?:host"
        r"|mail exchanger|mx|domain|user|mailbox|recipient|address|account)"
    ),
    r"invalid (?:mx|domain|host)|address resolution",
    (
        r"dns (?:error|lookup|failure)[^.;]{0,40}(?:not exist|nxdomain|no such|not found)|domain[^.;]{0,30}couldn'?t be "
        r"found"
    ),
    r"unbekannt(?!\w{0,3} (?:gr|fehl))|nicht bekannt|existiert (?:bei uns )?nicht|nicht existent",
    (
        r"nicht (?:\w+ )?(?:gefunden|gefunden werden|vorhanden|mehr gültig|mehr aktiv|eingerichtet"
        r"|registriert|angelegt)"
    ),
    (
        r"ungültige? (?:empf|adress|mail|e-mail)|kein (?:solcher )?(?:benutzer|empfänger|postfach"
        r"|konto|nutzer)|keine mailbox"
    ),
    (
        r"gelöscht|deaktiviert|nicht (?:länger|mehr) (?:verfügbar|gültig|existent)|falsche? adresse"
        r"|stillgelegt"
    ),
    (
        r"n'existe (?:pas|plus)|(?<!erreur )(?<!raison )inconnu|introuvable|non recens|désactiv|invalide|n'a pas été trouvé"
        r"|pas (?:pu être )?trouvé"
    ),
    (
        r"adresse (?:erronée|incorrecte)|utilisateur non|boîte fermée|n'est pas valide|n'est plus"
        r"|no existe|(?<!error )(?<!motivo )desconocid"
    ),
    (
        r"no (?:se )?(?:ha |pudo |puede )?(?:encontr|fue encontrad)|inexistente|no (?:es )?v[áa]lid"
        r"|dado de baja|usuario no"
    ),
    (
        r"não existe|nao existe|(?<!erro )(?<!motivo )desconhecid|não (?:foi )?(?:possível )?encontrad|usu[áa]rio n[ãa]o"
        r"|não é válid|desativad"
    ),
    (
        r"cancelad[ao]|non esiste|(?<!errore )sconosciut|non (?:è stato )?trovat|inesistente|disabilitat"
        r"|non valid|disattivat|casella non"
    ),
    (
        r"nie istnieje|nieznan|konto niedost|nie (?:zosta[łl]\w+ )?znalezion|niepoprawny adres"
        r"|nieprawidłowy adres"
    ),
    (
        r"bestaat niet|onbekend|niet (?:gevonden|bekend|geldig)|ongeldig|gick inte att hitta"
        r"|finns inte|okänd|existerar inte"
    ),
    (
        r"findes ikke|ukendt|finnes ikke|ukjent|eksisterer ikke|ei löydy|ei löytynyt|tuntematon"
        r"|neexistuj|neznám|nenalezen"
    ),
    (
        r"nem létez|ismeretlen|nem található|bulunama|mevcut değil|geçersiz|není platn|inexistent"
        r"|nu exist|nu a fost găsit"
    ),
    (
        r"necunoscut|δεν υπάρχει|άγνωστ|nepostoj|ne postoj|neegzistuoja|nežinom|nav atrast"
        r"|neeksist|не существует|не найден"
    ),
    (
        r"неизвест(?!н\w{1,3} ошиб)|нет такого|отсутству|отключ[её]н|ящик[^.;]{0,30}заблокирован|не зарегистр|недействит|несуществ"
        r"|не обнаружен|не знайдено"
    ),
    (
        r"не існує|невідом|חשבון לא|לא קיים|غير موجود|غير معروف|不存在|查无|查無|找不到|无此|無此|没有该|用户未"
        r"|未找到|不正确|错误的收件人|无效|無效|禁用|已停用|冻结"
    ),
    (
        r"存在しま?せ?|見つかりません|宛先不明|宛先(?:の|が).{0,20}(?:不明|間違|誤|ありません|確認)|不明なユーザ|ユーザ.{0,10}(?:不明"
        r"|存在|見つ)"
    ),
    (
        r"アドレス(?:が|は|に).{0,20}(?:不明|間違|誤|存在|見つ|無効)|該当.{0,15}ありません|無効|존재하지|없는 (?:사용자|계정|주소)"
        r"|찾을 수 없|알 수 없|휴면"
    ),
)

HARD_WEAK = any_of(
    (
        r"mail ?-?box (?:is )?(?:temporarily )?(?:unavai\w{0,4}able|not available|name not allowed"
        r"|currently unavailable|unavailable or)|mail ?-?box \S{1,64} unavailable"
    ),
    (
        r"recipient (?:address )?(?:is |was |has been )?(?:rejected|refused|denied|not accepted"
        r"|not ok)"
    ),
    r"address (?:was |is )?(?:rejected|refused|not accepted|denied)",
    (
        r"user (?:is )?(?:not ok|refused|rejected|unavailable)"
        r"|not like recipient"
    ),
    (
        r"account (?:is )?(?:unavailable|not available|locked|blocked|on hold)|address error"
        r"|permanent failure for one or more"
    ),
    r"(?<!domain )(?:does|do|did)(?: not|n'?t) exist|\bnot exist\b|\bnot found\b",
    r"\b(?:is|are|was) (?:unknown|invalid|inactive|not local|not active|not present)|no valid recipients?",
    (
        r"rejected recipients|recipients? (?:was|were) rejected|nessun utente|can't accept user"
        r"|address you"
    ),
    r"no valid recipients|cannot deliver mail for|mailbox name|recipient unavailable|boîte aux lettres indisponible",
)
