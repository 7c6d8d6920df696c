"""The bot's voice in a coalition, within one transaction: to the room of the bots, and to its own committee."""

from collections.abc import Callable
from functools import partial

from bot.delivery.post import Delivering, Post
from bot.delivery.transaction_ids import COALITION, COALITION_TOLD, stem
from bot.rooms.authority import Authority
from bot.state import Signals
from commands.coalition import wire
from commands.coalition.own_ballots import OwnBallots
from commands.framework.context import Committee
from commands.framework.reply import Reply
from storage.chat.outbox import DeliveryTerms, MessageKind, Outgoing
from storage.coalition.model import BLOCK, Coalition
from storage.core.database import Transaction
from storage.core.lazy_dataclass import dataclass
from storage.core.model import UserId


@dataclass(frozen=True, slots=True)
class VoiceParts:
    """What every voice of the bot is made of."""

    outbox: Delivering
    authority: Authority
    signals: Signals
    master: str
    """The bot's own master key, unpadded base64."""
    new_key: Callable[[str], None]
    """Has the next message in a room begin a session whose key is shared with everybody there."""
    ballots: Callable[[Transaction, Committee], OwnBallots]
    """The committees' own secret polls in coalition polls."""

    def of(self, tx: Transaction, committee: Committee) -> "BotVoice":
        """The voice for one transaction of one committee."""
        return BotVoice(self, tx, committee)


@dataclass(frozen=True, slots=True)
class BotVoice:
    """Queues what is said; delivered once the transaction has committed, in order, once."""

    parts: VoiceParts
    tx: Transaction
    committee: Committee

    @property
    def own(self) -> UserId:
        """The bot's account."""
        return UserId(self.parts.authority.places.own)

    @property
    def master(self) -> str:
        """The bot's master key."""
        return self.parts.master

    @property
    def ballots(self) -> OwnBallots:
        """The committee's own secret polls in coalition polls."""
        return self.parts.ballots(self.tx, self.committee)

    async def put(
        self,
        coalition: Coalition,
        message: wire.CoalitionMessage,
        sentence: str,
        *,
        occasion: str,
    ) -> None:
        """Queue a message for the room of the bots; nothing is said where there is none yet."""
        if coalition.room is None:
            return
        content = {
            "msgtype": "m.notice",
            "body": sentence,
            "m.mentions": {},
            BLOCK: wire.written(message),
        }
        about = f"{coalition.ref} {message.epoch} {message.counter} {occasion}"
        post = Post(self.tx, self.parts.outbox, stem(COALITION, about))
        terms = DeliveryTerms(MessageKind.COALITION)
        await post.put(Outgoing(content), room=coalition.room, terms=terms)
        if occasion:
            # Whoever missed it may lack the key of the session in which it was said.
            self.tx.after_commit(partial(self.parts.new_key, str(coalition.room)))

    async def tell(self, said: Reply, occasion: str) -> None:
        """Queue a reply for the committee's room or its leads."""
        about = stem(COALITION_TOLD, f"{self.committee.room} {occasion}")
        post = Post(self.tx, self.parts.outbox, about)
        room = str(self.committee.room)
        await post.say(said, room, "", self.committee, self.parts.authority)

    def wake(self) -> None:
        """Wake the coalition's work after commit."""
        self.tx.after_commit(self.parts.signals.coalition.set)
