"""How follow-ups read. Nobody is shamed: overdue is a number of days."""

from collections.abc import Sequence
from datetime import date

from commands.framework.i18n import _, a_day, ngettext
from commands.framework.reply import Code, Line, Paragraph, Reply, Strong, line, listed
from storage.model import FollowUp


def about(task: FollowUp) -> str:
    return f"{task.handle} {task.name}: {task.what or _('talk again')}"


def due(tasks: Sequence[FollowUp], today: date, *, more: bool, later: int) -> Reply:
    if not tasks:
        rest = (
            line(
                ngettext(
                    "Nothing due this week. {n} follow-up is planned for later.",
                    "Nothing due this week. {n} follow-ups are planned for later.",
                    later,
                ),
                n=later,
            )
            if later
            else line(_("Nothing due. Rest, or talk to somebody new."))
        )
        return Reply((Paragraph(rest),))
    blocks: list[Paragraph] = [
        Paragraph(
            line(
                _("When it is done: {example}"),
                example=Code(f'!done {tasks[0].number} "what came of it"'),
            )
        )
    ]
    if more:
        blocks.insert(0, Paragraph((_("And more after these."),)))
    return Reply(
        (Paragraph((_("Your follow-ups:"),)), listed([_row(t, today) for t in tasks]), *blocks)
    )


def _row(task: FollowUp, today: date) -> Line:
    late = (today - task.due).days
    if late > 0:
        when = ngettext("{n} day overdue", "{n} days overdue", late).format(n=late)
    elif late == 0:
        when = _("today")
    else:
        when = a_day(task.due, today)
    return line(
        _("{number} · {about} · {when}"),
        number=Strong(str(task.number)),
        about=about(task),
        when=Strong(when) if late > 0 else when,
    )


def done(task: FollowUp, result: str, following: tuple[int, date] | None, today: date) -> Reply:
    head = line(
        _("Done: {about} → {result}."), about=Strong(about(task)), result=result.rstrip(".")
    )
    if following is None:
        return Reply(
            (
                Paragraph(head),
                Paragraph(line(_("{undo} takes it back for 15 minutes."), undo=Code("!undo"))),
            )
        )
    number, day = following
    tail = line(_("Next: {day} (follow-up {number})"), day=Strong(a_day(day, today)), number=number)
    return Reply((Paragraph(head), Paragraph(tail)))


def snoozed(task: FollowUp, day: date, today: date) -> Reply:
    return Reply(
        (
            Paragraph(
                line(
                    _("Moved to {day}: {about}."),
                    day=Strong(a_day(day, today)),
                    about=about(task),
                )
            ),
        )
    )
