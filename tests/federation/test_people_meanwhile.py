"""While two homeservers are cut apart, people get devices and identities, go, and are put out."""

import pytest

from demo.federation import Federation
from demo.organizer import Organizer
from tests.support.chapters import Chapter, NewChapter
from tests.support.committee import PASSWORD, SignIn
from tests.support.world import new_identity

pytestmark = [pytest.mark.nightly, pytest.mark.timeout(300)]

SETUP = "!setup name=Payments tz=Madrid"


async def with_cara(chapter: Chapter, cara: Organizer) -> None:
    """Cara joins the committee's room, and everybody knows it."""
    await chapter.ana.api.invite(chapter.room, cara.user)
    everybody = (chapter.steward.user, chapter.ana.user, chapter.ben.user, cara.user)
    for who in (chapter.ana, chapter.ben, cara):
        await who.settled(chapter.room, *everybody)
    await chapter.say(chapter.ana, SETUP, "This is Payments")


async def zone(chapter: Chapter, who: Organizer) -> str:
    """The time zone that the bot keeps for somebody, as they are told."""
    return (await chapter.say(who, "!tz", "Your time zone is")).body


async def test_a_device_that_is_new_meanwhile_is_told_to_say_it_again_and_then_understood(
    federation: Federation, new_chapter: NewChapter, sign_in: SignIn
) -> None:
    """It could give its key to nobody: keys to reach the bot's device lie with the bot's homeserver."""
    await federation.open("berlin", "milan")
    chapter = await new_chapter("berlin")
    cara, bot = await sign_in("cara", on=federation["milan"]), chapter.steward.user
    await with_cara(chapter, cara)
    await chapter.say(cara, "!tz Europe/Lisbon", "Lisbon")
    federation.cut("berlin", "milan")
    async with await cara.another_device(PASSWORD) as phone:
        await phone.settled(chapter.room, bot)
        await phone.send(chapter.room, "!tz Asia/Tokyo")
        await federation.heal("berlin", "milan")
        await cara.hear("could not read your last message", of=bot, seconds=60)
        again = await phone.ask(chapter.room, "!tz Asia/Tokyo", "Tokyo", of=bot, seconds=60)
        assert again.signed
        told = [m for m in cara.messages if m.sender == bot and "could not read" in m.body]
        assert len(told) == 1


async def test_an_identity_that_changed_meanwhile_gives_no_orders(
    federation: Federation, new_chapter: NewChapter, sign_in: SignIn
) -> None:
    """Whoever took over an account on the other homeserver signs in, and makes an identity of their own."""
    await federation.open("berlin", "milan")
    chapter = await new_chapter("berlin")
    cara = await sign_in("cara", on=federation["milan"])
    await with_cara(chapter, cara)
    await chapter.say(cara, "!tz Europe/Lisbon", "Lisbon")
    mark = len(chapter.ana.messages)
    federation.cut("berlin", "milan")
    async with await cara.another_device(PASSWORD, cross_signed=False) as taken:
        await new_identity(taken)
        await taken.settled(chapter.room, chapter.steward.user)
        await taken.send(chapter.room, "!tz Asia/Tokyo")
        await federation.heal("berlin", "milan")
        await chapter.ana.hear(
            f"cryptographic identity of {cara.user} changed",
            of=chapter.steward.user,
            since=mark,
            seconds=60,
        )
        await taken.send(chapter.room, "!tz Africa/Lagos")
        await chapter.say(chapter.ana, "!status", "New identity, not accepted yet")
        # What it typed while nobody could know waits for a key or a device for some seconds.
        await chapter.say(chapter.ben, "!tz Europe/Madrid", "Madrid")
    heard = [m.body for m in chapter.ana.messages[mark:] if m.sender == chapter.steward.user]
    assert not any("Tokyo" in body or "Lagos" in body for body in heard), heard
    await chapter.say(chapter.ana, f"!identity accept {cara.user}", "first look")
    await chapter.say(chapter.ana, f"!identity accept {cara.user}", "Accepted")


