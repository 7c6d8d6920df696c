"""Secret polls as the homeserver sees them: what every ballot looks like, and what stays of it."""

import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from demo.homeserver import Homeserver
from demo.matrix_api import JsonObject
from demo.organizer import Organizer
from tests.support.ballot_voters import (
    SETTINGS,
    FaultySteward,
    Voter,
    can_open,
    invited,
    opened,
    room_keys,
    typed,
    with_ballot,
)
from tests.support.committee import PASSWORD, Committee, Gathered, NewSteward, SignIn

KINDS: dict[str, tuple[str, tuple[str, str, str]]] = {
    "temperature": ('!poll temp "Ready?" k=3 closes=1h', ("05", "00", "XX")),
    "yes or no": ('!poll yesno "Send it?" k=3 closes=1h', ("01", "02", "XX")),
    "consensus": ('!poll consensus "Tuesdays" k=3 closes=1h', ("01", "04", "XX")),
    "one of ten": (
        '!poll choose "Where?" a, b, c, d, e, f, g, h, i, the_town_hall k=3 closes=1h',
        ("01", "10", "XX"),
    ),
    "approval": (
        '!poll approve "Which?" pay, hours, safety, parking k=3 closes=1h',
        ("YNNY", "NNNN", "XXXX"),
    ),
    "score": ('!poll score "How much?" pay, hours, safety k=3 closes=1h', ("505", "000", "XXX")),
    "ranking": ('!poll rank "Who?" Ana, Ben, Lea, Mo k=3 closes=1h', ("CADB", "AXXX", "XXXX")),
}
"""For each kind a poll, and the three ballots that differ most."""
TAPPED = ("temperature", "yes or no", "consensus", "one of ten")


@pytest.fixture
def in_memory() -> Iterator[Path]:
    """A directory on tmpfs for the keys of polls."""
    with TemporaryDirectory(dir="/dev/shm", prefix="steward-polls-") as made:
        yield Path(made)


@pytest.fixture
async def committee(new_steward: NewSteward, gathered: Gathered, in_memory: Path) -> Committee:
    steward = await new_steward(settings=SETTINGS.format(keys=in_memory))
    await steward.start()
    return await gathered(steward)


@pytest.fixture
async def three(committee: Committee, sign_in: SignIn) -> list[Organizer]:
    """Ana, Ben and Chi in the room."""
    chi = await sign_in("chi")
    await invited(committee, [chi])
    return [committee.ana, committee.ben, chi]


def size(event: JsonObject) -> int:
    return len(event["content"]["ciphertext"])


@pytest.mark.timeout(300)
async def test_ballots_and_answers_of_a_poll_have_one_length(
    committee: Committee, three: list[Organizer]
) -> None:
    """Whatever is voted, for the first time or again, in every kind of poll, typed or tapped."""
    bot = committee.steward.user
    voters: list[Voter] = []
    for name, (command, choices) in KINDS.items():
        code = await opened(committee, command)
        voters = [await with_ballot(who, bot, code) for who in three]
        for voter, choice in zip(voters, choices, strict=True):
            await voter.vote(code, choice)
        # Once another choice, once the same again.
        for voter, choice in ((voters[0], choices[1]), (voters[1], choices[1])):
            await voter.recorded(code, 1)
            await voter.vote(code, choice)
        answers = [
            await voter.on_server(message.event_id)
            for voter, times in zip(voters, (2, 2, 1), strict=True)
            for message in await voter.recorded(code, times)
        ]
        sealed = [each for voter in voters for each in voter.sent.values()]
        assert len(sealed) == 5, name
        assert len({len(each["ciphertext"]) for each in sealed}) == 1, name
        assert len({size(answer) for answer in answers}) == 1, name
        for voter in voters:
            for event in voter.sent:
                assert await voter.is_redacted(event), name
        if name in TAPPED:
            await taps_have_one_length(voters, code)
    await control_lengths_can_be_told_apart(committee)
    await control_what_is_no_vote_stays(voters[0])


async def taps_have_one_length(voters: list[Voter], code: str) -> None:
    polls = [await voter.on_server((await voter.to_tap(code))["event_id"]) for voter in voters]
    assert len({size(poll) for poll in polls}) == 1, "the ballots to tap"
    before = [len(await voter.recorded(code, 1)) for voter in voters]
    taps = [await voter.tap(code, at) for voter, at in zip(voters, (0, 1, -1), strict=True)]
    for voter, tap, earlier in zip(voters, taps, before, strict=True):
        await voter.recorded(code, earlier + 1)
        assert await voter.is_redacted(tap)
    lengths = {len(v.sent[tap]["ciphertext"]) for v, tap in zip(voters, taps, strict=True)}
    assert len(lengths) == 1


async def control_lengths_can_be_told_apart(committee: Committee) -> None:
    room = committee.room
    lengths = [
        len((await committee.ana.encrypt(room, "m.room.message", typed(text)))["ciphertext"])
        for text in ("vote K7QX 04", "vote K7QX agreed, but with reservations")
    ]
    assert lengths[0] != lengths[1]


async def control_what_is_no_vote_stays(voter: Voter) -> None:
    asked = await voter.send("m.room.message", typed("!me"))
    await voter.who.hear("Time zone", of=voter.bot, where=voter.room)
    assert not await voter.is_redacted(asked, seconds=2)


