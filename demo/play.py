"""The script of the demo, a committee's week: what is typed, and what the bot has to answer."""

import asyncio
from dataclasses import dataclass

from demo import chapters
from demo.days import USUAL, days_on
from demo.stage import GUEST, Founded, Stage

READY = '!poll temp "Ready to march on the boss?"'
VOTES = {"ana": "05", "ben": "04", "chi": "03", "flo": "04", "gus": "01", "hal": "05"}
"""Beside Eva's."""


@dataclass(frozen=True, slots=True)
class Poll:
    """An open poll, and the positions from which to listen for its result."""

    code: str
    mark: int


PASTED = """!import paste
Name;Team;Shift
Okafor, Sam;Payments;day
Chen, Mia;Payments;night
Beck, Bo;Search;day
Roe, Robin;Search;day
Díaz, Inés;Search;night"""


async def play(founded: Founded) -> None:
    """Play the whole week; raises Missing at the first answer that is not as expected."""
    stage = founded.madrid
    meanwhile = asyncio.create_task(chapters.begun_in_milan(founded.milan))
    await the_room(stage)
    await setting_up(stage)
    await first_contacts(stage)
    await a_conversation(stage)
    await two_opinions(stage)
    await what_is_due(stage)
    await slips(stage)
    await a_list(stage)
    await who_is_next(stage)
    await the_weekly_meeting(stage)
    await a_structure_test(stage)
    poll = await a_secret_poll(stage)
    await planning_the_next(stage)
    milan = await meanwhile
    await chapters.paired(stage, milan)
    await chapters.a_joint_petition(stage, milan)
    await killed_and_back(stage, milan, poll)
    await chapters.counted_together(stage, milan)
    await who_can_read_this(stage)


async def the_room(stage: Stage) -> None:
    """Ana opens the room and invites everybody; the bot greets."""
    stage.remark("Ana opens an encrypted room and invites six others and the bot.")
    ana, people = stage.organizers["ana"], list(stage.organizers.values())
    guest = f"@{GUEST}:{stage.homeserver.server_name}"
    invited = [*(each.user for each in people if each is not ana), guest, stage.steward.user]
    stage.rooms["room"] = room = await ana.encrypted_room("Payments", invite=invited)
    everybody = (*(each.user for each in people), stage.steward.user)
    await asyncio.gather(*(each.settled(room, *everybody) for each in people))
    await stage.answer("ana", 0, "Steward", "!setup")


async def setting_up(stage: Stage) -> None:
    """Ana names the committee and its time zone."""
    setup = '!setup name="Payments chapter" tz=Madrid'
    await stage.ask("ana", "room", setup, "Payments chapter")
    await stage.ask("ben", "room", "!help", "!meet new", "!direct")


async def first_contacts(stage: Stage) -> None:
    """Ben adds contacts in a direct chat; the bot asks about a similar name."""
    stage.remark("Names belong in a direct chat. Ben opens one.")
    await stage.open_direct("ben", "Names and ratings belong here")
    await stage.ask("ben", "direct", '!contact add "Alex Kim" area=Payments', "M-1 Alex Kim")
    stage.remark("A second Kim, or the same one? The bot asks before it saves.")
    similar = '!contact add "Alexander Kim" area=Search'
    await stage.ask("ben", "direct", similar, "M-1 Alex Kim", "--yes")
    await stage.ask("ben", "direct", f"{similar} --yes", "M-2 Alexander Kim")


async def a_conversation(stage: Stage) -> None:
    """Ben logs a one-on-one and rates the contact."""
    log = (
        '!1on1 log M-1 reached issue=oncall ask="sign by Friday" answer=yes rate=2 said next=today'
    )
    await stage.ask("ben", "direct", log, "Logged", "M-1 Alex Kim", "2 supports")
    await stage.ask("ben", "direct", '!assess M-1 2 did "signed the petition"', "2 supports")
    stage.remark("A line as one says it does as well.")
    await stage.ask("ben", "direct", "no answer M-2", "Logged", "M-2", "no answer")


