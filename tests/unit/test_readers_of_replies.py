"""What others read than whoever typed is said in their language: found in the source, wherever it is made."""

from pathlib import Path

import pytest

from tests.support.readers_of_replies import House, Source, sources

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def house() -> House:
    """The house as it is."""
    return House(sources(ROOT, ("bot", "commands")))


def test_a_reply_for_others_is_made_in_the_language_of_each(house: House) -> None:
    assert house.in_one_language() == []


ELSEWHERE = {
    "bot/delivery/notice_words.py: _explanation": "given to in_each_language as a lambda",
    "bot/delivery/notice_words.py: unnamed_committee": "a name until a lead gives one, and a language",
    "bot/polls/keys.py: refusals": "asked for by a command, which is answered in a language",
    "bot/polls/keys.py: unavailable": "asked for by a command, which is answered in a language",
    "bot/delivery/calendars.py: made": "spoken around it (ParcelDelivery, EphemeralSender)",
    "bot/delivery/exports.py: _sorry": "spoken around it (ParcelDelivery, EphemeralSender)",
    "bot/delivery/pictures.py: _alone": "spoken around it (ParcelDelivery, EphemeralSender)",
}
"""What the bot says that is spoken in nobody's language as far as the source tells, and who sees to it."""


def test_what_the_bot_says_by_itself_is_said_in_somebodys_language(house: House) -> None:
    assert house.said_by_itself("bot/") == sorted(ELSEWHERE)


def test_what_is_said_in_nobodys_language_is_noticed() -> None:
    head = "from commands.framework.i18n import _, speaking\n"
    alone = f"{head}def sorry():\n    return _('Sorry.')\n"
    spoken = f"{alone}def do():\n    with speaking(x):\n        return sorry()"
    assert House([Source.of("bot/x.py", alone)]).said_by_itself("bot/") == ["bot/x.py: sorry"]
    assert House([Source.of("bot/x.py", spoken)]).said_by_itself("bot/") == []


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
