"""Cards, tables and JSON as other programs read them, none of which wrote them."""

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, datetime

import pydantic_core
import pytest
import vobject  # type: ignore[import-untyped]

from commands.privacy.formats import CardKey, file_of
from storage.core.model import CommitteeId, UserId
from storage.privacy.exports import Export, ExportFormat, ExportLine, ExportStep
from tests.support.readers import in_javascript

KEY = CardKey(bytes(range(32)))
AT = datetime(2026, 11, 29, tzinfo=UTC)
NAMES = [
    "Sam Okafor",
    "O'Brien, Ana",
    "María José Carreño Quiñones",
    "Sam Okafor Jr.",
    "Kenji Ōta; senior",
    "Ana van den Berg",
    "back\\slash Kim",
    "中村 花子" * 9,
    "نرگس می‌خواهم",
    "-Berg",
]
SAID = ["Ana O'Brien" if name == "O'Brien, Ana" else name for name in NAMES]


def export(shape: ExportFormat, number: int = 1) -> Export:
    return Export(
        number, CommitteeId(1), number, UserId("@kim:example.org"), shape, ratings=True, why="x",
        step=ExportStep.APPROVED, decided_by=None, at=AT,
    )  # fmt: skip


def person(number: int, name: str, *also: str) -> ExportLine:
    return ExportLine(
        number, f"M-{number}", name, also, f"00{number}", "a@example.org", 'Payments; "x", y',
        "night", "employed", "@ana:example.org", (), None, AT, 2, AT, ("Cards: did",),
    )  # fmt: skip


PEOPLE = [person(n, name) for n, name in enumerate(NAMES, 1)]
PEOPLE[0] = replace(PEOPLE[0], also=("Ken, K.", "Sammy; the \\ one"))


def text(shape: ExportFormat, number: int = 1, key: CardKey = KEY) -> str:
    return file_of(export(shape, number), PEOPLE, key).decode()


def test_two_readers_read_the_same_cards() -> None:
    cards = text(ExportFormat.VCARD)
    by_icaljs = in_javascript("cards", cards)
    by_vobject = list(vobject.readComponents(cards))
    assert [each["fn"] for each in by_icaljs] == SAID
    assert [each.fn.value for each in by_vobject] == SAID
    wanted = [
        ("Okafor", "Sam", ""),
        ("O'Brien", "Ana", ""),
        ("Carreño Quiñones", "María José", ""),
        ("Okafor", "Sam", "Jr."),
        ("senior", "Kenji Ōta;", ""),
        ("van den Berg", "Ana", ""),
        ("Kim", "back\\slash", ""),
    ]
    assert [(e["n"][0], e["n"][1], e["n"][4]) for e in by_icaljs[: len(wanted)]] == wanted
    read = [each.n.value for each in by_vobject[: len(wanted)]]
    assert [(each.family, each.given, each.suffix) for each in read] == wanted
    assert by_icaljs[0]["nickname"] == ["Ken, K."]
    assert [each.value for each in by_vobject[0].nickname_list] == list(PEOPLE[0].also)
    assert {name for each in by_icaljs for name in each["names"]} == {
        "VERSION", "UID", "FN", "N", "NICKNAME",
    }  # fmt: skip


def test_every_card_has_a_name_of_its_own_that_two_readers_read() -> None:
    cards = text(ExportFormat.VCARD)
    by_icaljs = [each["uid"] for each in in_javascript("cards", cards)]
    assert by_icaljs == [each.uid.value for each in vobject.readComponents(cards)]
    assert len(set(by_icaljs)) == len(PEOPLE)
    assert all(uid.startswith("urn:uuid:") for uid in by_icaljs)


def test_a_second_export_is_the_same_cards() -> None:
    assert text(ExportFormat.VCARD, 1) == text(ExportFormat.VCARD, 2)
    renamed = file_of(
        export(ExportFormat.VCARD), [replace(PEOPLE[0], name="Sam Stone")], KEY
    ).decode()
    assert renamed.split("\r\n")[2] == text(ExportFormat.VCARD).split("\r\n")[2]


def test_a_cards_name_tells_nothing_without_the_key() -> None:
    other = CardKey(bytes(32))
    mine, theirs = ({KEY.of(CommitteeId(1), n) for n in range(50)},
                    {other.of(CommitteeId(1), n) for n in range(50)})  # fmt: skip
    assert not mine & theirs
    assert KEY.of(CommitteeId(1), 12) != KEY.of(CommitteeId(11), 2)
    assert "range" not in repr(KEY)
    assert str(KEY.key) not in repr(KEY)


@pytest.mark.parametrize("reader", ["papaparse", "csv-parse"])
def test_two_readers_read_the_same_table(reader: str) -> None:
    table = text(ExportFormat.CSV)
    rows = in_javascript(reader, table)
    assert rows == list(csv.DictReader(io.StringIO(table.removeprefix("\ufeff"))))
    assert [row["name"] for row in rows] == [n if n != "-Berg" else "'-Berg" for n in NAMES]
    assert rows[0]["employee id"] == "001"
    assert rows[0]["area"] == 'Payments; "x", y'


def test_two_readers_read_the_same_json() -> None:
    written = text(ExportFormat.JSON)
    found = in_javascript("json", written)
    assert found == pydantic_core.from_json(written) == json.loads(written)
    people = found["_embedded"]["osdi:people"]
    assert [each["given_name"] for each in people][:3] == ["Sam", "Ana", "María José"]
    assert (people[3]["family_name"], people[3]["honorific_suffix"]) == ("Okafor", "Jr.")
