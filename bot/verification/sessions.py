"""All verifications that are going on: who may have one, what becomes of it, who looks at it."""

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Callable
from typing import Any, Final

from bot.logging import logs
from bot.matrix.client import MatrixError, NotNow, TokenRejected
from bot.matrix.room_keys import NotEncrypted
from bot.matrix.trust import Trust
from bot.matrix.verification import PREFIX, VerificationStep
from bot.rooms.directory import RoomDirectory
from bot.state import CommitteeDirectory
from bot.verification import sas
from bot.verification.conversation import LONGEST, PATIENCE, Conversation, Stage, framed
from bot.verification.record import VerificationRecord
from bot.verification.sas import SasSide
from bot.verification.transport import Address, Envelope, Transport

AT_ONCE: Final = 5
"""Verifications at a time, everybody's together."""

ATTENDED: Final = 15.0
"""Seconds for which an operator who asked for news counts as looking."""

REMEMBERED: Final = 200
"""Verifications that are over whose late messages are let pass."""

EARLY: Final = 300_000
"""Milliseconds a request may come from the future, to allow for clock skew (specification)."""

KEPT: Final = 600.0
"""Seconds an operator can ask how a verification ended."""

ODD_ANSWER: Final = "m.mismatched_commitment"
NO_WAY: Final = frozenset({"m.unknown_method", ODD_ANSWER})
"""Ends that both sides are told of in words: the app shows at best that it did not work."""

log = logs.get("bot.verification")


