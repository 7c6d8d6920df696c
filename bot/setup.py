"""``steward init``: from nothing to a bot that can run. Safe to repeat after any interruption."""

import asyncio
import json
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final, Protocol
from urllib.parse import urlsplit

import typer

from bot.config import Config, ConfigProblems, fault, is_loopback, load
from bot.keys import keyring, passphrase
from bot.process.data_directory import DataDirectory, write_private
from bot.process.exit_codes import ExitCode, Stop
from bot.process.file_trouble import naming, present
from storage.core.lazy_dataclass import dataclass
from storage.core.refusals import WrongKey

Say = Callable[[str], None]
TRIES: Final = 4
"""How often a person may type a passphrase, as with the account's password."""
Given = tuple[str | None, str | None, str | None]
"""Password, login token and access token."""


@dataclass(frozen=True, slots=True)
class InitOptions:
    """What was given on the command line; None and empty mean not given."""

    config: Path
    homeserver: str | None
    user: str | None
    password_file: Path | None
    login_token_file: Path | None
    access_token_file: Path | None
    passphrase_file: Path | None
    allow_inviters: tuple[str, ...]
    data_dir: Path | None
    yes: bool
    fast_kdf: bool
    ca_file: Path | None = None


class LoginOptions(Protocol):
    """What restoring and moving are given for the one login that they make."""

    @property
    def config(self) -> Path:
        """The configuration, which names account and homeserver."""

    @property
    def password_file(self) -> Path | None:
        """A file with the password."""

    @property
    def login_token_file(self) -> Path | None:
        """A file with a token for one login."""

    @property
    def access_token_file(self) -> Path | None:
        """A file with the token of a session."""


def login_alone(wanted: LoginOptions) -> InitOptions:
    """The options of a login to an account whose configuration and passphrase are known."""
    return InitOptions(
        config=wanted.config,
        homeserver=None,
        user=None,
        password_file=wanted.password_file,
        login_token_file=wanted.login_token_file,
        access_token_file=wanted.access_token_file,
        passphrase_file=None,
        allow_inviters=(),
        data_dir=None,
        yes=True,
        fast_kdf=False,
    )


def initialise(wanted: InitOptions, say: Say) -> None:
    """Write the configuration, then log in, make keys and identity, and print what comes next."""
    _refuse_unreadable(wanted)
    if present(wanted.config):
        config = _agreed(wanted, load(wanted.config), say)
        _refuse_unreached(config, wanted.config)
    else:
        config = _write_config(_ask_missing(wanted, say), say)
    secret = _passphrase(config, say)
    at_home = set_up(wanted, config, secret, credentials_of(wanted, config), say)
    say(next_steps(wanted.config, config, at_home=at_home))


def next_steps(path: Path, config: Config, *, at_home: bool) -> str:
    """What comes after the login. ``at_home``: the records name committees, in whose rooms the bot is."""
    begun = f"Next:\n  1. steward run --config {path.absolute()}\n"
    known = (
        "     Is the recovery key on paper right? Type: "
        f"steward recovery-key check --config {path.absolute()}\n"
    )
    if at_home:
        return (
            f"{begun}{known}"
            "  2. It is in its committees' rooms already. In one of them, type: !status"
        )
    return (
        f"{begun}{known}"
        f"  2. In Element, invite {config.user} to the committee's encrypted room.\n"
        "  3. In that room, type: !setup"
    )


def set_up(wanted: InitOptions, config: Config, secret: str, given: Given, say: Say) -> bool:
    """Log in, make what is missing of keys and identity, and show the recovery key once.

    Returns whether the bot is in committees' rooms already.
    """
    directory = DataDirectory(config.data_dir)
    # Imported late: what can be checked without Matrix is checked first, and quickly.
    from bot.first_login import log_in_first  # noqa: PLC0415
    from bot.matrix.client import NotNow  # noqa: PLC0415
    from bot.matrix.login import Credentials  # noqa: PLC0415

    files = (wanted.password_file, wanted.login_token_file, wanted.access_token_file)
    asked = _somebody_there() and files == (None, None, None)
    try:
        with passphrase.unseen():
            result = asyncio.run(
                log_in_first(
                    config,
                    secret,
                    Credentials(*given),
                    fast_kdf=wanted.fast_kdf,
                    say=say,
                    ask_again=partial(_password_again, config, say) if asked else None,
                )
            )
    except NotNow:
        # Why there is no answer is asked only now: it takes another request.
        _refuse_unreached(config, wanted.config)
        raise
    say(f"\nThe bot's identity: {result.fingerprint}")
    _show_recovery_key(directory, result.recovery_key, say)
    return result.at_home


