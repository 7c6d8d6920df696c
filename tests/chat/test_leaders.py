"""Who stands behind whom, how far groups come, and that nobody learns it who may not."""

import random
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from commands.framework.reply import Audience
from commands.picture import Wall
from commands.privacy.formats import CardKey, file_of
from storage.chat.committees import Committees
from storage.contacts.followings import Followings
from storage.history.derived import recompute_followings
from storage.privacy.exports import ExportFormat, Exports
from tests.chat.conversation import Chat, Said
from tests.support.begun import copied, made

PEOPLE = ("Sam Okafor", "Mia Chen", "Bo Beck", "Robin Roe", "Ines Diaz", "Eve Ito")


async def meet_people(chat: Chat) -> None:
    for name in PEOPLE:
        await chat.dm("@ana", f'!contact add "{name}" area=Payments')
    for name in ("Kit Moss", "Flo Hart"):
        await chat.dm("@ben", f'!contact add "{name}" area=Search')
    await chat.dm("@ana", "!contact role M-1 leader")


@pytest.fixture(scope="module")
def met(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("met") / "steward.db", meet_people)


@pytest.fixture(name="led")
async def _led(met: Path) -> AsyncIterator[Chat]:
    """Ana has M-1 to M-6; M-1 is a natural leader. Ben has M-7 and M-8."""
    async with copied(met) as chat:
        yield chat


async def behind(chat: Chat) -> dict[int, int]:
    """Behind whom each stands now, by handle."""
    async with chat.database.transaction() as tx:
        rows = await tx.all(
            "SELECT c.number, l.number AS leader FROM contacts AS c JOIN contacts AS l ON l.id = c.follows"
        )
        return {row["number"]: row["leader"] for row in rows}


def items(said: Said) -> list[str]:
    return [row.removeprefix("• ") for row in said.text.splitlines() if row.startswith("• ")]


# ------------------------------------------------------------------ putting people behind somebody
async def test_several_at_once(led: Chat) -> None:
    said = await led.dm("@ana", "!follows M-2 M-3 M-1")
    assert said.text == (
        "M-2 Mia Chen, M-3 Bo Beck stand behind M-1 Sam Okafor (Payments) now.\nTo undo "
        "it, type !undo within 15 minutes."
    )
    said = await led.dm("@ana", "!follows M-4 M-1")
    assert said.says("M-4 Robin Roe stands behind", "In all 3 people stand behind them.")
    assert await behind(led) == {2: 1, 3: 1, 4: 1}


@pytest.mark.parametrize(
    "typed",
    [
        "!follows M-2 M-3 M-1",
        "!follows m2, m3 m1",
        "!follows Mia Chen, Bo Beck, Sam Okafor",
        "!follows Mia, Bo Beck M-1",
        "!follows mia M-3 behind sam",
        '!follows "Mia Chen" M-3 M-1',
        '!follows "Mia Chen", "Bo Beck" "Sam Okafor"',
        "!behind M-2 M-3 M-1",
    ],
)
async def test_by_handle_and_by_name(led: Chat, typed: str) -> None:
    await led.dm("@ana", typed)
    assert await behind(led) == {2: 1, 3: 1}, typed


@pytest.mark.parametrize("nobody", ["-", "–", "nobody"])
async def test_behind_nobody_again(led: Chat, nobody: str) -> None:
    await led.dm("@ana", "!follows M-2 M-3 M-1")
    said = await led.dm("@ana", f"!follows M-2 {nobody}")
    assert said.says("M-2 Mia Chen stands behind nobody now.")
    assert await behind(led) == {3: 1}
    assert (await led.dm("@ana", f"!follows M-2 {nobody}")).says("behind nobody already")


async def test_one_leader_at_a_time(led: Chat) -> None:
    await led.dm("@ana", "!follows M-2 M-3 M-1")
    await led.dm("@ana", "!contact role M-4 leader")
    said = await led.dm("@ana", "!follows M-2 M-3 M-4")
    assert said.says("stand behind M-4", "Before: behind M-1.")
    assert await behind(led) == {2: 4, 3: 4}
    assert (await led.dm("@ana", "!follows M-2 M-4")).says("noted that already: M-2 behind M-4")


