"""Pairs that may be one person: found with a reason, answered once."""

from tests.chat.conversation import Chat


async def test_pairs_come_with_a_reason(chat: Chat) -> None:
    for name, area in (
        ("Sam Okafor", "Payments"),
        ("Okafor Sam", "Search"),
        ("Samuel Okafor", "Payments"),
        ("Mia Chen", "Search"),
        ("Mia Chen", "Search"),
        ("Tim Cook", "Search"),
    ):
        await chat.dm("@ana", f'!contact add "{name}" area={area} --yes')
    reply = await chat.dm("@lea", "!dupes")
    assert reply.says("4 pairs may be one person each")
    rows = [row.partition(" · ")[2] for row in reply.text.splitlines() if row.startswith("•")]
    assert sorted(rows) == [
        "M-1 Sam Okafor (Payments) | M-2 Okafor Sam (Search): same name in another order",
        (
            "M-1 Sam Okafor (Payments) | M-3 Samuel Okafor (Payments): "
            "one name is short for the other, same area"
        ),
        "M-2 Okafor Sam (Search) | M-3 Samuel Okafor (Payments): one name is short for the other",
        "M-4 Mia Chen (Search) | M-5 Mia Chen (Search): same name, same area",
    ]
    assert len(reply.text.splitlines()) <= 8
    assert (await chat.dm("@ana", "!dupes")).says("!dupes is for leads")


async def test_the_answer_is_remembered(chat: Chat) -> None:
    await chat.dm("@ana", '!contact add "Alex Kim" area=Payments')
    await chat.dm("@ben", '!contact add "Alex Kim" area=Search --yes')
    assert (await chat.dm("@lea", "!dupes")).says("!dupes notsame 1", "!merge M-1 M-2")
    assert (await chat.dm("@lea", "!dupes notsame 1")).says("are two people. I will not ask again")
    for _time in range(2):
        assert (await chat.dm("@lea", "!dupes")).says("I see nobody who may be there twice")
    assert (await chat.dm("@lea", "!dupes notsame 1")).says("There is no open pair 1")
    await chat.dm("@lea", "!undo")
    assert (await chat.dm("@lea", "!dupes")).says("1 · M-1 Alex Kim")


async def test_a_merged_pair_is_answered_until_it_is_taken_apart(chat: Chat) -> None:
    await chat.dm("@ana", '!contact add "Alex Kim" area=Payments')
    await chat.dm("@ben", '!contact add "Alex Kim" area=Search --yes')
    await chat.dm("@lea", "!dupes")
    await chat.sure("@lea", "!merge M-1 M-2")
    assert (await chat.dm("@lea", "!dupes")).says("I see nobody")
    await chat.dm("@lea", "!unmerge M-1")
    assert (await chat.dm("@lea", "!dupes")).says("1 · M-1 Alex Kim")


async def test_who_comes_later_is_found_on_the_next_round(chat: Chat) -> None:
    await chat.dm("@ana", '!contact add "Alex Kim"')
    assert (await chat.dm("@lea", "!dupes")).says("I see nobody")
    await chat.dm("@ben", '!contact add "Alexandra Kim" --yes')
    assert (await chat.dm("@lea", "!dupes")).says("M-1 Alex Kim | M-2 Alexandra Kim")
    await chat.dm("@ben", "!undo")
    assert (await chat.dm("@lea", "!dupes")).says("I see nobody")


async def test_many_pairs_come_a_few_at_a_time(chat: Chat) -> None:
    for number in range(4):
        for _twice in range(2):
            await chat.dm("@ana", f'!contact add "Bo Beck{"abcd"[number]}" --yes')
    first = await chat.dm("@lea", "!dupes")
    assert first.says("28 pairs may be one person each, the first 4:")
    for number in range(1, 29):
        await chat.dm("@lea", f"!dupes notsame {number}")
    assert (await chat.dm("@lea", "!dupes")).says("I see nobody")
