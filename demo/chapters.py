"""The demo's second chapter, in Milan: on a homeserver and with a bot of its own, it counts with the first."""

import asyncio
import re

from demo.organizer import NotHeard
from demo.stage import Missing, Stage

LIST = """!import paste
Name;Team
Rossi, Aldo;Games
Bruno, Bea;Games
Conti, Ciro;Games
Greco, Dina;Games
Longo, Elsa;Tools
Marino, Fabio;Tools
Serra, Gaia;Tools
Villa, Ugo;Tools
Gatti, Ida;Art
Testa, Lia;Art
Riva, Nino;Art
Sala, Olmo;Art"""
PETITION = '!coalition test petition "On-call pay" goal=60% closes=48h'


async def begun_in_milan(founded: asyncio.Task[Stage]) -> Stage:
    """Mia opens a room for her committee and brings her list in; nobody watches, the week is being played.

    Raises Missing.
    """
    milan = await founded
    try:
        await _first_words(milan)
    except NotHeard as silence:
        raise Missing(str(silence)) from None
    return milan


async def _first_words(milan: Stage) -> None:
    mia, people, bot = milan.organizers["mia"], milan.organizers.values(), milan.steward.user
    invited = [*(each.user for each in people if each is not mia), bot]
    milan.rooms["room"] = room = await mia.encrypted_room("Milan", invite=invited)
    everybody = (*(each.user for each in people), bot)
    await asyncio.gather(*(each.settled(room, *everybody) for each in people))
    await mia.ask(room, "!setup name=Milan tz=Rome", "This is Milan", of=bot)
    for name in ("mia", "leo"):
        one = milan.organizers[name]
        milan.rooms[name] = await one.direct(bot)
        await one.hear(of=bot, where=milan.rooms[name])
    for typed, answer in ((LIST, "!import check"), ("!import check 1", "12 new")):
        await mia.ask(milan.rooms["mia"], typed, answer, of=bot)
    await mia.ask(milan.rooms["mia"], "!import commit 1", "12 added", of=bot)


async def paired(madrid: Stage, milan: Stage) -> None:
    """Two leads pair their bots by a code."""
    madrid.remark(
        "There is a chapter in Milan as well, on a homeserver and with a bot of its own. Nobody stands"
        " in the middle.\nAna starts a coalition, and reads the code to Mia on the phone."
    )
    told = await madrid.ask("ana", "direct", '!coalition new "On-call pay"', "pairing code")
    code = " ".join(re.findall(r"(?m)^\s*\d+\. ([a-z ]+)$", told.body))
    ana, mia = len(madrid.organizers["ana"].messages), len(milan.organizers["mia"].messages)
    await milan.ask("mia", "direct", f"!coalition join {code}", "compare its key with the code")
    await madrid.answer("ana", ana, "typed your pairing code")
    await milan.answer("mia", mia, "Its key is the one in the code")
    await madrid.ask("ana", "direct", "!coalition ok", "I invite the bot")
    await milan.ask("mia", "direct", "!coalition ok", "We are in as soon as")
    await milan.answer("mia", mia, "We are in the coalition On-call pay now")
    await madrid.answer("ana", ana, "Milan is in our coalition now")


async def a_joint_petition(madrid: Stage, milan: Stage) -> None:
    """Both committees count who signs, each its own people."""
    madrid.remark(
        "One petition in both towns. Each counts its own people; names stay where they are."
    )
    mia = len(milan.organizers["mia"].messages)
    await madrid.ask("ana", "direct", PETITION, "You are about to propose a joint test")
    await madrid.ask("ana", "direct", "!coalition ok", "On-call pay is open here as T-2")
    await milan.answer("mia", mia, "proposes a joint test: On-call pay")
    await milan.ask("mia", "direct", "!coalition ok", "On-call pay is open here as T-1")
    signed = "!test mark T-1 did M-1 M-2 M-3 M-4 M-5 M-6 M-7"
    await milan.ask("mia", "direct", signed, "7/12 = 58.3 %")
    signed = "!test mark T-2 did M-1 M-2 M-3 M-4 M-5 M-6 M-7 M-8"
    await madrid.ask("ana", "direct", signed, "8/8 = 100.0 %")


async def counted_together(madrid: Stage, milan: Stage) -> None:
    """The petition is over in both towns, and both rooms read the same table."""
    madrid.remark(
        "The petition is over as well. Both rooms, in Madrid and in Milan, read the same:"
    )
    together = "Together, 2 committees: 15/20 = 75.0 %"
    await asyncio.gather(
        *(stage.answer(who, 0, together) for stage, who in ((madrid, "ana"), (milan, "mia")))
    )
