"""Words about which contacts came to meetings; without a name for whoever typed in the room."""

from collections.abc import Mapping, Sequence

from commands.framework.context import Context, Place, Role
from commands.framework.errors import cut
from commands.framework.i18n import _, a_day, a_number, joined, ngettext
from commands.framework.reply import (
    Block,
    Code,
    Line,
    Reply,
    Strong,
    line,
    listed,
    plural,
    reply,
    say,
)
from commands.shared.wording import label
from storage.attendance.attendances import NotedMeeting
from storage.core.lazy_dataclass import dataclass
from storage.core.model import Contact, ContactId
from storage.meetings.meetings import Occurrence
from storage.structure_tests.sheets import SheetLine, SignatureVerdict

SHOWN = 12
LINES = 8
"""Lines of a list that are shown of those that name nobody for sure."""


@dataclass(frozen=True, slots=True)
class NamedThere:
    """Whom words or a list surely name, and what in them names nobody for sure."""

    sure: Sequence[ContactId]
    unclear: Sequence[str] = ()
    lines: Sequence[SheetLine] = ()
    unread: int = 0
    """Lines without a name."""


def _meeting(at: Occurrence, ctx: Context) -> str:
    day = a_day(at.start.date(), ctx.today)
    return joined([f"{at.title} #{at.number}", day])


def noted(
    at: Occurrence,
    found: NamedThere,
    new: Sequence[Contact],
    people: Mapping[ContactId, Contact],
    together: int,
    ctx: Context,
) -> Reply:
    """Confirm who was noted as having come, and list what names nobody for sure.

    ``people`` are those whom unsure lines may mean; ``together`` is how many of the reader's people came.
    """
    already = len(found.sure) - len(new)
    head = plural(
        "{meeting}: {n} person noted.",
        "{meeting}: {n} people noted.",
        len(new),
        meeting=Strong(_meeting(at, ctx)),
        n=a_number(len(new)),
    )
    if already:
        head += line(" {n} had been noted before.", n=a_number(already))
    head += (_in_all(together, ctx),)
    blocks: list[Block] = [head]
    if ctx.place is Place.ROOM:
        # It was typed where everybody reads: the answer names nobody, wherever it is read.
        rest = len(found.unclear) + len(found.lines)
        if rest:
            blocks.append(
                plural(
                    "{n} name does not fit one person for sure.",
                    "{n} names do not fit one person for sure.",
                    rest,
                    n=a_number(rest),
                )
            )
    else:
        if new:
            blocks.append((_several(new),))
        blocks += _unclear(at, found, people, ctx)
    if new:
        undo = line("To undo it, type {undo} within 15 minutes.", undo=Code("!undo"))
        blocks.append(undo)
    return reply(*blocks)


def _in_all(together: int, ctx: Context) -> str:
    if ctx.role >= Role.LEAD:
        words = ngettext(" In total {n} contact came.", " In total {n} contacts came.", together)
    else:
        words = ngettext(
            " In total {n} of your people came.", " In total {n} of your people came.", together
        )
    return words.format(n=a_number(together))


def _several(people: Sequence[Contact]) -> str:
    shown = joined(f"{each.handle} {each.name}" for each in people[:SHOWN])
    if len(people) > SHOWN:
        shown += _(" and {n} more").format(n=len(people) - SHOWN)
    return shown


def _unclear(
    at: Occurrence, found: NamedThere, people: Mapping[ContactId, Contact], ctx: Context
) -> list[Block]:
    """What names nobody for sure, and how to note them all the same."""
    rows: list[Line] = [(each,) for each in found.unclear[:LINES]]
    rows += [_row(each, people, ctx) for each in found.lines[:LINES]]
    if not rows and not found.unread:
        return []
    more = len(found.unclear) + len(found.lines) - len(rows)
    if more > 0:
        rows.append(line("{n} more lines", n=a_number(more)))
    if found.unread:
        rows.append(
            plural(
                "{n} line without a name",
                "{n} lines without a name",
                found.unread,
                n=a_number(found.unread),
            )
        )
    blocks: list[Block] = [
        line("Not noted, because I am not sure who is meant:"),
        listed(rows),
    ]
    likely = [
        people[each.contacts[0]].handle
        for each in found.lines[:LINES]
        if each.verdict is SignatureVerdict.LIKELY and each.contacts[0] in people
    ]
    if likely:
        typed = Code(f"!attended {' '.join(dict.fromkeys(likely))} at={at.number}")
        blocks.append(line("If the likely ones are right: {typed}", typed=typed))
    return blocks


def _row(each: SheetLine, people: Mapping[ContactId, Contact], ctx: Context) -> Line:
    known = [label(people[one]) for one in each.contacts if one in people]
    written = cut(each.written)
    if each.verdict is SignatureVerdict.LIKELY and known:
        return line("“{name}”: likely {who}", name=written, who=known[0])
    if known:
        who = " · ".join(known)
        return line("“{name}”: who of {who}?", name=written, who=who)
    if ctx.role < Role.LEAD:
        return line("“{name}”: not one of your people; a lead can note others", name=written)
    return line("“{name}”: nobody has that name", name=written)


def not_there(at: Occurrence, people: Sequence[Contact], ctx: Context) -> Reply:
    """Confirm who is no longer noted as having come."""
    count = ngettext("{n} person", "{n} people", len(people)).format(n=a_number(len(people)))
    who = count if ctx.place is Place.ROOM else _several(people)
    return say(
        "{meeting}: not there after all: {who}. To undo it, type {undo} within 15 minutes.",
        meeting=Strong(_meeting(at, ctx)),
        who=who,
        undo=Code("!undo"),
    )


def attendance(
    told: Sequence[tuple[NotedMeeting, int]], always: Sequence[Contact], more: int, ctx: Context
) -> Reply:
    """List the last meetings with how many came, and who came to each of the last three."""
    if not told:
        return say(
            "Nobody has noted yet which contacts came to a meeting. To note it: {here}",
            here=Code("!here M-41 M-42"),
        )
    rows = [
        line(
            "{title} #{number}, {day}: {n}",
            title=each.title,
            number=each.number,
            day=a_day(each.at.astimezone(ctx.committee.zone).date(), ctx.today),
            n=a_number(count),
        )
        for each, count in told
    ]
    whose = _("Contacts who came:") if ctx.role >= Role.LEAD else _("How many of your people came:")
    blocks: list[Block] = [(whose,), listed(rows)]
    if always:
        blocks += [
            line("Who came to each of the last three:"),
            listed([(label(each),) for each in always]),
        ]
    if more:
        blocks.append(line("And {n} more.", n=a_number(more)))
    return reply(*blocks)
