"""Names folded, keyed and compared."""

import pytest

from storage.names import alike, folded, full_key, keys, words


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("Sam Okafor", "sam okafor"),
        ("  SÁM   O’Kafor ", "sam okafor"),
        ("Łukasz Żółć", "lukasz zolc"),
        ("Jürgen Groß", "jurgen gross"),
        ("Søren Kjær", "soren kjaer"),
        ("Anne-Marie", "anne marie"),
        ("İpek Işık", "ipek isik"),
        ("ﬁona", "fiona"),
        ("Ｓａｍ", "sam"),
        ("🙂", ""),
        ("田中", "田中"),
    ],
)
def test_folded(name: str, plain: str) -> None:
    assert folded(name) == plain


@pytest.mark.parametrize("name", ["सुनीता शर्मा", "สมชาย ใจดี", "இளையராஜா", "Ольга Кузнецова"])
def test_words_of_other_scripts_stay_whole(name: str) -> None:
    assert len(words(name)) == len(name.split())


def test_word_order_does_not_matter() -> None:
    assert full_key("Okafor, Sam") == full_key("sam okafor")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Alex Kim", "Kim Alex"),
        ("Alex Kim", "Alexandra Kim"),
        ("Alex Kim", "Alxe Kim"),
        ("Sam Okafor", "Samuel Okafor"),
        ("Sam Okafor", "Sam Okafro"),
    ],
)
def test_alike_and_under_a_common_key(one: str, other: str) -> None:
    assert alike(one, other)
    assert set(keys(one)) & set(keys(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [("Alex Kim", "Alex Cho"), ("Sam Okafor", "Mia Okafor"), ("Ana Ruiz", "Ben Ruiz")],
)
def test_not_alike(one: str, other: str) -> None:
    assert not alike(one, other)
