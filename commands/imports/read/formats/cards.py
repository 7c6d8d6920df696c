"""vCards -> rows: whose they are, their address, their department. Pure.

Versions 2.1 (old phones, Outlook), 3.0 (Apple, Google) and 4.0 (RFC 6350). Of a card we take names,
addresses and the department; pictures, numbers and homes are never looked at.
"""

import quopri
import re
from collections.abc import Iterator
from typing import Final

from commands.imports.read.encoding import DecodedText
from commands.imports.read.tables import ListRow
from storage.core.lazy_dataclass import dataclass

HEADS = ("First name", "Last name", "Full name", "Email", "Department", "Contact type")
_NAME = re.compile(
    r"(?:[A-Za-z0-9-]+\.)?(?P<name>[A-Za-z0-9-]+)(?P<params>(?:;(?:\"[^\"]*\"|[^:\"])*)?):"
)
_CHARSET = re.compile(r"charset=\"?([\w-]+)", re.IGNORECASE)
_WANTED = frozenset({"BEGIN", "END", "FN", "N", "EMAIL", "ORG", "KIND", "X-ABSHOWAS"})
LONGEST_LINE: Final = 4_000
"""Letters after unfolding; a name has fewer, a picture has more."""


@dataclass(frozen=True, slots=True)
class _Property:
    line: int
    name: str
    value: str


def is_one(text: DecodedText) -> bool:
    """Whether a text is a file of vCards."""
    return text.start(200).lstrip("\ufeff \t\r\n")[:11].upper() == "BEGIN:VCARD"


def rows(text: DecodedText) -> Iterator[ListRow]:
    """A row for each card, by the line on which it begins; ``HEADS`` are its columns."""
    card: dict[str, str] = {}
    begun = 0
    for each in _properties(text):
        if each.name == "BEGIN":
            card, begun = {}, each.line
        elif each.name == "END":
            if card:
                yield ListRow(begun, _cells(card))
            card = {}
        elif each.value:
            # The first address is the one people prefer; of names there is one.
            card.setdefault(each.name, each.value)


def _properties(text: DecodedText) -> Iterator[_Property]:
    for number, line in _unfolded(text):
        match = _NAME.match(line)
        if match is None or match["name"].upper() not in _WANTED:
            continue
        yield _Property(
            number, match["name"].upper(), _decoded(line[match.end() :], match["params"])
        )


def _unfolded(text: DecodedText) -> Iterator[tuple[int, str]]:
    """Lines put together again as far as they are looked at, with the number of their first."""
    whole, begun, soft = "", 0, False
    for number, line in _lines(text):
        if begun and (soft or line.startswith((" ", "\t"))):
            # What goes on beyond that is a picture, whose letters nobody needs.
            if len(whole) < LONGEST_LINE:
                whole = (whole[:-1] + line) if soft else whole + line[1:]
            soft = _goes_on(whole, line)
            continue
        if begun:
            yield begun, whole
        whole, begun = line, number
        soft = _goes_on(whole, line)
    if begun:
        yield begun, whole


def _goes_on(whole: str, line: str) -> bool:
    """Whether a line ends in the mark with which quoted-printable breaks lines."""
    return line.endswith("=") and _is_quoted(whole)


def _lines(text: DecodedText) -> Iterator[tuple[int, str]]:
    """The lines, cut where nobody looks any more."""
    with text.open() as file:
        number, within = 1, False
        while part := file.readline(LONGEST_LINE):
            if not within:
                yield number, part.rstrip("\r\n")
            within = not part.endswith(("\r", "\n"))
            number += not within


def _is_quoted(line: str) -> bool:
    return "QUOTED-PRINTABLE" in line.partition(":")[0].upper()


def _decoded(value: str, params: str) -> str:
    if "QUOTED-PRINTABLE" not in params.upper():
        return value.strip()
    said = _CHARSET.search(params)
    raw = quopri.decodestring(value.encode("ascii", "ignore"))
    try:
        return raw.decode(said[1] if said else "utf-8").strip()
    except (LookupError, ValueError):
        return raw.decode("cp1252", "replace").strip()


def _cells(card: dict[str, str]) -> tuple[str, ...]:
    name = _parts(card.get("N", ""), lists=True)
    family, given, _middle, _title, suffix = (*name, *[""] * 5)[:5]
    organization = [*_parts(card.get("ORG", "")), "", ""]
    company = card.get("X-ABSHOWAS", "").upper() == "COMPANY" or (
        card.get("KIND", "").casefold() in {"org", "group", "location"}
    )
    alone = not family and not given and card.get("FN", "") in {"", card.get("ORG", "")}
    return (
        given,
        f"{family}, {suffix}" if family and suffix else family,
        " ".join(_parts(card.get("FN", ""))) or organization[0],
        _parts(card.get("EMAIL", "").removeprefix("mailto:"))[0],
        organization[1],
        "organization" if company or (alone and organization[0]) else "individual",
    )


def _parts(value: str, *, lists: bool = False) -> list[str]:
    """The components between semicolons, with what was escaped as it was meant.

    ``lists``: bare commas part several words of one component, as in names (RFC 6350, 6.2.2).
    """
    parts, part, escaped = [], "", False
    for char in value:
        if escaped:
            part += " " if char in "nN" else char
            escaped = False
        elif char == "\\":
            escaped = True
        elif char == ";":
            parts.append(part)
            part = ""
        else:
            part += " " if lists and char == "," else char
    return [" ".join(each.split()) for each in (*parts, part)]
