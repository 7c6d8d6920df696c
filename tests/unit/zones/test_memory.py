"""The gazetteer's files are read where they lie, and stay no part of our memory."""

import re
from pathlib import Path

import pytest

from commands.zones import gazetteer

SMAPS = Path("/proc/self/smaps")


def resident(name: str) -> int:
    """KiB of the mappings of a file that count as ours."""
    parts = re.split(r"(?m)^(?=[0-9a-f]+-[0-9a-f]+ )", SMAPS.read_text())
    ours = [part for part in parts if part.partition("\n")[0].endswith(name)]
    return sum(int(kib) for part in ours for kib in re.findall(r"(?m)^Rss: +(\d+) kB", part))


@pytest.mark.skipif(not SMAPS.exists(), reason="only Linux says so")
def test_what_was_looked_at_is_let_go() -> None:
    found = [place.name for place in gazetteer.largest()]
    assert len(found) > 900
    assert all(gazetteer.called(name) for name in found[:200])
    path = f"/commands/zones/{gazetteer.NAMES}"
    assert resident(path) == 0
    assert gazetteer._file(gazetteer.NAMES)._bytes[:1_000_000]
    assert resident(path) > 500, "the control: what is looked at otherwise counts"
    gazetteer.called("Berlin")
    assert resident(path) == 0
