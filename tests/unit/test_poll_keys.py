"""Where the halves of keys that are in memory alone may lie, and where not."""

import os
from pathlib import Path

import pytest

from bot.polls.keys import HalfKey, PollKeys, file_system, never_swapped, swaps_in_clear
from tests.support.polling import in_memory

HEADER = "Filename\tType\tSize\tUsed\tPriority\n"


def test_a_key_is_kept_replaced_and_wiped() -> None:
    with in_memory() as memory:
        keys = PollKeys(memory)
        assert keys.get("poll") is None
        for seq in (1, 2):
            key = HalfKey(os.urandom(32), seq)
            keys.put("poll", key)
            assert keys.get("poll") == key
        (file,) = memory.iterdir()
        assert file.stat().st_mode & 0o777 == 0o600
        keys.wipe("poll")
        keys.wipe("poll")
        assert list(memory.iterdir()) == []


def test_half_a_file_is_no_key() -> None:
    with in_memory() as memory:
        (memory / "poll.key").write_bytes(b"short")
        assert PollKeys(memory).get("poll") is None


def test_memory_is_told_from_a_disk(tmp_path: Path) -> None:
    with in_memory() as memory:
        assert PollKeys(memory / "made" / "when needed").refusals() == []
        assert (memory / "made" / "when needed").stat().st_mode & 0o777 == 0o700
        assert file_system(memory) == "tmpfs"
    if file_system(tmp_path) not in {"tmpfs", "ramfs"}:
        (reason,) = PollKeys(tmp_path / "keys").refusals()
        assert "on a disk" in reason


def test_a_directory_that_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    (reason,) = PollKeys(tmp_path / "file" / "keys").refusals()
    assert "cannot be used" in reason


@pytest.mark.parametrize(
    ("swap", "files", "in_clear"),
    [
        ("", {}, False),
        ("/dev/sda2\tpartition\t1\t0\t-2\n", {}, True),
        ("/swapfile\tfile\t1\t0\t-2\n", {}, True),
        ("/dev/dm-0\tpartition\t1\t0\t-2\n", {"dm-0/dm/uuid": "CRYPT-PLAIN-swap\n"}, False),
        ("/dev/dm-0\tpartition\t1\t0\t-2\n", {"dm-0/dm/uuid": "LVM-abc\n"}, True),
        ("/dev/zram0\tpartition\t1\t0\t-2\n", {"zram0/backing_dev": "none\n"}, False),
        ("/dev/zram0\tpartition\t1\t0\t-2\n", {"zram0/backing_dev": "/dev/sda3\n"}, True),
        (
            "/dev/zram0\tpartition\t1\t0\t5\n/dev/sda2\tpartition\t1\t0\t-2\n",
            {"zram0/backing_dev": "none\n"},
            True,
        ),
    ],
)
def test_memory_that_goes_to_a_disk(
    tmp_path: Path, swap: str, files: dict[str, str], *, in_clear: bool
) -> None:
    swaps = tmp_path / "swaps"
    swaps.write_text(HEADER + swap)
    for name, content in files.items():
        path = tmp_path / "block" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    assert swaps_in_clear(swaps, tmp_path / "block") is in_clear


@pytest.mark.parametrize(
    ("own", "limits", "safe"),
    [
        ("0::/system.slice/steward.service\n", {"system.slice/steward.service": "0"}, True),
        ("0::/system.slice/steward.service\n", {"system.slice": "0"}, True),
        ("0::/system.slice/steward.service\n", {"system.slice/steward.service": "max"}, False),
        ("0::/system.slice/steward.service\n", {"system.slice/another.service": "0"}, False),
        ("0::/\n", {"": "0"}, True),
        ("4:memory:/docker/abc\n", {"": "0"}, False),
        ("", {"": "0"}, False),
    ],
)
def test_memory_that_the_kernel_leaves_where_it_is(
    tmp_path: Path, own: str, limits: dict[str, str], *, safe: bool
) -> None:
    (tmp_path / "cgroup").write_text(own)
    for name, limit in limits.items():
        group = tmp_path / "groups" / name
        group.mkdir(parents=True, exist_ok=True)
        (group / "memory.swap.max").write_text(limit + "\n")
    assert never_swapped(tmp_path / "cgroup", tmp_path / "groups") is safe
