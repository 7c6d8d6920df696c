"""The bot's own identity and keys, as the homeserver serves them to others."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.process.exit_codes import ExitCode
from demo.cross_signing import JsonObject, chain_holds
from demo.homeserver import Homeserver
from demo.organizer import Organizer
from demo.steward import Steward
from tests.support.committee import PASSWORD
from tests.support.world import World, world

pytestmark = pytest.mark.asyncio(loop_scope="module")

MOST_KEYS = 60


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def here(
    homeserver: Homeserver, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[World]:
    async with world(homeserver, tmp_path_factory.mktemp("w") / "b") as made:
        yield made


async def claim(who: Organizer, user: str) -> JsonObject:
    """One key of the user's only device, as anybody may claim it."""
    (device,) = (await who.api.keys_of(user))["device_keys"][user]
    wanted = {user: {device: "signed_curve25519"}}
    answer = await who.api.call("POST", "/keys/claim", {"one_time_keys": wanted})
    (key,) = answer["one_time_keys"][user][device].values()
    return dict(key)


async def test_the_chain_from_device_to_master_holds(here: World) -> None:
    user = here.steward.user
    keys = await here.ana.api.keys_of(user)
    (device,) = keys["device_keys"][user]
    assert chain_holds(keys, user, device)


async def test_a_client_that_wants_signed_devices_talks_both_ways(here: World) -> None:
    cleo = await here.member("cleo", signed_only=True)
    answer = await here.ask(cleo, "!tz Madrid", "Madrid")
    assert answer.encrypted
    assert answer.signed
    assert cleo.refused == []
    await here.farewell()


async def test_one_time_keys_end_in_a_fallback_key_and_are_refilled(here: World) -> None:
    user = here.steward.user
    claimed = []
    for _ in range(MOST_KEYS):
        claimed.append(await claim(here.ana, user))
        if claimed[-1].get("fallback"):
            break
    assert claimed[-1].get("fallback") is True
    assert len({key["key"] for key in claimed}) == len(claimed)
    # Served once more rather than none, until the bot has heard that there are none left.
    await here.seen()
    await here.seen()
    fresh = await claim(here.ana, user)
    assert not fresh.get("fallback")
    assert fresh["key"] not in {key["key"] for key in claimed}


async def test_the_identity_stays_over_restarts(here: World) -> None:
    user = here.steward.user
    before = await here.ana.api.keys_of(user)
    await here.steward.restart()
    after = await here.ana.api.keys_of(user)
    for kind in ("master_keys", "self_signing_keys", "user_signing_keys", "device_keys"):
        assert after.get(kind, {}).get(user) == before.get(kind, {}).get(user)


async def test_an_identity_that_is_not_ours_stops_init_and_is_left_alone(here: World) -> None:
    user = await here.homeserver.register(f"steward2-{here.name}", PASSWORD)
    owner = await Organizer.sign_in(here.homeserver.url, user, PASSWORD)
    try:
        before = await owner.api.keys_of(user)
        bot = Steward(here.steward.directory.parent / "c", here.homeserver.url, user, PASSWORD)
        async with bot:
            status, output = await bot.command(
                *("init", "--homeserver", bot.homeserver, "--user", user),
                *("--password-file", str(bot._password_file)),
                *("--passphrase-file", str(bot._passphrase_file)),
                *("--data-dir", str(bot.data), "--allow-inviter", here.ana.user),
                *("--yes", "--fast-kdf"),
            )
        assert status == ExitCode.IDENTITY_CONFLICT, output
        assert "already has a cross-signing identity" in output
        after = await owner.api.keys_of(user)
        for kind in ("master_keys", "self_signing_keys"):
            assert after[kind] == before[kind]
        stored = await owner.api.call("GET", "/sync?timeout=0")
        kinds = {event["type"] for event in stored.get("account_data", {}).get("events", [])}
        assert not {kind for kind in kinds if "secret_storage" in kind or "cross_signing" in kind}
    finally:
        await owner.close()
