"""The situations of an operator: one entry for each thing that may be wrong, and how commands end then.

To add one, say what is wrong, which of ``tests/support/spoils.py`` makes it so, what is typed, the exit status, and
words of the answer:

    wrong("data closed", closed("data"), typed("run", "status").ends(77, "chmod u+rwX '{place}/data'", ME)),

``{place}`` is the directory of config.toml, which every command is told by ``--config`` unless it names another.
``within`` is done in the process of the command, ``stays`` are files that have to be as before.
"""

import errno
import os

from tests.support import situations
from tests.support.situations import ROOT, Situation, theirs, typed, written, wrong
from tests.support.spoils import (
    a_circle,
    a_directory,
    a_file,
    closed,
    directory_of_theirs,
    elsewhere,
    failing,
    few_files,
    gone,
    linked_lock,
    nothing,
    of_others,
    settings,
    unwritable,
)

LONG = "n" * 300
ME = f"uid {situations.OURS if ROOT else os.geteuid()}"
THEM = f"uid {situations.THEIRS}"
AS_THEY = ("{place}/data", ME, THEM, "sudo -u '#4343'")
INIT = (
    "init --config {place}/new/config.toml --homeserver http://127.0.0.1:9 --user @s:localhost "
    "--allow-inviter @*:localhost --password-file {place}/passphrase "
    "--passphrase-file {place}/passphrase --yes --fast-kdf"
)

DATA = [
    wrong(
        "data of another user",
        of_others("data"),
        typed(
            "run",
            "status",
            "status --json",
            "verify",
            "dead-letters",
            "dead-letters retry all",
            "backup {place}/copy",
            "passphrase",
            "recovery-key replace --passphrase-file {place}/passphrase",
            "rotate-key",
            "panic --yes",
            "config check",
            "move --homeserver http://127.0.0.1:9 --user @new:localhost --yes",
        ).ends(77, *AS_THEY),
        typed("doctor").ends(5, *AS_THEY[:3], "chown -R"),
    ),
    wrong(
        "data closed",
        closed("data"),
        typed(
            "config check", "run", "status", "backup {place}/copy", "passphrase", "panic --yes"
        ).ends(77, "chmod u+rwX '{place}/data'", ME),
    ),
    wrong(
        "a file of another user",
        of_others("data/reserve", 0o600),
        typed("run").ends(14, "reserve", THEM, "chown"),
    ),
    wrong(
        "a file that is closed",
        closed("data/reserve"),
        typed("run").ends(77, "chmod u+rwX '{place}/data/reserve'", ME),
        typed("rotate-key").ends(77, "chmod u+rwX", ME),
    ),
    wrong(
        "key slots closed",
        closed("data/keyslots.json"),
        typed("run").ends(77, "chmod u+rwX", "keyslots.json"),
    ),
    wrong("the lock is a link", linked_lock, typed("run").ends(14, "symbolic link", "data/lock")),
    wrong(
        "data is a file",
        settings('data_dir = "passphrase"\n'),
        typed("run").ends(14, "{place}/passphrase", "init"),
    ),
    wrong(
        "data is missing",
        settings('data_dir = "none"\n'),
        typed("run").ends(14, "{place}/none", "steward init --config"),
        typed("backup").ends(14, "{place}/none"),
    ),
    wrong(
        "data under a file",
        settings('data_dir = "passphrase/data"\n'),
        typed("run").ends(14, "{place}/passphrase/data"),
    ),
    wrong(
        "no more open files",
        nothing,
        typed("rotate-key").ends(71, ME, "ulimit -n", "LimitNOFILE"),
        within=few_files,
    ),
    wrong(
        "a disk that can only be read",
        nothing,
        typed("run").ends(73, "data/lock", "findmnt -T", "ReadWritePaths={place}/data"),
        within=unwritable("data/lock"),
    ),
]
"""The data directory."""

