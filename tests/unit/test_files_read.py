"""Files as programs write them: workbooks, web pages, cards, JSON, and an answer to all others."""

import io
import json
import zipfile
from pathlib import Path

import pytest
import vobject  # type: ignore[import-untyped]
from hypothesis import given, settings
from hypothesis import strategies as st

from commands.imports.list_contents import ListContents
from commands.imports.read.encoding import DecodedText
from commands.imports.read.formats import cards, people_json
from commands.imports.read.formats.books import EXACT, _words
from commands.imports.read.tables import NotAList, Unreadable
from tests.support.reading import read, rows

LISTS = Path(__file__).resolve().parents[1] / "support" / "lists"
STAFF = [
    (2, ("123", "Sam Okafor", "QA", "2020-03-05")),
    (3, ("124", "Chen, Mia", "NA", "05.03.2021")),
    (4, ("125", "Jan 't Hooft", "Payments", "2022-01-01")),
    (5, ("126", "-Berg", "Payments", "")),
]
BOOK = [
    (5, ("123", "Sam", "OKAFOR", "Payments", "2020-03-05")),
    (6, ("124", "Mia", "Chen", "Payments", "2021-06-15")),
    (7, ("00125", "Chris", "Null", "NA", "")),
]
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_DOCUMENTS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def why(content: bytes) -> Unreadable:
    found = read(content).found
    assert isinstance(found, NotAList), found
    return found.why


def xlsx(cells: str) -> bytes:
    """The smallest workbook there is, around the rows of one sheet."""
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="xml" '
        'ContentType="application/xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{_DOCUMENTS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_DOCUMENTS}"><sheets>'
        '<sheet name="Staff" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_DOCUMENTS}/worksheet" Target="worksheets/sheet1.xml"/>'
        "</Relationships>",
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{_MAIN}"><sheetData>{cells}</sheetData>'
        "</worksheet>",
    }
    return packed({name: text.encode() for name, text in parts.items()})


