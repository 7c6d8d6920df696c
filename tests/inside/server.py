"""Insiders on a real homeserver: who runs it, who was expelled, and who keeps the bot busy.

What the homeserver's administrator can do is done by a proxy that changes what the bot is shown.
"""

import asyncio
import contextlib
import csv
import io
import re
import time
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from nio.crypto.attachments import decrypt_attachment, encrypt_attachment

from demo.device import Message
from demo.organizer import NotHeard, Organizer
from tests.support.proxy import JsonObject, Rewrite
from tests.support.world import World

PATIENCE: Final = 20.0
"""Seconds to wait for an answer; nearly always there is one, if only a refusal."""
MONTH_MS: Final = int(timedelta(days=30).total_seconds() * 1000)


# -- what is in the records -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Records:
    """Ana's people: the truth."""

    direct: str
    """Her direct chat with the bot."""
    names: tuple[str, ...]
    rated: tuple[str, ...]
    """Names of those who have a rating."""

    def read_in(self, texts: Iterable[str]) -> set[str]:
        text = "\n".join(texts)
        return {name for name in self.names if name in text}


async def kept(here: World, names: Sequence[str], rated: int) -> Records:
    """Ana sets the committee up, adds these people and rates some of them."""
    bot = here.steward.user
    await here.ask(here.ana, '!setup name="Payments chapter" tz=Madrid', "Payments chapter")
    direct = await here.ana.direct(bot)
    await here.ana.settled(direct, bot)
    for number, name in enumerate(names, 1):
        added = f'!contact add "{name}" area=Payments --yes'
        await here.ana.ask(direct, added, name, of=bot, where=direct)
        if number <= rated:
            await here.ana.ask(direct, f"!assess M-{number} 2 did", name, of=bot, where=direct)
    return Records(direct, tuple(names), tuple(names[:rated]))


# -- listening ------------------------------------------------------------------------------------


def heard(who: Organizer, bot: str, since: int = 0) -> list[str]:
    """What the bot said to somebody."""
    return [each.body for each in who.messages[since:] if each.sender == bot]


async def try_asking(who: Organizer, room: str, text: str, bot: str) -> str:
    """Ask, and take what comes: the answer, or nothing."""
    with contextlib.suppress(NotHeard):
        return (await who.ask(room, text, of=bot, where=room, seconds=PATIENCE)).body
    return ""


async def all_said(here: World) -> None:
    """Return when the bot has handled everything so far and nothing waits to be sent."""
    await here.seen()
    idle = 0
    while idle < 3:
        idle = idle + 1 if (await here.steward.status()).get("queue") == 0 else 0
        await asyncio.sleep(0.2)


async def files_of(who: Organizer, bot: str, since: int = 0) -> list[str]:
    """The contents of the files that the bot sent somebody, opened as their app does."""
    found = []
    for each in who.messages[since:]:
        file = each.content.get("file")
        if each.sender != bot or each.kind != "m.file" or not isinstance(file, dict):
            continue
        sealed = await who.api.download(file["url"])
        content: bytes = decrypt_attachment(
            sealed, file["key"]["k"], file["hashes"]["sha256"], file["iv"]
        )
        found.append(content.decode(errors="replace"))
    return found


def is_file(message: Message) -> bool:
    return message.kind == "m.file"


def ratings_in(files: Iterable[str], rated: Iterable[str]) -> int:
    """How many of the rated people stand in a copy with their rating."""
    found: set[str] = set()
    for text in files:
        for row in csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))):
            words = " ".join(each for each in row.values() if isinstance(each, str))
            found.update(name for name in rated if name in words and row.get("rating"))
    return len(found)


def before_the_room_knew(here: World, who: Organizer) -> list[str]:
    """What the bot said to somebody before it had said in the room that they are there."""
    bot = here.steward.user
    told = [
        each.sent
        for each in here.ana.messages
        if (each.sender, each.room) == (bot, here.room) and who.user in each.body
    ]
    return [
        each.body
        for each in who.messages
        if each.sender == bot and each.room != here.room and not (told and told[0] <= each.sent)
    ]


# -- the homeserver's administrator --------------------------------------------------------------


