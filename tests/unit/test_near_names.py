"""Another spelling is found among thousands of people whose names are alike, with few held against it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from storage.chat.committees import Committees
from storage.contacts import bulk
from storage.contacts.bulk import JUDGED, Bulk
from storage.contacts.listed import Listed
from storage.core.database import Database
from storage.core.model import RoomId, UserId
from storage.names import alike, full_key

NOW = datetime(2026, 11, 29, 9, tzinfo=UTC)


def line(number: int, name: str) -> Listed:
    return Listed(number, name, full_key(name), None, None, None, None, None)


async def test_the_likeliest_of_many_are_judged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    crowd = [f"Nguyen Van A{one}{two}" for one in "abcdefghijklmno" for two in "bcdfghjklmnprs"]
    judged: list[str] = []

    def counted(one: str, other: str) -> bool:
        judged.append(other)
        return alike(one, other)

    monkeypatch.setattr(bulk, "alike", counted)
    database = await Database.open(tmp_path / "a.db", bytes(32))
    try:
        async with database.transaction() as tx:
            committee = await Committees(tx).add(RoomId("!a:example.org"), "Unit", "UTC", NOW)
            people = Bulk(tx, committee.id, NOW.date())
            names = [*crowd, "Nguyễn Văn Quang"]
            await people.add(
                [line(n, name) for n, name in enumerate(names)], UserId("@l:x.org"), NOW
            )
            near = await people.near([line(1, "Quang Nguyen Van"), line(2, "Nguyen Van Abcd")])
    finally:
        await database.close()
    assert [known.name for known in near[1]] == ["Nguyễn Văn Quang"]
    assert 0 < len(judged) <= 2 * JUDGED
