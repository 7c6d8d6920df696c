"""A COMMIT that fails once, in every kind of command that changes what the bot holds in memory.

The same message is then handled again, as the bot does by itself. Afterwards memory and database are as
in a bot whose disk never refused. The fault is put between the driver and SQLCipher: the transaction is
rolled back for good, by the statements that the product itself gives.
"""

import ast
import asyncio
import re
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, cast

import pytest

from bot.config.polls import Polls
from bot.matrix.guard import Message
from bot.matrix.identity import CrossSigning
from bot.matrix.media import Attachment, FileLocation
from bot.matrix.rooms import Room
from bot.polls.keys import PollKeys
from bot.process import retry
from bot.process.retry import persist
from storage.chat.committees import Committees
from storage.coalition.coalitions import Coalitions
from storage.coalition.model import CoalitionState
from storage.core.database import Transaction
from storage.core.driver import Connection, OperationalError
from storage.core.model import RoomId
from tests.support.adversary import ForgedDevice, published
from tests.support.answering import ANA, BOT, ROOM, Answering, answering

SOURCES: Final = Path(__file__).resolve().parents[2] / "bot"
PEOPLE: Final = tuple(f"@{who}:committee.test" for who in ("ben", "cleo", "dan", "eve"))
BEN: Final = PEOPLE[0]
ANAS, BENS, OTHER = "!anas", "!bens", "!other"


