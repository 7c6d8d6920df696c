"""Types of parameters about joint tests and letters: a letter as it is typed, what is given. Pure."""

from enum import Enum
from typing import Annotated

from commands.framework.context import Context
from commands.framework.errors import refuse
from commands.framework.i18n import _
from commands.framework.quoting import refuse_imitation
from commands.framework.reader import Form, Reader, Words, choice
from storage.core.lazy_dataclass import dataclass

LONGEST_NAME = 60
LONGEST_LETTER = 3500
"""Letters of a text that is signed; a message that is typed has 4,096 bytes."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A text that is signed. Its first line is what it is called."""

    name: str
    text: str


def _read_letter(raw: str, _ctx: Context) -> Letter:
    refuse_imitation((raw,))
    name, _newline, rest = raw.strip().strip('"“”„').partition("\n")
    name, text = name.strip(), rest.strip()
    if not name or not text:
        raise refuse("The first line is the letter's name; its text stands in the lines below.")
    if len(name) > LONGEST_NAME:
        raise refuse("The first line is its name, of at most {n} letters.", n=LONGEST_NAME)
    if len(text) > LONGEST_LETTER:
        raise refuse("A letter may have {n} letters at most.", n=LONGEST_LETTER)
    return Letter(name, text)


LetterText = Annotated[
    Letter,
    Reader(
        _read_letter,
        "TEXT",
        lambda: _("Which letter? Its name, then the text in the lines below."),
        Words.rest(),
        Form.AS_TYPED,
        posted=lambda letter: f"{letter.name}\n{letter.text}",
    ),
]
"""A letter as it was typed, with its lines."""


class Given(Enum):
    """What a committee gives in joint tests."""

    TOTALS = "totals"
    AREAS = "areas"


GivenWord = Annotated[
    Given, choice(Given, "totals|areas", lambda: _("What do you give: totals or areas?"))
]
"""What a committee gives in joint tests, in a word."""