async def test_a_vote_where_the_bot_may_not_delete_is_deleted_or_explained(
    committee: Committee, three: list[Organizer]
) -> None:
    """In a direct chat of the voter's own making the bot may have no power over messages."""
    own = await committee.open_direct(three[2])
    code = await opened(committee, '!poll temp "Ready?" k=3 closes=1h')
    voter = await with_ballot(three[2], committee.steward.user, code)
    event = await voter.vote(code, "04")
    await voter.recorded(code, 1)
    # Elsewhere it may and does, however long that takes.
    if not await voter.is_redacted(event, seconds=5 if voter.room == own else 60):
        assert voter.room == own
        said = [m.body for m in voter.who.messages if m.sender == committee.steward.user]
        assert any(re.search(r"(delete|remove) (it|your vote|each vote)", text) for text in said)


# -- after the close ------------------------------------------------------------------------------


@pytest.mark.timeout(400)
async def test_at_the_close_ballots_go_and_too_few_are_no_number(
    committee: Committee, three: list[Organizer]
) -> None:
    """Two polls: one with enough ballots, one with one too few, and a vote in clear that is none."""
    bot = committee.steward.user
    full = await opened(committee, '!poll temp "Ready?" k=3 closes=2m')
    thin = await opened(committee, '!poll yesno "Shall we?" k=3 closes=2m')
    in_full = [await with_ballot(who, bot, full) for who in three]
    in_thin = [await with_ballot(who, bot, thin) for who in three]
    await in_full[0].tap(full, 5)
    await in_full[1].vote(full, "05")
    await in_full[2].vote(full, "05")
    for voter in in_thin[:2]:
        await voter.vote(thin, "01")
    await refuses_a_vote_in_clear(in_thin[2], thin)
    results = {
        code: await committee.ana.hear(
            f"{code} is closed", of=bot, where=committee.room, seconds=210
        )
        for code in (full, thin)
    }
    # The result is said first; only then do the ballots and their keys go.
    await committee.steward.logs("poll_closed", times=2)
    assert "3 ballots of 3" in results[full].body
    nothing = results[thin].body.replace(thin, "")
    assert set(re.findall(r"\d+", nothing)) <= {"3"}, nothing
    await says_no_number(committee, three, thin)
    # A key that moved on, not one that was lost: the chat goes on.
    await three[1].ask(in_full[1].room, "!help", of=bot)
    await committee.steward.kill()
    kept = await room_keys(committee.steward.data, bot)
    assert openable(kept, [*in_full, *in_thin]) == 0


async def refuses_a_vote_in_clear(voter: Voter, code: str) -> None:
    mark = len(voter.who.messages)
    event = await voter.who.api.send_clear(voter.room, "m.room.message", typed(f"vote {code} 01"))
    await voter.who.hear("unencrypted", of=voter.bot, where=voter.room, since=mark)
    assert await voter.is_redacted(event)
    said = [m.body for m in voter.who.messages[mark:] if m.sender == voter.bot]
    assert not any(f"Recorded for {code}" in text for text in said)


async def says_no_number(committee: Committee, people: list[Organizer], code: str) -> None:
    """Nobody is told how many ballots there were: not in the room, not directly, not in the log."""
    for who in people:
        for message in who.messages:
            if message.sender == committee.steward.user and code in message.body:
                assert not re.search(r"\b(2|two)\b (ballots|people|votes|voted)", message.body)
    log = committee.steward.log()
    told = [line for line in log.splitlines() if "poll" in line or "vote" in line]
    assert not any(re.search(r"(ballots|votes|turnout|count)=", line) for line in told)


def openable(kept: object, voters: list[Voter]) -> int:
    """How many of the votes these keys open, given what the homeserver was sent."""
    return sum(
        can_open(kept, voter.room, sealed) for voter in voters for sealed in voter.sent.values()
    )


@pytest.fixture
async def keeping(
    homeserver: Homeserver, gathered: Gathered, in_memory: Path, tmp_path: Path
) -> AsyncIterator[Committee]:
    """A committee whose bot keeps every key."""
    user = await homeserver.register(f"steward-keeping-{in_memory.name[-6:].lower()}", PASSWORD)
    settings = SETTINGS.format(keys=in_memory)
    async with FaultySteward(
        tmp_path / "keeping", homeserver.url, user, PASSWORD, settings=settings
    ) as bot:
        await bot.init()
        await bot.start()
        yield await gathered(bot)


async def test_control_a_bot_that_keeps_its_keys_can_open_every_ballot(
    keeping: Committee, sign_in: SignIn
) -> None:
    voters = await three_votes(keeping, await sign_in("chi"))
    await keeping.steward.kill()
    kept = await room_keys(keeping.steward.data, keeping.steward.user)
    assert openable(kept, voters) == 3


async def test_a_ballot_is_read_once_even_while_the_poll_is_open(
    committee: Committee, sign_in: SignIn
) -> None:
    voters = await three_votes(committee, await sign_in("chi"))
    # The checkpoint behind the votes, which comes with the next batch.
    await committee.say(committee.ana, "!status", "fingerprint")
    await committee.steward.kill()
    kept = await room_keys(committee.steward.data, committee.steward.user)
    assert openable(kept, voters) == 0


async def three_votes(committee: Committee, chi: Organizer) -> list[Voter]:
    await invited(committee, [chi])
    code = await opened(committee, '!poll temp "Ready?" k=3 closes=1h')
    bot = committee.steward.user
    voters = [await with_ballot(who, bot, code) for who in (committee.ana, committee.ben, chi)]
    for voter, choice in zip(voters, ("05", "00", "XX"), strict=True):
        await voter.vote(code, choice)
        await voter.recorded(code, 1)
    return voters
