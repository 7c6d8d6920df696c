"""How many people's records one organizer sees in a while: one account must not tell who everybody is.

It is counted where it is shown, by the handles in an answer, so that no command can forget it.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import timedelta

from commands.framework.context import Context, Role
from commands.framework.errors import Refusal
from commands.framework.i18n import _, ngettext
from commands.framework.reply import Audience, Code, Items, Line, Paragraph, Reply, Strong, line
from storage.absences import Absences
from storage.database import Transaction
from storage.look_ups import LookUps

AN_HOUR, A_DAY = 30, 100
"""Different people who are not in one's own care; ten pages of a search and more."""
HANDLE = re.compile(r"\bM-(\d{1,9})\b")


class TooMany(Refusal):
    """Somebody looks up more people than one organizer needs to."""


async def look_at(replies: Iterable[Reply], ctx: Context, tx: Transaction) -> None:
    """Count whom these replies show to who asked. Raises TooMany instead of showing too many."""
    if ctx.role >= Role.LEAD:
        return
    shown = {int(number) for reply in replies for number in _handles(reply)}
    if not shown:
        return
    today = ctx.now.astimezone(ctx.zone).date()
    covered = await Absences(tx, ctx.committee.id).covered_by(ctx.user, today)
    care = {ctx.user, *(absence.organizer for absence in covered)}
    look_ups = LookUps(tx, ctx.committee.id)
    others = await look_ups.of_others(shown, care)
    if not others:
        return
    await look_ups.saw(ctx.user, others, ctx.now)
    for span, most in ((timedelta(hours=1), AN_HOUR), (timedelta(days=1), A_DAY)):
        if await look_ups.seen_since(ctx.user, ctx.now - span) > most:
            raise _too_many(span, most)


async def refused(ctx: Context, tx: Transaction) -> tuple[Reply, ...]:
    """What leads hear when somebody was stopped, once a day."""
    times = await LookUps(tx, ctx.committee.id).refused(ctx.user, ctx.now)
    if times is None:
        return ()
    who = ctx.user.partition(":")[0]
    words = ngettext(
        "{who} looked up so many people who are not in their care that I stopped; the first time."
        " Ask whether it was they: a lost phone looks like that.",
        "{who} looked up so many people who are not in their care that I stopped; {n} times so far."
        " Ask whether it was they: a lost phone looks like that.",
        times,
    )
    return (Reply((Paragraph(line(words, who=Strong(who), n=times)),), Audience.LEADS),)


def _too_many(span: timedelta, most: int) -> TooMany:
    words = (
        _("You have seen {n} people in an hour who are not in your care, so I pause here for a while."
          " That way one lost phone never tells who everybody is. Yours: {mine}. A lead can look"
          " for you.")
        if span < timedelta(days=1)
        else _("You have seen {n} people today who are not in your care; more tomorrow. That way one"
               " lost phone never tells who everybody is. Yours: {mine}. A lead can look for you.")
    )  # fmt: skip
    return TooMany(line(words, n=most, mine=Code("!contact list")), example="")


def _handles(reply: Reply) -> Iterator[str]:
    if reply.audience not in {Audience.HERE, Audience.PERSON}:
        return
    for block in reply.blocks:
        lines: tuple[Line, ...] = block.lines if isinstance(block, Items) else (block.line,)
        for row in lines:
            for part in row:
                yield from HANDLE.findall(part if isinstance(part, str) else part.text)
