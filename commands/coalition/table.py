"""All jobs of a coalition. A new one is named here; loaded when the first message or proposal comes."""

from typing import Final

from commands.coalition import membership, pairing
from commands.coalition.kinds import CoalitionTable

TABLE: Final = CoalitionTable((membership.JOB, pairing.JOB))
