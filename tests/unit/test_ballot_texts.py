"""What a ballot says: every text that is one, and every text that is not."""

import json
from datetime import UTC, datetime
from functools import cache
from itertools import permutations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.polls.model import (
    CHOICE_BYTES,
    CODE_LETTERS,
    LETTERS,
    MOST_OPTIONS,
    Abstention,
    Ballot,
    NotABallot,
    Poll,
    PollKind,
    Rules,
    decode,
    encode,
    new_code,
)

RULES = Rules(5, None, datetime(2026, 11, 27, 18, tzinfo=UTC))
FOUR = ("Pay", "Hours", "Safety", "Respect")


def poll(kind: PollKind, *options: str) -> Poll:
    return Poll("K7QX", kind, "What now?", options if kind.has_options else (), RULES)


def places(kind: PollKind, text: str) -> object:
    asked = poll(kind, *FOUR)
    return decode(asked, encode(asked, text))


@cache
def every(kind: PollKind) -> list[str]:
    """All ballots there are for four options."""
    match kind:
        case PollKind.APPROVE:
            found = ["".join(each) for each in product("YN", repeat=4)]
        case PollKind.SCORE:
            found = ["".join(each) for each in product("012345", repeat=4)]
        case PollKind.RANK:
            found = [
                "".join(each).ljust(4, "X") for n in range(1, 5) for each in permutations("ABCD", n)
            ]
        case _:
            found = list(poll(kind, *FOUR).codes[:-1])
    return [*found, "X" * poll(kind, *FOUR).width]


@pytest.mark.parametrize("kind", PollKind)
def test_all_ballots_of_a_poll_look_alike(kind: PollKind) -> None:
    """The server sees the length of what is sent, and so does whoever holds a sealed slot."""
    asked, ballots = poll(kind, *FOUR), every(kind)
    assert {len(text.encode()) for text in ballots} == {asked.width}
    assert {len(encode(asked, text)) for text in ballots} == {CHOICE_BYTES}
    assert len({encode(asked, text) for text in ballots}) == len(ballots)
    assert len({str(decode(asked, encode(asked, text))) for text in ballots}) == len(ballots)


@pytest.mark.parametrize("kind", PollKind)
def test_the_encoding_is_never_the_mark_of_an_empty_slot(kind: PollKind) -> None:
    asked = poll(kind, *FOUR)
    assert all(b"\xff" not in encode(asked, text) for text in every(kind))


@pytest.mark.parametrize("kind", [kind for kind in PollKind if kind.has_options])
def test_the_largest_poll_fits(kind: PollKind) -> None:
    asked = poll(kind, *(f"option {at}" for at in range(MOST_OPTIONS)))
    full = {
        PollKind.CHOOSE: "12",
        PollKind.APPROVE: "YN" * 6,
        PollKind.SCORE: "05" * 6,
        PollKind.RANK: LETTERS,
    }
    assert len(encode(asked, full[kind])) == CHOICE_BYTES


def test_what_ballots_mean() -> None:
    assert places(PollKind.TEMPERATURE, "04") == Ballot((4,))
    assert places(PollKind.YES_NO, "01") == Ballot((0,))
    assert places(PollKind.CONSENSUS, "04") == Ballot((3,))
    assert places(PollKind.CHOOSE, "02") == Ballot((1,))
    assert places(PollKind.APPROVE, "YNNY") == Ballot((0, 3))
    assert places(PollKind.SCORE, "0352") == Ballot((0, 3, 5, 2))
    assert places(PollKind.RANK, "CADB") == Ballot((2, 0, 3, 1))
    assert places(PollKind.RANK, "CAXX") == Ballot((2, 0))
    assert places(PollKind.RANK, "XXXX") == Abstention()
    assert places(PollKind.TEMPERATURE, "xx") == Abstention()
    assert places(PollKind.APPROVE, "NNNN") == Ballot(())


def test_what_fingers_and_phones_do_is_understood() -> None:
    assert places(PollKind.TEMPERATURE, " o4 ") == Ballot((4,))
    assert places(PollKind.TEMPERATURE, "0４") == Ballot((4,))
    assert places(PollKind.YES_NO, "Ol") == Ballot((0,))
    assert places(PollKind.RANK, "cadb") == Ballot((2, 0, 3, 1))


WRONG = {
    PollKind.TEMPERATURE: [
        "",
        "4",
        "004",
        "06",
        "-1",
        "yes",
        "4!",
        "٠٤",
        "0 4",
        "0\u0301",
        "YY",
        "0X",
    ],
    PollKind.YES_NO: ["00", "03", "yes", "no", "Y", "ja"],
    PollKind.CONSENSUS: ["00", "05", "block"],
    PollKind.CHOOSE: ["00", "05", "A", "Pay", "1"],
    PollKind.APPROVE: ["YNN", "YNNYY", "YNN1", "0101", "YNNX", "XXX"],
    PollKind.SCORE: ["035", "03526", "0356", "035-", "035X", "YNNY"],
    PollKind.RANK: ["CAD", "CADBA", "CADD", "CADE", "CXAX", "XCAD", "1234", "CA--", "CA—"],
}


@pytest.mark.parametrize("kind", PollKind)
def test_everything_else_is_no_ballot(kind: PollKind) -> None:
    asked = poll(kind, *FOUR)
    for text in WRONG[kind]:
        with pytest.raises(NotABallot):
            encode(asked, text)


@given(st.text(max_size=14), st.sampled_from(PollKind))
def test_no_text_is_anything_but_a_ballot_or_none(text: str, kind: PollKind) -> None:
    asked = poll(kind, *FOUR)
    try:
        encoded = encode(asked, text)
    except NotABallot:
        return
    assert encoded.decode().rstrip() in every(kind)


@given(st.binary(max_size=16), st.sampled_from(PollKind))
def test_no_bytes_are_anything_but_a_ballot_or_none(slot: bytes, kind: PollKind) -> None:
    asked = poll(kind, *FOUR)
    try:
        decode(asked, slot)
    except NotABallot:
        return
    assert slot.decode().rstrip() in every(kind)


def test_codes_are_no_words_and_never_taken() -> None:
    codes = {new_code() for _ in range(500)}
    assert all(len(code) == 4 and set(code) <= set(CODE_LETTERS) for code in codes)
    assert not set("AEIOU01L") & set(CODE_LETTERS)
    assert len(codes) > 490
    taken: list[str] = []
    for _ in range(50):
        taken.append(new_code(taken))
    assert len(set(taken)) == 50


def test_the_kinds_in_open_boxes_keep_their_names() -> None:
    assert json.dumps([kind.value for kind in PollKind]) == (
        '["temperature", "yesno", "consensus", "choose", "approve", "score", "rank"]'
    )
