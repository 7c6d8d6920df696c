"""A person's name as people, lists and programs write it -> the name as it is said. Pure.

"Okafor, Sam" is Sam Okafor, "Jane Doe, RN" is Jane Doe, "Smith Jr., John" is John Smith Jr. Nothing
that may be a part of somebody's name is taken away; where a cell may speak of two people, or of
nobody, that is for a person to say.
"""

import re
from collections.abc import Sequence

from commands.names.affixes import are_degrees, generation, listed, titles
from storage.names import folded, words

_STATES = re.compile(
    r"leave|loa|terminat|inactive|contract|contingent|extern|temp\b|temporary|intern\b|retired|"
    r"vacant|part.?time|full.?time|\b(?:he|she|they|him|her|them|ihr|sie|er|elle|ella)\s?/|"
    r"beurlaubt|elternzeit|mutterschutz|krank|cong[eé]|baja|permiso|excedencia|aspettativa|"
    r"licen[cç]a|verlof|f[oö]r[aä]ldraledig|tjänstledig|urlop|on hold|suspended|notice",
    re.IGNORECASE,
)
"""What programs write in brackets behind a name: how somebody is employed, how to speak of them."""
_DASHES = (" - ", " – ", " — ")
"""Before a remark without brackets."""
_BRACKETS = re.compile(r"\s*[(\[{<](?P<inside>[^()\[\]{}<>]*)[)\]}>]\s*")
_SIGNS = re.compile(r"\s+(?:&|\+|and|und|et|och|oraz)\s+|\s*[/;]\s*|\s+&\s*|\s*&\s+", re.IGNORECASE)
_SHORT_ANDS = re.compile(r"[^\W\d_]+\s+(?:y|e|i|en|og)\s+[^\W\d_]{2,}\s+[^\W\d_]{2,}")
"""Between first names alone: Ortega y Gasset, da Costa e Silva and Pi i Margall are one person each,
and a capital E is a middle initial."""
_ONE_WORD_SCRIPTS = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+")
"""Chinese, Japanese and Korean names: last name first, and nothing between."""
_TOTALS = listed(
    "total totals totales totaux totale totali totaal totalt totalsumme subtotal sum summe suma "
    "summa somma somme soma gesamt gesamtsumme insgesamt razem yhteensa celkem toplam итого "
    "всего 合計 合计 总计 grand"
)
_BESIDE_TOTALS = listed(
    "total totals grand sub general generale general employees employee staff headcount head "
    "count people persons personas personnes mitarbeiter mitarbeitende anzahl number of de "
    "gesamt all empleados rows records generale"
)
_FOOTERS = re.compile(
    r"(?:page|seite|p[aá]gina|pagina|sida|strona) \d+(?: ?(?:of|von|de|di|van|av|z|/) ?\d+)?|"
    r"end of (?:report|list|file)|\d+ (?:rows|records|employees|people|entries)(?: selected)?",
    re.IGNORECASE,
)

LONGEST = 250
"""Letters that may be a name, its titles and what a program remarks; longer text is not taken apart."""


_LETTER = "[A-Za-zÀ-ÖØ-öø-ſ]"
_TWO_WORDS = re.compile(f"{_LETTER}{{2,}} {_LETTER}{{2,}}")
_TWO_SHORT = f"{_LETTER}{{2,29}} {_LETTER}{{2,29}}"
_TWO_SHORT_WORDS = re.compile(_TWO_SHORT)
_TWO_SHORT_WORDS_EACH = re.compile(rf"{_TWO_SHORT}(?:\n{_TWO_SHORT})*")
_STANDS_FOR_OTHERS = "xx xx"
_NOTHING = frozenset({"null", "nan", "none", "nil", "na", "n/a", "<na>", "#null!"})
_NEVER_PLAIN = _NOTHING | _TOTALS


def is_plain(written: str) -> bool:
    """Whether a name is two words of Latin letters that mean what stands there, as most names are.

    Such a name is said as it is written, and is no couple, no total, and not nothing.
    """
    return plain_key(written) is not None


def plain_key(written: str) -> str | None:
    """The key under which a plain name meets itself, as ``storage.names.full_key`` has it; None for others."""
    if _TWO_WORDS.fullmatch(written) is None:
        return None
    # Letters alone, and one space: without accents there is nothing else to fold.
    said = _plain_words(written)
    if not _NEVER_PLAIN.isdisjoint(said):
        return None
    said.sort()
    return " ".join(said)