async def test_a_leader_has_to_be_one(led: Chat) -> None:
    said = await led.dm("@ana", "!follows M-2 M-3")
    assert said.says(
        "M-3 Bo Beck (Payments) is not noted as a natural leader", "!contact role M-3 leader"
    )
    assert await behind(led) == {}
    await led.dm("@ana", "!contact role M-3 leader")
    await led.dm("@ana", "!follows M-2 M-3")
    assert await behind(led) == {2: 3}


async def test_no_circles(led: Chat) -> None:
    for handle in ("M-2", "M-3"):
        await led.dm("@ana", f"!contact role {handle} leader")
    await led.dm("@ana", "!follows M-1 M-2")
    await led.dm("@ana", "!follows M-2 M-3")
    said = await led.dm("@ana", "!follows M-3 M-1")
    assert said.says("would make a circle", "!follows M-1 -")
    assert (await led.dm("@ana", "!follows M-1 M-1")).says("Nobody stands behind themselves")
    assert await behind(led) == {1: 2, 2: 3}


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("!follows", "who stands behind whom"),
        ("!follows M-2", "Who stands behind whom?"),
        ("!follows M-2 M-99", "M-99 is not one of your people"),
        ("!follows Zoltan M-1", "None of your people is named “Zoltan”"),
        ("!follows M-2 M-7", "M-7 is not one of your people"),
        ("!follows M-7 M-1", "M-7 is not one of your people"),
    ],
)
async def test_what_cannot_be(led: Chat, typed: str, answer: str) -> None:
    assert (await led.dm("@ana", typed)).says(answer)
    assert await behind(led) == {}


async def test_who_left_stands_behind_nobody(led: Chat) -> None:
    await led.dm("@ana", "!contact left M-2")
    assert (await led.dm("@ana", "!follows M-2 M-1")).says("is not counted now")


# ------------------------------------------------------------------ what is said of it
async def test_a_card_says_how_many_and_behind_whom(led: Chat) -> None:
    await led.dm("@lea", "!follows M-2 M-3 M-7 M-1")
    assert (await led.dm("@ana", "!contact show M-1")).says("natural leader · 3 people behind them")
    assert (await led.dm("@ana", "!contact show M-2")).says("stands behind M-1")
    # Of another organizer's leader there is the handle alone.
    card = await led.dm("@ben", "!contact show M-7")
    assert card.says("stands behind M-1")
    assert "Sam" not in card.text


async def test_leaders_in_the_last_test(led: Chat) -> None:
    await led.dm("@ana", "!contact role M-4 leader")
    await led.dm("@lea", "!follows M-2 M-3 M-7 M-1")
    assert (await led.dm("@lea", "!leaders")).lists(
        "M-1 Sam Okafor: 3 behind them · 0 talked to · 0 rated 1 or 2",
        "M-4 Robin Roe: nobody stands behind them yet",
    )
    await led.dm("@lea", '!test open petition "RTO petition" goal=60% --yes')
    await led.dm("@lea", "!test mark did M-1 M-2")
    said = await led.dm("@lea", "!leaders")
    assert said.lists(
        "M-1 Sam Okafor: did · 1 of 3 of theirs did",
        "M-4 Robin Roe: not asked · nobody stands behind them yet",
    )
    assert said.says("3 people stand behind nobody. !follows M-7 M-1 puts people behind a leader.")
    assert (await led.dm("@lea", "!test status")).says(
        "Leaders, and who stands behind them:", "M-1: did · 1 of 3 of theirs did"
    )
    assert "Sam" not in (await led.dm("@lea", "!test status")).text
    assert (await led.dm("@lea", "!test gaps --all")).says(
        "M-1 Sam Okafor: did · 1 of 3 of theirs did"
    )
    # An organizer counts their own alone.
    assert (await led.dm("@ana", "!test gaps")).says("M-1 Sam Okafor: did · 1 of 2 of theirs did")
    assert "theirs" not in (await led.dm("@ben", "!test gaps")).text


