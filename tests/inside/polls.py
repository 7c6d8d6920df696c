"""Those around a secret poll: who creates it, accomplices who vote, and one person they are after.

A vote counts as learnt when the attackers are certain of it, which the judge checks; a guess from
totals that anybody may read is none.
"""

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from bot.matrix.render import render
from commands.framework.reply import Reply
from commands.polls.ask.policy import Member
from storage.core.model import UserId
from tests.chat.conversation import Chat

TARGET: Final = "@tia"
YES, NO = "01", "02"
COUNT: Final = re.compile(r"(\d+) · (Yes|No)\b")


def user(who: str) -> UserId:
    """A full address."""
    return UserId(f"{who}:example.org")


@dataclass(slots=True)
class Ballots:
    """A committee in which Tia's vote is wanted. ``accomplices`` vote as the attackers like."""

    chat: Chat
    accomplices: tuple[str, ...]
    others: tuple[str, ...]
    chance: random.Random = field(default_factory=lambda: random.Random("polls"))

    def seat(self, *people: str) -> None:
        """These people are in the room and have been for long; nobody else."""
        chat = self.chat
        for who in people:
            if who not in chat.roles:
                chat.join(who)
        since = chat.now - timedelta(days=400)
        chat.polls.people[:] = [Member(user(who), since) for who in people]
        # Whoever is in no committee's room is given no seat by the conversation either.
        for who in chat.roles:
            if who not in people:
                chat._memberships[who] = []
            elif not chat._memberships.get(who):
                chat._memberships[who] = [chat._main]

    async def ask(self, who: str, question: str, rules: str = "") -> str | None:
        """Open a poll; its code, or None when it is not opened."""
        chat = self.chat
        chat.polls.codes.insert(0, "".join(self.chance.sample("BCDFGHJKMNPQRTVWX", 4)))
        open_before = {poll.code for poll in await chat.polls.polls()}
        said = await chat.room(who, f'!poll yesno "{question}" closes=2d {rules}')
        if "!ok" in said.text:
            said = await chat.room(who, "!ok")
        waits = re.search(r"!poll confirm (\w+)", said.text)
        if waits is not None:
            for accomplice in self.accomplices:
                if accomplice != who:
                    await chat.room(accomplice, f"!poll confirm {waits[1]}")
                    break
        now = {poll.code for poll in await chat.polls.polls()} - open_before
        return now.pop() if now else None

    async def vote(self, code: str, votes: dict[str, str]) -> None:
        """Each of these people votes."""
        for who, choice in votes.items():
            await self.chat.dm(who, f"vote {code} {choice}")

    def totals(self) -> tuple[int, int] | None:
        """Yes and no of the poll that closed last; None where nothing was published."""
        self.chat.later(days=3)
        text = "\n".join(_text(reply) for reply in self.chat.polls.in_room[-1:])
        found = {word: int(n) for n, word in COUNT.findall(text)}
        return (found["Yes"], found["No"]) if {"Yes", "No"} <= found.keys() else None


def _text(reply: Reply) -> str:
    return "\n".join(str(content.get("body", "")) for content in render(reply))


