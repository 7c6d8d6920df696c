"""Somebody asks to be forgotten: afterwards no file of a running bot has anything of them.

Without keys, so that one can look; the same search finds everything before.
"""

import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pytest
import pytest_asyncio

from demo.homeserver import Homeserver
from demo.organizer import Organizer
from tests.forensics.canaries import PASSWORD
from tests.forensics.examined_bot import ExaminedBot, files, named
from tests.forensics.search import Canary, Hit, kinds, search

pytestmark = pytest.mark.timeout(300)

SECONDS: Final = 60
HANDLE: Final = "M-1"
OF_THEM: Final = {
    "name": "Zephyrine Quillfeather",
    "first name": "Zephyrine",
    "last name": "Quillfeather",
    "alias": "Featherzeph",
    "issue": "Mothballed respirators",
    "ask": "carry the Marmalade petition",
    "note": "Prefers herons over telephones",
    "evidence": "wore the Periwinkle badge",
    "result": "brought Tamarind marzipan",
    "number": "ZQ-4711-77",
    "email": "zephyrine.quill@example.org",
    "older name": "Zephyrina Quillington",
    "why": "claim about skylights",
}
OTHER: Final = "Bartholomew Inkwell"


@dataclass
class Traces:
    """What an examiner finds, and when."""

    places: dict[str, dict[str, bytes]] = field(default_factory=dict)
    answers: list[str] = field(default_factory=list)

    def of_them(self, moment: str) -> list[Hit]:
        canaries = [Canary(kind, text) for kind, text in OF_THEM.items()]
        return search(canaries, self.places[moment])


LIST: Final = (
    "Emp #,Name,Team,Email\n"
    f"{OF_THEM['number']},{OF_THEM['older name']},Annexe,{OF_THEM['email']}\n"
    f"B-1,{OTHER},Annexe,bart@example.org"
)
LAST: Final = {
    "!import paste": "!import check",
    "!import check": "nothing saved yet",
    "!import commit": " saved: ",
}
"""What is said of a list when the work on it is over."""
BEFORE: Final = (
    f"!import paste\n{LIST}",
    "!import check 1",
    "!import commit 1",
    f"!contact edit {HANDLE} name='{OF_THEM['name']}'",
    f"!contact alias {HANDLE} {OF_THEM['alias']}",
    f"!1on1 log {HANDLE} reached issue='{OF_THEM['issue']}' note='{OF_THEM['note']}' --yes",
    f"!1on1 log {HANDLE} reached ask='{OF_THEM['ask']}' answer=yes rate=2 did next=fri",
    f"!assess {HANDLE} 2 did '{OF_THEM['evidence']}' --yes",
    f"!done 1 '{OF_THEM['result']}' next=3d --yes",
    f"!note M-2 'friend of {OF_THEM['name']}'",
    f"!hold {HANDLE} why='{OF_THEM['why']}'",
    f"!hold end {HANDLE}",
    f"!1on1 log {HANDLE}",
    "reached",
    f"!import paste\n{LIST}",
)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def traces(homeserver: Homeserver, tmp_path_factory: pytest.TempPathFactory) -> Traces:
    """One bot's files before, after, and after a kill."""
    suffix = secrets.token_hex(3)
    user = await homeserver.register(f"steward-{suffix}", PASSWORD)
    ana = await homeserver.register(f"ana-{suffix}", PASSWORD)
    folder: Path = tmp_path_factory.mktemp("forget")
    found = Traces()
    async with ExaminedBot(folder, homeserver, user, PASSWORD, "naked") as bot:
        await bot.init()
        await bot.start()
        async with await Organizer.sign_in(homeserver.url, ana, PASSWORD) as lead:
            await _live(bot, lead, found)
    return found


async def _live(bot: ExaminedBot, lead: Organizer, found: Traces) -> None:
    room = await lead.encrypted_room("Committee", invite=[bot.user])
    await lead.settled(room, bot.user, lead.user)
    await lead.hear(of=bot.user, where=room)
    direct = await lead.direct(bot.user)
    await lead.settled(direct, bot.user)
    await lead.hear(of=bot.user, where=direct)

    def answers() -> list[str]:
        return [message.body for message in lead.messages if message.sender == bot.user]

    async def say(*lines: str) -> None:
        for text in lines:
            # A list is answered twice: that it is being looked at, and what was found.
            last = next((said for typed, said in LAST.items() if text.startswith(typed)), "")
            await lead.ask(direct, text, last, of=bot.user, where=direct, seconds=60)
        found.answers = answers()

    def look(moment: str) -> None:
        found.places[moment] = named(moment, files(bot.keep(moment)))

    await say(*BEFORE)
    look("before")
    await say(f"!forget {HANDLE}", f"!forget {HANDLE} --yes")
    await bot.logs("wiped", seconds=SECONDS)
    look("after")
    await bot.kill()
    look("killed")
    await bot.start()
    await say("!import check 2", "!import commit 2", "!contact list")
    await bot.stop()
    look("stopped")


def test_control_before_everything_is_found(traces: Traces) -> None:
    assert kinds(traces.of_them("before")) == set(OF_THEM)


def test_nothing_of_them_is_in_any_file(traces: Traces) -> None:
    assert any("is forgotten" in answer for answer in traces.answers)
    assert search([Canary("somebody else", OTHER)], traces.places["after"]), (
        "the control: the files are readable"
    )
    assert traces.of_them("after") == []


def test_nothing_comes_back_after_a_kill_or_with_the_same_list(traces: Traces) -> None:
    assert traces.of_them("killed") == []
    assert traces.of_them("stopped") == []
    assert "Inkwell" in traces.answers[-1]
    assert "Quill" not in traces.answers[-1]