def packed(parts: dict[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as file:
        for name, part in parts.items():
            file.writestr(name, part)
    return content.getvalue()


def text(cell: str, words: str) -> str:
    return f'<c r="{cell}" t="inlineStr"><is><t>{words}</t></is></c>'


# -- workbooks ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["staff.xlsx", "staff.ods", "staff.xls", "staff.html"])
def test_a_list_that_libreoffice_saved(name: str) -> None:
    assert rows(read((LISTS / name).read_bytes())) == STAFF


@pytest.mark.parametrize("name", ["book.xlsx", "book.xls"])
def test_sheets_merged_heads_formulas_and_dates(name: str) -> None:
    file = read((LISTS / name).read_bytes())
    assert isinstance(file.found, ListContents)
    assert [each.title for each in (file.found, *file.others)] == ["Staff", "Night shift"]
    assert file.found.table.heads == ("Emp #", "First name", "Last name", "Team", "Hired")
    assert rows(file) == BOOK
    assert rows(file, 1) == [(2, ("Brand, Jo", "N"))]


def test_calc_does_not_say_what_is_merged() -> None:
    file = read((LISTS / "book.ods").read_bytes())
    assert rows(file)[0] == BOOK[0]
    assert rows(file)[1] == (6, ("124", "Mia", "Chen", "", "2021-06-15"))


def test_tabs_that_call_themselves_a_workbook() -> None:
    table = "Emp #\tName\tTeam\r\n00123\tSam Okafor\tQA\r\n".encode("utf-16")
    assert rows(read(table)) == [(2, ("00123", "Sam Okafor", "QA"))]


def test_line_numbers_are_those_of_the_spreadsheet() -> None:
    content = xlsx(
        f'<row r="3">{text("B3", "Name")}{text("C3", "Team")}</row>'
        f'<row r="7">{text("B7", "Sam Okafor")}{text("C7", "QA")}</row>'
    )
    assert rows(read(content)) == [(7, ("", "Sam Okafor", "QA"))]


def test_numbers_keep_no_fraction_and_lost_digits_are_seen() -> None:
    assert _words(123.0) == "123"
    assert _words(1.5) == "1.5"
    assert _words(float(EXACT)) == "1.00000E+15"
    assert _words(True) == "TRUE"


def test_a_password_is_said() -> None:
    assert why((LISTS / "locked.xlsx").read_bytes()) is Unreadable.LOCKED
    ods = packed(
        {
            "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": b"sealed",
            "META-INF/manifest.xml": b"<manifest><encryption-data/></manifest>",
        }
    )
    assert why(ods) is Unreadable.LOCKED


@pytest.mark.parametrize(
    ("content", "odd"),
    [
        (b"PK\x03\x04rest", Unreadable.DAMAGED),
        (b"\xd0\xcf\x11\xe0" + b"x" * 999, Unreadable.DAMAGED),
        ((LISTS / "staff.xlsx").read_bytes()[:-900], Unreadable.DAMAGED),
        (packed({"word/document.xml": b"<a/>"}), Unreadable.DOCUMENT),
        (packed({"Index/Document.iwa": b"x"}), Unreadable.NUMBERS),
        (packed({"staff.csv": b"Name\nSam"}), Unreadable.ARCHIVE),
        (b"%PDF-1.7", Unreadable.DOCUMENT),
        (b"\xff\xd8\xff\xe0", Unreadable.PICTURE),
        (b"<html><body>Sign in</body></html>", Unreadable.NO_TABLE),
        (
            b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
            Unreadable.OLD_MARKUP,
        ),
        (b'{"a": 1}', Unreadable.NO_PEOPLE),
        (b"{not json", Unreadable.NO_PEOPLE),
        (b"BEGIN:VCARD\r\nVERSION:3.0\r\nEND:VCARD\r\n", Unreadable.NO_PEOPLE),
        (xlsx(""), Unreadable.EMPTY),
    ],
)
def test_other_files_get_an_answer_of_their_own(content: bytes, odd: Unreadable) -> None:
    assert why(content) is odd


def test_a_sheet_that_spans_everything_ends_nothing_but_its_own_process() -> None:
    """Two cells at opposite corners: the reader would ask for more memory than there is."""
    content = xlsx(
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'
    )
    assert len(content) < 2_000
    assert why(content) is Unreadable.TOO_LARGE


def test_a_workbook_that_unpacks_to_too_much_is_not_unpacked() -> None:
    content = packed({"xl/workbook.xml": b"", "xl/media/a": bytes(410 << 20)})
    assert len(content) < 1 << 20
    assert why(content) is Unreadable.TOO_LARGE


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 5_000), st.binary(min_size=1, max_size=9))
def test_a_spoilt_workbook_makes_nothing_raise(at: int, spoilt: bytes) -> None:
    content = bytearray((LISTS / "staff.xlsx").read_bytes())
    content[at : at + len(spoilt)] = spoilt
    read(bytes(content))


# -- cards -------------------------------------------------------------------------------------

CARDS = (
    "BEGIN:VCARD\r\nVERSION:2.1\r\n"
    "N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCl=\r\nler;J=C3=BCrgen;;Dr.;\r\n"
    "TEL;CELL;PREF:+34 600\r\nEMAIL;INTERNET:j@x.org\r\n"
    "PHOTO;JPEG;ENCODING=BASE64:\r\n /9j/4AAQ\r\n\r\nEND:VCARD\r\n"
    "BEGIN:VCARD\r\nVERSION:3.0\r\nitem1.EMAIL;type=INTERNET;type=pref:ana@x.org\r\n"
    "EMAIL:other@x.org\r\nN:O'Brien;Ana;;;\r\nFN:Ana O'Brien\r\nORG:ACME\\, Inc.;Payments\r\n"
    "END:VCARD\r\n"
    "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Kenji Ōta\r\nN:Ōta;Kenji;;;Jr.\r\nEMAIL:mailto:k@x.org\r\n"
    "END:VCARD\r\n"
    "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:ACME\r\nN:;;;;\r\nORG:ACME\r\nX-ABShowAs:COMPANY\r\nEND:VCARD\r\n"
    "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:María José Carr\r\n eño\r\nEND:VCARD\r\n"
)


