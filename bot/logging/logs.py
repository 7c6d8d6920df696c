"""Logs that hold no content, names or ids, whoever writes to them.

Our own lines are an event name, numbers, enum words and masked ids. Whatever a library logs is
emptied where its record is made, so that no handler, ours or a library's, ever sees the text:
what is left is which library, how bad and at which line of code. Exceptions keep their types and
the places they passed through; their messages and values are dropped.
"""

import asyncio
import faulthandler
import hashlib
import hmac
import json
import logging
import re
import secrets
import sys
import threading
import time
import warnings
from collections.abc import Mapping
from datetime import timedelta
from enum import Enum
from http import HTTPStatus
from types import TracebackType
from typing import IO, Any, Final, Literal

from bot.logging.tracebacks import describe, source, type_name
from storage.core.lazy_dataclass import dataclass

ErrorId = str
"""What a person quotes to the operator, ``E-7K2Q``; the log has the place."""

Printable = str | int | float | None
Style = Literal["logfmt", "json"]

_KEY: Final = secrets.token_bytes(32)
"""Masks ids for the life of one process, so that logs of two runs cannot be joined."""

# Without 0, 1, I and O, which people misread.
_ALPHABET: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_EVENT: Final = re.compile(r"[a-z][a-z0-9_.]{0,47}")
_ATTRIBUTE: Final = "steward_entry"
_ERROR: Final = "steward_error"

# Logger names of other packages are code, but some are made from data: only these are shown.
_LIBRARIES: Final = frozenset(
    {"aiohttp", "aiosqlite", "apscheduler", "asyncio", "nio", "peewee", "storage", "tzlocal"}
)


@dataclass(frozen=True, slots=True)
class Masked:
    """A short keyed hash in place of an id; the key is new in every process."""

    text: str


@dataclass(frozen=True, slots=True)
class CodePlaces:
    """Where an exception came from; made by :func:`places` only."""

    text: str


def places(error: BaseException) -> CodePlaces:
    """An exception as the value of a field: its types and places, without its message."""
    return CodePlaces(describe(error))


Value = int | float | timedelta | Enum | Masked | CodePlaces | None
"""What a field may hold. Text is not among them: that is the whole point."""


def mask(identifier: str) -> Masked:
    """Hide a user, room, device or event id, keeping equal ones recognisably equal."""
    return Masked("~" + hmac.new(_KEY, identifier.encode(), hashlib.sha256).hexdigest()[:8])


@dataclass(frozen=True, slots=True)
class _Entry:
    """A line that one of our own loggers made: the only kind that is printed as written."""

    event: str
    fields: Mapping[str, Printable]


def _printable(value: object) -> Printable:
    match value:
        case Masked() | CodePlaces():
            shown: Printable = value.text
        case timedelta():
            shown = round(value.total_seconds(), 3)
        case Enum() if not isinstance(value, HTTPStatus):
            shown = value.name.lower()
        case None | bool():
            shown = value
        case int():
            shown = int(value)
        case float():
            shown = round(float(value), 3)
        case _:
            shown = "***"
    return shown


class Log:
    """Writes lines of one part of Steward. Event and field names are literals in the code."""

    __slots__ = ("_logger",)

    def __init__(self, name: str) -> None:
        self._logger = logging.getLogger(name)

    def debug(self, event: str, **fields: Value) -> None:
        """Log an event at DEBUG."""
        self._write(logging.DEBUG, event, fields)

    def info(self, event: str, **fields: Value) -> None:
        """Log an event at INFO."""
        self._write(logging.INFO, event, fields)

    def warning(self, event: str, **fields: Value) -> None:
        """Log an event at WARNING."""
        self._write(logging.WARNING, event, fields)

    def error(self, event: str, **fields: Value) -> None:
        """Log an event at ERROR."""
        self._write(logging.ERROR, event, fields)

    def failure(self, event: str, error: BaseException, **fields: Value) -> ErrorId:
        """Log an exception's types and places at ERROR; the id is for the person who asks."""
        error_id = new_error_id()
        self._write(logging.ERROR, event, fields, error_id=error_id, error=error)
        return error_id

    def _write(
        self,
        level: int,
        event: str,
        fields: Mapping[str, object],
        *,
        error_id: ErrorId | None = None,
        error: BaseException | None = None,
    ) -> None:
        if not self._logger.isEnabledFor(level):
            return
        name = event if _EVENT.fullmatch(event) else "unnamed"
        shown = {key: _printable(value) for key, value in fields.items()}
        if error_id is not None:
            shown["id"] = error_id
        if error is not None:
            shown["error"] = describe(error)
        self._logger.log(level, name, extra={_ATTRIBUTE: _Entry(name, shown)})


def get(name: str) -> Log:
    """The log of one module, ``logs.get("bot.delivery.outbox")``."""
    return Log(name)


def new_error_id() -> ErrorId:
    """A short id, ``E-7K2Q``, not derived from anything."""
    return "E-" + "".join(secrets.choice(_ALPHABET) for _ in range(4))


