"""Reading a poll and saying it back. Nothing is posted and nobody is asked before its maker's ok."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from commands.framework.context import Context, Place
from commands.framework.errors import Refusal, cut, impossible, not_now, refuse
from commands.framework.i18n import _
from commands.framework.quoting import refuse_imitation
from commands.framework.reply import Code, Reply, fill
from commands.framework.suggest import suggest
from commands.polls.ask import views as said_back
from commands.polls.ask.deadlines import earliest, is_too_short, refuse_too_long, too_short, typed
from commands.polls.ask.loose_terms import loose
from commands.polls.ask.open import KEPT, refuse_where_unsafe, warning_of, weigh
from commands.polls.ask.options import MARKS, key_of
from commands.polls.ask.policy import roster
from commands.polls.ask.question import Doubt, PollQuestion, read_asked, ready
from commands.polls.model import Named, Poll, PollKind, Rules, new_code
from commands.polls.service import PollDraft, PollService
from commands.polls.terms import (
    PollTerms,
    QuestionAndOptions,
    read_deadline,
    read_quorum,
    usual_deadline,
)

WORDS = {PollKind.TEMPERATURE: "temp"}
"""How kinds are typed that are not typed as they are kept."""

_ASKING = frozenset(
    {"new", "create", "start", "make", "ask", "add", "begin", "question", "neu", "neue", "nueva"}
)
"""What people type behind ``!poll`` who want to ask something."""
_LIKE = "!poll Where do we meet? plaza | café | town hall"


async def draft(
    ctx: Context,
    desk: PollService,
    terms: PollTerms,
    kind: PollKind,
    question: str,
    options: tuple[str, ...] = (),
) -> Reply:
    """Say a secret poll back to its maker. Raises Refusal when the poll cannot be held."""
    refuse_imitation((question, *options))
    await refuse_where_unsafe(desk)
    if not options:
        _refuse_loose(ctx, kind, terms, question, options)
    closes = terms.closes or usual_deadline(ctx)
    people, waiting = roster(await desk.members(), ctx.now, desk.policy), await desk.backlog()
    refuse_too_long(closes, ctx, desk.policy)
    if is_too_short(closes, len(people), waiting, ctx.now, desk.policy):
        at = earliest(len(people), waiting, ctx, desk.policy)
        again = _again(ctx, kind, question, options, terms, at)
        raise _fleeting(too_short(len(people), waiting, desk.policy, again))
    k = terms.k or desk.policy.k
    quorum = None if terms.quorum is None else terms.quorum.of(len(people))
    others = await desk.polls()
    code = new_code([each.code for each in others])
    asked = Poll(code, kind, question, options, Rules(k, quorum, closes))
    found = await weigh(ctx.now, desk, asked)
    await _keep(ctx, desk, found.poll)
    same = [each for each in others if _same(each, found.poll)]
    share = "" if terms.quorum is None else terms.quorum.share
    warning = await warning_of(desk, found)
    return said_back.secret(
        found.poll, len(found.people), ctx.clock, share=share, same=same, warning=warning
    )


def refuse_slips(raw: QuestionAndOptions, names: Iterable[str]) -> None:
    """Raise Refusal where a word behind ``!poll`` was meant as a command, or the kind is missing."""
    subs = [name.removeprefix("poll ") for name in names if name.startswith("poll ")]
    first, *others = raw.split(maxsplit=1)
    if first.casefold() in _ASKING:
        _refuse_asking(first, others)
    found = read_asked(raw)
    slip = first.isalpha() and _may_be_a_slip(first, others)
    close = suggest(first, subs) if slip else None
    if close is not None and not isinstance(found, PollQuestion):
        better = f"!poll {close} {others[0]}" if others else f"!poll {close}"
        refusal = impossible("Did you mean {better}?", better=Code(better))
        raise _fleeting(refusal)
    if isinstance(found, Doubt) and found.question and not found.options:
        refusal = impossible(
            "What are the options? A question without options goes like this: {yesno} (or, from 0 to"
            " 5: {temp})",
            yesno=Code(f'!poll yesno "{found.question}"'),
            temp=Code(f'!poll temp "{found.question}"'),
        )
        raise _fleeting(refusal)


def _may_be_a_slip(first: str, others: Sequence[str]) -> bool:
    """Whether a word may be a kind with a letter wrong; "do we meet?" has no such word."""
    begins = not others or others[0][0] in MARKS or others[0][0].isupper()
    return len(first) > 2 and (begins or len(first) > 3)


def _refuse_asking(first: str, others: Sequence[str]) -> None:
    """Raise Refusal for ``!poll new`` and its like; "new hours? yes | no" is a question of its own."""
    if not others:
        raise refuse("What do you ask, and what can people choose?", example=_LIKE)
    rest = others[0]
    if first.islower() and (rest[0].isupper() or rest[0] in MARKS):
        better = Code(f"!poll {rest}")
        raise _fleeting(impossible("Did you mean {better}?", better=better))


async def draft_options(
    ctx: Context, desk: PollService, terms: PollTerms, kind: PollKind, raw: QuestionAndOptions
) -> Reply:
    """Say a secret poll back whose maker names what to choose from. Raises Refusal."""
    asked = _read(raw, lambda found: _again(ctx, kind, found.question, found.options, terms))
    if raw.rstrip()[-1:] not in MARKS:
        _refuse_loose(ctx, kind, terms, asked.question, asked.options)
    return await draft(ctx, desk, terms, kind, asked.question, asked.options)


def _refuse_loose(
    ctx: Context, kind: PollKind, terms: PollTerms, question: str, options: tuple[str, ...]
) -> None:
    """Raise Refusal where a deadline or a quorum stands behind the words as if it were one of them."""
    found = loose(question, options)
    if found is None or len(found.options) == 1:
        return
    try:
        if found.quorum:
            terms = replace(terms, quorum=read_quorum(found.value, ctx))
        else:
            terms = replace(terms, closes=read_deadline(found.value, ctx))
    except Refusal:
        return
    words = (
        _("Is “{words}” part of the last option? Then put that option in quotes. If not:")
        if options
        else _("Is “{words}” part of the question? Then put it before the question mark. If not:")
    )
    again = Code(_again(ctx, kind, found.question, found.options, terms))
    raise _fleeting(not_now((*fill(words, words=cut(found.said)), " ", again)))


async def draft_named(ctx: Context, desk: PollService, raw: QuestionAndOptions) -> Reply:
    """Say an open poll back. Raises Refusal."""
    asked = _read(raw, lambda found: f"!poll open {ready(found.question, found.options)}")
    refuse_imitation((asked.question, *asked.options))
    named = Named(asked.question, asked.options)
    await _keep(ctx, desk, named)
    return said_back.named(named)


async def _keep(ctx: Context, desk: PollService, asked: Poll | Named) -> None:
    in_room = ctx.place is Place.ROOM
    await desk.draft(PollDraft(asked, ctx.user, in_room, ctx.now + KEPT))


def _read(raw: str, again: Callable[[Doubt], str]) -> PollQuestion:
    found = read_asked(raw)
    if isinstance(found, PollQuestion):
        return found
    raise _fleeting(Refusal(found.why, example=again(found) if found.options else _LIKE))


def _again(
    ctx: Context,
    kind: PollKind,
    question: str,
    options: tuple[str, ...],
    terms: PollTerms,
    closes: datetime | None = None,
) -> str:
    """The command as it could be typed, with another deadline perhaps."""
    shown = ready(question, options) if options else f'"{question}"'
    said = [f"!poll {WORDS.get(kind, kind.value)} {shown}"]
    until = closes or terms.closes
    if until is not None:
        said.append(f'closes="{typed(until, ctx)}"')
    if terms.k is not None:
        said.append(f"k={terms.k}")
    if terms.quorum is not None:
        said.append(f'quorum="{terms.quorum.typed}"')
    return " ".join(said)


def _fleeting(refusal: Refusal) -> Refusal:
    """Mark a refusal that shows the question as fleeting, so that it is never written down."""
    return refusal.but(fleeting=True)


def _same(one: Poll, other: Poll) -> bool:
    """Whether both ask the same."""
    return (one.kind, key_of(one.question), one.options) == (
        other.kind,
        key_of(other.question),
        other.options,
    )
