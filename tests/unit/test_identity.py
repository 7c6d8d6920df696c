"""Names beside one number or one address: what is another spelling, and what is another person."""

import pytest

from commands.structure_tests.sheets.matching import Signature, match
from storage.core.model import ContactId
from storage.names import fits_a_number, fits_an_address
from storage.structure_tests.sheets import Bearer, SignatureVerdict

OTHERS = [
    "Paul Weber|Paula Weber", "Samir Haddad|Samira Haddad", "Luis Garcia|Luisa Garcia",
    "Maria Garcia|Mario Garcia", "Maria Garcia|Marta Garcia", "Julian Meyer|Juliana Meyer",
    "Kim Min-jun|Kim Min-jung", "Kim Ji-woo|Kim Ji-won", "Wang Fang|Wang Fan", "Li Na|Li Nan",
    "Krishna Rao|Krishnan Rao", "Deepak Rao|Deepa Rao", "Singh Harpreet|Singh Gurpreet",
    "Jo Klein|Jo Kleiner", "Kemal Kaya|Cemal Kaya", "Anna Schmidt|Hanna Schmidt",
    "Christian Lang|Christina Lang", "Alex Wolf|Alec Wolf", "Rosa Parks|Rose Park",
    "Nguyen Van An|Nguyen Van Anh", "John Smith II|John Smith III", "Ivan Petrov|Ivana Petrova",
]  # fmt: skip
FAMILY = ["John Smith|John Smith Jr.", "Ana Ortiz|Ana Ortis", "Emily Chen|Emma Chen"]
SPELLINGS = [
    "Jürgen Müller|Mueller, Juergen", "Anna-Maria Rossi|Annamaria Rossi", "Sean O'Brien|Sean OBrien",
    "Jan van den Berg|Jan Berg", "José García López|Jose Garcia", "Sam Okafor|Samuel Okafor",
    "A. Rossi|Anna Rossi", "Wang Xiaoming|Wang Xiao-Ming",
]  # fmt: skip


def two(pair: str) -> tuple[str, str]:
    one, other = pair.split("|")
    return one, other


def signed(one: str, line: Signature) -> SignatureVerdict:
    crowd = ("Peter Qvist", "Rita Zorn", "Olu Bakare", "Gina Wirth")
    staff = [
        Bearer(ContactId(n), (name,), None, f"{n}00", f"{n}@x.org", inside=True)
        for n, name in enumerate((one, *crowd), 1)
    ]
    [told] = match([line], staff)
    return told.verdict


@pytest.mark.parametrize("pair", OTHERS)
def test_one_letter_more_makes_another_person(pair: str) -> None:
    for one, other in (two(pair), two(pair)[::-1]):
        assert not fits_a_number(one, other)
        assert not fits_an_address(one, other)
        assert signed(one, Signature(1, other, external_id="100")) is not SignatureVerdict.SURE
        assert signed(one, Signature(1, other, email="1@x.org")) is not SignatureVerdict.SURE


@pytest.mark.parametrize("pair", FAMILY)
def test_an_address_is_a_family_s(pair: str) -> None:
    one, other = two(pair)
    assert not fits_an_address(one, other)
    assert signed(one, Signature(1, other, email="1@x.org")) is not SignatureVerdict.SURE


@pytest.mark.parametrize("pair", SPELLINGS)
def test_a_spelling_beside_a_number_is_not_asked_about(pair: str) -> None:
    one, other = two(pair)
    assert fits_a_number(one, other)
    assert fits_an_address(one, other)


@pytest.mark.parametrize("pair", ["Ana Ortiz|Ana Ortis", "Jo Williams|Jo Willaims"])
def test_a_slip_in_a_long_word_is_the_number_s_owner(pair: str) -> None:
    one, other = two(pair)
    # Ortis: five letters, no first name.
    assert fits_a_number(one, other)


def test_a_namesake_with_another_number_is_not_counted_as_there_twice() -> None:
    staff = [Bearer(ContactId(1), ("Olu Okafor",), None, None, None, inside=True)]
    lines = [Signature(n, "Olu Okafor", external_id=str(n)) for n in (1, 2)]
    assert [line.verdict for line in match(lines, staff)] == [
        SignatureVerdict.SURE,
        SignatureVerdict.UNCLEAR,
    ]


def test_whom_a_number_contradicts_is_still_asked_about_after_the_name_was_counted() -> None:
    staff = [Bearer(ContactId(1), ("Olu Okafor",), None, "5", None, inside=True)]
    lines = [
        Signature(1, "Olu Okafor", external_id="5"),
        Signature(2, "Olu Okafor", external_id="9"),
    ]
    assert [line.verdict for line in match(lines, staff)] == [
        SignatureVerdict.SURE,
        SignatureVerdict.UNCLEAR,
    ]
