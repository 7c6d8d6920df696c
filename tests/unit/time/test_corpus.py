"""Time in words, in nine languages: nothing wrong, junk refused, two readings asked."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from commands.time.instants import Moment
from commands.time.read import AmbiguousTime, Answer, UnreadTime, read_time

NOW = datetime(2026, 3, 26, 13, 30, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


@dataclass(frozen=True)
class Line:
    language: str
    words: str
    meaning: str


def corpus() -> list[Line]:
    rows = Path(__file__).with_name("corpus.txt").read_text(encoding="utf-8").splitlines()
    parts = [row.split(" | ") for row in rows if row and not row.startswith("#")]
    return [Line(*part) for part in parts]


def told(answer: Answer) -> str:
    match answer:
        case UnreadTime():
            return "-"
        case AmbiguousTime():
            return "? " + ", ".join(f"{each.local:%F %H:%M}" for each in answer.choices)
        case Moment():
            length = f" +{answer.minutes}" if answer.minutes else ""
            return f"{answer.local:%F %H:%M}{length} {answer.zone.key}"


@pytest.mark.parametrize("language_known", [True, False], ids=["own", "any"])
@pytest.mark.parametrize("line", corpus(), ids=lambda line: line.words)
def test_words_mean_what_they_say(line: Line, *, language_known: bool) -> None:
    """In a language nobody told us, a question may stand in for the answer; another answer never."""
    answer = read_time(line.words, NOW, BERLIN, line.language if language_known else None)
    said = told(answer)
    alone = said.removesuffix(" Europe/Berlin")
    if language_known or isinstance(answer, Moment):
        assert line.meaning in {said, alone}


def test_corpus_is_large_and_in_nine_languages() -> None:
    lines = corpus()
    assert len([line for line in lines if line.meaning != "-"]) >= 250
    assert {line.language for line in lines} == {
        "en",
        "de",
        "es",
        "fr",
        "it",
        "pt",
        "nl",
        "pl",
        "zh",
    }


def test_answers_without_the_language_are_still_most_of_them() -> None:
    """The control of the test above: asking about everything would pass it."""
    clear = [line for line in corpus() if line.meaning[0] not in "?-"]
    answered = [x for x in clear if isinstance(read_time(x.words, NOW, BERLIN), Moment)]
    assert len(answered) / len(clear) > 0.95


def test_two_equal_times_are_told_apart_by_their_instant() -> None:
    answer = read_time("25 oct 02:30", NOW, BERLIN)
    assert isinstance(answer, AmbiguousTime)
    first, second = answer.choices
    assert (second.at - first.at).total_seconds() == 3600
