"""Sixty ways in which disk and rights are wrong: each is said with path, user and what to type."""

import errno
import os
import resource
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support import situations
from tests.support.situations import ROOT, Situation, Spoil, theirs, typed, written

CONFIG = "--config {place}/config.toml"
LONG = "n" * 300
ME = f"uid {situations.OURS if ROOT else os.geteuid()}"
THEM = f"uid {situations.THEIRS}"
INIT = (
    "init --config {place}/new/config.toml --homeserver http://127.0.0.1:9 --user @s:localhost "
    "--allow-inviter @*:localhost --password-file {place}/passphrase "
    "--passphrase-file {place}/passphrase --yes --fast-kdf"
)


def nothing(_place: Path) -> None:
    """Everything is as it should be."""


def of_others(name: str, mode: int = 0o700) -> Spoil:
    return lambda place: theirs(place / name, mode)


def closed(name: str) -> Spoil:
    return lambda place: (place / name).chmod(0)


def gone(name: str) -> Spoil:
    return lambda place: (place / name).unlink()


def a_directory(name: str) -> Spoil:
    def spoil(place: Path) -> None:
        (place / name).unlink(missing_ok=True)
        (place / name).mkdir(0o700)

    return spoil


def a_circle(name: str) -> Spoil:
    def spoil(place: Path) -> None:
        (place / name).unlink(missing_ok=True)
        (place / name).symlink_to(place / f"{name}.other")
        (place / f"{name}.other").symlink_to(place / name)

    return spoil


def a_file(name: str) -> Spoil:
    return lambda place: written(place / name, "no directory")


def settings(words: str) -> Spoil:
    def spoil(place: Path) -> None:
        config = place / "config.toml"
        config.write_text(
            config.read_text("utf-8").replace('"passphrase"\n', '"passphrase"\n' + words)
        )

    return spoil


def elsewhere(name: str) -> Spoil:
    """The passphrase file lies in a directory of its own."""

    def spoil(place: Path) -> None:
        (place / "secrets").mkdir(0o700)
        (place / "passphrase").rename(place / "secrets" / "passphrase")
        config = place / "config.toml"
        config.write_text(config.read_text().replace('"passphrase"', '"secrets/passphrase"'))
        (place / name).chmod(0)

    return spoil


def failing(number: int, name: str) -> Spoil:
    """Flushing the file of that name fails, as it does where the disk is full."""

    def within(_place: Path) -> None:
        real = os.fsync

        def fsync(descriptor: int) -> None:
            if name in str(Path(f"/proc/self/fd/{descriptor}").readlink()):
                raise OSError(number, os.strerror(number))
            real(descriptor)

        os.fsync = fsync  # type: ignore[assignment]

    return within


def unwritable(name: str) -> Spoil:
    """Files of that name cannot be made: what a read-only file system says."""

    def within(_place: Path) -> None:
        real = os.open

        def opened(path: Any, flags: int, *more: Any, **named: Any) -> int:
            if name in str(path) and flags & (os.O_CREAT | os.O_RDWR):
                raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(path))
            return real(path, flags, *more, **named)

        os.open = opened

    return within


def few_files(_place: Path) -> None:
    """One number is left, to read a module by; others may be free between those of open files."""
    highest = max(int(each.name) for each in Path("/proc/self/fd").iterdir())
    while (number := os.dup(0)) < highest:
        pass
    os.close(number)
    resource.setrlimit(resource.RLIMIT_NOFILE, (number + 1, number + 1))


def linked_lock(place: Path) -> None:
    """The lock leads elsewhere."""
    lock = place / "data/lock"
    lock.unlink()
    lock.symlink_to(place / "elsewhere")


def directory_of_theirs(name: str) -> Spoil:
    """A directory of that name belongs to another user."""

    def within(place: Path) -> None:
        (place / name).mkdir()
        theirs(place / name, 0o755)

    return within


def row(
    words: str,
    wrong: str,
    spoil: Spoil,
    status: int,
    *said: str,
    within: Spoil | None = None,
    stays: tuple[str, ...] = (),
) -> Situation:
    return Situation(words, wrong, spoil, status, said, within, stays)


