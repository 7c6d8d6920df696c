"""What every job shares: help, set-up, status, time zones, several committees."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.matrix.guard import Refused
from commands.framework.context import RoomId, UserId
from commands.framework.errors import refuse
from commands.framework.reply import Audience
from commands.general.audit import Flaw, IdentityChange, LeftOut, Weakness
from commands.general.status import refusal_reasons
from commands.general.views import greeting, greeting_direct
from storage.contacts.follow_ups import FollowUps
from tests.chat.conversation import Chat, Said


async def test_help_shows_what_one_may_run(chat: Chat) -> None:
    for place in (chat.dm, chat.room):
        organizer = (await place("@ana", "!help all")).text
        lead = (await place("@lea", "!help all")).text
        assert "!1on1 log" in organizer
        assert "!setup" not in organizer
        assert "!identity" not in organizer
        assert "!setup" in lead
        assert len(organizer.splitlines()) <= 9
        assert len(lead.splitlines()) <= 10


@pytest.mark.parametrize("topic", ["1on1 log", "!1on1 log", "log", "1:1", "1ON1 LOG", "1on1"])
async def test_help_explains_one_command(chat: Chat, topic: str) -> None:
    reply = await chat.dm("@ana", f"!help {topic}")
    assert reply.says(
        "Record a conversation or an attempt",
        "!1on1 log WHO OUTCOME [rate=0-5]",
        "what moves them",
        "For example !1on1 log M-41",
    )
    in_room = await chat.room("@ana", f"!help {topic}")
    assert in_room.says("!1on1 log WHO OUTCOME [rate=0-5]", "For example")
    assert len(in_room.text.splitlines()) <= 8


async def test_help_about_a_slip_or_a_leads_command(chat: Chat) -> None:
    assert (await chat.dm("@ana", "!help asess")).says("Did you mean !assess?")
    assert (await chat.dm("@ana", "!help setup")).says("!setup is for leads")
    assert (await chat.dm("@lea", "!help setup")).says("!setup [name=NAME] [tz=CITY]")
    assert (await chat.dm("@ana", "!help contact")).says("!contact add", "!contact find")


async def test_setup_is_for_leads_in_the_room(chat: Chat) -> None:
    command = '!setup name="Search chapter" tz=Berlin'
    assert (await chat.room("@ana", command)).says("!setup is for leads")
    assert (await chat.dm("@lea", command)).says("type it in the committee room")
    assert (await chat.room("@lea", command)).says(
        "This is Search chapter, on Europe/Berlin time (now Mon 23 Nov 10:00)."
    )
    assert (await chat.dm("@ana", "!me")).says("organizer in Search chapter", "Europe/Berlin")
    assert (await chat.room("@lea", "!setup tz=Lisbon")).says(
        "This is Search chapter, on Europe/Li"
    )
    assert (await chat.room("@lea", "!setup")).says("which city's time does it keep?")


async def test_a_new_committee_wants_a_name_first(chat: Chat) -> None:
    room = RoomId("!new:example.org")
    await chat.found(room, "new room", ["@lea"])
    assert (await chat.room("@lea", "!help", room)).says("First: !setup name=… tz=…")
    assert (await chat.room("@lea", "!setup tz=Berlin", room)).says("What is the committee called?")
    assert (await chat.room("@lea", "!me", room)).says("the committee's: it is Mon 23 Nov 09:00")


async def test_me(chat: Chat) -> None:
    await chat.dm("@ana", '!contact add "Sam Okafor"')
    await chat.dm("@ana", "!log M-1 reached next=fri")
    assert (await chat.dm("@ana", "!me")).lists(
        "organizer in Payments chapter",
        "Time zone Europe/Madrid, the committee's: it is Mon 23 Nov 10:00. Yours? !tz Madrid",
        "1 open follow-up",
    )
    assert (await chat.dm("@kim", "!me")).says("lead and keeper of the data", "0 open follow-ups")


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("Madrid", "Europe/Madrid"),
        ("new york", "America/New_York"),
        ("San Francisco", "America/Los_Angeles"),
        ("europe/berlin", "Europe/Berlin"),
        ("São Paulo", "America/Sao_Paulo"),
        ("Kiev", "Europe/Kyiv"),
        ("Kyiv", "Europe/Kyiv"),
        ("utc", "UTC"),
        ("Portugal", "Europe/Lisbon"),
        ("USA", None),
        ("Shenzhen", "Asia/Shanghai"),
        ("北京", "Asia/Shanghai"),
        ("ET", "America/New_York"),
        ("British Columbia", "America/Vancouver"),
        ("Portland, Maine", "America/New_York"),
        ("Kenya", "Africa/Nairobi"),
    ],
)
async def test_a_time_zone_is_a_city(chat: Chat, typed: str, zone: str | None) -> None:
    reply = await chat.dm("@ana", f"!tz {typed}")
    if zone is None:
        assert reply.says("Which is yours: New York City, Chicago, Los Angeles, or Denver?")
    else:
        assert reply.says(f"Your time zone is {zone}")
        assert (await chat.dm("@ana", "!tz")).says(f"Your time zone is {zone}")


async def test_what_was_understood_is_said_back_with_its_namesake(chat: Chat) -> None:
    reply = await chat.dm("@ana", "!tz portland")
    assert reply.says("America/Los_Angeles – Portland (Oregon): it is Mon 23 Nov 01:00 for you.")
    assert reply.says("Another one? !tz Portland (Maine)")
    assert (await chat.dm("@ana", "!tz Portland (Maine)")).says("America/New_York")


async def test_a_committee_s_city_is_read_likewise(chat: Chat) -> None:
    reply = await chat.room("@lea", '!setup name="Payments" tz=Torino')
    assert reply.says("on Europe/Rome time")


async def test_an_unknown_city_gets_suggestions(chat: Chat) -> None:
    assert (await chat.dm("@ana", "!tz Berln")).says("Did you mean Berlin or Bern?")
    assert (await chat.dm("@ana", "!tz Xyzzyq")).says("Name the biggest city near you")


async def test_several_committees(chat: Chat) -> None:
    await chat.found(RoomId("!search:example.org"), "Search chapter", ["@ana"])
    assert (await chat.dm("@ana", "!use")).lists("Payments chapter (now)", "Search chapter")
    assert (await chat.dm("@ana", "!use Serach")).says("You have no committee “Serach” here")
    assert (await chat.dm("@ana", "!use SEARCH")).says("this chat is about Search chapter")
    assert (await chat.dm("@ana", "!me")).says("organizer in Search chapter", "Also in Payments")
    assert (await chat.dm("@ben", "!use Search")).says(
        "You have no committee", "“Payments chapter”"
    )


async def test_a_private_command_in_the_room_is_answered_in_person(chat: Chat) -> None:
    await chat.dm("@ana", '!contact add "Sam Okafor"')
    reply = await chat.room("@ana", "!1on1 log M-1 reached rate=2 did")
    assert reply.retracted
    assert "belongs in our direct chat" in reply.here
    assert "Logged M-1 Sam Okafor: reached." in reply.in_person
    assert len(await chat.conversations()) == 1


@pytest.mark.parametrize(
    "typed",
    [
        "!contact add 'Zora",
        "!contact ad Zora",
        "!contcat add Zora",
        "!1on1 log Zora reachd",
        "!1on1 lgo Zora",
        "!assess Zora 7",
        "!asess Zora 3 said",
        "!contact show Zora",
        "!done Zora",
        "!snooze 3 Zora",
        "!log Zora\x07 busy",
        "!log Zora busy\n!due",
        "!zora",
        "!quux Zora",
        "!log Zora " + "x" * 5000,
        "!use Zora",
    ],
)
async def test_the_room_hears_no_word_of_what_may_be_private(chat: Chat, typed: str) -> None:
    reply = await chat.room("@ana", typed)
    assert reply.here
    assert "zora" not in reply.here.casefold()


async def test_mere_talk_in_the_room_is_left_alone(chat: Chat) -> None:
    for talk in ("!!!", "! hi", "!", "!?", "hello", "so !help does not work", "…"):
        assert await chat.room("@ana", talk) == Said(())


async def test_a_direct_chat_is_friendly_to_people_who_just_write(chat: Chat) -> None:
    for talk in ("good morning!", "thanks", "Wie geht's?", "🙂"):
        assert (await chat.dm("@ana", talk)).text == (
            "I am only a bot and answer commands. !help shows what I can do."
        )
    assert (await chat.dm("@ana", "ok")).says("Nothing waits for your ok here")
    assert (await chat.dm("@ana", "help")).says("!contact add")
    assert (await chat.dm("@ana", "Contact add Sam Okafor")).says("Added M-1")


async def test_status_says_that_all_is_well(chat: Chat) -> None:
    for place in (chat.dm, chat.room):
        reply = await place("@ana", "!status")
        assert reply.says(
            "All is as it should be.",
            "encrypted · by invitation · history from joining on · 4 members on 1 server",
            "My fingerprint: mKq2 9fTz",
            "message numbers 45 days",
        )
        assert len(reply.text.splitlines()) <= 8


async def test_status_puts_warnings_first(chat: Chat) -> None:
    ben, zoe = UserId("@ben:example.org"), UserId("@zoe:example.org")
    chat.audit = replace(
        chat.audit,
        weaknesses=tuple(
            Weakness(flaw)
            for flaw in (Flaw.NOT_ENCRYPTED, Flaw.PUBLIC, Flaw.GUESTS, Flaw.WORLD_READABLE)
        ),
        left_out=(LeftOut(zoe, 2),),
        changed=(IdentityChange(ben, chat.now),),
        suspended=(ben,),
        synced=chat.now - timedelta(hours=1),
        last_backup=chat.now - timedelta(days=30),
        rejected={"unsigned_device": 3, "stranger": 1, "brand_new": 1},
    )
    lines = (await chat.room("@ana", "!status")).text.splitlines()
    assert lines[0] == "Please look at this:"
    warned = [line for line in lines if "⚠" in line]
    assert warned == lines[1 : 1 + len(warned)]
    for fragment in (
        "NOT encrypted",
        "Anybody can join",
        "Guests",
        "read this room's history",
        "not accepted yet: @ben:example.org",
        "2 devices cannot read me, because their owners have not verified them: @zoe:example.org",
        "no news from the homeserver",
        "The last backup is old: Sat 24 Oct",
    ):
        assert any(fragment in line for line in warned), fragment
    assert "3 from devices not verified, 1 brand new, 1 from strangers" in "\n".join(lines)


@pytest.mark.parametrize("flaw", Flaw)
async def test_every_flaw_is_named_with_its_remedy(chat: Chat, flaw: Flaw) -> None:
    weakness = Weakness(flaw, 2, ("@ben:example.org", "@zoe:example.org"))
    chat.audit = replace(chat.audit, weaknesses=(weakness,))
    said = await chat.room("@ana", "!status")
    (warned,) = [row for row in said.text.splitlines() if "⚠" in row]
    assert any(word in warned for word in ("A lead", "a lead", "people can open an account"))
    assert len(warned) < 260


async def test_status_says_who_compared_and_what_cannot_be_removed(chat: Chat) -> None:
    chat.audit = replace(chat.audit, compared=1, may_take_back=False)
    said = await chat.room("@ana", "!status")
    assert said.says("1 member compared emoji with my admin", "a lead may make me a moderator")


async def test_every_reason_of_the_guard_has_plain_words() -> None:
    assert {reason.value for reason in Refused} <= set(refusal_reasons())


async def test_identities_are_accepted_by_leads(chat: Chat) -> None:
    ben = UserId("@ben:example.org")
    assert (await chat.room("@lea", "!identity")).says("Nobody's identity is in question")
    chat.desk.people.append(ben)
    assert (await chat.room("@lea", "!identity")).says("!identity accept @ben:example.org")
    assert (await chat.room("@ana", f"!identity accept {ben}")).says("is for leads")
    assert (await chat.room("@lea", "!identity accept ben")).says("not a full Matrix address")
    assert (await chat.room("@lea", f"!identity accept {ben}")).says("Accepted")
    assert (await chat.room("@lea", f"!identity accept {ben}")).says("nothing to accept")


async def test_the_others_hear_whose_identity_was_accepted(chat: Chat) -> None:
    ben = UserId("@ben:example.org")
    chat.desk.people.append(ben)
    await chat.dm("@lea", f"!identity accept {ben}")
    said = await chat.dm("@lea", f"!identity accept {ben}")
    assert said.here == f"Accepted. I take commands from {ben} again."
    assert said.body(Audience.ROOM).startswith(
        f"@lea:example.org accepted the new identity of {ben}."
    )
    assert (await chat.dm("@kim", "!audit")).says(f"@lea: confirmed the new identity of {ben}")
    # In the room everybody has read it.
    chat.desk.people.append(ben)
    await chat.room("@lea", f"!identity accept {ben}")
    again = await chat.room("@lea", f"!identity accept {ben}")
    assert again.body(Audience.ROOM) == ""


async def test_greetings_say_what_to_type(chat: Chat) -> None:
    new = Said((greeting(committee_known=False),))
    assert new.says("Hello, I am Steward", '!setup name="Payments chapter" tz=Madrid', "!help")
    assert Said((greeting(committee_known=True),)).says("I am back", "!help")
    assert Said((greeting_direct(committees=()),)).says("only members of a committee")


async def test_what_a_refused_command_had_begun_is_taken_back(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def stumble(*_args: object, **_kwargs: object) -> int:
        raise refuse("stumbled")

    await chat.dm("@ana", '!contact add "Sam Okafor"')
    monkeypatch.setattr(FollowUps, "add", stumble)
    assert (await chat.dm("@ana", "!log M-1 reached rate=2 did next=fri")).says("stumbled")
    assert await chat.conversations() == []
    assert await chat.assessments("M-1") == []
