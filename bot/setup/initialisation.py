"""``steward init``: from nothing to a bot that can run. Safe to repeat after any interruption."""

import asyncio
from functools import partial
from pathlib import Path
from typing import Final

from bot.config import Config, load
from bot.keys import keyring, passphrase
from bot.process.data_directory import DataDirectory, write_private
from bot.process.file_trouble import present
from bot.setup import questions
from bot.setup.configuration import agreed, write_config
from bot.setup.homeserver import refuse_unreached
from bot.setup.options import Given, InitOptions, Say
from bot.setup.questions import (
    ask_missing,
    credentials_of,
    password_again,
    refuse_unreadable,
)
from storage.core.refusals import WrongKey

TRIES: Final = 4
"""How often a person may type a passphrase, as with the account's password."""


def initialise(wanted: InitOptions, say: Say) -> None:
    """Write the configuration, then log in, make keys and identity, and print what comes next."""
    refuse_unreadable(wanted)
    if present(wanted.config):
        config = agreed(wanted, load(wanted.config), say)
        refuse_unreached(config, wanted.config)
    else:
        config = write_config(ask_missing(wanted, say), say)
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
    asked = questions.somebody_there() and files == (None, None, None)
    try:
        with passphrase.unseen():
            result = asyncio.run(
                log_in_first(
                    config,
                    secret,
                    Credentials(*given),
                    fast_kdf=wanted.fast_kdf,
                    say=say,
                    ask_again=partial(password_again, config, say) if asked else None,
                )
            )
    except NotNow:
        # Why there is no answer is asked only now: it takes another request.
        refuse_unreached(config, wanted.config)
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
    person = questions.somebody_there() and passphrase.source(config) is passphrase.Source.PROMPT
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
