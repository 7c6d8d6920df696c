"""When the first words are said in a room, and what can be answered to a question about it."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.matrix.rooms import Room
from bot.membership.unclaimed_rooms import Wish, wish
from tests.support.adversary import JsonObject, published
from tests.support.answering import ANA, BOT, ROOM, Answering, answering, room_state

SECOND = "!second:committee.test"
BEN = "@ben:committee.test"


@pytest.fixture
async def bot(tmp_path: Path) -> AsyncIterator[Answering]:
    async with answering(tmp_path, ANA.__eq__, BEN) as made:
        yield made


def state_of(*members: str, name: str = "", replaces: str = "") -> list[JsonObject]:
    """A room of Ana's, unnamed unless said otherwise."""
    if replaces:
        create: JsonObject = {"room_version": "11", "predecessor": {"room_id": replaces}}
        made = {"type": "m.room.create", "state_key": "", "sender": ANA, "content": create}
        return [made, *state_of(*members, name=name)]
    others = [each for each in room_state(*members) if each["type"] != "m.room.name"]
    named = {"type": "m.room.name", "state_key": "", "sender": ANA, "content": {"name": name}}
    return [*others, named]


async def comes_into(
    bot: Answering, *members: str, name: str = "", replaces: str = "", **known: Any
) -> Room:
    """The bot joins a second room; ``known`` is what its invitation said."""
    bot.places.rooms[SECOND] = Room(SECOND, inviter=ANA, looked_at=99, **known)
    state = state_of(*members, name=name, replaces=replaces)
    await bot.take({"rooms": {"join": {SECOND: {"state": {"events": state}}}}})
    return bot.places.rooms[SECOND]


async def typed(bot: Answering, text: str) -> list[str]:
    """Ana types in the second room; what is queued to be said in return."""
    key = bot.ana.room_key(bot.target(), SECOND)
    await bot.take({"to_device": {"events": [key]}})
    before = len(await bot.waiting())
    await bot.take(bot.said(bot.ana.says(SECOND, text), room=SECOND))
    return (await bot.waiting())[before:]


async def count(bot: Answering, table: str) -> int:
    async with bot.database.transaction() as tx:
        return int(str(await tx.value(f"SELECT count(*) FROM {table}")))


# -- the first words -------------------------------------------------------------------------------


async def test_nothing_is_said_before_somebody_can_read_it(tmp_path: Path) -> None:
    """Whoever verifies their app later sees the greeting, not a message they cannot open."""
    async with answering(tmp_path, ANA.__eq__) as bot:
        before = len(await bot.waiting())
        ana = bot.people[ANA]
        bot.people[ANA] = published(ANA, bot.identity, bot.ana.keys())
        await bot.take({"device_lists": {"changed": [ANA]}})
        await comes_into(bot, ANA, BOT, declared_direct=True)
        assert len(await bot.waiting()) == before
        assert SECOND in bot.intake._rooms._onboarding.waiting
        bot.people[ANA] = ana
        bot.trust._asked.clear()
        await bot.take({"device_lists": {"changed": [ANA]}})
        (hello,) = (await bot.waiting())[before:]
        assert "Names and ratings belong here" in hello
        await bot.take({})
        assert len(await bot.waiting()) == before + 1, "once"


async def test_what_was_not_said_yet_is_said_after_a_restart(bot: Answering) -> None:
    room = await comes_into(bot, ANA, BOT, declared_direct=True)
    assert room.greeted
    again = Room.restore({**room.snapshot(), "greeted": False})
    assert not again.greeted


# -- a question ------------------------------------------------------------------------------------


async def test_in_a_room_that_nobody_explained_nothing_is_kept(bot: Answering) -> None:
    before = len(await bot.waiting())
    room = await comes_into(bot, ANA, BOT, name="Night shift")
    (question,) = (await bot.waiting())[before:]
    assert "Is this a committee's room?" in question
    assert "!setup" in question
    assert "!direct" in question
    assert room.asked
    for text in ('!contact add "Lena Voss"', "contact add Lena", "!log M-1 reached", "hello"):
        (answer,) = await typed(bot, text)
        assert answer == question, text
    assert await count(bot, "contacts") == 0
    assert await count(bot, "committees") == 1


