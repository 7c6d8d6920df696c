"""Two committees' bots on the real homeserver: paired by a code, heard by each other, and by nobody else."""

import asyncio
import re
import signal
from collections.abc import Awaitable
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.matrix.client import quoted
from bot.matrix.identity import CrossSigning
from demo.matrix_api import ApiError, MatrixApi
from demo.organizer import Organizer
from tests.support.committee import PASSWORD, Committee, Gathered, NewSteward, SignIn
from tests.support.moving import backed_up, new_machine, restored


@dataclass(frozen=True, slots=True)
class Chapter:
    """A committee with its lead's direct chat."""

    committee: Committee
    direct: str

    @property
    def lead(self) -> Organizer:
        return self.committee.ana

    @property
    def bot(self) -> str:
        return self.committee.steward.user

    async def ask(self, text: str, expect: str, *, seconds: float = 30) -> str:
        """What the bot answers to its lead in the direct chat."""
        said = await self.lead.ask(self.direct, text, expect, of=self.bot, seconds=seconds)
        return said.body

    async def hears(self, words: str, *, seconds: float = 90) -> str:
        """What the lead is told unasked."""
        said = await self.lead.hear(words, of=self.bot, where=self.direct, seconds=seconds)
        return said.body

    async def room_hears(self, words: str, *, seconds: float = 90) -> str:
        """What is told in the committee's room."""
        said = await self.lead.hear(words, of=self.bot, where=self.committee.room, seconds=seconds)
        return said.body


def words_of(said: str) -> str:
    """The words of a code, as somebody types them who heard them."""
    return " ".join(re.findall(r"(?m)^\s*\d+\. ([a-z ]+)$", said))


async def chapter(new_steward: NewSteward, gathered: Gathered) -> Chapter:
    """A committee of two people and a bot."""
    steward = await new_steward()
    await steward.start()
    committee = await gathered(steward)
    return Chapter(committee, await committee.open_direct(committee.ana))


async def paired(north: Chapter, south: Chapter) -> None:
    """The leads pair their committees, as the guide says."""
    told = await north.ask('!coalition new "Games workers" label="North"', "pairing code")
    await south.ask(
        f'!coalition join {words_of(told)} label="South"', "They will see you as South."
    )
    await north.hears("typed your pairing code")
    await south.hears("answers: the coalition Games workers")
    await north.ask("!coalition ok", "I invite the bot")
    await south.ask("!coalition ok", "We are in as soon as")
    await south.room_hears("We are in the coalition Games workers now, with North.")
    await north.room_hears("South is in our coalition now.")


@pytest.fixture
async def chapters(new_steward: NewSteward, gathered: Gathered) -> tuple[Chapter, Chapter]:
    """Two committees, each with its bot, that do not know each other."""
    return (
        await chapter(new_steward, gathered),
        await chapter(new_steward, gathered),
    )


@pytest.mark.timeout(300)
async def test_two_bots_pair_and_hear_each_other(chapters: tuple[Chapter, Chapter]) -> None:
    north, south = chapters
    await paired(north, south)
    await north.ask('!coalition label "Far north"', "call you Far north")
    await south.hears("North is now called Far north.")
    assert "Far north: in it" in await south.ask("!coalition", "Coalition Games workers")
    await south.ask("!coalition leave --yes", "We leave.")
    await north.room_hears("South has left our coalition.")
    async with asyncio.timeout(30):
        while "in no coalition" not in await south.ask("!coalition", "oalition"):  # noqa: ASYNC110
            await asyncio.sleep(1)


async def _killed(chapter: Chapter, point: str, work: Awaitable[object]) -> None:
    """The bot kills itself at a point while ``work`` is done, or what came before it; then it starts again."""
    steward = chapter.committee.steward
    await steward.stop()
    await steward.start({"STEWARD_FAILPOINT": point}, wait=False)
    await work
    assert await steward.ended(120) == -signal.SIGKILL, steward.log()[-3000:]
    await steward.start()


@pytest.mark.timeout(600)
async def test_killed_at_every_step_there_is_one_result(chapters: tuple[Chapter, Chapter]) -> None:
    north, south = chapters
    told = await north.ask('!coalition new "Games workers" label="North"', "pairing code")
    await south.ask(f"!coalition join {words_of(told)}", "compare its key with the code")
    await north.hears("typed your pairing code")
    await south.hears("answers: the coalition Games workers")
    await _killed(north, "after_bots_room", north.lead.send(north.direct, "!coalition ok"))
    await _killed(south, "after_coming_in", south.lead.send(south.direct, "!coalition ok"))
    await south.room_hears("We are in the coalition Games workers now")
    await north.room_hears("is in our coalition now.")
    for number, point in enumerate(("before_coalition_commit", "after_coalition_commit"), 1):
        label = f"North number {number}"
        await _killed(south, point, north.ask(f'!coalition label "{label}"', label))
        await _shows(south, f"{label}: in it")
    leaving = north.lead.send(north.direct, "!coalition leave --yes")
    await _killed(north, "after_leaving", leaving)
    await south.room_hears("has left our coalition.")
    told_south = [each.body for each in south.lead.messages if each.room == south.committee.room]
    for words in ("We are in the coalition", "has left our coalition"):
        assert sum(words in each for each in told_south) == 1, words
    told_lead = [each.body for each in south.lead.messages if each.room == south.direct]
    # Of one new label a day: the other is shown where the committee is named.
    assert sum("is now called" in each for each in told_lead) == 1
    rooms = await _joined(south)
    assert len(rooms) == 3, "its committee's, a chat of two, and one room of the bots"


