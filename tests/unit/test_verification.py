"""One verification between the bot and an app: what makes it succeed, and everything that must not."""

import base64
from collections.abc import Callable

import pytest
import vodozemac
from hypothesis import given
from hypothesis import strategies as st

from bot.matrix.identity import CrossSigning
from bot.verification.conversation import PREFIX, Conversation, Stage
from bot.verification.emoji import EMOJI
from bot.verification.sas import SasSide
from tests.support.emoji_person import EmojiPerson, JsonObject

BOT = "@steward:committee.test"
BOT_SIDE = SasSide(
    BOT, "BOTDEVICE", CrossSigning.create().master.public, CrossSigning.create().master.public
)
DEVICE_KEY = CrossSigning.create().master.public
MASTER_KEY = CrossSigning.create().master.public
OTHER_KEY = CrossSigning.create().master.public

Alter = Callable[[str, JsonObject], JsonObject]


class Two:
    """The bot's side and an app's, with whatever is between them."""

    def __init__(self, user: str = "@ana:committee.test", *, in_room: bool = False) -> None:
        theirs = SasSide(user, "PHONE", DEVICE_KEY, MASTER_KEY)
        self.bot = Conversation(
            BOT_SIDE, theirs, "$t", "!direct" if in_room else None, requested=True, began=0.0
        )
        self.app = EmojiPerson(
            user, "PHONE", dict(theirs.keys), BOT, "BOTDEVICE", BOT_SIDE.keys, "$t", in_room
        )
        self.bot.ready()

    def talk(self) -> None:
        """Deliver until nobody has anything to say."""
        while self.bot.outgoing or self.app.outbox:
            while self.bot.outgoing:
                kind, content = self.bot.outgoing.pop(0)
                self.app.take(kind.removeprefix(PREFIX), content)
            while self.app.outbox:
                self.bot.take(*self.app.outbox.pop(0))

    def compare(self) -> None:
        self.app.start()
        self.talk()
        assert self.bot.stage is Stage.COMPARING


@pytest.mark.parametrize("way", ["in a room", "between devices"])
@pytest.mark.parametrize("first", ["them", "us", "both"])
@pytest.mark.parametrize("user", ["@ana:committee.test", "@zoe:committee.test"])
def test_two_that_match_verify_each_other(first: str, user: str, way: str) -> None:
    two = Two(user, in_room=way == "in a room")
    if first in {"them", "both"}:
        two.app.start()
    if first in {"us", "both"}:
        two.bot.begin()
    two.talk()
    assert two.bot.shown is not None
    assert two.bot.shown.decimals == two.app.decimals
    two.app.confirm()
    two.talk()
    assert two.bot.vouched
    assert not two.app.verified, "nothing is vouched for before our operator answered"
    assert two.bot.confirm()
    two.talk()
    assert two.bot.stage is Stage.DONE
    assert two.bot.vouched == {DEVICE_KEY, MASTER_KEY}
    assert two.app.done
    assert set(two.app.verified) == set(BOT_SIDE.keys)


@pytest.mark.parametrize("way", ["in a room", "between devices"])
@pytest.mark.parametrize("first", ["them", "us"])
def test_an_app_that_knows_the_older_code_alone(first: str, way: str) -> None:
    """The specification deprecates it and wants it offered all the same (Nheko 0.11, nio 0.26)."""
    two = Two(in_room=way == "in a room")
    two.app.macs = ("hkdf-hmac-sha256",)
    (two.app.start if first == "them" else two.bot.begin)()
    two.talk()
    two.app.confirm()
    two.bot.confirm()
    two.talk()
    assert two.app.chosen == "hkdf-hmac-sha256"
    assert two.bot.stage is Stage.DONE
    assert two.bot.vouched == {DEVICE_KEY, MASTER_KEY}
    assert set(two.app.verified) == set(BOT_SIDE.keys)


def test_an_app_that_knows_both_codes_uses_the_newer() -> None:
    two = Two()
    two.app.macs = ("hkdf-hmac-sha256", "hkdf-hmac-sha256.v2")
    two.compare()
    assert two.app.chosen == "hkdf-hmac-sha256.v2"


@pytest.mark.parametrize("what", ["mac", "keys"])
def test_a_wrong_key_does_not_pass_with_the_older_code(what: str) -> None:
    two = Two()
    two.app.macs = ("hkdf-hmac-sha256",)
    two.compare()
    if what == "mac":
        two.app.keys = {**two.app.keys, "ed25519:PHONE": OTHER_KEY}
    else:
        two.app.alter = lambda kind, said: {**said, "keys": "A" * 43} if kind == "mac" else said
    two.app.confirm()
    two.bot.confirm()
    two.talk()
    assert two.bot.code == "m.key_mismatch"
    assert not two.bot.vouched


def test_a_code_of_one_form_is_none_of_the_other() -> None:
    """Whoever is in between cannot have the weaker form accepted where the better was agreed on."""
    two = Two()
    two.compare()
    two.app.chosen = "hkdf-hmac-sha256"
    two.app.confirm()
    two.bot.confirm()
    kind, said = two.app.outbox.pop(0)
    two.bot.take(kind, said)
    assert two.bot.code == "m.key_mismatch"


