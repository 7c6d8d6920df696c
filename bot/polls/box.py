"""The content of a sealed box: a fixed number of bytes, with one place for each on the roster.

Every part has its place from the first to the last moment of a poll, so that a vote changes some
bytes and never the length. Big-endian throughout:

version(1) phase(1) announced(1) reminders(1) people(4) seq(8) closes(8) fixed(4) totals(4) question
and roster, compressed | a choice(16) each | marks(24) each | told(1) each | totals
"""

import hashlib
import json
import struct
import zlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from enum import IntEnum
from functools import cached_property
from typing import Any

from commands.polls.model import CHOICE_BYTES, CoalitionPoll, Outside, Poll, PollKind, Risks, Rules
from storage.core.model import UserId
from storage.polls.sealed import size_for

VERSION = 1
_HEAD = struct.Struct(">BBBBIQQII")
_MARK = struct.Struct(">8sI")

SLOT = 16
MARKS = 2
"""Sending sessions remembered for each person: two devices in turn, and neither can be replayed."""
TOTALS = 4096
"""Bytes kept free for the totals: twelve rounds of twelve options with five-digit votes fit."""

_NOTHING = b"\xff"


class Phase(IntEnum):
    """How far a poll is. It only ever goes on."""

    OPEN = 0
    COUNTED = 1
    """No choice is left in it, only totals."""
    CANCELLED = 2
    """Nothing is left in it; the room has still to be told."""


class SentFlags(IntEnum):
    """What somebody on the roster was sent, bit by bit; the same for whoever voted and who did not."""

    BALLOT = 1
    TAPS = 2
    ENDED = 4
    """Not sent, but so it is: their part in the committee ended while the poll was open."""


@dataclass(frozen=True, slots=True)
class VotePosition:
    """Which message of which sending session a vote came in; tells a replayed vote from a new one."""

    session: str = field(repr=False)
    index: int

    def tag(self) -> bytes:
        """A short name for the session, without meaning outside of the box."""
        return hashlib.sha256(self.session.encode()).digest()[:8]


class Old(Exception):
    """Raised for a vote that was counted before, or is older than one that was."""


