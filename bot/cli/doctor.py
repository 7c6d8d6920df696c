"""``steward doctor``: one small check after the other, each with what to do about it.

Nothing here changes anything, needs the bot to be stopped, or shows a secret, a name or an id.
"""

import asyncio
import os
import shlex
import shutil
import stat
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

from bot.cli import open_polls, outage_words
from bot.cli.doctor_case import Case, ask_process, reach
from bot.cli.doctor_keys import key_slots, unlocking
from bot.cli.finding import Finding, Severity, counted
from bot.config import load
from bot.matrix.outages import Outage
from bot.polls.keys import PollKeys
from bot.process import file_trouble
from bot.process.data_directory import NOT_OURS, DataDirectory
from bot.process.exit_codes import Stop
from commands.zones import release

ENOUGH_SPACE: Final = 200 * 1024 * 1024
"""Bytes free below which a migration, which copies the database first, may not fit."""
SKEW_NOTED: Final = 5.0
SKEW_WRONG: Final = 60.0
"""Seconds. Reminders and poll deadlines are promises in minutes; HTTP dates count whole seconds."""


Check = Callable[[Case], Iterator[Finding]]


def examine(path: Path) -> Iterator[Finding]:
    """Every finding in turn. A configuration that cannot be read ends the examination."""
    try:
        config = load(path)
    except Stop as stop:
        yield Finding(Severity.WRONG, "config", stop.message, "Correct the file, then ask again.")
        return
    yield Finding(Severity.OK, "config", "every value can be used")
    directory = DataDirectory(config.data_dir)
    case = Case(
        path.absolute(), config, directory, asyncio.run(reach(config)), ask_process(directory)
    )
    for check in CHECKS:
        try:
            yield from check(case)
        except OSError as error:
            told = file_trouble.explained(error)
            if told is None:
                raise
            yield Finding(Severity.WRONG, check.__name__.replace("_", " "), told.message)


# ------------------------------------------------------------------ this machine
def software(_case: Case) -> Iterator[Finding]:
    """Check that the encrypted database's library loads."""
    try:
        from storage.core import driver  # noqa: PLC0415

        del driver
        yield Finding(
            Severity.OK, "software", f"matrix-nio {version('matrix-nio')}, SQLCipher present"
        )
    except (ImportError, PackageNotFoundError):
        yield Finding(
            Severity.WRONG,
            "software",
            "a library is missing",
            "Install Steward again: make install",
        )


def time_zones(_case: Case) -> Iterator[Finding]:
    """Check that the newer copy of the time zone data is used; name both where they differ."""
    known = release.known()
    told = f"{known.used}, from " + ("the package tzdata" if known.from_package else "the system")
    other = known.system if known.from_package else known.package
    if other is not None and other != known.used:
        told += f" ({'the system has' if known.from_package else 'the package is'} {other})"
    if known.package is None and known.system is None:
        yield Finding(
            Severity.WRONG, "time zones", "none are known", "Install tzdata: make install"
        )
    else:
        yield Finding(Severity.OK, "time zones", told)


def file_modes(case: Case) -> Iterator[Finding]:
    """Check that config.toml (its group may read) and .env are closed to other users."""
    # A colleague of the same group may read config.toml; nobody else reads .env.
    for path, closed in ((case.path, 0o027), (case.path.parent / ".env", NOT_OURS)):
        there = file_trouble.present(path)
        if there and stat.S_IMODE(path.stat().st_mode) & closed:
            yield Finding(
                Severity.WRONG, path.name, "other users may read or change it", _closing(path)
            )
        elif there:
            yield Finding(Severity.OK, path.name, "closed to other users")


def _closing(path: Path) -> str:
    """What takes others' rights away; what is not ours has to be given to us as well."""
    ours = path.stat().st_uid == os.geteuid()
    name = shlex.quote(str(path))
    given = "" if ours else f"sudo chown {os.geteuid()} {name} && "
    return f"{given}chmod 600 {name}"