CONFIGURATION = [
    wrong(
        "a configuration of another user",
        of_others("config.toml", 0o600),
        typed("config check", "status").ends(77, "{place}/config.toml", ME, THEM),
        typed("run").ends(77, "{place}/config.toml", ME, THEM, "sudo -u"),
        typed("doctor").ends(5, "{place}/config.toml", ME, THEM),
    ),
    wrong(
        "no configuration",
        gone("config.toml"),
        typed("run").ends(78, "{place}/config.toml", "steward init"),
    ),
    wrong(
        "a configuration that is closed",
        closed("config.toml"),
        typed("run").ends(77, "chmod u+rwX '{place}/config.toml'", ME),
    ),
    wrong(
        "the configuration is a directory",
        a_directory("config.toml"),
        typed("run").ends(78, "{place}/config.toml is a directory"),
    ),
    wrong(
        "the configuration is a circle of links",
        a_circle("config.toml"),
        typed("run").ends(78, "namei -l '{place}/config.toml'"),
    ),
    wrong(
        "a name that is too long",
        nothing,
        typed(f"run --config {{place}}/{LONG}").ends(78, "too long", "shorter"),
        typed(f"backup {{place}}/{LONG}", INIT.replace("/new/config.toml", f"/{LONG}")).ends(
            73, "too long"
        ),
    ),
    wrong(
        "the configuration under a file",
        nothing,
        typed("run --config {place}/passphrase/config.toml").ends(
            78, "{place}/passphrase is a file"
        ),
    ),
    wrong(
        ".env of another user",
        lambda p: theirs(written(p / ".env", "x=y"), 0o600),
        typed("run").ends(78, "{place}/.env", ME, THEM),
    ),
    wrong(
        ".env is closed",
        lambda p: written(p / ".env", "x=y", 0),
        typed("run").ends(78, "chmod u+rwX '{place}/.env'", ME),
        typed("doctor").ends(5, "chmod u+rwX '{place}/.env'", ME),
    ),
    wrong(
        "no proxy file",
        lambda p: written(p / ".env", "STEWARD_PROXY_FILE=/nowhere/proxy"),
        typed("run").ends(78, "/nowhere/proxy", "STEWARD_PROXY_FILE"),
    ),
]
"""config.toml, and .env beside it."""

SECRETS = [
    wrong(
        "no passphrase file",
        gone("passphrase"),
        typed("config check").ends(78, "There is no file"),
        typed("run").ends(78, "There is no file {place}/passphrase", "ls -l"),
    ),
    wrong(
        "a passphrase of another user",
        of_others("passphrase", 0o600),
        typed("run").ends(78, "{place}/passphrase", ME, THEM, "sudo -u"),
    ),
    wrong(
        "the passphrase is closed",
        closed("passphrase"),
        typed("run").ends(78, "chmod u+rwX '{place}/passphrase'", ME),
    ),
    wrong(
        "the passphrase is a directory",
        a_directory("passphrase"),
        typed("run").ends(78, "{place}/passphrase"),
    ),
    wrong(
        "a closed directory on the way",
        elsewhere("secrets"),
        typed("run").ends(78, "chmod u+rwX '{place}/secrets'", ME),
    ),
    wrong(
        "no new passphrase",
        nothing,
        typed("passphrase --new-passphrase-file {place}/none").ends(
            78, "There is no file {place}/none"
        ),
    ),
    wrong(
        "no passphrase file",
        nothing,
        typed(
            "backup {place}/copy --passphrase-file {place}/none",
            INIT.replace("{place}/passphrase --yes", "{place}/none --yes"),
        ).ends(78, "There is no file {place}/none"),
    ),
    wrong(
        "no file",
        nothing,
        typed("recovery-key check --passphrase-file {place}/none").ends(
            78, "There is no file {place}/none"
        ),
    ),
    wrong(
        "the disk is full",
        lambda p: written(p / "new", "quite another passphrase"),
        typed("passphrase --new-passphrase-file {place}/new --fast-kdf").ends(
            15, "keyslots.json", "df -h '{place}/data'"
        ),
        within=failing(errno.ENOSPC, "keyslots"),
        stays=("data/keyslots.json",),
    ),
    wrong(
        "the quota is used up",
        lambda p: written(p / "new", "quite another passphrase"),
        typed("passphrase --new-passphrase-file {place}/new --fast-kdf").ends(
            15, "keyslots.json", ME, "quota -s"
        ),
        within=failing(errno.EDQUOT, "keyslots"),
        stays=("data/keyslots.json",),
    ),
]
"""Files with passphrases."""

