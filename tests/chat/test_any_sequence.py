"""Whatever is typed in whatever order: history only grows, and what shows is what was not taken back.

The oracle is a second committee that is told only what still counts, at the same times. Both have to
read the same. That holds whatever the commands do inside. A handle that was part of another record when
it was typed meant that record, as the answers say; so the oracle is told that one, and not the handle,
which is by itself again when the merge was taken apart later.
"""

import asyncio
import re
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from commands.framework.context import Role
from tests.chat.conversation import MONDAY_MORNING, Chat
from tests.support.begun import copied, made

PEOPLE = ("Sam Okafor", "Alex Kim", "Mia Chen", "Bo Beck")
KEPT = (
    "history",
    "names",
    "memberships",
    "placements",
    "assignments",
    "conversations",
    "assessments",
    "roles",
    "notes",
    "merges",
    "follow_up_events",
    "follow_up_owners",
)
"""Append-only: no row of these is ever changed or removed by what is typed here."""

who = st.sampled_from(["@ana", "@ben", "@lea"])
handle = st.integers(1, len(PEOPLE)).map("M-{}".format)
two = st.permutations(range(1, len(PEOPLE) + 1)).map(lambda p: (f"M-{p[0]}", f"M-{p[1]}"))
typed = st.one_of(
    st.tuples(who, st.builds("!assess {} {} {}".format, handle, st.integers(0, 5),
                             st.sampled_from(["said", "did", "heard"]))),
    st.tuples(who, st.builds("!1on1 log {} {} rate={} did next=fri".format, handle,
                             st.sampled_from(["reached", "busy"]), st.integers(1, 5))),
    st.tuples(who, st.builds("!1on1 edit <{}> outcome={}".format, st.integers(0, 5),
                             st.sampled_from(["reached", "noanswer", "refused"]))),
    st.tuples(who, st.builds("!contact move {} area={} --yes".format, handle,
                             st.sampled_from(["Search", "Ops"]))),
    st.tuples(who, st.builds('!contact edit {} name="{}" --yes'.format, handle,
                             st.sampled_from(["Robin Roe", "Kit Kane"]))),
    st.tuples(who, st.builds("!contact alias {} {} --yes".format, handle,
                             st.sampled_from(["Sammy", "Lex"]))),
    st.tuples(who, st.builds("!contact role {} {}".format, handle,
                             st.sampled_from(["leader", "committee", "none"]))),
    st.tuples(who, st.builds("!note {} hello".format, handle)),
    st.tuples(who, st.builds("!contact left {} today".format, handle)),
    st.tuples(who, st.builds("!contact rejoin {}".format, handle)),
    st.tuples(st.just("@lea"), two.map(lambda p: f"!merge {p[0]} {p[1]} --yes")),
    st.tuples(st.just("@lea"), st.builds("!unmerge {}".format, handle)),
    st.tuples(st.just("@lea"), st.builds("!turf assign {} {} --transfer".format,
                                         st.sampled_from(["@ana", "@ben"]), handle)),
    st.tuples(who, st.just("!undo")),
    st.tuples(who, st.just("!undo")),
)  # fmt: skip


@dataclass
class Told:
    """One thing that was typed and did something."""

    entry: int
    at: datetime
    who: str
    text: str
    """With the handles of the records that were meant."""
    log: int | None
    """Which talk it logged: the how-manieth that was typed at all."""


@dataclass
class Committee:
    """A chat, and the numbers it gave the talks."""

    chat: Chat
    talks: dict[int, str] = field(default_factory=dict)

    async def say(self, person: str, text: str, log: int | None) -> str:
        """Type it; ``<3>`` stands for the number of the third talk that was logged."""
        for index, number in self.talks.items():
            text = text.replace(f"<{index}>", number)
        if text.startswith("!merge"):
            # What nobody brings back is looked at first.
            await self.chat.dm(person, text.removesuffix(" --yes"))
        said = (await self.chat.dm(person, text)).text
        if text == "!undo" and "!undo --yes" in said:
            # It goes back further than the last thing they did, and asks.
            said = (await self.chat.dm(person, "!undo --yes")).text
        if log is not None:
            async with self.chat.database.transaction() as tx:
                self.talks[log] = str(await tx.value("SELECT MAX(number) FROM conversations"))
        return said

    async def newest(self) -> int:
        async with self.chat.database.transaction() as tx:
            return int(str(await tx.value("SELECT COALESCE(MAX(id), 0) FROM history")))

    async def reversed_by(self, entry: int) -> int | None:
        async with self.chat.database.transaction() as tx:
            found = await tx.value("SELECT reverses FROM history WHERE id = ?", (entry,))
        return None if found is None else int(str(found))

    async def rows(self) -> dict[str, dict[int, tuple[object, ...]]]:
        async with self.chat.database.transaction() as tx:
            return {
                table: {
                    row["id"]: tuple(row)
                    for row in await tx.all(f"SELECT * FROM {table}")
                }
                for table in KEPT
            }  # fmt: skip

    async def reads(self) -> list[str]:
        """Everything that shows, without the numbers that count what was typed."""
        asked = [f"!{what} M-{n}" for n in range(1, len(PEOPLE) + 1)
                 for what in ("contact show", "1on1 history", "assess history")]  # fmt: skip
        words = [(await self.chat.dm("@lea", text)).text for text in asked]
        words += [(await self.chat.dm("@lea", f"!{each}")).text for each in ("disputes", "stale 0")]
        for person in ("@ana", "@ben", "@lea"):
            for text in ("!turf", "!due", "!contact list"):
                words.append((await self.chat.dm(person, text)).text)
        return [
            re.sub(
                r"(?m)^(• )?\d+\b|follow-up \d+|!(1on1 edit|done) \d+|just answer \d+", "#", each
            )
            for each in words
        ]