@dataclass(frozen=True)
class BoxState:
    """The bytes of a box, and accessors to them; every change is a new state with the next number."""

    raw: bytes = field(repr=False)

    @classmethod
    def new(
        cls, poll: Poll, roster: Sequence[UserId], secret: bytes, reminders: int = 0
    ) -> "BoxState":
        """An empty box. ``secret`` makes the answer ids of native polls."""
        fixed = zlib.compress(_as_json(poll, roster, secret), 9)
        people = len(roster)
        body = fixed + _NOTHING * (people * (SLOT + MARKS * _MARK.size)) + bytes(people)
        head = _HEAD.pack(
            VERSION,
            Phase.OPEN,
            0,
            reminders,
            people,
            1,
            _minutes(poll.rules.closes_at),
            len(fixed),
            0,
        )
        content = head + body
        return cls(content.ljust(size_for(len(content) + TOTALS), b"\0"))

    @classmethod
    def decode(cls, raw: bytes) -> "BoxState":
        """Raises ValueError for a state of another version of Steward."""
        if raw[0] != VERSION:
            raise ValueError("a ballot box of another version")
        return cls(raw)

    def encode(self) -> bytes:
        """The bytes to be sealed."""
        return self.raw

    # -- reading -------------------------------------------------------------------------------

    @cached_property
    def _head(self) -> tuple[int, ...]:
        return _HEAD.unpack_from(self.raw)

    @property
    def phase(self) -> Phase:
        """The poll's phase."""
        return Phase(self._head[1])

    @property
    def announced(self) -> bool:
        """Whether the room was told of the poll."""
        return bool(self._head[2])

    @property
    def reminders(self) -> int:
        """How many reminders went out."""
        return self._head[3]

    @property
    def people(self) -> int:
        """How many are on the roster."""
        return self._head[4]

    @property
    def seq(self) -> int:
        """Grows by one with every change and heartbeat: an older copy of the file is noticed."""
        return self._head[5]

    @property
    def closes_at(self) -> datetime:
        """The deadline: aware, UTC, a whole minute."""
        return datetime.fromtimestamp(self._head[6] * 60, UTC)

    @cached_property
    def _fixed(self) -> dict[str, Any]:
        start = _HEAD.size
        found: dict[str, Any] = json.loads(zlib.decompress(self.raw[start : start + self._head[7]]))
        return found

    @cached_property
    def poll(self) -> Poll:
        """The poll's question and rules, with the present deadline."""
        fixed = self._fixed
        rules = Rules(fixed["k"], fixed["quorum"], self.closes_at)
        return Poll(
            str(fixed["code"]),
            PollKind(fixed["kind"]),
            str(fixed["question"]),
            tuple(fixed["options"]),
            rules,
            # An earlier release knew of neither.
            Risks(**_with_people(fixed.get("risks", {}))),
            Outside(**_with_people(fixed.get("outside", {}))),
            CoalitionPoll(**fixed["part_of"]) if fixed.get("part_of") else None,
        )

    @cached_property
    def roster(self) -> tuple[UserId, ...]:
        """Who may vote, in the order of their places. Frozen when the poll opened."""
        return tuple(map(UserId, self._fixed["roster"]))

    @property
    def secret(self) -> bytes:
        """The secret from which the answer ids of native polls are made."""
        return bytes.fromhex(str(self._fixed["secret"]))

    @property
    def slots(self) -> list[bytes | None]:
        """A choice, or none, for each place."""
        choices = (self.raw[at : at + SLOT] for at in map(self._slot, range(self.people)))
        return [None if one == _NOTHING * SLOT else one[:CHOICE_BYTES] for one in choices]

    def has_ballot(self, at: int) -> bool:
        """Whether the voter at place ``at`` has chosen."""
        start = self._slot(at)
        return self.raw[start : start + SLOT] != _NOTHING * SLOT

    def told(self, at: int, what: SentFlags) -> bool:
        """Whether the voter at place ``at`` was sent ``what``."""
        return bool(self.raw[self._told(at)] & what)

    def marks(self, at: int) -> list[tuple[bytes, int]]:
        """The sending sessions of a voter's ballots, as (tag, last message index)."""
        start = self._marks(at)
        found = (_MARK.unpack_from(self.raw, start + n * _MARK.size) for n in range(MARKS))
        return [(tag, index) for tag, index in found if (tag, index) != _NO_MARK]

    @property
    def shut_out(self) -> int:
        """How many on the roster had their part in the committee ended while the poll was open."""
        return sum(self.told(at, SentFlags.ENDED) for at in range(self.people))

    @property
    def totals(self) -> str | None:
        """The counted result as ``Result.to_json`` gives it; None before, and when cancelled."""
        if self.phase is not Phase.COUNTED:
            return None
        start = self._told(self.people)
        return self.raw[start : start + self._head[8]].decode()

    # -- changing ------------------------------------------------------------------------------

    def with_vote(self, at: int, choice: bytes, mark: VotePosition | None = None) -> "BoxState":
        """A choice of CHOICE_BYTES bytes in a place. Raises Old, and ValueError once it is counted."""
        if self.phase is not Phase.OPEN or len(choice) != CHOICE_BYTES:
            raise ValueError("no vote for this box")
        changed = bytearray(self.raw)
        if mark is not None:
            start = self._marks(at)
            changed[start : start + MARKS * _MARK.size] = self._marked(at, mark)
        start = self._slot(at)
        changed[start : start + SLOT] = choice.ljust(SLOT, b"\0")
        return self._next(changed)

    def with_told(self, at: Sequence[int], what: SentFlags) -> "BoxState":
        """A copy with ``what`` noted as sent to the voters at the places ``at``."""
        changed = bytearray(self.raw)
        for each in at:
            changed[self._told(each)] |= what
        return self._next(changed)

    def with_announcement(self) -> "BoxState":
        """A copy that notes that the room was told."""
        return self._next(bytearray(self.raw), announced=True)

    def with_reminder(self, number: int) -> "BoxState":
        """A copy that notes how many reminders went out."""
        return self._next(bytearray(self.raw), reminders=number)

    def with_deadline(self, closes_at: datetime) -> "BoxState":
        """A copy that closes at another time."""
        return self._next(bytearray(self.raw), closes=_minutes(closes_at))

    def heartbeat(self) -> "BoxState":
        """A copy with the next number and no other change."""
        return self._next(bytearray(self.raw))

    def counted(self, totals: str) -> "BoxState":
        """A copy with totals and without choices and marks: from here on nothing tells who voted."""
        written = totals.encode()
        if len(written) > TOTALS:
            raise ValueError("totals that do not fit")
        changed = self._without_choices()
        start = self._told(self.people)
        changed[start : start + len(written)] = written
        return self._next(changed, phase=Phase.COUNTED, totals=len(written))

    def cancelled(self) -> "BoxState":
        """A copy without choices, marks and totals."""
        return self._next(self._without_choices(), phase=Phase.CANCELLED)

    def _without_choices(self) -> bytearray:
        changed = bytearray(self.raw)
        start, end = self._slot(0), self._told(0)
        changed[start:end] = _NOTHING * (end - start)
        return changed

    # -- where things are ------------------------------------------------------------------------

    def _slot(self, at: int) -> int:
        return _HEAD.size + self._head[7] + at * SLOT

    def _marks(self, at: int) -> int:
        return self._slot(self.people) + at * MARKS * _MARK.size

    def _told(self, at: int) -> int:
        return self._marks(self.people) + at

    def _marked(self, at: int, mark: VotePosition) -> bytes:
        """The marks with this one first. Raises Old when it tells nothing new."""
        tag, known = mark.tag(), self.marks(at)
        if any(each == tag and mark.index <= index for each, index in known):
            raise Old
        kept = [(tag, mark.index), *(pair for pair in known if pair[0] != tag)][:MARKS]
        return b"".join(_MARK.pack(*pair) for pair in kept).ljust(MARKS * _MARK.size, _NOTHING)

    def _next(
        self,
        changed: bytearray,
        *,
        phase: Phase | None = None,
        announced: bool | None = None,
        reminders: int | None = None,
        closes: int | None = None,
        totals: int | None = None,
    ) -> "BoxState":
        version, old_phase, said, reminded, people, seq, minutes, fixed, length = self._head
        _HEAD.pack_into(
            changed,
            0,
            version,
            old_phase if phase is None else phase,
            said if announced is None else announced,
            reminded if reminders is None else reminders,
            people,
            seq + 1,
            minutes if closes is None else closes,
            fixed,
            length if totals is None else totals,
        )
        return BoxState(bytes(changed))


_NO_MARK = _MARK.unpack(_NOTHING * _MARK.size)


def _as_json(poll: Poll, roster: Sequence[UserId], secret: bytes) -> bytes:
    fixed = {
        "code": poll.code,
        "kind": poll.kind.value,
        "question": poll.question,
        "options": poll.options,
        "k": poll.rules.k,
        "quorum": poll.rules.quorum,
        "secret": secret.hex(),
        "roster": list(roster),
        "risks": asdict(poll.risks),
        "outside": asdict(poll.outside),
        "part_of": None if poll.part_of is None else asdict(poll.part_of),
    }
    return json.dumps(fixed, separators=(",", ":"), ensure_ascii=False).encode()


def _with_people(kept: dict[str, Any]) -> dict[str, Any]:
    return {
        name: tuple(map(UserId, value)) if isinstance(value, list) else value
        for name, value in kept.items()
    }


def _minutes(moment: datetime) -> int:
    return int(moment.timestamp()) // 60
