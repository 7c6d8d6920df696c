"""What somebody has under way ends with their part: copies asked for, lists, files, invitations."""

import asyncio
import csv
import io
import shutil
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.delivery.clearance import Clearance
from bot.delivery.exports import ExportFiles
from bot.matrix.client import Client
from bot.membership import departures
from bot.polls.pending import PendingPolls
from bot.process import retry
from bot.rooms.direct_rooms import DirectRooms
from bot.rooms.invitations import Invitations
from bot.state import Signals
from commands.framework.reply import Audience, Reply, say
from commands.polls.model import Poll, PollKind, Rules
from commands.polls.service import HeldPoll
from commands.privacy.exports import VALID
from commands.privacy.formats import CardKey
from commands.roles.standing import Role
from storage.authority.seconds import Seconds
from storage.chat.outbox import ContentKind
from storage.chat.rooms import Invitation, Rooms
from storage.contacts.contacts import Contacts
from storage.contacts.drafts import Drafts, TalkDraft
from storage.core.database import Database
from storage.core.driver import OperationalError
from storage.core.model import ContactId
from storage.imports.imports import Imports, ImportState
from storage.imports.uploads import Upload, Uploads
from storage.privacy.audits import AuditedAction, Audits
from storage.privacy.exports import Export, ExportFormat, Exports
from tests.support.deliveries import OTHER_ROOM, OWN, ROOM, Delivery, full
from tests.support.running import start, start_outbox, stop

NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database as a new bot has it; it takes longer to make than to copy."""
    path = tmp_path_factory.mktemp("empty") / "app.db"

    async def make() -> None:
        await (await Database.open(path, bytes(32))).close()

    asyncio.run(make())
    return path


@pytest.fixture
async def bot(tmp_path: Path, empty: Path) -> AsyncIterator[Delivery]:
    database = await Database.open(Path(shutil.copy(empty, tmp_path)), bytes(32))
    made = Delivery(database)
    await made.found(
        ROOM, "Payments", ana=Role.ORGANIZER, ben=Role.ORGANIZER, lea=Role.LEAD, kim=Role.KEEPER
    )
    yield made
    await made.close()
    await database.close()


async def add(bot: Delivery, name: str) -> None:
    committee = await bot.committee()
    async with bot.database.transaction() as tx:
        await Contacts(tx, committee.id, NOW.date()).add(
            name, area=None, shift=None, author=bot.user("@ana"), at=NOW, from_day=NOW.date()
        )


# -- copies for outside --------------------------------------------------------------------------------


class Copies:
    """An export on its way from being asked for to being sent."""

    def __init__(self, bot: Delivery, monkeypatch: pytest.MonkeyPatch) -> None:
        self.bot = bot
        self.files: list[bytes] = []
        self.now = NOW
        self.while_made: Callable[[], None] = lambda: None
        monkeypatch.setattr("bot.delivery.exports.put", self._put)
        bot.clearance = Clearance(bot.authority, lambda: self.now)
        bot.makers[ContentKind.EXPORT] = ExportFiles(
            bot.database, bot.client, CardKey(bytes(32)), lambda: self.now
        )
        bot.outbox = bot.new_outbox()

    async def _put(self, _client: Client, content: bytes) -> dict[str, str]:
        self.while_made()
        self.files.append(content)
        return {"url": "mxc://example.org/abc"}

    async def ask(self) -> Export:
        committee = await self.bot.committee()
        async with self.bot.database.transaction() as tx:
            exports = Exports(tx, committee.id)
            return await exports.ask(
                self.bot.user("@kim"), ExportFormat.CSV, "mailing", NOW, ratings=False
            )

    async def approve(self, one: Export, by: str = "@lea") -> None:
        """As the command does: the words and the file, for who asked."""
        committee = await self.bot.committee()
        async with self.bot.database.transaction() as tx:
            await Exports(tx, committee.id).approve(one, self.bot.user(by), NOW)
        words = say("Export 1, approved.")
        file = Reply(words.blocks, Audience.NAMED, to=(full("@kim"),), export=one.id)
        await self.bot.say(file)

    async def step(self) -> str:
        return str(await self.bot.value("SELECT state FROM exports"))

    async def trail(self) -> list[AuditedAction]:
        committee = await self.bot.committee()
        async with self.bot.database.transaction() as tx:
            found = await Audits(tx, committee.id, None, NOW).latest(NOW + timedelta(days=9), 20)
        return [each.action for each in found]

    async def go(self) -> Mapping[str, Any] | None:
        """Let everything go; the content of the file's event."""
        await start_outbox(self.bot.outbox)
        await self.bot.drained()
        files = [each for each in self.bot.line.contents if each.get("msgtype") == "m.file"]
        return files[0] if files else None


