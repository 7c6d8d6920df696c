"""One process of a machine for each device: held without any file, and named to whoever comes second."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from bot.process import device_hold
from bot.process.device_hold import DeviceInUse

SECRET = ("@steward:example.org", "ABCDEFGHIJ", f"token-of-{os.getpid()}")
HOLDING = (
    "import sys, time\n"
    "from bot.process.device_hold import held\n"
    "with held(*sys.argv[1:]):\n"
    "    print('held', flush=True)\n"
    "    time.sleep(60)\n"
)

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="addresses of Linux")


@pytest.fixture
def other() -> Iterator["subprocess.Popen[str]"]:
    """Another process that holds the device."""
    words = [sys.executable, "-c", HOLDING, *SECRET]
    with subprocess.Popen(  # noqa: S603
        words, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_the_second_is_told_who_the_first_is(other: "subprocess.Popen[str]") -> None:
    with pytest.raises(DeviceInUse) as refused, device_hold.held(*SECRET):
        pass
    assert f"process {other.pid} of " in str(refused.value)
    assert "started on a copy" in str(refused.value)
    assert not any(each in str(refused.value) for each in SECRET), "no ids in what is printed"


def test_it_is_free_once_the_first_was_killed(other: "subprocess.Popen[str]") -> None:
    other.send_signal(signal.SIGKILL)
    other.wait()
    with device_hold.held(*SECRET):
        pass


def test_another_device_is_nobody_elses_business(other: "subprocess.Popen[str]") -> None:
    account, _device, token = SECRET
    with device_hold.held(account, "KLMNOPQRST", token), device_hold.held(account, "UVW", token):
        pass


def test_nobody_waits_for_it(other: "subprocess.Popen[str]") -> None:
    """Whoever holds it never takes a connection: hundreds who ask are answered all the same."""
    before = time.process_time()
    for _ in range(200):
        with pytest.raises(DeviceInUse), device_hold.held(*SECRET):
            pass
    assert time.process_time() - before < 5
