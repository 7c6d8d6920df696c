"""Words for contacts, organizers, ratings and talks, in one line, wherever they are named."""

from collections.abc import Iterable

from commands.framework.context import Context
from commands.framework.i18n import _, a_day, joined, pgettext
from commands.framework.naming import named
from commands.framework.quoting import quoted
from storage.core.model import (
    Assessment,
    Contact,
    Evidence,
    Membership,
    Outcome,
    Part,
    Rated,
    Talk,
    UserId,
)
from storage.structure_tests.model import Mark


def with_colon(what: str, words: str) -> str:
    """What something is, and its words: "decided: …"; French has a space before the colon, Chinese its own."""
    return _("{what}: {words}").format(what=what, words=words)


def semicolons(parts: Iterable[str]) -> str:
    """Parts that have commas of their own, one after the other: a; b in English, a ; b in French, a；b in Chinese."""
    return _("; ").join(parts)


def mark_words(mark: Mark) -> str:
    """A mark in a structure test, in words."""
    return {
        Mark.NOT_ASKED: _("not asked"),
        Mark.ASKED: _("asked"),
        Mark.UNABLE: _("unable"),
        Mark.NO: pgettext("in a structure test", "no"),
        Mark.YES: pgettext("in a structure test", "yes"),
        Mark.DID: pgettext("in a structure test", "did"),
    }[mark]


def label(contact: Contact) -> str:
    """Handle, name and area: enough to tell two people of one name apart."""
    named = f"{contact.handle} {contact.name}"
    state = "" if contact.state is Membership.EMPLOYED else state_words(contact.state)
    where = joined(part for part in (contact.area, contact.shift, state) if part)
    return f"{named} ({where})" if where else named


def state_words(state: Membership) -> str:
    """How somebody belongs to the unit, in words."""
    return {
        Membership.NOT_YET: _("not here yet"),
        Membership.EMPLOYED: _("in the unit"),
        Membership.ON_LEAVE: _("on leave"),
        Membership.CONTRACTOR: _("contractor"),
        Membership.LEFT: _("left"),
        Membership.EXCLUDED: _("not in the unit"),
    }[state]


def part_words(part: Part) -> str:
    """A contact's role, in words."""
    return {
        Part.COMMITTEE: _("committee"),
        Part.LEADER: _("natural leader"),
    }[part]


def a_place(area: str | None, shift: str | None) -> str:
    """The place where somebody works, in few words."""
    return joined(part for part in (area, shift) if part) or _("no area")


def short(user: UserId | str) -> str:
    """An organizer as the committee calls them, ``@ana``; in full where two are called that."""
    return named(user)


def rating_words(rating: Assessment) -> str:
    """A rating from 1 to 5, or none (0), in words."""
    return {
        Assessment.NOT_ASSESSED: _("not assessed"),
        Assessment.ORGANIZES: _("1 organizes"),
        Assessment.SUPPORTS: _("2 supports"),
        Assessment.UNDECIDED: _("3 undecided"),
        Assessment.AGAINST: _("4 says no"),
        Assessment.OPPOSED: _("5 works against us"),
    }[rating]


def evidence_word(evidence: Evidence) -> str:
    """What a rating rests on, in a word."""
    return {
        Evidence.SAID: _("said"),
        Evidence.DID: _("did"),
        Evidence.HEARD: _("heard"),
    }[evidence]


def outcome_words(outcome: Outcome) -> str:
    """How an attempt to talk ended, in words."""
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
    why += [quoted(rated.note)] if rated.note else []
    on = a_day(rated.at.astimezone(ctx.zone).date(), ctx.today)
    what = rating_words(rated.rating) + (f" ({joined(why)})" if why else "")
    return joined([what, short(rated.author), on])


def talk_words(talk: Talk) -> str:
    """A talk on one line: reached · issue: oncall · ask: sign – yes."""
    parts = [outcome_words(talk.outcome)]
    if talk.issue:
        parts.append(_("issue: {issue}").format(issue=talk.issue))
    if talk.ask:
        asked = talk.ask if talk.answer is None else f"{talk.ask} – {answer_word(talk)}"
        parts.append(_("ask: {ask}").format(ask=asked))
    if talk.note:
        parts.append(quoted(talk.note))
    return " · ".join(parts)


def answer_word(talk: Talk) -> str:
    """The answer to a talk's ask, in a word; empty if there was none."""
    words = {"yes": _("yes"), "maybe": _("maybe"), "no": _("no")}
    return "" if talk.answer is None else words[talk.answer.value]
