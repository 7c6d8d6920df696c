"""The text of a reminder, written at the moment of sending: who is told, the time, the agenda.

Nothing is kept of it beforehand, so it cannot be stale, and nobody is told who has left meanwhile.
"""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from commands.framework.context import UserId
from commands.framework.i18n import _, a_day, city, comma, joined, ngettext, weekday_and_time
from commands.framework.reply import Code, Line, Reply, Strong, line, listed, reply
from commands.meetings.remind.rules import is_quiet
from commands.meetings.wording import elsewhere, in_numbers, short, when_it_is
from commands.shared.members import Members
from commands.shared.wording import with_colon
from storage.chat.preferences import People
from storage.core.database import Transaction
from storage.core.lazy_dataclass import dataclass
from storage.core.model import Coming, Committee, Duty
from storage.meetings.actions import Actions
from storage.meetings.agendas import Duties
from storage.meetings.answers import Rsvp, Rsvps, TimePolls
from storage.meetings.meetings import MeetingId, Meetings, Occurrence, OccurrenceId
from storage.meetings.reminders import OF_A_POLL, OF_AN_OCCURRENCE, Reminder, ReminderKind

WITH_A_LINK = frozenset({ReminderKind.AT_THE_DOOR, ReminderKind.START})
MOST_ITEMS = 6


@dataclass(frozen=True, slots=True)
class ReminderMoment:
    """The committee, tables and time for which a reminder's text is written."""

    tx: Transaction
    committee: Committee
    members: Members
    now: datetime

    @property
    def meetings(self) -> Meetings:
        """The committee's meetings, in this transaction."""
        return Meetings(self.tx, self.committee.id)

    async def zone(self, user: UserId) -> ZoneInfo:
        """The time zone of a member: their own, or the committee's."""
        return await People(self.tx).zone(user) or self.committee.zone

    async def language(self, reader: UserId | None) -> str:
        """The language of a reader, or of the room."""
        usual = self.committee
        return usual.language if reader is None else await People(self.tx).reads(reader, usual)

    async def zones(self) -> Mapping[UserId, ZoneInfo]:
        """The time zone of every member."""
        return {user: await self.zone(user) for user in self.members.roles}


async def current(reminder: Reminder, at: ReminderMoment) -> int | None:
    """The current version of what a reminder is about; None when it is off."""
    if reminder.recipient is not None and not at.members.includes(reminder.recipient):
        return None
    if reminder.kind in OF_AN_OCCURRENCE:
        occurrence = await at.meetings.occurrence(OccurrenceId(reminder.subject))
        return occurrence.seq if occurrence is not None and occurrence.live else None
    if reminder.kind in OF_A_POLL:
        return await _version_of_poll(MeetingId(reminder.subject), at)
    if reminder.kind is ReminderKind.ACTION and not await _still_theirs(reminder, at):
        return None
    return reminder.seq


async def _version_of_poll(meeting_id: MeetingId, at: ReminderMoment) -> int | None:
    meeting = await at.meetings.by_id(meeting_id)
    poll = await TimePolls(at.tx, at.committee.id).of(meeting_id)
    if meeting is None or poll is None or poll.closed or meeting.version.cancelled:
        return None
    return int(poll.extended)


async def _still_theirs(reminder: Reminder, at: ReminderMoment) -> bool:
    """Whether an action item is still the recipient's; for the room: whether its owner has left."""
    action = await Actions(at.tx, at.committee.id).by_id(reminder.subject)
    if action is None or not action.open:
        return False
    if reminder.recipient is None:
        return not at.members.includes(action.owner)
    return action.owner == reminder.recipient


async def words(reminder: Reminder, at: ReminderMoment) -> Reply | None:
    """The words of a reminder; None when there is nothing to say after all."""
    if reminder.kind is ReminderKind.NAG:
        return await _nag(reminder, at)
    if reminder.kind is ReminderKind.ACTION:
        return await _action(reminder, at)
    if reminder.kind is ReminderKind.WEEK:
        return await _week(at)
    occurrence = await at.meetings.occurrence(OccurrenceId(reminder.subject))
    return None if occurrence is None else await _about(reminder, occurrence, at)


