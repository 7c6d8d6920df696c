"""The budget for looking at people outside one's own care: no single account tells who everybody is.

A question is counted before its answer is looked for, whatever the answer and whatever the command; so
when the budget is spent the command is not run, and nothing that it says depends on other people's
records. What somebody is shown is counted besides. One's own people are free: they are looked for among
themselves (storage/turf/care.py).

Leads need everybody's records. What they see is on record (!audit), many people in a day are told to all
leads, and there is an end.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import field
from datetime import datetime

from commands.framework.context import Context, Provider, Role
from commands.framework.errors import Refusal
from commands.framework.ledger import CommandLedger
from commands.framework.naming import named
from commands.framework.reply import (
    Audience,
    Code,
    Items,
    Line,
    Reply,
    Strong,
    in_each_language,
    line,
    plural,
    reply,
)
from commands.framework.spec import Command
from storage.authority.look_ups import LookUpKind, LookUps, Other
from storage.core.database import Transaction
from storage.core.lazy_dataclass import dataclass
from storage.core.model import CommitteeId, Contact, ContactId, UserId
from storage.turf.absences import Absences
from storage.turf.care import Care, InCare

ASKED_A_DAY = 100
"""Questions about others' people: look-ups by name or handle, and adding somebody who may be on record."""
SHOWN_A_DAY = 40
"""Different people outside one's own care whom an organizer is shown."""
TOLD_OF_LEADS = (100, 300)
"""Different people in a day after which the leads hear how many one of them looked at."""
SHOWN_TO_LEADS = 1_500
"""Different people in a day whom a lead is shown; more go through an export, which takes two people."""
A_DAY = {
    LookUpKind.ASKED: ASKED_A_DAY,
    LookUpKind.SHOWN: SHOWN_A_DAY,
    LookUpKind.SHOWN_TO_A_LEAD: SHOWN_TO_LEADS,
}
HANDLE = re.compile(r"\bM-(\d{1,9})\b")
_NUMBER = re.compile(r"\d{1,9}")


class TooManyLookUps(Refusal):
    """Somebody looks up more people than one organizer needs to."""

    async def told(self, ctx: Context, tx: Transaction, provide: Provider) -> tuple[Reply, ...]:
        """The replies to the person, and the message to leads that somebody was stopped."""
        return (*await super().told(ctx, tx, provide), *await _stopped(ctx, tx))


