"""What mail systems say when it is about who sends: authentication, block lists, reputation, content, rules, rate.

Every expression runs over at most two thousand characters, lower case, without addresses, host names and links
(`reason.plain_words`).
"""

from digest.deliver.returned.expressions import any_of

# Something about who sends: never the reader's fault, even where "unknown" stands beside it.
SENDER = any_of(
    r"no longer accept\w*[^.;]{0,20} from|no such sender|call-?(?:back|out) (?:setup )?fail|verification failed for(?! (?:the )?recipient)",
    # A list or a group that may be gone, or takes nothing from us: the first is no reason to think the worse of the reader.
    r"permission to (?:post|send|write)|not (?:allowed|permitted|authori[sz]ed) to post|keine (?:berechtigung|erlaubnis)|nicht berechtigt",
    r"权限不足|没有权限|沒有權限|无权(?:限|发)|権限が(?:な|あり)|권한이 없|нет (?:прав|разрешени)|немає (?:прав|дозвол)",
    r"n'(?:êtes|avez|ayez|est)(?: peut-être)? pas (?:été )?(?:autoris|l'autorisation|le droit)|saknar behörighet|har ikke tilladelse",
    r"no (?:tenga|tiene|tenía) (?:permiso|autoriza)|não (?:tem|tenha|possui) (?:permiss|autoriza)|geen (?:toestemming|rechten|machtiging)",
    r"\bnon (?:si |hai |ha |abbia |dispon\w{1,4} )?[^.;]{0,20}autorizzazion|nie masz (?:uprawnie|pozwol)",
    r"(?:recipient|user) refuses to (?:accept|receive)|empty (?:e-?mail )?(?:address|sender|envelope)",
    r"envelope (?:was |is )?(?:blocked|rejected)",
    r"[ée]metteur|unrout\w+ sender|sender domain|not owned by (?:the )?user|mail from not",
    (
        r"sender(?:'?s)?(?: e-?mail)?(?: address| domain| id| host| ip| verif\w*)?[:\s]{1,3}.{0,40}\b"
        r"(?:reject|denied|unknown|not exist|not found|not allowed|invalid|block|refused|not "
        r"(?:been )?verif|not authori|not permitted|fail|unverif|not pre-approved|not accept"
        r"|not in|could ?n[o']t be (?:found|verified))"
    ),
    r"(?:verify|verification|callback|callout)\w* .{0,20}(?:of )?(?:the )?sender",
    (
        r"(?:unknown|invalid|bad|unverified|unauthorized|forged|spoofed|blocked|rejected|illegal"
        r"|unresolvable|unauthenticated) sender"
    ),
    (
        r"domain of (?:the )?sender|sender (?:address|domain).{0,30}does not (?:exist|resolve)"
        r"|badmailfrom|mailfrom"
    ),
    r"mail from (?:ip\b|domain|address)|envelope (?:sender|from)",
    r"return[- ]path (?:address )?(?:is |domain |was )?(?:invalid|reject|unknown|not)",
    (
        r"from:? (?:address|domain|header).{0,40}(?:reject|denied|unknown|not exist|invalid"
        r"|block|not allowed|verif)"
    ),
    (
        r"(?:not|longer) (?:been )?(?:allowed|permitted|authori[sz]ed|entitled)(?: to)? (?:send"
        r"|relay|use|mail|e-?mail|deliver|connect)"
    ),
    r"not (?:currently |presently |at this time )?accept(?:ing|ed)?\b.{0,20} (?:mail|messages|e-?mail|connections)(?: sent)? from",
    (
        r"(?:do(?:es)?n'?t|do(?:es)? not|won'?t|will not) accept .{0,30}(?:from|containing"
        r"|with attach)"
    ),
    r"accept(?:ing)? (?:mail|messages) with attach",
    (
        r"(?:absender|expediteur|expéditeur|remitente|mittente|remetente|afzender|nadawc)\w* .{0,40}"
        r"(?:abgelehnt|gesperrt|blockiert|refus|rejet|rechaz|rifiut|rejeit|geweigerd|odrzuc)"
    ),
    (
        r"(?:messages?|mails?|e-?mails?) from .{0,60}(?:were|was|are|is|has been|have been"
        r"|weren'?t|wasn'?t) (?:not )?(?:block|reject|refus|denied|sent|accept|permitted|allowed)"
    ),
    r"\bfrom\b.{0,40}\brefused\b|not subscribed to (?:this|ses)|bogus mail from|purported responsible",
    (
        r"not in .{0,40}list of senders|list of (?:allowed|approved) senders|outbound sender"
        r"|sender isn'?t|senderfilter"
    ),
    (
        r"members?-only list|non-?member|only accept(?:s|ing)? (?:mail|messages) from|送信者|送信元"
        r"|发件人|寄件者|寄件人"
    ),
)

