"""Export formats: people as files for other programs, and what may be in which format. Pure."""

import csv
import hashlib
import hmac
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import field
from datetime import datetime
from typing import Any
from uuid import UUID

from commands.names.parts import NameParts, name_parts
from storage.core.lazy_dataclass import dataclass
from storage.core.lazy_pattern import lazy_pattern
from storage.core.model import CommitteeId
from storage.privacy.exports import Export, ExportFormat, ExportLine

MEDIA = {
    ExportFormat.CSV: ("csv", "text/csv"),
    ExportFormat.JSON: ("json", "application/json"),
    ExportFormat.VCARD: ("vcf", "text/vcard"),
}
ORIGIN = "Steward"
DETAIL_HEADS = {"phone": "phone", "email": "own email", "language": "language"}
"""Of fields that a keeper may switch on: the column of each."""
_FORMULA = lazy_pattern(r"^[\s\x00]*[=+\-@\t\r\n]|^[\s\x00]*[＝＋－＠]")
"""How a cell begins that a spreadsheet would run (OWASP: CSV injection), full-width signs included."""
_OCTETS = 75
"""The longest line of a vCard (RFC 6350, 3.2)."""


@dataclass(frozen=True, slots=True)
class CardKey:
    """A key that makes the ids by which programs recognize a vCard again.

    The ids are the same in every export; for whoever has no key as good as random.
    """

    key: bytes = field(repr=False)

    def of(self, committee: CommitteeId, contact: int) -> str:
        """The UUID of a contact's vCard, as a URN: the same in every export."""
        content = json.dumps([int(committee), contact]).encode()
        digest = hmac.new(self.key, content, hashlib.sha256).digest()
        return UUID(bytes=digest[:16], version=4).urn


def file_of(one: Export, people: Sequence[ExportLine], key: CardKey) -> bytes:
    """Write the whole export file. ``key`` makes the ids of vCards."""
    match one.format:
        case ExportFormat.CSV:
            return _csv(one, people)
        case ExportFormat.JSON:
            return json.dumps(_osdi(one, people), ensure_ascii=False, indent=1).encode()
        case ExportFormat.VCARD:
            return "".join(_card(one, each, key) for each in people).encode()


def name_of(one: Export) -> str:
    """The file name of an export; its number tells whose copy it was, if it turns up somewhere."""
    return f"steward-export-{one.number}.{MEDIA[one.format][0]}"


# -- CSV ---------------------------------------------------------------------------------------


def harmless(cell: str) -> str:
    """Quote a cell that a spreadsheet would take for a formula (prefix ')."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def _csv(one: Export, people: Sequence[ExportLine]) -> bytes:
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
        heads += ["rating", "rated", "structure tests", "stands behind"]
        for row, person in zip(rows, people, strict=True):
            rating = "" if person.rating is None else str(person.rating)
            row += [rating, _day(person.rated), ", ".join(person.tests), person.behind or ""]
    for key, head in DETAIL_HEADS.items():
        # Only where a keeper has switched the field on: everybody else's file stays as it was.
        if any(key in person.details for person in people):
            heads.append(head)
            for row, person in zip(rows, people, strict=True):
                row.append(person.details.get(key, ""))
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(heads)
    writer.writerows([harmless(cell or "") for cell in row] for row in rows)
    # Spreadsheets take a file without this mark for Windows-1252.
    return text.getvalue().encode("utf-8-sig")


def _day(at: datetime | None) -> str:
    return "" if at is None else at.date().isoformat()


# -- JSON --------------------------------------------------------------------------------------


def _osdi(one: Export, people: Sequence[ExportLine]) -> dict[str, Any]:
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


def _person(person: ExportLine) -> dict[str, Any]:
    parts = name_parts(person.name)
    found: dict[str, Any] = {
        "identifiers": [
            _identifier(person),
            *([f"employer:{person.external_id}"] if person.external_id else []),
        ],
        "origin_system": ORIGIN,
        "given_name": parts.given,
        "family_name": parts.family,
    }
    more = {
        "honorific_prefix": parts.prefix,
        "additional_name": parts.additional,
        "honorific_suffix": parts.suffix,
    }
    found |= {key: said for key, said in more.items() if said}
    if person.email:
        found["email_addresses"] = [{"primary": True, "address": person.email}]
    if own := person.details.get("email"):
        given = {"primary": not person.email, "address": own, "address_type": "Personal"}
        found["email_addresses"] = [*found.get("email_addresses", ()), given]
    if phone := person.details.get("phone"):
        found["phone_numbers"] = [{"primary": True, "number": phone}]
    if language := person.details.get("language"):
        found["languages_spoken"] = [language]
    return found


def _identifier(person: ExportLine) -> str:
    return f"steward:{person.handle}"


def _tags(one: Export, person: ExportLine) -> Iterable[str]:
    yield from (f"role: {role}" for role in person.roles)
    for what, said in (("area", person.area), ("shift", person.shift), ("state", person.state)):
        if said:
            yield f"{what}: {said}"
    if one.ratings:
        yield from (f"test: {test}" for test in person.tests)
    if one.ratings and person.behind is not None:
        yield f"stands behind: {person.behind}"
    if one.ratings and person.rating is not None:
        yield f"rating: {person.rating}"


# -- vCard -------------------------------------------------------------------------------------


def _card(one: Export, person: ExportLine, key: CardKey) -> str:
    """Names only: phones send their address books to clouds."""
    parts = name_parts(person.name)
    names = (parts.family, parts.given, parts.additional, parts.prefix, parts.suffix)
    lines = [
        "BEGIN:VCARD",
        "VERSION:4.0",
        f"UID:{key.of(one.committee, person.id)}",
        f"FN:{_escaped(_said(person.name, parts))}",
        f"N:{';'.join(map(_component, names))}",
        # One to a line: a reader that takes only the first of a list would lose the others.
        *(f"NICKNAME:{_escaped(each)}" for each in person.also),
        "END:VCARD",
    ]
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _said(name: str, parts: NameParts) -> str:
    """A name as people say it: Ana O'Brien, for "O'Brien, Ana"."""
    if "," not in name or not parts.family:
        return name
    order = (parts.prefix, parts.given, parts.additional, parts.family, parts.suffix)
    return " ".join(filter(None, order))


def _component(text: str) -> str:
    """A text among others with semicolons between."""
    return _escaped(text).replace(";", "\\;")


def _escaped(text: str) -> str:
    """A text; semicolons stay, because readers show the backslash (RFC 6350, 3.4, leaves it open)."""
    return " ".join(text.replace("\\", "\\\\").replace(",", "\\,").split())


def _folded(line: str) -> str:
    """Cut between characters, so that no line has more octets than allowed."""
    parts, part = [], ""
    for char in line:
        if len((part + char).encode()) > _OCTETS - 1:
            parts.append(part)
            part = ""
        part += char
    return "\r\n ".join([*parts, part])
