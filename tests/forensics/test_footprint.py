"""What the kernel saw: every file that a running bot opened for writing, made, renamed or removed.

Long form only, and only where strace is installed (`make forensics`).
"""

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from demo.homeserver import Homeserver
from tests.forensics.examined_bot import ExaminedBot
from tests.forensics.talk import Talk
from tests.support.committee import PASSWORD, SignIn

pytestmark = [
    pytest.mark.nightly,
    pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed"),
]

CALLS: Final = "open,openat,creat,mkdir,mkdirat,rename,renameat,renameat2,link,linkat,symlink,bind"
CHANGES: Final = re.compile(
    r"O_WRONLY|O_RDWR|O_CREAT|^\d+ +(?:mkdir|rename|link|symlink|creat|bind)\w*\("
)
PATH: Final = re.compile(r'"(/[^"]*)"')
HARMLESS: Final = ("/dev/null", "/dev/tty", "/proc/self/")


class TracedBot(ExaminedBot):
    """The bot under strace."""

    @property
    def trace(self) -> Path:
        return self.home.parent / "trace"

    def _line(self, command: str, *words: str) -> list[str]:
        line = super()._line(command, *words)
        if command != "run":
            return line
        return ["strace", "-D", "-f", "-qq", "-e", f"trace={CALLS}", "-o", str(self.trace), *line]


async def test_a_running_bot_writes_nowhere_but_in_its_data_directory(
    homeserver: Homeserver, sign_in: SignIn, tmp_path: Path, unique: Callable[[str], str]
) -> None:
    user = await homeserver.register(unique("steward"), PASSWORD)
    async with TracedBot(tmp_path / "b", homeserver, user, PASSWORD, "crashing") as bot:
        await bot.init()
        await bot.start()
        ana, ben, eve = [await sign_in(name) for name in ("ana", "ben", "eve")]
        chi = await sign_in("chi", cross_signed=False)
        await Talk(bot, ana, ben, chi, eve).everything()
        await bot.stop()
    lines = [line for line in bot.trace.read_text().splitlines() if CHANGES.search(line)]
    assert any("app.db-wal" in line for line in lines), "the control: strace saw the log"
    allowed = (f"{bot.data}/", *HARMLESS)
    outside = [
        line
        for line in lines
        if " = -1 " not in line and not all(p.startswith(allowed) for p in PATH.findall(line))
    ]
    assert outside == []
