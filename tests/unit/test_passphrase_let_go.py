"""A running bot holds its passphrase no longer than it takes to unlock."""

import sys
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from types import FrameType

import pytest

import bot.app
from bot.cli.run import run
from bot.keys import keyring
from bot.keys.data_key import DataKey
from bot.logging import logs
from bot.process import memory
from bot.process.data_directory import DataDirectory
from bot.process.exit_codes import ExitCode

PASSPHRASE = "correct horse battery staple"


def set_up(place: Path) -> Path:
    """Make a data directory with keys, and its configuration; the path of that."""
    data, secret, config = place / "data", place / "passphrase", place / "config.toml"
    with DataDirectory.open(data) as directory:
        keyring.create(directory.keyslots, PASSPHRASE, cost=keyring.FAST)
    secret.write_text(f"{PASSPHRASE}\n")
    secret.chmod(0o600)
    config.write_text(
        'homeserver = "http://127.0.0.1:9"\nuser = "@steward:example.org"\n'
        f'data_dir = "{data}"\npassphrase_file = "{secret}"\n'
    )
    return config


def frames() -> Iterator[FrameType]:
    """Everything that is being done, in all threads."""
    for last in sys._current_frames().values():
        frame: FrameType | None = last
        while frame is not None:
            yield frame
            frame = frame.f_back


def test_nothing_at_work_holds_the_passphrase_once_it_has_unlocked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config, seen = set_up(tmp_path), list[str]()

    async def running(
        _config: object, _directory: object, unlocked: Future[DataKey], *, take_over: bool
    ) -> ExitCode:
        assert not take_over
        unlocked.result()
        own = [frame for frame in frames() if frame.f_globals.get("__name__") == "bot.cli.run"]
        assert own, "it is running within the command"
        seen.extend(frame.f_code.co_name for frame in own if PASSPHRASE in frame.f_locals.values())
        return ExitCode.OK

    monkeypatch.setattr(bot.app, "run", running)
    # What it does to the whole process is not for the tests after this one.
    monkeypatch.setattr(logs, "install", lambda *_, **__: None)
    monkeypatch.setattr(memory, "look_only_at_new", lambda: None)
    assert run(config) is ExitCode.OK
    assert seen == []
