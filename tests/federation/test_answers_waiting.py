"""Answers that wait for a homeserver that is down: they come when it is back, once, in order and readable."""

import pytest

from demo.federation import Federation
from tests.federation.typed import NAMES, Typing, kept
from tests.matrix.test_pictures import is_image, opened, size
from tests.support.chapters import NewChapter


@pytest.mark.nightly
@pytest.mark.timeout(300)
@pytest.mark.parametrize("restarted", [False, True])
async def test_answers_wait_while_the_asker_s_homeserver_is_down(
    federation: Federation, new_chapter: NewChapter, *, restarted: bool
) -> None:
    """Milan's homeserver is stopped before it has the answers, and started again.

    ``restarted``: so is the bot meanwhile, which goes on in a session whose key has to wait as well.
    """
    chapter = await new_chapter("berlin", ana="milan")
    await chapter.say(chapter.ana, "!setup name=Payments tz=Madrid", "This is Payments")
    typing = await Typing.begin(chapter, chapter.ana)
    await typing.add(NAMES[0])
    await typing.all_answered()
    # What she types arrives, and what the bot says does not.
    bot, ben = chapter.steward.user, chapter.ben
    await chapter.steward.stop()
    await typing.add(*NAMES[1:6])
    await chapter.ana.send(chapter.room, "!tz Asia/Tokyo")
    await ben.hear("Tokyo", of=chapter.ana.user)
    await federation.stop("milan")
    await chapter.steward.start()
    await ben.hear("Asia/Tokyo", of=bot, seconds=60)
    if restarted:
        await chapter.steward.restart()
    for zone in ("Lisbon", "Madrid"):
        await chapter.say(ben, f"!tz Europe/{zone}", zone)
    await federation.start("milan")
    await typing.all_answered()
    for zone in ("Asia/Tokyo", "Europe/Lisbon", "Europe/Madrid"):
        await chapter.ana.hear(zone, of=bot, where=chapter.room, seconds=60)
    said = [each.body for each in chapter.ana.messages if each.sender == bot]
    assert sum("Asia/Tokyo" in each for each in said) == 1, said
    assert chapter.ana.unreadable == ()
    assert await kept(chapter) == typing.typed


@pytest.mark.nightly
@pytest.mark.timeout(300)
async def test_a_picture_reaches_somebody_elsewhere(new_chapter: NewChapter) -> None:
    """Ana's homeserver fetches it from the bot's; only she can open it."""
    chapter = await new_chapter("berlin", ana="milan")
    await chapter.say(chapter.ana, "!setup name=Payments tz=Madrid", "This is Payments")
    typing = await Typing.begin(chapter, chapter.ana)
    await typing.add(*NAMES[:3])
    await typing.all_answered()
    mark = len(chapter.ana.messages)
    await chapter.ana.send(typing.direct, "!chart")
    said = await chapter.ana.hear(is_image, of=typing.bot, where=typing.direct, since=mark)
    wide, high = size(await opened(chapter.ana, said.content["file"]))
    assert min(wide, high) > 100
