"""Whom a pairing bot tells who is in a coalition: devices that the compared key signs, and no others."""

import time
from collections.abc import Iterable, Mapping
from types import SimpleNamespace
from typing import Any

import pytest

from bot.coalition import pairing
from bot.coalition.pairing import BotPairing
from bot.matrix.trust import Device, PublishedIdentity
from commands.coalition import wire
from commands.coalition.pairing import PairingStep, ProvenBot, Step
from storage.core.model import UserId

NORTH = UserId("@north:elsewhere.test")
COMPARED, REPLACED = "c" * 43, "r" * 43
STEP = PairingStep(Step.COME, "0123456789", "South", COMPARED, title="Games workers")


class World:
    """What an account publishes, and what is sent to it."""

    def __init__(self, before: str, after: str) -> None:
        self.shown, self.after = before, after
        self.sent: list[tuple[Device, Mapping[str, Any]]] = []

    def person(self, user: str) -> PublishedIdentity:
        device: Any = SimpleNamespace(user=user, id=self.shown, cross_signed=True)
        found: Any = SimpleNamespace(master=self.shown, devices={self.shown: device})
        return found  # type: ignore[no-any-return]

    async def open_sessions(self, _devices: Iterable[Device]) -> None:
        self.shown = self.after

    @staticmethod
    def session_with(_device: Device) -> object:
        return object()

    async def send_to(
        self, _kind: str, messages: Iterable[tuple[Device, Mapping[str, Any]]]
    ) -> None:
        self.sent += messages


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (COMPARED, COMPARED, [COMPARED]),
        (REPLACED, REPLACED, []),
        # Its keys are asked for again while one-time keys are claimed.
        (COMPARED, REPLACED, []),
    ],
)
async def test_only_devices_of_the_compared_key_are_told(
    before: str, after: str, told: list[str]
) -> None:
    world: Any = World(before, after)
    nothing: Any = None
    pairing = BotPairing(nothing, world, world, nothing)
    await pairing.send(ProvenBot(NORTH, COMPARED), STEP)
    assert [device.id for device, _content in world.sent] == told


async def test_a_bot_that_knocks_and_is_older_says_each_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Neither calls for the other at once, or two bots of different releases would talk without end."""
    at = 1_000.0
    monkeypatch.setattr(time, "monotonic", lambda: at)
    world: Any = World(COMPARED, COMPARED)
    nothing: Any = None
    bot = BotPairing(nothing, world, world, nothing)
    steps = [PairingStep(step, STEP.number, "South") for step in (Step.KNOCK, Step.OLDER)]
    for seconds, sent in ((0, 2), (60, 2), (pairing.SENT_AGAIN, 4)):
        at = 1_000.0 + seconds
        for step in steps * 3:
            await bot.send(ProvenBot(NORTH, COMPARED), step)
        assert len(world.sent) == sent
    assert {content["version"] for _device, content in world.sent} == {wire.VERSION}
