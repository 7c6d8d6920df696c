"""How contacts read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from commands.contacts.rules import ContactStanding
from commands.framework.context import Context
from commands.framework.i18n import _, a_day, ngettext
from commands.framework.reply import Code, Line, Paragraph, Reply, Strong, line, listed
from storage.contacts.changes import Placement
from storage.core.model import (
    Assessment,
    Contact,
    Evidence,
    FollowUp,
    Membership,
    Note,
    Outcome,
    Part,
    Rated,
    Talk,
    UserId,
)


def label(contact: Contact) -> str:
    """Handle, name and area: enough to tell two people of one name apart."""
    named = f"{contact.handle} {contact.name}"
    state = "" if contact.state is Membership.EMPLOYED else state_words(contact.state)
    where = ", ".join(part for part in (contact.area, contact.shift, state) if part)
    return f"{named} ({where})" if where else named


def state_words(state: Membership) -> str:
    return {
        Membership.NOT_YET: _("not here yet"),
        Membership.EMPLOYED: _("in the unit"),
        Membership.ON_LEAVE: _("on leave"),
        Membership.CONTRACTOR: _("contractor"),
        Membership.LEFT: _("left"),
        Membership.EXCLUDED: _("not in the unit"),
    }[state]


def part_words(part: Part) -> str:
    return {
        Part.COMMITTEE: _("committee"),
        Part.LEADER: _("natural leader"),
    }[part]


def a_place(area: str | None, shift: str | None) -> str:
    """Where somebody works, in few words."""
    return ", ".join(part for part in (area, shift) if part) or _("no area")


def short(user: UserId) -> str:
    """An organizer as the committee calls them, ``@ana``."""
    return user.partition(":")[0]


def rating_words(rating: Assessment) -> str:
    return {
        Assessment.NOT_ASSESSED: _("not assessed"),
        Assessment.ORGANIZES: _("1 organizes"),
        Assessment.SUPPORTS: _("2 supports"),
        Assessment.UNDECIDED: _("3 undecided"),
        Assessment.AGAINST: _("4 against"),
        Assessment.OPPOSED: _("5 opposed"),
    }[rating]


def evidence_word(evidence: Evidence) -> str:
    return {
        Evidence.SAID: _("said"),
        Evidence.DID: _("did"),
        Evidence.HEARD: _("heard"),
    }[evidence]


def outcome_words(outcome: Outcome) -> str:
    return {
        Outcome.REACHED: _("reached"),
        Outcome.NO_ANSWER: _("no answer"),
        Outcome.BUSY: _("busy"),
        Outcome.CALL_BACK: _("asked to be called back"),
        Outcome.WRONG_CONTACT: _("wrong contact"),
        Outcome.REFUSED: _("would not talk"),
    }[outcome]


def rated_words(rated: Rated, ctx: Context) -> str:
    """An assessment on one line: 2 supports (did, “signed petition”), @ana, Fri 20 Nov."""
    why = [] if rated.evidence is None else [evidence_word(rated.evidence)]
    why += [f"“{rated.note}”"] if rated.note else []
    on = a_day(rated.at.astimezone(ctx.zone).date(), today(ctx))
    what = rating_words(rated.rating) + (f" ({', '.join(why)})" if why else "")
    return f"{what}, {short(rated.author)}, {on}"


def today(ctx: Context) -> date:
    """The person's own today."""
    return ctx.now.astimezone(ctx.zone).date()


def added(contact: Contact, hired: date | None, ctx: Context) -> Reply:
    head = line(_("Added {who}."), who=Strong(label(contact)))
    if hired is not None:
        head = line(
            _("Added {who}, in the unit from {day}."),
            who=Strong(label(contact)),
            day=a_day(hired, today(ctx)),
        )
    return Reply(
        (
            Paragraph(head),
            Paragraph(
                line(
                    _("After you talk: {example}"),
                    example=Code(f"!1on1 log {contact.handle} reached"),
                )
            ),
        )
    )


def found(contacts: Sequence[Contact], *, more: bool, mine: str = "") -> Reply:
    """Whom a search found; ``mine`` are the words, where it looked among one's own people alone."""
    if not contacts and more:
        return Reply((Paragraph((_("Too many begin like that; one more word, please."),)),))
    if not contacts:
        return Reply(
            (
                Paragraph(
                    line(
                        _("Nobody by that name. {example} adds somebody."),
                        example=Code('!contact add "Sam Okafor"'),
                    )
                ),
            )
        )
    count = len(contacts)
    head = (
        line(_("The first {n}; one more word narrows it down:"), n=count)
        if more
        else line(ngettext("{n} contact:", "{n} contacts:", count), n=count)
    )
    return Reply((Paragraph(head), listed([(label(c),) for c in contacts]), *_and_others(mine)))


