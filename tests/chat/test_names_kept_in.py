"""Whatever is typed in whatever order: no name of a contact stays in the room, or comes unasked.

Unasked is what others get because somebody typed a command, and what the clock says: it stands on a lock
screen. What was typed in the room stays there unless it was taken away. The control plays the same with
each guard off, and finds names.
"""

import asyncio
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from bot.delivery.outgoing import outgoing
from commands.all import CATALOGUE
from commands.framework import answer, permission
from commands.framework.reply import Audience, Reply
from commands.framework.room_lines import is_private
from commands.turf import views
from storage.chat.outbox import ContentKind
from storage.names import folded
from tests.chat.conversation import Chat, Said
from tests.support.begun import opened

PEOPLE = (
    "Sam Okafor",
    "Zora Quill",
    "Jürgen Müller",
    "Łukasz Wójcik",
    "Rose Hill",
    "Maria José Lima",
)

OWNED = re.compile("['’]s", re.IGNORECASE)
Step = tuple[str, str, str]
"""Who, where, and what."""

ROOM = (
    "!lgo {n} reached rate=4 said", "! lgo {n}", "!call {n}", "!who is {n}", "!signed {n}",
    "！lgo {n}", "!{n} 4", "Steward: lgo {n}", "!meat new {n}", "!meet neww {n} | fri 19:00",
    "!meet new 1on1 with {n} | fri 19:00", "!meet every {n} | thursday 19:00",
    "!meet poll {n} | thu 15:00, fri 16:00", "!meet move #1 {n}", "!meet link #1 {n}",
    "!meet ics #1 title={n}", "!meet skip #1 {n}", "!agenda add 5 {n}", "!agenda {n}", "!agenda done {n}",
    "!action @ben call {n} by fri", "!action {n} by today", "!action give 1 {n}", "!action done {n}",
    "!decide {n} chairs", "!stack {n}", "!here {n}", "!roles take {n}", "!swap {n}",
    "!poll yesno Is {n} ready?", '!poll choose "Who?" {n} | nobody', '!poll open "Who?" {n} | nobody',
    '!poll "{n}?" yes no', "!poll cancel {n}", "!report {n}", "!help {n}", "!tz {n}", "!quiet {n}",
    "!setup name={n}", "!yes {n}", "!can {n}", "!test status {n}", "!test compare {n}", "!chart counts {n}",
    "!1on1 log {n} reached", "!assess {n} 2 did", "!note {n} hello", "!turf assign @ben {n}", "!stats {n}",
)  # fmt: skip
"""What slips into the room."""
DIRECT = (
    "!1on1 log {n} reached rate=2 did next=fri", "!assess {n} 2 did", "!note {n} hello", "!contact show {n}",
    "!turf assign @ben {n} --transfer", "!turf assign @ana M-1 M-2 M-3 --transfer",
    "!turf assign @kim {n} --backup", "!turf move @ana @ben --yes", "!turf release {n} why=“{n} is gone”",
    "!turf release {n} why=“other shift”", "!offboard @ben", "!readmit @ben", "!turf back @ben",
    "!buddy @ben", "!buddy {n}", "!buddy @ben for={n}", "!buddy end",
    "!contact left {n}", "!contact exclude {n} reason=supervisor", "!contact role {n} committee",
    "!merge M-1 M-2", "!merge M-1 M-2 --yes", "!away until=fri cover=@ben", "!back",
    "!undo", "!undo --yes", "!undo of=@ana why=“about {n}” --yes", "!undo of=@ana why=slip --yes",
    "!export csv why=“{n} asked”", '!test open petition "{n}" --yes', "!test mark 1 did {n}",
    "!test close 1 --yes", "!test announce 1 override=“{n}”",
    "!action @ben call {n} by today", "!action give 1 @lea", "!agenda add 5 {n}", "!meet cancel #1",
    "!meet new {n} | today 18:00", "!due", "!digest",
)  # fmt: skip
"""What belongs into the direct chat, or can be typed there."""
BETWEEN = (
    ("room", "!meet start"), ("room", "!meet end"), ("room", "!ok"), ("room", "!no"), ("dm", "!ok"),
    ("dm", "!ok"), ("dm", "!no"),
)  # fmt: skip
FORMS: tuple[Callable[[str], str], ...] = (
    str,
    str,
    str.upper,
    lambda name: name if name == "Rose Hill" else name.lower(),
    lambda name: ", ".join(reversed(name.split(maxsplit=1))),
    lambda name: f"“{name}”",
    lambda name: f"{name}'s",
    lambda name: name.replace(" ", "  "),
)