# How fast or how much we send.
RATE = any_of(
    r"rate[- ]?limit|throttl",
    (
        r"\btoo (?:many|fast|frequent|much) (?!hops|levels|forward)(?:messages|connections"
        r"|concurrent|sessions|e-?mails|mails|mail|recipients|errors|unknown|invalid|sent|emails sent"
        r"|smtp|transactions|requests|commands)?(?!.{0,30}(?:on the server|in (?:the |his "
        r"|her |their )?(?:mail|in-?box)|stored))(?=.{0,60}(?:connect|sess|recip|hour|day|minute"
        r"|second|from|error|ip\b|rate|sent|frequen|transac|limit|request|slow|later|unknown"
        r"|invalid))"
    ),
    (
        r"(?:exceed\w*|over|reached) .{0,30}(?:limit|quota|rate|maximum|number).{0,30}(?:per "
        r"(?:hour|day|minute|second|connection|session)|hourly|daily|connections|for sending"
        r"|of messages sent|outgoing|outbound)"
    ),
    (
        r"(?:hourly|daily|sending|outgoing|outbound|submission|relay|relaying)"
        r" (?:message |mail |e-?mail |relay |sending )?(?:quota|limit|rate)|sending rate"
    ),
    (
        r"connection (?:rate|frequency|limit)|receiving mail at a rate|receiving mail too|mail rate"
        r"|frequency limit(?:ed)?"
    ),
    (
        r"maximum (?:number of )?connections|unusual(?:ly)? (?:rate|high|volume|traffic)|unexpected volume"
        r"|deferred due to"
    ),
    r"(?:message|mail|sending|submission|delivery) rate (?:exceed|limit|is too|too )|\brate (?:was |is |has been )?exceeded",
    r"try again (?:more )?slow(?:er|ly)|slow(?:er)? down|sending too (?:fast|quickly)|allowable number",
    r"user complaints|max(?:imum)? (?:emails|messages|recipients) per",
)