def data_directory(case: Case) -> Iterator[Finding]:
    """Check that the data directory is 0700, its files 0600, and all of them ours."""
    directory = case.config.data_dir
    if not (file_trouble.present(directory) and directory.is_dir()):
        yield Finding(
            Severity.WRONG,
            "data",
            f"{directory} is not there",
            f"steward init --config {case.path}",
        )
        return
    owner = directory.stat().st_uid
    if owner != os.geteuid():
        yield Finding(
            Severity.WRONG,
            "data",
            f"{directory} belongs to {file_trouble.user(owner)}; you are {file_trouble.user()}",
            f"Run this as the bot's user (sudo -u), or: sudo chown -R {os.geteuid()} '{directory}'",
        )
        return
    everything = [(one, one.lstat()) for one in (directory, *directory.rglob("*"))]
    foreign = [one for one, found in everything if found.st_uid != owner]
    exposed = [one for one, found in everything if stat.S_IMODE(found.st_mode) & NOT_OURS]
    if foreign:
        whose = file_trouble.user(foreign[0].lstat().st_uid)
        yield Finding(
            Severity.WRONG,
            "data",
            f"{counted(len(foreign), 'file belongs', 'files belong')} to somebody else, {foreign[0].name} to {whose}",
            f"sudo chown -R {owner} '{directory}'",
        )
    if exposed:
        yield Finding(
            Severity.WRONG,
            "data",
            f"{counted(len(exposed), 'file or directory is', 'files or directories are')} open to others",
            f"chmod -R go= {shlex.quote(str(directory))}",
        )
    if not (foreign or exposed):
        yield Finding(Severity.OK, "data", "directory and files are closed to other users")


def space(case: Case) -> Iterator[Finding]:
    """Check for room to write, and to copy the database before an upgrade."""
    place = (
        case.config.data_dir
        if file_trouble.present(case.config.data_dir)
        else case.path.absolute().parent
    )
    free = shutil.disk_usage(place).free
    if free < ENOUGH_SPACE:
        yield Finding(Severity.WRONG, "space", f"{free // 1_000_000} MB free", "Make some room")
    else:
        yield Finding(Severity.OK, "space", f"{free // 1_000_000_000} GB free")


# ------------------------------------------------------------------ the homeserver and the bot
def homeserver(case: Case) -> Iterator[Finding]:
    """Check that the homeserver answers and speaks a version the bot's identity needs."""
    if isinstance(case.reached, Outage):
        cure = f"{outage_words.cure(case.reached)}; the bot itself keeps trying"
        yield Finding(Severity.WRONG, "homeserver", outage_words.what(case.reached), cure)
    else:
        yield Finding(
            Severity.OK, "homeserver", f"answers, Matrix up to {case.reached.versions[-1]}"
        )


def clock(case: Case) -> Iterator[Finding]:
    """Compare this machine's clock with the homeserver's."""
    if isinstance(case.reached, Outage) or case.reached.skew_seconds is None:
        yield Finding(Severity.NOTE, "clock", "not compared: the homeserver told no time")
        return
    skew = case.reached.skew_seconds
    words = f"{abs(skew):.0f} s {'ahead of' if skew > 0 else 'behind'} the homeserver"
    cure = "Switch on time synchronisation: timedatectl set-ntp true"
    if abs(skew) > SKEW_WRONG:
        yield Finding(Severity.WRONG, "clock", words, cure)
    elif abs(skew) > SKEW_NOTED:
        yield Finding(Severity.NOTE, "clock", words, cure)
    else:
        yield Finding(Severity.OK, "clock", "agrees with the homeserver's")


def secret_polls(case: Case) -> Iterator[Finding]:
    """Check that keys of open polls can be kept in memory and nowhere else."""
    reasons = PollKeys.seen(case.directory, case.config.polls.keys_dir).refusals()
    if not reasons:
        yield Finding(Severity.OK, "secret polls", "keys stay in memory")
    for reason in reasons:
        yield Finding(
            Severity.NOTE,
            "secret polls",
            f"not held: {reason}",
            'Read docs/admin.md, "Secret polls"',
        )


def stopping(case: Case) -> Iterator[Finding]:
    """Say whether the bot may be stopped now: a stopped service loses the votes of open polls."""
    if isinstance(case.answers, str):
        yield Finding(Severity.NOTE, "stopping", "open polls not counted: only the running bot can")
        return
    words = open_polls.told(case.answers["status"])
    if words:
        yield Finding(
            Severity.NOTE,
            "stopping",
            f"{words}; stopping it or the machine loses the votes",
            "Restart it instead (systemctl restart steward): that keeps them. Or wait",
        )
    else:
        yield Finding(Severity.OK, "stopping", "no secret poll is open that a stop would lose")


