"""Rules about one-on-ones: which answers go together. Pure."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from itertools import takewhile

from commands.framework.context import Context
from commands.framework.errors import refuse
from commands.framework.reply import Code
from storage.core.model import Answer, Assessment, Evidence, Outcome, Talk, UserId

NOON = time(12)
"""When a talk of an earlier day is taken to have been."""
MANY_ATTEMPTS = 3
"""Attempts without a talk after which somebody else might have better luck."""


def check_rating(rating: Assessment | None, evidence: Evidence | None, example: str) -> None:
    """A rating rests on something; what it rests on needs a rating. Raises Refusal."""
    if rating is None and evidence is not None:
        raise refuse("“{evidence}” goes with a rating.", evidence=evidence.value, example=example)
    if rating not in {None, Assessment.NOT_ASSESSED} and evidence is None:
        raise refuse("What does that rating rest on? Add said, did or heard.", example=example)


def check_talk(
    outcome: Outcome,
    *,
    issue: str | None,
    ask: str | None,
    answer: Answer | None,
    evidence: Evidence | None,
) -> None:
    """Only who was reached can have named an issue or answered an ask. Raises Refusal."""
    if answer is not None and ask is None:
        raise refuse(
            "{answer} to which ask? Add {ask}",
            answer=f"answer={answer.value}",
            ask=Code('ask="sign the petition"'),
        )
    told = {"issue=": issue, "ask=": ask, "said": evidence is Evidence.SAID or None}
    first = next((key for key, value in told.items() if value is not None), None)
    if outcome is not Outcome.REACHED and first is not None:
        raise refuse(
            "{key} needs a talk, and {outcome} is only an attempt. If you did talk, say reached.",
            key=first,
            outcome=outcome.value,
        )


def moment_of(day: date | None, ctx: Context) -> datetime:
    """The moment of a talk: now, or noon of an earlier day in the person's own calendar; in UTC."""
    if day is None or day >= ctx.today:
        return ctx.now
    return datetime.combine(day, NOON, ctx.zone).astimezone(UTC)


def attempts_in_a_row(newest_first: Sequence[Talk], author: UserId) -> int:
    """How many attempts of an organizer have failed since their last real talk with somebody."""
    own = (talk for talk in newest_first if talk.author == author)
    return sum(1 for _talk in takewhile(lambda talk: talk.outcome is not Outcome.REACHED, own))
