"""The pictures in the README show what the guide tells, and the guide is played."""

from pathlib import Path

import pytest

from demo.snapshots import DOCS, SCENES, picture


@pytest.mark.parametrize("name", SCENES)
def test_a_picture_is_current(name: str) -> None:
    drawn = (DOCS / "pictures" / f"{name}.svg").read_text(encoding="utf-8")
    assert drawn == picture(name), "run: make pictures"
    assert "http" not in drawn.replace("http://www.w3.org/2000/svg", "")


def test_the_readme_shows_them() -> None:
    readme = Path("README.md").read_text(encoding="utf-8")
    shown = [name for name in SCENES if f"docs/pictures/{name}.svg" in readme]
    assert len(shown) >= 3
