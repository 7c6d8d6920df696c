"""Beginning a joint test: proposing it to all, and opening this committee's own when a lead here says ok."""

from collections.abc import Mapping
from dataclasses import replace

from commands.coalition import clocks, consent
from commands.coalition.disclosure import lines_by_area, rough_line, whole_line
from commands.coalition.joint import views
from commands.coalition.joint.bodies import MOST_LINES, LineSize, SideEntry, TestProposal
from commands.coalition.joint.rounds import AHEAD, LATE, LONGEST, can_begin
from commands.coalition.kinds import HeardMessage, ProposalKind
from commands.coalition.labels import fit_label
from commands.coalition.seat import Seat
from commands.framework.errors import impossible
from commands.framework.i18n import speaking
from commands.framework.reply import Code, Line, Reply
from commands.shared.figures import row_name
from commands.shared.small_groups import Row
from storage.chat.facts import RESTORED_AT, Facts
from storage.coalition.joint import JointCounts, ProposedTest, ProposedTests, TestSide, ToldLine
from storage.coalition.model import Proposal
from storage.core.model import EntryKind
from storage.core.rows import millis
from storage.history.entries import History
from storage.names import folded
from storage.privacy.audits import AuditedAction, Audits
from storage.reports.unit import Unit
from storage.structure_tests.model import Action, AnnouncedTerms, StructureTest
from storage.structure_tests.register import NewStructureTest, StructureTests

MOST_TESTS = 12
"""Joint tests that one committee may have proposed at one time."""


async def suggest(seat: Seat, body: TestProposal) -> None:
    """Have the leads of this committee decide whether a joint test is proposed to all."""
    consent.refuse_handles(body)
    if body.closes - body.opened > LONGEST:
        raise impossible("That is more than a year away. A joint test ends within a year.")
    await consent.propose(
        seat, TEST, body, key=f"own {body.name} {millis(seat.now)}", until=body.closes
    )


async def heard(seat: Seat, message: HeardMessage[TestProposal]) -> tuple[Reply, ...]:
    """Ask the leads here whether their committee is part of a test that another proposes."""
    body = message.body
    known = ProposedTests(seat.tx)
    bot, lately = message.member.bot, seat.now - LATE
    if (
        await known.of_proposer(seat.coalition.id, bot, seat.now) >= MOST_TESTS
        or await known.of_proposer(seat.coalition.id, bot, lately) >= 2 * MOST_TESTS
    ):
        raise impossible("There are too many joint tests at once.")
    if not can_begin(body.opened, body.closes, seat.now):
        return await clocks.ahead(seat, message.member) if body.opened > seat.now + AHEAD else ()
    await known.add(_proposed(seat, message.id, body))
    await consent.propose(
        seat,
        TEST,
        body,
        key=message.id,
        until=body.closes,
        by=message.member.id,
    )
    return ()


async def _agreed(seat: Seat, proposal: Proposal, body: TestProposal) -> tuple[Reply, ...]:
    """Open this committee's own test; propose it to all first where it is this committee that does."""
    _refuse_after_a_restore(seat, body)
    own, lines = await _open(seat, body)
    key = proposal.key
    if proposal.member is None:
        body = replace(body, opened=seat.now)
        with speaking(seat.committee.language):
            sentence = views.proposal_sentence(body)
        key = await seat.say("test proposed", body, sentence)
    known = ProposedTests(seat.tx)
    await known.add(_proposed(seat, key, body))
    test = await known.by_key(seat.coalition.id, key)
    if test is None:
        raise impossible("That is over.")
    rows = sorted(lines, key=lambda row: (-lines[row], sorted(row)))
    epoch = seat.coalition.epoch
    await known.come_in(test, own.id, [sorted(row) for row in rows], epoch)
    people = sum(lines.values())
    with speaking(seat.committee.language):
        told = await _named(seat, lines, rows)
        sentence = views.joining_sentence(body.name, people)
    counts = JointCounts(seat.tx)
    await counts.line_up(seat.committee.id, lines)
    side = TestSide(seat.own, seat.coalition.label, told, epoch)
    await counts.take_side(seat.coalition.id, key, side, seat.now)
    joining = SideEntry(key, tuple(LineSize(each.name, each.people) for each in told))
    await seat.say("test joined", joining, sentence)
    await seat.repository(Audits).keep(AuditedAction.TEST_JOINED, words=own.handle)
    zone = seat.committee.zone
    await seat.tell(views.begun(test, own.handle, zone), occasion=f"begun {key}")
    return (views.opened(test, own, told),)


