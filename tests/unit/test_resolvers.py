"""What typed words stand for is looked up before a command runs, with what the look-up names."""

from dataclasses import dataclass
from typing import Annotated

import pytest

from commands.framework.context import Context, Role
from commands.framework.errors import Refusal, refuse
from commands.framework.execution import resolved
from commands.framework.parse import Request, bind
from commands.framework.reader import Reader
from commands.framework.reply import Reply, fill, reply
from commands.framework.resolver import Resolver, Unsaid
from commands.framework.spec import Command, ParameterGroup, Where, command
from commands.framework.words import split
from storage.contacts.contacts import Contacts
from storage.meetings.meetings import Meetings
from tests.unit.circumstances import circumstances

_WORD = Reader(lambda raw, _ctx: raw, "WORD", lambda: "Which?")
Word = Annotated[str, _WORD]


class Drawer:
    """Something that is looked through."""

    kept = ("spoon", "fork")


async def _kept(word: str | None, drawer: Drawer) -> int:
    if word is None:
        return 0
    if word not in drawer.kept:
        raise refuse("Not there.")
    return drawer.kept.index(word)


async def _user(ctx: Context) -> str:
    return ctx.user


Kept = Annotated[int, _WORD, Resolver(_kept)]
Usual = Annotated[int, _WORD, Resolver(_kept, finds_unsaid=True)]
Whoever = Annotated[str, Unsaid(_user)]


@dataclass(frozen=True, slots=True)
class Colours(ParameterGroup):
    """Marks.

    inside: how it is inside
    """

    inside: Word | None = None
    bright: bool = False


def _check(thing: str, why: str | None = None) -> None:
    if why is None:
        raise refuse(f"Why {thing}?")


@command("lend", who=Role.ORGANIZER, where=Where.ANYWHERE, example="!lend spoon", check=_check)
async def lend(
    _ctx: Context,
    thing: Kept,
    *,
    by: Whoever,
    colours: Colours,
    why: Word | None = None,
) -> Reply:
    """Lend something.

    thing: what
    why: what for
    """
    return reply(fill(f"{thing} {by} {why} {colours.inside}"))


@command("take", who=Role.ORGANIZER, where=Where.ANYWHERE, example="!take")
async def take(_ctx: Context, thing: Usual) -> Reply:
    """Take something.

    thing: what
    """
    return reply(fill(f"{thing}"))


async def looked_up(declared: Command, typed: str) -> dict[str, object]:
    ctx = circumstances()
    asked: list[type] = []

    async def fact(kind: type) -> object:
        asked.append(kind)
        return ctx if kind is Context else kind()

    return await resolved(Request(declared, bind(declared, split(typed), ctx)), fact)


async def test_a_command_gets_what_is_meant_and_not_what_was_typed() -> None:
    found = await looked_up(lend, "fork why=lunch inside=red --bright")
    colours = found.pop("colours")
    assert isinstance(colours, Colours)
    assert (colours.inside, colours.bright) == ("red", True)
    assert found == {"thing": 1, "by": circumstances().user, "why": "lunch"}


async def test_what_is_asked_about_the_words_comes_before_the_look_up() -> None:
    with pytest.raises(Refusal) as asked:
        await looked_up(lend, "knife")
    assert asked.value.problem == ("Why knife?",)
    with pytest.raises(Refusal) as missing:
        await looked_up(lend, "knife why=lunch")
    assert missing.value.problem == ("Not there.",)


async def test_what_may_be_left_out_is_found_all_the_same() -> None:
    assert take.usage == "!take [WORD]"
    assert await looked_up(take, "") == {"thing": 0}
    assert await looked_up(take, "fork") == {"thing": 1}


def test_a_group_is_typed_and_described_like_parameters_of_its_own() -> None:
    assert lend.usage == "!lend WORD [inside=WORD] [--bright] [why=WORD]"
    assert {each.key: each.about for each in lend.parameters}["inside"] == "how it is inside"


def test_what_a_look_up_reaches_counts_as_reached_by_the_command() -> None:
    async def one(_name: str, contacts: Contacts) -> int:
        return len(str(contacts))

    async def other(_name: str, meetings: Meetings) -> int:
        return len(str(meetings))

    def declared(find: Resolver) -> Command:
        async def run(_ctx: Context, who: int) -> Reply:
            """Look."""
            return reply(fill(f"{who}"))

        run.__annotations__["who"] = Annotated[int, _WORD, find]
        return command("look", who=Role.ORGANIZER, where=Where.DIRECT, example="!look")(run)

    assert declared(Resolver(one)).need.people
    assert not declared(Resolver(other)).need.people
