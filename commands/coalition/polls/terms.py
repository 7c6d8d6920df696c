"""Types of parameters of coalition polls: their kind, and what is wanted beside the sum."""

from enum import Enum
from typing import Annotated

from commands.framework.i18n import _
from commands.framework.reader import choice
from commands.framework.spec import ParameterGroup
from commands.polls.model import PollKind
from commands.polls.terms import Deadline, LeastBallots
from storage.core.lazy_dataclass import dataclass


class SumKind(Enum):
    """The kinds of polls whose totals can be added, as they are typed."""

    YES_NO = "yesno"
    TEMPERATURE = "temp"
    CONSENSUS = "consensus"
    CHOOSE = "choose"
    APPROVE = "approve"
    SCORE = "score"

    @property
    def poll(self) -> PollKind:
        """The kind of each committee's own poll."""
        return PollKind[self.name]


class Wanted(Enum):
    """Whether something that is usually left out is wanted."""

    NO = "no"
    YES = "yes"


SumKindWord = Annotated[
    SumKind,
    choice(
        SumKind,
        "yesno|temp|consensus|choose|approve|score",
        lambda: _("What kind of poll? yesno, temp, consensus, choose, approve or score."),
    ),
]
"""The kind of a coalition poll."""

WantedWord = Annotated[Wanted, choice(Wanted, "yes|no", lambda: _("Is that wanted? yes or no."))]
"""Whether something is wanted."""


@dataclass(frozen=True, slots=True)
class CoalitionPollTerms(ParameterGroup):
    """The terms of a coalition poll.

    closes: when it closes everywhere, like fri or "fri 18:00"
    kind: yesno if there are no options, else choose; temp, consensus, approve or score
    k: below how many ballots a committee is not in the sum, 3 or more
    own: yes shows each committee its own result as well
    two: yes lets two committees be enough; each can then tell what the other voted
    """

    closes: Deadline | None = None
    kind: SumKindWord | None = None
    k: LeastBallots | None = None
    own: WantedWord | None = None
    two: WantedWord | None = None
