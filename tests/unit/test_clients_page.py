"""What docs/clients.md says was tried is what `make clients` installs and drives."""

import json
import re
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
CLIENTS: Final = ROOT / "tests/clients"
PAGE: Final = (ROOT / "docs/clients.md").read_text("utf-8")


def pinned(file: str, package: str) -> str:
    found = re.search(rf"^{package}(?:\[\w+\])?==([\w.]+)", (ROOT / file).read_text(), re.MULTILINE)
    assert found is not None, package
    return found[1]


def test_the_versions_that_were_tried_are_those_that_are_installed() -> None:
    javascript = json.loads((CLIENTS / "package.json").read_text())["dependencies"]
    tried = dict(re.findall(r"^\| ([\w-]+) \| (\d[\w.]*) \|", PAGE, re.MULTILINE))
    assert tried == {
        "matrix-js-sdk": javascript["matrix-js-sdk"],
        "Hydrogen": javascript["hydrogen-view-sdk"],
        "mautrix": pinned("tests/clients/python_clients.txt", "mautrix"),
        "matrix-nio": pinned("requirements/dev.txt", "matrix-nio"),
    }


def test_each_of_them_has_a_test() -> None:
    tests = re.findall(
        r"^async def test_(\w+)\(", (CLIENTS / "test_clients.py").read_text(), re.MULTILINE
    )
    assert set(tests) == {"matrix_js_sdk", "hydrogen", "mautrix", "nio"}
