"""What waits to be sent goes to whoever may have it when it goes, and to nobody else."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.delivery.calendars import CalendarFiles
from bot.delivery.clearance import Clearance, MessageFate, Ruling
from bot.delivery.dead_letters import DeadLetters
from bot.delivery.duplicates import DuplicateCheck
from bot.delivery.post import Post
from bot.delivery.threads import Thread
from bot.matrix.client import Client, MatrixError
from commands.framework.context import UserId
from commands.framework.handles import handles
from commands.framework.i18n import _, speaking
from commands.framework.reply import (
    Audience,
    CalendarFile,
    Code,
    Reply,
    Strong,
    fill,
    line,
    listed,
    say,
)
from commands.roles.standing import Role
from commands.turf.offboarding import Leaving, leave
from storage.chat.committees import Committees
from storage.chat.outbox import ContentKind, DeliveryTerms, OutboxTable, Outgoing, Parcel
from storage.chat.outbox import MessageKind as Queued
from storage.chat.preferences import People
from storage.chat.under_way import UnderWay
from storage.contacts.contacts import Contacts
from storage.core.database import Database, Transaction
from storage.core.driver import IntegrityError
from storage.core.model import Contact, EntryKind, RoomId
from storage.history.entries import History
from storage.privacy.erasure import Erasure
from storage.turf.absences import Barred
from storage.turf.departures import Departures
from storage.turf.turf import Turf
from tests.support.deliveries import OTHER_ROOM, OWN, ROOM, Delivery, full
from tests.support.running import start_outbox

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


async def bar(bot: Delivery, who: str) -> None:
    """A lead ends somebody's part, as ``!offboard`` does, while they are in the room."""
    committee = await bot.committee()
    async with bot.database.transaction() as tx:
        entry = await History(tx, committee.id, bot.user("@lea"), NOW).record(EntryKind.OFFBOARDED)
        await Barred(tx, committee.id).bar(entry, bot.user(who))


async def add(bot: Delivery, name: str, organizer: str) -> Contact:
    """A contact in somebody's care."""
    committee = await bot.committee()
    async with bot.database.transaction() as tx:
        return await Contacts(tx, committee.id, NOW.date()).add(
            name,
            area="Payments",
            shift=None,
            author=bot.user(organizer),
            at=NOW,
            from_day=NOW.date(),
        )


# -- the moment it goes ---------------------------------------------------------------------------


async def test_an_answer_does_not_go_to_whoever_was_removed_before_it_went(bot: Delivery) -> None:
    await bot.answer("@ana", "Ana's people")
    await bot.answer("@ben", "Ben's people")
    bot.kick("@ana")
    await start_outbox(bot.outbox)
    await bot.drained()
    assert bot.line.got == [("!dm-@ben", "Ben's people")]
    assert await bot.withdrawn() == 1


async def test_nor_to_whoever_was_removed_while_its_key_was_on_its_way(bot: Delivery) -> None:
    """Sharing a key takes requests to the homeserver: much can happen meanwhile."""
    bot.line.open.clear()
    await bot.answer("@ana", "Ana's people")
    await bot.answer("@ben", "Ben's people")
    await start_outbox(bot.outbox)
    await bot.at_the_door(2)
    bot.kick("@ana")
    bot.line.open.set()
    await bot.drained()
    assert bot.line.got == [("!dm-@ben", "Ben's people")]


@pytest.mark.parametrize(("waits", "looks"), [(False, 1), (True, 2)])
async def test_it_is_looked_at_again_whenever_anybody_had_a_turn_in_between(
    bot: Delivery, monkeypatch: pytest.MonkeyPatch, *, waits: bool, looks: int
) -> None:
    """However short that was: what is looked at in one turn of the loop cannot have changed in it."""
    asked: list[Parcel] = []
    rule, send = Clearance.rule, bot.line.send

    async def counted(self: Clearance, tx: Transaction, parcel: Parcel) -> Ruling:
        asked.append(parcel)
        return await rule(self, tx, parcel)

    async def sent(*given: Any) -> str:
        if waits:
            await asyncio.sleep(0)
        return await send(*given)

    monkeypatch.setattr(Clearance, "rule", counted)
    monkeypatch.setattr(bot.line, "send", sent)
    monkeypatch.setattr("storage.core.connection_thread.GLANCES", 3600.0)
    await bot.answer("@ana", "Sam Okafor: Payments")
    await start_outbox(bot.outbox)
    await bot.drained()
    assert bot.line.said_in("!dm-@ana") == ["Sam Okafor: Payments"]
    assert len(asked) == looks


