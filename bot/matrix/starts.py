"""Which process of this bot was started last: a mark in the account's own data, one for each start.

A copy of the data directory on another machine is the same device of the same account, and no lock reaches
there. So each start counts on from the one before, in a file of the data directory, and leaves its number with
a few random bytes where every process of the account hears of it: ``account_data`` of the specification. Of two
that run, the earlier hears of the later and ends; of two that begin at one moment the one goes on whose record
was left last. An old copy that is started finds that others came after it,
and does not begin. Numbers count starts, so no clock matters, and a homeserver that went back to a backup only
shows a number that is long known.
"""

import contextlib
import json
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, NoReturn

from bot.logging import logs
from bot.matrix.client import Client, MatrixError, quoted
from bot.matrix.sync import STARTED, listing
from bot.process import failpoints
from bot.process.data_directory import AlreadyRunning, DirectoryRefusal, write_private
from storage.core.lazy_dataclass import dataclass

MOST: Final = 10**9
"""Starts that a number can count: above it nobody has come, so it is no number of ours."""

log = logs.get("bot.matrix.starts")


class StartedElsewhere(AlreadyRunning):
    """Raised in a running bot when another process of it was started later."""


class OlderCopy(DirectoryRefusal):
    """Raised at a start when another process of the same device was started after this data directory's last."""


@dataclass(frozen=True, slots=True)
class Start:
    """One start of the bot."""

    device: str
    number: int
    mark: str
    """Random, so that two starts of one number differ."""

    def is_after(self, other: "Start | None") -> bool:
        """Whether this start came later than the other, or from the same state beside it."""
        if other is None or self.number != other.number:
            return other is None or self.number > other.number
        return self.mark != other.mark

    @classmethod
    def read(cls, content: object) -> "Start | None":
        """The start that somebody wrote down; None for anything else."""
        match content:
            case {"device": str(device), "number": int(number), "mark": str(mark)}:
                return cls(device, number, mark) if 0 <= number <= MOST else None
            case _:
                return None


class Starts:
    """What this process says of its start, and hears of others'."""

    def __init__(self, client: Client, kept: Path) -> None:
        """``kept``: the file in which the last start of this data directory is written down."""
        self._client = client
        self._kept = kept
        self._own: Start | None = None
        self._published: Start | None = None
        """What the homeserver was told last, as far as we heard."""

    async def look(self) -> None:
        """See what the homeserver was told last, before anything else is asked or said. Raises OlderCopy."""
        before, published = self._last(), await self._ask()
        known = published is not None and published.device == self._client.device
        if known and published is not None and published.is_after(before):
            raise OlderCopy(
                "Another process of this bot was started after this data directory was last used: this is an old "
                "copy, or the other is. Two at once would answer everything twice, and lose what they encrypt with. "
                'Start the one that ran last. If this is the one to go on with, read "A second bot on the machine" '
                "in docs/admin.md."
            )
        self._published = published

    async def announce(self) -> None:
        """Count this start, after the one that ``look`` saw, and leave it with the homeserver."""
        before, published = self._last(), self._published
        number = max((each.number for each in (before, published) if each is not None), default=0)
        own = Start(self._client.device, min(number, MOST - 1) + 1, secrets.token_hex(8))
        said = {"device": own.device, "number": own.number, "mark": own.mark}
        # First here: ended in between, the next start is the later one all the same.
        write_private(self._kept, json.dumps(said | {"device": ""}).encode())
        failpoints.reach("start_counted")
        await self._client.insist("PUT", self._path, said)
        failpoints.reach("start_announced")
        self._own = own

    async def take_over(self) -> None:
        """Count this start as the last one, whatever was started meanwhile."""
        self._published = await self._ask()
        await self.announce()

    def look_at(self, answer: Mapping[str, Any]) -> None:
        """Look for a later start in an answer of sync. Raises StartedElsewhere."""
        own = self._own
        if own is not None and any(told.is_after(own) for told in _told(answer)):
            _end()

    async def look_at_early(self, answer: Mapping[str, Any]) -> None:
        """Look for a later start in an answer that was asked for beside ``announce``, once that is done.

        It may hold a start of our number that was left before ours. Then each of the two hears of the other, so
        only whose start the homeserver keeps goes on. Raises StartedElsewhere.
        """
        own = self._own
        later = [told for told in _told(answer) if told.is_after(own)]
        if any(own is None or told.number != own.number for told in later):
            _end()
        if later and await self._ask() != own:
            _end()

    def _last(self) -> Start | None:
        """The last start of this data directory; None where none was written down."""
        with contextlib.suppress(FileNotFoundError, ValueError):
            return Start.read(json.loads(self._kept.read_bytes()))
        return None

    async def _ask(self) -> Start | None:
        """The last start that the homeserver was told of, by whichever process."""
        try:
            return Start.read(await self._client.insist("GET", self._path))
        except MatrixError as refusal:
            if refusal.status == 404:
                return None
            raise

    @property
    def _path(self) -> str:
        return f"/user/{quoted(self._client.user)}/account_data/{STARTED}"


def _told(answer: Mapping[str, Any]) -> list[Start]:
    """The starts that an answer of sync tells of."""
    events = listing(answer, "account_data", "events")
    contents = (
        event.get("content")
        for event in events
        if isinstance(event, dict) and event.get("type") == STARTED
    )
    return [told for told in map(Start.read, contents) if told is not None]


def _end() -> NoReturn:
    log.error("started_elsewhere")
    raise StartedElsewhere(
        "Another process of this bot was started later, on another machine or in a container, from a copy "
        "of this data directory. Two at once would answer everything twice, so this one has stopped. "
        "It does not start again by itself."
    )
