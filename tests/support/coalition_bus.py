"""A coalition without Matrix: N committees that talk with their bots, and a room of bots as bad as a test wants.

Parser, commands, databases, counters and handlers are the real ones. What a test replaces is the way between
the bots: messages come late, twice, out of order, or cannot be read by one of them and are asked for again.

    async with coalition("Berlin", "Milan", "Shenzhen") as bus:
        await bus["Berlin"].lead('!coalition label "Berlin Mitte"')
        await bus.settle()
        assert "Berlin Mitte" in bus["Milan"].in_room

``paired=False`` makes committees that do not know each other yet.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from bot.backup.after_restore import as_restored
from bot.delivery.outgoing import outgoing
from bot.delivery.post import Post
from commands.coalition import hearing, membership, pairing, pairing_versions, wire
from commands.coalition.hearing import Reception
from commands.coalition.kinds import CoalitionTable
from commands.coalition.own_ballots import OwnBallots
from commands.coalition.seat import Seat
from commands.coalition.table import TABLE
from commands.coalition.ticking import tick
from commands.framework.i18n import on_clock, speaking
from commands.framework.naming import naming
from commands.framework.reply import Audience, Reply
from storage.chat.committees import Committees
from storage.coalition.coalitions import CoalitionMembers, Coalitions, EveryCoalition
from storage.coalition.model import Coalition, CoalitionState, MemberState
from storage.coalition.pairings import GivenCodes, Knocks
from storage.core.database import Transaction
from storage.core.model import Committee, RoomId, UserId
from storage.core.rows import millis, moment
from tests.chat.conversation import Chat, Said
from tests.support.begun import KEY, copied, opened
from tests.support.collected import Collected
from tests.support.open_ballots import OpenBallots, tend

REF = "0123456789abcdef" * 2
TITLE = "Games workers"
ROUNDS = 10_000
"""Deliveries after which a bus that does not come to rest is a mistake."""


@dataclass(frozen=True, slots=True)
class Flight:
    """One message on its way to one bot."""

    sender: str
    """The label with which the bus was made; the same below."""
    to: str
    block: dict[str, Any]
    sentence: str


@dataclass(slots=True)
class Weather:
    """How bad the way is. ``chance`` decides everything, so that a failure can be repeated."""

    chance: random.Random = field(default_factory=lambda: random.Random(19))
    shuffled: bool = False
    """Messages overtake each other."""
    twice: float = 0.0
    """How often a message comes a second time, later."""
    unreadable: float = 0.0
    """How often one bot cannot read a message, and asks for it again."""
    most_unreadable: int = 20
    """After so many everything can be read: a way that loses all brings nothing."""


@contextmanager
def said_in(committee: Committee) -> Iterator[None]:
    """Words as a committee reads them: its language, its clock, what it calls its people."""
    with speaking(committee.language), naming(committee), on_clock(committee.zone):
        yield


@dataclass(slots=True)
class BusVoice:
    """The bot's voice for one transaction: everything flies when it has committed."""

    chapter: "Chapter"
    tx: Transaction

    @property
    def own(self) -> UserId:
        return self.chapter.bot

    @property
    def master(self) -> str:
        return self.chapter.master

    @property
    def ballots(self) -> OwnBallots:
        return OpenBallots(self.chapter.chat.polls, self.tx, self.chapter.secrets)

    async def put(
        self,
        coalition: Coalition,
        message: wire.CoalitionMessage,
        sentence: str,
        *,
        occasion: str,
    ) -> None:
        del coalition, occasion
        block = wire.written(message)
        self.tx.after_commit(partial(self.chapter.bus.fly, self.chapter.name, block, sentence))

    async def tell(self, said: Reply, occasion: str) -> None:
        self.tx.after_commit(partial(self.chapter.told.append, (said, occasion)))

    def wake(self) -> None:
        self.tx.after_commit(self.chapter.woken)