async def _about(reminder: Reminder, occurrence: Occurrence, at: ReminderMoment) -> Reply | None:
    if reminder.kind is ReminderKind.CLOCKS:
        return await _clocks(occurrence, at)
    if reminder.kind is ReminderKind.ROLES:
        return await _roles(occurrence, at)
    return await _time(reminder, occurrence, at)


async def _time(reminder: Reminder, occurrence: Occurrence, at: ReminderMoment) -> Reply:
    """Say that a meeting begins tomorrow, in an hour, in ten minutes; or has begun."""
    minutes = round((occurrence.at - at.now).total_seconds() / 60)
    own = None if reminder.recipient is None else await at.zone(reminder.recipient)
    blocks = [
        line(
            "{title} #{number} {begins}: {when}.",
            title=Strong(occurrence.title),
            number=occurrence.number,
            begins=_begins(minutes),
            when=when_it_is(occurrence, at.now, own),
        )
    ]
    if minutes > 0:
        others = elsewhere(occurrence.at, own or occurrence.zone, (await at.zones()).values())
        blocks += [(others,)] if others else []
    if reminder.kind in WITH_A_LINK and reminder.recipient is None:
        link = await at.meetings.link(occurrence.meeting)
        blocks += [line("Link: {link}", link=link)] if link else []
    mentions = () if reminder.recipient else await _pinged(reminder.kind, occurrence, at)
    return reply(*blocks, mentions=mentions)


def _begins(minutes: int) -> str:
    """How long until a meeting begins, counted at the moment of sending, not as planned."""
    if minutes < -1:
        return ngettext("started {n} minute ago", "started {n} minutes ago", -minutes).format(
            n=-minutes
        )
    if minutes <= 0:
        return _("starts now")
    if minutes < 90:
        return ngettext("begins in {n} minute", "begins in {n} minutes", minutes).format(n=minutes)
    hours = round(minutes / 60)
    if hours <= 22:
        return ngettext("begins in {n} hour", "begins in {n} hours", hours).format(n=hours)
    return _("begins tomorrow")


async def _pinged(
    kind: ReminderKind, occurrence: Occurrence, at: ReminderMoment
) -> tuple[UserId, ...]:
    """Who comes or may, wants to be told here, and is awake or said yes to be."""
    rsvps = await Rsvps(at.tx, at.committee.id).of(occurrence.id)
    found = []
    for user in at.members.roles:
        if not await _wants_it_here(user, at):
            continue
        if may_be_told(kind, _answer(rsvps, user, occurrence), quiet=await _quiet(user, at)):
            found.append(user)
    return tuple(found)


async def _wants_it_here(user: UserId, at: ReminderMoment) -> bool:
    """Whether somebody is to be mentioned in the room at all."""
    return await People(at.tx).reminders(user) in {None, "room"}


async def _quiet(user: UserId, at: ReminderMoment) -> bool:
    local = at.now.astimezone(await at.zone(user))
    return is_quiet(local, await People(at.tx).quiet(user))


def _answer(rsvps: Mapping[UserId, Rsvp], user: UserId, occurrence: Occurrence) -> Coming | None:
    given = rsvps.get(user)
    return given.answer if given is not None and given.for_seq == occurrence.seq else None


def may_be_told(kind: ReminderKind, answer: Coming | None, *, quiet: bool) -> bool:
    """Whether a reminder of this kind pings somebody who gave this answer (None: no answer)."""
    if answer is Coming.NO:
        return False
    if quiet:
        return answer is Coming.YES and kind in WITH_A_LINK
    return answer is not None or kind is ReminderKind.DAY_BEFORE


async def _clocks(occurrence: Occurrence, at: ReminderMoment) -> Reply | None:
    """Say that a meeting is earlier or later for some than last time, because clocks change."""
    times = [each for each in await at.meetings.occurrences(occurrence.meeting) if each.live]
    before = [each for each in times if each.at < occurrence.at]
    if not before:
        return None
    last = before[-1]
    zones = {zone.key: zone for zone in (await at.zones()).values()}
    rows: list[Line] = []
    for zone in sorted(zones.values(), key=lambda each: each.key):
        then, now = last.at.astimezone(zone), occurrence.at.astimezone(zone)
        if (then.hour, then.minute) != (now.hour, now.minute):
            rows.append(
                (
                    _("{city}: {now} this time, {then} last time").format(
                        city=city(zone), now=f"{now:%H:%M}", then=f"{then:%H:%M}"
                    ),
                )
            )
    if not rows or last.start.time() != occurrence.start.time():
        # Moved by people: they have been told.
        return None
    head = line(
        "Clocks change. {title} #{number} stays at {time} in {city}, {day}; for some of you it"
        " differs:",
        title=Strong(occurrence.title),
        number=occurrence.number,
        time=f"{occurrence.start:%H:%M}",
        city=city(occurrence.zone),
        day=a_day(occurrence.start.date(), at.now.date()),
    )
    return reply(head, listed(rows))