class Refusing:
    """The connection, except that one COMMIT of a message's transaction fails."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._of_a_message = False
        self.armed = False

    def execute(self, sql: str, *params: Any) -> Any:
        if sql.startswith("BEGIN"):
            self._of_a_message = False
        self._of_a_message |= "INTO handled" in sql
        if sql == "COMMIT" and self.armed and self._of_a_message:
            self.armed = False
            raise OperationalError("database or disk is full")
        return self._connection.execute(sql, *params)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)


@dataclass(slots=True)
class Bench:
    """A whole bot to whose dispatcher people talk; nothing it says leaves its table."""

    answering: Answering
    disk: Refusing
    numbers: Iterator[int] = field(default_factory=lambda: iter(range(1, 1000)))
    delivered: list[str] = field(default_factory=list)
    fleeting: list[str] = field(default_factory=list)

    def message(self, body: str, who: str = ANA, room: str = ROOM, **more: Any) -> Message:
        number = next(self.numbers)
        return Message(f"$m{number}", room, who, "PHONE", body, f"of {who}", number, **more)

    async def take(self, message: Message) -> None:
        """Have it handled as the sync does."""
        dispatcher = self.answering.bot.dispatcher
        await persist(
            lambda: dispatcher.handle(message),
            lambda error_id: dispatcher.set_aside(message, error_id),
        )
        await self.answering.intake._members.look_at_regrouped()

    async def types(self, body: str, who: str = ANA, room: str = ROOM) -> None:
        await self.take(self.message(body, who, room))

    # -- what there is

    def memory(self) -> dict[str, object]:
        """What the bot holds beside its files, as far as commands change it."""
        bot = self.answering.bot
        pending, signals = bot.polls.pending, bot.state.signals
        limiter = cast(Any, bot.dispatcher._admission._limiter)
        return {
            "pins": {who: bare(pin) for who, pin in bot.account.trust._pins.items()},
            "rooms": {name: room.snapshot() for name, room in bot.account.places.rooms.items()},
            "committees": bare(bot.state.committees.known),
            "drafts": bare(pending._drafts),
            "held": bare([(at, held) for at, (_, held) in pending._held.items()]),
            "origins": bare(pending._origins),
            "made": bare([made.spot for made in pending._made.values()]),
            "asked": bare(list(pending.asked.values())),
            "opening": bare(pending.opening),
            "called off": bare(pending.called_off),
            "polls": bare(
                [(p.room, p.poll.question, p.phase) for p in bot.polls.register.open_polls.values()]
            ),
            "withheld": sorted(
                (str(whose), line.text)
                for whose, line in bot.dispatcher._replies.dependencies.withheld.lines.items()
            ),
            "waiting commands": bare(bot.queue._sizes),
            "told to wait": sorted(bot.queue._full),
            "answered": bot.state.pulse.answered,
            "limits": {who: sum(seen.taken.values()) for who, seen in limiter._people.items()},
            "signals": {
                name: getattr(signals, name).is_set() for name in signals.__dataclass_fields__
            },
            "delivered": self.delivered,
            "fleeting": self.fleeting,
        }

    async def tables(self) -> dict[str, list[str]]:
        """Everything that is in the database."""
        async with self.answering.database.transaction() as tx:
            names = [
                str(row["name"])
                for row in await tx.all("SELECT name FROM sqlite_master WHERE type = 'table'")
            ]
            return {
                name: sorted(bare([tuple(row) for row in await tx.all(f"SELECT * FROM {name}")]))
                for name in names
                if name not in {"facts", "sqlite_sequence"}
            }


def bare(value: object) -> Any:
    """A value without what differs between two runs: times, codes of polls, random keys."""
    if isinstance(value, list):
        return [bare(each) for each in value]
    text = re.sub(r"datetime\([^)]*\)|datetime\.(date|datetime)\([^)]*\)", "T", repr(value))
    text = re.sub(r"(?<!\w)b(?:'[^']*'|\"[^\"]*\")", "B", text)
    text = re.sub(r"(?:[\w+/]{4} ){6,}[\w+/]*", "KEY ", text)
    text = re.sub(r"[A-Za-z0-9+/_-]{24,}", "K", text)
    text = re.sub(r"\b(?=[A-Z0-9]*[0-9])[A-Z0-9]{4}\b|\b[BCDFGHJKLMNPQRSTVWXYZ]{4}\b", "CODE", text)
    return re.sub(r"\d+", "#", text)


@asynccontextmanager
async def bench(folder: Path, *, queued: bool) -> AsyncIterator[Bench]:
    folder.mkdir()
    keys = Path(tempfile.mkdtemp(prefix="steward-test-", dir="/dev/shm"))
    polls = Polls(keys_dir=keys, k=3, joined_hours=0, shortest_minutes=1)
    async with answering(folder, lambda _: True, *PEOPLE, polls=polls, queued=queued) as made:
        thread = cast(Any, made.database)._thread
        disk = thread._connection = Refusing(thread._connection)
        talk = Bench(made, disk)
        made.bot.outbox.deliver = (  # type: ignore[method-assign]
            lambda parcel: talk.delivered.append(bare(parcel.content))
        )
        object.__setattr__(
            made.bot.dispatcher._replies,
            "say_from_memory",
            lambda rooms, people, said, _name, _of: talk.fleeting.append(
                bare([rooms, people, [each.content for each in said]])
            ),
        )
        for name, *members in ((ANAS, ANA), (BENS, BEN)):
            room = made.places.rooms[name] = Room(name, encrypted=True, declared_direct=True)
            room.members = dict.fromkeys((BOT, *members), "join")
        try:
            yield talk
        finally:
            thread._connection = disk._connection
            shutil.rmtree(keys)


# -- the cases -------------------------------------------------------------------------------------


async def _nothing(_bench: Bench) -> None:
    return


async def _allied(talk: Bench) -> None:
    async with talk.answering.database.transaction() as tx:
        (committee,) = await Committees(tx).all()
        await Coalitions(tx, committee.id).begin(
            ref="ab", title="Games", label="North", state=CoalitionState.OPEN, now=datetime.now(UTC)
        )


async def _asked(talk: Bench) -> None:
    await talk.types("!poll temp Ready to march on the boss?")


async def _opened(talk: Bench) -> None:
    await _asked(talk)
    await talk.types("!ok")


async def _held(talk: Bench) -> None:
    """A poll like the last one, which takes a second organizer."""
    await _opened(talk)
    await talk.types("!poll temp Ready to march on the boss now?", BEN)


async def _changed(talk: Bench) -> None:
    """Ben's account shows another identity than the one seen first."""
    bot, device = talk.answering, ForgedDevice(BEN)
    for keys in (CrossSigning.create(), CrossSigning.create()):
        bot.people[BEN] = published(BEN, keys, device.keys(keys))
        await bot.take({"device_lists": {"changed": [BEN]}})
    await talk.types(f"!identity accept {BEN}")


