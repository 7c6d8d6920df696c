"""Words about past talks and ratings."""

from collections.abc import Sequence

from commands.contacts.rules import ContactStanding
from commands.framework.context import Context
from commands.framework.i18n import _, a_day
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
from commands.shared.wording import label, rated_words, rating_words, short, talk_words, with_colon
from storage.contacts.assessments import Stale
from storage.core.model import Contact, Rated, Talk


def edited(contact: Contact | None, before: Talk, better: Talk, issue: Line | None) -> Reply:
    """Confirm a corrected talk: the old text and the new one; ``issue``: what a new one is counted as."""
    who = _("somebody") if contact is None else label(contact)
    return reply(
        line("Talk {number} with {who}:", number=better.number, who=Strong(who)),
        listed(
            [
                line("before: {talk}", talk=talk_words(before)),
                line("now: {talk}", talk=Strong(talk_words(better))),
            ]
        ),
        issue,
        line("To undo it, type {undo} within 15 minutes.", undo=Code("!undo")),
    )


def moved(before: Contact | None, after: Contact, talk: Talk, issue: Line | None) -> Reply:
    """Confirm that a talk was with somebody else, and how to move it back; ``issue`` as in `edited`."""
    who = _("somebody") if before is None else label(before)
    back = "M-41" if before is None else before.handle
    head = line(
        "Talk {number} was with {after}, not with {before}: {talk}. Rating and next"
        " step moved too.",
        number=talk.number,
        after=Strong(label(after)),
        before=who,
        talk=talk_words(talk),
    )
    again = line(
        "To undo it, type {undo} within 15 minutes; later {edit}",
        undo=Code("!undo"),
        edit=Code(f"!1on1 edit {talk.number} who={back}"),
    )
    return reply(head, issue, again)


def withdrawn(contact: Contact | None, talk: Talk) -> Reply:
    """Confirm that a talk was taken back with all that came with it."""
    who = _("somebody") if contact is None else label(contact)
    head = line(
        "Withdrawn: talk {number} with {who} ({talk}), with its rating and next step. The history keeps it.",
        number=talk.number,
        who=Strong(who),
        talk=talk_words(talk),
    )
    return reply(head, line("To undo it, type {undo} within 15 minutes.", undo=Code("!undo")))


def talks(contact: Contact, found: Sequence[Talk], ctx: Context, *, more: bool) -> Reply:
    """List the talks with a contact."""
    if not found:
        return say("{who}: no talk yet.", who=Strong(label(contact)))
    rows = [
        line(
            "{number} · {day}, {organizer}: {what}",
            number=Strong(str(talk.number)),
            day=a_day(talk.at.astimezone(ctx.zone).date(), ctx.today),
            organizer=short(talk.author),
            what=talk_words(talk),
        )
        for talk in found
    ]
    last = found[-1].number
    hint = (
        line("Older: {older}", older=Code(f"!1on1 history {contact.handle} before={last}"))
        if more
        else line("To correct one: {edit}", edit=Code(f"!1on1 edit {last} issue=…"))
    )
    return reply((Strong(label(contact)),), listed(rows), hint)


def ratings(
    contact: Contact, found: Sequence[Rated], now: ContactStanding, ctx: Context, *, more: bool
) -> Reply:
    """List the ratings of a contact, with the one that counts now."""
    if not found:
        return say("{who}: not assessed.", who=Strong(label(contact)))
    rows: list[Line] = [
        line("{rated} (current)", rated=rated_words(rated, ctx))
        if rated == now.current
        else (rated_words(rated, ctx),)
        for rated in found
    ]
    blocks: list[Block] = [(Strong(label(contact)),), listed(rows)]
    if more:
        blocks.append(line("I keep older ones as well."))
    if now.disputed:
        blocks.append(
            line("Disputed: the rating of the main organizer counts; I never take an average.")
        )
    return reply(*blocks)


def stale(found: Sequence[tuple[Contact, Stale]], days: int, ctx: Context, *, more: bool) -> Reply:
    """List contacts whose rating is older than so many days."""
    if not found:
        return reply(
            plural(
                "Every rating is from the last {n} day.",
                "Every rating is from the last {n} days.",
                days,
            )
        )
    rows = [(with_colon(label(contact), _age(each, ctx)),) for contact, each in found]
    tail = line("And more after these.") if more else None
    again = line("After you talk: {assess}", assess=Code(f"!assess {found[0][0].handle} 2 did"))
    return reply(
        plural("Not rated in the last {n} day:", "Not rated in the last {n} days:", days, n=days),
        listed(rows),
        tail,
        again,
    )


def _age(each: Stale, ctx: Context) -> str:
    if each.at is None:
        return _("not assessed")
    day = a_day(each.at.astimezone(ctx.zone).date(), ctx.today)
    return _("{rating}, {day}").format(rating=rating_words(each.rating), day=day)


def disputes(told: Sequence[tuple[Contact, ContactStanding]], ctx: Context, *, more: bool) -> Reply:
    """List contacts whose organizers rate them differently."""
    if not told:
        return say("Nobody disagrees about anybody.")
    rows = [
        line(
            "{who}: {ratings}",
            who=Strong(label(contact)),
            ratings=" | ".join(
                rated_words(rated, ctx) for rated in (standing.current, *standing.others) if rated
            ),
        )
        for contact, standing in told
    ]
    tail = line("And more after these.") if more else None
    return reply(
        line("Organizers disagree about:"),
        listed(rows),
        tail,
        line("The first one counts. Ask both what they saw; the one who was wrong rates again."),
    )


def scale() -> Reply:
    """Explain the scale of ratings."""
    rows: list[Line] = [
        line("{rating}: supports, and has moved somebody else", rating=Strong(_("1 organizes"))),
        line("{rating}: did the last ask, or said yes to it", rating=Strong(_("2 supports"))),
        line("{rating}: not sure; talks, does nothing yet", rating=Strong(_("3 undecided"))),
        line("{rating}: but does not work against us", rating=Strong(_("4 says no"))),
        line("{rating}: tries to turn others against us", rating=Strong(_("5 works against us"))),
        line("{rating}: clears it; not a rating", rating=Strong(_("0 not assessed"))),
    ]
    return reply(
        listed(rows),
        line("Rate what they did, not what they said. Every rating says what it rests on."),
    )
