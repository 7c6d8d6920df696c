"""A committee that talks with Steward without Matrix: real parser, commands, database and renderer."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot import __version__
from bot.delivery.outgoing import outgoing
from bot.incoming.withheld import Withheld
from bot.matrix.links import HTML
from bot.matrix.message_text import relation_of, said_in
from bot.matrix.rooms import Room
from commands.all import CATALOGUE
from commands.authority.identities import IdentityAcceptance
from commands.coalition.own_ballots import OwnBallots
from commands.coalition.voice import Voice
from commands.framework.answer import answer, is_command
from commands.framework.context import Committee, Context, Place, Role, RoomId, UserId
from commands.framework.reply import Audience, Items, Reply
from commands.framework.withheld import WithheldLines
from commands.general.audit import RoomAudit
from commands.general.namesakes import Own, told_apart
from commands.imports.upload import AttachedFile
from commands.imports.work import ImportWork
from commands.polls.ask.policy import Member
from commands.polls.service import PollService
from commands.roles.roll import Roll
from commands.roles.rules import AuthoritySettings, standing
from commands.roles.standing import Standing
from commands.shared.background import BackgroundWork
from commands.shared.members import Members
from commands.turf.farewell import Farewell
from storage.authority.standings import Standings
from storage.chat.called_alike import CalledAlike
from storage.chat.committees import Committees
from storage.chat.outbox import ContentKind, Outgoing
from storage.chat.preferences import People
from storage.contacts.assessments import Assessments
from storage.contacts.contacts import Contacts
from storage.contacts.conversations import Conversations
from storage.core.database import Database, Transaction
from storage.core.model import Contact, Rated, Talk
from storage.privacy.forgotten import Seal
from storage.turf.absences import Barred
from tests.support.poll_desk import OpenDesk
from tests.support.reminded import Reminded, Told
from tests.support.standing import kept

STEWARD = "@steward"
MONDAY_MORNING = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
HEALTHY = RoomAudit(
    encrypted=True,
    join_rule="invite",
    history_visibility="joined",
    guests=False,
    members=4,
    servers=1,
    left_out=(),
    changed=(),
    fingerprint="mKq2 9fTz",
    key_mode="passphrase",
    version=__version__,
    time_zones="2026f",
    last_backup=None,
    queue=0,
    rejected={},
    retention=(("handled", 45),),
    synced=MONDAY_MORNING,
    suspended=(),
)


@dataclass(frozen=True, slots=True)
class Said:
    """What came back on one message, as events would carry it."""

    replies: tuple[Reply, ...]

    def body(self, *audiences: Audience) -> str:
        """The plain text of the replies to these audiences; of all when none is named."""
        return "\n".join(
            str(message.content["body"])
            for reply in self.replies
            if not audiences or reply.audience in audiences
            for message in outgoing(reply)
            if message.kind is ContentKind.EVENT
        )

    @property
    def text(self) -> str:
        return self.body()

    @property
    def here(self) -> str:
        """What was said where the command was typed."""
        return self.body(Audience.HERE)

    @property
    def in_room(self) -> str:
        """What was said in the room, wherever the command was typed."""
        return self.body(Audience.HERE, Audience.ROOM)

    @property
    def in_person(self) -> str:
        """What was said to the person alone, although they typed in the room."""
        return self.body(Audience.PERSON)

    def told(self, who: str) -> str:
        """What somebody else was told by direct message, ``@ben``."""
        named = (r for r in self.replies if r.audience is Audience.NAMED)
        return "\n".join(
            str(message.content["body"])
            for reply in named
            if Chat.user(who) in reply.to
            for message in outgoing(reply)
            if message.kind is ContentKind.EVENT
        )

    @property
    def retracted(self) -> bool:
        return any(reply.retract for reply in self.replies)

    @property
    def outgoing(self) -> list[Outgoing]:
        """Every message that is sent: words, and what goes with them."""
        return [message for reply in self.replies for message in outgoing(reply)]

    def says(self, *fragments: str) -> bool:
        """Whether each of these stands in what was said."""
        missing = [fragment for fragment in fragments if fragment not in self.text]
        assert not missing, f"{missing} not in:\n{self.text}"
        return True

    def lists(self, *items: str) -> bool:
        """Whether exactly these items were listed, in this order."""
        found = [
            "".join(part if isinstance(part, str) else part.text for part in row)
            for reply in self.replies
            for block in reply.blocks
            if isinstance(block, Items)
            for row in block.lines
        ]
        assert found == list(items), f"listed: {found}"
        return True


SEAL = Seal(bytes(range(32)))


@dataclass(slots=True)
class Woken:
    """How often a command woke the bot's work."""

    imports: int = 0
    downloads: int = 0
    wiping: int = 0

    def wake_imports(self) -> None:
        self.imports += 1

    def wake_downloads(self) -> None:
        self.downloads += 1

    def wake_wiping(self) -> None:
        self.wiping += 1


