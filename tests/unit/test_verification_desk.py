"""Who may verify the bot, what an operator decides, and what is left of it afterwards."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.matrix.identity import CrossSigning
from bot.matrix.signing import is_signed
from bot.matrix.trust import IdentityStanding
from bot.verification import sessions as desks
from bot.verification.conversation import PREFIX
from storage.chat.identities import Identities, Pin
from tests.support.adversary import ForgedDevice, published
from tests.support.answering import ANA, BOT, Answering, answering
from tests.support.emoji_person import EmojiPerson, JsonObject
from tests.support.running import running

BEN = "@ben:committee.test"


class Phone:
    """Somebody's app and the bot, each hearing what the other sends between devices."""

    def __init__(self, bot: Answering, device: ForgedDevice, master: str, transaction: str) -> None:
        self.bot = bot
        ours = {"ed25519:BOTDEVICE": bot.machine.ed25519}
        ours[f"ed25519:{bot.signing.master.public}"] = bot.signing.master.public
        keys = {f"ed25519:{device.id}": device.ed25519, f"ed25519:{master}": master}
        self.app = EmojiPerson(device.user, device.id, keys, BOT, "BOTDEVICE", ours, transaction)
        self.heard = 0

    async def send(self, kind: str, content: JsonObject) -> None:
        event = {"type": PREFIX + kind, "sender": self.app.user, "content": content}
        await self.bot.take({"to_device": {"events": [event]}})

    async def request(self, **changes: Any) -> None:
        at = time.time_ns() // 1_000_000
        await self.send("request", {**self.app.request(at), **changes})

    def said(self) -> list[tuple[str, JsonObject]]:
        """What the bot sent to this person's device so far, for this verification."""
        found = []
        for path, body in self.bot.homeserver.sent:
            if "/sendToDevice/m.key.verification." not in path:
                continue
            for device, content in body["messages"].get(self.app.user, {}).items():
                if device in {self.app.device, "*"}:
                    kind = path.split(PREFIX)[1].partition("/")[0]
                    found.append((kind, content))
        return [each for each in found if each[1]["transaction_id"] == self.app.transaction]

    async def hear(self, kind: str) -> JsonObject:
        """Take what the bot sends, answering as the rules say, until it says this."""
        while True:
            for said, content in self.said()[self.heard :]:
                self.heard += 1
                self.app.take(said, content)
                while self.app.outbox:
                    await self.send(*self.app.outbox.pop(0))
                if said == kind:
                    return dict(content)
            await asyncio.sleep(0.01)

    async def compare(self) -> JsonObject:
        """Up to the emoji; what the operator sees."""
        await look(self.bot)
        await self.request()
        await self.hear("ready")
        self.app.start()
        await self.send(*self.app.outbox.pop(0))
        await self.hear("key")
        (shown,) = [each for each in await look(self.bot) if each["stage"] == "comparing"]
        return dict(shown)


async def look(bot: Answering, number: int | None = None, decision: str = "look") -> list[Any]:
    answer = await bot.verifying.operate({"number": number, "decision": decision})
    return list(answer["verifications"])


async def pin(bot: Answering, person: str = ANA) -> Pin:
    async with bot.database.transaction() as tx:
        return next(each for each in await Identities(tx).all() if each.person == person)


def signatures(bot: Answering) -> list[JsonObject]:
    return [body for path, body in bot.homeserver.sent if path.endswith("/signatures/upload")]


async def settle(bot: Answering) -> None:
    """Wait for a whole look of the desk at its work that began after this."""
    wake = bot.verifying._wake
    # When it begins the second, the first is over.
    for _ in range(2):
        wake.set()
        while wake.is_set():  # noqa: ASYNC110 (nothing to wait for)
            await asyncio.sleep(0.005)


@pytest.fixture
async def bot(tmp_path: Path) -> AsyncIterator[Answering]:
    async with answering(tmp_path, ANA.__eq__, BEN) as made, running(made.verifying):
        yield made


@pytest.fixture
def phone(bot: Answering) -> Phone:
    return Phone(bot, bot.ana, bot.identity.master.public, "t1")


# -- what is left ----------------------------------------------------------------------------------


async def test_a_match_confirms_and_signs_the_identity(bot: Answering, phone: Phone) -> None:
    shown = await phone.compare()
    assert (shown["user"], shown["device"]) == (ANA, bot.ana.id)
    assert tuple(shown["decimals"]) == phone.app.decimals
    assert len(shown["emoji"]) == 7
    phone.app.confirm()
    await phone.send(*phone.app.outbox.pop(0))
    assert not (await pin(bot)).compared, "not before our operator answered"
    await look(bot, shown["number"], "yes")
    await phone.hear("done")
    await settle(bot)
    assert (await pin(bot)).compared
    pinned = bot.trust.pin(ANA)
    assert pinned is not None
    assert pinned.compared
    master = bot.identity.master.public
    (signed,) = signatures(bot)
    assert is_signed(signed[ANA][master], BOT, bot.signing.user_signing.public)
    assert signed[ANA][master]["keys"] == {f"ed25519:{master}": master}
    (told,) = [each for each in await look(bot) if each["number"] == shown["number"]]
    assert (told["stage"], told["identity"]) == ("done", True)
    assert set(phone.app.verified) == set(phone.app.bot_keys)


