"""Which room is a committee's, which a direct chat, and who is who in them."""

from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.matrix.rooms import Room
from bot.rooms.directory import NamedLeads, RoomDirectory, Settlement
from commands.framework.context import Committee, Role
from storage.core.model import CommitteeId, RoomId

BOT, ANA, BEN, EVE = (f"@{name}:x.org" for name in ("steward", "ana", "ben", "eve"))
HOME = "!home:x.org"


def room(name: str = HOME, *members: str, **fields: Any) -> Room:
    made = Room(name, encrypted=True, **fields)
    made.members = dict.fromkeys((BOT, *members), "join")
    return made


def places(
    *rooms: Room, listed: tuple[str, ...] = (ANA,), leads: tuple[str, ...] = ()
) -> RoomDirectory:
    made = RoomDirectory(BOT, listed.__contains__, NamedLeads(frozenset(leads)))
    made.rooms = {each.id: each for each in rooms}
    return made


COMMITTEE = Committee(
    id=CommitteeId(1), room=RoomId(HOME), name="Committee", zone=ZoneInfo("UTC"), set_up=True
)


@pytest.mark.parametrize(
    ("level", "role"),
    [(0, Role.ORGANIZER), (49, Role.ORGANIZER), (50, Role.LEAD), (99, Role.LEAD),
     (100, Role.KEEPER), (10**6, Role.KEEPER), (-1, Role.ORGANIZER)],
)  # fmt: skip
def test_roles_follow_power(level: int, role: Role) -> None:
    here = places(room(HOME, ANA, levels={ANA: level}))
    assert here.role(COMMITTEE, ANA) is role


def test_nobody_has_a_role_from_outside() -> None:
    there = room(HOME, ANA, levels={BEN: 100})
    there.members[BEN] = "invite"
    here = places(there, leads=(BEN, EVE))
    assert here.role(COMMITTEE, BEN) is None
    assert here.role(COMMITTEE, EVE) is None
    assert places().role(COMMITTEE, ANA) is None


def test_leads_whom_the_configuration_names_are_the_only_ones() -> None:
    there = room(HOME, ANA, BEN, EVE, levels={ANA: 100, EVE: 50})
    here = places(there, leads=(BEN, EVE))
    assert here.role(COMMITTEE, BEN) is Role.LEAD
    assert here.role(COMMITTEE, EVE) is Role.LEAD
    assert here.role(COMMITTEE, ANA) is Role.ORGANIZER
    assert here.names(COMMITTEE, BEN)
    assert not here.names(COMMITTEE, ANA)
    there.levels[EVE] = 100
    assert here.role(COMMITTEE, EVE) is Role.KEEPER
    # The control: without names, power decides.
    assert places(there).role(COMMITTEE, ANA) is Role.KEEPER
    assert not places(there).names(COMMITTEE, ANA)


def test_leads_can_be_named_for_one_committee_which_its_next_room_keeps() -> None:
    there = room(HOME, ANA, BEN, levels={ANA: 100, BEN: 100})
    other = room("!other:x.org", ANA, BEN, levels={ANA: 100})
    here = places(there, other)
    here.named = NamedLeads(rooms={HOME: frozenset({BEN})})
    elsewhere = replace(COMMITTEE, room=RoomId(other.id))
    assert here.role(COMMITTEE, ANA) is Role.ORGANIZER
    assert here.role(COMMITTEE, BEN) is Role.KEEPER
    assert here.role(elsewhere, ANA) is Role.KEEPER
    other.predecessor = HOME
    assert here.role(elsewhere, ANA) is Role.ORGANIZER


def test_a_room_of_many_by_somebody_allowed_is_a_committees() -> None:
    new = room("!new:x.org", ANA, BEN, inviter=ANA)
    assert places(new).settle(new, []) is Settlement.COMMITTEE


@pytest.mark.parametrize("inviter", [EVE, "", BOT])
def test_a_room_of_many_by_somebody_else_is_nobodys(inviter: str) -> None:
    new = room("!new:x.org", ANA, BEN, inviter=inviter)
    here = places(new, listed=(ANA, BOT))
    assert here.settle(new, []) is Settlement.UNKNOWN


@pytest.mark.parametrize(
    "field", [{"join_rule": "public"}, {"history_visibility": "world_readable"}]
)
def test_a_room_open_to_the_public_is_not_for_us(field: dict[str, str]) -> None:
    new = room("!new:x.org", ANA, BEN, inviter=ANA, **field)
    assert places(new).settle(new, []) is Settlement.UNSUITABLE


