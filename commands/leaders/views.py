"""Words about natural leaders and the people behind them, for the direct chat alone."""

from collections.abc import Sequence

from commands.framework.i18n import _, joined, ngettext
from commands.framework.reply import (
    Block,
    Code,
    Line,
    Reply,
    Strong,
    fill,
    line,
    listed,
    plural,
    reply,
    say,
)
from commands.shared.wording import label, mark_words
from storage.contacts.followings import LedGroup
from storage.core.model import Contact
from storage.structure_tests.model import StructureTest


def several(people: Sequence[Contact]) -> str:
    """People by handle and name."""
    return joined(f"{each.handle} {each.name}" for each in people)


def behind(people: Sequence[Contact], leader: Contact) -> str:
    """People and whom they stand behind, by handle."""
    return _("{who} behind {leader}").format(
        who=joined(each.handle for each in people), leader=leader.handle
    )


def put(people: Sequence[Contact], leader: Contact, left: Sequence[Contact], count: int) -> Reply:
    """Confirm that people stand behind a leader; ``left`` are the leaders they stood behind before."""
    lines: list[Line] = [
        plural(
            "{who} stands behind {leader} now.",
            "{who} stand behind {leader} now.",
            len(people),
            who=Strong(several(people)),
            leader=Strong(label(leader)),
        ),
    ]
    if count > len(people):
        lines.append(line("In all {n} people stand behind them.", n=count))
    if left:
        lines.append(
            line("Before: behind {leaders}.", leaders=joined(each.handle for each in left))
        )
    return _with_undo(lines)


def alone(people: Sequence[Contact]) -> Reply:
    """Confirm that people stand behind nobody any more."""
    return _with_undo(
        [
            plural(
                "{who} stands behind nobody now.",
                "{who} stand behind nobody now.",
                len(people),
                who=Strong(several(people)),
            )
        ]
    )


def _with_undo(lines: Sequence[Line]) -> Reply:
    undo = line("To undo it, type {undo} within 15 minutes.", undo=Code("!undo"))
    return reply(*lines, undo)


def no_leaders() -> Reply:
    """Say that there are no natural leaders on record."""
    return say(
        "No natural leaders yet. Who do people listen to? {role}, then {follows}",
        role=Code("!contact role M-41 leader"),
        follows=Code("!follows M-7 M-41"),
    )


def leaders(
    groups: Sequence[LedGroup], test: StructureTest | None, unled: int, *, more: bool
) -> Reply:
    """List leaders with how far their groups came."""
    head = (
        line("Natural leaders, and who stands behind them:")
        if test is None
        else line("Natural leaders in {test}:", test=Strong(f"{test.name} ({test.handle})"))
    )
    rows = [group(each, test) for each in groups]
    tail: list[Block] = []
    if more:
        tail.append(line("And more, with fewer people behind them."))
    if unled:
        words = ngettext(
            "{n} person stands behind nobody. {how} puts people behind a leader.",
            "{n} people stand behind nobody. {how} puts people behind a leader.",
            unled,
        )
        how = Code(f"!follows M-7 {groups[0].handle}")
        tail.append(fill(words, n=unled, how=how))
    return reply(head, listed(rows), *tail)


def group(each: LedGroup, test: StructureTest | None) -> Line:
    """A leader and their group: M-1 Sam did · 3 of 8 of theirs did."""
    who = Strong(f"{each.handle} {each.name}".strip())
    if test is None or each.mark is None:
        if not each.people:
            return line("{who}: nobody stands behind them yet", who=who)
        return line(
            "{who}: {n} behind them · {talked} talked to · {support} rated 1 or 2",
            who=who,
            n=each.people,
            talked=each.talked,
            support=each.support,
        )
    return line(
        "{who}: {mark} · {theirs}", who=who, mark=mark_words(each.mark), theirs=theirs(each)
    )


def theirs(each: LedGroup) -> str:
    """How many of a leader's people did it."""
    if not each.people:
        return _("nobody stands behind them yet")
    return _("{did} of {n} of theirs did").format(did=each.did, n=each.people)
