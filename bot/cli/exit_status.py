"""Turns what stopped a command into one plain message and its exit status."""

import logging
from typing import Final

from bot.keys import keyring
from bot.logging import logs
from bot.process import control, data_directory, file_trouble
from bot.process.exit_codes import ExitCode, Stop
from storage.core import refusals

_STORAGE: Final[tuple[tuple[type[refusals.StorageRefusal], ExitCode], ...]] = (
    (refusals.WrongKey, ExitCode.WRONG_PASSPHRASE),
    (refusals.NewerDatabase, ExitCode.NEWER_DATABASE),
    (refusals.DamagedFile, ExitCode.DAMAGED),
    (refusals.UnexpectedSchema, ExitCode.DAMAGED),
    (data_directory.AlreadyRunning, ExitCode.LOCKED),
    (keyring.WeakPassphrase, ExitCode.CONFIG),
)

_WHERE_TOLD: Final = {ExitCode.NO_PERMISSION, ExitCode.NOT_CREATED}
_SAFE: Final = "What was acknowledged is safe, and the rest is taken up at the next start."

_IDENTITY: Final = (
    "This account already has a cross-signing identity that Steward does not hold, so people would "
    "be warned about an impostor. Steward never replaces an identity by itself. Use a fresh account "
    "for the bot, or, if this one was the bot's before, start it with its own data directory."
)
_LOGGED_OUT: Final = (
    "The homeserver no longer accepts the bot's login: somebody logged it out or removed its "
    'device. What is kept is untouched. Read docs/admin.md, "When the login is gone", before '
    "you do anything else."
)


def ending(error: Exception) -> Stop:
    """What to say and the exit status for any exception; unknown ones get an error id.

    Of several that came together the first counts that says more than that something went wrong.
    """
    several = _leaves(error)
    known = (stop for stop in map(_known, several) if stop is not None)
    told = next(known, None) or _ours(several[0])
    if isinstance(error, ExceptionGroup) and told.code in _WHERE_TOLD:
        # It was running, so it may go on when it is started again; if not, its start says the same.
        return Stop(ExitCode.DISK, told.message)
    return told


def _leaves(error: Exception) -> list[Exception]:
    """The exceptions in a group and its inner groups; a single exception stands for itself."""
    if not isinstance(error, ExceptionGroup):
        return [error]
    return [leaf for each in error.exceptions for leaf in _leaves(each)]


def _known(error: Exception) -> Stop | None:
    if isinstance(error, Stop):
        return error
    if isinstance(error, refusals.StorageRefusal):
        code = next((code for kind, code in _STORAGE if isinstance(error, kind)), None)
        return Stop(code or _of_backups(error), str(error))
    if isinstance(error, control.AlreadyServed):
        return Stop(
            ExitCode.LOCKED, "Another Steward answers for this data directory. Stop it first."
        )
    return _from_disk(error) or _from_matrix(error)


def _of_backups(error: refusals.StorageRefusal) -> ExitCode:
    # Imported late: a start needs nothing of it.
    from bot.backup import archive  # noqa: PLC0415

    match error:
        case archive.Taken():
            return ExitCode.NOT_CREATED
        case archive.NoBackup():
            return ExitCode.NO_INPUT
        case _:
            return ExitCode.DATA_DIRECTORY


def _from_disk(error: Exception) -> Stop | None:
    from storage.core import driver  # noqa: PLC0415

    told = file_trouble.explained(error) if isinstance(error, OSError) else None
    if told is not None and told.code is not ExitCode.DISK:
        return told
    if told is None and not isinstance(error, driver.OperationalError):
        return None
    error_id = logs.get("bot.cli.main").failure("disk", error)
    where = f"The log says where it failed: {error_id}."
    if told is not None:
        return Stop(ExitCode.DISK, f"{told.message}\n{_SAFE} {where}")
    return Stop(
        ExitCode.DISK,
        "The disk is full or cannot be written, so nothing more is taken or answered. "
        f"{_SAFE} Make room on the data directory's disk and start again. {where}",
    )


def _from_matrix(error: Exception) -> Stop | None:  # noqa: C901, PLR0911 (a list of reasons)
    # Imported late: `steward --version` and `status` need none of nio, which takes half a second.
    from bot.cli import login_words, outage_words  # noqa: PLC0415
    from bot.matrix import client, identity, login, outages  # noqa: PLC0415

    match error:
        case client.TokenRejected():
            return Stop(ExitCode.TOKEN_REJECTED, _LOGGED_OUT)
        case identity.IdentityConflict():
            return Stop(ExitCode.IDENTITY_CONFLICT, _IDENTITY)
        case identity.IdentityNeedsApproval():
            return Stop(
                ExitCode.IDENTITY_CONFLICT,
                "The account's provider wants a person to approve the bot's new identity. Approve "
                "it as the bot's account, then run the same command again. The page: "
                f"{error.url or 'it names none; ask whoever runs the homeserver'}",
            )
        case login.LoginLimited():
            return Stop(ExitCode.UNREACHABLE, login_words.limited(error.seconds))
        case login.LoginRefused():
            return Stop(ExitCode.LOGIN_REFUSED, login_words.refused(error.refusal))
        case login.NotThisAccount():
            return Stop(ExitCode.LOGIN_REFUSED, login_words.ANOTHER_ACCOUNT)
        case login.DeviceTaken():
            return Stop(ExitCode.LOGIN_REFUSED, login_words.DEVICE_TAKEN)
        case client.NotNow(outage=outages.Outage() as outage):
            return Stop(
                ExitCode.UNREACHABLE,
                f"The homeserver gives no answer: {outage_words.what(outage)}. "
                f"{outage_words.cure(outage)}. Then run the same command again.",
            )
        case client.NotNow() | TimeoutError():
            return Stop(
                ExitCode.UNREACHABLE,
                "The homeserver cannot be reached, or is too busy. Check the address, this "
                "machine's network and the proxy, then run the same command again.",
            )
        case client.MatrixError():
            # Its code is a constant of the Matrix specification, such as M_FORBIDDEN.
            return Stop(
                ExitCode.LOGIN_REFUSED if error.status in {401, 403} else ExitCode.UNREACHABLE,
                f"The homeserver refused ({error.status} {error.code}). "
                "Check the user id and the password or token.",
            )
    return None


def _ours(error: Exception) -> Stop:
    error_id = logs.get("bot.cli.main").failure("command", error)
    if logging.getLogger("bot.cli.main").isEnabledFor(logging.ERROR):
        hint = "The log line with this id has the place."
    else:
        hint = "STEWARD_LOG_LEVEL=debug before the command shows the place."
    return Stop(
        ExitCode.INTERNAL,
        f"Something went wrong on our side: {error_id}. Nothing you typed is in this message or "
        f"the log. {hint}",
    )