@pytest.fixture
async def copies(bot: Delivery, monkeypatch: pytest.MonkeyPatch) -> Copies:
    await add(bot, "Sam Okafor")
    return Copies(bot, monkeypatch)


async def test_a_copy_of_two_who_still_may_arrives_and_is_on_record_then(copies: Copies) -> None:
    await copies.approve(await copies.ask())
    assert AuditedAction.EXPORT_MADE not in await copies.trail()
    assert await copies.go() is not None
    assert await copies.step() == "sent"
    assert AuditedAction.EXPORT_MADE in await copies.trail()


async def test_people_added_after_the_approval_are_in_no_file(copies: Copies) -> None:
    one = await copies.ask()
    await add(copies.bot, "Mia Chen")
    await copies.approve(one)
    await add(copies.bot, "Alex Kim")
    assert await copies.go() is not None
    rows = csv.DictReader(io.StringIO(copies.files[0].decode("utf-8-sig")))
    assert [row["name"] for row in rows] == ["Sam Okafor", "Mia Chen"]


@pytest.mark.parametrize("whose", ["@kim", "@lea"])
@pytest.mark.parametrize("how", ["kicked", "demoted"])
async def test_an_asker_or_approver_who_may_not_any_more_gets_nobody_the_file(
    copies: Copies, whose: str, how: str
) -> None:
    await copies.approve(await copies.ask())
    if how == "kicked":
        copies.bot.kick(whose)
    else:
        copies.bot.demote(whose, Role.ORGANIZER)
    assert await copies.go() is None
    assert copies.files == []
    assert await copies.step() == "withdrawn"
    assert AuditedAction.EXPORT_WITHDRAWN in await copies.trail()
    assert AuditedAction.EXPORT_MADE not in await copies.trail()
    told = copies.bot.line.said_in("!dm-@kim")
    assert ["withdrawn: the person who approved it may not" in each for each in told] == (
        [True] if whose == "@lea" else []
    )


@pytest.mark.parametrize("whose", ["@kim", "@lea"])
async def test_nor_if_that_happens_while_the_file_is_made(copies: Copies, whose: str) -> None:
    await copies.approve(await copies.ask())
    copies.while_made = lambda: copies.bot.kick(whose)
    assert await copies.go() is None
    assert await copies.step() == "withdrawn"
    assert len(copies.files) == 1, "it was made, and nobody has its key"


async def test_nor_if_it_is_seen_while_the_file_is_made(copies: Copies) -> None:
    """The look at the room comes between making and sending: what it withdrew stays withdrawn."""
    await copies.approve(await copies.ask())
    bot = copies.bot
    looks: list[asyncio.Task[object]] = []

    def leave() -> None:
        bot.kick("@kim")
        looks.append(asyncio.create_task(bot.look()))

    copies.while_made = leave
    assert await copies.go() is None
    await asyncio.gather(*looks)
    assert await copies.step() == "withdrawn"