# ------------------------------------------------------------------ every other way out
class Formatter(logging.Formatter):
    """Prints our entries as written, and of everybody else's only who, how bad and where."""

    def __init__(self, shape: Style = "logfmt") -> None:
        super().__init__()
        self._shape = shape

    def format(self, record: logging.LogRecord) -> str:
        """One line for a record, in the formatter's style."""
        entry = record.__dict__.get(_ATTRIBUTE)
        shown: dict[str, Printable] = {
            "ts": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
            + f".{int(record.msecs):03d}Z",
            "level": logging.getLevelName(record.levelno).lower(),
        }
        if isinstance(entry, _Entry):
            shown |= {"log": record.name, "event": entry.event, **entry.fields}
        else:
            shown |= {"log": _library(record.name), "event": "library"}
            shown["at"] = f"{source(record.pathname)}:{record.lineno}"
            error = record.__dict__.get(_ERROR)
            if isinstance(error, str):
                shown["error"] = error
        if self._shape == "json":
            return json.dumps(shown)
        return " ".join(f"{key}={_logfmt(value)}" for key, value in shown.items())


def _logfmt(value: Printable) -> str:
    text = json.dumps(value)
    bare = isinstance(value, str) and re.fullmatch(r"[\w.~*:+/-]+", value, re.ASCII)
    return str(value) if bare else text


def _library(name: str) -> str:
    first = name.partition(".")[0]
    return first if first in _LIBRARIES else "other"


class _EmptyRecord(logging.LogRecord):
    """A record without its text: ours get an entry beside it, everybody else's text is gone.

    It is emptied here rather than in the formatter, so that a handler that a library adds for
    itself, or logging's own complaint about a record it cannot format, has nothing to show.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.msg = "-"
        self.args = ()
        self.stack_info = None
        if self.exc_info and self.exc_info[1] is not None:
            self.__dict__[_ERROR] = describe(self.exc_info[1])
        self.exc_info = None
        # Since Python 3.12 this is the current task's name, which a library may make from data.
        self.taskName = None


@dataclass(frozen=True, slots=True)
class _Before:
    """What the process had, so that a test can put it back."""

    handlers: list[logging.Handler]
    level: int
    factory: Any
    excepthook: Any
    threads: Any
    unraisable: Any
    showwarning: Any
    raise_exceptions: bool


class Installed:
    """Logging as ``install`` has set it up; ``undo`` is for tests."""

    def __init__(self, before: _Before) -> None:
        self._before = before

    def undo(self) -> None:
        """Restore handlers, level and hooks as they were before ``install``."""
        before = self._before
        root = logging.getLogger()
        root.handlers[:] = before.handlers
        root.setLevel(before.level)
        logging.setLogRecordFactory(before.factory)
        logging.raiseExceptions = before.raise_exceptions
        sys.excepthook = before.excepthook
        threading.excepthook = before.threads
        sys.unraisablehook = before.unraisable
        warnings.showwarning = before.showwarning


def installed() -> bool:
    """Whether this process logs through this module already."""
    return logging.getLogRecordFactory() is _EmptyRecord


def install(
    level: str = "info",
    *,
    style: Style = "logfmt",
    stream: IO[str] | None = None,
) -> Installed:
    """Send all log lines, warnings and stray exceptions of the process through ``bot.logging``.

    Goes to stderr unless ``stream`` is given. Libraries are heard from WARNING up, at any level.
    """
    root = logging.getLogger()
    before = _Before(
        list(root.handlers),
        root.level,
        logging.getLogRecordFactory(),
        sys.excepthook,
        threading.excepthook,
        sys.unraisablehook,
        warnings.showwarning,
        logging.raiseExceptions,
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(Formatter(style))
    handler.addFilter(_ours_or_serious)
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    logging.setLogRecordFactory(_EmptyRecord)
    # On a record that cannot be formatted, logging prints the record and its arguments.
    logging.raiseExceptions = False
    sys.excepthook = _uncaught
    threading.excepthook = _uncaught_in_thread
    sys.unraisablehook = _unraisable
    warnings.showwarning = _warning
    if not faulthandler.is_enabled() and sys.__stderr__ is not None:
        # Prints files, lines and functions when the interpreter itself dies; never values.
        faulthandler.enable(file=sys.__stderr__)
    return Installed(before)


def watch(loop: asyncio.AbstractEventLoop) -> None:
    """Report what asyncio itself would, without its context of values. Call it in each loop."""
    loop.set_exception_handler(_asyncio)


def _ours_or_serious(record: logging.LogRecord) -> bool:
    return _ATTRIBUTE in record.__dict__ or record.levelno >= logging.WARNING


_own: Final = Log("bot.process")


def _uncaught(
    _kind: type[BaseException], error: BaseException, _trace: TracebackType | None
) -> None:
    _own.failure("uncaught", error)


def _uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None:
        _own.failure("uncaught_in_thread", args.exc_value)


def _unraisable(args: "sys.UnraisableHookArgs") -> None:
    if args.exc_value is not None:
        _own.failure("unraisable", args.exc_value)


def _asyncio(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    error = context.get("exception")
    if isinstance(error, BaseException):
        _own.failure("asyncio", error)
    else:
        _own.error("asyncio")


def _warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: IO[str] | None = None,  # noqa: ARG001  (the signature is Python's)
    line: str | None = None,  # noqa: ARG001
) -> None:
    error = message if isinstance(message, Warning) else category()
    entry = _Entry("warning", {"kind": type_name(error), "at": f"{source(filename)}:{lineno}"})
    logging.getLogger("bot.process").warning("warning", extra={_ATTRIBUTE: entry})