async def two_opinions(stage: Stage) -> None:
    """Chi rates otherwise; the lead sees both."""
    stage.remark("Chi heard otherwise. Both views are kept; Ana, who leads, sees them.")
    await stage.open_direct("chi", "Hello")
    await stage.ask("chi", "direct", "!assess M-1 3 heard", "3 undecided")
    await stage.open_direct("ana", "Hello")
    await stage.ask("ana", "direct", "!contact show M-1", "2 supports", "Disputed", "3 undecided")


async def what_is_due(stage: Stage) -> None:
    """Ben sees and closes a follow-up."""
    await stage.ask("ben", "direct", "!due", "M-1 Alex Kim")
    await stage.ask("ben", "direct", '!done 1 "she signed"', "Done", "M-1")
    await stage.ask("ben", "direct", "!due", "Nothing")


async def slips(stage: Stage) -> None:
    """Ben mistypes a command; Chi types a name in the room."""
    stage.remark("A typing error; and a name typed in the room, answered where it belongs.")
    await stage.ask("ben", "direct", "!1on1 lgo M-1 reached", "!1on1 log")
    mark = await stage.say("chi", "room", '!contact add "Robin Diaz" area=Search')
    await stage.answer("chi", mark, "direct chat")
    await stage.answer("chi", mark, "M-3 Robin Diaz")


async def a_list(stage: Stage) -> None:
    """Ana pastes a list, checks the list and imports it."""
    stage.remark("Ana pastes a list of the team: first what would change, then for good.")
    await stage.ask("ana", "direct", PASTED, "Import 1", "!import check 1")
    mark = await stage.say("ana", "direct", "!import check 1")
    await stage.answer("ana", mark, "5 new", "!import commit 1")
    mark = await stage.say("ana", "direct", "!import commit 1")
    await stage.answer("ana", mark, "!import undo 1")
    await stage.ask("ana", "direct", "!turf assign @chi area=Search", "@chi")


async def who_is_next(stage: Stage) -> None:
    """Chi asks whom to talk to next; nobody picks up, and the next one comes."""
    stage.remark("Who now, and why? Chi has ten minutes. Nobody picks up, so the next one comes.")
    await stage.ask("chi", "direct", "!next", "M-3 Robin Diaz", "never talked to", "The order:")
    await stage.ask("chi", "direct", "!log M-3 noanswer", "no answer", "Next: M-")


async def the_weekly_meeting(stage: Stage) -> None:
    """The room gets a report in counts, the lead gets the wall chart."""
    stage.remark("The room gets counts, never names; Ana gets the wall chart as a picture.")
    await stage.ask("chi", "room", "!report coverage", "Coverage")
    await stage.ask("ana", "direct", "!chart", "Wall chart", "Payments 1/3")


SIGNED = """!test mark petition did
Sam Okafor
Chen, Mia
Bo Beck
Alex Kim"""


async def a_structure_test(stage: Stage) -> None:
    """Ana opens a petition, takes in signatures and announces the result."""
    stage.remark("Ratings are beliefs; a petition shows who acts. First: measured against whom?")
    petition = '!test open petition "RTO petition" goal=60% public=51%'
    await stage.ask("ana", "direct", petition, "for 8 people", "5 people")
    await stage.ask("ana", "direct", f"{petition} --yes", "RTO petition is open")
    await stage.ask("ben", "direct", "!test mark petition yes M-1 M-2", "yes M-1 Alex Kim")
    stage.remark("Ana types the names on the paper. Nobody is marked before she has looked.")
    await stage.ask("ana", "direct", SIGNED, "4 names", "Nobody is marked yet")
    await stage.ask("ana", "direct", "!test accept 1", "4/8 = 50.0 %", "not reached, 1 to go")
    await stage.ask("ana", "direct", "!test announce petition", "the public bar is 51 %")
    await stage.ask("ben", "direct", "!test mark petition did M-2", "2/2 = 100.0 % of yours did it")
    await stage.ask("chi", "room", "!test chart petition", "RTO petition", "5/8 = 62.5 %")
    await stage.ask("ana", "direct", "!test close petition", "When you close it, that result stays")
    await stage.ask("ana", "direct", "!test close petition --yes", "The room knows the counts")
    await stage.ask("ana", "direct", "!test review petition", "do not fit what people did")


