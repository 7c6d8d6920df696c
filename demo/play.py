"""A committee's week: what is typed, and what has to come back."""

from demo.stage import GUEST, Stage

PASTED = """!import paste
Name;Team;Shift
Okafor, Sam;Payments;day
Chen, Mia;Payments;night
Beck, Bo;Search;day
Roe, Robin;Search;day
Díaz, Inés;Search;night"""


async def play(stage: Stage) -> None:
    """Play it all; raises Missing at the first answer that is not as it should be."""
    await the_room(stage)
    await setting_up(stage)
    await first_contacts(stage)
    await a_conversation(stage)
    await two_opinions(stage)
    await what_is_due(stage)
    await slips(stage)
    await a_list(stage)
    await the_weekly_meeting(stage)
    await a_structure_test(stage)
    await killed_and_back(stage)
    await who_can_read_this(stage)


async def the_room(stage: Stage) -> None:
    stage.remark("Ana opens an encrypted room and invites Ben, Chi and the bot.")
    ana = stage.organizers["ana"]
    ben, chi = stage.organizers["ben"], stage.organizers["chi"]
    guest = f"@{GUEST}:{stage.homeserver.server_name}"
    invited = [ben.user, chi.user, guest, stage.steward.user]
    stage.rooms["room"] = room = await ana.encrypted_room("Payments", invite=invited)
    for organizer in (ana, ben, chi):
        await organizer.settled(room, ana.user, ben.user, chi.user, stage.steward.user)
    await stage.answer("ana", 0, "Steward", "!setup")


async def setting_up(stage: Stage) -> None:
    setup = '!setup name="Payments chapter" tz=Madrid'
    await stage.ask("ana", "room", setup, "Payments chapter")
    await stage.ask("ben", "room", "!help", "!contact add", "!1on1 log")


async def first_contacts(stage: Stage) -> None:
    stage.remark("Names belong in a direct chat. Ben opens one.")
    await stage.open_direct("ben", "Names and ratings belong here")
    await stage.ask("ben", "direct", '!contact add "Alex Kim" area=Payments', "M-1 Alex Kim")
    stage.remark("A second Kim, or the same one? The bot asks before it saves.")
    similar = '!contact add "Alexander Kim" area=Search'
    await stage.ask("ben", "direct", similar, "M-1 Alex Kim", "--yes")
    await stage.ask("ben", "direct", f"{similar} --yes", "M-2 Alexander Kim")


async def a_conversation(stage: Stage) -> None:
    log = (
        '!1on1 log M-1 reached issue=oncall ask="sign by Friday" answer=yes rate=2 said next=today'
    )
    await stage.ask("ben", "direct", log, "Logged", "M-1 Alex Kim", "2 supports")
    await stage.ask("ben", "direct", '!assess M-1 2 did "signed the petition"', "2 supports")


async def two_opinions(stage: Stage) -> None:
    stage.remark("Chi heard otherwise. Both views are kept; Ana, who leads, sees them.")
    await stage.open_direct("chi", "Hello")
    await stage.ask("chi", "direct", "!assess M-1 3 heard", "3 undecided")
    await stage.open_direct("ana", "Hello")
    await stage.ask("ana", "direct", "!contact show M-1", "2 supports", "Disputed", "3 undecided")


async def what_is_due(stage: Stage) -> None:
    await stage.ask("ben", "direct", "!due", "M-1 Alex Kim")
    await stage.ask("ben", "direct", '!done 1 "she signed"', "Done", "M-1")
    await stage.ask("ben", "direct", "!due", "Nothing")


async def slips(stage: Stage) -> None:
    stage.remark("A typing error; and a name typed in the room, answered where it belongs.")
    await stage.ask("ben", "direct", "!1on1 lgo M-1 reached", "!1on1 log")
    mark = await stage.say("chi", "room", '!contact add "Robin Diaz" area=Search')
    await stage.answer("chi", mark, "direct chat")
    await stage.answer("chi", mark, "M-3 Robin Diaz")


async def a_list(stage: Stage) -> None:
    stage.remark("Ana pastes a list of the team: first what would change, then for good.")
    await stage.ask("ana", "direct", PASTED, "Import 1", "!import check 1")
    mark = await stage.say("ana", "direct", "!import check 1")
    await stage.answer("ana", mark, "5 new", "!import commit 1")
    mark = await stage.say("ana", "direct", "!import commit 1")
    await stage.answer("ana", mark, "!import undo 1")
    await stage.ask("ana", "direct", "!turf assign @chi area=Search", "@chi")


async def the_weekly_meeting(stage: Stage) -> None:
    stage.remark("The room gets counts, never names; Ana gets the wall chart as a picture.")
    await stage.ask("chi", "room", "!report coverage", "Coverage")
    await stage.ask("ana", "direct", "!chart", "Wall chart", "Payments 1/3")


SIGNED = """!test mark petition did
Sam Okafor
Chen, Mia
Bo Beck
Alex Kim"""


async def a_structure_test(stage: Stage) -> None:
    stage.remark("Ratings are beliefs; a petition shows who acts. First: measured against whom?")
    petition = '!test open petition "RTO petition" goal=60% public=51%'
    await stage.ask("ana", "direct", petition, "measured against 8 people", "5 people")
    await stage.ask("ana", "direct", f"{petition} --yes", "RTO petition is open")
    await stage.ask("ben", "direct", "!test mark petition yes M-1 M-2", "yes M-1 Alex Kim")
    stage.remark("Chi types the names on the paper. Nobody is marked before she has looked.")
    await stage.ask("chi", "direct", SIGNED, "4 names", "Nobody is marked yet")
    await stage.ask("chi", "direct", "!test accept 1", "4/8 = 50.0 %", "not reached, 1 to go")
    await stage.ask("ana", "direct", "!test announce petition", "the public bar is 51 %")
    await stage.ask("ben", "direct", "!test mark petition did M-2", "5/8 = 62.5 %", "reached")
    await stage.ask("chi", "room", "!test chart petition", "RTO petition", "5/8 = 62.5 %")
    await stage.ask("ana", "direct", "!test close petition --yes", "The room knows the counts")
    await stage.ask("ana", "direct", "!test review petition", "not as we believed")


async def killed_and_back(stage: Stage) -> None:
    stage.remark("The bot's machine loses power. Ben types on; the bot comes back.")
    await stage.steward.kill()
    mark = await stage.say("ben", "direct", "!contact find kim")
    await stage.steward.start()
    await stage.answer("ben", mark, "M-1 Alex Kim", "M-2 Alexander Kim")


async def who_can_read_this(stage: Stage) -> None:
    await stage.ask("ana", "room", "!status", "ncrypted")
