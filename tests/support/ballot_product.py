"""The sealed box as the bot uses it, as one more layout for ballots; and boxes with a fault.

A faulty box is a control as well: it shows that the attacker who finds nothing in the real one knows
how boxes break.
"""

import os
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, Self

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.polls.box import SLOT, BoxState, VotePosition
from bot.polls.keys import PollKeys
from bot.polls.register import Register
from commands.polls.ask.policy import LEAST_K
from commands.polls.count.tally import Result
from commands.polls.model import Poll, PollKind, Rules, encode
from storage.core.model import UserId
from storage.polls import sealed
from storage.polls.ballots import Ballots
from storage.polls.sealed import Label
from tests.support.ballot_layouts import OPTIONS, QUESTION, ROOM, Choice, Layout
from tests.support.ballot_links import Knowledge

ORIGIN: Final = "$GalvanicThimble"
CODE: Final = "K7QX"


def a_poll(options: Sequence[str], *, k: int = LEAST_K) -> Poll:
    """Make a poll with several options and a deadline in the future."""
    closes = datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(hours=1)
    return Poll(CODE, PollKind.CHOOSE, QUESTION, tuple(options), Rules(k, None, closes))


def code_of(poll: Poll, choice: Choice) -> bytes:
    """Return the bytes of a choice in its slot."""
    return encode(poll, poll.codes[choice])


def knowledge(roster: Sequence[str], options: Sequence[str] = OPTIONS) -> Knowledge:
    """Return everything public about the box: the source is open."""
    poll = a_poll(options)
    codes = {code_of(poll, at).ljust(SLOT, b"\0"): at for at in range(len(options))}

    def read(raw: bytes) -> Mapping[str, Choice] | None:
        try:
            state = BoxState.decode(raw)
            pairs = zip(state.roster, state.slots, strict=True)
            return {p: codes[s.ljust(SLOT, b"\0")] for p, s in pairs if s is not None}
        except Exception:  # noqa: BLE001 (noise is no state, in as many ways as there is noise)
            return None

    return Knowledge(roster, options, read, codes)


class Sealed(Layout):
    """The product: the real box, its half key in memory, the roster and everything else inside."""

    changeable = True

    def __init__(self, directory: Path, memory: Path, ballots: Ballots, key: bytes | None) -> None:
        super().__init__(directory)
        self.key = key
        self.register = Register(ballots, PollKeys(memory))
        self._sent = 0

    @classmethod
    async def at(cls, directory: Path, memory: Path, *, encrypted: bool) -> Self:
        """Open the box in a directory; ``encrypted`` adds SQLCipher, as in every installation."""
        memory.mkdir(exist_ok=True)
        key = os.urandom(32) if encrypted else None
        return cls(directory, memory, await Ballots.open(directory / "ballots.db", key), key)

    async def open(
        self, roster: Sequence[str], options: Sequence[str], *, k: int = LEAST_K
    ) -> None:
        poll = a_poll(options, k=k)
        people = [UserId(person) for person in sorted(roster)]
        self.which = await self.register.open(poll, people, ROOM, ORIGIN)

    async def vote(self, person: str, choice: Choice) -> None:
        self._sent += 1
        mark = VotePosition(f"session of {person}", self._sent)
        encoded = code_of(self.which.poll, choice)
        await self.register.vote(self.which, UserId(person), encoded, mark)

    async def heartbeat(self) -> None:
        await self.register.beat(self.which)

    async def close(self) -> list[int]:
        result = await self.count()
        await self.destroy()
        await self.leave()
        return [] if result.totals is None else list(result.totals.counts)

    async def count(self) -> Result:
        """Count the votes: the first step of closing."""
        return (await self.register.count(self.which)).result

    async def destroy(self) -> None:
        """Destroy the box: the last step of closing."""
        await self.register.destroy(self.which.id)

    async def leave(self) -> None:
        await self.register.ballots.close()

    async def derived(self) -> bytes:
        """Return the key of the box, which is never stored anywhere."""
        (box,) = await self.register.ballots.boxes()
        return sealed.derive(self.which.half, box.in_file, self.which.id)


# -- faults -----------------------------------------------------------------------------------------


def not_sealed(state: bytes, _key: bytes, _label: Label) -> bytes:
    """Seal badly: padded, not encrypted."""
    return bytes(sealed.NONCE) + state + bytes(sealed.TAG)


def not_unsealed(written: bytes, _key: bytes, _label: Label) -> bytes:
    """Open what ``not_sealed`` wrote."""
    return written[sealed.NONCE : -sealed.TAG]


def sealed_with_one_nonce(state: bytes, key: bytes, label: Label) -> bytes:
    """Seal badly: encrypted, always with the same nonce."""
    nonce = bytes(sealed.NONCE)
    return nonce + AESGCM(key).encrypt(nonce, state, sealed._bound_to(label, len(state)))