# Who is not let in: authentication, block lists, reputation, content.
OURS_STRONG = any_of(
    r"\b(?:helo|ehlo)\b[^.;]{0,40}(?:invalid|reject|refus|denied|require|mismatch|not )|\btls\b|certificate|cipher|dnssec",
    r"\bdnsbls\b|\b(?:dy|ou|sc|rp)-00\d|\bipts\d\d|\bvs\d-(?:ip|mf)|\[(?:ph|bl|ts|tss)\d\d|ask your postmaster for help",
    r"(?:blocked|refused|rejected|denied)(?: [,-]{1,2})? see\b|no access from|mismatch\w*[^.;]{0,20} ip\b",
    r"unresolvable (?:relay|host|client)|my name was rejected",
    r"(?:executable|dangerous|malicious|infected) (?:attachment|file|content)|multiple (?:from|addresses|header|sender)",
    r"(?:invalid|malformed|improper\w*|bad)[ -](?:formatted )?(?:mime|header|binary)",
    # NetEase's and McAfee's names for their rules.
    r"\b(?:mi|dt|rp|hl|sn|cm):[a-z]{3}\b|denied \[",
    r"only (?:by )?(?:authenticated|authori[sz]ed|members|subscribers)|advertis|not wanted|unwelcome",
    r"mail from (?:your|this) (?:domain|server|host)",
    r"spamrl|uceprotect|\bip\b[^;]{0,30}\blisted\b",
    r"authentification",
    r"you may not have permission",
    r"\bspf\b|sender policy framework|openspf|\bdkim\b|domainkeys|\bdmarc\b",
    r"unauthenticated (?:e-?mail|mail|message|sender)|\barc\b (?:seal|fail)",
    (
        r"(?:fail\w*|lack|no|require\w*|pass) (?:the )?(?:e-?mail |sender |mail )?authentication "
        r"(?:check|test|result|polic|requirement|info)"
    ),
    (
        r"authentication check|not authenticated|(?:block|black|deny|reject|drop)[- ]?list"
        r"|\brbl\b|\bdnsbl\b|\brbls?\b"
    ),
    (
        r"\buribl\b|\bsurbl\b|spam ?haus|spam ?cop|\bsorbs\b|barracuda\w* (?:reputation|central)"
        r"|senderbase|senderscore"
    ),
    (
        r"\bcbl\b|\bpbl\b|\bxbl\b|\bsbl\b|abuseat|invaluement|uceprotect|\bivm\w|mail-abuse"
        r"|reputation"
    ),
    r"blocked (?:using|by|for|due|because|as|from|at|list)",
    r"block(?:ed|ing) (?:your|this|the) (?:ip|server|host|mail|message|e-?mail)",
    (
        r"(?:ip|host|server|address|network|domain|client|country|message|mail|connection|relay)s?\b[^.]{0,40}\b"
        r"(?:is |are |was |been |has been |temporarily |currently )(?:banned|blocked|block listed"
        r"|listed|denied|refused|restricted|blacklisted)"
    ),
    (
        r"client host (?:rejected|blocked)|client (?:was|is) (?:blocked|rejected)|banned (?:ip"
        r"|sending|host|client|sender)"
    ),
    r"blocked (?:ip|address|sender|by)|has been blocked|block ?rule|blocking (?:list|rule)",
    (
        r"on (?:a|our|the|your) (?:black|block)|\bspam|spam(?:ming|mer|my|bot)?\b|anti-?spam"
        r"|unsolicited|\bube\b|\buce\b"
    ),
    (
        r"bulk[- ]?(?:e-?)?mail|mass[- ]?mail|\bjunk|phish|spoof|\bvirus(?!wall)|malware|malicious"
        r"|infected|trojan|botnet"
    ),
    (
        r"zombie|dictionary attack|harvest(?:ing)? attack|abus(?:e|ive) (?:detected|report"
        r"|complaint|from|prevent)"
    ),
    r"due to abuse|for abuse|too many complaints|unwanted|marketing",
    (
        r"content (?:rejected|filter|restrict|denied|refused|scan|not accept|block|violat|polic)"
        r"|message content"
    ),
    (
        r"(?:suspicious|offensive|inappropriate|prohibited|forbidden|illegal|objectionable"
        r"|banned|blocked|dangerous) (?:content|words?|attachment|url|link|file|message|mail"
        r"|extension|patterns?)"
    ),
    r"banned (?:file|content|url)",
    (
        r"(?:attachment|file|extension)s?.{0,40}(?:not allowed|blocked|banned|prohibited|denied"
        r"|rejected|not permitted)"
    ),
    (
        r"mailmarshal|score[sd]? .{0,20}(?:points|too high)|blocked for|gtube|security reasons"
        r"|potential security|bayes"
    ),
    r"heuristic|policy restrictions|whitelist|white-list|challenge|requires confirmation",
    (
        r"confirm (?:this|your) (?:mail|server|message|delivery)|guest list|grey-?list rejected"
        r"|quarantin"
    ),
    (
        r"(?:bad|no|invalid|missing|generic|without|lacks|unmatched|have|has|find|resolve) "
        r"(?:valid |matching |correct |a |your |the |any )*(?:dns )?(?:ptr|rdns|reverse(?:[- ]dns)?)\b"
    ),
    r"\bptr\b|\brdns\b|reverse[- ](?:dns|lookup|mapping|hostname)|forward[- ]confirmed",
    r"dynamic(?:ally)? (?:ip|assigned|address|pool)|dial-?up|residential",
    (
        r"(?:invalid|bad|forged|fake|rejected|illegal|need (?:a )?fully|non-?fqdn|your) (?:helo"
        r"|ehlo)"
    ),
    (
        r"(?:helo|ehlo) (?:command |name |hostname )?(?:rejected|invalid|refused|is|required"
        r"|denied|mismatch)|垃圾邮件|垃圾|黑名单|拒收"
    ),
    (
        r"スパム|迷惑メール|ブロック|спам|чёрн\w+ спис|черн\w+ спис|阻止|스팸|被拒绝|pourriel|indésirable|correo no deseado"
        r"|posta indesiderata"
    ),
    r"unerwünscht|werbung|gesperrte ip|niechcian|list-?unsubscribe|non-?compliant|rfc ?\d{3,4}.{0,30}complian",
    (
        r"not (?:rfc )?complian|\bbare lf|8-?bit data|message header|missing (?:to|from|date"
        r"|message-id)|without to: fields"
    ),
    r"duplicate header|multiple from|line too long|:blocked\b|go away|open proxy",
    (
        r"(?:find|resolve|determine|verify) your (?:host|address|ip|domain|name|client|mail)"
        r"|hostname mismatch|invalid ip"
    ),
    (
        r"bad ip|ip profile|unverifyable|drbl|\babus[eé]?\b|closed mailing list|\bbatv\b|backscatter"
        r"|third-party dsn"
    ),
    (
        r"recipient preferences|organizational settings|\((?:rly|rtr|dyn|con|hvu|hvl|snd|dns"
        r"|spf|dmc|tls|pol|snb|rbl)[ :]"
    ),
    r"mcspam|junkmail|proofpoint|cloudmark|spamprofiler|mimecast.{0,40}polic|x-boxbe",
)