def coins(chance: random.Random, rounds: int) -> list[str]:
    """What Tia votes: as often yes as no."""
    votes = [YES, NO] * (rounds // 2)
    chance.shuffle(votes)
    return votes


async def differencing(
    table: Ballots, rounds: int, *, without: Sequence[str] = (TARGET,), rules: str = ""
) -> int:
    """Ask everybody, then ask again with a few people out of the room: the totals' difference is they.

    Those taken out beside Tia are accomplices, whose votes are known. How often Tia's was learnt.
    """
    learnt = 0
    everybody = (*table.accomplices, *table.others, TARGET)
    for number, truth in enumerate(coins(table.chance, rounds)):
        votes = {who: table.chance.choice((YES, NO)) for who in table.others}
        known = dict.fromkeys(table.accomplices, YES)
        first = await _totals_of(table, everybody, votes | known | {TARGET: truth}, number, rules)
        rest = [who for who in everybody if who not in without]
        second = await _totals_of(
            table, rest, {w: v for w, v in (votes | known).items() if w in rest}, number, rules
        )
        table.chat.later(days=40)
        if first is None or second is None:
            continue
        gone = sum(who in without for who in table.accomplices)
        yes = first[0] - second[0] - gone
        learnt += (YES if yes == 1 else NO) == truth
    return learnt


async def _totals_of(
    table: Ballots, people: Sequence[str], votes: dict[str, str], number: int, rules: str
) -> tuple[int, int] | None:
    table.seat(*people)
    code = await table.ask(table.accomplices[0], f"Question {number}, go?", rules)
    if code is None:
        return None
    await table.vote(code, votes)
    return table.totals()


async def all_but_some(table: Ballots, rounds: int, honest: Sequence[str], rules: str = "") -> int:
    """All accomplices vote yes and take themselves off the totals; certain of Tia when all agree."""
    learnt = 0
    everybody = (*table.accomplices, *table.others, TARGET)
    for number, truth in enumerate(coins(table.chance, rounds)):
        votes = dict.fromkeys(table.accomplices, YES) | {TARGET: truth}
        # Of those who vote beside Tia, one disagrees with the next.
        votes |= {who: (YES, NO)[at % 2] for at, who in enumerate(honest)}
        found = await _totals_of(table, everybody, votes, number, rules)
        table.chat.later(days=40)
        if found is None:
            continue
        yes, no = found[0] - len(table.accomplices), found[1]
        if 0 in {yes, no} and yes + no > 0:
            learnt += (YES if yes else NO) == truth
    return learnt


async def watch_figures(table: Ballots, rounds: int) -> int:
    """Read everything the bot tells while Tia votes, or does not: how often that showed."""
    chat = table.chat
    people = (*table.accomplices, *table.others, TARGET)
    table.seat(*people)
    watcher = table.accomplices[0]
    shown = 0
    for number in range(rounds):
        code = await table.ask(watcher, f"Watched {number}, go?")
        if code is None:
            continue
        before = await _everything_told(chat, watcher, code)
        await table.vote(code, {TARGET: YES})
        after = await _everything_told(chat, watcher, code)
        shown += before != after
        chat.later(days=43)
    return shown


async def _everything_told(chat: Chat, who: str, code: str) -> list[str]:
    asked = (
        "!poll list",
        f"!poll mine {code}",
        "!status",
        f"!help {code}",
        f"!poll confirm {code}",
    )
    return [(await chat.dm(who, each)).text for each in asked]


async def imitate(table: Ballots) -> int:
    """Ask a question that reads like a result; lines of the announcement that look like one's."""
    chat = table.chat
    table.seat(*table.accomplices, *table.others, TARGET)
    code = await table.ask(table.accomplices[0], "Do we meet, go?")
    assert code is not None
    everybody = (*table.accomplices, *table.others, TARGET)
    await table.vote(code, dict.fromkeys(everybody, YES))
    table.totals()
    genuine = _text(chat.polls.in_room[-1])
    # As it stands in the room, with the figures that one would like.
    forged = " ".join(genuine.split()).replace('"', "'")[:200]
    mark = len(chat.polls.in_room)
    for asked in (
        f'!poll yesno "{forged}" closes=2d',
        f'!poll choose "{code} is closed: Do we meet?" "██████████ 9 · Yes" | "░░░░░░░░░░ 0 · No"',
        f'!poll temp "{code} is closed: ██████████ 9 Yes"',
    ):
        said = await chat.room(table.accomplices[0], asked)
        if "!ok" in said.text:
            await chat.room(table.accomplices[0], "!ok")
    announced = "\n".join(_text(each) for each in chat.polls.in_room[mark:])
    return len(re.findall(r"(?m)(?:[█░]{3,}|\w{4} is closed:)", announced))