def test_a_room_in_clear_is_not_for_us() -> None:
    new = room("!new:x.org", ANA, BEN, inviter=ANA)
    new.encrypted = False
    assert places(new).settle(new, []) is Settlement.UNSUITABLE


@pytest.mark.parametrize("how", ["declared", "by the bot", "by a lead's word"])
def test_a_third_person_ends_a_direct_chat_and_founds_no_committee(how: str) -> None:
    home = room(HOME, ANA, BEN)
    chat = room("!chat:x.org", ANA)
    chat.declared_direct = how == "declared"
    chat.inviter = BOT if how == "by the bot" else ANA
    chat.said_direct = chat.asked = how == "by a lead's word"
    here = places(home, chat, listed=(ANA, BOT))
    over = Settlement.UNCLEAR if chat.asked else Settlement.UNKNOWN
    assert here.settle(chat, [COMMITTEE]) is Settlement.DIRECT
    assert here.direct_with(ANA, [HOME]) is chat
    for membership in ("invite", "join"):
        chat.apply(
            {"type": "m.room.member", "state_key": BEN, "content": {"membership": membership}}
        )
        assert here.settle(chat, [COMMITTEE]) is over
        assert here.direct_with(ANA, [HOME]) is None
        assert here.direct_with(BEN, [HOME]) is None


def test_who_may_bring_us_somewhere() -> None:
    here = places(room(HOME, ANA, BEN), listed=(EVE,))
    assert here.welcome(BEN, [COMMITTEE])
    assert here.welcome(EVE, [COMMITTEE])
    assert not here.welcome("@dora:x.org", [COMMITTEE])
    assert not here.welcome("", [COMMITTEE])


def test_who_has_to_do_with_us() -> None:
    there = room(HOME, ANA)
    there.members[BEN] = "invite"
    here = places(there, listed=(EVE,))
    assert all(here.knows(user) for user in (ANA, BEN, EVE))
    assert not here.knows("@dora:x.org")


def test_a_committee_is_not_a_direct_chat_of_two() -> None:
    here = places(room(HOME, ANA))
    assert here.direct_with(ANA, [HOME]) is None


# -- what two people in a room prove ---------------------------------------------------------------


def chat_of(*, name: str = "", **fields: Any) -> Room:
    made = room("!chat:x.org", ANA, **fields)
    made.name = name
    return made


@pytest.mark.parametrize("name", ["", "Second"])
def test_two_in_a_room_that_was_not_made_as_a_direct_chat_prove_nothing(name: str) -> None:
    """A lead made it and asked the bot in first; the others come later."""
    new = chat_of(name=name, inviter=ANA)
    here = places(room(HOME, ANA, BEN), new)
    assert here.settle(new, [COMMITTEE]) is Settlement.UNCLEAR
    assert here.direct_with(ANA, [HOME]) is None
    assert here.direct_partner(new.id) is None


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("m.room.name", {"name": "Night shift"}),
        ("m.room.canonical_alias", {"alias": "#night:x.org"}),
        ("m.room.canonical_alias", {"alt_aliases": ["#night:x.org"]}),
        ("m.room.topic", {"topic": "Swaps and sick days"}),
        ("m.room.avatar", {"url": "mxc://x.org/night"}),
    ],
)
def test_a_room_that_is_called_something_is_no_direct_chat_until_that_is_taken_away(
    kind: str, content: dict[str, Any]
) -> None:
    new = chat_of(inviter=ANA, declared_direct=True)
    here = places(room(HOME, ANA, BEN), new)
    assert here.settle(new, [COMMITTEE]) is Settlement.DIRECT
    new.apply({"type": kind, "state_key": "", "content": content})
    assert here.settle(new, [COMMITTEE]) is Settlement.UNCLEAR
    assert here.direct_with(ANA, [HOME]) is None
    new.apply({"type": kind, "state_key": "", "content": {}})
    assert here.settle(new, [COMMITTEE]) is Settlement.DIRECT


def test_a_name_of_blanks_is_none() -> None:
    new = chat_of(name=" \u00a0 ", inviter=ANA, declared_direct=True)
    assert places(new).settle(new, [COMMITTEE]) is Settlement.DIRECT


