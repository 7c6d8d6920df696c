"""Rooms as their unencrypted state describes them: membership, power, and what is never believed."""

import pytest

from bot.matrix.rooms import CREATOR_LEVEL, MEGOLM, Room, is_user_id, stripped
from tests.support.adversary import JsonObject

BOT, ANA, BEN, EVE = (f"@{name}:x.org" for name in ("steward", "ana", "ben", "eve"))


def state(kind: str, content: object, key: str = "", sender: str = ANA) -> JsonObject:
    return {"type": kind, "state_key": key, "sender": sender, "content": content}


def member(user: str, membership: object = "join", **more: object) -> JsonObject:
    return state("m.room.member", {"membership": membership, **more}, user)


def room(*events: JsonObject) -> Room:
    made = Room("!room:x.org")
    made.apply_all(events)
    return made


@pytest.mark.parametrize("membership", ["leave", "ban", "knock", "", None, 1, ["join"], {}, "Join"])
def test_only_joined_and_invited_people_are_listed(membership: object) -> None:
    there = room(member(ANA), member(BEN, "invite"))
    assert there.has(ANA)
    assert not there.has(BEN)
    there.apply(member(ANA, membership))
    assert not there.has(ANA)
    assert list(there.members) == [BEN]


@pytest.mark.parametrize(
    "name",
    [
        "ana", "@ana", "@:x.org", "", "@a b:x.org", "@ana:x.org\nMeeting at nine", "@ana:x .org",
        "@ana\u202e:x.org", "@" + 255 * "a" + ":x.org", "@аna:x.org", "@a:b:c:d", "@ana:x.org:",
        None, 5, ["@ana:x.org"],
    ],
)  # fmt: skip
def test_a_name_that_is_no_user_id_is_nobody(name: object) -> None:
    assert not is_user_id(name)
    there = room()
    there.apply_all([{**member(""), "state_key": name}])
    assert there.members == {}


@pytest.mark.parametrize(
    "name", [ANA, "@a.b_c=d-e/f+g:x.org", "@A!b:x.org:8448", "@a:[2001:db8::1]:80", "@a:127.0.0.1"]
)
def test_user_ids_of_every_age_are_known(name: str) -> None:
    assert is_user_id(name)


ENDINGS: list[object] = [
    {},
    {"algorithm": "none"},
    {"algorithm": None},
    [],
    {"algorithm": [MEGOLM]},
]


def test_encryption_never_ends() -> None:
    there = room(state("m.room.encryption", {"algorithm": MEGOLM}))
    for content in ENDINGS:
        there.apply_all([state("m.room.encryption", content)])
        assert there.encrypted


@pytest.mark.parametrize("algorithm", ["m.olm.v1", "", None, True, {"x": MEGOLM}])
def test_another_algorithm_is_no_encryption(algorithm: object) -> None:
    assert not room(state("m.room.encryption", {"algorithm": algorithm})).encrypted


def test_encryption_of_another_key_is_none() -> None:
    there = room({**state("m.room.encryption", {"algorithm": MEGOLM}), "state_key": "x"})
    assert not there.encrypted


def test_power_levels_as_the_specification_counts_them() -> None:
    there = room(state("m.room.create", {"room_version": "11"}), member(ANA), member(BEN))
    assert (there.level(ANA), there.level(BEN)) == (100, 0)
    levels = {"users": {BEN: 50}, "users_default": 10}
    there.apply(state("m.room.power_levels", levels))
    assert (there.level(ANA), there.level(BEN), there.level(EVE)) == (10, 50, 10)


def test_creators_of_version_12_stand_above_every_level() -> None:
    create = {"room_version": "12", "additional_creators": [BEN]}
    there = room(state("m.room.create", create))
    there.apply(state("m.room.power_levels", {"users": {EVE: CREATOR_LEVEL}}))
    assert there.level(ANA) == there.level(BEN) == CREATOR_LEVEL > there.level(EVE)


def test_creators_before_version_12_are_one() -> None:
    create = {"room_version": "11", "additional_creators": [BEN]}
    assert room(state("m.room.create", create)).creators == [ANA]


def test_a_room_is_created_once() -> None:
    there = room(state("m.room.create", {"room_version": "12"}))
    later = {"room_version": "12", "additional_creators": [EVE]}
    there.apply(state("m.room.create", later, sender=EVE))
    assert there.creators == [ANA]
    assert there.level(EVE) == 0


@pytest.mark.parametrize(
    ("spelled", "level"),
    [
        (50, 50), ("50", 50), (" 50 ", 50), ("-5", -5), ("+5", 5), (True, 0), (None, 0),
        ("--5", 0), ("", 0), ("x", 0), ("1e3", 0), (50.0, 0), ([50], 0), ("٥٠", 0), ("9" * 20, 0),
        (10**40, CREATOR_LEVEL - 1), (-(10**40), -CREATOR_LEVEL), ("9" * 15, CREATOR_LEVEL - 1),
    ],
)  # fmt: skip
def test_levels_of_every_spelling(spelled: object, level: int) -> None:
    there = room(state("m.room.power_levels", {"users": {BEN: spelled}, "users_default": 0}))
    assert there.level(BEN) == level


