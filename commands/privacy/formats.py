"""People as files for other programs. Pure; what may be in which format is decided here."""

import csv
import io
import json
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from storage.exports import Export, Format, Line

MEDIA = {
    Format.CSV: ("csv", "text/csv"),
    Format.JSON: ("json", "application/json"),
    Format.VCARD: ("vcf", "text/vcard"),
}
ORIGIN = "Steward"
_FORMULA = re.compile(r"^[\s\x00]*[=+\-@\t\r\n]|^[\s\x00]*[＝＋－＠]")
"""How a cell begins that a spreadsheet would run (OWASP: CSV injection), full-width signs included."""
_OCTETS = 75
"""The longest line of a vCard (RFC 6350, 3.2)."""


def file_of(one: Export, people: Sequence[Line]) -> bytes:
    """The whole file."""
    match one.format:
        case Format.CSV:
            return _csv(one, people)
        case Format.JSON:
            return json.dumps(_osdi(one, people), ensure_ascii=False, indent=1).encode()
        case Format.VCARD:
            return "".join(map(_card, people)).encode()


def name_of(one: Export) -> str:
    """The number in it tells whose copy it was, if it turns up somewhere."""
    return f"steward-export-{one.number}.{MEDIA[one.format][0]}"


# -- CSV ---------------------------------------------------------------------------------------


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def _csv(one: Export, people: Sequence[Line]) -> bytes:
    heads = [
        "handle", "name", "also called", "employee id", "email", "area", "shift", "state",
        "organizer", "roles", "last one-on-one", "basis", "export",
    ]  # fmt: skip
    rows = [
        [
            person.handle, person.name, ", ".join(person.also), person.external_id, person.email,
            person.area, person.shift, person.state, person.organizer, ", ".join(person.roles),
            _day(person.talked), person.basis, str(one.number),
        ]
        for person in people
    ]  # fmt: skip
    if one.ratings:
        heads += ["rating", "rated", "structure tests"]
        for row, person in zip(rows, people, strict=True):
            rating = "" if person.rating is None else str(person.rating)
            row += [rating, _day(person.rated), ", ".join(person.tests)]
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(heads)
    writer.writerows([harmless(cell or "") for cell in row] for row in rows)
    # Spreadsheets take a file without this mark for Windows-1252.
    return text.getvalue().encode("utf-8-sig")


def _day(at: datetime | None) -> str:
    return "" if at is None else at.date().isoformat()


# -- JSON --------------------------------------------------------------------------------------


def _osdi(one: Export, people: Sequence[Line]) -> dict[str, Any]:
    """Resources of the Open Supporter Data Interface: people, tags, and taggings between them."""
    tags = sorted({tag for person in people for tag in _tags(one, person)})
    links = {tag: f"steward:tag-{n}" for n, tag in enumerate(tags, 1)}
    taggings = [
        {
            "origin_system": ORIGIN,
            "item_type": "osdi:person",
            "_links": {
                "osdi:tag": {"href": links[tag]},
                "osdi:person": {"href": _identifier(person)},
            },
        }
        for person in people
        for tag in _tags(one, person)
    ]
    return {
        "total_pages": 1,
        "page": 1,
        "per_page": len(people),
        "total_records": len(people),
        "origin_system": f"{ORIGIN} export {one.number}",
        "_embedded": {
            "osdi:people": [_person(person) for person in people],
            "osdi:tags": [
                {"identifiers": [links[tag]], "origin_system": ORIGIN, "name": tag} for tag in tags
            ],
            "osdi:taggings": taggings,
        },
    }


def _person(person: Line) -> dict[str, Any]:
    given, family = _parts(person.name)
    found: dict[str, Any] = {
        "identifiers": [
            _identifier(person),
            *([f"employer:{person.external_id}"] if person.external_id else []),
        ],
        "origin_system": ORIGIN,
        "given_name": given,
        "family_name": family,
    }
    if person.email:
        found["email_addresses"] = [{"primary": True, "address": person.email}]
    return found


def _identifier(person: Line) -> str:
    return f"steward:{person.handle}"


def _tags(one: Export, person: Line) -> Iterable[str]:
    yield from (f"role: {role}" for role in person.roles)
    for what, said in (("area", person.area), ("shift", person.shift), ("state", person.state)):
        if said:
            yield f"{what}: {said}"
    if one.ratings:
        yield from (f"test: {test}" for test in person.tests)
    if one.ratings and person.rating is not None:
        yield f"rating: {person.rating}"


def _parts(name: str) -> tuple[str, str]:
    """Given and family name, as far as a name tells: the last word is the family's."""
    given, _space, family = name.rpartition(" ")
    return (given, family) if given else (family, "")


# -- vCard -------------------------------------------------------------------------------------


def _card(person: Line) -> str:
    """Names only: phones send their address books to clouds."""
    given, family = map(_escaped, _parts(person.name))
    lines = [
        "BEGIN:VCARD",
        "VERSION:4.0",
        f"FN:{_escaped(person.name)}",
        f"N:{family};{given};;;",
        *([f"NICKNAME:{','.join(map(_escaped, person.also))}"] if person.also else []),
        "END:VCARD",
    ]
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _escaped(text: str) -> str:
    for char in ("\\", ",", ";"):
        text = text.replace(char, f"\\{char}")
    return " ".join(text.split("\n"))


def _folded(line: str) -> str:
    """Cut between characters, so that no line has more octets than allowed."""
    parts, part = [], ""
    for char in line:
        if len((part + char).encode()) > _OCTETS - 1:
            parts.append(part)
            part = ""
        part += char
    return "\r\n ".join([*parts, part])