async def test_nor_to_whoever_s_part_a_lead_ended(bot: Delivery) -> None:
    await bot.answer("@ana", "Ana's people")
    await bot.answer("@ben", "Ben's people")
    await bar(bot, "@ana")
    await start_outbox(bot.outbox)
    await bot.drained()
    assert bot.line.got == [("!dm-@ben", "Ben's people")]


async def test_what_is_for_leads_goes_to_who_leads_when_it_goes(bot: Delivery) -> None:
    await bot.tell_leads("Somebody looked up too many")
    await bot.answer("@lea", "Everybody's turf")
    bot.demote("@lea", Role.ORGANIZER)
    await bot.look()
    await bot.answer("@lea", "Your own turf")
    await start_outbox(bot.outbox)
    await bot.drained()
    assert bot.line.said_in("!dm-@kim") == ["Somebody looked up too many"], "the control"
    assert bot.line.said_in("!dm-@lea") == ["Your own turf"]


async def test_whoever_rises_meanwhile_gets_what_waited(bot: Delivery) -> None:
    await bot.answer("@lea", "Everybody's turf")
    bot.demote("@lea", Role.KEEPER)
    await bot.look()
    await start_outbox(bot.outbox)
    await bot.drained()
    assert bot.line.said_in("!dm-@lea") == ["Everybody's turf"]


async def test_whoever_was_away_and_came_back_does_not_get_what_was_said_to_them_before(
    bot: Delivery,
) -> None:
    """Kicked and let in again: what waited is gone, what is said from then on arrives."""
    await bot.answer("@ana", "before")
    bot.kick("@ana")
    await bot.look()
    bot.places.rooms[ROOM].members[full("@ana")] = "join"
    await bot.look()
    await bot.answer("@ana", "after")
    await start_outbox(bot.outbox)
    await bot.drained()
    assert bot.line.said_in("!dm-@ana") == ["after"]


async def test_fixed_words_still_reach_somebody_whose_part_ended_and_nobody_else(
    bot: Delivery,
) -> None:
    await bar(bot, "@ana")
    await bot.answer("@ana", "Your part has ended. If that is a mistake, ask a lead.")
    await bot.answer("@ben", "Your part has ended.")
    bot.kick("@ben")
    await start_outbox(bot.outbox)
    await bot.drained()
    assert len(bot.line.said_in("!dm-@ana")) == 1
    assert bot.line.said_in("!dm-@ben") == []


async def test_what_was_typed_is_taken_back_whoever_typed_it(bot: Delivery) -> None:
    """A retraction says nothing; a private line stays in the room otherwise."""
    parcel = (await bot.answer("@ana", "x"))[0]
    bot.kick("@ana")
    async with bot.database.transaction() as tx:
        taken_back = replace(parcel, outgoing=Outgoing({}, ContentKind.REDACTION, "$typed"))
        assert (await bot.clearance.rule(tx, parcel)).fate is MessageFate.WITHDRAWN
        assert (await bot.clearance.rule(tx, taken_back)).fate is MessageFate.GOES


# -- withdrawn with the end of a part -----------------------------------------------------------------


async def test_lanes_end_in_the_transaction_that_notes_the_leaving(bot: Delivery) -> None:
    """Also where nobody ever joined the direct chat and the lane would wait for ever."""
    bot.part("@ana")
    await start_outbox(bot.outbox)
    await bot.tell("Ana's people", "@ana", "@ben")
    await bot.idle()
    assert [parcel.recipient for parcel in await bot.left()] == [full("@ana")]
    assert bot.outbox.waiting == 1
    bot.kick("@ana")
    await bot.look()
    assert await bot.left() == []
    assert await bot.value("SELECT COUNT(*) FROM standings WHERE person = ?", full("@ana")) == 0
    await bot.drained()
    assert bot.line.got == [("!dm-@ben", "Ana's people")]
    assert await bot.withdrawn() == 1
    await bot.look()
    assert await bot.withdrawn() == 1, "a repetition finds nothing to do"


