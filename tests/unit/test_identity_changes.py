"""Whose keys are asked for: of everybody in the bot's rooms, and of nobody else."""

from types import SimpleNamespace
from typing import Any, cast

from bot.incoming.identity_changes import IdentityChanges
from bot.matrix.rooms import Room
from bot.matrix.trust import PublishedIdentity, Trust

OWN, ANA, BEN, CLEO, DEV = (f"@{name}:x.org" for name in ("steward", "ana", "ben", "cleo", "dev"))


def room(name: str, **members: str) -> Room:
    made = Room(f"!{name}:x.org")
    made.members.update({f"@{user}:x.org": how for user, how in members.items()})
    return made


def followed(trust: Trust, *rooms: Room) -> set[str]:
    """Follow who is in the rooms; the people whose keys will be asked for."""
    places = SimpleNamespace(own=OWN, rooms={each.id: each for each in rooms})
    parts = (None, trust, places, None, None)
    IdentityChanges(*(cast("Any", each) for each in parts)).track()
    return set(trust._stale)


def test_everybody_who_is_there_is_asked_about_but_ourselves() -> None:
    trust = Trust(cast("Any", None), [])
    there = room("a", steward="join", ana="join", ben="invite", cleo="leave")
    assert followed(trust, there, room("b", steward="join", dev="join")) == {ANA, DEV}


def test_who_comes_among_many_that_are_known_is_asked_about() -> None:
    trust = Trust(cast("Any", None), [])
    trust._people = {user: PublishedIdentity(user) for user in (ANA, BEN)}
    there = room("a", steward="join", ana="join", ben="join")
    assert followed(trust, there) == set()
    there.members[CLEO] = "join"
    assert followed(trust, there) == {CLEO}


def test_who_left_one_room_and_is_in_another_is_asked_about() -> None:
    trust = Trust(cast("Any", None), [])
    rooms = room("a", steward="join", ana="leave"), room("b", steward="join", ana="join")
    assert followed(trust, *rooms) == {ANA}
