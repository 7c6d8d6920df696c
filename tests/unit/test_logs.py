"""Logs hold no content, whoever writes to them, and at any level."""

import ast
import asyncio
import io
import json
import logging
import re
import subprocess
import sys
import threading
import warnings
from collections.abc import Iterator
from datetime import timedelta
from enum import Enum
from http import HTTPStatus
from pathlib import Path

import pytest

from bot.logging import logs
from bot.logging.tracebacks import describe

ROOT = Path(__file__).parents[2]
CANARY = "canary-9f2 Maria Lopez @maria:example.org !room:example.org"
WORDS = ("canary", "Maria", "Lopez", "maria", "example.org")


class Reason(Enum):
    UNSIGNED = "unsigned"


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    installed = logs.install("debug", stream=stream)
    yield stream
    installed.undo()


def python(program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603  (this interpreter)
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )


def clean(text: str) -> str:
    for word in WORDS:
        assert word not in text
    return text


def test_a_line_shows_its_event_numbers_and_enum_words(lines: io.StringIO) -> None:
    logs.get("bot.delivery.outbox").info(
        "sent", rooms=3, ms=12.3456, ok=True, none=None, reason=Reason.UNSIGNED,
        status=HTTPStatus.NOT_FOUND, took=timedelta(minutes=2),
    )  # fmt: skip
    line = lines.getvalue()
    assert re.match(
        r"ts=\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z level=info log=bot.delivery.outbox ", line
    )
    assert line.endswith(
        "event=sent rooms=3 ms=12.346 ok=true none=null reason=unsigned status=404 took=120.0\n"
    )


def test_json_lines_can_be_read_back() -> None:
    stream = io.StringIO()
    installed = logs.install("info", style="json", stream=stream)
    logs.get("bot.sync").warning("late", seconds=4)
    installed.undo()
    line = json.loads(stream.getvalue())
    assert (line["event"], line["seconds"], line["level"]) == ("late", 4, "warning")


def test_free_text_never_gets_through_our_own_loggers(lines: io.StringIO) -> None:
    log = logs.get("bot.x")
    log.info("typed", body=CANARY, many=[CANARY], some={"a": CANARY}, path=Path(CANARY))  # type: ignore[arg-type]
    log.info(CANARY)
    log.info("typed\nlevel=error canary")
    text = clean(lines.getvalue())
    assert "body=***" in text
    assert text.count("event=unnamed") == 2
    assert text.count("\n") == 3


def test_ids_are_masked_and_equal_ones_stay_equal(lines: io.StringIO) -> None:
    logs.get("bot.x").info("joined", room=logs.mask("!room:example.org"))
    logs.get("bot.x").info("joined", room=logs.mask("!room:example.org"))
    logs.get("bot.x").info("joined", room=logs.mask("!other:example.org"))
    masked = re.findall(r"room=(~[0-9a-f]{8})", clean(lines.getvalue()))
    assert len(masked) == 3
    assert masked[0] == masked[1] != masked[2]


def test_two_processes_mask_differently() -> None:
    program = "from bot.logging import logs; print(logs.mask('!room:example.org').text)"
    assert python(program).stdout.strip() != python(program).stdout.strip()


def test_libraries_lose_their_words_at_any_level(lines: io.StringIO) -> None:
    for name in ("nio", "nio.rooms", "aiohttp.access", "apscheduler", "peewee", "aiosqlite"):
        for level in (logging.DEBUG, logging.INFO, logging.WARNING, logging.CRITICAL):
            logging.getLogger(name).log(level, "body %s", CANARY)
    logging.getLogger(CANARY).error(CANARY)
    text = clean(lines.getvalue())
    assert text.count("log=nio event=library at=unit/test_logs.py:") == 4
    assert "level=debug" not in text
    assert "log=other" in text


def test_a_library_that_brings_its_own_handler_gets_nothing_to_print(lines: io.StringIO) -> None:
    own = io.StringIO()
    logger = logging.getLogger("nio.own_handler")
    handler = logging.StreamHandler(own)
    logger.addHandler(handler)
    try:
        raise_with_cause()
    except RuntimeError:
        logger.exception("failed for %s", CANARY, extra={"words": "x"})
    finally:
        logger.removeHandler(handler)
    assert clean(own.getvalue()) == "-\n"
    assert "RuntimeError" in clean(lines.getvalue())


def test_control_the_stock_formatter_shows_it_all() -> None:
    own = io.StringIO()
    logger = logging.getLogger("nio.control")
    handler = logging.StreamHandler(own)
    logger.addHandler(handler)
    try:
        raise_with_cause()
    except RuntimeError:
        logger.exception("failed for %s", CANARY)
    finally:
        logger.removeHandler(handler)
    for word in WORDS:
        assert own.getvalue().count(word) >= 3


