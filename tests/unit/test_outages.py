"""Nothing outside ends the bot: whatever the way to the homeserver raises is an outage of a known kind."""

import asyncio
import errno
import inspect
import logging
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import aiohttp_socks
import pytest
import python_socks
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bot import running
from bot.cli import outage_words
from bot.health import homeserver
from bot.health.homeserver import HomeserverWatch
from bot.incoming.loop import REFUSED_PAUSE
from bot.logging.logs import Formatter
from bot.matrix import client as client_module
from bot.matrix import identity
from bot.matrix.client import (
    AFTER_NONSENSE,
    Client,
    MatrixError,
    NotNow,
    TokenRejected,
    Unauthorized,
)
from bot.matrix.http_session import kind_of
from bot.matrix.identity import IdentityConflict
from bot.matrix.outages import Outage, Unreachable
from tests.support.own_time import OwnTime

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


# -- every error that the libraries know, and one that they do not ----------------------------------


class OfTomorrow(Exception):
    """What a later version of a library may raise."""


class OddError(aiohttp.ClientError):
    """A kind of aiohttp's own that is not in the table."""


def _made(kind: type[Exception]) -> Exception:
    """An exception of a class, however its constructor wants to be called."""
    error = kind.__new__(kind)
    error.args = ("made",)
    return error


def _raised_on_the_way() -> Iterator[Exception]:
    for library in (aiohttp, aiohttp_socks, python_socks, ssl, socket, asyncio):
        for name in dir(library):
            thing = getattr(library, name)
            if (
                inspect.isclass(thing)
                and issubclass(thing, Exception)
                and not issubclass(thing, Warning)
            ):
                yield _made(thing)
    for number in errno.errorcode:
        yield OSError(number, "made")
        yield aiohttp.ClientOSError(number, "made")
    yield from (OfTomorrow("made"), OddError("made"), ValueError("made"), RuntimeError("made"))
    yield from (LookupError("made"), AssertionError(), UnicodeError(), MemoryError())


