"""Two records of one person: shown side by side, joined, and taken apart again."""

import pytest

from tests.chat.conversation import Chat


@pytest.fixture
async def twice(chat: Chat) -> Chat:
    """Sam is there twice, with something noted under each."""
    await chat.dm("@ana", '!contact add "Sam Okafor"')
    await chat.dm("@ben", '!contact add "Sammy Okafor" area=Search shift=day --yes')
    await chat.dm("@ana", "!log M-1 reached issue=oncall rate=2 did next=fri")
    await chat.dm("@ben", "!log M-2 reached rate=4 said next=sat")
    return chat


async def test_a_merge_is_shown_before_it_is_made(twice: Chat) -> None:
    reply = await twice.dm("@lea", "!merge M-1 M-2")
    assert reply.says("M-2 Sammy Okafor (Search, day) would go into M-1 Sam Okafor. Nothing is sav")
    assert reply.lists(
        "Name: Sam Okafor, also found as Sammy Okafor",
        "Place: Search, day",
        "Organizer: @ana, not @ben",
        "Ratings: 2 supports (did), @ana, Mon 23 Nov | 4 says no (said), @ben, Mon 23 Nov",
        "Talks 1 + 1, open follow-ups 1 + 1: all stay",
    )
    assert len(reply.text.splitlines()) <= 8
    assert len(await twice.contacts()) == 2


async def test_merged_histories_are_read_together_under_either_handle(twice: Chat) -> None:
    reply = await twice.sure("@lea", "!merge M-1 M-2")
    assert reply.says("M-2 is now part of M-1 Sam Okafor (Search, day)", "!unmerge M-1")
    assert [c.handle for c in await twice.contacts()] == ["M-1"]
    for who in ("M-1", "M-2", "sammy", "'Sammy Okafor'", "'Sam Okafor'"):
        shown = await twice.dm("@ana", f"!contact show {who}")
        assert shown.says("M-1 Sam Okafor (Search, day)", "2 supports (did), @ana", "Disputed: 4")
    assert (await twice.dm("@ana", "!1on1 history M-2")).lists(
        "2 · Mon 23 Nov, @ben: reached",
        "1 · Mon 23 Nov, @ana: reached · issue: oncall",
    )
    assert (await twice.dm("@ben", "!due")).says("M-1 Sam Okafor")
    assert (await twice.dm("@ben", "!contact list")).says("Nobody yet")
    assert (await twice.dm("@ana", "!log M-2 busy")).says("Logged M-1 Sam Okafor")


async def test_a_merge_is_taken_apart_within_thirty_days(twice: Chat) -> None:
    await twice.sure("@lea", "!merge M-1 M-2")
    await twice.dm("@ana", "!log M-2 reached issue=pay")
    twice.later(days=29)
    reply = await twice.dm("@lea", "!unmerge M-2")
    assert reply.says("Apart again: M-1 Sam Okafor and M-2 Sammy Okafor (Search, day).")
    assert (await twice.dm("@ben", "!contact show M-2")).says("4 says no", "Assigned to @ben")
    shown = await twice.dm("@ana", "!contact show M-1")
    assert shown.says("2 supports", "issue: pay")
    assert "Disputed" not in shown.text
    assert "Search" not in shown.text
    assert (await twice.dm("@ben", "!contact find sammy")).lists("M-2 Sammy Okafor (Search, day)")
    await twice.sure("@lea", "!merge M-2 M-1")
    assert [c.handle for c in await twice.contacts()] == ["M-2"]
    twice.later(days=31)
    assert (await twice.dm("@lea", "!unmerge M-1")).says("more than 30 days old")


@pytest.mark.parametrize(("kept", "dropped"), [("M-1", "M-2"), ("M-2", "M-1")])
async def test_taken_apart_each_has_its_own_rating_again(
    twice: Chat, kept: str, dropped: str
) -> None:
    """Two records rated 2 and 4 disagree while they are one, and not afterwards."""
    await twice.sure("@lea", f"!merge {kept} {dropped}")
    assert (await twice.dm("@lea", "!disputes")).says(f"{kept} Sam")
    await twice.dm("@lea", f"!unmerge {dropped}")
    assert (await twice.dm("@lea", "!disputes")).says("Nobody disagrees about anybody.")
    for handle, rating in (("M-1", "2 supports"), ("M-2", "4 says no")):
        shown = await twice.dm("@lea", f"!contact show {handle}")
        assert shown.says(rating)
        assert "Disputed" not in shown.text


