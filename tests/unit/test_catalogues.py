"""Every catalogue says everything, with the values that the source fills in, and fits a phone."""

import gettext
import io
import re
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from commands.framework import translations as catalogues
from commands.framework.i18n import NAMES, available, compile_catalogue, speaking
from commands.general.terms import LANGUAGES

PATHS = catalogues.catalogues()
LONGEST = 1.6
"""How much longer than the English a line may be, once it is no longer short: German says it in more letters."""
EXPLAINED = 2.5
"""The same of a line that explains in brackets what English words to type mean."""
SHORT = 100
"""Letters that fit on any phone in two or three rows, whatever they say."""
MARKS = re.compile(r"[^\W\d_][*_·•:/](?:in|innen|r|e|es|euse|rice|a|as|o|os)\b|[a-z]Innen\b|ə")
"""Signs for several genders that screen readers read badly."""


def fields(text: str) -> set[str]:
    return {name for _text, name, _spec, _conversion in Formatter().parse(text) if name}


def forms(message: Message) -> list[tuple[str, str]]:
    """Each translation of a message with the English it stands for."""
    if not message.pluralizable:
        return [(str(message.id), str(message.string))]
    singular, plural = tuple(message.id)
    found = [str(each) for each in message.string or ()]
    return [*((singular, each) for each in found[:-1]), (plural, found[-1])]


def ids(catalogue: Catalog) -> set[object]:
    """The sentences, and the names that people type, each with its context."""
    return {(message.context, message.id) for message in catalogue if message.id}


@pytest.fixture(params=PATHS, ids=lambda path: path.parent.parent.name, scope="module")
def path(request: pytest.FixtureRequest) -> Path:
    return Path(request.param)


@pytest.fixture(scope="module")
def catalogue(path: Path) -> Catalog:
    return catalogues.read(path)


def test_it_has_what_the_source_says_and_nothing_else(path: Path, catalogue: Catalog) -> None:
    with catalogues.TEMPLATE.open("rb") as file:
        wanted = ids(read_po(file))
    assert wanted - ids(catalogue) == set(), "make docs"
    assert ids(catalogue) - wanted == set(), "make docs"
    assert not catalogue.obsolete
    assert path.parent.parent.name in LANGUAGES


def test_nothing_is_left_in_english(catalogue: Catalog) -> None:
    # Names may wait for their words (test_typed_names.py).
    sentences = [m for m in catalogue if m.id and m.context not in NAMES]
    left = [m.id for m in sentences if not all(text for _id, text in forms(m))]
    assert left == []
    assert not [m.id for m in catalogue if m.fuzzy and m.id]


def test_the_values_are_filled_in(catalogue: Catalog) -> None:
    wrong = []
    for message in catalogue:
        if not message.id:
            continue
        of_all = fields(message.id[-1]) if message.pluralizable else set()
        for english, text in forms(message):
            may_leave_out = {"n"} if message.pluralizable else set()
            more = fields(text) - fields(english) - of_all
            if more or fields(english) - fields(text) - may_leave_out:
                wrong.append((english, text))
    assert wrong == []


def test_plurals_are_those_of_the_language(catalogue: Catalog) -> None:
    for message in catalogue:
        if message.id and message.pluralizable:
            assert len(message.string or ()) == catalogue.num_plurals, message.id


def test_a_line_fits_a_phone(catalogue: Catalog) -> None:
    long = [
        (round(len(text) / len(english), 2), text)
        for message in catalogue
        if message.id
        for english, text in forms(message)
        if "*" not in english  # beginnings of words, which nobody reads
        and len(text) > max(SHORT, (EXPLAINED if "(" in text else LONGEST) * len(english))
    ]
    assert long == []


def test_it_is_read_as_gettext_reads_it(path: Path, catalogue: Catalog) -> None:
    made = gettext.GNUTranslations(io.BytesIO(compile_catalogue(path)))
    for message in catalogue:
        # A name that waits for its words is as in English.
        if message.id and message.string and not message.pluralizable:
            words = str(message.id)
            found = (
                made.pgettext(message.context, words) if message.context else made.gettext(words)
            )
            assert found == message.string


def test_gender_is_written_without_signs(catalogue: Catalog) -> None:
    found = [text for m in catalogue if m.id for _e, text in forms(m) if MARKS.search(text)]
    assert found == []


def test_a_language_without_a_catalogue_is_none() -> None:
    assert set(available()) == {"en", *(path.parent.parent.name for path in PATHS)}
    with speaking("tlh"):
        pass