def test_our_operator_may_be_the_first_to_answer() -> None:
    two = Two()
    two.compare()
    assert two.bot.confirm()
    two.talk()
    assert not two.bot.over
    two.app.confirm()
    two.talk()
    assert two.bot.stage is Stage.DONE


def test_without_a_request_there_is_no_done() -> None:
    two = Two()
    two.bot.requested = False
    two.compare()
    two.app.confirm()
    two.bot.confirm()
    two.bot.outgoing, said = [], two.bot.outgoing
    two.talk()
    assert two.bot.stage is Stage.DONE
    assert [kind for kind, _ in said] == [PREFIX + "mac"]


def test_a_wrong_answer_leaves_nothing() -> None:
    two = Two()
    two.compare()
    two.app.confirm()
    two.talk()
    assert two.bot.vouched
    assert two.bot.reject()
    two.talk()
    assert two.app.cancelled == "m.mismatched_sas"
    assert two.bot.stage is Stage.CANCELLED
    assert not two.bot.vouched
    assert not two.bot.confirm(), "no answer counts after the end"
    assert not two.bot.outgoing


def test_somebody_in_between_shows_other_emoji() -> None:
    """Whoever puts their own key in place of the app's is seen by the two who compare."""
    two, between = Two(), vodozemac.Sas()

    def swap(kind: str, content: JsonObject) -> JsonObject:
        return {**content, "key": between.public_key.to_base64()} if kind == "key" else content

    two.app.alter = swap
    two.compare()
    assert two.bot.shown is not None
    assert two.bot.shown.decimals != two.app.decimals


def test_a_key_that_was_not_promised_ends_it() -> None:
    two, between = Two(), vodozemac.Sas()
    two.app.alter = lambda kind, content: (
        {**content, "key": between.public_key.to_base64()} if kind == "key" else content
    )
    two.bot.begin()
    two.talk()
    assert two.app.cancelled == "m.mismatched_commitment"


# -- keys that are not theirs ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "keys",
    [
        {"ed25519:PHONE": OTHER_KEY},
        {"ed25519:PHONE": DEVICE_KEY, f"ed25519:{MASTER_KEY}": OTHER_KEY},
        {"ed25519:OTHER": OTHER_KEY},
        {"curve25519:PHONE": DEVICE_KEY},
        {},
    ],
    ids=["device", "master", "unknown", "other kind", "none"],
)
def test_keys_that_are_not_theirs_end_it(keys: dict[str, str]) -> None:
    two = Two()
    two.compare()
    two.app.keys = keys
    two.bot.confirm()
    two.app.confirm()
    two.talk()
    assert two.app.cancelled == "m.key_mismatch"
    assert not two.bot.vouched


def test_a_list_of_keys_that_was_shortened_ends_it() -> None:
    two = Two()

    def shorten(kind: str, content: JsonObject) -> JsonObject:
        if kind == "mac":
            content["mac"].pop(f"ed25519:{MASTER_KEY}")
        return content

    two.app.alter = shorten
    two.compare()
    two.app.confirm()
    two.talk()
    assert two.app.cancelled == "m.key_mismatch"


def test_an_unknown_key_beside_theirs_is_let_pass_and_not_believed() -> None:
    two = Two()
    two.compare()
    two.app.keys["ed25519:TABLET"] = OTHER_KEY
    two.app.confirm()
    two.talk()
    assert two.bot.vouched == {DEVICE_KEY, MASTER_KEY}


def test_a_device_named_like_the_master_key_is_not_taken_for_it() -> None:
    two = Two()
    named = SasSide(two.app.user, MASTER_KEY, OTHER_KEY, MASTER_KEY)
    two.bot = Conversation(BOT_SIDE, named, "$t", None, requested=True, began=0.0)
    two.app.device = MASTER_KEY
    two.compare()
    two.app.keys = {f"ed25519:{MASTER_KEY}": OTHER_KEY}
    two.app.confirm()
    two.talk()
    assert two.app.cancelled == "m.key_mismatch"


# -- out of order and malformed --------------------------------------------------------------------


def at(stage: Stage) -> Two:
    """A verification that has come this far."""
    two = Two()
    two.bot.outgoing.clear()
    if stage is Stage.STARTED:
        two.bot.begin()
        two.bot.outgoing.clear()
    elif stage is Stage.ACCEPTED:
        two.app.start()
        two.bot.take(*two.app.outbox.pop())
        two.bot.outgoing.clear()
    elif stage is Stage.KEY_SENT:
        two.bot.begin()
        two.app.take("start", two.bot.outgoing.pop()[1])
        two.bot.take(*two.app.outbox.pop())
        two.bot.outgoing.clear()
    elif stage in {Stage.COMPARING, Stage.CONFIRMED}:
        two.compare()
        if stage is Stage.CONFIRMED:
            two.bot.confirm()
            two.bot.outgoing.clear()
    assert two.bot.stage is stage
    return two