@dataclass(slots=True)
class Looking(CommandLedger):
    """The look-ups of one command: what somebody asked about others' people, and was shown.

    `close` writes them down, whether the command did anything or was refused.
    """

    ctx: Context
    tx: Transaction
    _spent: dict[LookUpKind, int] | None = None
    _charged: list[tuple[LookUpKind, ContactId | None]] = field(default_factory=list)
    _seen: dict[ContactId, Contact | Other] = field(default_factory=dict)

    @property
    def everybody(self) -> bool:
        """Whether the person is a lead, who may see everybody's records."""
        return self.ctx.role >= Role.LEAD

    async def care(self) -> Care:
        """Whose people the person looks after today: their own, and those of whom they stand in for."""
        absences = Absences(self.tx, self.ctx.committee.id)
        covered = await absences.covered_by(self.ctx.user, self.ctx.day)
        return Care(self.ctx.user, (self.ctx.user, *(absence.organizer for absence in covered)))

    async def ask(self) -> None:
        """Count one question, before its answer is looked for. Raises TooManyLookUps when all is spent."""
        if self.everybody:
            return
        if await self._left(LookUpKind.ASKED) <= 0 or await self._left(LookUpKind.SHOWN) <= 0:
            raise _too_many(self.ctx)
        self._charged.append((LookUpKind.ASKED, None))

    async def knows(self, number: int) -> bool:
        """Whether the person was shown the contact with this number today, or has to do with the contact."""
        return await self._look_ups.knows(self.ctx.user, number, self.ctx.now)

    async def see(self, contacts: Sequence[Contact]) -> list[Contact]:
        """Count contacts as shown, and return those for whom the budget had room."""
        room = await self._see(contacts)
        return [contact for contact in contacts if contact.id in room]

    async def noted(self, others: Sequence[Other]) -> None:
        """Count people who are shown, in words or otherwise. Raises TooManyLookUps."""
        if len(await self._see(others)) < len({other.id for other in others}):
            raise _too_many(self.ctx)

    async def counted_apart(self, areas: Collection[int]) -> None:
        """Count the people in areas of a few, whose ratings by area tell theirs. Raises TooManyLookUps."""
        if areas:
            await self.noted(await self._look_ups.within(areas, self.ctx.user))

    async def notice(self, text: str, replies: Iterable[Reply]) -> None:
        """Count whoever the replies show and nobody counted before. Raises TooManyLookUps.

        Reads the replies themselves, so that no command can forget to count. Handles that an organizer typed are
        said back to them, and tell nothing.
        """
        typed = set() if self.everybody else {int(each) for each in _NUMBER.findall(text)}
        await self.noted(await shown_in(self._look_ups, replies, self.ctx.user, but=typed))

    async def begin(self, command: Command) -> None:
        """Do nothing: questions are counted where they are asked."""
        del command

    async def written(self, text: str, replies: Sequence[Reply]) -> tuple[Reply, ...]:
        """Count whom an answer shows. Raises TooManyLookUps."""
        await self.notice(text, replies)
        return ()

    async def refused(self, refusal: Refusal) -> None:
        """Count whom a refusal lists to choose from. Raises TooManyLookUps.

        An organizer's were counted where they were looked for; what is said back is no look.
        """
        if self.everybody and not isinstance(refusal, TooManyLookUps):
            await self.notice("", [refusal.reply()])

    async def close(self) -> tuple[Reply, ...]:
        """Write the counted look-ups down; return the message to leads when somebody reached a mark.

        Runs for refused commands too: a question counts although nothing came of it.
        """
        told = await self._told_of_leads() if self.everybody else ()
        if self._spent is not None:
            await self._look_ups.none_ahead(self.ctx.user, self.ctx.now)
        for what in LookUpKind:
            contacts = [contact for each, contact in self._charged if each is what]
            if contacts:
                await self._look_ups.count(self.ctx.user, what, contacts, self.ctx.now)
        if self._seen:
            await self._look_ups.record(self.ctx.user, self._seen.values(), self.ctx.now)
        return told

    async def _see(self, contacts: Sequence[Contact | Other]) -> set[ContactId]:
        """The ids of contacts that may be shown: all of one's own, and of the others as many as are left."""
        others = {
            each.id: each
            for each in contacts
            if each.organizer != self.ctx.user and each.id not in self._seen
        }
        free = (
            set()
            if not others
            else await self._look_ups.familiar(self.ctx.user, others, self.ctx.now)
        )
        what = LookUpKind.SHOWN_TO_A_LEAD if self.everybody else LookUpKind.SHOWN
        if others and not self.everybody:
            free |= await self._in_care.among(await self.care(), list(others))
        left = await self._left(what) if others else 0
        for contact, each in others.items():
            if contact not in free:
                if left <= 0:
                    continue
                left -= 1
                self._charged.append((what, contact))
            self._seen[contact] = each
        return {each.id for each in contacts if each.organizer == self.ctx.user} | self._seen.keys()

    async def _left(self, what: LookUpKind) -> int:
        if self._spent is None:
            self._spent = await self._look_ups.since(self.ctx.user, self.ctx.now)
        charged = sum(each is what for each, _contact in self._charged)
        return A_DAY[what] - self._spent[what] - charged

    async def _told_of_leads(self) -> tuple[Reply, ...]:
        new = sum(what is LookUpKind.SHOWN_TO_A_LEAD for what, _contact in self._charged)
        if not new:
            return ()
        before = SHOWN_TO_LEADS - await self._left(LookUpKind.SHOWN_TO_A_LEAD) - new
        if not any(before < mark <= before + new for mark in TOLD_OF_LEADS):
            return ()
        return (_looked_at_many(named(self.ctx.user), before + new),)

    @property
    def _look_ups(self) -> LookUps:
        return LookUps(self.tx, self.ctx.committee.id)

    @property
    def _in_care(self) -> InCare:
        return InCare(self.tx, self.ctx.committee.id, self.ctx.today)


