"""Whole programs open what the bot wrote: khal, khard, calcurse and Thunderbird, as people have them.

`make programs` installs the first two by name into a temporary folder; the others are tried where they are.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from commands.meetings.share.calendar_file import calendar
from storage.meetings.meetings import MeetingId, Occurrence, OccurrenceId
from storage.privacy.exports import ExportFormat
from tests.readers.marionette import thunderbird
from tests.unit.test_files_for_others import SAID, text

pytestmark = [pytest.mark.nightly, pytest.mark.timeout(600)]

FIRST = datetime(2026, 12, 3, 18, tzinfo=UTC)
MADRID = ZoneInfo("Europe/Madrid")
KHAL = """
[calendars]
[[ours]]
path = {folder}
[locale]
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
local_timezone = Europe/Madrid
default_timezone = Europe/Madrid
"""
KHARD = """
[addressbooks]
[[ours]]
path = {folder}
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment of their own, so that nothing of it gets into the bot's."""
    there = tmp_path_factory.mktemp("programs")
    run([sys.executable, "-m", "venv", there], {})
    run([there / "bin" / "pip", "install", "-q", "khal==0.14.1", "khard==0.22.0"], {})
    return there / "bin"


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """Whoever uses them, in Madrid."""
    for name, config in (("khal/config", KHAL), ("khard/khard.conf", KHARD)):
        file = tmp_path / name
        file.parent.mkdir()
        folder = tmp_path / f"{file.parent.name} data"
        folder.mkdir()
        file.write_text(config.format(folder=folder))
    return {
        "HOME": str(tmp_path),
        "XDG_CONFIG_HOME": str(tmp_path),
        "XDG_DATA_HOME": str(tmp_path / "data"),
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
        "TZ": "Europe/Madrid",
    }


def run(words: Sequence[str | Path], home: dict[str, str]) -> str:
    return subprocess.run(  # noqa: S603 (our own words)
        words, env=os.environ | home, check=True, capture_output=True, text=True
    ).stdout


def date(number: int, *, seq: int = 0, live: bool = True, hours: int = 0) -> Occurrence:
    at = FIRST + timedelta(weeks=number, hours=hours)
    local = at.astimezone(MADRID).replace(tzinfo=None)
    return Occurrence(
        OccurrenceId(number), MeetingId(1), 1, "Circle", f"rid{number}", local, MADRID, 90, at,
        at + timedelta(minutes=90), seq, live,
    )  # fmt: skip


def written(folder: Path, name: str, dates: Sequence[Occurrence]) -> Path:
    file = folder / f"{name}.ics"
    made = calendar(dates, "u" * 32, "@ben:example.org", "Appointment", FIRST - timedelta(days=9))
    file.write_bytes(made.text.encode())
    return file


def test_khal_takes_new_dates_and_changed_ones(
    installed: Path, home: dict[str, str], tmp_path: Path
) -> None:
    def take(name: str, dates: Sequence[Occurrence]) -> list[str]:
        file = written(tmp_path, name, dates)
        run([installed / "khal", "import", "--batch", "-a", "ours", file], home)
        shown = "{start-date} {start-time} {title} {status}"
        listed = ["list", "--day-format", "", "--format", shown, "2026-12-01", "70d"]
        return run([installed / "khal", *listed], home).split("\n")[:-1]

    first = take("first", [date(n) for n in range(4)])
    assert [row.split()[0][5:] for row in first] == ["12-03", "12-10", "12-17", "12-24"]
    assert len(take("new", [date(n) for n in range(4, 8)])) == 8
    changed = take("changed", [date(1, seq=1, hours=2), date(2, seq=1, live=False)])
    assert len(changed) == 8
    assert changed[1].split() == ["2026-12-10", "21:00", "Appointment", "CONFIRMED"]
    assert changed[2].split() == ["2026-12-17", "19:00", "Appointment", "CANCELLED"]


def test_khard_shows_every_card(installed: Path, home: dict[str, str], tmp_path: Path) -> None:
    for number, card in enumerate(text(ExportFormat.VCARD).split("END:VCARD\r\n")[:-1]):
        file = tmp_path / "khard data" / f"{number}.vcf"
        file.write_bytes(f"{card}END:VCARD\r\n".encode())
    listed = run([installed / "khard", "list", "--parsable", "--fields", "name"], home)
    # It shows given and family name, without what stands around them.
    wanted = {name.removesuffix(" Jr.") for name in SAID}
    assert {row.strip() for row in listed.splitlines()} >= wanted


@pytest.mark.skipif(shutil.which("calcurse") is None, reason="calcurse is not on this machine")
def test_calcurse_has_every_new_date_once(home: dict[str, str], tmp_path: Path) -> None:
    command = [shutil.which("calcurse") or "", "-D", str(tmp_path / "calcurse")]
    for name, numbers in (("first", range(4)), ("new", range(4, 8))):
        file = written(tmp_path, name, [date(n) for n in numbers])
        run([*command, "-i", file], home)
    shown = run([*command, "-Q", "--from", "12/01/2026", "--days", "70"], home)
    assert shown.count("Appointment") == 8
    assert shown.count("19:00 -> 20:30") == 8


@pytest.mark.skipif(shutil.which("thunderbird") is None, reason="no Thunderbird on this machine")
def test_thunderbird_takes_new_dates_and_changed_ones_once_the_old_are_deleted(
    tmp_path: Path,
) -> None:
    """It refuses a whole file for one date that it has: the reason why new dates go alone."""
    first = [date(n) for n in range(4)]
    new = [date(n) for n in range(4, 8)]
    changed = [date(1, seq=1, hours=2), date(2, seq=1, live=False)]
    steps = [
        written(tmp_path, name, dates).read_text()
        for name, dates in (
            ("first", first),
            ("mixed", changed + new),
            ("new", new),
            ("b", changed),
        )
    ]
    steps[3:3] = ["-20261210", "-20261217"]
    script = Path(__file__).with_name("thunderbird.js").read_text()
    with thunderbird(shutil.which("thunderbird") or "", tmp_path) as session:
        told = session.run(script, steps)
    assert [(outcome, len(found)) for outcome, found in told] == [
        ("taken", 4), ("refused", 4), ("taken", 8), ("deleted", 7), ("deleted", 6), ("taken", 8),
    ]  # fmt: skip
    assert "20261210T200000Z CONFIRMED" in told[-1][1]
    assert "20261217T180000Z CANCELLED" in told[-1][1]
