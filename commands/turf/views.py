"""Words about turf. Names only by direct message; whoever hands people back is thanked, not judged."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from commands.framework.i18n import _, a_day, joined, ngettext
from commands.framework.reply import (
    Audience,
    Block,
    Code,
    Line,
    Reply,
    Strong,
    fill,
    in_each_language,
    line,
    listed,
    plural,
    reply,
    say,
)
from commands.shared.figures import people
from commands.shared.wording import label, short
from commands.turf.rules import MUCH, Workload
from storage.core.lazy_dataclass import dataclass
from storage.core.model import Contact, UserId
from storage.turf.absences import Absence
from storage.turf.turf import Handed, Load

SHOWN = 6
"""Names a message of a change lists; the rest is a number."""


@dataclass(frozen=True, slots=True)
class Holding:
    """Everything that one organizer carries."""

    organizer: UserId
    areas: Sequence[tuple[str | None, int]]
    follow_ups: int
    backing: Sequence[Contact]
    covering: Sequence[Absence]
    absence: Absence | None


def owed(count: int) -> str:
    """The number of open follow-ups, in words."""
    return ngettext("{n} open follow-up", "{n} open follow-ups", count).format(n=count)


def tell(to: Sequence[UserId], *blocks: Line) -> Reply:
    """A direct message to somebody who did not type the command."""
    return reply(*blocks, audience=Audience.NAMED, to=tuple(to))


def by_number(contacts: Sequence[Contact], count: int) -> str:
    """The first few by handle, and how many more: for whoever did not ask, on a lock screen."""
    shown = joined(c.handle for c in contacts[:SHOWN])
    more = count - min(len(contacts), SHOWN)
    return shown if more <= 0 else _("{names} and {n} more").format(names=shown, n=more)


def named(contacts: Sequence[Contact], count: int) -> str:
    """The first few by name, and how many more."""
    shown = joined(f"{c.handle} {c.name}" for c in contacts[:SHOWN])
    more = count - min(len(contacts), SHOWN)
    return shown if more <= 0 else _("{names} and {n} more").format(names=shown, n=more)


def holding(has: Holding, today: date, *, own: bool) -> Reply:
    """Show what an organizer holds: people by area, follow-ups."""
    total = sum(count for _area, count in has.areas)
    who = short(has.organizer)
    head = (
        line("Your people: {people}.", people=Strong(people(total)))
        if own
        else line("{who}: {people}.", who=who, people=Strong(people(total)))
    )
    rows: list[Line] = []
    if has.areas:
        shown = [f"{area or _('no area')} {n}" for area, n in has.areas[:SHOWN]]
        rest = sum(n for _area, n in has.areas[SHOWN:])
        rows.append((" · ".join([*shown, *([_("others {n}").format(n=rest)] if rest else [])]),))
    rows.append((owed(has.follow_ups),))
    if has.backing:
        rows.append(line("Backup for {names}", names=named(has.backing, len(has.backing))))
    rows += [
        line(
            "Standing in for {who} until {day}",
            who=short(absence.organizer),
            day=a_day(absence.until, today),
        )
        for absence in has.covering
    ]
    if has.absence is not None:
        rows.append(
            line(
                "Away until {day}; {cover} stands in",
                day=a_day(has.absence.until, today),
                cover=short(has.absence.cover),
            )
        )
    tail = line("{list} shows who.", list=Code("!contact list")) if own else None
    return reply(head, listed(rows), tail)


def team(loads: Sequence[Load], members: frozenset[UserId]) -> Reply:
    """How many each organizer has, by name: an overview, no ranking."""
    carried = {load.organizer: load.contacts for load in loads}
    everybody = sorted(members | {who for who in carried if who is not None}, key=short)
    shown: list[Line] = [
        line("{who} {n}", who=short(who), n=_load(carried.get(who, 0)))
        if who in members
        else line("{who} {n}, has left", who=short(who), n=_load(carried.get(who, 0)))
        for who in everybody
    ]
    waiting = carried.get(None, 0)
    blocks: list[Block] = [line("People by organizer:"), listed(shown)]
    if waiting:
        blocks.append(
            plural(
                "{n} is unassigned: {show}",
                "{n} are unassigned: {show}",
                waiting,
                n=Strong(str(waiting)),
                show=Code("!turf unassigned"),
            )
        )
    return reply(*blocks)


def _load(count: int) -> str | Strong:
    return Strong(str(count)) if count > MUCH else str(count)


def unassigned(waiting: Sequence[tuple[Contact, str | None]], total: int, *, more: bool) -> Reply:
    """List contacts without an organizer, with the reason they came back if there is one."""
    if not waiting:
        return say("Nobody is unassigned.")
    rows = [
        (label(contact),) if why is None else line("{who}: “{why}”", who=label(contact), why=why)
        for contact, why in waiting
    ]
    first, last = waiting[0][0], waiting[-1][0]
    head = plural(
        "{n} person is unassigned:",
        "{n} people are unassigned:",
        total,
        n=Strong(str(total)),
    )
    give = line(
        "To give somebody people: {example}", example=Code(f"!turf assign @ana {first.handle}")
    )
    blocks: list[Block] = [head, listed(rows), give]
    if more:
        go_on = Code(f"!turf unassigned after={last.handle}")
        blocks.append(line("More: {next}", next=go_on))
    return reply(*blocks)


def workload(who: UserId, load: Workload) -> Line:
    """An organizer's workload before and after; with a warning when it is much."""
    plain = line(
        "{who} had {before} and has {after} now.",
        who=short(who),
        before=load.before,
        after=Strong(str(load.after)),
    )
    if not load.much:
        return plain
    return (
        *plain,
        " ",
        _("More than {much} is a lot for one person; maybe somebody can share.").format(much=MUCH),
    )


