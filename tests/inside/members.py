"""A hostile member: an organizer with two people of their own, who wants to know about everybody else's."""

import random
import re
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import timedelta
from typing import Final

from commands.all import CATALOGUE
from commands.framework.context import Role
from commands.framework.spec import Where
from tests.inside.insider import HANDLE, Company, Insider, SpentError

OWN: Final = "M-201"
LETTERS: Final = "aeiourlnstmcdbghkpfvwjyqzx"
HUNGRY: Final = 3
"""Answers in a row without anything new, after which it is time to try something else."""

ALARM = re.compile(r"(is|may be) a contact\b")
"""What is said before a title with a contact's name is posted."""
NO_LOOK = "I cannot check. You have reached today's limit"
"""What is said instead once the day's look-ups are spent."""


def starts() -> list[str]:
    """How names begin, likely ones first."""
    return [a + b for a in LETTERS for b in LETTERS if (a in "aeiou") != (b in "aeiou")]


def stopped(said: str) -> bool:
    """Whether an answer reads like a stop, as anybody can tell from its words."""
    return any(
        words in said for words in ("I pause", "more tomorrow", "for a while", "I did not do that")
    )


# -- names ----------------------------------------------------------------------------------------


async def walk(me: Insider, ways: Sequence[str] = ("!contact find {}",)) -> None:
    """Ask for everybody by how their names begin: deeper where an answer is full, on when stopped.

    ``ways`` are tried in turn whenever the bot stops; when all are stopped, an hour passes.
    """
    waiting, way, dry, seen = starts(), 0, 0, 0
    while waiting:
        start = waiting.pop(0)
        said = await me.ask(ways[way].format(start))
        if stopped(said):
            waiting.insert(0, start)
            way, dry = (way + 1) % len(ways), dry + 1
            if dry % len(ways) == 0:
                me.wait(minutes=61)
            continue
        dry = 0
        seen, before = len(me.names), seen
        if len(HANDLE.findall(said)) >= 8 and seen > before:
            # How a second word begins parts those whose first name is the same.
            deeper = start + " " if len(start) > 3 and " " not in start else start
            waiting[:0] = [deeper + letter for letter in LETTERS[:18]]


WAYS: Final = (
    "!contact find {}",
    "!contact show {}",
    "!contact add {}",
    "!log {} reached",
    "!test mark petition did {}",
    "!merge M-201 {}",
)
"""Commands that say whom they may have meant."""


async def by_handle(me: Insider) -> None:
    """One handle after the other, whatever the command."""
    ways = ("!contact show {}", "!subject {}", "!1on1 history {}", "!test mark petition asked {}")
    way = dry = 0
    number = 1
    while True:
        said = await me.ask(ways[way].format(f"M-{number}"))
        if not stopped(said):
            number, dry = number + 1, 0
            continue
        way, dry = (way + 1) % len(ways), dry + 1
        if dry == len(ways):
            dry = 0
            me.wait(minutes=61)


def nobodies() -> Iterator[str]:
    """Names like nobody's, a new one each time."""
    chance = random.Random("nobody")
    while True:
        first, last = (
            "".join(chance.choice("qxzjyvkw") + chance.choice("aeiou") for _ in range(syllables))
            for syllables in (3, 5)
        )
        yield f"{first} {last}".title()


async def go_through(me: Insider, way: str, people: Sequence[str]) -> set[str]:
    """Ask about each of the people whom the employer's own list names; who is in the records.

    The answer about somebody who is nobody tells what the answer about nobody is. Being stopped tells
    as much, as long as nobody is stopped who asks about nobody.
    """
    strangers = nobodies()

    async def ask(name: str) -> str:
        return _shape(await me.ask(way.format(f'"{name}"')), name)

    stranger = next(strangers)
    nobody, telling_stop = await ask(stranger), False
    found: set[str] = set()
    try:
        for name in people:
            said = await ask(name)
            while stopped(said) and not telling_stop:
                telling_stop = not stopped(await ask(next(strangers)))
                if not telling_stop:
                    me.wait(minutes=61)
                    said = await ask(name)
            if said != nobody:
                found.add(name)
    except SpentError:
        pass
    return found


async def by_titles(me: Insider, people: Sequence[str]) -> set[str]:
    """Write titles with names of the employer's list in them, which nobody gets to read: an alarm is an answer.

    Every title is dropped again. Being stopped says nothing by itself: so is whoever names a nobody.
    """
    found: set[str] = set()
    try:
        for name in people:
            title = f"!meet new 1on1 with {name} | fri 19:00"
            while stopped(said := await me.ask(title)) or NO_LOOK in said:
                me.wait(minutes=61)
            if ALARM.search(said):
                found.add(name)
            await me.ask("!no")
    except SpentError:
        pass
    return found


async def spell(me: Insider) -> set[str]:
    """Spend the limit, then spell last names letter by letter, as long as being stopped tells on them."""
    await spend(me)
    found: set[str] = set()
    if stopped(await me.ask(f"!contact find {next(nobodies())}")):
        return found
    try:
        for first, second in ((a, b) for a in "bcdfghklmnprstvw" for b in "aeiou"):
            await _spell_on(me, first + second, found)
    except SpentError:
        pass
    return found


