"""Options as people type them: read as they were meant, or asked back with a line to copy."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from commands.framework.as_typed import apart, kept
from commands.framework.words import Word
from commands.polls.ask.question import Doubt, PollQuestion, read_asked, ready

AMOUNTS = {
    "$20,000 or $25,000": ("$20,000", "$25,000"),
    "1,5% / 2,0%": ("1,5%", "2,0%"),
    "$1,000, $500": ("$1,000", "$500"),
    "$1,000,$500": ("$1,000", "$500"),
    "1.000 €, 500 €": ("1.000 €", "500 €"),
    "3,50 €, 4,50 €": ("3,50 €", "4,50 €"),
    "1.5, 2.5": ("1.5", "2.5"),
    "1,5, 2,5": ("1,5", "2,5"),
    "1,2,3": ("1", "2", "3"),
    "18:00, 19:30": ("18:00", "19:30"),
    "2026-12-01, 2026-12-02": ("2026-12-01", "2026-12-02"),
    "£10k,£1,200": ("£10k", "£1,200"),
}
SIGNS = {
    "👍, 👎": ("👍", "👎"),
    "👍 👎": ("👍", "👎"),
    "👍/👎": ("👍", "👎"),
    "✅ ❌": ("✅", "❌"),
    "+1, -1": ("+1", "-1"),
    "-1, +1": ("-1", "+1"),
    "+1 -1": ("+1", "-1"),
    "C++, C#": ("C++", "C#"),
    "C, C++, C#": ("C", "C++", "C#"),
    "A B C": ("A", "B", "C"),
    "<5, >5": ("<5", ">5"),
}
SEPARATED = {
    "yes (more, sooner), no": ("yes (more, sooner)", "no"),
    "Mon (6pm, plaza), Tue (7pm or 8pm)": ("Mon (6pm, plaza)", "Tue (7pm or 8pm)"),
    "Ana > Ben > Lea": ("Ana", "Ben", "Lea"),
    "الساحة، القاعة": ("الساحة", "القاعة"),
    "pay, hours, and safety": ("pay", "hours", "safety"),
    "Options: pay, hours": ("pay", "hours"),
    "「広場」 「市役所」": ("広場", "市役所"),
    "town hall | plaza": ("town hall", "plaza"),
    "town hall| plaza |café": ("town hall", "plaza", "café"),
    "| town hall | plaza |": ("town hall", "plaza"),
    "Paris, France | Lyon, France": ("Paris, France", "Lyon, France"),
    "Paris, France; Lyon, France": ("Paris, France", "Lyon, France"),
    "plaza,hall,café": ("plaza", "hall", "café"),
    "plaza, hall,": ("plaza", "hall"),
    "广场、市政厅": ("广场", "市政厅"),
    "A / B": ("A", "B"),
    "yes/no": ("yes", "no"),
    "yes no": ("yes", "no"),
    "24/7 cover, office hours": ("24/7 cover", "office hours"),
}
WORDED = {
    "Ana or Ben": ("Ana", "Ben"),
    "town hall or the plaza": ("town hall", "the plaza"),
    "Ana, Ben or Lea": ("Ana", "Ben", "Lea"),
    "Ana, Ben, or Lea": ("Ana", "Ben", "Lea"),
    "Rathaus oder Platz": ("Rathaus", "Platz"),
    "Ana vs Ben": ("Ana", "Ben"),
    "soup, meat or fish, salad": ("soup", "meat or fish", "salad"),
    "Ana o Ben o Lea": ("Ana", "Ben", "Lea"),
}
NUMBERED = {
    "1. town hall 2. plaza": ("town hall", "plaza"),
    "1) town hall, 2) plaza": ("town hall", "plaza"),
    "a) town hall b) plaza": ("town hall", "plaza"),
    "(1) town hall (2) plaza": ("town hall", "plaza"),
    "1️⃣ plaza 2️⃣ hall": ("plaza", "hall"),
    "• town hall • plaza": ("town hall", "plaza"),
    "- town hall - plaza": ("town hall", "plaza"),
    "-plaza -hall": ("plaza", "hall"),
    "1. Paris, France 2. Lyon, France": ("Paris, France", "Lyon, France"),
    "1. Mai, 2. Mai": ("1. Mai", "2. Mai"),
    "3. Mai, 4. Mai": ("3. Mai", "4. Mai"),
}
LINES = {
    "1. town hall\n2. plaza": ("town hall", "plaza"),
    "2) plaza\n3) hall": ("2) plaza", "3) hall"),
    "- town hall\n- plaza\n- café": ("town hall", "plaza", "café"),
    "• Paris, France\n• Lyon, France": ("Paris, France", "Lyon, France"),
    "Paris, France\nLyon, France": ("Paris, France", "Lyon, France"),
    "town hall,\nplaza,\ncafé": ("town hall", "plaza", "café"),
    "\n\ntown hall\n\nplaza\n": ("town hall", "plaza"),
    "[ ] plaza\n[ ] hall": ("plaza", "hall"),
    "$1,000\n$500": ("$1,000", "$500"),
    "a or b\nc": ("a or b", "c"),
}
QUOTES = {
    'me, "not this time"': ("me", "not this time"),
    '"town hall","plaza"': ("town hall", "plaza"),
    '"town hall" plaza "café"': ("town hall", "plaza", "café"),
    "“Paris, France” „Lyon, France“": ("Paris, France", "Lyon, France"),
    "'Paris, France', 'Lyon, France'": ("Paris, France", "Lyon, France"),
    "the “big” hall, plaza": ("the “big” hall", "plaza"),
    "'t Hooft, de Vries": ("'t Hooft", "de Vries"),
    "Ana's place, Ben's": ("Ana's place", "Ben's"),
    "« mairie », « place »": ("mairie", "place"),
}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        pair
        for kind in (AMOUNTS, SIGNS, SEPARATED, WORDED, NUMBERED, LINES, QUOTES)
        for pair in kind.items()
    ],
)
def test_options_are_read_as_they_were_meant(typed: str, meant: tuple[str, ...]) -> None:
    for headline in ('"Which one?" ', "Which one? ", "Which one?\n", "“Which one?”: "):
        assert read_asked(headline + typed) == PollQuestion("Which one?", meant), headline


HEADLINES = {
    "Where? town hall | plaza": "Where?",
    "Where do we meet: town hall, plaza": "Where do we meet",
    "Where do we meet | town hall | plaza": "Where do we meet",
    "Where do we meet\ntown hall\nplaza": "Where do we meet",
    "Where do we meet\ntown hall, plaza": "Where do we meet",
    "'Where do we meet' town hall, plaza": "Where do we meet",
    '"We say “no” now" town hall, plaza': "We say “no” now",
    '"Do we say "no" now?" town hall, plaza': 'Do we say "no" now?',
    "去哪?town hall、plaza": "去哪?",
    "¿Dónde? town hall | plaza": "¿Dónde?",
    "Where?! town hall, plaza": "Where?!",
    "Strike? When? town hall, plaza": "Strike? When?",
    "Question: Where? Options: town hall, plaza": "Where?",
    "「どこで会う?」 town hall、plaza": "どこで会う?",
}


@pytest.mark.parametrize("typed", HEADLINES)
def test_a_question_without_quotes_ends_where_it_plainly_does(typed: str) -> None:
    assert read_asked(typed) == PollQuestion(HEADLINES[typed], ("town hall", "plaza"))


ASKED_BACK = {
    "more than one way": [
        '"W?" ‘".‘,»',
        "W? town hall plaza café",
        "W? 1,000,500",
        "W? 👍👎",
        "W? rock and roll",
        "W? on-call/night shift",
        "W? plaza, hall\ncafé",
        "W? Paris, France,\nLyon, France",
    ],
    "there twice": ["W? a, A", "W? cafe, café", "W? C#, c#", "W? Paris, France, Lyon, France"],
    "is empty": ["W? a,,b", "W? a | | b", 'W? "" | b'],
    "I read 1": ["W? plaza", "W? 1. plaza", 'W? "town hall"'],
    "What can people choose": ["W?", '"W?"'],
    "I read 13": ["W? " + ", ".join(map(str, range(13)))],
    "is too long for an option": [f"W? {'y' * 81}, z"],
    "where the question ends": ["plaza, hall", "", "plaza"],
    "up to 300 letters": [f'"{"q" * 301}" a, b', '"" a, b'],
}


@pytest.mark.parametrize(
    ("why", "typed"), [(why, each) for why, several in ASKED_BACK.items() for each in several]
)
def test_what_is_not_plain_is_asked_back(why: str, typed: str) -> None:
    found = read_asked(typed)
    assert isinstance(found, Doubt)
    assert why in "".join(part if isinstance(part, str) else part.text for part in found.why)


LIKELIEST = {
    "Pizza or pasta?": ("Pizza", "pasta"),
    "Mon, Tue or Wed?": ("Mon", "Tue", "Wed"),
    "Which day: Mon, Tue, or Wed?": ("Mon", "Tue", "Wed"),
    "Waar? plein of stadhuis": ("plein", "stadhuis"),
    "W? a, A, b, a": ("a", "b"),
    "W? Paris, France,\nLyon, France": ("Paris", "France", "Lyon"),
    "Do we meet at the plaza or the hall?": (),
    "W? plaza": (),
}


@pytest.mark.parametrize("typed", LIKELIEST)
def test_what_is_proposed_is_likely_and_works_as_it_stands(typed: str) -> None:
    found = read_asked(typed)
    assert isinstance(found, Doubt)
    assert found.options == LIKELIEST[typed]
    if found.options:
        again = read_asked(ready(found.question, found.options))
        assert again == PollQuestion(found.question, found.options)


ODD = st.text("aé12 .,;:/|¦\"'()\n‘’‚“”„«»「」•-*)?!=\ue000", max_size=14)
"""Letters by which options are cut, held together or numbered."""


@given(st.text(max_size=60), st.text(max_size=60) | ODD)
@example('?"0|', ",0|0")
@example("1", "¦:|1")
@example("=", ",'|=?")
@example("a(", "‘‚-O|O‘")
@example("0", "0\ue000")
def test_a_line_to_copy_is_read_as_it_says(question: str, options: str) -> None:
    """Whatever was typed: what is proposed can be read, and in one way only."""
    found = read_asked(f'"{question}" {options}')
    if isinstance(found, PollQuestion):
        assert read_asked(ready(found.question, found.options)) == PollQuestion(
            found.question.replace('"', "'").translate(
                dict.fromkeys(map(ord, "“”„‟«»「」『』"), "'")
            ),
            found.options,
        )


@pytest.mark.parametrize(
    ("typed", "rest", "keys"),
    [
        ("W? a, b closes=fri", "W? a, b", {"closes": "fri"}),
        ('W? a, b closes="fri 18:00" k=3', "W? a, b", {"closes": "fri 18:00", "k": "3"}),
        ("W? a, b closes=fri 18:00", "W? a, b", {"closes": "fri 18:00"}),
        ("W? a, b closes=fri 18:00 k=3", "W? a, b", {"closes": "fri 18:00", "k": "3"}),
        ("closes=fri W? a, b", "W? a, b", {"closes": "fri"}),
        ("W?\na\nb\nCloses = fri", "W?\na\nb", {"closes": "fri"}),
        ("W? a, b until=fri quorum=two thirds", "W? a, b", {"closes": "fri", "quorum": "two thirds"}),
        ('W? "closes=fri", b', 'W? "closes=fri", b', {}),
        ("W? x=1, y=2", "W? x=1, y=2", {}),
    ],
)  # fmt: skip
def test_keys_are_taken_out_and_nothing_else(typed: str, rest: str, keys: dict[str, str]) -> None:
    words = apart(typed, ("closes", "k", "quorum"), {"until": "closes"})
    assert words[0] == Word(rest, quoted=True)
    assert {word.key: word.text for word in words[1:]} == keys


def test_lines_and_signs_stay_when_the_command_is_cut_off() -> None:
    assert kept("!poll  choose\nW？\n1. a\n2. b", 2) == "W?\n1. a\n2. b"
