"""Backups of a real bot, and what another machine makes of them: nothing acknowledged is lost."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.process.exit_codes import ExitCode
from bot.process.failpoints import RESTORING
from demo.cross_signing import chain_holds
from demo.organizer import Organizer
from demo.steward import Steward
from tests.crash.ledger import Ledger
from tests.support.committee import Committee, Gathered, NewSteward, SignIn
from tests.support.moving import (
    KEY_ON_PAPER,
    UPLOAD,
    answered,
    backed_up,
    done,
    new_machine,
    offered_twice,
    onto,
    records,
    recovers_identity,
    refused_keys,
    restored,
    unlocking,
)
from tests.support.polling import SETTINGS, announced, ask, in_memory
from tests.support.proxy import FaultyProxy

RESTORED = "restored from a backup"


@contextlib.asynccontextmanager
async def pouring(ledger: Ledger, who: Organizer, room: str) -> AsyncIterator[None]:
    """New commands while the block lasts."""
    more = True

    async def pour() -> None:
        while more:
            await ledger.add_contact(who, room)

    task = asyncio.create_task(pour())
    try:
        yield
    finally:
        more = False
        await task


def said(committee: Committee, words: str) -> int:
    return sum(
        words in each.body and each.sender == committee.steward.user
        for each in committee.ana.messages
    )


async def devices(who: Organizer, user: str) -> set[str]:
    return set((await who.api.keys_of(user))["device_keys"][user])


@pytest.mark.timeout(600)
async def test_what_was_acknowledged_before_a_backup_under_load_is_there_on_a_new_machine(
    proxy: FaultyProxy, new_steward: NewSteward, gathered: Gathered, tmp_path: Path
) -> None:
    proxy.watched = (UPLOAD,)
    steward = await new_steward(through=proxy)
    await steward.start()
    committee = await gathered(steward, ben_signed_only=True)
    ana, ben, room, user = committee.ana, committee.ben, committee.room, steward.user
    before = await ana.api.keys_of(user)
    ledger, file = Ledger(steward), tmp_path / "a.backup"
    ledger.watch(room, ana, ben)

    async with pouring(ledger, ana, room):
        while len(acknowledged := answered(ledger)) < 5:
            await asyncio.sleep(0.1)
            await ledger._unanswered()
        started = time.monotonic()
        await backed_up(steward, file)
        took = time.monotonic() - started
        await asyncio.sleep(0.5)
    await steward.kill()
    assert "is whole and opens" in await done(
        steward, "backup", str(file), "--check", *unlocking(steward)
    )

    async with new_machine(tmp_path / "n", steward) as machine:
        started = time.monotonic()
        shown = await restored(machine, file)
        assert "recovery key is not shown again" in shown
        await machine.start()
        await ben.ask(room, "!tz Madrid", "Madrid", of=user, where=room, seconds=60)
        print(  # noqa: T201 (the figures are worth having)
            f"\n{len(acknowledged)} acknowledged before the backup, which took {took:.1f} s; "
            f"restored and conversing after {time.monotonic() - started:.1f} s"
        )
        assert ben.refused == []
        await ana.hear(RESTORED, of=user, where=room)
        await _is_the_same_with_a_new_device(ana, user, before)
        mark = len(ana.messages)
        await machine.restart()
        status = await ana.ask(room, "!status", "backup:", of=user, where=room)
        assert "backup: none" not in status.body
        assert not any(RESTORED in each.body for each in ana.messages[mark:])
        assert said(committee, RESTORED) == 1
        assert said(committee, "could not read") == 0
        await machine.stop()
        names, handled = await records(machine)
    assert {each.contact for each in acknowledged} <= set(names)
    assert {each.event_id for each in acknowledged} <= handled
    assert max(names.values()) == 1
    assert refused_keys(proxy) == []
    assert offered_twice(proxy) == []


async def _is_the_same_with_a_new_device(
    who: Organizer, user: str, before: dict[str, dict[str, dict[str, object]]]
) -> None:
    after = await who.api.keys_of(user)
    (device,) = after["device_keys"][user]
    assert device not in before["device_keys"][user], "a ghost, or the lost device again"
    assert chain_holds(after, user, device)
    for kind in ("self_signing_keys", "user_signing_keys"):
        assert after.get(kind, {}).get(user) == before.get(kind, {}).get(user)
    master = "master_keys"
    assert after[master][user]["keys"] == before[master][user]["keys"]


@pytest.mark.timeout(600)
async def test_an_older_backup_heals_itself_and_ends_a_bot_that_still_runs(
    committee: Committee, sign_in: SignIn, tmp_path: Path
) -> None:
    steward, ana, ben, room = committee.steward, committee.ana, committee.ben, committee.room
    direct = await committee.open_direct(ana)
    await ana.ask(direct, "!contact add Kim Park", "M-1", of=steward.user, where=direct)
    file = tmp_path / "old.backup"
    await backed_up(steward, file)
    # What the backup does not know: records, somebody new in the room, somebody who left.
    await ana.ask(direct, "!contact add Lou Reyes", "M-2", of=steward.user, where=direct)
    for _ in range(5):
        await committee.say(ana, "!tz Lagos", "Lagos")
    cleo = await sign_in("cleo", signed_only=True)
    await ana.api.invite(room, cleo.user)
    await cleo.settled(room, steward.user, ana.user)
    await ben.api.leave(room)
    await ana.until(lambda: not ana._encryption.knows(room, (ben.user,)))
    await committee.say(ana, "!tz Madrid", "Madrid")

    async with new_machine(tmp_path / "n", steward) as machine:
        await restored(machine, file)
        assert await steward.ended() == ExitCode.TOKEN_REJECTED
        await machine.start()
        note = await ana.hear(RESTORED, of=steward.user, where=room)
        assert "please say it again" in note.body
        await cleo.ask(room, "!tz Tokyo", "Tokyo", of=steward.user, where=room)
        shown = await ana.ask(direct, "!contact show M-1", "Kim", of=steward.user, where=direct)
        assert shown.encrypted
        await ana.ask(direct, "!contact add Lou Reyes", "M-2", of=steward.user, where=direct)
        assert said(committee, "could not read") == 0
        assert said(committee, RESTORED) == 1
        assert "ERROR" not in machine.log().upper().replace("NO ERROR", "")
        await machine.stop()
        names, _ = await records(machine)
    assert names == {"Kim Park": 1, "Lou Reyes": 1}


@pytest.mark.timeout(600)
async def test_what_was_sent_but_not_noted_is_not_sent_again_by_the_new_device(
    committee: Committee, tmp_path: Path
) -> None:
    """Killed between sending and noting it; backed up like that, by opening the files."""
    steward, ana, room = committee.steward, committee.ana, committee.room
    ledger = Ledger(steward)
    ledger.watch(room, ana)
    await steward.stop()
    await steward.start({"STEWARD_FAILPOINT": "after_send"})
    await ledger.add_contact(ana, room)
    assert await steward.ended() < 0
    await backed_up(steward, tmp_path / "b")
    async with new_machine(tmp_path / "n", steward) as machine:
        await restored(machine, tmp_path / "b")
        await machine.start()
        await ana.hear(RESTORED, of=steward.user, where=room)
        await ana.ask(room, "!tz Madrid", "Madrid", of=steward.user, where=room)
        await machine.all_sent()
        await machine.stop()
        ledger.steward = machine
        table = await ledger.table()
    assert table.answered_twice == ()
    assert table.executed_twice == ()
    assert table.unanswered == ()
    assert table.left_in_outbox == 0


@pytest.fixture
def memory() -> Iterator[Path]:
    with in_memory() as made:
        yield made


@pytest.mark.timeout(600)
async def test_a_backup_during_a_secret_poll_has_no_ballot_and_says_so(
    new_steward: NewSteward,
    gathered: Gathered,
    sign_in: SignIn,
    memory: Path,
    tmp_path: Path,
) -> None:
    steward = await new_steward(settings=SETTINGS.format(keys=memory))
    await steward.start()
    committee = await gathered(steward)
    people = [committee.ana, committee.ben, await sign_in("chi")]
    ana, _, chi = people
    await ana.api.invite(committee.room, chi.user)
    await asyncio.gather(*(each.settled(committee.room, chi.user, steward.user) for each in people))
    question = "Shall the cormorants strike on Friday?"
    await ask(committee, f'!poll yesno "{question}" closes=3h')
    await announced(committee, question)
    assert list(memory.rglob("*.key"))
    file = tmp_path / "b"
    await backed_up(steward, file)
    await steward.kill()
    async with new_machine(tmp_path / "n", steward) as machine:
        await restored(machine, file)
        await machine.start()
        note = await ana.hear(RESTORED, of=steward.user, where=committee.room)
        assert "without a result" in note.body
        await ana.ask(committee.room, "!poll list", "No secret poll is open", of=steward.user)
        # Those of the bot that was killed are its own: no other bot of this machine touches them.
        first = (steward.data / "poll-keys").read_text().strip()
        theirs = {path.parent.name for path in memory.rglob("*.key")}
        assert theirs <= {first}, "keys of boxes that are in no backup"


@pytest.mark.timeout(600)
async def test_keys_change_and_the_same_device_goes_on(
    committee: Committee, tmp_path: Path
) -> None:
    steward, ana, room = committee.steward, committee.ana, committee.room
    before = await devices(ana, steward.user)
    status, output = await steward.command("rotate-key")
    assert status == ExitCode.LOCKED, output
    (first,) = KEY_ON_PAPER.findall(await done(steward, "recovery-key", "replace"))
    assert await recovers_identity(steward, first)
    await steward.stop()
    (second,) = KEY_ON_PAPER.findall(await done(steward, "rotate-key"))
    assert await _is_recovery_key(steward, second, tmp_path)
    assert not await _is_recovery_key(steward, first, tmp_path)
    await steward.start()
    await committee.say(ana, "!tz Madrid", "Madrid")
    assert await devices(ana, steward.user) == before
    assert await recovers_identity(steward, second)
    assert not await recovers_identity(steward, first)
    fresh = tmp_path / "fresh"
    fresh.touch(mode=0o600)
    fresh.write_text("quite another passphrase\n")
    await done(steward, "passphrase", "--new-passphrase-file", str(fresh), "--fast-kdf")
    await steward.stop()
    await steward.start(wait=False)
    assert await steward.ended() == ExitCode.WRONG_PASSPHRASE
    steward._passphrase_file.write_text(fresh.read_text())
    await steward.start()
    await ana.ask(room, "!tz Lagos", "Lagos", of=steward.user, where=room)


async def _is_recovery_key(steward: Steward, key: str, scratch: Path) -> bool:
    paper = scratch / "paper"
    paper.touch(mode=0o600)
    paper.write_text(key + "\n")
    status, _ = await steward.command("recovery-key", "check", "--passphrase-file", str(paper))
    assert status in {0, ExitCode.WRONG_PASSPHRASE}
    return status == 0


@pytest.mark.timeout(600)
@pytest.mark.parametrize("online", [True, False])
async def test_panic_stops_the_bot_and_leaves_nothing_that_opens(
    online: bool,  # noqa: FBT001 (a parameter of the test)
    proxy: FaultyProxy,
    new_steward: NewSteward,
    sign_in: SignIn,
    tmp_path: Path,
) -> None:
    steward = await new_steward(through=proxy)
    await steward.start()
    ana = await sign_in("ana")
    assert await devices(ana, steward.user)
    passphrase = steward._passphrase_file.read_text()
    proxy.away = not online
    output = await done(steward, "panic", "--yes")
    assert await steward.ended() == 0
    assert ("The bot's login is ended." in output) is online
    assert "flash disk" in output
    assert not steward.data.exists() or list(steward.data.iterdir()) == []
    assert not steward._passphrase_file.exists()
    proxy.away = False
    steward._secret("passphrase", passphrase.strip())
    status, _ = await steward.command("run")
    assert status == ExitCode.DATA_DIRECTORY
    left = (await ana.api.keys_of(steward.user))["device_keys"].get(steward.user, {})
    assert bool(left) is not online


@pytest.mark.nightly
@pytest.mark.timeout(600)
async def test_killed_while_restoring_it_can_be_gone_on_with(
    committee: Committee, tmp_path: Path
) -> None:
    steward, ana, room = committee.steward, committee.ana, committee.room
    await backed_up(steward, tmp_path / "b")
    await steward.kill()
    async with new_machine(tmp_path / "n", steward) as machine:
        for point in (*RESTORING, "after_identity"):
            machine._environment["STEWARD_FAILPOINT"] = point
            words = onto(machine, tmp_path / "b")
            if point in RESTORING:
                status, output = await machine.command("restore", *words)
            else:
                status, output = await machine.command("init", *words[-2:])
            assert status < 0, f"{point}: {output}"
        del machine._environment["STEWARD_FAILPOINT"]
        await done(machine, "init", *onto(machine, tmp_path / "b")[-2:])
        await machine.start()
        await ana.hear(RESTORED, of=steward.user, where=room)
        await ana.ask(room, "!tz Madrid", "Madrid", of=steward.user, where=room)
        assert len(await devices(ana, steward.user)) == 1


@pytest.mark.timeout(600)
async def test_restoring_needs_an_empty_place_and_the_right_words(
    committee: Committee, tmp_path: Path
) -> None:
    steward = committee.steward
    file = tmp_path / "b"
    await backed_up(steward, file)
    status, output = await steward.command("backup", str(file))
    assert status == ExitCode.NOT_CREATED
    assert "was not touched" in output
    status, output = await steward.command("restore", *onto(steward, file))
    assert status == ExitCode.DATA_DIRECTORY
    assert "empty directory only" in output
    async with new_machine(tmp_path / "n", steward) as machine:
        machine._passphrase_file.write_text("some other passphrase\n")
        status, output = await machine.command("restore", *onto(machine, file))
        assert status == ExitCode.WRONG_PASSPHRASE
        assert not machine.data.exists()
        assert not machine.config.exists()
