"""Words about contacts: added, listed, searched, shown."""

from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import date

from commands.contacts.detail_views import shown as reached_by
from commands.contacts.filtering import Narrowing
from commands.contacts.rules import ContactStanding
from commands.framework.context import Context
from commands.framework.i18n import _, a_day, joined, ngettext
from commands.framework.reply import (
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
from commands.shared.wording import (
    a_place,
    label,
    part_words,
    rated_words,
    short,
    state_words,
    talk_words,
)
from storage.contacts.changes import Placement
from storage.contacts.details import DetailField
from storage.core.lazy_dataclass import dataclass
from storage.core.model import Contact, FollowUp, Membership, Note, Part, Talk


def added(contact: Contact, hired: date | None, ctx: Context) -> Reply:
    """Confirm a new contact."""
    head = line("Added {who}.", who=Strong(label(contact)))
    if hired is not None:
        head = line(
            "Added {who}, in the unit from {day}.",
            who=Strong(label(contact)),
            day=a_day(hired, ctx.today),
        )
    return reply(
        head, line("After you talk: {example}", example=Code(f"!1on1 log {contact.handle} reached"))
    )


def found(contacts: Sequence[Contact], *, more: bool, mine: str = "") -> Reply:
    """List whom a search found; ``mine`` are the words, where only one's own people were searched."""
    if not contacts and more:
        return say("Too many names begin like that. Type one more word.")
    if not contacts:
        return say(
            "Nobody by that name. {example} adds somebody.",
            example=Code('!contact add "Sam Okafor"'),
        )
    count = len(contacts)
    head = (
        line("The first {n}. Type one more word to see fewer:", n=count)
        if more
        else plural("{n} contact:", "{n} contacts:", count)
    )
    return reply(head, listed([(label(c),) for c in contacts]), _and_others(mine))


def perhaps(contacts: Sequence[Contact], *, mine: str = "") -> Reply:
    """Offer contacts with nearly the name searched for, where nobody has exactly that name."""
    rows = listed([(label(c),) for c in contacts])
    return reply(line("Nobody by that name. Did you mean:"), rows, _and_others(mine))


def _and_others(words: str) -> Line | None:
    """How to look among everybody, after a look among one's own people."""
    every = Code(f"!contact find {words} --all")
    return line("These are yours. Others with that name: {all}", all=every) if words else None


def page(contacts: Sequence[Contact], *, more: bool, everyone: bool, first: bool) -> Reply:
    """List one page of contacts; ``first``: the list begins here, so an empty one explains itself."""
    if not contacts:
        empty = _("Nobody yet. {example} adds your first contact.") if first else _("That was all.")
        return reply(fill(empty, example=Code('!contact add "Sam Okafor"')))
    head = _("The committee's contacts:") if everyone else _("Your contacts:")
    tail = (
        line("More: {next}", next=Code(f"!contact list after={contacts[-1].handle}"))
        if more
        else None
    )
    return reply((head,), listed([(label(c),) for c in contacts]), tail)


def chosen(contacts: Sequence[Contact], by: Narrowing, *, more: bool, first: bool) -> Reply:
    """List one page of the contacts for whom a filter holds."""
    if not contacts and not first:
        return say("That was all.")
    if not contacts:
        return say(
            "Nobody fits: {filter}. All: {list}", filter=by.words, list=Code("!contact list")
        )
    tail = None
    if more:
        following = Code(f"!contact list {by.typed} after={contacts[-1].handle}")
        tail = line("More: {next}", next=following)
    return reply((Strong(by.words),), listed([(label(c),) for c in contacts]), tail)


@dataclass(frozen=True, slots=True)
class Life:
    """Further facts for somebody's card."""

    other_names: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    coming: Placement | None = None
    note: Note | None = None
    reach: Mapping[DetailField, str] = field(default_factory=dict)
    """Phone, e-mail and language, for whose contact it is and for leads."""
    leader: Contact | None = None
    """The natural leader they stand behind: shown by handle, because another organizer may have them."""
    behind: int = 0
    """How many people stand behind them."""
    came: tuple[int, int] = (0, 0)
    """To how many meetings, of how many at which it was noted who came."""


def card(
    contact: Contact,
    standing: ContactStanding,
    talks: Sequence[Talk],
    follow_up: FollowUp | None,
    life: Life,
    ctx: Context,
) -> Reply:
    """Everything a phone has room for about somebody."""
    lines = [
        *_life(contact, life, ctx),
        (reached_by(life.reach),) if life.reach else None,
        *_stands(standing, ctx),
        *(_talk(talk, ctx) for talk in talks[:1]),
        _came(life),
        None if follow_up is None else _next(follow_up, ctx),
        _note(life, ctx),
        line("Unassigned")
        if contact.organizer is None
        else line("Assigned to {organizer}", organizer=short(contact.organizer)),
    ]
    return reply((Strong(label(contact)),), listed([each for each in lines if each is not None]))


def _stands(standing: ContactStanding, ctx: Context) -> list[Line]:
    current = standing.current
    return [
        line("Not assessed") if current is None else (rated_words(current, ctx),),
        *(
            line("{disputed}: {rated}", disputed=Strong(_("Disputed")), rated=rated_words(r, ctx))
            for r in standing.others[:2]
        ),
    ]


def _came(life: Life) -> Line | None:
    came, meetings = life.came
    if not meetings:
        return None
    return plural(
        "Came to {came} of the last {n} meeting",
        "Came to {came} of the last {n} meetings",
        meetings,
        came=came,
    )


def _next(follow_up: FollowUp, ctx: Context) -> Line:
    return line(
        "Next: {what}, {day}, {owner} (follow-up {number})",
        what=follow_up.what or _("talk again"),
        day=a_day(follow_up.due, ctx.today),
        owner=short(follow_up.owner),
        number=follow_up.number,
    )


def _note(life: Life, ctx: Context) -> Line | None:
    if life.note is None:
        return None
    return line(
        "Note: “{note}”, {organizer}, {day}",
        note=life.note.text,
        organizer=short(life.note.author),
        day=a_day(life.note.at.astimezone(ctx.zone).date(), ctx.today),
    )


def _life(contact: Contact, life: Life, ctx: Context) -> list[Line]:
    """What somebody is called and is, on at most three lines."""
    lines: list[Line] = []
    told = [part_words(part) for part in life.parts]
    if life.behind:
        words = ngettext("{n} person behind them", "{n} people behind them", life.behind)
        told.append(words.format(n=life.behind))
    if life.leader is not None:
        told.append(_("stands behind {leader}").format(leader=life.leader.handle))
    if life.other_names:
        told.append(_("also {names}").format(names=joined(life.other_names[:3])))
    if told:
        lines.append((" · ".join(told),))
    if (
        contact.state in {Membership.LEFT, Membership.EXCLUDED, Membership.ON_LEAVE}
        and contact.since is not None
    ):
        lines.append(
            line(
                "{state} since {day}",
                state=Strong(state_words(contact.state)),
                day=a_day(contact.since, ctx.today),
            )
        )
    if life.coming is not None:
        lines.append(
            line(
                "From {day}: {place}",
                day=a_day(life.coming.from_day, ctx.today),
                place=a_place(life.coming.area, life.coming.shift),
            )
        )
    return lines


def _talk(talk: Talk, ctx: Context) -> Line:
    day = a_day(talk.at.astimezone(ctx.zone).date(), ctx.today)
    return line(
        "Last: {day}, {organizer}: {what}",
        day=day,
        organizer=short(talk.author),
        what=talk_words(talk),
    )