BACKUPS = [
    wrong(
        "no such directory",
        nothing,
        typed("backup {place}/none/copy").ends(73, "{place}/none", "mkdir -p '{place}/none'"),
    ),
    wrong(
        "a file is there",
        nothing,
        typed("backup {place}/passphrase").ends(73, "{place}/passphrase", "--overwrite"),
        stays=("passphrase",),
    ),
    wrong(
        "a directory is there",
        nothing,
        typed("backup {place}/data").ends(73, "{place}/data is a directory"),
    ),
    wrong(
        "a directory is there, to be replaced",
        nothing,
        typed("backup {place}/data --overwrite").ends(73, "{place}/data is a directory"),
    ),
    wrong(
        "under a file",
        nothing,
        typed("backup {place}/passphrase/copy").ends(73, "{place}/passphrase"),
    ),
    wrong(
        "a directory of another user",
        directory_of_theirs("other"),
        typed("backup {place}/other/copy").ends(77, "{place}/other", ME, THEM),
    ),
    wrong(
        "a directory of root",
        nothing,
        typed("backup /etc/copy").ends(
            77, "/etc/copy", ME, "root (uid 0)", "Choose a place that is yours"
        ),
        typed(INIT.replace("{place}/new/", "/etc/new/")).ends(77, "/etc/new", ME, "root (uid 0)"),
    ),
    wrong(
        "no such backup",
        nothing,
        typed("backup --check {place}/none", "restore {place}/none --config {place}/new.toml").ends(
            66, "There is no file {place}/none"
        ),
    ),
    wrong(
        "no backup",
        nothing,
        typed("backup --check {place}/passphrase").ends(66, "{place}/passphrase is not a backup"),
        typed("restore {place}/passphrase --config {place}/new.toml").ends(66, "is not a backup"),
    ),
    wrong("a directory", nothing, typed("backup --check {place}/data").ends(66, "{place}/data")),
    wrong(
        "a backup of another user",
        lambda p: theirs(written(p / "copy", ""), 0o600),
        typed("backup --check {place}/copy").ends(66, "{place}/copy", ME, THEM),
    ),
    wrong(
        "a backup that is closed",
        lambda p: written(p / "copy", "", 0),
        typed("restore {place}/copy").ends(66, "chmod u+rwX '{place}/copy'", ME),
    ),
]
"""What backups are written to and read from."""

BEGINNING = [
    wrong(
        "a directory of another user",
        directory_of_theirs("new"),
        typed(INIT).ends(77, "{place}/new", ME, THEM),
    ),
    wrong("a file in the way", a_file("new"), typed(INIT).ends(73, "{place}/new", "it is a file")),
    wrong(
        "the disk is full",
        nothing,
        typed(INIT).ends(15, "config.toml", "df -h"),
        within=failing(errno.ENOSPC, "config.toml"),
    ),
    wrong(
        "the quota is used up",
        nothing,
        typed(INIT).ends(15, "config.toml", ME, "quota -s"),
        within=failing(errno.EDQUOT, "config.toml"),
    ),
    wrong(
        "a disk that can only be read",
        nothing,
        typed(INIT).ends(73, "findmnt -T"),
        within=unwritable("config.toml"),
    ),
    wrong(
        "no password file",
        nothing,
        typed(
            INIT.replace("--password-file {place}/passphrase", "--password-file {place}/none")
        ).ends(78, "There is no file {place}/none"),
    ),
]
"""`steward init`."""

SITUATIONS: list[Situation] = [
    situation
    for part in (DATA, CONFIGURATION, SECRETS, BACKUPS, BEGINNING)
    for each in part
    for situation in each
]
"""All of them, one for each command line."""