async def _stopped(ctx: Context, tx: Transaction) -> tuple[Reply, ...]:
    """What leads hear when somebody was stopped, once a day."""
    times = await LookUps(tx, ctx.committee.id).refused(ctx.user, ctx.now)
    if times is None:
        return ()
    return (_stopped_words(named(ctx.user), times),)


@in_each_language
def _stopped_words(who: str, times: int) -> Reply:
    words = plural(
        "I stopped {who} for the first time: they looked up too many people who are not"
        " their people. Ask whether it was really them: a lost phone looks like that.",
        "I have stopped {who} {n} times: they looked up too many people who are not"
        " their people. Ask whether it was really them: a lost phone looks like that.",
        times,
        who=Strong(who),
    )
    return reply(words, audience=Audience.LEADS)


@in_each_language
def _looked_at_many(who: str, people: int) -> Reply:
    words = line(
        "{who} looked at {n} people within a day who are not their people. Leads may do"
        " that; all of it is in {audit}. If you do not know why, ask whether it was"
        " really them.",
        who=Strong(who),
        n=people,
        audit=Code("!audit"),
    )
    return reply(words, audience=Audience.LEADS)


async def shown_in(
    look_ups: LookUps, replies: Iterable[Reply], viewer: UserId, *, but: Iterable[int] = ()
) -> list[Other]:
    """The contacts, not the viewer's own, whom replies show to the viewer by handle and name."""
    texts = [text for reply in replies for text in _texts(reply)]
    numbers = {int(number) for text in texts for number in HANDLE.findall(text)} - set(but)
    if not numbers:
        return []
    everything = "\n".join(texts)
    return [
        other
        for other in await look_ups.others(sorted(numbers), viewer)
        if other.name in everything
    ]


async def record_shown(
    tx: Transaction, committee: CommitteeId, viewer: UserId, replies: Iterable[Reply], now: datetime
) -> None:
    """Keep for the audit whom a message shows that ends long work and answers no command."""
    look_ups = LookUps(tx, committee)
    await look_ups.record(viewer, await shown_in(look_ups, replies, viewer), now)


def _too_many(ctx: Context) -> TooManyLookUps:
    """The refusal when look-ups are used up: the same words whatever was asked."""
    if ctx.role >= Role.LEAD:
        return TooManyLookUps(
            line(
                "You have seen {n} people within a day who are not your people, and that is the"
                " limit; more tomorrow. So one lost phone never tells who everybody is. A whole"
                " copy takes two people: {export}",
                n=SHOWN_TO_LEADS,
                export=Code("!export"),
            ),
            example="",
        )
    return TooManyLookUps(
        line(
            "I did not do that: it needs a look at people who are not your people, and you"
            " have reached today's limit. So one lost phone never tells who everybody is."
            " You can go on with your own people: {mine}. A lead can do the rest for you,"
            " or you do it tomorrow.",
            mine=Code("!contact list"),
        ),
        example="",
    )


def _texts(reply: Reply) -> Iterator[str]:
    if reply.audience not in {Audience.HERE, Audience.PERSON}:
        return
    for block in reply.blocks:
        lines: tuple[Line, ...] = block.lines if isinstance(block, Items) else (block,)
        for row in lines:
            yield "".join(part if isinstance(part, str) else part.text for part in row)