async def _joined(chapter: Chapter) -> list[str]:
    """The rooms that a bot is in, as its homeserver has it."""
    steward = chapter.committee.steward
    async with MatrixApi(steward.homeserver) as api:
        await api.login(steward.user, PASSWORD, "a look")
        return list((await api.call("GET", "/joined_rooms"))["joined_rooms"])


@pytest.mark.timeout(300)
async def test_an_account_that_shows_another_key_is_suspended(
    chapters: tuple[Chapter, Chapter],
) -> None:
    """Whoever runs the homeserver, or took the password, publishes keys of their own."""
    north, south = chapters
    await paired(north, south)
    steward = north.committee.steward
    async with MatrixApi(steward.homeserver) as api:
        await api.login(steward.user, PASSWORD, "somebody else")
        body: dict[str, object] = dict(CrossSigning.create().public(steward.user))
        try:
            await api.call("POST", "/keys/device_signing/upload", body)
        except ApiError as asked:
            who = {"type": "m.id.user", "user": steward.user}
            auth = {"type": "m.login.password", "identifier": who, "password": PASSWORD}
            session = {"session": asked.answer["session"]}
            await api.call("POST", "/keys/device_signing/upload", {**body, "auth": auth | session})
    await south.hears("has another key now. I do not listen to it")
    shown = await south.ask("!coalition", "Coalition Games workers")
    assert "North: not heard any more. Pair again." in shown


async def _put_out(one: Chapter, other: Chapter, by: Organizer) -> None:
    """Somebody is let in and has a bot put out, as whoever runs homeservers can: they speak for the bots there."""
    (room,) = set(await _joined(one)) & set(await _joined(other))
    path = f"/rooms/{quoted(room)}"
    for chapter, power in ((other, {other.bot: 0}), (one, {by.user: 50})):
        async with MatrixApi(chapter.committee.steward.homeserver) as api:
            await api.login(chapter.bot, PASSWORD, "its server")
            levels = f"{path}/state/m.room.power_levels/"
            now = await api.call("GET", levels)
            users = {**now["users"], **power}
            kick = 50 if chapter is one else now["kick"]
            await api.call("PUT", levels, {**now, "users": users, "kick": kick})
            if chapter is one:
                await api.call("POST", f"{path}/invite", {"user_id": by.user})
    await by.api.call("POST", f"{path}/join", {})
    await by.api.call("POST", f"{path}/kick", {"user_id": other.bot})


@pytest.mark.timeout(300)
async def test_a_bot_that_was_put_out_comes_back_by_a_new_code(
    chapters: tuple[Chapter, Chapter], sign_in: SignIn
) -> None:
    north, south = chapters
    await paired(north, south)
    await _put_out(north, south, await sign_in("eve"))
    await north.hears("The bot of South was put out of the room of our bots.")
    await south.hears("I was put out of the room of the coalition's bots.")
    shown = await north.ask("!coalition", "Coalition Games workers")
    assert "South: not heard any more. Pair again." in shown
    await south.ask("!coalition leave --yes", "We leave.")
    async with asyncio.timeout(30):
        while "in no coalition" not in await south.ask("!coalition", "oalition"):  # noqa: ASYNC110
            await asyncio.sleep(1)
    told = await north.ask("!coalition code", "pairing code")
    await south.ask(
        f'!coalition join {words_of(told)} label="South"', "They will see you as South."
    )
    await _shows(north, "typed your pairing code")
    waits = await north.ask("!coalition", "typed your pairing code")
    asked = waits.partition("typed your pairing code")[2]
    await north.ask(re.findall(r"!coalition ok \d+", asked)[0], "I invite the bot")
    await _shows(south, "answers: the coalition Games workers")
    await south.ask("!coalition ok", "We are in as soon as")
    await _shows(north, "South: in it")
    await _shows(south, "North: in it")
    await south.ask('!coalition label "Far south"', "call you Far south")
    await _shows(north, "Far south: in it")


@pytest.mark.timeout(400)
async def test_a_bot_restored_from_a_backup_hears_what_it_missed_and_is_heard(
    chapters: tuple[Chapter, Chapter], tmp_path: Path
) -> None:
    north, south = chapters
    await paired(north, south)
    lost, file = south.committee.steward, tmp_path / "a.backup"
    await backed_up(lost, file)
    await south.ask('!coalition label "South coast"', "call you South coast")
    await north.hears("South is now called South coast.")
    await north.ask('!coalition label "Far north"', "call you Far north")
    await south.hears("is now called Far north.")
    await lost.kill()
    async with new_machine(tmp_path / "n", lost) as machine:
        await restored(machine, file)
        await machine.start()
        await north.hears("The bot of South coast was restored from a backup of")
        # Its leads were told before: what the bot hears again it does not say again.
        await _shows(south, "Far north: in it")
        await south.ask('!coalition label "South again"', "call you South again")
        await _shows(north, "South again: in it")
        told = [each.body for each in south.lead.messages if each.room == south.direct]
        assert sum("is now called Far north." in each for each in told) == 1


async def _shows(chapter: Chapter, words: str) -> None:
    """Wait until a lead is shown something of the coalition."""
    async with asyncio.timeout(90):
        while words not in await chapter.ask("!coalition", "oalition"):  # noqa: ASYNC110 (another process)
            await asyncio.sleep(1)