def forged(here: World, members: Sequence[str], levels: JsonObject) -> list[tuple[str, JsonObject]]:
    """State of the committee's room in which these accounts are members, and power is so."""
    joins: list[JsonObject] = [
        {
            "type": "m.room.member",
            "state_key": user,
            "sender": user,
            "content": {"membership": "join"},
            "event_id": f"$forged-{number}",
            "origin_server_ts": int(time.time() * 1000) - MONTH_MS,
        }
        for number, user in enumerate(members)
    ]
    power: JsonObject = {
        "type": "m.room.power_levels",
        "state_key": "",
        "sender": here.ana.user,
        "content": levels,
        "event_id": "$forged-levels",
        "origin_server_ts": int(time.time() * 1000) - MONTH_MS,
    }
    return [(here.room, event) for event in (*joins, power)]


async def make_keepers(here: World, puppets: Sequence[Organizer]) -> None:
    """Show the bot, and nobody else, that these accounts keep the committee's data."""
    members = [each.user for each in puppets]
    levels = await here.ana.api.state(here.room, "m.room.power_levels")
    # Everything else as it is: nobody shall miss any power.
    levels["users"] = {**levels["users"], **dict.fromkeys(members, 100)}
    async with here.hostile() as server:
        server.state = forged(here, members, levels)
        await here.seen()


QUESTIONS: Final = (
    "!contact list",
    "!contact find a",
    "!contact find an",
    "!contact show M-1",
    "!subject M-1",
    "!turf team",
    "!stale 1",
    "!chart",
)


async def ask_as_keepers(here: World, puppets: Sequence[Organizer]) -> None:
    """Both ask for everything there is; the one for a copy, the other for that to be approved."""
    bot = here.steward.user
    rooms = []
    for each in puppets:
        room = await each.direct(bot)
        with contextlib.suppress(NotHeard):
            await each.settled(room, bot, seconds=PATIENCE)
            rooms.append((each, room))
    if len(rooms) < len(puppets):
        return
    for who, room in rooms:
        for text in QUESTIONS[:-1]:
            await who.send(room, text)
        await try_asking(who, room, QUESTIONS[-1], bot)
    (one, in_one), (two, in_two) = rooms[:2]
    asked = await try_asking(one, in_one, '!export csv why="a copy" --ratings', bot)
    numbers = re.findall(r"!export approve (\d+)", "".join(heard(one, bot)) + asked)
    await try_asking(two, in_two, f"!export approve {numbers[-1] if numbers else 1}", bot)
    await all_said(here)


def dated_back(_method: str, path: str, answer: JsonObject) -> JsonObject:
    """Whatever tells of a membership tells of one that is a month old."""
    if any(part in path for part in ("/members", "/state", "/event/", "/context/", "/sync")):
        _date_back(answer)
    return answer


def _date_back(part: Any) -> None:
    if isinstance(part, dict):
        if part.get("type") == "m.room.member" and isinstance(part.get("origin_server_ts"), int):
            part["origin_server_ts"] -= MONTH_MS
            part["unsigned"] = {"age": MONTH_MS}
        for each in part.values():
            _date_back(each)
    elif isinstance(part, list):
        for each in part:
            _date_back(each)


async def seats(here: World, puppets: Sequence[Organizer]) -> int:
    """Ask a secret poll; how many of these accounts stand on its roster."""
    bot, ana = here.steward.user, here.ana
    mark = len(ana.messages)
    said = await try_asking(ana, here.room, '!poll temp "Ready?" closes=2d k=3', bot)
    if "!ok" in said:
        await ana.send(here.room, "!ok")
    await all_said(here)
    told = "\n".join(
        body for body in heard(ana, bot, mark) if "Secret poll" in body and "may vote" in body
    )
    return sum(each.user in told for each in puppets)


def without_leaving(user: str) -> Rewrite:
    """Whatever tells that somebody left the committee's room is kept back."""

    def rewrite(_method: str, path: str, answer: JsonObject) -> JsonObject:
        if "/sync" in path:
            for room in answer.get("rooms", {}).get("join", {}).values():
                for part in ("state", "timeline"):
                    events = room.get(part, {}).get("events", [])
                    events[:] = [
                        each for each in events
                        if (each.get("type"), each.get("state_key")) != ("m.room.member", user)
                    ]  # fmt: skip
        return answer

    return rewrite


async def deliver_late(here: World, carl: Organizer, room: str) -> None:
    """Keep back what Carl asks while he is a member, and deliver it when he is none any more."""
    kept: list[tuple[str, JsonObject]] = []

    def keep_back(_method: str, path: str, answer: JsonObject) -> JsonObject:
        if "/sync" in path:
            for name, joined in answer.get("rooms", {}).get("join", {}).items():
                events = joined.get("timeline", {}).get("events", [])
                kept.extend((name, e) for e in events if e.get("sender") == carl.user)
                events[:] = [e for e in events if e.get("sender") != carl.user]
        return answer

    here.proxy.rewrite = keep_back
    try:
        for text in QUESTIONS:
            await carl.send(room, text)
        await all_said(here)
        await here.ana.api.remove(here.room, carl.user)
        await here.seen()
    finally:
        here.proxy.rewrite = None
    async with here.hostile() as server:
        server.timeline = [each for each in kept if each[0] == room]
        await here.seen()
    await all_said(here)


