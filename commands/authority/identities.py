"""People whose cross-signing identity changed: suspended until a lead accepts the new one."""

from abc import ABC, abstractmethod

from storage.core.model import UserId


class IdentityAcceptance(ABC):
    """Provided by the bot, for the committee of the command."""

    @abstractmethod
    async def accept(self, user: UserId) -> bool:
        """Trust the identity the person shows now; False if there was nothing to accept.

        In the same transaction as ``offered``, so that it is the one that was shown.
        """

    @abstractmethod
    async def offered(self, user: UserId) -> str | None:
        """The master key that a suspended person's account shows now; None: nothing to accept."""

    @abstractmethod
    async def is_certain(self, user: UserId) -> bool:
        """Whether the person's identity is the one seen first, or one that a lead accepted."""

    @abstractmethod
    async def suspended(self) -> list[UserId]:
        """The members whose commands are suspended."""
