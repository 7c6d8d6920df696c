"""Whom to believe: pinned identities, cross-signed devices, and what the homeserver cannot change."""

import time
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from bot.matrix.client import Client, TokenRejected
from bot.matrix.identity import CrossSigning
from bot.matrix.trust import PATIENCE, IdentityStanding, Trust
from storage.chat.identities import Pin
from tests.support.adversary import ForgedDevice, JsonObject, published
from tests.support.answering import MadeHomeserver

ANA, BEN, EVE = "@ana:x.org", "@ben:x.org", "@eve:x.org"


class Directory:
    """What the homeserver publishes, and the Trust that asks for it."""

    def __init__(self, homeserver: MadeHomeserver, client: Client) -> None:
        self.homeserver = homeserver
        self.client = client
        self.trust = Trust(client, [])
        self.people: dict[str, JsonObject] = {}
        homeserver.answer = self.serve

    def serve(self, _method: str, path: str) -> object:
        assert "/keys/query" in path
        answer: JsonObject = {"device_keys": {}, "master_keys": {}, "self_signing_keys": {}}
        for person in self.people.values():
            for kind in answer:
                answer[kind] |= person.get(kind, {})
        return answer

    def person(self, user: str) -> tuple[ForgedDevice, CrossSigning]:
        device, identity = ForgedDevice(user), CrossSigning.create()
        self.people[user] = published(user, identity, device.keys(identity))
        return device, identity

    async def look(self, *users: str) -> None:
        """The homeserver announces changes, and the bot asks."""
        self.trust.track(users)
        self.trust.mark_stale(users)
        await self.trust.refresh()


@pytest.fixture
async def directory() -> AsyncIterator[Directory]:
    async with MadeHomeserver() as homeserver:
        client = Client(homeserver.url, "@steward:x.org")
        client.resume("BOT", "token")
        yield Directory(homeserver, client)
        await client.close()


async def test_an_identity_is_pinned_when_first_seen(directory: Directory) -> None:
    _, identity = directory.person(ANA)
    await directory.look(ANA)
    assert directory.trust.standing(ANA) is IdentityStanding.PINNED
    (news,) = directory.trust.news
    assert (news.person, news.pinned, news.offered) == (ANA, identity.master.public, None)


async def test_another_identity_suspends_and_the_first_restores(directory: Directory) -> None:
    directory.person(ANA)
    first = directory.people[ANA]
    await directory.look(ANA)
    _, another = directory.person(ANA)
    await directory.look(ANA)
    assert directory.trust.standing(ANA) is IdentityStanding.CHANGED
    assert directory.trust.may_read(ANA) == []
    assert [pin.offered for pin in directory.trust.changed()] == [another.master.public]
    directory.people[ANA] = first
    await directory.look(ANA)
    assert directory.trust.standing(ANA) is IdentityStanding.PINNED
    assert directory.trust.changed() == []


async def test_a_pin_outlives_a_restart(directory: Directory) -> None:
    directory.person(ANA)
    directory.trust = Trust(directory.client, [Pin(ANA, "another key", 1, None, None)])
    await directory.look(ANA)
    assert directory.trust.standing(ANA) is IdentityStanding.CHANGED


async def test_accepting_pins_what_a_lead_looked_at(directory: Directory) -> None:
    directory.person(ANA)
    await directory.look(ANA)
    _, another = directory.person(ANA)
    await directory.look(ANA)
    directory.trust.repin(Pin(ANA, another.master.public, 2, None, None))
    assert directory.trust.standing(ANA) is IdentityStanding.PINNED


async def test_only_cross_signed_devices_may_read(directory: Directory) -> None:
    device, identity = directory.person(ANA)
    unsigned = ForgedDevice(ANA)
    directory.people[ANA]["device_keys"][ANA][unsigned.id] = unsigned.keys()
    await directory.look(ANA)
    assert [each.id for each in directory.trust.may_read(ANA)] == [device.id]
    assert directory.trust.left_out(ANA) == 1
    directory.people[ANA]["device_keys"][ANA][unsigned.id] = unsigned.keys(identity)
    await directory.look(ANA)
    assert directory.trust.left_out(ANA) == 0


@pytest.mark.parametrize("bend", ["user_id", "device_id", "keys", "signatures", "nothing"])
async def test_a_device_that_does_not_sign_for_itself_is_none(
    directory: Directory, bend: str
) -> None:
    device, identity = directory.person(ANA)
    other = ForgedDevice(ANA)
    keys = directory.people[ANA]["device_keys"][ANA][device.id]
    match bend:
        case "user_id":
            keys["user_id"] = BEN
        case "device_id":
            directory.people[ANA]["device_keys"][ANA] = {"OTHER": keys}
        case "keys":
            keys["keys"][f"curve25519:{device.id}"] = other.curve25519
            keys = identity.self_signing.sign(keys, ANA)
        case "signatures":
            del keys["signatures"][ANA][f"ed25519:{device.id}"]
    await directory.look(ANA)
    assert bool(directory.trust.person(ANA).devices) is (bend == "nothing")


