"""vCards -> rows: whose they are, their address, their department. Pure.

Versions 2.1 (old phones, Outlook), 3.0 (Apple, Google) and 4.0 (RFC 6350). Of a card we take names,
addresses and the department; pictures, numbers and homes are never looked at.
"""

import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass

from commands.imports.reading import Row

HEADS = ("First name", "Last name", "Full name", "Email", "Department", "Contact type")
_NAME = re.compile(
    r"(?:[A-Za-z0-9-]+\.)?(?P<name>[A-Za-z0-9-]+)(?P<params>(?:;(?:\"[^\"]*\"|[^:\"])*)?):"
)
_CHARSET = re.compile(r"charset=\"?([\w-]+)", re.IGNORECASE)
_WANTED = frozenset({"BEGIN", "END", "FN", "N", "EMAIL", "ORG", "KIND", "X-ABSHOWAS"})
LONGEST_LINE = 4_000
"""Letters after unfolding; a name has fewer, a picture has more."""


@dataclass(frozen=True, slots=True)
class _Property:
    line: int
    name: str
    value: str


def is_one(text: str) -> bool:
    """Whether a text is a file of vCards."""
    return text.lstrip("\ufeff \t\r\n")[:11].upper() == "BEGIN:VCARD"


def rows(text: str) -> list[Row]:
    """A row for each card, by the line on which it begins; ``HEADS`` are its columns."""
    found: list[Row] = []
    card: dict[str, str] = {}
    begun = 0
    for each in _properties(text):
        if each.name == "BEGIN":
            card, begun = {}, each.line
        elif each.name == "END":
            if card:
                found.append(Row(begun, _cells(card)))
            card = {}
        elif each.value:
            # The first address is the one people prefer; of names there is one.
            card.setdefault(each.name, each.value)
    return found


def _properties(text: str) -> Iterator[_Property]:
    for number, line in _unfolded(text):
        match = _NAME.match(line)
        if match is None or match["name"].upper() not in _WANTED:
            continue
        yield _Property(
            number, match["name"].upper(), _decoded(line[match.end() :], match["params"])
        )


def _unfolded(text: str) -> Iterator[tuple[int, str]]:
    """Lines put together again, with the number of their first."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    parts: list[str] = []
    begun = 1
    for number, line in enumerate(lines, 1):
        soft = bool(parts) and parts[-1].endswith("=") and _is_quoted(parts[0])
        if parts and (soft or line.startswith((" ", "\t"))):
            if soft:
                parts[-1] = parts[-1][:-1]
            if sum(map(len, parts)) < LONGEST_LINE:
                parts.append(line if soft else line[1:])
            continue
        if parts:
            yield begun, "".join(parts)
        parts, begun = [line], number
    if parts:
        yield begun, "".join(parts)


def _is_quoted(line: str) -> bool:
    return "QUOTED-PRINTABLE" in line.partition(":")[0].upper()


def _decoded(value: str, params: str) -> str:
    if "QUOTED-PRINTABLE" not in params.upper():
        return value.strip()
    said = _CHARSET.search(params)
    raw = quopri.decodestring(value.encode("ascii", "ignore"))
    try:
        return raw.decode(said[1] if said else "utf-8").strip()
    except (LookupError, UnicodeDecodeError):
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
