"""What several results tell together: who is singled out, which questions are the same."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.polls.ask.policy import Policy
from commands.polls.count.comparison import (
    AGAIN_AFTER,
    COMBINED,
    Earlier,
    alike,
    risks,
    singled_out,
    weigh,
    words_of,
)
from commands.polls.model import Poll, PollKind, Risks, Rules
from storage.core.model import UserId
from tests.support.held import effort

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
DAY = timedelta(days=1)
ASKED = "Do we strike in December?"
POLL = Poll("K7QX", PollKind.YES_NO, ASKED, (), Rules(5, None, NOW + DAY))


def people(letters: str) -> frozenset[UserId]:
    """One person for each letter."""
    return frozenset(UserId(f"@{letter}:example.org") for letter in letters)


def earlier(letters: str, asked: str = "Another thing?", ago: timedelta = DAY) -> Earlier:
    return Earlier(people(letters), NOW - ago, words_of(asked))


def singled(roster: str, *others: str, fewer_than: int = 5) -> str | None:
    """The letters of those who are singled out."""
    found = singled_out(
        people(roster), [earlier(each) for each in others], fewer_than, words_of("?")
    )
    return None if found is None else "".join(sorted(each[1] for each in found.people))


@pytest.mark.parametrize(
    ("roster", "others", "expected"),
    [
        ("abcdefgh", [], None),
        ("abcdefgh", ["abcdefgh"], None),
        ("abcdefgh", ["abcdefg"], "h"),
        ("abcdefgh", ["abcdefghi"], "i"),
        ("abcdefgh", ["abcdefgi"], "hi"),
        ("abcdefgh", ["abcd"], "efgh"),
        ("abcdefgh", ["abc"], None),
        ("abcdefgh", ["mnopqrst"], None),
        # The smallest group is the worst.
        ("abcdefgh", ["abcdef", "abcdefg"], "h"),
        # Two that together are nearly the third; no two of the three are alike.
        ("abcdefghijkl", ["abcdef", "ghijk"], "l"),
        ("abcdef", ["abcdefghijkl", "ghijk"], "l"),
        # And four.
        ("abcdefghijklmnopqr", ["abcdef", "ghijkl", "mnopq"], "r"),
        # The same roster twice tells nothing more, whatever else was asked.
        ("abcdefgh", ["abcdefgh", "xyz"], None),
        # A committee that grows by as many as the floor at a time.
        ("abcdefghijklmno", ["abcdefghij", "abcde"], None),
    ],
)
def test_who_is_singled_out(roster: str, others: list[str], expected: str | None) -> None:
    assert singled(roster, *others) == expected


def test_the_floor_says_how_many_are_few() -> None:
    assert singled("abcdefgh", "abcdef", fewer_than=3) == "gh"
    assert singled("abcdefgh", "abcde", fewer_than=3) is None


@given(
    st.sets(st.sampled_from("abcdefghij"), min_size=5),
    st.lists(st.sets(st.sampled_from("abcdefghij")), max_size=4),
)
def test_it_finds_what_counting_person_by_person_finds(
    roster: set[str], others: list[set[str]]
) -> None:
    """A slow second opinion for two and three rosters."""
    distinct = [each for each in {frozenset(o) for o in others} if each != frozenset(roster)]
    sums = [
        {p: (p in roster) + s * (p in o) for p in "abcdefghij"} for o in distinct for s in (-1, 1)
    ]
    sums += [
        {p: (p in roster) + s * (p in o) + t * (p in q) for p in "abcdefghij"}
        for at, o in enumerate(distinct) for q in distinct[at + 1 :]
        for s in (-1, 1) for t in (-1, 1)
    ]  # fmt: skip
    counts = [sum(value != 0 for value in each.values()) for each in sums]
    least = min((count for count in counts if 0 < count < 5), default=None)
    found = singled("".join(roster), *("".join(o) for o in others))
    if least is not None:
        assert found is not None
        assert len(found) <= least


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Do we strike?", "do we STRIKE", True),
        ("Do we strike in December?", "Shall we strike in December already?", True),
        ("¿Hacemos huelga?", "Hacemos la huelga?", True),
        ("Do we strike?", "Where do we meet?", False),
        ("罢工吗？", "罢工吗？", True),
        ("???", "???", False),
    ],
)
def test_the_same_question_in_other_words(one: str, other: str, same: bool) -> None:  # noqa: FBT001
    assert alike(words_of(one), words_of(other)) is same


ROSTER = sorted(people("abcdefgh"))


def test_the_same_question_with_and_without_one_is_refused_while_minds_are_the_same() -> None:
    before = [earlier("abcdefghi", ASKED)]
    assert weigh(POLL, ROSTER, before, NOW, Policy()).refused
    later = [earlier("abcdefghi", ASKED, AGAIN_AFTER)]
    found = weigh(POLL, ROSTER, later, NOW, Policy())
    assert not found.refused
    assert risks(POLL, found, people("i"), Policy()).needs_second


def test_who_came_since_waits_where_only_the_difference_would_be_theirs() -> None:
    found = weigh(POLL, ROSTER, [earlier("abcdefg", ASKED)], NOW, Policy())
    assert found.roster == tuple(sorted(people("abcdefg")))
    assert found.held_back == tuple(people("h"))
    assert not found.refused
    # Another question is asked of everybody; a lead has to know.
    other = weigh(POLL, ROSTER, [earlier("abcdefg")], NOW, Policy())
    assert other.roster == tuple(ROSTER)
    assert risks(POLL, other, people("h"), Policy()) == Risks(named=tuple(people("h")))


@pytest.mark.parametrize(
    ("ago", "soon"), [(timedelta(minutes=1), True), (AGAIN_AFTER, False), (20 * DAY, False)]
)
def test_asked_again_of_the_same_people(ago: timedelta, soon: bool) -> None:  # noqa: FBT001
    found = weigh(POLL, ROSTER, [earlier("abcdefgh", ASKED, ago)], NOW, Policy())
    told = risks(POLL, found, people(""), Policy())
    assert (told.again, told.soon, told.needs_second) == (True, soon, soon)


def test_people_of_another_committee_are_counted_and_not_named() -> None:
    found = weigh(POLL, ROSTER, [earlier("abcdefghx")], NOW, Policy())
    told = risks(POLL, found, people("abcdefgh"), Policy())
    assert (told.named, told.unnamed, told.singled) == ((), 1, 1)


@pytest.mark.parametrize(
    ("kind", "options", "k", "low", "spread"),
    [
        (PollKind.YES_NO, (), 5, False, False),
        (PollKind.YES_NO, (), 3, True, False),
        (PollKind.YES_NO, (), 8, False, False),
        (PollKind.CHOOSE, ("a", "b", "c"), 5, False, False),
        (PollKind.CHOOSE, ("a", "b", "c", "d", "e"), 5, False, True),
        (PollKind.TEMPERATURE, (), 5, False, False),
    ],
)
def test_what_the_terms_alone_may_tell(
    kind: PollKind,
    options: tuple[str, ...],
    k: int,
    low: bool,  # noqa: FBT001
    spread: bool,  # noqa: FBT001
) -> None:
    poll = Poll("K7QX", kind, ASKED, options, Rules(k, None, NOW + DAY))
    told = risks(poll, weigh(poll, ROSTER, [], NOW, Policy()), people(""), Policy())
    assert (told.low_floor, told.spread, told.needs_second) == (low, spread, low)


def test_many_rosters_of_many_people_hold_up_nobody() -> None:
    """As many as are combined, of a large committee: measured by this process's own time."""
    everybody = [UserId(f"@member{at:04}:example.org") for at in range(2000)]
    before = [
        Earlier(frozenset(everybody[at * 7 :]), NOW - DAY, frozenset()) for at in range(COMBINED)
    ]
    with effort() as taken:
        singled_out(everybody[3:], before, 5, frozenset())
    assert taken.yardsticks < 250