def _passphrase(config: Config, say: Say) -> str:
    """The passphrase, a new one or one that opens the keys; nothing else is asked before it is right.

    Raises WrongKey where nobody can type another, or a person has typed several.
    """
    directory = DataDirectory(config.data_dir)
    if not directory.initialised:
        return passphrase.read(config, new=True)
    person = _somebody_there() and passphrase.source(config) is passphrase.Source.PROMPT
    for left in reversed(range(TRIES if person else 1)):
        secret = passphrase.read(config)
        try:
            with passphrase.named(config):
                keyring.unlock(directory.keyslots, secret)
        except WrongKey as wrong:
            words = str(wrong)
            if person and not present(directory.recovery_key_shown):
                words = (
                    "Wrong passphrase. It is the one that was chosen when `init` was begun. If nobody "
                    f"knows it: nothing is in use yet, so move {directory.path} away and begin anew."
                )
            if not left:
                raise WrongKey(words) from None
            say(words)
        else:
            return secret
    raise AssertionError("the last try returns or raises")


# ------------------------------------------------------------------ the answers
def _somebody_there() -> bool:
    return sys.stdin.isatty()


def _ask_missing(wanted: InitOptions, say: Say) -> InitOptions:
    """Fill what was not given: by asking on a terminal, else one message names all of it."""
    if wanted.homeserver and wanted.user and wanted.allow_inviters:
        return wanted
    if not _somebody_there():
        missing = [
            option
            for option, value in (
                ("--homeserver URL", wanted.homeserver),
                ("--user @steward:example.org", wanted.user),
                ("--allow-inviter '@*:example.org'", wanted.allow_inviters),
            )
            if not value
        ]
        raise Stop(ExitCode.USAGE, f"Nobody is at a terminal to ask. Add: {' '.join(missing)}")
    say("Steward needs an account of its own on a Matrix homeserver. Ctrl-C stops at any time.")
    _refuse_malformed(wanted)
    homeserver = wanted.homeserver or _asked_address(wanted, say)
    user = wanted.user or _asked(
        "The bot's Matrix user id (@steward:example.org)", lambda typed: fault("user", typed), say
    )
    everyone = f"@*:{user.partition(':')[2]}"
    inviters = wanted.allow_inviters or tuple(
        _asked(
            "Who may invite the bot? Ids or patterns, with spaces between",
            lambda typed: fault("allow_inviters", typed.split()),
            say,
            everyone,
        ).split()
    )
    return replace(wanted, homeserver=homeserver, user=user, allow_inviters=inviters)


def _asked(
    question: str, wrong: Callable[[str], str | None], say: Say, default: str | None = None
) -> str:
    """Ask until the answer can be used; what is wrong with it is said at once."""
    while True:
        typed = str(typer.prompt(question, default=default, err=True)).strip()
        trouble = wrong(typed)
        if trouble is None:
            return typed
        say(trouble)


def _asked_address(wanted: InitOptions, say: Say) -> str:
    """The homeserver's address, asked for until a Matrix homeserver answers there."""
    found: list[str] = []

    def wrong(typed: str) -> str | None:
        address = typed if "://" in typed else _with_scheme(typed)
        trouble = fault("homeserver", address)
        if trouble is not None:
            return trouble
        try:
            # With what .env says about a proxy: nothing goes past one.
            with _draft(
                replace(wanted, homeserver=address, user=wanted.user or "@s:localhost")
            ) as (_, config):
                found.append(found_homeserver(config))
        except Stop as stop:
            return stop.message
        return None

    _asked("Address of the homeserver (https://...)", wrong, say)
    return found[-1]


def _with_scheme(typed: str) -> str:
    """An address without a scheme; on this very machine a port of its own is plain http, as a rule."""
    parts = urlsplit(f"https://{typed}")
    with suppress(ValueError):
        plain = is_loopback(parts.hostname or "") and parts.port not in {None, 443}
        return f"{'http' if plain else 'https'}://{typed}"
    return f"https://{typed}"