@dataclass(slots=True)
class _Desk(IdentityAcceptance):
    people: list[UserId] = field(default_factory=list)
    key: str = "oneNewKey"
    """What the account of each of them shows now."""

    async def offered(self, user: UserId) -> str | None:
        return self.key if user in self.people else None

    async def accept(self, user: UserId) -> bool:
        if user not in self.people:
            return False
        self.people.remove(user)
        return True

    async def suspended(self) -> list[UserId]:
        return list(self.people)

    async def is_certain(self, user: UserId) -> bool:
        return user not in self.people


@dataclass(frozen=True, slots=True)
class Alone:
    """The voice of a bot in a committee that is in no coalition: what it says nobody hears."""

    tx: Transaction

    @property
    def own(self) -> UserId:
        return UserId("@steward:example.org")

    @property
    def master(self) -> str:
        return "MasterKeyOfTheOnlyBot".ljust(43, "x")

    @property
    def ballots(self) -> OwnBallots:
        raise AssertionError("a committee in no coalition has no part in a coalition poll")

    async def put(self, *_message: object, occasion: str) -> None:
        del occasion

    async def tell(self, said: Reply, occasion: str) -> None:
        del said, occasion

    def wake(self) -> None:
        pass


def _room_of(room: RoomId, called: Sequence[tuple[UserId, str | None]]) -> Room:
    """A room with these people in it, each called so."""
    made = Room(room)
    for user, name in called:
        content = {"membership": "join", "displayname": name}
        made.apply({"type": "m.room.member", "state_key": user, "content": content})
    return made