named = st.builds(lambda form, name: form(name), st.sampled_from(FORMS), st.sampled_from(PEOPLE))
who = st.sampled_from(("@ana", "@ana", "@ben", "@lea", "@kim"))
typed = st.one_of(
    st.tuples(who, st.just("room"), st.builds(lambda t, n: t.replace("{n}", n),
                                              st.sampled_from(ROOM), named)),
    st.tuples(who, st.just("room"), st.builds(lambda t, n: t.replace("{n}", n),
                                              st.sampled_from(ROOM), named)),
    st.tuples(who, st.just("dm"), st.builds(lambda t, n: t.replace("{n}", n),
                                            st.sampled_from(DIRECT), named)),
    st.builds(lambda w, b: (w, *b), who, st.sampled_from(BETWEEN)),
)  # fmt: skip


def names_in(text: str) -> list[str]:
    """The contacts whom a text names, in either order of their words."""
    flat = f" {folded(OWNED.sub(' ', text))} "
    return [
        name
        for name in PEOPLE
        for words in (folded(name).split(),)
        if any(f" {' '.join(each)} " in flat for each in (words, [*words[1:], words[0]]))
    ]


@dataclass
class Seen:
    """What stands where others see it."""

    room: list[str] = field(default_factory=list)
    unasked: list[str] = field(default_factory=list)

    def take(self, place: str, text: str, said: Said) -> None:
        """One message and what came of it."""
        if place == "room" and not said.retracted:
            self.room.append(text)
        for reply in said.replies:
            words = bodies(reply)
            if reply.audience is Audience.ROOM or (
                reply.audience is Audience.HERE and place == "room"
            ):
                self.room += words
            if reply.audience in {Audience.NAMED, Audience.LEADS}:
                self.unasked += words

    def check(self) -> None:
        """Nobody is named."""
        for where in (self.room, self.unasked):
            assert [(names, text) for text in where if (names := names_in(text))] == []


def bodies(reply: Reply) -> list[str]:
    return [str(e.content["body"]) for e in outgoing(reply) if e.kind is ContentKind.EVENT]


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory, empty: Path) -> Path:
    """A committee with contacts, talks and a meeting today."""
    path = Path(shutil.copy(empty, tmp_path_factory.mktemp("world") / "world.db"))

    async def make() -> None:
        database = await opened(path)
        chat = Chat(database)
        await chat.begin()
        # Longer ago than anybody can take back: whose adding is undone is no contact any more.
        begins = chat.now
        chat.be(begins - timedelta(hours=1))
        for number, name in enumerate(PEOPLE):
            owner = ("@ana", "@ben", "@lea")[number % 3]
            await chat.dm(owner, f'!contact add "{name}" area=Payments --yes')
        chat.be(begins)
        await chat.dm("@ana", "!1on1 log M-1 reached rate=2 did next=tue")
        await chat.dm("@ben", "!meet new Planning | today 10:30")
        await chat.dm("@ben", "!ok")
        await database.close()

    asyncio.run(make())
    return path


async def play(path: Path, steps: Sequence[Step]) -> Seen:
    """Everything that is seen, the reminders of the next three days included."""
    with tempfile.TemporaryDirectory() as scratch:
        copy = shutil.copy(path, Path(scratch) / "world.db")
        database = await opened(Path(copy))
        try:
            chat = Chat(database)
            roles = dict(chat.roles)
            chat.join(*roles, "@dan", "@eva", "@flo")
            chat.roles |= roles
            chat.works = False
            seen = Seen()
            for person, place, text in steps:
                chat.later(seconds=70)
                said = await (chat.room if place == "room" else chat.dm)(person, text)
                seen.take(place, text, said)
            polls = [
                *chat.polls.in_room,
                *(r for some in chat.polls.in_person.values() for r in some),
            ]
            seen.unasked += [body for reply in polls for body in bodies(reply)]
            told = await chat.pass_time(chat.now + timedelta(days=3))
            seen.unasked += [each.body for each in told]
            return seen
        finally:
            await database.close()


