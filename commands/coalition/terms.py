"""Types of parameters about coalitions: what a committee is called, numbers of proposals, its own seat."""

from dataclasses import replace
from enum import Enum
from typing import TYPE_CHECKING, Annotated

from commands.coalition.seat import Seat
from commands.coalition.voice import Voice
from commands.framework.context import Context
from commands.framework.errors import impossible, refuse
from commands.framework.i18n import _
from commands.framework.quoting import refuse_imitation
from commands.framework.reader import Form, Reader, Words, choice, numbered, posted, sentence, text
from commands.framework.reply import Code
from commands.framework.resolver import Unsaid
from storage.chat.committees import Committees
from storage.coalition.coalitions import Coalitions
from storage.coalition.model import CoalitionState
from storage.core.later import Later
from storage.core.lazy_dataclass import dataclass

if TYPE_CHECKING:
    from commands.coalition import code_refusals, pairing_code
else:
    code_refusals = Later("commands.coalition.code_refusals")
    pairing_code = Later("commands.coalition.pairing_code")

LONGEST_TITLE = 60
LONGEST_LABEL = 40
"""The same as others take (membership.py)."""
LONGEST_NEWS = 1000
LONGEST_NAME = 60
LONGEST_LETTER = 3500
"""Letters of a text that is signed; a message that is typed has 4,096 bytes."""

CoalitionTitle = Annotated[
    str, posted(text(LONGEST_TITLE, '"NAME"', lambda: _("What shall the coalition be called?")))
]
"""What a coalition is called."""


def _read_label(raw: str, ctx: Context) -> str:
    from commands.coalition.labels import fit_label  # noqa: PLC0415 (seldom typed)

    label = _LABEL.read(raw, ctx)
    try:
        return fit_label(label)
    except ValueError:
        raise refuse(
            "“{label}” cannot be a label. Take letters and numbers: no address, no @, one script.",
            label=label,
        ) from None


_LABEL = text(LONGEST_LABEL, '"LABEL"', lambda: _("What shall the others call you?"))

LabelWords = Annotated[str, posted(replace(_LABEL, read=_read_label))]
"""What the other committees call this one."""

TheirLabel = Annotated[
    str,
    text(
        LONGEST_LABEL,
        '"LABEL"',
        lambda: _("Which committee? !coalition shows what they are called."),
    ),
]
"""What another committee is called."""

NewsWords = Annotated[
    str,
    posted(
        sentence(text(LONGEST_NEWS, '"TEXT"', lambda: _("What do you want to tell the others?")))
    ),
]
"""News for other committees."""

ProposalNumber = Annotated[
    int, numbered("NUMBER", lambda: _("Which one? !coalition shows their numbers."))
]
"""The number of a proposal that waits for an ok."""


@dataclass(frozen=True, slots=True)
class OpenLetter:
    """A text that is signed. Its first line is what it is called."""

    name: str
    text: str


def _read_letter(raw: str, _ctx: Context) -> OpenLetter:
    refuse_imitation((raw,))
    name, _newline, rest = raw.strip().strip('"“”„').partition("\n")
    name, text = name.strip(), rest.strip()
    if not name or not text:
        raise refuse("The first line is the letter's name; its text stands in the lines below.")
    if len(name) > LONGEST_NAME:
        raise refuse("The first line is its name, of at most {n} letters.", n=LONGEST_NAME)
    if len(text) > LONGEST_LETTER:
        raise refuse("A letter may have {n} letters at most.", n=LONGEST_LETTER)
    return OpenLetter(name, text)


LetterText = Annotated[
    OpenLetter,
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


class NamingAgreed(Enum):
    """Whether whoever is named in words for others agreed to it."""

    AGREED = "agreed"


NamedWord = Annotated[
    NamingAgreed,
    choice(NamingAgreed, "agreed", lambda: _("Did whoever is named agree? Then type agreed.")),
]
"""Says in a word that whoever is named agreed to it."""


class Given(Enum):
    """What a committee gives in joint tests."""

    TOTALS = "totals"
    AREAS = "areas"


GivenWord = Annotated[
    Given, choice(Given, "totals|areas", lambda: _("What do you give: totals or areas?"))
]
"""What a committee gives in joint tests, in a word."""


async def any_seat(ctx: Context, coalitions: Coalitions, voice: Voice) -> Seat:
    """The committee's seat, also while it is joining or leaving. Raises Refusal where it is in no coalition."""
    found = await coalitions.own()
    if found is None:
        raise impossible(
            "Your committee is in no coalition. {new} starts one; with a code from another "
            "committee: {join}",
            new=Code('!coalition new "Games workers"'),
            join=Code("!coalition join CODE"),
        )
    committee = await Committees(coalitions.tx).by_id(coalitions.committee)
    return Seat(coalitions.tx, committee, found, voice, ctx.now, ctx.user)


async def own_seat(ctx: Context, coalitions: Coalitions, voice: Voice) -> Seat:
    """The committee's seat in a coalition that it is in. Raises Refusal."""
    seat = await any_seat(ctx, coalitions, voice)
    if seat.coalition.state is CoalitionState.JOINING:
        raise impossible("Your committee is not in yet. {status} shows what is missing.",
                         status=Code("!coalition"))  # fmt: skip
    if seat.coalition.state is CoalitionState.LEAVING:
        raise impossible("Your committee is leaving its coalition. Try again in a minute.")
    return seat


AnySeat = Annotated[Seat, Unsaid(any_seat)]
"""The committee's seat, whatever its state; nobody types it."""

OwnSeat = Annotated[Seat, Unsaid(own_seat)]
"""The committee's seat in a coalition that it is in; nobody types it."""


def check_code(code: str) -> None:
    """Say which word of a pairing code cannot be right. Raises Refusal."""
    try:
        pairing_code.read(code)
    except pairing_code.UnknownWord as unknown:
        raise code_refusals.unknown_word(unknown) from None
    except pairing_code.WrongWord as wrong:
        raise code_refusals.wrong_word(wrong) from None
    except pairing_code.Swapped as swapped:
        raise code_refusals.swapped(swapped) from None
    except pairing_code.NotACode as none:
        raise code_refusals.unfitting(none) from None


CodeWords = Annotated[
    str,
    Reader(
        lambda raw, _ctx: raw,
        "CODE",
        lambda: _("Which words did they read to you? Type them all."),
        Words.rest(),
        Form.AS_TYPED,
    ),
]
"""A pairing code, however it was typed: ``check_code`` says whether it is one."""
