"""Types of parameters for opening a test: its kind, its name. Pure."""

from collections.abc import Mapping
from typing import Annotated

from commands.framework.i18n import _, one_of
from commands.framework.reader import Words, choice, posted, text
from commands.structure_tests.terms import LONGEST_NAME
from storage.structure_tests.model import Action


def _more_actions() -> Mapping[Action, str]:
    return {
        Action.SURVEY: _("questionnaire, poll of needs"),
        Action.MEETING: _("assembly, gathering"),
        Action.CARDS: _("card, union cards, authorization cards"),
        Action.PETITION: _("petitions, signatures, sign-on letter"),
        Action.RALLY: _("rallies, demonstration, protest"),
        Action.BUTTONS: _("button, stickers, sticker, badges, shirts"),
        Action.PHOTO_BOARD: _("photo board, photos, photo petition, board"),
        Action.MARCH: _("march on the boss, delegation"),
        Action.MOCK_VOTE: _("mock vote, mock strike vote, practice vote, practice strike vote"),
        Action.STRIKE_PLEDGE: _("strike pledge, strike"),
        Action.CUSTOM: _("other, action"),
    }


ActionWord = Annotated[
    Action,
    choice(
        Action,
        "KIND",
        lambda: _("What kind of test? {kinds}.").format(kinds=one_of([a.value for a in Action])),
        also=_more_actions,
        upto=4,
    ),
]
"""What people are asked to do in a test, in a few words."""

Title = Annotated[
    str, posted(text(LONGEST_NAME, '"NAME"', lambda: _("What is it called?"), Words.upto(6)))
]
"""What a test is called."""
