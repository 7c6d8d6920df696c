"""Which settings of a room are a weakness, and that each is gone when it was put right."""

import pytest

from bot.matrix.rooms import MEGOLM, Room
from bot.rooms.audit import weaknesses
from commands.general.audit import Flaw
from tests.support.adversary import JsonObject

BOT, ANA = "@steward:x.org", "@ana:x.org"
LEVELS: JsonObject = {"users": {ANA: 100}, "invite": 50, "kick": 50, "ban": 50, "state_default": 50}


def state(kind: str, content: object, key: str = "") -> JsonObject:
    return {"type": kind, "state_key": key, "sender": ANA, "content": content}


def sound() -> Room:
    """A room with nothing to complain about."""
    room = Room("!room:x.org")
    room.apply_all(
        [
            state("m.room.create", {"room_version": "11"}),
            state("m.room.encryption", {"algorithm": MEGOLM}),
            state("m.room.join_rules", {"join_rule": "invite"}),
            state("m.room.history_visibility", {"history_visibility": "joined"}),
            state("m.room.guest_access", {"guest_access": "forbidden"}),
            state("m.room.power_levels", LEVELS),
            state("m.room.member", {"membership": "join"}, ANA),
            state("m.room.member", {"membership": "join"}, BOT),
        ]
    )
    return room


def flaws(room: Room) -> set[Flaw]:
    return {each.flaw for each in weaknesses(room, BOT)}


def test_a_sound_room_has_none() -> None:
    assert flaws(sound()) == set()


def levels(**changes: object) -> JsonObject:
    return state("m.room.power_levels", {**LEVELS, **changes})


def encryption(**more: object) -> JsonObject:
    return state("m.room.encryption", {"algorithm": MEGOLM, **more})


RIGHT_LEVELS = levels()
GONE: JsonObject = {}
CASES: list[tuple[Flaw, JsonObject, JsonObject]] = [
    (kind, wrong, right)
    for kind, wrong, right in (
        (
            Flaw.PUBLIC,
            state("m.room.join_rules", {"join_rule": "public"}),
            state("m.room.join_rules", {"join_rule": "invite"}),
        ),
        (
            Flaw.SPACE,
            state("m.room.join_rules", {"join_rule": "restricted"}),
            state("m.room.join_rules", {"join_rule": "invite"}),
        ),
        (
            Flaw.ODD_JOIN_RULE,
            state("m.room.join_rules", {"join_rule": "by song"}),
            state("m.room.join_rules", {"join_rule": "invite"}),
        ),
        (
            Flaw.GUESTS,
            state("m.room.guest_access", {"guest_access": "can_join"}),
            state("m.room.guest_access", {"guest_access": "forbidden"}),
        ),
        (
            Flaw.ADDRESS,
            state("m.room.canonical_alias", {"alias": "#union:x.org"}),
            state("m.room.canonical_alias", GONE),
        ),
        (
            Flaw.ADDRESS,
            state("m.room.canonical_alias", {"alt_aliases": ["#union:x.org"]}),
            state("m.room.canonical_alias", {"alias": "", "alt_aliases": []}),
        ),
        (Flaw.ALL_INVITE, levels(invite=0), RIGHT_LEVELS),
        (
            Flaw.MAIL_INVITES,
            state("m.room.third_party_invite", {"display_name": "a..."}, "token"),
            state("m.room.third_party_invite", GONE, "token"),
        ),
        (
            Flaw.MAIL_INVITES,
            state("m.room.third_party_invite", {"display_name": "a..."}, "token"),
            state(
                "m.room.member",
                {"membership": "join", "third_party_invite": {"signed": {"token": "token"}}},
                ANA,
            ),
        ),
        (
            Flaw.WORLD_READABLE,
            state("m.room.history_visibility", {"history_visibility": "world_readable"}),
            state("m.room.history_visibility", {"history_visibility": "joined"}),
        ),
        (
            Flaw.SHARED_HISTORY,
            state("m.room.history_visibility", {"history_visibility": "shared"}),
            state("m.room.history_visibility", {"history_visibility": "invited"}),
        ),
        (
            Flaw.PENDING,
            state("m.room.member", {"membership": "invite"}, "@eve:x.org"),
            state("m.room.member", {"membership": "leave"}, "@eve:x.org"),
        ),
        (
            Flaw.WIDGETS,
            state("im.vector.modular.widgets", {"type": "m.custom", "url": "https://x"}, "w1"),
            state("im.vector.modular.widgets", GONE, "w1"),
        ),
        (Flaw.WIDGETS, state("m.widget", {"url": "https://x"}, "w"), state("m.widget", GONE, "w")),
        (
            Flaw.BRIDGES,
            state("uk.half-shot.bridge", {"bridgebot": "@b:x.org"}, "b"),
            state("uk.half-shot.bridge", GONE, "b"),
        ),
        (Flaw.BRIDGES, state("m.bridge", {"protocol": {}}, "b"), state("m.bridge", GONE, "b")),
        (Flaw.ROTATION, encryption(rotation_period_ms=10**12), encryption()),
        (Flaw.ROTATION, encryption(rotation_period_msgs=10**6), encryption()),
        (Flaw.ALL_LEAD, levels(users_default=50), RIGHT_LEVELS),
        (Flaw.OPEN_SETTINGS, levels(state_default=0), RIGHT_LEVELS),
        (Flaw.OPEN_SAFETY, levels(events={"m.room.encryption": 0}), RIGHT_LEVELS),
        (Flaw.OPEN_SAFETY, levels(events={"m.room.power_levels": "0"}), RIGHT_LEVELS),
        (Flaw.ALL_REMOVE, levels(kick=0), RIGHT_LEVELS),
        (Flaw.ALL_REMOVE, levels(ban=0), RIGHT_LEVELS),
        (Flaw.ALL_REDACT, levels(redact=0), RIGHT_LEVELS),
    )
]


