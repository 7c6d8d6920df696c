"""The ladder of test kinds by risk, with the bars others set for them. Pure.

The bars are other people's, they disagree, and none of them says that anybody is ready: every bar of
ours is typed by a lead. Sources: Organize (High5Apps/organize-backend, "Structure tests"), PCS
("Organising to win: testing the strength of the membership"), EWOC ("When to go public"), OPEIU
(Organizing campaign tools, step 8), Labor Notes (the Chicago teachers' votes of 2012 and 2015).
"""

from collections.abc import Mapping

from commands.framework.i18n import _, joined
from storage.core.lazy_dataclass import dataclass
from storage.structure_tests.model import Action

LADDER = (
    Action.SURVEY,
    Action.MEETING,
    Action.CARDS,
    Action.PETITION,
    Action.BUTTONS,
    Action.PHOTO_BOARD,
    Action.MARCH,
    Action.RALLY,
    Action.MOCK_VOTE,
    Action.STRIKE_PLEDGE,
)
"""From little to much at stake for whoever takes part. What is custom has no rung."""


@dataclass(frozen=True, slots=True)
class Bar:
    """At how many percent of the whole unit somebody else goes on."""

    percent: int
    source: str


BARS: Mapping[Action, tuple[Bar, ...]] = {
    Action.MEETING: (Bar(1, "Organize"),),
    Action.CARDS: (Bar(10, "Organize"), Bar(65, "OPEIU"), Bar(65, "EWOC")),
    Action.PETITION: (Bar(51, "Organize"),),
    Action.BUTTONS: (Bar(60, "Organize"),),
    Action.PHOTO_BOARD: (Bar(90, "PCS"),),
    Action.RALLY: (Bar(75, "Organize"),),
    Action.MOCK_VOTE: (Bar(85, "Organize"), Bar(95, "Chicago 2015")),
    Action.STRIKE_PLEDGE: (Bar(90, "Organize"), Bar(75, "Illinois law 2012")),
}
PUBLIC = (Bar(65, "EWOC"), Bar(80, "Organize"), Bar(90, "PCS"))
"""Bars for going public; Organize also tells of drives that did so at 30 to 50."""


def rung(action: Action) -> int | None:
    """How risky a kind is, 1 the least; None: nobody can say."""
    return LADDER.index(action) + 1 if action in LADDER else None


def words(action: Action) -> str:
    """The name of a kind of test."""
    return {
        Action.SURVEY: _("survey"),
        Action.MEETING: _("meeting"),
        Action.CARDS: _("cards"),
        Action.PETITION: _("petition"),
        Action.BUTTONS: _("buttons or stickers"),
        Action.PHOTO_BOARD: _("photo board"),
        Action.MARCH: _("march on the boss"),
        Action.RALLY: _("rally"),
        Action.MOCK_VOTE: _("mock vote"),
        Action.STRIKE_PLEDGE: _("strike pledge"),
        Action.CUSTOM: _("another action"),
    }[action]


def deed(action: Action) -> str:
    """The deed of those who took part, as words after a number: 37 signed."""
    return {
        Action.SURVEY: _("answered"),
        Action.MEETING: _("came"),
        Action.CARDS: _("signed a card"),
        Action.PETITION: _("signed"),
        Action.BUTTONS: _("wore it"),
        Action.PHOTO_BOARD: _("are on the board"),
        Action.MARCH: _("marched"),
        Action.RALLY: _("came"),
        Action.MOCK_VOTE: _("voted"),
        Action.STRIKE_PLEDGE: _("pledged"),
        Action.CUSTOM: _("took part"),
    }[action]


def _source(bar: Bar) -> str:
    """Whose bar it is; organizations are called as they call themselves."""
    return {
        "Chicago 2015": _("Chicago 2015"),
        "Illinois law 2012": _("Illinois law 2012"),
    }.get(bar.source, bar.source)


def bars(several: tuple[Bar, ...]) -> str:
    """Organize 51 %, EWOC 65 %."""
    return joined(
        _("{source} {percent} %").format(source=_source(bar), percent=bar.percent)
        for bar in several
    )