@pytest.mark.parametrize("who", ["our operator", "they", "both say yes"])
async def test_a_wrong_answer_leaves_nothing_behind(bot: Answering, phone: Phone, who: str) -> None:
    """The third case is the control: the same way, and something is left."""
    before = await pin(bot)
    shown = await phone.compare()
    if who == "they":
        cancelled = phone.app.frame({"code": "m.mismatched_sas", "reason": "no"})
        await phone.send("cancel", cancelled)
    else:
        phone.app.confirm()
        await phone.send(*phone.app.outbox.pop(0))
    await look(bot, shown["number"], "no" if who == "our operator" else "yes")
    if who == "our operator":
        await phone.hear("cancel")
        assert phone.app.cancelled == "m.mismatched_sas"
    elif who == "both say yes":
        await phone.hear("done")
    await settle(bot)
    # Whatever they send after the end counts for nothing.
    await phone.send("done", phone.app.frame({}))
    await settle(bot)
    left = bool(signatures(bot)) or await pin(bot) != before
    assert left == (who == "both say yes")
    assert (phone.app.verified == []) == (who != "both say yes")


async def test_a_changed_identity_is_accepted_by_a_match_alone(
    bot: Answering, phone: Phone
) -> None:
    fresh = CrossSigning.create()
    bot.people[ANA] = published(ANA, fresh, bot.ana.keys(fresh))
    await bot.take({"device_lists": {"changed": [ANA]}})
    assert bot.trust.standing(ANA) is IdentityStanding.CHANGED
    refused = Phone(bot, bot.ana, fresh.master.public, "t2")
    shown = await refused.compare()
    await look(bot, shown["number"], "no")
    await refused.hear("cancel")
    await settle(bot)
    assert bot.trust.standing(ANA) is IdentityStanding.CHANGED
    again = Phone(bot, bot.ana, fresh.master.public, "t3")
    shown = await again.compare()
    again.app.confirm()
    await again.send(*again.app.outbox.pop(0))
    await look(bot, shown["number"], "yes")
    await again.hear("done")
    await settle(bot)
    assert bot.trust.standing(ANA) is IdentityStanding.PINNED
    assert (await pin(bot)).pinned == fresh.master.public
    assert any("new identity is accepted" in said for said in await bot.waiting())


async def test_an_identity_that_changes_meanwhile_is_not_confirmed(
    bot: Answering, phone: Phone
) -> None:
    shown = await phone.compare()
    fresh = CrossSigning.create()
    bot.people[ANA] = published(ANA, fresh, bot.ana.keys(fresh))
    await bot.take({"device_lists": {"changed": [ANA]}})
    phone.app.confirm()
    await phone.send(*phone.app.outbox.pop(0))
    await look(bot, shown["number"], "yes")
    await phone.hear("done")
    await settle(bot)
    assert not (await pin(bot)).compared
    assert not signatures(bot)


async def test_a_device_alone_says_nothing_of_the_identity(bot: Answering, phone: Phone) -> None:
    shown = await phone.compare()
    del phone.app.keys[f"ed25519:{bot.identity.master.public}"]
    phone.app.confirm()
    await phone.send(*phone.app.outbox.pop(0))
    await look(bot, shown["number"], "yes")
    await phone.hear("done")
    await settle(bot)
    (told,) = await look(bot)
    assert (told["stage"], told["identity"]) == ("done", False)
    assert not signatures(bot)


# -- who may ---------------------------------------------------------------------------------------


async def test_nobody_there_to_compare(bot: Answering, phone: Phone) -> None:
    await phone.request()
    content = await phone.hear("cancel")
    assert content["code"] == "m.user"
    await settle(bot)
    (said,) = [body for body in await bot.waiting() if "steward verify" in body]
    assert " ".join(bot.signing.fingerprint.split()) in said
    await Phone(bot, bot.ana, bot.identity.master.public, "t2").request()
    await settle(bot)
    assert len([body for body in await bot.waiting() if "steward verify" in body]) == 1


