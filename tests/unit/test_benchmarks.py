"""Every part of ``make bench`` runs, at toy size; its figures come out. Times are for quiet machines.

The parts that start a homeserver run in tests/matrix/test_benchmarks.py.
"""

import importlib
import pkgutil
import platform
import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

import benchmarks
import commands.framework.answer as answering
from benchmarks import page, soak
from benchmarks.part import Part, Row, Table
from benchmarks.parts import MODULES, PARTS, SHARED
from bot.matrix.render import render
from commands.framework.errors import Refusal
from commands.framework.reply import Reply
from tests.support.figures import whole

HERE = [name for name, part in PARTS.items() if not part.homeserver]


@pytest.mark.parametrize("name", HERE)
async def test_the_figures_come_out(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """And what is timed is the command, not the refusal of one that changed since.

    A new name that is like another's is asked about: that is one of the things timed.
    """
    refused: list[str] = []
    asked = answering._refusing

    async def noted(refusal: Refusal, *rest: object) -> tuple[Reply, ...]:
        refused.extend(str(content["body"]) for content in render(refusal.reply()))
        return await asked(refusal, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(answering, "_refusing", noted)
    part = PARTS[name]
    whole(await part.measure(part.toy))
    if name == "holding":
        # The worst that is typed to a command is mostly refused.
        return
    if name == "refusals":
        suggesting = ["Did you mean" in each for each in refused]
        assert suggesting == [False, False, True] * (part.toy.rounds + 3)
        return
    assert not [each for each in refused if not each.startswith("Not saved yet: is it one of")]


async def test_the_soak_keeps_no_key_of_what_was_read_hours_before(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Its day takes minutes: on a clock of its own, the bot would keep all keys, and its memory would grow."""
    monkeypatch.setattr(soak, "ROTATION", 10)
    _held, growth = await soak.in_process(tmp_path, 50)
    (kept,) = [row for row in growth.rows if row.label == "room keys kept at the end"]
    # The last one, and that of the room in which nobody has typed.
    assert kept.figures[0] <= 2


def test_every_module_is_a_part_or_shared_by_parts() -> None:
    """A new part that nobody runs at toy size would rot: it has to be in the register."""
    found = {module.name for module in pkgutil.iter_modules(benchmarks.__path__)} - {"__main__"}
    parts = {module.__name__.rpartition(".")[2] for module in MODULES}
    assert found == parts | SHARED
    assert not parts & SHARED
    for name in SHARED:
        module = importlib.import_module(f"benchmarks.{name}")
        assert not any(isinstance(each, Part) for each in vars(module).values()), name


def test_every_part_has_a_name_and_a_toy_size_of_its_own() -> None:
    assert len(PARTS) == len(MODULES)
    for part in PARTS.values():
        assert type(part.toy) is type(part.full)
        assert part.toy != part.full


def test_every_part_is_on_the_page() -> None:
    words = page.PAGE.read_text(encoding="utf-8")
    found = re.findall(r"<!-- measured: (.+?) -->\n.*?<!-- end: \1 -->", words, re.DOTALL)
    assert sorted(found) == sorted(PARTS)
    for name, part in PARTS.items():
        said = words.partition(f"<!-- measured: {name} -->")[2].partition("<!-- end")[0]
        assert re.search(r"^Measured on \d+ \w+ 20\d\d: .+ cores", said, re.MULTILINE), name
        assert part.about in said, f"make bench ARGS='{name} --write'"


TABLE = Table(
    "ms with contacts:",
    ("100", "1,000", "ratio"),
    (Row("!due", (0.5, 0.75, 1.5), 300.0), Row("a | b", (12345.6, 0.0123, 1e-6))),
    ("A note.",),
    bounded=2,
)


def test_a_table_as_text_and_on_the_page() -> None:
    assert page.text(TABLE) == (
        "ms with contacts:         100       1,000       ratio\n"
        "!due                    0.500       0.750        1.50   at most 300\n"
        "a | b                  12,346       0.012       0.000\n"
        "A note.\n"
    )
    assert page.markdown(TABLE) == (
        "| ms with contacts: | 100 | 1,000 | ratio | at most |\n"
        "| --- | --: | --: | --: | --: |\n"
        "| !due | 0.500 | 0.750 | 1.50 | 300 |\n"
        "| a / b | 12,346 | 0.012 | 0.000 |  |\n"
        "\nA note.\n"
    )


def test_a_bound_is_for_the_sizes_and_not_for_the_ratio() -> None:
    assert TABLE.over() == []
    slow = Table("ms", ("100", "ratio"), (Row("x", (400.0, 2.0), 300.0),), bounded=1)
    assert slow.over() == ["x"]
    assert Table("ms", ("100", "ratio"), (Row("x", (4.0, 900.0), 300.0),), bounded=1).over() == []


def test_a_section_is_written_in_its_place_or_at_the_end(tmp_path: Path) -> None:
    there = tmp_path / "benchmarks.md"
    there.write_text("# Benchmarks\n\nWords.\n")
    one, other = PARTS["growth"], PARTS["polls"]
    page.written(one, [TABLE], "a machine, 2 cores", there)
    page.written(other, [TABLE], "a machine, 2 cores", there)
    first = there.read_text()
    page.written(one, [TABLE], "another machine, 4 cores", there)
    assert there.read_text() == first.replace("a machine, 2 cores", "another machine, 4 cores", 1)
    assert first.startswith("# Benchmarks\n\nWords.\n\n<!-- measured: growth -->")


def test_the_machine_is_described_without_its_name() -> None:
    told = page.machine()
    assert re.search(r", \d+ cores, \d+ GiB, .*Python 3\.\d+", told)
    assert platform.node() not in told


@pytest.mark.parametrize("words", [["nonsense"], ["--toy", "--write"]])
def test_the_command_line_says_what_there_is(
    words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Asked in this process, which has imported every part: a new one would do so first."""
    monkeypatch.setattr(sys, "argv", ["benchmarks", *words])
    with pytest.raises(SystemExit) as ended:
        runpy.run_module("benchmarks", run_name="__main__")
    assert ended.value.code == 2
    assert "usage: make bench" in capsys.readouterr().err


def test_the_command_line_measures_what_is_named() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--toy", "reminders"],
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0
    assert done.stdout.startswith("== reminders: ")
    assert "a look, median" in done.stdout