@pytest.mark.parametrize("where", ["asking", "reading"])
async def test_whatever_is_raised_on_the_way_is_tried_again(
    monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    count, kinds = 0, set[Outage]()
    for error in _raised_on_the_way():
        client = Client("https://homeserver.invalid", "@steward:here")
        client.resume("DEVICE", "token")

        async def fails(*_: object, now: Exception = error) -> Any:
            if where == "asking":
                raise now
            return _HalfAnswer(now)

        monkeypatch.setattr(client, "_send", fails)
        for line, ask in (
            (client.reading, client.request("GET", "/sync")),
            (client.writing, client.request("PUT", "/rooms/x/send/y/z", {})),
            (None, client.upload(b"x", 1.0)),
            (None, client.download("/file", 10, _swallow, seconds=1.0, quiet=1.0)),
        ):
            with pytest.raises(NotNow) as later:
                # What a line has to wait between two attempts is not what is looked at here.
                monkeypatch.setattr(client.writing, "_retry_at", 0.0)
                await ask
            if line is not None:
                assert later.value.outage is line.outage
                assert line.outage is kind_of(error)
                kinds.add(kind_of(error))
            count += 1
    assert count > 1000
    assert {Outage.PROXY, Outage.NO_NAME, Outage.CERTIFICATE, Outage.UNKNOWN} <= kinds


class _HalfAnswer:
    """An answer whose body cannot be read."""

    status = 200
    closed = False
    content_length = None
    headers: dict[str, str] = {}  # noqa: RUF012 (an empty one)

    def __init__(self, error: Exception) -> None:
        self._error = error
        self.content = self

    async def read(self, _most: int = -1) -> bytes:
        raise self._error

    def release(self) -> None:
        """Nothing is held."""

    def close(self) -> None:
        """Nothing is held."""


async def _swallow(_part: bytes) -> None:
    return


def test_the_table_says_what_it_is() -> None:
    assert kind_of(aiohttp_socks.ProxyConnectionError("x")) is Outage.PROXY
    assert kind_of(python_socks.ProxyTimeoutError("x")) is Outage.PROXY
    assert kind_of(socket.gaierror(-2, "x")) is Outage.NO_NAME
    assert kind_of(OSError(errno.ENETUNREACH, "x")) is Outage.NO_NETWORK
    assert kind_of(ConnectionResetError()) is Outage.CUT_OFF
    assert kind_of(asyncio.IncompleteReadError(b"", 5)) is Outage.CUT_OFF
    assert kind_of(ssl.SSLCertVerificationError("x")) is Outage.CERTIFICATE
    assert kind_of(TimeoutError()) is Outage.SILENT
    # The control: what nobody knows is told from all that is known.
    assert kind_of(OfTomorrow()) is Outage.UNKNOWN
    # Every kind has words and a cure of its own; one that is told by a later version has some as well.
    assert len({outage_words.what(each) for each in Outage}) == len(Outage)
    assert len({outage_words.cure(each) for each in Outage}) == len(Outage)
    assert outage_words.named("of tomorrow") is Outage.UNKNOWN


async def test_an_unknown_error_is_logged_with_its_place(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    client = Client("https://homeserver.invalid", "@steward:here")

    async def fails(*_: object) -> Any:
        raise OfTomorrow("secret words")

    monkeypatch.setattr(client, "_send", fails)
    with caplog.at_level(logging.ERROR), pytest.raises(NotNow):
        await client.request("GET", "/sync")
    assert "transport_unknown" in caplog.text
    assert "secret words" not in caplog.text


# -- real ways that are broken ----------------------------------------------------------------------


@asynccontextmanager
async def listening(serve: Serve, **more: Any) -> AsyncIterator[int]:
    """Something that listens; the port. At the end everybody it talks with has to be gone, or go."""
    talks: list[asyncio.Task[None]] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talks.append(asyncio.ensure_future(serve(reader, writer)))
        await talks[-1]

    server = await asyncio.start_server(talk, "127.0.0.1", 0, **more)
    async with server:
        yield server.sockets[0].getsockname()[1]
    # A loop that ends before them leaves their sockets to the garbage collector, within some other test.
    async with asyncio.timeout(30):
        await asyncio.gather(*talks, return_exceptions=True)


def says(*parts: bytes) -> Serve:
    """Answer each thing that comes with the next part, then hang up."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for part in parts:
            await reader.read(1000)
            writer.write(part)
            await writer.drain()
        writer.close()

    return serve


async def hangs(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while await reader.read(1000):
        pass
    writer.close()


async def resets(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(1)
    writer.transport.abort()


async def outage(url: str, proxy: str | None = None) -> Outage | None:
    """What a request meets there."""
    client = Client(url, "@steward:here", proxy=proxy, patience=0.4)
    client.resume("DEVICE", "token")
    try:
        with pytest.raises(NotNow) as later:
            await client.request("GET", "/account/whoami")
        assert client.reading.outage is later.value.outage
        return later.value.outage
    finally:
        await client.close()


GREETED = b"\x05\x00"
PAGE = b"<html>Sign in to the network</html>"


@pytest.mark.parametrize(
    ("serve", "kind"),
    [
        (says(), Outage.PROXY),
        (says(b"\x05"), Outage.PROXY),
        (says(b"HTTP/1.1 400 Bad Request\r\n\r\n"), Outage.PROXY),
        (says(b"\x05\xff"), Outage.PROXY),
        (says(GREETED), Outage.PROXY),
        (says(GREETED, b"\x05\x01\x00\x01\x00\x00\x00\x00\x00\x00"), Outage.PROXY),
        (says(GREETED, b"\x05\x04\x00\x01\x00\x00\x00\x00\x00\x00"), Outage.PROXY),
        (says(GREETED, b"\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00"), Outage.CUT_OFF),
        (hangs, Outage.SILENT),
    ],
)
async def test_a_socks_proxy_in_every_state(serve: Serve, kind: Outage) -> None:
    async with listening(serve) as port:
        met = await outage("http://homeserver.invalid", f"socks5://127.0.0.1:{port}")
    # A proxy that breaks off is told as broken, whoever of the two notices.
    assert met in {kind, Outage.CUT_OFF}


async def test_a_proxy_that_is_away_and_comes_back() -> None:
    ok = b'HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n{"said": "x"}'
    serve = says(GREETED, b"\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00", ok)
    async with listening(serve) as port:
        pass
    client = Client("http://h.invalid", "@steward:here", proxy=f"socks5://127.0.0.1:{port}")
    try:
        with pytest.raises(NotNow) as later:
            await client.request("GET", "/account/whoami")
        assert later.value.outage is Outage.PROXY
        server = await asyncio.start_server(serve, "127.0.0.1", port)
        async with server:
            assert await client.insist("GET", "/account/whoami") == {"said": "x"}
        assert client.reading.outage is None
    finally:
        await client.close()


async def test_ways_that_are_broken_without_a_proxy(tmp_path: Path) -> None:
    assert await outage("http://homeserver.invalid") is Outage.NO_NAME
    assert await outage("http://127.0.0.1:9", "http://127.0.0.1:1") is Outage.PROXY
    async with listening(resets) as port:
        assert await outage(f"http://127.0.0.1:{port}") is Outage.CUT_OFF
    # Nobody listens there any more.
    assert await outage(f"http://127.0.0.1:{port}") is Outage.REFUSED
    async with listening(hangs) as port:
        assert await outage(f"http://127.0.0.1:{port}") is Outage.SILENT
    async with listening(says(b"no http\r\n\r\n")) as port:
        assert await outage(f"http://127.0.0.1:{port}") is Outage.NOT_MATRIX
        assert await outage(f"https://127.0.0.1:{port}") is Outage.NO_TLS
    async with listening(hangs, ssl=_self_signed(tmp_path)) as port:
        assert await outage(f"https://127.0.0.1:{port}") is Outage.CERTIFICATE


def _self_signed(directory: Path) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    file = directory / "certificate.pem"
    file.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


def _page(status: bytes, body: bytes = PAGE, more: bytes = b"") -> bytes:
    length = str(len(body)).encode()
    return (
        b"HTTP/1.1 " + status + b"\r\nContent-Length: " + length + b"\r\n" + more + b"\r\n" + body
    )


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (_page(b"200 OK"), Outage.NOT_MATRIX),
        (_page(b"200 OK", b""), Outage.NOT_MATRIX),
        (_page(b"204 No Content", b""), Outage.NOT_MATRIX),
        (_page(b"403 Forbidden"), Outage.NOT_MATRIX),
        (_page(b"404 Not Found", b'{"detail": "no such upstream"}'), Outage.NOT_MATRIX),
        (_page(b"502 Bad Gateway"), Outage.FAULTY),
        (_page(b"503 Down", b'{"errcode": "M_UNKNOWN_TOKEN"}'), Outage.FAULTY),
        (_page(b"408 Timeout"), Outage.FAULTY),
        (_page(b"301 Moved", PAGE, b"Location: http://elsewhere.invalid/\r\n"), Outage.ELSEWHERE),
        (_page(b"307 Moved", b"{}", b"Location: //x\r\n"), Outage.ELSEWHERE),
        (_page(b"302 Moved", b"{}"), Outage.ELSEWHERE),
        (_page(b"401 No", b'{"errcode": "M_MISSING_TOKEN"}'), Outage.STRIPPED),
        (_page(b"401 No", b'{"errcode": "M_USER_LOCKED", "soft_logout": true}'), Outage.CLOSED),
        (_page(b"403 No", b'{"errcode": "M_RESOURCE_LIMIT_EXCEEDED"}'), Outage.CLOSED),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n{}", Outage.CUT_OFF),
        (b'HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n{"a": 1}', Outage.NOT_MATRIX),
        (b"HTTP/1.1 200 OK\r\nContent-Length: -7\r\n\r\n{}", Outage.NOT_MATRIX),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{}", Outage.CUT_OFF),
        (
            b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}",
            Outage.CUT_OFF,
        ),
    ],
)
async def test_what_is_no_answer_has_its_kind(answer: bytes, kind: Outage) -> None:
    async with listening(says(answer)) as port:
        met = await outage(f"http://127.0.0.1:{port}")
    # How a library words a broken body changes between its versions.
    assert met is kind or {met, kind} <= {Outage.CUT_OFF, Outage.NOT_MATRIX}


async def test_the_login_goes_to_the_homeserver_alone() -> None:
    asked: list[str] = []

    async def elsewhere(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.json_response({"errcode": "M_MISSING_TOKEN"}, status=401)

    application = web.Application()
    application.router.add_route("*", "/{rest:.*}", elsewhere)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    there = f"Location: http://127.0.0.1:{runner.addresses[0][1]}/x\r\n".encode()
    try:
        async with listening(says(_page(b"307 Moved", PAGE, there))) as port:
            assert await outage(f"http://127.0.0.1:{port}") is Outage.ELSEWHERE
    finally:
        await runner.cleanup()
    assert asked == []


async def test_only_the_homeserver_ends_a_login() -> None:
    ended = _page(b"401 No", b'{"errcode": "M_UNKNOWN_TOKEN"}')
    async with listening(says(ended)) as port:
        client = Client(f"http://127.0.0.1:{port}", "@steward:here")
        client.resume("DEVICE", "token")
        with pytest.raises(TokenRejected):
            await client.request("GET", "/account/whoami")
        await client.close()


@pytest.mark.parametrize(
    ("answer", "pause"),
    [
        (_page(b"429 Slow", PAGE), 1.0),
        (_page(b"429 Slow", PAGE, b"Retry-After: 7\r\n"), 7.0),
        (_page(b"429 Slow", b"{}", b"Retry-After: Wed, 21 Oct 2026 07:28:00 GMT\r\n"), 1.0),
        (_page(b"429 Slow", b'{"retry_after_ms": 2500}', b"Retry-After: 7\r\n"), 2.5),
        (_page(b"429 Slow", b"", b"Retry-After: 99999\r\n"), client_module.LONGEST_WISH),
    ],
)
async def test_being_told_to_wait_is_no_outage_and_counted(answer: bytes, pause: float) -> None:
    async with listening(says(answer)) as port:
        client = Client(f"http://127.0.0.1:{port}", "@steward:here")
        with pytest.raises(NotNow) as later:
            await client.request("GET", "/sync")
        await client.close()
    assert later.value.after == pause
    assert later.value.outage is None
    assert not client.reading.away
    assert (client.throttling.times, client.throttling.seconds) == (1, pause)


async def test_an_answer_without_what_was_asked_for_is_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What answers `{}` to everything is no homeserver: nobody takes it for an account without keys."""
    time = OwnTime(monkeypatch, client_module)
    client = Client("https://h", "@steward:here")
    answers = [{}, {"error": "x"}, {"filter_id": "1"}]

    async def request(*_: object, **__: object) -> dict[str, Any]:
        return answers.pop(0)

    monkeypatch.setattr(client, "request", request)
    said = await time.through(client.insist("POST", "/filter", {}, wanted="filter_id"))
    assert said == {"filter_id": "1"}
    assert time.now == 2 * AFTER_NONSENSE


# -- what is told of it -----------------------------------------------------------------------------


def _told(caplog: pytest.LogCaptureFixture) -> list[str]:
    lines = (Formatter().format(record) for record in caplog.records)
    return [line for line in lines if "homeserver_" in line]


def _watch(
    monkeypatch: pytest.MonkeyPatch, watched: Callable[[], bool] = lambda: False
) -> tuple[Client, HomeserverWatch, OwnTime]:
    from bot.matrix import availability  # noqa: PLC0415

    time = OwnTime(monkeypatch, homeserver, availability)
    client = Client("https://h", "@steward:here")
    return client, HomeserverWatch(client, watched), time


def _fail(client: Client, kind: Outage) -> None:
    client.reading.failed(client.reading._round, kind)


def test_an_outage_is_logged_once_and_its_end(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    client, watch, time = _watch(monkeypatch)
    caplog.set_level(logging.INFO)
    _fail(client, Outage.CUT_OFF)
    watch.look()
    client.reading.answered()
    time.passes(60)
    watch.look()
    # A hiccup is no outage.
    assert _told(caplog) == []
    assert watch.answer()["outage"] is None
    for _ in range(3600):
        _fail(client, Outage.PROXY)
        time.passes(1)
        watch.look()
    assert len(_told(caplog)) == 1
    assert "homeserver_away kind=proxy" in _told(caplog)[0]
    assert watch.answer()["outage"] == {"kind": "proxy", "seconds": 3600}
    _fail(client, Outage.NO_NAME)
    watch.look()
    _fail(client, Outage.PROXY)
    watch.look()
    # Another kind is news, the first one again is not.
    assert len(_told(caplog)) == 2
    client.reading.answered()
    watch.look()
    watch.look()
    assert len(_told(caplog)) == 3
    assert "homeserver_back seconds=3600" in _told(caplog)[2]
    assert watch.outage is None


def test_a_homeserver_that_takes_nothing_is_told_while_it_is_tried(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    client, watch, time = _watch(monkeypatch)
    caplog.set_level(logging.INFO)
    client.writing.failed(0, Outage.CLOSED)
    time.passes(homeserver.NOTED_AFTER)
    watch.look()
    assert "homeserver_takes_nothing" in _told(caplog)[0]
    assert watch.answer()["outage"]["kind"] == "closed"
    time.passes(homeserver.STALE_AFTER)
    assert watch.answer()["outage"] is None


def test_being_limited_is_said_once_an_hour_and_counted(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    client, watch, time = _watch(monkeypatch)
    caplog.set_level(logging.INFO)
    for _ in range(3600):
        client.throttling.add(2.0)
        time.passes(1)
        watch.look()
    assert len(_told(caplog)) == 1
    assert "homeserver_limits_us" in _told(caplog)[0]
    assert watch.answer()["limited"] == {"times": 3600, "seconds": 7200}
    time.passes(homeserver.STRETCH + 1)
    client.throttling.add(2.0)
    watch.look()
    assert len(_told(caplog)) == 2


def test_nothing_told_rises_with_votes(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """An answer to a vote may be limited or not get out; whoever watches would see that one came."""
    secret = True
    client, watch, time = _watch(monkeypatch, lambda: secret)
    caplog.set_level(logging.DEBUG)
    before = watch.answer()
    for _ in range(20):
        client.throttling.add(2.0)
        client.writing.failed(client.writing._round, Outage.FAULTY)
        time.passes(1)
        watch.look()
        assert watch.answer() == before
    assert _told(caplog) == []
    # That nothing is heard has nothing to do with anybody's vote.
    _fail(client, Outage.SILENT)
    time.passes(homeserver.NOTED_AFTER)
    watch.look()
    assert watch.answer()["outage"]["kind"] == "silent"
    client.reading.answered()
    # And what was met meanwhile does not count later.
    secret = False
    client.writing.answered()
    watch.look()
    assert watch.answer() == before
    client.throttling.add(2.0)
    watch.look()
    assert watch.answer()["limited"]["times"] == 1


def test_unreachable_names_its_kind() -> None:
    assert Unreachable(Outage.PROXY).outage is Outage.PROXY


# -- the start --------------------------------------------------------------------------------------


async def test_a_refusal_at_the_start_passes_and_only_a_persons_ends_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A web server that is being set up answers 403 or 404 for a while; systemd would not start the bot again."""
    time = OwnTime(monkeypatch, running)
    met: list[Exception | None] = [
        MatrixError(403, "M_FORBIDDEN"),
        MatrixError(404, "M_UNRECOGNIZED"),
        None,
    ]

    async def work() -> None:
        error = met.pop(0)
        if error is not None:
            raise error

    await time.through(running._accepted(work))
    assert met == []
    assert time.now == 2 * REFUSED_PAUSE
    for error in (
        TokenRejected(401, "M_UNKNOWN_TOKEN"),
        IdentityConflict(),
        Unauthorized(401, "M_FORBIDDEN", {}),
    ):
        met = [error]
        with pytest.raises(type(error)):
            await running._accepted(work)


async def test_an_answer_of_something_in_between_makes_no_second_identity(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """`{}` says nothing about the account's keys; taken for none, it would end in a conflict."""
    time = OwnTime(monkeypatch, client_module)
    client = Client("https://h", "@steward:here")
    asked: list[str] = []
    known = {"device_keys": {}, "master_keys": {"@steward:here": {"keys": {"ed25519:x": "x"}}}}
    answers: list[dict[str, Any]] = [{}, {}, known]

    async def request(_method: str, path: str, *_: object, **__: object) -> dict[str, Any]:
        asked.append(path)
        return answers.pop(0)

    monkeypatch.setattr(client, "request", request)
    said = await time.through(identity.keys_of(client, "@steward:here"))
    assert identity.published_master(said, "@steward:here") == "x"
    assert asked == ["/keys/query"] * 3
