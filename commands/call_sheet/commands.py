"""The command that says whom to talk to next, and the line that says so behind a try in vain."""

from dataclasses import replace

from commands.call_sheet import views
from commands.call_sheet.rules import Call, next_calls
from commands.call_sheet.terms import HowMany
from commands.contacts.lookup import care_of
from commands.framework import Context, Reply, Role, Where, command, impossible
from commands.framework.reply import Code
from commands.framework.values import Label
from storage.contacts.contacts import Contacts
from storage.core.model import Outcome
from storage.first_week.own_talks import OwnTalks
from storage.names import folded
from storage.reports.unit import Unit
from storage.turf.absences import Absences
from storage.turf.call_sheet import CallSheet

USUAL = 3
FIRST_TALKS = 3
"""One-on-ones of one's own before which the steps of one are shown with whom to talk to."""


@command(
    "next",
    who=Role.ORGANIZER,
    where=Where.DIRECT,
    example="!next 5",
    also=("call sheet", "callsheet", "who next", "who now"),
)
async def next_(
    ctx: Context,
    many: HowMany = USUAL,
    *,
    sheet: CallSheet,
    contacts: Contacts,
    unit: Unit,
    talks: OwnTalks,
    area: Label | None = None,
) -> Reply:
    """Show which of your people to talk to next, why, and how to begin.

    many: how many people, 1 to 5; 3 if you do not say
    area: one area only
    """
    only = None if area is None else await _area(area, unit)
    calls = await calls_of(ctx, sheet, many, area=only)
    if calls:
        before = views.before_a_talk(
            calls[0], first=FIRST_TALKS, had=await talks.count(ctx.user, FIRST_TALKS)
        )
        return views.sheet(calls, ctx, before)
    anybody = await contacts.page(organizer=ctx.user, after=None, limit=1)
    return views.nobody(area, people=bool(anybody))


async def calls_of(
    ctx: Context, sheet: CallSheet, most: int, *, area: int | None = None
) -> list[Call]:
    """Return whom the person may talk to next, what was written until now included.

    Their own people, and those of whom they stand in for; leads too have only their own here.
    """
    await Unit(sheet.tx, sheet.committee, ctx.day).recompute()
    care = await care_of(Absences(sheet.tx, sheet.committee), ctx)
    found = await sheet.candidates(care.organizers, area=area, most=most)
    return next_calls(found, ctx.now, ctx.today, most)


async def and_next(said: Reply, outcome: Outcome, ctx: Context, sheet: CallSheet) -> Reply:
    """Add the next person on the call sheet to what is said to a try that reached nobody."""
    if outcome is Outcome.REACHED:
        return said
    just = await sheet.logged_now(ctx.user)
    found = await calls_of(ctx, sheet, 1 + len(just))
    calls = [call for call in found if call.candidate.contact not in just][:1]
    return replace(said, blocks=(*said.blocks, *(views.following(call, ctx) for call in calls)))


async def _area(name: str, unit: Unit) -> int:
    """Find an area's id by its name. Raises Refusal."""
    for area, called in (await unit.areas()).items():
        if folded(called) == folded(name):
            return area
    raise impossible(
        "There is no area “{area}”. {turf} shows where your people work.",
        area=name,
        turf=Code("!turf"),
    )