def _refuse_after_a_restore(seat: Seat, body: TestProposal) -> None:
    """Counts that were told before a backup was restored are not known any more, so none may follow them."""
    if seat.coalition.epoch > millis(body.opened):
        raise impossible(
            "I was restored from a backup after this was proposed. I may have told counts for it that "
            "I no longer know. So we stay out of this one."
        )


async def _open(seat: Seat, body: TestProposal) -> tuple[StructureTest, Mapping[Row, int]]:
    """Open this committee's own test with its own snapshot; the lines that are told of it. Raises Refusal."""
    tests = seat.repository(StructureTests)
    for each in await tests.called(body.name):
        if each.open and folded(each.name) == folded(body.name):
            raise impossible(
                "“{name}” is open here already. Close it first: {close}",
                name=body.name,
                close=Code(f"!test close {each.handle}"),
            )
    day = seat.now.astimezone(seat.committee.zone).date()
    await seat.repository(Unit).as_of(day)
    sizes = await tests.sizes(None)
    counts = JointCounts(seat.tx)
    before = await counts.lines(seat.committee.id)
    if seat.coalition.restored or await Facts(seat.tx).get(RESTORED_AT) is not None:
        # What was told after the backup was made is not known any more: by area, or in this coalition.
        lines = rough_line(sizes, before)
    elif await counts.gives_areas(seat.coalition.id):
        lines = lines_by_area(sizes, before)
    else:
        lines = whole_line(sizes, before)
    if not lines:
        raise impossible(
            "Fewer than five people are in your unit, so any count would point at somebody."
        )
    if len(lines) > MOST_LINES:
        raise impossible(
            "You have more than {most} areas. Give totals instead: {give}",
            most=MOST_LINES,
            give=Code("!coalition give totals"),
        )
    entry = await seat.repository(History).record(EntryKind.TEST_OPENED)
    closes = body.closes.astimezone(seat.committee.zone).date()
    terms = AnnouncedTerms(body.goal or None, None, closes)
    opening = NewStructureTest(_action(body.action), body.name, None, False, day, terms)
    return await tests.open(entry, opening, {}), lines


async def _named(seat: Seat, lines: Mapping[Row, int], rows: list[Row]) -> tuple[ToldLine, ...]:
    """The lines as they are told. A whole committee has no name, and an odd name is left out."""
    if len(rows) == 1:
        return (ToldLine("", lines[rows[0]]),)
    names = await seat.repository(Unit).areas()
    sizes = await seat.repository(StructureTests).sizes(None)
    told: list[ToldLine] = []
    for number, row in enumerate(rows, 1):
        largest = sorted(row, key=lambda area: (-sizes.get(area, 0), area))
        try:
            name = fit_label(row_name(largest, names))
        except ValueError:
            name = views.nameless(number)
        told.append(ToldLine(name, lines[row]))
    return tuple(told)


def _proposed(seat: Seat, key: str, body: TestProposal) -> ProposedTest:
    return ProposedTest(
        coalition=seat.coalition.id,
        key=key,
        action=_action(body.action),
        name=body.name,
        goal=body.goal,
        letter=body.letter,
        opened_at=body.opened,
        closes_at=body.closes,
    )


def _action(word: str) -> Action:
    """The kind of a test; one that this release does not know is of its own kind."""
    known = {each.value: each for each in Action}
    return known.get(word, Action.CUSTOM)


def _words(proposal: Proposal, body: TestProposal, who: str) -> tuple[Line, ...]:
    del proposal
    return views.proposal(body, who)


TEST = ProposalKind("test", TestProposal, _words, agreed=_agreed)
"""A joint test, or a letter: leads here decide whether their committee is part of it."""
