"""Exit statuses of Steward and their meaning; docs/admin.md shows the same table."""

from enum import IntEnum


class ExitCode(IntEnum):
    """How a command of ``steward`` ended. A service manager decides by it whether to try again."""

    OK = 0
    INTERNAL = 1
    USAGE = 2
    NOT_RUNNING = 3
    NOT_READY = 4
    DOCTOR = 5
    NOT_VERIFIED = 6
    WRONG_PASSPHRASE = 10
    LOCKED = 11
    DAMAGED = 12
    NEWER_DATABASE = 13
    DATA_DIRECTORY = 14
    DISK = 15
    UNREACHABLE = 20
    TOKEN_REJECTED = 21
    IDENTITY_CONFLICT = 22
    LOGIN_REFUSED = 23
    NO_INPUT = 66
    OS_LIMIT = 71
    NOT_CREATED = 73
    NO_PERMISSION = 77
    CONFIG = 78
    INTERRUPTED = 130

    @property
    def meaning(self) -> str:
        """What happened and what to do, for docs/admin.md."""
        return _MEANINGS[self]

    @property
    def retry(self) -> bool:
        """Whether starting again unchanged can help; false ones go in RestartPreventExitStatus=."""
        return self in {
            ExitCode.INTERNAL,
            ExitCode.LOCKED,
            ExitCode.DISK,
            ExitCode.UNREACHABLE,
            ExitCode.OS_LIMIT,
        }


class Stop(Exception):
    """Ends a command with one plain message and a documented exit status.

    The message is shown on the operator's terminal: it says what happened and what to do, and
    holds no secret.
    """

    def __init__(self, code: ExitCode, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


# 66 to 78 are those of sysexits.h, which systemd knows by name: EX_NOINPUT, EX_OSERR, EX_CANTCREAT,
# EX_NOPERM, EX_CONFIG; 130 is the shell's for Ctrl-C.
_MEANINGS = {
    ExitCode.OK: "Done, or stopped cleanly after SIGTERM or Ctrl-C.",
    ExitCode.INTERNAL: "A fault of ours. The message shows an error id; the log has the place.",
    ExitCode.USAGE: "The command line is wrong. The message names the word.",
    ExitCode.NOT_RUNNING: "`status`: no running Steward answers for this data directory.",
    ExitCode.NOT_READY: "`status`: it runs, but is not ready, has not heard from the "
    "homeserver for too long, or its disk is full.",
    ExitCode.DOCTOR: "`doctor`: at least one line says what to do.",
    ExitCode.NOT_VERIFIED: "`verify`: nobody asked, or the two did not match. Nothing is trusted.",
    ExitCode.WRONG_PASSPHRASE: "The passphrase opens none of the key slots.",
    ExitCode.LOCKED: "Another Steward process uses this data directory, or is a copy of this bot.",
    ExitCode.DAMAGED: "A database or key file is damaged. Restore it; do not delete anything yet.",
    ExitCode.NEWER_DATABASE: "A newer Steward wrote this database. Install that version or later.",
    ExitCode.DATA_DIRECTORY: "The data directory is missing, not set up, or not safe to use.",
    ExitCode.DISK: "The disk is full or could not be written. What was acknowledged is safe; make "
    "room and start again.",
    ExitCode.UNREACHABLE: "The homeserver could not be reached (`init`; `run` keeps trying).",
    ExitCode.TOKEN_REJECTED: "The homeserver no longer accepts the bot's login.",
    ExitCode.IDENTITY_CONFLICT: "The account's cross-signing identity is not the bot's own.",
    ExitCode.LOGIN_REFUSED: "`init`: the homeserver refused the user or the password.",
    ExitCode.NO_INPUT: "`restore`, `backup --check`: the file is not there, or is no backup.",
    ExitCode.OS_LIMIT: "The machine gives too little: open files or memory. The message says which.",
    ExitCode.NOT_CREATED: "A file cannot be made where you said. The message names what is in the way.",
    ExitCode.NO_PERMISSION: "This user may not read or write a file. The message says whose it is and "
    "what to type.",
    ExitCode.CONFIG: "The configuration or a secret file has a problem. The message lists all.",
    ExitCode.INTERRUPTED: "Stopped with Ctrl-C before the work was done. Run it again to go on.",
}
