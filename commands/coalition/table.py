"""All jobs of a coalition. A new one is named here; loaded when the first message or proposal comes."""

from typing import Final

from commands.coalition import membership, news, pairing
from commands.coalition.joint import job as joint
from commands.coalition.kinds import CoalitionTable
from commands.coalition.meetings import job as meetings
from commands.coalition.polls.job import JOB as POLLS

TABLE: Final = CoalitionTable(
    (membership.JOB, pairing.JOB, joint.JOB, POLLS, meetings.JOB, news.JOB)
)


def every_job() -> CoalitionTable:
    """All jobs; a function, so that tests can have others."""
    return TABLE
