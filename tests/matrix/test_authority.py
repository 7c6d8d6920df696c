"""Nobody else gives orders: who is not proven to be a member runs no command, and is counted."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
import vodozemac

from bot.matrix.identity import CrossSigning
from demo.homeserver import Homeserver
from demo.matrix_api import JsonObject, quoted
from tests.support.adversary import ForgedDevice, Target
from tests.support.committee import PASSWORD
from tests.support.world import World, new_identity, world

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def here(
    homeserver: Homeserver, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[World]:
    async with world(homeserver, tmp_path_factory.mktemp("w") / "b") as made:
        yield made


@pytest_asyncio.fixture(autouse=True, loop_scope="module")
async def _only_guests(here: World) -> AsyncIterator[None]:
    yield
    await here.farewell()


async def target(here: World, wanted: int = 1) -> Target:
    """The bot's device as published, with one-time keys claimed from the homeserver."""
    user = here.steward.user
    keys = (await here.ana.api.keys_of(user))["device_keys"][user]
    name, device = next(iter(keys.items()))
    one_time_keys = []
    for _ in range(wanted):
        answer = await here.ana.api.call(
            "POST", "/keys/claim", {"one_time_keys": {user: {name: "signed_curve25519"}}}
        )
        one_time_keys += [key["key"] for key in answer["one_time_keys"][user][name].values()]
    public = device["keys"]
    return Target(user, public[f"curve25519:{name}"], public[f"ed25519:{name}"], one_time_keys)


# -- the sender ------------------------------------------------------------------------------------


async def test_a_members_command_is_run(here: World) -> None:
    await here.ask(here.ben, "!tz Madrid", "Madrid")
    assert await here.zone(here.ben) == "Europe/Madrid"


async def test_a_sender_relabelled_by_the_server(here: World) -> None:
    await here.ask(here.ana, "!tz Madrid", "Madrid")
    async with here.refuses("not_their_session"), here.hostile() as server:
        server.senders = {here.ben.user: here.ana.user}
        await here.ben.send(here.room, "!tz Tokyo")
        await here.seen()
    assert await here.zone(here.ana) == "Europe/Madrid"
    assert await here.zone(here.ben) != "Asia/Tokyo"


async def test_a_device_that_is_not_cross_signed(here: World) -> None:
    before = await here.zone(here.ben)
    mark = len(here.ana.messages)
    second = await here.ben.another_device(PASSWORD, cross_signed=False)
    async with second:
        await second.settled(here.room, here.ana.user)
        async with here.refuses("unsigned_device", 2):
            await second.send(here.room, "!tz Tokyo")
            await second.send(here.room, "!tz Tokyo")
        assert await here.zone(here.ben) == before != "Asia/Tokyo"
        # Its owner is told so that this device can read it, and so can everybody; it names nobody.
        told = [body for body in here.said(here.ana, mark) if "I did not act on this" in body]
        assert len(told) == 1
        assert here.ben.user not in told[0]
        explained = await second.hear("I did not act on this", of=here.steward.user)
        assert explained.body == told[0]
        assert explained.encrypted
        assert all(app in told[0] for app in ("Element X", "Cinny", "FluffyChat", "Nheko"))
        # It never gets another key, and `!status` says so.
        answer = await here.ask(here.ana, "!status", "fingerprint")
        assert (
            f"1 device cannot read me, because its owner has not verified it: {here.ben.user}"
            in (answer.body)
        )
        await second.until(lambda: len(second.unreadable) > 1)
        assert here.said(second) == [explained.body]
        # Once its owner has verified it, it is listened to.
        await second.cross_sign(here.ben.identity)
        await here.ask(second, "!tz Tokyo", "Tokyo")


async def test_a_person_without_an_identity(here: World) -> None:
    cleo = await here.member("cleo", cross_signed=False)
    async with here.refuses("no_identity"):
        await cleo.send(here.room, "!tz Tokyo")
    await cleo.cross_sign()
    assert await here.zone(cleo) == "UTC"


async def test_a_device_the_server_adds_to_a_members_list(here: World) -> None:
    await here.ask(here.ben, "!tz Madrid", "Madrid")
    ghost, bot = ForgedDevice(here.ben.user), await target(here)
    async with here.refuses("unsigned_device"), here.hostile() as server:
        server.devices = [ghost.keys()]
        server.changed = {here.ben.user}
        server.to_device = [ghost.room_key(bot, here.room)]
        server.timeline = [(here.room, ghost.says(here.room, "!tz Tokyo"))]
        await here.seen()
        answer = await here.ask(here.ana, "!status", "fingerprint")
        assert "cannot read me" in answer.body
        assert await here.zone(here.ben) == "Europe/Madrid"


