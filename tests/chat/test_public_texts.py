"""Names of contacts in what others read are noticed before anything is posted, and nobody learns by it."""

from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path

import pytest

from commands.all import CATALOGUE
from commands.framework import answer as answering
from commands.framework import execution
from commands.framework.execution import Fact
from commands.framework.reader import Form, Reader
from commands.framework.reply import Audience
from commands.framework.spec import Command, Where
from commands.shared.look_ups import ASKED_A_DAY
from commands.shared.members import Members
from storage.authority.look_ups import LookUpKind, LookUps
from storage.core.model import CommitteeId, UserId
from tests.chat.conversation import Chat, Said
from tests.support.begun import copied, made

TITLES = Path(__file__).with_name("ordinary_titles.txt").read_text("utf-8").splitlines()
QUESTION = "Others would read the name"
HARD = (
    "Rose Hill", "Will Young", "Art Price", "May Day", "Grace Long", "Mark Stone", "Bill King",
    "Hope West", "Christian Black", "Frank Green", "Sue Chase", "Joy Winter", "Young March",
    "Sam Okafor", "Priya Raman", "Max Baker", "Dean Short", "Ray White", "Penny Lane", "Nick Rich",
)  # fmt: skip
"""Contacts whose names are words."""


async def meet_people(chat: Chat) -> None:
    await chat.dm("@ana", '!contact add "Sam Okafor" area=Payments')
    await chat.dm("@ben", '!contact add "Zora Quill" area=Payments')
    await chat.dm("@ana", '!contact add "Müller, Jürgen" area=Payments')
    await chat.dm("@ana", '!contact add "王秀英" area=Payments')
    await chat.dm("@ana", '!contact add "Maria José van den Berg" area=Payments')


@pytest.fixture(scope="module")
def met(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("met") / "steward.db", meet_people)


@pytest.fixture
async def known(met: Path) -> AsyncIterator[Chat]:
    """Four of Ana's and one of Ben's, whom the room knows by his name."""
    async with copied(met) as chat:
        chat.names["@ben"] = "Ben Ito"
        yield chat


@pytest.fixture
def looked_up(monkeypatch: pytest.MonkeyPatch) -> list[type]:
    """What the notice of names is handed, by type, from now on."""
    found: list[type] = []
    needed = execution.needed

    async def noted(needs: Mapping[str, type], fact: Fact) -> dict[str, object]:
        found.extend(needs.values())
        return await needed(needs, fact)

    monkeypatch.setattr(answering, "needed", noted)
    return found


def asked(said: Said) -> bool:
    return QUESTION in said.body(Audience.PERSON) or QUESTION in said.here


POSTED = (
    "!meet new 1on1 with Sam Okafor | fri 19:00",
    "!meet every Sam Okafor | fri 19:00",
    "!meet poll Sam Okafor | thu 15:00, fri 15:00",
    "!action @ben call Sam Okafor by fri",
    "!action call sam okafor",
    "!action @ben call SAM OKAFOR.",
    "!action call Okafor, Sam by fri",
    "!action read Okafor's letter to Sam Okafor's boss",
    '!decide "Sam Okafor will be asked to chair" 6 yes 1 no',
    "!agenda add 5m what does Sam Okafor want",
    '!poll choose "Who speaks?" Sam Okafor, Priya',
    '!poll open "Who speaks?" Sam Okafor | Priya',
    "!poll temp Is Sam Okafor ready?",
    "!poll Is Sam Okafor ready? yes | no",
    "!report Sam Okafor",
    "!help Sam Okafor",
    "!setup name=“Sam Okafor's friends”",
    "！action call Sam “Okafor”",
    "!action call Ju\u0308rgen Müller",
    "!action call Juergen Mueller",
    "!action call Sam\u200b Oka\u200bfor",
    "!action call Ｓａｍ Ｏｋａｆｏｒ",
    "!action call *Sam* _Okafor_",
    "!action call Sam-Okafor",
    "!action visit 王秀英",
    "!action 和王秀英谈话",
    "!action visit Maria Berg",
    "!action visit maria josé",
    "!action @ben call Sam by fri",
    "!meet new 1on1 with Sam | fri 19:00",
    "!decide Sam signed",
    # A phone: small letters, the first name, and nothing that says it is one.
    "!action sam okafor and priya",
    "!action sam, bring the flyers",
    "!action @ben see SAM",
    "!meet new lunch with okafor and ben | fri 12:00",
    '!poll "Should Sam be steward?" yes | no',
    "!poll Is sam ready? yes | no",
    "!decide sam calls the press",
    "!no sam cant",
    "!yes sam comes too",
    "!maybe, ask sam",
    "!ok sam",
    "!ok\nlog sam reached 2",
    "!help sam",
    "!meet sam",
    "!poll sam",
)
"""Lines for the room with the name of one of Ana's own people."""


