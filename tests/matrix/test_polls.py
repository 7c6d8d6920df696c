"""Secret polls over real encryption: what twelve voters send, what the server and the files keep."""

import asyncio
import contextlib
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from nio.crypto import GroupSessionStore

from bot.keys import keyring
from bot.keys.keyring import Purpose
from bot.matrix.crypto_store import CipherStore
from bot.matrix.native_polls import START
from bot.process.data_directory import DataDirectory
from demo.device import Message
from demo.matrix_api import ApiError, JsonObject, quoted
from demo.organizer import Organizer
from demo.steward import PASSPHRASE, Steward
from storage.chat.facts import Facts
from storage.core.database import Database
from tests.support.committee import Committee, Gathered, NewSteward, SignIn
from tests.support.polling import LATER, SAID_BACK

SETTINGS = """
[polls]
joined_hours = 0
shortest_minutes = 1
keys_dir = "{keys}"
"""
VOTERS = 12
READY = '!poll temp "Ready to march on the boss?" closes={closes}'
FIRST = ("05", "04", "04", "03", "00", "XX", "05", "02", "01", "04", "05", "03")
CHANGED = {0: "00", 3: "05", 5: "04", 7: "02"}
"""Who votes again, and what."""


@pytest.fixture
def in_memory() -> Iterator[Path]:
    """A directory on tmpfs for the keys of polls."""
    made = tempfile.mkdtemp(prefix="steward-polls-", dir="/dev/shm")
    yield Path(made)
    shutil.rmtree(made, ignore_errors=True)


@dataclass(slots=True)
class Voter:
    """Somebody on the roster, their direct chat, and what they sent the bot."""

    who: Organizer
    direct: str
    sent: dict[str, JsonObject] = field(default_factory=dict)
    """The ciphertexts of votes by event id, as the server got them."""
    taps: dict[str, str] = field(default_factory=dict)
    """Answer ids by the words they stand for."""

    async def vote(self, text: str) -> None:
        await self._send("m.room.message", {"msgtype": "m.text", "body": text})

    async def tap(self, words: str, *, stable: bool = False) -> None:
        """Answer the native poll, under the names of the specification or those of most apps."""
        poll, answer = self.taps["event"], self.taps[words]
        relation = {"m.relates_to": {"rel_type": "m.reference", "event_id": poll}}
        unstable = "org.matrix.msc3381.poll.response"
        if stable:
            await self._send("m.poll.response", {**relation, "m.selections": [answer]})
        else:
            await self._send(unstable, {**relation, unstable: {"answers": [answer]}})

    async def _send(self, kind: str, content: Mapping[str, Any]) -> None:
        sealed = await self.who.encrypt(self.direct, kind, content)
        event = await self.who.api.send_clear(self.direct, "m.room.encrypted", sealed)
        self.sent[event] = sealed

    async def acknowledged(self, times: int, bot: str) -> list[Message]:
        def recorded() -> list[Message]:
            return [
                m for m in self.who.messages if m.sender == bot and m.body.startswith("Recorded")
            ]

        await self.who.until(lambda: len(recorded()) >= times, 60)
        return recorded()


@dataclass(frozen=True, slots=True)
class Vote:
    """An open poll and everybody who may vote in it."""

    committee: Committee
    code: str
    voters: list[Voter]

    async def redacted(self, voter: Voter, event: str) -> bool:
        path = f"/rooms/{quoted(voter.direct)}/event/{quoted(event)}"
        async with asyncio.timeout(60):
            while True:
                with contextlib.suppress(ApiError):
                    if not (await voter.who.api.call("GET", path))["content"]:
                        return True
                await asyncio.sleep(0.2)


@pytest.fixture
async def committee(new_steward: NewSteward, gathered: Gathered, in_memory: Path) -> Committee:
    steward = await new_steward(settings=SETTINGS.format(keys=in_memory))
    await steward.start()
    return await gathered(steward)


@pytest.fixture
async def vote(committee: Committee, sign_in: SignIn, request: pytest.FixtureRequest) -> Vote:
    """Twelve people (or ``param``), each with a ballot in the direct chat, text and native poll."""
    bot, (many, closes) = committee.steward.user, getattr(request, "param", (VOTERS, "3h"))
    people = [committee.ana, committee.ben]
    for number in range(3, many + 1):
        person = await sign_in(f"voter{number}")
        await committee.ana.api.invite(committee.room, person.user)
        people.append(person)
    for person in people:
        await person.settled(committee.room, *(each.user for each in people), bot, seconds=60)
    await committee.say(committee.ana, "!status", f"{many} members", seconds=60)
    await committee.say(committee.ana, READY.format(closes=closes), SAID_BACK, seconds=60)
    announced = await committee.say(committee.ana, "!ok", "Results come then", seconds=60)
    assert f"{many} people may vote" in announced.body
    found = re.search(r"Secret poll (\w{4})", announced.body)
    assert found is not None
    return Vote(committee, found[1], [await with_ballot(person, bot) for person in people])


