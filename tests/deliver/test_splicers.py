"""The mails that a process keeps taken apart: the last few, each made once."""

from digest.deliver.message import Splicer, Splicers
from digest.model.mailing import Piece, Rendered

MAIL = Rendered(
    sha256="0" * 64,
    subject="",
    preheader="",
    mjml="",
    html="",
    text="",
    marker="",
    pieces=(Piece(literal="To: "), Piece(slot="to", encoding="header"), Piece(literal="\r\n\r\nbody\r\n")),
)


def test_a_mail_is_taken_apart_once_and_the_one_least_asked_for_gives_way() -> None:
    splicers, made = Splicers(), []

    def get(number: int) -> None:
        def make() -> Splicer:
            made.append(number)
            return Splicer(MAIL)

        splicers.get((number, "0" * 64), make)

    for number in (1, 2, 3, 4, 1, 5):
        get(number)
    assert made == [1, 2, 3, 4, 5]

    get(1)
    assert made == [1, 2, 3, 4, 5]
    get(2)
    assert made == [1, 2, 3, 4, 5, 2]
