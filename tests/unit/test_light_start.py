"""What `steward run` loads before it answers: each library and module costs every start time and memory."""

import json
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from bot.cli.main import asked_to_run

ROOT = Path(__file__).resolve().parents[2]

LOADED = """
import json, sys
import bot.cli.main
import bot.app  # as bot/cli/run.py does
from importlib.metadata import packages_distributions
of = packages_distributions()
first = {name.partition(".")[0] for name in sys.modules}
ours = [n for n in sys.modules if n.partition(".")[0] in ("bot", "commands", "storage")]
theirs = {p.lower().replace("_", "-") for name in first for p in of.get(name, ())}
print(json.dumps([sorted(theirs - {"steward"}), ours, sorted(sys.modules)]))
"""

NEEDED = {
    "aiohappyeyeballs", "aiohttp", "aiosignal", "attrs", "frozenlist", "idna",
    "multidict", "propcache", "yarl",
    "matrix-nio", "atomicwrites", "cachetools",
    "unpaddedbase64", "vodozemac",
    "aiosqlite", "sqlcipher3",
    "base58", "cffi", "cryptography",
    "typing-extensions",
    "babel",
}  # fmt: skip
"""Packages that are loaded when the bot is ready: HTTP, then what nio loads by itself, then ours."""

SHELL = {"setuptools"}
"""What an environment of a developer holds and a bot's does not: Python loads it by itself."""

MODULES = 516
"""The most modules of ours. One more costs a start about a millisecond."""

KEPT_OUT = ("typer", "click", "rich", "peewee", "apscheduler", "resvg_py", "uharfbuzz", "icalendar", "pydantic-settings",
            "python-calamine", "charset-normalizer", "aiohttp-socks", "h2", "h11", "pycryptodome",
            "prometheus-client", "lxml", "pydantic", "jsonschema", "rapidfuzz", "nicknames",
            "python-dotenv")  # fmt: skip
"""Packages that are needed seldom or later, and large."""


MODULES_KEPT_OUT = ("babel.dates", "commands.time.warm", "commands.general.commands")
"""Modules that take long to load: babel's looks for the machine's time zone."""


@cache
def loaded() -> tuple[set[str], list[str], list[str]]:
    done = subprocess.run(  # noqa: S603  (this interpreter)
        [sys.executable, "-c", LOADED], cwd=ROOT, capture_output=True, text=True, check=True
    )
    packages, ours, everything = json.loads(done.stdout)
    return set(packages) - SHELL, ours, everything


def test_the_bot_loads_no_package_that_it_did_not_load_before() -> None:
    packages, _ours, _everything = loaded()
    assert packages - NEEDED == set(), "load it where it is used, or say here that each start pays"
    assert packages >= {"matrix-nio", "aiohttp", "cryptography", "sqlcipher3"}


@pytest.mark.parametrize("package", KEPT_OUT)
def test_what_is_needed_seldom_is_not_loaded(package: str) -> None:
    assert package not in loaded()[0]


@pytest.mark.parametrize("module", MODULES_KEPT_OUT)
def test_what_of_a_package_is_needed_seldom_is_not_loaded(module: str) -> None:
    assert module not in loaded()[2]


def test_the_bot_loads_a_bounded_number_of_our_modules() -> None:
    assert 500 < len(loaded()[1]) <= MODULES


def test_run_goes_past_the_command_line() -> None:
    assert asked_to_run(["run", "--config", "x"]) == Path("x")
    assert "bot.cli.command_line" not in loaded()[1]