def plain_words(written: Sequence[str]) -> tuple[list[str], set[int]]:
    """The words of the ``plain_key`` of each name, two and two in any order; and which names have none.

    Of those (the first is 0) the words mean nothing. All at once, since a call for each takes three times as
    long; a plain name of 60 letters and more is taken for one that has none.
    """
    together, odd = "\n".join(written), set[int]()
    alone = together.count("\n") == len(written) - 1
    if not alone or _TWO_SHORT_WORDS_EACH.fullmatch(together) is None:
        fits = _TWO_SHORT_WORDS.fullmatch
        odd = {at for at, name in enumerate(written) if fits(name) is None}
        together = "\n".join(
            [_STANDS_FOR_OTHERS if at in odd else name for at, name in enumerate(written)]
        )
    said = _plain_words(together)
    if not _NEVER_PLAIN.isdisjoint(said):
        odd |= {at // 2 for at, word in enumerate(said) if word in _NEVER_PLAIN}
    return said, odd


def _plain_words(written: str) -> list[str]:
    return (written.lower() if written.isascii() else folded(written)).split()


def as_said(written: str) -> str:
    """Rewrite a name as people say it: first name first, no titles, degrees or remarks of programs."""
    whole = " ".join(written.split())
    if len(whole) > LONGEST:
        return whole
    said = _as_said(whole)
    return said if any(map(str.isalpha, said)) else whole


def _as_said(written: str) -> str:
    name = _without_remarks(written)
    parts = [part.strip() for part in name.split(",")]
    while len(parts) > 1 and not parts[-1]:
        parts.pop()
    if len(parts) > 1 and all(map(_begins_a_name, parts)):
        turned = _turned(parts)
        if turned is None:
            return name
        name = turned
    return _without_titles(name)


def joined(first: str, last: str) -> str:
    """First and last name of two columns as one; commas in either mean what they mean in one cell."""
    if "," in first or "," in last:
        turned = as_said(f"{last}, {first}")
        return turned if "," not in turned else f"{first} {last}"
    if (
        first
        and last
        and not (first + last).isascii()
        and _ONE_WORD_SCRIPTS.fullmatch(first + last)
    ):
        return last + first
    return as_said(f"{first} {last}")


def _turned(parts: list[str]) -> str | None:
    """Turn round "Last, First"; None where commas part something else."""
    parts = [part for at, part in enumerate(parts) if not at or not _is_degree(part, parts)]
    after = ""
    for at in range(len(parts) - 1, 0, -1):
        if generation(parts[at]) and (len(parts) > 2 or " " in parts[0]):
            after = generation(parts.pop(at))
    if len(parts) == 1:
        return f"{parts[0]} {after}".strip()
    if len(parts) == 3 and parts[1].islower():
        # "Berg, van den, Anna".
        parts = [f"{parts[1]} {parts[0]}", parts[2]]
    if len(parts) > 2:
        return None
    last, first = parts
    family = last.split()
    if len(family) > 1 and generation(family[-1]) and not after:
        last, after = " ".join(family[:-1]), generation(family[-1])
    return f"{first} {last} {after}".strip()


def _begins_a_name(part: str) -> bool:
    return re.match(r"['’‘(-]?\s?[^\W\d_]", part) is not None


def _is_degree(part: str, parts: list[str]) -> bool:
    """Whether a part is degrees alone. "Ma, Jack" and "Doe, Ma" are names: only behind two words."""
    return are_degrees(part) and (" " in parts[0] or len(parts) > 2)


def _without_remarks(name: str) -> str:
    """What programs put in brackets; a nickname or a maiden name in brackets is somebody's name."""

    def kept(match: re.Match[str]) -> str:
        inside = match["inside"].strip()
        number = re.fullmatch(r"[\W\d_]*\d[\W\d_]*", inside)
        remark = len(inside) < 2 or "@" in inside or number or _STATES.search(inside)
        return " " if remark or are_degrees(inside) else match[0]

    bare = " ".join(_BRACKETS.sub(kept, name).split()).strip("*†‡§ ")
    before, dash, after = bare.rpartition(next((d for d in _DASHES if d in bare), " - "))
    return (before if dash and before and _STATES.search(after) else bare) or name


def _without_titles(name: str) -> str:
    """Titles before a name of two words or more; "Dr. Okafor" alone stays as it is."""
    parts = name.split()
    return " ".join(parts[titles(parts, leave=2) :])


def is_a_couple(written: str) -> bool:
    """Whether a name may speak of two people: "Jane and John Doe", "Jane Doe / Sam Okafor"."""
    if len(written) > LONGEST:
        return False
    name = _BRACKETS.sub(" ", written).strip()
    for match in _SIGNS.finditer(name):
        before, after = name[: match.start()].strip(" ,"), name[match.end() :].strip(" ,")
        # "Freiherr von und zu" is one title.
        if _is_word(before) and _is_word(after) and not before.casefold().endswith("von"):
            return True
    return _SHORT_ANDS.match(name) is not None


def _is_word(part: str) -> bool:
    return sum(char.isalpha() for char in part) > 1


def is_a_total(written: str) -> bool:
    """Whether a cell where a name should be closes a list: "TOTAL", "Grand total: 214", "Page 2 of 3"."""
    if len(written) > LONGEST:
        return False
    if _FOOTERS.fullmatch(written.strip(" .-–—*")):
        return True
    if written.isascii() and _TOTALS.isdisjoint(re.split(r"[^a-z]+", written.lower())):
        # Most names, and folding is what takes the time.
        return False
    said = [word for word in folded(written).split() if not word.isdigit()]
    return (
        bool(said)
        and any(word in _TOTALS for word in said)
        and all(word in _TOTALS or word in _BESIDE_TOTALS for word in said)
        and said != ["grand"]
    )


def perhaps_nothing(parts: list[str]) -> str | None:
    """The part of a name that may be what a database writes for nothing, None for none.

    Null, Na, Nan and None are names of people, as they are written: capitalised like the rest of the
    name. NULL beside Sam, and NULL alone, are not told apart from a database's by anybody but a person.
    """
    for at, part in enumerate(parts):
        if part.casefold() not in _NOTHING:
            continue
        others = [other for i, other in enumerate(parts) if i != at]
        told = [other for other in others if sum(map(str.isalpha, other)) > 1]
        if not others or _shape(part) is None or any(_shape(o) != _shape(part) for o in told):
            return part
    return None


def _shape(word: str) -> str | None:
    """How a word is capitalised; None for NaN, as programs write it and nobody else."""
    if word == "NaN":
        return None
    return "upper" if word.isupper() else "lower" if word.islower() else "title"


def is_short(one: str, other: str) -> bool:
    """Whether each word of one begins as a word of the other: Sam and Samuel, A. and Alex."""
    a, b = sorted(words(one)), sorted(words(other))
    return len(a) == len(b) and all(
        x.startswith(y) or y.startswith(x) for x, y in zip(a, b, strict=True)
    )