def test_a_record_that_cannot_be_formatted_is_not_printed_with_its_arguments(
    lines: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    logging.getLogger("nio").warning("%d rooms", CANARY)
    broken = logging.StreamHandler(None)
    broken.stream = None  # type: ignore[assignment]
    logging.getLogger("nio").addHandler(broken)
    logging.getLogger("nio").warning(CANARY)
    logging.getLogger("nio").removeHandler(broken)
    clean(lines.getvalue() + capsys.readouterr().err)


def raise_with_cause() -> None:
    try:
        raise ValueError(CANARY)  # noqa: TRY301  (the chain is what is tested)
    except ValueError as error:
        error.add_note(CANARY)
        raise RuntimeError(CANARY) from error


def test_exceptions_keep_types_and_places_but_no_words(lines: io.StringIO) -> None:
    with pytest.raises(RuntimeError) as raised:
        raise_with_cause()
    error_id = logs.get("bot.incoming.dispatcher").failure("command", raised.value, attempt=2)
    assert re.fullmatch(r"E-[2-9A-HJ-NP-Z]{4}", error_id)
    line = clean(lines.getvalue())
    assert f"id={error_id}" in line
    assert "attempt=2" in line
    assert "RuntimeError [" in line
    assert " <- ValueError [unit/test_logs.py:" in line
    assert ":raise_with_cause" in line


def test_groups_cycles_and_odd_types_are_described() -> None:
    odd = type(CANARY, (Exception,), {})
    inner = KeyError(CANARY)
    group = ExceptionGroup(CANARY, [inner, odd(CANARY)])
    inner.__context__ = group
    text = clean(describe(group))
    assert "ExceptionGroup [] <- KeyError [] <- unnamed []" in text


def test_endless_recursion_makes_a_line_of_bounded_length() -> None:
    def deeper() -> None:
        deeper()

    with pytest.raises(RecursionError) as raised:
        deeper()
    assert len(describe(raised.value)) < 4000


def test_generated_code_and_home_directories_are_not_named() -> None:
    program = compile(f"raise ValueError({CANARY!r})", f"<{CANARY}>", "exec")
    with pytest.raises(ValueError, match="canary") as raised:
        exec(program)  # noqa: S102
    assert "generated:1:<module>" in clean(describe(raised.value))
    assert str(ROOT) not in describe(raised.value)


def test_warnings_threads_and_asyncio_are_covered(
    lines: io.StringIO, capfd: pytest.CaptureFixture[str]
) -> None:
    with warnings.catch_warnings():
        # catch_warnings puts Python's own way of showing them back; ours is asked for again.
        warnings.simplefilter("always")
        installed = logs.install("debug", stream=lines)
        warnings.warn(CANARY, UserWarning, stacklevel=1)
        installed.undo()
    thread = threading.Thread(target=raise_with_cause, name=CANARY)
    thread.start()
    thread.join()

    async def forgotten() -> None:
        logs.watch(asyncio.get_running_loop())
        asyncio.get_running_loop().call_soon(raise_with_cause)
        asyncio.get_running_loop().call_exception_handler({"message": CANARY})
        await asyncio.sleep(0)

    asyncio.run(forgotten())
    text = clean(lines.getvalue())
    assert "event=warning kind=UserWarning at=unit/test_logs.py:" in text
    assert "event=uncaught_in_thread" in text
    assert text.count("event=asyncio") == 2
    clean(capfd.readouterr().err)


WHOLE_PROCESS = f"""
import asyncio, gc, logging, sys, warnings
if {{installed}}:
    from bot.logging import logs
    logs.install("debug")
words = {CANARY!r}
logging.getLogger("nio").warning("body %s", words)
warnings.warn(words)
class Torn:
    def __del__(self):
        raise ValueError(words)
Torn(); gc.collect()
async def work():
    if {{installed}}:
        logs.watch(asyncio.get_running_loop())
    async def lost():
        raise KeyError(words)
    task = asyncio.create_task(lost(), name=words)
    await asyncio.sleep(0); await asyncio.sleep(0)
    del task; gc.collect()
asyncio.run(work(), debug=True)
raise RuntimeError(words)
"""


def test_a_whole_process_dies_without_a_word() -> None:
    done = python(WHOLE_PROCESS.format(installed=True))
    assert done.returncode == 1
    text = clean(done.stdout + done.stderr)
    for event in ("library", "warning", "unraisable", "asyncio", "uncaught"):
        assert f"event={event} " in text, event


def test_control_the_same_process_without_us_says_everything() -> None:
    done = python(WHOLE_PROCESS.format(installed=False))
    assert done.stderr.count("canary") >= 5


def test_our_own_lines_are_written_with_literal_names() -> None:
    """No event or field name is made of data: the allow-list is what stands in the code."""
    checked = 0
    for path in ROOT.glob("bot/**/*.py"):
        if "logs.get(" not in path.read_text("utf-8"):
            continue
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)):
                continue
            owner = call.func.value
            named = isinstance(owner, ast.Name) and owner.id in {"log", "_log"}
            if not named or call.func.attr not in {"debug", "info", "warning", "error", "failure"}:
                continue
            checked += 1
            where = f"{path.relative_to(ROOT)}:{call.lineno}"
            event = call.args[0]
            assert isinstance(event, ast.Constant), f"{where}: the event is not a literal"
            assert re.fullmatch(r"[a-z][a-z0-9_.]{0,47}", str(event.value)), where
            assert all(word.arg for word in call.keywords), f"{where}: ** hides field names"
    assert checked >= 2
