"""People as JSON -> rows. Pure.

The Open Supporter Data Interface (Action Network, and Steward's own export), and plain lists of
objects as programs answer them.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from commands.imports.read.encoding import SAMPLE, DecodedText
from commands.imports.read.tables import Again, ListRow, Odd, Unreadable

OSDI = ("First name", "Last name", "Email", "Employee ID", "Area", "Shift", "State")
MOST_DEEP: Final = 4
"""Objects within objects among which the list of people is looked for."""
MOST_KEYS: Final = 200
MOST_VALUES: Final = 1_500_000
"""In a file: 50,000 people as Steward itself writes them. Each takes a hundred bytes while it is read."""
_TAGS = {"area": "Area", "shift": "Shift", "state": "State"}
_EMPLOYER = "employer:"

Found = tuple[tuple[str, ...], Again]


def is_one(text: DecodedText) -> bool:
    """Whether a text may be JSON."""
    return text.start(SAMPLE).lstrip("\ufeff \t\r\n")[:1] in {"{", "["}


def read(text: DecodedText) -> Found | None:
    """Heads and rows, a row for each person by their place in the file; None when there are none.

    Raises Odd.
    """
    # A comma in words counts too: this is a bound, found without reading.
    if sum(map(text.content.count, (b",", b"{", b"["))) > MOST_VALUES:
        raise Odd(Unreadable.TOO_LARGE)
    with text.open() as file:
        letters = file.read()
    try:
        whole = json.loads(letters)
    except (ValueError, RecursionError):
        return None
    people = _people(whole, MOST_DEEP)
    if not people:
        return None
    if any(_is_osdi(person) for person in people):
        tagged = _tagged(whole)
        return OSDI, Again(lambda: _osdi(people, tagged))
    return _plain(people)


def _people(whole: object, deep: int) -> list[Mapping[str, Any]]:
    """The longest list of objects that is not too deep inside, those called people first."""
    if isinstance(whole, list):
        return [each for each in whole if isinstance(each, dict)]
    if not isinstance(whole, dict) or not deep:
        return []
    if _is_osdi(whole):
        return [whole]
    inside = whole.get("_embedded")
    if isinstance(inside, dict) and isinstance(inside.get("osdi:people"), list):
        return _people(inside["osdi:people"], 1)
    return max((_people(each, deep - 1) for each in whole.values()), key=len, default=[])


def _is_osdi(person: Mapping[str, Any]) -> bool:
    return "family_name" in person or ("given_name" in person and "email_addresses" in person)


def _osdi(
    people: Sequence[Mapping[str, Any]], tagged: Mapping[str, Mapping[str, str]]
) -> Iterator[ListRow]:
    for number, person in enumerate(people, 1):
        identifiers = [each for each in _list(person.get("identifiers")) if isinstance(each, str)]
        employer = next((i for i in identifiers if i.startswith(_EMPLOYER)), _EMPLOYER)
        tags = next((tagged[i] for i in identifiers if i in tagged), {})
        cells = (
            _words(person.get("given_name")),
            _words(person.get("family_name")),
            _address(person),
            employer.removeprefix(_EMPLOYER),
            *(tags.get(head, "") for head in OSDI[4:]),
        )
        yield ListRow(number, cells)


def _address(person: Mapping[str, Any]) -> str:
    known = [each for each in _list(person.get("email_addresses")) if isinstance(each, dict)]
    known.sort(key=lambda each: each.get("primary") is not True)
    return next((_words(each.get("address")) for each in known), "")


def _tagged(whole: object) -> dict[str, dict[str, str]]:
    """What Steward's own export says of people by tags: area, shift, state."""
    inside = whole.get("_embedded") if isinstance(whole, dict) else None
    if not isinstance(inside, dict):
        return {}
    names = {
        identifier: _words(tag.get("name"))
        for tag in _list(inside.get("osdi:tags"))
        if isinstance(tag, dict)
        for identifier in _list(tag.get("identifiers"))
        if isinstance(identifier, str)
    }
    found: dict[str, dict[str, str]] = {}
    for tagging in _list(inside.get("osdi:taggings")):
        links = tagging.get("_links") if isinstance(tagging, dict) else None
        if not isinstance(links, dict):
            continue
        what, _colon, said = names.get(_link(links, "osdi:tag"), "").partition(": ")
        if what in _TAGS and said:
            found.setdefault(_link(links, "osdi:person"), {})[_TAGS[what]] = said
    return found


def _link(links: Mapping[str, Any], to: str) -> str:
    link = links.get(to)
    return _words(link.get("href")) if isinstance(link, dict) else ""


def _plain(people: Sequence[Mapping[str, Any]]) -> Found | None:
    filled: dict[str, bool] = {}
    for person in people:
        for key, value in person.items():
            filled[key] = filled.get(key, False) or bool(_words(value))
    heads = [key for key, has in filled.items() if has][:MOST_KEYS]
    if not heads:
        return None

    def rows() -> Iterator[ListRow]:
        for number, person in enumerate(people, 1):
            yield ListRow(number, tuple(_words(person.get(head)) for head in heads))

    return tuple(heads), Again(rows)


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _words(value: object) -> str:
    """A scalar as a cell; nothing of what is built of parts."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return " ".join(str(value).split())