@dataclass(slots=True)
class Chapter:
    """One committee of the bus: its conversation, its bot's account, what it was told unasked."""

    bus: "Bus"
    name: str
    chat: Chat
    bot: UserId
    master: str
    told: list[tuple[Reply, str]] = field(default_factory=list)
    errors: list[BaseException] = field(default_factory=list)
    """What handlers raised beside refusals; a test that expects none asserts that it is empty."""
    wakes: int = 0
    secrets: dict[str, bytes] = field(default_factory=dict)
    """Of the boxes of coalition polls, in memory alone."""
    version: int = wire.VERSION
    """The newest version that its bot says and understands: of a later release, where a test makes it larger."""

    @contextmanager
    def release(self) -> Iterator[None]:
        """The bot's own release, while it speaks and hears."""
        before = wire.VERSION
        wire.VERSION = self.version  # type: ignore[misc]
        try:
            yield
        finally:
            wire.VERSION = before  # type: ignore[misc]

    def woken(self) -> None:
        self.wakes += 1

    async def lead(self, text: str) -> Said:
        """What a lead is answered in the direct chat."""
        with self.release():
            return await self.chat.dm("@lea", text)

    async def room(self, text: str) -> Said:
        """What an organizer is answered in the committee's room."""
        with self.release():
            return await self.chat.room("@ana", text)

    @property
    def in_room(self) -> str:
        """What was said in the committee's room unasked, in its language."""
        return self._told(Audience.ROOM)

    @property
    def to_leads(self) -> str:
        """What leads were told unasked."""
        return self._told(Audience.LEADS)

    async def reads(self, who: str) -> str:
        """What a lead was told unasked, as the bot words it for them: in their language and on their clock."""
        async with self.chat.database.transaction() as tx:
            committee = (await Committees(tx).all())[0]
            post = Post(tx, Collected(), "read")
            words = [
                await post.worded(said, committee, "", self.chat.user(who))
                for said, _occasion in self.told
                if said.audience is Audience.LEADS
            ]
        return "\n".join(str(each.content["body"]) for sent in words for each in sent)

    def _told(self, audience: Audience) -> str:
        return "\n".join(
            str(message.content["body"])
            for said, _occasion in self.told
            if said.audience is audience
            for message in outgoing(said)
        )

    def voice(self, tx: Transaction) -> BusVoice:
        """The bot's voice for a transaction."""
        return BusVoice(self, tx)

    async def seat(self, tx: Transaction) -> Seat:
        """The committee's seat in a transaction, as for a message that comes in."""
        committee = (await Committees(tx).all())[0]
        coalition = await Coalitions(tx, committee.id).own()
        assert coalition is not None, f"{self.name} is in no coalition"
        voice = self.voice(tx)
        return Seat(tx, committee, coalition, voice, self.chat.now, report=self.errors.append)

    async def do(self, work: Callable[[Seat], Awaitable[Any]]) -> Any:
        """Do something with the committee's seat, in one transaction: ``bus["Berlin"].do(f)``."""
        async with self.chat.database.transaction() as tx:
            seat = await self.seat(tx)
            with said_in(seat.committee), self.release():
                return await work(seat)

    async def backup(self, to: Path) -> "Backup":
        """A backup of the bot as it is now."""
        await self.chat.database.copy_to(to, KEY)
        return Backup(to, self.chat.now)

    async def restore(self, backup: "Backup") -> None:
        """The bot is made anew from a backup: what it heard and said since is not in it."""
        again = backup.file.with_suffix(".restored")
        changes = as_restored(millis(self.chat.now), millis(backup.made))
        earlier = await opened(backup.file)
        await earlier.copy_to(again, KEY, changes)
        await earlier.close()
        await self.chat.database.close()
        self.chat.database = await opened(again)

    async def hear(self, flight: Flight, table: CoalitionTable) -> Reception:
        """Take in one message, in one transaction."""
        sender = self.bus.chapters[flight.sender].bot
        async with self.chat.database.transaction() as tx:
            committee = (await Committees(tx).all())[0]
            coalition = await Coalitions(tx, committee.id).own()
            if coalition is None or coalition.state is CoalitionState.JOINING:
                return Reception.NOT_HEARD
            member = await CoalitionMembers(tx).by_bot(coalition.id, sender)
            if member is None:
                return Reception.NOT_HEARD
            seat = Seat(tx, committee, coalition, self.voice(tx), self.chat.now)
            with said_in(committee), self.release():
                message = wire.read(flight.block)
                return await hearing.hear(
                    seat, member, message, table, self.errors.append, flight.sentence
                )

    async def knock(self) -> None:
        """Say again to the other bot that a code of theirs was typed here; go in where that is agreed."""
        async with self.chat.database.transaction() as tx:
            committee = (await Committees(tx).all())[0]
            own = await Coalitions(tx, committee.id).own()
            knock = None if own is None else await Knocks(tx).of(own.id)
            if knock is None:
                return
            seat = await self.seat(tx)
            if knock.agreed and knock.room is not None:
                with said_in(seat.committee):
                    await pairing.came_in(seat, knock, knock.room)
                return
            other = self.bus.by_bot(knock.bot)
            if other is None:
                return
            if not pairing.matches(knock, other.bot, other.master):
                await pairing.another_key(seat, knock)
                return
            step = await pairing.knock_of(seat, knock)
        if step is not None:
            await other.take(step, self)

    async def answer(self) -> None:
        """Tell bots that typed a code of ours how far they are."""
        async with self.chat.database.transaction() as tx:
            codes = await GivenCodes(tx).taken(self.chat.now)
        for code in codes:
            async with self.chat.database.transaction() as tx:
                seat = await self.seat(tx)
                if seat.coalition.room is None:
                    room = RoomId(f"!{seat.coalition.ref}:example.org")
                    await EveryCoalition(tx).settle(seat.coalition.id, room)
                step = await pairing.step_for(await seat.anew(), code)
            other = self.bus.by_bot(code.bot or "")
            if step is not None and other is not None:
                await other.take(step, self)

    async def take(self, step: pairing.PairingStep, sender: "Chapter") -> None:
        """Take a step of a pairing that another bot's device provably said, and answer it where that is due."""
        with sender.release():
            content = pairing_versions.written(step)
        with self.release():
            answer = await self._take(content, sender)
        if answer is not None:
            await sender.take(answer, self)

    async def _take(self, content: object, sender: "Chapter") -> pairing.PairingStep | None:
        step = pairing_versions.read(content)
        if step is None:
            return None
        proven = pairing.ProvenBot(sender.bot, sender.master)
        async with self.chat.database.transaction() as tx:
            committee = (await Committees(tx).all())[0]
            if await Coalitions(tx, committee.id).own() is None:
                return None
            seat = await self.seat(tx)
            code = await GivenCodes(tx).by_number(step.number, self.chat.now)
            known = code or await Knocks(tx).by_number(step.number)
            if known is None:
                return None
            with said_in(seat.committee):
                return await pairing_versions.follow(seat, known, step, proven)

    async def suspect(self, bot: str) -> None:
        """A bot's account shows another master key than the one that was compared."""
        async with self.chat.database.transaction() as tx:
            seat = await self.seat(tx)
            member = await CoalitionMembers(tx).by_bot(seat.coalition.id, bot)
            assert member is not None
            await membership.suspend(seat, member, self.bus.table)

    async def misread(self, flight: Flight) -> None:
        """Something of a bot came that could not be read: its messages are asked for again."""
        sender = self.bus.chapters[flight.sender].bot
        async with self.chat.database.transaction() as tx:
            seat = await self.seat(tx)
            member = await CoalitionMembers(tx).by_bot(seat.coalition.id, sender)
            if member is not None and member.state is MemberState.IN:
                await hearing.ask_from(seat, member)

    async def tick(self, table: CoalitionTable) -> None:
        """Do what is due in the coalition."""
        async with self.chat.database.transaction() as tx:
            committee = (await Committees(tx).all())[0]
            if await Coalitions(tx, committee.id).own() is None:
                return
            seat = await self.seat(tx)
            with said_in(committee), self.release():
                if seat.coalition.back:
                    await membership.say_back(seat, moment(seat.coalition.back))
                await tick(seat, table)
        async with self.chat.database.transaction() as tx:
            await tend(self.chat.polls, tx, self.secrets)


