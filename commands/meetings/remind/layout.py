"""Laying out what is planned ahead by itself: the next weeks of series, action items, weekly lists."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from commands.framework.context import UserId
from commands.framework.reply import Audience, Reply, Strong, in_each_language, line, reply
from commands.meetings.plan.occurrences import replan
from commands.meetings.remind.rules import is_quiet, quiet_hours
from commands.meetings.remind.texts import ReminderMoment, may_be_told
from commands.meetings.share import file_holders
from commands.meetings.wording import when_it_is
from commands.time.instants import instant
from storage.chat.preferences import People
from storage.meetings.actions import Actions
from storage.meetings.answers import Rsvps
from storage.meetings.calendar_dates import CalendarDates
from storage.meetings.meetings import Meetings, Occurrence, OccurrenceId
from storage.meetings.reminders import PlannedReminder, Reminder, ReminderKind, Reminders

MORNING = time(9)
DAY = timedelta(days=1)
AT_ONCE = 8
"""Meetings that are laid out in one transaction."""
LADDER = frozenset(
    {
        ReminderKind.DAY_BEFORE,
        ReminderKind.HOUR_BEFORE,
        ReminderKind.AT_THE_DOOR,
        ReminderKind.START,
    }
)


async def lay_out(at: ReminderMoment, after: int = 0) -> tuple[list[Reply], int | None]:
    """Go on with what is open, a few meetings at a time: others want the database too.

    What is said where a change of a zone's rules moved a meeting, in the room and to whoever has it in
    a calendar; and after which meeting to go on, None when that were all.
    """
    reminders = Reminders(at.tx, at.committee.id)
    said: list[Reply] = []
    page = await at.meetings.open(after, AT_ONCE)
    for meeting in page:
        held = await at.meetings.occurrences(meeting.id)
        before = {each.id: each for each in held}
        moved = await replan(at.meetings, reminders, meeting.id, at.now, held)
        for changed in moved:
            old = before.get(changed.id)
            if old is not None and changed.live and old.start == changed.start:
                said.append(_rules_changed(changed, at.now))
        said += await file_holders.told(CalendarDates(at.tx, at.committee.id), moved, at.now)
    if len(page) == AT_ONCE:
        return said, page[-1].id
    await _plan_actions(at, reminders)
    return said, None


@in_each_language
def _rules_changed(occurrence: Occurrence, now: datetime) -> Reply:
    words = line(
        "{title} #{number} stays at {when}, but the rules for that zone’s clocks have"
        " changed. In other zones it is at another time than I said.",
        title=Strong(occurrence.title),
        number=occurrence.number,
        when=when_it_is(occurrence, now),
    )
    return reply(words, audience=Audience.ROOM)


async def _plan_actions(at: ReminderMoment, reminders: Reminders) -> None:
    """Owners are reminded at nine on their own clock; the room, once, of what nobody has any more."""
    plans: list[PlannedReminder] = []
    for action in await Actions(at.tx, at.committee.id).open():
        if not at.members.includes(action.owner):
            plans.append(
                PlannedReminder(ReminderKind.ACTION, action.id, 0, None, at.now, at.now + 7 * DAY)
            )
        elif action.due is not None:
            zone = await at.zone(action.owner)
            due = instant(datetime.combine(action.due, MORNING), zone)
            if due > at.now:
                plans.append(
                    PlannedReminder(ReminderKind.ACTION, action.id, 0, action.owner, due, due + DAY)
                )
    plans.append(_week(at.committee.id, at.committee.zone, at.now))
    await reminders.plan(plans)


def _week(committee: int, zone: ZoneInfo, now: datetime) -> PlannedReminder:
    """Next Monday at nine."""
    today = now.astimezone(zone).date()
    monday = today + timedelta(days=(7 - today.weekday()) % 7)
    due = instant(datetime.combine(monday, MORNING), zone)
    if due <= now:
        monday += 7 * DAY
        due = instant(datetime.combine(monday, MORNING), zone)
    return PlannedReminder(
        ReminderKind.WEEK, committee, monday.toordinal(), None, due, due + DAY / 2
    )


async def for_people(reminder: Reminder, at: ReminderMoment) -> list[PlannedReminder]:
    """Plan direct reminders beside one to the room, for each person who wants direct messages.

    In their night the day-before one waits for their morning, if there is time; the others go only
    to whoever said yes.
    """
    if reminder.kind not in LADDER:
        return []
    occurrence = await Meetings(at.tx, at.committee.id).occurrence(OccurrenceId(reminder.subject))
    if occurrence is None:
        return []
    rsvps = await Rsvps(at.tx, at.committee.id).of(occurrence.id)
    people = People(at.tx)
    plans: list[PlannedReminder] = []
    for user in at.members.roles:
        if await people.reminders(user) != "direct":
            continue
        given = rsvps.get(user)
        answer = given.answer if given is not None and given.for_seq == occurrence.seq else None
        due: datetime | None = at.now
        hours, zone = await people.quiet(user), await at.zone(user)
        if is_quiet(at.now.astimezone(zone), hours):
            due = _awake(at.now, zone, hours)
            may_wait = reminder.kind is ReminderKind.DAY_BEFORE and due < occurrence.at - timedelta(
                hours=2
            )
            if not may_wait:
                due = at.now if may_be_told(reminder.kind, answer, quiet=True) else None
        elif not may_be_told(reminder.kind, answer, quiet=False):
            due = None
        if due is not None:
            plans.append(_to(user, reminder, due))
    return plans


def _to(user: UserId, reminder: Reminder, due: datetime) -> PlannedReminder:
    return PlannedReminder(
        reminder.kind, reminder.subject, reminder.seq, user, due, reminder.expires
    )


def _awake(now: datetime, zone: ZoneInfo, hours: str | None) -> datetime:
    """When their quiet hours end next."""
    end = quiet_hours(hours)[1]
    local = now.astimezone(zone)
    day = local.date() if local.hour < end else local.date() + DAY
    return instant(datetime.combine(day, time(end)), zone).astimezone(UTC)