def invitations(case: Case) -> Iterator[Finding]:
    """Check that somebody may invite the bot."""
    if case.config.allow_inviters:
        n = len(case.config.allow_inviters)
        yield Finding(Severity.OK, "invitations", counted(n, "pattern", "patterns"))
    else:
        yield Finding(
            Severity.NOTE,
            "invitations",
            "nobody may invite the bot into another room",
            'Add allow_inviters = ["@*:your.server"] if somebody should',
        )


def leads(case: Case) -> Iterator[Finding]:
    """Report whose word counts as a lead's."""
    everywhere, some = case.config.leads, case.config.authority.leads
    if everywhere:
        n = len(everywhere)
        words = f"only the {n} in config.toml count, in every committee, whatever its room shows"
        cure = "Meant for one committee? Put them under [authority.leads]. See docs/admin.md"
        yield Finding(Severity.NOTE, "leads", words, cure)
    else:
        named = f"; named here for {len(some)} of them" if some else ""
        yield Finding(Severity.OK, "leads", f"as each committee has confirmed them{named}")


def running(case: Case) -> Iterator[Finding]:
    """Report how the running bot is, from its own answer to ``status``."""
    if isinstance(case.answers, str):
        yield Finding(Severity.NOTE, "process", case.answers)
        return
    status = case.answers["status"]
    age = status.get("last_sync_seconds")
    if not status.get("ready"):
        yield Finding(Severity.WRONG, "process", "it runs but is not ready yet", "Read its log")
    elif age is None or age > case.config.timeouts.unhealthy_after_seconds:
        yield Finding(
            Severity.WRONG,
            "process",
            "it has heard nothing from the homeserver for long",
            "See above",
        )
    else:
        yield Finding(Severity.OK, "process", f"ready, heard from the homeserver {age:.0f} s ago")


def outages(case: Case) -> Iterator[Finding]:
    """Report whether the homeserver answers the running bot, and whether it limits the bot's account."""
    told = {} if isinstance(case.answers, str) else case.answers["status"].get("homeserver", {})
    if away := told.get("outage"):
        kind = outage_words.named(away.get("kind"))
        words = (
            f"the bot has had no answer for {away.get('seconds', 0)} s: {outage_words.what(kind)}"
        )
        yield Finding(Severity.WRONG, "answers", words, outage_words.cure(kind))
    elif told:
        yield Finding(Severity.OK, "answers", "the homeserver answers the bot")
    else:
        yield Finding(Severity.NOTE, "answers", "not known: only the running bot can tell")
    limited = told.get("limited") or {}
    if limited.get("times"):
        words = outage_words.limited(limited)
        yield Finding(Severity.NOTE, "limits", words, outage_words.LIMITS)


def waits(case: Case) -> Iterator[Finding]:
    """Report commands that computed for so long that everybody else waited."""
    if isinstance(case.answers, str):
        yield Finding(Severity.NOTE, "waits", "not counted: only the running bot can")
        return
    held = case.answers["status"].get("held", {})
    if held:
        worst = max(held, key=lambda name: held[name])
        yield Finding(
            Severity.NOTE,
            "waits",
            f"{counted(sum(held.values()), 'command', 'commands')} since the start computed for more than"
            f" 0.1 s at a time, most often !{worst}; others waited for that",
            "Tell us, with how many contacts there are; a slow or busy machine does it as well",
        )
    else:
        yield Finding(Severity.OK, "waits", "no command kept others waiting")


def identity(case: Case) -> Iterator[Finding]:
    """Check the cross-signing chain of the bot's device, as the homeserver shows it to people."""
    answer = {} if isinstance(case.answers, str) else case.answers.get("identity", {})
    if not answer and not isinstance(case.answers, str):
        yield Finding(
            Severity.NOTE,
            "identity",
            "not checked: the bot runs, but has no answer from the homeserver",
            "See above, then ask again",
        )
    elif not answer:
        yield Finding(Severity.NOTE, "identity", "not checked: only the running bot can")
    elif answer.get("ok") is True:
        yield Finding(Severity.OK, "identity", f"signed: {answer.get('fingerprint', '')}")
    else:
        yield Finding(
            Severity.WRONG,
            "identity",
            "the homeserver does not show the bot's device as signed by its own identity",
            'Read docs/admin.md, "Identity"; people\'s apps may refuse to talk to it until then',
        )


CHECKS: Final[tuple[Check, ...]] = (
    software,
    time_zones,
    file_modes,
    data_directory,
    space,
    key_slots,
    unlocking,
    homeserver,
    clock,
    secret_polls,
    stopping,
    invitations,
    leads,
    running,
    outages,
    waits,
    identity,
)