def test_before_there_is_any_committee_a_named_room_founds_one() -> None:
    new = chat_of(name="Payments chapter", inviter=ANA)
    assert places(new).settle(new, []) is Settlement.COMMITTEE
    new.name = ""
    assert places(new).settle(new, []) is Settlement.UNCLEAR


def test_what_was_asked_about_is_settled_by_an_answer_and_not_by_who_joins() -> None:
    """Otherwise a stranger who joins would make it another committee's."""
    new = chat_of(inviter=ANA, asked=True)
    here = places(room(HOME, ANA, BEN), new)
    new.members[EVE] = "join"
    assert here.settle(new, [COMMITTEE]) is Settlement.UNCLEAR
    assert here.committees_of(EVE, [COMMITTEE]) == []


def test_a_stranger_who_is_alone_with_us_is_not_asked_anything() -> None:
    new = chat_of(inviter=EVE)
    new.members = dict.fromkeys((BOT, EVE), "join")
    assert places(new, listed=()).settle(new, [COMMITTEE]) is Settlement.UNKNOWN


def test_nobody_is_asked_in_a_room_that_the_inviter_has_left() -> None:
    new = chat_of(name="Gone", inviter=ANA)
    del new.members[ANA]
    assert places(new).settle(new, []) is Settlement.UNKNOWN
    new.members[BEN] = "invite"
    assert places(new).settle(new, []) is Settlement.UNKNOWN


def test_who_may_say_that_a_room_is_a_committees() -> None:
    new = chat_of(inviter=ANA, levels={ANA: 100, EVE: 100}, has_levels=True)
    new.members |= {BEN: "join", EVE: "join"}
    assert places(new).may_found(new, ANA)
    assert not places(new).may_found(new, BEN)
    assert places(new, leads=(BEN,)).may_found(new, BEN)
    # Whoever leads there, when somebody who is allowed to has brought us.
    assert places(new).may_found(new, EVE)
    assert not places(new, listed=()).may_found(new, EVE)


@pytest.mark.parametrize("who", ["its person", "somebody else"])
def test_a_direct_chat_that_was_upgraded_goes_on(who: str) -> None:
    old = chat_of(inviter=ANA, declared_direct=True, replaced=True, successor="!new:x.org")
    old.replaced_by = ANA if who == "its person" else EVE
    new = room("!new:x.org", ANA, predecessor=old.id, inviter=ANA)
    here = places(room(HOME, ANA, BEN), old, new)
    assert here.goes_on_from(new) is (who == "its person")
    assert here.direct_with(ANA, [HOME]) is None, "nothing can be said in the old one"


def test_of_two_direct_chats_with_one_person_the_later_is_written_to() -> None:
    first, second = (room(f"!{n}:x.org", ANA, declared_direct=True) for n in ("one", "two"))
    here = places(room(HOME, ANA, BEN), first, second)
    assert here.direct_with(ANA, [HOME]) is second
    assert here.direct_partner(first.id) == here.direct_partner(second.id) == ANA
    second.members[ANA] = "invite"
    assert here.direct_with(ANA, [HOME]) is first
    first.members.pop(ANA)
    assert here.direct_with(ANA, [HOME]) is None
    first.members[ANA] = "join"
    assert here.direct_with(ANA, [HOME]) is first, "who comes back finds the chat as it was"


def test_a_room_that_an_earlier_release_saved() -> None:
    """Its name is known, the rest is asked for again; it is not greeted a second time."""
    saved = chat_of(inviter=ANA, declared_direct=True).snapshot()
    for later in ("said_direct", "described", "pictured", "asked", "greeted", "looked_at"):
        del saved[later]
    old = Room.restore(saved)
    assert old.greeted
    assert old.looked_at == 0
    assert places(old).settle(old, []) is Settlement.DIRECT
    assert not Room("!new:x.org").greeted


def test_who_is_named_a_creator_beside_somebody_has_not_made_the_room() -> None:
    """Apps name whoever they invite into a chat of two; that alone makes it neither ours nor direct."""
    create = {"room_version": "12", "additional_creators": [BOT]}
    new = room("!new:x.org", ANA, inviter=ANA)
    new.apply({"type": "m.room.create", "state_key": "", "sender": ANA, "content": create})
    here = places(room(HOME, ANA, BEN), new)
    assert new.founder == ANA
    assert new.creators == [ANA, BOT]
    assert here.settle(new, [COMMITTEE]) is Settlement.UNCLEAR
    new.declared_direct = True
    assert here.settle(new, [COMMITTEE]) is Settlement.DIRECT