EXAMPLES: tuple[list[Step], ...] = (
    [("@ana", "room", "!hooray for Sam Okafor")],
    [("@ana", "room", "!action @ben call Zora Quill by today"), ("@ana", "dm", "!ok")],
    [("@ana", "room", "!meet new 1on1 with Sam Okafor | fri 19:00"), ("@ana", "dm", "!ok"),
     ("@ana", "dm", "!ok")],
    [("@lea", "dm", "!turf assign @ben M-1 M-2 M-3 --transfer"), ("@lea", "dm", "!offboard @ben"),
     ("@ben", "room", '!poll "Zora Quill?" yes no')],
    [("@ana", "dm", "!turf release M-1 why=“Sam Okafor is gone”"), ("@ana", "dm", "!ok")],
    [("@ana", "dm", "!note M-1 hello"), ("@lea", "dm", "!undo of=@ana why=slip"),
     ("@lea", "dm", "!undo of=@ana why=slip --yes")],
    [("@ben", "room", "!meet start"), ("@ana", "room", "!decide Sam Okafor chairs"),
     ("@ana", "room", "!action @ben call Sam Okafor by today"), ("@ana", "dm", "!ok"),
     ("@ben", "room", "!meet end")],
    [("@lea", "dm", "!contact role M-1 committee"),
     ("@ana", "dm", "!contact exclude M-1 reason=supervisor")],
    [("@lea", "dm", "!merge M-1 M-2"), ("@lea", "dm", "!merge M-1 M-2 --yes")],
    [("@ana", "room", '!poll choose "Who?" Sam Okafor | nobody'), ("@ana", "dm", "!ok"),
     ("@ana", "dm", "!ok")],
)  # fmt: skip
"""Each guard has one that needs it."""


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(steps=st.lists(typed, min_size=3, max_size=12))
@example(steps=[step for steps in EXAMPLES[:5] for step in steps])
@example(steps=[step for steps in EXAMPLES[5:] for step in steps])
def test_no_name_stays_in_the_room_or_comes_unasked(world: Path, steps: list[Step]) -> None:
    asyncio.run(play(world, steps)).check()


async def test_everybody_stays_a_contact_when_something_is_undone(world: Path) -> None:
    poll = "!meet poll Maria José Lima | thu 15:00, fri 16:00"
    (await play(world, [("@lea", "dm", "!undo"), ("@lea", "room", poll)])).check()


@pytest.mark.parametrize("line", ROOM)
@pytest.mark.parametrize("person", ["@ana", "@lea"])
async def test_no_line_for_the_room_keeps_a_name(world: Path, person: str, line: str) -> None:
    steps = [(person, "room", line.replace("{n}", name)) for name in PEOPLE[:3]]
    (await play(world, [each for step in steps for each in (step, (person, "dm", "!no"))])).check()


# -- the control -------------------------------------------------------------------------------------


@contextmanager
def without_the_notice() -> Iterator[None]:
    notice, CATALOGUE.notice = CATALOGUE.notice, None
    try:
        yield
    finally:
        CATALOGUE.notice = notice


@contextmanager
def with_slips_left_in_the_room() -> Iterator[None]:
    patch = pytest.MonkeyPatch()
    for module in (answer, permission):
        patch.setattr(
            module, "may_not_stay", lambda asked, _text, _catalogue: is_private(asked.command)
        )
    try:
        with without_the_notice():
            yield
    finally:
        patch.undo()


@contextmanager
def with_names_for_whoever_did_not_ask() -> Iterator[None]:
    patch = pytest.MonkeyPatch()
    patch.setattr(views, "by_number", views.named)
    try:
        yield
    finally:
        patch.undo()


@pytest.mark.parametrize(
    ("guard", "steps"),
    [
        (with_slips_left_in_the_room, EXAMPLES[0]),
        (without_the_notice, EXAMPLES[1][:1]),
        (without_the_notice, EXAMPLES[4][:1]),
        (without_the_notice, EXAMPLES[6][:2]),
        (with_names_for_whoever_did_not_ask, EXAMPLES[3]),
    ],
    ids=["slips", "things to do", "reasons", "decisions", "lock screens"],
)
async def test_without_its_guard_a_name_gets_out(
    world: Path, guard: Callable[[], Iterator[None]], steps: list[Step]
) -> None:
    (await play(world, steps)).check()
    with guard():  # type: ignore[attr-defined]
        seen = await play(world, steps)
    with pytest.raises(AssertionError):
        seen.check()


def test_a_name_would_be_seen() -> None:
    assert names_in("call OKAFOR, Sam's boss") == ["Sam Okafor"]
    assert names_in("Lukasz Wojcik") == ["Łukasz Wójcik"]
    assert names_in("call M-1, okay for Sam") == []
