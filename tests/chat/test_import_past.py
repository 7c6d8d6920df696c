"""The old spreadsheet of a committee: its ratings, talks and leaders come along when somebody says so."""

import pytest

from tests.chat.conversation import Chat

OLD = (
    "Name;Team;Rating;Last contact;Natural leader;Phone\n"
    "Sam Okafor;Payments;A;2026-11-02;x;555\n"
    "Mia Chen;Search;B;;;\n"
    "Alex Kim;Search;C+;3.11.2026;no;\n"
    "Jo Brand;Search;;;;\n"
)


async def began(chat: Chat, content: str = OLD) -> None:
    await chat.send("@lea", "old.csv", content)
    await chat.dm(
        "@lea", '!import map 1 Rating=rating "Last contact"=talked "Natural leader"=leader'
    )


async def saved(chat: Chat, content: str = OLD, scale: str = "A=1 B=2 C+=3") -> None:
    await began(chat, content)
    await chat.dm("@lea", f"!import values 1 rating {scale}")
    await chat.dm("@lea", "!import check")
    assert (await chat.dm("@lea", "!import commit")).says("saved")


async def ratings(chat: Chat) -> dict[str, int | None]:
    async with chat.database.transaction() as tx:
        rows = await tx.all("SELECT name, rating FROM contacts WHERE present ORDER BY number")
    return {row["name"]: row["rating"] for row in rows}


async def test_columns_of_ones_own_are_left_out_and_how_to_keep_them_is_said(chat: Chat) -> None:
    reply = await chat.send("@lea", "old.csv", OLD)
    assert reply.says("Not taken: Rating, Last contact, Natural leader, Phone")
    assert reply.says('!import map 1 Rating=rating "Last contact"=talked "Natural leader"=leader')
    await chat.dm("@lea", "!import check")
    await chat.dm("@lea", "!import commit")
    assert set((await ratings(chat)).values()) == {None}


async def test_no_rating_is_taken_before_somebody_says_what_the_scale_means(chat: Chat) -> None:
    await began(chat)
    asked = await chat.dm("@lea", "!import map 1")
    assert asked.says("What do its ratings stand for here?", "!import values 1 rating A=1 B=2 C+=3")
    assert (await chat.dm("@lea", "!import check 1")).says("What do its ratings stand for here?")
    said = await chat.dm("@lea", "!import values 1 rating A=1 B=2 C+=none")
    assert said.says("Ratings: A → 1 organizes · B → 2 supports · C+ → left out.")
    checked = await chat.dm("@lea", "!import check 1")
    assert checked.says("4 new", "With ratings, as heard: 1 organizes: 1 · 2 supports: 1.")
    assert checked.says("With 2 talks.", "With 1 natural leader.")
    await chat.dm("@lea", "!import commit 1")
    assert await ratings(chat) == {
        "Sam Okafor": 1, "Mia Chen": 2, "Alex Kim": None, "Jo Brand": None,
    }  # fmt: skip
    shown = await chat.dm("@lea", "!contact show M-1")
    assert shown.says("1 organizes", "heard", "natural leader", "reached")


@pytest.mark.parametrize(("scale", "sam"), [("same", 5), ("turned", 1), ("turned 5=none", None)])
async def test_the_end_that_is_best_is_asked_for(chat: Chat, scale: str, sam: int | None) -> None:
    list_ = "Name,Rating\nSam Okafor,5.0\nMia Chen,2\n"
    await chat.send("@lea", "old.csv", list_)
    asked = await chat.dm("@lea", "!import map 1 Rating=rating")
    assert asked.says("Which end is best", "!import values 1 rating same", "rating turned")
    first, _, then = scale.partition(" ")
    await chat.dm("@lea", f"!import values 1 rating {first}")
    if then:
        await chat.dm("@lea", f"!import values 1 rating {then}")
    await chat.dm("@lea", "!import check")
    await chat.dm("@lea", "!import commit")
    assert (await ratings(chat))["Sam Okafor"] == sam


async def test_words_nobody_explained_are_named_with_their_line(chat: Chat) -> None:
    await began(chat)
    await chat.dm("@lea", "!import values 1 rating A=1")
    checked = await chat.dm("@lea", "!import check 1")
    assert checked.says("line 3: nobody has said what the rating “B” stands for")
    refused = await chat.dm("@lea", "!import values 1 rating B=7")
    assert refused.says("“7” is not a rating here. Write 1 to 5, or none.")


