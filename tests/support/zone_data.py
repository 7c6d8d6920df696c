"""A copy of the system's time zone data, as old or new as a test wants."""

import os
import shutil
import zoneinfo
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest


@contextmanager
def system_copy(
    directory: Path, named: str, zones: Mapping[str, str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Make a copy of the release ``named``, in which each zone keeps the clocks of another one.

    Whatever is read from the copy meanwhile is forgotten at the end.
    """
    packaged = Path(str(files("tzdata"))) / "zoneinfo"
    for key, source in {"Europe/London": "Europe/London", **zones}.items():
        (directory / key).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(packaged / source, directory / key)
    call_it(directory, named)
    before = os.environ.get("PYTHONTZPATH")
    monkeypatch.setenv("PYTHONTZPATH", str(directory))
    try:
        yield
    finally:
        if before is None:
            monkeypatch.delenv("PYTHONTZPATH")
        else:
            monkeypatch.setenv("PYTHONTZPATH", before)
        zoneinfo.reset_tzpath()
        ZoneInfo.clear_cache()


def call_it(directory: Path, name: str) -> None:
    """Name the copy's release."""
    (directory / "tzdata.zi").write_text(f"# version {name}\n# This zic input file is ...\n")
