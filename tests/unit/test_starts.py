"""Which of two processes of one device goes on: by numbers of starts, whatever clocks and backups say."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import permutations
from pathlib import Path
from typing import Any, cast

import pytest

from bot.cli.exit_status import ending
from bot.matrix.client import Client, MatrixError
from bot.matrix.starts import MOST, OlderCopy, Start, StartedElsewhere, Starts
from bot.matrix.sync import STARTED, sync_filter
from bot.process.exit_codes import ExitCode

ACCOUNT = "@steward:example.org"


class AccountData:
    """A homeserver's account data for one account; answers clients of several processes."""

    def __init__(self) -> None:
        self.record: Mapping[str, Any] | None = None
        self.refuses = 0

    def client(self, device: str = "PHONE") -> Client:
        return cast(Client, AccountClient(self, device))

    def answer(self) -> dict[str, Any]:
        """An answer of sync that brings the record."""
        events = [
            {"type": "m.push_rules", "content": {}},
            {"type": STARTED, "content": self.record},
        ]
        return {"account_data": {"events": events}}


class AccountClient:
    def __init__(self, data: AccountData, device: str) -> None:
        self.data, self.user, self.device = data, ACCOUNT, device

    async def insist(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        assert path == f"/user/%40steward%3Aexample.org/account_data/{STARTED}"
        if self.data.refuses:
            raise MatrixError(self.data.refuses, "M_UNKNOWN")
        if method == "PUT":
            self.data.record = body
        elif self.data.record is None:
            raise MatrixError(404, "M_NOT_FOUND")
        return self.data.record


@pytest.fixture
def data() -> AccountData:
    return AccountData()


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "starts"


def copied(place: Path, name: str) -> Path:
    """What a copy of the data directory has."""
    other = place.with_name(name)
    other.write_bytes(place.read_bytes())
    return other


async def started(data: AccountData, place: Path, device: str = "PHONE") -> Starts:
    starts = Starts(data.client(device), place)
    await starts.look()
    await starts.announce()
    return starts


@contextmanager
def until_ended(who: int, ended: set[int]) -> Iterator[None]:
    """Note who ends."""
    try:
        yield
    except StartedElsewhere:
        ended.add(who)


async def test_one_bot_starts_as_often_as_it_likes(data: AccountData, place: Path) -> None:
    for number in (1, 2, 3):
        alone = await started(data, place)
        assert data.record is not None
        assert data.record["number"] == number
        alone.look_at(data.answer())


async def test_the_earlier_of_two_ends_and_stays_ended(data: AccountData, place: Path) -> None:
    first = await started(data, place)
    copy = copied(place, "copy")
    second = await started(data, copy)
    with pytest.raises(StartedElsewhere) as ended:
        first.look_at(data.answer())
    assert ending(ended.value).code is ExitCode.LOCKED
    second.look_at(data.answer())
    before = data.record
    for _ in range(3):
        with pytest.raises(OlderCopy) as refused:
            await started(data, place)
        assert ending(refused.value).code is ExitCode.DATA_DIRECTORY
        assert not ending(refused.value).code.retry
    assert data.record == before, "whoever is refused says nothing"
    # The second may start again as often as it likes.
    await started(data, copy)


async def test_an_old_copy_does_not_begin(data: AccountData, place: Path) -> None:
    await started(data, place)
    old = copied(place, "old")
    running = await started(data, place)
    with pytest.raises(OlderCopy):
        await started(data, old)
    running.look_at(data.answer())


async def test_a_copy_from_before_any_number_does_not_begin(data: AccountData, place: Path) -> None:
    await started(data, place)
    with pytest.raises(OlderCopy):
        await started(data, place.with_name("none"))


async def test_who_takes_over_ends_the_other(data: AccountData, place: Path) -> None:
    await started(data, place)
    second = await started(data, copied(place, "copy"))
    first = Starts(data.client(), place)
    await first.take_over()
    first.look_at(data.answer())
    with pytest.raises(StartedElsewhere):
        second.look_at(data.answer())
    await started(data, place)


async def test_two_that_start_at_one_moment_are_told_apart(data: AccountData, place: Path) -> None:
    await started(data, place)
    before, copy = data.record, copied(place, "copy")
    one = await started(data, place)
    data.record = before
    other = await started(data, copy)
    with pytest.raises(StartedElsewhere):
        one.look_at(data.answer())
    other.look_at(data.answer())
    with pytest.raises(OlderCopy):
        await started(data, place)
    await started(data, copy)


STEPS = [(who, step) for who in (0, 1) for step in ("announce", "asked", "look")]
ORDERS = [
    order
    for order in permutations(STEPS)
    if all(order.index((who, step)) <= order.index((who, "look")) for who, step in STEPS)
]
"""Each announces itself and asks for what happened beside it, then looks at the answer."""


@pytest.mark.parametrize("order", ORDERS, ids=range(len(ORDERS)))
async def test_of_two_that_begin_at_one_moment_exactly_one_goes_on(
    data: AccountData, place: Path, order: Sequence[tuple[int, str]]
) -> None:
    await started(data, place)
    both = [Starts(data.client(), each) for each in (place, copied(place, "copy"))]
    for starts in both:
        await starts.look()
    early = [data.answer(), data.answer()]
    ended: set[int] = set()
    last = None
    for who, step in order:
        match step:
            case "announce":
                await both[who].announce()
                last = who
            case "asked":
                early[who] = data.answer()
            case _:
                with until_ended(who, ended):
                    await both[who].look_at_early(early[who])
    for who in {0, 1} - ended:
        # A later answer tells what changed since the early one.
        if data.answer() != early[who]:
            with until_ended(who, ended):
                both[who].look_at(data.answer())
    assert {0, 1} - ended == {last}


async def test_who_is_told_of_a_later_number_does_not_ask_again(
    data: AccountData, place: Path
) -> None:
    running = await started(data, place)
    await started(data, copied(place, "copy"))
    answer, data.refuses = data.answer(), 500
    with pytest.raises(StartedElsewhere):
        await running.look_at_early(answer)


async def test_a_start_that_the_homeserver_does_not_keep_ends(
    data: AccountData, place: Path
) -> None:
    """Whatever it keeps instead, another start was left beside ours."""
    running = await started(data, place)
    own = data.record
    assert own is not None
    data.record = {**own, "mark": "another"}
    answer = data.answer()
    for kept in (data.record, {**own, "number": 7}, None):
        data.record = kept
        with pytest.raises(StartedElsewhere):
            await running.look_at_early(answer)
    data.record, data.refuses = own, 403
    with pytest.raises(MatrixError):
        await running.look_at_early(answer)
    data.refuses = 0
    await running.look_at_early(answer)


async def test_a_homeserver_from_a_backup_ends_nobody(data: AccountData, place: Path) -> None:
    await started(data, place)
    old = data.record
    running = await started(data, place)
    data.record = old
    running.look_at(data.answer())
    await started(data, place)
    data.record = None
    running = await started(data, place)
    running.look_at(data.answer())
    assert json.loads(place.read_bytes())["number"] == 4


async def test_a_new_login_begins_whatever_another_said(data: AccountData, place: Path) -> None:
    """`steward restore` makes a new device, and brings no number."""
    old = await started(data, place)
    new = await started(data, place.with_name("restored"), "RESTORED")
    new.look_at(data.answer())
    with pytest.raises(StartedElsewhere):
        old.look_at(data.answer())


@pytest.mark.parametrize("step", ["start_counted", "start_announced"])
async def test_a_start_that_died_is_none_of_anothers(
    data: AccountData, place: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    class Killed(BaseException):
        pass

    def die(point: str) -> None:
        if point == step:
            raise Killed

    await started(data, place)
    with monkeypatch.context() as patch:
        patch.setattr("bot.matrix.starts.failpoints.reach", die)
        for _ in range(2):
            with pytest.raises(Killed):
                await started(data, place)
    running = await started(data, place)
    running.look_at(data.answer())


async def test_a_refusal_is_raised_and_nothing_is_counted(data: AccountData, place: Path) -> None:
    await started(data, place)
    kept, data.refuses = place.read_bytes(), 403
    with pytest.raises(MatrixError):
        await started(data, place)
    assert place.read_bytes() == kept


NONSENSE: tuple[Any, ...] = (
    *({}, [], "x", None),
    {"device": "PHONE", "number": "9", "mark": "x"},
    {"device": "PHONE", "number": -1, "mark": "x"},
    {"device": "PHONE", "number": MOST + 1, "mark": "x"},
    {"device": "PHONE", "number": 9},
)


@pytest.mark.parametrize("record", NONSENSE)
async def test_what_is_no_record_ends_nobody(data: AccountData, place: Path, record: Any) -> None:
    running = await started(data, place)
    data.record = record
    running.look_at(data.answer())
    running.look_at({"account_data": {"events": ["x", {"type": STARTED}]}})
    running.look_at({"account_data": record})
    await started(data, place)


async def test_numbers_stay_numbers_whatever_a_homeserver_says(
    data: AccountData, place: Path
) -> None:
    await started(data, place)
    data.record = {"device": "PHONE", "number": MOST, "mark": "x"}
    first = Starts(data.client(), place)
    await first.take_over()
    assert Start.read(data.record) is not None
    first.look_at(data.answer())


async def test_a_file_that_cannot_be_read_as_a_start_is_none(
    data: AccountData, place: Path
) -> None:
    place.write_bytes(b"\xff no number")
    await started(data, place)
    assert json.loads(place.read_bytes())["number"] == 1


async def test_neither_names_nor_the_device_lie_on_the_disk(data: AccountData, place: Path) -> None:
    await started(data, place)
    assert b"PHONE" not in place.read_bytes()
    assert b"steward" not in place.read_bytes()
    assert place.stat().st_mode & 0o777 == 0o600
    assert data.record is not None
    assert data.record.keys() == {"device", "number", "mark"}


def test_sync_brings_nothing_else_of_the_accounts_data() -> None:
    assert sync_filter(ACCOUNT)["account_data"] == {"types": [STARTED]}
