"""The morning digest: handles only, so that a phone on a table tells little; quiet when nothing is due."""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import chain
from zoneinfo import ZoneInfo

from commands.follow_ups.digest_rules import WEEK, days_told, is_news, leads_hear
from commands.framework import Context, Reply, Role, Where, _, command, say
from commands.framework.i18n import joined
from commands.framework.reply import Block, Code, Items, Line, Strong, line, listed, plural, reply
from commands.shared.wording import short
from storage.contacts.follow_ups import FollowUps
from storage.core.lazy_dataclass import dataclass
from storage.core.model import FollowUp, UserId
from storage.turf.absences import Absences
from storage.turf.digests import Digests
from storage.turf.news import TurfNews

MOST = 100
"""Follow-ups of one person that a digest looks at."""
SHOWN = 8
"""Handles in one line."""


@dataclass(frozen=True, slots=True)
class DigestPart:
    """One committee's part of a digest."""

    committee: str
    due: Sequence[FollowUp]
    overdue: Sequence[FollowUp]
    covered: Mapping[str, Sequence[FollowUp]]
    """What somebody owes for whom they stand in for, by what this committee calls those."""
    week_late: int
    """The committee's, for leads; 0 says nothing."""
    by_others: Sequence[str] = ()
    """Handles of their people whom somebody else talked with or rated since the last digest."""
    tip: Sequence[Line] = ()
    """A tip for somebody who is new; empty on most days."""


@dataclass(frozen=True, slots=True)
class DigestReader:
    """The reader of a digest and their day; ``last`` is the day of the previous one (None: show all)."""

    user: UserId
    role: Role
    day: date
    """In their own calendar."""
    last: date | None
    held_on: date
    """Today in the committee's calendar, which says until when somebody stands in."""
    zone: ZoneInfo
    """Their own, in which days begin."""


async def sheet(
    committee: str,
    reader: DigestReader,
    follow_ups: FollowUps,
    absences: Absences,
    turf_news: TurfNews,
    tip: Sequence[Line] = (),
) -> DigestPart | None:
    """One committee's part of somebody's digest; None when there is no news, and no tip."""
    away = await absences.of(reader.user, reader.held_on) is not None
    own = [] if away else await follow_ups.due(reader.user, reader.day, MOST)
    covered: dict[str, list[FollowUp]] = {}
    for absence in await absences.covered_by(reader.user, reader.held_on):
        for task in await follow_ups.due(absence.organizer, reader.day, MOST):
            covered.setdefault(short(task.owner), []).append(task)
    week_late = await _week_late(reader, follow_ups)
    news = any(
        is_news(task.due, reader.day, reader.last) for task in (*own, *chain(*covered.values()))
    )
    since, until = days_told(reader.day, reader.last, reader.zone)
    by_others = await turf_news.about(reader.user, since, until, MOST)
    tip = () if away else tip
    if not (news or week_late or by_others or tip):
        return None
    return DigestPart(
        committee,
        [task for task in own if task.due == reader.day],
        [task for task in own if task.due < reader.day],
        covered,
        week_late,
        by_others,
        tip,
    )


async def _week_late(reader: DigestReader, follow_ups: FollowUps) -> int:
    if reader.role < Role.LEAD:
        return 0
    late = await follow_ups.late_since(reader.day - WEEK)
    before = None if reader.last is None else reader.last - WEEK
    newly = await follow_ups.late_since(reader.day - WEEK, before)
    return late if leads_hear(late, newly, reader.day) else 0


def words(sheets: Sequence[DigestPart]) -> Reply:
    """The text of a digest. The committee is named only to people who are in several."""
    blocks: list[Block] = []
    for part in sheets:
        if len(sheets) > 1:
            blocks.append((Strong(part.committee),))
        lines = _lines(part)
        blocks += [listed(lines)] if lines else []
        blocks += part.tip
    # A tip alone says itself how none comes.
    tail = (
        line(
            "{due} shows more. To stop these messages: {off}",
            due=Code("!due"),
            off=Code("!digest off"),
        )
        if any(isinstance(block, Items) for block in blocks)
        else None
    )
    return reply(line("Good morning."), *blocks, tail)


def _lines(part: DigestPart) -> list[Line]:
    lines: list[Line] = []
    if part.due:
        lines.append(line("Due today: {who}", who=Strong(_handles(part.due))))
    if part.overdue:
        lines.append(line("Overdue: {who}", who=Strong(_handles(part.overdue))))
    for owner, theirs in part.covered.items():
        lines.append(line("For {owner}: {who}", owner=owner, who=Strong(_handles(theirs))))
    if part.by_others:
        lines.append(
            line(
                "Others talked with or rated your people: {who}",
                who=Strong(_shown(part.by_others)),
            )
        )
    if part.week_late:
        lines.append(
            plural(
                "In the committee {n} follow-up is a week late or more: {team}",
                "In the committee {n} follow-ups are a week late or more: {team}",
                part.week_late,
                team=Code("!due team"),
            )
        )
    return lines


def _handles(tasks: Sequence[FollowUp]) -> str:
    return _shown(list(dict.fromkeys(task.handle for task in tasks)))


def _shown(handles: Sequence[str]) -> str:
    more = len(handles) - SHOWN
    shown = joined(handles[:SHOWN])
    return shown if more <= 0 else _("{handles} and {n} more").format(handles=shown, n=more)


@command("digest", who=Role.ORGANIZER, where=Where.DIRECT, example="!digest")
async def show(
    ctx: Context,
    follow_ups: FollowUps,
    absences: Absences,
    digests: Digests,
    turf_news: TurfNews,
) -> Reply:
    """Show what I would write in the morning digest now."""
    reader = DigestReader(ctx.user, ctx.role, ctx.today, None, ctx.day, ctx.zone)
    part = await sheet(ctx.committee.name, reader, follow_ups, absences, turf_news)
    if part is not None:
        return words([part])
    if await digests.muted(ctx.user):
        return say(
            "Nothing due, and the digest is off. To switch it on: {on}", on=Code("!digest on")
        )
    return say("Nothing due. On mornings with something due I write at nine.")


@command(
    "digest off", who=Role.ORGANIZER, where=Where.DIRECT, example="!digest off", also=("mute",)
)
async def off(ctx: Context, digests: Digests) -> Reply:
    """Get no morning digest."""
    await digests.mute(ctx.user, muted=True)
    return say(
        "You get no morning digest. {due} still shows what is due. To get it again: {on}",
        due=Code("!due"),
        on=Code("!digest on"),
    )


@command(
    "digest on", who=Role.ORGANIZER, where=Where.DIRECT, example="!digest on", also=("unmute",)
)
async def on(ctx: Context, digests: Digests) -> Reply:
    """Get a morning digest at nine, on days with something due."""
    await digests.mute(ctx.user, muted=False)
    return say("You get it at nine, {zone} time, on days with something due.", zone=ctx.zone.key)