async def test_a_dead_letter_goes_as_well_and_one_that_is_sent_again_has_its_terms(
    bot: Delivery,
) -> None:
    for who in ("@ana", "@ben"):
        for parcel in await bot.answer(who, f"for {who}"):
            async with bot.database.transaction() as tx:
                await OutboxTable(tx).bury(parcel.id, "refused_403", 1)
    letters = DeadLetters(bot.database, bot.outbox)
    bot.kick("@ana")
    await bot.look()
    assert await bot.value("SELECT COUNT(*) FROM parked") == 1
    await start_outbox(bot.outbox)
    assert await letters.answer({"do": "retry", "letter": None}) == {"queued": 1}
    await bot.drained()
    assert bot.line.got == [("!dm-@ben", "for @ben")]
    # And one that was dug up before somebody left.
    for parcel in await bot.answer("@ben", "again"):
        async with bot.database.transaction() as tx:
            await OutboxTable(tx).bury(parcel.id, "refused_403", 1)
    bot.kick("@ben")
    assert await letters.answer({"do": "retry", "letter": None}) == {"queued": 1}
    await bot.drained()
    assert len(bot.line.got) == 1


async def test_what_belongs_to_another_committee_stays(bot: Delivery) -> None:
    await bot.found(OTHER_ROOM, "Search", ana=Role.ORGANIZER, lea=Role.LEAD)
    await bot.answer("@ana", "of Payments")
    await bot.answer("@ana", "of Search", room=OTHER_ROOM)
    bot.kick("@ana")
    await bot.look()
    await start_outbox(bot.outbox)
    await bot.drained()
    assert bot.line.said_in("!dm-@ana") == ["of Search"]


async def test_offboarding_withdraws_in_the_same_transaction(bot: Delivery) -> None:
    """What ``!offboard`` does, rolled back: nothing is withdrawn; done: everything is."""
    await bot.answer("@ana", "Ana's people")
    committee = await bot.committee()

    async def offboard(*, fails: bool) -> None:
        async with bot.database.transaction() as tx:
            entry = await History(tx, committee.id, bot.user("@lea"), NOW).record(
                EntryKind.OFFBOARDED
            )
            await Barred(tx, committee.id).bar(entry, bot.user("@ana"))
            withdrawn = await UnderWay(tx, committee.id).end(bot.user("@ana"), NOW)
            departures = Departures(tx, committee.id)
            contacts = Contacts(tx, committee.id, NOW.date())
            leaving = Leaving(NOW, NOW.date())
            await leave(departures, contacts, entry, bot.user("@ana"), leaving, withdrawn)
            if fails:
                raise RuntimeError

    with pytest.raises(RuntimeError):
        await offboard(fails=True)
    assert len(await bot.left()) == 1
    await offboard(fails=False)
    assert await bot.left() == []


# -- of whom it speaks ----------------------------------------------------------------------------------


async def release(bot: Delivery, contact: Contact) -> None:
    committee = await bot.committee()
    async with bot.database.transaction() as tx:
        entry = await History(tx, committee.id, bot.user("@lea"), NOW).record(
            EntryKind.TURF_RELEASED, contact.id
        )
        await Turf(tx, committee.id).release(entry, contact, "moved", NOW)


async def test_an_answer_about_somebody_released_meanwhile_names_nobody(bot: Delivery) -> None:
    sam, mia = await add(bot, "Sam Okafor", "@ana"), await add(bot, "Mia Chen", "@ana")
    await bot.answer("@ana", f"{sam.handle} Sam Okafor wobbles")
    await bot.answer("@ana", f"{mia.handle} Mia Chen is in")
    await bot.answer("@lea", f"{sam.handle} Sam Okafor wobbles")
    await release(bot, sam)
    await bot.answer("@ana", f"{sam.handle} is back in the pool")
    await start_outbox(bot.outbox)
    await bot.drained()
    told = bot.line.said_in("!dm-@ana")
    assert "ask me again" in told[0]
    assert "Sam" not in told[0]
    assert told[1:] == [f"{mia.handle} Mia Chen is in", f"{sam.handle} is back in the pool"]
    assert bot.line.said_in("!dm-@lea") == [f"{sam.handle} Sam Okafor wobbles"]


