"""A member of two committees, who leads one of them and has no say in the other."""

from typing import Final

from commands.framework.context import Role, RoomId
from storage.chat.committees import Committees
from storage.contacts.contacts import Contacts
from tests.inside.insider import Company, Insider
from tests.inside.leads import LOOKS
from tests.inside.members import questions

OTHER: Final = RoomId("!hikers:example.org")


async def found_another(company: Company, name: str) -> None:
    """Ana has a committee of her own, to which Ben came as well."""
    await company.chat.found(OTHER, name, ["@ana", "@ben"])


async def look_across(me: Insider) -> set[str]:
    """As a lead of the one, ask about everybody in the other; who was named in an answer."""
    me.company.chat.roles["@ana"] = Role.LEAD
    await me.ask("!use Hikers")
    mark = len(me.heard)
    for number in range(1, 11):
        for way in questions():
            await me.ask(way.format(f"M-{number}"))
    for text in (*LOOKS, "!contact list", "!audit", "!turf team", "!contact find ab"):
        await me.ask(text)
    me.company.chat.roles["@ana"] = Role.ORGANIZER
    return me.company.read_in(me.heard[mark:], me.typed)


async def twin(company: Company, people: int) -> int:
    """Give one's own committee the name of the other; people whom Ben then adds to the wrong one."""
    chat = company.chat
    await found_another(company, "Hikers")
    chat.roles["@ana"] = Role.LEAD
    await chat.room("@ana", '!setup name="Payments chapter" tz=Madrid', room=OTHER)
    chat.roles["@ana"] = Role.ORGANIZER
    said = await chat.dm("@ben", '!use "Payments chapter"')
    if "is about" not in said.here:
        # He was told that it is not clear, and which ones there are.
        return 0
    for number in range(people):
        await chat.dm("@ben", f'!contact add "Zo New{"abcdefghij"[number]}" --yes')
    async with chat.database.transaction() as tx:
        committee = await Committees(tx).by_room(OTHER)
        assert committee is not None
        return len(
            await Contacts(tx, committee.id, chat.now.date()).page(
                organizer=None, after=None, limit=99
            )
        )
