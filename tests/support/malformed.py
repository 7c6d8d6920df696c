"""Generated events that break every rule: wrong types, odd names, deep nesting, huge numbers.

Nothing here aims at anything in particular. What is tested is our rule: whatever an event contains,
it is dropped and counted, and the next command is answered.
"""

from collections.abc import Mapping
from typing import Any, Final

from hypothesis import strategies as st

JsonObject = dict[str, Any]

WORDS: Final = (
    "m.text", "join", "leave", "invite", "ban", "m.room_key", "m.forwarded_room_key", "m.dummy",
    "m.olm.v1.curve25519-aes-sha2", "m.megolm.v1.aes-sha2", "m.room.message", "m.room.encrypted",
    "public", "world_readable", "12", "!help", "@room", "", "null", "A" * 43, "A" * 44, "=" * 4,
)  # fmt: skip

NAMES: Final = (
    "type", "content", "sender", "event_id", "state_key", "room_id", "algorithm", "ciphertext",
    "sender_key", "session_id", "session_key", "device_id", "body", "msgtype", "m.relates_to",
    "rel_type", "membership", "users", "users_default", "events", "redact", "keys", "recipient",
    "recipient_keys", "unsigned", "prev_content", "room_version", "additional_creators", "name",
)  # fmt: skip

text = st.one_of(
    st.sampled_from(WORDS),
    st.text(max_size=20),
    st.text(st.characters(categories=["Cs", "Cc", "Cf", "Zl"]), max_size=5),
    st.integers(1, 3000).map(lambda size: "x" * size),
)
numbers = st.one_of(
    st.integers(),
    st.integers(-3, 3).map(lambda sign: sign * 10**40),
    st.floats(),
    st.sampled_from([2**53, -(2**63), 2**64]),
)
names = st.one_of(st.sampled_from(NAMES), text)
scalars = st.one_of(st.none(), st.booleans(), numbers, text)


def nested(depth: int, leaf: object) -> object:
    """A value so many levels down."""
    for level in range(depth):
        leaf = [leaf] if level % 2 else {"content": leaf}
    return leaf


def trees(leaves: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.lists(inner, max_size=3), st.dictionaries(names, inner, max_size=3)
        ),
        max_leaves=8,
    )


anything = st.one_of(trees(scalars), st.builds(nested, st.integers(50, 600), scalars))

plain_text = st.one_of(st.sampled_from(WORDS), st.text(st.characters(codec="utf-8"), max_size=20))
served = trees(
    st.one_of(st.none(), st.booleans(), st.integers(-(2**53) + 1, 2**53 - 1), plain_text)
)
"""What an honest homeserver passes on: canonical JSON, and not so deep that other clients choke."""


@st.composite
def bent(
    draw: st.DrawFn, sound: Mapping[str, Any], parts: st.SearchStrategy[Any] = anything
) -> JsonObject:
    """A sound object with one to three parts replaced, removed or added, at any level."""
    result: JsonObject = _copied(sound)
    for _ in range(draw(st.integers(1, 3))):
        place: Any = result
        while True:
            keys = list(place) if isinstance(place, dict) else list(range(len(place)))
            if not keys:
                break
            key = draw(st.sampled_from(keys))
            below = place[key]
            if isinstance(below, dict | list) and below and draw(st.booleans()):
                place = below
                continue
            _bend(draw, place, key, parts)
            break
    return result


def _bend(draw: st.DrawFn, place: Any, key: Any, parts: st.SearchStrategy[Any]) -> None:
    match draw(st.integers(0, 3)):
        case 0:
            del place[key]
        case 1 if isinstance(place, dict):
            place[draw(names)] = draw(parts)
        case 2 if isinstance(place[key], str) and place[key]:
            cut = draw(st.integers(0, len(place[key])))
            place[key] = place[key][:cut] + draw(plain_text)
        case _:
            place[key] = draw(parts)


def _copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copied(item) for key, item in value.items()}
    return [_copied(item) for item in value] if isinstance(value, list) else value


def state_events(*users: str) -> st.SearchStrategy[JsonObject]:
    """State of the kinds the bot uses, with contents of any shape."""
    kinds = (
        "m.room.create", "m.room.member", "m.room.power_levels", "m.room.encryption",
        "m.room.join_rules", "m.room.history_visibility", "m.room.guest_access", "m.room.name",
        "m.room.tombstone",
    )  # fmt: skip
    return st.fixed_dictionaries(
        {
            "type": st.one_of(st.sampled_from(kinds), anything),
            "state_key": st.one_of(st.just(""), st.sampled_from(users or ("",)), anything),
            "content": st.one_of(st.dictionaries(names, anything, max_size=4), anything),
            "sender": st.one_of(st.sampled_from(users or ("",)), anything),
        },
        optional={"event_id": anything, "unsigned": anything, "origin_server_ts": anything},
    )
