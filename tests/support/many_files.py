"""Generated files of many kinds: good ones, spoilt ones, and ones that ask for too much.

Small to send and large to read is what the last have in common. Nothing here is anybody's file; each is
generated from a number, so that a file which shows a fault can be made again.
"""

import io
import json
import random
import zipfile
from collections.abc import Callable, Iterator
from enum import IntEnum
from typing import Final

Made = tuple[str, bytes]
"""How it is called, and what is in it."""

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
LARGE: Final = 19 << 20
"""Bytes; the largest that is fetched is 20 MB."""


class Size(IntEnum):
    """As people send them, or as large as is fetched."""

    SMALL = 0
    LARGE = 1


Kind = Callable[[random.Random, Size], Made]


def packed(parts: dict[str, bytes]) -> bytes:
    """Make a zip archive of the given parts."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as file:
        for name, part in parts.items():
            file.writestr(name, part)
    return content.getvalue()


def workbook(rows: str, strings: str = "", sheets: int = 1) -> bytes:
    """The smallest workbook there is, around the rows of its sheets."""
    numbers = range(1, sheets + 1)
    named = "".join(f'<sheet name="S{n}" sheetId="{n}" r:id="r{n}"/>' for n in numbers)
    related = "".join(
        f'<Relationship Id="r{n}" Type="{_RELATIONS}/worksheet" Target="worksheets/s{n}.xml"/>'
        for n in numbers
    )
    shared = f'<Relationship Id="rs" Type="{_RELATIONS}/sharedStrings" Target="sharedStrings.xml"/>'
    sheet = f'<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData></worksheet>'.encode()
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"/>'.encode(),
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r" '
        f'Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>'.encode(),
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><sheets>{named}'
        "</sheets></workbook>".encode(),
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{related}'
        f"{shared if strings else ''}</Relationships>".encode(),
        **{f"xl/worksheets/s{n}.xml": sheet for n in numbers},
    }
    if strings:
        parts["xl/sharedStrings.xml"] = f'<sst xmlns="{_MAIN}">{strings}</sst>'.encode()
    return packed(parts)


def open_document(rows: str) -> bytes:
    """The smallest OpenDocument sheet."""
    ns = "urn:oasis:names:tc:opendocument:xmlns"
    content = (
        f'<office:document-content xmlns:office="{ns}:office:1.0" xmlns:table="{ns}:table:1.0" '
        f'xmlns:text="{ns}:text:1.0"><office:body><office:spreadsheet><table:table '
        f'table:name="S">{rows}</table:table></office:spreadsheet></office:body>'
        "</office:document-content>"
    )
    return packed(
        {
            "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": content.encode(),
            "META-INF/manifest.xml": b"<manifest/>",
        }
    )


def _cells(*words: str) -> str:
    return "".join(f'<c t="inlineStr"><is><t>{each}</t></is></c>' for each in words)


def _people(random_: random.Random, count: int) -> list[tuple[str, str, str]]:
    return [
        (str(n), f"Sam{random_.randrange(999)} Okafor{random_.randrange(9999)}", f"Area {n % 9}")
        for n in range(count)
    ]


def _csv(random_: random.Random, size: int, separator: str = ",") -> str:
    rows = _people(random_, size)
    return "\n".join([separator.join(("Emp #", "Name", "Area")), *map(separator.join, rows)])


# -- honest ------------------------------------------------------------------------------------


def comma(r: random.Random, large: Size) -> Made:
    return "staff.csv", _csv(r, 190_000 if large else 40).encode()


def tabs(r: random.Random, large: Size) -> Made:
    return "staff.tsv", _csv(r, 60_000 if large else 40, "\t").encode("utf-16")


def book(r: random.Random, large: Size) -> Made:
    rows = "".join(
        f"<row>{_cells(*each)}</row>"
        for each in [("Emp #", "Name", "Area"), *_people(r, 60_000 if large else 40)]
    )
    return "staff.xlsx", workbook(rows)


def calc(r: random.Random, large: Size) -> Made:
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    rows = "".join(
        f"<table:table-row>{''.join(map(cell.format, each))}</table:table-row>"
        for each in [("Emp #", "Name", "Area"), *_people(r, 20_000 if large else 40)]
    )
    return "staff.ods", open_document(rows)


def cards(r: random.Random, large: Size) -> Made:
    every = (
        f"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:{name}\r\nPHOTO:{'A' * 80}\r\n {'A' * 70}\r\nEND:VCARD"
        for _number, name, _area in _people(r, 60_000 if large else 30)
    )
    return "contacts.vcf", "\r\n".join(every).encode()


def objects(r: random.Random, large: Size) -> Made:
    people = [
        {"name": n, "email": f"{i}@x.org"} for i, n, _a in _people(r, 150_000 if large else 30)
    ]
    return "people.json", json.dumps(people).encode()


# -- spoilt ------------------------------------------------------------------------------------


def noise(r: random.Random, large: Size) -> Made:
    return "staff.csv", r.randbytes(LARGE if large else r.randrange(4_000))


def cut(r: random.Random, large: Size) -> Made:
    name, content = book(r, Size.SMALL)
    del large
    return name, content[: r.randrange(len(content))]


def touched(r: random.Random, large: Size) -> Made:
    name, content = r.choice((book, calc))(r, large)
    spoilt = bytearray(content)
    for _time in range(9):
        spoilt[r.randrange(len(spoilt))] = r.randrange(256)
    return name, bytes(spoilt)


def wrongly_named(r: random.Random, large: Size) -> Made:
    return r.choice((("a.xlsx", comma(r, large)[1]), ("a.csv", book(r, large)[1])))


def quote_without_end(r: random.Random, large: Size) -> Made:
    return "staff.csv", b'Name,Area\n"Sam' + b"\nx" * (LARGE // 2 if large else r.randrange(900))


# -- asking for too much ------------------------------------------------------------------------


def short_cells(r: random.Random, large: Size) -> Made:
    return "staff.csv", b"1,2\n" * (LARGE // 4 if large else r.randrange(1, 5_000))


def commas(r: random.Random, large: Size) -> Made:
    return "staff.csv", b"," * (LARGE if large else r.randrange(1, 90_000))


def wide_rows(r: random.Random, large: Size) -> Made:
    row = b",".join([b"x"] * r.randrange(150, 250)) + b"\n"
    return "staff.csv", row * (LARGE // len(row) if large else 30)


def huge_cells(r: random.Random, large: Size) -> Made:
    return "staff.csv", b"Name,Area\nSam," + b"x" * (LARGE if large else r.randrange(9_000))


def ends_of_lines(r: random.Random, large: Size) -> Made:
    return "staff.csv", r.choice((b"\n", b"\r", b"\r\n")) * (LARGE // 2 if large else 9_000)


def wide_letters(r: random.Random, large: Size) -> Made:
    text = "Name,Area\n" + "Sam \U0001f600,QA\n" * (LARGE // 13 if large else r.randrange(900))
    return "staff.csv", text.encode()


def old_letters(r: random.Random, large: Size) -> Made:
    return "staff.csv", b"Name;Area\n" + b"\xe9\xf1;\xfc\n" * (LARGE // 5 if large else 99)


def far_corners(r: random.Random, large: Size) -> Made:
    del large
    at = r.randrange(9_000, 1_048_576)
    return "staff.xlsx", workbook(
        f'<row r="1"><c r="A1"><v>1</v></c></row><row r="{at}"><c r="XFD{at}"><v>2</v></c></row>'
    )


def repeated_rows(r: random.Random, large: Size) -> Made:
    del large
    times = r.randrange(1_000, 1_048_576)
    return "staff.ods", open_document(
        f'<table:table-row table:number-rows-repeated="{times}"><table:table-cell '
        f'table:number-columns-repeated="{r.randrange(1, 16_384)}" office:value-type="string">'
        "<text:p>x</text:p></table:table-cell></table:table-row>"
    )


def shared_words(r: random.Random, large: Size) -> Made:
    words = f"<si><t>{'x' * r.randrange(1, 2_000)}</t></si>"
    rows = '<row><c t="s"><v>0</v></c><c t="s"><v>0</v></c></row>' * (90_000 if large else 50)
    return "staff.xlsx", workbook(rows, words)


def many_shared_words(r: random.Random, large: Size) -> Made:
    del r
    return "staff.xlsx", workbook("<row/>", "<si><t>x</t></si>" * (9_000_000 if large else 900))


def many_sheets(r: random.Random, large: Size) -> Made:
    rows = f"<row>{_cells('Name', 'Area')}</row>" + f"<row>{_cells('Sam', 'QA')}</row>" * 9
    return "staff.xlsx", workbook(rows, sheets=2_000 if large else r.randrange(2, 40))


def unpacks(r: random.Random, large: Size) -> Made:
    size = (900 << 20) if large else r.randrange(30 << 20)
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("xl/workbook.xml", b"")
        with file.open("xl/media/a", "w") as part:
            for _megabyte in range(size >> 20):
                part.write(bytes(1 << 20))
    return "staff.xlsx", content.getvalue()


def many_parts(r: random.Random, large: Size) -> Made:
    count = 60_000 if large else r.randrange(1, 300)
    return "staff.xlsx", packed({"xl/workbook.xml": b"", **{f"p{n}": b"" for n in range(count)}})


def nested(r: random.Random, large: Size) -> Made:
    inside = packed({"staff.csv": b"Name\n" * (99_999 if large else 99)})
    for depth in range(r.randrange(1, 9)):
        inside = packed({f"{depth}.zip": inside})
    return "staff.zip", inside


def deep_json(r: random.Random, large: Size) -> Made:
    return "people.json", r.choice((b"[", b'{"a":')) * (LARGE // 5 if large else 3_000)


def empty_objects(r: random.Random, large: Size) -> Made:
    return "people.json", b"[" + b"{}," * (LARGE // 3 if large else r.randrange(999)) + b"{}]"


def many_keys(r: random.Random, large: Size) -> Made:
    count = 600_000 if large else r.randrange(900)
    return "people.json", json.dumps([{f"k{n}": n for n in range(count)}]).encode()


def folded_card(r: random.Random, large: Size) -> Made:
    line = r.choice((" \r\n", " x\r\n", "=\r\n"))
    return "a.vcf", b"BEGIN:VCARD\r\nFN:Sam\r\n" + (line * (LARGE // 4 if large else 900)).encode()


def endless_page(r: random.Random, large: Size) -> Made:
    tag = r.choice(("<tr>", "<td>", "<table>", "<br>", '<td colspan="999">', "<"))
    return "staff.xls", b"<html><table><tr>" + tag.encode() * (
        (4 << 20) // len(tag) if large else 99
    )


KINDS: Final[tuple[Kind, ...]] = (
    *(comma, tabs, book, calc, cards, objects),
    *(noise, cut, touched, wrongly_named, quote_without_end),
    *(short_cells, commas, wide_rows, huge_cells, ends_of_lines, wide_letters, old_letters),
    *(far_corners, repeated_rows, shared_words, many_shared_words, many_sheets, unpacks),
    *(many_parts, nested, deep_json, empty_objects, many_keys, folded_card, endless_page),
)
HONEST: Final = 6
"""The first so many kinds are files as people send them."""


def files(count: int, seed: int, large_every: int) -> Iterator[tuple[str, Made]]:
    """Yield ``count`` files, all kinds in turn; one in ``large_every`` is as large as is fetched.

    Where ``large_every`` has no factor in common with the number of kinds, each kind is large in its turn.
    """
    for number in range(count):
        kind = KINDS[number % len(KINDS)]
        large = number % large_every == 0
        yield kind.__name__, kind(random.Random(seed + number), Size(large))
