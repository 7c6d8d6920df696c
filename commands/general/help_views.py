"""Words of help: at most ten lines, each with something to type."""

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from commands.framework.catalogue import Catalogue, Group
from commands.framework.context import Context, Place, Role
from commands.framework.denials import who_they_are
from commands.framework.i18n import _, joined
from commands.framework.reply import Code, Line, Reply, Strong, line, listed, plural, reply
from commands.framework.shown_names import TOPIC, shown_name, topic_name
from commands.polls.model import Poll
from commands.roles.roll import Roll
from storage.core.later import Later
from storage.reports.next_steps import MANY, CommitteeWork, LeadWork, OwnWork

if TYPE_CHECKING:
    from commands.framework import shown_examples
else:
    shown_examples = Later("commands.framework.shown_examples")

_CLAUSE = re.compile(r"\. |; |[。；]")
MOST = 6
"""Things to do next that are shown."""
PAGE = 10
"""Commands of a topic that are shown at once."""


def waiting(
    own: OwnWork, common: CommitteeWork, lead: LeadWork | None, polls: Sequence[Poll]
) -> Iterator[Line]:
    """What waits for somebody, the most urgent first; handles and numbers only."""
    if own.due:
        yield plural(
            "{many} follow-up is due: {due}",
            "{many} follow-ups are due: {due}",
            own.due,
            many=_many(own.due),
            due=Code("!due"),
        )
    if common.meeting is not None:
        yield line(
            "Are you coming to meeting #{number}? {yes}",
            number=common.meeting,
            yes=Code(f"!yes #{common.meeting}"),
        )
    if common.times is not None:
        yield line(
            "When are you free for #{number}? {show}",
            number=common.times,
            show=Code(f"!meet tally #{common.times}"),
        )
    for poll in polls[:1]:
        yield line(
            "Poll {code} is open, and you may vote: {show}",
            code=poll.code,
            show=Code("!poll list"),
        )
    if own.test is not None:
        yield line(
            "Some of your people are not asked yet in test {number}: {gaps}",
            number=own.test,
            gaps=Code(f"!test gaps {own.test}"),
        )
    if lead is not None and lead.list_ is not None:
        yield line("A list of yours waits: {check}", check=Code(f"!import check {lead.list_}"))
    if lead is not None and lead.unassigned:
        yield plural(
            "{many} person is unassigned: {show}",
            "{many} people are unassigned: {show}",
            lead.unassigned,
            many=_many(lead.unassigned),
            show=Code("!turf unassigned"),
        )
    if own.untouched:
        yield line("Nobody has talked to some of your people yet: {next}", next=Code("!next"))


def usual(own: OwnWork) -> Iterator[Line]:
    """What one can always do, with examples that fit."""
    add = Code('!contact add "Sam Okafor" area=Payments')
    if own.example is None:
        yield line(
            "Try everything in two minutes; I keep nothing of it: {tour}", tour=Code("!tour")
        )
        yield line("Add the first person you know at work: {add}", add=add)
    else:
        log = Code(f"log M-{own.example} reached 2 said fri")
        yield line("Write down a talk: {log}", log=log)
        yield line("Look somebody up: {show}", show=Code(f"!contact show M-{own.example}"))
        yield line("Add somebody: {add}", add=add)
    yield line("See what is planned: {meet}", meet=Code("!meet"))
    yield line("Who you are here, and your time zone: {me}", me=Code("!me"))


def overview(steps: Sequence[Line], catalogue: Catalogue, ctx: Context) -> Reply:
    """What somebody can do next, in the direct chat."""
    rows = [*_first(ctx), *steps][:MOST]
    if not rows:
        rows = [line("Who you are here, and your time zone: {me}", me=Code("!me"))]
    return reply(line("What you can do now:"), listed(rows), _topics(catalogue, ctx))


def in_room(catalogue: Catalogue, ctx: Context) -> Reply:
    """What may be typed in a room, whoever asks."""
    rows = [
        *_first(ctx),
        line("What is planned: {meet}", meet=Code("!meet")),
        line("Plan a meeting: {new}", new=_code("!meet new Planning | tue 19:00 | 90m", catalogue)),
        line("Ask everybody: {poll}", poll=Code('!poll yesno "Shall we go public?"')),
        line("How a structure test stands: {test}", test=Code("!test status")),
        line("Who can read this room: {status}", status=Code("!status")),
        line("Names and ratings belong in our direct chat: {direct}", direct=Code("!direct")),
    ]
    return reply(line("What you can type here:"), listed(rows), _topics(catalogue, ctx))


def _code(typed: str, catalogue: Catalogue) -> Code:
    """An example, its times and choices in the reader's words as well."""
    return Code(typed, shown_examples.shown_line(typed, catalogue))


def _first(ctx: Context) -> Iterator[Line]:
    if not ctx.committee.set_up and ctx.role >= Role.LEAD:
        yield line("First: {setup} in the committee room.", setup=Code("!setup name=… tz=…"))


def _topics(catalogue: Catalogue, ctx: Context) -> Line:
    names = [
        shown_name(TOPIC, group.topics[0])
        for group in catalogue.groups
        if group.topics and any(each.who <= ctx.role for each in group.commands)
    ]
    return line(
        "Topics: {topics}. Like this: {help}. Everything: {all}",
        topics=joined([*names, topic_name("roles")]),
        help=Code(f"!help {names[0]}" if names else "!help roles"),
        all=Code("!help all"),
    )


def topic(group: Group, page: int, ctx: Context) -> Reply:
    """The commands of one topic that somebody may run, a line each."""
    may = [each for each in group.commands if each.who <= ctx.role]
    pages = max(1, -(-len(may) // PAGE))
    page = min(page, pages)
    shown = may[(page - 1) * PAGE : page * PAGE]
    name = group.topics[0]
    rows = [(Code(f"!{each.name}"), " ", _short(each.help)) for each in shown]
    more = (
        line("More: {next}", next=Code(f"!help {name} {page + 1}"))
        if page < pages
        else line("How one is typed: {help}", help=Code(f"!help {shown[0].name}"))
        if shown
        else line("All of these are for leads.")
    )
    return reply((Strong(group.title()),), listed(rows) if rows else None, more)


def _short(words: str) -> str:
    """The first clause of what a command does: the rest is for whoever asks about it alone."""
    end = "。" if words.endswith("。") else "."
    return _CLAUSE.split(words)[0].rstrip(".。") + end


def roles(roll: Roll, ctx: Context) -> Reply:
    """What the roles are, how one gets one, and in the direct chat who has them."""
    rows = [
        (
            _(
                "Organizer: everybody in the committee room. Keeps contacts, writes down talks, votes."
            ),
        ),
        (
            _("Lead: power level 50 in the room. Also assigns people, opens tests, imports lists."),
            *_who(Role.LEAD, roll, ctx),
        ),
        (
            _("Keeper: power level 100. A lead who also exports and deletes what is kept."),
            *_who(Role.KEEPER, roll, ctx),
        ),
    ]
    how = line(
        "To become one: a keeper changes your power level in the app, then somebody who is one"
        " already types {confirm} to me.",
        confirm=Code(f"!confirm {ctx.user}"),
    )
    return reply(listed(rows), how)


def _who(role: Role, roll: Roll, ctx: Context) -> Line:
    return () if ctx.place is Place.ROOM else (" ", *who_they_are(role, roll))


def _many(n: int) -> str:
    return _("{n} or more").format(n=n) if n >= MANY else str(n)
