"""Examples in every reader's words: what help and refusals show is read as the English one is."""

import re
from datetime import date, timedelta

import pytest

from commands.all import CATALOGUE
from commands.framework.errors import refuse
from commands.framework.i18n import available, hearing, in_languages_heard, speaking
from commands.framework.parse import Request, parse
from commands.framework.reader import reader_of
from commands.framework.reply import Code, Items
from commands.framework.shown_examples import in_words_shown, shown_example
from commands.framework.shown_names import TOPIC
from commands.framework.spec import Command
from commands.general.views import help_for
from commands.meetings.time_poll.commands import _quorum_word
from commands.meetings.time_poll.options import behind, read_end
from commands.one_on_ones.terms import OutcomeWord
from commands.time.dates import read_any_day
from commands.time.read import UnreadTime, read_time
from commands.time.repeat import read_series
from commands.time.series import Series
from commands.time.shown_words import _in_readers_words
from commands.zones.places import NamedZone
from tests.unit.circumstances import FRIDAY, circumstances

WEDNESDAY = FRIDAY - timedelta(days=2)
"""On a Friday, "fri" is asked about."""
LANGUAGES = tuple(each for each in available() if each != "en")
COMMANDS = list(CATALOGUE)
CTX = circumstances(now=WEDNESDAY)
ENGLISH = re.compile(
    r"\b(mon|tue|wed|thu|fri|sat|sun|monday|thursday|tomorrow|next|until|dec|july|reached)\b"
)

QUOTED = re.compile(r'(?<= )"[^"]*"|(?<=why=)"[^"]*"')
"""Somebody's own words."""


def _read(line: str) -> tuple[Command, dict[str, object]]:
    """What a line asks for: a command, and what its values mean."""
    heard = CATALOGUE.typed.in_english(line)
    request = parse(heard.text, CTX, CATALOGUE)
    assert isinstance(request, Request), (line, request.refusal.problem)
    command = request.command
    return command, {name: _meant(command, said) for name, said in request.arguments.items()}


def _meant(command: Command, said: object) -> object:
    """A value as the command takes it: some are read on when it runs."""
    if isinstance(said, NamedZone):
        # What else is called so is said in the reader's language.
        return said.zone
    if command.name == "try":
        return _read(f"!{said}")
    if command.name == "help":
        return next(topic for topic in TOPICS if _is_topic(str(said), topic))
    if command.name == "1on1 answer":
        reader = reader_of(OutcomeWord)
        assert reader is not None
        return reader.read(str(said), CTX)
    if isinstance(said, tuple) and said and all(isinstance(each, str) for each in said):
        return [[_part(each.strip()) for each in part.split(",")] for part in said]
    return said


TOPICS = ("meetings",)


def _is_topic(said: str, topic: str) -> bool:
    return said == topic or any(e.is_way(said, TOPIC, topic) for e in CATALOGUE.typed.heard())


def _part(words: str) -> object:
    """A part of a plan: a moment, an end, days that repeat, how many; or words."""
    found = read_time(words, WEDNESDAY, CTX.committee.zone, CTX.language)
    if not isinstance(found, UnreadTime):
        return found
    day = read_any_day(words, CTX.today)
    if isinstance(day, date):
        return day
    end = read_end(words, CTX)
    if end is not None:
        return end
    for whole in (f"every {words}", words):
        series = read_series(whole, WEDNESDAY, CTX.committee.zone, CTX.language)
        if isinstance(series, Series):
            return series
    least = behind(words, {"quorum", *in_languages_heard(_quorum_word)})
    return words if least is None else ("quorum", least)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_each_example_is_read_as_the_english_one(command: Command) -> None:
    wanted = _read(command.example)
    for language in LANGUAGES:
        with speaking(language), hearing(language):
            shown = shown_example(command, command.example)
            assert _read(shown) == wanted, (language, shown)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_nobody_is_shown_a_time_or_a_choice_in_english(command: Command) -> None:
    """Where the reader's language has a word for it; what is in quotes is somebody's own, but for a time."""
    readers = [each.reader for each in command.parameters if each.reader is not None]
    for language in LANGUAGES:
        with speaking(language):
            shown = shown_example(command, command.example)
            assert not ENGLISH.search(QUOTED.sub("", shown)), (language, shown)
            for reader in readers:
                words = reader.words_shown()
                left = set(shown.split()) & {each for each, word in words.items() if word != each}
                assert not left, (language, shown)


def test_every_time_has_words_in_every_language() -> None:
    """One that has not is shown in English, which is read everywhere and looks forgotten."""
    english = set(_in_readers_words())
    for language in LANGUAGES:
        with speaking(language):
            same = {each for each, word in _in_readers_words().items() if word == each}
            assert same <= {"quorum 5"}, language
            assert set(_in_readers_words()) == english


def test_help_shows_it_so() -> None:
    with speaking("de"), hearing("de"):
        line = "!gespräch M-41 erreicht stufe=2 getan schritt=Freitag"
        assert line in str([_shown(each) for each in help_for(_named("1on1 log"), CTX).blocks])


def test_refusals_show_their_own_examples_so() -> None:
    """Whatever command it is of, by whatever name of it; what is none stays, with keys in the reader's words."""
    for example, shown in (
        ("!away until=fri cover=@ben", "!abwesend bis=Freitag vertretung=@ben"),
        ("!test names petition did", "!test namen petition getan"),
        ("!can 1 3 maybe 2", "!can 1 3 vielleicht 2"),
        ("!due", "!fällig"),
        ('closes="fri 18:00"', 'schluss="fri 18:00"'),
        ("!nothing known", "!nothing known"),
    ):
        refusal = refuse("No.", example=example)
        with speaking("de"):
            told = in_words_shown(refusal, CATALOGUE)
            assert shown in str([_shown(each) for each in told.reply().blocks]), example
        assert in_words_shown(refusal, CATALOGUE) is refusal
        assert told.but(example="!me").example_shown == ""


def _named(name: str) -> Command:
    return next(each for each in COMMANDS if each.name == name)


def _shown(block: object) -> str:
    lines = block.lines if isinstance(block, Items) else (block,)
    return " ".join(
        part.shown if isinstance(part, Code) else str(part)
        for line in lines
        if isinstance(line, tuple)
        for part in line
    )
