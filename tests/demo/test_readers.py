import re

from digest.demo.readers import sample_readers


def test_five_thousand_readers_have_five_thousand_addresses() -> None:
    addresses = [address for address, _ in sample_readers(5_000)]
    assert len({address.casefold() for address in addresses}) == 5_000
    assert all(re.fullmatch(r"[a-z][a-z0-9.-]*\.\d+@example\.(org|net|com)", address) for address in addresses)
    assert not any(".." in address for address in addresses)


def test_the_same_readers_come_every_time_and_more_of_them_begin_alike() -> None:
    assert list(sample_readers(200)) == list(sample_readers(400))[:200]


def test_names_come_in_several_scripts_and_some_readers_gave_none() -> None:
    names = [name for _, name in sample_readers(200)]
    assert 20 <= names.count(None) <= 40
    given = [name for name in names if name is not None]
    assert sum(not name.isascii() for name in given) > 50
    assert sum(name.isascii() for name in given) > 20
    assert len(set(given)) > 100