async def test_merges_of_merges_come_apart_in_any_order(twice: Chat) -> None:
    await twice.dm("@lea", '!contact add "S Okafor" --yes')
    await twice.sure("@lea", "!merge M-1 M-2")
    await twice.sure("@lea", "!merge M-3 M-1")
    for handle in ("M-1", "M-2", "M-3"):
        assert (await twice.dm("@lea", f"!contact show {handle}")).says("M-3 S Okafor")
    await twice.dm("@lea", "!unmerge M-2")
    assert (await twice.dm("@lea", "!contact show M-1")).says("M-3 S Okafor")
    assert (await twice.dm("@lea", "!contact show M-2")).says("M-2 Sammy Okafor")
    await twice.dm("@lea", "!unmerge M-3")
    assert (await twice.dm("@lea", "!contact show M-1")).says("M-1 Sam Okafor")
    assert (await twice.dm("@lea", "!unmerge M-3")).says("is not merged with anybody")


@pytest.fixture
async def part(chat: Chat) -> Chat:
    """M-1 is part of M-2; M-3 and M-4 are by themselves."""
    for name in ("Bo Beck", "Cy Cole", "Di Dahl", "Ed Eyre"):
        await chat.dm("@lea", f'!contact add "{name}" --yes')
    await chat.sure("@lea", "!merge M-2 M-1")
    return chat


async def test_a_handle_inside_another_record_means_that_record(part: Chat) -> None:
    """M-1 went into M-2: whoever joins M-1 with M-4 joins M-2, and is told so before and after."""
    shown = await part.dm("@lea", "!merge M-4 M-1")
    assert shown.says("M-2 Cy Cole would go into M-4 Ed Eyre")
    assert shown.says("M-1 is part of M-2 now: this is about M-2.", "!merge M-4 M-2 --yes")
    done = await part.sure("@lea", "!merge M-4 M-1")
    assert done.says("M-1 is part of M-2 now: merged with M-2.", "M-2 is now part of M-4 Ed Eyre")
    # Taken out of M-2 again, M-1 is by itself; what was joined with M-4 is M-2.
    assert (await part.dm("@lea", "!unmerge M-1")).says("Apart again: M-1 Bo Beck and M-2 Cy Cole")
    assert [c.handle for c in await part.contacts()] == ["M-1", "M-3", "M-4"]
    assert (await part.dm("@lea", "!contact show M-2")).says("M-4 Ed Eyre")


async def test_a_handle_inside_another_record_as_the_one_to_keep(part: Chat) -> None:
    done = await part.sure("@lea", "!merge M-1 M-4")
    assert done.says("M-1 is part of M-2 now: merged with M-2.", "M-4 is now part of M-2 Cy Cole")


async def test_two_handles_inside_other_records(part: Chat) -> None:
    await part.sure("@lea", "!merge M-4 M-3")
    done = await part.sure("@lea", "!merge M-1 M-3")
    assert done.says(
        "M-1 is part of M-2 now: merged with M-2.", "M-3 is part of M-4 now: merged with M-4."
    )
    assert done.says("M-4 is now part of M-2 Cy Cole")


@pytest.mark.parametrize("typed", ["M-2 M-1", "M-1 M-2", "M-1 M-1"])
async def test_what_is_one_record_already_is_said(part: Chat, typed: str) -> None:
    refused = await part.sure("@lea", f"!merge {typed}")
    assert refused.says("M-1 is part of M-2 Cy Cole already. !unmerge M-1 takes them apart.")


async def test_a_record_by_itself_is_not_explained(part: Chat) -> None:
    assert "part of M-" not in (await part.dm("@lea", "!merge M-4 M-3")).text
    assert (await part.dm("@lea", "!merge M-3 M-3")).says("That is M-3 Di Dahl both times")


async def test_undo_takes_a_merge_back_and_adding_stays_while_it_counts(chat: Chat) -> None:
    await chat.dm("@ana", '!contact add "Bo Beck"')
    await chat.dm("@ben", '!contact add "Cy Cole"')
    await chat.sure("@lea", "!merge M-1 M-2")
    assert (await chat.dm("@ben", "!undo")).says("I cannot undo adding M-2")
    assert (await chat.dm("@lea", "!undo")).says("Undone: the merge of M-1 Bo Beck")
    assert (await chat.dm("@ben", "!undo")).says("Undone: adding M-2 Cy Cole")


async def test_only_whose_care_both_are_merges_them(twice: Chat) -> None:
    assert (await twice.dm("@ana", "!merge M-1 M-2")).says("M-2 is not one of your people")
    assert (await twice.dm("@lea", "!merge M-1 M-1")).says("That is M-1 Sam Okafor both times")
    assert (await twice.dm("@lea", "!merge M-1")).says("After “M-1” I need to know the record")


async def test_who_left_under_one_record_is_cancelled_under_both(twice: Chat) -> None:
    await twice.sure("@lea", "!merge M-1 M-2")
    assert (await twice.dm("@lea", "!contact left M-1")).says("2 open follow-ups are cancelled")
    assert (await twice.dm("@ben", "!due")).says("Nothing due")
