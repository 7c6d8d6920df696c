"""Organizers on another homeserver than the bot's: everything that a committee does reaches both."""

import pytest

from demo.federation import Federation
from tests.federation.typed import NAMES, Typing, kept
from tests.matrix.test_files import send_file
from tests.support.chapters import NewChapter

LIST = b"Emp #,Name,Team\n" + b"".join(b"%d,Sam%d Okafor,QA\n" % (n, n) for n in range(30))


@pytest.mark.timeout(120)
async def test_a_committee_lives_on_another_homeserver(new_chapter: NewChapter) -> None:
    chapter = await new_chapter("berlin", ana="milan", ben="milan")
    ana, bot = chapter.ana, chapter.steward.user
    assert ana.user.partition(":")[2] != bot.partition(":")[2]
    await chapter.say(ana, "!setup name=Payments tz=Madrid", "This is Payments")
    told = await chapter.say(chapter.ben, "!status", "fingerprint")
    assert told.encrypted
    assert told.signed
    typing = await Typing.begin(chapter, ana)
    await typing.add(*NAMES[:3])
    await typing.all_answered()
    await send_file(ana, typing.direct, "staff.csv", LIST)
    await ana.hear("staff.csv, 30 rows", of=bot, where=typing.direct)


@pytest.mark.timeout(120)
async def test_cut_apart_for_minutes_nothing_is_lost(
    new_chapter: NewChapter, federation: Federation
) -> None:
    """What either side says waits on its own homeserver, and goes when the two see each other again."""
    chapter = await new_chapter("berlin", ana="milan", ben="milan")
    await chapter.say(chapter.ana, "!setup name=Payments tz=Madrid", "This is Payments")
    typing = await Typing.begin(chapter, chapter.ana)
    await typing.add(*NAMES[:2])
    await typing.all_answered()
    federation.cut("berlin", "milan")
    await typing.add(*NAMES[2:8])
    await federation.heal("berlin", "milan")
    await typing.all_answered()
    assert await kept(chapter) == typing.typed
