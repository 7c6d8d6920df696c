"""``steward backup | restore | passphrase | recovery-key | rotate-key | panic | move``."""

import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.options import AccessTokenFile, ConfigPath, LoginTokenFile, plainly
from bot.cli.terminal import HERE, quiet_logs, say, warn
from bot.config import Config, ConfigProblems, load
from bot.keys import passphrase
from bot.process import file_trouble
from bot.process.data_directory import DataDirectory
from bot.process.exit_codes import ExitCode, Stop

PassphraseFile = Annotated[
    Path | None,
    typer.Option(
        readable=False, metavar="FILE", help="The passphrase or recovery key, instead of asking."
    ),
]
PasswordFile = Annotated[
    Path | None,
    typer.Option(
        readable=False, metavar="FILE", help="The account's password; used once, kept nowhere."
    ),
]
DataDir = Annotated[
    Path | None,
    typer.Option(readable=False, metavar="DIR", help="Where everything is kept, if elsewhere now."),
]


class RecoveryKeyAction(StrEnum):
    """What is done about the recovery key."""

    CHECK = "check"
    REPLACE = "replace"


def register(app: typer.Typer) -> None:
    """Add the commands of this module to the command line."""
    for name, command in (
        ("backup", backup),
        ("restore", restore),
        ("passphrase", change_passphrase),
        ("recovery-key", recovery_key),
        ("rotate-key", rotate_key),
        ("panic", panic),
        ("move", move),
    ):
        app.command(name)(plainly(command))


def backup(
    file: Annotated[
        Path | None,
        typer.Argument(readable=False, metavar="[FILE]", help="Where to; - is standard output."),
    ] = None,
    *,
    config: ConfigPath = HERE,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing: read FILE and look whether it opens.")
    ] = False,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace FILE.")] = False,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Write an encrypted backup, or check one. The bot may be running."""
    quiet_logs()
    from bot.backup import offline  # noqa: PLC0415
    from bot.backup import restore as restoring  # noqa: PLC0415

    if check:
        if file is None:
            raise Stop(ExitCode.USAGE, "Which one? Type: steward backup --check FILE")
        restoring.check(file, passphrase_file, config, say)
        return
    settings = load(config)
    target, made_at = offline.back_up(
        settings,
        config.read_text("utf-8"),
        file,
        overwrite=overwrite,
        secret=lambda: offline.secret_of(settings, passphrase_file),
    )
    if target == offline.STDOUT:
        return
    size = max(1, target.stat().st_size >> 10)
    target = target.absolute()
    say(
        f"{target}: {size} kB, as of {made_at:%Y-%m-%d %H:%M} UTC. It opens with the passphrase and "
        f"the recovery key of today.\nSee that it does: steward backup --check {target}"
    )


def restore(
    file: Annotated[Path, typer.Argument(readable=False, metavar="FILE", help="The backup.")],
    *,
    config: ConfigPath = HERE,
    data_dir: DataDir = None,
    passphrase_file: PassphraseFile = None,
    password_file: PasswordFile = None,
    login_token_file: LoginTokenFile = None,
    access_token_file: AccessTokenFile = None,
) -> None:
    """Bring a backup back on this machine. A new device, the same records and identity."""
    quiet_logs()
    from bot.backup.restore import RestoreOptions  # noqa: PLC0415
    from bot.backup.restore import restore as bring_back  # noqa: PLC0415

    wanted = RestoreOptions(
        file,
        config,
        data_dir,
        passphrase_file,
        password_file,
        login_token_file,
        access_token_file,
    )
    bring_back(wanted, say)


def change_passphrase(
    *,
    config: ConfigPath = HERE,
    passphrase_file: PassphraseFile = None,
    new_passphrase_file: Annotated[
        Path | None,
        typer.Option(readable=False, metavar="FILE", help="The new one, instead of asking."),
    ] = None,
    fast_kdf: Annotated[bool, typer.Option("--fast-kdf", hidden=True)] = False,
) -> None:
    """Change the passphrase; the recovery key opens this as well. The bot may be running."""
    quiet_logs()
    from bot.backup import offline  # noqa: PLC0415
    from bot.keys import keyring, resting_places  # noqa: PLC0415

    settings = load(config)
    # Nobody types two passphrases in vain.
    offline.directory_of(settings)
    old = offline.secret_of(settings, passphrase_file)
    if new_passphrase_file is not None:
        new = passphrase.read_secret(new_passphrase_file, "new passphrase")
    else:
        new = passphrase.choose()
    offline.change_passphrase(settings, old, new, keyring.FAST if fast_kdf else None)
    say(
        "Changed. Backups that were made before still open with the old passphrase: delete them, "
        "and make a new one. Whoever copied keyslots.json and knows the old passphrase can open "
        "the files of today: if that may be, type steward rotate-key as well."
    )
    if settings.passphrase_file is not None:
        warn(f"Put the new passphrase into {settings.passphrase_file}, or the next start fails.")
    elsewhere = resting_places.others(resting_places.ConfiguredBot(config, settings))
    if elsewhere:
        warn(
            "The old passphrase may lie there as well. Put the new one there, or the service does not "
            f"start again:{_listed(elsewhere)}"
        )
    say(
        "Is it written elsewhere (a password manager, a script, another service's settings, paper)? "
        "Change it there too, and delete the old one."
    )