async def _roles(occurrence: Occurrence, at: ReminderMoment) -> Reply | None:
    """Nobody facilitates yet: those who come are asked, once."""
    held = await Duties(at.tx, at.committee.id).of(occurrence.id)
    if Duty.FACILITATOR in held and at.members.includes(held[Duty.FACILITATOR]):
        return None
    rsvps = await Rsvps(at.tx, at.committee.id).of(occurrence.id)
    coming = [
        user
        for user in at.members.roles
        if _answer(rsvps, user, occurrence) is Coming.YES
        and await _wants_it_here(user, at)
        and not await _quiet(user, at)
    ]
    words_ = line(
        "Nobody facilitates {title} #{number} yet. To do it, type {take}; {roles} shows"
        " whose turn it is.",
        title=Strong(occurrence.title),
        number=occurrence.number,
        take=Code("!roles take facilitator"),
        roles=Code("!roles"),
    )
    return reply(words_, mentions=tuple(coming))


async def _nag(reminder: Reminder, at: ReminderMoment) -> Reply | None:
    """Ask members who have not answered a poll on times, and have not muted it."""
    meeting = await at.meetings.by_id(MeetingId(reminder.subject))
    polls = TimePolls(at.tx, at.committee.id)
    poll = await polls.of(MeetingId(reminder.subject))
    if meeting is None or poll is None:
        return None
    answered = set(await polls.answers(meeting.id))
    muted = await at.meetings.muted(meeting.id)
    silent = [
        user
        for user in at.members.roles
        if user not in answered | muted
        and await _wants_it_here(user, at)
        and not await _quiet(user, at)
    ]
    if not silent:
        return None
    zone = at.committee.zone
    words_ = line(
        "{people}: when are you free for {title} #{number}? {can}, until {closes}. To"
        " stop these reminders: {mute}",
        people=joined(short(user) for user in silent),
        title=Strong(meeting.title),
        number=meeting.number,
        can=Code(f"!can #{meeting.number} 1 maybe 2"),
        closes=weekday_and_time(poll.closes, zone),
        mute=Code(f"!meet mute #{meeting.number}"),
    )
    return reply(words_, mentions=tuple(silent))


async def _action(reminder: Reminder, at: ReminderMoment) -> Reply | None:
    action = await Actions(at.tx, at.committee.id).by_id(reminder.subject)
    if action is None:
        return None
    if reminder.recipient is None:
        words_ = line(
            "The person who had {what} has left. Who takes it? {actions} shows what it is: {give}",
            what=in_numbers(action),
            actions=Code("!actions"),
            give=Code(f"!action give {action.number} @li"),
        )
        return reply(words_)
    words_ = line(
        "Today: {what}. {actions} shows what it is. When it is done: {done}",
        what=Strong(in_numbers(action)),
        actions=Code("!actions"),
        done=Code(f"!action done {action.number}"),
    )
    return reply(words_)


async def _week(at: ReminderMoment) -> Reply | None:
    """What is to be done, for the room: what is overdue and what comes this week."""
    open_ = await Actions(at.tx, at.committee.id).open()
    if not open_:
        return None
    today = at.now.astimezone(at.committee.zone).date()
    late = sum(each.due is not None and each.due < today for each in open_)
    rows: list[Line] = [
        (
            with_colon(
                in_numbers(each),
                short(each.owner) if at.members.includes(each.owner) else _("nobody"),
            )
            + ("" if each.due is None else comma() + a_day(each.due, today)),
        )
        for each in open_[:MOST_ITEMS]
    ]
    head = ngettext("{n} thing to do", "{n} things to do", len(open_)).format(n=len(open_))
    head = head + _(", {n} overdue:").format(n=late) if late else _("{what}:").format(what=head)
    tail = line("{actions} shows what it is.", actions=Code("!actions"))
    return reply((head,), listed(rows), tail)
