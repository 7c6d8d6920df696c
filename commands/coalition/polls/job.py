"""What bots say and do in coalition polls, by name."""

from typing import Final

from commands.coalition.kinds import CoalitionJob, CoalitionKind
from commands.coalition.polls import adding, asking, said

JOB: Final = CoalitionJob(
    kinds=(
        CoalitionKind("poll ask", said.CoalitionQuestion, asking.asked),
        CoalitionKind("poll shown", said.ShownPoll, adding.shown_to_leads),
        CoalitionKind("poll in", said.TakingPart, adding.taking_part),
        CoalitionKind("poll ready", said.Readiness, adding.ready),
        CoalitionKind("poll set", said.SetOfRound, adding.set_of_round),
        CoalitionKind("poll answer", said.SetAnswer, adding.answered),
        CoalitionKind("poll part", said.MaskedPart, adding.part),
        CoalitionKind("poll sum", said.PollSum, adding.sum_said),
    ),
    proposals=(asking.POLL,),
    shown=adding.shown,
    parted=adding.parted,
    ticked=adding.ticked,
)