async def with_ballot(who: Organizer, bot: str) -> Voter:
    ballot = await who.hear("Not protected:", of=bot, seconds=90)
    voter = Voter(who, ballot.room)

    def native() -> list[JsonObject]:
        return [each for each in who.events if each.get("type") == START]

    await who.until(lambda: bool(native()), 90)
    (poll,) = native()
    voter.taps["event"] = poll["event_id"]
    for answer in poll["content"][START]["answers"]:
        voter.taps[answer["org.matrix.msc1767.text"]] = answer["id"]
    return voter


@pytest.mark.timeout(400)
async def test_twelve_vote_and_change_their_minds(vote: Vote) -> None:
    """One result with the right totals, and nothing on the way that tells one vote from another."""
    bot = vote.committee.steward.user
    for voter, choice in zip(vote.voters, FIRST, strict=True):
        await voter.vote(f"vote {vote.code} {choice}")
    await vote.voters[-1].acknowledged(1, bot)
    await vote.committee.steward.kill()
    await vote.committee.steward.start()
    for number, choice in CHANGED.items():
        await vote.voters[number].acknowledged(1, bot)
        await vote.voters[number].vote(f"vote {vote.code} {choice}")
    answers = [
        message.body
        for number, voter in enumerate(vote.voters)
        for message in await voter.acknowledged(2 if number in CHANGED else 1, bot)
    ]
    assert len(answers) == VOTERS + len(CHANGED)
    assert len(set(answers)) == 1

    sealed = [each for voter in vote.voters for each in voter.sent.values()]
    assert len({len(each["ciphertext"]) for each in sealed}) == 1
    for voter in vote.voters:
        for event in voter.sent:
            assert await vote.redacted(voter, event)

    await vote.committee.steward.kill()
    await vote.committee.steward.start({**LATER, "STEWARD_FAILPOINT": "poll_counted"}, wait=False)
    assert await vote.committee.steward.ended() < 0
    await vote.committee.steward.start(LATER)
    result = await vote.committee.ana.hear(
        f"{vote.code} is closed", of=bot, where=vote.committee.room, seconds=60
    )
    final = dict(enumerate(FIRST)) | CHANGED
    counts = Counter(final.values())
    for level in range(6):
        assert re.search(rf"\b{counts[f'{level:02}']} · {level} ", result.body), result.body
    assert f"{VOTERS} ballots of {VOTERS}" in result.body
    said = [m for m in vote.committee.ana.messages if f"{vote.code} is closed" in m.body]
    assert len(said) == 1
    await the_bot_cannot_read_them_again(vote)


async def the_bot_cannot_read_them_again(vote: Vote) -> None:
    """The server's ciphertexts, tried with everything that the bot's files hold after the close.

    The control is a message in the committee's room, whose key is kept: reading it shows that the
    attempt would work.
    """
    control = await vote.committee.ana.encrypt(
        vote.committee.room, "m.room.message", {"msgtype": "m.text", "body": "!status"}
    )
    await vote.committee.ana.api.send_clear(vote.committee.room, "m.room.encrypted", control)
    await vote.committee.say(vote.committee.ana, "!status", "fingerprint")
    # The result is said first; only then do the ballots' keys go.
    await vote.committee.steward.logs("poll_closed")
    await vote.committee.steward.kill()
    kept = await room_keys(vote.committee.steward)
    opened = [
        event
        for voter in vote.voters
        for event, sealed in voter.sent.items()
        if can_open(kept, voter.direct, sealed)
    ]
    assert opened == []
    assert can_open(kept, vote.committee.room, control)


