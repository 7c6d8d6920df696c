"""Answers in a room whose purpose nobody declared yet; what is typed there is not stored."""

from enum import Enum

from bot.delivery import notice_words
from bot.matrix.rooms import Room
from bot.rooms.authority import Authority
from commands.all import CATALOGUE
from commands.framework.clean import straighten
from commands.framework.context import Committee, Role, RoomId
from commands.framework.reply import Code, Reply, in_each_language, say
from commands.general.committee import invited_to_direct
from commands.general.views import greeting_direct, what_is_this_room
from commands.roles.rules import Need
from storage.chat.committees import Committees
from storage.core.database import Transaction


class Wish(Enum):
    """What somebody answers to the question what a room is for."""

    COMMITTEE = "committee"
    ANOTHER = "another"
    """The person wants a direct chat; the bot opens one."""
    DIRECT = "direct"
    """The room is meant to be their direct chat."""
    ELSE = "else"


def wish(body: str) -> Wish:
    """Classify a message typed in an unclaimed room."""
    said = CATALOGUE.typed.in_english(body).text
    words = straighten(said).strip().lstrip("!").casefold().split()
    match words[:2]:
        case ["setup", *_]:
            return Wish.COMMITTEE
        case ["direct" | "dm", "here"]:
            return Wish.DIRECT
        case ["direct" | "dm", *_]:
            return Wish.ANOTHER
        case _:
            return Wish.ELSE


async def answer(
    asked: Wish,
    room: Room,
    person: str,
    theirs: list[Committee],
    authority: Authority,
    tx: Transaction,
) -> tuple[tuple[Reply, ...], bool]:
    """Replies to a wish, and whether the room becomes a direct chat as its member declared."""
    need = Need(Role.LEAD)
    leads = [each for each in theirs if await authority.may(tx, each, person, need) is None]
    if asked is Wish.COMMITTEE:
        return (_not_yours_to_say(),), False
    if asked is Wish.ANOTHER and theirs:
        return invited_to_direct(theirs), False
    if asked is Wish.DIRECT and theirs:
        if not leads or room.partner(authority.places.own) != person:
            return (_for_leads(),), False
        return (greeting_direct(committees=theirs),), True
    return (what_is_this_room(member=bool(theirs), lead=bool(leads)),), False


async def found(tx: Transaction, authority: Authority, room: Room) -> None:
    """Make the room a committee's room, with the people in it as the first members."""
    name, now = room.name or notice_words.unnamed_committee(), notice_words.now()
    committee = await Committees(tx).add(RoomId(room.id), name, "UTC", now)
    await authority.look(tx, committee, now)


@in_each_language
def _not_yours_to_say() -> Reply:
    return say(
        "To start a committee's room, somebody must lead in it (a moderator), and my "
        "admin must let them invite me. Ask one of them to type {setup} here.",
        setup=Code("!setup"),
    )


@in_each_language
def _for_leads() -> Reply:
    return say(
        "Only a lead of your committee can turn a room of two into a direct chat "
        "later. {direct} works for everybody: I invite you to a new one.",
        direct=Code("!direct"),
    )
