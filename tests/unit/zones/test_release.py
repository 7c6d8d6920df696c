"""The newer copy of the time zone data counts, whoever installed it, and while the bot runs."""

import shutil
import zoneinfo
from collections.abc import Iterator
from datetime import datetime, timedelta
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from commands.zones import release
from commands.zones.release import KnownReleases, ZoneRelease, known, use_newest
from tests.support.zone_data import call_it, system_copy

WINTER = datetime(2026, 12, 15, 12, 0)  # noqa: DTZ001 (a wall time)
TRUE = timedelta(hours=-7)
"""Vancouver, which has stayed on its summer time since 2026."""


@pytest.fixture
def system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A system's copy of 2020, on which Vancouver keeps London's clocks: so one sees whose it is."""
    with system_copy(tmp_path, "2020a", {"America/Vancouver": "Europe/London"}, monkeypatch):
        yield tmp_path


def vancouver() -> timedelta | None:
    return WINTER.replace(tzinfo=ZoneInfo("America/Vancouver")).utcoffset()


def test_an_older_system_does_not_count(system: Path) -> None:
    zoneinfo.reset_tzpath()
    ZoneInfo.clear_cache()
    assert vancouver() == timedelta(0), "the control: without us, the system's"
    found = use_newest()
    assert (found.system, found.from_package) == (ZoneRelease(2020, "a"), True)
    assert found.used == found.package
    assert vancouver() == TRUE
    assert system.is_dir()


def test_a_newer_system_counts(system: Path) -> None:
    call_it(system, "2099c")
    found = use_newest()
    assert (str(found.used), found.from_package) == ("2099c", False)
    assert vancouver() == timedelta(0)


def test_an_update_is_noticed_while_running(system: Path) -> None:
    before = use_newest()
    assert use_newest(before) == before
    kept = ZoneInfo("America/Vancouver")
    call_it(system, "2099c")
    after = use_newest(before)
    assert after != before
    assert vancouver() == timedelta(0), "read anew though an object of that name was made before"
    assert kept is not ZoneInfo("America/Vancouver")
    call_it(system, "2020a")
    use_newest(after)
    assert vancouver() == TRUE


def test_a_system_that_does_not_say_which_it_is_does_not_count(system: Path) -> None:
    (system / "tzdata.zi").unlink()
    found = use_newest()
    assert (found.system, found.from_package) == (ZoneRelease(), True)
    (system / "+VERSION").write_text("2099a\n")
    assert str(use_newest(found).used) == "2099a"


def test_one_copy_alone_counts(system: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_name: str) -> str:
        raise PackageNotFoundError

    monkeypatch.setattr(release, "version", missing)
    assert use_newest() == KnownReleases(None, ZoneRelease(2020, "a"))
    assert vancouver() == timedelta(0)
    shutil.rmtree(system)
    assert str(known().used) == "unknown"


def test_releases_are_ordered() -> None:
    names = [ZoneRelease(), ZoneRelease(2025, "b"), ZoneRelease(2025, "c"), ZoneRelease(2026, "a")]
    assert sorted(names) == names
    assert [each.number for each in names] == [0, 2, 3, 1]


@pytest.mark.parametrize(
    ("written", "release_"), [("2026.6", "2026f"), ("2025.2", "2025b"), ("2026.1.post1", "2026a")]
)
def test_the_package_counts_in_numbers(
    monkeypatch: pytest.MonkeyPatch, written: str, release_: str
) -> None:
    monkeypatch.setattr(release, "version", lambda _name: written)
    assert str(known().package) == release_
