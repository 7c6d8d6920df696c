"""The homeserver, the organizers and the proxy do what the other tests rely on."""

import aiohttp
import pytest

from demo.cross_signing import chain_holds
from demo.homeserver import Homeserver
from demo.organizer import NotHeard
from tests.support.committee import PASSWORD, SignIn
from tests.support.proxy import Fault, FaultyProxy, Weather
from tests.support.rewriting import relabelled


async def test_organizers_talk_encrypted_and_see_who_is_cross_signed(sign_in: SignIn) -> None:
    ana, chi = await sign_in("ana"), await sign_in("chi", cross_signed=False)
    room = await ana.encrypted_room("Committee", invite=[chi.user])
    await ana.settled(room, chi.user)
    await ana.send(room, "hello")
    heard = await chi.hear("hello")
    assert heard.encrypted
    assert heard.signed
    await chi.send(room, "hi")
    heard = await ana.hear("hi")
    assert heard.encrypted
    assert not heard.signed


async def test_signed_only_neither_reads_nor_is_read_by_unsigned_devices(sign_in: SignIn) -> None:
    ben, chi = await sign_in("ben", signed_only=True), await sign_in("chi", cross_signed=False)
    room = await ben.encrypted_room("Committee", invite=[chi.user])
    await ben.settled(room, chi.user)
    await ben.send(room, "for signed devices")
    await chi.until(lambda: bool(chi.unreadable))
    await chi.send(room, "from an unsigned one")
    await ben.until(lambda: bool(ben.refused))
    assert ben.refused[0].body == "from an unsigned one"
    with pytest.raises(NotHeard, match="1 refused"):
        await ben.hear("unsigned", seconds=0.1)


async def test_a_second_device_is_signed_by_the_same_identity(sign_in: SignIn) -> None:
    ana = await sign_in("ana")
    async with await ana.another_device(PASSWORD) as second:
        keys = await ana.api.keys_of(ana.user)
        assert chain_holds(keys, ana.user, ana.device)
        assert chain_holds(keys, ana.user, second.device)
        keys["self_signing_keys"][ana.user]["usage"] = ["something else"]
        assert not chain_holds(keys, ana.user, second.device)


async def test_an_organizer_catches_up_in_order_after_a_gap(sign_in: SignIn) -> None:
    ana, ben = await sign_in("ana"), await sign_in("ben")
    room = await ana.encrypted_room("Committee", invite=[ben.user])
    await ana.settled(room, ben.user)
    await ben.pause()
    said = [f"line {number}" for number in range(120)]
    for line in said:
        await ana.send(room, line)
    ben.listen()
    await ben.hear(said[-1])
    assert [message.body for message in ben.messages] == said


async def test_the_homeserver_keeps_its_data_and_address_over_kill_and_restart() -> None:
    async with Homeserver() as server:
        url = server.url
        await server.register("ana", PASSWORD)
        await server.kill()
        with pytest.raises(aiohttp.ClientError):
            await server.register("ben", PASSWORD)
        await server.start()
        assert server.url == url
        with pytest.raises(Exception, match="taken"):
            await server.register("ana", PASSWORD)
        directory = server.directory
    assert not directory.exists()


@pytest.mark.parametrize("fault", list(Fault))
async def test_the_proxy_makes_each_fault(proxy: FaultyProxy, fault: Fault) -> None:
    url = f"{proxy.url}/_matrix/client/versions"
    async with aiohttp.ClientSession() as http:
        async with http.get(url) as answer:
            assert "versions" in await answer.json()
        proxy.weather = Weather(share=1.0, faults=(fault,), slow_seconds=0.2)
        failed = False
        try:
            async with http.get(url) as answer:
                failed = not answer.ok
                await answer.read()
        except aiohttp.ClientError:
            failed = True
        assert failed is (fault is not Fault.SLOW)
    # aiohttp itself tries a GET once more when the connection dies.
    assert proxy.faults()[fault] in {1, 2}
    assert sum(proxy.faults().values()) == len(proxy.seen) - 1


async def test_the_proxy_lies_about_senders(proxy: FaultyProxy, sign_in: SignIn) -> None:
    ana, ben = await sign_in("ana"), await sign_in("ben")
    room = await ana.encrypted_room("Committee", invite=[ben.user])
    await ana.settled(room, ben.user)
    await ben.send(room, "said by ben")
    proxy.rewrite = relabelled(ben.user, ana.user)
    ben.api.homeserver = proxy.url
    sync = await ben.api.call("GET", "/sync?timeout=0")
    events = sync["rooms"]["join"][room]["timeline"]["events"]
    senders = {event["sender"] for event in events if event["type"] == "m.room.encrypted"}
    assert senders == {ana.user}
