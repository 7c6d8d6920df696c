"""All jobs of a coalition. A new one is named here; loaded when the first message or proposal comes."""

from typing import Final

from commands.coalition import membership, news, pairing
from commands.coalition.joint import job as joint
from commands.coalition.kinds import CoalitionTable
from commands.coalition.meetings import job as meetings

TABLE: Final = CoalitionTable((membership.JOB, pairing.JOB, meetings.JOB, joint.JOB, news.JOB))


def every_job() -> CoalitionTable:
    """All jobs; a function, so that tests can have others."""
    return TABLE
