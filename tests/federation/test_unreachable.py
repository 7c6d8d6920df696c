"""Somebody's homeserver cannot be reached: they hear later, nobody else waits, and nothing is left over."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from demo.federation import Federation
from demo.homeserver import Homeserver
from demo.matrix_api import MatrixApi, quoted
from tests.support.chapters import NewChapter
from tests.support.committee import SignIn
from tests.support.polling import SETTINGS, Voter, announced, ask, in_memory, with_people

SOON = 10.0
"""Seconds in which somebody whose homeserver is there is answered, on a machine where many others work."""


@pytest.fixture
def memory() -> Iterator[Path]:
    with in_memory() as made:
        yield made


async def rooms_of(user: str, server: Homeserver) -> list[str]:
    """The rooms that an account is in, as its homeserver's admin sees them."""
    async with MatrixApi(server.url) as admin:
        admin.token = await server.admin_token()
        path = f"/_synapse/admin/v1/users/{quoted(user)}/joined_rooms"
        return list((await admin.call("GET", path))["joined_rooms"])


@pytest.mark.nightly
@pytest.mark.timeout(300)
@pytest.mark.parametrize("away", ["cut", "silence"])
async def test_a_direct_chat_with_somebody_who_cannot_be_invited_now(
    federation: Federation, new_chapter: NewChapter, sign_in: SignIn, memory: Path, away: str
) -> None:
    """A ballot goes to Cara, whom the bot has never written to, while her homeserver is away."""
    await federation.open("berlin", "milan")
    chapter = await new_chapter("berlin", settings=SETTINGS.format(keys=memory))
    cara = await sign_in("cara", on=federation["milan"])
    people = await with_people(chapter, [cara])
    bot, here = chapter.steward.user, federation["berlin"]
    for who in (chapter.ana, chapter.ben):
        await chapter.open_direct(who)
    getattr(federation, away)("berlin", "milan")
    await ask(chapter, '!poll temp "Ready?" closes=3h')
    code = await announced(chapter, "Ready?")
    voters = [await Voter.of(who, bot) for who in people[:2]]
    for voter in voters:
        await voter.vote(code, "05")
        await voter.acknowledged(1)
    waits = []
    for zone in ("Lisbon", "Madrid") * 5:
        before = time.monotonic()
        await chapter.say(chapter.ben, f"!tz Europe/{zone}", zone)
        waits.append(time.monotonic() - before)
    assert max(waits) < SOON, waits
    status = await chapter.steward.status()
    assert status["homeserver"]["outage"] is None, status
    await federation.heal("berlin", "milan")
    voter = await Voter.of(cara, bot, seconds=90)
    await voter.vote(code, "03")
    await voter.acknowledged(1)
    # The committee's room and three direct chats: no attempt left a room behind.
    assert len(await rooms_of(bot, here)) == 4
