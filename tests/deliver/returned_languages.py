"""Notices in the words of many languages, with nothing else to go by."""

import base64

from tests.deliver.returned_mails import ADA, FULL, HARD, OURS, READER, SOFT, Case, plain

# (language's character set, what it says, class)
_SAID = [
    ("gb2312", f"很抱歉，您的邮件无法投递到以下收件人：\n{READER}\n原因：收件人邮箱不存在\n", HARD),
    ("gb2312", f"您的邮件被退回来了。\n收件人：{READER}\n退信原因：收件人的邮箱已满，暂时无法接收邮件\n", FULL),
    ("gb18030", f"您的邮件未能送达{READER}\n退信原因：邮件内容包含垃圾邮件特征，被对方拒收\n", OURS),
    ("gbk", f"收件人邮件地址（{READER}）域名不存在，邮件无法送达。\n", HARD),
    ("iso-2022-jp", f"次の宛先にメールを配信できませんでした。\n\n<{READER}>\n宛先のメールアドレスが存在しません。\n", HARD),
    ("iso-2022-jp", f"以下のメールは配信できませんでした。\n{READER}\nメールボックスの容量を超えているため受信できません。\n", FULL),
    ("iso-2022-jp", f"下記の宛先へのメールは受信者の設定により受信が拒否されました。\n{READER}\n", OURS),
    ("euc-kr", f"메일이 다음 수신자에게 전달되지 못했습니다: {READER}\n존재하지 않는 사용자입니다.\n", HARD),
    ("euc-kr", f"메일이 반송되었습니다.\n수신자: {READER}\n사유: 받는 사람의 메일함 용량이 초과되었습니다.\n", FULL),
    ("koi8-r", f"Ваше сообщение не доставлено получателю {READER}\nПричина: такого почтового ящика нет\n", HARD),
    ("windows-1251", f"Письмо не доставлено адресату {READER}: ящик получателя переполнен\n", FULL),
    ("windows-1251", f"Письмо не доставлено адресату {READER}: сообщение отклонено как спам\n", OURS),
    ("koi8-u", f"Ваш лист не доставлено адресату {READER}: такого користувача не існує\n", HARD),
    ("utf-8", f"Лист не доставлено {READER}: поштова скринька переповнена\n", FULL),
    ("iso-8859-1", f"Ihre Nachricht konnte nicht zugestellt werden an:\n{READER}\nDer Empfänger ist unbekannt.\n", HARD),
    ("iso-8859-1", f"Die E-Mail an {READER} war unzustellbar, da die maximale Größe des Postfachs erreicht ist.\n", FULL),
    ("iso-8859-1", f"Die Nachricht an {READER} wurde vom Spamfilter abgelehnt.\n", OURS),
    ("iso-8859-1", f"Votre message n'a pas pu être remis à : {READER}\nL'adresse du destinataire n'existe pas.\n", HARD),
    ("iso-8859-1", f"Votre message n'a pas pu être délivré à {READER} : la boîte aux lettres est pleine.\n", FULL),
    ("iso-8859-1", f"Votre message à {READER} a été refusé car il est considéré comme indésirable.\n", OURS),
    ("utf-8", f"No se pudo entregar su mensaje a {READER}: el usuario no existe.\n", HARD),
    ("utf-8", f"No se pudo entregar el mensaje a {READER}. El buzón del destinatario está lleno.\n", FULL),
    ("iso-8859-1", f"Sua mensagem não pôde ser entregue para {READER}: endereço de destinatário inexistente\n", HARD),
    ("iso-8859-1", f"Sua mensagem não pôde ser entregue para {READER}: a caixa postal está cheia\n", FULL),
    ("iso-8859-1", f"Impossibile recapitare il messaggio a {READER}: destinatario sconosciuto.\n", HARD),
    ("iso-8859-1", f"Uw bericht aan {READER} kon niet worden bezorgd: de ontvanger bestaat niet.\n", HARD),
    ("iso-8859-2", f"Nie można dostarczyć wiadomości do {READER}: użytkownik nieznany.\n", HARD),
    ("iso-8859-2", f"Zpráva nemohla být doručena na {READER}: schránka je plná.\n", FULL),
    ("iso-8859-1", f"Meddelandet kunde inte levereras till {READER}: okänd mottagare.\n", HARD),
    ("iso-8859-1", f"Din besked kunne ikke leveres til {READER}: modtagerens postkasse er fuld.\n", FULL),
    ("iso-8859-1", f"Viestiä ei voitu toimittaa osoitteeseen {READER}: vastaanottajaa ei löydy.\n", HARD),
    ("iso-8859-2", f"Az üzenet nem kézbesíthető: {READER}\nA címzett ismeretlen.\n", HARD),
    ("utf-8", f"İletiniz {READER} adresine teslim edilemedi: alıcının posta kutusu dolu.\n", FULL),
    ("utf-8", f"Mesajul nu a putut fi livrat către {READER}: utilizator necunoscut.\n", HARD),
    ("utf-8", f"Το μήνυμα δεν παραδόθηκε στον {READER}: το γραμματοκιβώτιο είναι γεμάτο.\n", FULL),
]


def _encoded(charset: str, words: str) -> str:
    more = f"MIME-Version: 1.0\nContent-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: base64\n"
    return plain(base64.encodebytes(words.encode(charset)).decode(), more=more)


LANGUAGES = [
    Case(
        name="a Russian one",
        mail=plain(
            """
            К сожалению, Ваше письмо не может быть доставлено следующему получателю:

            ada@reader.example

            Такого пользователя не существует.
            """,
            subject="Ваше сообщение не доставлено",
            more="MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n",
        ),
        recipients=(ADA,),
    ),
    Case(
        name="a Chinese portal's",
        mail=plain(
            """
            抱歉，您的邮件无法投递到以下地址：

            <ada@reader.example>:
            550 用户不存在
            """,
            subject="系统退信",
            more="MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n",
        ),
        recipients=(ADA,),
    ),
    *(
        Case(name=f"{charset}: {words[:40]!r}", mail=_encoded(charset, words), recipients=((READER, said),))
        for charset, words, said in _SAID
    ),
    Case(
        name="German, still trying",
        mail=_encoded("utf-8", f"Ihre Nachricht an {READER} konnte bisher nicht zugestellt werden. Es wird weiterhin versucht.\n"),
        kind="delayed",
        recipients=((READER, SOFT),),
    ),
    Case(
        name="Chinese, a sentence that runs on into the address and out of it",
        mail=_encoded("utf-8", f"您发送到{READER}的邮件未能送达：用户不存在\n"),
        recipients=(ADA,),
    ),
]