AS_THEY = ("{place}/data", ME, THEM, "sudo -u '#4343'")
SITUATIONS = [
    # ------------------------------------------------------------ a data directory of somebody else
    *(
        row(f"{command} {CONFIG}", "data of another user", of_others("data"), 77, *AS_THEY)
        for command in (
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
        )
    ),
    row(f"doctor {CONFIG}", "data of another user", of_others("data"), 5, *AS_THEY[:3], "chown -R"),
    row(
        f"config check {CONFIG}",
        "data of another user",
        of_others("data"),
        77,
        *AS_THEY,
    ),
    row(
        f"config check {CONFIG}",
        "data closed",
        closed("data"),
        77,
        "chmod u+rwX '{place}/data'",
        ME,
    ),
    row(
        f"config check {CONFIG}",
        "a configuration of another user",
        of_others("config.toml", 0o600),
        77,
        "{place}/config.toml",
        ME,
        THEM,
    ),
    row(f"config check {CONFIG}", "no passphrase file", gone("passphrase"), 78, "There is no file"),
    row(
        f"move --homeserver http://127.0.0.1:9 --user @new:localhost --yes {CONFIG}",
        "data of another user",
        of_others("data"),
        77,
        *AS_THEY,
    ),
    # ------------------------------------------------------------ a data directory that is closed
    *(
        row(
            f"{command} {CONFIG}",
            "data closed",
            closed("data"),
            77,
            "chmod u+rwX '{place}/data'",
            ME,
        )
        for command in ("run", "status", "backup {place}/copy", "passphrase", "panic --yes")
    ),
    row(
        f"run {CONFIG}",
        "a file of another user",
        of_others("data/reserve", 0o600),
        14,
        "reserve",
        THEM,
        "chown",
    ),
    row(
        f"run {CONFIG}",
        "a file that is closed",
        closed("data/reserve"),
        77,
        "chmod u+rwX '{place}/data/reserve'",
        ME,
    ),
    row(
        f"rotate-key {CONFIG}",
        "a file that is closed",
        closed("data/reserve"),
        77,
        "chmod u+rwX",
        ME,
    ),
    row(
        f"run {CONFIG}",
        "key slots closed",
        closed("data/keyslots.json"),
        77,
        "chmod u+rwX",
        "keyslots.json",
    ),
    row(
        f"run {CONFIG}",
        "the lock is a link",
        linked_lock,
        14,
        "symbolic link",
        "data/lock",
    ),
    row(
        f"run {CONFIG}",
        "data is a file",
        settings('data_dir = "passphrase"\n'),
        14,
        "{place}/passphrase",
        "init",
    ),
    row(
        f"run {CONFIG}",
        "data is missing",
        settings('data_dir = "none"\n'),
        14,
        "{place}/none",
        "steward init --config",
    ),
    row(f"backup {CONFIG}", "data is missing", settings('data_dir = "none"\n'), 14, "{place}/none"),
    row(
        f"run {CONFIG}",
        "data under a file",
        settings('data_dir = "passphrase/data"\n'),
        14,
        "{place}/passphrase/data",
    ),
    row(
        f"rotate-key {CONFIG}",
        "no more open files",
        nothing,
        71,
        ME,
        "ulimit -n",
        "LimitNOFILE",
        within=few_files,
    ),
    row(
        f"run {CONFIG}",
        "a disk that can only be read",
        nothing,
        73,
        "data/lock",
        "findmnt -T",
        "ReadWritePaths={place}/data",
        within=unwritable("data/lock"),
    ),
    # ------------------------------------------------------------ the configuration
    row(
        f"run {CONFIG}",
        "no configuration",
        gone("config.toml"),
        78,
        "{place}/config.toml",
        "steward init",
    ),
    row(
        f"run {CONFIG}",
        "a configuration of another user",
        of_others("config.toml", 0o600),
        77,
        "{place}/config.toml",
        ME,
        THEM,
        "sudo -u",
    ),
    row(
        f"status {CONFIG}",
        "a configuration of another user",
        of_others("config.toml", 0o600),
        77,
        "{place}/config.toml",
        ME,
        THEM,
    ),
    row(
        f"doctor {CONFIG}",
        "a configuration of another user",
        of_others("config.toml", 0o600),
        5,
        "{place}/config.toml",
        ME,
        THEM,
    ),
    row(
        f"run {CONFIG}",
        "a configuration that is closed",
        closed("config.toml"),
        77,
        "chmod u+rwX '{place}/config.toml'",
        ME,
    ),
    row(
        f"run {CONFIG}",
        "the configuration is a directory",
        a_directory("config.toml"),
        78,
        "{place}/config.toml is a directory",
    ),
    row(
        f"run {CONFIG}",
        "the configuration is a circle of links",
        a_circle("config.toml"),
        78,
        "namei -l '{place}/config.toml'",
    ),
    row(
        f"run --config {{place}}/{LONG}",
        "a name that is too long",
        nothing,
        78,
        "too long",
        "shorter",
    ),
    row(
        "run --config {place}/passphrase/config.toml",
        "the configuration under a file",
        nothing,
        78,
        "{place}/passphrase is a file",
    ),
    row(
        f"run {CONFIG}",
        ".env of another user",
        lambda p: theirs(written(p / ".env", "x=y"), 0o600),
        78,
        "{place}/.env",
        ME,
        THEM,
    ),
    row(
        f"run {CONFIG}",
        ".env is closed",
        lambda p: written(p / ".env", "x=y", 0),
        78,
        "chmod u+rwX '{place}/.env'",
        ME,
    ),
    row(
        f"doctor {CONFIG}",
        ".env is closed",
        lambda p: written(p / ".env", "x=y", 0),
        5,
        "chmod u+rwX '{place}/.env'",
        ME,
    ),
    row(
        f"run {CONFIG}",
        "no proxy file",
        lambda p: written(p / ".env", "STEWARD_PROXY_FILE=/nowhere/proxy"),
        78,
        "/nowhere/proxy",
        "STEWARD_PROXY_FILE",
    ),
    # ------------------------------------------------------------ secret files
    row(
        f"run {CONFIG}",
        "no passphrase file",
        gone("passphrase"),
        78,
        "There is no file {place}/passphrase",
        "ls -l",
    ),
    row(
        f"run {CONFIG}",
        "a passphrase of another user",
        of_others("passphrase", 0o600),
        78,
        "{place}/passphrase",
        ME,
        THEM,
        "sudo -u",
    ),
    row(
        f"run {CONFIG}",
        "the passphrase is closed",
        closed("passphrase"),
        78,
        "chmod u+rwX '{place}/passphrase'",
        ME,
    ),
    row(
        f"run {CONFIG}",
        "the passphrase is a directory",
        a_directory("passphrase"),
        78,
        "{place}/passphrase",
    ),
    row(
        f"run {CONFIG}",
        "a closed directory on the way",
        elsewhere("secrets"),
        78,
        "chmod u+rwX '{place}/secrets'",
        ME,
    ),
    row(
        f"passphrase {CONFIG} --new-passphrase-file {{place}}/none",
        "no new passphrase",
        nothing,
        78,
        "There is no file {place}/none",
    ),
    row(
        f"backup {{place}}/copy {CONFIG} --passphrase-file {{place}}/none",
        "no passphrase file",
        nothing,
        78,
        "There is no file {place}/none",
    ),
    row(
        f"recovery-key check {CONFIG} --passphrase-file {{place}}/none",
        "no file",
        nothing,
        78,
        "There is no file {place}/none",
    ),
    row(
        f"passphrase {CONFIG} --new-passphrase-file {{place}}/new --fast-kdf",
        "the disk is full",
        lambda p: written(p / "new", "quite another passphrase"),
        15,
        "keyslots.json",
        "df -h '{place}/data'",
        within=failing(errno.ENOSPC, "keyslots"),
        stays=("data/keyslots.json",),
    ),
    row(
        f"passphrase {CONFIG} --new-passphrase-file {{place}}/new --fast-kdf",
        "the quota is used up",
        lambda p: written(p / "new", "quite another passphrase"),
        15,
        "keyslots.json",
        ME,
        "quota -s",
        within=failing(errno.EDQUOT, "keyslots"),
        stays=("data/keyslots.json",),
    ),
    # ------------------------------------------------------------ backups
    row(
        f"backup {{place}}/none/copy {CONFIG}",
        "no such directory",
        nothing,
        73,
        "{place}/none",
        "mkdir -p '{place}/none'",
    ),
    row(
        f"backup {{place}}/passphrase {CONFIG}",
        "a file is there",
        nothing,
        73,
        "{place}/passphrase",
        "--overwrite",
        stays=("passphrase",),
    ),
    row(
        f"backup {{place}}/data {CONFIG}",
        "a directory is there",
        nothing,
        73,
        "{place}/data is a directory",
    ),
    row(
        f"backup {{place}}/data {CONFIG} --overwrite",
        "a directory is there, to be replaced",
        nothing,
        73,
        "{place}/data is a directory",
    ),
    row(f"backup {{place}}/{LONG} {CONFIG}", "a name that is too long", nothing, 73, "too long"),
    row(
        f"backup {{place}}/passphrase/copy {CONFIG}",
        "under a file",
        nothing,
        73,
        "{place}/passphrase",
    ),
    row(
        f"backup {{place}}/other/copy {CONFIG}",
        "a directory of another user",
        directory_of_theirs("other"),
        77,
        "{place}/other",
        ME,
        THEM,
    ),
    row(
        f"backup /etc/copy {CONFIG}",
        "a directory of root",
        nothing,
        77,
        "/etc/copy",
        ME,
        "root (uid 0)",
        "Choose a place that is yours",
    ),
    row(
        f"backup --check {{place}}/none {CONFIG}",
        "no such backup",
        nothing,
        66,
        "There is no file {place}/none",
    ),
    row(
        f"backup --check {{place}}/passphrase {CONFIG}",
        "no backup",
        nothing,
        66,
        "{place}/passphrase is not a backup",
    ),
    row(f"backup --check {{place}}/data {CONFIG}", "a directory", nothing, 66, "{place}/data"),
    row(
        f"backup --check {{place}}/copy {CONFIG}",
        "a backup of another user",
        lambda p: theirs(written(p / "copy", ""), 0o600),
        66,
        "{place}/copy",
        ME,
        THEM,
    ),
    row(
        "restore {place}/none --config {place}/new.toml",
        "no such backup",
        nothing,
        66,
        "There is no file {place}/none",
    ),
    row(
        "restore {place}/passphrase --config {place}/new.toml",
        "no backup",
        nothing,
        66,
        "is not a backup",
    ),
    row(
        f"restore {{place}}/copy {CONFIG}",
        "a backup that is closed",
        lambda p: written(p / "copy", "", 0),
        66,
        "chmod u+rwX '{place}/copy'",
        ME,
    ),
    # ------------------------------------------------------------ init
    row(
        INIT,
        "a directory of another user",
        directory_of_theirs("new"),
        77,
        "{place}/new",
        ME,
        THEM,
    ),
    row(INIT, "a file in the way", a_file("new"), 73, "{place}/new", "it is a file"),
    row(
        INIT.replace("{place}/new/", "/etc/new/"),
        "a directory of root",
        nothing,
        77,
        "/etc/new",
        ME,
        "root (uid 0)",
    ),
    row(
        INIT.replace("/new/config.toml", f"/{LONG}"),
        "a name that is too long",
        nothing,
        73,
        "too long",
    ),
    row(
        INIT,
        "the disk is full",
        nothing,
        15,
        "config.toml",
        "df -h",
        within=failing(errno.ENOSPC, "config.toml"),
    ),
    row(
        INIT,
        "the quota is used up",
        nothing,
        15,
        "config.toml",
        ME,
        "quota -s",
        within=failing(errno.EDQUOT, "config.toml"),
    ),
    row(
        INIT,
        "a disk that can only be read",
        nothing,
        73,
        "findmnt -T",
        within=unwritable("config.toml"),
    ),
    row(
        INIT.replace("{place}/passphrase --yes", "{place}/none --yes"),
        "no passphrase file",
        nothing,
        78,
        "There is no file {place}/none",
    ),
    row(
        INIT.replace("--password-file {place}/passphrase", "--password-file {place}/none"),
        "no password file",
        nothing,
        78,
        "There is no file {place}/none",
    ),
]


