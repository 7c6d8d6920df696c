"""A name in the parts that address books sort by. Pure.

Nobody can tell from a name alone where the family's begins; what is decided here decides only under
which letter a card stands. Nothing of a name is ever left out.
"""

import unicodedata
from functools import cache

from commands.names.affixes import are_degrees, is_only_a_generation, listed, titles
from storage.core.lazy_dataclass import dataclass
from storage.names import folded

_AFTER_A_COMMA = frozenset({"dr", "pa"})
"""Beside degrees."""
_PARTICLES = listed(
    "van von vom zu zum zur der den dem ter ten te op in 't ’t af av de del della dello di da do"
    " dos das du des la las le los lo el al bin ibn bint abu st. st saint mc mac ó ní ua san"
)
_ALSO_WITH_CAPITALS = listed(
    "van von der den ter de del della di da dos la el al bin ibn bint st. st saint mc mac ó ní"
)
_JOINS = frozenset({"y", "i", "e"})
"""Between two family names: Ortega y Gasset."""
_MARIA = frozenset({"maria", "ma", "m"})
_OF_MARIA = listed(
    "carmen pilar mar rosario luz angeles dolores rocio mercedes consuelo soledad socorro valle"
    " cielo milagro milagros fatima lourdes"
)
"""María del Carmen is a given name."""
_IBERIAN = listed(
    "garcia rodriguez gonzalez fernandez lopez martinez sanchez perez gomez jimenez hernandez ruiz"
    " diaz moreno munoz alvarez romero gutierrez alonso navarro torres dominguez ramos vazquez"
    " ramirez serrano morales molina blanco suarez castro ortega delgado ortiz rubio nunez medina"
    " sanz castillo iglesias cortes garrido santos guerrero lozano mendez flores prieto herrera pena"
    " marquez cabrera gallego calvo campos vega fuentes carrasco aguilar caballero nieto santana"
    " vargas gimenez herrero hidalgo montero benitez duran ibanez arias ferrer carmona rojas soto"
    " crespo velasco parra saez moya bravo rivera gallardo soler quispe mamani mendoza guzman"
    " salazar contreras espinoza sepulveda valenzuela estrada juarez chavez silva ferreira pereira"
    " oliveira costa rodrigues martins sousa souza fernandes goncalves gomes lopes marques alves"
    " almeida ribeiro pinto carvalho teixeira moreira correia mendes nunes soares vieira monteiro"
    " cardoso rocha neves coelho cunha pires lima barbosa araujo"
)
"""Frequent family names of Spain, Latin America and Portugal (national statistics offices), without
those that are given names too: where one of them stands in the middle, two family names follow."""
_EAST = ("CJK UNIFIED", "HANGUL", "HIRAGANA", "KATAKANA")


@dataclass(frozen=True, slots=True)
class NameParts:
    """The parts of a name as vCard and OSDI have them; "" for a part that is not there."""

    given: str = ""
    family: str = ""
    additional: str = ""
    """Initials in the middle."""
    prefix: str = ""
    suffix: str = ""


def name_parts(name: str) -> NameParts:
    """Cut a name as people say it ("Ana O'Brien") or list it ("O'Brien, Ana") into its parts."""
    words = " ".join(name.split())
    whole, suffixes = _without_suffixes(words)
    titles, rest = _titles(whole)
    front, comma, back = (part.strip() for part in rest.partition(","))
    if comma and front and back and "," not in back:
        family, more = _without_suffixes(front, fewest=1)
        title, given = _titles(back)
        names, initials = _initials(given.split())
        return NameParts(
            " ".join(names), family, initials, " ".join(filter(None, [titles, title])),
            " ".join([*more, *suffixes]),
        )  # fmt: skip
    if "," in rest:
        return NameParts(given=words)
    several = rest.split()
    at = _family(several)
    if at == 0 and len(several) == 2 and _eastern(rest):
        return NameParts(several[1], several[0], "", titles, " ".join(suffixes))
    names, initials = _initials(several[:at])
    return NameParts(" ".join(names), " ".join(several[at:]), initials, titles, " ".join(suffixes))


def _without_suffixes(text: str, fewest: int = 2) -> tuple[str, list[str]]:
    """Without Jr., III and, after a comma, RN at the end, as long as so many words are left."""
    found: list[str] = []
    while True:
        rest, _space, last = text.rpartition(" ")
        known = is_only_a_generation(last) or (rest.endswith(",") and _is_degree(last))
        rest = rest.rstrip(", ")
        if not known or len(rest.split()) < fewest:
            return text, found
        text, found = rest, [last, *found]


def _is_degree(word: str) -> bool:
    return are_degrees(word) or word.replace(".", "").casefold() in _AFTER_A_COMMA


def _titles(text: str) -> tuple[str, str]:
    words = text.split()
    count = titles(words, leave=1)
    return " ".join(words[:count]), " ".join(words[count:])


def _family(words: list[str]) -> int:
    """Where the family name begins; as many as there are words when there is none."""
    if len(words) < 2:
        return len(words)
    if _eastern("".join(words)) or words[0] in _PARTICLES:
        return 0
    for at in range(1, len(words) - 1):
        if words[at] in _JOINS and at > 1:
            return at - 1
        if _is_particle(words[at]) and not _of_maria(words, at):
            return at - 1 if at > 1 and _iberian(words[at - 1]) else at
    last = len(words) - 1
    two = len(words) > 2 and not _is_initial(words[-2]) and not _is_given(words[-2])
    if two and (len(words) > 3 or _iberian(words[-2])) and not _of_maria(words, last - 1):
        return last - 1
    return last


def _is_particle(word: str) -> bool:
    return word in _PARTICLES or word.casefold() in _ALSO_WITH_CAPITALS


def _of_maria(words: list[str], at: int) -> bool:
    """Whether a word belongs to María del Carmen, María de los Ángeles."""
    if folded(words[0]) not in _MARIA:
        return False
    found = next((n for n, word in enumerate(words) if folded(word) in _OF_MARIA), 0)
    return 0 < at <= found < len(words) - 1 and all(_is_particle(w) for w in words[1:found])


def _iberian(word: str) -> bool:
    plain = folded(word)
    return plain in _IBERIAN or (len(plain) > 4 and plain.endswith("ez"))


def _is_initial(word: str) -> bool:
    return len(word.rstrip(".")) == 1 and word[0].isupper()


def _initials(words: list[str]) -> tuple[list[str], str]:
    """Given names, and the initials that follow them."""
    at = len(words)
    while at > 1 and _is_initial(words[at - 1]):
        at -= 1
    return words[:at], " ".join(words[at:])


def _eastern(text: str) -> bool:
    """Whether a name is written in Han, Hangul or Kana alone, where the family comes first."""
    letters = [char for char in text if not char.isspace()]
    return all(unicodedata.name(char, "").startswith(_EAST) for char in letters)


@cache
def _given_names() -> frozenset[str]:
    """Without those of ``storage.names.short_names``: Franco and Santiago are family names as well."""
    from nicknames import NickNamer  # noqa: PLC0415  (17 ms of each start)

    table = NickNamer()
    return frozenset(table.nickname_lookup) | frozenset(table.canonical_lookup)


def _is_given(word: str) -> bool:
    plain = folded(word)
    return plain in _given_names() and plain not in _IBERIAN