async def test_an_answer_about_somebody_handed_to_another_names_nobody(bot: Delivery) -> None:
    sam = await add(bot, "Sam Okafor", "@ana")
    await bot.tell(f"You got {sam.handle} Sam Okafor", "@ana")
    committee = await bot.committee()
    async with bot.database.transaction() as tx:
        entry = await History(tx, committee.id, bot.user("@lea"), NOW).record(
            EntryKind.TURF_ASSIGNED
        )
        await Turf(tx, committee.id).assign(entry, [sam.id], bot.user("@ben"), NOW)
    await start_outbox(bot.outbox)
    await bot.drained()
    assert "Sam" not in bot.line.said_in("!dm-@ana")[0]


async def test_nothing_queued_speaks_of_a_record_that_a_clock_deleted(bot: Delivery) -> None:
    """Deleting on request rewords what waits by name; a clock does not know names."""
    sam, mia = await add(bot, "Sam Okafor", "@ana"), await add(bot, "Mia Chen", "@ana")
    for who in ("@ana", "@lea"):
        await bot.answer(who, f"{sam.handle} Sam Okafor wobbles")
        await bot.answer(who, f"{mia.handle} Mia Chen is in")
    committee = await bot.committee()
    async with bot.database.transaction() as tx:
        await Erasure(tx, committee.id).erase((sam.id,), NOW)
    await start_outbox(bot.outbox)
    await bot.drained()
    for who in ("@ana", "@lea"):
        first, second = bot.line.said_in(f"!dm-{who}")
        assert "Sam" not in first
        assert "Mia" in second


async def test_somebody_looked_up_who_was_never_in_their_care_is_still_told_of(
    bot: Delivery,
) -> None:
    """Nothing changed for the reader: what was allowed when it was asked is allowed now."""
    sam = await add(bot, "Sam Okafor", "@ben")
    await bot.answer("@ana", f"{sam.handle} Sam Okafor is with Ben")
    await release(bot, sam)
    await start_outbox(bot.outbox)
    await bot.drained()
    assert bot.line.said_in("!dm-@ana") == [f"{sam.handle} Sam Okafor is with Ben"]


async def test_words_that_name_nobody_keep_their_place_in_the_thread(bot: Delivery) -> None:
    sam = await add(bot, "Sam Okafor", "@ana")
    committee = await bot.committee()
    async with bot.database.transaction() as tx:
        post = Post(tx, bot.outbox, "st-thread", Thread("!dm-@ana", "$root", "$asked"))
        reply = Reply((fill(f"{sam.handle} wobbles"),))
        await post.say(reply, "!dm-@ana", full("@ana"), committee, bot.authority)
    await release(bot, sam)
    await start_outbox(bot.outbox)
    await bot.drained()
    assert bot.line.contents[0]["m.relates_to"]["event_id"] == "$root"


# -- where it goes -------------------------------------------------------------------------------------


async def test_a_room_that_anybody_may_join_or_read_gets_nothing_until_it_is_closed(
    bot: Delivery,
) -> None:
    room = bot.places.rooms[ROOM]
    await bot.say(say("Tuesday at six"))
    await bot.say(say("Wednesday at six"))
    room.join_rule = "public"
    await start_outbox(bot.outbox)
    await bot.answer("@ana", "Ana's people")
    await bot.idle()
    assert bot.line.got == [("!dm-@ana", "Ana's people")]
    room.join_rule, room.history_visibility = "invite", "world_readable"
    bot.outbox.wake()
    await bot.idle()
    assert bot.line.said_in(ROOM) == []
    room.history_visibility = "joined"
    bot.outbox.wake()
    await bot.drained()
    assert bot.line.said_in(ROOM) == ["Tuesday at six", "Wednesday at six"]


async def test_what_is_asked_in_such_a_room_is_answered_directly_and_the_leads_hear_why(
    bot: Delivery,
) -> None:
    bot.places.rooms[ROOM].join_rule = "public"
    await start_outbox(bot.outbox)
    await bot.say(say("Everything is all right."), by="@ana")
    await bot.look()
    await bot.look()
    await bot.drained()
    assert bot.line.said_in(ROOM) == []
    answer, why = bot.line.said_in("!dm-@ana")
    assert answer == "Everything is all right."
    assert "anybody may join" in why
    assert [len(bot.line.said_in(f"!dm-{who}")) for who in ("@lea", "@kim", "@ben")] == [1, 1, 0]


