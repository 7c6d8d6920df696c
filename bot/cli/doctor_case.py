"""The facts that ``steward doctor`` checks, gathered once from homeserver and process."""

import asyncio
import json
import time
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

from bot.config import Config
from bot.matrix.client import no_answer
from bot.matrix.http_session import as_outages, http_session, trusting
from bot.matrix.outages import Outage, Unreachable
from bot.process import control, file_trouble
from bot.process.data_directory import DataDirectory
from storage.core.lazy_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Reached:
    """What the homeserver answered to the one request that needs no login."""

    versions: tuple[str, ...]
    skew_seconds: float | None
    """This machine's clock minus the homeserver's; None without a Date header."""


@dataclass(frozen=True, slots=True)
class Case:
    """Everything the checks look at, gathered once."""

    path: Path
    config: Config
    directory: DataDirectory
    reached: Reached | Outage
    """Or why it was not reached."""
    answers: dict[str, dict[str, Any]] | str
    """The running process's answers by verb, or why there are none."""


async def reach(config: Config) -> Reached | Outage:
    """Ask for the versions the way the bot asks: same client, same proxy."""
    proxy = None if config.proxy is None else config.proxy.get_secret_value()
    address = f"{config.homeserver.rstrip('/')}/_matrix/client/versions"
    session = http_session(proxy, trusting(config.ca_file))
    try:
        with as_outages():
            async with asyncio.timeout(min(config.timeouts.request_seconds, 15)):
                asked = time.time()
                response = await session.get(address, allow_redirects=False)
                body = await response.read()
                told = response.headers.get("Date")
    except Unreachable as away:
        return away.outage
    finally:
        await session.close()
    versions = _versions(body) if response.status == 200 else ()
    if not versions:
        # No limits are known for this request: what limits it all the same cannot work now.
        limited = response.status == 429
        return Outage.FAULTY if limited else _instead(response.status)
    return Reached(versions, None if told is None else _skew(told, asked, time.time()))


def _instead(status: int) -> Outage:
    return no_answer(status, "", sent_login=False) or Outage.NOT_MATRIX


def _versions(body: bytes) -> tuple[str, ...]:
    try:
        listed = json.loads(body)["versions"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return ()
    # Only what looks like a version is repeated on somebody's terminal.
    return (
        tuple(one for one in listed if isinstance(one, str) and one[:1] in "vr" and len(one) < 12)
        if isinstance(listed, list)
        else ()
    )


def _skew(told: str, asked: float, answered: float) -> float | None:
    try:
        server = parsedate_to_datetime(told).timestamp()
    except ValueError:
        return None
    # The header drops the fraction of a second: on average half of one.
    return (asked + answered) / 2 - (server + 0.5)


def ask_process(directory: DataDirectory) -> dict[str, dict[str, Any]] | str:
    """The running bot's answers by verb (``status``, ``identity``), or a sentence why there are none."""
    answers: dict[str, dict[str, Any]] = {}
    try:
        for verb in ("status", "identity"):
            answers[verb] = control.ask(directory.control_socket, {"verb": verb})
    except control.NotRunning:
        return "Steward is not running"
    except PermissionError:
        return f"{file_trouble.user()} may not ask it"
    except control.NoAnswer:
        if not answers:
            return "Steward runs but does not answer"
    return answers
