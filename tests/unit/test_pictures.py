"""Drawing: in a process of its own, that ends; readable without colours; honest about fonts."""

import asyncio
import io
import struct
import sys
import zlib
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from babel import Locale
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageStat

from bot.pictures import avatar, renderer
from bot.pictures.canvas import LOOKS, WIDTH, Canvas
from bot.pictures.fonts import Fonts
from bot.pictures.protocol import as_json, read
from bot.pictures.renderer import NotDrawn, PictureRenderer
from bot.pictures.wall import draw
from commands.framework.translations import catalogues
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
    drawn, kept = map(opened, (avatar.draw(), avatar.FILE.read_bytes()))
    # Another release of the library may round an edge otherwise.
    assert different(drawn, kept) < 0.01


def test_no_mark_is_told_by_its_colour_alone() -> None:
    shapes = {(look.corners, look.turn) for mark, look in LOOKS.items() if mark}
    assert len(shapes) == 5
    assert len({look.hatch for mark, look in LOOKS.items() if mark}) == 5
    for mark, look in LOOKS.items():
        assert contrast(look.face, look.ink) >= 4.5, mark


NAMES = (
    "Łukasz García-Hernández", "Олена", "Δημήτρης", "أحمد عبد الرحمن", "יוסי כהן", "王小明", "たろう", "김철수",
    "यशवंत शर्मा", "অনিতা", "யாழினி", "రవి", "ગીતા", "ਹਰਪ੍ਰੀਤ", "ಕಾವ್ಯ", "മായ", "ସୀତା", "නිමල්", "สมชาย", "សុខា", "မောင်",
    "ኤልያስ", "Նարե", "გიორგი", "ຄຳ", "e\u0301\u200d",
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_every_script_of_names_is_drawn_with_what_comes_along(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Without any font of the machine's, as in the container."""
    monkeypatch.setattr("bot.pictures.fonts.FOLDERS", ())
    fonts = Fonts([name])
    assert fonts.can_draw(name)
    assert 0 < fonts.width(name, 10, bold=False) < 12 * len(name)
    canvas = Canvas(60, fonts)
    canvas.write(name, 10, 30, 20)
    assert different(opened(canvas.png()), opened(Canvas(60, Fonts([])).png())) > 0


def letters_of(path: Path) -> str:
    """Every letter that a catalogue, and its language's days and months, are written with."""
    language = path.parent.parent.name
    locale = Locale.parse(language)
    names = [
        name
        for kind in (locale.days, locale.months)
        for context in kind.values()
        for width in context.values()
        for name in width.values()
    ]
    said = path.read_text(encoding="utf-8") + "".join(names)
    return "".join(sorted({char for char in said if char.isprintable()}))


@pytest.mark.parametrize("path", catalogues(), ids=lambda path: path.parent.parent.name)
def test_every_letter_of_a_language_is_drawn_with_what_comes_along(
    monkeypatch: pytest.MonkeyPatch, path: Path
) -> None:
    monkeypatch.setattr("bot.pictures.fonts.FOLDERS", ())
    letters = letters_of(path)
    fonts = Fonts([letters])
    assert [char for char in letters if not fonts.can_draw(char)] == []
    # Boxes for letters that are missing would all look alike.
    own = [char for char in letters if char.isalpha() and not char.isascii()][-6:]
    pictures = []
    for char in own:
        canvas = Canvas(60, fonts)
        canvas.write(char, 10, 30, 20)
        pictures.append(opened(canvas.png()))
    assert all(different(one, other) > 0 for one, other in pairwise(pictures))


def test_letters_are_joined_as_their_script_joins_them() -> None:
    """The control: letter by letter they take other room."""
    for name in ("أحمد", "यशवंत", "മായ"):
        fonts = Fonts([name])
        alone = sum(fonts.width(char, 10, bold=False) for char in name)
        assert abs(fonts.width(name, 10, bold=False) - alone) > 0.05, name


def test_letters_no_font_has_are_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.pictures.fonts.FOLDERS", ())
    cuneiform = "\U00012028\U0001221e"
    assert not Fonts([cuneiform]).can_draw(cuneiform)
    drawn, handle = (opened(draw(wall(words)).png()) for words in (cuneiform, "M-1"))
    assert different(drawn, handle) == 0


@settings(max_examples=25)
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40))
def test_whatever_somebody_is_called_is_drawn_as_words(monkeypatch_once: None, name: str) -> None:
    """A name is never read as part of the drawing."""
    del monkeypatch_once
    canvas = Canvas(60, Fonts([name]))
    canvas.write(name, 10, 30, 20)
    assert opened(canvas.png()).size == (WIDTH, 60)


@pytest.fixture(scope="module")
def monkeypatch_once() -> Iterator[None]:
    """No search through the machine's fonts for letters that hardly any has."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.pictures.fonts.FOLDERS", ())
        yield


@pytest.mark.parametrize(
    "name",
    ["<b>&amp;", "</text><circle r='500'/>", "]]>", "&#0;", "\x00\x1b\ufffe", "\"'>", "$a$ @room"],
)
def test_signs_of_the_format_are_letters_like_others(name: str) -> None:
    canvas, plain = Canvas(60, Fonts([name])), Canvas(60, Fonts([name]))
    canvas.write(name, 10, 30, 20)
    # No ink far from where the words stand.
    right = (300, 6, WIDTH - 6, 54)
    assert different(opened(canvas.png()).crop(right), opened(plain.png()).crop(right)) == 0


def opened(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png)).convert("RGB")


def different(one: Image.Image, other: Image.Image) -> float:
    """How far two pictures are from each other, in parts of the brightest light; 1 if of other sizes."""
    if one.size != other.size:
        return 1
    return sum(ImageStat.Stat(ImageChops.difference(one, other)).mean) / 3 / 255


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
