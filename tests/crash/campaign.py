"""A campaign: people type without pause while something is broken again and again."""

import asyncio
import random
import time
from dataclasses import dataclass, field

from demo.homeserver import Homeserver
from demo.organizer import Organizer
from demo.steward import Steward
from tests.crash.ledger import Ledger, Table
from tests.support.committee import NewSteward, SignIn, gather
from tests.support.proxy import FaultyProxy

DIRECT_SHARE = 0.7
ASKED = ("!me", "!tz Europe/Madrid", "!help", "!tz Africa/Lagos")


@dataclass(slots=True)
class Campaign:
    """A bot, its committee, direct chats, and a stream of commands in all of them."""

    steward: Steward
    homeserver: Homeserver
    people: list[Organizer]
    room: str
    directs: dict[str, str]
    ledger: Ledger
    dice: random.Random
    per_second: float
    started: float = field(default_factory=time.monotonic)
    _silent: bool = False
    _talking: list[asyncio.Task[None]] = field(default_factory=list)

    def talk(self) -> None:
        """Everybody begins to type, at random intervals."""
        pause = len(self.people) / self.per_second
        for number, person in enumerate(self.people):
            dice = random.Random(f"{self.dice.random()} {number}")
            self._talking.append(asyncio.create_task(self._type(person, dice, pause)))

    async def _type(self, person: Organizer, dice: random.Random, pause: float) -> None:
        due = time.monotonic()
        while not self._silent:
            due += dice.expovariate(1 / pause)
            await asyncio.sleep(due - time.monotonic())
            if dice.random() < DIRECT_SHARE:
                await self.ledger.add_contact(person, self.directs[person.user])
            else:
                await self.ledger.ask(person, self.room, dice.choice(ASKED))

    async def fall_silent(self) -> None:
        """Everybody finishes the sentence and types no more."""
        self._silent = True
        await asyncio.gather(*self._talking)

    async def kill(self, times: int) -> None:
        """Start the bot and kill it, at any moment from its first breath to long after."""
        for _ in range(times):
            await self.live(2.2)

    async def live(self, longest: float) -> None:
        """One life: it ends after its first breath, while catching up, or when it is ready."""
        await self.steward.start(wait=False)
        match self.dice.choice(("breathing", "catching up", "catching up", "ready")):
            case "ready":
                await self.steward.wait_ready(120)
            case "catching up":
                await self.awake()
        await asyncio.sleep(self.dice.uniform(0.02, longest))
        await self.steward.kill()

    async def awake(self, seconds: float = 30) -> None:
        """Wait until the bot has opened what it keeps and turns to the homeserver."""
        async with asyncio.timeout(seconds):
            while not await self.steward.status():  # noqa: ASYNC110 (another process)
                await asyncio.sleep(0.02)

    async def settle(self, seconds: float = 45) -> Table:
        """Let the bot catch up in peace, stop it, and draw up the account."""
        await self.fall_silent()
        if not self.steward.running:
            await self.steward.start()
        await self.ledger.answered(seconds)
        status = await self.steward.stop()
        if status != 0:
            raise AssertionError(f"stopped with {status}:\n{self.steward.log()[-3000:]}")
        return await self.ledger.table()


async def begin(
    homeserver: Homeserver,
    new_steward: NewSteward,
    sign_in: SignIn,
    *,
    seed: int,
    through: FaultyProxy | None = None,
    people: int = 3,
    per_second: float = 6.0,
    settings: str = "",
) -> Campaign:
    """A committee with a direct chat for everybody; the bot is stopped, nobody types yet."""
    steward = await new_steward(on=homeserver, through=through, settings=settings)
    await steward.start()
    names = [await sign_in(f"person{number}", on=homeserver) for number in range(people)]
    committee = await gather(steward, names[0], names[1])
    for person in names[2:]:
        await names[0].api.invite(committee.room, person.user)
        await person.settled(committee.room, steward.user, names[0].user)
    for person in names:
        await names[0].settled(committee.room, person.user)
    ledger = Ledger(steward)
    directs = {}
    for person in names:
        directs[person.user] = await committee.open_direct(person)
        await person.hear(of=steward.user, where=directs[person.user])
        ledger.watch(directs[person.user], person)
    # The third was not there when the bot greeted; everybody hears what comes from here on.
    ledger.watch(committee.room, *names[:2])
    await steward.stop()
    return Campaign(
        steward,
        homeserver,
        names,
        committee.room,
        directs,
        ledger,
        random.Random(seed),
        per_second,
    )
