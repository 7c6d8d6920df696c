"""A connection that is given up ends at once, whatever it was at and whoever answers there.

The other end is in a thread: in our own loop its connections would end, or not, together with ours.
"""

import asyncio
import gc
import warnings
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from threading import Semaphore
from typing import Any

import pytest
from aiohttp_socks import ProxyConnector

from bot.matrix.client import Client, NotNow
from bot.matrix.discovery import Unreached, Way, find
from bot.matrix.outages import Outage
from bot.matrix.proxy_connector import ThroughProxy
from demo.certificates import CertificateAuthority
from tests.support.mute_server import LONG, MuteServer, mute_server
from tests.support.small_homeserver import certified
from tests.support.socks_proxy import SocksProxy

HANDSHAKE, ANSWER = "in the handshake", "before the answer"
WAYS = ("directly", "through a proxy")


@pytest.fixture
def authority(tmp_path: Path) -> CertificateAuthority:
    return CertificateAuthority(tmp_path)


@pytest.fixture
def mute(authority: CertificateAuthority, request: pytest.FixtureRequest) -> Iterator[MuteServer]:
    """Silent from the point on that is the parameter."""
    with mute_server(certified(authority) if request.param == ANSWER else None) as server:
        yield server


@asynccontextmanager
async def client(
    server: MuteServer, authority: CertificateAuthority, way: str, patience: float
) -> AsyncIterator[Client]:
    async with SocksProxy() as proxy:
        made = Client(
            f"https://127.0.0.1:{server.port}",
            "@steward:here",
            proxy=proxy.url if way == "through a proxy" else None,
            ca_file=authority.file,
            patience=patience,
        )
        try:
            yield made
        finally:
            await made.close()


async def happens(what: Semaphore) -> bool:
    return await asyncio.to_thread(what.acquire, timeout=LONG)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("mute", [HANDSHAKE, ANSWER], indirect=True)
async def test_a_request_that_is_cancelled_ends_with_its_connection(
    mute: MuteServer, authority: CertificateAuthority, way: str
) -> None:
    """Cancelled once, as when the bot is stopped; the session is still open then."""
    async with client(mute, authority, way, 60) as asking:
        request = asyncio.create_task(asking.request("GET", "/account/whoami"))
        assert await happens(mute.heard)
        request.cancel()
        done, _ = await asyncio.wait({request}, timeout=LONG)
        assert done, "it goes on"
        assert request.cancelled()
        assert await happens(mute.ended)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("mute", [HANDSHAKE, ANSWER], indirect=True)
async def test_a_request_is_given_up_when_patience_ends(
    mute: MuteServer, authority: CertificateAuthority, way: str
) -> None:
    async with client(mute, authority, way, 0.5) as asking, asyncio.timeout(LONG):
        with pytest.raises(NotNow) as given_up:
            await asking.request("GET", "/account/whoami")
    assert given_up.value.outage is Outage.SILENT
    assert mute.accepted == 0 or await happens(mute.ended)


async def test_a_connection_that_is_made_all_the_same_is_ended(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Given up in the moment in which it is there."""
    under_way, aborted = asyncio.Event(), asyncio.Event()

    class Made:
        abort = staticmethod(aborted.set)

    async def stubborn(*_where: object) -> Any:
        under_way.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            return Made(), None

    monkeypatch.setattr(ProxyConnector, "_connect_via_proxy", stubborn)
    connector = ThroughProxy.from_url("socks5://127.0.0.1:9")
    connecting = asyncio.create_task(connector._connect_via_proxy("127.0.0.1", 9))
    await under_way.wait()
    connecting.cancel()
    done, _ = await asyncio.wait({connecting}, timeout=LONG)
    assert done, "it goes on"
    assert connecting.cancelled()
    async with asyncio.timeout(LONG):
        await aborted.wait()
    await connector.close()


async def test_a_connection_whose_answer_is_whole_is_used_again(
    authority: CertificateAuthority,
) -> None:
    """The control: what is not given up stays open."""
    answer = b'HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n{"said": "x"}'
    with mute_server(certified(authority), answer) as server:
        async with client(server, authority, "directly", 60) as asking:
            for _ in range(3):
                assert await asking.request("GET", "/account/whoami") == {"said": "x"}
            assert server.accepted == 1
            assert not server.ended.acquire(blocking=False)
        assert await happens(server.ended)


def test_looking_at_a_certificate_leaves_nothing_open(authority: CertificateAuthority) -> None:
    """The process may end right after it, and whoever shows the certificate may hold the line."""
    gc.collect()
    expired = certified(authority, days=(-9, -2))
    with mute_server(expired) as server, warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        way = Way(f"https://127.0.0.1:{server.port}", ca_file=authority.file)
        with pytest.raises(Unreached, match=r"has expired since .* signed by"):
            asyncio.run(find(way))
        gc.collect()
        assert [str(each.message) for each in warned] == []
        assert server.accepted == 2
        for _ in range(2):
            assert server.ended.acquire(timeout=LONG)
