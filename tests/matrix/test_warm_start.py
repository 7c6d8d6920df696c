"""A bot or a homeserver that was forked is what one is that was started: only its imports were done before."""

import asyncio
import os
from pathlib import Path

import pytest

from bot.process.exit_codes import ExitCode
from demo.homeserver import Homeserver
from demo.matrix_api import JsonObject, MatrixApi, quoted
from demo.organizer import Organizer
from demo.processes import cold_start
from demo.steward import Steward
from tests.support.committee import NewSteward, SignIn

SAME = ("Umask", "SigBlk", "SigIgn", "SigCgt", "CapEff", "NoNewPrivs", "Seccomp")
"""Lines of /proc/PID/status that say what a process may do, and what it does with signals."""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="looks at /proc")
async def test_a_forked_bot_is_like_one_that_was_started(new_steward: NewSteward) -> None:
    steward = await new_steward()
    found = []
    for start in (cold_start, Steward.starts):
        steward.starts = start  # type: ignore[misc]
        await steward.start()
        found.append(_of(steward.pid))
        assert await steward.stop() == ExitCode.OK
    cold, warm = found
    assert cold == warm
    # Both are there and were started in two ways.
    assert cold["Umask"] == "0077"
    assert Steward.starts is not cold_start


def _status(pid: int) -> dict[str, str | None]:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    status = dict(line.partition(":\t")[::2] for line in lines)
    return {name: status.get(name) for name in SAME}


def _of(pid: int) -> dict[str, object]:
    process = Path(f"/proc/{pid}")
    files = {_kind(str(each.readlink())) for each in (process / "fd").iterdir()}
    return {
        **_status(pid),
        "limits": (process / "limits").read_text(),
        "here": str((process / "cwd").readlink()),
        "session": os.getsid(pid) == os.getpgid(pid) == pid,
        "files": files,
    }


def _kind(file: str) -> str:
    """A file's name; of what is numbered only what it is, since connections come and go."""
    return file.partition(":[")[0]


async def test_it_ends_with_the_same_status_and_the_same_words(tmp_path: Path) -> None:
    said = []
    for start in (cold_start, Steward.starts):
        steward = Steward(tmp_path / start.__qualname__, "http://127.0.0.1:9", "@steward:x", "")
        steward.config.write_text("nonsense = true")
        steward.starts = start  # type: ignore[misc]
        await steward.start({"STEWARD_FAILPOINT": "nowhere"}, wait=False)
        assert await steward.ended() == ExitCode.CONFIG
        said.append(steward.log().replace(str(steward.directory), ""))
    assert said[0] == said[1] != ""


async def test_an_environment_of_its_own_is_taken_seriously(tmp_path: Path) -> None:
    """What libraries read when they are imported would be too late."""
    steward = Steward(tmp_path, "http://127.0.0.1:9", "@steward:x", "")
    await steward.start({"PYTHONVERBOSE": "1"}, wait=False)
    await steward.ended()
    assert "import 'bot" in steward.log()


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="looks at /proc")
async def test_a_forked_homeserver_is_like_one_that_was_started(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = []
    warm = Homeserver.starts
    for start in (cold_start, warm):
        monkeypatch.setattr(Homeserver, "starts", staticmethod(start))
        async with Homeserver() as server:
            said = await _offered(server)
            found.append((said, _status(server.pid), server.pid == os.getsid(server.pid)))
            await server.restart()
            assert await _offered(server) == said
    assert found[0] == found[1]
    assert found[0][0]["versions"]
    assert warm is not cold_start


async def _offered(server: Homeserver) -> dict[str, object]:
    async with MatrixApi(server.url) as api:
        api.token = await server.admin_token()
        versions = await api.call("GET", "/_matrix/client/versions")
        return versions | await api.call("GET", "/capabilities")


async def test_a_forked_homeserver_tells_rooms_of_every_new_name(sign_in: SignIn) -> None:
    """It does so in tasks of which five run at a time: one that it never takes for ended would stop the sixth."""
    ana = await sign_in("ana")
    room = await ana.encrypted_room()
    for number in range(7):
        name = {"displayname": f"Ana the {number}."}
        await ana.api.call("PUT", f"/profile/{quoted(ana.user)}/displayname", name)
        async with asyncio.timeout(20):
            # Another process tells nobody when it has done so.
            while not name.items() <= (await _member(ana, room)).items():  # noqa: ASYNC110
                await asyncio.sleep(0.05)


async def _member(person: Organizer, room: str) -> JsonObject:
    return await person.api.state(room, "m.room.member", person.user)
