"""The bot is killed once at every named point; nothing is lost, nothing happens twice."""

import re
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.process import failpoints
from demo.cross_signing import chain_holds
from demo.homeserver import Homeserver
from demo.organizer import Organizer
from demo.steward import Steward
from tests.crash.ledger import Ledger, inside
from tests.support.committee import PASSWORD, Committee, SignIn

RECOVERY_KEY = re.compile(r"^ {4}\S.*$", re.MULTILINE)
FIRST_WORDS = {"before_keys", "within_keys", "after_keys"}
"""Points that are passed when a person's first room key arrives."""


async def killed_at(steward: Steward, point: str) -> None:
    """Start the bot and wait until it has killed itself there."""
    await steward.start({"STEWARD_FAILPOINT": point}, wait=False)
    try:
        status = await steward.ended(60)
    except subprocess.TimeoutExpired:
        pytest.fail(f"{point} was not reached:\n{steward.log()[-3000:]}")
    assert status == -signal.SIGKILL, f"{point}:\n{steward.log()[-3000:]}"


async def test_every_point_lies_where_it_says() -> None:
    """A point that nothing reaches would test nothing."""
    sources = [*Path("bot").rglob("*.py")]
    text = "\n".join(path.read_text() for path in sources)
    for point in failpoints.POINTS:
        assert text.count(f'reach("{point}")') >= 1, point


@pytest.mark.nightly
async def test_killed_while_setting_up(
    homeserver: Homeserver, unique: Callable[[str], str], tmp_path: Path
) -> None:
    """Each interruption is taken up by the same command; one identity, one key on paper."""
    user = await homeserver.register(unique("steward"), PASSWORD)
    async with Steward(tmp_path / "bot", homeserver.url, user, PASSWORD) as steward:
        shown = []
        for point in failpoints.SETTING_UP:
            steward._environment["STEWARD_FAILPOINT"] = point
            status, output = await _init(steward)
            assert status == -signal.SIGKILL, f"{point}: {output}"
            shown += RECOVERY_KEY.findall(output)
        del steward._environment["STEWARD_FAILPOINT"]
        output = await steward.init()
        shown += RECOVERY_KEY.findall(output)
        assert len(shown) == 1
        again = await steward.init()
        assert not RECOVERY_KEY.findall(again)
        assert "The bot's identity: " in output
        assert _identity(again) == _identity(output)
        await steward.start()
        async with await Organizer.sign_in(
            homeserver.url, await homeserver.register(unique("ana"), PASSWORD), PASSWORD
        ) as ana:
            published = await ana.api.keys_of(user)
            devices = published["device_keys"][user]
            assert len(devices) == 1
            assert chain_holds(published, user, next(iter(devices)))
        assert await steward.stop() == 0


async def _init(steward: Steward) -> tuple[int, str]:
    words = ["--homeserver", steward.homeserver, "--user", steward.user, "--yes", "--fast-kdf"]
    words += ["--password-file", str(steward._password_file)]
    words += ["--passphrase-file", str(steward._passphrase_file)]
    words += ["--data-dir", str(steward.data), "--allow-inviter", steward.inviters[0]]
    return await steward.command("init", *words)


def _identity(output: str) -> str:
    return output.partition("The bot's identity: ")[2].partition("\n")[0]


@pytest.mark.nightly
async def test_killed_before_the_first_page_of_a_database(
    homeserver: Homeserver, unique: Callable[[str], str], tmp_path: Path
) -> None:
    """The file is made before anything is written into it; only `init` may begin it again."""
    user = await homeserver.register(unique("steward"), PASSWORD)
    async with Steward(tmp_path / "bot", homeserver.url, user, PASSWORD) as steward:
        steward._environment["STEWARD_FAILPOINT"] = "after_keyslots"
        await _init(steward)
        steward.data.joinpath("app.db").touch(mode=0o600)
        steward._environment["STEWARD_FAILPOINT"] = "after_token"
        await _init(steward)
        steward.data.joinpath("nio.db").touch(mode=0o600)
        del steward._environment["STEWARD_FAILPOINT"]
        await steward.init()
        await steward.start()
        await steward.stop()
        # Once it is set up, an empty database is damage and stays as evidence.
        steward.data.joinpath("app.db").write_bytes(b"")
        steward.data.joinpath("app.db-wal").unlink(missing_ok=True)
        status, output = await _init(steward)
        assert status == 12, output
        assert steward.data.joinpath("app.db").stat().st_size == 0


@pytest.mark.timeout(240)
async def test_killed_at_every_point(committee: Committee, sign_in: SignIn) -> None:
    """One bot, killed at one point after the other, with commands waiting each time."""
    steward, ana, ben, room = committee.steward, committee.ana, committee.ben, committee.room
    ledger = Ledger(steward)
    ledger.watch(room, ana, ben)
    direct = await committee.open_direct(ben)
    await ben.hear(of=steward.user, where=direct)
    ledger.watch(direct, ben)
    await steward.stop()
    for point in failpoints.WORKING:
        if point in FIRST_WORDS:
            newcomer = await sign_in("newcomer")
            await ana.api.invite(room, newcomer.user)
            await newcomer.settled(room, steward.user, ana.user)
            await ledger.ask(newcomer, room, "!me")
        await ledger.add_contact(ben, direct)
        await ledger.ask(ana, room, "!me")
        await ledger.add_contact(ben, direct)
        await killed_at(steward, point)
    await steward.start()
    assert await ledger.answered(), steward.log()[-3000:]
    await steward.stop()
    table = await ledger.table()
    assert table.clean, table


@pytest.mark.nightly
@pytest.mark.timeout(240)
async def test_killed_while_going_in(committee: Committee, sign_in: SignIn) -> None:
    """Invitations are followed, rooms greeted and direct chats opened: once each."""
    steward, ana = committee.steward, committee.ana
    for point in ("after_invitation", "after_join", "after_greeting"):
        await steward.stop()
        room = await ana.direct(steward.user)
        mark = len(ana.messages)
        await killed_at(steward, point)
        await steward.start()
        await ana.hear(of=steward.user, where=room, since=mark)
        await ana.ask(room, "!help", of=steward.user, where=room)
        greetings = [m for m in ana.messages[mark:] if m.room == room and "belong here" in m.body]
        assert len(greetings) == 1, point
        await ana.api.remove(room, steward.user)
    await ana.ask(
        committee.room, '!setup name="Night shift" tz=Madrid', "Night shift", of=steward.user
    )
    for point in ("after_create", "after_direct"):
        person = await sign_in("newcomer")
        await ana.api.invite(committee.room, person.user)
        await person.settled(committee.room, steward.user, ana.user)
        # Who is new is told about people once the room knows of them.
        await ana.hear(f"{person.user} is new here", of=steward.user, where=committee.room)
        await steward.stop()
        await person.send(committee.room, f'!contact add "Person {point[6:]}" area=Search')
        await person.send(committee.room, "!due")
        await killed_at(steward, point)
        await steward.start()
        first = await person.hear("Person", of=steward.user)
        second = await person.hear("Nothing", of=steward.user)
        assert first.room == second.room != committee.room
        assert person.messages.index(first) < person.messages.index(second)
        assert set(person.invites) == {committee.room, first.room}, point
    await steward.all_sent()
    await steward.stop()
    async with inside(steward) as database, database.transaction() as tx:
        assert await tx.value("SELECT count(*) FROM outbox") == 0
        assert await tx.value("SELECT count(*) FROM invitations") == 0
