"""How a committee's words reach its coalition and its own people; the bot provides it for one transaction."""

from typing import TYPE_CHECKING, Protocol

from commands.framework.reply import Reply
from storage.coalition.model import Coalition
from storage.core.model import UserId

if TYPE_CHECKING:
    from commands.coalition.own_ballots import OwnBallots
    from commands.coalition.wire import CoalitionMessage


class Voice(Protocol):
    """Everything is queued in the running transaction: said once it has committed, once, whatever dies."""

    @property
    def own(self) -> UserId:
        """The account of this bot."""

    @property
    def master(self) -> str:
        """The master key of this bot, unpadded base64."""

    @property
    def ballots(self) -> "OwnBallots":
        """The committee's own secret polls in coalition polls."""

    async def put(
        self, coalition: Coalition, message: "CoalitionMessage", sentence: str, *, occasion: str
    ) -> None:
        """Queue a message for the room of the coalition's bots; ``sentence`` is what people read there.

        ``occasion``: why it is said again; empty the first time.
        """

    async def tell(self, said: Reply, occasion: str) -> None:
        """Queue a reply for this committee: its room (Audience.ROOM) or its leads (Audience.LEADS).

        Each reader gets it in their language if its view is ``in_each_language``. ``occasion`` names what
        it follows from, so that a repetition makes the same transaction ids.
        """

    def wake(self) -> None:
        """Have pairing, inviting and leaving go on once the transaction has committed."""
