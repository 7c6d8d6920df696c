"""The table ``[polls]`` of config.toml: what the operator may set about secret polls, within limits."""

from datetime import timedelta
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from commands.polls.ask.policy import LEAST_K, Policy
from storage.core.model import UserId

FEW = 20
"""Messages of one mailing that are sent as fast as they go (``bot/delivery/pacing.py``)."""


class Polls(BaseModel):
    """Secret polls. Every announcement states what counts."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    k: int = Field(default=5, ge=LEAST_K, le=1000)
    """Ballots below which nothing is published, where a poll does not ask for more."""
    joined_hours: int = Field(default=24, ge=0, le=8760)
    """How long somebody has been in the room to be on a roster."""
    shortest_minutes: int = Field(default=10, ge=1, le=10_080)
    """The least time a poll is open, once everybody can have a ballot."""
    bots: tuple[str, ...] = ()
    """Other bots' accounts, which are on no roster."""
    keys_dir: Path = Path("/run/steward/polls")
    """Where the keys of open polls are kept, in memory and never on a disk."""

    ballots_per_minute: float = Field(default=7.5, gt=0, le=6000)
    """How fast ballots go to more than twenty people; fewer get theirs at once."""

    def policy(self) -> Policy:
        """The table as the rules of polls take it."""
        return Policy(
            joined_for=timedelta(hours=self.joined_hours),
            k=self.k,
            shortest=timedelta(minutes=self.shortest_minutes),
            pace=timedelta(minutes=1) / self.ballots_per_minute,
            at_once=FEW,
            bots=frozenset(map(UserId, self.bots)),
        )
