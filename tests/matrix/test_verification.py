"""Somebody compares emoji with an operator, over the real homeserver and the real command line."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from demo.homeserver import Homeserver
from demo.organizer import Organizer
from tests.support.emoji_person import EmojiPerson, JsonObject
from tests.support.operator import Operator
from tests.support.world import World, world

pytestmark = pytest.mark.asyncio(loop_scope="module")

PREFIX = "m.key.verification."


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def here(
    homeserver: Homeserver, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[World]:
    async with world(homeserver, tmp_path_factory.mktemp("w") / "b") as made:
        yield made


class App:
    """An organizer's app that verifies in a direct chat."""

    def __init__(self, who: Organizer, room: str, rules: EmojiPerson) -> None:
        self.who = who
        self.room = room
        self.rules = rules
        self.taken: set[str] = set()

    @classmethod
    async def of(cls, here: World, who: Organizer, room: str) -> "App":
        rules = await rules_of(here, who, "")
        rules.in_room = True
        return cls(who, room, rules)

    async def request(self) -> None:
        content = self.rules.room_request()
        self.rules.transaction = await self.who.send_event(self.room, "m.room.message", content)

    async def say(self) -> None:
        while self.rules.outbox:
            kind, content = self.rules.outbox.pop(0)
            await self.who.send_event(self.room, PREFIX + kind, content)

    async def hear(self, kind: str) -> JsonObject:
        """Answer what the bot sends, until it says this."""
        async with asyncio.timeout(30):
            while True:
                for event in list(self.who.events):
                    mine = event["room_id"] == self.room and event["type"].startswith(PREFIX)
                    if not mine or event["event_id"] in self.taken:
                        continue
                    if event["sender"] == self.who.user:
                        continue
                    self.taken.add(event["event_id"])
                    short = event["type"].removeprefix(PREFIX)
                    self.rules.take(short, event["content"])
                    await self.say()
                    if short == kind:
                        return dict(event["content"])
                await asyncio.sleep(0.05)

    async def compare(self, operator: Operator) -> None:
        await self.request()
        await self.hear("ready")
        self.rules.start()
        await self.say()
        await self.hear("key")
        await operator.reads("Type yes or no")
        assert self.rules.decimals == operator.decimals


async def rules_of(here: World, who: Organizer, transaction: str) -> EmojiPerson:
    """The rules for this person's device and the bot's, with the keys as the homeserver has them."""
    bot = here.steward.user
    published = await who.api.keys_of(who.user, bot)
    (bot_device,) = published["device_keys"][bot]

    def keys(user: str, device: str) -> dict[str, str]:
        signing = published["device_keys"][user][device]["keys"]
        master = published["master_keys"][user]["keys"]
        return {f"ed25519:{device}": signing[f"ed25519:{device}"], **master}

    return EmojiPerson(
        who.user,
        who.device,
        keys(who.user, who.device),
        bot,
        bot_device,
        keys(bot, bot_device),
        transaction,
    )


async def vouched_for(here: World, who: Organizer) -> bool:
    """Whether the bot keeps that somebody compared."""
    answer = await here.ask(who, "!status", "fingerprint")
    return "compared emoji" in answer.body


async def test_nobody_at_the_terminal(here: World) -> None:
    room = await here.open_direct(here.ben)
    app = await App.of(here, here.ben, room)
    mark = len(here.ben.messages)
    await app.request()
    assert (await app.hear("cancel"))["code"] == "m.user"
    told = await here.ben.hear("steward verify", of=here.steward.user, where=room, since=mark)
    master = next(key for key in app.rules.bot_keys.values() if key in told.body.replace(" ", ""))
    assert f"ed25519:{master}" in app.rules.bot_keys


async def test_a_wrong_answer_and_then_a_match(here: World) -> None:
    """In the direct chat; the match is the control of what the wrong answer does not leave."""
    room = await here.open_direct(here.ana)
    operator = await Operator.sits_down(here)
    wrong = await App.of(here, here.ana, room)
    await wrong.compare(operator)
    await operator.types("no")
    assert (await wrong.hear("cancel"))["code"] == "m.mismatched_sas"
    assert await operator.ends() == 6
    assert "nothing is trusted" in operator.seen
    assert wrong.rules.verified == []
    assert not await vouched_for(here, here.ana)

    operator = await Operator.sits_down(here)
    right = await App.of(here, here.ana, room)
    right.taken = set(wrong.taken)
    await right.compare(operator)
    right.rules.confirm()
    await right.say()
    await operator.types("maybe")
    await operator.reads("in full")
    await operator.types("yes")
    await right.hear("done")
    assert set(right.rules.verified) == set(right.rules.bot_keys)
    assert await operator.ends() == 0
    assert "Verified, both ways" in operator.seen
    await here.steward.restart()
    assert await vouched_for(here, here.ana)


async def test_between_devices(here: World) -> None:
    """The app asks the bot's device directly; what comes back is read from sync as it is."""
    cleo = await here.member("cleo")
    operator = await Operator.sits_down(here)
    await cleo.pause()
    since = cleo._encryption._nio.next_batch
    rules = await rules_of(here, cleo, "a-transaction")

    async def say(kind: str, content: JsonObject) -> None:
        whom = {here.steward.user: {rules.bot_device: content}}
        await cleo.api.send_to_device(PREFIX + kind, whom)

    await say("request", rules.request(time.time_ns() // 1_000_000))
    rules.start()
    heard: list[str] = []
    async with asyncio.timeout(60):
        while "done" not in heard:
            answer = await cleo.api.call("GET", f"/sync?since={since}&timeout=1000")
            since = answer["next_batch"]
            for event in answer.get("to_device", {}).get("events", []):
                short = event["type"].removeprefix(PREFIX)
                if event["type"] == short:
                    continue
                heard.append(short)
                rules.take(short, event["content"])
                if short == "key":
                    await operator.reads("Type yes or no")
                    assert rules.decimals == operator.decimals
                    rules.confirm()
                    await operator.types("yes")
            while rules.outbox and "ready" in heard:
                await say(*rules.outbox.pop(0))
    assert heard == ["ready", "accept", "key", "mac", "done"]
    assert set(rules.verified) == set(rules.bot_keys)
    assert await operator.ends() == 0
    cleo.listen()
    await here.farewell()
