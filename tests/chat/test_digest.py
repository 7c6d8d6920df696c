"""The morning digest: at nine by everybody's own clock, handles only, once, and quiet when it can be."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from bot.jobs.digest_texts import DigestTexts
from bot.jobs.digests import DigestJob
from bot.matrix.rooms import Room
from bot.rooms.directory import RoomDirectory
from storage.chat.outbox import Parcel
from storage.core.model import RoomId
from tests.chat.conversation import Chat
from tests.support.collected import Collected
from tests.support.standing import AsShown

BOT = "@steward:example.org"


class Morning:
    """Looks for mornings on the chat's clock, and collects what would be sent."""

    def __init__(self, chat: Chat) -> None:
        self._chat = chat
        self.room = Room("!payments:example.org", encrypted=True)
        for who in (*(f"{who}:example.org" for who in chat.roles), BOT):
            self.room.members[who] = "join"
        self.room.levels = {"@lea:example.org": 50, "@kim:example.org": 100}
        self.places = RoomDirectory(BOT, lambda _user: True, rooms={self.room.id: self.room})
        outbox = Collected()
        self.sent = outbox.parcels
        authority = AsShown(self.places)
        self._looks = DigestJob(chat.database, authority, outbox, lambda: chat.now)
        self._texts = DigestTexts(chat.database, authority, lambda: chat.now)

    async def comes(self, day: str, time: str = "09:00") -> dict[str, str]:
        """What is written to whom when that time in UTC comes."""
        self._chat.now = datetime.fromisoformat(f"{day}T{time}").replace(tzinfo=UTC)
        before = len(self.sent)
        await self._looks.send_due(self._chat.now)
        return await self.goes(self.sent[before:])

    async def goes(self, parcels: Sequence[Parcel]) -> dict[str, str]:
        """What waits goes: its words are written at that moment."""
        said = {str(each.recipient): await self._texts.said(each.source) for each in parcels}
        return {who.partition(":")[0]: str(words["body"]) for who, words in said.items() if words}


@pytest.fixture
async def morning(chat: Chat) -> Morning:
    """Monday 23 November 2026; Ana owes Sam something on Tuesday, Ben owes Mia on Friday."""
    await chat.dm("@ana", '!contact add "Sam Okafor" area=Payments')
    await chat.dm("@ben", '!contact add "Mia Chen" area=Payments')
    await chat.dm("@ana", "!1on1 log M-1 reached ask=sign next=tue")
    await chat.dm("@ben", "!1on1 log M-2 reached ask=sign next=fri")
    return Morning(chat)


async def test_handles_at_nine_and_nobody_without_any(morning: Morning) -> None:
    assert await morning.comes("2026-11-23") == {}
    assert await morning.comes("2026-11-24", "07:55") == {}
    written = await morning.comes("2026-11-24", "08:00")  # 09:00 in Madrid
    assert list(written) == ["@ana"]
    assert "Due today: M-1" in written["@ana"]
    assert "Sam" not in written["@ana"]
    assert "sign" not in written["@ana"]


async def test_once_a_day_whatever_dies(morning: Morning, chat: Chat) -> None:
    assert await morning.comes("2026-11-24")
    assert await morning.comes("2026-11-24", "09:05") == {}
    again = Morning(chat)  # after a restart
    assert await again.comes("2026-11-24", "09:10") == {}
    assert len({parcel.transaction_id for parcel in morning.sent}) == 1
    assert morning.sent[0].transaction_id.startswith("digest-2026-11-24-")
    assert "ana" not in morning.sent[0].transaction_id


async def test_overdue_after_three_and_seven_days_then_a_lead_hears_a_count(
    morning: Morning, chat: Chat
) -> None:
    await chat.dm("@ben", '!done 2 "signed"')
    told = {}
    for day in (24, 25, 26, 27, 28, 29, 30):
        for who, words in (await morning.comes(f"2026-11-{day}")).items():
            told[day, who] = words
    assert list(told) == [(24, "@ana"), (27, "@ana")]
    assert "Overdue: M-1" in told[27, "@ana"]
    week = await morning.comes("2026-12-01")
    assert set(week) == {"@ana", "@lea", "@kim"}
    assert "1 follow-up is a week late or more: !due team" in week["@lea"]
    assert "M-1" not in week["@lea"]
    assert "@ana" not in week["@lea"]
    assert await morning.comes("2026-12-02") == {}


async def test_a_day_the_bot_slept_through_loses_no_reminder(morning: Morning) -> None:
    assert set(await morning.comes("2026-11-28")) == {"@ana", "@ben"}
    assert await morning.comes("2026-11-29") == {}


async def test_by_each_persons_own_clock(morning: Morning, chat: Chat) -> None:
    await chat.dm("@ana", "!tz New York")
    assert await morning.comes("2026-11-24", "09:00") == {}
    assert set(await morning.comes("2026-11-24", "14:00")) == {"@ana"}