def test_one_odd_level_does_not_keep_the_others_from_counting() -> None:
    there = room(state("m.room.power_levels", {"users": {ANA: 100, EVE: 100}}))
    there.apply_all(
        [state("m.room.power_levels", {"users": {ANA: 100, BEN: "--1", EVE: 0}, "events": 5})]
    )
    assert (there.level(ANA), there.level(EVE)) == (100, 0)


@pytest.mark.parametrize("word", ["Everybody may read this!", "x" * 9_999, ["invite"], 5, None])
def test_no_words_of_anybodys_own_come_into_the_status(word: object) -> None:
    there = room(
        state("m.room.join_rules", {"join_rule": word}),
        state("m.room.history_visibility", {"history_visibility": word}),
    )
    assert (there.join_rule, there.history_visibility) == ("unknown", "unknown")


def test_a_long_name_is_cut() -> None:
    assert len(room(state("m.room.name", {"name": "x" * 60_000})).name) == 100


def test_public_rooms_are_known_as_such() -> None:
    assert room(state("m.room.join_rules", {"join_rule": "public"})).public
    visibility = {"history_visibility": "world_readable"}
    assert room(state("m.room.history_visibility", visibility)).public
    assert not room(state("m.room.join_rules", {"join_rule": "restricted"})).public


def test_two_in_a_room_are_a_chat_and_nobody_else_may_come() -> None:
    there = room(member(BOT), member(ANA))
    assert there.partner(BOT) == ANA
    there.apply(member(BEN, "invite", third_party_invite={"display_name": "b"}))
    assert there.partner(BOT) is None
    there.apply(member(BEN, "leave"))
    assert there.partner(BOT) == ANA
    assert room(member(BOT), member(ANA, "invite")).partner(BOT) is None
    assert room(member(ANA), member(BEN)).partner(BOT) is None


def test_one_odd_event_does_not_keep_the_others_from_counting() -> None:
    odd: list[JsonObject] = [{}, {"state_key": ""}, {"state_key": [], "type": {}, "content": 1}]
    assert room(*odd, member(ANA), *odd).has(ANA)


def test_a_tombstone_is_noted() -> None:
    assert room(state("m.room.tombstone", {"replacement_room": "!new:x.org"})).replaced


# -- invitations -----------------------------------------------------------------------------------


def test_an_invitation_names_who_invites() -> None:
    seen = stripped(
        [
            state("m.room.encryption", {"algorithm": MEGOLM}),
            member(ANA),
            member(BOT, "invite", is_direct=True),
        ],
        BOT,
    )
    assert (seen.inviter, seen.declared_direct, seen.encrypted) == (ANA, True, True)


def test_an_invitation_by_two_is_by_nobody() -> None:
    """All but one of these events are what the inviter's server makes of the room."""
    forged = {**member(BOT, "invite"), "sender": ANA}
    real = {**member(BOT, "invite"), "sender": EVE}
    assert stripped([forged, real], BOT).inviter == ""
    assert stripped([real, forged], BOT).inviter == ""
    assert stripped([real, real], BOT).inviter == EVE


@pytest.mark.parametrize("sender", [None, 5, "ana", "", ["@ana:x.org"]])
def test_an_invitation_by_nobody_in_particular(sender: object) -> None:
    event = {**member(BOT, "invite"), "sender": sender}
    assert stripped([event], BOT).inviter == ""


def test_a_snapshot_restores_the_room() -> None:
    there = room(
        state("m.room.create", {"room_version": "12"}),
        member(ANA),
        state("m.room.power_levels", {"users": {BEN: 50}}),
    )
    assert Room.restore(there.snapshot()) == there


def test_what_people_call_themselves_is_never_kept() -> None:
    """On a disk it would tell who the accounts are."""
    there = room(member(ANA))
    named = {**member(ANA), "content": {"membership": "join", "displayname": "Ana  Torres"}}
    assert there.apply(named)
    assert there.names == {ANA: "Ana Torres"}
    assert "Torres" not in str(there.snapshot())
    assert Room.restore(there.snapshot()).names == {}
    assert there.apply({**member(ANA), "content": {"membership": "leave"}})
    assert there.names == {}


@pytest.mark.parametrize(
    ("level", "replaced", "closed"),
    [(0, True, True), (50, True, False), (0, False, False)],
)
def test_an_upgraded_room_takes_no_more_words(level: int, *, replaced: bool, closed: bool) -> None:
    there = room(state("m.room.power_levels", {"users": {BOT: level}, "events_default": 50}))
    there.replaced = replaced
    assert there.closed_to(BOT) is closed
