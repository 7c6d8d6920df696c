"""Readers of other programs for the bot's files: in JavaScript, as in Thunderbird and web apps."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.node import NODE

SCRIPT = Path(__file__).parent.parent / "readers" / "read.cjs"
FOLDER = Path(sys.prefix) / "readers"


def in_javascript(kind: str, text: str) -> Any:
    """What a file says: ``calendar`` and ``cards`` by ical.js, ``papaparse``, ``csv-parse``, ``json``.

    Fails the test when the readers are not installed or refuse the file.
    """
    if not (FOLDER / "node_modules").is_dir():
        pytest.fail("The readers in JavaScript are not installed. Run: make readers")
    done = subprocess.run(  # noqa: S603 (our own script)
        [NODE, SCRIPT, FOLDER, kind], input=text.encode(), capture_output=True, check=False
    )
    if done.returncode:
        pytest.fail(f"{kind} refused the file: {done.stderr.decode()[-500:]}")
    return json.loads(done.stdout)