# -- two accounts that a lead made keepers -------------------------------------------------------


async def make_real_keepers(here: World, puppets: Sequence[Organizer], direct: str) -> None:
    """Ana brings two accounts in, gives them all the power that a room has, and stands by them."""
    for each in puppets:
        await here.ana.api.set_power(here.room, each.user, 100)
        await here.seen()
        for typed in (f"!confirm {each.user}", f"!confirm {each.user} --yes"):
            await try_asking(here.ana, direct, typed, here.steward.user)


# -- an expelled keeper ---------------------------------------------------------------------------


async def _ask_for_a_copy(here: World, records: Records) -> str:
    """Ana asks; what Ben types to approve it."""
    bot = here.steward.user
    words = '!export csv why="a copy" --ratings'
    asked = await here.ana.ask(records.direct, words, "!export approve", of=bot)
    found = re.search(r"!export approve \d+", asked.body)
    assert found is not None
    return found[0]


async def _direct_of(here: World, who: Organizer) -> str:
    """Somebody's direct chat with the bot; a new one if there is none."""
    bot = here.steward.user
    theirs = [m.room for m in who.messages if m.sender == bot and m.room != here.room]
    if theirs:
        return theirs[-1]
    room = await who.direct(bot)
    await who.settled(room, bot)
    return room


async def export_at_once(here: World, records: Records) -> list[str]:
    """Ana asks for a copy with ratings, Ben approves it: what she gets."""
    ana, ben, bot = here.ana, here.ben, here.steward.user
    mark = len(ana.messages)
    approve = await _ask_for_a_copy(here, records)
    await try_asking(ben, await _direct_of(here, ben), approve, bot)
    with contextlib.suppress(NotHeard):
        await ana.hear(is_file, of=bot, since=mark, seconds=PATIENCE)
    return await files_of(ana, bot, mark)


async def export_in_flight(here: World, records: Records, name: str) -> list[str]:
    """Ana asks for a copy with ratings, cannot be written to for a while, and leaves the committee.

    Ben approves in between; somebody is added after she has left. What she gets when she is back.
    """
    ana, ben, bot = here.ana, here.ben, here.steward.user
    to_ben = await _direct_of(here, ben)
    mark = len(ana.messages)
    approve = await _ask_for_a_copy(here, records)
    await ana.pause()
    await ana.api.leave(records.direct)
    await try_asking(ben, to_ben, approve, bot)
    await ana.api.leave(here.room)
    await try_asking(ben, to_ben, f'!contact add "{name}" area=Payments --yes', bot)
    ana.listen()
    with contextlib.suppress(NotHeard):
        await ana.hear(is_file, of=bot, since=mark, seconds=8)
    return await files_of(ana, bot, mark)


# -- who keeps the bot busy -----------------------------------------------------------------------


@dataclass(slots=True)
class Waits:
    """How long somebody waited for each answer, in seconds that the bot used up meanwhile.

    Of the time on the clock and the CPU time of the bot the lesser: a machine that is busy with other
    things is not the attacker's doing.
    """

    here: World
    who: Organizer
    room: str
    taken: list[float] = field(default_factory=list)

    async def ask(self) -> None:
        """Ask the smallest question there is, and wait for its answer."""
        started, worked = time.monotonic(), _cpu_seconds(self.here.steward.pid)
        with contextlib.suppress(NotHeard):
            await self.who.ask(self.room, "!me", of=self.here.steward.user, seconds=60)
        spent = _cpu_seconds(self.here.steward.pid) - worked
        self.taken.append(min(time.monotonic() - started, spent))

    async def ask_until(self, over: asyncio.Event, pause: float = 0.1) -> None:
        """Ask again and again."""
        while not over.is_set():
            await self.ask()
            await asyncio.sleep(pause)

    @property
    def p99(self) -> float:
        ordered = sorted(self.taken)
        return ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))] if ordered else 0.0


def _cpu_seconds(pid: int) -> float:
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as file:  # noqa: PTH123 (not a file)
            fields = file.read().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / 100