@pytest.mark.parametrize("how", ["asked", "approved"])
@pytest.mark.parametrize("whose", ["@kim", "@lea"])
async def test_a_copy_is_withdrawn_when_the_room_shows_it(
    copies: Copies, how: str, whose: str
) -> None:
    one = await copies.ask()
    if how == "approved":
        await copies.approve(one)
    copies.bot.demote(whose, Role.ORGANIZER)
    await copies.bot.look()
    still = how == "asked" and whose == "@lea"
    assert await copies.step() == ("asked" if still else "withdrawn")
    exported = "SELECT COUNT(*) FROM outbox WHERE export IS NOT NULL"
    assert await copies.bot.value(exported) == 0


async def test_a_copy_that_could_not_go_in_time_has_to_be_asked_for_again(copies: Copies) -> None:
    await copies.approve(await copies.ask())
    copies.now = NOW + VALID + timedelta(minutes=1)
    assert await copies.go() is None
    assert await copies.step() == "expired"
    assert AuditedAction.EXPORT_EXPIRED in await copies.trail()
    assert any("ask for it again" in each for each in copies.bot.line.said_in("!dm-@kim"))


async def test_a_made_file_that_waits_is_withdrawn_with_its_key(copies: Copies) -> None:
    """Uploaded, and then the homeserver takes no messages for a while."""
    bot = copies.bot
    bot.line.open.clear()
    await copies.approve(await copies.ask())
    await start_outbox(bot.outbox)
    await bot.at_the_door(1)
    bot.line.open.set()
    bot.line.open = asyncio.Event()
    while await copies.step() != "made":  # noqa: ASYNC110 (a table)
        await asyncio.sleep(0.01)
    await bot.at_the_door(2)
    bot.demote("@kim", Role.LEAD)
    await bot.look()
    assert await bot.value("SELECT COUNT(*) FROM outbox WHERE export IS NOT NULL") == 0
    bot.line.open.set()
    await bot.drained()
    assert all(each.get("msgtype") != "m.file" for each in bot.line.contents)
    assert await copies.step() == "withdrawn"


# -- lists, files, drafts --------------------------------------------------------------------------------


async def open_import(bot: Delivery, who: str, state: ImportState = ImportState.MAPPING) -> int:
    committee = await bot.committee()
    async with bot.database.transaction() as tx:
        imports = Imports(tx, committee.id, NOW.date())
        one = await imports.open(
            author=bot.user(who),
            name="staff.csv",
            encoding="utf-8",
            separator=",",
            head_line=1,
            heads=("Name",),
            reading={},
            lines=1,
            sheets=['[[2, ["Sam Okafor"], false]]'],
            at=NOW,
        )
        await tx.execute("UPDATE imports SET state = ? WHERE id = ?", (state.value, one.id))
    return one.number


@pytest.mark.parametrize("state", [ImportState.MAPPING, ImportState.CHECKING, ImportState.CHECKED])
async def test_lists_that_wait_go_with_who_sent_them(bot: Delivery, state: ImportState) -> None:
    theirs, others = await open_import(bot, "@ana", state), await open_import(bot, "@ben", state)
    bot.kick("@ana")
    told = await bot.look()
    rows = "SELECT state FROM imports WHERE number = ?"
    assert await bot.value(rows, theirs) == "dropped"
    assert await bot.value(rows, others) == state.value
    assert await bot.value("SELECT COUNT(*) FROM import_sheets WHERE rows IS NOT NULL") == 1
    assert {each.recipient for each in told} == {full("@lea"), full("@kim")}
    assert all("import 1" in str(each.content["body"]) for each in told)
    assert await bot.look() == []


async def test_a_list_that_is_being_saved_is_saved(bot: Delivery) -> None:
    """It was told to be by somebody who might; half a list would help nobody."""
    number = await open_import(bot, "@ana", ImportState.SAVING)
    bot.kick("@ana")
    await bot.look()
    assert await bot.value("SELECT state FROM imports WHERE number = ?", number) == "saving"


