"""Names of commands and keys in six languages: nothing means two things, and what organizers type is understood."""

import inspect
from collections import defaultdict
from itertools import combinations
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from commands.all import CATALOGUE
from commands.framework import i18n, translations
from commands.framework.context import Place
from commands.framework.errors import Interpretation, Interpretations
from commands.framework.i18n import (
    NAMES,
    available,
    compile_catalogue,
    hearing,
    names_kept,
    speaking,
)
from commands.framework.language_names import LanguageNames, fold, spellings
from commands.framework.parse import ALSO_CALLED, ALSO_WHERE_AS_TYPED
from commands.framework.reply import Code, Items
from commands.framework.shown_names import (
    ABOUT_OTHERS,
    COMMAND,
    IN_CAPITALS,
    KEY,
    LONGEST,
    PLACEHOLDER,
    TOPIC,
    ways,
)
from commands.framework.spec import Command
from commands.framework.words import Word, split
from commands.general.help import EVERYTHING, ROLES
from commands.general.tried_words import TRIED
from commands.polls.vote.typed import _COMMANDS, _VOTE, typed_vote
from commands.roles.standing import Role
from commands.shared.answer_words import yes_or_no
from storage.names import folded
from tests.unit.circumstances import circumstances

COMMANDS = tuple(CATALOGUE)
LANGUAGES = tuple(each for each in available() if each != "en")
GRACE = 40
"""Names that may wait for their words in a language, those of a new job: until then they are typed in English."""
ANSWERS = {"yes", "no", "maybe", "ok"}
"""Commands that are answers themselves."""


def names(language: str) -> LanguageNames:
    kept = names_kept(language)
    return LanguageNames(language, COMMANDS, lambda *of: kept.get(of, ""))


ALL = {language: names(language) for language in LANGUAGES}


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def english(said: tuple[str, ...]) -> Command | None:
    """The command that words are the whole name of in English."""
    try:
        with hearing(), speaking("en"):
            command, rest = CATALOGUE.find([Word(each) for each in said], Role.KEEPER)
    except Exception:  # noqa: BLE001 (whatever is said to it: it is no name)
        return None
    return command if not rest else None


def written(catalogue: Catalog) -> set[tuple[str, str]]:
    return {(str(m.context), str(m.id)) for m in catalogue if m.context in NAMES}


def test_translators_are_given_every_name() -> None:
    keys = {key for command in COMMANDS for key in command.keyed()}
    topics = {group.topics[0] for group in CATALOGUE.groups if group.topics}
    readers = [each.reader for command in COMMANDS for each in command.parameters if each.reader]
    capitals = {word for each in readers for word in IN_CAPITALS.findall(each.placeholder)}
    declared = {(COMMAND, each.name) for each in COMMANDS} | {(KEY, each) for each in keys}
    declared |= {(TOPIC, each) for each in (*topics, EVERYTHING, ROLES[0])}
    declared |= {(PLACEHOLDER, each) for each in capitals}
    with translations.TEMPLATE.open("rb") as file:
        assert written(read_po(file)) == declared


def test_few_names_wait_for_their_words(language: str) -> None:
    empty = [of for of, found in names_kept(language).items() if not found]
    assert len(empty) <= GRACE, f"{language}: {empty}"


def test_no_words_mean_two_commands(language: str) -> None:
    meant: dict[tuple[str, ...], set[str]] = defaultdict(set)
    kept = names_kept(language)
    for command in COMMANDS:
        for way in ways(kept[COMMAND, command.name], command.name):
            for words in spellings(way):
                assert 0 < len(words) <= LONGEST, way
                assert all(words), way
                meant[words].add(command.name)
                tried = TRIED.get(" ".join(words))
                if tried is not None:
                    meant[words].add(tried)
                other = english(words)
                if other is not None:
                    meant[words].add(other.name)
    assert {words: both for words, both in meant.items() if len(both) > 1} == {}


def test_no_word_means_two_keys(language: str) -> None:
    """Neither within a language nor in English beside it, whatever command it stands behind."""
    kept = names_kept(language)
    meant: dict[str, set[str]] = defaultdict(set)
    for (context, key), found in kept.items():
        for way in ways(found, key) if context == KEY else ():
            assert way.isalpha(), way
            for (word,) in spellings(way):
                meant[word].add(key)
    assert {word: both for word, both in meant.items() if len(both) > 1} == {}
    for command in COMMANDS:
        keys = command.keyed()
        also = {
            each: key for each, key in (ALSO_CALLED | ALSO_WHERE_AS_TYPED).items() if key in keys
        }
        for word, both in meant.items():
            (key,) = both
            if key in keys:
                assert word not in keys or word == key, (command.name, word)
                assert also.get(word, key) == key, (command.name, word)


