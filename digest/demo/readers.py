"""Sample readers: believable names from several languages at example addresses, the same ones every time."""

import unicodedata
from collections.abc import Iterator

# RFC 2606 keeps these domains for examples: no mail to them can reach anybody.
_DOMAINS = ("example.org", "example.net", "example.com")

# Given and family names by language, so that nobody is called Aigerim O'Sullivan.
_NAMES: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (
        ("Amelia", "Theo", "Hazel", "Rufus", "Imogen", "Callum", "Maeve", "Desmond", "Winifred", "Tobias"),
        ("Aldridge", "Brackley", "Fenwick", "Harcombe", "Lockyer", "O’Sullivan", "Pemberton", "Whitlow"),
    ),
    (
        ("Zoë", "François", "Hélène", "Benoît", "Aurélie", "Gaël", "Noémie", "Rémi"),
        ("Beauchêne", "Delacroix-Vernay", "Lefèvre", "Marchand", "Quéméner", "Théroux"),
    ),
    (
        ("Jürgen", "Käthe", "Sören", "Annelie", "Björn", "Friederike", "Götz", "Ute"),
        ("Bäumler", "Großmann", "Hüttner", "Köhlerbach", "Schröter", "von der Weide"),
    ),
    (
        ("Íñigo", "Begoña", "Joaquín", "Mónica", "Andrés", "Lucía", "Ramón", "Ximena"),
        ("Aránguiz", "Cañizares", "Etxeberria", "Ibáñez", "Muñiz", "Zúñiga"),
    ),
    (
        ("Łukasz", "Agnieszka", "Zdzisław", "Małgorzata", "Wojciech", "Żaneta"),
        ("Brzozowski", "Dąbrowa", "Gołębiewska", "Jabłoński", "Szczepaniak", "Wójtowicz"),
    ),
    (
        ("Ayşe", "Çağlar", "Gülşen", "İlker", "Oğuz", "Şebnem"),
        ("Aydınlı", "Çelikdemir", "Demirağ", "Güneşli", "Öztekin", "Yıldırımer"),
    ),
    (
        ("Αλέξανδρος", "Ελένη", "Κωνσταντίνος", "Σοφία"),
        ("Ανδρεάδης", "Νικολάου", "Παπαδάκη", "Χριστοδούλου"),
    ),
    (
        ("Олена", "Тарас", "Ганна", "Богдан", "Соломія"),
        ("Бондаренко", "Коваленко", "Мельничук", "Шевчук"),
    ),
    (
        ("أمينة", "يوسف", "ليلى", "طارق"),
        ("البنّاء", "الحدّاد", "النجّار", "قاسم"),
    ),
    (
        ("आदित्य", "मीरा", "रोहन", "सुनीता"),
        ("कुलकर्णी", "जोशी", "देशपांडे", "शर्मा"),
    ),
    (
        # Family names first, here and in Vietnamese.
        ("荒川", "小野寺", "中島", "藤原"),
        ("健司", "美咲", "直樹", "由紀子"),
    ),
    (
        ("Adaeze", "Chukwuemeka", "Folasade", "Kọ́lá", "Ngozika", "Tùndé"),
        ("Abiọ́dún", "Eze-Okafor", "Nwachukwu", "Olúwadáre"),
    ),
    (
        ("Bagus", "Dewi", "Ratna", "Surya", "Wulan"),
        ("Kusumaningrum", "Lestari", "Prasetya", "Wicaksana"),
    ),
    (
        ("Achieng", "Baraka", "Makena", "Otieno", "Wanjiru"),
        ("Barasa", "Kiprono", "Mutindi", "Njoroge", "Wafula"),
    ),
    (
        ("Nguyễn", "Trần", "Phạm", "Đặng"),
        ("Thị Hương", "Văn Đức", "Minh Châu", "Quốc Bảo"),
    ),
)

# Letters that carry no accent to take off, and scripts written out, so that every address is plain ASCII.
_LETTERS = str.maketrans(
    {"ł": "l", "ø": "o", "ß": "ss", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "’": "", "'": "", " ": "."},
)


def sample_readers(count: int) -> Iterator[tuple[str, str | None]]:
    """Yield `count` pairs of address and name, all addresses distinct; every seventh reader gave no name."""
    for number in range(count):
        givens, families = _NAMES[number % len(_NAMES)]
        # Coprime strides, so that the same name comes back late and never beside itself.
        turn = number // len(_NAMES)
        given, family = givens[turn % len(givens)], families[(turn // len(givens) + turn) % len(families)]
        # The number keeps addresses apart where names repeat or are written in another script.
        local = f"{_ascii(given)}.{_ascii(family)}".strip(".") or "reader"
        name = None if number % 7 == 6 else f"{given} {family}"
        yield f"{local}.{number + 1}@{_DOMAINS[number % len(_DOMAINS)]}", name


def _ascii(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.casefold().translate(_LETTERS)).translate(_LETTERS)
    return "".join(letter for letter in plain if letter.isascii() and (letter.isalnum() or letter in ".-")).strip(".-")
