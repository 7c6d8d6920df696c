"""The parser: what was typed becomes typed values, whatever a phone made of it."""

from datetime import date

import pytest

from commands.all import CATALOGUE
from commands.framework.answer import is_command
from commands.framework.context import Place, Role
from commands.framework.errors import Refusal
from commands.framework.parse import NotRead, Request, parse
from commands.framework.values import ContactRef
from storage.core.model import Answer, Assessment, Evidence, Outcome
from tests.unit.circumstances import circumstances


def read(text: str) -> dict[str, object]:
    """The values a line gives, without the absent ones."""
    request = parse(text, circumstances(), CATALOGUE)
    assert isinstance(request, Request), request.refusal.problem
    return {name: value for name, value in request.arguments.items() if value is not None}


def unread(text: str, role: Role = Role.KEEPER) -> NotRead:
    found = parse(text, circumstances(role=role), CATALOGUE)
    assert isinstance(found, NotRead)
    return found


def refused(text: str) -> Refusal:
    return unread(text).refusal


SAM = ContactRef(name="Sam Okafor")
M41 = ContactRef(number=41)
LOGGED = {"contact": M41, "outcome": Outcome.REACHED, "yes": False, "keep": False}


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("!1on1 log M-41 reached", LOGGED),
        ("!1ON1 LOG m-41 REACHED", LOGGED),
        ("  !1on1   log\tM-41   reached  ", LOGGED),
        ("！１ｏｎ１　ｌｏｇ　Ｍ－４１　ｒｅａｃｈｅｄ", LOGGED),
        ("!1on1\u00a0log\u202fM-41\u2009reached", LOGGED),
        ("\u200e!1on1 \u2066log\u2069 M-41\u200f reached", LOGGED),
        ("!1on1 log M–41 reached", LOGGED),
        ("!1on1 log M 41 reached", LOGGED),
        ("! 1on1 log m41 reached", LOGGED),
        ("1on1 log #41 reached", LOGGED),
        ("!1on1 log M-41 reached —yes", LOGGED | {"yes": True}),
        ("!1on1 log M-41 reached –yes", LOGGED | {"yes": True}),
        ("!1on1 log --yes M-41 reached", LOGGED | {"yes": True}),
        ("!1on1 log Sam Okafor reached", LOGGED | {"contact": SAM}),
        ("!1on1 log 'Sam Okafor' reached", LOGGED | {"contact": SAM}),
        ("!1on1 log “Sam Okafor” reached", LOGGED | {"contact": SAM}),
        ("!1on1 log „Sam Okafor“ reached", LOGGED | {"contact": SAM}),
        ("!1on1 log «Sam Okafor» reached", LOGGED | {"contact": SAM}),
        ("!1on1 log ”Sam Okafor” reached", LOGGED | {"contact": SAM}),
        ('!1on1 log "Sam\u00a0Okafor” reached', LOGGED | {"contact": SAM}),
        ("!1on1 log Sam Okafor no answer", {"contact": SAM, "outcome": Outcome.NO_ANSWER, "yes": False, "keep": False}),
        ("!1on1 log Sam Busy busy", LOGGED | {"contact": ContactRef(name="Sam Busy"), "outcome": Outcome.BUSY}),
        ("!1on1 log Conor O'Brien reached", LOGGED | {"contact": ContactRef(name="Conor O'Brien")}),
        ("!1on1 log 'Conor O'Brien' reached", LOGGED | {"contact": ContactRef(name="Conor O'Brien")}),
        ('!1on1 log "Al \\"Ace\\" Kim" reached', LOGGED | {"contact": ContactRef(name='Al "Ace" Kim')}),
    ],
)  # fmt: skip
def test_one_meaning_in_many_forms(text: str, values: dict[str, object]) -> None:
    assert read(text) == values


