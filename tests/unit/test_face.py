"""The account's name and picture: given once, also to a bot from before there were any, and never over another's."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast

import pytest

from bot.config.account import NONE, AccountTable
from bot.face import Face, FaceTrouble
from bot.matrix.client import Client, MatrixError
from bot.pictures import avatar
from storage.core.database import Database


class Homeserver:
    """Keeps one account's profile."""

    user = "@steward:example.org"

    def __init__(self, **profile: str) -> None:
        self.profile = profile
        self.asked = 0
        self.uploaded: list[bytes] = []
        self.down = False

    async def request(self, method: str, path: str, content: dict[str, Any] | None = None) -> Any:
        self.asked += 1
        if self.down:
            raise MatrixError(502, "M_UNKNOWN")
        if method == "GET":
            return dict(self.profile)
        self.profile |= content or {}
        return {}

    async def upload(self, content: bytes, _seconds: float, *, kind: str) -> str:
        assert kind == "image/png"
        self.uploaded.append(content)
        return f"mxc://example.org/{len(self.uploaded)}"


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = await Database.open(tmp_path / "app.db", bytes(32))
    yield opened
    await opened.close()


def face(server: Homeserver, database: Database, **table: Any) -> Face:
    return Face(AccountTable(**table), cast(Client, server), database)


async def test_a_bot_from_before_gets_its_face_at_a_start(database: Database) -> None:
    server = Homeserver(displayname="steward")
    await face(server, database).run()
    assert server.profile == {"displayname": "Steward", "avatar_url": "mxc://example.org/1"}
    assert server.uploaded == [avatar.FILE.read_bytes()]


async def test_the_next_start_asks_nobody(database: Database) -> None:
    server = Homeserver()
    await face(server, database).run()
    asked = server.asked
    await face(server, database).run()
    assert server.asked == asked
    assert len(server.uploaded) == 1


async def test_what_an_admin_set_or_took_away_stays(database: Database) -> None:
    theirs = {"displayname": "Night shift", "avatar_url": "mxc://example.org/theirs"}
    server = Homeserver(**theirs)
    await face(server, database).run()
    assert server.profile == theirs
    again = Homeserver()
    await face(again, database).run()
    again.profile = {"displayname": "Night shift"}
    await face(again, database, avatar=Path("elsewhere.png")).run()
    await face(again, database).run()
    assert again.profile == {"displayname": "Night shift"}


async def test_none_and_an_empty_name_leave_the_account_alone(database: Database) -> None:
    server = Homeserver()
    await face(server, database, display_name="", avatar=NONE).run()
    assert server.profile == {}


async def test_a_refusal_ends_nothing_and_the_next_start_tries_again(database: Database) -> None:
    server = Homeserver()
    server.down = True
    assert await face(server, database).show() == {FaceTrouble.NOT_TAKEN}
    server.down = False
    assert await face(server, database, avatar=Path("missing.png")).show() == {
        FaceTrouble.NO_PICTURE
    }
    assert await face(server, database).show() == set()
    assert server.profile["displayname"] == "Steward"