class Chat:
    """One committee room and everybody's direct chats, on one clock.

    Ana and Ben are organizers, Lea is a lead, Kim the keeper. ``@ana`` stands for her full id.
    """

    def __init__(self, database: Database) -> None:
        self.database = database
        self.now = MONDAY_MORNING
        self.roles = {
            "@ana": Role.ORGANIZER,
            "@ben": Role.ORGANIZER,
            "@lea": Role.LEAD,
            "@kim": Role.KEEPER,
        }
        self.settings = AuthoritySettings()
        """What the operator decided about authority."""
        self.names: dict[str, str] = {}
        """What people call themselves in the room."""
        self.alike: list[UserId] = []
        """Organizers with an account on another server."""
        self.audit = HEALTHY
        self.desk = _Desk()
        self.background = Woken()
        self.withheld = Withheld()
        self.works = True
        """Whether long work is done before a direct message is answered; False leaves it to ``step``."""
        self.settings = AuthoritySettings()
        self._work = ImportWork(SEAL)
        self._upload = AttachedFile()
        self._own: tuple[Committee, ...] = ()
        """The committees of whoever typed last."""
        self.polls = OpenDesk(self.now)
        self.reminded = Reminded(database, lambda: self.members, self.now)
        self._memberships: dict[str, list[RoomId]] = {}
        self._main = RoomId("!payments:example.org")
        self._known = set(self.members.roles)
        self._called: tuple[tuple[UserId, str | None], ...] = ()
        self._room = Room(self._main)
        """The committee's room as apps show it: with those, called so."""
        self.voices: Callable[[Transaction], Voice] = Alone
        """The bot's voice in a coalition, for a transaction (tests/support/coalition_bus.py)."""
        self._voice: Voice | None = None

    async def begin(self) -> None:
        """The bot has joined the committee's room; a lead has set it up."""
        await self.found(self._main, "Payments chapter", tuple(self.roles))
        async with self.database.transaction() as tx:
            committee = await Committees(tx).by_room(self._main)
            assert committee is not None
            await Committees(tx).set_up(committee.id, committee.name, "Europe/Madrid")

    async def know(self) -> None:
        """Take up a committee that is in the database already."""
        for person in self.roles:
            self._memberships.setdefault(person, []).append(self._main)

    async def found(self, room: RoomId, name: str, people: Sequence[str]) -> None:
        """Another committee, with some of the people in it."""
        async with self.database.transaction() as tx:
            await Committees(tx).add(room, name, "UTC", self.now)
        for person in people:
            self._memberships.setdefault(person, []).append(room)

    def join(self, *people: str) -> None:
        """More organizers, who have been in the first committee's room for long."""
        for who in people:
            self.roles[who] = Role.ORGANIZER
            self._memberships.setdefault(who, []).append(self._main)

    async def begin_anew(self) -> None:
        """No lead has set the committee up yet."""
        async with self.database.transaction() as tx:
            await tx.execute("UPDATE committees SET set_up = 0")

    @staticmethod
    def user(who: str) -> UserId:
        """``@ana`` is on the first homeserver; who is elsewhere is given in full."""
        return UserId(who if ":" in who else f"{who}:example.org")

    async def saw(self, who: str, **changes: Any) -> None:
        """What the bot wrote down of somebody, where they are no confirmed member of long standing."""
        async with self.database.transaction() as tx:
            committee = await Committees(tx).by_room(self._main)
            assert committee is not None
            written = replace(kept(self.user(who)), **changes)
            await Standings(tx, committee.id).put(written)

    def later(self, **span: float) -> None:
        """Time passes: ``chat.later(minutes=20)``."""
        self.be(self.now + timedelta(**span))

    def be(self, now: datetime) -> None:
        """It is now that late; what is due happens."""
        self.now = self.polls.now = self.reminded.now = now
        self.polls.tick()

    async def pass_time(self, now: datetime) -> list[Told]:
        """It becomes that late with the bot awake; what it says about meetings on the way."""
        said = await self.reminded.until(now)
        self.be(now)
        return said

    async def dm(self, who: str, text: str, **content: Any) -> Said:
        """What Steward answers to a direct message, the end of long work included.

        ``content`` is what an app sends with the body: ``formatted_body``, ``m.mentions``, ...
        """
        said = await self._say(who, text, Place.DIRECT, None, content)
        replies = list(said.replies)
        while self.works and (more := await self.step()) is not None:
            replies += more
        return Said(tuple(replies))

    async def sure(self, who: str, text: str) -> Said:
        """What Steward answers to a yes to what it has just shown: to ``text``, then to that with --yes."""
        await self.dm(who, text)
        return await self.dm(who, f"{text} --yes")

    async def send(self, who: str, name: str, content: bytes | str, text: str = "") -> Said:
        """What Steward answers to a file in the direct chat."""
        raw = content if isinstance(content, bytes) else content.encode()
        self._upload = AttachedFile.read(name, raw)
        try:
            return await self.dm(who, text or "!import file")
        finally:
            self._upload = AttachedFile()

    async def restart(self) -> None:
        """The bot died and began again: what it held in memory is gone."""
        self._work = ImportWork(SEAL)

    async def step(self) -> tuple[Reply, ...] | None:
        """One transaction of the long work on imports; None when there is none."""
        async with self.database.transaction() as tx:
            done = await self._work.step(tx, self.now)
        return None if done is None else () if done.reply is None else (done.reply,)

    async def opens(self, who: str, asked: str, *, direct: bool = False) -> Said:
        """What Steward answers to the ok to a poll that it said back first."""
        say = self.dm if direct else self.room
        back = await say(who, asked)
        assert back.says("!ok to ask it, !no to drop it."), back.text
        return await say(who, "!ok")

    async def room(self, who: str, text: str, room: RoomId | None = None, **content: Any) -> Said:
        """What Steward answers to a message in a committee's room; nothing to mere talk."""
        return await self._say(who, text, Place.ROOM, room or self._main, content)

    def as_read(self, text: str, content: Mapping[str, Any]) -> str:
        """What the bot takes a message to say, read as its guard reads it."""
        called = tuple((self.user(who), self.names.get(who)) for who in (*self.roles, STEWARD))
        if called != self._called:
            self._called, self._room = called, _room_of(self._main, called)
        whole = {"msgtype": "m.text", "format": HTML, **content, "body": text}
        return said_in(whole, text, relation_of(whole, {}), self._room, f"{STEWARD}:example.org")

    async def _say(
        self,
        who: str,
        text: str,
        place: Place,
        room: RoomId | None,
        content: Mapping[str, Any],
    ) -> Said:
        text = self.as_read(text, content)
        self._gather()
        voted = self.polls.vote(self.user(who), text, place)
        if voted is not None:
            return Said((voted,))
        if not is_command(text, place, CATALOGUE):
            return Said(())
        async with self.database.transaction() as tx:
            user = self.user(who)
            await self._look(tx)
            every = [c for c in await Committees(tx).all() if c.room in self._memberships[who]]
            self._own = tuple(every)
            committee = await self._current(every, room, await People(tx).current(user))
            self.speak_within(tx)
            ctx = Context(
                user=user,
                standing=await self._standing(tx, committee, who),
                place=place,
                committee=committee,
                committees=told_apart(every),
                now=self.now,
                zone=await People(tx).zone(user) or committee.zone,
                language=await People(tx).language(user) or committee.language,
                settings=self.settings,
            )
            return Said(
                await answer(
                    text,
                    ctx,
                    tx,
                    self.provider(await self.roll(tx, committee), self.withheld.of(ctx, tx)),
                    CATALOGUE,
                )
            )

    async def _look(self, tx: Transaction) -> None:
        """The bot sees who came to the first committee's room, as `Authority.look` does."""
        present = set(self.members.roles)
        if present <= self._known:
            return
        committee = await Committees(tx).by_room(self._main)
        if committee is not None:
            await CalledAlike(tx, committee.id).renew(present)
        self._known |= present

    async def _standing(self, tx: Transaction, committee: Committee, who: str) -> Standing:
        user = self.user(who)
        barred = await Barred(tx, committee.id).includes(user)
        written = await Standings(tx, committee.id).of(user)
        return standing(user, self.roles[who], written or kept(user), barred=barred)

    async def roll(self, tx: Transaction, committee: Committee) -> Roll:
        """Everybody in the committee's room and what counts of them."""
        written = await Standings(tx, committee.id).all()
        barred = await Barred(tx, committee.id).people()
        known = {
            user: standing(user, role, written.get(user) or kept(user), barred=user in barred)
            for user, role in ((self.user(who), role) for who, role in self.roles.items())
        }
        waits = {user: None if user not in written else written[user].waits for user in known}
        return Roll.of(known, waits, self.settings)

    async def _current(
        self, every: Sequence[Committee], room: RoomId | None, chosen: int | None
    ) -> Committee:
        shown = every if room is not None else told_apart(every)
        for committee in shown:
            if committee.room == room or (room is None and committee.id == chosen):
                return committee
        return shown[0]

    def speak_within(self, tx: Transaction) -> None:
        """Let what a command says to other committees go with a transaction."""
        self._voice = self.voices(tx)

    def provider(
        self, roll: Roll, withheld: WithheldLines | None = None
    ) -> Callable[[type], Awaitable[object]]:
        """What the bot gives commands beside the database."""

        async def provide(kind: type) -> object:
            facts = {
                RoomAudit: replace(self.audit, roll=roll),
                IdentityAcceptance: self.desk,
                Members: self.members,
                Roll: roll,
                AttachedFile: self._upload,
                Own: Own(self._own),
                Seal: SEAL,
                BackgroundWork: self.background,
                Farewell: Farewell(),
                PollService: self.polls,
                WithheldLines: withheld,
                Voice: self._voice,
            }
            return facts[kind]

        return provide

    def _gather(self) -> None:
        """Everybody in the first committee has been in its room for long, unless a test says else."""
        known = {member.user for member in self.polls.people}
        for who, rooms in self._memberships.items():
            user = self.user(who)
            if self._main in rooms and user not in known:
                self.polls.people.append(Member(user, MONDAY_MORNING - timedelta(days=30)))

    @property
    def members(self) -> Members:
        """Who is in the first committee's room."""
        return Members(
            {self.user(who): role for who, role in self.roles.items()}
            | dict.fromkeys(self.alike, Role.ORGANIZER),
            {self.user(who): name for who, name in self.names.items()},
        )

    async def contacts(self) -> list[Contact]:
        """Everybody in the first committee's records."""
        async with self.database.transaction() as tx:
            committee = (await Committees(tx).all())[0]
            return await Contacts(tx, committee.id, self.now.date()).page(
                organizer=None, after=None, limit=999
            )

    async def conversations(self) -> list[Talk]:
        """Every talk on record, by contact, newest first."""
        async with self.database.transaction() as tx:
            committee = (await Committees(tx).all())[0]
            people = await Contacts(tx, committee.id, self.now.date()).page(
                organizer=None, after=None, limit=999
            )
            kept = Conversations(tx, committee.id)
            return [talk for contact in people for talk in await kept.latest(contact.id)]

    async def assessments(self, handle: str) -> list[Rated]:
        """Every assessment of a contact, newest first."""
        async with self.database.transaction() as tx:
            committee = (await Committees(tx).all())[0]
            number = int(handle.removeprefix("M-"))
            contact = await Contacts(tx, committee.id, self.now.date()).by_number(number)
            assert contact is not None
            return await Assessments(tx, committee.id, self.now.date()).latest(contact.id)

    def healthy(self) -> RoomAudit:
        """A room in which all is well, just now."""
        return replace(HEALTHY, synced=self.now)