@dataclass(frozen=True, slots=True)
class Backup:
    """A copy of a bot's records, and when it was made."""

    file: Path
    made: datetime


@dataclass(slots=True)
class Bus:
    """The room of the bots."""

    table: CoalitionTable = TABLE
    weather: Weather = field(default_factory=Weather)
    chapters: dict[str, Chapter] = field(default_factory=dict)
    flights: list[Flight] = field(default_factory=list)
    away: set[str] = field(default_factory=set)
    """Whose homeserver is away: what is for them waits, and so does what they say."""
    received: list[tuple[Flight, Reception]] = field(default_factory=list)
    said: list[tuple[str, dict[str, Any], str]] = field(default_factory=list)
    """Everything that was ever said: by whom, the block for programs, the sentence for people."""
    _unreadable: int = 0

    def __getitem__(self, name: str) -> Chapter:
        return self.chapters[name]

    def fly(self, sender: str, block: dict[str, Any], sentence: str) -> None:
        """Send a message to all others."""
        self.said.append((sender, block, sentence))
        for to in self.chapters:
            if to != sender:
                self.flights.append(Flight(sender, to, block, sentence))
                if self.weather.chance.random() < self.weather.twice:
                    self.flights.append(Flight(sender, to, block, sentence))

    def _next(self) -> Flight | None:
        """The next message to arrive: any at all where they are shuffled, else the oldest of its way."""
        here = [each for each in self.flights if not {each.sender, each.to} & self.away]
        if not here:
            return None
        found = self.weather.chance.choice(here) if self.weather.shuffled else here[0]
        self.flights.remove(found)
        return found

    async def step(self) -> bool:
        """Deliver one message; False if there is none to deliver."""
        flight = self._next()
        if flight is None:
            return False
        to, weather = self.chapters[flight.to], self.weather
        lost = weather.chance.random() < weather.unreadable
        if lost and self._unreadable < weather.most_unreadable:
            self._unreadable += 1
            await to.misread(flight)
            return True
        self.received.append((flight, await to.hear(flight, self.table)))
        return True

    async def settle(self) -> None:
        """Deliver everything, and what follows from it, until nothing is on the way."""
        for _ in range(ROUNDS):
            if not await self.step():
                break
        else:
            raise AssertionError("the bus does not come to rest")
        for chapter in self.chapters.values():
            if chapter.name not in self.away:
                await chapter.tick(self.table)
        if self._flying():
            await self.settle()

    def _flying(self) -> bool:
        return any(not {each.sender, each.to} & self.away for each in self.flights)

    async def meet(self) -> None:
        """Let bots pair that have codes of each other, room and all, as their parts do over Matrix."""
        for _ in range(10):
            before = await self._paired_so_far()
            for chapter in self.chapters.values():
                await chapter.knock()
            for chapter in self.chapters.values():
                await chapter.answer()
            await self.settle()
            if await self._paired_so_far() == before:
                return

    async def _paired_so_far(self) -> list[object]:
        found: list[object] = []
        for chapter in self.chapters.values():
            async with chapter.chat.database.transaction() as tx:
                found += [(each.state, each.room) for each in await EveryCoalition(tx).all()]
                found += await Knocks(tx).all()
                found += await GivenCodes(tx).taken(chapter.chat.now)
                found += [
                    (each.bot, each.state)
                    for own in await EveryCoalition(tx).all()
                    for each in await CoalitionMembers(tx).of(own.id)
                ]
        return found

    def by_bot(self, bot: str) -> "Chapter | None":
        """The committee whose bot that is."""
        return next((each for each in self.chapters.values() if each.bot == bot), None)

    async def later(self, **span: float) -> None:
        """Time passes for everybody, ``later(hours=2)``: what is due happens, and is heard."""
        for chapter in self.chapters.values():
            chapter.chat.later(**span)
        await self.settle()

    @property
    def now(self) -> datetime:
        return next(iter(self.chapters.values())).chat.now

    @property
    def errors(self) -> list[BaseException]:
        """What handlers of any committee raised."""
        return [each for chapter in self.chapters.values() for each in chapter.errors]

    async def equal(self, look: Callable[[Seat], Awaitable[Any]]) -> Any:
        """What ``look`` finds at every committee, which must be the same for all."""
        found = {name: await chapter.do(look) for name, chapter in self.chapters.items()}
        first = next(iter(found.values()))
        assert all(each == first for each in found.values()), found
        return first