async def test_signature_lists_of_somebody_who_is_gone_are_gone(bot: Delivery) -> None:
    committee = await bot.committee()
    async with bot.database.transaction() as tx:
        await tx.execute(
            "INSERT INTO history(id, committee, author, at, kind) VALUES (900, ?, '', 0, 'x')",
            (committee.id,),
        )
        await tx.execute(
            "INSERT INTO tests(id, committee, number, kind, name, count_only, opened_day, entry) "
            "VALUES (1, ?, 1, 'petition', 'Cards', 0, '2026-11-01', 900)",
            (committee.id,),
        )
        for number, who in enumerate(("@ana", "@ben", "@lea"), 1):
            lines = str([[n, "Sam", "sure", [1]] for n in range(40)]).replace("'", '"')
            await tx.execute(
                "INSERT INTO test_sheets(committee, number, test, mark, author, at, lines) "
                "VALUES (?, ?, 1, 5, ?, 0, ?)",
                (committee.id, number, full(who), lines if who == "@lea" else "[]"),
            )
    bot.kick("@ana")
    bot.demote("@lea", Role.ORGANIZER)
    await bot.look()
    async with bot.database.transaction() as tx:
        left = [row["author"] for row in await tx.all("SELECT author FROM test_sheets")]
    assert left == [full("@ben")], "long lists are for leads, and Lea is none any more"


async def test_files_on_their_way_and_drafts_go_too(bot: Delivery) -> None:
    await bot.found(OTHER_ROOM, "Search", ben=Role.ORGANIZER)
    await add(bot, "Sam Okafor")
    committee = await bot.committee()
    async with bot.database.transaction() as tx:
        for who in ("@ana", "@ben"):
            file = {"name": "staff.csv"}
            await Uploads(tx).keep(Upload(f"${who}", f"!dm-{who}", full(who), "", file, 1))
            draft = TalkDraft(ContactId(1), {}, NOW)
            await Drafts(tx, committee.id).keep(bot.user(who), draft)
        # Of which committee the others' is, its sender has not said yet.
        await tx.execute(
            "INSERT INTO uploads(event_id, room, sender, body, file, at, committee) "
            "VALUES ('$of-this', '!dm-@ben', ?, '', '{}', 1, ?)",
            (full("@ben"), committee.id),
        )
    bot.kick("@ana")
    bot.kick("@ben")
    await bot.look()
    async with bot.database.transaction() as tx:
        assert [each.sender for each in await Uploads(tx).all()] == [full("@ben")], (
            "Ben is in another committee, and the file may be for that"
        )
        assert await Drafts(tx, committee.id).of(bot.user("@ana")) is None
        assert await Drafts(tx, committee.id).of(bot.user("@ben")) is None


async def test_whoever_carried_nothing_leaves_no_calendar_behind(bot: Delivery) -> None:
    """Only those with turf were looked at once, and the others went on being told of changed dates."""
    committee = await bot.committee()
    async with bot.database.transaction() as tx:
        await tx.execute(
            "INSERT INTO history(id, committee, author, at, kind) VALUES (900, ?, '', 0, 'x')",
            (committee.id,),
        )
        await tx.execute(
            "INSERT INTO meetings(id, committee, number, uid, entry) VALUES (1, ?, 1, 'u', 900)",
            (committee.id,),
        )
        for who in ("@ana", "@ben"):
            await tx.execute(
                "INSERT INTO calendar_files(meeting, person) VALUES (1, ?)", (full(who),)
            )
    bot.kick("@ana")
    await bot.look()
    async with bot.database.transaction() as tx:
        rows = await tx.all("SELECT person FROM calendar_files")
    assert [row["person"] for row in rows] == [full("@ben")]


# -- polls that wait for a second organizer ------------------------------------------------------------


