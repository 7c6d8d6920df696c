"""Accounts whose provider knows no passwords: tokens, and an identity approved on a web page."""

from pathlib import Path

import pytest

from bot.matrix import approval
from bot.pictures import avatar
from bot.process.exit_codes import ExitCode
from demo.cross_signing import JsonObject, chain_holds
from demo.homeserver import Homeserver
from demo.matrix_api import MatrixApi
from demo.organizer import Organizer
from demo.steward import Steward
from tests.support.committee import PASSWORD, SignIn
from tests.support.proxy import FaultyProxy

PAGE = "https://account.example.org/account/?action=org.matrix.cross_signing_reset"


async def init(bot: Steward, url: str, *options: str) -> tuple[int, str]:
    return await bot.command(
        *("init", "--homeserver", url, "--user", bot.user),
        *("--passphrase-file", str(bot._passphrase_file)),
        *("--data-dir", str(bot.data), "--allow-inviter", "@*:committee.test"),
        *("--yes", "--fast-kdf"),
        *options,
    )


def secret(bot: Steward, name: str, text: str) -> str:
    return str(bot._secret(name, text))


async def session(homeserver: Homeserver, user: str) -> MatrixApi:
    """A session as a provider's admin tool makes one: a device and its token, used by nobody."""
    api = MatrixApi(homeserver.url)
    await api.login(user, PASSWORD, "made for the bot")
    return api


async def test_the_token_of_a_new_session(
    homeserver: Homeserver, sign_in: SignIn, tmp_path: Path
) -> None:
    ana = await sign_in("ana")
    user = await homeserver.register(f"steward-{tmp_path.name[-3:]}-{id(ana)}", PASSWORD)
    made = await session(homeserver, user)
    try:
        bot = Steward(tmp_path / "b", homeserver.url, user, "there is none")
        async with bot:
            token = secret(bot, "token", made.token)
            status, output = await init(bot, homeserver.url, "--access-token-file", token)
            assert status == ExitCode.OK, output
            again, output = await init(bot, homeserver.url, "--access-token-file", token)
            assert again == ExitCode.OK, output
            keys = await ana.api.keys_of(user)
            assert chain_holds(keys, user, made.device)
            await bot.start()
            room = await ana.encrypted_room("Committee", invite=[user])
            await ana.settled(room, user)
            await ana.hear(of=user, where=room)
            # A second bot must not share the session with the first.
            other = Steward(tmp_path / "c", homeserver.url, user, "there is none")
            status, output = await init(other, homeserver.url, "--access-token-file", token)
            assert status == ExitCode.LOGIN_REFUSED
            assert "two cannot share one" in output
    finally:
        await made.close()


async def test_the_token_of_somebody_else(
    homeserver: Homeserver, sign_in: SignIn, tmp_path: Path
) -> None:
    ana: Organizer = await sign_in("ana")
    bot = Steward(tmp_path / "b", homeserver.url, "@steward:committee.test", "there is none")
    token = secret(bot, "token", ana.api.token)
    status, output = await init(bot, homeserver.url, "--access-token-file", token)
    assert status == ExitCode.LOGIN_REFUSED
    assert "another account" in output
    both = ("--login-token-file", token, "--access-token-file", token)
    status, output = await init(bot, homeserver.url, *both)
    assert status == ExitCode.USAGE


async def test_an_identity_that_a_person_approves_on_a_page(
    homeserver: Homeserver, proxy: FaultyProxy, sign_in: SignIn, tmp_path: Path
) -> None:
    """With a token for one login, as after single sign-on; the provider's part is made up."""
    ana = await sign_in("ana")
    user = await homeserver.register(f"steward-{ana.device.lower()}", PASSWORD)
    made = await session(homeserver, user)
    asked: list[str] = []

    def provider(_method: str, path: str) -> tuple[int, JsonObject] | None:
        """Approval comes after the third request."""
        if path.endswith("/login"):
            return 200, {"user_id": user, "device_id": made.device, "access_token": made.token}
        if not path.endswith("/keys/device_signing/upload") or len(asked) == 3:
            return None
        asked.append(path)
        return 401, {
            "session": "dummy",
            "flows": [{"stages": ["m.oauth"]}, {"stages": ["org.matrix.cross_signing_reset"]}],
            "params": {"m.oauth": {"url": PAGE}, "org.matrix.cross_signing_reset": {"url": PAGE}},
        }

    try:
        bot = Steward(tmp_path / "b", proxy.url, user, "there is none")
        token = secret(bot, "token", "good for one login")
        proxy.instead = provider
        proxy.watched = ("/keys/device_signing/upload", "/login")
        status, output = await init(bot, proxy.url, "--login-token-file", token)
        assert status == ExitCode.OK, output
        assert output.count(PAGE) == 1
        assert "Waiting for that" in output
        assert len(asked) == 3
        (_login, first), (_path, last) = proxy.bodies[0], proxy.bodies[-1]
        assert (first["type"], first["token"]) == ("m.login.token", "good for one login")
        assert last["auth"] == {"session": "dummy"}
        assert chain_holds(await ana.api.keys_of(user), user, made.device)
    finally:
        await made.close()


async def test_approval_that_never_comes_ends_the_waiting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(approval, "PAUSE", 0.0)
    monkeypatch.setattr(approval, "WAIT", 0.0)
    said: list[str] = []
    assert not await approval.approval(said.append)(PAGE)
    assert len(said) == 1


async def test_a_new_bot_has_a_face_and_keeps_what_people_make_of_it(
    homeserver: Homeserver, sign_in: SignIn, tmp_path: Path
) -> None:
    ana = await sign_in("ana")
    user = await homeserver.register(f"steward-{tmp_path.name[-3:]}-{id(ana)}", PASSWORD)
    bot = Steward(tmp_path / "bot", homeserver.url, user, "there is none")
    made = await session(homeserver, user)
    token = secret(bot, "token", made.token)
    status, output = await init(bot, homeserver.url, "--access-token-file", token)
    assert status == 0, output
    shown = await ana.api.call("GET", f"/profile/{user}")
    assert shown["displayname"] == "Steward"
    assert await ana.api.download(shown["avatar_url"]) == avatar.FILE.read_bytes()
    # As an admin does in an app, with the account.
    await made.call("PUT", f"/profile/{user}/displayname", {"displayname": "Nightbell"})
    await made.call("PUT", f"/profile/{user}/avatar_url", {"avatar_url": ""})
    status, output = await init(bot, homeserver.url, "--access-token-file", token)
    assert status == 0, output
    shown = await ana.api.call("GET", f"/profile/{user}")
    assert shown["displayname"] == "Nightbell"
    assert not shown.get("avatar_url")
    await made.close()