async def test_who_left_meanwhile_on_the_other_homeserver_hears_nothing_from_then_on(
    federation: Federation, new_chapter: NewChapter, sign_in: SignIn
) -> None:
    await federation.open("berlin", "milan")
    chapter = await new_chapter("berlin")
    cara = await sign_in("cara", on=federation["milan"])
    await with_cara(chapter, cara)
    await chapter.say(cara, "!tz Europe/Lisbon", "Lisbon")
    federation.cut("berlin", "milan")
    await cara.send(chapter.room, "!tz Asia/Tokyo")
    await cara.api.leave(chapter.room)
    await chapter.say(chapter.ben, "!tz Europe/Madrid", "Madrid")
    mark = len(cara.messages)
    await federation.heal("berlin", "milan")
    await chapter.ana.until(lambda: not chapter.ana._encryption.knows(chapter.room, [cara.user]))
    await chapter.say(chapter.ana, "!status", "2 members", seconds=60)
    await chapter.say(chapter.ben, "!tz Africa/Lagos", "Lagos")
    assert not any("Lagos" in message.body for message in cara.messages[mark:])


@pytest.mark.parametrize("version", ["10", "12"])
async def test_a_lead_on_the_other_homeserver_puts_somebody_out_meanwhile(
    federation: Federation, new_chapter: NewChapter, version: str
) -> None:
    """Ben goes on typing on the bot's homeserver, which does not know; in the end the ban counts."""
    await federation.open("berlin", "milan")
    chapter = await new_chapter("berlin", ana="milan", room_version=version)
    await chapter.say(chapter.ana, SETUP, "This is Payments")
    await chapter.say(chapter.ben, "!tz Europe/Lisbon", "Lisbon")
    federation.cut("berlin", "milan")
    await chapter.ana.api.call(
        "POST", f"/rooms/{chapter.room}/ban", {"user_id": chapter.ben.user, "reason": ""}
    )
    # Nobody here can know yet.
    await chapter.say(chapter.ben, "!tz Africa/Lagos", "Lagos")
    await federation.heal("berlin", "milan")
    answer = await chapter.say(chapter.ana, "!status", "fingerprint", seconds=60)
    assert "1 member" in answer.body, answer.body
    with pytest.raises(Exception, match="FORBIDDEN"):
        await chapter.ben.send(chapter.room, "!tz Asia/Tokyo")


async def test_a_lead_who_is_none_any_more_elsewhere_is_none_here_when_it_is_known(
    federation: Federation, new_chapter: NewChapter, sign_in: SignIn
) -> None:
    """Two branches of power: what was decided with more power holds on both sides."""
    await federation.open("berlin", "milan")
    chapter = await new_chapter("berlin", ana="milan")
    await chapter.ana.api.set_power(chapter.room, chapter.ben.user, 50)
    await chapter.say(chapter.ana, SETUP, "This is Payments")
    await chapter.ben.until(lambda: True)
    federation.cut("berlin", "milan")
    await chapter.ana.api.set_power(chapter.room, chapter.ben.user, 0)
    await federation.heal("berlin", "milan")
    told = await chapter.say(chapter.ana, "!status", "fingerprint", seconds=60)
    refused = await chapter.say(chapter.ben, f"!identity accept {chapter.ana.user}", seconds=60)
    assert "for leads" in refused.body, (told.body, refused.body)


@pytest.mark.parametrize("away", ["cut", "silence"])
async def test_a_bot_that_starts_meanwhile_is_read_by_all(
    federation: Federation, new_chapter: NewChapter, sign_in: SignIn, away: str
) -> None:
    """It asks for everybody's devices when it starts, those of people who cannot be asked included."""
    await federation.open("berlin", "milan")
    chapter = await new_chapter("berlin")
    cara, bot = await sign_in("cara", on=federation["milan"]), chapter.steward.user
    await with_cara(chapter, cara)
    await chapter.say(cara, "!tz Europe/Lisbon", "Lisbon")
    await chapter.steward.stop()
    getattr(federation, away)("berlin", "milan")
    await chapter.steward.start()
    await chapter.say(chapter.ben, "!tz Asia/Tokyo", "Tokyo")
    await federation.heal("berlin", "milan")
    await cara.hear("Asia/Tokyo", of=bot, seconds=60)
    await chapter.say(cara, "!tz Africa/Lagos", "Lagos", seconds=60)
    assert cara.unreadable == ()
