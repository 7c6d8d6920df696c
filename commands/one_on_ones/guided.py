"""A one-on-one logged question by question. Nothing counts until it is confirmed; a draft expires."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

from commands.contacts.lookup import CountedContact, anybody
from commands.framework import Context, Reply, Role, Where, _, command, refuse, say
from commands.framework.errors import Refusal
from commands.framework.i18n import a_day, in_languages_heard, one_of
from commands.framework.reply import Code, Line, Strong, fill, line, listed, reply
from commands.framework.spec import Answered
from commands.framework.values import ContactRef
from commands.one_on_ones import commands as one_line
from commands.one_on_ones.questions import (
    Answers,
    Question,
    arguments,
    next_question,
    read,
    without_last,
)
from commands.one_on_ones.spoken.moves import table
from commands.one_on_ones.terms import AnswerWords, scale
from commands.roles.quotas import QuotaItem
from commands.shared.answer_words import telling, without_signs, yes_or_no
from commands.shared.discretion import think_over
from commands.shared.look_ups import Looking
from commands.shared.questions import Asking
from commands.shared.wording import evidence_word, label, outcome_words, rating_words
from storage.contacts.assessments import Assessments
from storage.contacts.contacts import Contacts
from storage.contacts.conversations import Conversations
from storage.contacts.drafts import Drafts, TalkDraft
from storage.contacts.follow_ups import FollowUps
from storage.core.model import Assessment, Contact, Evidence, Outcome
from storage.first_week.own_talks import OwnTalks
from storage.history.entries import History
from storage.issues.wordings import Wordings
from storage.names import folded
from storage.turf.call_sheet import CallSheet
from storage.turf.turf import Turf

KEPT = timedelta(hours=1)
"""How long an unfinished draft is kept after its last answer."""

_ANYWAY = " --yes"


@command("1on1 guide", who=Role.ORGANIZER, where=Where.DIRECT, example="!1on1 guide M-41")
async def guide(ctx: Context, contact: CountedContact, *, drafts: Drafts) -> Reply:
    """Record a one-on-one question by question. The same as !1on1 log M-41 with nothing after it.

    contact: their handle or name
    """
    await drafts.keep(ctx.user, TalkDraft(contact.id, {}, ctx.now + KEPT))
    return _ask({}, contact, ctx)


@command(
    "1on1 answer",
    who=Role.ORGANIZER,
    where=Where.DIRECT,
    example="!1on1 answer reached",
    may_make=(
        QuotaItem.TALK,
        QuotaItem.FOLLOW_UP,
    ),
)
async def answer(
    ctx: Context,
    words: AnswerWords,
    *,
    drafts: Drafts,
    contacts: Contacts,
    conversations: Conversations,
    assessments: Assessments,
    follow_ups: FollowUps,
    history: History,
    turf: Turf,
    sheet: CallSheet,
    wordings: Wordings,
    talks: OwnTalks,
    looking: Looking,
    asking: Asking,
) -> Answered:
    """Answer the question I asked; in our direct chat the answer alone is enough.

    words: the answer, or back, skip, cancel
    """
    draft = await drafts.of(ctx.user)
    if draft is None:
        raise refuse("I have not asked you anything now.", example="!1on1 log M-41")
    contact = await contacts.by_id(draft.contact)
    if contact is None:
        await drafts.drop(ctx.user)
        return say("Somebody undid adding that contact, so I dropped the one-on-one too.")
    if draft.expires_at <= ctx.now:
        await drafts.drop(ctx.user)
        return _unfinished(contact)
    said = _control(words)
    if said == "cancel":
        await drafts.drop(ctx.user)
        return say("Dropped. Nothing was saved.")
    if next_question(draft.answers) is None and said == "yes":
        await drafts.drop(ctx.user)
        said_in_all = {**arguments(draft.answers), "yes": True}
        one_line.log.check_words(said_in_all)
        return await one_line.log.run(
            ctx,
            conversations=conversations,
            assessments=assessments,
            follow_ups=follow_ups,
            history=history,
            turf=turf,
            asking=asking,
            sheet=sheet,
            wordings=wordings,
            talks=talks,
            contact=await anybody(ContactRef(number=contact.number), contacts, looking),
            **said_in_all,
        )
    answers = _answered(draft.answers, said, words, ctx)
    await drafts.keep(ctx.user, replace(draft, answers=answers, expires_at=ctx.now + KEPT))
    return _ask(answers, contact, ctx)


def _unfinished(contact: Contact) -> Reply:
    return say(
        "You left the one-on-one with {who} unfinished for an hour, so I dropped it. I"
        " saved nothing. To begin again: {again}",
        who=label(contact),
        again=Code(f"!1on1 log {contact.handle}"),
    )


def _answered(answers: Answers, said: str | None, words: str, ctx: Context) -> Answers:
    """The answers after one more, or one fewer. Raises Refusal."""
    question = next_question(answers)
    if said == "back":
        if not answers:
            raise refuse("This is the first question. {cancel} ends it.", cancel=Code("cancel"))
        return without_last(answers)
    if question is None:
        raise refuse("Is that right? Say {choices}.", choices=one_of(["yes", "back", "cancel"]))
    if said == "skip" or (question in _FREE and yes_or_no(words) == "no"):
        if not question.may_be_skipped:
            raise Refusal(fill("{question}", question=_words(question)))
        return {**answers, question.value: None}
    if question is Question.NOTE:
        day = _a_day_instead(words, ctx)
        if day is not None:
            return {**answers, question.value: None, Question.NEXT.value: day}
        words = _thought_over(words)
    try:
        return {**answers, question.value: read(question, _as_said(question, words), ctx)}
    except Refusal as refused:
        raise refused.but(problem=(*refused.problem, " ", *_way_out())) from None


_SPOKEN = {Question.OUTCOME: "OUTCOMES", Question.EVIDENCE: "EVIDENCE"}
"""Questions whose answers a table of the spoken forms knows."""
_FREE = frozenset({Question.ISSUE, Question.ASK, Question.NOTE})


def _as_said(question: Question, words: str) -> str:
    """An answer in the words of the strict form, as far as it is known: "he said it" is said."""
    plain = without_signs(words)
    if question in _SPOKEN:
        known = table(_SPOKEN[question])
        for tried in (folded(plain), telling(plain)):
            found = known.get(tuple(tried.split()))
            if isinstance(found, Outcome | Evidence):
                return str(found.value)
    return plain if question not in _FREE else words


def _a_day_instead(note: str, ctx: Context) -> str | None:
    """The day in "next fri", said where a note was asked for; None for other words."""
    first, _blank, day = note.partition(" ")
    if folded(first) != "next":
        return None
    try:
        return read(Question.NEXT, without_signs(day), ctx)
    except Refusal:
        return None


def _way_out() -> Line:
    return line("{cancel} ends it; nothing is saved.", cancel=Code("cancel"))


def _thought_over(note: str) -> str:
    """The note, unless it is one to ask about; sent again with --yes it is kept."""
    if note.endswith(_ANYWAY):
        return note.removesuffix(_ANYWAY)
    doubt: Refusal | None = think_over(note)
    if doubt is not None:
        raise doubt
    return note


def _control(words: str) -> str | None:
    """back, skip, cancel or yes, in English or the reader's language."""
    plain = folded(without_signs(words)) or words.strip()
    if yes_or_no(words) == "yes" or plain in {"yes save it", "save it"}:
        plain = "yes"
    elif plain == "no note":
        plain = "none"
    for known in in_languages_heard(_controls):
        for word, others in known.items():
            if plain == word or plain in [
                folded(each) or each.strip() for each in others.split(",")
            ]:
                return word
    return None