async def pair_all(bus: Bus) -> None:
    """Have every committee know every other, as if leads had paired them."""
    for one in bus.chapters.values():
        async with one.chat.database.transaction() as tx:
            committee: Committee = (await Committees(tx).all())[0]
            coalition = await Coalitions(tx, committee.id).begin(
                ref=REF, title=TITLE, label=one.name, state=CoalitionState.OPEN, now=one.chat.now
            )
            every = EveryCoalition(tx)
            await every.settle(coalition.id, RoomId("!bots:example.org"))
            for other in bus.chapters.values():
                if other is not one:
                    await CoalitionMembers(tx).put(
                        coalition.id,
                        bot=other.bot,
                        master=other.master,
                        label=other.name,
                        state=MemberState.IN,
                        now=one.chat.now,
                        heard=0,
                    )


@asynccontextmanager
async def coalition(
    *names: str,
    begun: Path,
    paired: bool = True,
    table: CoalitionTable = TABLE,
    weather: Weather | None = None,
) -> AsyncIterator[Bus]:
    """Make a bus of committees, each with Ana and Ben, its lead Lea, its keeper Kim. ``begun``: the fixture."""
    bus = Bus(table, weather or Weather())
    async with AsyncExitStack() as stack:
        for number, name in enumerate(names):
            chat = await stack.enter_async_context(copied(begun))
            bot = UserId(f"@steward-{number}:example.org")
            chapter = Chapter(bus, name, chat, bot, f"MasterKeyOfBot{number}".ljust(43, "x"))
            chat.voices = chapter.voice
            bus.chapters[name] = chapter
        if paired:
            await pair_all(bus)
        yield bus


def run_apart(work: Awaitable[None]) -> None:
    """Run a coroutine to its end; for hypothesis, whose tests are no coroutines."""

    async def whole() -> None:
        await work

    asyncio.run(whole())