async def planning_the_next(stage: Stage) -> None:
    """Ana plans a meeting; others answer and add to the agenda."""
    stage.remark("The next meeting, said back before it is made; the way in stays a secret.")
    plan = "!meet new Planning | in 30 hours | 90m"
    await stage.ask("ana", "room", plan, "Planning:", "!ok")
    await stage.ask("ana", "room", "!ok", "Planning #1", "Coming?")
    await stage.ask("ben", "room", "!yes", "Noted: yes", "So far: 1 yes")
    await stage.ask("chi", "room", "!agenda add 10m strike fund", "10 of 90 minutes")
    link = "!meet link #1 https://meet.example.org/Xq7vB2nightingale"
    await stage.ask("ana", "room", link, "Link saved for Planning #1", "ten minutes before")


async def a_secret_poll(stage: Stage) -> Poll | None:
    """Hold a poll of seven votes, one of them changed; None: the machine cannot keep keys in memory."""
    marks = {name: len(each.messages) for name, each in stage.organizers.items()}
    stage.remark("Are they ready? Asked in secret: nobody finds out who said what.")
    said_back = await stage.ask("ana", "room", READY, "ecret poll")
    if "!ok" not in said_back.body:
        stage.remark("This machine has no file system in memory, so the bot holds no secret polls.")
        return None
    mark = await stage.say("ana", "room", "!ok")
    announced = await stage.answer("ana", mark, "7 people may vote, the bots")
    code = announced.body.split()[2].rstrip(":,")
    ballot = await stage.answer("eva", marks["eva"], "Not protected:")
    stage.rooms["eva"] = ballot.room
    for name in ("ana", "ben", "chi", "flo", "gus", "hal"):
        heard = await stage.organizers[name].hear(
            "Not protected:", of=stage.steward.user, since=marks[name]
        )
        stage.rooms[name] = heard.room
    stage.remark("Everybody got that ballot. They vote in their direct chats; Eva thinks again.")
    await stage.ask("eva", "direct", f"vote {code} 02", "Recorded")
    await stage.ask("eva", "direct", f"vote {code} 04", "Recorded")
    await asyncio.gather(*(vote(stage, name, code) for name in VOTES))
    return Poll(code, marks["ana"])


async def vote(stage: Stage, name: str, code: str) -> None:
    """Somebody votes in their direct chat, unseen, and hears that it counts."""
    person = stage.organizers[name]
    mark = len(person.messages)
    await person.send(stage.rooms[name], f"vote {code} {VOTES[name]}")
    await person.hear("Recorded", of=stage.steward.user, since=mark)


async def killed_and_back(stage: Stage, milan: Stage, poll: Poll | None) -> None:
    """The bot's process is killed and comes back days later; the poll's result arrives.

    In Milan as many days go by.
    """
    stage.remark("The bot's process is killed. Ben types on; days later the bot comes back.")
    await stage.steward.kill()
    mark = await stage.say("ben", "direct", "!contact find kim")
    await asyncio.gather(stage.steward.start(days_on(USUAL)), milan.steward.restart(days_on(USUAL)))
    await stage.answer("ben", mark, "M-1 Alex Kim", "M-2 Alexander Kim")
    if poll is not None:
        stage.remark(
            "The poll's time is up meanwhile. No vote is lost, and no trace of one is left.\n"
            "Had the whole machine lost power, the poll would be lost: its key is in memory alone,"
            " and the bot would say so."
        )
        await stage.answer(
            "ana", poll.mark, f"{poll.code} is closed", "3 · 4 good", "7 ballots of 7"
        )


async def who_can_read_this(stage: Stage) -> None:
    """Ana asks for the bot's status."""
    await stage.ask("ana", "room", "!status", "ncrypted")
