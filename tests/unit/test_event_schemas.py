"""What is told to fit nio's schemas without jsonschema fits with it; everything else is jsonschema's to say."""

import copy
import subprocess
import sys
from importlib import import_module
from importlib.util import find_spec, module_from_spec
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.matrix.event_schemas import fits

ROOT = Path(__file__).resolve().parents[2]


def nio_schemas() -> Any:
    """Nio's module of schemas, with jsonschema."""
    spec = find_spec("nio.schemas")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


ValidationError: type[Exception] = import_module("jsonschema").ValidationError
NIO = nio_schemas()
SCHEMAS = {
    name: schema
    for name, schema in vars(NIO.Schemas).items()
    if not name.startswith("_") and isinstance(schema, dict)
}

JUNK: st.SearchStrategy[Any] = st.sampled_from(
    [
        None,
        True,
        0,
        1,
        -1,
        1.0,
        "",
        "x",
        "@a:b",
        "@a",
        "!a:b",
        "m.text",
        [],
        {},
        [1],
        {"a": 1},
        [{}],
        {"": ""},
    ]
)
SIMPLE = {
    "string": st.sampled_from(
        ["", "x", "@ana:example.org", "!room:example.org", "m.text", "ed25519:A"]
    ),
    "integer": st.integers(-1, 2),
    "number": st.sampled_from([0, 1.5]),
    "boolean": st.booleans(),
    "null": st.none(),
}
NAMES = st.sampled_from(["ed25519:AB", "curve25519:x", "@ana:example.org", "!r:x", "m.x", "a"])


@st.composite
def like(draw: st.DrawFn, schema: Any) -> Any:
    """Something that nearly fits a schema, or does."""
    # One of nio's schemas has a list where a schema should be.
    if type(schema) is not dict or draw(st.integers(0, 14)) == 0:
        return draw(JUNK)
    kinds = schema.get("type", "object")
    kind = draw(st.sampled_from([kinds] if isinstance(kinds, str) else kinds))
    if "enum" in schema:
        return draw(st.sampled_from(schema["enum"]) | JUNK)
    if kind == "array":
        count = draw(st.integers(0, 2))
        return [draw(like(schema.get("items", {}))) for _each in range(count)]
    return draw(table_like(schema) if kind == "object" else SIMPLE[kind])


@st.composite
def table_like(draw: st.DrawFn, schema: dict[str, Any]) -> dict[str, Any]:
    made = {
        name: draw(like(inner))
        for name, inner in schema.get("properties", {}).items()
        if draw(st.integers(0, 9))
    }
    for inner in schema.get("patternProperties", {}).values():
        made[draw(NAMES)] = draw(like(inner))
    if draw(st.integers(0, 9)) == 0:
        made[draw(NAMES)] = draw(JUNK)
    return made


def said_by_jsonschema(value: Any, schema: dict[str, Any]) -> bool:
    try:
        NIO.validate_json(value, schema)
    except (ValidationError, AttributeError, TypeError):
        return False
    return True


@pytest.mark.parametrize("name", sorted(SCHEMAS))
@settings(max_examples=20)
@given(data=st.data())
def test_what_fits_fits_jsonschema_too(name: str, data: st.DataObject) -> None:
    schema = SCHEMAS[name]
    ours = data.draw(like(schema))
    theirs = copy.deepcopy(ours)
    if fits(ours, schema):
        assert said_by_jsonschema(theirs, schema)
        assert ours == theirs, "what is set where it was left out"


OLM = {
    "type": "m.room_key", "sender": "@ana:x", "sender_device": "A", "keys": {"ed25519": "k"},
    "recipient": "@bot:x", "recipient_keys": {"ed25519": "l"}, "content": {},
}  # fmt: skip
ROOM_KEY = {
    "type": "m.room_key", "sender": "@ana:x", "sender_device": "A", "keys": {"ed25519": "k"},
    "content": {"algorithm": "m.megolm.v1.aes-sha2", "room_id": "!r:x", "session_id": "s", "session_key": "k"},
}  # fmt: skip


@pytest.mark.parametrize(("schema", "event"), [("olm_event", OLM), ("room_key_event", ROOM_KEY)])
def test_what_devices_send_is_told_here(schema: str, event: dict[str, Any]) -> None:
    assert fits(copy.deepcopy(event), SCHEMAS[schema])
    for name in event:
        assert not fits({k: v for k, v in event.items() if k != name}, SCHEMAS[schema]) or (
            said_by_jsonschema({k: v for k, v in event.items() if k != name}, SCHEMAS[schema])
        )


LATER = """
import sys
from bot.matrix import machine
from nio.events import RoomKeyEvent, BadEvent, UnknownBadEvent
from nio.schemas import Schemas, validate_json
assert "jsonschema" not in sys.modules and "nio.responses" in sys.modules
event = %r
assert type(RoomKeyEvent.from_dict(event, "@ana:x", "key")) is RoomKeyEvent
assert "jsonschema" not in sys.modules
event["content"]["room_id"] = 3
bad = RoomKeyEvent.from_dict(event, "@ana:x", "key")
assert type(bad) in {BadEvent, UnknownBadEvent}, bad
import jsonschema
try:
    validate_json({}, Schemas.olm_event)
except jsonschema.ValidationError:
    pass
else:
    raise AssertionError
import nio
from nio import AsyncClient, WhoamiResponse
from nio.responses import ErrorResponse
assert type(WhoamiResponse.from_dict({"user_id": 3})).__name__ == "WhoamiError"
assert type(WhoamiResponse.from_dict({"user_id": "@a:b"})) is WhoamiResponse
"""


def test_what_does_not_fit_is_refused_as_ever() -> None:
    done = subprocess.run(  # noqa: S603  (this interpreter)
        [sys.executable, "-c", LATER % (ROOM_KEY,)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