def _controls() -> dict[str, str]:
    return {
        "back": _("back, undo, before"),
        "skip": _("skip, none, nothing, next, -"),
        "cancel": _("cancel, stop, quit, exit, abort"),
        "yes": _("yes, y, ok, save, right"),
    }


def _words(question: Question) -> str:
    outcomes = one_of([outcome.value for outcome in Outcome])
    return {
        Question.OUTCOME: _("How did it go: {outcomes}?").format(outcomes=outcomes),
        Question.ISSUE: _("What moves them? A few words."),
        Question.ASK: _("What did you ask them to do?"),
        Question.ANSWER: _("What did they say to that: yes, maybe or no?"),
        Question.RATE: _("Where do they stand? {scale}").format(scale=scale()),
        Question.EVIDENCE: _("What does that rest on: said, did or heard?"),
        Question.NOTE: _("A note? Only what they could read themselves."),
        Question.NEXT: _("When will you be in touch again? Like fri or 2w."),
    }[question]


def _ask(answers: Answers, contact: Contact, ctx: Context) -> Reply:
    question = next_question(answers)
    if question is None:
        return _confirm(answers, contact, ctx)
    ways = [Code("cancel")]
    if answers:
        ways.insert(0, Code("back"))
    if question.may_be_skipped:
        ways.insert(0, Code("skip"))
    hint: Line = tuple(part for way in ways for part in (way, " · "))[:-1]
    head = () if answers else ((Strong(label(contact)),),)
    tail = () if answers else (line("I save nothing before you have seen all of it."),)
    return reply(*head, (_words(question),), hint, *tail)


def _confirm(answers: Answers, contact: Contact, ctx: Context) -> Reply:
    shown = _shown({key: kept for key, kept in answers.items() if kept is not None}, ctx)
    return reply(
        (Strong(label(contact)),),
        listed(shown),
        line(
            "Save it? {yes} · {back} · {cancel}",
            yes=Code("yes"),
            back=Code("back"),
            cancel=Code("cancel"),
        ),
    )


def _shown(kept: Mapping[str, str], ctx: Context) -> list[Line]:
    rows: list[Line] = [(outcome_words(Outcome(kept["outcome"])),)]
    if "issue" in kept:
        rows.append(line("Issue: {issue}", issue=kept["issue"]))
    if "ask" in kept:
        words = {"yes": _("yes"), "maybe": _("maybe"), "no": _("no")}
        said = f" – {words[kept['answer']]}" if "answer" in kept else ""
        rows.append(line("Ask: {ask}", ask=kept["ask"] + said))
    if "rate" in kept:
        why = f" ({evidence_word(Evidence(kept['evidence']))})" if "evidence" in kept else ""
        rating = rating_words(Assessment(int(kept["rate"])))
        rows.append(line("Rating: {rating}", rating=rating + why))
    if "note" in kept:
        rows.append(line("Note: {note}", note=kept["note"]))
    if "next_" in kept:
        day = date.fromisoformat(kept["next_"])
        rows.append(line("Next: {day}", day=Strong(a_day(day, ctx.today))))
    return rows