def _password_again(config: Config, say: Say) -> str:
    say(f"The homeserver does not take this password for {config.user}.")
    return passphrase.ask_secret(f"Password of {config.user}, once more: ")


def _refuse_malformed(wanted: InitOptions) -> None:
    """Options that cannot be used are refused before anything is asked."""
    given = {
        "homeserver": wanted.homeserver,
        "user": wanted.user,
        "allow_inviters": list(wanted.allow_inviters) or None,
    }
    troubles = [fault(key, value) for key, value in given.items() if value is not None]
    if any(troubles):
        listed = "\n".join(f"  - {each}" for each in troubles if each)
        raise Stop(ExitCode.CONFIG, f"That cannot be used, so nothing was written:\n{listed}")


def _refuse_unreadable(wanted: InitOptions) -> None:
    """Secret files are looked at first: nothing is made when one of them cannot be read."""
    for file, what in (
        (wanted.password_file, "password"),
        (wanted.login_token_file, "login token"),
        (wanted.access_token_file, "access token"),
        (wanted.passphrase_file, "passphrase"),
    ):
        if file is not None:
            passphrase.read_secret(file, what)


# ------------------------------------------------------------------ the homeserver
def found_homeserver(config: Config) -> str:
    """The address at which a Matrix homeserver answers; its own, or the one its .well-known file names.

    Raises Stop, which says why there is none.
    """
    from bot.matrix.discovery import Unreached, Way, find  # noqa: PLC0415

    proxy = None if config.proxy is None else config.proxy.get_secret_value()
    seconds = min(config.timeouts.request_seconds, 15.0)
    try:
        return asyncio.run(find(Way(config.homeserver, proxy, config.ca_file), seconds=seconds))
    except Unreached as unreached:
        raise Stop(ExitCode.UNREACHABLE, f"{unreached.words}\n{unreached.cure}") from None


def _refuse_unreached(config: Config, path: Path) -> None:
    """Raise Stop, with the reason, where no homeserver answers at the configured address."""
    found = found_homeserver(config)
    if found != config.homeserver:
        raise Stop(
            ExitCode.UNREACHABLE,
            f"{config.homeserver} is no Matrix homeserver; its .well-known file names {found}. "
            f'Write into {path}: homeserver = "{found}"',
        )


def _agreed(wanted: InitOptions, config: Config, say: Say) -> Config:
    """The configuration that is there; what was mistyped is written anew as long as nobody has logged in.

    Raises Stop where options contradict it.
    """
    unborn = _is_unborn(DataDirectory(config.data_dir))
    if unborn and wanted.user is None and not wanted.yes and _somebody_there():
        typed = _asked(
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
    _refuse_malformed(wanted)
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
        ("data_dir", wanted.data_dir and _absolute(wanted.data_dir), config.data_dir),
        (
            "passphrase_file",
            wanted.passphrase_file and _absolute(wanted.passphrase_file),
            config.passphrase_file,
        ),
        ("allow_inviters", wanted.allow_inviters, config.allow_inviters),
        ("ca_file", wanted.ca_file and _absolute(wanted.ca_file), config.ca_file),
    ]
    return {
        name: list(asked) if isinstance(asked, tuple) else str(asked)
        for name, asked, there in given
        if asked and asked != there
    }


def with_line(key: str, value: str | list[str], text: str) -> str:
    """The text of a configuration in which a key of its first part has a value."""
    said = f"{key} = {as_toml(value)}"
    found, times = re.subn(rf"(?m)^[ \t]*{key}[ \t]*=.*$", lambda _: said, text, count=1)
    # Keys of their own come before the first table.
    return found if times else f"{said}\n{text}"


def credentials_of(wanted: InitOptions, config: Config) -> Given:
    """Password, login token and access token, of which one is given."""
    files = {
        "password": wanted.password_file,
        "login token": wanted.login_token_file,
        "access token": wanted.access_token_file,
    }
    named = [what for what, file in files.items() if file is not None]
    if len(named) > 1:
        raise Stop(ExitCode.USAGE, f"Give one of these, not more: {', '.join(named)}.")
    if not named:
        if not _somebody_there():
            raise Stop(ExitCode.USAGE, "Nobody is at a terminal to ask. Add: --password-file FILE")
        question = f"Password of {config.user} (used once, kept nowhere): "
        return passphrase.ask_secret(question), None, None
    password, login, access = (
        None if file is None else passphrase.read_secret(file, what) for what, file in files.items()
    )
    return password, login, access