async def test_a_device_cross_signed_by_somebody_else(here: World) -> None:
    """The server shows an identity of its own making beside the pinned one's devices."""
    await here.ask(here.ben, "!tz Madrid", "Madrid")
    ghost, bot = ForgedDevice(here.ben.user), await target(here)
    forged = CrossSigning.create()
    async with here.refuses("identity_changed"), here.hostile() as server:
        server.devices = [ghost.keys(forged)]
        server.identities = {here.ben.user: forged.public(here.ben.user)}
        server.changed = {here.ben.user}
        server.to_device = [ghost.room_key(bot, here.room)]
        server.timeline = [(here.room, ghost.says(here.room, "!tz Tokyo"))]
        await here.ana.send(here.room, "a new sync, please")
        await here.ana.hear(f"cryptographic identity of {here.ben.user} changed")
    # The server shows the truth again: nothing has to be accepted.
    async with here.hostile() as server:
        server.changed = {here.ben.user}
        await here.seen()
        assert await here.zone(here.ben) == "Europe/Madrid"


# -- a changed identity ----------------------------------------------------------------------------


async def test_a_changed_identity_is_suspended_until_another_lead_accepts_it(here: World) -> None:
    cleo = await here.member("cleo")
    await here.ana.api.set_power(here.room, cleo.user, 50)
    await here.ask(cleo, "!tz Madrid", "Madrid")
    mark = len(here.ana.messages)
    await new_identity(cleo)
    warning = f"cryptographic identity of {cleo.user} changed"
    await here.ana.hear(warning, since=mark)
    async with here.refuses("identity_changed", 2):
        await cleo.send(here.room, "!tz Tokyo")
        await cleo.send(here.room, f"!identity accept {cleo.user}")
    assert sum(warning in body for body in here.said(here.ana, mark)) == 1
    # What was said meanwhile was not for the new identity.
    assert not any("fingerprint" in body for body in here.said(cleo, 0)[-1:])

    await here.ask(here.ben, f"!identity accept {cleo.user}", "for leads")
    status = await here.ask(here.ana, "!status", "fingerprint")
    assert f"New identity, not accepted yet: {cleo.user}" in status.body
    await here.ask(here.ana, f"!identity accept {cleo.user}", "first look")
    await here.ask(here.ana, f"!identity accept {cleo.user}", "Accepted")
    assert await here.zone(cleo) == "Europe/Madrid"


# -- what is in the ciphertext ---------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["m.room.power_levels", "m.room.member", "m.room.create"])
async def test_state_inside_a_ciphertext(here: World, kind: str) -> None:
    contents: dict[str, JsonObject] = {
        "m.room.power_levels": {"users": {here.ben.user: 100}},
        "m.room.member": {"membership": "join"},
        "m.room.create": {"room_version": "12", "additional_creators": [here.ben.user]},
    }
    async with here.refuses("state_in_ciphertext"):
        await here.ben.send_event(here.room, kind, contents[kind])
    await here.ask(here.ben, "!setup name=Hijacked", "for leads")


async def test_a_message_meant_for_another_room(here: World) -> None:
    """A device that shares one session in two rooms does not make them one."""
    cleo = await here.member("cleo")
    await here.ask(cleo, "!tz Madrid", "Madrid")
    device, bot = ForgedDevice(cleo.user), await target(here)
    assert cleo.identity is not None
    elsewhere = device.says("!elsewhere:committee.test", "!tz Tokyo")
    async with here.refuses("other_room"), here.hostile() as server:
        server.devices = [device.keys(cleo.identity)]
        server.changed = {cleo.user}
        device.megolm = vodozemac.GroupSession()
        server.to_device = [device.room_key(bot, here.room)]
        elsewhere = device.says("!elsewhere:committee.test", "!tz Tokyo")
        server.timeline = [
            (here.room, elsewhere),
            # The same device, by the rules: shows that only the room was wrong.
            (here.room, device.says(here.room, "!tz Lagos")),
        ]
        await here.seen()
        assert await here.zone(cleo) == "Africa/Lagos"


# -- again -----------------------------------------------------------------------------------------


async def test_a_restart_forgets_neither_what_was_run_nor_who_changed(here: World) -> None:
    cleo = await here.member("cleo")
    await here.ask(cleo, "!tz Madrid", "Madrid")
    sealed = await here.ben.encrypt(
        here.room, "m.room.message", {"msgtype": "m.text", "body": "!tz Tokyo"}
    )
    await here.ben.api.send_clear(here.room, "m.room.encrypted", sealed)
    await here.ben.hear("Asia/Tokyo", of=here.steward.user)
    await here.ask(here.ben, "!tz Madrid", "Madrid")
    await new_identity(cleo)
    await here.ana.hear(f"cryptographic identity of {cleo.user} changed")
    await here.steward.restart()
    async with here.refuses("replayed"):
        await here.ben.api.send_clear(here.room, "m.room.encrypted", sealed)
    assert await here.zone(here.ben) == "Europe/Madrid"
    async with here.refuses("identity_changed"):
        await cleo.send(here.room, "!tz Tokyo")
    await here.ask(here.ana, "!identity", cleo.user)
    await here.ask(here.ana, f"!identity accept {cleo.user}", "Accepted")
    assert await here.zone(cleo) == "Europe/Madrid"


