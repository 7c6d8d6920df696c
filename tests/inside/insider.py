"""Somebody inside with a budget, and the committee they are in. What they learn is judged, not claimed.

The programs beside this file are written as somebody would who means it: they read what they are
told, go where something is left to learn, and wait when they are stopped.
"""

import random
import re
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, TypeVar

from commands.framework.context import RoomId, UserId
from storage.chat.committees import Committees
from storage.contacts.contacts import Contacts
from storage.core.model import Membership
from storage.names import folded
from storage.reports.unit import Unit as ReportUnit
from tests.chat.conversation import Chat

LISTED: Final = 200
"""People in the records whom the insider has nothing to do with."""
RATED: Final = 40
"""Of those, how many have a rating."""
AREAS: Final = ("Payments", "Search", "Ops", "Warehouse")
PACE: Final = 1.0
"""Seconds between two messages: less than the bot lets anybody type."""
FIRST: Final = [
    "Abel",
    "Bruna",
    "Ciro",
    "Delia",
    "Egon",
    "Fatou",
    "Gita",
    "Hugo",
    "Ilka",
    "Jonas",
    "Kira",
    "Luca",
    "Mona",
    "Nils",
    "Orla",
    "Pavel",
    "Quirin",
    "Rosa",
    "Stig",
    "Tilda",
]
LAST: Final = (
    [
        "ba",
        "ce",
        "di",
        "fo",
        "gu",
        "ha",
        "ki",
        "lo",
        "mu",
        "na",
        "pe",
        "ri",
        "so",
        "tu",
        "va",
        "we",
    ],
    ["ral", "ndo", "rst", "lke", "mbi", "sso", "vri", "tch", "ppa", "zel"],
    ["an", "er", "ić", "ov", "ez", "us"],
)
HANDLE: Final = re.compile(r"\bM-\d+")


class SpentError(Exception):
    """The budget is used up: the program ends with what it has."""


@dataclass(slots=True)
class Company:
    """Who works there, who of them is in the records, and what is kept about them: the truth."""

    chat: Chat
    listed: dict[str, str] = field(default_factory=dict)
    """Names by handle of those in Ben's care."""
    own: tuple[str, ...] = ()
    """Names of those in Ana's care."""
    ratings: dict[str, int] = field(default_factory=dict)
    """By handle."""
    directory: list[str] = field(default_factory=list)
    """Everybody who works there, as the employer's own list has them; half of them in the records."""

    @property
    def names(self) -> frozenset[str]:
        return frozenset(self.listed.values())

    def read_in(self, heard: Iterable[str], typed: Iterable[str]) -> set[str]:
        """Names of people in the records that somebody was told and had not typed themselves."""
        text, own = "\n".join(heard), "\n".join(typed)
        return {name for name in self.names if name in text and name not in own}

    def right(self, said: Iterable[str]) -> int:
        """Of those said to be in the records, how many are, beyond those said wrongly."""
        claimed = set(said)
        return max(0, len(claimed & self.names) - len(claimed - self.names))

    def spelled(self, words: Iterable[str]) -> int:
        """How many people's last names are among these words, as they are searched for."""
        last = {folded(name.split()[-1]) for name in self.names}
        said = set(words)
        return max(0, len(said & last) - len(said - last))


@dataclass(slots=True)
class Insider:
    """An account at work. Raises SpentError when its messages or its time are used up."""

    company: Company
    who: str
    messages: int
    span: timedelta
    typed: list[str] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    began: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.began = self.company.chat.now

    async def ask(self, text: str) -> str:
        """What this account is told on one message."""
        if self.messages <= 0:
            raise SpentError
        self.messages -= 1
        self.wait(seconds=PACE)
        said = await self.company.chat.dm(self.who, text)
        self.typed.append(text)
        self.heard.append(said.here)
        return said.here

    def wait(self, **how_long: float) -> None:
        """Let time pass."""
        chat = self.company.chat
        if chat.now + timedelta(**how_long) > self.began + self.span:
            raise SpentError
        chat.later(**how_long)

    @property
    def names(self) -> set[str]:
        """Whom they were told of."""
        return self.company.read_in(self.heard, self.typed)


T = TypeVar("T")


async def carry_out(program: Callable[[], Awaitable[T]]) -> T | None:
    """Run a program to its end, or to the end of its budget."""
    try:
        return await program()
    except SpentError:
        return None


def invented(count: int, chance: random.Random) -> list[str]:
    """So many names, all different and none much like another."""
    names: dict[str, None] = {}
    lasts: set[str] = set()
    while len(names) < count:
        last = "".join(chance.choice(part) for part in LAST).capitalize()
        if last not in lasts:
            lasts.add(last)
            names[f"{chance.choice(FIRST)} {last}"] = None
    return list(names)


def company(chat: Chat) -> Company:
    """The truth about those who are on record in this conversation, as ``record`` wrote them down."""
    chance = random.Random("company")
    everybody = invented(2 * LISTED + 2, chance)
    made = Company(chat)
    made.listed = {f"M-{number}": name for number, name in enumerate(everybody[:LISTED], 1)}
    made.ratings = {f"M-{number}": chance.randint(1, 5) for number in range(1, RATED + 1)}
    made.own = tuple(everybody[LISTED : LISTED + 2])
    made.directory = everybody[:LISTED] + everybody[LISTED + 2 :]
    chance.shuffle(made.directory)
    return made


async def record(chat: Chat) -> None:
    """Write down Ben's two hundred, forty of them rated, and two of Ana's own: handles M-201 and M-202."""
    there = company(chat)
    at = chat.now - timedelta(days=20)
    async with chat.database.transaction() as tx:
        committee = await Committees(tx).by_room(RoomId("!payments:example.org"))
        assert committee is not None
        contacts = Contacts(tx, committee.id, at.date())
        for number, name in enumerate((*there.listed.values(), *there.own), 1):
            author = UserId("@ben:example.org" if number <= LISTED else "@ana:example.org")
            await contacts.add(
                name,
                area=AREAS[number % len(AREAS)],
                shift="day",
                author=author,
                at=at,
                from_day=at.date(),
                state=Membership.EMPLOYED,
                hired=None,
            )
        await ReportUnit(tx, committee.id, chat.now.date()).recompute()
    for handle, rating in there.ratings.items():
        await chat.dm("@ben", f"!assess {handle} {rating} did")
