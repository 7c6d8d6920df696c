"""`steward init` says which of the causes it was, and leaves no device and no file behind."""

import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from bot.cli import command_line
from bot.config import load
from bot.logging import logs
from bot.process.exit_codes import ExitCode
from bot.setup import questions
from demo.certificates import CertificateAuthority
from tests.support.small_homeserver import (
    LOGGED_IN,
    USER,
    Answers,
    certified,
    small_homeserver,
)
from tests.unit.test_cli import PASSPHRASE, PASSWORD, place, secret

__all__ = ["place"]

FORBIDDEN = (403, {"errcode": "M_FORBIDDEN", "error": "Invalid username or password"})
UNKNOWN = (401, {"errcode": "M_UNKNOWN_TOKEN", "error": "Unrecognised access token"})
FOREIGN = {
    "device_keys": {},
    "master_keys": {USER: {"keys": {"ed25519:x": "c29tZWJvZHkgZWxzZQ"}, "usage": ["master"]}},
}


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    installed = logs.install("critical")
    yield
    installed.undo()


def init(place: Path, homeserver: str, *more: str, by: str = "--password-file") -> Result:
    words = [
        *("init", "--config", str(place / "config.toml"), "--homeserver", homeserver),
        *("--user", USER, "--allow-inviter", "@*:localhost", "--data-dir", str(place / "data")),
        *(by, str(secret(place / "password", PASSWORD))),
        *("--passphrase-file", str(secret(place / "passphrase", PASSPHRASE))),
        *("--yes", "--fast-kdf", *more),
    ]
    ended = CliRunner().invoke(command_line.app, words)
    assert "canary" not in ended.output
    assert "our side" not in ended.output, ended.output
    return ended


