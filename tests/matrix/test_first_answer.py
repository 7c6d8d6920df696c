"""A bot that was killed over its first answer and is started again reads who is there now, not who was there then."""

from collections.abc import Callable
from typing import Any

from bot.matrix.client import Client
from bot.matrix.sync import Sync, section
from demo.homeserver import Homeserver
from demo.matrix_api import MatrixApi
from tests.support.committee import PASSWORD


def another_process(client: Client, before: Sync) -> Sync:
    """What the next process asks with. One in many words its questions like the one before."""
    sync = Sync(client, 1.0)
    while sync._mark == before._mark:
        sync = Sync(client, 1.0)
    return sync


def members_told(answer: dict[str, Any], room: str) -> list[str]:
    events = section(answer, "rooms", "join", room, "timeline").get("events", [])
    return [e["content"]["membership"] for e in events if e["type"] == "m.room.member"]


async def test_the_next_process_is_not_told_what_was_written_for_the_one_before(
    homeserver: Homeserver, unique: Callable[[str], str]
) -> None:
    """Synapse keeps an answer for two minutes, for whoever asks the same again."""
    steward = await homeserver.register(unique("steward"), PASSWORD)
    ana = await homeserver.register(unique("ana"), PASSWORD)
    async with MatrixApi(homeserver.url) as bot, MatrixApi(homeserver.url) as person:
        await bot.login(steward, PASSWORD, "bot")
        await person.login(ana, PASSWORD, "phone")
        room = await bot.create_room(invite=(ana,))
        await person.join(room)
        client = Client(homeserver.url, steward)
        client.resume(bot.device, bot.token)
        try:
            killed = Sync(client, 1.0)
            began = (await killed.next(None))["next_batch"]
            await person.send_clear(room, "m.room.message", {"msgtype": "m.text", "body": "hello"})
            assert members_told(await killed.next(began, wait=False), room) == []
            await person.leave(room)
            # The control: whoever lost the answer has it again, and need not wait for another.
            assert members_told(await killed.next(began, wait=False), room) == []
            started = another_process(client, killed)
            assert members_told(await started.next(began, wait=False), room) == ["leave"]
            # And so has a process that asks for what waited too long.
            killed.ask_anew()
            assert members_told(await killed.next(began, wait=False), room) == ["leave"]
        finally:
            await client.close()
