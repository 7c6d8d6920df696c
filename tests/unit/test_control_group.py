"""What the kernel is asked to hold a bot to, it holds; where it cannot be asked, nothing else is claimed."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.control_group import ControlGroup

MEMORY = 60_000_000


@pytest.fixture
def group() -> Iterator[ControlGroup]:
    made = ControlGroup(MEMORY, cores=1)
    if not made.made:
        pytest.skip("no control group can be made here")
    yield made
    made.close()


def ended(group: ControlGroup, tmp_path: Path, program: str) -> int:
    log = tmp_path / "log"
    status = group.start([sys.executable, "-c", program], dict(os.environ), log).wait(timeout=60)
    assert "Traceback" not in log.read_text()
    return status


def test_what_stays_within_its_memory_comes_to_its_end(group: ControlGroup, tmp_path: Path) -> None:
    assert ended(group, tmp_path, "bytearray(8 << 20)") == 0
    assert group.killed == 0
    assert group.peak is not None
    assert 8 << 20 < group.peak <= MEMORY


def test_what_takes_more_is_ended_by_the_kernel_and_counted(
    group: ControlGroup, tmp_path: Path
) -> None:
    assert ended(group, tmp_path, "bytearray(b'x' * (256 << 20))") == -9
    assert group.killed == 1


def test_a_group_is_gone_when_it_is_closed() -> None:
    group = ControlGroup(MEMORY)
    group.close()
    assert not any(Path("/sys/fs/cgroup").glob(f"**/{group.name}"))
