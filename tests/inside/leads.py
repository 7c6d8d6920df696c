"""A hostile lead: may see everybody, and wants to do it unseen, and harm that lasts."""

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from commands.framework.context import Role
from storage.chat.committees import Committees
from storage.privacy.audits import Audits
from tests.inside.insider import HANDLE, Company, Insider

PERSON: Final = "@lea"


async def forget_storm(me: Insider, people: int) -> None:
    """Delete one person after the other, without a look at what goes."""
    for number in range(1, people + 1):
        await me.ask(f"!forget M-{number} --yes")


async def forget_by_the_book(me: Insider, people: int) -> None:
    """The same, with the look that the command asks for."""
    for number in range(1, people + 1):
        await me.ask(f"!forget M-{number}")
        await me.ask(f"!forget M-{number} --yes")


LOOKS: Final = (
    "!stale 1",
    "!stale",
    "!disputes",
    "!turf @ben",
    "!dupes",
    "!due team",
    "!turf unassigned",
    "!test gaps petition --all",
    "!test names petition did",
    "!hold",
)
"""What shows a lead people without being asked for one of them."""
RATED: Final = re.compile(
    r"\b(?:[1-5] )?(?:organizes|supports|undecided|says no|works against us)\b"
)


async def look_around(me: Insider) -> set[str]:
    """Handles that were shown with a rating, in answers about nobody in particular."""
    shown: set[str] = set()
    for text in LOOKS:
        said = await me.ask(text)
        for row in said.splitlines():
            if RATED.search(row):
                shown.update(HANDLE.findall(row))
    return shown


async def take_for_a_moment(me: Insider, area: str, handles: Sequence[str]) -> set[str]:
    """Take an area into one's own care, which names nobody, read cards, and give it back."""
    await me.ask(f"!turf assign {PERSON} area={area} --transfer")
    shown = {each for each in handles if RATED.search(await me.ask(f"!contact show {each}"))}
    await me.ask("!undo")
    return shown


async def traces(company: Company, of: str) -> set[str]:
    """Handles of those of whom the audit says that this person looked at them."""
    chat = company.chat
    async with chat.database.transaction() as tx:
        committee = (await Committees(tx).all())[0]
        kept = await Audits(tx, committee.id, None, chat.now).latest(
            chat.now + timedelta(seconds=1), 10_000
        )
    return {each.handle for each in kept if each.handle and f"{of}:example.org" == each.author}


async def swap_decisions(company: Company) -> int:
    """One lead checks a list; another says who a line is; the first saves what they had checked.

    How many lines were saved otherwise than the check had said.
    """
    chat = company.chat
    rows = "".join(f"{100 + n},{company.listed[f'M-{n}']},Search\n" for n in range(1, 4))
    await chat.send("@kim", "staff.csv", f"Emp #,Name,Area\n{rows}104,Zo Newcomer,Search\n")
    checked = await chat.dm("@kim", "!import check 1")
    for line in range(2, 6):
        await chat.dm(PERSON, f"!import decide 1 {line} M-{200 - line}")
    saved = await chat.dm("@kim", "!import commit 1")
    said = re.search(r"(\d+) new · (\d+) updated", checked.text)
    done = re.search(r"saved: (\d+) added, (\d+) updated", saved.text)
    if said is None or done is None:
        return 0
    return sum(
        abs(int(one) - int(other)) for one, other in zip(said.groups(), done.groups(), strict=True)
    )


async def undo_when_demoted(company: Company) -> int:
    """Do what only a lead may; be a lead no longer; take it back all the same. How often it worked."""
    chat, undone = company.chat, 0
    for text in ("!offboard @ben", "!turf assign @ana M-3 --transfer", "!hold M-4 why=claim"):
        chat.roles[PERSON] = Role.LEAD
        await chat.dm(PERSON, text)
        chat.roles[PERSON] = Role.ORGANIZER
        chat.later(seconds=30)
        undone += "Undone" in (await chat.dm(PERSON, "!undo")).here
        chat.roles[PERSON] = Role.KEEPER
        await chat.dm(PERSON, "!readmit @ben")
        chat.later(minutes=20)
    return undone


async def postpone_for_ever(company: Company) -> int:
    """Put off a poll's end again and again; for how many days it stays open in all."""
    chat = company.chat
    chat.join("@eve", "@fay")
    await chat.room(PERSON, '!poll yesno "Do we go?" closes=13d')
    await chat.room(PERSON, "!ok")
    polls = await chat.polls.polls()
    if not polls:
        return 0
    opened, code = chat.now, polls[0].code
    for _fortnight in range(12):
        chat.later(days=10)
        await chat.room(
            PERSON, f"!poll postpone {code} {chat.now + timedelta(days=13):%Y-%m-%d} 18:00"
        )
    still = {poll.code: poll for poll in await chat.polls.polls()}
    if code not in still:
        return 0
    return (still[code].rules.closes_at - opened).days


async def approve_for_the_demoted(company: Company) -> int:
    """A keeper asks for a copy, is a keeper no longer, and gets it: files that are sent to them."""
    chat = company.chat
    await chat.dm("@kim", '!export json why="for the vote" --ratings')
    chat.roles["@kim"] = Role.ORGANIZER
    said = await chat.dm(PERSON, "!export approve 1")
    return sum(reply.export is not None for reply in said.replies)
