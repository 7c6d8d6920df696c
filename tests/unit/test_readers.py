"""A type people type brings its reader with it; nothing else has to know of it."""

from enum import Enum
from typing import Annotated

import pytest

from commands.framework.catalogue import Catalogue, Group
from commands.framework.context import Context, Role
from commands.framework.errors import Refusal, refuse
from commands.framework.parse import NotRead, Request, bind, parse
from commands.framework.reader import Reader, Words, choice, reader_of, text
from commands.framework.reply import Reply, fill, reply
from commands.framework.spec import Where, command
from commands.framework.words import split
from tests.unit.circumstances import circumstances


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


def _read_size(raw: str, _ctx: Context) -> int:
    if raw not in {"small", "large"}:
        raise refuse("No size.")
    return 1 if raw == "small" else 2


Size = Annotated[int, Reader(_read_size, "SIZE", lambda: "Which size?")]
ColourWord = Annotated[
    Colour, choice(Colour, "red|blue", lambda: "Which colour?", also=lambda: {Colour.RED: "rosy"})
]


@command("paint", who=Role.ORGANIZER, where=Where.ANYWHERE, example="!paint small")
async def paint(_ctx: Context, size: Size, *, colour: ColourWord | None = None) -> Reply:
    """Paint something.

    size: how large it is
    colour: in what
    """
    return reply(fill(f"{size} {colour}"))


def test_a_type_made_here_is_read_and_described() -> None:
    assert paint.usage == "!paint SIZE [colour=red|blue]"
    assert bind(paint, split("large colour=rosy"), circumstances()) == {
        "size": 2,
        "colour": Colour.RED,
    }
    assert paint.facts == {}


def test_a_catalogue_of_ones_own_is_read_from() -> None:
    """The framework knows no command but those it is handed."""
    own = Catalogue([Group(lambda: "Painting", (paint,))])
    request = parse("!paint small", circumstances(), own)
    assert isinstance(request, Request)
    assert request.command is paint
    unread = parse("!piant small", circumstances(), own)
    assert isinstance(unread, NotRead)
    assert unread.command is paint
    assert isinstance(parse("!due", circumstances(), own), NotRead)


@pytest.mark.parametrize("typed", ["huge", "small colour=green", "colour=red", "small large"])
def test_what_its_reader_refuses_is_refused(typed: str) -> None:
    with pytest.raises(Refusal):
        bind(paint, split(typed), circumstances())


def test_the_outermost_reader_counts() -> None:
    own = text(10, "WORDS", lambda: "Which?", Words.upto(2))
    assert reader_of(Annotated[Size, own] | None) is own
    assert reader_of(int) is None
    assert reader_of(Annotated[int, "a remark"]) is None
