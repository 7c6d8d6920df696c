"""Questions about a new contact's name before it is saved. Rules pure, the look-up beside them."""

import re
from collections.abc import Iterator

from commands.framework import refuse
from commands.framework.errors import NO_EXAMPLE, SURE, AnswerOption, Refusal, impossible
from commands.framework.handles import looks_like_a_handle
from commands.framework.reply import Code, line
from commands.framework.reply import listed as listed_lines
from commands.names.affixes import listed
from commands.names.said import is_a_couple, is_a_total
from commands.shared.answer_words import without_signs
from storage.contacts.changes import ContactChanges
from storage.names import folded

_AREAS = listed(
    "payments sales support warehouse logistics marketing engineering finance accounting hr it "
    "qa ops operations security cleaning kitchen legal design research development maintenance "
    "production shipping receiving packing picking delivery dispatch reception billing payroll "
    "frontend backend mobile infra infrastructure platform data analytics helpdesk callcenter "
    "admin administration days nights night evenings weekend dayshift nightshift lager vertrieb "
    "verkauf versand buchhaltung einkauf produktion entwicklung almacen ventas contabilidad "
    "compras soporte entrepot comptabilite ventes magazzino vendite magazijn verkoop"
)
"""Words for areas that are nobody's last name; what else is an area, the records know."""


_PHONE = re.compile(r"(?:tel\.?\s*)?[+(]?\d[\d\s()/.\-]{5,}\d", re.IGNORECASE)
"""A phone number, as a phone's own list of contacts puts it behind a name."""
_LINKED = re.compile(r"[\s,]+(?:in|at|from|im|aus|bei|en|de|dans|du)$", re.IGNORECASE)
"""A word between a name and where somebody works."""


def check_name(name: str) -> None:
    """Raise Refusal for what cannot be a name."""
    if looks_like_a_handle(name):
        raise refuse("I give the handles, like M-41. Type the person's name.")
    if not folded(name):
        raise refuse("A name needs at least one letter.")


async def ask_about(lives: ContactChanges, name: str, *, area: str | None) -> None:
    """Raise Refusal where a name may hold an area as well, or two people, or none."""
    if is_a_couple(name):
        raise impossible(
            "Not saved yet: “{name}” may be two people; then add each. If it is one, send it again"
            " with {yes}.",
            name=name,
            yes=Code(SURE),
        ).but(options=[AnswerOption("one save", SURE, unlisted=True)])
    if is_a_total(name):
        raise impossible(
            "Not saved yet: is “{name}” somebody's name? If so, send it again with {yes}.",
            name=name,
            yes=Code("--yes"),
        )
    phone = _PHONE.search(name)
    if phone is not None:
        raise _without_the_number(name[: phone.start()] + name[phone.end() :], area)
    if area is not None:
        return
    for who, where in _splits(name):
        if _is_usual(where, name) or await lives.knows_area(where):
            raise _is_it_the_area(who, where)


def _splits(name: str) -> Iterator[tuple[str, str]]:
    """Ways in which the last words of a name may be an area; the longest area first, then the first word.

    "Nina Roy, Payments" was turned round, as "Roy, Nina" is.
    """
    parts = name.split()
    for at in range(1, len(parts)):
        yield " ".join(parts[:at]), " ".join(parts[at:])
    if len(parts) > len(("first", "last")):
        yield " ".join(parts[1:]), parts[0]


def _is_usual(where: str, name: str) -> bool:
    """Whether words can hardly be a last name: Payments, QA, Team 4."""
    said = folded(where)
    letters = where.isupper() and where.isalpha() and 2 <= len(where) <= 3 and not name.isupper()
    generation = said in {"ii", "iii", "iv", "vi", "jr", "sr"}
    numbered = re.fullmatch(r"(?:[^\W\d_]+ )?\d+|\S*\d\S*", where) is not None
    return said in _AREAS or (letters and not generation) or numbered


def _without_the_number(name: str, area: str | None) -> Refusal:
    where = "" if area is None else f" area={_quoted(area)}"
    add = f'!contact add "{" ".join(name.split())}"{where}'
    return Refusal(
        line(
            "Not saved: a phone number does not belong in a name. Without it: {add}", add=Code(add)
        ),
        example=NO_EXAMPLE,
        options=[
            AnswerOption("yes add", add, unlisted=True),
            AnswerOption("no", "", unlisted=True),
        ],
    )


def _is_it_the_area(who: str, where: str) -> Refusal:
    who = _LINKED.sub("", without_signs(who))
    where = where.strip("()[]{}.,;-–— ") or where
    add = f'!contact add "{who}" area={_quoted(where)}'
    return Refusal(
        line("Not saved yet: is {where} the area? Answer with a number.", where=where),
        example=NO_EXAMPLE,
        choices=listed_lines(
            [
                line("yes: {add}", add=Code(add)),
                line("no, it belongs to the name: {yes}", yes=Code(SURE)),
            ],
            numbered=True,
        ),
        options=[AnswerOption("yes area", add), AnswerOption("no name save", SURE)],
    )


def _quoted(words: str) -> str:
    return f'"{words}"' if " " in words else words