async def _spell_on(me: Insider, start: str, found: set[str]) -> bool:
    """Whether any name begins like that; whole ones are put into ``found``."""
    said = await me.ask(f"!contact find {start}")
    if not (stopped(said) or (HANDLE.search(said) and "Did you mean" not in said)):
        return False
    longer = False
    for letter in LETTERS:
        longer = await _spell_on(me, start + letter, found) or longer
    if not longer:
        found.add(start)
    return True


def _shape(said: str, name: str) -> str:
    """An answer without the name that was asked about, or the handle that it was just given."""
    said = re.sub(r"\bM-(20[3-9]|2[1-9]\d|3\d\d)\b", "M-NEW", said)
    return said.replace(name, "NAME").replace(name.split(maxsplit=1)[0], "NAME")


def questions() -> Iterator[str]:
    """Every command that an organizer may type with somebody's name in it, the name left open."""
    for command in CATALOGUE:
        if command.who > Role.ORGANIZER or command.where is Where.ROOM:
            continue
        example = re.sub(r"( M-42| from=\S+| next=\S+)", "", command.example)
        if "M-41 M-88" in example:
            yield example.replace("M-41 M-88", OWN + " {}")
            yield example.replace("M-41 M-88", "{} " + OWN)
        elif re.search(r"M-41\b", example):
            yield example.replace("M-41", "{}")
        elif '"Sam Okafor"' in example:
            yield re.sub(r'"Sam Okafor".*', "{}", example)
        elif "okafor" in example:
            yield example.replace("okafor", "{}")
    yield "!contact list after={}"
    yield "!test unmark petition {}"
    yield "!test mark petition did {}, M-201"


async def spend(me: Insider) -> None:
    """Ask until the bot says that it is enough: for handles, and then for names."""
    for number in range(1, 60):
        if stopped(await me.ask(f"!contact show M-{number}")):
            return
    strangers = nobodies()
    for _each in range(150):
        if stopped(await me.ask(f"!contact find {next(strangers)}")):
            return


async def tell_apart(me: Insider, way: str, listed: str, nobody: str) -> bool:
    """Whether a command's answer tells somebody in the records from nobody.

    ``listed`` is somebody of whom this account knows by other means that they are in the records.
    """
    known = _shape(await me.ask(way.format(f'"{listed}"')), listed)
    unknown = _shape(await me.ask(way.format(f'"{nobody}"')), nobody)
    return known != unknown


async def telling(me: Insider) -> list[str]:
    """The commands that still tell somebody from nobody once the limit is spent."""
    await spend(me)
    # Of a namesake among one's own people more may be said, and that person's name is in the answer.
    own = {name.split()[0] for name in me.company.own}
    others = (name for name in me.company.names - me.names if name.split()[0] not in own)
    unseen = sorted(others)
    strangers = nobodies()
    return [way for way in questions() if await tell_apart(me, way, unseen.pop(), next(strangers))]


SHEET: Final = 20
"""Names on one list: few enough that the answer fits."""


async def paste(me: Insider, at_once: int = SHEET) -> set[str]:
    """The employer's list, a piece at a time, as lists of signatures: who of them is known."""
    found: set[str] = set()
    people = me.company.directory
    try:
        for start in range(0, len(people), at_once):
            piece = people[start : start + at_once]
            first = await me.ask("!test mark petition asked\n" + "\n".join(piece))
            number = re.search(r"!test (?:sheet|accept) (\d+)", first)
            strangers = first
            if number is not None:
                for part in ("unknown", "likely", "sure"):
                    said = await me.ask(f"!test sheet {number[1]} {part}")
                    if part == "unknown":
                        strangers += said
                await me.ask(f"!test drop {number[1]}")
            gone = {name for name in piece if name in strangers}
            found |= set(piece) - gone if gone else set()
    except SpentError:
        pass
    return found


# -- marks and ratings ------------------------------------------------------------------------------


async def read_marks(me: Insider) -> dict[str, str]:
    """Note something weak about everybody: the answer says what stronger thing stands."""
    found: dict[str, str] = {}
    try:
        for number in range(1, 41):
            said = await me.ask(f"!test mark petition asked M-{number}")
            stands = re.search(r"stays “(\w+)”", said)
            if stands is not None:
                found[f"M-{number}"] = stands[1]
    except SpentError:
        pass
    return found


async def void_marks(me: Insider) -> None:
    """Take back what others noted."""
    for number in range(1, 41):
        await me.ask(f"!test unmark petition M-{number}")


async def figures(me: Insider) -> str:
    """Everything that is counted, as this account may read it now."""
    asked = [
        *("!test status petition", "!report tests", "!report coverage", "!report holes"),
        *("!report movement", "!report follow-ups", "!chart counts", "!test chart petition"),
        *("!test list", "!test ladder"),
    ]
    said = [await me.ask(each) for each in asked]
    return "\n".join(re.sub(r"Now .*|as of .*", "", each) for each in said)


