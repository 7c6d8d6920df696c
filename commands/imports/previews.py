"""Previews before an import is saved, taken back or dropped: all of it, and whose word it is."""

from collections.abc import Sequence

from commands.authority.previews import Preview
from commands.framework.context import Context
from commands.framework.errors import refuse
from commands.framework.i18n import _, a_number, a_time, joined, ngettext
from commands.framework.reply import Block, Code, Line, Strong, line, listed, plural, reply
from commands.imports import views
from commands.imports.read.fields import Field
from commands.imports.read.people import UNDECIDED
from commands.imports.rules import sweeping
from commands.shared.wording import short
from storage.contacts.contacts import Contacts
from storage.core.model import ContactId, UserId
from storage.core.rows import moment
from storage.imports.imports import Decided, Import, Imports

SHOWN = 6
"""Decisions of others that are shown one by one."""
EVER = moment(0)


async def at_commit(
    ctx: Context, imports: Imports, contacts: Contacts, one: Import
) -> Preview | None:
    """What whoever saves has not seen; None: they saw the check, and decided all that came after."""
    others = await imports.decisions_of_others(one, ctx.user, one.changed, 500)
    met = one.figures.get("met", 0)
    swept = sweeping(views.changed_fields(one.figures), met)
    unseen = one.asked_by != ctx.user
    undecided = await imports.undecided(one, sorted(each.value for each in UNDECIDED))
    if not (others or swept or unseen or undecided):
        return None
    blocks: list[Block] = []
    if unseen:
        blocks.append(_checked(ctx, one))
    if others:
        blocks += await _decided(contacts, others)
    if undecided:
        blocks.append(_undecided(one, undecided))
    blocks += [_swept(one, name, times) for name, times in swept]
    blocks.append(line("To save: {yes}", yes=_yes("commit", one)))
    state = {
        "round": one.round,
        "figures": dict(one.figures),
        "decisions": await imports.state_of_decisions(one),
        "undecided": undecided,
        "of others": [(n, d.contact, d.skip, d.author, d.at) for n, d in others],
    }
    return Preview(f"import commit {one.number}", state, reply(*blocks))


def _undecided(one: Import, lines: Sequence[int]) -> Line:
    """The lines that would be left out, and lost with the file, because nobody has said who they are."""
    return plural(
        "{n} line waits for you, and I would leave it out: {decide}. All: {problems}",
        "{n} lines wait for you, and I would leave them out: {decide}. All: {problems}",
        len(lines),
        decide=Code(f"!import decide {one.number} {lines[0]} new"),
        problems=Code(f"!import problems {one.number}"),
    )


async def at_drop(ctx: Context, imports: Imports, one: Import) -> Preview | None:
    """The preview of dropping a list that others sent or decided in; None when all of it is their own."""
    others = await imports.decisions_of_others(one, ctx.user, EVER, 500)
    if one.author == ctx.user and not others:
        return None
    count, last = await imports.state_of_decisions(one)
    head = plural(
        "{number}, sent by {who}, has {n} line that somebody decided. All of it goes, for good.",
        "{number}, sent by {who}, has {n} lines that somebody decided. All of it goes, for good.",
        count,
        number=_name(one),
        who=short(one.author),
        n=a_number(count),
    )
    preview = reply(head, _do_it("drop", one))
    return Preview(f"import drop {one.number}", {"decisions": [count, last]}, preview)


def at_undo(one: Import) -> Preview:
    """The preview of taking a saved import back."""
    new, updated = one.figures.get("new", 0), one.figures.get("updated", 0)
    parts = (
        ngettext("{n} person", "{n} people", new).format(n=a_number(new)) if new else "",
        ngettext("{n} change", "{n} changes", updated).format(n=a_number(updated))
        if updated
        else "",
    )
    head = line(
        "Undo {number}? This goes, except what somebody has worked on since: {what}."
        " Nobody can bring it back: you would have to send the list again.",
        number=_name(one),
        what=joined(part for part in parts if part) or _("nothing"),
    )
    preview = reply(head, _do_it("undo", one))
    return Preview(f"import undo {one.number}", {"round": one.round}, preview)


def decided_before(before: Decided | None, handle: str | None, ctx: Context) -> Line:
    """What another had said about the same line; nothing when nobody had."""
    if before is None or before.author in {ctx.user, ""}:
        return ()
    return line(
        " {who} had said: {what}.", who=short(UserId(before.author)), what=_what(before, handle)
    )


def _what(decided: Decided, handle: str | None) -> str:
    if decided.skip:
        return _("left out")
    return _("somebody new") if decided.contact is None else (handle or _("somebody"))


async def _decided(contacts: Contacts, others: list[tuple[int, Decided]]) -> list[Block]:
    shown = others[:SHOWN]
    known = [d.contact for _n, d in shown if d.contact is not None]
    handles = {each.id: each.handle for each in await contacts.all(list[ContactId](known))}
    rows = [
        line(
            "line {line}: {what}, says {who}",
            line=number,
            what=_what(each, handles.get(each.contact) if each.contact is not None else None),
            who=short(UserId(each.author)),
        )
        for number, each in shown
    ]
    return [
        plural(
            "Since the check another has decided {n} line:",
            "Since the check others have decided {n} lines:",
            len(others),
            n=a_number(len(others)),
        ),
        listed(rows),
    ]


def _checked(ctx: Context, one: Import) -> Line:
    return line(
        "Not saved yet: {who} checked {number} at {when}, not you. {new} new, {updated} updated.",
        who=short(one.asked_by),
        number=_name(one),
        when=a_time(one.changed, ctx.clock),
        new=a_number(one.figures.get("new", 0)),
        updated=a_number(one.figures.get("updated", 0)),
    )


def _swept(one: Import, name: str, times: int) -> Line:
    return refuse(
        "Not saved yet: {field} would change for {n} people. If that is right: {yes}",
        field=views.field_words(Field(name)),
        n=times,
        yes=_yes("commit", one),
    ).problem


def _name(one: Import) -> Strong:
    return Strong(_("Import {n}").format(n=one.number))


def _yes(what: str, one: Import) -> Code:
    return Code(f"!import {what} {one.number} --yes")


def _do_it(what: str, one: Import) -> Line:
    return line("To do it: {yes}", yes=_yes(what, one))