EXPECTED = {
    Stage.READY: {"start"},
    Stage.STARTED: {"start", "accept"},
    Stage.ACCEPTED: {"key"},
    Stage.KEY_SENT: {"key"},
    Stage.COMPARING: {"mac"},
    Stage.CONFIRMED: {"mac"},
}
KINDS = ("ready", "start", "accept", "key", "mac", "done", "dance")


@pytest.mark.parametrize(
    ("stage", "kind"),
    [(stage, kind) for stage, fits in EXPECTED.items() for kind in KINDS if kind not in fits],
)
def test_what_comes_out_of_order_ends_it(stage: Stage, kind: str) -> None:
    two = at(stage)
    content = two.app.frame(two.app.offer() if kind == "start" else {"key": DEVICE_KEY})
    two.bot.take(kind, content)
    assert two.bot.stage is Stage.CANCELLED
    assert two.bot.code == "m.unexpected_message"
    assert [said for said, _ in two.bot.outgoing] == [PREFIX + "cancel"]
    two.bot.take(kind, content)
    assert len(two.bot.outgoing) == 1, "an end is told once"


WRONG: tuple[object, ...] = (None, 7, True, [], {}, [7], "", "x")


@pytest.mark.parametrize(
    ("stage", "kind", "name"),
    [
        (Stage.READY, "start", "from_device"),
        (Stage.READY, "start", "method"),
        (Stage.READY, "start", "key_agreement_protocols"),
        (Stage.READY, "start", "hashes"),
        (Stage.READY, "start", "message_authentication_codes"),
        (Stage.READY, "start", "short_authentication_string"),
        (Stage.ACCEPTED, "key", "key"),
        (Stage.KEY_SENT, "key", "key"),
        (Stage.COMPARING, "mac", "mac"),
        (Stage.COMPARING, "mac", "keys"),
    ],
)
def test_malformed_messages_end_it(stage: Stage, kind: str, name: str) -> None:
    for wrong in WRONG:
        two = at(stage)
        good = two.app.offer() if kind == "start" else {"key": "x", "mac": {}, "keys": ""}
        two.bot.take(kind, two.app.frame({**good, name: wrong}))
        assert two.bot.stage is Stage.CANCELLED
        assert two.bot.code in {
            "m.invalid_message",
            "m.unknown_method",
            "m.key_mismatch",
            "m.mismatched_commitment",
        }
        assert not two.bot.vouched


@pytest.mark.parametrize(
    "offer",
    [
        {"method": "m.reciprocate.v1"},
        {"key_agreement_protocols": ["curve25519"]},
        {"hashes": ["md5"]},
        {"message_authentication_codes": ["hmac-sha256"]},
        {"short_authentication_string": ["song"]},
    ],
)
def test_no_method_in_common(offer: JsonObject) -> None:
    two = at(Stage.READY)
    two.bot.take("start", two.app.frame({**two.app.offer(), **offer}))
    assert two.bot.code == "m.unknown_method"


def test_both_begin_with_different_methods() -> None:
    two = at(Stage.STARTED)
    two.bot.take("start", two.app.frame({**two.app.offer(), "method": "m.reciprocate.v1"}))
    assert two.bot.code == "m.unexpected_message"


def test_a_key_of_zeros_is_no_key() -> None:
    two = at(Stage.ACCEPTED)
    zeros = base64.b64encode(bytes(32)).decode().rstrip("=")
    two.bot.take("key", two.app.frame({"key": zeros}))
    assert two.bot.stage is Stage.CANCELLED or two.bot.shown is not None
    assert not two.bot.vouched


def test_they_may_stop_at_any_time() -> None:
    for stage in EXPECTED:
        two = at(stage)
        two.bot.take("cancel", two.app.frame({"code": "m.user", "reason": "no"}))
        assert (two.bot.stage, two.bot.code, two.bot.by_them) == (Stage.CANCELLED, "m.user", True)
        assert not two.bot.outgoing


def test_time_runs_out() -> None:
    two = at(Stage.COMPARING)
    two.bot.expire()
    two.talk()
    assert two.app.cancelled == "m.timeout"


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=6,
)
NAMES = ("from_device", "method", "key", "mac", "keys", "commitment", "hashes", "code", "reason")


@given(
    stage=st.sampled_from(sorted(EXPECTED, key=str)),
    steps=st.lists(
        st.tuples(st.sampled_from(KINDS), st.dictionaries(st.sampled_from(NAMES), anything)),
        max_size=4,
    ),
)
def test_nothing_made_up_is_ever_believed(
    stage: Stage, steps: list[tuple[str, JsonObject]]
) -> None:
    two = at(stage)
    for kind, content in steps:
        two.bot.take(kind, two.app.frame(content))
    assert not two.bot.vouched
    assert two.bot.stage is not Stage.DONE


def test_the_table_of_emoji() -> None:
    assert len(EMOJI) == 64
    assert len({symbol for symbol, _ in EMOJI}) == 64
    assert (EMOJI[0][1], EMOJI[34][1], EMOJI[53][1], EMOJI[63]) == (
        "Dog",
        "Spanner",
        "Aeroplane",
        ("📌", "Pin"),
    )
