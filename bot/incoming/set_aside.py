"""Messages of one answer of sync whose senders have to wait: written down together, some dozens at once.

One transaction for each would have everybody else wait for as many.
"""

from typing import Final

from bot.incoming.dispatcher import Dispatcher, Turn
from bot.matrix.guard import Message
from bot.process.retry import persist

TOGETHER: Final = 50
"""Messages in one transaction."""


class SetAside:
    """Collects messages put by for later while a sync response is read."""

    def __init__(self, dispatcher: Dispatcher) -> None:
        self._dispatcher = dispatcher
        self._messages: list[Message] = []

    async def takes(self, message: Message) -> bool:
        """Whether a message was put by for later; later ones of the same sender are put by, too."""
        queue = self._dispatcher.queue
        if queue is None:
            return False
        behind = any(each.sender == message.sender for each in self._messages)
        if message.attachment is not None or message.thing is not None:
            if behind:
                # A command below a file does not overtake what was typed before.
                await self.finish()
            return False
        if not behind and queue.at_once(message.sender):
            return False
        self._messages.append(message)
        if len(self._messages) >= TOGETHER:
            await self.finish()
        return True

    async def end(self) -> None:
        """All of a sync response was read: run a message that waits for nobody, and keep what is more."""
        queue = self._dispatcher.queue
        if queue is None or len(self._messages) != 1 or not queue.is_idle(self._messages[0].sender):
            await self.finish()
            return
        only = self._messages.pop()
        # Others wait no longer for it than if it were done from the table, where it would cost two
        # transactions more.
        await persist(
            lambda: self._dispatcher.handle(only, Turn.NOW),
            lambda error_id: self._dispatcher.set_aside(only, error_id),
        )

    async def finish(self) -> None:
        """Write the messages put by to the table."""
        messages, self._messages = self._messages, []
        if messages:
            await persist(
                lambda: self._dispatcher.keep_all(messages),
                lambda error_id: self._set_aside(messages, error_id),
            )

    async def _set_aside(self, messages: list[Message], error_id: str) -> None:
        for message in messages:
            await self._dispatcher.set_aside(message, error_id)
