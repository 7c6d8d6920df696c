"""A practice poll: a committee tries how polls go in its first minutes, and nobody takes it for a secret one."""

import pytest

from commands.framework.context import Place
from commands.polls.model import CODE_LENGTH, CODE_LETTERS
from commands.polls.vote.typed import PRACTICE, typed_vote
from storage.core.rows import millis
from storage.polls.practice import KEPT, OldPracticePolls
from tests.chat.conversation import Chat, Said
from tests.chat.test_polls import READY, ballot, held, room, seven, text

__all__ = ["seven"]


def said_to(said: Said, audience: str) -> list[str]:
    return [text(each) for each in said.replies if each.audience.value == audience]


async def test_a_new_committee_tries_a_poll_from_beginning_to_end(seven: Chat) -> None:
    said = await seven.room("@lea", "!poll practice")
    (announced,), (one,) = said_to(said, "here"), said_to(said, "named")
    for words in (announced, one):
        assert "not secret" in words.splitlines()[0]
    assert "What do you drink in a meeting?" in announced
    assert "If somebody wants your answer to anything else by it, do not vote" in announced
    for row in ("01 tea", "02 coffee", "03 water", "XX abstain", "vote TEST XX"):
        assert row in one
    assert "never answer a real question here" in one
    (to,) = [each.to for each in said.replies if each.audience.value == "named"]
    assert set(to) == {
        f"@{who}:example.org" for who in ("ana", "ben", "dan", "eva", "flo", "kim", "lea")
    }

    recorded = await seven.dm("@ana", "vote TEST 01")
    assert recorded.says("Recorded for practice: tea. It is not secret")
    assert (await seven.dm("@ana", "vote test O2")).says("Recorded for practice: coffee.")
    assert (await seven.dm("@ben", "!vote TEST xx")).says("abstain")
    assert (await seven.dm("@dan", "vote TEST 2")).says("not in the practice ballot")
    assert (await seven.dm("@eva", "vote TEST 02")).says("coffee")

    result = await seven.room("@lea", "!poll practice end")
    assert result.text.splitlines()[:5] == [
        "The practice poll is over. It was not secret, so here is who chose what:",
        "• tea: 0",
        "• coffee: @ana, @eva",
        "• water: 0",
        "• abstain: @ben",
    ]
    assert result.says("Of a secret poll you read totals alone")
    assert (await seven.dm("@kim", "vote TEST 01")).says("No practice poll is open")
    assert (await seven.room("@lea", "!poll practice end")).says("No practice poll is open.")


async def test_nobody_can_ask_a_real_question_with_it(seven: Chat) -> None:
    for asked in ('!poll practice "Do we strike?"', "!poll practice Do we strike? yes | no"):
        said = await seven.room("@lea", asked)
        assert said.says("not secret, so its question is always mine")
        assert len(said.replies) == 1
    assert (await seven.dm("@ben", "vote TEST 01")).says("No practice poll is open")


async def test_a_lead_opens_it_where_everybody_sees(seven: Chat) -> None:
    assert (await seven.room("@ben", "!poll practice")).says("for leads")
    assert not said_to(await seven.dm("@lea", "!poll practice"), "named")
    await seven.room("@lea", "!poll practice")
    again = await seven.room("@lea", "!poll practice")
    assert again.says("open already")
    assert len(again.replies) == 1, "no second ballot"


async def test_beside_a_secret_poll_there_is_no_practice(seven: Chat) -> None:
    await seven.room("@lea", "!poll practice")
    await seven.opens("@ana", READY)
    # What may be a slip in the code of the secret one leaves nothing, and is answered as a vote.
    assert (await seven.dm("@ben", "vote TEST 01")).says("I took no vote")
    assert (await seven.dm("@ben", "vote K7QX 04")).says("Recorded for K7QX.")
    result = await seven.room("@lea", "!poll practice end")
    assert result.says("tea: 0")
    assert (await seven.room("@lea", "!poll practice")).says("A secret poll is open.")


async def test_the_words_of_both_share_nothing_that_one_could_mistake(seven: Chat) -> None:
    secret = await held(seven, {"@ana": "05"})
    said = await seven.room("@lea", "!poll practice")
    practised = "\n".join(map(text, said.replies))
    assert "Secret poll" not in practised
    assert "not secret" not in ballot(seven) + room(seven) + secret
    assert "Practice" not in ballot(seven) + room(seven) + secret


async def test_it_goes_after_a_day_by_itself(seven: Chat) -> None:
    await seven.room("@lea", "!poll practice")
    await seven.dm("@ben", "vote TEST 01")
    seven.later(hours=25)
    assert (await seven.dm("@ben", "vote TEST 01")).says("No practice poll is open")
    await seven.room("@lea", "!poll practice")
    assert (await seven.room("@lea", "!poll practice end")).says("tea: 0")


def test_no_secret_poll_can_have_its_code() -> None:
    assert len(PRACTICE) == CODE_LENGTH
    assert not set(PRACTICE) <= set(CODE_LETTERS)


@pytest.mark.parametrize("typed", ["vote TEST 01", "!vote test 01", "VOTE TEST XX"])
def test_where_a_vote_in_it_is_a_command(typed: str) -> None:
    assert typed_vote(typed, Place.DIRECT) is None
    # In the room nobody votes, and with a secret poll open everything like a vote is kept off the disk.
    assert typed_vote(typed, Place.DIRECT, ["K7QX"]) is not None
    if typed.startswith("!"):
        assert typed_vote(typed, Place.ROOM) is not None


async def test_nothing_of_an_old_one_stays_in_the_file(seven: Chat) -> None:
    await seven.room("@lea", "!poll practice")
    await seven.dm("@ben", "vote TEST 01")
    day = int(KEPT.total_seconds() * 1000)
    for before, kept in ((millis(seven.now) - day, 1), (millis(seven.now) + 1, 0)):
        async with seven.database.transaction() as tx:
            await OldPracticePolls(tx).forget_before(before)
            for table in ("practice_poll", "practice_vote"):
                assert await tx.value(f"SELECT count(*) FROM {table}") == kept, table