def test_a_topic_is_no_command_of_another_topic(language: str) -> None:
    for group in CATALOGUE.groups:
        for way in ways(names_kept(language)[TOPIC, group.topics[0]], group.topics[0]):
            assert CATALOGUE.topic(way) in {group, None}, way
            for words in spellings(way):
                assert ALL[language].commands.get(words) in {None, *group.commands}, way


def test_what_help_is_asked_about_is_no_command_of_help(language: str) -> None:
    """Help about a command or a topic, and the commands that begin with its word, are told apart."""
    heard = ALL[language]
    helps = [words for words, command in heard.commands.items() if command.name == "help"]
    topics = [
        spellings(w)
        for g in CATALOGUE.groups
        for w in ways(names_kept(language)[TOPIC, g.topics[0]], "")
    ]
    about = [*heard.commands, *(words for each in topics for words in each)]
    assert helps
    assert [
        (*help_, *words)
        for help_ in helps
        for words in about
        if (found := heard.commands.get((*help_, *words))) is not None
        and found is not heard.commands.get(words)
    ] == []


def test_answers_are_no_commands(language: str) -> None:
    """Of the words that answer a question by themselves only those for coming and not coming are names."""
    found = {
        (way, command.name)
        for way, command in ALL[language].written.items()
        if yes_or_no(way) is not None and command.name not in ANSWERS
    }
    assert found == set()


PAIRS = list(combinations(LANGUAGES, 2))


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_no_words_mean_one_thing_in_the_room_and_another_to_the_reader(
    one: str, other: str
) -> None:
    here, there = ALL[one], ALL[other]
    both = here.commands.keys() & there.commands.keys()
    assert {words for words in both if here.commands[words] is not there.commands[words]} == set()
    for command in COMMANDS:
        keys, theirs = here.keys(command), there.keys(command)
        assert {word for word in keys.keys() & theirs if keys[word] != theirs[word]} == set()


def test_what_is_compared_is_what_is_heard(language: str) -> None:
    """The control for the tests above: they look at the names that lines are read with."""
    with hearing(language), speaking(language):
        (heard,) = CATALOGUE.typed.heard()
        assert heard.commands == ALL[language].commands
        assert len(heard.commands) > 250


def test_every_word_for_voting_is_known_before_anything_is_written(language: str) -> None:
    kept = names_kept(language)
    for way in (
        *ways(kept[COMMAND, "vote"], "vote"),
        *ways(kept[COMMAND, "vote test"], "vote test"),
    ):
        first = way.split()[0]
        if way != "练习票":
            assert first.casefold() in _VOTE, way
    for way in ways(kept[COMMAND, "vote"], "vote"):
        for said in (
            f"{way} K7QX 04",
            f"!{way} K7QX 04",
            f"！{way}　K7QX　04",
            f"{way.upper()} k7qx 04",
        ):
            vote = typed_vote(said, Place.DIRECT, ("K7QX",))
            assert vote is not None, said
            assert (vote.code, vote.choice) == ("K7QX", "04")
    for way in ways(kept[COMMAND, "vote test"], "vote test"):
        assert typed_vote(f"{way} 02", Place.DIRECT) is None, way


def test_commands_that_name_a_code_are_no_votes(language: str) -> None:
    kept = names_kept(language)
    for command in ("poll mine", "poll cancel", "poll confirm", "poll postpone"):
        first, *_more = ways(kept[COMMAND, command], command)
        assert fold(first.split()[0]) in _COMMANDS
        assert typed_vote(f"{first} K7QX", Place.DIRECT, ("K7QX",)) is None


@pytest.mark.parametrize(
    "typed", ["投票K7QX 04", "投票 K7QX 04", "！投票　K7QX　04", "投K7QX04", "我投K7QX 04", "umfrage K7QX 04", "!abstimmung K7QX 04", "votación K7QX 04"]
)  # fmt: skip
def test_a_vote_in_whatever_words_is_one(typed: str) -> None:
    vote = typed_vote(typed, Place.DIRECT, ("K7QX",))
    assert vote is not None
    assert vote.code.startswith("K7QX")


