"""Commands for copies of the records, which take two people, and for the audit of who did what."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from commands.authority.alone import has_second, no_second
from commands.authority.previews import Preview, Previews
from commands.contacts.lookup import the_contact
from commands.framework import Context, Reply, Role, Where, _, command, impossible, refuse, say
from commands.framework.errors import not_now
from commands.framework.i18n import a_number, a_time
from commands.framework.reply import (
    Audience,
    Code,
    Line,
    Strong,
    in_each_language,
    line,
    listed,
    plural,
    reply,
)
from commands.framework.values import Colleague, PublicSentence, Who, read_colleague
from commands.privacy.terms import ExportNumber, FormatWord, LinesSkipped
from commands.roles.quotas import QuotaItem
from commands.roles.roll import Roll
from commands.roles.rules import Need
from commands.shared.members import Members
from commands.shared.wording import short
from commands.time.terms import AnyDay
from storage.contacts.contacts import Contacts
from storage.core.model import UserId
from storage.privacy.audits import Audited, AuditedAction, Audits
from storage.privacy.exports import Export, ExportFormat, Exports, ExportStep
from storage.turf.absences import Barred

VALID = timedelta(days=1)
"""How long another person may think about it, and how long the file may take after that."""
ASKS = Need(Role.KEEPER, people=True, second=True)
"""What whoever asks needs: when they ask, when the file is made and when it goes."""
APPROVES = Need(Role.LEAD, people=True, second=True)
"""What whoever approves needs, at the same moments."""
SHOWN = 7


@command(
    "export",
    who=Role.KEEPER,
    where=Where.DIRECT,
    example='!export csv why="mailing before the vote"',
    makes=(QuotaItem.EXPORT,),
    second=True,
)
async def export(
    ctx: Context,
    shape: FormatWord,
    *,
    exports: Exports,
    audits: Audits,
    roll: Roll,
    why: PublicSentence,
    ratings: bool = False,
) -> tuple[Reply, ...]:
    """Ask for a copy of the records as a file. Another lead has to approve it.

    shape: csv for spreadsheets, json for other programs (OSDI), vcard for names only
    why: what it is for; I keep that
    ratings: with ratings
    """
    if ratings and shape is ExportFormat.VCARD:
        raise refuse("A vcard has names only, because phones send their address books to clouds.")
    if not has_second(roll, APPROVES, ctx):
        raise not_now(no_second(roll, APPROVES, ctx))
    asked = await exports.ask(ctx.user, shape, why, ctx.now, ratings=ratings)
    await audits.keep(AuditedAction.EXPORT_ASKED, words=f"{asked.number} {shape.value}: {why}")
    people = await exports.count()
    mine = say(
        "Export {n} waits for another lead: {approve}. Then you get the file here, once.",
        n=Strong(str(asked.number)),
        approve=Code(f"!export approve {asked.number}"),
    )
    return (mine, _question(asked, people))


@in_each_language
def _question(asked: Export, people: int) -> Reply:
    head = plural(
        "{who} asks for a copy of {n} person as {shape}, {ratings}: “{why}”.",
        "{who} asks for a copy of {n} people as {shape}, {ratings}: “{why}”.",
        people,
        who=Strong(short(asked.author)),
        n=a_number(people),
        shape=asked.format.value,
        ratings=_("with ratings") if asked.ratings else _("without ratings"),
        why=asked.why,
    )
    tail = line(
        "A file that leaves here can end up anywhere. Ask them, then {approve} or {refuse}.",
        approve=Code(f"!export approve {asked.number}"),
        refuse=Code(f"!export refuse {asked.number}"),
    )
    return reply(head, tail, audience=Audience.LEADS)


@command(
    "export approve",
    who=Role.LEAD,
    where=Where.DIRECT,
    example="!export approve 3",
    second=True,
)
async def approve(
    ctx: Context,
    number: ExportNumber,
    *,
    exports: Exports,
    audits: Audits,
    members: Members,
    barred: Barred,
    previews: Previews,
    yes: bool = False,
) -> tuple[Reply, ...]:
    """Agree that another lead gets the copy they asked for.

    number: the export's number
    yes: approve what I just showed you, although it is more than I told the leads
    """
    one = await _waiting(exports, number, ctx)
    if one.author == ctx.user:
        raise impossible("It takes two people: another lead has to approve what you asked for.")
    if members.roles.get(one.author) != Role.KEEPER or await barred.includes(one.author):
        await exports.step(one, ExportStep.WITHDRAWN, None, ctx.now)
        theirs = replace(audits, author=one.author)
        await theirs.keep(AuditedAction.EXPORT_WITHDRAWN, words=str(number))
        return (
            say("Withdrawn: {who} is not a keeper of the data any more.", who=short(one.author)),
        )
    first = await _as_shown(ctx, exports, one, previews, yes=yes)
    if first is not None:
        return (first,)
    await exports.approve(one, ctx.user, ctx.now)
    await audits.keep(AuditedAction.EXPORT_APPROVED, words=str(number))
    file = replace(_file(one, ctx.user), export=one.id)
    return (say("Approved: {who} gets the file.", who=short(one.author)), file)


@in_each_language
def _file(one: Export, by: UserId) -> Reply:
    words = line(
        "Export {n}, approved by {who}. Keep it encrypted. Delete it when you do not"
        " need it any more, and this message too.",
        n=str(one.number),
        who=short(by),
    )
    return reply(words, audience=Audience.NAMED, to=(one.author,))


async def _as_shown(
    ctx: Context,
    exports: Exports,
    one: Export,
    previews: Previews,
    *,
    yes: bool,
) -> Reply | None:
    """The question anew, for whoever was not asked it, or when it has grown since."""
    people = await exports.count()
    grown = one.people and people > one.people + max(5, one.people // 10)
    unasked = ctx.standing.led is None or ctx.standing.led > one.at
    if not (grown or unasked):
        return None
    question = _question(one, people)
    do_it = line("To do it: {yes}", yes=Code(f"!export approve {one.number} --yes"))
    preview = reply(question.blocks[0], do_it)
    look = Preview(f"export {one.number}", {"people": people}, preview)
    return await previews.first(ctx, look, yes=yes)


@command("export refuse", who=Role.LEAD, where=Where.DIRECT, example="!export refuse 3")
async def refuse_export(
    ctx: Context, number: ExportNumber, *, exports: Exports, audits: Audits
) -> tuple[Reply, ...]:
    """Refuse a copy somebody asked for, or withdraw your own question.

    number: the export's number
    """
    one = await _waiting(exports, number, ctx)
    await exports.step(one, ExportStep.REFUSED, ctx.user, ctx.now)
    await audits.keep(AuditedAction.EXPORT_REFUSED, words=str(number))
    said = say("Export {n} will not be made.", n=Strong(str(number)))
    if one.author == ctx.user:
        return (said,)
    return (said, _refused(one, ctx.user))


@in_each_language
def _refused(one: Export, by: UserId) -> Reply:
    words = line("{who} refused export {n}.", who=short(by), n=str(one.number))
    return reply(words, audience=Audience.NAMED, to=(one.author,))


@in_each_language
def expired(one: Export) -> Reply:
    """Tell whoever asked that the file could not go out in time."""
    return say(
        "I could not send export {n} within a day after the approval. Please ask for it again.",
        n=Strong(str(one.number)),
    )


@in_each_language
def unapproved(one: Export) -> Reply:
    """Tell whoever asked that the approval does not count any more."""
    return say(
        "Export {n} is withdrawn: the person who approved it may not do that any more."
        " Please ask for it again, and ask another lead to approve it.",
        n=Strong(str(one.number)),
    )


def changed_since() -> Reply:
    """The text in place of an unsent message that names somebody who was handed over or removed."""
    return say(
        "(Before I could send this, somebody in it was assigned to another organizer or"
        " removed. Please ask me again.)"
    )


async def _waiting(exports: Exports, number: int, ctx: Context) -> Export:
    one = await exports.by_number(number)
    if one is None:
        raise refuse("There is no export {n}.", n=number, example="!audit")
    if one.step is ExportStep.WITHDRAWN:
        raise refuse(
            "Export {n} is withdrawn: {who} may not have it any more.",
            n=number,
            who=short(one.author),
            example="!audit",
        )
    if one.step is not ExportStep.ASKED:
        raise refuse("Export {n} is decided already.", n=number, example="!audit")
    if ctx.now - one.at > VALID:
        raise impossible(
            "Somebody asked for export {n} more than a day ago. Please ask for it again.", n=number
        )
    return one


@command("audit", who=Role.LEAD, where=Where.DIRECT, example="!audit")
async def audit(
    ctx: Context,
    who: Who | None = None,
    *,
    contacts: Contacts,
    audits: Audits,
    members: Members,
    barred: Barred,
    by: Colleague | None = None,
    before: AnyDay | None = None,
    skip: LinesSkipped = 0,
) -> Reply:
    """Show who looked at whom, and what was done with people's records, newest first.

    who: only about this contact
    by: only what this organizer did, also one whose part has ended
    before: only what was before that day
    skip: how many of the newest lines to leave out
    """
    until = ctx.now + timedelta(seconds=1)
    if before is not None:
        until = datetime.combine(before, time(), ctx.zone).astimezone(UTC)
    if who is not None and str(who).startswith("@"):
        who, by = None, read_colleague(str(who), ctx)
    contact = None if who is None else (await the_contact(who, contacts)).id
    author = None if by is None else await _organizer(by, members, barred)
    most = skip + SHOWN + 1
    if contact is not None:
        found = await audits.about(contact, until, most, author)
    elif author is not None:
        found = await audits.by(author, until, most)
    else:
        found = await audits.latest(until, most)
    shown = found[skip : skip + SHOWN]
    if not shown:
        return say("Nobody looked at people of others, and nothing else was done.")
    typed = ("!audit", who, by and f"by={author}", before and f"before={before}")
    again = " ".join(str(each) for each in (*typed, f"skip={skip + SHOWN}") if each)
    return reply(
        listed([_done(each, ctx) for each in shown]),
        line("Older: {how}", how=Code(again)) if len(found) > skip + SHOWN else None,
    )


async def _organizer(said: Colleague, members: Members, barred: Barred) -> UserId:
    """The organizer meant, gone or not. A whole address is somebody, whoever is in the room now."""
    return UserId(said) if ":" in said else members.find_or_gone(said, await barred.people())


def _done(done: Audited, ctx: Context) -> Line:
    what = {
        AuditedAction.SUBJECT: _("saw everything about {handle}"),
        AuditedAction.FORGOTTEN: _("forgot somebody who asked for it"),
        AuditedAction.UNFORGOTTEN: _("let somebody be added again"),
        AuditedAction.HOLD: _("put {handle} on hold: {words}"),
        AuditedAction.HOLD_ENDED: _("ended the hold on {handle}"),
        AuditedAction.EXPORT_ASKED: _("asked for export {words}"),
        AuditedAction.EXPORT_APPROVED: _("approved export {words}"),
        AuditedAction.EXPORT_REFUSED: _("refused export {words}"),
        AuditedAction.EXPORT_MADE: _("got export {words}"),
        AuditedAction.EXPORT_WITHDRAWN: _("may not have it any more: export {words} withdrawn"),
        AuditedAction.EXPORT_EXPIRED: _("did not get export {words} in time: withdrawn"),
        AuditedAction.EXPIRED: _("deleted because its time was up: {words}"),
        AuditedAction.TEST_CLOSED: _("closed test {words}"),
        AuditedAction.TEST_AMENDED: _("amended test {words}"),
        AuditedAction.TEST_ANNOUNCED: _("announced test {words}"),
        AuditedAction.TEST_OVERRIDDEN: _("announced below its public bar: test {words}"),
        AuditedAction.TEST_JOINED: _("joined test {words} with another committee"),
        AuditedAction.UNDONE: _("undid what somebody else had saved: {words}"),
        AuditedAction.SECONDED: _("agreed that somebody else goes on: {words}"),
        AuditedAction.CONFIRMED: _("confirmed {words}"),
        AuditedAction.ENDED: _("ended somebody's part: {words}"),
        AuditedAction.LOOKED: _("looked at {handle}"),
    }[done.action]
    return line(
        "{when}, {who}: {what}",
        when=a_time(done.at, ctx.clock),
        who=short(done.author) if done.author is not None else _("a clock"),
        what=what.format(handle=done.handle or _("somebody"), words=done.words),
    )
