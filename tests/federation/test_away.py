"""A homeserver that was away for more than an hour: the other sends it the newest alone, and it has to ask."""

import pytest

from demo.federation import Federation
from tests.federation.typed import NAMES, Typing, kept
from tests.support.chapters import NewChapter, chapters_on
from tests.support.committee import NewSteward, SignIn

SETUP = "!setup name=Payments tz=Madrid"


@pytest.mark.nightly
@pytest.mark.timeout(300)
@pytest.mark.parametrize("killed_after", [None, 6])
async def test_what_was_typed_meanwhile_on_both_sides_is_all_done_in_order(
    own_federation: Federation,
    new_steward: NewSteward,
    sign_in: SignIn,
    killed_after: int | None,
) -> None:
    """Ana's homeserver is cut off from the bot's for long, Ben's is the bot's own; both go on working.

    ``killed_after``: answers to Ana after which the bot is killed, in the middle of what it catches up on.
    """
    new_chapter = chapters_on(own_federation, new_steward, sign_in)
    chapter = await new_chapter("berlin", ana="milan")
    await chapter.say(chapter.ana, SETUP, "This is Payments")
    ana, ben = [await Typing.begin(chapter, who) for who in (chapter.ana, chapter.ben)]
    await ana.add(*NAMES[:2])
    await ana.all_answered()
    own_federation.cut("berlin", "milan")
    await ana.add(*NAMES[2:12])
    ana.in_a_new_session()
    await ana.add(*NAMES[12:32])
    await ben.add(*NAMES[32:36])
    await ben.all_answered()
    await own_federation.heal_after_long("berlin", "milan")
    if killed_after is not None:
        await ana.who.until(lambda: len(ana.answered) >= killed_after, 60)
        await chapter.steward.kill()
        assert len(ana.answered) < len(ana.typed), "killed too late to show anything"
        await chapter.steward.start()
    await ana.all_answered()
    assert sorted(await kept(chapter)) == sorted(ana.typed + ben.typed)


@pytest.mark.nightly
@pytest.mark.timeout(300)
async def test_what_the_room_said_meanwhile_on_both_sides_is_all_done_in_order(
    own_federation: Federation, new_steward: NewSteward, sign_in: SignIn
) -> None:
    """In one room that both write in, whose history has grown two branches."""
    new_chapter = chapters_on(own_federation, new_steward, sign_in)
    chapter = await new_chapter("berlin", ana="milan")
    await chapter.say(chapter.ana, SETUP, "This is Payments")
    bot = chapter.steward.user
    own_federation.cut("berlin", "milan")
    for _ in range(10):
        await chapter.ana.send(chapter.room, "!tz Africa/Lagos")
        await chapter.ana.send(chapter.room, "!tz Europe/Rome")
    await chapter.ana.send(chapter.room, "!tz Asia/Tokyo")
    for _ in range(15):
        await chapter.say(chapter.ben, "!tz Europe/Lisbon", "Lisbon")
    await own_federation.heal_after_long("berlin", "milan")

    def answers(city: str) -> int:
        return sum(m.sender == bot and city in m.body for m in chapter.ana.messages)

    await chapter.ana.until(lambda: answers("Tokyo") == 1, 60)
    await chapter.ana.until(lambda: answers("Lagos") >= 10 and answers("Rome") >= 10, 30)
    assert (answers("Lagos"), answers("Rome"), answers("Tokyo")) == (10, 10, 1)
    await chapter.ana.until(lambda: answers("Lisbon") >= 15, 60)
    assert answers("Lisbon") == 15
    told = await chapter.say(chapter.ana, "!tz", "Your time zone is")
    assert "Asia/Tokyo" in told.body


@pytest.mark.nightly
@pytest.mark.timeout(300)
async def test_a_third_homeserver_carries_what_two_cannot_tell_each_other(
    federation: Federation, new_chapter: NewChapter
) -> None:
    """Ana and the bot are cut apart; Ben's homeserver hears both. Later it all comes once more, by itself."""
    await federation.open("berlin", "milan", "shenzhen")
    chapter = await new_chapter("berlin", ana="milan", ben="shenzhen")
    await chapter.say(chapter.ana, SETUP, "This is Payments")
    federation.cut("berlin", "milan")
    zones = ("Africa/Lagos", "Asia/Tokyo", "Europe/Lisbon")
    for zone in zones:
        await chapter.ana.send(chapter.room, f"!tz {zone}")
    await chapter.ben.hear("Europe/Lisbon", of=chapter.ana.user)
    # Ben's message names the others as those before it; the bot's homeserver asks his for them.
    bot = chapter.steward.user
    await chapter.say(chapter.ben, "!tz Asia/Shanghai", "Shanghai", seconds=60)
    for zone in zones:
        await chapter.ben.hear(zone, of=bot, seconds=60)
    # And so he does for Ana.
    await chapter.ben.send(chapter.room, "I hear both of you")
    for zone in zones:
        await chapter.ana.hear(zone, of=bot, seconds=60)
    await federation.heal("berlin", "milan")
    await chapter.say(chapter.ana, "!tz Europe/Rome", "Rome", seconds=60)
    said = [m.body for m in chapter.ana.messages if m.sender == bot]
    assert [sum(zone in body for body in said) for zone in zones] == [1, 1, 1]
