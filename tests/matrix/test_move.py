"""The bot goes on under another account: everything is kept, people are told, the old account is ended."""

import re
import signal
from pathlib import Path

from bot.process import failpoints
from bot.process.exit_codes import ExitCode
from demo.cross_signing import chain_holds
from demo.homeserver import Homeserver
from demo.matrix_api import MatrixApi
from demo.steward import Steward
from tests.support.committee import PASSWORD, Committee


async def at_work(committee: Committee) -> None:
    """A committee with a name and a contact, in a coalition."""
    steward, ana = committee.steward, committee.ana
    await committee.say(ana, '!setup name="Night shift" tz=Madrid', "Night shift")
    direct = await committee.open_direct(ana)
    await ana.ask(direct, "!contact add Kim Park", "M-1", of=steward.user, where=direct)
    await ana.ask(direct, '!coalition new "Nights"', "Nights", of=steward.user, where=direct)


async def move(bot: Steward, user: str, *more: str) -> str:
    options = ("--password-file", str(bot._password_file), "--yes", *more)
    status, output = await bot.command(
        "move", "--homeserver", bot.homeserver, "--user", user, *options
    )
    assert status == ExitCode.OK, output
    bot.user = user
    return output


async def knows(committee: Committee, user: str) -> None:
    """Ana opens a direct chat with the new account, and her contact is there."""
    ana = committee.ana
    direct = await ana.direct(user)
    await ana.settled(direct, user)
    await ana.ask(direct, "!contact show M-1", "Kim Park", of=user, where=direct, seconds=40)


async def test_everything_goes_on_in_the_same_room(
    homeserver: Homeserver, committee: Committee, tmp_path: Path
) -> None:
    steward, ana, room = committee.steward, committee.ana, committee.room
    await at_work(committee)
    former = steward.user
    new = await homeserver.register(
        f"moved-{tmp_path.name[-6:].lower()}-{ana.device.lower()}", PASSWORD
    )

    # While it runs nothing is touched.
    status, output = await steward.command(
        *("move", "--homeserver", steward.homeserver, "--user", new, "--yes"),
        *("--password-file", str(steward._password_file)),
    )
    assert status == ExitCode.LOCKED, output

    await steward.stop()
    output = await move(steward, new)
    assert "is in the rooms of 1 committees already" in output
    assert "Recovery key, shown only this once" in output
    assert "1 committees were in a coalition" in output
    members = await ana.api.members(room)
    assert new in members
    assert former not in members
    assert steward.config.read_text().count(new) == 1

    await steward.start()
    hello = await ana.hear("Hello again", of=new, where=room, seconds=40)
    assert former in hello.body
    await ana.hear("know my old account alone", of=new, seconds=40)
    await knows(committee, new)
    keys = await ana.api.keys_of(new)
    assert chain_holds(keys, new, next(iter(keys["device_keys"][new])))
    # The old account has no session of ours any more.
    async with MatrixApi(homeserver.url) as elsewhere:
        await elsewhere.login(former, PASSWORD, "elsewhere")
        devices = (await elsewhere.call("GET", "/devices"))["devices"]
        assert [each["display_name"] for each in devices] == ["elsewhere"]
    # Said once, however often it starts.
    await steward.restart()
    await ana.ask(room, "!tz", "Madrid", of=new, where=room, seconds=40)
    said = [each for each in ana.messages if each.room == room and "Hello again" in each.body]
    assert len(said) == 1


async def test_killed_at_every_step_it_is_gone_on_from(
    homeserver: Homeserver, committee: Committee, tmp_path: Path
) -> None:
    steward = committee.steward
    await at_work(committee)
    former = steward.user
    new = await homeserver.register(
        f"kill-{tmp_path.name[-6:].lower()}-{committee.ana.device.lower()}", PASSWORD
    )
    await steward.stop()
    for point in failpoints.CHANGING_ACCOUNT:
        steward._environment["STEWARD_FAILPOINT"] = point
        status, output = await steward.command(
            *("move", "--homeserver", steward.homeserver, "--user", new, "--yes"),
            *("--password-file", str(steward._password_file)),
        )
        assert status == -signal.SIGKILL, (point, output)
    del steward._environment["STEWARD_FAILPOINT"]
    output = await move(steward, new)
    assert "could not be ended" not in output
    assert former not in await committee.ana.api.members(committee.room)
    status, output = await steward.command(
        *("move", "--homeserver", steward.homeserver, "--user", new, "--yes"),
        *("--password-file", str(steward._password_file)),
    )
    assert status == ExitCode.USAGE, output
    assert "already" in output
    await steward.start()
    await committee.ana.hear("Hello again", of=new, where=committee.room, seconds=40)
    await knows(committee, new)


async def test_a_committee_comes_back_with_a_new_room_by_its_code(
    homeserver: Homeserver, committee: Committee, tmp_path: Path
) -> None:
    """Nobody can be invited into the old room: a lead brings the records to a new one."""
    steward, ana, ben = committee.steward, committee.ana, committee.ben
    await at_work(committee)
    levels = await ana.api.state(committee.room, "m.room.power_levels")
    await ana.api.set_state(committee.room, "m.room.power_levels", {**levels, "invite": 100})
    new = await homeserver.register(
        f"code-{tmp_path.name[-6:].lower()}-{ana.device.lower()}", PASSWORD
    )
    await steward.stop()
    output = await move(steward, new)
    codes = re.findall(r"!moved ([A-Z2-9]{12})", output)
    assert len(codes) == 1
    await steward.start()

    room = await ana.encrypted_room("Committee", invite=[ben.user])
    await ana.settled(room, ben.user)
    await ana.api.invite(room, new)
    await ana.settled(room, ben.user, new)
    await ana.hear("Hello, I am Steward", of=new, where=room, seconds=40)
    await ana.ask(room, "!moved ABCDEFGHJKMN", "do not know this code", of=new, where=room)
    await ana.ask(room, f"!moved {codes[0]}", "Night shift", of=new, where=room)
    await ana.hear("know my old account alone", of=new, seconds=40)
    await knows(committee, new)
    await ana.ask(room, f"!moved {codes[0]}", "or it was used", of=new, where=room)