class Verifications:
    """Hears steps, answers them, and shows an operator what to compare. Nothing of it is stored."""

    def __init__(
        self,
        ours: SasSide,
        trust: Trust,
        places: RoomDirectory,
        wire: Transport,
        record: VerificationRecord,
        committees: CommitteeDirectory,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._ours = ours
        self._trust = trust
        self._places = places
        self._wire = wire
        self._record = record
        self._committees = committees
        self._clock = clock
        self._talks: dict[int, Conversation] = {}
        self._ended: dict[int, float] = {}
        self._over: deque[str] = deque(maxlen=REMEMBERED)
        self._numbers = 0
        self._stray: deque[Envelope] = deque(maxlen=REMEMBERED)
        self._declined: deque[tuple[str, str | None]] = deque(maxlen=REMEMBERED)
        self._incompatible: deque[tuple[str, str | None, bool]] = deque(maxlen=REMEMBERED)
        """Whose apps cannot compare with us, where they asked, and whether they broke it off."""
        self._signed: dict[int, bool] = {}
        self._looked = -ATTENDED
        self._wake = asyncio.Event()

    # -- hearing ---------------------------------------------------------------------------------

    async def hear(self, step: VerificationStep) -> None:
        """Process one message; strangers get no answer, whatever they send."""
        if not self._places.committees_of(step.sender, self._committees.known):
            return
        if step.room is not None and not self._is_direct(step):
            return
        self._wake.set()
        talk = self._talk(step)
        if talk is not None:
            if step.kind != "request":
                talk.take(step.kind, step.content)
        elif step.transaction in self._over:
            # It crossed the end of its verification on the way.
            return
        elif step.kind == "request" or (step.kind == "start" and step.room is None):
            await self._asked(step)
        elif step.kind != "cancel":
            self._refuse(step, "m.unknown_transaction", "There is no such verification here.")

    def _is_direct(self, step: VerificationStep) -> bool:
        room = self._places.rooms.get(step.room or "")
        return room is not None and room.partner(self._places.own) == step.sender

    def _talk(self, step: VerificationStep) -> Conversation | None:
        for talk in self._talks.values():
            same = talk.transaction == step.transaction and talk.room == step.room
            if not talk.over and talk.theirs.user == step.sender and same:
                proven = step.device in {None, talk.theirs.device}
                return talk if proven else None
        return None

    async def _asked(self, step: VerificationStep) -> None:  # noqa: PLR0911 (a list of reasons)
        if step.kind == "request" and not _is_timely(step):
            return
        if step.room is not None and step.content.get("to") != self._places.own:
            return
        theirs = await self._side(step)
        if theirs is None:
            self._refuse(step, "m.invalid_message", "That device is not known here.")
            return
        if self._of(step.sender):
            self._too_many(step.sender)
            self._refuse(step, "m.unexpected_message", "One verification at a time.")
            return
        offered = step.content.get("methods") if step.kind == "request" else [sas.METHOD]
        if not isinstance(offered, list) or sas.METHOD not in offered:
            self._refuse(step, "m.unknown_method", "Only m.sas.v1 is understood here.")
            self._incompatible.append((step.sender, step.room, False))
            return
        if not self.attended:
            self._refuse(step, "m.user", "Nobody is there to compare; see the direct chat.")
            self._declined.append((step.sender, step.room))
            return
        if len([talk for talk in self._talks.values() if not talk.over]) >= AT_ONCE:
            self._refuse(step, "m.user", "Others are being verified; please try again later.")
            return
        self._open(step, theirs)

    def _open(self, step: VerificationStep, theirs: SasSide) -> None:
        self._numbers += 1
        talk = Conversation(
            self._ours,
            theirs,
            step.transaction,
            step.room,
            requested=step.kind == "request",
            began=self._clock(),
        )
        self._talks[self._numbers] = talk
        if step.kind == "request":
            talk.ready()
        else:
            talk.take(step.kind, step.content)
        log.info("asked_to_verify")

    async def _side(self, step: VerificationStep) -> SasSide | None:
        """Who they are as far as signatures bear it out; a device that just came is asked about."""
        name = step.content.get("from_device")
        if not isinstance(name, str) or step.device not in {None, name}:
            return None
        device = self._trust.person(step.sender).devices.get(name)
        if device is None:
            self._trust.doubt(step.sender)
            await self._trust.refresh()
            device = self._trust.person(step.sender).devices.get(name)
        if device is None:
            return None
        return SasSide(step.sender, name, device.ed25519, self._trust.person(step.sender).master)

    def _of(self, person: str) -> list[Conversation]:
        return [t for t in self._talks.values() if t.theirs.user == person and not t.over]

    def _too_many(self, person: str) -> None:
        """More than one attempt at a time: none of them goes on (specification)."""
        for talk in self._of(person):
            talk.cancel("m.unexpected_message", "One verification at a time.")

    def _refuse(self, step: VerificationStep, code: str, reason: str) -> None:
        self._over.append(step.transaction)
        device = step.content.get("from_device")
        address = Address(step.sender, device if isinstance(device, str) else "*", step.room)
        content = framed(
            {"code": code, "reason": reason}, step.transaction, in_room=step.room is not None
        )
        self._stray.append(Envelope.of(address, PREFIX + "cancel", content))

    # -- the operator ----------------------------------------------------------------------------

    @property
    def attended(self) -> bool:
        """Whether an operator's terminal asked for verifications within the last moments."""
        return self._clock() - self._looked < ATTENDED

    async def operate(self, request: dict[str, Any]) -> dict[str, Any]:
        """Answer ``steward verify`` over the control socket."""
        self._looked = self._clock()
        number, decision = request.get("number"), request.get("decision")
        talk = self._talks.get(number) if isinstance(number, int) else None
        if talk is not None and decision == "yes":
            talk.confirm()
        elif talk is not None and decision == "no":
            talk.reject()
        elif talk is not None and decision == "stop":
            talk.cancel("m.user", "The admin stopped it.")
        elif decision == "leave":
            self._looked = -ATTENDED
        self._wake.set()
        return {"verifications": [self._shown(n, t) for n, t in self._talks.items()]}

    def _shown(self, number: int, talk: Conversation) -> dict[str, Any]:
        settled = talk.stage is not Stage.DONE or number in self._signed
        return {
            "number": number,
            "user": talk.theirs.user,
            "device": talk.theirs.device,
            "stage": talk.stage.value if settled else Stage.CONFIRMED.value,
            "emoji": [] if talk.shown is None else [list(each) for each in talk.shown.emoji],
            "decimals": [] if talk.shown is None else list(talk.shown.decimals),
            "code": talk.code,
            "by_them": talk.by_them,
            "identity": self._signed.get(number, False),
        }

    # -- the worker ------------------------------------------------------------------------------

    async def run(self) -> None:
        """Send answers and expire verifications, until cancelled."""
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(1.0 if self._talks else None):
                    await self._wake.wait()
            self._wake.clear()
            try:
                self._look_at_the_clock()
                await self._post()
            except TokenRejected:
                # The sync hears the same and ends the process.
                return
            except Exception as error:  # noqa: BLE001 (one bad verification never ends the desk)
                log.failure("verification", error)

    def _look_at_the_clock(self) -> None:
        now = self._clock()
        for number, talk in list(self._talks.items()):
            if talk.over:
                if number not in self._ended:
                    self._ended[number] = now
                    self._over.append(talk.transaction)
                    if talk.code in NO_WAY:
                        where = (talk.theirs.user, talk.room, talk.code == ODD_ANSWER)
                        self._incompatible.append(where)
                elif now - self._ended[number] > KEPT and not talk.outgoing:
                    self._drop(number)
            elif now - talk.began > LONGEST:
                talk.expire()
            elif talk.stage is Stage.READY and now - talk.began > PATIENCE:
                talk.begin()

    def _drop(self, number: int) -> None:
        for table in (self._talks, self._ended, self._signed):
            table.pop(number, None)

    async def _post(self) -> None:
        while self._stray:
            await self._send(self._stray.popleft())
        while self._declined:
            await self._record.declined(*self._declined.popleft())
        while self._incompatible:
            person, room, odd = self._incompatible.popleft()
            await self._record.incompatible(person, room, odd_answer=odd)
        for number, talk in list(self._talks.items()):
            address = Address(talk.theirs.user, talk.theirs.device, talk.room)
            while talk.outgoing:
                kind, content = talk.outgoing.pop(0)
                await self._send(Envelope.of(address, kind, content))
            if talk.stage is Stage.DONE and number not in self._signed:
                self._signed[number] = await self._matched(talk)

    async def _send(self, envelope: Envelope) -> None:
        """Until it is out, or the verification would be over anyway."""
        deadline = self._clock() + LONGEST
        while True:
            try:
                await self._wire.send(envelope)
            except NotNow as later:
                if self._clock() > deadline:
                    return
                await asyncio.sleep(later.after)
            except (MatrixError, NotEncrypted):
                log.info("not_sent")
                return
            else:
                return

    async def _matched(self, talk: Conversation) -> bool:
        try:
            return await self._record.matched(talk, self._committees.known)
        except MatrixError:
            return False


def _is_timely(step: VerificationStep) -> bool:
    """Requests are forgotten after ten minutes, and none comes from the future."""
    if step.sent is None:
        return False
    age = time.time_ns() // 1_000_000 - step.sent
    return -EARLY < age < LONGEST * 1000