# Rules in words that also stand beside an unknown user: they count after it.
OURS_WEAK = any_of(
    (
        r"polic(?:y|ies)\b|administrative(?:ly)? (?:prohibit|block|den|reject)|prohibited|not permitted"
        r"|not authori[sz]ed"
    ),
    (
        r"unauthori[sz]ed|not privileged|no permission|permission to|restrict(?:ed|ion)|not allowed"
        r"|forbidden"
    ),
    (
        r"relay(?:ing)? (?:access )?(?:is |was )?(?:denied|not|prohibited|rejected|disabled"
        r"|attempt|refused|mail)"
    ),
    r"(?:unable|not|cannot|can'?t|refus\w*|won'?t|will not) (?:to |be )?(?:a )?relay",
    (
        r"(?:not|isn'?t|no) (?:an? )?(?:open |configured )?relay|as a relay|rcpthosts|mail[- ]relay"
        r"|use .{0,20}smtp server"
    ),
    r"not (?:a )?(?:gateway|local) (?:here|domain)|pop before smtp",
    r"authenticat(?:e|ion|ed) (?:is )?(?:required|first|fail\w*|needed|turned on|error|unsuccessful|credentials)",
    r"requires? authenticat|\bauth failed",
    (
        r"(?:must|need to|should) (?:issue a )?(?:use )?(?:starttls|tls|authenticat|encrypt)"
        r"|tls (?:is )?required"
    ),
    (
        r"encryption (?:is )?required|certificate|access (?:is |was )?denied|accès refusé|zugriff verweigert"
        r"|acceso denegado"
    ),
    r"rejected (?:due to|because|for|by)",
    (
        r"(?:message|mail|e-?mail|transaction|content|data|letter|delivery) (?:has been |was "
        r"|is |not )?(?:rejected|refused|denied|blocked|accepted|not accepted)"
    ),
    (
        r"reject(?:ed|ing|s)? (?:your|this|the|bulk)|(?:we|server|system) (?:do(?:es)? not"
        r"|don'?t|will not) accept"
    ),
    (
        r"cannot be accepted|not accepted|refused by|abgelehnt|refusé|rifiutat|rechazad|rejeitad"
        r"|odrzucon|geweigerd|отклонен"
    ),
    r"отказ|拒绝|拒否",
    (
        r"(?:your|this) (?:message|mail|e-?mail|server|host|ip|domain|connection)\b.{0,50}\b"
        r"(?:rejected|refused|denied|blocked|not accepted|discarded|filtered)"
    ),
    (
        r"\bfiltered|filter(?:ing)? (?:rule|rejected|system)|firewall|security (?:polic|violation)"
        r"|violat|not compli"
    ),
    (
        r"contact .{0,20}(?:isp|provider|administrator) .{0,40}(?:network|block)|transaction failed"
        r"|local policy|\bbanned\b"
    ),
    r"denied by|block(?:ed|s)? (?:by|this|your)|rejected - |(?:^|\W)blocked\b",
    (
        r"not accept(?:ing|ed)? (?:mail|messages|e-?mail|delivery)|(?:will|do(?:es)?) not accept "
        r"(?:delivery|this|your|any)"
    ),
    r"notauthorized|senderrestrict|restrictedto|refuse[sd]? to accept",
    (
        r"refuse[sd]? (?:to receive )?(?:your |this |the )?(?:mail|message)|header error|low priority"
        r"|resent-from"
    ),
    r"user reject\b|rule imposed|service refused|受信(?:を|が)?拒否|受け取(?:り|ること)を拒否",
    r"delivery (?:was )?refused|no (?:third|3rd)-party",
)
