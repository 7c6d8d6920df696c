"""Words about joint tests and letters of a coalition."""

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from commands.coalition.joint.bodies import TestProposal
from commands.coalition.wording import called
from commands.framework.i18n import _, a_day, a_time_there, all_of, ngettext, readers_clock
from commands.framework.reply import (
    Audience,
    Block,
    Code,
    Line,
    Reply,
    Strong,
    in_each_language,
    line,
    listed,
    plural,
    reply,
    say,
)
from commands.shared.figures import people
from commands.structure_tests.compare import ladder
from commands.structure_tests.rules import reached, to_go
from commands.structure_tests.views import of_all
from storage.coalition.joint import ProposedTest, ToldLine
from storage.core.lazy_dataclass import dataclass
from storage.structure_tests.model import Action, StructureTest


@dataclass(frozen=True, slots=True)
class CountsRow:
    """One line of a committee's counts, as everybody is shown it."""

    bot: str
    """Whose line it is: two committees may have had one label, one after the other."""
    label: str
    name: str
    """Empty where the line is the whole committee."""
    people: int
    asked: int
    yes: int
    """Said yes or did it."""
    did: int


# -- what stands in the room of the bots, in the language of the committee that says it


def proposal_sentence(body: TestProposal) -> str:
    """What a bot says when its committee proposes a test to all."""
    return _("We propose “{name}” to all. Please ask your leads.").format(name=body.name)


def joining_sentence(name: str, count: int) -> str:
    """What a bot says when its committee is in a test."""
    return _("We are in “{name}” with {people}.").format(name=name, people=people(count))


def report_sentence(name: str, rows: Sequence[CountsRow]) -> str:
    """What a bot says with its counts."""
    words = _(
        "Our counts for “{name}”: of {people}, {asked} were asked, {yes} said yes, {did} did it."
    )
    return words.format(
        name=name,
        people=people(sum(each.people for each in rows)),
        asked=sum(each.asked for each in rows),
        yes=sum(each.yes for each in rows),
        did=sum(each.did for each in rows),
    )


def table_sentence(name: str) -> str:
    """What a bot says when it lays reports beside each other."""
    return _("The counts for “{name}” that came until now make one table.").format(name=name)


# -- what leads decide


def proposal(body: TestProposal, who: str) -> tuple[Line, ...]:
    """What leads read before their ok: what is proposed, the whole text of a letter, what others would see."""
    return (
        _what(body, who),
        *(_letter(body.letter) if body.letter else ()),
        line(
            "The others would see how many are in your unit, and how many were asked, said yes "
            "and did it. No names, and no group under five."
        ),
        line("It ends {day}.", day=a_time_there(body.closes, readers_clock(ZoneInfo("UTC")))),
    )


def _what(body: TestProposal, who: str) -> Line:
    goal = _(", goal {n} %").format(n=body.goal) if body.goal else ""
    name = Strong(body.name)
    if body.letter:
        if not who:
            return line("You are about to propose a letter: {name}{goal}.", name=name, goal=goal)
        return line("{who} proposes a letter: {name}{goal}.", who=called(who), name=name, goal=goal)
    known = {each.value: each for each in Action}
    kind = ladder.words(known.get(body.action, Action.CUSTOM))
    if not who:
        return line(
            "You are about to propose a joint test: {name} ({kind}{goal}).",
            name=name, kind=kind, goal=goal,
        )  # fmt: skip
    return line(
        "{who} proposes a joint test: {name} ({kind}{goal}).",
        who=called(who), name=name, kind=kind, goal=goal,
    )  # fmt: skip


def _letter(text: str) -> tuple[Line, ...]:
    return (
        line("The whole text:"),
        # Each line set apart, so that none is taken for the bot's own.
        *((f"> {each}",) for each in text.splitlines() if each.strip()),
    )


def opened(test: ProposedTest, own: StructureTest, told: Sequence[ToldLine]) -> Reply:
    """The answer to a lead whose ok opened this committee's own test."""
    how = Code(f"!test mark {own.handle} asked M-41 M-42")
    return reply(
        line(
            "{name} is open here as {handle}. The others see: {people}.",
            name=Strong(test.name),
            handle=Code(own.handle),
            people=all_of([_line_size(each) for each in told]),
        ),
        line("As you hear from people: {mark}", mark=how),
        line("I tell the others your counts each Monday and at the end."),
    )


def _line_size(told: ToldLine) -> str:
    count = people(told.people)
    return count if not told.name else _("{area} {n}").format(area=told.name, n=told.people)


def nameless(number: int) -> str:
    """What a line is called whose area has a name that others would not be shown."""
    return _("Area {n}").format(n=number)


@in_each_language
def begun(test: ProposedTest, handle: str, zone: ZoneInfo) -> Reply:
    """To the room: this committee is in a joint test."""
    return reply(
        line(
            "{name} is now a joint test of our coalition: {handle}. It ends {day}.",
            name=Strong(test.name),
            handle=Code(handle),
            day=a_time_there(test.closes_at, zone),
        ),
        line("Other committees see counts of ours, never names."),
        *(_letter(test.letter) if test.letter else ()),
        audience=Audience.ROOM,
    )


def proposed(body: TestProposal) -> Reply:
    """The answer to a lead who typed a joint test or a letter: nothing is out yet."""
    return say(
        "Nothing is sent yet. I showed {name} to you and the other leads: one of you says ok.",
        name=Strong(body.name),
    )


