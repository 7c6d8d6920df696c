"""A committee's talk that is full of canaries: commands, slips, mischief, and things to ignore."""

import secrets
from dataclasses import dataclass, field
from typing import Final

from demo.organizer import Organizer
from demo.steward import Steward
from tests.forensics.canaries import PASSING, STORED
from tests.forensics.faulty_bot import TRIGGER

LONG: Final = 20_000

Line = tuple[str, str, str]
"""Who, where, what."""


@dataclass
class Talk:
    """Ana leads, Ben organizes; Chi's device is not verified, and Eve is no member."""

    bot: Steward
    ana: Organizer
    ben: Organizer
    chi: Organizer
    eve: Organizer
    room: str = ""
    directs: dict[str, str] = field(default_factory=dict)
    transcript: list[Line] = field(default_factory=list)
    """Everything typed, and what was answered."""

    @property
    def members(self) -> tuple[Organizer, ...]:
        return (self.ana, self.ben, self.chi)

    async def everything(self) -> None:
        """All of it, in order."""
        await self.opening()
        await self.work()
        await self.slips()
        await self.crash()
        await self.mischief()

    async def opening(self) -> None:
        """The room with everybody in it, and a direct chat for Ana and Ben."""
        invited = [self.ben.user, self.chi.user, self.bot.user]
        self.room = await self.ana.encrypted_room(STORED["room name"], invite=invited)
        everybody = [*invited, self.ana.user]
        await self.ana.hear(of=self.bot.user, where=self.room)
        for person in self.members:
            await person.settled(self.room, *everybody)
        setup = f"!setup name='{STORED['committee']}' tz={STORED['city']}"
        await self.say(self.ana, self.room, setup)
        for person in (self.ben, self.ana, self.eve):
            self.directs[person.user] = room = await person.direct(self.bot.user)
            if person is not self.eve:
                await person.settled(room, self.bot.user)
                await person.hear(of=self.bot.user, where=room)

    async def work(self) -> None:
        """What an organizer's day leaves behind: everything in STORED."""
        await self.say(
            self.ben,
            self.directs[self.ben.user],
            f"!contact add '{STORED['name']}' area='{STORED['area']}' shift={STORED['shift']}",
            f"!contact add '{STORED['name with accents']}'",
            f"!1on1 log M-1 reached issue='{STORED['issue']}' ask='{STORED['ask']}' answer=yes "
            f"rate=2 said next=today note='{STORED['note']}' --yes",
            f"!assess M-1 2 did '{STORED['evidence']}' --yes",
            "!due",
            f"!done 1 '{STORED['result']}' next=3d --yes",
            "!snooze 2 1w",
            f"!tz {STORED['own city']}",
            "!me",
            f"!contact find {STORED['name'].split()[0]}",
            f"!contact show '{STORED['name']}'",
            "!contact list",
            "!help 1on1 log",
        )
        lines = ("!contact show M-1", "!assess M-1 4 heard", "!undo")
        await self.say(self.ana, self.directs[self.ana.user], *lines)
        await self.say(self.ana, self.room, "!status", "!help")

    async def more_work(self) -> None:
        """What is done after a restart, and is still only in the log when the power goes."""
        again = f"!1on1 log M-2 reached issue='{STORED['last issue']}'"
        await self.say(self.ben, self.directs[self.ben.user], "!due", again, "!contact show M-2")

    async def slips(self) -> None:
        """Wrong, odd and misplaced commands: each is answered, none of their words is kept."""
        word = PASSING["refused"]
        await self.say(
            self.ben,
            self.directs[self.ben.user],
            f"!{word}",
            f"!contact add '{word}",
            f"!contact add '{word}' colour={word}",
            f"!contact show {word}",
            f"!1on1 lgo M-1 {word}",
            f"!1on1 log M-1 {word}",
            f"!assess M-1 7 {word}",
            f"!snooze 99 {word}",
            f"!tz {word}",
            f"hello, I am {word}",
            f"!contact find <b>@room</b> \u202e{word}\x07",
            f"!contact add {word * (LONG // len(word))}",
            f"!use {word}",
        )
        lines = (f"!contact show {word}", f"!setup name={word}", f"!{word}")
        await self.say(self.ben, self.room, *lines)

    async def crash(self) -> None:
        """A command that breaks inside the bot, with what was typed in its exception."""
        line = f"!1on1 log M-1 reached note='{PASSING['crashed']} {TRIGGER}' --yes"
        answers = await self.say(self.ben, self.directs[self.ben.user], line)
        assert "E-" in answers[-1], "the control: that command was meant to break"

    async def mischief(self) -> None:
        """What is to be ignored or refused: strangers, unverified devices, clear text, noise."""
        await self.chi.send(self.room, f"!contact add '{PASSING['unsigned']}'")
        body = {"msgtype": "m.text", "body": f"!contact add '{PASSING['plain']}'"}
        await self.ben.api.send_clear(self.room, "m.room.message", body)
        await self.ben.send(self.room, PASSING["chatter"])
        original = await self.ben.send(self.room, "!me")
        edit = {
            "msgtype": "m.text",
            "body": f"* {PASSING['edited']}",
            "m.new_content": {"msgtype": "m.text", "body": f"!contact add '{PASSING['edited']}'"},
            "m.relates_to": {"rel_type": "m.replace", "event_id": original},
        }
        await self.ben.send_event(self.room, "m.room.message", edit)
        sealed = {
            "algorithm": "m.megolm.v1.aes-sha2",
            "ciphertext": secrets.token_urlsafe(120),
            "device_id": self.ben.device,
            "sender_key": secrets.token_urlsafe(32),
            "session_id": secrets.token_urlsafe(32),
        }
        await self.ben.api.send_clear(self.room, "m.room.encrypted", sealed)
        odd = {"algorithm": PASSING["chatter"], "ciphertext": [PASSING["chatter"]]}
        await self.ben.api.send_clear(self.room, "m.room.encrypted", odd)
        await self.eve.send(self.directs[self.eve.user], f"!contact add '{PASSING['stranger']}'")
        # Whatever of this was to be answered is answered by the time this is.
        await self.say(self.ben, self.directs[self.ben.user], "!me")

    async def say(self, who: Organizer, room: str, *lines: str) -> list[str]:
        """Type line after line, and wait for as many answers in that place."""
        mark = len(who.messages)

        def heard() -> list[str]:
            since = who.messages[mark:]
            return [m.body for m in since if m.sender == self.bot.user and m.room == room]

        for line in lines:
            await who.send(room, line)
        await who.until(lambda: len(heard()) >= len(lines), seconds=60)
        place = "room" if room == self.room else "direct"
        self.transcript += [(who.user, place, line) for line in lines]
        self.transcript += [("Steward", place, answer) for answer in heard()]
        return heard()
