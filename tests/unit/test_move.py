"""`steward move` that is refused leaves everything as it was, and no device behind."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli import command_line
from bot.keys import keyring
from bot.keys.data_key import Purpose
from bot.logging import logs
from bot.process.data_directory import DataDirectory
from bot.process.exit_codes import ExitCode
from storage.chat.account_move import AccountLogin, AccountMove, AccountMoves
from storage.chat.committees import Committees
from storage.chat.facts import Facts
from storage.core.copying import WITHOUT_LOGIN
from storage.core.database import Database
from storage.core.model import CommitteeId, RoomId
from storage.core.rows import moment
from storage.polls.ballots import Ballots
from storage.polls.sealed import Label
from tests.support.small_homeserver import LOGGED_IN, USER, small_homeserver
from tests.unit.test_causes_at_init import FORBIDDEN, FOREIGN
from tests.unit.test_cli import CHEAP, PASSPHRASE, PASSWORD, configured, place, secret

__all__ = ["place"]

NEW = "@new:localhost"
NOW = moment(1_800_000_000_000)
AS_NEW = {
    **LOGGED_IN,
    "POST /login": (200, {"user_id": NEW, "device_id": "NEWDEVICE", "access_token": "made"}),
}


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    installed = logs.install("critical")
    yield
    installed.undo()


def logged_in(place: Path, *, polls: int = 0) -> Path:
    """A bot that was set up, with a committee and so many open polls."""

    async def fill(directory: DataDirectory, key: keyring.DataKey) -> None:
        database = await Database.open(directory.app_database, key.derive(Purpose.APP_DATABASE))
        async with database.transaction() as tx:
            await Facts(tx).put("device_id", "OLDDEVICE")
            await Facts(tx).put("access_token", "canary-token")
            await Committees(tx).add(RoomId("!room:localhost"), "Night shift", "UTC", NOW)
        await database.close()
        ballots = await Ballots.open(directory.ballots, key.derive(Purpose.BALLOTS))
        for number in range(polls):
            label = Label(f"P{number}", "!room:localhost")
            await ballots.insert(label, 1_900_000_000_000, bytes(32), bytes(4096))
        await ballots.close()

    with DataDirectory.open(place / "data") as directory:
        key, _recovery = keyring.create(directory.keyslots, PASSPHRASE, cost=CHEAP)
        asyncio.run(fill(directory, key))
    secret(place / "passphrase", PASSPHRASE)
    return configured(place, 'passphrase_file = "passphrase"\n')


def move(config: Path, homeserver: str, *more: str, user: str = NEW) -> Result:
    words = [
        *("move", "--config", str(config), "--homeserver", homeserver, "--user", user, "--yes"),
        *("--password-file", str(secret(config.parent / "password", PASSWORD)), *more),
    ]
    ended = CliRunner().invoke(command_line.app, words)
    assert "canary" not in ended.output
    assert "our side" not in ended.output, ended.output
    return ended


async def kept(place: Path) -> tuple[str | None, str | None]:
    key = keyring.unlock(place / "data" / "keyslots.json", PASSPHRASE)
    database = await Database.open(place / "data" / "app.db", key.derive(Purpose.APP_DATABASE))
    try:
        async with database.transaction() as tx:
            assert len(await Committees(tx).all()) == 1
            return await Facts(tx).get("device_id"), await Facts(tx).get("access_token")
    finally:
        await database.close()


def test_what_is_refused_changes_nothing(place: Path) -> None:
    config = logged_in(place, polls=2)
    before = config.read_bytes()

    def unchanged(ended: Result, status: ExitCode, said: str) -> None:
        assert ended.exit_code == status, ended.output
        assert said in " ".join(ended.output.split())
        assert config.read_bytes() == before
        assert asyncio.run(kept(place)) == ("OLDDEVICE", "canary-token")

    unchanged(move(config, "http://127.0.0.1:9"), ExitCode.UNREACHABLE, "refused")
    unchanged(
        move(config, "http://127.0.0.1:9", user="new"), ExitCode.CONFIG, "full Matrix user id"
    )
    with small_homeserver(AS_NEW) as there:
        unchanged(move(config, there.url, user=USER), ExitCode.USAGE, f"The bot is {USER} already")
        unchanged(move(config, there.url), ExitCode.USAGE, "2 secret polls are open")
        assert not [each for each in there.heard if each.startswith("POST")]
    with small_homeserver({**AS_NEW, "POST /login": FORBIDDEN}) as there:
        ended = move(config, there.url, "--end-polls")
        unchanged(ended, ExitCode.LOGIN_REFUSED, "with this password")
    foreign = {**FOREIGN, "master_keys": {NEW: FOREIGN["master_keys"][USER]}}
    with small_homeserver({**AS_NEW, "/keys/query": (200, foreign)}) as there:
        ended = move(config, there.url, "--end-polls")
        unchanged(ended, ExitCode.IDENTITY_CONFLICT, "already has a cross-signing identity")
        assert there.heard[-1].endswith("/logout")
    with DataDirectory.open(place / "data"):
        unchanged(move(config, "http://127.0.0.1:9"), ExitCode.UNREACHABLE, "refused")


def test_a_variable_that_says_another_user_is_named(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = logged_in(place)
    monkeypatch.setenv("STEWARD_USER", USER)
    ended = move(config, "http://127.0.0.1:9")
    assert ended.exit_code == ExitCode.CONFIG
    assert "STEWARD_ variable" in ended.output


def test_codes_are_good_once(place: Path) -> None:
    """And what is kept is read back as it was written."""

    async def play() -> None:
        database = await Database.open(place / "app.db", bytes(32))
        old = AccountLogin("https://a.example.org", USER, "D", "T")
        made = AccountMove(old, USER, NEW, {"ABCDEFGHJKMN": "1", "NMKJHGFEDCBA": "2"}, (7,), (1,))
        async with database.transaction() as tx:
            moves = AccountMoves(tx)
            # As a release wrote it that knew no coalitions.
            earlier: dict[str, object] = {
                "old": None,
                "former": USER,
                "user": NEW,
                "codes": {},
                "told": [7],
            }
            assert AccountMove.from_json(json.dumps(earlier)).parted == ()
            assert await moves.last() is None
            assert await moves.of_code("ABCDEFGHJKMN") is None
            await moves.keep(made)
            assert await moves.last() == made
            found = await moves.of_code(" abcdefghjkmn ")
            assert found == 1
            assert await moves.parted(found)
            assert not await moves.parted(CommitteeId(2))
            await moves.use(found)
            assert await moves.of_code("ABCDEFGHJKMN") is None
            assert await moves.of_code("NMKJHGFEDCBA") == 2
            # No backup holds a login, that of the account before included.
            for statement, values in WITHOUT_LOGIN:
                await tx.execute(statement, values)
            kept = await moves.last()
            assert kept is not None
            assert (kept.old, kept.former, kept.told) == (None, USER, (7,))
        await database.close()

    asyncio.run(play())