async def test_an_organizer_is_told_of_their_own_leaders_alone(led: Chat) -> None:
    """Why: docs/design/choices.md. How far planted people get: tests/inside/members.py."""
    await led.dm("@lea", "!follows M-2 M-3 M-7 M-1")
    refused = await led.dm("@ben", "!leaders")
    assert refused.says("is for leads", "For everybody: !test gaps")
    assert "M-1" not in refused.text
    assert (await led.dm("@ben", "!chart leaders")).says("is for leads")


async def test_a_picture_of_leaders_and_who_stands_behind_them(led: Chat) -> None:
    assert (await led.dm("@lea", "!chart leaders")).says(
        "Leaders, Mon 23 Nov · 1 leader, 0 behind them"
    )
    await led.dm("@ana", "!contact role M-4 leader")
    await led.dm("@lea", "!follows M-2 M-3 M-7 M-1")
    await led.dm("@lea", '!test open petition "RTO petition" goal=60% --yes')
    await led.dm("@lea", "!test mark did M-1 M-2")
    said = await led.dm("@lea", "!chart leaders")
    assert said.lists(
        "★ Sam Okafor ✓: 3 behind them, 1 did: Bo Beck –, Kit Moss –, Mia Chen ✓",
        "★ Robin Roe –: 0 behind them, 0 did",
    )
    assert said.says("Behind nobody: 3 people.", "These are names")
    [picture] = [reply.picture for reply in said.replies if reply.picture is not None]
    assert isinstance(picture, Wall)
    assert [[(part.name, part.figure) for part in column] for column in picture.columns] == [
        [("3 behind Sam Okafor", "1 did")],
        [("0 behind Robin Roe", "0 did")],
    ]
    assert [row.name for row in picture.columns[0][0].rows] == [
        "Sam Okafor", "Bo Beck", "Kit Moss", "Mia Chen",
    ]  # fmt: skip
    # Whom a lead was shown is on record, and counted.
    async with led.database.transaction() as tx:
        seen = "SELECT COUNT(DISTINCT contact) FROM views WHERE viewer = '@lea:example.org'"
        assert await tx.number(seen) == 5
    room = await led.room("@lea", "!chart leaders")
    assert room.retracted
    assert all(reply.audience is Audience.PERSON for reply in room.replies if reply.picture)
    assert (await led.dm("@ana", "!chart leaders")).says("is for leads")


async def test_the_room_hears_nothing_of_it(led: Chat) -> None:
    await led.dm("@lea", "!follows M-2 M-3 M-4 M-5 M-6 M-7 M-1")
    await led.dm("@lea", '!test open petition "RTO petition" goal=60% --yes')
    for who in ("@ana", "@lea"):
        said = await led.room(who, "!test status")
        assert "theirs" not in said.text
        assert "M-1" not in said.text
        for typed in ("!leaders", "!follows M-8 M-1"):
            said = await led.room(who, typed)
            assert said.retracted
            assert not any(name in said.in_room for name in PEOPLE)
    assert (await led.dm("@ana", "!leaders")).says("is for leads")


async def test_the_group_in_the_review_is_the_one_on_record(led: Chat) -> None:
    """Its area and shift count where nobody was put behind a leader."""
    await led.dm("@ana", "!contact role M-4 leader")
    await led.dm("@lea", "!follows M-2 M-7 M-8 M-1")
    await led.dm("@lea", '!test open petition "RTO petition" goal=60% --yes')
    await led.dm("@lea", "!test mark did M-1 M-2 M-7 M-4")
    await led.sure("@lea", "!test close petition")
    review = await led.dm("@lea", "!test review")
    assert review.says(
        "M-1 Sam Okafor (@ana): natural leader, the group followed (2/3 = 66.7 %) – seen?"
    )
    assert review.says(
        "M-4 Robin Roe (@ana): natural leader, the group did not follow (2/5 = 40.0 %)"
    )
    # M-7 and M-8 are Ben's: what became of them is not told by a group of three.
    assert "Sam Okafor: natural leader" not in (await led.dm("@ana", "!test review")).text