async def room_keys(steward: Steward) -> GroupSessionStore:
    """Every room key in the files of a bot that is not running, for whoever knows the passphrase."""
    directory = DataDirectory(steward.data)
    key = keyring.unlock(directory.keyslots, PASSPHRASE)
    database = await Database.open(directory.app_database, key.derive(Purpose.APP_DATABASE))
    try:
        async with database.transaction() as tx:
            device = await Facts(tx).get("device_id")
    finally:
        await database.close()
    assert device is not None
    store = CipherStore.at(
        directory.nio_store,
        key=key.derive(Purpose.NIO_STORE),
        pickle_key=key.derive(Purpose.NIO_PICKLE),
        user_id=steward.user,
        device_id=device,
    )
    try:
        kept: GroupSessionStore = store.load_inbound_group_sessions()
    finally:
        store.close()
    return kept


def can_open(kept: GroupSessionStore, room: str, sealed: JsonObject) -> bool:
    for by_id in kept[room].values():
        session = by_id.get(sealed["session_id"])
        if session is not None:
            with contextlib.suppress(Exception):
                session.decrypt(sealed["ciphertext"])
                return True
    return False


@pytest.mark.timeout(400)
@pytest.mark.parametrize("vote", [(5, "2m")], indirect=True)
async def test_taps_count_and_other_ways_do_not(vote: Vote) -> None:
    """Taps as two kinds of apps send them; and in clear, edited, by reaction, and in the room."""
    ana, ben, chi, dan, eva = vote.voters
    bot, room = vote.committee.steward.user, vote.committee.room
    await ana.tap("4 good")
    await ben.tap("3 fine", stable=True)
    await chi.tap("0 no, not this")
    await chi.acknowledged(1, bot)
    await chi.tap("4 good")
    for voter, times in ((ana, 1), (ben, 1), (chi, 2)):
        await voter.acknowledged(times, bot)
    unstable = [each for voter in (ana, chi) for each in voter.sent.values()]
    assert len({len(each["ciphertext"]) for each in unstable}) == 1
    assert len({tap for voter in vote.voters for tap in voter.taps.values()}) == 5 * (1 + 7)
    for voter in (ana, ben, chi):
        for event in voter.sent:
            assert await vote.redacted(voter, event)

    await dan.who.api.send_clear(
        dan.direct, "m.room.message", {"msgtype": "m.text", "body": f"vote {vote.code} 00"}
    )
    await dan.who.hear("unencrypted", of=bot, where=dan.direct)
    await dan.vote(f"vote {vote.code} 05")
    await dan.acknowledged(1, bot)

    # To take something away from a committee's room the bot needs the power to.
    await ana.who.api.set_power(room, bot, 50)
    await vote.committee.say(ana.who, "!status", "fingerprint")
    mark = len(eva.who.messages)
    typed = await eva.who.send(room, f"vote {vote.code} 00")
    await eva.who.hear("It did not count", of=bot, where=eva.direct, since=mark)
    assert await vote.redacted(Voter(eva.who, room), typed)
    await eva.who.api.send_clear(
        eva.direct,
        "m.reaction",
        {
            "m.relates_to": {
                "rel_type": "m.annotation",
                "event_id": eva.taps["event"],
                "key": "👎",
            }
        },
    )
    await eva.who.hear("Reactions are never votes", of=bot, where=eva.direct, since=mark)
    edit = {
        "msgtype": "m.text",
        "body": f"* vote {vote.code} 00",
        "m.new_content": {"msgtype": "m.text", "body": f"vote {vote.code} 00"},
        "m.relates_to": {"rel_type": "m.replace", "event_id": eva.taps["event"]},
    }
    await eva.who.send_event(eva.direct, "m.room.message", edit)
    await eva.who.hear("edited messages", of=bot, where=eva.direct, since=mark)
    await eva.vote(f"vote {vote.code} XX")
    await eva.acknowledged(1, bot)

    result = await vote.committee.ana.hear(
        f"{vote.code} is closed", of=bot, where=room, seconds=240
    )
    assert "5 ballots of 5, 1 abstained" in result.body
    for row in ("1 · 5 all in", "2 · 4 good", "1 · 3 fine", "0 · 0 no"):
        assert row in result.body


async def test_an_open_poll_is_one_of_matrixs_own(committee: Committee) -> None:
    await committee.say(committee.ana, '!poll open "Who cooks?" me, you', SAID_BACK)
    said = await committee.say(committee.ana, "!ok", "names visible")
    assert said.encrypted

    def native() -> list[JsonObject]:
        return [each for each in committee.ben.events if each.get("type") == START]

    await committee.ben.until(lambda: bool(native()), 30)
    (poll,) = native()
    assert poll["room_id"] == committee.room
    assert poll["content"][START]["question"]["body"] == "“Who cooks?” (names visible)"