@pytest.mark.parametrize("line", POSTED)
async def test_a_name_is_noticed_before_anything_is_posted(known: Chat, line: str) -> None:
    said = await known.room("@ana", line)
    assert said.retracted
    assert asked(said), said.text
    for word in ("Okafor", "Müller", "王秀英", "José", "Sam"):
        assert word not in said.in_room
    assert await _kept(known) == 0


@pytest.mark.parametrize("line", POSTED)
async def test_the_members_are_looked_up_for_every_line_with_a_name(
    known: Chat, line: str, looked_up: list[type]
) -> None:
    await known.room("@ana", line)
    assert Members in looked_up


@pytest.mark.parametrize("line", ["!tz", "!report", "!setup", "!meet"])
async def test_a_line_without_words_of_names_is_answered_without_a_look_at_the_members(
    known: Chat, line: str, looked_up: list[type]
) -> None:
    assert not asked(await known.room("@ana", line))
    assert looked_up == []


@pytest.mark.parametrize("line", ["!tz", " ! TZ", "!tz London", "!tz madrid"])
async def test_the_command_itself_is_nobody_s_name(known: Chat, line: str) -> None:
    for name in ("Tz", "Tz Okafor", "Okafor Tz"):
        await known.dm("@ana", f'!contact add "{name}" area=Payments')
    assert not asked(await known.room("@ana", line))


async def test_a_name_behind_the_command_s_own_is_one(known: Chat) -> None:
    await known.dm("@ana", '!contact add "Action Hero" area=Payments')
    assert asked(await known.room("@ana", "!action hero brings the flyers"))
    assert asked(await known.room("@ana", "!action action hero brings the flyers"))


async def test_each_name_in_a_line_gets_its_number(known: Chat) -> None:
    said = await known.room("@ana", "!meet new Lunch with sam okafor and jürgen | fri 12:00")
    assert "!meet new Lunch with M-1 and M-3 | fri 12:00" in said.in_person
    said = await known.room("@ana", "!action jürgen calls Sam, then Sam Okafor's boss")
    assert "!action M-3 calls M-1, then M-1's boss" in said.in_person


async def test_a_first_name_that_two_have_is_told_apart(known: Chat) -> None:
    await known.dm("@ana", '!contact add "Sam Quist" area=Payments')
    said = await known.room("@ana", "!action sam brings the flyers")
    assert "Sam Okafor (M-1) or Sam Quist (M-6)" in said.in_person
    whole = await known.room("@ana", "!action sam okafor brings the flyers")
    assert "!action M-1 brings the flyers" in whole.in_person


async def test_a_lead_is_asked_about_first_names_of_all(known: Chat) -> None:
    assert asked(await known.room("@lea", '!poll "Should Zora be steward?" yes | no'))
    assert not asked(await known.room("@lea", '!poll "Should Quill be steward?" yes | no'))
    assert not asked(await known.room("@ana", '!poll "Should Zora be steward?" yes | no'))