async def test_too_late_in_the_day_is_left_for_the_next(morning: Morning) -> None:
    assert await morning.comes("2026-11-24", "21:00") == {}
    assert "Overdue: M-1" in (await morning.comes("2026-11-25"))["@ana"]


async def test_muted_and_heard_again(morning: Morning, chat: Chat) -> None:
    assert (await chat.dm("@ana", "!digest off")).says("You get no morning digest", "!digest on")
    assert await morning.comes("2026-11-24") == {}
    assert (await chat.dm("@ana", "!digest")).says("Due today: M-1")
    assert (await chat.dm("@ana", "!digest on")).says("at nine, Europe/Madrid time")
    assert await morning.comes("2026-11-27") != {}


async def test_who_stands_in_is_reminded_instead(morning: Morning, chat: Chat) -> None:
    await chat.dm("@ana", "!away until=fri cover=@ben")
    written = await morning.comes("2026-11-24")
    assert list(written) == ["@ben"]
    assert "For @ana: M-1" in written["@ben"]


async def test_nobody_who_left_gets_one(morning: Morning, chat: Chat) -> None:
    del morning.room.members["@ana:example.org"]
    assert await morning.comes("2026-11-24") == {}
    await chat.dm("@lea", "!offboard @ben")
    assert await morning.comes("2026-11-27") == {}


async def test_snoozed_means_reminded_on_the_new_day(morning: Morning, chat: Chat) -> None:
    assert await morning.comes("2026-11-24")
    await chat.dm("@ana", "!snooze 1 2d")
    assert await morning.comes("2026-11-25") == {}
    assert "Due today: M-1" in (await morning.comes("2026-11-26"))["@ana"]


async def test_one_message_for_somebody_in_two_committees(morning: Morning, chat: Chat) -> None:
    other = Room("!search:example.org", encrypted=True)
    other.members = {"@ana:example.org": "join", BOT: "join"}
    morning.places.rooms[other.id] = other
    await chat.found(RoomId(other.id), "Search chapter", ["@ana"])
    await chat.dm("@ana", '!use "Search chapter"')
    await chat.dm("@ana", '!contact add "Zoe Park"')
    await chat.dm("@ana", "!1on1 log M-1 reached next=tue")
    written = await morning.comes("2026-11-24")
    assert list(written) == ["@ana"]
    assert "Payments chapter" in written["@ana"]
    assert "Search chapter" in written["@ana"]


async def test_the_leads_overview_counts_by_organizer(morning: Morning, chat: Chat) -> None:
    await morning.comes("2026-11-25")
    assert (await chat.dm("@lea", "!due team")).lists(
        "@ana: 0 this week, 1 overdue", "@ben: 1 this week, 0 overdue"
    )
    assert (await chat.dm("@ana", "!due team")).says("is for leads")
    await chat.dm("@lea", "!offboard @ana")
    assert (await chat.dm("@lea", "!due team")).lists(
        "@ben: 1 this week, 0 overdue", "unassigned: 0 this week, 1 overdue"
    )


async def test_it_says_what_is_so_when_it_goes(morning: Morning, chat: Chat) -> None:
    """What waits is whose digest it is; a phone that was off hears what is due then, and no more."""
    await morning.comes("2026-11-24", "08:00")
    queued = morning.sent[-1:]
    assert "Due today: M-1" in (await morning.goes(queued))["@ana"], "the control"
    assert not {"body", "formatted_body"} & queued[0].content.keys()
    await chat.dm("@ana", '!done 1 "signed"')
    assert await morning.goes(queued) == {}


@pytest.mark.parametrize("how", ["left", "off-boarded", "muted"])
async def test_whoever_has_gone_or_wants_none_by_then_gets_none(
    morning: Morning, chat: Chat, how: str
) -> None:
    await morning.comes("2026-11-24", "08:00")
    queued = morning.sent[-1:]
    if how == "left":
        del morning.room.members["@ana:example.org"]
    elif how == "muted":
        await chat.dm("@ana", "!digest off")
    else:
        await chat.dm("@lea", "!offboard @ana")
    assert await morning.goes(queued) == {}


async def test_a_person_in_two_committees_keeps_the_part_of_the_other(
    morning: Morning, chat: Chat
) -> None:
    other = Room("!search:example.org", encrypted=True)
    other.members = {BOT: "join", "@ana:example.org": "join"}
    morning.places.rooms[other.id] = other
    await chat.found(RoomId(other.id), "Search chapter", ["@ana"])
    await chat.dm("@ana", "!use Search")
    await chat.dm("@ana", '!contact add "Kenji Ito" area=Search')
    await chat.dm("@ana", "!1on1 log M-1 reached ask=sign next=tue")
    await morning.comes("2026-11-24", "08:00")
    queued = [each for each in morning.sent if each.recipient == "@ana:example.org"][-1:]
    both = (await morning.goes(queued))["@ana"]
    assert "Search chapter" in both
    assert "Payments chapter" in both
    del morning.room.members["@ana:example.org"]
    rest = (await morning.goes(queued))["@ana"]
    assert "Payments chapter" not in rest
    assert "Due today: M-1" in rest
