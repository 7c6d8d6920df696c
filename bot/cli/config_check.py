"""``steward config check``: what the configuration says and whether it can be used, without a network."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from enum import Enum
from pathlib import Path
from typing import Any, Final

from bot.cli import doctor
from bot.cli.doctor_case import Case
from bot.cli.finding import Finding, Severity
from bot.config import Config, ConfigProblems, load, tables
from bot.config.checks import Hidden
from bot.config.variables import from_dotenv, from_environment
from bot.keys import passphrase
from bot.matrix.http_session import trusting
from bot.matrix.outages import Outage
from bot.process import file_trouble
from bot.process.data_directory import DataDirectory
from bot.process.exit_codes import ExitCode, Stop

MEANINGS: Final[Mapping[str, str]] = {
    "homeserver": "where the bot's account lives",
    "user": "the bot's account",
    "data_dir": "where everything is kept, encrypted",
    "allow_inviters": "whose invitations the bot accepts",
    "leads": "the only leads, in every committee; none: each committee's own count",
    "passphrase_file": "opens the data at each start; not set: a person types the passphrase",
    "log_level": "how much is logged",
    "log_format": "the shape of log lines",
    "proxy": "every request goes through it",
    "ca_file": "authorities that are trusted beside the usual ones",
    "account.display_name": "the account's name in the rooms; empty: as it is",
    "account.avatar": "the account's picture; not set: Steward's own; none: no picture",
    "timeouts.request_seconds": "seconds for one request to the homeserver",
    "timeouts.long_poll_seconds": "seconds that the homeserver may keep a question for news open",
    "timeouts.unhealthy_after_seconds": "seconds without news at which status says that something is wrong",
    "timeouts.stop_seconds": "seconds that work in hand may take when the bot is stopped",
    "retention.handled_days": "days for which ids of handled messages are kept",
    "retention.uncontacted_days": "days after which people go to whom nobody has talked",
    "retention.left_days": "days after which people go who left the workplace",
    "retention.notes_days": "days after which free words go",
    "retention.closed_tests_days": "days after which names go in a closed structure test",
    "retention.views_days": "days for which it is known who looked at whom",
    "polls.k": "ballots below which no result is published",
    "polls.joined_hours": "hours that somebody has to be in the room to have a vote",
    "polls.shortest_minutes": "minutes that a poll is open at least, when all ballots are out",
    "polls.bots": "accounts of other bots, which have no vote",
    "polls.keys_dir": "where keys of open polls are kept, in memory alone",
    "polls.ballots_per_minute": "how fast ballots go out to more than twenty people",
    "limits.person_burst": "commands of one person within a minute",
    "limits.person_per_minute": "commands of one person a minute, over ten minutes",
    "limits.room_per_minute": "commands in one room within a minute",
    "limits.files_waiting": "files of one person that may wait",
    "limits.files_per_hour": "files of one person within an hour",
    "limits.files_per_day": "files of one person within a day",
    "limits.file_megabytes_per_day": "megabytes of one person's files within a day",
    "limits.person_seconds": "seconds of work for one person within ten minutes",
    "limits.making_percent": "how much one person may make, in percent of the usual",
    "metrics.textfile": "figures for Prometheus, once a minute; not set: nowhere",
    "reading.grace_minutes": "minutes for which late messages of a read session can be read too",
    "authority.newcomers": "what happens before somebody new hears about people",
    "authority.held_days": "days that a role has to count for what takes two people",
    "authority.leads": "the only leads of single committees",
}
"""What each value decides, by its name."""


class ValueOrigin(Enum):
    """Where a value comes from; the value is the word that is shown."""

    FILE = "this file"
    DOTENV = ".env"
    ENVIRONMENT = "environment"
    DEFAULT = "default"


def check(path: Path) -> Iterator[Finding | str]:
    """Each value in a line, then what is right or wrong. Reads files alone; changes and sends nothing."""
    try:
        config = load(path)
    except ConfigProblems as problems:
        yield from (
            Finding(Severity.WRONG, "config", problem, "Correct it, then type the same again")
            for problem in problems.problems
        )
        return
    yield from _values(path, config)
    found = [
        each
        for looked in (
            _modes_and_data,
            _passphrase,
            _authorities,
            _pictures_and_figures,
            _poll_keys,
        )
        for each in looked(path, config)
    ]
    # What has to be done stands last, where a terminal stops.
    yield from sorted(found, key=lambda each: list(Severity).index(each.mark))


def status(findings: list[Finding]) -> ExitCode:
    """The exit status: 0 where nothing is wrong, 77 for rights alone, else 78."""
    wrong = [each for each in findings if each.mark is Severity.WRONG]
    if not wrong:
        return ExitCode.OK
    rights = all("may not read or write" in each.words for each in wrong)
    return ExitCode.NO_PERMISSION if rights else ExitCode.CONFIG


# ------------------------------------------------------------------ what each value is
def _values(path: Path, config: Config) -> Iterator[str]:
    written, dotenv, environment = _sources(path)
    for name, meaning in MEANINGS.items():
        keys = tuple(name.split("."))
        origin = next(
            (
                origin
                for origin, given in (
                    (ValueOrigin.ENVIRONMENT, environment),
                    (ValueOrigin.DOTENV, dotenv),
                    (ValueOrigin.FILE, written),
                )
                if _at(given, keys) is not None
            ),
            ValueOrigin.DEFAULT,
        )
        value: Any = config
        for key in keys:
            value = getattr(value, key)
        told = path.name if origin is ValueOrigin.FILE else origin.value
        yield f"{name} = {_shown(value)}  ({told})\n      {meaning}"


def _sources(path: Path) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """What config.toml, .env and the environment say; they were read before, and could be."""
    return (
        tables(path),
        from_dotenv(path.parent / ".env", Config),
        from_environment(os.environ, Config),
    )


def _at(given: object, keys: tuple[str, ...]) -> object:
    for key in keys:
        given = given.get(key) if isinstance(given, dict) else None
    return given


def _shown(value: object) -> str:
    """A value as it is written in config.toml; a secret and what is many are only counted."""
    match value:
        case Hidden():
            return "set, and not shown"
        case None:
            return "not set"
        case Enum():
            return str(value.value)
        case Mapping():
            return f"{len(value)} of them"
        case tuple():
            return ", ".join(map(str, value)) or "none"
        case _:
            return str(value) or "empty"


# ------------------------------------------------------------------ whether it can be used
def _modes_and_data(path: Path, config: Config) -> Iterator[Finding]:
    directory = DataDirectory(config.data_dir)
    # Nothing is asked of the homeserver or of the running bot.
    case = Case(path.absolute(), config, directory, Outage.UNKNOWN, "not asked")
    for one in (doctor.file_modes, doctor.invitations, doctor.leads):
        yield from one(case)
    try:
        if not file_trouble.present(config.data_dir):
            yield Finding(
                Severity.NOTE,
                "data",
                f"{config.data_dir} is not there yet",
                f"steward init --config {path.absolute()}",
            )
            return
        file_trouble.refuse_unusable(config.data_dir)
        yield from doctor.data_directory(case)
    except OSError as error:
        yield Finding(Severity.WRONG, "data", file_trouble.reason(error, config.data_dir))


def _passphrase(_path: Path, config: Config) -> Iterator[Finding]:
    source = passphrase.source(config)
    if config.passphrase_file is not None:
        try:
            passphrase.read_secret(config.passphrase_file, "passphrase")
        except Stop as stop:
            yield Finding(Severity.WRONG, "passphrase", stop.message)
            return
    where = "typed by a person at each start, unless a service hands it over"
    if source is not passphrase.Source.PROMPT:
        where = f"comes from a {source.value}"
    yield Finding(Severity.OK, "passphrase", where)


def _authorities(_path: Path, config: Config) -> Iterator[Finding]:
    if config.ca_file is None:
        return
    try:
        trusting(config.ca_file)
    except Stop as stop:
        yield Finding(Severity.WRONG, "ca_file", stop.message)
    else:
        yield Finding(Severity.OK, "ca_file", "holds certificates that can be used")


def _pictures_and_figures(_path: Path, config: Config) -> Iterator[Finding]:
    avatar, figures = config.account.avatar, config.metrics.textfile
    if avatar is not None and avatar != Path("none"):
        try:
            with avatar.open("rb"):
                yield Finding(Severity.OK, "account.avatar", "can be read")
        except OSError as error:
            yield Finding(Severity.WRONG, "account.avatar", file_trouble.reason(error, avatar))
    if figures is not None:
        if os.access(figures.parent, os.W_OK | os.X_OK, effective_ids=True):
            yield Finding(Severity.OK, "metrics.textfile", "can be written")
        elif file_trouble.present(figures.parent):
            yield Finding(
                Severity.WRONG, "metrics.textfile", file_trouble.forbidden(figures.parent)
            )
        else:
            yield Finding(
                Severity.WRONG,
                "metrics.textfile",
                f"there is no directory {figures.parent}",
                f"mkdir -p '{figures.parent}'",
            )


def _poll_keys(_path: Path, config: Config) -> Iterator[Finding]:
    keys = config.polls.keys_dir
    # Where one may not look, `Path.is_dir` raises.
    there = next((each for each in (keys, *keys.parents) if os.path.isdir(each)), Path("/"))  # noqa: PTH112
    if os.access(there, os.W_OK | os.X_OK, effective_ids=True):
        yield Finding(Severity.OK, "polls.keys_dir", "can be made or written")
    else:
        yield Finding(
            Severity.NOTE,
            "polls.keys_dir",
            f"{file_trouble.user()} may not write {there}, so no secret poll can be held",
            'Read docs/admin.md, "Secret polls"; the systemd unit makes it',
        )