async def test_a_message_for_a_room_that_stays_open_is_a_dead_letter_after_a_day(
    bot: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    await bot.say(say("Tuesday at six"))
    bot.places.rooms[ROOM].join_rule = "public"
    monkeypatch.setattr("bot.delivery.parcel_delivery.age", lambda _parcel: 24 * 3600 * 1000 + 1)
    await start_outbox(bot.outbox)
    await bot.drained()
    assert bot.line.got == []
    assert await bot.value("SELECT reason FROM dead_letters") == "room_unfit"


async def test_a_third_person_in_a_direct_chat_hears_nothing_of_it(bot: Delivery) -> None:
    """The answer waits until there is a chat of two again."""
    await bot.answer("@ana", "Ana's people")
    bot.places.rooms["!dm-@ana"].members[full("@ben")] = "invite"
    await start_outbox(bot.outbox)
    await bot.idle()
    assert bot.line.got == []
    other = bot.meet("@ana")
    other.members.pop(full("@ben"))
    bot.outbox.wake()
    await bot.drained()
    assert bot.line.got == [("!dm-@ana", "Ana's people")]


async def test_a_third_person_who_comes_while_the_key_is_out_hears_nothing(bot: Delivery) -> None:
    bot.line.open.clear()
    await bot.answer("@ana", "Ana's people")
    await start_outbox(bot.outbox)
    await bot.at_the_door(1)
    bot.places.rooms["!dm-@ana"].members[full("@ben")] = "join"
    bot.line.open.set()
    await bot.idle()
    assert bot.line.got == []
    assert len(await bot.left()) == 1


async def test_a_direct_chat_that_others_may_read_is_none(bot: Delivery) -> None:
    await bot.answer("@ana", "Ana's people")
    bot.places.rooms["!dm-@ana"].history_visibility = "world_readable"
    await start_outbox(bot.outbox)
    await bot.idle()
    assert bot.line.got == []
    assert len(await bot.left()) == 1, "it waits for another one"


async def test_a_direct_chat_that_became_a_committee_s_room_is_none(bot: Delivery) -> None:
    await bot.answer("@ana", "Ana's people")
    await bot.found("!dm-@ana", "Search", lea=Role.LEAD)
    bot.places.rooms["!dm-@ana"].members = {OWN: "join", full("@ana"): "join"}
    bot.places.rooms["!dm-@ana"].founder = OWN
    await start_outbox(bot.outbox)
    await bot.idle()
    assert bot.line.got == []


async def test_a_room_upgrade_loses_nothing(bot: Delivery) -> None:
    """What waits for the room and for people goes on to where the committee's records went."""
    await bot.say(say("Tuesday at six"))
    await bot.answer("@ana", "Ana's people")
    old = bot.places.rooms[ROOM]
    new = replace(old, id="!new:example.org", members=dict(old.members), replaced=False)
    bot.places.rooms[new.id] = new
    old.replaced, old.successor, old.replaced_by = True, new.id, full("@lea")
    old.event_level = 50
    await start_outbox(bot.outbox)
    old.members.pop(full("@ana"))
    await bot.look()
    await bot.idle()
    assert bot.line.got == [], "both wait for a lead to say so"
    async with bot.database.transaction() as tx:
        committees = Committees(tx)
        into = await committees.add(RoomId(new.id), "new", "UTC", NOW)
        moving = await committees.by_room(RoomId(ROOM))
        assert moving is not None
        await committees.move(moving.id, into, NOW)
    bot.outbox.wake()
    await bot.drained()
    assert sorted(bot.line.got) == [
        ("!dm-@ana", "Ana's people"),
        ("!new:example.org", "Tuesday at six"),
    ]


async def test_what_is_for_leads_has_no_place_in_a_room(bot: Delivery) -> None:
    """The table itself refuses it, whatever some part of the program thinks."""
    committee = await bot.committee()
    terms = DeliveryTerms(Queued.TELL, "", committee.id, least=int(Role.LEAD))
    with pytest.raises(IntegrityError):
        async with bot.database.transaction() as tx:
            await OutboxTable(tx).put(
                "leads", Outgoing({"body": "x"}), 2**52, "OURS", room=ROOM, terms=terms
            )
    async with bot.database.transaction() as tx:
        terms = replace(terms, person=UserId(full("@lea")))
        put = await OutboxTable(tx).put(
            "lead", Outgoing({"body": "x"}), 2**52, "OURS", room=ROOM, terms=terms
        )
    assert put is not None
    # Not even for a lead: they have a chat of their own.
    bot.outbox.add([put])
    await start_outbox(bot.outbox)
    await bot.drained()
    assert bot.line.got == [("!dm-@lea", "x")]


async def test_what_an_earlier_release_left_goes_to_who_takes_part_somewhere(
    bot: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number, who in enumerate(("@ana", "@ben")):
        async with bot.database.transaction() as tx:
            old = DeliveryTerms(Queued.OLD)
            content = Outgoing({"body": f"old {who}"})
            table = OutboxTable(tx)
            await table.put(f"to-{number}", content, 1, "OURS", recipient=full(who), terms=old)
            await table.put(f"in-{number}", content, 1, "OURS", room=f"!dm-{who}", terms=old)
    bot.kick("@ana")
    bot.client.resume("OURS", "")

    async def nowhere(*_args: object) -> bool:
        return False

    monkeypatch.setattr(DuplicateCheck, "is_there", nowhere)
    await start_outbox(bot.outbox)
    await bot.drained()
    assert bot.line.got == [("!dm-@ben", "old @ben")] * 2


def test_handles_are_found_in_every_part_of_an_answer() -> None:
    reply = Reply(
        (
            *say("{who} and M-2", who=Strong("M-1 Sam")).blocks,
            listed([line("{do}", do=Code("!turf assign @ana M-3 M-41")), ("X-9",)]),
        )
    )
    assert handles(reply) == {1, 2, 3, 41}


async def test_a_reminder_for_somebody_whose_part_ended_is_called_off(bot: Delivery) -> None:
    committee = await bot.committee()
    async with bot.database.transaction() as tx:
        for number, who in enumerate(("@ana", "@ben"), 1):
            await tx.execute(
                "INSERT INTO reminders(id, key, committee, kind, subject, seq, recipient, due_at,"
                " expires_at, state) VALUES (?, ?, ?, 'action', 1, 0, ?, 1, 2, 'queued')",
                (number, f"r{number}", committee.id, full(who)),
            )
            terms = DeliveryTerms(Queued.REMINDER, "action", committee.id, bot.user(who))
            parcel = await OutboxTable(tx).put(
                f"rem-{number}",
                Outgoing({}, ContentKind.REMINDER, str(number)),
                2**52,
                "OURS",
                recipient=full(who),
                terms=terms,
            )
            assert parcel is not None
    await bar(bot, "@ana")
    bot.late_words[ContentKind.REMINDER] = Said()
    bot.outbox = bot.new_outbox()
    await start_outbox(bot.outbox)
    await bot.drained()
    assert bot.line.got == [("!dm-@ben", "Today: flyers")]
    state = "SELECT state FROM reminders WHERE id = ?"
    assert await bot.value(state, 1) == "cancelled"
    assert await bot.value(state, 2) == "queued", "the reminders' own engine settles it"


class Said:
    """Stands for the engine of reminders."""

    async def said(self, _source: str) -> Mapping[str, Any] | None:
        return {"msgtype": "m.notice", "body": "Today: flyers"}

    async def sent(self, _tx: Transaction, _source: str) -> None:
        return


async def test_what_could_not_be_made_is_said_in_its_readers_language(
    bot: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The room reads Spanish and Ana German, whoever made the message and whenever it goes."""

    async def refused(_client: Client, _content: bytes) -> dict[str, str]:
        raise MatrixError(413, "M_TOO_LARGE")

    monkeypatch.setattr("bot.delivery.calendars.put", refused)
    bot.makers[ContentKind.CALENDAR] = CalendarFiles(bot.client)
    bot.outbox = bot.new_outbox()
    async with bot.database.transaction() as tx:
        await tx.execute("UPDATE committees SET language = 'es'")
        await People(tx).set_language(bot.user("@ana"), "de")
    file = Reply((), calendar=CalendarFile("BEGIN:VCALENDAR"))
    await bot.say(file)
    await bot.say(replace(file, audience=Audience.PERSON))
    await start_outbox(bot.outbox)
    await bot.drained()
    sorry = "I could not make the file. Please ask for it again."
    for room, language in ((ROOM, "es"), ("!dm-@ana", "de")):
        with speaking(language):
            assert _(sorry) != sorry
            assert bot.line.said_in(room) == [_(sorry)]