async def test_who_joins_does_not_settle_it(bot: Answering) -> None:
    room = await comes_into(bot, ANA, BOT)
    before = len(await bot.waiting())
    join = {"type": "m.room.member", "state_key": "@eve:x.org", "sender": "@eve:x.org",
            "event_id": "$j", "content": {"membership": "join"}}  # fmt: skip
    await bot.take(bot.said(join, room=SECOND))
    assert room.has("@eve:x.org")
    assert len(await bot.waiting()) == before
    assert await count(bot, "committees") == 1
    (answer,) = await typed(bot, "!help")
    assert "Is this a committee's room?" in answer
    assert await typed(bot, "hello all") == [], "between several people only commands are for it"


async def test_setup_makes_it_a_committees(bot: Answering) -> None:
    await comes_into(bot, ANA, BOT)
    (done,) = await typed(bot, "!setup name=Nights tz=Lisbon")
    assert done.startswith("This is Nights, on Europe/Lisbon time")
    assert "Hello, I am Steward" in done, "whoever came since can read it now"
    assert await count(bot, "committees") == 2
    assert [each.name for each in bot.intake._state.committees.known] == ["Committee", "Nights"]


async def test_who_leads_nothing_there_founds_nothing(bot: Answering) -> None:
    room = await comes_into(bot, ANA, BOT)
    room.levels = {ANA: 0}
    room.has_levels = True
    room.creators = []
    (answer,) = await typed(bot, "!setup name=Nights tz=Lisbon")
    assert "somebody must lead in it" in answer
    assert await count(bot, "committees") == 1


async def test_a_lead_makes_it_direct_and_an_organizer_does_not(bot: Answering) -> None:
    room = await comes_into(bot, ANA, BOT, name="Me and the bot")
    bot.places.rooms[ROOM].levels = {ANA: 0}
    (answer,) = await typed(bot, "!direct here")
    assert "Only a lead" in answer
    bot.places.rooms[ROOM].levels = {ANA: 50}
    (answer,) = await typed(bot, "!direct here")
    assert "Names and ratings belong here" in answer
    assert room.said_direct
    (answer,) = await typed(bot, '!contact add "Lena Voss"')
    assert "Lena Voss" in answer
    assert await count(bot, "contacts") == 1


async def test_the_bot_opens_a_direct_chat_when_asked_to(bot: Answering) -> None:
    await comes_into(bot, ANA, BOT)
    told, hello = await typed(bot, "!dm")
    assert "I wrote to you directly" in told
    assert "Names and ratings belong here" in hello


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("!setup name=X tz=Madrid", Wish.COMMITTEE),
        ("  !SETUP", Wish.COMMITTEE),
        ("！setup", Wish.COMMITTEE),
        ("!direct", Wish.ANOTHER),
        ("dm", Wish.ANOTHER),
        ("!Direct here", Wish.DIRECT),
        ("!contact add setup", Wish.ELSE),
        ("", Wish.ELSE),
        ("!", Wish.ELSE),
    ],
)
def test_what_an_answer_amounts_to(text: str, meant: Wish) -> None:
    assert wish(text) is meant


# -- who made it -----------------------------------------------------------------------------------


def test_a_chat_that_an_earlier_release_took_for_its_own_stays_direct(bot: Answering) -> None:
    """The app had named the bot a creator beside its owner, as apps do in direct chats."""
    settling = bot.intake._rooms._onboarding
    old = Room(SECOND, encrypted=True, founder=ANA, creators=[ANA, BOT], inviter=BOT, greeted=True)
    old.members = {ANA: "join", BOT: "join"}
    settling.introduce(old, None)
    assert (old.inviter, old.declared_direct) == (ANA, True)
    assert old.direct_partner(BOT) == ANA
    own = Room(SECOND, encrypted=True, founder=BOT, creators=[BOT], inviter=BOT)
    settling.introduce(own, None)
    assert (own.inviter, own.declared_direct) == (BOT, False)
    assert own.made_direct(BOT)


async def test_a_direct_chat_goes_on_in_the_room_that_replaces_it(bot: Answering) -> None:
    """Apps invite into the new room without saying that it is direct."""
    old = Room("!old:committee.test", encrypted=True, inviter=ANA, declared_direct=True)
    old.members = {ANA: "join", BOT: "join"}
    old.replaced, old.successor, old.replaced_by = True, SECOND, ANA
    bot.places.rooms[old.id] = old
    room = await comes_into(bot, ANA, BOT, replaces=old.id)
    assert room.declared_direct
    assert bot.places.direct_with(ANA, [ROOM]) is room
    (answer,) = await typed(bot, '!contact add "Lena Voss"')
    assert "Lena Voss" in answer
