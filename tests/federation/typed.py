"""What somebody on another homeserver typed, and what came back: all of it, once, and in order."""

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from demo.organizer import Organizer
from tests.crash.ledger import inside
from tests.support.committee import Committee

NAMES: Final = tuple(
    f"{first} {last}"
    for last in ("Okafor", "Lindqvist", "Marchetti", "Tanaka", "Oyelaran", "Brandt", "Zhao")
    for first in ("Amara", "Bjorn", "Chiara", "Daiki", "Efua", "Fritz", "Guang", "Hilde")
)
"""Far from each other in spelling, so that nobody is asked whether two are the same."""

_ADDED: Final = re.compile(r"M-\d+ (\w+ \w+)")


@dataclass(slots=True)
class Typing:
    """One person in their direct chat with the bot, adding one contact after the other."""

    who: Organizer
    bot: str
    direct: str
    typed: list[str] = field(default_factory=list)

    @classmethod
    async def begin(cls, committee: Committee, who: Organizer) -> "Typing":
        """Open a direct chat in which the bot has said hello."""
        room = await committee.open_direct(who)
        await who.hear(of=committee.steward.user, where=room)
        return cls(who, committee.steward.user, room)

    async def add(self, *names: str) -> None:
        """Type a command for each name, without waiting for answers."""
        for name in names:
            await self.who.send(self.direct, f'!contact add "{name}" area=Search --yes')
            self.typed.append(name)

    def in_a_new_session(self) -> None:
        """Have the next command encrypted with a key that the bot does not have yet."""
        self.who._encryption._nio.olm.outbound_group_sessions.pop(self.direct)

    @property
    def answered(self) -> list[str]:
        """The names in the bot's answers so far, in the order in which they could be read."""
        found = (
            _ADDED.search(message.body)
            for message in self.who.messages
            if message.sender == self.bot and message.room == self.direct
        )
        return [each[1] for each in found if each is not None]

    async def all_answered(self, seconds: float = 60) -> None:
        """Wait until each name was answered; then they were answered once, and in order."""
        try:
            await self.who.until(lambda: set(self.typed) <= set(self.answered), seconds)
        finally:
            missing = [name for name in self.typed if name not in self.answered]
            assert not missing, f"not answered: {missing}; unreadable: {len(self.who.unreadable)}"
        assert self.answered == self.typed


async def kept(committee: Committee) -> list[str]:
    """The contacts that a bot, which is stopped for it, has: by when they were added."""
    await committee.steward.stop()
    async with inside(committee.steward) as database, database.transaction() as tx:
        rows = await tx.all("SELECT name FROM contacts ORDER BY number")
    return [str(row["name"]) for row in rows]


def names(count: int, *, after: Sequence[str] = ()) -> tuple[str, ...]:
    """Take so many names that were not used yet."""
    return tuple(itertools.islice((each for each in NAMES if each not in after), count))