@pytest.mark.parametrize("part", ["master_keys", "self_signing_keys"])
@pytest.mark.parametrize(
    "odd", [None, 5, [], {}, {"keys": []}, {"keys": {"ed25519:x": "y"}}, {"usage": "master"}]
)
async def test_odd_identities_are_none(directory: Directory, part: str, odd: object) -> None:
    directory.person(ANA)
    directory.people[ANA][part][ANA] = odd
    await directory.look(ANA)
    assert directory.trust.may_read(ANA) == []


async def test_a_key_of_another_use_or_person_is_no_identity(directory: Directory) -> None:
    _, identity = directory.person(ANA)
    public = identity.public(ANA)
    for wrong in (public["user_signing_key"], public["master_key"], identity.public(BEN)):
        directory.people[ANA]["self_signing_keys"][ANA] = wrong
        await directory.look(ANA)
        assert directory.trust.may_read(ANA) == []


async def test_an_identity_key_two_devices_claim_opens_no_session(directory: Directory) -> None:
    device, _ = directory.person(ANA)
    await directory.look(ANA)
    (honest,) = directory.trust.may_read(ANA)
    assert not directory.trust.shares_key(honest)
    eve, eves = directory.person(EVE)
    claimed = eve.keys(None, keys={
        f"curve25519:{eve.id}": device.curve25519, f"ed25519:{eve.id}": eve.ed25519
    })  # fmt: skip
    directory.people[EVE]["device_keys"][EVE] = {eve.id: eves.self_signing.sign(claimed, EVE)}
    await directory.look(EVE)
    assert directory.trust.may_read(EVE)
    assert directory.trust.shares_key(honest)
    directory.people[EVE]["device_keys"][EVE] = {}
    await directory.look(EVE)
    assert not directory.trust.shares_key(honest)


async def test_people_whose_server_is_away_stay_as_they_were(directory: Directory) -> None:
    directory.person(ANA)
    await directory.look(ANA)
    directory.people[ANA] = {}
    await directory.look(ANA)
    assert directory.trust.standing(ANA) is IdentityStanding.PINNED
    assert len(directory.trust.may_read(ANA)) == 1


async def test_a_question_the_homeserver_refuses_is_asked_for_each_by_itself(
    directory: Directory,
) -> None:
    directory.person(ANA)
    refused = web.json_response({"errcode": "M_INVALID_PARAM"}, status=400)

    def answer(method: str, path: str) -> object:
        if len(directory.homeserver.asked) == 1:
            return refused
        return directory.serve(method, path)

    directory.homeserver.answer = answer
    await directory.look(ANA, BEN)
    assert directory.trust.standing(ANA) is IdentityStanding.PINNED
    assert directory.trust.standing(BEN) is IdentityStanding.NONE


async def test_a_homeserver_that_refuses_altogether_ends_nothing(directory: Directory) -> None:
    directory.homeserver.answer = lambda _method, _path: web.json_response(
        {"errcode": "M_INVALID_PARAM"}, status=400
    )
    await directory.look(ANA)
    assert directory.trust.standing(ANA) is IdentityStanding.NONE


async def test_a_rejected_login_goes_up(directory: Directory) -> None:
    directory.homeserver.answer = lambda _method, _path: web.json_response(
        {"errcode": "M_UNKNOWN_TOKEN"}, status=401
    )
    with pytest.raises(TokenRejected):
        await directory.look(ANA)


async def test_doubts_do_not_become_a_flood_of_questions(
    directory: Directory, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory.person(ANA)
    await directory.look(ANA)
    asked = len(directory.homeserver.asked)
    for _ in range(50):
        directory.trust.doubt(ANA)
        await directory.trust.refresh()
    assert len(directory.homeserver.asked) == asked
    later = time.monotonic() + PATIENCE
    monkeypatch.setattr("bot.matrix.trust.time.monotonic", lambda: later)
    await directory.trust.refresh()
    assert len(directory.homeserver.asked) == asked + 1


async def test_changes_of_people_we_do_not_know_are_not_asked_about(directory: Directory) -> None:
    directory.trust.mark_stale(f"@user{number}:x.org" for number in range(10_000))
    await directory.trust.refresh()
    assert directory.homeserver.asked == []