async def test_a_leader_nobody_talked_to_with_a_group(led: Chat) -> None:
    await led.dm("@ana", "!follows M-2 M-3 M-1")
    said = await led.dm("@ana", "!next 1")
    assert items(said)[0].startswith(
        "M-1 Sam Okafor: natural leader, 2 people behind them, not talked to yet."
    )


# ------------------------------------------------------------------ taken back, merged, forgotten, kept
async def test_undo(led: Chat) -> None:
    await led.dm("@ana", "!follows M-2 M-3 M-1")
    await led.dm("@ana", "!follows M-2 -")
    assert (await led.dm("@ana", "!undo")).says("who stands behind whom (M-2 Mia Chen (Payments))")
    assert await behind(led) == {2: 1, 3: 1}
    await led.sure("@ana", "!undo")
    assert await behind(led) == {}


async def test_undo_makes_no_circle(led: Chat) -> None:
    for handle in ("M-2", "M-3"):
        await led.dm("@ana", f"!contact role {handle} leader")
    await led.dm("@lea", "!follows M-2 M-1")
    await led.dm("@ana", "!follows M-2 M-3")
    await led.dm("@lea", "!follows M-1 M-2")
    assert (await led.dm("@ana", "!undo")).says("would now stand behind each other in a circle")
    assert await behind(led) == {1: 2, 2: 3}


async def test_merged_and_taken_apart(led: Chat) -> None:
    await led.dm("@ana", "!contact role M-4 leader")
    await led.dm("@ana", "!follows M-2 M-3 M-1")
    await led.dm("@ana", "!follows M-5 M-4")
    # Two leaders are one: both groups are theirs.
    await led.sure("@lea", "!merge M-1 M-4")
    assert await behind(led) == {2: 1, 3: 1, 5: 1}
    assert (await led.dm("@lea", "!contact show M-4")).says("3 people behind them")
    await led.sure("@lea", "!unmerge M-4")
    assert await behind(led) == {2: 1, 3: 1, 5: 4}
    # Two people behind leaders are one: the record that is kept goes before.
    await led.sure("@lea", "!merge M-2 M-5")
    assert await behind(led) == {2: 1, 3: 1}
    await led.sure("@lea", "!unmerge M-5")
    assert await behind(led) == {2: 1, 3: 1, 5: 4}
    # What the record that is kept lacks, it takes over.
    await led.sure("@lea", "!merge M-6 M-5")
    assert await behind(led) == {2: 1, 3: 1, 6: 4}
    await led.dm("@lea", "!undo")
    # A leader and one of theirs are one: nobody stands behind themselves.
    await led.sure("@lea", "!merge M-1 M-2")
    assert await behind(led) == {3: 1, 5: 4}


async def test_merging_makes_no_circle(led: Chat) -> None:
    for handle in ("M-2", "M-3"):
        await led.dm("@ana", f"!contact role {handle} leader")
    await led.dm("@ana", "!follows M-2 M-3")
    await led.dm("@ana", "!follows M-1 M-2")
    await led.sure("@lea", "!merge M-1 M-3")
    assert await behind(led) == {2: 1}
    await led.sure("@lea", "!unmerge M-3")
    assert await behind(led) == {1: 2, 2: 3}