async def test_strangers_get_no_answer(bot: Answering) -> None:
    eve, identity = ForgedDevice("@eve:elsewhere.test"), CrossSigning.create()
    bot.people[eve.user] = published(eve.user, identity, eve.keys(identity))
    for kind in ("request", "start", "key", "cancel"):
        stranger = Phone(bot, eve, identity.master.public, f"e-{kind}")
        # The control: a member in the same words is answered.
        member = Phone(bot, bot.ana, bot.identity.master.public, f"m-{kind}")
        for one in (stranger, member):
            content = one.app.request(time.time_ns() // 1_000_000)
            await one.send(kind, {**one.app.frame(one.app.offer()), **content})
        await settle(bot)
        assert stranger.said() == []
        assert bool(member.said()) == (kind != "cancel")


async def test_one_at_a_time_for_each_person(bot: Answering, phone: Phone) -> None:
    await phone.compare()
    second = Phone(bot, bot.ana, bot.identity.master.public, "t2")
    await second.request()
    assert (await second.hear("cancel"))["code"] == "m.unexpected_message"
    assert (await phone.hear("cancel"))["code"] == "m.unexpected_message"


async def test_a_cap_on_all_together(bot: Answering, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desks, "AT_ONCE", 1)
    await look(bot)
    await Phone(bot, bot.ana, bot.identity.master.public, "t1").request()
    ben, identity = ForgedDevice(BEN), CrossSigning.create()
    bot.people[BEN] = published(BEN, identity, ben.keys(identity))
    await bot.take({"device_lists": {"changed": [BEN]}})
    second = Phone(bot, ben, identity.master.public, "t2")
    await second.request()
    assert (await second.hear("cancel"))["code"] == "m.user"


BAD_REQUESTS: list[tuple[JsonObject, str | None]] = [
    ({"methods": ["m.qr_code.show.v1"]}, "m.unknown_method"),
    ({"methods": "m.sas.v1"}, "m.unknown_method"),
    ({"from_device": "NOWHERE"}, "m.invalid_message"),
    ({"from_device": 7}, "m.invalid_message"),
    ({"timestamp": 1}, None),
    ({"timestamp": "now"}, None),
    ({"timestamp": 1 << 60}, None),
    ({"transaction_id": 7}, None),
    ({"transaction_id": "x" * 300}, None),
]


async def test_requests_that_are_not_as_they_should_be(bot: Answering) -> None:
    for number, (changes, code) in enumerate(BAD_REQUESTS):
        await look(bot)
        one = Phone(bot, bot.ana, bot.identity.master.public, f"t{number}")
        await one.request(**changes)
        await settle(bot)
        said = [
            content["code"]
            for path, body in bot.homeserver.sent
            if "verification.cancel" in path
            for content in body["messages"].get(ANA, {}).values()
            if content["transaction_id"] == one.app.transaction
        ]
        assert said == ([] if code is None else [code]), changes
    assert await look(bot) == []


async def test_messages_of_a_verification_nobody_knows(bot: Answering, phone: Phone) -> None:
    await phone.send("key", phone.app.frame({"key": "x"}))
    assert (await phone.hear("cancel"))["code"] == "m.unknown_transaction"
    await phone.send("key", phone.app.frame({"key": "x"}))
    await settle(bot)
    assert len(phone.said()) == 1, "said once, so that two machines do not quarrel for ever"


async def test_somebody_elses_messages_do_not_count(bot: Answering, phone: Phone) -> None:
    """Ben knows the transaction id and is a member; it is Ana's verification."""
    await phone.compare()
    ben, identity = ForgedDevice(BEN), CrossSigning.create()
    bot.people[BEN] = published(BEN, identity, ben.keys(identity))
    await bot.take({"device_lists": {"changed": [BEN]}})
    other = Phone(bot, ben, identity.master.public, "t1")
    await other.send("cancel", other.app.frame({"code": "m.user", "reason": "no"}))
    await settle(bot)
    assert [each["stage"] for each in await look(bot)] == ["comparing"]


async def test_it_ends_by_itself(
    bot: Answering, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    await phone.compare()
    monkeypatch.setattr(desks, "LONGEST", 0.0)
    await look(bot)
    assert (await phone.hear("cancel"))["code"] == "m.timeout"


async def test_the_bot_begins_where_nobody_else_does(
    bot: Answering, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desks, "PATIENCE", 0.0)
    await look(bot)
    await phone.request()
    await phone.hear("start")
    await phone.hear("key")
    await settle(bot)
    (shown,) = await look(bot)
    assert tuple(shown["decimals"]) == phone.app.decimals != ()


@pytest.mark.parametrize("why", ["no method", "no code", "its own commitment"])
async def test_whose_app_cannot_compare_is_told_what_to_do_instead(
    bot: Answering, phone: Phone, why: str
) -> None:
    """Some apps do it in a way of their own; shown alone, that looks like nothing happening."""
    await look(bot)
    if why == "no method":
        await phone.request(methods=["m.qr_code.show.v1"])
    else:
        await phone.request()
        await phone.hear("ready")
        if why == "no code":
            phone.app.macs = ("hmac-sha256",)
        phone.app.start()
        await phone.send(*phone.app.outbox.pop(0))
        if why == "its own commitment":
            content = {"code": "m.mismatched_commitment", "reason": "Mismatched commitment"}
            await phone.send("cancel", phone.app.frame(content))
    await settle(bot)
    # The desk writes it down by itself.
    while not any("fingerprint" in body for body in await bot.waiting()):  # noqa: ASYNC110
        await asyncio.sleep(0.05)
    (words,) = [body for body in await bot.waiting() if "fingerprint" in body]
    assert "another app of yours" in words
    odd = why == "its own commitment"
    assert ("somebody is between us" in words) is odd
    await phone.request(transaction_id="t9", methods=["m.qr_code.show.v1"])
    await settle(bot)
    assert len([body for body in await bot.waiting() if "fingerprint" in body]) == 1, "once an hour"