@pytest.fixture(scope="module")
def with_people(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A committee with four people on record."""

    async def added(chat: Chat) -> None:
        for number, person in enumerate(PEOPLE):
            await chat.dm(("@ana", "@ben")[number % 2], f'!contact add "{person}" --yes')

    return made(tmp_path_factory.mktemp("sequences") / "steward.db", added)


async def begun(stack: AsyncExitStack, with_people: Path) -> Committee:
    chat = await stack.enter_async_context(copied(with_people))
    chat.now = MONDAY_MORNING
    chat.later(hours=1)
    return Committee(chat)


async def played(steps: Sequence[tuple[str, str]], with_people: Path) -> None:
    async with AsyncExitStack() as stack:
        real = await begun(stack, with_people)
        told: list[Told] = []
        kept = await real.rows()
        for number, (person, text) in enumerate(steps):
            real.chat.later(seconds=50)
            told = await one(real, told, person, text, number)
            kept = grown(kept, await real.rows())
        oracle = await begun(stack, with_people)
        # What let somebody type it may have been taken back since, and what they typed stays.
        oracle.chat.roles |= dict.fromkeys(oracle.chat.roles, Role.LEAD)
        for each in told:
            oracle.chat.now = each.at
            await oracle.say(each.who, each.text, each.log)
        oracle.chat.roles |= real.chat.roles
        oracle.chat.now = real.chat.now
        assert await real.reads() == await oracle.reads(), [(t.who, t.text) for t in told]


async def one(real: Committee, told: list[Told], person: str, text: str, number: int) -> list[Told]:
    """Type one thing; what still counts after it."""
    before = await real.newest()
    log = number if text.startswith("!1on1 log") else None
    said = await real.say(person, text, log)
    after = await real.newest()
    if after == before:
        # It was refused, or changed nothing.
        return told
    back = await real.reversed_by(after)
    if back is not None:
        return [each for each in told if each.entry != back]
    meaning = meant(text, told)
    if text.startswith("!merge"):
        typed_, records = re.findall(r"M-\d", text), re.findall(r"M-\d", meaning)
        for one_, record in zip(typed_, records, strict=True):
            explained = f"{one_} is part of {record} now: merged with {record}." in said
            assert explained is (one_ != record), said
    return [*told, Told(after, real.chat.now, person, meaning, log)]


def meant(text: str, told: Sequence[Told]) -> str:
    """The same words with each handle that went into another record replaced by that record's."""
    into = {}
    for each in told:
        if each.text.startswith("!merge"):
            kept, dropped = re.findall(r"M-\d", each.text)
            into[dropped] = kept

    def record(found: re.Match[str]) -> str:
        handle = found[0]
        while handle in into:
            handle = into[handle]
        return handle

    return re.sub(r"M-\d", record, text)


def grown(
    before: dict[str, dict[int, tuple[object, ...]]], now: dict[str, dict[int, tuple[object, ...]]]
) -> dict[str, dict[int, tuple[object, ...]]]:
    """Every row there was is there as it was."""
    for table in KEPT:
        assert before[table].items() <= now[table].items(), table
    return now


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    # Making a failure smaller takes minutes; it is as telling as it is.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(st.lists(typed, min_size=2, max_size=14))
@example([("@ana", "!1on1 log M-1 reached rate=2 did next=fri"),
          ("@lea", "!merge M-1 M-2 --yes"), ("@ana", "!undo"), ("@lea", "!unmerge M-2")])  # fmt: skip
@example([("@lea", "!merge M-2 M-1 --yes"), ("@lea", "!merge M-4 M-1 --yes"),
          ("@lea", "!unmerge M-1")])  # fmt: skip
@example([("@lea", "!merge M-2 M-1 --yes"), ("@ben", "!assess M-1 2 did"),
          ("@lea", "!merge M-1 M-3 --yes"), ("@lea", "!note M-3 hello"),
          ("@lea", "!unmerge M-1")])  # fmt: skip
@example([("@lea", "!turf assign @ana M-2 --transfer"), ("@ana", "!note M-2 hello"),
          ("@lea", "!undo")])  # fmt: skip
@example([("@lea", "!assess M-3 2 said"), ("@lea", "!merge M-2 M-3 --yes"),
          ("@ben", "!1on1 log M-2 reached rate=4 did next=fri"),
          ("@lea", "!unmerge M-2")])  # fmt: skip
def test_history_grows_and_what_shows_is_what_still_counts(
    with_people: Path, steps: list[tuple[str, str]]
) -> None:
    asyncio.run(played(steps, with_people))