def test_contacts_of_a_phone() -> None:
    assert rows(read(CARDS.encode())) == [
        (1, ("Jürgen", "Müller", "", "j@x.org", "", "individual")),
        (11, ("Ana", "O'Brien", "Ana O'Brien", "ana@x.org", "Payments", "individual")),
        (19, ("Kenji", "Ōta, Jr.", "Kenji Ōta", "k@x.org", "", "individual")),
        (25, ("", "", "ACME", "", "", "organization")),
        (32, ("", "", "María José Carreño", "", "", "individual")),
    ]


@pytest.mark.parametrize("version", ["2.1", "3.0", "4.0"])
@settings(max_examples=40, deadline=None)
@given(
    st.text("aB,;\\ñ漢'’. ", min_size=1, max_size=60), st.text("aB,;\\é ", min_size=1, max_size=60)
)
def test_names_come_back_from_another_library_whole(version: str, family: str, given: str) -> None:
    card = vobject.vCard()
    card.add("n").value = vobject.vcard.Name(family=family, given=given)
    card.add("fn").value = "x"
    written = card.serialize().replace("VERSION:3.0", f"VERSION:{version}")
    [row] = cards.rows(DecodedText.of(written))
    assert row.cells[:2] == (" ".join(given.split()), " ".join(family.split()))


def test_several_first_names_are_no_last_name_first() -> None:
    [row] = cards.rows(DecodedText.of("BEGIN:VCARD\nVERSION:4.0\nN:Doe;Jane,Mary;;;\nEND:VCARD\n"))
    assert row.cells[:2] == ("Jane Mary", "Doe")


@given(st.text("BEGIN:VCARD\r\nN;=ENDa, \t", max_size=200))
def test_no_card_makes_it_raise(text: str) -> None:
    list(cards.rows(DecodedText.of("BEGIN:VCARD\r\n" + text)))


# -- JSON --------------------------------------------------------------------------------------

PEOPLE = {
    "_embedded": {
        "osdi:people": [
            {
                "given_name": "Sam",
                "family_name": "Okafor",
                "identifiers": ["action_network:1", "employer:00123"],
                "email_addresses": [
                    {"address": "old@x.org"},
                    {"primary": True, "address": "sam@x.org"},
                ],
            },
            {"given_name": "Mia", "family_name": "Chen", "identifiers": ["steward:M-2"]},
        ],
        "osdi:tags": [{"identifiers": ["steward:tag-1"], "name": "area: Search"}],
        "osdi:taggings": [
            {
                "_links": {
                    "osdi:tag": {"href": "steward:tag-1"},
                    "osdi:person": {"href": "steward:M-2"},
                }
            }
        ],
    }
}


def test_people_of_the_open_supporter_data_interface() -> None:
    assert rows(read(json.dumps(PEOPLE).encode())) == [
        (1, ("Sam", "Okafor", "sam@x.org", "00123", "", "", "")),
        (2, ("Mia", "Chen", "", "", "Search", "", "")),
    ]


def test_a_plain_list_of_objects() -> None:
    content = json.dumps({"data": [{"first_name": "Sam", "last_name": "Okafor", "tags": ["a"]}]})
    file = read(content.encode())
    assert isinstance(file.found, ListContents)
    assert file.found.table.heads == ("first_name", "last_name")
    assert rows(file) == [(1, ("Sam", "Okafor"))]


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inside: st.lists(inside, max_size=3)
        | st.dictionaries(
            st.sampled_from(["_embedded", "osdi:people", "osdi:taggings", "_links", "given_name",
                             "email_addresses", "identifiers", "family_name"]),
            inside, max_size=4,
        ),
        max_leaves=12,
    )
)  # fmt: skip
def test_no_json_makes_it_raise(whole: object) -> None:
    people_json.read(DecodedText.of(json.dumps(whole)))


def test_deep_json_is_refused() -> None:
    assert people_json.read(DecodedText.of("[" * 100_000)) is None


# -- what comes of it --------------------------------------------------------------------------


def test_only_sheets_with_people_are_lists() -> None:
    upload = read((LISTS / "book.xlsx").read_bytes())
    assert [each.title for each in upload.others] == ["Night shift"]
    assert read((LISTS / "staff.xlsx").read_bytes()).others == ()
