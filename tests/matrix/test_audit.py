"""Each insecure setting of a room is named by ``!status`` with its remedy, and gone when put right."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from demo.homeserver import Homeserver
from demo.matrix_api import JsonObject
from tests.support.world import World, world

pytestmark = pytest.mark.asyncio(loop_scope="module")

MEGOLM = "m.megolm.v1.aes-sha2"

Setting = tuple[str, str, JsonObject, str, str]
"""State type, its key, what is wrong, and what the warning and its remedy say."""

WRONG: list[Setting] = [
    ("m.room.join_rules", "", {"join_rule": "public"}, "Anybody can join", "private (invite only)"),
    ("m.room.guest_access", "", {"guest_access": "can_join"}, "Guests", "Enable guest access"),
    (
        "m.room.history_visibility",
        "",
        {"history_visibility": "world_readable"},
        "Anybody can read this room's history",
        "Who can read history",
    ),
    (
        "m.room.history_visibility",
        "",
        {"history_visibility": "shared"},
        "may see what was said before",
        "Who can read history",
    ),
    (
        "m.room.encryption",
        "",
        {"algorithm": MEGOLM, "rotation_period_ms": 10**12},
        "use one key for very long",
        "sets it back to normal",
    ),
    (
        "m.room.third_party_invite",
        "token1",
        {"display_name": "z...@x.org", "key_validity_url": "https://x", "public_key": "x"},
        "went to a mail address",
        "withdraws it",
    ),
    (
        "im.vector.modular.widgets",
        "widget1",
        {"type": "m.custom", "url": "https://widget.test"},
        "1 widget or integration",
        "Extensions",
    ),
    ("m.bridge", "bridge1", {"protocol": {"id": "sms"}}, "1 bridge copies", "Bridges"),
]

LEVELS: list[tuple[JsonObject, str, str]] = [
    ({"invite": 0}, "Every member may invite anybody", "Invite users to Moderator"),
    ({"users_default": 50}, "Everybody who joins is a lead", "Default role"),
    ({"state_default": 0}, "may change this room's settings", "Change settings to Moderator"),
    (
        {"events": {"m.room.encryption": 0}},
        "setting that keeps this room safe",
        "Roles & Permissions to Admin",
    ),
    ({"kick": 0}, "Every member may remove others", "Ban users to Moderator"),
    ({"redact": 0}, "remove what others wrote", "Remove messages sent by others"),
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def here(
    homeserver: Homeserver, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[World]:
    """A committee whose room is as it should be."""
    async with world(homeserver, tmp_path_factory.mktemp("w") / "b") as made:
        levels = await made.ana.api.state(made.room, "m.room.power_levels")
        levels |= {"invite": 50, "users_default": 0}
        await made.ana.api.set_state(made.room, "m.room.power_levels", levels)
        await made.ana.api.set_state(
            made.room, "m.room.history_visibility", {"history_visibility": "joined"}
        )
        await made.seen()
        yield made


async def warnings(here: World) -> list[str]:
    """Where others may read the room, the answer comes directly."""
    answer = await here.ana.ask(here.room, "!status", "fingerprint", of=here.steward.user)
    return [row for row in answer.body.splitlines() if "⚠" in row]


async def test_settings_are_named_with_their_remedy_and_gone_when_put_right(here: World) -> None:
    assert await warnings(here) == []
    api, room = here.ana.api, here.room
    for kind, key, wrong, named, remedy in WRONG:
        right = await api.state(room, kind) if key == "" else {}
        await api.set_state(room, kind, wrong, key)
        (warned,) = await warnings(here)
        assert named in warned
        assert remedy in warned
        await api.set_state(room, kind, right, key)
        assert await warnings(here) == [], kind
    right = await api.state(room, "m.room.power_levels")
    for change, named, remedy in LEVELS:
        merged = {**right, **change}
        if "events" in change:
            merged["events"] = {**right["events"], **change["events"]}
        await api.set_state(room, "m.room.power_levels", merged)
        (warned,) = await warnings(here)
        assert named in warned
        assert remedy in warned
        await api.set_state(room, "m.room.power_levels", right)
        assert await warnings(here) == [], change


async def test_somebody_invited_who_does_not_come(here: World) -> None:
    eve = await here.person("eve", accepts_invites=False)
    await here.ana.api.invite(here.room, eve.user)
    (warned,) = await warnings(here)
    assert f"Invited and not joined yet: {eve.user}" in warned
    await here.ana.api.remove(here.room, eve.user)
    assert await warnings(here) == []
    await here.farewell()


async def test_what_the_bot_may_not_remove(here: World) -> None:
    told = await here.ask(here.ana, "!status", "fingerprint")
    assert "A lead can make me a moderator" in told.body
    await here.ana.api.set_power(here.room, here.steward.user, 50)
    told = await here.ask(here.ana, "!status", "fingerprint")
    assert "moderator" not in told.body
