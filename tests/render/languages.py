"""The normal specimen in other languages: German's long words, Ukrainian, Arabic from the right, Hindi's tall letters."""

from dataclasses import replace

from digest.model.edition import Article, Brief, Edition, Item
from digest.render.specimen import with_every_block

WORDS = {
    "de": {
        "kicker": "Hafenverwaltungsgebührenordnung",
        "headlines": (
            "Die Fähre, die niemand bestellt hat",
            "Bundesverfassungsgerichtsentscheidungen im Hochwasserschutzgebiet",
            "Ein Pegel lernt teilen",
        ),
        "dek": "Zwei Städte haben für ein Schiff bezahlt. Keine hat einen Anleger, der dazu passt, und beide haben es schriftlich.",
        "lead": "Donaudampfschifffahrtsgesellschaft stellt Betrieb ein.",
        "text": "Sechs Kähne passierten die Schleuse am Montagabend, bevor die Aufsicht kam; beide Ufer nannten sie endgültig.",
        "source": "Der Abendbote am Hafenbecken",
    },
    "uk": {
        "kicker": "Порт",
        "headlines": ("Пором, якого ніхто не замовляв", "Як рада загубила міст у власній бухгалтерії", "Водосховище вчиться ділитися"),
        "dek": "Два міста заплатили за один човен. Жодне не має причалу, до якого він підійшов би.",
        "lead": "Зерно вирушає на два дні раніше.",
        "text": "Шість барж пройшли шлюз у понеділок увечері, ще до перевірки, яку обидва береги назвали остаточною.",
        "source": "Вісник шлюзу",
    },
    "ar": {
        "kicker": "الميناء",
        "headlines": ("العبّارة التي لم يطلبها أحد", "كيف أضاع المجلس جسرًا في دفاتره", "خزّان يتعلّم المشاركة"),
        "dek": "دفعت مدينتان ثمن قارب واحد، ولا تملك أيٌّ منهما رصيفًا يناسبه.",
        "lead": "الحبوب تغادر قبل يومين.",
        "text": "عبرت ستّ سفن القناة مساء الاثنين قبل تفتيش وصفه الطرفان بأنه الأخير (48 ساعة).",
        "source": "صحيفة القناة",
    },
    "hi": {
        "kicker": "बंदरगाह",
        "headlines": ("वह नौका जिसे किसी ने नहीं मँगाया", "परिषद ने अपने बहीखाते में पुल कैसे खो दिया", "एक जलाशय बाँटना सीखता है"),
        "dek": "दो शहरों ने एक नाव के पैसे दिए। किसी के पास ऐसा घाट नहीं जो उसके लायक हो।",
        "lead": "अनाज दो दिन पहले निकल गया।",
        "text": "सोमवार की रात छह नावें जलद्वार से गुज़रीं, उस जाँच से पहले जिसे दोनों तटों ने अंतिम कहा था।",
        "source": "जलद्वार समाचार",
    },
}  # fmt: skip  one sentence, one line


def in_language(edition: Edition, language: str) -> Edition:
    """The edition with every block, its words in `language`."""
    words = WORDS[language]
    told = 0

    def spoken(item: Item) -> Item:
        nonlocal told
        told += 1
        headline = words["headlines"][told % len(words["headlines"])]
        if isinstance(item, Article):
            return replace(
                item,
                headline=headline,
                dek=str(words["dek"]),
                kicker=str(words["kicker"]),
                body_html=item.body_html and f"<p>{words['text']}</p>" * 3,
            )
        if isinstance(item, Brief):
            named = tuple(replace(source, name=str(words["source"])) for source in item.sources)
            return replace(item, lead=str(words["lead"]), html=str(words["text"]), sources=named)
        return item

    full = with_every_block(edition)
    sections = tuple(replace(one, heading=one.heading and str(words["lead"]), items=tuple(map(spoken, one.items))) for one in full.sections)
    return replace(full, subject=words["headlines"][0], preheader=str(words["dek"]), sections=sections)
