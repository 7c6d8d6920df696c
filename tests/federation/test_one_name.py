"""Two people of one name, on two homeservers, in one committee: each is called by the full address, from then on."""

import pytest

from demo.federation import Federation
from demo.organizer import Organizer
from tests.support.chapters import NewChapter
from tests.support.committee import PASSWORD


@pytest.mark.timeout(120)
async def test_whoever_comes_from_another_homeserver_with_the_same_name_is_told_apart(
    new_chapter: NewChapter, federation: Federation
) -> None:
    chapter = await new_chapter("berlin")
    ana, ben, bot = chapter.ana, chapter.ben, chapter.steward.user
    await chapter.say(ana, "!setup name=Payments tz=Madrid", "This is Payments")
    direct = await chapter.open_direct(ana)
    name = ben.user.partition(":")[0]
    before = await ana.ask(direct, "!turf team", f"{name} 0", of=bot, where=direct)
    assert ben.user not in before.body

    _berlin, milan = await federation.open("berlin", "milan")
    user = await milan.register(name.removeprefix("@"), PASSWORD)
    assert user.partition(":")[0] == name
    async with await Organizer.sign_in(milan.url, user, PASSWORD) as other:
        await ana.api.invite(chapter.room, other.user)
        await ana.settled(chapter.room, other.user)
        await ana.hear(other.user, of=bot, where=chapter.room)
        team = await ana.ask(direct, "!turf team", f"{user} 0", of=bot, where=direct)
        assert f"{ben.user} 0" in team.body
        asked = await ana.ask(direct, f"!turf {name}", "Say which", of=bot, where=direct)
        assert ben.user in asked.body
        assert user in asked.body
        found = await ana.ask(direct, f"!turf {user}", f"{user}: 0 people", of=bot, where=direct)
        assert ben.user not in found.body
