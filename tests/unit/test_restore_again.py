"""A restore that the homeserver delays goes on with the same command, and says where the bot is."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.keys import keyring
from bot.keys.data_key import Purpose
from bot.process.data_directory import DataDirectory
from bot.process.exit_codes import ExitCode
from storage.core.database import Database
from tests.support.small_homeserver import VERSIONS, small_homeserver
from tests.unit.test_cli import PASSPHRASE, PASSWORD, place, secret, steward, with_keys

__all__ = ["place"]

BUSY = json.dumps({"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 120_000}).encode()


@pytest.fixture
def limiting() -> Iterator[str]:
    """The address of a homeserver that takes no logins for two minutes."""
    with small_homeserver({**VERSIONS, "/login": (429, BUSY)}) as there:
        yield there.url


def backed_up(place: Path, homeserver: str) -> Path:
    """A backup of a bot that never ran."""
    config = with_keys(place)
    config.write_text(config.read_text("utf-8").replace("http://127.0.0.1:9", homeserver))
    with DataDirectory.open(place / "data") as directory:
        key = keyring.unlock(directory.keyslots, PASSPHRASE)

        async def make() -> None:
            path, sealed = directory.app_database, key.derive(Purpose.APP_DATABASE)
            await (await Database.open(path, sealed)).close()

        asyncio.run(make())
    target = place / "of today.backup"
    done = steward("backup", target, "--config", config)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"{target}: ")
    return target


def restored(place: Path, backup: Path) -> tuple[int, str]:
    done = steward(
        *("restore", backup, "--config", place / "new" / "config.toml"),
        *("--passphrase-file", place / "passphrase"),
        *("--password-file", secret(place / "password", PASSWORD)),
    )
    return done.returncode, done.stdout + done.stderr


def test_the_same_command_again_goes_on(place: Path, limiting: str) -> None:
    backup = backed_up(place, limiting)
    status, said = restored(place, backup)
    assert status == ExitCode.UNREACHABLE, said
    assert "takes none for 2 minutes" in said
    slots = (place / "new" / "data" / "keyslots.json").read_bytes()
    status, said = restored(place, backup)
    assert status == ExitCode.UNREACHABLE, said
    assert "The records were put there before; only the login is left." in said
    assert "is in use" not in said
    assert (place / "new" / "data" / "keyslots.json").read_bytes() == slots


def test_the_bot_itself_is_never_restored_over(place: Path, limiting: str) -> None:
    """The control: the keys are the same, but somebody has logged in."""
    backup = backed_up(place, limiting)
    restored(place, backup)
    (place / "new" / "data" / "nio.db").touch(mode=0o600)
    status, said = restored(place, backup)
    assert status == ExitCode.DATA_DIRECTORY
    assert "is in use: a backup is restored into an empty directory only" in said


def test_a_place_where_nothing_can_be_made_is_said_before_a_passphrase_is_read(
    place: Path, limiting: str
) -> None:
    backup = backed_up(place, limiting)
    secret(place / "passphrase", "an older passphrase")
    (place / "new").write_text("a file in the way")
    status, said = restored(place, backup)
    assert status == ExitCode.NOT_CREATED, said
    assert "passphrase" not in said.lower()


def test_what_comes_next_depends_on_the_committees_that_it_knows() -> None:
    from bot.config import Config  # noqa: PLC0415
    from bot.setup.initialisation import next_steps  # noqa: PLC0415

    config = Config(homeserver="https://example.org", user="@steward:example.org")
    new, known = (next_steps(Path("config.toml"), config, at_home=each) for each in (False, True))
    assert "type: !setup" in new
    assert "!setup" not in known
    assert "invite" not in known
    assert "type: !status" in known
    for said in (new, known):
        assert f"steward run --config {Path('config.toml').absolute()}" in said
        assert "steward recovery-key check" in said