@pytest.mark.parametrize(
    "words",
    [
        "call Zora", "talk to Zora", "Zora has signed", "Zora refuses",
        "Zora anrufen", "Gespräch mit Zora", "mit Zora reden", "Zora hat unterschrieben",
        "bel Zora", "praten met Zora", "Zora heeft getekend",
        "llamar a Zora", "hablar con Zora", "Zora firmó", "Zora ha firmado",
        "appeler Zora", "parler à Zora", "entretien avec Zora", "Zora a signé",
        "chiamare Zora", "parlare con Zora", "Zora ha firmato",
        "ligar para Zora", "falar com Zora", "Zora assinou",
        "zadzwoń do Zora", "rozmowa z Zora", "Zora podpisała",
        "联系 Zora", "打电话给 Zora", "Zora 签了",
    ],
)  # fmt: skip
async def test_a_first_name_beside_words_of_a_talk_in_nine_languages(
    known: Chat, words: str
) -> None:
    before = await _spent(known, "@ana")
    for text in (f"!meet new {words} | fri 19:00", f'!decide "{words}"', f"!action {words} by fri"):
        assert asked(await known.room("@ana", text)), text
    assert await _spent(known, "@ana") - before <= 6, "a verb is nobody's name"
    assert await _kept(known) == 0


@pytest.mark.parametrize(
    "words",
    ["pizza für alle", "Zora", "reunión de delegados", "grève à Lyon", "spotkanie", "联系 名单"],
)
async def test_without_them_others_first_names_are_words_like_any(known: Chat, words: str) -> None:
    assert not asked(await known.room("@ana", f"!agenda add 5m {words}"))


async def test_yes_posts_the_number(known: Chat) -> None:
    said = await known.room("@ana", "!action @ben call sam okafor's wife by fri")
    assert said.in_person == (
        "Sam Okafor is a contact (M-1). Others would read the name. Shall I write M-1"
        " instead? !ok does it, !no drops it.\n!action @ben call M-1's wife by fri"
    )
    assert (await known.dm("@ana", "!ok")).in_room.endswith(
        "1) ben: call M-1's wife, Fri 27 Nov. When it is done: !action done 1"
    )
    assert (await known.dm("@ana", "!ok")).says("Nothing waits for your ok here.")


async def test_no_drops_it(known: Chat) -> None:
    await known.room("@ana", "!action @ben call Sam Okafor by fri")
    assert (await known.dm("@ana", "!no")).text == "Dropped. Nothing was posted."
    assert (await known.dm("@ana", "!ok")).says("Nothing waits for your ok here.")
    assert await _kept(known) == 0


async def test_what_is_said_back_anyway_goes_on_in_the_direct_chat(known: Chat) -> None:
    await known.room("@ana", "!meet new 1on1 with Sam Okafor | fri 19:00")
    assert (await known.dm("@ana", "!ok")).here.startswith("1on1 with M-1: Fri 27 Nov")
    assert "1on1 with M-1 #1" in (await known.dm("@ana", "!ok")).in_room


async def test_what_cannot_be_done_now_waits_on(known: Chat) -> None:
    await known.room("@ana", "!decide Sam Okafor chairs")
    for _time in range(2):
        assert (await known.dm("@ana", "!ok")).here.startswith("No meeting is on.")


async def test_it_waits_half_an_hour_and_for_its_author(known: Chat) -> None:
    await known.room("@ana", "!action @ben call Sam Okafor by fri")
    assert (await known.dm("@ben", "!ok")).says("Nothing waits")
    known.later(minutes=31)
    assert (await known.dm("@ana", "!ok")).says("Nothing waits")


async def test_the_newest_of_two_things_is_meant(known: Chat) -> None:
    await known.dm("@ana", "!meet new Planning | fri 19:00")
    known.later(minutes=1)
    await known.room("@ana", "!action @ben call Sam Okafor by fri")
    assert "call M-1" in (await known.dm("@ana", "!ok")).text
    assert "Planning" in (await known.dm("@ana", "!ok")).text
    await known.room("@ana", "!action @ben call Sam Okafor by fri")
    known.later(minutes=1)
    await known.dm("@ana", "!meet new Review | fri 19:00")
    assert "Review" in (await known.dm("@ana", "!ok")).text


async def test_what_is_asked_in_a_poll_is_never_written_down(known: Chat) -> None:
    said = await known.room("@ana", '!poll choose "Who speaks?" Sam Okafor, Priya')
    assert [reply.fleeting for reply in said.replies] == [False, True]


