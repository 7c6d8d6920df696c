"""The table ``[polls]`` of config.toml: what the operator may set about secret polls, within limits."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated

from commands.polls.ask.policy import LEAST_K, Policy
from storage.core.bounds import Above, Within
from storage.core.lazy_dataclass import dataclass
from storage.core.model import UserId

FEW = 20
"""Messages of one mailing that are sent as fast as they go (``bot/delivery/pacing.py``)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Polls:
    """Secret polls. Every announcement states what counts."""

    k: Annotated[int, Within(LEAST_K, 1000)] = 5
    """Ballots below which nothing is published, where a poll does not ask for more."""
    joined_hours: Annotated[int, Within(0, 8760)] = 24
    """How long somebody has been in the room to be on a roster."""
    shortest_minutes: Annotated[int, Within(1, 10_080)] = 10
    """The least time a poll is open, once everybody can have a ballot."""
    bots: tuple[str, ...] = ()
    """Other bots' accounts, which are on no roster."""
    keys_dir: Path = Path("/run/steward/polls")
    """Where the keys of open polls are kept, in memory and never on a disk."""

    ballots_per_minute: Annotated[float, Above(0), Within(0, 6000)] = 7.5
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