async def test_a_poll_that_waits_for_a_second_organizer_goes_with_the_first(bot: Delivery) -> None:
    committee, waiting = await bot.committee(), PendingPolls()
    for code, who in (("fern", "@ana"), ("moss", "@ben")):
        rules = Rules(5, 5, NOW)
        poll = Poll(code, PollKind.TEMPERATURE, "?", (), rules)
        waiting.hold(committee.id, HeldPoll(poll, bot.user(who)))
    waiting.forget(committee.id, bot.user("@ana"))
    assert waiting.held(committee.id, "fern") is None
    assert waiting.held(committee.id, "moss") is not None


# -- invitations ------------------------------------------------------------------------------------------


async def invited_back(bot: Delivery) -> list[tuple[str, str]]:
    async with bot.database.transaction() as tx:
        return await Rooms(tx).uninvited()


async def test_an_invitation_to_a_direct_chat_that_waits_is_taken_back(bot: Delivery) -> None:
    for who in ("@ana", "@ben"):
        bot.part(who)
        bot.meet(who, joined=False)
        async with bot.database.transaction() as tx:
            await Rooms(tx).set_direct(full(who), f"!dm-{who}")
    await bot.tell("hello", "@ana", "@ben")
    bot.kick("@ana")
    await bot.look()
    assert await invited_back(bot) == [("!dm-@ana", full("@ana"))]
    assert bot.uninvited == 1
    async with bot.database.transaction() as tx:
        assert await Rooms(tx).direct(full("@ana")) is None
        assert await Rooms(tx).direct(full("@ben")) == "!dm-@ben"


async def test_not_where_they_are_in_another_committee_or_accepted_it(bot: Delivery) -> None:
    await bot.found(OTHER_ROOM, "Search", ana=Role.ORGANIZER)
    bot.part("@ana")
    bot.meet("@ana", joined=False)
    await bot.tell("hello", "@ana", "@ben")
    bot.kick("@ana")
    bot.kick("@ben")
    await bot.look()
    assert await invited_back(bot) == []


async def test_a_room_that_was_being_made_for_somebody_who_left_is_found(bot: Delivery) -> None:
    bot.part("@ana")
    bot.part("@ben")
    bot.kick("@ana")
    await bot.look()
    for who in ("@ana", "@ben"):
        room = bot.meet(who, joined=False).id
        found = await departures.look_at_direct(bot.database, bot.authority, room)
        assert found == (who == "@ana")
    assert await invited_back(bot) == [("!dm-@ana", full("@ana"))]


class Asked(Client):
    """Notes what is asked of the homeserver."""

    def __init__(self) -> None:
        super().__init__("http://127.0.0.1:9", OWN)
        self.paths: list[str] = []

    async def request(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        timeout: float | None = None,  # noqa: ASYNC109
    ) -> dict[str, Any]:
        del method, body, timeout
        self.paths.append(path.replace("%21", "!").replace("%3A", ":").replace("%40", "@"))
        return {}


async def test_taking_back_is_an_intention_that_outlives_the_process(bot: Delivery) -> None:
    bot.meet("@ben")
    async with bot.database.transaction() as tx:
        await Rooms(tx).uninvite_from("!waits", full("@ana"))
        await Rooms(tx).uninvite_from("!dm-@ben", full("@ben"))
    client = Asked()
    doors = DirectRooms(bot.database, client, bot.places, bot.clearance.wanted, Signals())
    start(doors)
    while await invited_back(bot):  # noqa: ASYNC110 (a table)
        await asyncio.sleep(0.01)
    await stop(doors)
    await client.close()
    assert client.paths == ["/rooms/!waits/kick", "/rooms/!waits/leave"], "Ben joined meanwhile"