async def _unclear(talk: Bench, *, alone: bool = True) -> None:
    """A room of Ana's of which nobody said what it is for."""
    room = Room(OTHER, encrypted=True, inviter=ANA, founder=ANA, has_levels=True, asked=not alone)
    room.members = dict.fromkeys((BOT, ANA) if alone else (BOT, ANA, BEN), "join")
    room.levels = {ANA: 100}
    talk.answering.places.rooms[OTHER] = room


async def _founded(talk: Bench) -> None:
    await _unclear(talk, alone=False)


async def _moved(talk: Bench) -> None:
    """The committee's room was upgraded, and the bot is in the one that came after."""
    bot = talk.answering
    old = bot.places.rooms[ROOM]
    new = Room(OTHER, encrypted=True, predecessor=ROOM, founder=ANA, inviter=ANA, has_levels=True)
    new.members, new.levels = dict(old.members), {ANA: 100}
    old.replaced, old.successor, old.replaced_by = True, OTHER, ANA
    bot.places.rooms[OTHER] = new
    async with bot.database.transaction() as tx:
        made = await Committees(tx).add(RoomId(OTHER), "next", "UTC", _now())
        await bot.authority.look(tx, made, _now())
    await bot.bot.state.committees.load(bot.database)


async def _pasted(talk: Bench) -> None:
    await talk.types("!import paste\nName,Area\nSam Okafor,QA\nMia Chen,Web", room=ANAS)
    talk.answering.bot.state.signals.imports.clear()


async def _met(talk: Bench) -> None:
    await talk.types('!contact add "Sam Okafor"', room=ANAS)
    await talk.types("!forget M-1", room=ANAS)


async def _planned(talk: Bench) -> None:
    await talk.types('!meet new "Planning" | tomorrow 19:00 | 60m')


async def _carrying(talk: Bench) -> None:
    await talk.types('!contact add "Sam Okafor"', BEN, BENS)


async def _much(talk: Bench) -> None:
    talk.answering.bot.queue.share.note(ANA, 5.0, at_once=True)


async def _named(talk: Bench) -> None:
    await talk.types('!contact add "Sam Okafor"', room=ANAS)
    await talk.types("!action call Sam Okafor")


async def _known(talk: Bench) -> None:
    await talk.types('!contact add "Sam Okafor"', room=ANAS)


async def _full(talk: Bench) -> None:
    await _much(talk)
    talk.answering.bot.queue._sizes[ANA] = 1 << 40


async def _two_committees(talk: Bench) -> None:
    """Ana is in another committee as well, and sent a file without saying for which."""
    bot = talk.answering
    room = bot.places.rooms[OTHER] = Room(OTHER, encrypted=True, founder=ANA, has_levels=True)
    room.members, room.levels = dict.fromkeys((BOT, ANA), "join"), {ANA: 100}
    async with bot.database.transaction() as tx:
        made = await Committees(tx).add(RoomId(OTHER), "Search", "UTC", _now())
        await bot.authority.look(tx, made, _now())
    await bot.bot.state.committees.load(bot.database)
    await talk.take(talk.message("", room=ANAS, attachment=FILE))
    bot.bot.state.signals.uploads.clear()


def _now() -> datetime:
    return datetime.now(UTC)


FILE: Final = Attachment(
    "staff.csv", "", 40, FileLocation("mxc://committee.test/x", "key", "iv", "digest"), None
)