@pytest.fixture(scope="module")
def template() -> Iterator[Path]:
    with situations.place() as made:
        situations.fill(made)
        yield made


@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda each: each.name)
def test_what_is_wrong_is_said(situation: Situation, template: Path) -> None:
    with situations.place() as place:
        situations.copied(template, place)
        try:
            situation.spoil(place)
        except PermissionError:
            pytest.skip("only root can give files away")
        situations.owned(place)
        before = [(place / name).read_bytes() for name in situation.stays]

        def filled(words: str) -> str:
            return words.replace("{place}", str(place))

        def within() -> None:
            if situation.within is not None:
                situation.within(place)

        ended = typed(filled(situation.typed).split(), within, place)
        told = " ".join(ended.output.split())
        assert ended.status == situation.status, ended
        for words in map(filled, situation.said):
            assert words in told, ended.output
        assert "our side" not in told
        assert "canary" not in told
        assert [(place / name).read_bytes() for name in situation.stays] == before


def test_the_table_is_large_enough() -> None:
    assert len(SITUATIONS) >= 60
    assert len({(each.name) for each in SITUATIONS}) == len(SITUATIONS)


def test_with_nothing_wrong_there_is_nothing_to_say(template: Path) -> None:
    """The control: in the same child, without a fault, the commands get further."""
    with situations.place() as place:
        situations.copied(template, place)
        situations.owned(place)
        ended = typed(["status", "--config", str(place / "config.toml")], lambda: None, place)
        assert ended.status == 3, ended
        ended = typed(
            ["panic", "--yes", "--config", str(place / "config.toml")], lambda: None, place
        )
        assert ended.status == 0, ended
        assert not (place / "data" / "keyslots.json").exists()