@pytest.mark.parametrize(
    ("words", "values"),
    [
        ("rate=2 did", {"rate": Assessment.SUPPORTS, "evidence": Evidence.DID}),
        ("DID rate=2", {"rate": Assessment.SUPPORTS, "evidence": Evidence.DID}),
        ("Rate=2 evidence=did", {"rate": Assessment.SUPPORTS, "evidence": Evidence.DID}),
        ("rate= 2 did", {"rate": Assessment.SUPPORTS, "evidence": Evidence.DID}),
        ("rate = 2 did", {"rate": Assessment.SUPPORTS, "evidence": Evidence.DID}),
        ("rate =2 did", {"rate": Assessment.SUPPORTS, "evidence": Evidence.DID}),
        ("rate=0", {"rate": Assessment.NOT_ASSESSED}),
        ("next=sat", {"next_": date(2026, 11, 21)}),
        ('next="next friday"', {"next_": date(2026, 11, 27)}),
        ('ask="sign by fri" answer=yes', {"ask": "sign by fri", "answer": Answer.YES}),
        ("ask=‘sign’ answer=Sure", {"ask": "sign", "answer": Answer.YES}),
        ("issue=“on call” note='a=b'", {"issue": "on call", "note": "a=b"}),
        ('issue="rate=2"', {"issue": "rate=2"}),
        ("issue=oncall", {"issue": "oncall"}),
    ],
)
def test_keys_in_any_order_and_form(words: str, values: dict[str, object]) -> None:
    assert read(f"!1on1 log M-41 reached {words}") == LOGGED | values
    assert read(f"!1on1 log {words} M-41 reached") == LOGGED | values


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("!done 12 signed the petition", {"number": 12, "result": "signed the petition"}),
        ('!done #12 "signed"', {"number": 12, "result": "signed"}),
        ("!done 12 was asked: why=unknown", {"number": 12, "result": "was asked: why=unknown"}),
        ('!done 12 said "maybe" twice', {"number": 12, "result": "said maybe twice"}),
        ("!assess Sam Okafor 2 did signed", {"contact": SAM, "rating": Assessment.SUPPORTS, "evidence": Evidence.DID, "why": "signed"}),
        ("!assess M 4 2 said", {"contact": ContactRef(number=4), "rating": Assessment.SUPPORTS, "evidence": Evidence.SAID}),
        ("!snooze 12 2 weeks", {"number": 12, "until": date(2026, 12, 4)}),
        ("!contact add Sam Okafor team=Payments", {"name": "Sam Okafor", "area": "Payments"}),
    ],
)  # fmt: skip
def test_words_without_keys(text: str, values: dict[str, object]) -> None:
    assert {k: v for k, v in read(text).items() if k != "yes"} == values


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("!hlep", "help"),
        ("!contcat add x", "contact add"),
        ("!1on1 lgo M-1 busy", "1on1 log"),
        ("!asess M-1 2", "assess"),
        ("!snoze 1 3d", "snooze"),
        ('!contact add "open', "contact add"),
        ("!done 1 " + "x" * 9000, "done"),
        ("!log M-1 \x00", "1on1 log"),
    ],
)
def test_a_refusal_knows_which_command_was_meant(text: str, command: str) -> None:
    meant = unread(text).command
    assert meant is not None
    assert meant.name == command


def test_commands_of_leads_are_not_suggested_to_others() -> None:
    assert unread("!setpu name=x", Role.ORGANIZER).command is None
    assert unread("!setpu name=x", Role.LEAD).command is not None


def test_an_example_comes_with_what_can_be_typed_better() -> None:
    assert refused("!1on1 log M-1 reachd").example == "!1on1 log M-41 reached rate=2 did next=fri"


@pytest.mark.parametrize("text", ["!help", "!1on1 log M-1", "  !due", "！due", "!1:1 log", "!über"])
def test_a_room_line_for_the_bot(text: str) -> None:
    assert is_command(text, Place.ROOM, CATALOGUE)


@pytest.mark.parametrize(
    "text", ["", "!", "!!!", "! hi", "!?", "…!", "due", " ", "> !help", "(!due)"]
)
def test_a_room_line_for_people(text: str) -> None:
    assert not is_command(text, Place.ROOM, CATALOGUE)


def test_in_the_direct_chat_every_word_is_for_the_bot() -> None:
    assert is_command("hello", Place.DIRECT, CATALOGUE)
    assert not is_command(" \n", Place.DIRECT, CATALOGUE)
