"""A directory of an earlier commit is started for real, on a homeserver that knows its account anew."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.matrix.identity import CrossSigning
from demo.cross_signing import chain_holds
from demo.homeserver import Homeserver
from demo.organizer import Organizer
from demo.steward import Steward
from tests.support.committee import PASSWORD
from tests.support.earlier import COMMITS, EarlierData

SERVER = "example.org"


@pytest.fixture
async def server() -> AsyncIterator[Homeserver]:
    """Of the name that the old one had, and with nothing of what that knew."""
    async with Homeserver(server_name=SERVER) as started:
        yield started


async def returned(server: Homeserver, left: EarlierData, name: str) -> Organizer:
    """Sign somebody in with the identity they had on the old server."""
    identity = CrossSigning.from_json(left.numbers["identities"][name])
    person = await Organizer.sign_in(server.url, name, PASSWORD, cross_signed=False)
    await person.api.call("POST", "/keys/device_signing/upload", identity.public(person.user))
    await person.cross_sign(identity)
    return person


@pytest.mark.parametrize("commit", COMMITS)
async def test_it_starts_and_answers_from_its_records(
    server: Homeserver, tmp_path: Path, commit: str
) -> None:
    """The login is made anew, the bot's identity and everybody's pins are those of then."""
    left = EarlierData.copied(commit, tmp_path)
    user = await server.register("steward", PASSWORD)
    for name in ("ana", "lea"):
        await server.register(name, PASSWORD)
    async with Steward(tmp_path, server.url, user, PASSWORD) as steward:
        said = await steward.init()
        assert "is not shown again" in said
        await steward.start()
        async with (
            await returned(server, left, "ana") as ana,
            await Organizer.sign_in(server.url, "lea", PASSWORD) as lea,
        ):
            published = await ana.api.keys_of(user)
            (device,) = published["device_keys"][user]
            assert chain_holds(published, user, device)
            room = await ana.direct(user)
            await ana.settled(room, user)
            shown = await ana.ask(room, "!contact show M-1", "Sammy", of=user, where=room)
            # A rating, and whose contact it is, have other words by now.
            then = left.answer("!contact show M-1").replace("4 against", "4 says no")
            then = then.replace("With @", "Assigned to @")
            assert shown.body == then
            await ana.ask(room, "!test list", "RTO petition", of=user, where=room)
            # Somebody of her name with other keys is not Lea.
            other = await lea.direct(user)
            await lea.settled(other, user)
            await lea.send(other, "!hold")
            await ana.ask(room, "!identity", "@lea:example.org", of=user, where=room)
            assert not any("claim at the court" in each.body for each in lea.messages)
            # What waited in rooms that this server does not know is kept for the operator.
            await steward.all_sent()
            _, letters = await steward.command("dead-letters")
            assert "can be sent again" in letters
        assert await steward.stop() == 0
        # Nobody left: whoever is in one committee and not in the other is no leaver of that.
        assert "departed" not in steward.log()
        assert "level=error" not in steward.log()
    assert left.untouched()