async def test_two_of_one_name_are_told_apart(known: Chat) -> None:
    await known.dm("@ana", '!contact add "Sam Okafor" area=Search --yes')
    said = await known.room("@ana", "!action call Sam Okafor")
    assert "Sam Okafor (M-1) or Sam Okafor (M-6)" in said.in_person
    assert "so I did nothing" in said.in_person


async def test_in_the_direct_chat_only_what_others_read(known: Chat) -> None:
    assert not asked(await known.dm("@ana", "!1on1 log Sam Okafor reached"))
    assert not asked(await known.dm("@ana", "!note Sam Okafor Sam Okafor is kind"))
    assert asked(await known.dm("@ana", "!action call Sam Okafor"))
    assert asked(await known.dm("@lea", "!test open petition “Sam Okafor's petition”"))
    assert asked(await known.dm("@ana", "!turf release M-1 why=“Sam Okafor and I fell out”"))
    assert asked(await known.dm("@ana", "!meet ics #1 title=“with Sam Okafor”"))


async def test_who_is_in_the_room_is_no_secret_there(known: Chat) -> None:
    await known.dm("@lea", '!contact add "Ben Ito" area=Payments')
    await known.dm("@lea", '!contact add "Lea Marsh" area=Payments')
    for who in ("@ana", "@lea"):
        assert not asked(await known.room(who, "!action call Ben Ito by fri"))
        assert not asked(await known.room(who, "!action call Ben by fri"))
        assert not asked(await known.room(who, "!action Lea signed the letter"))


# -- false alarms ------------------------------------------------------------------------------------


async def test_ordinary_titles_are_posted(chat: Chat) -> None:
    """In a committee whose contacts are called like words, for a lead, who may see all of them."""
    for name in HARD:
        await chat.dm("@lea", f'!contact add "{name}" area=Payments --yes')
    alarms = [
        title for title in TITLES if asked(await chat.room("@lea", f"!meet new {title} | fri"))
    ]
    assert len(TITLES) > 180
    # The whole name of somebody, with its capitals, is their name.
    assert alarms == ["May Day march", "May Day Parade"]


async def test_they_cost_few_look_ups(chat: Chat) -> None:
    spent = []
    for title in TITLES:
        before = await _spent(chat, "@ana")
        await chat.room("@ana", f"!agenda add 5m {title}")
        spent.append(await _spent(chat, "@ana") - before)
        chat.later(hours=25)
    assert sum(spent) / len(TITLES) < 0.5
    assert max(spent) <= 3


# -- nobody learns by it -----------------------------------------------------------------------------


async def test_others_people_cost_a_look_up_whether_there_are_any_or_not(known: Chat) -> None:
    for line, cost in (
        ("!action visit Zora Quill", 1),
        ("!action visit Nora Quill", 1),
        ("!action visit nora quill", 1),
        ("!action Zora Quill, Nora Nill, Dora Dill", 5),
        ("!action call Zora", 1),
        ("!action print the flyers", 0),
        ("!action call Sam Okafor", 0),
    ):
        before = await _spent(known, "@ana")
        await known.room("@ana", line)
        assert await _spent(known, "@ana") - before == cost, line


async def test_a_place_is_named_in_the_room_also_when_look_ups_are_spent(known: Chat) -> None:
    """And is taken away all the same when somebody of one's own is called so."""
    await known.dm("@ana", '!contact add "Santa Cruz" area=Search --yes')
    async with known.database.transaction() as tx:
        await LookUps(tx, CommitteeId(1)).count(
            UserId("@ana:example.org"), LookUpKind.ASKED, [None] * ASKED_A_DAY, known.now
        )
    for place in ("Europe/Madrid", "Buenos Aires", "Madrid"):
        said = await known.room("@ana", f"!tz {place}")
        assert said.says("Your time zone is")
        assert not said.retracted
    # The control: what is no place may be anybody.
    refused = await known.room("@ana", "!tz Zora Quill")
    assert refused.retracted
    assert "today's limit of look-ups" in refused.in_person
    assert (await known.room("@ana", "!tz Santa Cruz")).retracted