@pytest.mark.parametrize(("flaw", "wrong", "right"), CASES)
def test_each_is_seen_and_then_gone(flaw: Flaw, wrong: JsonObject, right: JsonObject) -> None:
    room = sound()
    room.apply(wrong)
    assert flaws(room) == {flaw}
    assert flaws(Room.restore(room.snapshot())) == {flaw}, "and is remembered"
    room.apply(right)
    assert flaws(room) == set()


@pytest.mark.parametrize("version", ["1", "9", "org.example.own"])
def test_old_versions(version: str) -> None:
    room = sound()
    room.version = version
    assert flaws(room) == {Flaw.OLD_VERSION}


def test_many_servers() -> None:
    room = sound()
    for number in range(4):
        room.apply(state("m.room.member", {"membership": "join"}, f"@p:server{number}.org"))
    assert flaws(room) == {Flaw.SERVERS}


def test_no_encryption() -> None:
    room = sound()
    room.encrypted = False
    assert flaws(room) == {Flaw.NOT_ENCRYPTED}


def test_every_flaw_is_looked_for() -> None:
    tried = {flaw for flaw, _, _ in CASES}
    assert tried | {Flaw.OLD_VERSION, Flaw.SERVERS, Flaw.NOT_ENCRYPTED} == set(Flaw)


@pytest.mark.parametrize("odd", [None, 7, "x", [], True, {"x": None}, 1 << 80, float("nan")])
def test_odd_values_break_nothing(odd: object) -> None:
    room = sound()
    for name in ("invite", "kick", "ban", "state_default", "events", "redact"):
        room.apply(levels(**{name: odd}))
    for name in ("rotation_period_ms", "rotation_period_msgs"):
        room.apply(encryption(**{name: odd}))
    for kind in ("m.room.canonical_alias", "m.room.third_party_invite", "m.widget", "m.bridge"):
        room.apply_all([state(kind, odd), state(kind, {"alias": odd, "url": odd, "type": odd})])
    weaknesses(room, BOT)
    assert Room.restore(room.snapshot()).snapshot() == room.snapshot()


def test_what_an_earlier_release_saved_is_read_anew() -> None:
    saved = sound().snapshot()
    del saved["settings"]
    assert not Room.restore(saved).settings.whole
