"""Drawing: in a process of its own, that ends; readable without colours; honest about fonts."""

import asyncio
import io
import struct
import sys
import zlib
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from matplotlib.image import imread

from bot.pictures import avatar, renderer
from bot.pictures.canvas import LOOKS
from bot.pictures.fonts import Fonts
from bot.pictures.protocol import as_json, read
from bot.pictures.renderer import NotDrawn, PictureRenderer
from bot.pictures.wall import draw
from commands.picture import Bars, ChartBar, Section, Wall, WallRow
from commands.wall_chart.rules import FORMATS
from tests.support.running import running

KEYS = ((1, "organizes"), (0, "not assessed"))
BARS = Bars(
    "Payments",
    "60 people",
    KEYS,
    (ChartBar("Search", (3, 4), "3/7"), ChartBar("Nobody", (0, 0), "–")),
)


def wall(*names: str) -> Wall:
    rows = tuple(WallRow(1, name, f"M-{n}", "★", ("3 d",)) for n, name in enumerate(names, 1))
    return Wall("Payments", "page 1", ((Section("Search", "1/3", rows),),), KEYS, "★ leader")


@pytest.fixture
async def easel() -> AsyncIterator[PictureRenderer]:
    easel = PictureRenderer()
    async with running(easel):
        await asyncio.sleep(0)
        yield easel


def pixels(png: bytes) -> int:
    """How large the picture is when unpacked; raises when it is no whole PNG."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    packed, place = b"", 8
    while place < len(png):
        (length,) = struct.unpack(">I", png[place : place + 4])
        kind = png[place + 4 : place + 8]
        body = png[place + 8 : place + 8 + length]
        assert zlib.crc32(kind + body) == struct.unpack(">I", png[place + 8 + length :][:4])[0]
        assert kind in {b"IHDR", b"pHYs", b"IDAT", b"IEND"}, "nothing but the picture"
        packed += body if kind == b"IDAT" else b""
        place += 12 + length
    return len(zlib.decompress(packed))


async def test_pictures_of_both_kinds_are_drawn_and_the_process_ends(
    easel: PictureRenderer, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[Process] = []
    start = asyncio.create_subprocess_exec

    async def noted(*words: Any, **options: Any) -> Process:
        started.append(await start(*words, **options))
        return started[-1]

    monkeypatch.setattr(asyncio, "create_subprocess_exec", noted)
    one = await easel.draw(as_json(wall("Sam Okafor", "أحمد عبد الرحمن", "王小明", "$a$ @room")))
    # From here on: the second picture is asked for while the process still waits for it.
    monkeypatch.setattr(renderer, "LINGERS", 0.05)
    two = await easel.draw(as_json(BARS))
    assert (one.full.width, one.thumbnail.width) == (1200, 400)
    assert (two.full.width, two.thumbnail.width) == (1080, 360)
    assert pixels(one.full.content) == one.full.height * (1200 * 4 + 1)
    assert one.thumbnail.height * 3 == one.full.height
    assert two.full.content != one.full.content
    (child,) = started
    # One process drew both.
    while easel.busy:  # noqa: ASYNC110 (nothing to wait for)
        await asyncio.sleep(0.01)
    assert child.returncode is not None


@pytest.mark.parametrize(("across", "lines"), [(form.columns, form.lines) for form in FORMATS])
def test_no_page_of_the_wall_chart_is_taller_than_wide(across: int, lines: int) -> None:
    """Apps show a tall picture cut off: title and legend would be gone."""
    row = WallRow(1, "Wolfeschlegelsteinhausen" * 2, "M-1", "★≠", ("28 w",), "✓○·")
    head, people = "Customer Support Night Shift", (row,) * (lines - 2)
    page = Wall(
        "Payments", "page 1", ((Section(head, "1/3", people),),) * across,
        KEYS * 3, "★ leader\n" * 3, across,
    )  # fmt: skip
    sheet = draw(page)
    assert 1.2 < sheet.across / sheet.height < 2


def test_a_picture_that_waited_since_before_is_still_drawn() -> None:
    """The description as 0.2.0 left it in the outbox."""
    old = as_json(wall("Sam")).replace(',"marks":""', "").replace(',"across":2', "")
    assert "across" not in old
    kept = read(old)
    assert isinstance(kept, Wall)
    assert draw(kept).png()


async def test_what_cannot_be_drawn_is_said_so_and_the_next_is_drawn(
    easel: PictureRenderer,
) -> None:
    with pytest.raises(NotDrawn):
        await easel.draw('{"kind": "nothing"}')
    assert not easel.busy
    assert (await easel.draw(as_json(BARS))).full.content


async def test_drawing_that_takes_for_ever_is_given_up(
    easel: PictureRenderer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(renderer, "SECONDS", 0.05)
    with pytest.raises(NotDrawn):
        await easel.draw(as_json(BARS))
    assert not easel.busy


async def test_a_bot_that_stops_leaves_no_process_behind(easel: PictureRenderer) -> None:
    drawing = asyncio.create_task(easel.draw(as_json(BARS)))
    while not easel.busy:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    child = easel._child
    drawing.cancel()
    await asyncio.gather(drawing, return_exceptions=True)
    assert child is not None
    assert child.returncode is not None


async def test_the_process_sees_none_of_our_secrets_and_writes_no_file(tmp_path: Path) -> None:
    assert not {name for name in renderer.SURROUNDINGS if "STEWARD" in name}
    target = tmp_path / "x"
    write = f"open({str(target)!r}, 'wb', buffering=0).write(b'names')"
    assert await _python(write) == 0, "the control: without limits it can"
    assert target.read_text() == "names"
    assert await _python(f"from bot.pictures.draw import confine; confine(); {write}") != 0
    assert target.read_text() == ""


async def _python(code: str) -> int:
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", code),
        env=renderer.SURROUNDINGS,
        stderr=asyncio.subprocess.DEVNULL,
    )
    return await child.wait()


def test_descriptions_survive_being_kept() -> None:
    for picture in (BARS, wall("Sam", "שרה\nכהן")):
        kept = as_json(picture)
        assert "\n" not in kept, "one line is one picture"
        assert read(kept) == picture


def test_the_bots_face_is_what_our_script_draws() -> None:
    assert pixels(avatar.FILE.read_bytes()) == avatar.SIDE * (avatar.SIDE * 4 + 1)
    drawn, kept = (imread(io.BytesIO(png)) for png in (avatar.draw(), avatar.FILE.read_bytes()))
    # Another release of the library may round an edge otherwise.
    assert abs(drawn - kept).mean() < 0.01


def test_no_mark_is_told_by_its_colour_alone() -> None:
    shapes = {(look.corners, look.turn) for mark, look in LOOKS.items() if mark}
    assert len(shapes) == 5
    assert len({look.hatch for mark, look in LOOKS.items() if mark}) == 5
    for mark, look in LOOKS.items():
        assert contrast(look.face, look.ink) >= 4.5, mark


def test_letters_no_font_has_are_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.pictures.fonts.FOLDERS", ())
    fonts = Fonts(["Δημήτρης", "王"])
    for name in ("Łukasz García-Hernández", "Олена", "أحمد", "יוסי", "e\u0301\u200d"):
        assert fonts.can_draw(name), name
    assert not fonts.can_draw("王小明")


def contrast(one: str, other: str) -> float:
    """As WCAG 2 computes it."""

    def light(color: str) -> float:
        parts = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        red, green, blue = (
            p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)
