"""The data directory: private, ours, and one process at a time."""

from __future__ import annotations

import errno
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.process import data_directory
from bot.process.data_directory import AlreadyRunning, DataDirectory, DirectoryRefusal

HOLDER = """
import sys, time
from pathlib import Path
from bot.process.data_directory import DataDirectory
with DataDirectory.open(Path(sys.argv[1])):
    print("holding", flush=True)
    time.sleep(60)
"""


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@contextmanager
def another_process(path: Path) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(  # noqa: S603 -- our own interpreter
        [sys.executable, "-c", HOLDER, str(path)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            assert process.stdout.readline() == "holding\n"
            yield process
        finally:
            process.send_signal(signal.SIGKILL)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "steward"


def test_it_is_made_private_with_what_is_put_into_it(path: Path) -> None:
    before = os.umask(0o022)
    try:
        with DataDirectory.open(path) as data:
            (data.path / "anything").write_text("x")
            data.app_database.touch()
        assert mode(path) == 0o700
        assert {mode(p) for p in path.iterdir()} == {0o600}
        assert os.umask(0o022) == 0o022, "the old umask is back"
    finally:
        os.umask(before)


def test_a_second_process_is_refused_and_told_who_is_there(path: Path) -> None:
    with (
        another_process(path) as process,
        pytest.raises(AlreadyRunning, match=f"process {process.pid}"),
        DataDirectory.open(path),
    ):
        pass
    with DataDirectory.open(path):  # killed: the kernel let go of the lock
        pass


def test_the_same_process_cannot_open_it_twice_either(path: Path) -> None:
    with (
        DataDirectory.open(path),
        pytest.raises(AlreadyRunning),
        DataDirectory.open(path),
    ):
        pass


def test_names_can_be_had_while_another_process_holds_it(path: Path) -> None:
    with another_process(path):
        data = DataDirectory(path)
        assert data.control_socket.parent == path
        assert not data.initialised


def test_permissions_for_others_are_taken_away(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path.mkdir()
    path.chmod(0o755)
    (path / "app.db").touch()
    (path / "app.db").chmod(0o644)
    (path / "media").mkdir()
    (path / "media").chmod(0o775)
    with DataDirectory.open(path):
        assert mode(path) == 0o700
        assert mode(path / "app.db") == 0o600
        assert mode(path / "media") == 0o700
    assert "permissions_closed" in caplog.text
    assert str(path) not in caplog.text


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
@pytest.mark.parametrize("which", [".", "app.db"])
def test_what_belongs_to_somebody_else_is_refused(path: Path, which: str) -> None:
    path.mkdir(mode=0o700)
    (path / "app.db").touch(mode=0o600)
    os.chown(path / which, 12345, 12345)
    with pytest.raises(DirectoryRefusal, match="chown"), DataDirectory.open(path):
        pass


def test_a_link_to_a_file_elsewhere_is_refused(path: Path, tmp_path: Path) -> None:
    path.mkdir(mode=0o700)
    (tmp_path / "elsewhere").touch()
    (path / "app.db").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(DirectoryRefusal, match="symbolic link"), DataDirectory.open(path):
        pass


def test_the_directory_itself_may_be_a_link(path: Path, tmp_path: Path) -> None:
    (tmp_path / "volume").mkdir(mode=0o755)
    path.symlink_to(tmp_path / "volume")
    with DataDirectory.open(path):
        assert mode(tmp_path / "volume") == 0o700


def test_a_file_in_the_way_is_refused(path: Path) -> None:
    path.write_text("x")
    with pytest.raises(DirectoryRefusal, match="in the way"), DataDirectory.open(path):
        pass
    with pytest.raises(DirectoryRefusal, match="in the way"), DataDirectory.open(path / "below"):
        pass


def test_the_reserve_is_real_and_can_be_given_back(path: Path) -> None:
    with DataDirectory.open(path) as data:
        assert data.reserve.stat().st_size == data_directory.RESERVE_BYTES
        assert data.reserve.stat().st_blocks * 512 >= data_directory.RESERVE_BYTES, "not sparse"
        data.release_reserve()
        assert not data.reserve.exists()
        data.release_reserve()
    with DataDirectory.open(path) as data:
        assert data.reserve.stat().st_size == data_directory.RESERVE_BYTES


def test_a_full_disk_does_not_keep_the_bot_from_starting(
    path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with DataDirectory.open(path) as data:
        data.release_reserve()
    monkeypatch.setattr(os, "fsync", full)
    with DataDirectory.open(path) as data:
        assert not data.reserve.exists()
        assert list(path.glob("*.tmp")) == []
    assert "disk_full" in caplog.text


def test_a_private_file_is_replaced_as_a_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "keyslots.json"
    data_directory.write_private(file, b"old")
    (tmp_path / "keyslots.json.tmp").write_bytes(b"left by a crash")
    data_directory.write_private(file, b"new")
    assert file.read_bytes() == b"new"
    assert mode(file) == 0o600

    def broken(_descriptor: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fsync", broken)
    with pytest.raises(OSError, match="Input/output"):
        data_directory.write_private(file, b"never")
    assert file.read_bytes() == b"new"
    assert [p.name for p in tmp_path.iterdir()] == ["keyslots.json"]
