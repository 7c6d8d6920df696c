"""The configuration of a new bot: written anew, or agreed with the one that is there."""

import os
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import typer

from bot.config import Config, fault, load
from bot.process.data_directory import DataDirectory, write_private
from bot.process.exit_codes import ExitCode, Stop
from bot.process.file_trouble import present
from bot.setup import questions
from bot.setup.draft import absolute, draft_of, drafted, with_line
from bot.setup.homeserver import found_homeserver
from bot.setup.options import InitOptions, Say
from bot.setup.questions import ask, refuse_malformed


def agreed(wanted: InitOptions, config: Config, say: Say) -> Config:
    """The configuration that is there; what was mistyped is written anew as long as nobody has logged in.

    Raises Stop where options contradict it.
    """
    unborn = _is_unborn(DataDirectory(config.data_dir))
    if unborn and wanted.user is None and not wanted.yes and questions.somebody_there():
        typed = ask(
            "The bot's Matrix user id", lambda typed: fault("user", typed), say, config.user
        )
        wanted = replace(wanted, user=typed)
    differing = _differing(wanted, config)
    if not differing:
        say(f"{wanted.config} is already there and stays as it is; going on from it.")
        return config
    if not unborn or not differing.keys() <= {"user", "allow_inviters"}:
        raise Stop(
            ExitCode.CONFIG,
            f"{wanted.config} is already there and says something else for "
            f"{', '.join(differing)}. It was not changed. Edit it, or leave those options out, "
            "or give --config another name for another bot.",
        )
    refuse_malformed(wanted)
    text = wanted.config.read_text("utf-8")
    for key, value in differing.items():
        text = with_line(key, value, text)
    write_private(wanted.config, text.encode())
    say(f"{wanted.config} says it anew: {', '.join(differing)}. Nobody had logged in with it yet.")
    return load(wanted.config)


def _is_unborn(directory: DataDirectory) -> bool:
    """Whether no `init` came so far as to log in."""
    return not present(directory.recovery_key_shown) and not present(directory.nio_store)


def _differing(wanted: InitOptions, config: Config) -> dict[str, str | list[str]]:
    """The options that contradict the configuration, in its order and as they would stand in it."""
    given: list[tuple[str, object, object]] = [
        ("homeserver", wanted.homeserver and wanted.homeserver.rstrip("/"), config.homeserver),
        ("user", wanted.user, config.user),
        ("data_dir", wanted.data_dir and absolute(wanted.data_dir), config.data_dir),
        (
            "passphrase_file",
            wanted.passphrase_file and absolute(wanted.passphrase_file),
            config.passphrase_file,
        ),
        ("allow_inviters", wanted.allow_inviters, config.allow_inviters),
        ("ca_file", wanted.ca_file and absolute(wanted.ca_file), config.ca_file),
    ]
    return {
        name: list(asked) if isinstance(asked, tuple) else str(asked)
        for name, asked, there in given
        if asked and asked != there
    }


def _refuse_anothers_data(config: Config, path: Path) -> None:
    """Raise Stop where the data directory is that of a bot with another configuration."""
    for each in _beside_it(config, path):
        other = None
        # A file that cannot be read says nothing of whose the data are.
        with suppress(Stop, OSError):
            other = load(each)
        if other is not None and _same_place(other.data_dir, config.data_dir):
            own = config.data_dir.with_name(f"data-{path.stem}")
            raise Stop(
                ExitCode.DATA_DIRECTORY,
                f"{config.data_dir} belongs to {other.user} ({each}). Nothing was written. Give this bot "
                f"a directory of its own: --data-dir '{own}'",
            )


def _same_place(one: Path, other: Path) -> bool:
    return os.path.realpath(one) == os.path.realpath(other)


def _beside_it(config: Config, path: Path) -> list[Path]:
    """Other configurations beside the new one and beside its data."""
    folders = dict.fromkeys((path.absolute().parent, config.data_dir.parent))
    found = [each for folder in folders for each in sorted(folder.glob("*.toml"))]
    return [each for each in found if each != path.absolute()]


def write_config(wanted: InitOptions, say: Say) -> Config:
    """Write the answers, 0600, after checking them; what is wrong leaves no file behind."""
    path = wanted.config
    path.parent.mkdir(parents=True, exist_ok=True)
    with drafted(wanted) as (_text, config):
        _refuse_anothers_data(config, path)
        found = found_homeserver(config)
    if found != config.homeserver:
        say(f"{config.homeserver} names {found} as its homeserver.")
        wanted = replace(wanted, homeserver=found)
    with drafted(wanted) as (text, config):
        if not (wanted.yes or not questions.somebody_there()):
            say(f"\nThis goes into {path}:\n\n{text}")
            if not typer.confirm("Go on?", default=True, err=True):
                raise Stop(ExitCode.INTERRUPTED, "Nothing was written.")
        draft_of(path).replace(path)
    return config