async def test_a_spent_budget_answers_the_same_whoever_there_is(known: Chat) -> None:
    async with known.database.transaction() as tx:
        await LookUps(tx, CommitteeId(1)).count(
            UserId("@ana:example.org"), LookUpKind.ASKED, [None] * ASKED_A_DAY, known.now
        )
    there = await known.room("@ana", "!action visit Zora Quill")
    nowhere = await known.room("@ana", "!action visit Nora Nill")
    assert there.replies[:2] == nowhere.replies[:2]
    assert there.retracted
    assert "I cannot check. You have reached today's limit" in there.in_person
    # Their own people are found all the same, and what has no name in it is posted.
    assert asked(await known.room("@ana", "!action visit Sam Okafor"))
    assert "print the flyers" in (await known.room("@ana", "!action print the flyers")).here


async def test_names_in_one_line_tell_no_more_than_names_in_many(known: Chat) -> None:
    """The whole list of employees in one title: as many look-ups as there are names."""
    people = [f"{a}{b} Qu{b}{a}ll" for a in ("Ta", "Te", "To") for b in ("ra", "ri", "ro", "ru")]
    before = await _spent(known, "@ana")
    await known.room("@ana", f"!agenda add 5m {' | '.join(people)}")
    assert await _spent(known, "@ana") - before == len(people)


async def test_a_newcomer_whom_the_room_does_not_know_learns_nothing(known: Chat) -> None:
    known.join("@new")
    await known.saw("@new", introduced=None)
    there = await known.room("@new", "!action visit Zora Quill")
    nowhere = await known.room("@new", "!action visit Nora Nill")
    assert there.replies == nowhere.replies
    assert "I may not check for you yet" in there.in_person


# -- who else must be asked --------------------------------------------------------------------------

NOT_POSTED = {
    "report": "a page of the report, looked for among its names",
    "report coverage": "an area, looked for among those on record",
    "tz": "a city",
    "lang": "a language",
    "help": "a command",
    "meet can": "numbers",
    "meet link": "an address",
    "setup": "only in the room, where whole lines are looked at",
    "poll postpone": "a time",
    "moved": "a code that the bot gave",
    **dict.fromkeys(
        ("test status", "test compare", "test plan", "test chart", "test chart movement", "test joint"),
        "a test, looked for among those on record",
    ),
}  # fmt: skip
"""Commands for the room that take words, none of which are said again."""


def free(reader: Reader[object] | None) -> bool:
    return reader is not None and (reader.words.free or reader.form is Form.AS_TYPED)


def unlooked_at(commands: Iterator[Command]) -> list[str]:
    """Commands for the room with words that anybody may read and nobody looks at."""
    return [
        f"{command.name} {parameter.name}"
        for command in commands
        if command.where is not Where.DIRECT and command.name not in NOT_POSTED
        for parameter in command.parameters
        if free(parameter.reader) and parameter.reader and not parameter.reader.posted
        and parameter.reader.placeholder not in {"WHEN", "60%|BALLOTS"}
    ]  # fmt: skip


def test_every_text_for_the_room_is_looked_at() -> None:
    assert unlooked_at(iter(CATALOGUE)) == []
    assert set(NOT_POSTED) <= {command.name for command in CATALOGUE}


def test_one_that_is_not_would_be_found() -> None:
    (found,) = (each for each in CATALOGUE if each.name == "contact find")
    object.__setattr__(found._names, "where", Where.ANYWHERE)
    try:
        assert unlooked_at(iter(CATALOGUE)) == [
            f"contact find {words}" for words in ("words", "area", "shift", "ask")
        ]
    finally:
        object.__setattr__(found._names, "where", Where.DIRECT)


async def _kept(chat: Chat) -> int:
    """How much was made: meetings, items, lines of minutes, things to do."""
    async with chat.database.transaction() as tx:
        return sum(
            [
                int(str(await tx.value(f"SELECT COUNT(*) FROM {table}")))
                for table in (
                    "meetings",
                    "agenda_items",
                    "minute_lines",
                    "actions",
                    "meeting_drafts",
                )
            ]
        )


async def _spent(chat: Chat, who: str) -> int:
    async with chat.database.transaction() as tx:
        spent = await LookUps(tx, CommitteeId(1)).since(chat.user(who), chat.now)
    return spent[LookUpKind.ASKED]
