"""What a person at a terminal is asked by `steward init`; where nobody is, what is missing is named at once."""

import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from urllib.parse import urlsplit

import typer

from bot.config import Config, fault, is_loopback
from bot.keys import passphrase
from bot.process.exit_codes import ExitCode, Stop
from bot.setup.draft import drafted
from bot.setup.homeserver import found_homeserver
from bot.setup.options import Given, InitOptions, Say


def somebody_there() -> bool:
    """Whether a person can be asked."""
    return sys.stdin.isatty()


def ask_missing(wanted: InitOptions, say: Say) -> InitOptions:
    """Fill what was not given: by asking on a terminal, else one message names all of it."""
    if wanted.homeserver and wanted.user and wanted.allow_inviters:
        return wanted
    if not somebody_there():
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
    refuse_malformed(wanted)
    homeserver = wanted.homeserver or _asked_address(wanted, say)
    user = wanted.user or ask(
        "The bot's Matrix user id (@steward:example.org)", lambda typed: fault("user", typed), say
    )
    everyone = f"@*:{user.partition(':')[2]}"
    inviters = wanted.allow_inviters or tuple(
        ask(
            "Who may invite the bot? Ids or patterns, with spaces between",
            lambda typed: fault("allow_inviters", typed.split()),
            say,
            everyone,
        ).split()
    )
    return replace(wanted, homeserver=homeserver, user=user, allow_inviters=inviters)


def ask(
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
            with drafted(
                replace(wanted, homeserver=address, user=wanted.user or "@s:localhost")
            ) as (_, config):
                found.append(found_homeserver(config))
        except Stop as stop:
            return stop.message
        return None

    ask("Address of the homeserver (https://...)", wrong, say)
    return found[-1]


def _with_scheme(typed: str) -> str:
    """An address without a scheme; on this very machine a port of its own is plain http, as a rule."""
    parts = urlsplit(f"https://{typed}")
    with suppress(ValueError):
        plain = is_loopback(parts.hostname or "") and parts.port not in {None, 443}
        return f"{'http' if plain else 'https'}://{typed}"
    return f"https://{typed}"


def password_again(config: Config, say: Say) -> str:
    """The account's password, asked for anew after the homeserver did not take one."""
    say(f"The homeserver does not take this password for {config.user}.")
    return passphrase.ask_secret(f"Password of {config.user}, once more: ")


def refuse_malformed(wanted: InitOptions) -> None:
    """Refuse options that cannot be used, before anything is asked. Raises Stop."""
    given = {
        "homeserver": wanted.homeserver,
        "user": wanted.user,
        "allow_inviters": list(wanted.allow_inviters) or None,
    }
    troubles = [fault(key, value) for key, value in given.items() if value is not None]
    if any(troubles):
        listed = "\n".join(f"  - {each}" for each in troubles if each)
        raise Stop(ExitCode.CONFIG, f"That cannot be used, so nothing was written:\n{listed}")


def refuse_unreadable(wanted: InitOptions) -> None:
    """Refuse secret files that cannot be read, before anything is made. Raises Stop."""
    for file, what in (
        (wanted.password_file, "password"),
        (wanted.login_token_file, "login token"),
        (wanted.access_token_file, "access token"),
        (wanted.passphrase_file, "passphrase"),
    ):
        if file is not None:
            passphrase.read_secret(file, what)


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
        if not somebody_there():
            raise Stop(ExitCode.USAGE, "Nobody is at a terminal to ask. Add: --password-file FILE")
        question = f"Password of {config.user} (used once, kept nowhere): "
        return passphrase.ask_secret(question), None, None
    password, login, access = (
        None if file is None else passphrase.read_secret(file, what) for what, file in files.items()
    )
    return password, login, access