async def test_plus_and_minus_are_words_of_a_scale(chat: Chat) -> None:
    list_ = "Name,Support\nSam Okafor,++\nMia Chen,+\nAlex Kim,--\n"
    await chat.send("@lea", "old.csv", list_)
    await chat.dm("@lea", "!import map 1 Support=rating")
    await chat.dm("@lea", "!import values 1 rating ++=1 +=2 --=5")
    await chat.dm("@lea", "!import check")
    await chat.dm("@lea", "!import commit")
    assert await ratings(chat) == {"Sam Okafor": 1, "Mia Chen": 2, "Alex Kim": 5}


async def test_a_plan_is_no_talk_and_perhaps_is_no_leader(chat: Chat) -> None:
    list_ = "Name,Last contact,Leader\nSam Okafor,2099-01-02,perhaps\n"
    await chat.send("@lea", "old.csv", list_)
    await chat.dm("@lea", '!import map 1 "Last contact"=talked Leader=leader')
    checked = await chat.dm("@lea", "!import check")
    assert checked.says("the talk on “2099-01-02” is still to come")
    assert checked.says("“perhaps” says neither yes nor no")
    await chat.dm("@lea", "!import commit")
    async with chat.database.transaction() as tx:
        assert await tx.number("SELECT COUNT(*) FROM conversations") == 0
        assert await tx.number("SELECT COUNT(*) FROM roles") == 0


async def test_the_same_list_again_changes_nothing(chat: Chat) -> None:
    await saved(chat)
    await chat.send("@lea", "old.csv", OLD)
    await chat.dm(
        "@lea", '!import map 2 Rating=rating "Last contact"=talked "Natural leader"=leader'
    )
    await chat.dm("@lea", "!import values 2 rating A=1 B=2 C+=3")
    assert (await chat.dm("@lea", "!import check")).says("0 new · 0 updated · 4 unchanged")


async def test_a_rating_given_here_outlives_the_list(chat: Chat) -> None:
    await chat.dm("@ana", "!contact add 'Sam Okafor' area=Payments")
    await chat.dm("@ana", "!assess M-1 4 said")
    await began(chat)
    await chat.dm("@lea", "!import values 1 rating A=1 B=2 C+=3")
    checked = await chat.dm("@lea", "!import check 1")
    assert checked.says("M-1 Sam Okafor (Payments): the rating given here stays")
    await chat.dm("@lea", "!import commit 1")
    assert await ratings(chat) == {"Sam Okafor": 4, "Mia Chen": 2, "Alex Kim": 3, "Jo Brand": None}


async def test_whoever_was_here_gets_what_the_list_adds_and_loses_it_with_the_list(
    chat: Chat,
) -> None:
    await chat.dm("@ana", "!contact add 'Sam Okafor' area=Payments")
    await saved(chat)
    assert (await ratings(chat))["Sam Okafor"] == 1
    assert (await chat.dm("@lea", "!contact show M-1")).says("natural leader")
    assert (await chat.sure("@lea", "!import undo 1")).says("3 people removed again", "1 change")
    assert await ratings(chat) == {"Sam Okafor": None}
    shown = (await chat.dm("@lea", "!contact show M-1")).text
    assert "natural leader" not in shown
    assert "reached" not in shown


async def test_a_rating_is_as_old_as_its_talk(chat: Chat) -> None:
    await saved(chat)
    async with chat.database.transaction() as tx:
        days = await tx.all(
            "SELECT date(at / 1000, 'unixepoch') AS day FROM assessments ORDER BY id"
        )
    assert [row["day"] for row in days][::2] == ["2026-11-02", "2026-11-03"]


async def test_lines_nobody_decided_are_not_lost_unasked(chat: Chat) -> None:
    await chat.dm("@ana", "!contact add 'Alex Kim' area=Search")
    await chat.dm("@ana", "!contact add 'Alex Kim' area=Search --yes")
    await chat.send("@lea", "staff.csv", "Name,Team\nAlex Kim,Search\nJo Brand,Search\n")
    await chat.dm("@lea", "!import check")
    asked = await chat.dm("@lea", "!import commit")
    assert asked.says("1 line waits for your word", "!import decide 1 2 new", "--yes")
    assert await ratings(chat) == {"Alex Kim": None}
    await chat.dm("@lea", "!import decide 1 2 new")
    assert (await chat.dm("@lea", "!import commit")).says("saved: 2 added")


async def test_the_only_import_needs_no_number(chat: Chat) -> None:
    assert (await chat.dm("@lea", "!import check")).says("CSV")
    await chat.send("@lea", "a.csv", "Name\nSam Okafor\n")
    assert (await chat.dm("@lea", "!import check")).says("1 new")
    await chat.send("@lea", "b.csv", "Name\nMia Chen\n")
    assert (await chat.dm("@lea", "!import commit")).says("Several lists wait: 2 or 1")