def recovery_key(
    action: Annotated[
        RecoveryKeyAction, typer.Argument(help="check the one on paper, or make a new one")
    ],
    *,
    config: ConfigPath = HERE,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Check the recovery key on paper, or replace it. The bot may be running."""
    quiet_logs()
    from bot.backup import offline  # noqa: PLC0415

    settings = load(config)
    offline.directory_of(settings)
    if action is RecoveryKeyAction.CHECK:
        typed = _typed_recovery_key(passphrase_file)
        if not offline.opens_with_recovery_key(settings, typed):
            raise Stop(
                ExitCode.WRONG_PASSPHRASE, "That is not a recovery key: twelve groups of four."
            )
        say("That is the recovery key of this data directory.")
        return

    def show(key: str, everywhere: bool) -> None:  # noqa: FBT001 (a callback)
        _show_recovery_key(key)
        if not everywhere:
            say("The homeserver hears of it at the next start of the bot.")

    offline.replace_recovery_key(settings, offline.secret_of(settings, passphrase_file), show)


def rotate_key(*, config: ConfigPath = HERE, passphrase_file: PassphraseFile = None) -> None:
    """Change the key that everything is encrypted with. Stop the bot first."""
    quiet_logs()
    from bot.backup import offline  # noqa: PLC0415

    settings = load(config)
    offline.refuse_running(settings)
    offline.rotate(settings, offline.secret_of(settings, passphrase_file), _show_recovery_key)
    say(
        "Every file is encrypted with a new key; the passphrase is the same. Backups that were made "
        "before still hold the old key: delete them, and make a new one. Other passphrases, if there "
        "were any, open nothing any more."
    )


def move(
    *,
    homeserver: Annotated[str, typer.Option(metavar="URL", help="The new one.")],
    user: Annotated[str, typer.Option(metavar="ID", help="The new account.")],
    config: ConfigPath = HERE,
    password_file: PasswordFile = None,
    login_token_file: LoginTokenFile = None,
    access_token_file: AccessTokenFile = None,
    passphrase_file: PassphraseFile = None,
    end_polls: Annotated[
        bool, typer.Option("--end-polls", help="Open secret polls end without a result.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask to confirm.")] = False,
) -> None:
    """Go on under another account, with everything kept. Stop the bot first."""
    quiet_logs()
    from bot.move import MoveOptions  # noqa: PLC0415
    from bot.move import move as go_on  # noqa: PLC0415

    wanted = MoveOptions(
        config,
        homeserver,
        user,
        password_file,
        login_token_file,
        access_token_file,
        passphrase_file,
        end_polls,
        yes,
    )
    go_on(wanted, say)


def panic(
    *,
    config: ConfigPath = HERE,
    data_dir: DataDir = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask to confirm.")] = False,
) -> None:
    """Destroy the keys and all files of this bot, for good. Needs no network."""
    quiet_logs()
    settings, directory = _for_panic(config, data_dir)
    if file_trouble.present(directory.path):
        # Nothing would be destroyed, and it would look as if everything were.
        file_trouble.refuse_unusable(directory.path)
    if not yes:
        typed = typer.prompt(f"This destroys {directory.path} for good. Type DESTROY", err=True)
        if typed.strip() != "DESTROY":
            raise Stop(ExitCode.INTERRUPTED, "Nothing was destroyed.")
    from bot.backup.panic import panic as destroy  # noqa: PLC0415
    from bot.keys import resting_places  # noqa: PLC0415

    outcome = destroy(directory, settings)
    many = "1 file is" if outcome.destroyed == 1 else f"{outcome.destroyed} files are"
    say(f"{many} destroyed, the keys first.")
    if outcome.secret_file is not None:
        say(f"The passphrase file {outcome.secret_file} went with them.")
    for path in outcome.left:
        warn(f"Could not be removed, do it by hand: {path}")
    elsewhere = resting_places.others(resting_places.ConfiguredBot(config, settings))
    if elsewhere:
        warn(
            "The passphrase may lie there as well, where this command does not reach. Destroy it there, as "
            f"root (shred -u FILE):{_listed(elsewhere)}"
        )
    say(
        "The bot's login is ended."
        if outcome.logged_out
        else "The homeserver could not be told: end the bot's sessions from another device."
    )
    say(
        "What this cannot promise: a flash disk (SSD, card, stick) may keep old copies of the "
        "destroyed key slots; they open only for somebody who knows the passphrase or the recovery "
        "key. Backups, the configuration file, the memory and swap of a machine that somebody "
        "already watched, what is on people's phones and at the homeserver: not touched."
    )


def _for_panic(config: Path, data_dir: Path | None) -> tuple[Config | None, DataDirectory]:
    """A configuration with a mistake in it is no reason to wait."""
    try:
        settings = load(config)
    except ConfigProblems:
        if data_dir is None:
            raise
        settings = None
    where = data_dir if data_dir is not None else settings.data_dir if settings else Path()
    return settings, DataDirectory(where.absolute())


def _listed(places: Sequence[str]) -> str:
    return "".join(f"\n  {place}" for place in places)


def _typed_recovery_key(file: Path | None) -> str:
    if file is not None:
        return passphrase.read_secret(file, "recovery key")
    if not sys.stdin.isatty():
        raise Stop(ExitCode.USAGE, "Nobody is at a terminal to ask. Add: --passphrase-file FILE")
    return passphrase.ask_secret("Recovery key, as it is on paper: ")


def _show_recovery_key(key: str) -> None:
    say(
        "\nThe new recovery key, shown only this once; the one before opens nothing any more. Write "
        f"it on paper and keep it away from this machine:\n\n    {key}\n\n"
        "Is what you wrote right? Type: steward recovery-key check"
    )