async def test_an_invitation_of_somebody_who_is_gone_is_not_followed(bot: Delivery) -> None:
    """Accepted while they were a member, and not carried out yet."""
    async with bot.database.transaction() as tx:
        for who in ("@ana", "@ben"):
            await Rooms(tx).invite(Invitation(f"!of-{who}", full(who), False, 2**52))
    bot.kick("@ana")
    client = Asked()
    doors = Invitations(bot.database, client, bot.places)
    start(doors)
    await asyncio.sleep(0)
    while not client.paths:  # noqa: ASYNC110 (another task)
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.05)
    await stop(doors)
    await client.close()
    assert client.paths == ["/rooms/!of-@ben/join"]
    async with bot.database.transaction() as tx:
        assert [each.room for each in await Rooms(tx).invitations()] == ["!of-@ben"]


async def test_an_invitation_is_followed_on_once_a_full_disk_has_room(
    bot: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody else would look at it until the next start."""
    refused, welcome = iter((True, True)), Invitations._still_welcome

    async def full_disk(invitations: Invitations, invitation: Invitation) -> bool:
        if next(refused, False):
            raise OperationalError("database or disk is full")
        return await welcome(invitations, invitation)

    monkeypatch.setattr(retry, "AGAIN", 0.01)
    monkeypatch.setattr(Invitations, "_still_welcome", full_disk)
    async with bot.database.transaction() as tx:
        await Rooms(tx).invite(Invitation("!of-@ben", full("@ben"), False, 2**52))
    client = Asked()
    doors = Invitations(bot.database, client, bot.places)
    start(doors)
    async with asyncio.timeout(10):
        while not client.paths:  # noqa: ASYNC110 (another task)
            await asyncio.sleep(0.01)
    await stop(doors)
    await client.close()
    assert client.paths == ["/rooms/!of-@ben/join"]


def test_a_direct_chat_that_others_may_read_is_not_written_to(bot: Delivery) -> None:
    room = bot.places.rooms["!dm-@ana"]
    assert bot.places.direct_with(full("@ana"), [ROOM]) is room
    room.join_rule = "public"
    assert bot.places.direct_with(full("@ana"), [ROOM]) is None


async def test_whoever_leaves_while_a_room_is_made_for_them_is_uninvited_at_once(
    bot: Delivery,
) -> None:
    """Between making a room and writing it down the person is removed."""

    class Making(Asked):
        async def request(
            self,
            method: str,
            path: str,
            body: Mapping[str, Any] | None = None,
            *,
            timeout: float | None = None,  # noqa: ASYNC109
        ) -> dict[str, Any]:
            del method, timeout
            if path == "/createRoom":
                assert body is not None
                (person,) = body["invite"]
                if person == full("@ana"):
                    bot.kick("@ana")
                return {"room_id": f"!for-{person}"}
            return {"joined_rooms": []}

    client = Making()
    doors = DirectRooms(bot.database, client, bot.places, bot.clearance.wanted, Signals())
    for who in ("@ana", "@ben"):
        bot.part(who)
        assert await doors.direct_room(full(who)) is None
    await client.close()
    assert await invited_back(bot) == [(f"!for-{full('@ana')}", full("@ana"))]
    async with bot.database.transaction() as tx:
        assert await Rooms(tx).direct(full("@ana")) is None
        assert await Rooms(tx).direct(full("@ben")) == f"!for-{full('@ben')}"


# -- agreements of two ----------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["kicked", "demoted", "neither"])
async def test_what_another_agreed_to_for_somebody_ends_with_their_part(
    bot: Delivery, how: str
) -> None:
    """Else whoever is let back, or made a lead again, goes on with a word that was for before."""
    committee = await bot.committee()
    async with bot.database.transaction() as tx:
        seconds = Seconds(tx, committee.id)
        asked = await seconds.ask(bot.user("@lea"), "forget", NOW)
        await seconds.agree(asked, bot.user("@kim"), NOW)
    if how == "kicked":
        bot.kick("@lea")
    elif how == "demoted":
        bot.demote("@lea", Role.ORGANIZER)
    await bot.look()
    async with bot.database.transaction() as tx:
        now = await Seconds(tx, committee.id).by_number(asked.number)
    assert now is not None
    assert now.agreed_by == (bot.user("@kim") if how == "neither" else None)
