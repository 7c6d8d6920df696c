"""Words that people typed cannot pass for the bot's own: not in its quotes, and not by reading alike."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.matrix.render import render
from commands.framework.errors import Refusal
from commands.framework.quoting import imitates, quoted, refuse_imitation
from commands.polls import views
from commands.polls.count import results
from commands.polls.count.tally import tally
from commands.polls.model import Poll, PollKind, Rules, encode

ZONE = ZoneInfo("UTC")
RULES = Rules(3, 5, datetime(2026, 11, 25, 17, tzinfo=UTC))
POLLS = [
    Poll("K7QX", PollKind.TEMPERATURE, "Ready?", (), RULES),
    Poll("M2RT", PollKind.YES_NO, "Strike?", (), RULES),
    Poll("P9ZW", PollKind.CONSENSUS, "Tuesdays", (), RULES),
    Poll("B3CD", PollKind.CHOOSE, "Where?", ("plaza", "hall"), RULES),
    Poll("C4DF", PollKind.RANK, "Who?", ("Ana", "Ben", "Lea"), RULES),
]
BALLOTS = {
    PollKind.TEMPERATURE: "04", PollKind.YES_NO: "01", PollKind.CONSENSUS: "04", PollKind.CHOOSE: "01",
    PollKind.RANK: "ABC",
}  # fmt: skip


def said_by_us() -> list[str]:
    """The lines by which a result or a notice about a poll is known, as the bot says them."""
    found = []
    for poll in POLLS:
        ballot = encode(poll, BALLOTS[poll.kind])
        for count in (0, 4, 12):
            slots = [ballot] * count + [None] * (12 - count)
            (content, *_picture) = render(results.result(poll, tally(poll, slots)))
            found += str(content["body"]).splitlines()
        for reply in (
            views.opened(poll, ZONE), views.cancelled(poll), views.postponed(poll, ZONE),
            views.acknowledgement(poll, ZONE),
        ):  # fmt: skip
            found += str(render(reply)[0]["body"]).splitlines()
    ours = ("Most:", "Wins:", "A tie:", "Nothing leads", "No blocks", "• Round")
    return [each for each in found if not each.startswith(ours)]


@pytest.mark.parametrize("words", sorted(set(said_by_us())))
def test_what_the_bot_says_nobody_makes_it_say(words: str) -> None:
    for typed in (words, words.upper(), f"Hear, hear: {words}", words.replace(" ", "  ")):
        assert imitates(typed), typed
        with pytest.raises(Refusal):
            refuse_imitation(["fine", typed])


@pytest.mark.parametrize(
    "words",
    [
        "Ready to march on the boss?",
        "Is the shop closed on Friday?",
        "Are 9 of 12 enough?",
        "Shall we vote next week?",
        "Vote 2026",
        "Do we publish the ballots of the council?",
        "Which of these: A | B – or C?",
        "罢工吗？",
        "Mean what you say",
        "☐ buy flour ☑ bake",
        "🟩 yes 🟥 no",
    ],
)
def test_what_people_ask_is_taken(words: str) -> None:
    assert not imitates(words)


@pytest.mark.parametrize(
    "words",
    [
        "██████ 9 yes",
        "▓▓▓▓ 9",
        "■■■■ 9",
        "─── result ───",
        "k7qx is closed: no",
        "Ｋ７ＱＸ is closed",
        "9 ballots of 9",
        "nine said yes. The quorum of 9 is met",
        "SECRET POLL K7QX was won",
        "vote K7QX 04 or else",
    ],
)
def test_other_ways_to_read_like_us(words: str) -> None:
    assert imitates(words)


@given(st.text())
def test_nothing_in_quotes_ends_them(words: str) -> None:
    shown = quoted(words)
    assert shown.startswith("“")
    assert shown.endswith("”")
    assert not set(shown[1:-1]) & set('"“”„‟«»「」『』\n\r')