async def paste_storm(who: Organizer, room: str, lists: Sequence[str], bot: str) -> None:
    """Send all of them at once; wait until the last has an answer, or nothing comes any more."""
    mark = len(who.messages)
    for each in lists:
        await who.send(room, each)
    with contextlib.suppress(NotHeard):
        await who.until(lambda: len(heard(who, bot, mark)) >= len(lists), seconds=40)


async def send_file(who: Organizer, room: str, name: str, content: bytes) -> None:
    """Send a file as apps do: encrypted, uploaded, and an event that says where it is."""
    sealed, keys = await asyncio.to_thread(encrypt_attachment, content)
    headers = {
        "Authorization": f"Bearer {who.api.token}",
        "Content-Type": "application/octet-stream",
    }
    url = f"{who.api.homeserver}/_matrix/media/v3/upload"
    async with who.api._http.post(url, data=io.BytesIO(sealed), headers=headers) as answer:
        where = (await answer.json())["content_uri"]
    await who.send_event(
        room,
        "m.room.message",
        {
            "msgtype": "m.file",
            "body": name,
            "filename": name,
            "info": {"size": len(content)},
            "file": {"url": where, **keys},
        },
    )


@dataclass(slots=True)
class Watched:
    """The bot's memory, its children's included, and whether it went on."""

    here: World
    most: float = 0.0
    """MiB, the most at one moment."""
    restarts: int = 0

    async def watch(self, over: asyncio.Event) -> None:
        """Look ten times a second; start the bot again when it has ended, as a service manager does."""
        while not over.is_set():
            if not self.here.steward.running:
                self.restarts += 1
                if self.restarts > 3:
                    return
                with contextlib.suppress(Exception):
                    await self.here.steward.ended(1)
                await self.here.steward.start(wait=False)
            with contextlib.suppress(Exception):
                self.most = max(self.most, tree_mib(self.here.steward.pid))
            await asyncio.sleep(0.1)


def tree_mib(pid: int) -> float:
    """Resident memory of a process and all that it started; shared pages once."""
    total, waiting = 0.0, [pid]
    while waiting:
        one = waiting.pop()
        try:
            with open(f"/proc/{one}/smaps_rollup", encoding="ascii") as file:  # noqa: PTH123
                sizes = dict(re.findall(r"(?m)^(\w+):\s+(\d+) kB", file.read()))
            with open(f"/proc/{one}/task/{one}/children", encoding="ascii") as file:  # noqa: PTH123
                waiting += [int(each) for each in file.read().split()]
        except OSError:
            continue
        total += int(sizes.get("Pss", 0)) / 1024
    return total


def short_cells(size: int) -> bytes:
    """A list of as many cells as there can be, two to a row, of a letter each."""
    row = b"a,b\n"
    return b"Name,Area\n" + row * (size // len(row))


def one_row(size: int) -> bytes:
    """All cells in one row."""
    return b"a," * (size // 2)


def full_rows(size: int) -> bytes:
    """Rows as wide as a list's usually are, of cells as short as can be told apart."""
    row = b",".join([b"ab"] * 12) + b"\n"
    return row * (size // len(row))


def open_quotes(size: int) -> bytes:
    """Cells in quotes that never end where one thinks."""
    row = b'"a""a","b\n",' * 40 + b'"c"\n'
    return row * (size // len(row))


def workbook(size: int) -> bytes:
    """A workbook that says little, many times: small as it is sent, large as it is read."""
    row = "<row>" + "<c><v>1</v></c>" * 20 + "</row>"
    sheet = f"{_SHEET}<sheetData>{row * (size // len(row))}</sheetData></worksheet>"
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as book:
        for name, text in (*_PARTS.items(), ("xl/worksheets/sheet1.xml", sheet)):
            book.writestr(name, text)
    return made.getvalue()


_XML: Final = '<?xml version="1.0" encoding="UTF-8"?>'
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_DOCUMENT: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_KIND: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_SHEET: Final = f'{_XML}<worksheet xmlns="{_MAIN}">'
_PARTS: Final = {
    "[Content_Types].xml": f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels"'
    ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_KIND}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_KIND}.worksheet+xml"/></Types>',
    "_rels/.rels": f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1"'
    f' Type="{_DOCUMENT}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_DOCUMENT}"><sheets>'
    '<sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_DOCUMENT}/worksheet" Target="worksheets/sheet1.xml"/>'
    "</Relationships>",
}


@contextlib.contextmanager
def hiding(here: World, user: str) -> Iterator[None]:
    """Keep from the bot that somebody left."""
    here.proxy.rewrite = without_leaving(user)
    try:
        yield
    finally:
        here.proxy.rewrite = None