def test_compiled_names_are_those_of_the_source(language: str) -> None:
    source = i18n.CATALOGUES / language / "LC_MESSAGES" / "steward.po"
    assert i18n._names_in(compile_catalogue(source)) == names_kept(language)


def choices() -> list[dict[str, Any]]:
    """What each ``choice`` of a command was made from, once each."""
    found: dict[str, dict[str, Any]] = {}
    for command in COMMANDS:
        for parameter in command.parameters:
            read = None if parameter.reader is None else parameter.reader.read
            made = {} if read is None else inspect.getclosurevars(read).nonlocals
            if {"kind", "also"} <= made.keys():
                found.setdefault(made["kind"].__name__, dict(made))
    return list(found.values())


@pytest.mark.parametrize("made", choices(), ids=lambda made: made["kind"].__name__)
def test_a_word_of_a_list_means_one_thing_in_all_languages(made: dict[str, Any]) -> None:
    """So it does not matter which languages are heard: reached, erreicht, vu."""
    meant: dict[str, set[str]] = defaultdict(set)
    for member in made["kind"]:
        meant[folded(str(member.value))].add(str(member.value))
    for each in ("en", *LANGUAGES):
        with speaking(each):
            for member, words in made["also"]().items():
                for word in words.split(","):
                    meant[folded(word)].add(str(member.value))
    assert {word: both for word, both in meant.items() if len(both) > 1} == {}


@pytest.mark.parametrize("made", choices(), ids=lambda made: made["kind"].__name__)
def test_the_words_of_a_list_that_are_shown_can_be_typed(made: dict[str, Any]) -> None:
    reader = next(
        parameter.reader
        for command in COMMANDS
        for parameter in command.parameters
        if parameter.reader is not None
        and inspect.getclosurevars(parameter.reader.read).nonlocals.get("kind") is made["kind"]
    )
    for each in LANGUAGES:
        with hearing(each), speaking(each):
            for value, word in reader.words_shown().items():
                assert reader.read(word, circumstances()).value == value, (each, word)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_what_is_shown_is_what_can_be_typed(command: Command) -> None:
    """Examples and usage lines, in the words of each reader, are understood as the English ones."""
    for each in LANGUAGES:
        with hearing(each), speaking(each):
            for english in (command.example, f"!{command.name}"):
                shown = Code(english).shown
                heard = CATALOGUE.typed.in_english(shown).text
                wanted, rest = CATALOGUE.find(split(english), Role.KEEPER)
                found, theirs = CATALOGUE.find(split(heard), Role.KEEPER)
                assert found is wanted, (each, shown)
                if command.name not in ABOUT_OTHERS:
                    assert theirs == rest, (each, shown)


def test_english_is_shown_as_it_is() -> None:
    assert Code("!poll cancel K7QX --yes").shown == "!poll cancel K7QX --yes"
    with speaking("de"):
        assert Code("!poll cancel K7QX --yes").shown == "!umfrage abbrechen K7QX --ja"
        assert Code('!meet new "yes=no" | tue').shown == '!treffen neu "yes=no" | tue'
        assert Code("!help poll cancel").shown == "!hilfe umfrage abbrechen"
        assert Code("!help meetings 2").shown == "!hilfe treffen 2"
        assert Code("--yes").shown == "--ja"
        assert Code("[closes=DAY]").shown == "[schluss=DAY]"
        # Ballots are typed in every language as they stand there.
        for ballot in ("vote K7QX 04", "K7QX", "04", "vote TEST 0", "no", "yes #7"):
            assert Code(ballot).shown == ballot
        # The program goes on knowing it by its English.
        assert Code("!undo") == Code("!undo")
        assert Code("!undo").text == "!undo"


@pytest.mark.parametrize("mark", ["", "!"])
def test_a_line_to_copy_has_the_readers_words(mark: str) -> None:
    ways_to_read = Interpretations("1/12", (Interpretation("2026-12-01", "1 Dec"),))
    with speaking("de"):
        block = ways_to_read.listed(f"{mark}1on1 log M-1 reached next=1/12")
    assert isinstance(block, Items)
    code = block.lines[0][0]
    assert isinstance(code, Code)
    assert code.shown == f"{mark}gespräch M-1 reached schritt=2026-12-01"