@dataclass(frozen=True, slots=True)
class Case:
    """Something typed, and where in the product it changes memory."""

    body: str
    reaches: tuple[str, ...]
    """Where an effect is asked for, as ``module.Class.function``."""
    before: Callable[[Bench], Awaitable[None]] = _nothing
    who: str = ANA
    room: str = ROOM
    attachment: Attachment | None = None
    queued: bool = False


TAKEN: Final = "incoming.dispatcher.Dispatcher._decide"
"""Reached by every message that is handled."""
CASES: Final = {
    "setup": Case('!setup name="Warehouse" tz=Madrid', ("state.CommitteeDirectory.refresh",)),
    "found": Case("!setup", ("state.CommitteeDirectory.refresh",), _founded, room=OTHER),
    "moved": Case("!moved --yes", ("state.CommitteeDirectory.refresh",), _moved, room=OTHER),
    "direct here": Case(
        "!direct here", ("incoming.executor.MessageExecutor._ask_about",), _unclear, room=OTHER
    ),
    "accept": Case(
        f"!identity accept {BEN}", ("incoming.identities.LeadAcceptance.accept",), _changed
    ),
    "poll": Case(
        "!poll temp Ready to march?",
        ("polls.service.CommitteePolls.draft", "incoming.replies.Replies.queue"),
    ),
    "poll ok": Case(
        "!ok",
        ("polls.service.CommitteePolls.open", "polls.service.CommitteePolls.opened"),
        _asked,
    ),
    "poll no": Case("!no", ("polls.service.CommitteePolls.drop_draft",), _asked),
    "poll held": Case("!ok", ("polls.service.CommitteePolls.hold",), _held, BEN),
    "poll cancel": Case(
        "!poll cancel {code} --yes", ("polls.service.CommitteePolls.cancel",), _opened
    ),
    "poll postpone": Case("!poll postpone {code} in 3 days", (), _opened),
    "a name": Case("!action call Sam Okafor", ("incoming.withheld._OfOne.keep",), _known),
    "a name ok": Case("!ok", ("incoming.withheld._OfOne.drop",), _named, room=ANAS),
    "a name no": Case("!no", ("incoming.withheld._OfOne.drop",), _named, room=ANAS),
    "meet ok": Case("!ok", ("delivery.post.Post.put",), _planned),
    "meet new": Case('!meet new "Planning" | tomorrow 19:00 | 60m', ()),
    "import check": Case(
        "!import check 1", ("state.CommandSignals.wake_imports",), _pasted, room=ANAS
    ),
    "forget": Case("!forget M-1 --yes", ("state.CommandSignals.wake_wiping",), _met, room=ANAS),
    "file": Case("", ("files.requests.FileRequests.take_in",), room=ANAS, attachment=FILE),
    "use": Case(
        "!use Search", ("state.CommandSignals.wake_downloads",), _two_committees, room=ANAS
    ),
    "coalition leave": Case(
        "!coalition leave --yes", ("coalition.voice.BotVoice.wake",), _allied, room=ANAS
    ),
    "offboard": Case(
        f"!offboard {BEN}",
        ("membership.offboarding.Offboarding.withdraw",),
        _carrying,
        room=ANAS,
    ),
    "waits": Case(
        '!contact add "Sam Okafor"',
        ("incoming.queue.CommandQueue.keep",),
        _much,
        room=ANAS,
        queued=True,
    ),
    "too many wait": Case(
        '!contact add "Sam Okafor"',
        ("incoming.queue.CommandQueue.tells",),
        _full,
        room=ANAS,
        queued=True,
    ),
}

