"""News between committees: nothing reaches a room over the heads of its leads."""

from datetime import timedelta
from typing import Annotated

from commands.coalition import consent
from commands.coalition import news_views as views
from commands.coalition.kinds import CoalitionJob, CoalitionKind, HeardMessage, ProposalKind
from commands.coalition.labels import fit_text
from commands.coalition.seat import Seat
from commands.coalition.terms import LONGEST_NEWS
from commands.framework.i18n import speaking
from commands.framework.reply import Line, Reply
from storage.coalition.model import Proposal
from storage.core.bounds import Length
from storage.core.lazy_dataclass import dataclass

HOLDS = timedelta(days=7)
"""How long leads have to say ok."""


@dataclass(frozen=True, slots=True)
class News:
    """Words of one committee for the rooms of the others."""

    text: Annotated[str, Length(LONGEST_NEWS), fit_text]


async def send(seat: Seat, text: str) -> int:
    """Say news to all other committees; how many there are."""
    body = News(text)
    consent.refuse_unfit(body)
    consent.refuse_handles(body)
    with speaking(seat.committee.language):
        sentence = views.news_sentence(text)
    await seat.say("news", body, sentence)
    return len(await seat.members())


async def _heard(seat: Seat, message: HeardMessage[News]) -> tuple[Reply, ...]:
    until = seat.now + HOLDS
    await consent.propose(
        seat, NEWS, message.body, key=message.id, until=until, by=message.member.id
    )
    return ()


async def _agreed(seat: Seat, proposal: Proposal, news: News) -> tuple[Reply, ...]:
    who = await seat.label_of(proposal.member)
    await seat.tell(views.in_the_room(who, news.text), occasion=f"news {proposal.key}")
    return (views.posted(),)


def _words(_proposal: Proposal, news: News, who: str) -> tuple[Line, ...]:
    return views.asked(who, news.text)


NEWS = ProposalKind("news", News, _words, agreed=_agreed)
"""News of another committee: a lead decides whether the room here reads them."""

JOB = CoalitionJob(kinds=(CoalitionKind("news", News, _heard),), proposals=(NEWS,))