async def test_the_same_event_delivered_twice_is_run_once(here: World) -> None:
    cleo = await here.member("cleo")
    event_id = await cleo.send(here.room, "!tz Tokyo")
    await cleo.hear("Tokyo", of=here.steward.user)
    await here.ask(cleo, "!tz Madrid", "Madrid")
    event = await cleo.api.call("GET", f"/rooms/{quoted(here.room)}/event/{quoted(event_id)}")
    async with here.hostile() as server:
        server.timeline = [(here.room, event), (here.room, event)]
        await here.seen()
        assert await here.zone(cleo) == "Europe/Madrid"


async def test_somebody_elses_message_sent_again_as_ones_own(here: World) -> None:
    """A member who holds the room key cannot pass another's words off as their own command."""
    before = await here.zone(here.ben)
    sealed = await here.ana.encrypt(
        here.room, "m.room.message", {"msgtype": "m.text", "body": "!tz Lagos"}
    )
    async with here.refuses("not_their_session"):
        await here.ben.api.send_clear(here.room, "m.room.encrypted", sealed)
    assert await here.zone(here.ben) == before
    # And it is not thereby used up: its author may still send it.
    await here.ana.api.send_clear(here.room, "m.room.encrypted", sealed)
    await here.ana.hear("Africa/Lagos", of=here.steward.user)


@pytest.mark.parametrize("where", ["in clear", "in the ciphertext"])
async def test_an_edit_of_an_old_message(here: World, where: str) -> None:
    await here.ask(here.ben, "!tz Madrid", "Madrid")
    old = await here.ben.send(here.room, "just talking")
    mark = len(here.ben.messages)
    new = {"msgtype": "m.text", "body": "!tz Tokyo"}
    relation = {"rel_type": "m.replace", "event_id": old}
    async with here.refuses("edit"):
        if where == "in clear":
            sealed = await here.ben.encrypt(here.room, "m.room.message", new)
            sealed["m.relates_to"] = relation
            await here.ben.api.send_clear(here.room, "m.room.encrypted", sealed)
        else:
            edit = {**new, "m.new_content": new, "m.relates_to": relation}
            await here.ben.send_event(here.room, "m.room.message", edit)
    assert await here.zone(here.ben) == "Europe/Madrid"
    del mark


# -- in clear --------------------------------------------------------------------------------------


async def test_a_command_in_clear_in_an_encrypted_room(here: World) -> None:
    await here.ask(here.ben, "!tz Madrid", "Madrid")
    async with here.refuses("not_encrypted"):
        await here.ben.api.send_clear(
            here.room, "m.room.message", {"msgtype": "m.text", "body": "!tz Tokyo"}
        )
    assert await here.zone(here.ben) == "Europe/Madrid"


async def test_an_invitation_into_a_room_that_is_not_encrypted(here: World) -> None:
    async with here.refuses("invitation"):
        room = await here.ana.api.create_room(
            "In clear", invite=(here.steward.user,), encrypted=False
        )
        await here.ana.api.send_clear(
            room, "m.room.message", {"msgtype": "m.text", "body": "!tz Tokyo"}
        )
    # Not even gone in and left again.
    invited = await here.ana.api.state(room, "m.room.member", here.steward.user)
    assert invited["membership"] == "invite"


# -- who is no member ------------------------------------------------------------------------------


async def test_a_strangers_direct_chat(here: World) -> None:
    eve = await here.person("eve", listed=False)
    async with here.refuses("invitation"):
        room = await eve.direct(here.steward.user)
    invited = await eve.api.state(room, "m.room.member", here.steward.user)
    assert invited["membership"] == "invite"


async def test_somebody_allowed_to_invite_who_is_in_no_committee(here: World) -> None:
    dora = await here.person("dora")
    room = await here.open_direct(dora)
    async with here.refuses("stranger"):
        await dora.send(room, "!tz Tokyo")
    assert not any("Tokyo" in body for body in here.said(dora))


@pytest.mark.parametrize("how", ["left", "was removed"])
async def test_a_former_member(here: World, how: str) -> None:
    cleo = await here.member("cleo")
    room = await here.open_direct(cleo)
    await here.ask(cleo, "!tz Madrid", "Madrid", where=room)
    last = await cleo.encrypt(
        here.room, "m.room.message", {"msgtype": "m.text", "body": "!tz Tokyo"}
    )
    if how == "left":
        await cleo.api.leave(here.room)
    else:
        await here.ana.api.remove(here.room, cleo.user)
    await here.seen()
    mark = len(cleo.messages)
    async with here.refuses("stranger"):
        await cleo.send(room, "!tz Tokyo")
    async with here.refuses("not_a_member"), here.hostile() as server:
        # No homeserver would pass this on any more; a hostile one may.
        server.timeline = [(here.room, ForgedDevice(cleo.user).event(last))]
        await here.seen()
    assert here.said(cleo, mark, where=room) == []
    await here.ana.api.invite(here.room, cleo.user)
    await cleo.settled(here.room, here.steward.user)
    await here.ana.settled(here.room, cleo.user)
    assert await here.zone(cleo, room) == "Europe/Madrid"