async def test_forgotten_with_either(led: Chat) -> None:
    await led.dm("@ana", "!contact role M-4 leader")
    await led.dm("@ana", "!follows M-2 M-3 M-1")
    await led.dm("@ana", "!follows M-2 M-3 M-4")
    await led.sure("@lea", "!forget M-4")
    # Behind nobody, and not behind whom they stood before.
    assert await behind(led) == {}
    await led.dm("@ana", "!follows M-2 M-3 M-1")
    await led.sure("@lea", "!forget M-2")
    assert await behind(led) == {3: 1}
    async with led.database.transaction() as tx:
        assert await tx.number("SELECT COUNT(*) FROM followings AS f LEFT JOIN contacts AS c "
                               "ON c.id = f.contact WHERE c.id IS NULL") == 0  # fmt: skip
        assert await tx.number("SELECT COUNT(*) FROM followings WHERE leader IS NOT NULL") == 2


async def test_whoever_asks_is_told(led: Chat) -> None:
    await led.dm("@ana", "!follows M-2 M-1")
    for handle in ("M-1", "M-2"):
        assert (await led.dm("@lea", f"!subject {handle}")).says(
            "Who stands behind whom", "M-2 · M-1"
        )
    # To an organizer a leader's group would tell of others' people.
    assert "Who stands behind whom" not in (await led.dm("@ana", "!subject M-1")).text


async def test_adding_a_leader_is_not_taken_back_under_their_people(led: Chat) -> None:
    await led.dm("@lea", '!contact add "Zoe Kay" area=Payments')
    await led.dm("@lea", "!contact role M-9 leader")
    await led.dm("@lea", "!follows M-2 M-9")
    for _step in range(2):
        await led.sure("@lea", "!undo")
    assert (await led.sure("@lea", "!undo")).says("adding M-9")
    assert await behind(led) == {}


async def test_an_export_with_ratings_holds_it(led: Chat) -> None:
    await led.dm("@ana", "!follows M-2 M-1")
    async with led.database.transaction() as tx:
        committee = (await Committees(tx).all())[0]
        exports = Exports(tx, committee.id)
        one = await exports.ask(led.user("@kim"), ExportFormat.CSV, "x", led.now, ratings=True)
        people = await exports.lines(today=led.now.date(), after=0, newest=99, limit=10)
    assert {each.handle: each.behind for each in people}["M-2"] == "M-1"
    key = CardKey(bytes(32))
    rows = file_of(one, people, key).decode("utf-8-sig").splitlines()
    assert rows[0].endswith('"stands behind"')
    assert rows[2].endswith('"M-1"')
    assert "M-1" not in file_of(replace(one, ratings=False), people, key).decode().splitlines()[2]


ACTS = (
    "!follows {one} {other}",
    "!follows {one} {third} {other}",
    "!follows {one} -",
    "!contact role {one} leader",
    "!contact role {one} none",
    "!undo",
)


@pytest.mark.parametrize("seed", range(5))
async def test_whatever_is_done_there_are_no_circles(led: Chat, seed: int) -> None:
    """And what is derived is what the rows that count say."""
    chance = random.Random(seed)
    handles = [f"M-{n}" for n in range(1, 7)]
    for handle in handles:
        await led.dm("@ana", f"!contact role {handle} leader")
    seen = 0
    for _step in range(40):
        one, other, third = chance.sample(handles, 3)
        act = chance.choice((*ACTS, *ACTS[:2]))
        by = chance.choice(("@ana", "@lea"))
        if chance.random() < 0.2:
            said = await led.sure("@lea", f"!merge {one} {other}")
        elif chance.random() < 0.2:
            said = await led.sure("@lea", f"!unmerge {one}")
        else:
            said = await led.dm(by, act.format(one=one, other=other, third=third))
        assert "went wrong" not in said.text
        kept = await behind(led)
        seen += len(kept)
        for person in kept:
            at, steps = person, 0
            while at in kept:
                at, steps = kept[at], steps + 1
                assert steps <= len(kept), (act, kept)
        async with led.database.transaction() as tx:
            committee = (await Committees(tx).all())[0]
            followings = Followings(tx, committee.id, led.now.date())
            ids = [row["id"] for row in await tx.all("SELECT id FROM contacts")]
            told = await followings.leaders_of(ids)
            await recompute_followings(tx, ids)
            assert await followings.leaders_of(ids) == told
    assert seen > 20
