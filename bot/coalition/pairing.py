"""How two bots meet that share no room: encrypted to each other's devices, each other's keys proven first."""

import time
from dataclasses import field
from typing import Final

from bot import clock
from bot.coalition import rooms
from bot.coalition.voice import VoiceParts
from bot.logging import logs
from bot.matrix.client import MatrixError, NotNow
from bot.matrix.machine import Machine
from bot.matrix.olm import PAIRING, DeviceMessage
from bot.matrix.trust import Device, PublishedIdentity, Trust
from commands.coalition import pairing, pairing_versions
from commands.coalition.seat import Seat
from commands.framework.i18n import speaking
from commands.framework.naming import naming
from storage.chat.committees import Committees
from storage.coalition.coalitions import EveryCoalition
from storage.coalition.model import CoalitionId
from storage.coalition.pairings import GivenCodes, Knocks
from storage.core.database import Database, Transaction
from storage.core.lazy_dataclass import dataclass
from storage.core.model import UserId

MOST_AT_ONCE: Final = 20
"""Steps of one answer of sync, with numbers of ours, that are followed: there are two bots in a pairing."""
SENT_AGAIN: Final = 300.0
"""Seconds after which a step is said again to which nobody answered."""

log = logs.get("bot.coalition.pairing")


@dataclass(frozen=True, slots=True)
class BotPairing:
    """Takes and sends the steps of pairings."""

    database: Database
    machine: Machine
    trust: Trust
    voices: VoiceParts
    knocked: set[str] = field(default_factory=set)
    """Numbers of codes whose bots said something since they were last answered."""
    _sent: dict[tuple[str, bool], tuple[object, float]] = field(default_factory=dict)
    """The step that was sent last, and when (monotonic); by number, those apart that say whose bot is older."""

    async def meet(self, messages: list[DeviceMessage]) -> None:
        """Take steps that came to our device; whoever has no number of ours is not even looked up."""
        taken = 0
        for each in messages:
            step = pairing_versions.read(each.content)
            # Others' words are not counted: whoever floods us keeps no pairing from going on.
            if step is None or not await self._is_expected(step):
                continue
            taken += 1
            if taken > MOST_AT_ONCE:
                break
            sender = await self._proven(each)
            if sender is None:
                log.info("unproven")
                continue
            async with self.database.transaction() as tx:
                answer = await self._take(tx, step, sender)
                await rooms.look(tx, self.voices.authority.places)
            if answer is not None:
                await self.send(sender, answer)
            self.voices.signals.coalition.set()

    async def _is_expected(self, step: pairing_versions.PairingWord) -> bool:
        async with self.database.transaction() as tx:
            code = await GivenCodes(tx).by_number(step.number, clock.now())
            return code is not None or await Knocks(tx).by_number(step.number) is not None

    async def _proven(self, said: DeviceMessage) -> pairing.ProvenBot | None:
        """Who said it: the device's keys are published, and signed by the account's master key."""
        person = await self.person(said.sender)
        for device in person.devices.values():
            keys = device.curve25519, device.ed25519
            ours = keys == (said.sender_key, said.ed25519) and device.cross_signed
            if ours and person.master is not None and not self.trust.shares_key(device):
                return pairing.ProvenBot(UserId(said.sender), person.master)
        return None

    async def person(self, bot: str) -> PublishedIdentity:
        """What an account publishes now, asked for anew: nobody tells us of changes outside of our rooms."""
        self.trust.doubt(bot)
        await self.trust.refresh()
        return self.trust.person(bot)

    async def _take(
        self, tx: Transaction, step: pairing_versions.PairingWord, sender: pairing.ProvenBot
    ) -> pairing.PairingStep | None:
        """Act upon a step; what is answered at once, if anything is."""
        if isinstance(step, pairing.PairingStep) and step.step is pairing.Step.KNOCK:
            self.knocked.add(step.number)
        code = await GivenCodes(tx).by_number(step.number, clock.now())
        for known in (code, await Knocks(tx).by_number(step.number)):
            seat = None if known is None else await self.seat(tx, known.coalition)
            if known is None or seat is None:
                continue
            with speaking(seat.committee.language), naming(seat.committee):
                async with seat.apart():
                    return await pairing_versions.follow(seat, known, step, sender)
        return None

    async def seat(self, tx: Transaction, coalition: CoalitionId) -> Seat | None:
        """The seat of a committee in a coalition, for what no person typed."""
        found = await EveryCoalition(tx).by_id(coalition)
        if found is None:
            return None
        committee = await Committees(tx).by_id(found.committee)
        voice = self.voices.of(tx, committee)
        return Seat(tx, committee, found, voice, clock.now(), report=_failed)

    async def send(self, bot: pairing.ProvenBot, step: pairing.PairingStep) -> None:
        """Send a step to the devices that a bot's known key signs, if it is new, asked for, or sent long ago.

        An account that shows another key by now is told nothing. A homeserver that is away is tried again later.
        """
        # Between a bot that knocks again and again and a newer one, neither word shall call for the other at once.
        way = step.number, step.step is pairing.Step.OLDER
        last, at = self._sent.get(way, (None, 0.0))
        asked, now = step.number in self.knocked, time.monotonic()
        if step == last and not asked and now - at < SENT_AGAIN:
            return
        content = pairing_versions.written(step)
        if step.step is pairing.Step.OLDER:
            # Said while other messages wait, and again after a while: so a server that is slow holds nobody up twice.
            self._sent[way] = step, now
        try:
            await self.machine.open_sessions(self._signed(bot))
            # Its keys may have been replaced meanwhile: nothing is waited for from here to the encryption.
            reachable = [
                each for each in self._signed(bot) if self.machine.session_with(each) is not None
            ]
            await self.machine.send_to(PAIRING, [(each, content) for each in reachable])
            self._sent[way] = step, now
            self.knocked.discard(step.number)
        except (NotNow, MatrixError):
            log.info("not_reached")

    def _signed(self, bot: pairing.ProvenBot) -> list[Device]:
        person = self.trust.person(bot.bot)
        if person.master != bot.master:
            log.info("another_key")
            return []
        return [each for each in person.devices.values() if each.cross_signed]


def _failed(error: BaseException) -> None:
    log.failure("coalition_pairing", error)
