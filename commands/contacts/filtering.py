"""What a list of contacts is narrowed down to: typed with keys, or in a few bare words."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated

from commands.framework.context import Context, Role
from commands.framework.errors import cut, impossible, refuse
from commands.framework.i18n import _
from commands.framework.reader import Reader, number
from commands.framework.reply import Code
from commands.framework.spec import ParameterGroup
from commands.framework.values import Colleague, Label, read_colleague
from commands.shared.figures import area_name
from commands.shared.members import Members
from commands.shared.wording import rating_words, short
from storage.contacts.filtered import ContactFilter
from storage.core.lazy_dataclass import dataclass
from storage.core.model import Assessment
from storage.names import folded
from storage.reports.unit import UNKNOWN, Unit

_RATING = number(0, 5)
NEVER = ("never talked to", "never talked", "never")
_ALSO: Mapping[Assessment, Sequence[str]] = {
    Assessment.NOT_ASSESSED: ("unrated", "not rated", "unassessed"),
    Assessment.ORGANIZES: ("organizers", "ones", "1s"),
    Assessment.SUPPORTS: ("supporters", "support us", "twos", "2s"),
    Assessment.UNDECIDED: ("unsure", "threes", "3s"),
    Assessment.AGAINST: ("no", "fours", "4s"),
    Assessment.OPPOSED: ("against", "against us", "fives", "5s"),
}
"""Other words for a rating; an area of that name goes first."""
FILLERS = frozenset(("shift", "rating", "rated", "area", "in", "on", "and", "the", "with"))
ANY = frozenset(("any", "open"))
"""Words for an ask, whatever it was."""


def _read_rating(raw: str, _ctx: Context) -> Assessment:
    value = _RATING(raw)
    if value is None:
        raise refuse("“{word}” is not a rating from 1 to 5; 0 means not assessed.", word=cut(raw))
    return Assessment(value)


RatingWanted = Annotated[
    Assessment, Reader(_read_rating, "0-5", lambda: _("Which rating, from 1 to 5?"))
]
"""A rating that contacts are looked for by; 0: not assessed."""


@dataclass(frozen=True, slots=True)
class Narrowed(ParameterGroup):
    """What the contacts have in common.

    area: their team or department
    shift: when they work
    rating: where they stand, 1 to 5, or 0 for not assessed
    ask: an ask they did not answer, in a few words; or any
    who: whose contacts they are, like @ben; for leads
    """

    area: Label | None = None
    shift: Label | None = None
    rating: RatingWanted | None = None
    ask: Label | None = None
    who: Colleague | None = None

    @property
    def by_nothing(self) -> bool:
        """Whether nothing was typed."""
        return self == Narrowed()


@dataclass(frozen=True, slots=True)
class Narrowing:
    """A filter, in words and as it is typed."""

    filter: ContactFilter
    words: str
    typed: str


async def narrowing(
    ctx: Context, unit: Unit, members: Members, narrowed: Narrowed, *, never: bool, words: str = ""
) -> Narrowing:
    """What somebody narrows their list down to, the unit recomputed. Raises Refusal.

    Organizers have a filter among their own contacts alone: whether it holds for others' would tell of them.
    """
    await unit.as_of(ctx.day)
    areas = {UNKNOWN: area_name(UNKNOWN, {}), **await unit.areas()}
    narrowed, never = _in_words(words, areas, narrowed, ctx, never=never)
    whose = None if ctx.role >= Role.LEAD else ctx.user
    if narrowed.who is not None:
        who = members.find(narrowed.who)
        if whose not in {None, who}:
            raise impossible(
                "Only leads see the people of others. Yours: {mine}", mine=Code("!contact list")
            )
        whose = who
    ask = None if narrowed.ask is None else "" if folded(narrowed.ask) in ANY else narrowed.ask
    area = None if narrowed.area is None else _area(narrowed.area, areas)
    wanted = ContactFilter(whose, area, narrowed.shift, narrowed.rating, never, ask)
    told = (
        *(() if narrowed.who is None or whose is None else (short(whose),)),
        *(() if area is None else (areas[area],)),
        *(() if narrowed.shift is None else (narrowed.shift,)),
        *(() if narrowed.rating is None else (rating_words(narrowed.rating),)),
        *((_("never talked to"),) if never else ()),
        *(() if ask is None else (_("asked: {what}").format(what=ask or _("anything")),)),
    )
    return Narrowing(wanted, " · ".join(told), _typed(narrowed, never=never))


def _in_words(
    words: str, areas: Mapping[int, str], narrowed: Narrowed, ctx: Context, *, never: bool
) -> tuple[Narrowed, bool]:
    """Read bare words: an area, never, an organizer, a rating; what is left is a shift."""
    left = words.split()
    for name in sorted(areas.values(), key=len, reverse=True):
        without = _without(left, name)
        if without is not None and narrowed.area is None:
            left, narrowed = without, replace(narrowed, area=name)
    for said in NEVER:
        without = _without(left, said)
        if without is not None:
            left, never = without, True
            break
    for rating in Assessment:
        # The words without the number, which is a rating by itself.
        for said in (rating_words(rating).lstrip("012345 "), *_ALSO.get(rating, ())):
            without = _without(left, said)
            if without is not None and narrowed.rating is None:
                left, narrowed = without, replace(narrowed, rating=rating)
    return _by_word(left, narrowed, ctx), never


def _by_word(words: Sequence[str], narrowed: Narrowed, ctx: Context) -> Narrowed:
    """Read words that mean something alone; those that do not are a shift together."""
    shift: list[str] = []
    for word in words:
        rating = _RATING(word)
        if "=" in word:
            raise refuse(
                "I do not know {key}= here. It can be area=, shift=, rating=, ask=, who= or after=.",
                key=cut(word.partition("=")[0]),
            )
        if word.startswith("@"):
            narrowed = replace(narrowed, who=read_colleague(word, ctx))
        elif rating is not None:
            narrowed = replace(narrowed, rating=Assessment(rating))
        elif folded(word) not in FILLERS:
            shift.append(word)
    return replace(narrowed, shift=narrowed.shift or " ".join(shift) or None)


def _without(words: Sequence[str], name: str) -> list[str] | None:
    """The words without those that are a name, side by side; None: they are not among them."""
    wanted = folded(name)
    for start in range(len(words)):
        for end in range(start + 1, len(words) + 1):
            if folded(" ".join(words[start:end])) == wanted:
                return [*words[:start], *words[end:]]
    return None


def _area(name: str, areas: Mapping[int, str]) -> int:
    for area, called in areas.items():
        if folded(called) == folded(name):
            return area
    raise impossible(
        "There is no area “{area}”. {report} shows the areas.",
        area=cut(name),
        report=Code("!report coverage"),
    )


def _typed(narrowed: Narrowed, *, never: bool) -> str:
    """What is typed for the next page."""
    values = (
        ("area", narrowed.area),
        ("shift", narrowed.shift),
        ("rating", None if narrowed.rating is None else str(narrowed.rating.value)),
        ("ask", narrowed.ask),
        ("who", narrowed.who),
    )
    given = [
        f'{key}="{value}"' if " " in value else f"{key}={value}"
        for key, value in values
        if value is not None
    ]
    return " ".join([*given, *(["--never"] if never else [])])