def perhaps(contacts: Sequence[Contact], *, mine: str = "") -> Reply:
    """Nobody is called that, but these are nearly."""
    head = _("Nobody by that name. Did you mean:")
    rows = listed([(label(c),) for c in contacts])
    return Reply((Paragraph((head,)), rows, *_and_others(mine)))


def _and_others(words: str) -> tuple[Paragraph, ...]:
    """How to look among everybody, after a look among one's own people."""
    if not words:
        return ()
    every = Code(f"!contact find {words} --all")
    return (Paragraph(line(_("These are yours. Others with that name: {all}"), all=every)),)


def page(contacts: Sequence[Contact], *, more: bool, everyone: bool, first: bool) -> Reply:
    if not contacts:
        empty = _("Nobody yet. {example} adds your first contact.") if first else _("That was all.")
        return Reply((Paragraph(line(empty, example=Code('!contact add "Sam Okafor"'))),))
    head = _("The committee's contacts:") if everyone else _("Your contacts:")
    tail = (
        (
            Paragraph(
                line(_("More: {next}"), next=Code(f"!contact list after={contacts[-1].handle}"))
            ),
        )
        if more
        else ()
    )
    return Reply((Paragraph((head,)), listed([(label(c),) for c in contacts]), *tail))


@dataclass(frozen=True, slots=True)
class Life:
    """What else a card says about somebody."""

    other_names: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    coming: Placement | None = None
    note: Note | None = None


def card(
    contact: Contact,
    standing: ContactStanding,
    talks: Sequence[Talk],
    follow_up: FollowUp | None,
    life: Life,
    ctx: Context,
) -> Reply:
    """Everything a phone has room for about somebody."""
    lines = _life(contact, life, ctx)
    if standing.current is None:
        lines.append((_("Not assessed"),))
    else:
        lines.append((rated_words(standing.current, ctx),))
    lines += [
        line(_("{disputed}: {rated}"), disputed=Strong(_("Disputed")), rated=rated_words(r, ctx))
        for r in standing.others[:2]
    ]
    lines += [_talk(talk, ctx) for talk in talks[:1]]
    if follow_up is not None:
        lines.append(
            line(
                _("Next: {what}, {day}, {owner} (follow-up {number})"),
                what=follow_up.what or _("talk again"),
                day=a_day(follow_up.due, today(ctx)),
                owner=short(follow_up.owner),
                number=follow_up.number,
            )
        )
    if life.note is not None:
        lines.append(
            line(
                _("Note: “{note}”, {organizer}, {day}"),
                note=life.note.text,
                organizer=short(life.note.author),
                day=a_day(life.note.at.astimezone(ctx.zone).date(), today(ctx)),
            )
        )
    owner = _("unassigned") if contact.organizer is None else short(contact.organizer)
    lines.append(line(_("With {organizer}"), organizer=owner))
    return Reply((Paragraph((Strong(label(contact)),)), listed(lines)))


def _life(contact: Contact, life: Life, ctx: Context) -> list[Line]:
    """What somebody is called and is, on at most three lines."""
    lines: list[Line] = []
    told = [part_words(part) for part in life.parts]
    if life.other_names:
        told.append(_("also {names}").format(names=", ".join(life.other_names[:3])))
    if told:
        lines.append((" · ".join(told),))
    if (
        contact.state in {Membership.LEFT, Membership.EXCLUDED, Membership.ON_LEAVE}
        and contact.since is not None
    ):
        lines.append(
            line(
                _("{state} since {day}"),
                state=Strong(state_words(contact.state)),
                day=a_day(contact.since, today(ctx)),
            )
        )
    if life.coming is not None:
        lines.append(
            line(
                _("From {day}: {place}"),
                day=a_day(life.coming.from_day, today(ctx)),
                place=a_place(life.coming.area, life.coming.shift),
            )
        )
    return lines


def _talk(talk: Talk, ctx: Context) -> Line:
    day = a_day(talk.at.astimezone(ctx.zone).date(), today(ctx))
    return line(
        _("Last: {day}, {organizer}: {what}"),
        day=day,
        organizer=short(talk.author),
        what=talk_words(talk),
    )


def talk_words(talk: Talk) -> str:
    """A talk on one line: reached · issue: oncall · ask: sign – yes."""
    parts = [outcome_words(talk.outcome)]
    if talk.issue:
        parts.append(_("issue: {issue}").format(issue=talk.issue))
    if talk.ask:
        asked = talk.ask if talk.answer is None else f"{talk.ask} – {answer_word(talk)}"
        parts.append(_("ask: {ask}").format(ask=asked))
    if talk.note:
        parts.append(f"“{talk.note}”")
    return " · ".join(parts)


def answer_word(talk: Talk) -> str:
    words = {"yes": _("yes"), "maybe": _("maybe"), "no": _("no")}
    return "" if talk.answer is None else words[talk.answer.value]
