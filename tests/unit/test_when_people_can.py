"""Answers to a poll on times as people type them: read as they were meant, or asked back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.framework.errors import Refusal
from commands.meetings.time_poll.availability import Times, read_times
from storage.core.model import Coming

LETTERS = {"y": Coming.YES, "m": Coming.MAYBE, "n": Coming.NO}
THREE = "1y 2n 3m"

READ = {
    "answers behind their numbers": {
        "1 yes 2 no 3 maybe": THREE,
        "1 yes, 2 no, 3 maybe": THREE,
        "1: yes; 2: no; 3: maybe": THREE,
        "1=yes 2=no 3=maybe": THREE,
        "1 y 2 n 3 ?": THREE,
        "1,3 yes; 2 maybe": "1y 3y 2m",
        "1 3 yes": "1y 3y",
        "1 no, 2": "1n 2y",
        "1 yes, 2 3 no": "1y 2n 3n",
        "1 works, 2 doesn't, 3 if need be": THREE,
    },
    "answers before their numbers": {
        "1 3 maybe 2": "1y 3y 2m",
        "1 3 maybe 2 no 4": "1y 3y 2m 4n",
        "yes 1 2 maybe 3": "1y 2y 3m",
        "yes: 1, 3 no: 2": "1y 3y 2n",
        "maybe 2": "2m",
        "not sure 2, yes 1": "2m 1y",
        "yes, 1 and 3": "1y 3y",
        "1, 2 and maybe 3": "1y 2y 3m",
        "I can do 1 and 3 but not 2": "1y 3y 2n",
    },
    "signs and letters stuck to their numbers": {
        "1x 2- 3?": "1n 2n 3m",
        "+1 -2 ?3": THREE,
        "1y 2n 3m": THREE,
        "1y2n3m": THREE,
        "1 y 2 n 3 m": THREE,
        "1 - 3": "1y 2y 3y",
    },
    "words for them": {
        "first and third": "1y 3y",
        "1 yep 2 nah 3 idk": THREE,
        "1 да 2 нет 3 может быть": THREE,
    },
    "each piece for itself": {"yes 1, 2 no": "1y 2n"},
    "numbers alone": {
        "1": "1y",
        "1 3": "1y 3y",
        "1,3": "1y 3y",
        "1 & 3": "1y 3y",
        "1st and 3rd": "1y 3y",
        "1) 3)": "1y 3y",
        "only 2 please": "2y",
        "1 y 3": "1y 3y",
        "1 or 3": "1y 3y",
        "１ ３": "1y 3y",
    },
    "ranges": {
        "1-3": "1y 2y 3y",
        "1–3": "1y 2y 3y",
        "1 - 3, 5": "1y 2y 3y 5y",
        "1 to 3": "1y 2y 3y",
        "from 1 to 3": "1y 2y 3y",
        "1..3": "1y 2y 3y",
        "1 bis 3": "1y 2y 3y",
        "1-2 yes, 3-4 no": "1y 2y 3n 4n",
        "maybe 2-3": "2m 3m",
    },
    "signs": {
        "1✓ 2✗ 3?": THREE,
        "1 ✅ 2 ❌ 3 ❓": THREE,
        "✅ 1 ❌ 2 ❓ 3": THREE,
        "1️⃣✅ 2️⃣❌ 3️⃣❓": THREE,
        "1👍 2👎🏽 3🤷": THREE,
        "1+ 2- 3?": THREE,
        "1 x": "1n",
    },
    "languages": {
        "1 ja 2 nein 3 vielleicht": THREE,
        "1 sí, 2 no, 3 quizás": THREE,
        "1 oui 2 non 3 peut-être": THREE,
        "1 sì 2 no 3 forse": THREE,
        "1 sim 2 não 3 talvez": THREE,
        "1 tak 2 nie 3 może": THREE,
        "1 ja 2 nee 3 misschien": THREE,
        "1 可以 2 不行 3 也许": THREE,
        "1 はい 2 いいえ 3 多分": THREE,
        "1 evet 2 hayır 3 belki": THREE,
    },
}


def said(text: str) -> dict[int, Coming]:
    """``1y 2n`` as the answers it stands for."""
    return {int(each[:-1]): LETTERS[each[-1]] for each in text.split()}


@pytest.mark.parametrize(
    ("typed", "meant"), [pair for kind in READ.values() for pair in kind.items()]
)
def test_answers_are_read_as_they_were_meant(typed: str, meant: str) -> None:
    assert read_times(typed) == Times(None, said(meant))
    assert read_times(f"#7 {typed}") == Times(7, said(meant))


@pytest.mark.parametrize(
    ("typed", "some", "others"),
    [
        ("all", "", "y"),
        ("any time", "", "y"),
        ("yes to all", "", "y"),
        ("alle", "", "y"),
        ("all maybe", "", "m"),
        ("maybe all", "", "m"),
        ("all but 2", "2n", "y"),
        ("all except 2 and 3", "2n 3n", "y"),
        ("alle außer 2", "2n", "y"),
        ("all, but maybe 2", "2m", "y"),
        ("all, maybe 2", "2m", "y"),
        ("everything but not 2", "2n", "y"),
        ("none", "", "n"),
        ("none of them", "", "n"),
        ("keine", "", "n"),
        ("none but 3", "3y", "n"),
    ],
)
def test_all_and_none(typed: str, some: str, others: str) -> None:
    assert read_times(typed) == Times(None, said(some), LETTERS[others])


ASKED_BACK = {
    "two answers": ["1 yes 1 no", "1 2 maybe 2", "yes 1-3 no 2"],
    "more than one way": [
        "1 yes 2 no 3",
        "no 1 2 yes",
        "1, 2 maybe",
        "1 2 maybe",
        "maybe 1 y 3",
        "1-3 but 2",
        "1 -2",
        "-2",
        "all 2",
        "yes 1, 2, 3 no",
    ],
    "numbers in front of the times": ["19:00", "7pm", "tue 19:00", "12.30 yes", "9 Uhr"],
    "Type their numbers": ["", "yes", "maybe", "#7", "👍"],
    "I do not know": ["tue", "perhaps soon", "1 tomorrow", "1 yes 2 hm"],
    "is a meeting": ["#1 #3"],
    "each number": ["3-1", "1-400"],
}


@pytest.mark.parametrize(
    ("why", "typed"), [(why, each) for why, several in ASKED_BACK.items() for each in several]
)
def test_what_is_not_plain_is_asked_back(why: str, typed: str) -> None:
    with pytest.raises(Refusal) as asked:
        read_times(typed)
    assert why in "".join(
        part if isinstance(part, str) else part.text for part in asked.value.problem
    )


@given(st.text(alphabet="123 yesnomaybeall,;-–#?✓✗", max_size=30) | st.text(max_size=30))
def test_no_text_makes_it_stumble(typed: str) -> None:
    try:
        found = read_times(typed)
    except Refusal:
        return
    assert found.said or found.others in Coming


@given(st.dictionaries(st.integers(1, 9), st.sampled_from(Coming), min_size=1))
def test_both_orders_say_the_same(answers: dict[int, Coming]) -> None:
    behind = ", ".join(f"{number} {answer.value}" for number, answer in answers.items())
    before = "; ".join(f"{answer.value} {number}" for number, answer in answers.items())
    assert read_times(behind).said == read_times(before).said == answers
