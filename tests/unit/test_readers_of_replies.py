"""What others read than whoever typed is said in their language: found in the source, wherever it is made."""

from pathlib import Path

import pytest

from tests.support.readers_of_replies import House, Source, sources

ROOT = Path(__file__).resolve().parents[2]


def test_a_reply_for_others_is_made_in_the_language_of_each() -> None:
    found = House(sources(ROOT, ("bot", "commands"))).in_one_language()
    assert found == []


VIEW = "def view():\n    return say('Hello.')\n"
ANEW = f"@in_each_language\n{VIEW}"


LEADS, ROOM = "audience=Audience.LEADS", "audience=Audience.ROOM"
TO = f"def to(said):\n    return replace(said, {LEADS})\n"
SAID = f"def view():\n    return reply(line('Hi.'), {ROOM})\n"
LATER = f"    return replace(said, {LEADS})"


@pytest.mark.parametrize(
    ("source", "wrong"),
    [
        (SAID, ["view"]),
        (f"@in_each_language\n{SAID}", []),
        (f"{VIEW}def do():\n    return replace(view(), {LEADS})", ["do"]),
        (f"{ANEW}def do():\n    return replace(view(), {LEADS})", []),
        (f"{ANEW}def do():\n    said = view()\n{LATER}", []),
        (f"{VIEW}def do():\n    said = view()\n{LATER}", ["do"]),
        (f"{VIEW}def do():\n    with speaking(x):\n        said = view()\n{LATER}", []),
        (f"{VIEW}{TO}def do():\n    return to(view())", ["do"]),
        (f"{ANEW}{TO}def do():\n    return to(view())", []),
        (f"{SAID}def do():\n    with speaking(x):\n        return view()", []),
        ("def view():\n    return reply(line('Hello.'))", []),
        (SAID.replace(ROOM, "audience=Audience.ROOM if x else Audience.HERE"), ["view"]),
    ],
)
def test_what_is_said_in_one_language_is_noticed(source: str, wrong: list[str]) -> None:
    found = House([Source.of("module.py", source)]).in_one_language()
    assert found == [f"module.py: {name}" for name in wrong]
