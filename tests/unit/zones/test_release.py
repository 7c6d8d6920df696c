"""The newer copy of the time zone data counts, whoever installed it, and while the bot runs."""

import shutil
import zoneinfo
from collections.abc import Iterator
from datetime import datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from types import SimpleNamespace
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
    monkeypatch.setattr(release, "find_spec", lambda _name: None)
    assert use_newest() == KnownReleases(None, ZoneRelease(2020, "a"))
    assert vancouver() == timedelta(0)
    shutil.rmtree(system)
    assert str(known().used) == "unknown"


def test_releases_are_ordered() -> None:
    names = [ZoneRelease(), ZoneRelease(2025, "b"), ZoneRelease(2025, "c"), ZoneRelease(2026, "a")]
    assert sorted(names) == names
    assert [each.number for each in names] == [0, 2, 3, 1]


@pytest.mark.parametrize(
    ("written", "release_"), [("# version 2026f", "2026f"), ("something else", "unknown")]
)
def test_the_package_says_which_it_is_in_its_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: str, release_: str
) -> None:
    (tmp_path / "zoneinfo").mkdir()
    (tmp_path / "zoneinfo/tzdata.zi").write_text(f"{written}\n")
    there = SimpleNamespace(submodule_search_locations=[str(tmp_path)])
    monkeypatch.setattr(release, "find_spec", lambda _name: there)
    assert str(known().package) == release_


def test_the_package_here_is_the_one_that_is_installed() -> None:
    year, _, number = version("tzdata").partition(".")
    package = known().package
    assert package is not None
    assert (package.year, package.number) == (int(year), int(number))