NOT_COMMANDS: Final = {
    "coalition.rooms.look": "another bot said something, or the work in coalitions: it looks again",
    "coalition.voice.BotVoice.put": "another bot asks for what it missed",
    "coalition.work.CoalitionWork._leave": "the room is left; the work looks again",
    "coalition.work.CoalitionWork._pin": "a bot's key was compared; the work looks again",
    "polls.own_ballots.BoxedBallots.look": "a coalition poll ended: the returning officer looks again",
    "verification.record.VerificationRecord.matched": "an operator compared emoji",
    "delivery.dead_letters.DeadLetters.answer": "an operator sends dead letters again",
    "delivery.notices.Notices.explain": "said about a message that was refused",
    "delivery.sent_messages.SentMessages.write": "the homeserver has messages",
    "incoming.identity_changes.IdentityChanges.look": "an answer of sync",
    "incoming.dispatcher.Dispatcher._apologise": "the command itself failed",
    "incoming.kept_commands.KeptCommands._resume": "a command that waited: the queue tries again",
    "rooms.authority.Authority.look": "somebody came or left",
    "membership.departures._Ending._lessened": "somebody's role shrank",
}
"""Effects that no command asks for, and what does."""


def code_of(talk: Bench) -> str:
    polls = list(talk.answering.bot.polls.register.open_polls.values())
    return polls[-1].poll.code if polls else ""


async def ran(
    folder: Path, case: Case, reached: set[str], *, fails: bool
) -> tuple[dict[str, object], dict[str, list[str]]]:
    """Memory and tables after a case."""
    async with bench(folder, queued=case.queued) as talk:
        await case.before(talk)
        if not fails:
            reached.clear()
        talk.delivered.clear()
        body = case.body.format(code=code_of(talk)) if "{code}" in case.body else case.body
        message = talk.message(body, case.who, case.room, attachment=case.attachment)
        talk.disk.armed = fails
        await talk.take(message)
        assert not talk.disk.armed, "no COMMIT failed"
        await asyncio.sleep(0)
        return talk.memory(), await talk.tables()


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry, "PAUSES", (0.0, 0.0, 0.0))
    monkeypatch.setattr(PollKeys, "refusals", lambda _self: [])


@pytest.fixture
def reached(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Where effects were asked for."""
    asked: set[str] = set()
    real = Transaction.after_commit

    def noting(self: Transaction, effect: Callable[[], None]) -> None:
        frame = sys._getframe(1)
        module = str(frame.f_globals["__name__"]).removeprefix("bot.")
        asked.add(f"{module}.{frame.f_code.co_qualname}")
        real(self, effect)

    monkeypatch.setattr(Transaction, "after_commit", noting)
    return asked


@pytest.mark.parametrize("name", CASES)
async def test_a_commit_that_fails_once_changes_nothing(
    tmp_path: Path, reached: set[str], name: str
) -> None:
    case = CASES[name]
    good = await ran(tmp_path / "good", case, reached, fails=False)
    bad = await ran(tmp_path / "bad", case, reached, fails=True)
    assert {TAKEN, *case.reaches} <= reached, "the case does not reach what it is for"
    for what, before in good[0].items():
        assert bad[0][what] == before, f"memory: {what}"
    for table, rows in good[1].items():
        assert bad[1][table] == rows, f"table: {table}"


def test_every_effect_of_a_command_has_its_case() -> None:
    found = set()
    for path in SOURCES.rglob("*.py"):
        module = ".".join(path.relative_to(SOURCES).with_suffix("").parts)
        for place in _asking(ast.parse(path.read_text("utf-8")), module):
            found.add(place)
    covered = {TAKEN, *NOT_COMMANDS, *(each for case in CASES.values() for each in case.reaches)}
    assert found == covered


def _asking(node: ast.AST, inside: str) -> Iterator[str]:
    """The functions below a node that call ``after_commit``."""
    for child in ast.iter_child_nodes(node):
        named = isinstance(child, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        name = f"{inside}.{child.name}" if named else inside  # type: ignore[attr-defined]
        called = child.func if isinstance(child, ast.Call) else None
        if isinstance(called, ast.Attribute) and called.attr == "after_commit":
            yield inside
        yield from _asking(child, name)
