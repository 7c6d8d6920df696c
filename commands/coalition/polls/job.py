"""What bots say and do in coalition polls, by name."""

from typing import Final

from commands.coalition.kinds import CoalitionJob, CoalitionKind
from commands.coalition.polls import adding, asking, heard, said

JOB: Final = CoalitionJob(
    kinds=(
        CoalitionKind("poll ask", said.CoalitionQuestion, asking.asked),
        CoalitionKind("poll shown", said.ShownPoll, heard.shown_to_leads),
        CoalitionKind("poll in", said.TakingPart, heard.taking_part),
        CoalitionKind("poll ready", said.Readiness, heard.ready),
        CoalitionKind("poll set", said.SetOfRound, heard.set_of_round),
        CoalitionKind("poll answer", said.SetAnswer, heard.answered),
        CoalitionKind("poll part", said.MaskedPart, heard.part),
        CoalitionKind("poll sum", said.PollSum, heard.sum_said),
    ),
    proposals=(asking.POLL,),
    shown=heard.shown,
    parted=heard.parted,
    ticked=adding.ticked,
)
