"""Bytes to text, whatever is declared."""

import pytest

from digest.gather.decode import as_declared, decode
from digest.gather.feed import parse_feed

WORDS = {
    "cs": "Příliš žluťoučký kůň úpěl ďábelské ódy",
    "ru": "Съешь же ещё этих мягких французских булок",
    "uk": "Жебракують філософи при ґанку церкви в Гадячі",
    "fr": "Voix ambiguë d’un cœur qui préfère les jattes “été” € 5",
    "el": "Ξεσκεπάζω την ψυχοφθόρα βδελυγμία",
    "tr": "Pijamalı hasta yağız şoföre çabucak güvendi",
    "he": "דג סקרן שט בים מאוכזב ולפתע מצא חברה",
    "lt": "Įlinkdama fechtuotojo špaga sublykčiojusi pragręžė",
    "th": "เป็นมนุษย์สุดประเสริฐเลิศคุณค่า",
    "ja": "いろはにほへと ちりぬるを 日本のニュース",
    "zh": "视野无限广，窗外有蓝天，新闻简报",
    "ko": "키스의 고유조건은 입술끼리 만나야 하고",
}
ENCODINGS = [
    *(("cs", "cp1250"), ("cs", "iso-8859-2"), ("ru", "cp1251"), ("ru", "koi8-r"), ("ru", "iso-8859-5"), ("uk", "koi8-u"), ("fr", "cp1252")),
    *(
        ("el", "cp1253"),
        ("el", "iso-8859-7"),
        ("tr", "iso-8859-9"),
        ("he", "cp1255"),
        ("lt", "cp1257"),
        ("th", "tis-620"),
        ("ja", "shift_jis"),
    ),
    *(("ja", "euc-jp"), ("ja", "iso-2022-jp"), ("zh", "gb2312"), ("zh", "gb18030"), ("zh", "utf-16"), ("zh", "utf-32"), ("ko", "euc-kr")),
    *(("ru", "utf-8"), ("ru", "utf-8-sig"), ("fr", "utf-16-be"), ("fr", "utf-32-le")),
]


def feed(language: str, words: str, declared: str | None) -> str:
    declaration = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    item = f"<item><title>{words}</title><link>https://lantern.example/</link><description>{' '.join([words] * 6)}</description></item>"
    return f'{declaration}<rss version="2.0"><channel><title>{words}</title><language>{language}</language>{item * 5}</channel></rss>'


@pytest.mark.parametrize(("language", "encoding"), ENCODINGS)
@pytest.mark.parametrize("told", ["rightly", "not at all", "as UTF-8", "as Latin-1", "as nobody knows what"])
def test_a_feed_is_read_in_its_encoding_however_it_is_declared(language: str, encoding: str, told: str) -> None:
    declared = {"rightly": encoding, "not at all": None, "as UTF-8": "utf-8", "as Latin-1": "iso-8859-1", "as nobody knows what": "x-none"}[
        told
    ]
    words = WORDS[language]
    assert parse_feed(feed(language, words, declared).encode(encoding), "https://lantern.example/feed").title == words


def test_bytes_of_windows_among_utf_8_are_read_as_windows_meant_them() -> None:
    body = "Grüße ".encode() * 300 + b"\x93caf\xe9\x94"
    assert decode(body).endswith("Grüße “café”")


@pytest.mark.parametrize(
    "name", ["punycode", "idna", "unicode_escape", "raw_unicode_escape", "utf-7", "rot13", "base64", "zip", "undefined", "mbcs"]
)
def test_codecs_that_are_no_character_sets_are_not_asked(name: str) -> None:
    body = f'<?xml version="1.0" encoding="{name}"?><rss><channel><title>a\\u0041+AGE- '.encode() + b"caf\xe9</title></channel></rss>"
    assert parse_feed(body, "https://lantern.example/feed").title == "a\\u0041+AGE- café"


@pytest.mark.parametrize(
    "body", [b"", b"\xff", b"\xff\xfe", b"\xff\xfe\x00", b"\x00\x00\xfe\xff\x00", b"<\x00", b"\xef\xbb\xbf\xff", b"\x1b$", b"\x80" * 9]
)
def test_no_bytes_fail(body: bytes) -> None:
    assert isinstance(decode(body), str)


@pytest.mark.parametrize(
    ("said", "encoding", "words"),
    [
        ("text/html; charset=windows-1251", "cp1251", "Переговоры отложены на неделю, сообщил представитель порта."),
        ('text/html; Charset="GBK"', "gbk", "渡轮会谈推迟一周"),
        ("application/xml;charset=koi8-r", "koi8-r", "Переговоры отложены на неделю"),
        ("text/html; charset=ISO-8859-1", "utf-8", "Die Fähre fährt später"),
        ("text/html; charset=utf-8", "cp1252", "Die Fähre fährt später"),
        ("text/html", "utf-8", "Die Fähre fährt später"),
        ("text/html; charset=nonsense", "utf-8", "Die Fähre fährt später"),
        ("", "utf-8", "Die Fähre fährt später"),
    ],
)
def test_a_charset_that_only_the_content_type_names_counts_unless_the_bytes_say_otherwise(said: str, encoding: str, words: str) -> None:
    body = f"<html><body><p>{words}</p></body></html>".encode(encoding)
    assert words in decode(as_declared(body, said))
    assert decode(as_declared(body, said)) == decode(as_declared(as_declared(body, said), said))


def test_a_document_that_names_its_encoding_is_believed_before_a_servers_latin_1() -> None:
    body = '<meta charset="windows-1251"><p>Переговоры отложены</p>'.encode("cp1251")
    assert "Переговоры отложены" in decode(as_declared(body, "text/html; charset=iso-8859-1"))
