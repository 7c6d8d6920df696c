"""Generated malformed events through the real homeserver: the next command is still answered."""

import secrets
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bot.matrix.rooms import MEGOLM
from demo.homeserver import Homeserver
from demo.matrix_api import ApiError, MatrixApi, quoted
from tests.support.adversary import ForgedDevice
from tests.support.malformed import bent, names, nested, served
from tests.support.world import World, world

pytestmark = pytest.mark.asyncio(loop_scope="module")

BATCH = 50


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def here(
    homeserver: Homeserver, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[World]:
    async with world(homeserver, tmp_path_factory.mktemp("w") / "b") as made:
        yield made


def some(strategy: st.SearchStrategy[Any], count: int = BATCH) -> list[Any]:
    """That many generated values."""
    found: list[Any] = []

    @settings(
        max_examples=count,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def keep(value: Any) -> None:
        found.append(value)

    keep()
    return found


async def accepted(api: MatrixApi, method: str, path: str, body: object) -> bool:
    """Whether the homeserver took it; much of what is malformed it refuses itself."""
    try:
        await api.call(method, path, body)
    except (ApiError, aiohttp.ClientError, RecursionError, ValueError):
        return False
    return True


contents = st.dictionaries(names, served, max_size=4)


@pytest.mark.parametrize("sender", ["a stranger", "a member"])
async def test_to_device_messages(here: World, sender: str) -> None:
    eve = await here.person("eve", listed=False) if sender == "a stranger" else here.ben
    bot = here.steward.user
    (device,) = (await here.ana.api.keys_of(bot))["device_keys"][bot]
    keys = (await here.ana.api.keys_of(bot))["device_keys"][bot][device]["keys"]
    sealed = {
        "algorithm": "m.olm.v1.curve25519-aes-sha2",
        "sender_key": ForgedDevice(eve.user).curve25519,
        "ciphertext": {keys[f"curve25519:{device}"]: {"type": 0, "body": "x" * 40}},
    }
    taken = 0
    for content in some(st.one_of(bent(sealed), contents)):
        kind = secrets.choice(["m.room.encrypted", "m.room_key", "m.forwarded_room_key", "x"])
        path = f"/sendToDevice/{kind}/{secrets.token_hex(8)}"
        body = {"messages": {bot: {device: content, "*": content}}}
        taken += await accepted(eve.api, "PUT", path, body)
    assert taken > BATCH // 4
    await here.ask(here.ben, "!tz Madrid", "Madrid")
    await here.farewell()


async def test_room_events(here: World) -> None:
    message = {"msgtype": "m.text", "body": "!help"}
    sealed = {
        "algorithm": MEGOLM,
        "sender_key": "x",
        "device_id": "x",
        "session_id": "x",
        "ciphertext": "x",
    }
    taken = 0
    for kind, content in some(
        st.one_of(
            st.tuples(st.just("m.room.encrypted"), st.one_of(bent(sealed, served), contents)),
            st.tuples(st.just("m.room.message"), st.one_of(bent(message, served), contents)),
            st.tuples(st.sampled_from(["m.reaction", "x"]), contents),
        )
    ):
        path = f"/rooms/{quoted(here.room)}/send/{quoted(kind)}/{secrets.token_hex(8)}"
        taken += await accepted(here.ben.api, "PUT", path, content)
    payloads = some(st.one_of(contents, bent({"msgtype": "m.text", "body": "x"}, served)), 20)
    for content in payloads:
        await here.ben.send_event(here.room, "m.room.message", content)
    assert taken > BATCH // 4
    await here.ask(here.ana, "!tz Madrid", "Madrid")


async def test_state_events(here: World) -> None:
    kinds = ["m.room.name", "m.room.join_rules", "m.room.history_visibility", "m.room.topic"]
    kinds += ["m.room.guest_access", "m.room.encryption", "m.room.tombstone", "x"]
    taken = 0
    for kind, content in some(st.tuples(st.sampled_from(kinds), contents)):
        path = f"/rooms/{quoted(here.room)}/state/{quoted(kind)}/"
        taken += await accepted(here.ana.api, "PUT", path, content)
    assert taken > BATCH // 4
    await here.ask(here.ben, "!tz Madrid", "Madrid")
    assert "encrypted" in (await here.ask(here.ben, "!status", "fingerprint")).body


async def test_deep_nesting_in_another_room(here: World) -> None:
    """Where nobody else listens: other clients may choke on what the bot has to bear."""
    dora = await here.person("dora")
    room = await dora.encrypted_room("Deep", invite=[here.steward.user])
    await dora.settled(room, here.steward.user)
    await dora.pause()
    taken = 0
    for depth in (20, 40, 60, 80, 600, 900):
        for kind in ("m.room.encrypted", "m.room.message", "m.room.name"):
            content = {"msgtype": "m.text", "body": "!help", "odd": nested(depth, 1)}
            method = "state" if kind == "m.room.name" else "send"
            end = "" if kind == "m.room.name" else secrets.token_hex(8)
            path = f"/rooms/{quoted(room)}/{method}/{kind}/{end}"
            taken += await accepted(dora.api, "PUT", path, content)
        # What is encrypted no homeserver looks into.
        odd = {"msgtype": "m.text", "body": "chatter", "odd": nested(depth, 1)}
        await dora.send_event(room, "m.room.message", odd)
    assert taken > 3
    await here.ask(here.ana, "!tz Madrid", "Madrid")
    await here.farewell()


async def test_a_restart_after_all_that(here: World) -> None:
    await here.steward.restart()
    await here.ask(here.ben, "!tz Lagos", "Lagos")