# ------------------------------------------------------------------ config.toml
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


def _write_config(wanted: InitOptions, say: Say) -> Config:
    """Write the answers, 0600, after checking them; what is wrong leaves no file behind."""
    path = wanted.config
    path.parent.mkdir(parents=True, exist_ok=True)
    with _draft(wanted) as (_text, config):
        _refuse_anothers_data(config, path)
        found = found_homeserver(config)
    if found != config.homeserver:
        say(f"{config.homeserver} names {found} as its homeserver.")
        wanted = replace(wanted, homeserver=found)
    with _draft(wanted) as (text, config):
        if not (wanted.yes or not _somebody_there()):
            say(f"\nThis goes into {path}:\n\n{text}")
            if not typer.confirm("Go on?", default=True, err=True):
                raise Stop(ExitCode.INTERRUPTED, "Nothing was written.")
        _draft_of(path).replace(path)
    return config


@contextmanager
def _draft(wanted: InitOptions) -> Iterator[tuple[str, Config]]:
    """A draft of config.toml beside it, so that .env counts; gone after the block unless renamed."""
    path, text = wanted.config, _toml(wanted)
    draft = _draft_of(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with naming(path), os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        yield text, _checked(draft)
    finally:
        draft.unlink(missing_ok=True)


def _draft_of(path: Path) -> Path:
    return path.with_name(f".{path.name}.new")


def _checked(draft: Path) -> Config:
    try:
        return load(draft)
    except ConfigProblems as problems:
        # The draft is gone when this is read: its line numbers would point nowhere.
        lines = [re.sub(r"^line \d+: ", "", one) for one in problems.problems]
        listed = "\n".join(f"  - {line}" for line in lines)
        raise Stop(
            ExitCode.CONFIG, f"That cannot be used, so nothing was written:\n{listed}"
        ) from None


def _toml(wanted: InitOptions) -> str:
    values: list[tuple[str, object]] = [
        ("homeserver", wanted.homeserver),
        ("user", wanted.user),
        ("data_dir", _beside(wanted.config, wanted.data_dir)),
        ("allow_inviters", list(wanted.allow_inviters)),
    ]
    if wanted.ca_file is not None:
        values.append(("ca_file", str(_absolute(wanted.ca_file))))
    if wanted.passphrase_file is not None:
        values.append(("passphrase_file", str(_absolute(wanted.passphrase_file))))
    lines = [f"{key} = {as_toml(value)}" for key, value in values]
    return "\n".join(
        ["# Written by `steward init`. config.example.toml explains every key.", *lines, ""]
    )


def as_toml(value: object) -> str:
    """A string or list of strings: JSON's are TOML's as well, as long as they are not escaped."""
    return json.dumps(value, ensure_ascii=False)


def _absolute(path: Path) -> Path:
    # Not resolve(): a symbolic link is the operator's choice and stays one.
    return Path(os.path.abspath(path.expanduser()))  # noqa: PTH100


def _beside(config: Path, data_dir: Path | None) -> str:
    """The data directory as written: relative while it is beside the file, so both can move."""
    if data_dir is None:
        # Beside another bot's configuration `data` is that bot's already.
        taken = config.name != "config.toml" and DataDirectory(config.parent / "data").initialised
        return f"data-{config.stem}" if taken else "data"
    directory, home = _absolute(data_dir), _absolute(config).parent
    return str(directory.relative_to(home) if directory.is_relative_to(home) else directory)


# ------------------------------------------------------------------ the recovery key
def _show_recovery_key(directory: DataDirectory, recovery_key: str | None, say: Say) -> None:
    if recovery_key is None:
        say("It was set up before. Its keys are unchanged; the recovery key is not shown again.\n")
        return
    say(
        "\nRecovery key, shown only this once. It opens everything if the passphrase is lost, and "
        "replaces any\nthat was printed before. Write it on paper and keep it away from this "
        f"machine:\n\n    {recovery_key}\n"
    )
    # Only now: after an interruption before this line, the next `init` shows a new one.
    write_private(directory.recovery_key_shown, b"")
