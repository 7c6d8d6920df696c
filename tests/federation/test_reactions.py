"""Reactions between homeservers: people's to each other and to the bot are no vote, no answer and no order."""

import asyncio
import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from demo.federation import Federation
from demo.matrix_api import ApiError, quoted
from demo.organizer import Organizer
from tests.support.chapters import NewChapter
from tests.support.committee import SignIn
from tests.support.polling import SETTINGS, Voter, announced, ask, in_memory, with_people

pytestmark = [pytest.mark.nightly, pytest.mark.timeout(300)]


@pytest.fixture
def memory() -> Iterator[Path]:
    with in_memory() as made:
        yield made


async def react(who: Organizer, room: str, event: str, key: str) -> None:
    """Put a reaction to an event, as apps do: in clear, encrypted rooms included."""
    relation = {"rel_type": "m.annotation", "event_id": event, "key": key}
    await who.api.send_clear(room, "m.reaction", {"m.relates_to": relation})


async def sees_reaction(who: Organizer, key: str) -> None:
    """Wait until somebody's app shows a reaction."""

    def shown() -> bool:
        return any(
            each["type"] == "m.reaction" and each["content"]["m.relates_to"]["key"] == key
            for each in who.events
        )

    await who.until(shown, 60)


async def gone(who: Organizer, room: str, event: str) -> None:
    """Wait until somebody's own homeserver shows nothing of an event any more."""
    path = f"/rooms/{quoted(room)}/event/{quoted(event)}"
    async with asyncio.timeout(60):
        while True:
            with contextlib.suppress(ApiError):
                if not (await who.api.call("GET", path))["content"]:
                    return
            await asyncio.sleep(0.2)


async def test_a_reaction_to_a_ballot_is_explained_once_and_never_counts(
    federation: Federation, new_chapter: NewChapter, sign_in: SignIn, memory: Path
) -> None:
    """Cara reacts on the other homeserver, also while it is cut off; what she types then is her vote."""
    await federation.open("berlin", "milan")
    chapter = await new_chapter("berlin", ana="milan", settings=SETTINGS.format(keys=memory))
    cara, bot = await sign_in("cara", on=federation["milan"]), chapter.steward.user
    people = await with_people(chapter, [cara])
    await ask(chapter, '!poll temp "Ready?" closes=3h')
    code = await announced(chapter, "Ready?")
    voters = [await Voter.of(who, bot) for who in people]
    ballot = await cara.hear("Not protected:", of=bot)
    hers = voters[-1]
    await react(cara, hers.direct, ballot.event_id, "👍")
    await cara.hear("Reactions are never votes", of=bot, where=hers.direct, seconds=60)
    federation.cut("berlin", "milan")
    await react(cara, hers.direct, ballot.event_id, "5️⃣")
    await federation.heal("berlin", "milan")
    typed = await cara.send(hers.direct, f"vote {code} 03")
    await hers.acknowledged(1)
    assert hers.recorded == 1
    assert hers.heard("Reactions are never votes") == 1
    # What she typed is taken away on her own homeserver as well.
    await gone(cara, hers.direct, typed)


async def test_reactions_of_people_elsewhere_reach_each_other_and_order_nothing(
    federation: Federation, new_chapter: NewChapter
) -> None:
    """Ana's on Milan's homeserver to Ben's words and the bot's on Berlin's, and the other way round."""
    await federation.open("berlin", "milan")
    chapter = await new_chapter("berlin", ana="milan")
    ana, ben, bot, room = chapter.ana, chapter.ben, chapter.steward.user, chapter.room
    await chapter.say(ana, "!setup name=Payments tz=Madrid", "This is Payments")
    told = await chapter.say(ben, "!tz Europe/Lisbon", "Lisbon")
    mark = len(ana.messages)
    bens = await ben.send(room, "see you at the gate")
    heard = await ana.hear("see you at the gate", of=ben.user, since=mark)
    assert heard.event_id == bens
    for event, key in ((bens, "!tz Asia/Tokyo"), (told.event_id, "👍"), (told.event_id, "!ok")):
        await react(ana, room, event, key)
        await sees_reaction(ben, key)
    await react(ben, room, told.event_id, "!tz Africa/Lagos")
    await sees_reaction(ana, "!tz Africa/Lagos")
    # The answer comes after everything before it.
    await chapter.say(ana, "!tz", "Europe/Madrid", seconds=60)
    await chapter.say(ben, "!tz", "Europe/Lisbon", seconds=60)
    said = [each.body for each in ana.messages[mark:] if each.sender == bot]
    assert len(said) == 2, said