@contextmanager
def patient_http_server() -> Iterator[int]:
    """The port of a server of plain http that waits for the end of a line, however long."""

    class Patient(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            if self.rfile.readline(8000).startswith(b"GET "):
                self.wfile.write(b"HTTP/1.0 404 Not Found\r\n\r\n")

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

    with Server(("127.0.0.1", 0), Patient) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


def refused_port() -> str:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{taken.getsockname()[1]}"


def told(ended: Result) -> str:
    return " ".join(ended.output.split())


# ------------------------------------------------------------------ no homeserver there
def test_no_such_host(place: Path) -> None:
    ended = init(place, "https://no-such-host.invalid")
    assert ended.exit_code == ExitCode.UNREACHABLE
    assert "There is no host named no-such-host.invalid" in told(ended)
    assert "getent hosts no-such-host.invalid" in told(ended)


def test_refused(place: Path) -> None:
    address = refused_port()
    ended = init(place, address)
    assert ended.exit_code == ExitCode.UNREACHABLE
    assert f"port {address.rpartition(':')[2]}: the connection was refused" in told(ended)


@pytest.mark.parametrize("answers", [{}, {"/versions": (200, b"<html>"), "client": (500, {})}])
def test_no_matrix_server(place: Path, answers: Answers) -> None:
    with small_homeserver(answers) as there:
        ended = init(place, there.url)
    assert ended.exit_code == ExitCode.UNREACHABLE
    assert f"{there.url} answers, but it is no Matrix homeserver" in told(ended)


def test_a_plain_http_port(place: Path) -> None:
    with small_homeserver() as there:
        ended = init(place, there.url.replace("http:", "https:"))
    assert ended.exit_code == ExitCode.UNREACHABLE
    assert "speaks no https: a plain http port" in told(ended)


def test_https_where_http_was_given(place: Path, tmp_path: Path) -> None:
    with small_homeserver(tls=certified(CertificateAuthority(tmp_path))) as there:
        ended = init(place, there.url.replace("https:", "http:"))
    assert ended.exit_code == ExitCode.UNREACHABLE
    assert "it may be https where http:// was given" in told(ended)


def test_no_way_through_the_proxy(place: Path) -> None:
    secret(place / ".env", f"STEWARD_PROXY={refused_port().replace('http', 'socks5')}")
    with small_homeserver() as there:
        ended = init(place, there.url)
    assert ended.exit_code == ExitCode.UNREACHABLE
    assert "The proxy is away" in told(ended)
    assert there.heard == [], "nothing goes past a proxy"


@pytest.mark.parametrize(
    ("host", "days", "said"),
    [
        ("127.0.0.1", (-1, 30), "No authority that this machine knows signed the certificate"),
        ("127.0.0.1", (-9, -2), "The certificate of 127.0.0.1 has expired since 20"),
        ("127.0.0.1", (5, 30), "The certificate of 127.0.0.1 is not valid yet"),
        ("elsewhere.example.org", (-1, 30), "It is for"),
    ],
)
def test_a_certificate_that_is_wrong(
    place: Path, tmp_path: Path, host: str, days: tuple[int, int], said: str
) -> None:
    authority = CertificateAuthority(tmp_path)
    # Which authority is known decides what is wrong: only for the first it is not.
    known = () if days == (-1, 30) and host == "127.0.0.1" else ("--ca-file", str(authority.file))
    with small_homeserver(tls=certified(authority, host=host, days=days)) as there:
        ended = init(place, there.url, *known)
    assert ended.exit_code == ExitCode.UNREACHABLE
    assert said in told(ended)
    assert "It was signed by CN=Union Hall CA." in told(ended)
    if host != "127.0.0.1":
        assert "for another name than 127.0.0.1. It is for" in told(ended)
        assert host in told(ended)


def test_nothing_is_written_when_no_homeserver_answers(place: Path) -> None:
    init(place, refused_port())
    assert sorted(each.name for each in place.iterdir()) == ["passphrase", "password"]


# ------------------------------------------------------------------ found otherwise
def test_an_authority_of_ones_own(place: Path, tmp_path: Path) -> None:
    authority = CertificateAuthority(tmp_path)
    refusing = {**LOGGED_IN, "POST /login": FORBIDDEN}
    with small_homeserver(refusing, tls=certified(authority)) as there:
        ended = init(place, there.url, "--ca-file", str(authority.file))
    assert ended.exit_code == ExitCode.LOGIN_REFUSED, ended.output
    assert load(place / "config.toml").ca_file == authority.file


@pytest.mark.parametrize(
    ("content", "said"), [(None, "There is no file"), ("x", "no certificate in PEM")]
)
def test_an_authority_that_cannot_be_read(
    place: Path, tmp_path: Path, content: str | None, said: str
) -> None:
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_text(content)
    with small_homeserver() as there:
        ended = init(place, there.url, "--ca-file", str(file))
    assert ended.exit_code == ExitCode.CONFIG
    assert said in told(ended)
    assert str(file) in told(ended)
    assert not (place / "config.toml").exists()


def test_a_host_that_names_its_homeserver(place: Path) -> None:
    with small_homeserver({**LOGGED_IN, "POST /login": FORBIDDEN}) as there:
        named = {"m.homeserver": {"base_url": f"{there.url}/"}}
        with small_homeserver({"/.well-known/matrix/client": (200, named)}) as host:
            ended = init(place, host.url)
    assert ended.exit_code == ExitCode.LOGIN_REFUSED, ended.output
    assert f"{host.url} names {there.url} as its homeserver" in told(ended)
    assert load(place / "config.toml").homeserver == there.url


@pytest.mark.parametrize(
    "named",
    [
        {"m.homeserver": {"base_url": "javascript:alert(1)"}},
        {"m.homeserver": {"base_url": 7}},
        {"m.homeserver": []},
        [],
        b"{",
    ],
)
def test_a_host_that_names_nonsense(place: Path, named: Any) -> None:
    with small_homeserver({"/.well-known/matrix/client": (200, named)}) as host:
        ended = init(place, host.url)
    assert ended.exit_code == ExitCode.UNREACHABLE
    assert "is no Matrix homeserver" in told(ended)
    assert "alert" not in told(ended)


def test_a_homeserver_under_a_path(place: Path) -> None:
    with small_homeserver({**LOGGED_IN, "POST /login": FORBIDDEN}) as there:
        ended = init(place, f"{there.url}/chat/")
    assert ended.exit_code == ExitCode.LOGIN_REFUSED, ended.output
    assert load(place / "config.toml").homeserver == f"{there.url}/chat"
    assert all(each.split()[1].startswith("/chat/_matrix/client/") for each in there.heard)


def test_a_homeserver_without_an_old_address(place: Path) -> None:
    if not socket.has_ipv6:
        pytest.skip("this machine has no IPv6")
    with small_homeserver({**LOGGED_IN, "POST /login": FORBIDDEN}, host="::1") as there:
        ended = init(place, there.url)
    assert ended.exit_code == ExitCode.LOGIN_REFUSED, ended.output
    assert load(place / "config.toml").homeserver == there.url


# ------------------------------------------------------------------ nobody is let in
@pytest.mark.parametrize(
    ("answers", "by", "status", "said"),
    [
        (
            {"POST /login": FORBIDDEN},
            "--password-file",
            23,
            "does not take this user id with this password",
        ),
        (
            {"POST /login": (429, {"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 333_000})},
            "--password-file",
            20,
            "takes none for 6 minutes. The password may be right",
        ),
        (
            {
                "POST /login": (400, {"errcode": "M_UNKNOWN"}),
                "GET /login": (200, {"flows": [{"type": "m.login.sso"}]}),
            },
            "--password-file",
            23,
            "--access-token-file FILE",
        ),
        (
            {"POST /login": (403, {"errcode": "M_USER_DEACTIVATED"})},
            "--password-file",
            23,
            "was deactivated",
        ),
        ({"POST /login": FORBIDDEN}, "--login-token-file", 23, "good for one login"),
        (
            {"/account/whoami": UNKNOWN},
            "--access-token-file",
            23,
            "does not know this token. It was mistyped",
        ),
        (
            {"/account/whoami": (200, {"user_id": USER})},
            "--access-token-file",
            23,
            "belongs to no device",
        ),
        (
            {"/account/whoami": (200, {"user_id": "@ana:localhost", "device_id": "X"})},
            "--access-token-file",
            23,
            "belongs to another account",
        ),
        (
            {"/keys/query": (200, {"device_keys": {USER: {"NEWDEVICE": {}}}})},
            "--access-token-file",
            23,
            "two cannot share one",
        ),
    ],
)
def test_nobody_is_let_in(place: Path, answers: Answers, by: str, status: int, said: str) -> None:
    with small_homeserver({**LOGGED_IN, **answers}) as there:
        ended = init(place, there.url, by=by)
    assert ended.exit_code == status, ended.output
    assert said in told(ended)


@pytest.mark.parametrize("by", ["--password-file", "--login-token-file"])
def test_a_foreign_identity_leaves_no_device(place: Path, by: str) -> None:
    with small_homeserver({**LOGGED_IN, "/keys/query": (200, FOREIGN)}) as there:
        ended = init(place, there.url, by=by)
        assert ended.exit_code == ExitCode.IDENTITY_CONFLICT, ended.output
        assert [each for each in there.heard if each.endswith("/logout")]
        assert not [
            each for each in there.heard if "/keys/upload" in each or "account_data" in each
        ]
        # Nothing of it is kept: the next one logs in anew.
        there.heard.clear()
        ended = init(place, there.url, by=by)
        assert ended.exit_code == ExitCode.IDENTITY_CONFLICT
        assert "POST /_matrix/client/v3/login" in there.heard


def test_a_session_that_somebody_made_is_not_ended(place: Path) -> None:
    with small_homeserver({**LOGGED_IN, "/keys/query": (200, FOREIGN)}) as there:
        ended = init(place, there.url, by="--access-token-file")
    assert ended.exit_code == ExitCode.IDENTITY_CONFLICT, ended.output
    assert not [each for each in there.heard if each.endswith("/logout")]


# ------------------------------------------------------------------ on a terminal
def test_answers_are_looked_at_as_they_are_typed(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is wrong is said at once, and asked for again."""
    nowhere = refused_port()
    passwords = iter(["first wrong", "second wrong", "third wrong"])
    monkeypatch.setattr("getpass.getpass", lambda _question: next(passwords))
    with small_homeserver({**LOGGED_IN, "POST /login": FORBIDDEN}) as there:
        answers = (
            *("ftp://x", nowhere, there.url, "steward", USER, "everybody", "@*:localhost"),
            "y",
        )
        runner = CliRunner()
        typed = "".join(f"{each}\n" for each in answers)
        monkeypatch.setattr("bot.setup.questions.somebody_there", lambda: True)
        ended = runner.invoke(
            command_line.app,
            [
                *("init", "--config", str(place / "config.toml"), "--fast-kdf"),
                *("--passphrase-file", str(secret(place / "passphrase", PASSPHRASE))),
            ],
            input=typed,
        )
    assert ended.exit_code == ExitCode.LOGIN_REFUSED, ended.output
    said = told(ended)
    assert "`homeserver` must be a web address" in said
    assert "the connection was refused" in said
    assert "`user` must be a full Matrix user id" in said
    assert "'everybody' is neither" in said
    assert said.count("does not take this password") == 2
    assert next(passwords, None) is None


def test_options_that_cannot_be_used_are_refused_before_anything_is_asked(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.setup.questions.somebody_there", lambda: True)
    words = ["init", "--config", str(place / "config.toml"), "--user", "steward"]
    ended = CliRunner().invoke(command_line.app, words)
    assert ended.exit_code == ExitCode.CONFIG
    assert "`user` must be a full Matrix user id" in told(ended)
    assert list(place.iterdir()) == []


def test_plain_http_where_https_was_given_is_guessed(place: Path) -> None:
    """A server that waits for the end of a line says nothing to TLS for as long as one waits."""
    secret(place / ".env", "STEWARD_TIMEOUTS__REQUEST_SECONDS=1")
    with patient_http_server() as port:
        ended = init(place, f"https://127.0.0.1:{port}")
    assert ended.exit_code == ExitCode.UNREACHABLE
    assert "speaks no https: a plain http port, most likely" in told(ended)


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("127.0.0.1:18008", "http://127.0.0.1:18008"),
        ("localhost:8008", "http://localhost:8008"),
        ("localhost", "https://localhost"),
        ("matrix.example.org", "https://matrix.example.org"),
        ("matrix.example.org:8448", "https://matrix.example.org:8448"),
        ("[::1]:8008", "http://[::1]:8008"),
        ("127.0.0.1:port", "https://127.0.0.1:port"),
    ],
)
def test_an_address_without_a_scheme(typed: str, address: str) -> None:
    assert questions._with_scheme(typed) == address
