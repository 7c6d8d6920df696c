"""Which room is a committee's, which a direct chat, and who is who in them."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.matrix.rooms import Room
from bot.places import Places, Settlement
from commands.framework.context import Committee, Role
from storage.model import CommitteeId, RoomId

BOT, ANA, BEN, EVE = (f"@{name}:x.org" for name in ("steward", "ana", "ben", "eve"))
HOME = "!home:x.org"


def room(name: str = HOME, *members: str, **fields: Any) -> Room:
    made = Room(name, encrypted=True, **fields)
    made.members = dict.fromkeys((BOT, *members), "join")
    return made


def places(*rooms: Room, listed: tuple[str, ...] = (ANA,), leads: tuple[str, ...] = ()) -> Places:
    made = Places(BOT, listed.__contains__, frozenset(leads))
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


def test_the_configuration_names_leads_among_members() -> None:
    here = places(room(HOME, ANA, BEN), leads=(BEN,))
    assert here.role(COMMITTEE, BEN) is Role.LEAD
    assert here.role(COMMITTEE, ANA) is Role.ORGANIZER
    assert here.leads(COMMITTEE) == [BEN]


def test_the_bot_is_no_lead() -> None:
    assert places(room(HOME, ANA, levels={BOT: 100})).leads(COMMITTEE) == []


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


@pytest.mark.parametrize("how", ["declared", "by the bot", "by a member"])
def test_a_third_person_ends_a_direct_chat_and_founds_no_committee(how: str) -> None:
    home = room(HOME, ANA, BEN)
    chat = room("!chat:x.org", ANA)
    chat.declared_direct = how == "declared"
    chat.inviter = BOT if how == "by the bot" else ANA
    here = places(home, chat, listed=(ANA, BOT) if how != "by a member" else ())
    assert here.settle(chat, [COMMITTEE]) is Settlement.DIRECT
    assert here.direct_with(ANA, [HOME]) is chat
    for membership in ("invite", "join"):
        chat.members[BEN] = membership
        assert here.settle(chat, [COMMITTEE]) is Settlement.UNKNOWN
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