async def area_counts(me: Insider) -> dict[str, str]:
    """The lines of a test's figures, by area."""
    said = await me.ask("!test status petition")
    return {
        area: line for line in said.splitlines() for area in re.findall(r"^\W*([A-Z]\w+)", line)
    }


# -- cover -----------------------------------------------------------------------------------------


async def keep_what_was_covered(me: Insider, handles: Sequence[str]) -> None:
    """Standing in for somebody, join their people to one's own: the one record is one's own then."""
    for handle in handles:
        await me.ask(f"!merge {OWN} {handle} --yes")
        await me.ask(f"!turf release {handle}")
        await me.ask(f"!contact show {handle}")


async def held(company: Company, who: str, handles: Sequence[str]) -> int:
    """How many of these people's cards this account may still read."""
    me = Insider(company, who, 10_000, timedelta(days=1))
    seen = 0
    for handle in handles:
        said = await me.ask(f"!contact show {handle}")
        seen += f"Assigned to {who}" in said or re.search(r"\b[1-5] (organizes|supports|undecided|ag|op)",
                                                  said) is not None  # fmt: skip
    return seen


# -- storms ----------------------------------------------------------------------------------------


async def plan_storm(me: Insider, meetings: int, series: int) -> int:
    """As many meetings and daily series as can be made, each said ok to; how many were made."""
    made = 0
    for number in range(meetings + series):
        day = me.company.chat.now + timedelta(days=number % 6 + 1)
        at = f"{13 + number % 8}:{number % 60:02d}"
        text = f"!meet new Talk {number} | {day:%Y-%m-%d} {at} | 30m"
        if number >= meetings:
            text = f"!meet every Stand {number} | daily {at} | 30m"
        await me.ask(text)
        made += "the room knows" in await me.ask("!ok")
    return made


def worst_list(company: Company, lines: int = 30, names: int = 25) -> str:
    """Lines of many names each, all nearly somebody's: the most that a message can ask to be matched."""
    everybody = [name.swapcase()[::-1].title() for name in company.directory]
    near = [name[:-1] + "x" + name[-1] for name in company.directory]
    mixed = [*near, *everybody]
    rows = [
        " ".join(mixed[(line * names + at) % len(mixed)] for at in range(names))
        for line in range(lines)
    ]
    return "\n".join(rows)


async def match_badly(me: Insider, times: int) -> None:
    """Send lists that are as hard to match as can be, each in another way."""
    hard = worst_list(me.company)
    for each in range(times):
        await me.ask(
            (
                f"!test mark petition did\n{hard}",
                f"!test mark petition did {', '.join(hard.split()[:700])}",
                f"!contact find {' '.join(hard.split()[:300])}",
                f"!contact show {' '.join(hard.split()[:300])}",
                f"!log {' '.join(hard.split()[:300])} reached",
                f"!contact add {' '.join(hard.split()[:20])}",
            )[each % 6]
        )


# -- marks, told by what looks like one's own ------------------------------------------------------


async def plant_leaders(me: Insider, places: Sequence[str]) -> dict[str, str]:
    """Somebody of one's own in each place, said to lead whoever else works there: place -> handle."""
    planted: dict[str, str] = {}
    strangers = nobodies()
    for place in places:
        said = await me.ask(f'!contact add "{next(strangers)}" area="{place}" shift=day --yes')
        handle = HANDLE.search(said)
        if handle is not None:
            planted[place] = handle[0]
            await me.ask(f"!contact role {handle[0]} leader")
    return planted


async def read_groups(me: Insider, planted: dict[str, str]) -> dict[str, bool]:
    """Whether the one other person in each place did it, by the review list of the closed test."""
    said = await me.ask("!test review petition")
    found: dict[str, bool] = {}
    for place, handle in planted.items():
        share = re.search(rf"{handle} .*natural leader.*\((\d)/1 =", said)
        if share is not None:
            found[place] = share[1] == "1"
    return found


async def read_beliefs(me: Insider) -> dict[int, bool]:
    """Whether those whom one rated, one with each rating, did it: rating -> did."""
    said = await me.ask("!test calibrate petition")
    rows = re.findall(r"\b([1-5]) [a-z]+: (\d)/1 =", said)
    return {int(rating): did == "1" for rating, did in rows}


Sweep = Callable[[], Awaitable[object]]
"""What somebody else does meanwhile."""


async def be_called_like(me: Insider, people: Sequence[str], *, sweep: Sweep) -> set[str]:
    """Call one's own like somebody of the employer's list, and see whether they have a namesake.

    What is kept about one's own says so, once a lead has looked for people who are on record twice
    (``sweep``). No question is spent.
    """
    found: set[str] = set()
    namesakes = 0
    try:
        for name in people:
            await me.ask(f'!contact edit {OWN} name="{name}"')
            await sweep()
            pairs = len(
                re.findall(r"M-\d+ · M-\d+ · (?:open|answered)", await me.ask(f"!subject {OWN}"))
            )
            if pairs > namesakes:
                found.add(name)
            namesakes = pairs
    except SpentError:
        pass
    return found