def assigned(
    to: UserId,
    given: str,
    load: Workload,
    from_others: Sequence[tuple[UserId, Workload]],
    *,
    kept: int,
    follow_ups: int,
) -> Reply:
    """Confirm a handover to an organizer, with the workload of everybody concerned."""
    rows = [line("{who} has {given} now.", who=short(to), given=Strong(given))]
    if follow_ups:
        rows.append(line("With them went {owed}.", owed=owed(follow_ups)))
    rows.append(workload(to, load))
    rows += [workload(who, change) for who, change in from_others[:2]]
    if kept:
        rows.append(
            plural(
                "{n} stays with another organizer; {transfer} or {backup} changes that.",
                "{n} stay with other organizers; {transfer} or {backup} changes that.",
                kept,
                transfer=Code("--transfer"),
                backup=Code("--backup"),
            )
        )
    return reply(*rows)


def backed_up(who: UserId, given: str) -> Reply:
    """Confirm a backup organizer."""
    return say("{who} is a backup for {given} now.", who=short(who), given=Strong(given))


@in_each_language
def you_got(to: UserId, by: UserId, given: str) -> Reply:
    """Tell an organizer that people were put in their care."""
    return tell(
        [to],
        line("{by} assigned {given} to you.", by=short(by), given=Strong(given)),
        line("{turf} and {due} show what is yours.", turf=Code("!turf"), due=Code("!due")),
    )


@in_each_language
def you_back_up(to: UserId, by: UserId, given: str) -> Reply:
    """Tell an organizer that they are a backup."""
    return tell([to], line("{by} made you a backup for {given}.", by=short(by), given=given))


@in_each_language
def you_gave(to: Sequence[UserId], by: UserId, now: UserId, given: str) -> Reply:
    """Tell organizers that people were handed from them to somebody else."""
    return tell(
        to,
        line(
            "{by} handed {given} from you to {now}. What you noted stays in the record.",
            by=short(by),
            given=given,
            now=short(now),
        ),
    )


def moving(source: UserId, to: UserId, handed: Handed, late: int, load: Workload) -> Reply:
    """The preview of moving a whole turf."""
    return reply(
        line(
            "From {source} to {to}: {people} and {owed}, {late} of them overdue.",
            source=short(source),
            to=short(to),
            people=Strong(people(handed.contacts)),
            owed=owed(handed.follow_ups),
            late=late,
        ),
        _backups(handed),
        line(
            "{who} has {before} and would have {after}.",
            who=short(to),
            before=load.before,
            after=Strong(str(load.after)),
        ),
        line(
            "Nothing moved yet. If that is right: {again}",
            again=Code(f"!turf move {short(source)} {short(to)} --yes"),
        ),
    )


def _backups(handed: Handed) -> Line | None:
    if not handed.backups:
        return None
    return plural("As a backup: {n} person.", "As a backup: {n} people.", handed.backups)


def moved(source: UserId, to: UserId, handed: Handed, load: Workload) -> Reply:
    """Confirm that an organizer's whole turf moved to another one."""
    return reply(
        line(
            "Moved from {source} to {to}: {people} and {owed}. Who spoke with whom stays.",
            source=short(source),
            to=short(to),
            people=Strong(people(handed.contacts)),
            owed=owed(handed.follow_ups),
        ),
        workload(to, load),
        line("To undo it, type {undo} within 15 minutes.", undo=Code("!undo")),
    )


def released(contact: Contact, *, own: bool) -> Reply:
    """Confirm that a contact is back in the pool."""
    done = (
        _("{who} is unassigned again. Thank you for saying why; a lead will find somebody.")
        if own
        else _("{who} is unassigned again.")
    )
    return reply(fill(done, who=Strong(label(contact))))


@in_each_language
def taken_back_from(contact: Contact, by: UserId) -> Reply:
    """Tell an organizer that a lead put one of their people back into the pool."""
    return tell(
        [contact.organizer] if contact.organizer else [],
        line(
            "{by} made {who} of yours unassigned. {turf} shows what is yours.",
            by=short(by),
            who=Strong(contact.handle),
            turf=Code("!turf"),
        ),
    )


@in_each_language
def handed_back(contact: Contact, by: UserId, why: str) -> Reply:
    """Tell the leads that an organizer handed a contact back, and why."""
    return reply(
        line(
            "{by} handed {who} back: “{why}”. {assign}",
            by=short(by),
            who=Strong(contact.handle),
            why=why,
            assign=Code(f"!turf assign @ana {contact.handle}"),
        ),
        audience=Audience.LEADS,
    )


@in_each_language
def away(absence: Absence, today: date) -> Reply:
    """Announce an absence, and who stands in."""
    return reply(
        line(
            "{who} is away until {day}, and {cover} stands in. They see {who}'s people and"
            " get the reminders. After that day it ends by itself.",
            who=short(absence.organizer),
            day=Strong(a_day(absence.until, today)),
            cover=short(absence.cover),
        ),
        line("To end it earlier: {back}", back=Code(f"!back {short(absence.organizer)}")),
    )


@in_each_language
def back(absence: Absence) -> Reply:
    """Announce the end of an absence."""
    return say(
        "{who} is back. {cover} no longer stands in.",
        who=short(absence.organizer),
        cover=short(absence.cover),
    )


def for_others(reply: Reply, to: Sequence[UserId]) -> Reply:
    """Address a reply to the people it is about."""
    return replace(reply, audience=Audience.NAMED, to=tuple(to))
