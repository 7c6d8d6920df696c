"""The same term everywhere: what a glossary says stands in every sentence that has its English word."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from commands.framework import translations as catalogues
from tests.support.glossaries import EVERYDAY, Glossary, Said

PATHS = catalogues.catalogues()
FEWEST_TERMS = 120
NOTICED = 0.95
"""Of terms that are planted wrong, how many are found: some stand in one sentence by two of their words."""


@pytest.fixture(params=PATHS, ids=lambda path: path.parent.parent.name, scope="module")
def path(request: pytest.FixtureRequest) -> Path:
    return Path(request.param)


@pytest.fixture(scope="module")
def glossary(path: Path) -> Glossary:
    return Glossary.read(path.parent.parent / "glossary.md")


@pytest.fixture(scope="module")
def catalogue(path: Path) -> Catalog:
    return catalogues.read(path)


def test_each_sentence_says_the_terms_of_the_glossary(
    glossary: Glossary, catalogue: Catalog
) -> None:
    assert list(glossary.said_otherwise(catalogue)) == []


def test_no_exception_is_left_over(glossary: Glossary, catalogue: Catalog) -> None:
    assert glossary.idle(catalogue) == []


def test_there_are_enough_terms(glossary: Glossary) -> None:
    assert glossary.rows >= FEWEST_TERMS
    assert all(EVERYDAY.values())


def planted(glossary: Glossary, catalogue: Catalog) -> Iterator[tuple[str, list[Said]]]:
    """Each term that is said in some sentence, with what is found once that sentence says another word."""
    seen: set[str] = set()
    for message in catalogue:
        words = message.id if isinstance(message.id, str) else ""
        text = glossary.comparable(str(message.string))
        for term in {*glossary.terms_of(words)} - seen:
            stems = glossary.terms[term]
            if any(stem in text for stem in stems):
                seen.add(term)
                without = text
                for stem in stems:
                    without = without.replace(stem, "ꙮ")
                wrong = Catalog(locale=glossary.language)
                wrong.add(words, string=without)
                yield term, list(glossary.said_otherwise(wrong))


def test_a_wrong_term_is_noticed(glossary: Glossary, catalogue: Catalog) -> None:
    """The control: a sentence of each term, with another word in the term's place."""
    found = list(planted(glossary, catalogue))
    noticed = [term for term, said in found if any(each.term == term for each in said)]
    assert len(found) >= FEWEST_TERMS / 2
    assert len(noticed) >= NOTICED * len(found), sorted({term for term, _ in found} - {*noticed})


@pytest.mark.parametrize(
    ("english", "translation", "wrong"),
    [
        ("{n} talk is open.", "{n} Gespräch ist offen.", []),
        ("{n} ballot.", "{n} Stimmzettel.", []),
        ("{n} ballots.", "{n} Wahlzettel.", ["ballot"]),
        ("A practice ballot.", "Ein Probezettel.", ["ballot"]),
        ("ballot, ballots, paper", "Zettel", []),
        ("Type !ballot.", "Tippe !ballot.", []),
        ("Minutes are kept.", "Das Protokoll bleibt.", []),
    ],
)
def test_what_counts_as_a_term(english: str, translation: str, wrong: list[str]) -> None:
    page = "| English | term |\n|---|---|\n| ballot | Stimmzettel |\n| minutes | Protokoll |\n"
    catalogue = Catalog(locale="de")
    catalogue.add(english, string=translation)
    found = [each.term for each in Glossary("de", page).said_otherwise(catalogue)]
    assert found == wrong