# -- tables


@in_each_language
def table(
    test: ProposedTest,
    due: datetime,
    rows: Sequence[CountsRow],
    missing: Sequence[str],
    *,
    again: bool,
) -> Reply:
    """To the room: the counts of all committees, the same in every room."""
    return reply(*_table(test, due, rows, missing, again=again), audience=Audience.ROOM)


def table_here(
    test: ProposedTest, due: datetime, rows: Sequence[CountsRow], missing: Sequence[str]
) -> Reply:
    """The counts of all committees, as an answer to whoever asked."""
    return reply(*_table(test, due, rows, missing, again=False))


@in_each_language
def table_alone(
    test: ProposedTest, due: datetime, rows: Sequence[CountsRow], missing: Sequence[str]
) -> Reply:
    """To the room: the counts that its own bot heard, since nobody said which belong together."""
    return reply(
        *_table(test, due, rows, missing, again=False),
        line("This is what I heard myself. Other rooms may see it differently."),
        audience=Audience.ROOM,
    )


def _table(
    test: ProposedTest,
    due: datetime,
    rows: Sequence[CountsRow],
    missing: Sequence[str],
    *,
    again: bool,
) -> tuple[Block | None, ...]:
    told = [
        each for _bot, some in groupby(rows, lambda row: row.bot) for each in _rows(test, [*some])
    ]
    told += [line("{who} has not reported.", who=called(each)) for each in missing]
    return (
        _head(test, due, again=again),
        _together(test, rows) if rows else line("Nobody has reported."),
        listed(told) if told else None,
        line("No group under five is shown, so a count may be a little lower than the real one."),
    )


def _head(test: ProposedTest, due: datetime, *, again: bool) -> Line:
    name = Strong(test.name)
    day = due.astimezone(UTC).date()
    if due < test.closes_at:
        return line("{name}, all committees, as of {day}:", name=name, day=a_day(day, day))
    if again:
        return line("{name}, all committees, at the end, updated:", name=name)
    return line("{name}, all committees, at the end:", name=name)


def _together(test: ProposedTest, rows: Sequence[CountsRow]) -> Line:
    did, everybody = sum(each.did for each in rows), sum(each.people for each in rows)
    return plural(
        "Together, {n} committee: {figure}",
        "Together, {n} committees: {figure}",
        len({each.bot for each in rows}),
        figure=Strong(_participation(test, did, everybody)),
    )


def _participation(test: ProposedTest, did: int, everybody: int) -> str:
    share = of_all(did, everybody, test.goal or None)
    if not test.goal or not everybody:
        return share
    if reached(did, everybody, test.goal):
        return _("{share}, goal {goal} %: reached").format(share=share, goal=test.goal)
    n = to_go(did, everybody, test.goal)
    return ngettext(
        "{share}, goal {goal} %: not reached, {n} to go",
        "{share}, goal {goal} %: not reached, {n} to go",
        n,
    ).format(share=share, goal=test.goal, n=n)


def _rows(test: ProposedTest, some: Sequence[CountsRow]) -> list[Line]:
    """One committee: all its people, then its areas if it tells them."""
    first = some[0]
    sums = [sum(getattr(each, name) for each in some) for name in ("people", "asked", "yes", "did")]
    whole = line(
        "{who}: {figures}",
        who=called(first.label),
        figures=_figures(test, CountsRow(first.bot, first.label, "", *sums)),
    )
    if len(some) == 1:
        return [whole]
    apart = [
        line(
            "{who}, {area}: {figures}",
            who=first.label,
            area=each.name,
            figures=_figures(test, each),
        )
        for each in some
    ]
    return [whole, *apart]


def _figures(test: ProposedTest, row: CountsRow) -> str:
    return _("{share} · asked {asked} · said yes {yes}").format(
        share=of_all(row.did, row.people, test.goal or None), asked=row.asked, yes=row.yes
    )


def no_table(test: ProposedTest, labels: Sequence[str]) -> Reply:
    """The answer about a joint test of which there is no table yet."""
    return reply(
        line("{name}: no counts yet. In it: {who}.", name=Strong(test.name), who=all_of(labels))
    )


def none_at_all() -> Reply:
    """The answer where this committee is in no joint test."""
    return say(
        "You are in no joint test. A lead proposes one: {test}",
        test=Code('!coalition test petition "On-call pay" goal=65% closes="fri 18:00"'),
    )


# -- what ``!coalition`` shows


def running(test: ProposedTest, labels: Sequence[str], zone: ZoneInfo) -> Line:
    """A joint test that is not over, with who is in it."""
    return line(
        "{name}, until {day}: {who}",
        name=Strong(test.name),
        day=a_time_there(test.closes_at, readers_clock(zone)),
        who=all_of(labels) if labels else _("nobody yet"),
    )


def gives(*, areas: bool) -> Line:
    """What this committee gives in joint tests."""
    if areas:
        return line("In joint tests you give counts by area. Totals only: {give}",
                    give=Code("!coalition give totals"))  # fmt: skip
    return line("In joint tests you give totals only. By area too: {give}",
                give=Code("!coalition give areas"))  # fmt: skip


def giving(*, areas: bool) -> Reply:
    """The answer to a lead who chose what this committee gives."""
    if areas:
        return say(
            "From the next joint test on, others see your counts by area, with the areas' names. "
            "Small areas are counted together, and their counts are often lower than the real ones."
        )
    return say("From the next joint test on, others see totals only.")
